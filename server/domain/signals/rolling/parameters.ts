/** Numbers of the rolling horizon. The same for every junction: what differs between them is learned (`observer.ts`). */
export const parameters = {
  horizonS: 45,
  /** States kept for each second of the horizon. More cost time and gain nothing that was measured. */
  states: 3,
  /** Nearer than this a green is prolonged second by second, beyond it by `farStepS`. */
  farFromS: 15,
  farStepS: 3,
  /** Streams that give way are looked at so often within a step, s. */
  sliceS: 2,
  /** Lost at the start of a green before the first vehicle has crossed, s. */
  startupS: 1,
  /** Time the head of a queue loses beyond the line while it gathers speed, and how fast that fades behind it, s. */
  stopS: 1.9,
  stopFadeS: 2,
  /** A vehicle that gives way takes a gap of so many seconds; each second that it has not found one adds `balk`. */
  gapS: 7,
  balk: 0.2,
  /** What those left over at the end must still expect counts so much. */
  tail: 1,
  /** Vehicles behind those in sight come at the learned rate times this. */
  unseen: 1,
  /** Share of the vehicles believed to wait out of sight that are planned for. */
  hidden: 0.5,
  acceleration: 2.6,
  /** A queue in an exit moves on after so long, and takes a vehicle so often from then on, s. */
  exitHoldS: 8,
  exitHeadwayS: 3,
  /** Seconds that another phase must save before it is changed to. */
  hysteresisS: 2,
  /** A plan that keeps the phase for longer than this is made anew only every other second. */
  sureS: 4,
  /** Nobody who stands at the head waits longer for a green, nor finds no gap for longer, s. */
  longestWaitS: 100,
  longestBalkS: 60,
};

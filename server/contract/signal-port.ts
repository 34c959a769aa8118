/**
 * The signal port: what a traffic signal controller says of its junction, and what may be asked of it. One exchange is one
 * `POST` once a second: the controllers' side says what it sees, the answer says which phase is wanted. It is the same for
 * the product's simulator, for SUMO, and for any control method outside that somebody wants to try on either.
 *
 * The lowest level stays with the controller and cannot be talked out of it: minimum green, yellow, all-red, pedestrian
 * clearance, the conflicts of its movements and the longest red. Where no answer is fresh, it runs its own plan.
 */
import { z } from 'zod';
import type { WhatIfOffer } from './what-if.ts';

const id = z.string().min(1).max(160);
const index = z.number().int().min(0).max(999);

/** A lane that leads to the stop line. `link`: the road it lies on, as in the city pack. */
export const portLane = z.object({
  id,
  link: id,
  lengthM: z.number().positive(),
  speedMps: z.number().positive(),
});
/** A lane, or a whole road, that leads away. */
export const portExit = z.object({
  id,
  link: id,
  lengthM: z.number().positive(),
  speedMps: z.number().positive(),
});
export const portTurns = ['left', 'through', 'right', 'u-turn'] as const;
export const portConnection = z.object({
  lane: index,
  exit: index,
  turn: z.enum(portTurns),
  /** Connections that may never be green together with this one where neither gives way. */
  conflicts: z.array(index),
});
export const portPhase = z.object({
  minGreenS: z.number().min(0).max(120),
  maxGreenS: z.number().min(1).max(600),
  yellowS: z.number().min(0).max(10),
  allRedS: z.number().min(0).max(15),
  /** Walk and clearance of the pedestrians who cross in it: it lasts at least so long. */
  pedestrianS: z.number().min(0).max(120),
  /** Connections with the right of way. */
  green: z.array(index),
  /** Connections that may go and give way. */
  yields: z.array(index),
});
/** What the controller runs by itself: phases in their order. */
export const portPlan = z.object({
  /** Seconds into the cycle at time 0. */
  offsetS: z.number(),
  steps: z.array(z.object({ phase: index, greenS: z.number().min(1).max(600) })).min(1),
});
export const portJunction = z.object({
  id,
  lanes: z.array(portLane).min(1).max(200),
  exits: z.array(portExit).min(1).max(200),
  connections: z.array(portConnection).min(1).max(400),
  phases: z.array(portPhase).min(1).max(32),
  plan: portPlan,
  /** No connection waits longer for its green while somebody stands there. */
  maxRedS: z.number().min(30).max(600),
});
export type PortJunction = z.infer<typeof portJunction>;
export type PortConnection = z.infer<typeof portConnection>;
export type PortPhase = z.infer<typeof portPhase>;
export type PortPlan = z.infer<typeof portPlan>;

export const portStages = ['green', 'yellow', 'all-red', 'dark'] as const;
export type PortStage = (typeof portStages)[number];

/**
 * What a controller sees now. `lanes`: by lane, its vehicles from the stop line back, each as three numbers: metres to the
 * line, m/s, and the connection it will take (−1: not known); null: the lane's detection is out. `exits`: by exit, vehicles
 * on it and metres free behind the last of them; null: not known.
 */
export const portState = z.object({
  id,
  phase: z.number().int().min(-1).max(31),
  stage: z.enum(portStages),
  /** Seconds since this stage began. */
  sinceS: z.number().min(0),
  /** By phase, seconds since its green ended last; 0 for the one that is green. */
  redS: z.array(z.number().min(0)),
  /** Who decides there now: a wish that came in time, or its own plan. */
  obeys: z.enum(['wishes', 'plan']),
  lanes: z.array(z.array(z.number()).nullable()),
  exits: z.array(z.tuple([z.number().min(0), z.number()]).nullable()),
});
export type PortState = z.infer<typeof portState>;

/** `POST /api/v1/signal-port`, with a feed's token. Times are seconds on the controllers' own clock. */
export const portReport = z.object({
  feed: id,
  atS: z.number().min(0),
  /** Once, and again when the answer asks for it. */
  describe: z.array(portJunction).max(5_000).optional(),
  states: z.array(portState).max(5_000),
  /** The traffic behind these controllers is simulated and can be forked: what-if runs are taken. */
  forks: z.boolean().optional(),
});
export type PortReport = z.infer<typeof portReport>;

export interface PortAnswer {
  /** The report knew nothing of these: describe them all with the next one. */
  readonly describe: boolean;
  /** Wishes hold for so long after `atS`; then each junction goes back to its own plan. */
  readonly validS: number;
  /** By junction, the phase wanted; one that is not named runs its own plan. */
  readonly wanted: Readonly<Record<string, number>>;
  /** By junction, a plan to run instead of its own from now on; null: its own again. */
  readonly plans: Readonly<Record<string, PortPlan | null>>;
  /** A what-if run to be made, said again until its beginning is reported. */
  readonly whatIf?: WhatIfOffer;
}
export const SIGNAL_WISH_VALID_S = 5;

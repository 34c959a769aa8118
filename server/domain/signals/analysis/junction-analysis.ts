/**
 * One junction from what its controller sees each second: vehicles that cross and arrive, delay, queues, saturation flow,
 * turns. Vehicles have no names, so delay follows from Little's law (1961): the sum over time of (1 − v/v₀) of all vehicles on
 * an approach is their travel time beyond the free one; over those that crossed it is their mean. What they lose behind the
 * line until they drive freely again is counted where they drive then, so that nothing is counted twice. Invariant: a step
 * over a gap in the reports counts nothing.
 */
import type { PortJunction, PortState } from '../../../contract/signal-port.ts';
import { PER_VEHICLE, QUEUED_MPS } from '../model.ts';
import { approachesOf, freeLanes, type Approach } from './approaches.ts';
import { emptyMatch, matchLane, type LaneMatch } from './lane-match.ts';
import { RollingSums } from './rolling-sums.ts';
import { SaturationLearner } from './saturation.ts';

/** Reports farther apart than this say nothing of what happened between them. */
const LONGEST_STEP_S = 5;
const DELAY_BIN_S = 10;
const DELAY_BINS = 30;
const FLOW_BIN_S = 60;
const FLOW_BINS = 15;
/** A standing vehicle ends so far behind its front. */
const VEHICLE_M = 5;
/** A queue whose end is this near to the upstream end of its lane reaches back into the junction before. */
const SPILL_BACK_M = 15;
/** An exit with less room than a vehicle takes, for so long, is full. */
const EXIT_ROOM_M = 7.5;
const EXIT_FULL_S = 5;
/** No approach is known before it was seen for so long. */
const LEAST_SEEN_S = 10;
/** Little's law is of averages: within a cycle those who wait are counted, and those who will cross are not. */
const LEAST_FOR_DELAY_S = 120;
/** What cameras and the counting without names may get wrong. */
const TRUST = 0.95;

const LOST = 0;
const CROSSED = 1;
const ARRIVED = 2;
const SEEN = 3;
const PER_APPROACH = 4;

const EMPTY: readonly number[] = [];

export interface ApproachNow {
  readonly queue: number;
  readonly queueM: number;
  readonly delayS: number | null;
  readonly crossedVph: number;
  readonly arrivalVph: number;
  /** Vehicle-hours lost an hour. */
  readonly lostVehH: number;
  readonly spillBack: boolean;
  /** 0…1. */
  readonly confidence: number;
}

export class JunctionAnalysis {
  readonly junction: PortJunction;
  readonly approaches: readonly Approach[];
  /** By lane. */
  readonly saturation: readonly SaturationLearner[];
  /** Since it was first seen. */
  vehicles = 0;
  lostVehS = 0;
  private readonly approachOf: Int32Array;
  private readonly free: readonly (readonly boolean[])[];
  private readonly before: (readonly number[] | null)[];
  private readonly queued: Float64Array;
  private readonly queueEndM: Float64Array;
  private readonly exitFullSinceS: Float64Array;
  private readonly recent: RollingSums;
  private readonly turns: RollingSums;
  private readonly match: LaneMatch = emptyMatch();
  private phase = -1;
  private isGreen = false;
  private lastS = NaN;

  constructor(junction: PortJunction) {
    this.junction = junction;
    this.approaches = approachesOf(junction);
    this.approachOf = Int32Array.from(junction.lanes, (_, lane) =>
      this.approaches.findIndex((a) => a.lanes.includes(lane)),
    );
    this.free = freeLanes(junction);
    this.saturation = junction.lanes.map(() => new SaturationLearner());
    this.before = junction.lanes.map(() => null);
    this.queued = new Float64Array(junction.lanes.length);
    this.queueEndM = new Float64Array(junction.lanes.length);
    this.exitFullSinceS = new Float64Array(junction.exits.length).fill(NaN);
    // The last channel of both: seconds that were seen.
    this.recent = new RollingSums(PER_APPROACH * this.approaches.length + 1, DELAY_BIN_S, DELAY_BINS);
    this.turns = new RollingSums(junction.connections.length + 1, FLOW_BIN_S, FLOW_BINS);
  }

  /** One report; `atS` on the controllers' clock. False: it is not newer than the one before. */
  see(state: PortState, atS: number): boolean {
    const stepS = atS - this.lastS;
    if (stepS <= 0 && stepS > -LONGEST_STEP_S) return false;
    const follows = stepS > 0 && stepS <= LONGEST_STEP_S;
    if (!follows) this.forget();
    this.lastS = atS;
    this.recent.advance(atS);
    this.turns.advance(atS);
    if (follows) {
      this.recent.add(PER_APPROACH * this.approaches.length, stepS);
      this.turns.add(this.junction.connections.length, stepS);
    }
    this.lights(state);
    for (let lane = 0; lane < this.before.length; lane++) {
      const now = state.lanes[lane] ?? null;
      if (now !== null && follows && this.before[lane] !== null) this.step(lane, now, stepS, atS);
      this.look(lane, now ?? EMPTY);
      this.before[lane] = now;
    }
    this.exits(state, atS);
    return true;
  }

  approach(index: number): ApproachNow {
    const { lanes } = this.approaches[index]!;
    let queue = 0;
    let queueM = 0;
    let reachesBack = false;
    for (const lane of lanes) {
      const queued = this.queued[lane]!;
      if (queued === 0) continue;
      queue += queued;
      const endM = this.queueEndM[lane]!;
      queueM = Math.max(queueM, endM + VEHICLE_M);
      if (this.junction.lanes[lane]!.lengthM - endM - VEHICLE_M <= SPILL_BACK_M) reachesBack = true;
    }
    const { sums } = this.recent;
    const of = index * PER_APPROACH;
    const seconds = this.seenS;
    const perHour = seconds > 0 ? 3_600 / seconds : 0;
    return {
      queue,
      queueM,
      delayS: this.delayOf(sums[of + LOST]!, sums[of + CROSSED]!, this.presentOn(lanes)),
      crossedVph: sums[of + CROSSED]! * perHour,
      arrivalVph: Math.max(0, sums[of + ARRIVED]! * perHour),
      lostVehH: seconds > 0 ? Math.max(0, sums[of + LOST]! / seconds) : 0,
      spillBack: reachesBack,
      confidence: this.confidenceOf(sums[of + SEEN]!, lanes.length),
    };
  }

  /** Mean control delay of all that crossed in the last 5 minutes, s; null: not known. */
  get delayS(): number | null {
    let lost = 0;
    let crossed = 0;
    for (let a = 0; a < this.approaches.length; a++) {
      lost += this.recent.sums[a * PER_APPROACH + LOST]!;
      crossed += this.recent.sums[a * PER_APPROACH + CROSSED]!;
    }
    let present = 0;
    for (const lane of this.before) present += (lane?.length ?? 0) / PER_VEHICLE;
    return this.delayOf(lost, crossed, present);
  }

  get queue(): number {
    let sum = 0;
    for (const n of this.queued) sum += n;
    return sum;
  }

  get flowVph(): number {
    const seconds = this.seenS;
    let crossed = 0;
    for (let a = 0; a < this.approaches.length; a++) crossed += this.recent.sums[a * PER_APPROACH + CROSSED]!;
    return seconds > 0 ? (crossed * 3_600) / seconds : 0;
  }

  /** 0…1: how much of its lanes was seen in the last minutes. */
  get confidence(): number {
    let seen = 0;
    for (let a = 0; a < this.approaches.length; a++) seen += this.recent.sums[a * PER_APPROACH + SEEN]!;
    return this.confidenceOf(seen, this.before.length);
  }

  /** Exits that let nobody in. */
  fullExits(): number[] {
    const out: number[] = [];
    for (const [exit, sinceS] of this.exitFullSinceS.entries())
      if (this.lastS - sinceS >= EXIT_FULL_S) out.push(exit);
    return out;
  }

  /** Vehicles an hour over the last 15 minutes, by connection. */
  connectionVph(): number[] {
    const { sums } = this.turns;
    const seconds = sums[this.junction.connections.length]!;
    return this.junction.connections.map((_, c) => (seconds > 0 ? (sums[c]! * 3_600) / seconds : 0));
  }

  /** Of those who left an approach in the last 15 minutes, largest first. */
  turnShares(index: number): { readonly turn: string; readonly share: number }[] {
    const byTurn = new Map<string, number>();
    let all = 0;
    for (const c of this.approaches[index]!.connections) {
      const n = this.turns.sums[c]!;
      if (n === 0) continue;
      const { turn } = this.junction.connections[c]!;
      byTurn.set(turn, (byTurn.get(turn) ?? 0) + n);
      all += n;
    }
    return [...byTurn].map(([turn, n]) => ({ turn, share: n / all })).sort((a, b) => b.share - a.share);
  }

  private forget(): void {
    this.before.fill(null);
    this.phase = -1;
    this.isGreen = false;
    this.exitFullSinceS.fill(NaN);
    for (const learner of this.saturation) learner.stop();
  }

  /** Seconds of the last 5 minutes that were seen. */
  private get seenS(): number {
    return this.recent.sums[PER_APPROACH * this.approaches.length]!;
  }

  private delayOf(lostVehS: number, crossed: number, present: number): number | null {
    if (this.seenS < LEAST_FOR_DELAY_S) return null;
    // Where nobody gets away, it is at least what those who stand there have lost so far.
    const vehicles = crossed > 0 ? crossed : present;
    return vehicles > 0 ? Math.max(0, lostVehS / vehicles) : null;
  }

  private presentOn(lanes: readonly number[]): number {
    let n = 0;
    for (const lane of lanes) n += (this.before[lane]?.length ?? 0) / PER_VEHICLE;
    return n;
  }

  private confidenceOf(seenS: number, lanes: number): number {
    return TRUST * Math.min(1, seenS / (lanes * Math.max(LEAST_SEEN_S, this.seenS)));
  }

  private lights(state: PortState): void {
    const isGreen = state.stage === 'green';
    if (isGreen === this.isGreen && state.phase === this.phase) return;
    const earlier = this.isGreen ? this.free[this.phase] : undefined;
    const later = isGreen ? this.free[state.phase] : undefined;
    for (const [lane, learner] of this.saturation.entries()) {
      if (earlier?.[lane] === true && later?.[lane] === true) continue;
      if (later?.[lane] === true) learner.greenBegan(this.standing(this.before[lane] ?? EMPTY));
      else learner.stop();
    }
    this.isGreen = isGreen;
    this.phase = state.phase;
  }

  /** Vehicles that stand one behind the other, from the line back. */
  private standing(vehicles: readonly number[]): number {
    let n = 0;
    while (n * PER_VEHICLE < vehicles.length && vehicles[n * PER_VEHICLE + 1]! < QUEUED_MPS) n++;
    return n;
  }

  private step(lane: number, now: readonly number[], stepS: number, atS: number): void {
    const { match } = this;
    const before = this.before[lane]!;
    const freeMps = this.junction.lanes[lane]!.speedMps;
    const of = this.approachOf[lane]! * PER_APPROACH;
    matchLane(before, now, stepS, match);
    let lost = 0;
    for (let i = 1; i < now.length; i += PER_VEHICLE) lost += (1 - now[i]! / freeMps) * stepS;
    const crossed = match.crossedAfterS.length;
    const learner = this.saturation[lane]!;
    for (let k = 0; k < crossed; k++) {
      learner.vehicleCrossed(atS - stepS + match.crossedAfterS[k]!);
      const by = match.crossedBy[k]!;
      const connection = by >= 0 ? by : this.onlyConnection(lane);
      if (connection >= 0 && connection < this.junction.connections.length) this.turns.add(connection, 1);
    }
    this.recent.add(of + LOST, lost);
    this.recent.add(of + CROSSED, crossed);
    // Changes between the lanes of an approach cancel out in its sum.
    this.recent.add(of + ARRIVED, (now.length - before.length) / PER_VEHICLE + crossed);
    this.recent.add(of + SEEN, stepS);
    this.vehicles += crossed;
    this.lostVehS += lost;
  }

  private onlyConnection(lane: number): number {
    const of = this.approaches[this.approachOf[lane]!]!.connections;
    const own = of.filter((c) => this.junction.connections[c]!.lane === lane);
    return own.length === 1 ? own[0]! : -1;
  }

  private look(lane: number, vehicles: readonly number[]): void {
    let queued = 0;
    let endM = 0;
    for (let i = 0; i < vehicles.length; i += PER_VEHICLE) {
      if (vehicles[i + 1]! >= QUEUED_MPS) continue;
      queued++;
      endM = Math.max(endM, vehicles[i]!);
    }
    this.queued[lane] = queued;
    this.queueEndM[lane] = endM;
  }

  private exits(state: PortState, atS: number): void {
    for (let exit = 0; exit < this.exitFullSinceS.length; exit++) {
      const seen = state.exits[exit] ?? null;
      if (seen === null || seen[1] >= EXIT_ROOM_M) this.exitFullSinceS[exit] = NaN;
      else if (Number.isNaN(this.exitFullSinceS[exit]!)) this.exitFullSinceS[exit] = atS;
    }
  }
}

/**
 * Whether what a controller says of its lanes can be true. A lane that is out, stands still where it cannot, or tells what
 * is impossible is not known (null) for whoever decides, until it has told the truth for a while.
 */
import type { Junction, JunctionState } from '../model.ts';
import { PER_VEHICLE } from '../model.ts';

/** No lane holds more than a vehicle each so many metres. */
const SHORTEST_M = 3.5;
const PLACE_SLACK_M = 25;
/** Detection may look past the begin of a short lane, into those that lead to it, so far. */
const BEYOND_M = 400;
/** Vehicles stand in order from the line back; a report may be so much off. */
const ORDER_SLACK_M = 3;
const MOVES_MPS = 2;
/** Moving vehicles cannot stay where they are for so long. */
const MOVING_STUCK_S = 5;
/** Nor can a queue at the line with its green and room behind, for so long. */
const GREEN_STUCK_S = 20;
const AT_LINE_M = 12;
const ROOM_M = 15;
/** Lies are believed again after so much truth. */
const TRUST_AFTER_S = 30;
/** Nothing of a junction changes, not even the time of its stage. */
const FROZEN_S = 5;

export type LaneFault = 'out' | 'stuck' | 'impossible';
export interface JunctionHealth {
  /** What is believed: lanes at fault are null. */
  readonly state: JunctionState;
  /** Lanes at fault. */
  readonly faults: ReadonlyMap<number, LaneFault>;
  /** The controller repeats itself. */
  readonly frozen: boolean;
}

export class LaneWatch {
  private readonly junction: Junction;
  private readonly before: (readonly number[] | null)[];
  /** Since when a lane has said the same, and since when it had to move. */
  private readonly sameSinceS: Float64Array;
  private readonly greenSinceS: Float64Array;
  private readonly distrustedUntilS: Float64Array;
  private readonly lies: (LaneFault | null)[];
  private stage = '';
  private stageSinceS = 0;

  constructor(junction: Junction) {
    this.junction = junction;
    const n = junction.lanes.length;
    this.before = Array.from({ length: n }, () => null);
    this.sameSinceS = new Float64Array(n);
    this.greenSinceS = new Float64Array(n).fill(Infinity);
    this.distrustedUntilS = new Float64Array(n).fill(-Infinity);
    this.lies = Array.from({ length: n }, () => null);
  }

  /** One report, of a state that fits the description; `atS` on the controllers' clock. */
  see(state: JunctionState, atS: number): JunctionHealth {
    const stage = `${state.phase} ${state.stage} ${state.sinceS}`;
    if (stage !== this.stage) {
      this.stage = stage;
      this.stageSinceS = atS;
    }
    const faults = new Map<number, LaneFault>();
    for (const [lane, vehicles] of state.lanes.entries()) {
      const fault = vehicles === null ? 'out' : this.lieOf(lane, vehicles, state, atS);
      if (fault !== null) faults.set(lane, fault);
    }
    return {
      state:
        faults.size === 0
          ? state
          : { ...state, lanes: state.lanes.map((v, lane) => (faults.has(lane) ? null : v)) },
      faults,
      frozen: atS - this.stageSinceS > FROZEN_S,
    };
  }

  private lieOf(
    lane: number,
    vehicles: readonly number[],
    state: JunctionState,
    atS: number,
  ): LaneFault | null {
    const { lengthM, speedMps } = this.junction.lanes[lane]!;
    let lie: LaneFault | null = isPossible(vehicles, lengthM, speedMps) ? null : 'impossible';
    const before = this.before[lane] ?? null;
    if (before === null || !same(before, vehicles)) this.sameSinceS[lane] = atS;
    this.before[lane] = vehicles;
    if (!this.mayGo(lane, state)) this.greenSinceS[lane] = Infinity;
    else if (this.greenSinceS[lane] === Infinity) this.greenSinceS[lane] = atS;
    const sameS = atS - this.sameSinceS[lane]!;
    const greenS = Math.min(sameS, atS - this.greenSinceS[lane]!);
    const stuck =
      (sameS >= MOVING_STUCK_S && anyMoves(vehicles)) ||
      (greenS >= GREEN_STUCK_S && vehicles.length > 0 && vehicles[0]! <= AT_LINE_M);
    lie ??= stuck ? 'stuck' : null;
    if (lie !== null) {
      this.lies[lane] = lie;
      this.distrustedUntilS[lane] = atS + TRUST_AFTER_S;
    }
    return atS < this.distrustedUntilS[lane]! ? this.lies[lane]! : null;
  }

  /** Whether the first of a lane could go, wherever it wants to. */
  private mayGo(lane: number, { phase, stage, exits }: JunctionState): boolean {
    const shown = this.junction.phases[phase];
    if (stage !== 'green' || shown === undefined) return false;
    let any = false;
    for (const [c, { lane: of, exit }] of this.junction.connections.entries()) {
      if (of !== lane) continue;
      const room = exits[exit];
      if (!shown.green.includes(c) || room === null || room === undefined || room[1] < ROOM_M) return false;
      any = true;
    }
    return any;
  }
}

function isPossible(vehicles: readonly number[], lengthM: number, speedMps: number): boolean {
  let onLane = 0;
  let before = -Infinity;
  for (let i = 0; i < vehicles.length; i += PER_VEHICLE) {
    const placeM = vehicles[i]!;
    const mps = vehicles[i + 1]!;
    if (placeM < -PLACE_SLACK_M || placeM > lengthM + BEYOND_M || placeM < before - ORDER_SLACK_M)
      return false;
    if (mps < -1 || mps > 3 * speedMps + 10) return false;
    if (placeM <= lengthM) onLane++;
    before = placeM;
  }
  return onLane <= lengthM / SHORTEST_M + 2;
}

function anyMoves(vehicles: readonly number[]): boolean {
  for (let i = 1; i < vehicles.length; i += PER_VEHICLE) if (vehicles[i]! > MOVES_MPS) return true;
  return false;
}

function same(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Why a state cannot be of this junction; null: it can. */
export function misfit(junction: Junction, state: JunctionState): string | null {
  if (state.lanes.length !== junction.lanes.length) return `${junction.id}: lanes`;
  if (state.exits.length !== junction.exits.length) return `${junction.id}: exits`;
  if (state.redS.length !== junction.phases.length) return `${junction.id}: redS`;
  if (state.phase >= junction.phases.length) return `${junction.id}: phase ${state.phase}`;
  const wrong = state.lanes.findIndex((v) => v !== null && v.length % PER_VEHICLE !== 0);
  return wrong < 0 ? null : `${junction.id}: lanes.${wrong}`;
}

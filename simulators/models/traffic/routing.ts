/**
 * Routes as trees: one row per destination and variant says, for every link, which movement to take at its end. Row variants:
 * 0 follows the live travel times (drivers with navigation), the others are habits: remembered times, each with its own
 * noise, so that not everybody takes the same road. Rows are shortest-path trees (Dijkstra, backwards over links).
 */
import type { Random } from '../../kernel/random.ts';
import type { Network } from './network.ts';
import { TURN_LEFT, TURN_U } from './network.ts';

/** Values of a row besides the movement's number at its link. */
export const HOP_ARRIVED = 255;
export const HOP_NONE = 254;

/** Seconds a movement costs beyond driving its link. */
const turnCostS = (turn: number): number =>
  turn === TURN_U ? 30 : turn === TURN_LEFT ? 8 : turn === 1 ? 4 : 3;

export class Router {
  readonly rows: Uint8Array[] = [];
  /** Seconds to the destination, of the last row computed. */
  readonly costS: Float64Array;
  /** Travel time of each link as measured. */
  readonly liveS: Float32Array;
  private readonly net: Network;
  private readonly backStart: Int32Array;
  private readonly back: Int32Array;
  private readonly heap: Int32Array;
  private readonly where: Int32Array;
  private heapSize = 0;

  constructor(net: Network) {
    this.net = net;
    const n = net.linkCount;
    this.costS = new Float64Array(n);
    this.liveS = Float32Array.from({ length: n }, (_, i) => net.linkLengthM[i]! / net.linkLimitMps[i]!);
    this.heap = new Int32Array(n + 1);
    this.where = new Int32Array(n);
    this.backStart = new Int32Array(n + 1);
    this.back = new Int32Array(net.movementTo.length);
    for (const to of net.movementTo) this.backStart[to + 1]!++;
    for (let i = 0; i < n; i++) this.backStart[i + 1]! += this.backStart[i]!;
    const at = this.backStart.slice();
    for (let m = 0; m < net.movementTo.length; m++) this.back[at[net.movementTo[m]!]!++] = m;
  }

  /** How a driver population sees travel times: a factor a link. */
  habit(random: Random, noise: number): Float32Array {
    return Float32Array.from({ length: this.net.linkCount }, () => Math.exp(noise * random.normal()));
  }

  /** Fills (or makes) a row: the tree to any of `sinks`. `closed` links are not driven through. */
  compute(row: number, sinks: readonly number[], linkS: Float32Array, closed: Uint8Array | null): void {
    const net = this.net;
    const hop = (this.rows[row] ??= new Uint8Array(net.linkCount));
    hop.fill(HOP_NONE);
    const cost = this.costS;
    cost.fill(Infinity);
    this.where.fill(-1);
    this.heapSize = 0;
    for (const s of sinks) {
      if (closed?.[s] === 1) continue;
      cost[s] = linkS[s]! * 0.6;
      hop[s] = HOP_ARRIVED;
      this.up(s);
    }
    while (this.heapSize > 0) {
      const link = this.pop();
      const base = cost[link]!;
      for (let k = this.backStart[link]!; k < this.backStart[link + 1]!; k++) {
        const m = this.back[k]!;
        const from = net.movementFrom[m]!;
        if (closed?.[from] === 1) continue;
        const c = base + linkS[from]! + turnCostS(net.movementTurn[m]!);
        if (c < cost[from]!) {
          cost[from] = c;
          hop[from] = m - net.movementStart[from]!;
          this.up(from);
        }
      }
    }
  }

  /** Movement of a row at the end of a link; -1 arrived, -2 no way. */
  movement(row: number, link: number): number {
    const h = this.rows[row]![link]!;
    if (h === HOP_ARRIVED) return -1;
    if (h === HOP_NONE) return -2;
    return this.net.movementStart[link]! + h;
  }

  private up(link: number): void {
    const { heap, where, costS } = this;
    let i = where[link]!;
    if (i < 0) i = this.heapSize++;
    const c = costS[link]!;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const p = heap[parent]!;
      if (costS[p]! <= c) break;
      heap[i] = p;
      where[p] = i;
      i = parent;
    }
    heap[i] = link;
    where[link] = i;
  }

  private pop(): number {
    const { heap, where, costS } = this;
    const top = heap[0]!;
    where[top] = -1;
    const last = heap[--this.heapSize]!;
    if (this.heapSize > 0) {
      const c = costS[last]!;
      let i = 0;
      for (;;) {
        let child = 2 * i + 1;
        if (child >= this.heapSize) break;
        if (child + 1 < this.heapSize && costS[heap[child + 1]!]! < costS[heap[child]!]!) child++;
        const at = heap[child]!;
        if (costS[at]! >= c) break;
        heap[i] = at;
        where[at] = i;
        i = child;
      }
      heap[i] = last;
      where[last] = i;
    }
    return top;
  }
}

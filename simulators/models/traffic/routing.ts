/**
 * Routes as trees: one row per destination and variant says, for every link, which movement to take at its end. Row variants:
 * 0 follows the live travel times (drivers with navigation), the others are habits: remembered times, each with its own
 * noise, so that not everybody takes the same road. Rows are shortest-path trees (Dijkstra backwards over links, with
 * R. Dial's buckets, Comm. ACM 12 (1969) 632).
 */
import type { Random } from '../../kernel/random.ts';
import type { Network } from './network.ts';
import { TURN_LEFT, TURN_RIGHT, TURN_STRAIGHT, TURN_U } from './network.ts';

/** Values of a row besides the movement's number at its link. */
export const HOP_ARRIVED = 255;
export const HOP_NONE = 254;

/** Seconds a movement costs beyond driving its link, by its turn; the least is BUCKET_S. */
const turnS = new Float64Array(4);
turnS[TURN_STRAIGHT] = 3;
turnS[TURN_RIGHT] = 4;
turnS[TURN_LEFT] = 8;
turnS[TURN_U] = 30;
/** Width of a bucket, s; beyond the last (three hours) order no longer matters. */
const BUCKET_S = 3;
const BUCKETS = 3_600;
/** Bits of `back`: the movement's number up to TURN, its turn up to FROM, above it the link (two million of them). */
const TURN = 8;
const FROM = 10;

export class Router {
  readonly rows: Uint8Array[] = [];
  /** Seconds to the destination, of the last row computed. */
  readonly costS: Float64Array;
  /** Travel time of each link as measured. */
  readonly liveS: Float32Array;
  private readonly net: Network;
  private readonly backStart: Int32Array;
  /** Movements into each link: the link they come from, in the low bits their turn and their number there. */
  private readonly back: Int32Array;
  // Links by cost: each bucket is a chain of entries; a link that was found cheaper has an older entry in a later bucket.
  private readonly bucket = new Int32Array(BUCKETS);
  private readonly entryLink: Int32Array;
  private readonly entryNext: Int32Array;
  private readonly done: Uint8Array;
  private entries = 0;
  private lastBucket = 0;

  constructor(net: Network) {
    this.net = net;
    const n = net.linkCount;
    this.costS = new Float64Array(n);
    this.liveS = Float32Array.from({ length: n }, (_, i) => net.linkLengthM[i]! / net.linkLimitMps[i]!);
    this.entryLink = new Int32Array(n + net.movementTo.length);
    this.entryNext = new Int32Array(n + net.movementTo.length);
    this.done = new Uint8Array(n);
    this.backStart = new Int32Array(n + 1);
    this.back = new Int32Array(net.movementTo.length);
    for (const to of net.movementTo) this.backStart[to + 1]!++;
    for (let i = 0; i < n; i++) this.backStart[i + 1]! += this.backStart[i]!;
    const at = this.backStart.slice();
    for (let m = 0; m < net.movementTo.length; m++) {
      const from = net.movementFrom[m]!;
      this.back[at[net.movementTo[m]!]!++] =
        (from << FROM) | (net.movementTurn[m]! << TURN) | (m - net.movementStart[from]!);
    }
  }

  /** How a driver population sees travel times: a factor a link. */
  habit(random: Random, noise: number): Float32Array {
    return Float32Array.from({ length: this.net.linkCount }, () => Math.exp(noise * random.normal()));
  }

  /** Fills (or makes) a row: the tree to any of `sinks`. `closed` links are not driven through. */
  compute(row: number, sinks: readonly number[], linkS: Float32Array, closed: Uint8Array | null): void {
    const { net } = this;
    const hop = (this.rows[row] ??= new Uint8Array(net.linkCount));
    hop.fill(HOP_NONE);
    const cost = this.costS;
    cost.fill(Infinity);
    const { done, bucket, entryLink, entryNext } = this;
    if (closed === null) done.fill(0);
    else done.set(closed);
    bucket.fill(-1);
    this.entries = 0;
    this.lastBucket = 0;
    for (const s of sinks) {
      if (closed?.[s] === 1) continue;
      cost[s] = linkS[s]! * 0.6;
      hop[s] = HOP_ARRIVED;
      this.push(s, cost[s]);
    }
    const { backStart, back } = this;
    for (let b = 0; b <= this.lastBucket; b++) {
      // Every step costs at least a bucket's width, so nothing in a bucket makes another in it cheaper; only the last
      // may grow while it is emptied.
      for (let e = bucket[b]!; e >= 0; e = bucket[b]!) {
        bucket[b] = -1;
        for (; e >= 0; e = entryNext[e]!) {
          const link = entryLink[e]!;
          if (done[link] === 1) continue;
          done[link] = 1;
          const base = cost[link]!;
          for (let k = backStart[link]!, end = backStart[link + 1]!; k < end; k++) {
            const how = back[k]!;
            const from = how >> FROM;
            if (done[from] === 1) continue;
            const c = base + linkS[from]! + turnS[(how >> TURN) & 3]!;
            if (c >= cost[from]!) continue;
            cost[from] = c;
            hop[from] = how & 0xff;
            this.push(from, c);
          }
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

  private push(link: number, costS: number): void {
    const b = costS < BUCKETS * BUCKET_S ? (costS / BUCKET_S) | 0 : BUCKETS - 1;
    const e = this.entries++;
    this.entryLink[e] = link;
    this.entryNext[e] = this.bucket[b]!;
    this.bucket[b] = e;
    if (b > this.lastBucket) this.lastBucket = b;
  }
}

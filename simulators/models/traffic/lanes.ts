/**
 * Vehicles in order of driving, lane by lane, in contiguous memory: slot `head[l]` is the first to leave lane l, the
 * next slots follow it. A lane's window slides through its region as vehicles leave in front and enter behind, so that
 * a step is a linear sweep. Invariant: within a lane `pos[i+1] ≤ pos[i] − length[i]`.
 */
import type { Network } from './network.ts';

/** No stop ahead on this lane. */
export const NO_STOP = 1e9;
/** Leaves the network on this link. */
export const MOVE_EXIT = -1;
/** A thing that stands in the road and is no vehicle. */
export const PHANTOM = -1;

export class Lanes {
  readonly count: Uint16Array;
  readonly head: Int32Array;
  private readonly base: Int32Array;
  private readonly end: Int32Array;
  private readonly capacity: Uint16Array;
  /** Front bumper, metres from the start of the lane. */
  readonly pos: Float32Array;
  /** m/s */
  readonly vel: Float32Array;
  readonly length: Float32Array;
  /** Desired speed over the lane's. */
  readonly factor: Float32Array;
  /** Row of the driver table. */
  readonly driver: Uint8Array;
  readonly vehicle: Int32Array;
  /** Movement at the end of the link, or MOVE_EXIT. */
  readonly next: Int32Array;
  /** Where it has to stop on this lane (bus stop). */
  readonly stopAt: Float32Array;
  /** Lanes of this link that serve `next`. */
  readonly mask: Uint16Array;

  constructor(net: Network, shortestVehicleM: number, standstillM: number) {
    const n = net.laneCount;
    this.count = new Uint16Array(n);
    this.head = new Int32Array(n);
    this.base = new Int32Array(n);
    this.end = new Int32Array(n);
    this.capacity = new Uint16Array(n);
    let at = 0;
    for (let l = 0; l < n; l++) {
      const capacity = Math.min(
        60_000,
        Math.ceil(net.laneLengthM[l]! / (shortestVehicleM + standstillM * 0.1)) + 3,
      );
      this.capacity[l] = capacity;
      this.base[l] = at;
      this.head[l] = at;
      at += capacity + 4 + (capacity >> 1);
      this.end[l] = at;
    }
    this.pos = new Float32Array(at);
    this.vel = new Float32Array(at);
    this.length = new Float32Array(at);
    this.factor = new Float32Array(at);
    this.driver = new Uint8Array(at);
    this.vehicle = new Int32Array(at);
    this.next = new Int32Array(at);
    this.stopAt = new Float32Array(at);
    this.mask = new Uint16Array(at);
  }

  full(lane: number): boolean {
    return this.count[lane]! >= this.capacity[lane]!;
  }

  /** Rear bumper of the last vehicle; the lane must not be empty. */
  tailRear(lane: number): number {
    const i = this.head[lane]! + this.count[lane]! - 1;
    return this.pos[i]! - this.length[i]!;
  }

  tail(lane: number): number {
    return this.head[lane]! + this.count[lane]! - 1;
  }

  private copy(from: number, to: number): void {
    this.pos[to] = this.pos[from]!;
    this.vel[to] = this.vel[from]!;
    this.length[to] = this.length[from]!;
    this.factor[to] = this.factor[from]!;
    this.driver[to] = this.driver[from]!;
    this.vehicle[to] = this.vehicle[from]!;
    this.next[to] = this.next[from]!;
    this.stopAt[to] = this.stopAt[from]!;
    this.mask[to] = this.mask[from]!;
  }

  /** Opens a slot at `rank` (0 = first); the caller fills it. The lane must not be full. */
  open(lane: number, rank: number): number {
    let head = this.head[lane]!;
    const n = this.count[lane]!;
    if (head + n >= this.end[lane]!) {
      const base = this.base[lane]!;
      for (let i = 0; i < n; i++) this.copy(head + i, base + i);
      this.head[lane] = head = base;
    }
    for (let i = head + n; i > head + rank; i--) this.copy(i - 1, i);
    this.count[lane] = n + 1;
    return head + rank;
  }

  remove(lane: number, rank: number): void {
    const n = this.count[lane]! - 1;
    const head = this.head[lane]!;
    if (rank === 0) this.head[lane] = head + 1;
    else for (let i = head + rank; i < head + n; i++) this.copy(i + 1, i);
    this.count[lane] = n;
    if (n === 0) this.head[lane] = this.base[lane]!;
  }

  /** Moves a vehicle to a slot opened in another lane and takes it out of its own. */
  move(lane: number, rank: number, toLane: number, toRank: number): number {
    const to = this.open(toLane, toRank);
    this.copy(this.head[lane]! + rank, to);
    this.remove(lane, rank);
    return to;
  }

  /** How many vehicles have their front bumper at or beyond `x`. */
  rankAt(lane: number, x: number): number {
    const head = this.head[lane]!;
    const n = this.count[lane]!;
    let r = 0;
    while (r < n && this.pos[head + r]! >= x) r++;
    return r;
  }
}

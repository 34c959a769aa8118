/**
 * Vehicles in order of driving, lane by lane, in contiguous memory: slot `head[l]` is the first to leave lane l, the
 * next slots follow it. A lane's window slides through its block as vehicles leave in front and enter behind, so that
 * a step is a linear sweep; empty lanes hold no block and blocks are as large as their queue, so that all vehicles of a
 * city stay in the processor's cache. Invariant: within a lane `pos[i+1] ≤ pos[i] − length[i]`.
 */
import type { Network } from './network.ts';

/** No stop ahead on this lane. */
export const NO_STOP = 1e9;
/** Leaves the network on this link. */
export const MOVE_EXIT = -1;
/** A thing that stands in the road and is no vehicle. */
export const PHANTOM = -1;

/** Numbers of a slot, and where each stands. */
export const SLOT = 8;
export const POS = 0;
export const VEL = 1;
export const LENGTH = 2;
export const FACTOR = 3;
export const STOP = 4;
/** Low byte: driver row; above it the 16 bits of the lane mask. */
export const DRIVER = 5;
export const VEHICLE = 6;
export const NEXT = 7;

const FIRST_SLOTS = 1 << 15;
const SMALLEST_BLOCK = 2;
/** 0 for the smallest block, one more for each doubling. */
const blockClass = (size: number): number => 30 - Math.clz32(size);

function slots(length: number): { reals: Float32Array; words: Int32Array } {
  const reals = new Float32Array(length);
  return { reals, words: new Int32Array(reals.buffer) };
}

export class Lanes {
  readonly count: Uint16Array;
  readonly head: Int32Array;
  private readonly base: Int32Array;
  private readonly end: Int32Array;
  private readonly capacity: Uint16Array;
  /** All of a slot lies in one half of a cache line: SLOT numbers, reals and integers over the same memory. */
  reals: Float32Array;
  words: Int32Array;
  /** Slots handed out so far, and per size (2, 4, 8…) the blocks given back. */
  private top = 0;
  private readonly free: number[][] = Array.from({ length: 16 }, () => []);
  /** Lanes with vehicles, a bit each: bit l & 31 of number l >> 5. */
  readonly taken: Int32Array;
  /** What `relay` copies into; the two change places. */
  private readonly spare = slots(FIRST_SLOTS * SLOT);

  constructor(net: Network, shortestVehicleM: number, standstillM: number) {
    const n = net.laneCount;
    ({ reals: this.reals, words: this.words } = slots(FIRST_SLOTS * SLOT));
    this.count = new Uint16Array(n);
    this.taken = new Int32Array((n + 31) >> 5);
    this.head = new Int32Array(n);
    this.base = new Int32Array(n);
    this.end = new Int32Array(n);
    this.capacity = new Uint16Array(n);
    for (let l = 0; l < n; l++)
      this.capacity[l] = Math.min(
        60_000,
        Math.ceil(net.laneLengthM[l]! / (shortestVehicleM + standstillM * 0.1)) + 3,
      );
  }

  /** Front bumper, metres from the start of the lane. */
  pos(slot: number): number {
    return this.reals[slot * SLOT + POS]!;
  }
  setPos(slot: number, value: number): void {
    this.reals[slot * SLOT + POS] = value;
  }
  /** m/s */
  vel(slot: number): number {
    return this.reals[slot * SLOT + VEL]!;
  }
  setVel(slot: number, value: number): void {
    this.reals[slot * SLOT + VEL] = value;
  }
  /** Metres. */
  length(slot: number): number {
    return this.reals[slot * SLOT + LENGTH]!;
  }
  setLength(slot: number, value: number): void {
    this.reals[slot * SLOT + LENGTH] = value;
  }
  /** Desired speed over the lane's. */
  factor(slot: number): number {
    return this.reals[slot * SLOT + FACTOR]!;
  }
  setFactor(slot: number, value: number): void {
    this.reals[slot * SLOT + FACTOR] = value;
  }
  /** Where it has to stop on this lane (bus stop), or NO_STOP. */
  stopAt(slot: number): number {
    return this.reals[slot * SLOT + STOP]!;
  }
  setStopAt(slot: number, value: number): void {
    this.reals[slot * SLOT + STOP] = value;
  }
  /** Row of the driver table. */
  driver(slot: number): number {
    return this.words[slot * SLOT + DRIVER]! & 0xff;
  }
  setDriver(slot: number, value: number): void {
    const at = slot * SLOT + DRIVER;
    this.words[at] = (this.words[at]! & ~0xff) | value;
  }
  vehicle(slot: number): number {
    return this.words[slot * SLOT + VEHICLE]!;
  }
  setVehicle(slot: number, value: number): void {
    this.words[slot * SLOT + VEHICLE] = value;
  }
  /** Movement at the end of the link, or MOVE_EXIT. */
  next(slot: number): number {
    return this.words[slot * SLOT + NEXT]!;
  }
  setNext(slot: number, value: number): void {
    this.words[slot * SLOT + NEXT] = value;
  }
  /** Lanes of this link that serve `next`, as bits. */
  mask(slot: number): number {
    return (this.words[slot * SLOT + DRIVER]! >>> 8) & 0xffff;
  }
  setMask(slot: number, value: number): void {
    const at = slot * SLOT + DRIVER;
    this.words[at] = (this.words[at]! & 0xff) | (value << 8);
  }

  full(lane: number): boolean {
    return this.count[lane]! >= this.capacity[lane]!;
  }

  /** Whether anybody is on it: a bit, near at hand for lanes far apart. */
  holds(lane: number): boolean {
    return ((this.taken[lane >> 5]! >> (lane & 31)) & 1) === 1;
  }

  /** Rear bumper of the last vehicle; the lane must not be empty. */
  tailRear(lane: number): number {
    const i = this.head[lane]! + this.count[lane]! - 1;
    return this.pos(i) - this.length(i);
  }

  tail(lane: number): number {
    return this.head[lane]! + this.count[lane]! - 1;
  }

  private copy(from: number, to: number): void {
    const words = this.words;
    const a = from * SLOT;
    const b = to * SLOT;
    for (let k = 0; k < SLOT; k++) words[b + k] = words[a + k]!;
  }

  /** Opens a slot at `rank` (0 = first); the caller fills it. The lane must not be full. */
  open(lane: number, rank: number): number {
    let head = this.head[lane]!;
    const n = this.count[lane]!;
    if (head + n >= this.end[lane]!) head = this.makeRoom(lane, head, n);
    for (let i = head + n; i > head + rank; i--) this.copy(i - 1, i);
    this.count[lane] = n + 1;
    if (n === 0) this.taken[lane >> 5]! |= 1 << (lane & 31);
    return head + rank;
  }

  remove(lane: number, rank: number): void {
    const n = this.count[lane]! - 1;
    const head = this.head[lane]!;
    if (rank === 0) this.head[lane] = head + 1;
    else for (let i = head + rank; i < head + n; i++) this.copy(i + 1, i);
    this.count[lane] = n;
    if (n === 0) this.giveBack(lane);
  }

  /** The window has reached the end of its block: back to the beginning, or to a larger block. */
  private makeRoom(lane: number, head: number, n: number): number {
    const size = this.end[lane]! - this.base[lane]!;
    if (size > 0 && n + 1 + (n >> 2) <= size) {
      const base = this.base[lane]!;
      for (let i = 0; i < n; i++) this.copy(head + i, base + i);
      this.head[lane] = base;
      return base;
    }
    const wanted = size === 0 ? SMALLEST_BLOCK : size * 2;
    const base = this.take(wanted);
    for (let i = 0; i < n; i++) this.copy(head + i, base + i);
    if (size > 0) this.free[blockClass(size)]!.push(this.base[lane]!);
    this.base[lane] = base;
    this.end[lane] = base + wanted;
    this.head[lane] = base;
    return base;
  }

  private take(size: number): number {
    const again = this.free[blockClass(size)]!.pop();
    if (again !== undefined) return again;
    const base = this.top;
    this.top += size;
    if (this.top * SLOT > this.words.length) {
      const before = this.words;
      ({ reals: this.reals, words: this.words } = slots(Math.max(this.top * SLOT, before.length * 2)));
      this.words.set(before);
    }
    return base;
  }

  /**
   * All blocks anew in the order of lanes: whatever looks at lane after lane then reads memory from one end to the other.
   * Nobody may hold a slot's number over this.
   */
  relay(): void {
    const { spare, words: from } = this;
    if (spare.words.length !== from.length) Object.assign(spare, slots(from.length));
    for (const list of this.free) list.length = 0;
    let top = 0;
    let to = spare.words;
    const { taken, count, head, base, end } = this;
    for (let w = 0; w < taken.length; w++)
      for (let bits = taken[w]!; bits !== 0; bits &= bits - 1) {
        const l = (w << 5) + 31 - Math.clz32(bits & -bits);
        const n = count[l]!;
        let size = SMALLEST_BLOCK;
        while (n + 1 + (n >> 2) > size) size *= 2;
        if ((top + size) * SLOT > to.length) {
          Object.assign(spare, slots(to.length * 2));
          spare.words.set(to);
          to = spare.words;
        }
        let a = head[l]! * SLOT;
        for (let b = top * SLOT, e = b + n * SLOT; b < e; a++, b++) to[b] = from[a]!;
        base[l] = top;
        head[l] = top;
        top += size;
        end[l] = top;
      }
    this.top = top;
    this.words = to;
    const { reals } = spare;
    spare.words = from;
    spare.reals = this.reals;
    this.reals = reals;
  }

  private giveBack(lane: number): void {
    this.taken[lane >> 5]! &= ~(1 << (lane & 31));
    const base = this.base[lane]!;
    this.free[blockClass(this.end[lane]! - base)]!.push(base);
    this.base[lane] = 0;
    this.end[lane] = 0;
    this.head[lane] = 0;
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
    let low = 0;
    let high = n;
    while (low < high) {
      const mid = (low + high) >> 1;
      if (this.pos(head + mid) >= x) low = mid + 1;
      else high = mid;
    }
    return low;
  }
}

/** Lanes blocked by an incident: a vehicle that stands where it is, or an obstacle where there is none. */
import { STANDING } from './car-following.ts';
import type { Kernel } from './kernel.ts';
import type { LaneChanges } from './lane-change.ts';
import { MOVE_EXIT, NO_STOP, PHANTOM } from './lanes.ts';
import { EventHeap } from '../../kernel/event-heap.ts';

const OBSTACLE_M = 5;
const FOR_EVER = 2 ** 31 - 1;

interface Block {
  readonly parts: readonly { lane: number; x: number; tripId: number }[];
}

export class Blocks {
  private readonly blocks = new Map<number, Block>();
  private readonly ends = new EventHeap<number>();
  private nextHandle = 1;
  private readonly kernel: Kernel;
  private readonly changes: LaneChanges;

  constructor(kernel: Kernel, changes: LaneChanges) {
    this.kernel = kernel;
    this.changes = changes;
  }

  /** Blocks lanes (a count from the kerb, or their numbers) of a link. Answers a handle, 0 where nothing was blocked. */
  add(link: number, offsetM: number, which: number | readonly number[], seconds: number): number {
    const { net, lanes, vehicles } = this.kernel;
    const first = net.laneStart[link]!;
    const total = net.laneStart[link + 1]! - first;
    const numbers =
      typeof which === 'number' ? Array.from({ length: Math.min(which, total) }, (_, i) => i) : which;
    const L = net.linkLengthM[link]!;
    const x = Math.max(Math.min(OBSTACLE_M, L / 2), Math.min(L - 2, offsetM - net.linkTrimM[link]!));
    const parts: { lane: number; x: number; tripId: number }[] = [];
    for (const number of numbers) {
      if (number < 0 || number >= total) continue;
      const lane = first + number;
      const i = this.overlapping(lane, x);
      if (i >= 0) {
        const vehicle = lanes.vehicle(i);
        // Two blocks at one place: the second has nothing left to block.
        if (vehicle === PHANTOM || lanes.driver(i) === STANDING) continue;
        if (i === lanes.head[lane]) this.kernel.right.giveUp(lane, lanes.length(i));
        lanes.setDriver(i, STANDING);
        lanes.setVel(i, 0);
        vehicles.standUntil[vehicle] = FOR_EVER;
        parts.push({ lane, x: lanes.pos(i), tripId: vehicles.tripId[vehicle]! });
      } else if (!lanes.full(lane)) {
        const rank = lanes.rankAt(lane, x);
        if (rank === 0 && lanes.count[lane]! > 0)
          this.kernel.right.giveUp(lane, lanes.length(lanes.head[lane]!));
        const slot = lanes.open(lane, rank);
        lanes.setPos(slot, x);
        lanes.setVel(slot, 0);
        lanes.setLength(slot, OBSTACLE_M);
        lanes.setFactor(slot, 1);
        lanes.setDriver(slot, STANDING);
        lanes.setVehicle(slot, PHANTOM);
        lanes.setNext(slot, MOVE_EXIT);
        lanes.setStopAt(slot, NO_STOP);
        lanes.setMask(slot, 0xffff);
        parts.push({ lane, x, tripId: -1 });
      }
    }
    if (parts.length === 0) return 0;
    const handle = this.nextHandle++;
    this.blocks.set(handle, { parts });
    this.ends.push(this.kernel.nowS + seconds, handle);
    this.markLanes(parts);
    return handle;
  }

  remove(handle: number): void {
    const block = this.blocks.get(handle);
    if (block === undefined) return;
    this.blocks.delete(handle);
    const { lanes, vehicles } = this.kernel;
    for (const part of block.parts) {
      for (let rank = 0; rank < lanes.count[part.lane]!; rank++) {
        const i = lanes.head[part.lane]! + rank;
        const vehicle = lanes.vehicle(i);
        if (
          part.tripId < 0
            ? vehicle !== PHANTOM || Math.abs(lanes.pos(i) - part.x) > 0.5
            : vehicle === PHANTOM || vehicles.tripId[vehicle] !== part.tripId
        )
          continue;
        if (vehicle === PHANTOM) lanes.remove(part.lane, rank);
        else vehicles.standUntil[vehicle] = 0;
        break;
      }
    }
    this.markLanes(block.parts);
  }

  step(): void {
    for (;;) {
      const handle = this.ends.popDue(this.kernel.nowS);
      if (handle === undefined) return;
      this.remove(handle);
    }
  }

  get size(): number {
    return this.blocks.size;
  }

  private markLanes(touched: readonly { lane: number }[]): void {
    for (const { lane } of touched) {
      let at = -1;
      for (const b of this.blocks.values())
        for (const p of b.parts) if (p.lane === lane && (at < 0 || p.x < at)) at = p.x;
      this.changes.blockedAt[lane] = at;
    }
  }

  /** Slot of the vehicle whose body an obstacle at `x` would touch, -1 none. */
  private overlapping(lane: number, x: number): number {
    const { lanes } = this.kernel;
    for (let i = lanes.head[lane]!, e = i + lanes.count[lane]!; i < e; i++) {
      const front = lanes.pos(i);
      if (front + 0.3 > x - OBSTACLE_M && front - lanes.length(i) - 0.3 < x) return i;
    }
    return -1;
  }
}

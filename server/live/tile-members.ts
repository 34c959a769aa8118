/**
 * Who is in one tile, in ascending order when asked, and who left it lately. Joining and leaving cost O(1); the order
 * is mended when the tile is next encoded, which is cheap because few objects cross a border between two ticks.
 */
import { tileXOfKey, tileYOfKey } from '../contract/geo.ts';

/** Beyond this many leavers (or the tile's own size) a whole frame is smaller than the difference. */
const MAX_GONE = 256;
/** Up to this many joins and leaves the order is mended by insertion, beyond it sorted anew. */
const FEW_CHANGES = 12;

export class TileMembers {
  readonly key: number;
  readonly x: number;
  readonly y: number;
  slots = new Uint32Array(16);
  count = 0;
  /** Who left, and the version they left in; parallel, in order of leaving. */
  goneSlots: number[] = [];
  goneVersions: number[] = [];
  /** Leavers up to and with this version are forgotten. */
  floor: number;
  private disorder = 0;

  constructor(key: number, version: number) {
    this.key = key;
    this.x = tileXOfKey(key);
    this.y = tileYOfKey(key);
    this.floor = version - 1;
  }

  /** Returns the place the slot got, to be handed back to `leave`. */
  join(slot: number): number {
    if (this.count === this.slots.length) {
      const grown = new Uint32Array(this.count * 2);
      grown.set(this.slots);
      this.slots = grown;
    }
    if (this.count > 0 && this.slots[this.count - 1]! > slot) this.disorder++;
    this.slots[this.count] = slot;
    return this.count++;
  }

  /** Takes the slot at `place` out; returns the slot that took its place, or -1. */
  leave(place: number, version: number): number {
    const slot = this.slots[place]!;
    const last = this.slots[--this.count]!;
    if (this.goneSlots.length >= Math.max(MAX_GONE, this.count)) {
      this.goneSlots.length = 0;
      this.goneVersions.length = 0;
      this.floor = version;
    } else {
      this.goneSlots.push(slot);
      this.goneVersions.push(version);
    }
    if (place === this.count) return -1;
    this.slots[place] = last;
    this.disorder++;
    return last;
  }

  /** Brings the members into ascending order; `places[slot]` is kept true. */
  order(places: Uint32Array): void {
    if (this.disorder === 0) return;
    const { slots, count } = this;
    if (this.disorder <= FEW_CHANGES) {
      for (let i = 1; i < count; i++) {
        const slot = slots[i]!;
        let j = i - 1;
        if (slots[j]! <= slot) continue;
        for (; j >= 0 && slots[j]! > slot; j--) slots[j + 1] = slots[j]!;
        slots[j + 1] = slot;
      }
    } else {
      slots.subarray(0, count).sort();
    }
    for (let i = 0; i < count; i++) places[slots[i]!] = i;
    this.disorder = 0;
  }

  /** Forgets leavers up to and with `version`, which nobody can ask for any more. */
  forgetGone(version: number): void {
    let n = 0;
    while (n < this.goneVersions.length && this.goneVersions[n]! <= version) n++;
    if (n === 0) return;
    this.goneSlots.splice(0, n);
    this.goneVersions.splice(0, n);
    this.floor = Math.max(this.floor, version);
  }
}

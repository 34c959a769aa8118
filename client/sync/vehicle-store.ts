/**
 * Vehicles in view, dense: instance i has its place before, its place next, since when and how fast it goes between,
 * in one interleaved buffer that is uploaded as it is. Slots map to instances; removal moves the last one in.
 *
 * Lengths are in units of 1/65536 of a z14 tile (3.7 cm at the equator) from an origin tile: whole numbers below 2^24,
 * exact in float32, so nothing jitters at any zoom.
 */
import { layerTileZoom, SPEED_UNKNOWN } from '../../server/contract/frames.ts';
import { tileKey } from '../../server/contract/geo.ts';

/** Bytes an instance: f32 ×4 from x, y, to x, y · f32 since (ms) · f32 1/duration (1/ms) · u8 ×4 headings, kind, speed. */
export const VEHICLE_STRIDE = 28;
const F = VEHICLE_STRIDE / 4;
/** Tile units a z14 tile. */
export const TILE_UNITS = 65_536;
/** Units round the Earth: mercator 0…1 times this. */
export const WORLD_UNITS = TILE_UNITS * 2 ** layerTileZoom.vehicles;
/** Metres a unit at the equator (WGS 84 equatorial circumference). */
export const UNIT_M_EQUATOR = 40_075_016.686 / WORLD_UNITS;

/** Farther than this many tiles from the origin float32 is no longer whole; the origin moves. */
const ORIGIN_REACH = 240;
/** A slower feed is shown by a glide of this length and then at rest. */
const MAX_GLIDE_MS = 3_000;
/** A glide a little longer than the cadence hides the jitter of the network. */
const GLIDE_SLACK = 1.08;
/** `since` is kept small enough for whole ms in float32. */
const REBASE_MS = 2 ** 22;
/** A vehicle whose speed is not known may go this fast before a move counts as a jump (fast replays). */
const UNKNOWN_SPEED_M_S = 1_000;
const JUMP_FLOOR_M = 100;

export class VehicleStore {
  count = 0;
  capacity = 0;
  buffer = new ArrayBuffer(0);
  floats = new Float32Array(0);
  bytes = new Uint8Array(0);
  /** Instance → slot. */
  slots = new Uint32Array(0);
  /** Tile of the origin. */
  originX = 0;
  originY = 0;
  /** `since` counts from this local time. */
  epochMs = 0;
  /** Grows with every change. */
  version = 0;
  intervalMs = 500;
  /** Local time of the last message. */
  messageAtMs = 0;
  /** Until then something moves (local time), if no message is late. */
  movingUntilMs = 0;
  /** Instances that changed since the last `clean`: dirtyFrom ≤ i < dirtyTo. */
  dirtyFrom = Number.POSITIVE_INFINITY;
  dirtyTo = 0;

  private tile = new Uint32Array(0);
  private seen = new Uint32Array(0);
  private cadence = new Float32Array(0);
  /** Slot → instance + 1; 0 where not in view. */
  private instance = new Uint32Array(0);
  private generation = 0;
  private key = 0;
  private baseX = 0;
  private baseY = 0;
  private unitM = UNIT_M_EQUATOR;
  private readonly at = new Float64Array(3);

  /** The instance of a slot, -1 where it is not in view. */
  indexOf(slot: number): number {
    return slot < this.instance.length ? this.instance[slot]! - 1 : -1;
  }

  kindAt(i: number): number {
    return this.bytes[i * VEHICLE_STRIDE + 26]!;
  }

  speedAt(i: number): number {
    return this.bytes[i * VEHICLE_STRIDE + 27]!;
  }

  /** Where instance `i` is drawn at `nowMs`: writes x, y (units from the origin) and heading in 0…256. */
  displayed(i: number, nowMs: number, out: Float64Array | number[]): void {
    const f = this.floats;
    const o = i * F;
    const b = i * VEHICLE_STRIDE + 24;
    const k = this.progress(f[o + 4]!, f[o + 5]!, this.bytes[b + 3]!, nowMs);
    out[0] = f[o]! + (f[o + 2]! - f[o]!) * k;
    out[1] = f[o + 1]! + (f[o + 3]! - f[o + 1]!) * k;
    const turn = ((this.bytes[b + 1]! - this.bytes[b]! + 384) % 256) - 128;
    out[2] = (this.bytes[b]! + turn * Math.min(1, k) + 256) % 256;
  }

  /**
   * How far along its glide an instance is: 0…1, and beyond 1 (dead reckoning) only for what moves, while a message
   * is late, and for at most one interval. The shader of the vehicle layer computes the same.
   */
  progress(since: number, perMs: number, speed: number, nowMs: number): number {
    const elapsed = Math.max(0, nowMs - this.epochMs - since);
    const done = elapsed * perMs;
    if (done <= 1) return done;
    const lateMs = speed === 0 ? 0 : Math.min(this.lateMs(nowMs), elapsed - 1 / perMs);
    return 1 + Math.max(0, lateMs) * perMs;
  }

  /** How much of the one interval of dead reckoning is used, in ms. */
  lateMs(nowMs: number): number {
    return Math.min(this.intervalMs, Math.max(0, nowMs - this.messageAtMs - this.intervalMs * GLIDE_SLACK));
  }

  /** True while a picture drawn at `nowMs` differs from one drawn a moment later. */
  moving(nowMs: number): boolean {
    if (this.count === 0) return false;
    if (nowMs < this.movingUntilMs) return true;
    return nowMs - this.messageAtMs < this.intervalMs * (1 + GLIDE_SLACK);
  }

  clean(): void {
    this.dirtyFrom = Number.POSITIVE_INFINITY;
    this.dirtyTo = 0;
  }

  clear(): void {
    if (this.count === 0) return;
    for (let i = 0; i < this.count; i++) this.instance[this.slots[i]!] = 0;
    this.count = 0;
    this.version++;
    this.clean();
  }

  beginMessage(nowMs: number, intervalMs: number, generation: number): void {
    if (nowMs - this.epochMs > REBASE_MS || nowMs < this.epochMs) this.rebaseTime(nowMs);
    if (this.lateMs(nowMs) > 0) this.settle(nowMs);
    this.generation = generation;
    this.messageAtMs = nowMs;
    this.intervalMs = intervalMs || this.intervalMs;
  }

  beginTile(x: number, y: number): void {
    if (this.count === 0) {
      this.originX = x;
      this.originY = y;
    } else if (Math.abs(x - this.originX) > ORIGIN_REACH || Math.abs(y - this.originY) > ORIGIN_REACH) {
      // The view went to another region; what is shown of the last one is out of sight.
      this.clear();
      this.originX = x;
      this.originY = y;
    }
    this.key = tileKey(x, y);
    this.baseX = (x - this.originX) * TILE_UNITS;
    this.baseY = (y - this.originY) * TILE_UNITS;
    // Of mercator, the scale at latitude φ is 1/cosh(ψ), ψ being the mercator y in radians.
    const n = 2 ** layerTileZoom.vehicles;
    this.unitM = UNIT_M_EQUATOR / Math.cosh(Math.PI * (1 - (2 * (y + 0.5)) / n));
  }

  put(slot: number, kind: number, px: number, py: number, heading: number, speed: number): void {
    const x = this.baseX + px;
    const y = this.baseY + py;
    const nowMs = this.messageAtMs;
    let i = this.indexOf(slot);
    if (i < 0) {
      i = this.add(slot);
      this.write(i, x, y, x, y, this.intervalMs);
      this.cadence[i] = this.intervalMs;
      this.bytes[i * VEHICLE_STRIDE + 24] = heading;
    } else {
      const f = this.floats;
      const o = i * F;
      const before = this.speedAt(i);
      const elapsedMs = nowMs - this.epochMs - f[o + 4]!;
      const cadence = this.nextCadence(this.cadence[i]!, elapsedMs, before);
      this.cadence[i] = cadence;
      this.displayed(i, nowMs, this.at);
      const movedM = Math.hypot(x - this.at[0]!, y - this.at[1]!) * this.unitM;
      const snap = movedM > plausibleM(before, speed, Math.min(elapsedMs, MAX_GLIDE_MS));
      this.write(i, snap ? x : this.at[0]!, snap ? y : this.at[1]!, x, y, cadence * GLIDE_SLACK);
      this.bytes[i * VEHICLE_STRIDE + 24] = snap ? heading : this.at[2]!;
    }
    const b = i * VEHICLE_STRIDE + 24;
    this.bytes[b + 1] = heading;
    this.bytes[b + 2] = kind;
    this.bytes[b + 3] = speed;
    this.tile[i] = this.key;
    this.seen[i] = this.generation;
    this.touch(i);
  }

  /** The slot has left the tile just begun; it may have been announced in another already. */
  leave(slot: number): void {
    const i = this.indexOf(slot);
    if (i >= 0 && this.tile[i] === this.key && this.seen[i] !== this.generation) this.removeAt(i);
  }

  dropUnseenIn(tiles: ReadonlySet<number>): void {
    for (let i = this.count - 1; i >= 0; i--) {
      if (this.seen[i] !== this.generation && tiles.has(this.tile[i]!)) this.removeAt(i);
    }
  }

  keepTiles(tiles: ReadonlySet<number>): void {
    for (let i = this.count - 1; i >= 0; i--) if (!tiles.has(this.tile[i]!)) this.removeAt(i);
  }

  endMessage(): void {
    if (this.dirtyTo > 0) this.version++;
  }

  /**
   * The time between reports of one vehicle. A long silence of one that stood still says nothing of its feed's
   * cadence: only what changed is sent.
   */
  private nextCadence(cadence: number, elapsedMs: number, speedBefore: number): number {
    if (elapsedMs > cadence * 1.8) {
      if (speedBefore === 0) return cadence;
      return Math.min(MAX_GLIDE_MS, Math.max(this.intervalMs, elapsedMs));
    }
    const mixed = cadence + (elapsedMs - cadence) * 0.3;
    return Math.min(MAX_GLIDE_MS, Math.max(this.intervalMs, mixed));
  }

  private write(i: number, fx: number, fy: number, x: number, y: number, durationMs: number): void {
    const f = this.floats;
    const o = i * F;
    f[o] = fx;
    f[o + 1] = fy;
    f[o + 2] = x;
    f[o + 3] = y;
    f[o + 4] = this.messageAtMs - this.epochMs;
    f[o + 5] = 1 / durationMs;
    if (fx !== x || fy !== y) {
      this.movingUntilMs = Math.max(this.movingUntilMs, this.messageAtMs + durationMs);
    }
  }

  private touch(i: number): void {
    if (i < this.dirtyFrom) this.dirtyFrom = i;
    if (i >= this.dirtyTo) this.dirtyTo = i + 1;
  }

  private add(slot: number): number {
    if (this.count === this.capacity) this.growInstances();
    if (slot >= this.instance.length) {
      const grown = new Uint32Array(Math.max(4096, 2 ** Math.ceil(Math.log2(slot + 1))));
      grown.set(this.instance);
      this.instance = grown;
    }
    const i = this.count++;
    this.slots[i] = slot;
    this.instance[slot] = i + 1;
    return i;
  }

  private removeAt(i: number): void {
    const last = --this.count;
    this.instance[this.slots[i]!] = 0;
    if (i !== last) {
      this.bytes.copyWithin(i * VEHICLE_STRIDE, last * VEHICLE_STRIDE, (last + 1) * VEHICLE_STRIDE);
      this.slots[i] = this.slots[last]!;
      this.tile[i] = this.tile[last]!;
      this.seen[i] = this.seen[last]!;
      this.cadence[i] = this.cadence[last]!;
      this.instance[this.slots[i]] = i + 1;
      this.touch(i);
    }
    this.version++;
  }

  private growInstances(): void {
    this.capacity = Math.max(4096, this.capacity * 2);
    const buffer = new ArrayBuffer(this.capacity * VEHICLE_STRIDE);
    const bytes = new Uint8Array(buffer);
    bytes.set(this.bytes);
    this.buffer = buffer;
    this.bytes = bytes;
    this.floats = new Float32Array(buffer);
    const wider = (old: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> => {
      const grown = new Uint32Array(this.capacity);
      grown.set(old);
      return grown;
    };
    this.slots = wider(this.slots);
    this.tile = wider(this.tile);
    this.seen = wider(this.seen);
    const cadence = new Float32Array(this.capacity);
    cadence.set(this.cadence);
    this.cadence = cadence;
    this.dirtyFrom = 0;
    this.dirtyTo = this.count;
  }

  /** After a late message, what was carried on by dead reckoning stays where it is shown instead of jumping back. */
  private settle(nowMs: number): void {
    for (let i = 0; i < this.count; i++) {
      const o = i * F;
      const f = this.floats;
      if (f[o] === f[o + 2] && f[o + 1] === f[o + 3]) continue;
      if ((nowMs - this.epochMs - f[o + 4]!) * f[o + 5]! <= 1) continue;
      this.displayed(i, nowMs, this.at);
      const since = f[o + 4]!;
      this.write(i, this.at[0]!, this.at[1]!, this.at[0]!, this.at[1]!, this.intervalMs);
      // The next report of this vehicle still measures its cadence from its last one.
      f[o + 4] = since;
      this.touch(i);
    }
  }

  private rebaseTime(nowMs: number): void {
    const shift = nowMs - this.epochMs;
    for (let i = 0; i < this.count; i++) this.floats[i * F + 4]! -= shift;
    this.epochMs = nowMs;
    if (this.count > 0) {
      this.dirtyFrom = 0;
      this.dirtyTo = this.count;
    }
  }
}

/** The farthest a vehicle may be from where it is shown without having jumped: three times what its speed explains. */
export function plausibleM(speedBefore: number, speedNow: number, elapsedMs: number): number {
  const s = elapsedMs / 1_000;
  if (speedBefore === SPEED_UNKNOWN || speedNow === SPEED_UNKNOWN)
    return JUMP_FLOOR_M + UNKNOWN_SPEED_M_S * s;
  return JUMP_FLOOR_M + (Math.max(speedBefore, speedNow) / 3.6) * 3 * s;
}

/**
 * Where everything that moves is: columns by slot, slots by tile. An object's event time only grows, so that late or
 * repeated reports never move it back (SY-20, SY-21); a slot rests before another object gets it (SY-23).
 */
import {
  beginFrame,
  endFrame,
  encodeVehicles,
  MODE_DELTA,
  MODE_KEY,
  SPEED_UNKNOWN,
  layerTileZoom,
  type ByteWriter,
  type VehicleColumns,
} from '../contract/frames.ts';
import {
  latOfMercatorY,
  lonOfMercatorX,
  mercatorX,
  mercatorY,
  tileKey,
  tileXOfKey,
  tileYOfKey,
  type LonLat,
} from '../contract/geo.ts';
import { moverKinds, type PositionObservation } from '../contract/observations.ts';
import { DerivedSpeeds } from './derived-speeds.ts';
import { RecentSamples } from './recent-samples.ts';
import { TileMembers } from './tile-members.ts';
import type { TileSource, Version } from './tile-source.ts';

const TILES_ACROSS = 2 ** layerTileZoom.vehicles;
const UNITS = 65_536;
/** How long a slot stays unused, so that no client takes the next object for the last one. */
export const SLOT_REST_MS = 30_000;
/** An object silent for so long, or for 5 of its feed's usual intervals, has left. */
export const SILENCE_MS = 60_000;
const SILENT_INTERVALS = 5;
/** Movement from which a heading is read off two positions, in tile units (about 3 cm each). */
const HEADING_UNITS = 100;
const NOWHERE = -1;
/** Bits of the `derived` column: worked out here, not told by the feed. */
export const DERIVED_HEADING = 1;
export const DERIVED_SPEED = 2;

const kindNumber = new Map<string, number>(moverKinds.map((kind, i) => [kind, i]));
const CAR = kindNumber.get('car')!;

export type ReportOutcome = 'taken' | 'late' | 'duplicate' | 'too-many-objects';

/** The objects of one feed. */
class FeedObjects {
  readonly slots = new Map<string, number>();
  readonly max: number;
  live = 0;
  /** Time between two reports of one object, as they arrive. */
  readonly intervalsMs = new RecentSamples(256);
  silenceMs = SILENCE_MS;
  /** How much faster than the world its event times run: 1, or the speed of a recording that is played. */
  pace = 1;

  constructor(max: number) {
    this.max = max;
  }
}

const emptyColumns = (n: number): VehicleColumns => ({
  x: new Uint16Array(n),
  y: new Uint16Array(n),
  heading: new Uint8Array(n),
  speed: new Uint8Array(n),
  kind: new Uint8Array(n),
});

export class Positions implements TileSource {
  readonly layer = 'vehicles';
  /** Columns by slot; replaced when they grow, so never kept by others. */
  columns: VehicleColumns = emptyColumns(1024);
  eventAtMs = new Float64Array(1024);
  arrivedAtMs = new Float64Array(1024);
  feed = new Uint16Array(1024);
  /** Index of the link it drives on, -1 unknown. */
  link = new Int32Array(1024);
  /** What of each object is worked out from its positions. */
  derived = new Uint8Array(1024);
  /** One past the highest slot ever used. */
  slots = 0;
  /** Objects on the map. */
  count = 0;
  /** Of the last report taken: its slot, and the event time since the one before (0 = first). */
  lastSlot = 0;
  lastGapMs = 0;
  /** Of the last report taken: how far it moved, in tile units; Infinity for the first. */
  lastMoveUnits = 0;
  /** Of the last report taken: the speed it told or that its positions tell, km/h. */
  lastSpeedKph: number | undefined;

  private readonly version: Version;
  private readonly feeds: FeedObjects[] = [];
  private readonly tiles: TileMembers[] = [];
  private readonly freeTiles: number[] = [];
  private readonly tileIndex = new Map<number, number>();
  private ids: string[] = [];
  private tileOf = new Int32Array(1024);
  private place = new Uint32Array(1024);
  private changedIn = new Uint32Array(1024);
  /** When it left the map; 0 while it is on it. */
  private leftAtMs = new Float64Array(1024);
  private readonly speeds = new DerivedSpeeds();
  private readonly free: number[] = [];
  private resting: { slot: number; leftAtMs: number }[] = [];
  private readonly scratch = { slots: new Uint32Array(1024), gone: [] as number[] };

  constructor(version: Version) {
    this.version = version;
  }

  /** Registers a feed; its number is the `feed` column. */
  addFeed(maxObjects: number): number {
    return this.feeds.push(new FeedObjects(maxObjects)) - 1;
  }

  liveOf(feed: number): number {
    return this.feeds[feed]?.live ?? 0;
  }

  /** How much faster than the world a feed's event times run. */
  setPace(feed: number, pace: number): void {
    this.feeds[feed]!.pace = pace;
  }

  report(feed: number, o: PositionObservation, arrivedAtMs: number): ReportOutcome {
    const objects = this.feeds[feed]!;
    let slot = objects.slots.get(o.id);
    if (slot !== undefined && o.at <= this.eventAtMs[slot]!) {
      return o.at === this.eventAtMs[slot]! ? 'duplicate' : 'late';
    }
    const fx = mercatorX(o.lon) * TILES_ACROSS;
    const fy = mercatorY(o.lat) * TILES_ACROSS;
    const tx = Math.min(TILES_ACROSS - 1, Math.floor(fx));
    const ty = Math.max(0, Math.min(TILES_ACROSS - 1, Math.floor(fy)));
    const x = Math.min(UNITS - 1, Math.floor((fx - tx) * UNITS));
    const y = Math.max(0, Math.min(UNITS - 1, Math.floor((fy - ty) * UNITS)));

    const known = slot !== undefined && this.tileOf[slot]! !== NOWHERE;
    if (!known) {
      // Those that left lately count too, or a feed could claim slots without end.
      if (objects.live >= objects.max) return 'too-many-objects';
      if (slot === undefined) {
        if (objects.slots.size >= 2 * objects.max) return 'too-many-objects';
        slot = this.takeSlot(feed, o.id);
        objects.slots.set(o.id, slot);
      }
      objects.live++;
      this.count++;
      this.leftAtMs[slot] = 0;
      this.link[slot] = -1;
      this.columns.heading[slot] = 0;
    }
    const s = slot!;
    const c = this.columns;
    const key = tileKey(tx, ty);
    let dx = 0;
    let dy = 0;
    if (known) {
      this.lastGapMs = o.at - this.eventAtMs[s]!;
      objects.intervalsMs.add(arrivedAtMs - this.arrivedAtMs[s]!);
      const tile = this.tiles[this.tileOf[s]!]!;
      dx = (tx - tile.x) * UNITS + x - c.x[s]!;
      dy = (ty - tile.y) * UNITS + y - c.y[s]!;
      this.lastMoveUnits = Math.abs(dx) + Math.abs(dy);
      if (tile.key !== key) {
        this.leaveTile(s, tile);
        this.joinTile(s, key);
      }
    } else {
      this.lastGapMs = 0;
      this.lastMoveUnits = Infinity;
      this.joinTile(s, key);
    }
    c.x[s] = x;
    c.y[s] = y;
    let derived = 0;
    if (o.headingDeg !== undefined) {
      c.heading[s] = Math.round((o.headingDeg * 256) / 360) & 255;
    } else {
      derived = DERIVED_HEADING;
      if (known && this.lastMoveUnits > HEADING_UNITS) {
        c.heading[s] = Math.round((Math.atan2(dx, -dy) * 128) / Math.PI) & 255;
      }
    }
    let speed = o.speedKph;
    if (speed === undefined) {
      derived |= DERIVED_SPEED;
      speed = this.speeds.speedKph(s, o.lon, o.lat, o.at, objects.pace);
    } else if (this.derived[s]! & DERIVED_SPEED) this.speeds.forget(s);
    this.derived[s] = derived;
    this.lastSpeedKph = speed;
    c.speed[s] = speed === undefined ? SPEED_UNKNOWN : Math.min(254, Math.round(speed));
    c.kind[s] = o.mover === undefined ? CAR : kindNumber.get(o.mover)!;
    this.eventAtMs[s] = o.at;
    this.arrivedAtMs[s] = arrivedAtMs;
    this.changedIn[s] = this.version.current;
    this.lastSlot = s;
    return 'taken';
  }

  /** The object has left. Unknown ones count as gone already. */
  gone(feed: number, id: string, atMs: number, nowMs: number): ReportOutcome {
    const slot = this.feeds[feed]!.slots.get(id);
    if (slot === undefined || this.tileOf[slot] === NOWHERE) return 'duplicate';
    if (atMs < this.eventAtMs[slot]!) return 'late';
    this.eventAtMs[slot] = atMs;
    this.remove(slot, nowMs);
    return 'taken';
  }

  /** Removes what has been silent for too long and sets rested slots free. */
  age(nowMs: number): void {
    for (const objects of this.feeds) {
      const median = objects.intervalsMs.median();
      objects.silenceMs = Math.max(SILENCE_MS, SILENT_INTERVALS * (median ?? 0));
    }
    for (let s = 0; s < this.slots; s++) {
      if (this.tileOf[s] === NOWHERE) continue;
      if (nowMs - this.arrivedAtMs[s]! > this.feeds[this.feed[s]!]!.silenceMs) this.remove(s, nowMs);
    }
    let rested = 0;
    for (; rested < this.resting.length; rested++) {
      const { slot, leftAtMs } = this.resting[rested]!;
      if (nowMs - leftAtMs < SLOT_REST_MS) break;
      if (this.leftAtMs[slot] !== leftAtMs) continue; // it came back meanwhile
      this.feeds[this.feed[slot]!]!.slots.delete(this.ids[slot]!);
      this.ids[slot] = '';
      this.leftAtMs[slot] = 0;
      this.free.push(slot);
    }
    if (rested > 0) this.resting = this.resting.slice(rested);
    this.dropEmptyTiles();
  }

  isLive(slot: number): boolean {
    return slot < this.slots && this.tileOf[slot] !== NOWHERE;
  }

  idOf(slot: number): string {
    return this.ids[slot] ?? '';
  }

  /** Where a live object is, to about 3 cm. */
  positionOf(slot: number): LonLat {
    const tile = this.tiles[this.tileOf[slot]!]!;
    const x = (tile.x + (this.columns.x[slot]! + 0.5) / UNITS) / TILES_ACROSS;
    const y = (tile.y + (this.columns.y[slot]! + 0.5) / UNITS) / TILES_ACROSS;
    return [lonOfMercatorX(x), latOfMercatorY(y)];
  }

  /** The slot of an object, -1 where it is not on the map. */
  slotOf(feed: number, id: string): number {
    const slot = this.feeds[feed]?.slots.get(id);
    return slot !== undefined && this.isLive(slot) ? slot : -1;
  }

  encodeKey(w: ByteWriter, tileNumber: number): void {
    const body = beginFrame(w, this.layer, MODE_KEY, tileXOfKey(tileNumber), tileYOfKey(tileNumber));
    const tile = this.tileAt(tileNumber);
    if (tile) {
      tile.order(this.place);
      encodeVehicles(w, this.columns, tile.slots, tile.count);
    } else {
      encodeVehicles(w, this.columns, this.scratch.slots, 0);
    }
    endFrame(w, body);
  }

  encodeSince(w: ByteWriter, tileNumber: number, since: number): boolean {
    const tile = this.tileAt(tileNumber);
    if (!tile) return false;
    if (since < tile.floor) {
      this.encodeKey(w, tileNumber);
      return true;
    }
    tile.order(this.place);
    if (this.scratch.slots.length < tile.count) this.scratch.slots = new Uint32Array(tile.slots.length);
    const { slots: changed, gone } = this.scratch;
    const { changedIn } = this;
    let n = 0;
    for (let i = 0; i < tile.count; i++) {
      const s: number = tile.slots[i]!;
      if (changedIn[s]! > since) changed[n++] = s;
    }
    gone.length = 0;
    for (let i = tile.goneSlots.length - 1; i >= 0 && tile.goneVersions[i]! > since; i--) {
      const s: number = tile.goneSlots[i]!;
      if (this.tileOf[s] === NOWHERE || this.tiles[this.tileOf[s]!] !== tile) gone.push(s);
    }
    if (n === 0 && gone.length === 0) return false;
    if (gone.length > 1) sortUnique(gone);
    const body = beginFrame(w, this.layer, MODE_DELTA, tile.x, tile.y);
    encodeVehicles(w, this.columns, changed, n, gone);
    endFrame(w, body);
    return true;
  }

  heldTiles(): Iterable<number> {
    return this.tileIndex.keys();
  }

  forget(version: number): void {
    for (const tile of this.tiles) if (tile.goneSlots.length > 0) tile.forgetGone(version);
  }

  private tileAt(tileNumber: number): TileMembers | undefined {
    const i = this.tileIndex.get(tileNumber);
    return i === undefined ? undefined : this.tiles[i];
  }

  private joinTile(slot: number, key: number): void {
    let i = this.tileIndex.get(key);
    if (i === undefined) {
      i = this.freeTiles.pop() ?? this.tiles.length;
      this.tiles[i] = new TileMembers(key, this.version.current);
      this.tileIndex.set(key, i);
    }
    this.tileOf[slot] = i;
    this.place[slot] = this.tiles[i]!.join(slot);
  }

  private leaveTile(slot: number, tile: TileMembers): void {
    const moved = tile.leave(this.place[slot]!, this.version.current);
    if (moved >= 0) this.place[moved] = this.place[slot]!;
  }

  private remove(slot: number, nowMs: number): void {
    this.leaveTile(slot, this.tiles[this.tileOf[slot]!]!);
    this.tileOf[slot] = NOWHERE;
    this.link[slot] = -1;
    this.speeds.forget(slot);
    this.derived[slot] = 0;
    this.leftAtMs[slot] = nowMs;
    this.resting.push({ slot, leftAtMs: nowMs });
    this.feeds[this.feed[slot]!]!.live--;
    this.count--;
  }

  private dropEmptyTiles(): void {
    for (const [key, i] of this.tileIndex) {
      const tile = this.tiles[i]!;
      if (tile.count > 0 || tile.goneSlots.length > 0) continue;
      this.tileIndex.delete(key);
      this.freeTiles.push(i);
    }
  }

  private takeSlot(feed: number, id: string): number {
    const slot = this.free.pop() ?? this.slots++;
    if (slot >= this.eventAtMs.length) this.grow(this.eventAtMs.length * 2);
    this.ids[slot] = id;
    this.feed[slot] = feed;
    this.tileOf[slot] = NOWHERE;
    return slot;
  }

  private grow(n: number): void {
    const c = emptyColumns(n);
    for (const name of ['x', 'y', 'heading', 'speed', 'kind'] as const) c[name].set(this.columns[name]);
    this.columns = c;
    const larger = <T extends Float64Array | Uint32Array | Int32Array | Uint16Array | Uint8Array>(
      from: T,
      to: T,
    ): T => {
      to.set(from);
      return to;
    };
    this.eventAtMs = larger(this.eventAtMs, new Float64Array(n));
    this.arrivedAtMs = larger(this.arrivedAtMs, new Float64Array(n));
    this.leftAtMs = larger(this.leftAtMs, new Float64Array(n));
    this.feed = larger(this.feed, new Uint16Array(n));
    this.derived = larger(this.derived, new Uint8Array(n));
    this.link = larger(this.link, new Int32Array(n));
    this.tileOf = larger(this.tileOf, new Int32Array(n));
    this.place = larger(this.place, new Uint32Array(n));
    this.changedIn = larger(this.changedIn, new Uint32Array(n));
  }
}

function sortUnique(numbers: number[]): void {
  numbers.sort((a, b) => a - b);
  let n = 1;
  for (let i = 1; i < numbers.length; i++) if (numbers[i] !== numbers[n - 1]) numbers[n++] = numbers[i]!;
  numbers.length = n;
}

/**
 * Telemetry as it lies in memory: vehicles dense in one interleaved buffer that the GPU takes as it is (where each was,
 * where it is going, since when), links and signals by index. No objects, no React; per message only what changed is
 * touched (SY-67).
 */
import {
  decodeMessage,
  FrameError,
  layerTileZoom,
  LOS_UNKNOWN,
  MODE_KEY,
  REMAINING_UNKNOWN,
  type FrameSink,
  type MessageHeader,
} from '../../server/contract/frames.ts';
import { tileKey, tilesOfBbox, type Bbox } from '../../server/contract/geo.ts';
import type { TelemetryLayer } from '../../server/contract/sync.ts';
import { VehicleStore } from './vehicle-store.ts';

/** More tiles than any view has; a wider view has no vehicles. */
const TILE_LIMIT = 65_536;

/** State of numbered fixed things (links, signals): columns by index and the tile each was last announced in. */
class IndexedState {
  tile = new Uint32Array(0);
  seen = new Uint32Array(0);
  /** Greatest index seen, plus one. */
  length = 0;
  private readonly grown: (capacity: number) => void;

  constructor(grown: (capacity: number) => void) {
    this.grown = grown;
  }

  /** Makes room for `index` and notes that `key` announced it. */
  note(index: number, key: number, generation: number): void {
    if (index >= this.tile.length) {
      const capacity = Math.max(1024, 2 ** Math.ceil(Math.log2(index + 1)));
      const tile = new Uint32Array(capacity);
      tile.set(this.tile);
      const seen = new Uint32Array(capacity);
      seen.set(this.seen);
      this.tile = tile;
      this.seen = seen;
      this.grown(capacity);
    }
    if (index >= this.length) this.length = index + 1;
    this.tile[index] = key;
    this.seen[index] = generation;
  }
}

function grow<T extends Uint8Array | Float64Array>(old: T, fresh: T): T {
  fresh.set(old);
  return fresh;
}

export class Telemetry implements FrameSink {
  readonly vehicles = new VehicleStore();

  /** By link index, as in `LinkColumns` of the frames. */
  linkState = new Uint8Array(0);
  linkSpeed = new Uint8Array(0);
  linkRatio = new Uint8Array(0);
  /** Grows when a link's level of service or flags changed: what is drawn. */
  linkStateVersion = 0;
  /** Grows with every change of a link. */
  linksVersion = 0;

  /** By signal index, as in `SignalColumns`. */
  signalState = new Uint8Array(0);
  signalRemaining = new Uint8Array(0);
  /** Local time at which `signalRemaining` held. */
  signalAtMs = new Float64Array(0);
  signalsVersion = 0;

  /** Messages that were refused (wrong version, broken bytes). */
  broken = 0;
  header: MessageHeader | null = null;
  readonly shownLayers = new Set<TelemetryLayer>();

  private readonly links = new IndexedState((capacity) => {
    const from = this.linkState.length;
    this.linkState = grow(this.linkState, new Uint8Array(capacity));
    this.linkState.fill(LOS_UNKNOWN, from);
    this.linkSpeed = grow(this.linkSpeed, new Uint8Array(capacity));
    this.linkRatio = grow(this.linkRatio, new Uint8Array(capacity));
  });
  private readonly signals = new IndexedState((capacity) => {
    const from = this.signalState.length;
    // 3 << 4: dark, phase 0.
    this.signalState = grow(this.signalState, new Uint8Array(capacity));
    this.signalState.fill(3 << 4, from);
    this.signalRemaining = grow(this.signalRemaining, new Uint8Array(capacity));
    this.signalRemaining.fill(REMAINING_UNKNOWN, from);
    this.signalAtMs = grow(this.signalAtMs, new Float64Array(capacity));
  });
  private generation = 0;
  private nowMs = 0;
  private currentKey = 0;
  private readonly keyTiles = {
    vehicles: new Set<number>(),
    links: new Set<number>(),
    signals: new Set<number>(),
  };
  private readonly listeners = new Set<() => void>();

  get linkCount(): number {
    return this.links.length;
  }
  get signalCount(): number {
    return this.signals.length;
  }

  /** Runs `cb` after each message. */
  subscribe(cb: () => void): () => void {
    this.listeners.add(cb);
    return () => this.listeners.delete(cb);
  }

  /** Takes one message; null where its bytes cannot be read (then ask for whole tiles). */
  receive(bytes: Uint8Array, nowMs: number): MessageHeader | null {
    this.nowMs = nowMs;
    try {
      decodeMessage(bytes, this);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.broken++;
      return null;
    }
    this.dropUnseen();
    this.vehicles.endMessage();
    for (const cb of this.listeners) cb();
    return this.header;
  }

  /** The server shows `layers` of `bbox` now: what lies outside is no longer told, so it is forgotten (SY-68). */
  keepView(bbox: Bbox, layers: readonly TelemetryLayer[]): void {
    this.shownLayers.clear();
    for (const layer of layers) this.shownLayers.add(layer);
    if (!this.shownLayers.has('vehicles')) this.vehicles.clear();
    else this.vehicles.keepTiles(new Set(tilesOfBbox(bbox, layerTileZoom.vehicles, TILE_LIMIT)));
    if (!this.shownLayers.has('signals') && this.signals.length > 0) {
      this.signalState.fill(3 << 4);
      this.signalRemaining.fill(REMAINING_UNKNOWN);
      this.signalsVersion++;
    }
    for (const cb of this.listeners) cb();
  }

  message(header: MessageHeader): void {
    this.header = header;
    this.generation++;
    for (const set of Object.values(this.keyTiles)) set.clear();
    this.vehicles.beginMessage(this.nowMs, header.intervalMs, this.generation);
  }

  tile(layer: TelemetryLayer, mode: number, x: number, y: number): void {
    this.currentKey = tileKey(x, y);
    if (mode === MODE_KEY) this.keyTiles[layer].add(this.currentKey);
    if (layer === 'vehicles') this.vehicles.beginTile(x, y);
  }

  vehicle(slot: number, kind: number, x: number, y: number, heading: number, speed: number): void {
    this.vehicles.put(slot, kind, x, y, heading, speed);
  }

  vehicleGone(slot: number): void {
    this.vehicles.leave(slot);
  }

  link(index: number, state: number, speed: number, ratio: number): void {
    this.links.note(index, this.currentKey, this.generation);
    if (this.linkState[index] !== state) {
      this.linkState[index] = state;
      this.linkStateVersion = this.generation;
    }
    this.linkSpeed[index] = speed;
    this.linkRatio[index] = ratio;
    this.linksVersion = this.generation;
  }

  signal(index: number, state: number, remaining: number): void {
    this.signals.note(index, this.currentKey, this.generation);
    this.signalState[index] = state;
    this.signalRemaining[index] = remaining;
    this.signalAtMs[index] = this.nowMs;
    this.signalsVersion++;
  }

  tileEnd(): void {
    // Key tiles are closed together once the whole message is in: an object may only have changed its tile.
  }

  /** A key frame is the whole tile: what it did not list is not there any more. */
  private dropUnseen(): void {
    const { vehicles, links } = this.keyTiles;
    if (vehicles.size > 0) this.vehicles.dropUnseenIn(vehicles);
    if (links.size === 0) return;
    for (let i = 0; i < this.links.length; i++) {
      if (this.links.seen[i] === this.generation || this.linkState[i] === LOS_UNKNOWN) continue;
      if (!links.has(this.links.tile[i]!)) continue;
      this.linkState[i] = LOS_UNKNOWN;
      this.linkStateVersion = this.generation;
      this.linksVersion = this.generation;
    }
  }
}

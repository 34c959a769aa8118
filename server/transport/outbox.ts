/**
 * Telemetry out: at every tick of a screen's rate it gets one message that gathers the tiles it looks at. A tile is
 * encoded at most once a tick, and only when somebody watches; equal views share one message. What a screen cannot
 * take is skipped, never queued (SY-40 to SY-49).
 */
import {
  layerMinZoom,
  layerTileZoom,
  messageBytes,
  writeMessage,
  ByteWriter,
  type MessageHeader,
} from '../contract/frames.ts';
import { mercatorX, mercatorY, tilesOfBbox, type Bbox } from '../contract/geo.ts';
import { telemetryLayers, type TelemetryLayer, type View, type ViewAnswer } from '../contract/sync.ts';
import type { TileSource, Version } from '../live/tile-source.ts';
import { MessagePool, type Borrower } from './message-pool.ts';
import { binaryFrame, FRAME_HEADROOM, type WireMessage } from './socket-frames.ts';

/** A layer of which a view touches more tiles than this is left out: nobody can see so much at once. */
export const MAX_TILES = 1_024;
/** Where a layer is sent from farther out than usual, only the tiles that hold something are watched, of so many. */
const MAX_WIDE_TILES = 65_536;
/** A screen that takes nothing for so long is let go; it comes back by itself. */
export const STALLED_MS = 60_000;

/** How soon a first frame that found no room is tried again. */
const RETRY_MS = 20;

/** One screen's connection, as far as the outbox needs it. */
export interface Outlet extends Borrower {
  /** False where earlier messages still wait to be sent. */
  hasRoom(): boolean;
  send(message: WireMessage): void;
  /** Ends the connection. */
  drop(reason: string): void;
}

/** A set of tiles that one or more screens look at. */
interface Watch {
  readonly key: string;
  readonly layers: readonly TelemetryLayer[];
  /** By layer. Those of a wide view grow by what comes to hold something, and never shrink: a tile must be emptied too. */
  readonly tiles: readonly (readonly number[] | Set<number>)[];
  readonly wide: readonly { readonly layer: number; readonly box: Bbox }[];
  screens: number;
}

interface Rate {
  readonly hz: number;
  readonly intervalMs: number;
  readonly screens: Set<Screen>;
  /** Up to which version the screens of this rate were last told. */
  told: number;
  dueAtMs: number;
}

export class Screen {
  readonly outlet: Outlet;
  watch: Watch | null = null;
  rate: Rate | null = null;
  /** Up to which version it knows its tiles; -1: it needs them whole. */
  told = -1;
  skipped = 0;
  blockedSinceMs: number | null = null;

  constructor(outlet: Outlet) {
    this.outlet = outlet;
  }
}

export interface OutboxStats {
  screens: number;
  ticks: number;
  messages: number;
  bytes: number;
  /** Messages not sent because a screen could not take them. */
  skipped: number;
  /** Tile frames encoded. */
  frames: number;
  stalled: number;
}

/** A message, and those whose sending must be over before its memory is used again. */
interface Made {
  readonly message: WireMessage;
  readonly borrowers: Borrower[];
}

/** What was made in one tick, to be used again for the next screen. */
class Batch {
  readonly deltas = telemetryLayers.map(() => new Map<number, Uint8Array | null>());
  readonly keys = telemetryLayers.map(() => new Map<number, Uint8Array>());
  readonly deltaMessages = new Map<Watch, Made>();
  readonly keyMessages = new Map<Watch, Made>();

  clear(): void {
    for (const map of [...this.deltas, ...this.keys]) map.clear();
    this.deltaMessages.clear();
    this.keyMessages.clear();
  }
}

export interface OutboxOptions {
  /** One a layer. */
  readonly sources: readonly TileSource[];
  readonly version: Version;
  /** Messages a second where a screen does not ask for another rate. */
  readonly tickHz: number;
  /** The map zoom from which a layer is sent, where it is not the usual one. */
  readonly minZoom?: Partial<Record<TelemetryLayer, number>> | undefined;
}

export class Outbox {
  readonly stats: OutboxStats = {
    screens: 0,
    ticks: 0,
    messages: 0,
    bytes: 0,
    skipped: 0,
    frames: 0,
    stalled: 0,
  };
  private readonly sources: readonly (TileSource | undefined)[];
  private readonly version: Version;
  private readonly tickHz: number;
  private readonly minZoom: Readonly<Record<TelemetryLayer, number>>;
  private readonly screens = new Set<Screen>();
  private readonly rates = new Map<number, Rate>();
  private readonly watches = new Map<string, Watch>();
  /** Screens whose first frame could not be sent at once. */
  private readonly waiting = new Set<Screen>();
  private readonly writer = new ByteWriter(1 << 20);
  private readonly batch = new Batch();
  private readonly pool = new MessagePool();

  constructor(options: OutboxOptions) {
    this.sources = telemetryLayers.map((layer) => options.sources.find((s) => s.layer === layer));
    this.version = options.version;
    this.tickHz = options.tickHz;
    this.minZoom = { ...layerMinZoom, ...options.minZoom };
  }

  add(outlet: Outlet): Screen {
    const screen = new Screen(outlet);
    this.screens.add(screen);
    this.stats.screens = this.screens.size;
    return screen;
  }

  remove(screen: Screen): void {
    this.leaveRate(screen);
    this.release(screen.watch);
    screen.watch = null;
    this.waiting.delete(screen);
    this.screens.delete(screen);
    this.stats.screens = this.screens.size;
  }

  /** Sets what a screen looks at. Send the answer, then call `first`. */
  setView(screen: Screen, view: View, nowMs: number): { answer: ViewAnswer; first: () => void } {
    const { watch, fromZoom } = this.watchOf(view);
    const before = screen.watch;
    const held = this.isCurrent(screen) ? before : null;
    watch.screens++;
    this.release(before);
    screen.watch = watch;
    this.joinRate(screen, view.hz ?? this.tickHz, nowMs);
    const answer: ViewAnswer = { ok: true, layers: watch.layers, tiles: tileCount(watch), fromZoom };
    return { answer, first: () => this.sendFirst(screen, held, nowMs) };
  }

  /** When to call `pump` next, in ms from now; Infinity where nobody looks. */
  dueInMs(nowMs: number): number {
    let dueMs = this.waiting.size > 0 ? RETRY_MS : Infinity;
    for (const rate of this.rates.values()) {
      dueMs = Math.min(dueMs, Math.max(0, Math.min(rate.intervalMs, rate.dueAtMs - nowMs)));
    }
    return dueMs;
  }

  /** Sends what is due. */
  pump(nowMs: number): void {
    for (const screen of this.waiting) {
      if (!screen.outlet.hasRoom()) continue;
      this.sendFirst(screen, null, nowMs);
    }
    for (const rate of this.rates.values()) {
      // A clock set back must not silence a screen: no wait is longer than an interval.
      if (nowMs < rate.dueAtMs && rate.dueAtMs - nowMs <= rate.intervalMs) continue;
      rate.dueAtMs = Math.max(rate.dueAtMs + rate.intervalMs, nowMs + rate.intervalMs / 2);
      this.tick(rate, nowMs);
    }
  }

  /** Sends one tick to the screens of a rate. */
  private tick(rate: Rate, nowMs: number): void {
    const since = rate.told;
    const upTo = this.version.seal();
    this.stats.ticks++;
    this.batch.clear();
    this.writer.reset();
    this.pool.begin(nowMs);
    for (const watch of this.watches.values()) this.widen(watch);
    const header: MessageHeader = {
      skipped: 0,
      tick: upTo,
      serverTimeMs: nowMs,
      intervalMs: Math.round(rate.intervalMs),
    };
    const outgoing: { screen: Screen; made: Made }[] = [];
    for (const screen of rate.screens) {
      if (!this.mayTake(screen, nowMs)) continue;
      const whole = screen.told < since;
      const message = whole
        ? this.keyMessage(screen.watch!, header, nowMs)
        : this.deltaMessage(screen.watch!, header, since, nowMs);
      outgoing.push({ screen, made: screen.skipped > 0 ? withSkipped(message, screen.skipped) : message });
    }
    // Sent in one go when all are made: writes that follow each other closely cost about half of scattered ones.
    for (const { screen, made } of outgoing) {
      this.send(screen, made);
      screen.told = upTo;
    }
    rate.told = upTo;
    this.forget();
  }

  private mayTake(screen: Screen, nowMs: number): boolean {
    if (screen.outlet.hasRoom()) {
      screen.blockedSinceMs = null;
      return true;
    }
    screen.skipped++;
    this.stats.skipped++;
    screen.blockedSinceMs ??= nowMs;
    if (nowMs - screen.blockedSinceMs > STALLED_MS) {
      this.stats.stalled++;
      screen.outlet.drop('stalled');
    }
    return false;
  }

  /** The first frames of a view, whole, of those tiles that the screen does not hold already. */
  private sendFirst(screen: Screen, held: Watch | null, nowMs: number): void {
    const { watch, rate } = screen;
    if (!watch || !rate) return;
    if (!screen.outlet.hasRoom()) {
      screen.told = -1;
      this.waiting.add(screen);
      return;
    }
    const frames: Uint8Array[] = [];
    this.writer.reset();
    this.widen(watch);
    for (const [layer, tiles] of watch.tiles.entries()) {
      const known = held ? new Set(held.tiles[layer]) : null;
      for (const tile of tiles) if (!known?.has(tile)) frames.push(this.encode(layer, tile, -1, nowMs)!);
    }
    const header: MessageHeader = {
      skipped: screen.skipped,
      // Everything stamped so far is in it; what is stamped from now on comes with the next tick.
      tick: this.version.current - 1,
      serverTimeMs: nowMs,
      intervalMs: Math.round(rate.intervalMs),
    };
    this.send(screen, this.made(header, frames));
    if (held === null) screen.told = this.version.current - 1;
  }

  private deltaMessage(watch: Watch, header: MessageHeader, since: number, nowMs: number): Made {
    let message = this.batch.deltaMessages.get(watch);
    if (message) return message;
    const frames: Uint8Array[] = [];
    for (const [layer, tiles] of watch.tiles.entries()) {
      const made = this.batch.deltas[layer]!;
      for (const tile of tiles) {
        let frame = made.get(tile);
        if (frame === undefined) made.set(tile, (frame = this.encode(layer, tile, since, nowMs)));
        if (frame) frames.push(frame);
      }
    }
    message = this.made(header, frames);
    this.batch.deltaMessages.set(watch, message);
    return message;
  }

  private keyMessage(watch: Watch, header: MessageHeader, nowMs: number): Made {
    let message = this.batch.keyMessages.get(watch);
    if (message) return message;
    const frames: Uint8Array[] = [];
    for (const [layer, tiles] of watch.tiles.entries()) {
      const made = this.batch.keys[layer]!;
      for (const tile of tiles) {
        let frame = made.get(tile);
        if (!frame) made.set(tile, (frame = this.encode(layer, tile, -1, nowMs)!));
        frames.push(frame);
      }
    }
    message = this.made(header, frames);
    this.batch.keyMessages.set(watch, message);
    return message;
  }

  /** One frame, whole where `since` is -1; null where nothing changed. Valid until the writer is reset. */
  private encode(layer: number, tile: number, since: number, nowMs: number): Uint8Array | null {
    const source = this.sources[layer]!;
    const start = this.writer.length;
    if (since < 0) source.encodeKey(this.writer, tile, nowMs);
    else if (!source.encodeSince(this.writer, tile, since, nowMs)) return null;
    this.stats.frames++;
    return this.writer.bytes.subarray(start, this.writer.length);
  }

  private made(header: MessageHeader, frames: readonly Uint8Array[]): Made {
    const size = messageBytes(frames);
    const { buffer, borrowers } = this.pool.borrow(size, header.serverTimeMs);
    writeMessage(buffer, FRAME_HEADROOM, header, frames);
    return { message: binaryFrame(buffer, size), borrowers };
  }

  private send(screen: Screen, { message, borrowers }: Made): void {
    screen.outlet.send(message);
    borrowers.push(screen.outlet);
    this.waiting.delete(screen);
    screen.skipped = 0;
    this.stats.messages++;
    this.stats.bytes += message.data.length;
  }

  private isCurrent(screen: Screen): boolean {
    return screen.rate !== null && screen.told >= screen.rate.told;
  }

  private joinRate(screen: Screen, wantedHz: number, nowMs: number): void {
    const hz = Math.min(5, Math.max(1, wantedHz));
    if (screen.rate?.hz === hz) return;
    this.leaveRate(screen);
    let rate = this.rates.get(hz);
    if (!rate) {
      const intervalMs = 1000 / hz;
      rate = {
        hz,
        intervalMs,
        screens: new Set(),
        told: this.version.current - 1,
        dueAtMs: nowMs + intervalMs,
      };
      this.rates.set(hz, rate);
    }
    rate.screens.add(screen);
    screen.rate = rate;
  }

  private leaveRate(screen: Screen): void {
    const { rate } = screen;
    if (!rate) return;
    rate.screens.delete(screen);
    if (rate.screens.size === 0) this.rates.delete(rate.hz);
    screen.rate = null;
  }

  private release(watch: Watch | null): void {
    if (watch && --watch.screens === 0) this.watches.delete(watch.key);
  }

  private watchOf(view: View): { watch: Watch; fromZoom: ViewAnswer['fromZoom'] } {
    const fromZoom: Partial<Record<TelemetryLayer, number>> = {};
    const layers: TelemetryLayer[] = [];
    const wide: { layer: number; box: Bbox }[] = [];
    const tiles = telemetryLayers.map((layer, i): number[] | Set<number> => {
      if (!view.layers.includes(layer) || !this.sources[i]) return [];
      if (view.zoom < this.minZoom[layer]) {
        fromZoom[layer] = this.minZoom[layer];
        return [];
      }
      const wanted = this.tilesOf(i, layer, view.bbox);
      if (wanted === null) {
        if (view.zoom < layerMinZoom[layer] && this.isWide(i, layer, view.bbox)) {
          layers.push(layer);
          wide.push({ layer: i, box: view.bbox });
          return new Set<number>();
        }
        fromZoom[layer] = Math.ceil(view.zoom) + 1;
        return [];
      }
      layers.push(layer);
      return wanted;
    });
    const key = [...tiles.map((t) => [...t].join(',')), layers, ...wide.map((w) => w.box)].join(';');
    let watch = this.watches.get(key);
    if (!watch) {
      watch = { key, layers, tiles, wide, screens: 0 };
      this.widen(watch);
      this.watches.set(key, watch);
    }
    return { watch, fromZoom };
  }

  private isWide(index: number, layer: TelemetryLayer, box: Bbox): boolean {
    if (!this.sources[index]!.heldTiles) return false;
    return tilesOfBbox(box, layerTileZoom[layer], MAX_WIDE_TILES + 1).length <= MAX_WIDE_TILES;
  }

  /** Takes in the tiles that have come to hold something. */
  private widen(watch: Watch): void {
    for (const { layer, box } of watch.wide) {
      const tiles = watch.tiles[layer] as Set<number>;
      const zoom = layerTileZoom[telemetryLayers[layer]!];
      for (const tile of this.sources[layer]!.heldTiles!()) {
        if (!tiles.has(tile) && touches(tile, zoom, box)) tiles.add(tile);
      }
    }
  }

  /** The layer's tiles in a box, or null where they are too many. */
  private tilesOf(index: number, layer: TelemetryLayer, box: Bbox): number[] | null {
    const zoom = layerTileZoom[layer];
    const fixed = this.sources[index]!.tileKeys?.();
    if (fixed) return [...fixed].filter((tile) => touches(tile, zoom, box));
    const tiles = tilesOfBbox(box, zoom, MAX_TILES + 1);
    return tiles.length > MAX_TILES ? null : tiles;
  }

  /** What every rate has told need not be remembered. */
  private forget(): void {
    let least = this.version.current;
    for (const rate of this.rates.values()) least = Math.min(least, rate.told);
    for (const source of this.sources) source?.forget?.(least);
  }
}

const tileCount = (watch: Watch): number =>
  watch.tiles.reduce((n, t) => n + (t instanceof Set ? t.size : t.length), 0);

function touches(tile: number, zoom: number, box: Bbox): boolean {
  const n = 2 ** zoom;
  const x = Math.floor(tile / 65_536);
  const y = tile % 65_536;
  return (
    x >= Math.floor(mercatorX(box[0]) * n) &&
    x <= Math.floor(mercatorX(box[2]) * n) &&
    y >= Math.floor(mercatorY(box[3]) * n) &&
    y <= Math.floor(mercatorY(box[1]) * n)
  );
}

/** The same message, telling one screen how many ticks it missed. */
function withSkipped({ message }: Made, skipped: number): Made {
  const size = message.data.length;
  const buffer = Buffer.allocUnsafeSlow(FRAME_HEADROOM + size);
  buffer.set(message.data as Uint8Array, FRAME_HEADROOM);
  buffer.writeUInt16LE(Math.min(65_535, skipped), FRAME_HEADROOM + 2);
  return { message: binaryFrame(buffer, size), borrowers: [] };
}

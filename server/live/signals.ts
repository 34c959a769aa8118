/**
 * The phase each signal shows and how long still. A client counts the seconds down itself, so that a signal is sent
 * again only when it does something else than was foretold.
 */
import type { City } from '../city/city.ts';
import {
  beginFrame,
  encodeSignals,
  endFrame,
  MODE_DELTA,
  MODE_KEY,
  REMAINING_UNKNOWN,
  signalStates,
  type ByteWriter,
  type SignalColumns,
} from '../contract/frames.ts';
import { tileXOfKey, tileYOfKey } from '../contract/geo.ts';
import type { SignalObservation } from '../contract/observations.ts';
import type { TileSource, Version } from './tile-source.ts';

const UNKNOWN = 255;
/** How far the end of a phase may be from what was foretold before it is said again. */
const FORETOLD_WITHIN_MS = 1_500;
/** A signal silent for so long is not shown any more: no colour is better than a wrong one. */
const SILENCE_MS = 60_000;
const PHASE_NONE = 15;

export class SignalStates implements TileSource {
  readonly layer = 'signals';
  readonly columns: SignalColumns;
  private readonly version: Version;
  private readonly endsAtMs: Float64Array;
  private readonly atMs: Float64Array;
  private readonly receivedAtMs: Float64Array;
  private readonly feed: Uint16Array;
  private readonly changedIn: Uint32Array;
  private readonly tileOf: Uint32Array;
  private readonly tiles = new Map<number, { readonly signals: Uint32Array; floor: number }>();
  private readonly scratch: Uint32Array;

  constructor(city: City, version: Version) {
    const n = city.signalCount;
    this.version = version;
    this.columns = { state: new Uint8Array(n).fill(UNKNOWN), remaining: new Uint8Array(n) };
    this.endsAtMs = new Float64Array(n);
    this.atMs = new Float64Array(n);
    this.receivedAtMs = new Float64Array(n);
    this.feed = new Uint16Array(n);
    this.changedIn = new Uint32Array(n);
    this.tileOf = new Uint32Array(n);
    this.scratch = new Uint32Array(n);
    const byTile = new Map<number, number[]>();
    for (let i = 0; i < n; i++) {
      const key = city.signalTile(i);
      this.tileOf[i] = key;
      const list = byTile.get(key);
      if (list) list.push(i);
      else byTile.set(key, [i]);
    }
    for (const [key, list] of byTile) this.tiles.set(key, { signals: Uint32Array.from(list), floor: 0 });
  }

  tileKeys(): Iterable<number> {
    return this.tiles.keys();
  }

  report(
    signal: number,
    o: SignalObservation,
    receivedAtMs: number,
    feed: number,
  ): 'taken' | 'late' | 'duplicate' {
    const last = this.atMs[signal]!;
    if (o.at <= last) return o.at === last ? 'duplicate' : 'late';
    this.atMs[signal] = o.at;
    this.receivedAtMs[signal] = receivedAtMs;
    this.feed[signal] = feed;
    const phase = o.phase < 0 ? PHASE_NONE : o.phase;
    const state = phase | (signalStates.indexOf(o.state) << 4);
    const endsAtMs = o.remainingS === undefined ? 0 : o.at + o.remainingS * 1000;
    const foretold = Math.abs(endsAtMs - this.endsAtMs[signal]!) <= FORETOLD_WITHIN_MS;
    if (state === this.columns.state[signal] && foretold) return 'taken';
    this.columns.state[signal] = state;
    this.endsAtMs[signal] = endsAtMs;
    this.changedIn[signal] = this.version.current;
    return 'taken';
  }

  /** How many signals a feed shows. */
  knownOf(feed: number): number {
    let n = 0;
    for (let i = 0; i < this.feed.length; i++) {
      if (this.feed[i] === feed && this.columns.state[i] !== UNKNOWN) n++;
    }
    return n;
  }

  /** Takes signals that have been silent for too long off the map. */
  age(nowMs: number): void {
    const { state } = this.columns;
    for (let i = 0; i < state.length; i++) {
      if (state[i] === UNKNOWN || nowMs - this.receivedAtMs[i]! <= SILENCE_MS) continue;
      state[i] = UNKNOWN;
      // A difference cannot say "not known any more": the tile's next frame is a whole one.
      this.tiles.get(this.tileOf[i]!)!.floor = this.version.current;
    }
  }

  encodeKey(w: ByteWriter, tile: number, nowMs: number): void {
    this.encode(w, tile, MODE_KEY, 0, nowMs);
  }

  encodeSince(w: ByteWriter, tile: number, since: number, nowMs: number): boolean {
    if (since < (this.tiles.get(tile)?.floor ?? 0)) {
      this.encodeKey(w, tile, nowMs);
      return true;
    }
    return this.encode(w, tile, MODE_DELTA, since, nowMs);
  }

  private encode(w: ByteWriter, tile: number, mode: number, since: number, nowMs: number): boolean {
    const { state, remaining } = this.columns;
    let n = 0;
    for (const i of this.tiles.get(tile)?.signals ?? []) {
      if (state[i] === UNKNOWN || this.changedIn[i]! <= since) continue;
      const left = (this.endsAtMs[i]! - nowMs) / 1000;
      remaining[i] =
        this.endsAtMs[i] === 0
          ? REMAINING_UNKNOWN
          : Math.max(0, Math.min(REMAINING_UNKNOWN - 1, Math.round(left)));
      this.scratch[n++] = i;
    }
    if (n === 0 && mode === MODE_DELTA) return false;
    const body = beginFrame(w, this.layer, mode, tileXOfKey(tile), tileYOfKey(tile));
    encodeSignals(w, this.columns, this.scratch, n);
    endFrame(w, body);
    return true;
  }
}

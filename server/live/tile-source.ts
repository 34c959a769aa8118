/**
 * What a layer of telemetry offers to those who send it: frames of single tiles, whole or since a version. Every
 * change is stamped with the version current at that moment, so that "what changed since" needs no lists of changes.
 */
import type { ByteWriter } from '../contract/frames.ts';
import type { TelemetryLayer } from '../contract/sync.ts';

/** The stamp put on changes. Who sends takes `seal()`: everything up to the answer is then in what it sends. */
export class Version {
  /** What changes are stamped with now; from 1 on, so that 0 means "never". */
  current = 1;

  /** Ends the current version and returns it. */
  seal(): number {
    return this.current++;
  }
}

export interface TileSource {
  readonly layer: TelemetryLayer;
  /** Appends the whole tile as a key frame, also when nothing is in it (a client must then empty it). */
  encodeKey(w: ByteWriter, tile: number, nowMs: number): void;
  /**
   * Appends what changed after version `since` as a delta frame, or the whole tile where that is no longer known.
   * Returns false, and writes nothing, where nothing changed.
   */
  encodeSince(w: ByteWriter, tile: number, since: number, nowMs: number): boolean;
  /** The only tiles there will ever be, where they are fixed. */
  tileKeys?(): Iterable<number>;
  /** The tiles that hold anything now, where tiles come and go. */
  heldTiles?(): Iterable<number>;
  /** Nobody will ask for what changed up to and with this version any more. */
  forget?(version: number): void;
}

/**
 * The records every screen agrees on, and the sequence of their changes (SY). A put that changes nothing makes no
 * change; the last changes are kept so that a client that returns gets what it missed.
 */
import { isDeepStrictEqual } from 'node:util';
import { emptyRecordMaps, recordKinds, type RecordKind, type RecordTypes } from '../contract/records.ts';
import type { Change } from '../contract/sync.ts';

export class Records {
  /** Names this sequence: another one after every start, so that numbers of two runs are never mixed. */
  readonly epoch: string;
  seq = 0;
  private readonly keep: number;
  private readonly maps = emptyRecordMaps();
  /**
   * Ring of what the last `keep` changes were of; the change `seq` lies at `(seq - 1) % keep`. Values are not kept: of
   * each record only the latest is ever given, and that is in the maps.
   */
  private readonly ring: { readonly kind: RecordKind; readonly id: string }[] = [];
  private readonly listeners = new Set<(change: Change) => void>();

  constructor(epoch: string, keep = 20_000) {
    this.epoch = epoch;
    this.keep = keep;
  }

  /** Returns the change, or null where the record is the same as before. */
  put<K extends RecordKind>(kind: K, value: RecordTypes[K]): Change | null {
    const map: Map<string, RecordTypes[K]> = this.maps[kind];
    if (isDeepStrictEqual(map.get(value.id), value)) return null;
    map.set(value.id, value);
    return this.note(kind, value.id, value);
  }

  delete(kind: RecordKind, id: string): Change | null {
    return this.maps[kind].delete(id) ? this.note(kind, id, null) : null;
  }

  get<K extends RecordKind>(kind: K, id: string): RecordTypes[K] | undefined {
    const map: Map<string, RecordTypes[K]> = this.maps[kind];
    return map.get(id);
  }

  all<K extends RecordKind>(kind: K): RecordTypes[K][] {
    const map: Map<string, RecordTypes[K]> = this.maps[kind];
    return [...map.values()];
  }

  count(kind: RecordKind): number {
    return this.maps[kind].size;
  }

  /** Without a copy, for those who only look. */
  values<K extends RecordKind>(kind: K): Iterable<RecordTypes[K]> {
    const map: Map<string, RecordTypes[K]> = this.maps[kind];
    return map.values();
  }

  /**
   * What changed after `seq`, in order, of each record only the latest (SY-3); null where that is no longer known, or
   * `seq` is not of this sequence.
   */
  since(seq: number): Change[] | null {
    if (seq > this.seq || seq < 0 || this.seq - seq > this.ring.length) return null;
    const latest: Change[] = [];
    const seen = new Set<string>();
    for (let s = this.seq; s > seq; s--) {
      const { kind, id } = this.ring[(s - 1) % this.keep]!;
      const key = `${kind}\u0000${id}`;
      if (seen.has(key)) continue;
      seen.add(key);
      latest.push({ seq: s, kind, id, value: this.get(kind, id) ?? null });
    }
    return latest.toReversed();
  }

  /** Everything now, by kind. */
  everything(): { [K in RecordKind]: RecordTypes[K][] } {
    return Object.fromEntries(recordKinds.map((kind) => [kind, this.all(kind)])) as {
      [K in RecordKind]: RecordTypes[K][];
    };
  }

  /** Calls back on every change, after it happened; returns how to stop. */
  onChange(callback: (change: Change) => void): () => void {
    this.listeners.add(callback);
    return () => this.listeners.delete(callback);
  }

  private note(kind: RecordKind, id: string, value: RecordTypes[RecordKind] | null): Change {
    this.seq++;
    const change: Change = { seq: this.seq, kind, id, value };
    this.ring[(this.seq - 1) % this.keep] = { kind, id };
    for (const listener of this.listeners) listener(change);
    return change;
  }
}

/**
 * Records out: every 100 ms the changes since the last time, encoded once per audience for all who are up to date. A slow
 * screen gets the latest of each record when it has room again, or a snapshot; it never misses one (SY-1 to SY-6).
 */
import type { RecordKind, RecordTypes } from '../contract/records.ts';
import { recordKinds } from '../contract/records.ts';
import type { Change, Delta, Hello, Snapshot } from '../contract/sync.ts';
import type { Audience } from '../contract/roles.ts';
import { maskedKinds, seenBy } from '../domain/privacy.ts';
import type { Records } from '../live/records.ts';
import { eventFrame, type WireMessage } from './socket-frames.ts';

/** A snapshot is used for all who ask within this time; what changed since follows as a delta. */
const SNAPSHOT_KEPT_MS = 1_000;

export interface RecordOutlet {
  hasRoom(): boolean;
  send(message: WireMessage): void;
  drop(reason: string): void;
}

/** One screen that has said hello. */
export interface Reader {
  readonly outlet: RecordOutlet;
  readonly audience: Audience;
  /** The last change it was sent. */
  seq: number;
  blockedSinceMs: number | null;
}

export class RecordFeed {
  readonly stats = { readers: 0, deltas: 0, snapshots: 0, bytes: 0, stalled: 0 };
  private readonly records: Records;
  private readonly stalledMs: number;
  private readonly readers = new Set<Reader>();
  private readonly masked = new Map<string, WeakMap<object, { readonly seen: unknown }>>();
  private readonly snapshots = new Map<string, { message: WireMessage; seq: number; atMs: number }>();

  constructor(records: Records, stalledMs: number) {
    this.records = records;
    this.stalledMs = stalledMs;
  }

  /** Answers a hello: what was missed, or everything. */
  hello(outlet: RecordOutlet, audience: Audience, hello: Hello, nowMs: number): Reader {
    const { records } = this;
    const reader: Reader = { outlet, audience, seq: 0, blockedSinceMs: null };
    const resumes = hello.epoch === records.epoch && hello.seq !== undefined;
    const missed = resumes ? records.since(hello.seq!) : null;
    if (missed) {
      reader.seq = hello.seq!;
      this.sendDelta(reader, this.deltaMessage(audience, hello.seq!, missed, nowMs));
    } else {
      this.sendSnapshot(reader, nowMs);
    }
    this.readers.add(reader);
    this.stats.readers = this.readers.size;
    return reader;
  }

  leave(reader: Reader): void {
    this.readers.delete(reader);
    this.stats.readers = this.readers.size;
  }

  /** Whether anybody lacks a change. */
  isBehind(): boolean {
    for (const reader of this.readers) if (reader.seq !== this.records.seq) return true;
    return false;
  }

  /** Sends what changed to all who have room. */
  pump(nowMs: number): void {
    const { records } = this;
    const made = new Map<string, WireMessage | null>();
    for (const reader of this.readers) {
      if (reader.seq === records.seq) continue;
      if (!this.mayTake(reader, nowMs)) continue;
      const key = `${keyOf(reader.audience)}:${reader.seq}`;
      let message = made.get(key);
      if (message === undefined) {
        const changes = records.since(reader.seq);
        message = changes && this.deltaMessage(reader.audience, reader.seq, changes, nowMs);
        made.set(key, message);
      }
      if (message) this.sendDelta(reader, message);
      else this.sendSnapshot(reader, nowMs);
    }
  }

  /** A record as an audience may see it; null where it may not. */
  project<K extends RecordKind>(audience: Audience, kind: K, value: RecordTypes[K]): RecordTypes[K] | null {
    if (!maskedKinds.has(kind)) return value;
    const key = keyOf(audience);
    let cache = this.masked.get(key);
    if (!cache) this.masked.set(key, (cache = new WeakMap()));
    let kept = cache.get(value);
    if (!kept) cache.set(value, (kept = { seen: seenBy(kind, value, audience) }));
    return kept.seen as RecordTypes[K] | null;
  }

  private mayTake(reader: Reader, nowMs: number): boolean {
    if (reader.outlet.hasRoom()) {
      reader.blockedSinceMs = null;
      return true;
    }
    reader.blockedSinceMs ??= nowMs;
    if (nowMs - reader.blockedSinceMs > this.stalledMs) {
      this.stats.stalled++;
      reader.outlet.drop('stalled');
    }
    return false;
  }

  private deltaMessage(
    audience: Audience,
    from: number,
    changes: readonly Change[],
    nowMs: number,
  ): WireMessage {
    const { epoch, seq } = this.records;
    const delta: Delta = {
      epoch,
      from,
      seq,
      serverTimeMs: nowMs,
      changes: changes.map((c) =>
        c.value === null ? c : { ...c, value: this.project(audience, c.kind, c.value) },
      ),
    };
    return eventFrame('delta', delta);
  }

  private sendDelta(reader: Reader, message: WireMessage): void {
    reader.seq = this.records.seq;
    reader.outlet.send(message);
    this.stats.deltas++;
    this.stats.bytes += message.data.length;
  }

  private sendSnapshot(reader: Reader, nowMs: number): void {
    const { message, seq } = this.snapshotFor(reader.audience, nowMs);
    reader.seq = seq;
    reader.outlet.send(message);
    this.stats.snapshots++;
    this.stats.bytes += message.data.length;
  }

  private snapshotFor(audience: Audience, nowMs: number): { message: WireMessage; seq: number } {
    const key = keyOf(audience);
    const kept = this.snapshots.get(key);
    if (kept && nowMs - kept.atMs < SNAPSHOT_KEPT_MS && this.records.since(kept.seq)) return kept;
    const all = this.records.everything();
    const snapshot: Snapshot = {
      epoch: this.records.epoch,
      seq: this.records.seq,
      serverTimeMs: nowMs,
      records: Object.fromEntries(
        recordKinds.map((kind) => [
          kind,
          all[kind].flatMap((value) => this.project(audience, kind, value) ?? []),
        ]),
      ) as unknown as Snapshot['records'],
    };
    const made = { message: eventFrame('snapshot', snapshot), seq: this.records.seq, atMs: nowMs };
    this.snapshots.set(key, made);
    return made;
  }
}

/** Only a department's own eyes see other records than its role. */
const keyOf = ({ role, department }: Audience): string =>
  role === 'department' ? `${role}:${department ?? ''}` : role;

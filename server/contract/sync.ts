/**
 * How records and views travel over the socket (SPEC: SY). Four events carry the records: `hello`, `snapshot`,
 * `delta`, `command`. `view` asks for telemetry, which comes as binary messages (frames.ts) outside Socket.IO's events.
 */
import { z } from 'zod';
import type { CommandResult } from './commands.ts';
import { bbox } from './geo.ts';
import {
  emptyRecordMaps,
  recordKinds,
  type RecordKind,
  type RecordMaps,
  type RecordTypes,
} from './records.ts';
import type { Refusal } from './refusals.ts';

export const PROTOCOL = 1;

/** client → server, first and after every reconnect. With `epoch` and `seq` it asks for what it missed. */
export const hello = z.object({
  protocol: z.literal(PROTOCOL),
  epoch: z.string().max(64).optional(),
  seq: z.number().int().min(0).optional(),
});
export type Hello = z.infer<typeof hello>;

export interface Change<K extends RecordKind = RecordKind> {
  readonly seq: number;
  readonly kind: K;
  readonly id: string;
  /** null: removed. */
  readonly value: RecordTypes[K] | null;
}

/** server → client: everything, as of `seq`. */
export interface Snapshot {
  readonly epoch: string;
  readonly seq: number;
  readonly serverTimeMs: number;
  readonly records: { readonly [K in RecordKind]: readonly RecordTypes[K][] };
}

/**
 * server → client: the changes after `from`, up to and with `seq`, in order. Changes of one record between may be
 * collapsed to its latest, so `changes` can be shorter than `seq - from`; what it leads to is the same.
 */
export interface Delta {
  readonly epoch: string;
  readonly from: number;
  readonly seq: number;
  readonly serverTimeMs: number;
  readonly changes: readonly Change[];
}

export const telemetryLayers = ['vehicles', 'links', 'signals'] as const;
export type TelemetryLayer = (typeof telemetryLayers)[number];

/** client → server: what this screen looks at. The answer to the ack is followed at once by a first full frame. */
export const view = z.object({
  bbox,
  zoom: z.number().min(0).max(24),
  layers: z.array(z.enum(telemetryLayers)).max(telemetryLayers.length),
  /** Messages a second, 1…5; the server's own rate where absent. */
  hz: z.number().min(1).max(5).optional(),
});
export type View = z.infer<typeof view>;

/** What the server shows of a view: which layers at this zoom, and why another is left out. */
export interface ViewAnswer {
  readonly ok: true;
  readonly layers: readonly TelemetryLayer[];
  readonly tiles: number;
  /** Layers left out because one is too far out, with the zoom they start at. */
  readonly fromZoom: Partial<Record<TelemetryLayer, number>>;
}

export const command = z.object({
  id: z.string().min(8).max(64),
  type: z.string().max(60),
  payload: z.unknown(),
  /** The version of the case (`case.version`) the decision was made on, where a conflict must be seen. */
  expected: z.number().int().optional(),
});
export type Command = z.infer<typeof command>;

/** `seq` is of the journal: what was decided is durable. 0 where nothing had to be written. */
export type CommandAnswer =
  | { readonly ok: true; readonly seq: number; readonly result?: CommandResult }
  | { readonly ok: false; readonly refusal: Refusal };

/** A client's mirror of the records. */
export interface Mirror {
  epoch: string;
  seq: number;
  readonly records: RecordMaps;
}

export const emptyMirror = (): Mirror => ({ epoch: '', seq: 0, records: emptyRecordMaps() });

export function applySnapshot(mirror: Mirror, snapshot: Snapshot): void {
  mirror.epoch = snapshot.epoch;
  mirror.seq = snapshot.seq;
  for (const kind of recordKinds) {
    const map = mirror.records[kind] as Map<string, unknown>;
    map.clear();
    for (const record of snapshot.records[kind]) map.set(record.id, record);
  }
}

/**
 * Applies a delta to a mirror. `applied`: done. `old`: it was there already, nothing changed. `gap` or `epoch`: the
 * mirror cannot take it and must say hello again; nothing changed (SY-4).
 */
export function applyDelta(mirror: Mirror, delta: Delta): 'applied' | 'old' | 'gap' | 'epoch' {
  if (delta.epoch !== mirror.epoch) return 'epoch';
  if (delta.seq <= mirror.seq) return 'old';
  if (delta.from > mirror.seq) return 'gap';
  for (const change of delta.changes) {
    if (change.seq <= mirror.seq) continue;
    const map = mirror.records[change.kind] as Map<string, unknown>;
    if (change.value === null) map.delete(change.id);
    else map.set(change.id, change.value);
  }
  mirror.seq = delta.seq;
  return 'applied';
}

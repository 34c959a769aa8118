/** The thread that owns the sampled telemetry. Losing the newest second at a crash is accepted (synchronous=NORMAL). */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { FactSample, HistoryRow } from '../live/ports.ts';
import { serve } from './worker-port.ts';

export type HistoryQuestion =
  | { readonly ask: 'open' }
  | { readonly ask: 'put-vitals'; readonly atMs: number; readonly json: string }
  | {
      readonly ask: 'put-links';
      readonly atMs: number;
      readonly speeds: Uint8Array;
      readonly filled: Uint8Array;
    }
  | { readonly ask: 'put-facts'; readonly atMs: number; readonly full: boolean; readonly json: string }
  | { readonly ask: 'put-baselines'; readonly bytes: Uint8Array }
  | { readonly ask: 'baselines' }
  | { readonly ask: 'rows'; readonly afterMs: number; readonly untilMs: number; readonly limit: number }
  | { readonly ask: 'full-before'; readonly atMs: number }
  | {
      readonly ask: 'fact-trend';
      readonly kind: string;
      readonly id: string;
      readonly fields: readonly string[];
      readonly sinceMs: number;
    }
  | { readonly ask: 'vitals'; readonly sinceMs: number; readonly points: number }
  | { readonly ask: 'link'; readonly sinceMs: number; readonly index: number }
  | { readonly ask: 'prune'; readonly vitalsBeforeMs: number; readonly linksBeforeMs: number }
  | { readonly ask: 'close' };

const db = new DatabaseSync((workerData as { file: string }).file);
db.exec(`
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA busy_timeout = 5000;
  CREATE TABLE IF NOT EXISTS vitals (at_ms INTEGER PRIMARY KEY, json TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS link_speeds (at_ms INTEGER PRIMARY KEY, speeds BLOB NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS link_filled (at_ms INTEGER PRIMARY KEY, filled BLOB NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS facts (at_ms INTEGER PRIMARY KEY, full INTEGER NOT NULL, gzip BLOB NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS baselines (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
`);
const putVitals = db.prepare('INSERT OR REPLACE INTO vitals VALUES (?, ?)');
const putLinks = db.prepare('INSERT OR REPLACE INTO link_speeds VALUES (?, ?)');
const putFilled = db.prepare('INSERT OR REPLACE INTO link_filled VALUES (?, ?)');
const putFacts = db.prepare('INSERT OR REPLACE INTO facts VALUES (?, ?, ?)');
const putBaselines = db.prepare('INSERT OR REPLACE INTO baselines VALUES (1, ?)');
const selectBaselines = db.prepare('SELECT bytes FROM baselines WHERE id = 1');
const selectRows = db.prepare(`
  SELECT m.at_ms, f.full, f.gzip, s.speeds, l.filled FROM (
    SELECT at_ms FROM facts WHERE at_ms > :after AND at_ms <= :until
    UNION SELECT at_ms FROM link_speeds WHERE at_ms > :after AND at_ms <= :until
    ORDER BY at_ms LIMIT :limit
  ) m
  LEFT JOIN facts f ON f.at_ms = m.at_ms
  LEFT JOIN link_speeds s ON s.at_ms = m.at_ms
  LEFT JOIN link_filled l ON l.at_ms = m.at_ms
  ORDER BY m.at_ms
`);
const selectFullBefore = db.prepare(
  'SELECT max(at_ms) AS at_ms FROM facts WHERE full = 1 AND at_ms <= :at UNION ALL SELECT min(at_ms) FROM facts WHERE full = 1',
);
const selectFacts = db.prepare('SELECT at_ms, gzip FROM facts WHERE at_ms >= ? ORDER BY at_ms');
// The newest sample of each of `points` equal spans of time.
const selectVitals = db.prepare(`
  SELECT json FROM vitals WHERE at_ms IN (
    SELECT max(at_ms) FROM vitals WHERE at_ms >= :since GROUP BY CAST((at_ms - :since) / :span AS INTEGER)
  ) ORDER BY at_ms
`);
const newestVitals = db.prepare('SELECT max(at_ms) AS at_ms FROM vitals');
// SQLite counts bytes of a BLOB from 1.
const selectLink = db.prepare(
  'SELECT at_ms, hex(substr(speeds, :place, 1)) AS speed FROM link_speeds WHERE at_ms >= :since ORDER BY at_ms',
);
const pruneVitals = db.prepare('DELETE FROM vitals WHERE at_ms < ?');
const pruneLinks = ['link_speeds', 'link_filled', 'facts'].map((table) =>
  db.prepare(`DELETE FROM ${table} WHERE at_ms < ?`),
);

type RowOfTable = {
  readonly at_ms: number;
  readonly full: number | null;
  readonly gzip: Uint8Array | null;
  readonly speeds: Uint8Array | null;
  readonly filled: Uint8Array | null;
};
const rowOf = ({ at_ms, full, gzip, speeds, filled }: RowOfTable): HistoryRow => ({
  atMs: at_ms,
  facts: gzip && gunzipSync(gzip).toString(),
  full: full === 1,
  speeds,
  filled,
});

/** What each sample says of a subject; a field that it does not name is as before. */
function factTrend({ kind, id, fields, sinceMs }: Extract<HistoryQuestion, { ask: 'fact-trend' }>) {
  const values: (number | null)[] = fields.map(() => null);
  let known = false;
  const out: { atMs: number; values: (number | null)[] }[] = [];
  for (const row of selectFacts.all(sinceMs) as { at_ms: number; gzip: Uint8Array }[]) {
    const samples = JSON.parse(gunzipSync(row.gzip).toString()) as FactSample[];
    const said = samples.find((s) => s.kind === kind && s.id === id);
    for (const [i, field] of fields.entries()) {
      const value = said?.facts[field];
      if (value !== undefined) values[i] = typeof value === 'number' ? value : null;
    }
    known ||= said !== undefined;
    if (known) out.push({ atMs: row.at_ms, values: [...values] });
  }
  return out;
}

serve(parentPort, (q: HistoryQuestion) => {
  switch (q.ask) {
    case 'open':
      return null;
    case 'put-vitals':
      putVitals.run(q.atMs, q.json);
      return null;
    case 'put-links':
      putLinks.run(q.atMs, q.speeds);
      putFilled.run(q.atMs, q.filled);
      return null;
    case 'put-facts':
      putFacts.run(q.atMs, q.full ? 1 : 0, gzipSync(q.json, { level: 1 }));
      return null;
    case 'put-baselines':
      putBaselines.run(q.bytes);
      return null;
    case 'baselines':
      return (selectBaselines.get() as { bytes: Uint8Array } | undefined)?.bytes ?? null;
    case 'rows': {
      const { afterMs: after, untilMs: until, limit } = q;
      return (selectRows.all({ after, until, limit }) as RowOfTable[]).map(rowOf);
    }
    case 'full-before': {
      const found = selectFullBefore.all({ at: q.atMs }) as { at_ms: number | null }[];
      return found.find((row) => row.at_ms !== null)?.at_ms ?? null;
    }
    case 'fact-trend':
      return factTrend(q);
    case 'vitals': {
      const newest = (newestVitals.get() as { at_ms: number | null }).at_ms ?? q.sinceMs;
      const span = Math.max(1, Math.ceil((newest - q.sinceMs + 1) / q.points));
      const rows = selectVitals.all({ since: q.sinceMs, span }) as { json: string }[];
      return rows.map((row) => row.json);
    }
    case 'link':
      return (selectLink.all({ place: q.index + 1, since: q.sinceMs }) as { at_ms: number; speed: string }[])
        .filter((row) => row.speed !== '' && row.speed !== 'FF')
        .map((row) => ({ atMs: row.at_ms, speedKph: parseInt(row.speed, 16) }));
    case 'prune':
      pruneVitals.run(q.vitalsBeforeMs);
      for (const prune of pruneLinks) prune.run(q.linksBeforeMs);
      return null;
    case 'close':
      db.close();
      return null;
  }
});

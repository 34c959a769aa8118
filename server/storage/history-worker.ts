/** The thread that owns the sampled telemetry. Losing the newest second at a crash is accepted (synchronous=NORMAL). */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { serve } from './worker-port.ts';

export type HistoryQuestion =
  | { readonly ask: 'open' }
  | { readonly ask: 'put-vitals'; readonly atMs: number; readonly json: string }
  | { readonly ask: 'put-links'; readonly atMs: number; readonly speeds: Uint8Array }
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
`);
const putVitals = db.prepare('INSERT OR REPLACE INTO vitals VALUES (?, ?)');
const putLinks = db.prepare('INSERT OR REPLACE INTO link_speeds VALUES (?, ?)');
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
const pruneLinks = db.prepare('DELETE FROM link_speeds WHERE at_ms < ?');

serve(parentPort, (q: HistoryQuestion) => {
  switch (q.ask) {
    case 'open':
      return null;
    case 'put-vitals':
      putVitals.run(q.atMs, q.json);
      return null;
    case 'put-links':
      putLinks.run(q.atMs, q.speeds);
      return null;
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
      pruneLinks.run(q.linksBeforeMs);
      return null;
    case 'close':
      db.close();
      return null;
  }
});

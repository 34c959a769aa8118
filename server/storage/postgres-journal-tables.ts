/** The journal's tables in PostgreSQL and the statements on them. `journal_heads` holds under id 1 where the journal ends. */
import type { Pool } from 'pg';
import { EMPTY_HEAD, type Head } from './hash-chain.ts';
import { endMissing, NOTE_IN_DATABASE, type OnProblem } from './head-file.ts';
import { transaction } from './postgres-pool.ts';

export const TABLES = `
  CREATE TABLE IF NOT EXISTS journal (
    seq bigint PRIMARY KEY,
    at_ms bigint NOT NULL,
    actor text NOT NULL,
    type text NOT NULL,
    payload text NOT NULL,
    hash text NOT NULL,
    command text
  );
  CREATE TABLE IF NOT EXISTS journal_heads (id bigint PRIMARY KEY, seq bigint NOT NULL, hash text NOT NULL);
  INSERT INTO journal_heads SELECT 1, ${EMPTY_HEAD.seq}, '${EMPTY_HEAD.hash}' ON CONFLICT DO NOTHING;
`;
/** Others' commits are waited for at the head's row; whoever then finds it moved changes nothing. */
export const APPEND = `
  WITH head AS (
    UPDATE journal_heads SET seq = $3, hash = $4 WHERE id = 1 AND seq = $1 AND hash = $2 RETURNING seq
  ), added AS (
    INSERT INTO journal (seq, at_ms, actor, type, payload, command, hash)
    SELECT entry.* FROM head,
      unnest($5::bigint[], $6::bigint[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[]) AS entry
  )
  SELECT pg_notify($12, $13), CASE WHEN current_setting('synchronous_commit') IN ('off', 'local')
    THEN set_config('synchronous_commit', 'on', true) END
  FROM head
`;
export const HEAD = 'SELECT seq, hash FROM journal_heads WHERE id = 1';
export const READ = `
  SELECT seq, at_ms AS "atMs", actor, type, payload, command FROM journal WHERE seq > $1 ORDER BY seq LIMIT $2
`;
/** Where the entry that is noted as the last is absent, its note is kept for the audit … */
const KEEP_NOTE = `
  INSERT INTO journal_heads
  SELECT (SELECT max(id) + 1 FROM journal_heads), h.seq, h.hash FROM journal_heads h
  WHERE h.id = 1 AND h.seq > 0 AND NOT EXISTS (SELECT FROM journal j WHERE j.seq = h.seq AND j.hash = h.hash)
  RETURNING seq
`;
/** … and the real end is noted. */
const NOTE_END = `
  INSERT INTO journal_heads
  (SELECT 1, seq, hash FROM journal ORDER BY seq DESC LIMIT 1)
  UNION ALL SELECT 1, ${EMPTY_HEAD.seq}, '${EMPTY_HEAD.hash}' ORDER BY seq DESC LIMIT 1
  ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash
  WHERE (journal_heads.seq, journal_heads.hash) <> (excluded.seq, excluded.hash)
`;

/** PostgreSQL's bigint comes as text. */
export interface HeadRow {
  readonly seq: string;
  readonly hash: string;
}

/** Brings the noted head in line with the journal, and answers with it. */
export async function mendHead(pool: Pool, onProblem: OnProblem): Promise<Head> {
  return transaction(pool, async (client) => {
    await client.query(`${HEAD} FOR UPDATE`);
    const missing = (await client.query<{ seq: string }>(KEEP_NOTE)).rows[0];
    if (missing !== undefined) onProblem(endMissing(Number(missing.seq), NOTE_IN_DATABASE));
    await client.query(NOTE_END);
    return headOf((await client.query<HeadRow>(HEAD)).rows);
  });
}

export const headOf = (rows: readonly HeadRow[]): Head =>
  rows[0] === undefined ? EMPTY_HEAD : { seq: Number(rows[0].seq), hash: rows[0].hash };

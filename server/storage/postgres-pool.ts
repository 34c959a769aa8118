/** Connections to PostgreSQL, and the tables made once however many servers start at once. */
import { DatabaseError, Pool, type ClientBase, type PoolConfig } from 'pg';
import type { OnProblem } from './head-file.ts';

const CONNECT_WITHIN_MS = 5_000;
/** A connection that was cut without a word would otherwise hold its caller for ever. */
const ANSWER_WITHIN_MS = 10_000;
/** The advisory lock under which tables are made: any number, the same in every version. */
const SCHEMA_LOCK = 7_205_759_403;

/** How connections are made, for the pool and for the listener. */
export const connectionOf = (url: string): PoolConfig => ({
  connectionString: url,
  application_name: 'city-brain',
  connectionTimeoutMillis: CONNECT_WITHIN_MS,
  keepAlive: true,
});

/** A pool that outlives lost connections: the next query makes a new one. */
export function poolOf(url: string, max: number, onProblem: OnProblem): Pool {
  const pool = new Pool({ ...connectionOf(url), max, query_timeout: ANSWER_WITHIN_MS });
  pool.on('error', (cause) =>
    onProblem('与 PostgreSQL 的连接断开 / a connection to PostgreSQL was lost', cause),
  );
  return pool;
}

/**
 * Makes what `ddl` says where the table `last` (which it makes last) is absent; a role that may only use the tables is
 * then enough. @throws with a sentence that names server and database, never the password.
 */
export async function prepareTables(pool: Pool, url: string, last: string, ddl: string): Promise<void> {
  try {
    const { rows } = await pool.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [
      last,
    ]);
    if (rows[0]!.there) return;
    await transaction(pool, async (client) => {
      await client.query('SELECT pg_advisory_xact_lock($1)', [SCHEMA_LOCK]);
      await client.query(ddl);
    });
  } catch (cause) {
    throw new Error(unusable(url, cause), { cause });
  }
}

/** Runs `job` in one transaction. */
export async function transaction<T>(pool: Pool, job: (client: ClientBase) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await job(client);
    await client.query('COMMIT');
    return result;
  } catch (cause) {
    failure = cause instanceof Error ? cause : new Error(String(cause));
    throw failure;
  } finally {
    // A connection on which something went wrong is not used again, which also rolls back.
    client.release(failure);
  }
}

/** The SQLSTATE of an error that the server answered with. */
export const sqlState = (cause: unknown): string | undefined =>
  cause instanceof DatabaseError ? cause.code : undefined;

/** Why the database cannot be used, in a sentence without its password. */
export function unusable(url: string, cause: unknown): string {
  const why = reasonOf(cause);
  const where = URL.canParse(url) ? new URL(url).host + new URL(url).pathname : 'DATABASE_URL';
  return `无法使用 PostgreSQL(${where}):${why} / PostgreSQL (${where}) cannot be used: ${why}`;
}

/** An error of several addresses tried has no message of its own. */
function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map(reasonOf).join('; ');
  return cause instanceof Error ? cause.message : String(cause);
}

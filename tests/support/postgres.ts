/**
 * PostgreSQL for tests: TEST_DATABASE_URL, or the usual local one, if it answers at once. Each test works in a schema of
 * its own that is gone afterwards; where there is no server the suites are skipped and say so.
 */
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { onTestFinished } from 'vitest';

const server = process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/test';

async function whyNot(): Promise<string | null> {
  const client = new Client({ connectionString: server, connectionTimeoutMillis: 1_500 });
  try {
    await client.connect();
    return null;
  } catch (cause) {
    return cause instanceof Error ? cause.message || cause.name : String(cause);
  } finally {
    await client.end().catch(() => undefined);
  }
}

const absent = await whyNot();
export const postgresAbsent = absent !== null;
/** For a suite's title: shows in the report why it was skipped. */
export const postgresNote = absent === null ? '' : ` (skipped: no PostgreSQL to test with, ${absent})`;

/** Runs one statement (or several without values) and answers with its rows. */
export async function runSql(
  url: string,
  sql: string,
  values: unknown[] = [],
): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql, values)).rows ?? [];
  } finally {
    await client.end();
  }
}

/** An empty schema for one test: its URL, through which everything lands in it; connections bear its name. */
export async function temporarySchema(): Promise<{ readonly url: string; readonly schema: string }> {
  const made = await makeSchema();
  onTestFinished(() => made.drop());
  return made;
}

/** For a suite: the caller drops it. */
export async function makeSchema(): Promise<{
  readonly url: string;
  readonly schema: string;
  drop(): Promise<void>;
}> {
  const schema = `test_${randomUUID().replaceAll('-', '')}`;
  await runSql(server, `CREATE SCHEMA ${schema}`);
  const url = new URL(server);
  url.searchParams.set('options', `-c search_path=${schema}`);
  url.searchParams.set('application_name', schema);
  const drop = async (): Promise<void> => {
    await runSql(server, `DROP SCHEMA ${schema} CASCADE`);
  };
  return { url: url.href, schema, drop };
}

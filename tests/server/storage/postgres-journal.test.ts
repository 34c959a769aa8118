import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Journal, JournalEntry, NewEntry } from '../../../server/live/ports.ts';
import type { OnProblem } from '../../../server/storage/head-file.ts';
import { PostgresJournal } from '../../../server/storage/postgres-journal.ts';
import { cutProxy } from '../../support/cut-proxy.ts';
import { journalContract, noProblem } from '../../support/journal-contract.ts';
import { postgresAbsent, postgresNote, runSql, temporarySchema } from '../../support/postgres.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const open = (url: string, onProblem: OnProblem = noProblem): Promise<PostgresJournal> =>
  PostgresJournal.open({ url, headFile: join(temporaryFolder(), 'journal-postgres.head'), onProblem });
const entry = (n: number): NewEntry => ({ type: 'a', payload: { n }, actor: 'x', atMs: n, command: `c${n}` });

async function all(journal: Journal): Promise<JournalEntry[]> {
  const out: JournalEntry[] = [];
  for await (const e of journal.read(0)) out.push(e);
  return out;
}

describe.skipIf(postgresAbsent)(`PostgreSQL journal${postgresNote}`, () => {
  journalContract('PostgreSQL', async () => {
    const { url } = await temporarySchema();
    return { open: () => open(url) };
  });

  it('ST-13 servers that start at once on an empty database make its tables once', async () => {
    const { url } = await temporarySchema();
    const journals = await Promise.all(Array.from({ length: 6 }, () => open(url)));
    const answers = await Promise.all(journals.map((journal, n) => journal.append(0, [entry(n)])));
    expect(answers.filter((a) => a.ok)).toHaveLength(1);
    await Promise.all(journals.map((journal) => journal.close()));
  });

  it('ST-13 a database that cannot be reached is told by a sentence without its password', async () => {
    const away = 'postgres://city:secret@127.0.0.1:1/brain';
    await expect(open(away)).rejects.toThrow(/127\.0\.0\.1:1\/brain.*cannot be used: .*ECONNREFUSED/);
    await expect(open(away)).rejects.not.toThrow(/secret/);
  });

  it('ST-14 an append is durable though the database is set not to wait for the disk', async () => {
    const { url } = await temporarySchema();
    const lax = new URL(url);
    lax.searchParams.set('options', `${lax.searchParams.get('options')} -c synchronous_commit=off`);
    const journal = await open(lax.href);
    // Runs at commit, and says under which setting.
    await runSql(
      url,
      `CREATE TABLE seen (setting text);
       CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN INSERT INTO seen VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$;
       CREATE CONSTRAINT TRIGGER see AFTER INSERT ON journal DEFERRABLE INITIALLY DEFERRED
         FOR EACH ROW EXECUTE FUNCTION see();`,
    );
    await journal.append(0, [entry(1)]);
    expect(await runSql(url, 'SELECT setting FROM seen')).toEqual([{ setting: 'on' }]);
    await journal.close();
  });

  it('ST-15 while the database is away appends throw; when it is back they work again', async () => {
    const { url } = await temporarySchema();
    const proxy = await cutProxy(url);
    const problems = vi.fn<OnProblem>();
    const journal = await open(proxy.url, problems);
    await journal.append(0, [entry(1)]);
    proxy.away = true;
    proxy.cut();
    await expect(journal.append(1, [entry(2)])).rejects.toThrow(/Connection|ECONNRESET|closed|terminated/);
    await expect(journal.append(1, [entry(2)])).rejects.toThrow(/Connection|ECONNRESET|closed|terminated/);
    proxy.away = false;
    expect(await journal.append(1, [entry(2)])).toEqual({ ok: true, lastSeq: 2 });
    expect(await all(journal)).toHaveLength(2);
    expect(problems).toHaveBeenCalled();
    await journal.close();
  });

  it('ST-15 an append whose answer was lost is answered by what became of it', async () => {
    const { url } = await temporarySchema();
    const proxy = await cutProxy(url);
    const journal = await open(proxy.url, () => undefined);
    await journal.append(0, [entry(1)]);
    proxy.swallowNextAnswer = true;
    expect(await journal.append(1, [entry(2)])).toEqual({ ok: true, lastSeq: 2 });
    expect(await journal.append(2, [entry(3)])).toEqual({ ok: true, lastSeq: 3 });
    expect((await all(journal)).map((e) => e.command)).toEqual(['c1', 'c2', 'c3']);
    await journal.close();
  });

  it('ST-9 who watches hears of entries again after the listening connection was lost', async () => {
    const { url, schema } = await temporarySchema();
    const problems = vi.fn<OnProblem>();
    const [mine, theirs] = [await open(url, problems), await open(url, () => undefined)];
    await mine.append(0, [entry(1)]);
    await runSql(
      url,
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()',
      [schema],
    );
    await vi.waitFor(() => expect(problems).toHaveBeenCalled());
    const told = vi.fn<() => void>();
    mine.watch(told);
    await vi.waitFor(() => theirs.append(1, [entry(2)]), 5_000);
    await vi.waitFor(() => expect(told).toHaveBeenCalled(), 5_000);
    expect(mine.lastSeq).toBe(2);
    await Promise.all([mine.close(), theirs.close()]);
  });

  it('ST-2 an entry that somebody wrote past the noted head is a conflict, and then read', async () => {
    const { url } = await temporarySchema();
    const journal = await open(url);
    await journal.append(0, [entry(1)]);
    await runSql(url, `INSERT INTO journal VALUES (2, 5, 'x', 'a', '{}', repeat('a', 64), NULL)`);
    expect(await journal.append(1, [entry(2)])).toEqual({ ok: false, reason: 'conflict' });
    expect(journal.lastSeq).toBe(2);
    expect(await journal.append(2, [entry(3)])).toEqual({ ok: true, lastSeq: 3 });
    await journal.close();
  });
});

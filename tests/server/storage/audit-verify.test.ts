import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { auditJournal, type Audit } from '../../../server/storage/audit-source.ts';
import { entryHash, FIRST_HASH, type Head } from '../../../server/storage/hash-chain.ts';
import { journalFiles, openStores, type Stores } from '../../../server/storage/open-stores.ts';
import { noProblem } from '../../support/journal-contract.ts';
import { postgresAbsent, postgresNote, runSql, temporarySchema } from '../../support/postgres.ts';
import { temporaryFolder } from '../../support/temporary.ts';

interface Scene {
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  readonly headFile: string;
  open(onProblem?: (problem: string) => void): Promise<Stores>;
  /** What an intruder with the database's rights does. */
  sql(text: string): Promise<Record<string, unknown>[]>;
  audit(expect?: Head): Promise<Audit>;
}

function sceneOf(dataDir: string, databaseUrl: string | null): Scene {
  const files = journalFiles(dataDir);
  return {
    dataDir,
    databaseUrl,
    headFile: databaseUrl === null ? files.sqliteHead : files.postgresHead,
    open: (onProblem = noProblem) => openStores({ dataDir, databaseUrl, onProblem }),
    async sql(text) {
      if (databaseUrl !== null) return runSql(databaseUrl, text);
      const db = new DatabaseSync(files.sqlite);
      try {
        if (text.startsWith('SELECT')) return db.prepare(text).all();
        db.exec(text);
        return [];
      } finally {
        db.close();
      }
    },
    audit: (expect) => auditJournal({ dataDir, databaseUrl, expect: expect ?? null }),
  };
}

/** Writes entries 1 to 8, of two actors, some with commands. */
async function fill(scene: Scene): Promise<Scene> {
  const stores = await scene.open();
  for (let n = 0; n < 8; n += 2) {
    await stores.journal.append(n, [
      { type: 'incident.reported', payload: { n }, actor: 'feed:sim', atMs: n },
      { type: 'incident.closed', payload: { n }, actor: 'user:li', atMs: n, command: `c-${n}` },
    ]);
  }
  await stores.journal.close();
  await stores.accounts.close();
  return scene;
}

const kinds = (audit: Audit): string[] => audit.findings.map((f) => `${f.kind} ${f.seq}`);

/** Replaces entry 3's payload and gives everything from there on new hashes, as an intruder who knows the code. */
async function rewriteFrom3(scene: Scene): Promise<string> {
  await scene.sql(`UPDATE journal SET payload = '{"n":99}' WHERE seq = 3`);
  const rows = (await scene.sql(
    'SELECT seq, at_ms, actor, type, payload, command FROM journal ORDER BY seq',
  )) as {
    seq: string | number;
    at_ms: string | number;
    actor: string;
    type: string;
    payload: string;
    command: string | null;
  }[];
  let hash = FIRST_HASH;
  for (const row of rows) {
    hash = entryHash(hash, { ...row, seq: Number(row.seq), atMs: Number(row.at_ms) });
    await scene.sql(`UPDATE journal SET hash = '${hash}' WHERE seq = ${row.seq}`);
  }
  return hash;
}

function tampering(make: () => Promise<Scene>): void {
  it('SE-30 an untouched journal is whole, and its end is told', async () => {
    const scene = await fill(await make());
    const audit = await scene.audit();
    expect(audit).toMatchObject({ entries: 8, findings: [], warnings: [] });
    expect(readFileSync(scene.headFile, 'utf8')).toBe(`8:${audit.head.hash}\n`);
    expect((await scene.audit(audit.head)).findings).toEqual([]);
    expect((await scene.audit({ seq: 8, hash: 'a'.repeat(64) })).findings).toHaveLength(1);
    expect(kinds(await scene.audit({ seq: 9, hash: 'a'.repeat(64) }))).toEqual(['cut-off 9']);
  });

  it.each([
    ['payload', `'{"n":99}'`],
    ['actor', `'user:wang'`],
    ['type', `'incident.updated'`],
    ['at_ms', '77'],
    ['command', `'c-99'`],
    ['command', 'NULL'],
    ['hash', `'${'b'.repeat(64)}'`],
  ])('SE-30 an edited %s is found at its entry', async (column, value) => {
    const scene = await fill(await make());
    await scene.sql(`UPDATE journal SET ${column} = ${value} WHERE seq = 4`);
    expect(kinds(await scene.audit())).toEqual(['edited 4']);
  });

  it('SE-30 an edited entry with a new hash of its own is found at the next', async () => {
    const scene = await fill(await make());
    const [row] = await scene.sql('SELECT hash FROM journal WHERE seq = 3');
    const edited = {
      seq: 4,
      atMs: 2,
      actor: 'user:li',
      type: 'incident.closed',
      payload: '{}',
      command: 'c-2',
    };
    const hash = entryHash(row!.hash as string, edited);
    await scene.sql(`UPDATE journal SET payload = '{}', hash = '${hash}' WHERE seq = 4`);
    expect(kinds(await scene.audit())).toEqual(['edited 5']);
  });

  it('SE-30 deleted entries are found, each gap', async () => {
    const scene = await fill(await make());
    await scene.sql('DELETE FROM journal WHERE seq IN (1, 4, 5)');
    const audit = await scene.audit();
    expect(kinds(audit)).toEqual(['missing 1', 'missing 4']);
    expect(audit.findings[1]!.text.en).toBe('entries 4 to 5 were deleted');
  });

  it('SE-30 entries that changed places are found, and only they', async () => {
    const scene = await fill(await make());
    for (const [from, to] of [
      [3, 100],
      [6, 3],
      [100, 6],
    ])
      await scene.sql(`UPDATE journal SET seq = ${to} WHERE seq = ${from}`);
    const audit = await scene.audit();
    expect(kinds(audit)).toEqual(['moved 3', 'moved 6']);
    expect(audit.findings[0]!.text.en).toContain('written as entry 6');
  });

  it('SE-30 a deleted entry whose place the next ones took is found', async () => {
    const scene = await fill(await make());
    await scene.sql('DELETE FROM journal WHERE seq = 4');
    for (let seq = 5; seq <= 8; seq++)
      await scene.sql(`UPDATE journal SET seq = ${seq - 1} WHERE seq = ${seq}`);
    expect(kinds(await scene.audit())).toContain('edited 4');
    expect(kinds(await scene.audit())).toContain('cut-off 8');
  });

  it('SE-31 an end that was cut off is found by the note in the database and by the one outside', async () => {
    const scene = await fill(await make());
    await scene.sql('DELETE FROM journal WHERE seq > 6');
    const both = await scene.audit();
    expect(kinds(both)).toEqual(['cut-off 7', 'cut-off 7']);
    rmSync(scene.headFile);
    const one = await scene.audit();
    expect(kinds(one)).toEqual(['cut-off 7']);
    expect(one.warnings).toHaveLength(1);
  });

  it('SE-31 whoever cuts the end off and mends the note in the database is found by the one outside', async () => {
    const scene = await fill(await make());
    const whole = await scene.audit();
    await scene.sql('DELETE FROM journal WHERE seq > 6');
    await scene.sql(
      'UPDATE journal_heads SET seq = 6, hash = (SELECT hash FROM journal WHERE seq = 6) WHERE id = 1',
    );
    const audit = await scene.audit();
    expect(kinds(audit)).toEqual(['cut-off 7']);
    expect(audit.findings[0]!.text.en).toBe(`entries 7 to 8 were cut off the end (by ${scene.headFile})`);
    rmSync(scene.headFile);
    expect(kinds(await scene.audit())).toEqual([]);
    expect(kinds(await scene.audit(whole.head))).toEqual(['cut-off 7']);
  });

  it('SE-31 a journal rewritten with new hashes throughout is found by every note of its end', async () => {
    const scene = await fill(await make());
    const hash = await rewriteFrom3(scene);
    expect(kinds(await scene.audit())).toEqual(['rewritten 8', 'rewritten 8']);
    await scene.sql(`UPDATE journal_heads SET hash = '${hash}' WHERE id = 1`);
    expect(kinds(await scene.audit())).toEqual(['rewritten 8']);
  });

  it('SE-31 entries slipped in behind the end are found, and so is a deleted note', async () => {
    const scene = await fill(await make());
    await scene.sql(
      `INSERT INTO journal (seq, at_ms, actor, type, payload, hash) VALUES (9, 1, 'user:li', 'x', '{}', 'c')`,
    );
    expect(kinds(await scene.audit())).toEqual(['edited 9', 'beyond 9']);
    await scene.sql('DELETE FROM journal WHERE seq = 9');
    await scene.sql('DELETE FROM journal_heads');
    expect(kinds(await scene.audit())).toEqual(['note-deleted 8']);
  });

  it('SE-32 a server that starts on a journal cut short says so, goes on, and the audit still finds it', async () => {
    const scene = await fill(await make());
    await scene.sql('DELETE FROM journal WHERE seq > 6');
    const problems = vi.fn<(problem: string) => void>();
    const stores = await scene.open(problems);
    // By the note in the database, and by the one outside.
    expect(problems).toHaveBeenCalledTimes(2);
    for (const [problem] of problems.mock.calls) expect(problem).toContain('does not hold entry 8');
    expect(stores.journal.lastSeq).toBe(6);
    const entry = { type: 'a', payload: 1, actor: 'x', atMs: 1 };
    for (let seq = 6; seq < 10; seq++) expect((await stores.journal.append(seq, [entry])).ok).toBe(true);
    await stores.journal.close();
    await stores.accounts.close();
    expect(kinds(await scene.audit())).toEqual(['rewritten 8', 'rewritten 8']);
  });

  it('SE-31 the note outside is written soon after an append, not only at the end', async () => {
    const scene = await fill(await make());
    const stores = await scene.open();
    await stores.journal.append(8, [{ type: 'a', payload: 1, actor: 'x', atMs: 1 }]);
    await vi.waitFor(() => expect(readFileSync(scene.headFile, 'utf8')).toMatch(/^9:/), 5_000);
    expect((await scene.audit()).findings).toEqual([]);
    await stores.journal.close();
    await stores.accounts.close();
  });
}

describe('audit of a SQLite journal', () => {
  tampering(async () => sceneOf(temporaryFolder(), null));
});

describe.skipIf(postgresAbsent)(`audit of a PostgreSQL journal${postgresNote}`, () => {
  tampering(async () => sceneOf(temporaryFolder(), (await temporarySchema()).url));
});

describe('audit:verify', () => {
  const run = (...args: string[]): Promise<{ code: number; out: string; err: string }> =>
    new Promise((resolve) => {
      const script = fileURLToPath(new URL('../../../server/audit-verify-main.ts', import.meta.url));
      execFile(process.execPath, [script, ...args], (error, out, err) =>
        resolve({ code: error === null ? 0 : Number(error.code), out, err }),
      );
    });

  it('SE-30 tells what it found and where the journal ends, and leaves with 1 if there was something', async () => {
    const scene = await fill(sceneOf(temporaryFolder(), null));
    const { hash } = (await scene.audit()).head;
    const whole = await run('--data', scene.dataDir, '--expect', `8:${hash}`);
    expect(whole.code).toBe(0);
    expect(whole.out).toContain('8 entries, whole and unchanged');
    expect(whole.out).toContain(`8:${hash}`);
    await scene.sql(`UPDATE journal SET payload = '{}' WHERE seq = 4`);
    const edited = await run('--data', scene.dataDir);
    expect(edited.code).toBe(1);
    expect(edited.err).toContain('entry 4 was edited');
    expect(edited.err).toContain('第 4 条');
  });

  it('SE-30 leaves with 2 where there is no journal to look at, and makes none', async () => {
    const dir = temporaryFolder();
    const none = await run('--data', dir);
    expect(none).toMatchObject({ code: 2, out: '' });
    expect(none.err).toContain('there is no');
    expect(existsSync(journalFiles(dir).sqlite)).toBe(false);
    writeFileSync(journalFiles(dir).sqlite, 'not a database, but long enough to look like one '.repeat(100));
    expect((await run('--data', dir)).code).toBe(2);
    const away = await run('--database-url', 'postgres://city:secret@127.0.0.1:1/brain');
    expect(away.code).toBe(2);
    expect(away.err).not.toContain('secret');
  });

  it('SE-31 a file of an older version is read, and it is said that its end is not noted', async () => {
    const dir = temporaryFolder();
    const db = new DatabaseSync(journalFiles(dir).sqlite);
    db.exec(`CREATE TABLE journal (seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, actor TEXT NOT NULL,
      type TEXT NOT NULL, payload TEXT NOT NULL, hash TEXT NOT NULL) STRICT`);
    const hash = entryHash(FIRST_HASH, {
      seq: 1,
      atMs: 5,
      actor: 'a',
      type: 'b',
      payload: '1',
      command: null,
    });
    db.exec(`INSERT INTO journal VALUES (1, 5, 'a', 'b', '1', '${hash}')`);
    db.close();
    const audit = await sceneOf(dir, null).audit();
    expect(audit).toMatchObject({ entries: 1, findings: [] });
    expect(audit.warnings).toHaveLength(2);
  });
});

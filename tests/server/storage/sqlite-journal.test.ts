import { DatabaseSync } from 'node:sqlite';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { entryHash, FIRST_HASH } from '../../../server/storage/hash-chain.ts';
import { SqliteJournal } from '../../../server/storage/sqlite-journal.ts';
import { journalContract, noProblem } from '../../support/journal-contract.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const open = (file: string): Promise<SqliteJournal> => SqliteJournal.open(file, noProblem);

journalContract('SQLite', () => {
  const file = join(temporaryFolder(), 'deep', 'journal.db');
  return { open: () => open(file) };
});

describe('SQLite journal', () => {
  it('SE-9 each entry is linked to the one before by its hash, its command too', async () => {
    const file = join(temporaryFolder(), 'journal.db');
    const journal = await open(file);
    await journal.append(0, [{ type: 'a', payload: 1, actor: 'x', atMs: 5 }]);
    await journal.append(1, [{ type: 'b', payload: { y: 2 }, actor: 'x', atMs: 6, command: 'c' }]);
    await journal.close();
    const db = new DatabaseSync(file);
    const rows = db.prepare('SELECT *, at_ms AS atMs FROM journal ORDER BY seq').all() as {
      seq: number;
      atMs: number;
      actor: string;
      type: string;
      payload: string;
      command: string | null;
      hash: string;
    }[];
    db.close();
    let hash = FIRST_HASH;
    for (const row of rows) {
      hash = entryHash(hash, row);
      expect(row.hash).toBe(hash);
    }
    expect(rows).toHaveLength(2);
    expect(entryHash(rows[0]!.hash, { ...rows[1]!, command: null })).not.toBe(hash);
  });

  it('ST-7 a file from before entries had commands is read and goes on', async () => {
    const file = join(temporaryFolder(), 'journal.db');
    const db = new DatabaseSync(file);
    db.exec(`CREATE TABLE journal (seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, actor TEXT NOT NULL,
      type TEXT NOT NULL, payload TEXT NOT NULL, hash TEXT NOT NULL) STRICT`);
    const old = { seq: 1, atMs: 5, actor: 'feed:a', type: 'a', payload: '{"n":1}', command: null };
    const hash = entryHash(FIRST_HASH, old);
    db.prepare('INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?)').run(1, 5, 'feed:a', 'a', '{"n":1}', hash);
    db.close();
    const journal = await open(file);
    const added = { type: 'b', payload: 2, actor: 'user:a', atMs: 6, command: 'c' };
    expect(await journal.append(1, [added])).toEqual({ ok: true, lastSeq: 2 });
    const entries = [];
    for await (const entry of journal.read(0)) entries.push(entry);
    expect(entries).toEqual([
      { seq: 1, atMs: 5, actor: 'feed:a', type: 'a', payload: { n: 1 } },
      { seq: 2, ...added },
    ]);
    await journal.close();
  });

  it('ST-4 a file that is no database is refused when it is opened', async () => {
    const file = join(temporaryFolder(), 'journal.db');
    writeFileSync(file, 'not a database, but long enough to look like one '.repeat(100));
    await expect(open(file)).rejects.toThrow(/database/);
  });

  it('ST-4 an entry that would not come back whole is refused alone', async () => {
    const journal = await open(join(temporaryFolder(), 'journal.db'));
    const good = { type: 'a', payload: 1, actor: 'x', atMs: 5 };
    const answers = await Promise.allSettled([
      journal.append(0, [{ ...good, payload: undefined }]),
      journal.append(0, [{ ...good, actor: 'x\0y' }]),
      journal.append(0, [{ ...good, command: '\ud800' }]),
      journal.append(0, [{ ...good, atMs: 5.5 }]),
      journal.append(0, [good]),
    ]);
    expect(answers.map((a) => a.status)).toEqual([...Array<string>(4).fill('rejected'), 'fulfilled']);
    expect(journal.lastSeq).toBe(1);
    await journal.close();
  });
});

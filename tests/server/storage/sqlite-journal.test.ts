import { DatabaseSync } from 'node:sqlite';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { entryHash, FIRST_HASH } from '../../../server/storage/hash-chain.ts';
import { SqliteJournal } from '../../../server/storage/sqlite-journal.ts';
import { journalContract } from '../../support/journal-contract.ts';
import { temporaryFolder } from '../../support/temporary.ts';

journalContract('SQLite', () => {
  const file = join(temporaryFolder(), 'deep', 'journal.db');
  return { open: () => SqliteJournal.open(file) };
});

describe('SQLite journal', () => {
  it('SE-9 each entry is linked to the one before by its hash', async () => {
    const file = join(temporaryFolder(), 'journal.db');
    const journal = await SqliteJournal.open(file);
    await journal.append(0, [{ type: 'a', payload: 1 }], 'x', 5);
    await journal.append(1, [{ type: 'b', payload: { y: 2 } }], 'x', 6);
    await journal.close();
    const db = new DatabaseSync(file);
    const rows = db.prepare('SELECT * FROM journal ORDER BY seq').all() as {
      seq: number;
      at_ms: number;
      actor: string;
      type: string;
      payload: string;
      hash: string;
    }[];
    db.close();
    let hash = FIRST_HASH;
    for (const row of rows) {
      hash = entryHash(hash, { ...row, atMs: row.at_ms });
      expect(row.hash).toBe(hash);
    }
    expect(rows).toHaveLength(2);
  });

  it('ST-2 two processes on one file cannot both write the same seq', async () => {
    const file = join(temporaryFolder(), 'journal.db');
    const a = await SqliteJournal.open(file);
    const b = await SqliteJournal.open(file);
    expect((await a.append(0, [{ type: 'a', payload: 1 }], 'a', 1)).ok).toBe(true);
    expect(await b.append(0, [{ type: 'b', payload: 1 }], 'b', 1)).toEqual({ ok: false, reason: 'conflict' });
    expect(b.lastSeq).toBe(1);
    await a.close();
    await b.close();
  });

  it('ST-4 a file that is no database is refused when it is opened', async () => {
    const file = join(temporaryFolder(), 'journal.db');
    writeFileSync(file, 'not a database, but long enough to look like one '.repeat(100));
    await expect(SqliteJournal.open(file)).rejects.toThrow(/database/);
  });
});

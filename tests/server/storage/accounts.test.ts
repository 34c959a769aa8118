import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openPostgresAccounts } from '../../../server/storage/postgres-accounts.ts';
import { openSqliteAccounts } from '../../../server/storage/sqlite-accounts.ts';
import { accountsContract } from '../../support/accounts-contract.ts';
import { noProblem } from '../../support/journal-contract.ts';
import { postgresAbsent, postgresNote, temporarySchema } from '../../support/postgres.ts';
import { temporaryFolder } from '../../support/temporary.ts';

accountsContract('SQLite', () => {
  const file = join(temporaryFolder(), 'deep', 'accounts.db');
  return { open: () => openSqliteAccounts(file) };
});

describe.skipIf(postgresAbsent)(`PostgreSQL${postgresNote}`, () => {
  accountsContract('PostgreSQL', async () => {
    const { url } = await temporarySchema();
    return { open: () => openPostgresAccounts(url, noProblem) };
  });
});

describe('SQLite accounts', () => {
  it('SE-33 the file of accounts is readable by its owner only', async () => {
    const file = join(temporaryFolder(), 'accounts.db');
    const accounts = await openSqliteAccounts(file);
    await accounts.endSession('x');
    for (const part of [file, `${file}-wal`]) expect(statSync(part).mode & 0o077).toBe(0);
    await accounts.close();
  });

  it('ST-4 a file that is no database is refused when it is opened', async () => {
    const file = join(temporaryFolder(), 'accounts.db');
    writeFileSync(file, 'not a database, but long enough to look like one '.repeat(100));
    await expect(openSqliteAccounts(file)).rejects.toThrow(/database/);
  });
});

import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../../server/live/ports.ts';
import { SqliteJournal } from '../../../server/storage/sqlite-journal.ts';
import { openSqliteAccounts } from '../../../server/storage/sqlite-accounts.ts';
import { Auth } from '../../../server/transport/auth/auth.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const PASSWORD = 'a good long password';

/** `npm run account -- …` with what is piped into it; answers its code and words. */
async function account(args: readonly string[], input = ''): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, ['server/account-main.ts', ...args], { cwd: root });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (t) => (said += t));
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, said };
}

describe('npm run account', () => {
  it('SE-55 makes the first account, from a password that is no argument, and tells the audit trail', async () => {
    const dir = temporaryFolder();
    const data = ['--data', dir];
    const chief = ['add', 'chief', '--name', '安全员', '--role', 'security-admin', ...data];
    expect(await account(chief, `${PASSWORD}\n`)).toMatchObject({
      code: 0,
      said: expect.stringContaining('安全员'),
    });
    expect(await account([...chief, '--password', PASSWORD])).toMatchObject({ code: 1 });
    expect(await account(['disable', 'chief', ...data])).toMatchObject({ code: 0 });
    expect(await account(['enable', 'chief', ...data])).toMatchObject({ code: 0 });
    expect(await account(['password', 'chief', ...data], 'another good password')).toMatchObject({ code: 0 });

    const accounts = await openSqliteAccounts(join(dir, 'accounts.db'));
    const auth = new Auth({ accounts, demoAccounts: null, nowMs: Date.now, audit: async () => undefined });
    const caller = { address: '', token: null };
    expect(await auth.signIn('chief', PASSWORD, caller)).toMatchObject({
      error: { code: 'wrong-credentials' },
    });
    const opened = await auth.signIn('chief', 'another good password', caller);
    expect(opened.ok && opened.value.identity.person).toEqual({
      id: 'chief',
      name: '安全员',
      role: 'security-admin',
    });
    await accounts.close();

    const journal = await SqliteJournal.open(join(dir, 'journal.db'), () => undefined);
    const entries: JournalEntry[] = [];
    for await (const entry of journal.read(0)) entries.push(entry);
    await journal.close();
    expect(entries.map((e) => [e.actor, e.type, e.payload])).toEqual(
      [
        { created: true, name: '安全员', role: 'security-admin' },
        { disabled: true },
        { disabled: false, unlock: true },
        { password: true },
      ].map((changes) => [
        'system',
        'account.changed',
        { account: 'chief', changes, address: expect.stringMatching(/^local:/) },
      ]),
    );
    for (const file of readdirSync(dir)) {
      expect(readFileSync(join(dir, file)).includes(PASSWORD)).toBe(false);
    }
    expect(statSync(join(dir, 'accounts.db')).mode & 0o077).toBe(0);
  });

  it.each([
    [['add', 'wang', '--name', '王', '--role', 'viewer'], 'short', 'at least 12 characters'],
    [['add', 'wang', '--name', '王', '--role', 'boss'], PASSWORD, 'security-admin'],
    [['add', 'Wang Li', '--name', '王', '--role', 'viewer'], PASSWORD, 'id:'],
    [['add', 'wang', '--name', '王', '--role', 'department'], PASSWORD, 'department'],
    [['disable', 'nobody'], '', 'Not found'],
  ] as const)('SE-55 says why not: %j', async (args, input, sentence) => {
    const { code, said } = await account([...args, '--data', temporaryFolder()], input);
    expect(said).toContain(sentence);
    expect(said).not.toContain('    at ');
    expect(code).toBe(1);
  });
});

/** What every store of accounts must keep, run against each adapter. */
import { describe, expect, it } from 'vitest';
import type { Account, Accounts, SessionRow } from '../../server/live/ports.ts';

export interface AccountsHarness {
  /** Accounts on the store that the harness stands for; several may be open at once. */
  open(): Promise<Accounts>;
}

const li: Omit<Account, 'version'> = {
  id: 'li',
  name: '李 “雷” O’Brien; DROP',
  role: 'department',
  department: 'fire',
  passwordHash: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA',
  disabled: false,
  failures: 0,
  lockedUntilMs: null,
};
const guest: Omit<Account, 'version'> = {
  id: 'guest',
  name: 'Guest',
  role: 'viewer',
  passwordHash: null,
  disabled: true,
  failures: 5,
  lockedUntilMs: 1_760_000_000_123,
};
const session = (tokenHash: string, more: Partial<SessionRow> = {}): SessionRow => ({
  tokenHash,
  account: 'li',
  accountVersion: 1,
  csrf: 'csrf-1',
  createdAtMs: 1_760_000_000_000,
  seenAtMs: 1_760_000_000_000,
  ...more,
});

export function accountsContract(
  name: string,
  harness: () => AccountsHarness | Promise<AccountsHarness>,
): void {
  describe(`${name} keeps the contract of accounts`, () => {
    it('ST-10 an account comes back whole, after opening again too', async () => {
      const h = await harness();
      const accounts = await h.open();
      expect(await accounts.get('li')).toBeNull();
      expect(await accounts.put(li)).toEqual({ ...li, version: 1 });
      await accounts.put(guest);
      await accounts.close();
      const again = await h.open();
      expect(await again.get('li')).toEqual({ ...li, version: 1 });
      expect(await again.all()).toEqual([
        { ...guest, version: 1 },
        { ...li, version: 1 },
      ]);
      await again.close();
    });

    it('ST-11 each change of an account makes it one version newer; tries to sign in do not', async () => {
      const accounts = await (await harness()).open();
      await accounts.put(li);
      await accounts.signInTried('li', 4, 99);
      expect(await accounts.get('li')).toEqual({ ...li, failures: 4, lockedUntilMs: 99, version: 1 });
      await accounts.signInTried('li', 0, null);
      const { department: _, ...demoted } = { ...li, role: 'viewer' as const };
      expect(await accounts.put(demoted)).toEqual({ ...demoted, version: 2 });
      expect((await accounts.put({ ...li, disabled: true })).version).toBe(3);
      await accounts.signInTried('nobody', 1, null);
      expect(await accounts.get('nobody')).toBeNull();
      await accounts.close();
    });

    it('ST-11 changes at the same time get versions of their own', async () => {
      const h = await harness();
      const both = [await h.open(), await h.open()];
      const made = await Promise.all(Array.from({ length: 20 }, (_, i) => both[i % 2]!.put(li)));
      expect(made.map((a) => a.version).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 20 }, (_, i) => i + 1),
      );
      await Promise.all(both.map((accounts) => accounts.close()));
    });

    it('ST-12 a session is known to every server until it is ended or was not used', async () => {
      const h = await harness();
      const [mine, theirs] = [await h.open(), await h.open()];
      await mine.openSession(session('a'));
      await mine.openSession(session('b', { account: 'guest' }));
      expect(await theirs.session('a')).toEqual(session('a'));
      await mine.touchSession('a', session('a').seenAtMs + 5_000);
      await theirs.touchSession('a', session('a').seenAtMs + 4_000);
      expect((await theirs.session('a'))!.seenAtMs).toBe(session('a').seenAtMs + 5_000);
      await theirs.endOldSessions(session('a').seenAtMs + 1);
      expect(await mine.session('b')).toBeNull();
      await theirs.endSession('a');
      expect(await mine.session('a')).toBeNull();
      await expect(mine.touchSession('a', 1)).resolves.toBeUndefined();
      await Promise.all([mine.close(), theirs.close()]);
    });

    it('ST-4 closed accounts refuse instead of forgetting', async () => {
      const accounts = await (await harness()).open();
      await accounts.close();
      await accounts.close();
      await expect(accounts.put(li)).rejects.toThrow('closed');
    });
  });
}

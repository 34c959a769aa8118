/** What is wrong with a new account is said before the server is asked. */
import { expect, it } from 'vitest';
import { newAccountFault } from '../../../client/account/account-fault.ts';
import { catalogues } from '../../../client/i18n/i18n.ts';
import { newAccount } from '../../../server/contract/accounts.ts';

const good = { id: 'li.si', name: '李四', role: 'dispatcher', password: 'correct horse' };

it.each([
  [{ id: 'Li Si' }, 'accounts.fault.id'],
  [{ id: 'x' }, 'accounts.fault.id'],
  [{ name: '' }, 'accounts.fault.name'],
  [{ name: 'a\u202eb' }, 'accounts.fault.name'],
  [{ password: '' }, 'accounts.fault.password'],
  [{ department: '' }, 'accounts.fault.other'],
] as const)('UI-105 %o is refused with a sentence', (part, key) => {
  const parsed = newAccount.safeParse({ ...good, ...part });
  expect(parsed.success ? null : newAccountFault(parsed.error)).toBe(key);
  expect(catalogues['zh-CN'][key]).toMatch(/。$/);
});

it('UI-105 a good one is not', () => {
  expect(newAccount.safeParse(good).success).toBe(true);
});

import { expect, it } from 'vitest';
import { newPasswordFault } from '../../../client/account/password-fault.ts';

it.each([
  [{ next: '' }, 'account.change.missing'],
  [{ current: '' }, 'account.change.missing'],
  [{ again: 'a new one.' }, 'account.change.differ'],
  [{}, null],
] as const)('UI-121 %o is wrong where %o says', (part, key) => {
  expect(newPasswordFault({ current: 'the old one', next: 'a new one', again: 'a new one', ...part })).toBe(
    key,
  );
});

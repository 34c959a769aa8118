/** Why a new password cannot be asked for yet, as a sentence. Pure; whether it is strong enough the server says. */
import type { MessageKey } from '../i18n/i18n.ts';

export interface NewPassword {
  readonly current: string;
  readonly next: string;
  readonly again: string;
}

/** UI-121. */
export function newPasswordFault({ current, next, again }: NewPassword): MessageKey | null {
  if (current === '' || next === '' || again === '') return 'account.change.missing';
  return next === again ? null : 'account.change.differ';
}

/** Why a new account cannot be asked for yet, as a sentence. Pure. */
import type { ZodError } from 'zod';
import type { MessageKey } from '../i18n/i18n.ts';

const faults: ReadonlyMap<unknown, MessageKey> = new Map([
  ['id', 'accounts.fault.id'],
  ['name', 'accounts.fault.name'],
  ['password', 'accounts.fault.password'],
]);

export const newAccountFault = (error: ZodError): MessageKey =>
  faults.get(error.issues[0]?.path[0]) ?? 'accounts.fault.other';

/** What signing in and the accounts' administration tell the audit trail. Never a password, a hash or a token. */
export interface AuditEntry {
  readonly type: 'user.signed-in' | 'user.sign-in-failed' | 'user.signed-out' | 'account.changed';
  readonly payload: Readonly<Record<string, unknown>>;
  /** `user:ID`; `system` where nobody is known yet. */
  readonly actor: string;
}

/** Resolves when it is written. What cannot be written is not done (SE-50): a rejection stops what was to be told. */
export type Audit = (entry: AuditEntry) => Promise<void>;

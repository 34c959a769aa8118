/**
 * Who is signed in, by the token in their cookie. Invariant: a session holds only as long as its account is what it was
 * when it began, and the store keeps no token that could be used.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Person } from '../../contract/roles.ts';
import type { Account, Accounts, SessionRow } from '../../live/ports.ts';

const HOUR_MS = 3_600_000;
/** Unused for a whole shift. */
export const IDLE_MS = 12 * HOUR_MS;
export const ABSOLUTE_MS = 24 * HOUR_MS;
/** How exactly it is known when a session was last used. */
const TOUCH_EVERY_MS = 60_000;
const TOKEN_BYTES = 32;

/** Somebody who is signed in. */
export interface Identity {
  readonly person: Person;
  readonly accountVersion: number;
  /** Null: a simulated colleague of the demo, by its token. */
  readonly session: SessionRow | null;
}

/** A new session; `token` goes to the browser and nowhere else. */
export interface Opened {
  readonly identity: Identity & { readonly session: SessionRow };
  readonly token: string;
}

export const personOf = ({ id, name, role, department }: Account): Person =>
  department === undefined ? { id, name, role } : { id, name, role, department };

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

export class Sessions {
  private readonly accounts: Accounts;
  private readonly nowMs: () => number;
  private readonly demo: boolean;
  private readonly listeners = new Set<() => void>();

  constructor(accounts: Accounts, demo: boolean, nowMs: () => number) {
    this.accounts = accounts;
    this.demo = demo;
    this.nowMs = nowMs;
  }

  /** Begins a session with a token of its own, whatever cookie came along; that one's session ends (SE-45). */
  async open(account: Account, previousToken: string | null): Promise<Opened> {
    const nowMs = this.nowMs();
    if (previousToken !== null) await this.end(hashOf(previousToken));
    await this.accounts.endOldSessions(nowMs - IDLE_MS);
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const session: SessionRow = {
      tokenHash: hashOf(token),
      account: account.id,
      accountVersion: account.version,
      csrf: randomBytes(TOKEN_BYTES).toString('base64url'),
      createdAtMs: nowMs,
      seenAtMs: nowMs,
    };
    await this.accounts.openSession(session);
    return { token, identity: { person: personOf(account), accountVersion: account.version, session } };
  }

  /** Who a token stands for, and that they are here; null where it stands for nobody any more. */
  async use(token: string): Promise<Identity | null> {
    const tokenHash = hashOf(token);
    const identity = await this.find(tokenHash);
    if (identity === null) await this.accounts.endSession(tokenHash);
    else await this.touch(identity);
    return identity;
  }

  /** Says that its session is in use. */
  async touch({ session }: Identity): Promise<void> {
    const nowMs = this.nowMs();
    if (session !== null && nowMs - session.seenAtMs > TOUCH_EVERY_MS) {
      await this.accounts.touchSession(session.tokenHash, nowMs);
    }
  }

  /** Who the account of the demo's simulated colleague is. */
  async colleague(id: string): Promise<Identity | null> {
    const account = await this.accounts.get(id);
    return account !== null && this.mayBeHere(account)
      ? { person: personOf(account), accountVersion: account.version, session: null }
      : null;
  }

  /** What became of an identity: as fresh as the store, null where it does not hold any more. */
  async renewed(identity: Identity): Promise<Identity | null> {
    if (identity.session !== null) return this.find(identity.session.tokenHash);
    const now = await this.colleague(identity.person.id);
    return now?.accountVersion === identity.accountVersion ? now : null;
  }

  async end(tokenHash: string): Promise<void> {
    await this.accounts.endSession(tokenHash);
    this.changed();
  }

  /** Calls back when sessions may have ended here (others end in other processes); returns how to stop. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** An account is no longer what it was. */
  changed(): void {
    for (const listener of this.listeners) listener();
  }

  private async find(tokenHash: string): Promise<Identity | null> {
    const session = await this.accounts.session(tokenHash);
    if (session === null) return null;
    const nowMs = this.nowMs();
    if (nowMs - session.seenAtMs > IDLE_MS || nowMs - session.createdAtMs > ABSOLUTE_MS) return null;
    const account = await this.accounts.get(session.account);
    if (account === null || account.version !== session.accountVersion || !this.mayBeHere(account)) {
      return null;
    }
    return { person: personOf(account), accountVersion: account.version, session };
  }

  /** An account without a password is the demo's, and nobody's where the same data is used in earnest (SE-48). */
  private mayBeHere(account: Account): boolean {
    return !account.disabled && (this.demo || account.passwordHash !== null);
  }
}

/**
 * Signing in and out. Invariants: a refusal tells neither by its words nor by its time whether an account exists, and
 * five failures in a row lock the account for a while, whoever made them.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { demoConsoleTokens } from '../../contract/accounts.ts';
import type { Refusal } from '../../contract/refusals.ts';
import { err, ok, type Result } from '../../contract/result.ts';
import type { Person } from '../../contract/roles.ts';
import type { Account, Accounts } from '../../live/ports.ts';
import type { Audit } from './audit.ts';
import { isWeakPassword, Passwords, TooManyWaiting } from './passwords.ts';
import { SerialByKey } from './serial-by-key.ts';
import { personOf, Sessions, type Identity, type Opened } from './sessions.ts';

export const MAX_FAILURES = 5;
export const LOCK_MS = 15 * 60_000;
/** No refusal comes sooner, so that its time says nothing about what was looked up and written for it. */
const REFUSED_AFTER_MS = 250;
/** Names that no account has are locked like those of accounts, as many as this are remembered. */
const STRANGERS = 10_000;

interface Tries {
  readonly failures: number;
  readonly lockedUntilMs: number | null;
}
const NO_TRIES: Tries = { failures: 0, lockedUntilMs: null };

export interface AuthDeps {
  readonly accounts: Accounts;
  /** Ids of the accounts that open by one click; null: not the demo. */
  readonly demoAccounts: readonly string[] | null;
  readonly nowMs: () => number;
  readonly audit: Audit;
  readonly passwords?: Pick<Passwords, 'hash' | 'verify'>;
  readonly refusedAfterMs?: number;
}

/** Where a request came from, and the session that its browser had before. */
export interface Caller {
  readonly address: string;
  readonly token: string | null;
}

export class Auth {
  readonly sessions: Sessions;
  readonly demo: boolean;
  /** One account's sign-ins and changes, one after another. */
  readonly serial = new SerialByKey();
  readonly passwords: Pick<Passwords, 'hash' | 'verify'>;
  private readonly deps: AuthDeps;
  private readonly strangers = new LRUCache<string, Tries>({ max: STRANGERS });

  constructor(deps: AuthDeps) {
    this.deps = deps;
    this.demo = deps.demoAccounts !== null;
    this.passwords = deps.passwords ?? new Passwords();
    this.sessions = new Sessions(deps.accounts, this.demo, deps.nowMs);
  }

  /** Opens a session by password. */
  signIn(id: string, password: string, caller: Caller): Promise<Result<Opened, Refusal>> {
    return this.slowToRefuse(() =>
      this.serial.run(id, async () => {
        const account = await this.deps.accounts.get(id);
        const checked = await this.checkPassword(id, account, password, caller);
        return checked.ok ? ok(await this.open(checked.value, 'password', caller)) : checked;
      }),
    );
  }

  /** Opens a session of one of the demo's accounts by one click; outside the demo there are none. */
  async signInDemo(id: string, caller: Caller): Promise<Result<Opened, Refusal>> {
    const offered = this.deps.demoAccounts?.includes(id) ?? false;
    const account = offered ? await this.deps.accounts.get(id) : null;
    if (account === null || account.disabled || account.passwordHash !== null) {
      return err({ code: 'wrong-credentials' });
    }
    return ok(await this.open(account, 'demo', caller));
  }

  async signOut({ person, session }: Identity, address: string): Promise<void> {
    if (session === null) return;
    await this.deps.audit({
      type: 'user.signed-out',
      payload: { account: person.id, address },
      actor: `user:${person.id}`,
    });
    await this.sessions.end(session.tokenHash);
  }

  /** Changes one's own password. All sessions of the account end; the caller gets a new one. */
  changePassword(
    { person }: Identity,
    current: string,
    next: string,
    caller: Caller,
  ): Promise<Result<Opened, Refusal>> {
    const { accounts, audit } = this.deps;
    return this.slowToRefuse(() =>
      this.serial.run(person.id, async () => {
        const account = await accounts.get(person.id);
        if (account?.passwordHash === null) return err({ code: 'forbidden' });
        const checked = await this.checkPassword(person.id, account, current, caller);
        if (!checked.ok) return checked;
        if (isWeakPassword(next, person.id) || next === current) return err({ code: 'weak-password' });
        const passwordHash = await this.passwords.hash(next);
        await audit({
          type: 'account.changed',
          payload: { account: person.id, changes: { password: true }, address: caller.address },
          actor: `user:${person.id}`,
        });
        const changed = await accounts.put({ ...checked.value, passwordHash, ...NO_TRIES });
        const opened = await this.sessions.open(changed, caller.token);
        this.sessions.changed();
        return ok(opened);
      }),
    );
  }

  /** Who stands behind a request or a handshake; null: nobody. */
  async identify(token: string | null, authorization: string | undefined): Promise<Identity | null> {
    const bearer = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
    if (this.demo && bearer !== undefined && Object.hasOwn(demoConsoleTokens, bearer)) {
      return this.sessions.colleague(demoConsoleTokens[bearer]!);
    }
    return token === null ? null : this.sessions.use(token);
  }

  /** Whom one may become by a click; nobody outside the demo. */
  async demoPeople(): Promise<readonly Person[]> {
    if (this.deps.demoAccounts === null) return [];
    const all = new Map((await this.deps.accounts.all()).map((a) => [a.id, a]));
    return this.deps.demoAccounts
      .map((id) => all.get(id))
      .filter((a): a is Account => a !== undefined && !a.disabled && a.passwordHash === null)
      .map(personOf);
  }

  private async open(account: Account, by: 'password' | 'demo', caller: Caller): Promise<Opened> {
    await this.deps.audit({
      type: 'user.signed-in',
      payload: { account: account.id, role: account.role, by, address: caller.address },
      actor: `user:${account.id}`,
    });
    return this.sessions.open(account, caller.token);
  }

  /** Must run alone for its account. The work is the same whatever is wrong (SE-42). */
  private async checkPassword(
    id: string,
    account: Account | null,
    password: string,
    { address }: Caller,
  ): Promise<Result<Account, Refusal>> {
    const nowMs = this.deps.nowMs();
    const before = this.triesOf(id, account, nowMs);
    const locked = before.lockedUntilMs !== null;
    const right = !locked && (await this.passwords.verify(account?.passwordHash ?? null, password));
    if (right && account !== null && !account.disabled) {
      if (account.failures > 0 || account.lockedUntilMs !== null) await this.remember(id, account, NO_TRIES);
      return ok(account);
    }
    const failures = locked ? before.failures : before.failures + 1;
    const lockedUntilMs = failures >= MAX_FAILURES ? (before.lockedUntilMs ?? nowMs + LOCK_MS) : null;
    if (!locked) await this.remember(id, account, { failures, lockedUntilMs });
    await this.deps.audit({
      type: 'user.sign-in-failed',
      // What was typed where a name belongs may be a password.
      payload: { account: account?.id ?? null, address, failures, locked: lockedUntilMs !== null },
      actor: 'system',
    });
    return err(
      lockedUntilMs === null
        ? { code: 'wrong-credentials' }
        : { code: 'account-locked', detail: String(Math.ceil((lockedUntilMs - nowMs) / 60_000)) },
    );
  }

  /** A lock that is over is forgotten, and with it the failures that led to it. */
  private triesOf(id: string, account: Account | null, nowMs: number): Tries {
    const { failures, lockedUntilMs } = account ?? this.strangers.get(id) ?? NO_TRIES;
    return lockedUntilMs !== null && lockedUntilMs <= nowMs ? NO_TRIES : { failures, lockedUntilMs };
  }

  private async remember(id: string, account: Account | null, tries: Tries): Promise<void> {
    if (account === null) this.strangers.set(id, tries);
    else await this.deps.accounts.signInTried(id, tries.failures, tries.lockedUntilMs);
  }

  private async slowToRefuse<T>(work: () => Promise<Result<T, Refusal>>): Promise<Result<T, Refusal>> {
    const noSooner = sleep(this.deps.refusedAfterMs ?? REFUSED_AFTER_MS, undefined, { ref: false });
    let result: Result<T, Refusal>;
    try {
      result = await work();
    } catch (cause) {
      if (!(cause instanceof TooManyWaiting)) throw cause;
      result = err({ code: 'rate-limited' });
    }
    if (!result.ok) await noSooner;
    return result;
  }
}

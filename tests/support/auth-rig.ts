/** The product's HTTP and screen sockets with people who can sign in, on one loopback port and a clock the test moves. */
import { Server } from 'socket.io';
import { io as connect, type Socket as ClientSocket } from 'socket.io-client';
import type { SessionAnswer } from '../../server/contract/api.ts';
import type { Role } from '../../server/contract/roles.ts';
import * as parser from '../../server/contract/socket-parser.ts';
import type { FeedConfig } from '../../server/feeds/config.ts';
import { AccountDesk } from '../../server/transport/auth/account-desk.ts';
import type { AuditEntry } from '../../server/transport/auth/audit.ts';
import { Auth, type AuthDeps } from '../../server/transport/auth/auth.ts';
import { putDemoAccounts } from '../../server/transport/auth/demo-accounts.ts';
import type { Passwords } from '../../server/transport/auth/passwords.ts';
import { attachSocketAuth, type SocketAuth } from '../../server/transport/auth/socket-auth.ts';
import type { HttpDeps } from '../../server/transport/http.ts';
import { socketServerOptions } from '../../server/transport/socket.ts';
import { silentLog, startRig, testFeed, type Rig } from './http-rig.ts';
import { MemoryAccounts } from './memory-accounts.ts';
import { until } from './screen-server.ts';

export const START_MS = 1_800_000_000_000;
export const PASSWORD = 'a good long password';
/** As much as a test of everything else needs: no work, and nothing that looks like the password. */
export const quickPasswords: Pick<Passwords, 'hash' | 'verify'> = {
  hash: async (password) => `hashed:${Buffer.from(password).toString('hex')}`,
  verify: async (encoded, password) => encoded === `hashed:${Buffer.from(password).toString('hex')}`,
};

export interface AuthRigOptions {
  readonly demo?: boolean;
  readonly accounts?: MemoryAccounts;
  readonly passwords?: Pick<Passwords, 'hash' | 'verify'>;
  readonly refusedAfterMs?: number;
  readonly signInsPerMinute?: number;
  readonly checkEveryMs?: number;
  readonly feeds?: readonly FeedConfig[];
  readonly http?: Partial<Omit<HttpDeps, 'intake' | 'log' | 'auth'>>;
}

export interface Answer<T = unknown> {
  readonly status: number;
  readonly body: T;
  readonly code: string | undefined;
  readonly headers: Headers;
}

/** Somebody's browser: it keeps cookies, and its pages send the session's secret. */
export class Browser {
  cookies = new Map<string, string>();
  csrf: string | null = null;
  readonly url: string;
  /** What the browser says by itself of a request that a page of ours makes. */
  readonly says: Record<string, string> = {};

  constructor(url: string) {
    this.url = url;
  }

  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async ask<T = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        cookie: this.cookie,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(this.csrf !== null && { 'x-csrf-token': this.csrf }),
        ...this.says,
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!;
      if (value === '') this.cookies.delete(name!);
      else this.cookies.set(name!, value!);
    }
    const answer = (await response.json()) as T & { readonly error?: { readonly code: string } };
    if ('csrf' in answer) this.csrf = answer.csrf as string | null;
    return { status: response.status, body: answer, code: answer.error?.code, headers: response.headers };
  }

  signIn(id: string, password: string = PASSWORD): Promise<Answer<SessionAnswer>> {
    return this.ask('POST', '/session', { id, password });
  }

  async open(
    path = '',
    headers: Record<string, string> = { cookie: this.cookie },
  ): Promise<ClientSocket | string> {
    const socket = connect(this.url + path, {
      parser,
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      extraHeaders: headers,
    });
    return new Promise((resolve) => {
      socket.on('connect', () => resolve(socket));
      socket.on('connect_error', (error) => {
        socket.close();
        resolve(error.message);
      });
    });
  }
}

export interface AuthRig {
  readonly rig: Rig;
  readonly auth: Auth;
  readonly accounts: MemoryAccounts;
  readonly audited: AuditEntry[];
  readonly io: Server;
  readonly socketAuth: SocketAuth;
  nowMs: number;
  /** Whether the audit trail takes nothing. */
  auditFails: boolean;
  browser(): Browser;
  close(): Promise<void>;
}

/** Makes an account that signs in with `PASSWORD`. */
export async function putAccount(
  accounts: MemoryAccounts,
  id: string,
  role: Role,
  more: { readonly department?: string; readonly disabled?: boolean } = {},
): Promise<void> {
  const passwordHash = await quickPasswords.hash(PASSWORD);
  const { disabled = false, ...rest } = more;
  await accounts.put({
    id,
    name: id,
    role,
    passwordHash,
    disabled,
    failures: 0,
    lockedUntilMs: null,
    ...rest,
  });
}

/** Who may sign in, on accounts in memory; the one department is `dep-fire`. */
export async function testAuth(
  accounts: MemoryAccounts,
  options: Partial<AuthDeps> & { readonly demo?: boolean },
): Promise<{ readonly auth: Auth; readonly desk: AccountDesk }> {
  const { demo = false, audit = async () => undefined, ...deps } = options;
  const departments = [{ id: 'dep-fire', kind: 'fire', name: { zh: '消防', en: 'Fire' } }] as const;
  const auth = new Auth({
    nowMs: Date.now,
    passwords: quickPasswords,
    refusedAfterMs: 0,
    ...deps,
    accounts,
    demoAccounts: demo ? await putDemoAccounts(accounts, departments) : null,
    audit,
  });
  const desk = new AccountDesk({
    accounts,
    audit,
    passwords: auth.passwords,
    serial: auth.serial,
    knowsDepartment: (id) => departments.some((d) => d.id === id),
    changed: () => auth.sessions.changed(),
  });
  return { auth, desk };
}

export async function startAuthRig(options: AuthRigOptions = {}): Promise<AuthRig> {
  const accounts = options.accounts ?? new MemoryAccounts();
  const audited: AuditEntry[] = [];
  const state = { nowMs: START_MS, auditFails: false };
  const nowMs = (): number => state.nowMs;
  const audit = async (entry: AuditEntry): Promise<void> => {
    if (state.auditFails) throw new Error('the journal is broken');
    audited.push(entry);
  };
  const { auth, desk } = await testAuth(accounts, { ...options, nowMs, audit });
  const { signInsPerMinute = 1_000 } = options;
  const rig = await startRig(options.feeds ?? [testFeed({ id: 'cars', kind: 'positions' })], {
    nowMs,
    ...options.http,
    auth: { auth, desk, allowedOrigins: ['https://wall.example'], signInsPerMinute },
  });
  const io = new Server(rig.server, { ...socketServerOptions, parser });
  const socketAuth = attachSocketAuth(io, auth, silentLog, options.checkEveryMs);
  return Object.assign(state, {
    rig,
    auth,
    accounts,
    audited,
    io,
    socketAuth,
    browser: () => new Browser(rig.url),
    close: async () => {
      socketAuth.stop();
      await io.close();
      await rig.close();
    },
  });
}

/** Resolves when the server has ended the socket; how long that took, ms. */
export async function cutWithin(socket: ClientSocket, withinMs: number): Promise<number> {
  const startedAt = performance.now();
  await until(() => !socket.connected, withinMs);
  return performance.now() - startedAt;
}

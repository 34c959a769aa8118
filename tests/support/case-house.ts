/** The product's HTTP and sockets over a real engine, with people of every role who sign in: gone when the test ends. */
import { join } from 'node:path';
import type { Socket as ClientSocket } from 'socket.io-client';
import { onTestFinished } from 'vitest';
import type { CommandPayloads, CommandType } from '../../server/contract/commands.ts';
import {
  applyDelta,
  applySnapshot,
  emptyMirror,
  PROTOCOL,
  type CommandAnswer,
  type Mirror,
} from '../../server/contract/sync.ts';
import { AttachmentFiles } from '../../server/storage/attachment-files.ts';
import { personOfSocket } from '../../server/transport/auth/socket-auth.ts';
import { attachSockets, commandsOf } from '../../server/transport/socket.ts';
import { putAccount, startAuthRig, type AuthRig, type Browser } from './auth-rig.ts';
import { testFeed } from './http-rig.ts';
import { makeWorld, type World } from './live-world.ts';
import { until } from './screen-server.ts';
import { smallPackAt } from './small-pack.ts';
import { temporaryFolder } from './temporary.ts';

export interface House {
  readonly world: World;
  readonly rig: AuthRig;
  readonly refused: unknown[];
  as(id: string): Promise<Desk>;
}

const accounts = [
  ['li', 'call-taker'],
  ['wang', 'dispatcher'],
  ['zhao', 'dispatcher'],
  ['sun', 'supervisor'],
  ['qian', 'viewer'],
  ['chief', 'security-admin'],
  ['han', 'audit-admin'],
  ['fire', 'department', 'dep-fire'],
  ['police', 'department', 'dep-police'],
] as const;

export async function startHouse(options: { readonly demo?: boolean } = {}): Promise<House> {
  const world = await makeWorld();
  for (const [k, id] of ['u-f1', 'u-f2', 'u-p1'].entries()) {
    const [lon, lat] = smallPackAt(100 + k * 100, 300);
    await world.observe('mixed', { type: 'unit', id, at: world.nowMs, status: 'available', lon, lat });
  }
  const refused: unknown[] = [];
  const commands = commandsOf(world.engine, (_, message, detail) => refused.push([message, detail]));
  const folder = temporaryFolder();
  const rig = await startAuthRig({
    ...options,
    feeds: [testFeed({ id: 'mixed', kind: 'mixed' }), testFeed({ id: 'cars', kind: 'positions' })],
    http: {
      engine: world.engine,
      city: world.city,
      cases: {
        queries: world.engine.queries,
        rulebook: world.engine.rules.book,
        commands,
        attachments: new AttachmentFiles(join(folder, 'attachments')),
        journal: world.journal,
      },
    },
  });
  onTestFinished(() => rig.close());
  for (const [id, role, department] of accounts)
    await putAccount(rig.accounts, id, role, department === undefined ? {} : { department });
  const sockets = attachSockets(rig.io, {
    engine: world.engine,
    commands,
    personOf: personOfSocket,
    tickHz: 5,
  });
  onTestFinished(() => sockets.close());
  return {
    world,
    rig,
    refused,
    as: async (id) => {
      const browser = rig.browser();
      await browser.signIn(id);
      return new Desk(browser);
    },
  };
}

let commands = 0;
/** Somebody at a screen. */
export class Desk {
  readonly browser: Browser;
  readonly mirror: Mirror = emptyMirror();
  private socket: ClientSocket | null = null;

  constructor(browser: Browser) {
    this.browser = browser;
  }

  async connect(): Promise<ClientSocket> {
    if (this.socket !== null) return this.socket;
    const socket = await this.browser.open();
    if (typeof socket === 'string') throw new Error(socket);
    onTestFinished(() => void socket.close());
    socket.on('snapshot', (s) => applySnapshot(this.mirror, s));
    socket.on('delta', (d) => applyDelta(this.mirror, d));
    socket.emit('hello', { protocol: PROTOCOL });
    await until(() => this.mirror.epoch !== '');
    this.socket = socket;
    return socket;
  }

  /** By HTTP. */
  async post<T extends CommandType>(
    type: T,
    payload: CommandPayloads[T],
    more: { readonly id?: string; readonly expected?: number } = {},
  ): Promise<CommandAnswer> {
    const id = `command-${++commands}`;
    return (await this.browser.ask<CommandAnswer>('POST', '/commands', { id, ...more, type, payload })).body;
  }

  /** By the socket. */
  async emit(type: string, payload: unknown, more: object = {}): Promise<CommandAnswer> {
    const socket = await this.connect();
    return socket
      .timeout(3_000)
      .emitWithAck('command', { id: `command-${++commands}`, ...more, type, payload });
  }

  get(path: string): ReturnType<Browser['ask']> {
    return this.browser.ask('GET', path);
  }

  async attach(
    incident: string,
    bytes: Uint8Array,
    type = 'image/png',
  ): Promise<{ status: number; sha: string }> {
    const response = await fetch(`${this.browser.url}/api/v1/incidents/${incident}/attachments`, {
      method: 'POST',
      headers: { cookie: this.browser.cookie, 'x-csrf-token': this.browser.csrf ?? '', 'content-type': type },
      body: bytes as BodyInit,
    });
    const { attachment = '' } = (await response.json()) as { attachment?: string };
    return { status: response.status, sha: attachment };
  }

  fetch(path: string): Promise<Response> {
    return fetch(`${this.browser.url}${path}`, { headers: { cookie: this.browser.cookie } });
  }
}
export const code = (answer: CommandAnswer): string => (answer.ok ? 'done' : answer.refusal.code);
export const position = smallPackAt(300, 400);
export const fire = { channel: '119', category: 'fire.structure', position } as const;
export const png = (size = 100): Uint8Array => {
  const bytes = new Uint8Array(size);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return bytes;
};

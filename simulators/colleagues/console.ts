/**
 * A console without a screen: a mirror of the records over the socket, commands over HTTP, signed in as the demo's
 * simulated colleagues. Invariant: the mirror only ever holds a state the server had. A server that is away or does not
 * know these colleagues ends nothing; it is tried again.
 */
import { io, type Socket } from 'socket.io-client';
import type { RecommendationAnswer } from '../../server/contract/api.ts';
import { demoColleagues } from '../../server/contract/accounts.ts';
import { refusal } from '../../server/contract/refusals.ts';
import * as parser from '../../server/contract/socket-parser.ts';
import {
  applyDelta,
  applySnapshot,
  emptyMirror,
  PROTOCOL,
  type Command,
  type CommandAnswer,
  type Delta,
  type Snapshot,
} from '../../server/contract/sync.ts';
import { reasonOf } from '../publish/transport.ts';
import type { Seat } from './steps.ts';

export interface ConsoleOptions {
  readonly server: string;
  /** These incidents have changed. */
  readonly onIncidents: (ids: Iterable<string>) => void;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The accounts colleagues sign in with. */
export const seats: Readonly<
  Record<Seat, { readonly id: string; readonly name: string; readonly token: string }>
> = demoColleagues;
const tokenOf = (seat: Seat): string => seats[seat].token;

const ANSWER_MS = 15_000;
const MAX_RECONNECT_MS = 10_000;
/** A mirror that was refused is asked for again after this; the server limits how often one may. */
const HELLO_AGAIN_MS = 1_500;

export class Console {
  readonly mirror = emptyMirror();
  readonly #options: ConsoleOptions;
  readonly #socket: Socket;
  #synced = false;
  #aheadMs = 0;
  #said = '';
  #again: NodeJS.Timeout | null = null;

  constructor(options: ConsoleOptions) {
    this.#options = options;
    const socket = io(new URL('/', options.server).href, {
      parser,
      transports: ['websocket'],
      extraHeaders: { authorization: `Bearer ${tokenOf('dispatcher')}` },
      reconnectionDelayMax: MAX_RECONNECT_MS,
      forceNew: true,
    });
    this.#socket = socket;
    socket.on('connect', () => this.#hello());
    socket.on('disconnect', () => {
      this.#synced = false;
      // Cut off by the server: Socket.IO does not try again by itself.
      if (!socket.active) this.#later(() => socket.connect(), MAX_RECONNECT_MS);
    });
    socket.on('connect_error', (cause) => {
      this.#say(`colleagues: ${reasonOf(cause)}; trying again until it works`);
      if (!socket.active) this.#later(() => socket.connect(), MAX_RECONNECT_MS);
    });
    socket.on('snapshot', (snapshot: Snapshot) => {
      const gone = [...this.mirror.records.incident.keys()];
      applySnapshot(this.mirror, snapshot);
      this.#received(snapshot.serverTimeMs);
      options.onIncidents(new Set([...gone, ...this.mirror.records.incident.keys()]));
    });
    socket.on('delta', (delta: Delta) => {
      const was = this.mirror.seq;
      const applied = applyDelta(this.mirror, delta);
      if (applied === 'gap' || applied === 'epoch') {
        this.#synced = false;
        this.#later(() => this.#hello(), HELLO_AGAIN_MS);
        return;
      }
      this.#received(delta.serverTimeMs);
      if (applied === 'old') return;
      const changed = delta.changes.filter((c) => c.kind === 'incident' && c.seq > was);
      options.onIncidents(new Set(changed.map((c) => c.id)));
    });
    options.signal.addEventListener('abort', () => this.#close(), { once: true });
    if (options.signal.aborted) this.#close();
  }

  /** Whether the mirror is up to date as far as the connection goes. */
  get synced(): boolean {
    return this.#synced && this.#socket.connected;
  }

  /** The server's clock. */
  nowMs(): number {
    return Date.now() + this.#aheadMs;
  }

  /** Gives a command; null: it could not be delivered, the same one may be given again. */
  async command(as: Seat, command: Command): Promise<CommandAnswer | null> {
    const body = await this.#ask(as, '/api/v1/commands', command);
    return answerOf(body);
  }

  /** What the plan would send now; null where it cannot be learned. */
  async recommendation(incident: string): Promise<RecommendationAnswer | null> {
    const path = `/api/v1/incidents/${encodeURIComponent(incident)}/recommendation`;
    const body = (await this.#ask('dispatcher', path)) as Partial<RecommendationAnswer> | null;
    return Array.isArray(body?.needs) ? (body as RecommendationAnswer) : null;
  }

  async #ask(as: Seat, path: string, body?: Command): Promise<unknown> {
    try {
      const response = await fetch(new URL(path, this.#options.server), {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          authorization: `Bearer ${tokenOf(as)}`,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.any([this.#options.signal, AbortSignal.timeout(ANSWER_MS)]),
      });
      const said: unknown = await response.json().catch(() => null);
      if (response.status === 401) this.#say('colleagues: this server does not know them (only a demo does)');
      return said;
    } catch (cause) {
      if (!this.#options.signal.aborted) this.#say(`colleagues: ${reasonOf(cause)}`);
      return null;
    }
  }

  #hello(): void {
    const { epoch, seq } = this.mirror;
    this.#socket.emit(
      'hello',
      epoch === '' ? { protocol: PROTOCOL } : { protocol: PROTOCOL, epoch, seq },
      (answer: { ok?: boolean } | undefined) => {
        if (answer?.ok === false) this.#later(() => this.#hello(), HELLO_AGAIN_MS);
      },
    );
  }

  #received(serverTimeMs: number): void {
    this.#synced = true;
    this.#said = '';
    this.#aheadMs = serverTimeMs - Date.now();
  }

  #later(run: () => void, ms: number): void {
    if (this.#again !== null || this.#options.signal.aborted) return;
    this.#again = setTimeout(() => {
      this.#again = null;
      run();
    }, ms);
  }

  /** Each trouble once, until it works again. */
  #say(line: string): void {
    if (line !== this.#said) this.#options.log(line);
    this.#said = line;
  }

  #close(): void {
    if (this.#again !== null) clearTimeout(this.#again);
    this.#socket.disconnect();
  }
}

function answerOf(body: unknown): CommandAnswer | null {
  if (typeof body !== 'object' || body === null) return null;
  if ('ok' in body && body.ok === true) return body as CommandAnswer;
  // A route's own refusal (rate, rights) comes without the answer around it.
  const parsed = refusal.safeParse('refusal' in body ? body.refusal : body);
  return parsed.success ? { ok: false, refusal: parsed.data } : null;
}

/**
 * A console as tests run many of: the product's own session with its patience cut short, whose messages are watched for
 * gaps and repetitions, and whose commands are sent again until they are answered.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { io } from 'socket.io-client';
import { Session, type SessionWorld } from '../../client/sync/session.ts';
import type { RecordKind, RecordTypes } from '../../server/contract/records.ts';
import * as parser from '../../server/contract/socket-parser.ts';
import type { CommandAnswer, Delta, Hello, Snapshot } from '../../server/contract/sync.ts';

/** A session's pauses and patience are shorter by this: what takes half a minute in the field is seen within seconds. */
const HASTE = 10;
const AGAIN_AFTER_MS = 15;
/** Not the server's last word: nothing was decided, the same command may be sent again. */
const undecided: ReadonlySet<string> = new Set(['internal', 'journal-failed', 'rate-limited']);

export interface ConsoleOptions {
  readonly url: string;
  /** Who is signed in: the cookie of a session. */
  readonly cookie?: string;
  /** Who it is, for servers of tests that believe it. */
  readonly as?: string;
  readonly random?: () => number;
}

export class TestConsole {
  readonly session: Session;
  readonly watch = new SequenceWatch();
  private readonly ended = new AbortController();

  constructor(options: ConsoleOptions) {
    this.session = new Session(options.url, worldOf(options, this.watch));
    this.session.start();
  }

  /** True where it is connected and its mirror stands at this place of this sequence. */
  isAt(epoch: string, seq: number): boolean {
    const { mirror, connection } = this.session;
    const isWhole = connection.phase !== 'connecting' && connection.phase !== 'reconnecting';
    return isWhole && mirror.epoch === epoch && mirror.seq === seq;
  }

  record<K extends RecordKind>(kind: K, id: string): RecordTypes[K] | undefined {
    const map: ReadonlyMap<string, RecordTypes[K]> = this.session.mirror.records[kind];
    return map.get(id);
  }

  /** Sends a command, with the same id until the server has decided it. @throws where the console is closed before. */
  async decide(type: string, payload: unknown, id: string = crypto.randomUUID()): Promise<CommandAnswer> {
    for (;;) {
      const answer = await this.session.command(type, payload, undefined, id);
      if (answer.ok || !undecided.has(answer.refusal.code)) return answer;
      await sleep(AGAIN_AFTER_MS, undefined, { signal: this.ended.signal });
    }
  }

  close(): void {
    this.ended.abort(new Error('the console was closed'));
    this.session.stop();
  }
}

/** Holds what one connection is sent against what it should be: the answer to each hello, then change after change. */
export class SequenceWatch {
  gaps = 0;
  duplicates = 0;
  private seq: number | null = null;
  private asked: number[] = [];

  connected(): void {
    this.seq = null;
    this.asked = [];
  }

  hello(hello: Hello): void {
    if (hello.seq !== undefined) this.asked.push(hello.seq);
  }

  snapshot({ seq }: Snapshot): void {
    this.seq = seq;
  }

  delta({ from, seq }: Delta): void {
    const answered = this.asked.indexOf(from);
    if (answered >= 0) this.asked.splice(answered, 1);
    else if (this.seq === null || from > this.seq) this.gaps++;
    else if (from < this.seq) this.duplicates++;
    this.seq = seq;
  }
}

function worldOf({ cookie, as, random = Math.random }: ConsoleOptions, watch: SequenceWatch): SessionWorld {
  return {
    nowMs: () => performance.now() * HASTE,
    random,
    setTimer: (run, delayMs) => {
      const timer = setTimeout(run, delayMs / HASTE);
      return () => clearTimeout(timer);
    },
    wire: (url) => {
      const socket = io(url, {
        parser,
        transports: ['websocket'],
        reconnection: false,
        autoConnect: false,
        forceNew: true,
        ...(cookie !== undefined && { extraHeaders: { cookie } }),
        ...(as !== undefined && { query: { as } }),
      });
      // Before the session's own listeners, whose hello is then already of this connection.
      socket.on('connect', () => watch.connected());
      socket.on('snapshot', (snapshot: Snapshot) => watch.snapshot(snapshot));
      socket.on('delta', (delta: Delta) => watch.delta(delta));
      socket.onAnyOutgoing((event: string, body: unknown) => {
        if (event === 'hello') watch.hello(body as Hello);
      });
      return socket;
    },
    newId: () => crypto.randomUUID(),
    onReturn: () => () => undefined,
  };
}

/** The answer to a command that must not be refused. @throws where it is. */
export async function accepted(
  answer: Promise<CommandAnswer>,
): Promise<CommandAnswer & { readonly ok: true }> {
  const told = await answer;
  if (!told.ok) throw new Error(`refused: ${JSON.stringify(told.refusal)}`);
  return told;
}

/** Opens a session of one of the demo's people: the cookie. */
export async function signInDemo(url: string, id: string): Promise<string> {
  const response = await fetch(new URL('/api/v1/session', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ demo: id }),
  });
  const [cookie] = response.headers.getSetCookie();
  if (!response.ok || cookie === undefined) throw new Error(`${id} was not let in: ${response.status}`);
  return cookie.split(';')[0]!;
}

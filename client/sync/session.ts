/**
 * One screen's tie to the server: the mirror of the records, the telemetry of what it looks at, commands, and an
 * honest word about how good the tie is. Invariant: the mirror only ever holds a state the server had (SY-62).
 */
import { io } from 'socket.io-client';
import { isFrameMessage } from '../../server/contract/frames.ts';
import { recordKinds, type RecordKind } from '../../server/contract/records.ts';
import * as parser from '../../server/contract/socket-parser.ts';
import {
  applyDelta,
  applySnapshot,
  emptyMirror,
  PROTOCOL,
  type Command,
  type CommandAnswer,
  type Delta,
  type Hello,
  type Mirror,
  type Snapshot,
  type View,
  type ViewAnswer,
} from '../../server/contract/sync.ts';
import { ServerClock } from './clock.ts';
import { connectingState, judgePhase, retryDelayMs, type ConnectionState } from './connection.ts';
import { Telemetry } from './telemetry.ts';

/** The part of a Socket.IO client socket that is used; tests bring their own. */
export interface Wire {
  readonly connected: boolean;
  connect(): unknown;
  disconnect(): unknown;
  on(event: string, listener: (...args: never[]) => void): unknown;
  emit(event: string, ...args: unknown[]): unknown;
}

/** What of the world a session uses; tests bring their own. */
export interface SessionWorld {
  readonly nowMs: () => number;
  readonly random: () => number;
  readonly setTimer: (run: () => void, delayMs: number) => () => void;
  readonly wire: (url: string | undefined) => Wire;
  readonly newId: () => string;
  /** Tells when the screen comes back (focus, visible, online); answers a way to stop listening. */
  readonly onReturn: (run: () => void) => () => void;
}

/** Where a page is not visible its timers sleep: what comes back may be old. */
function browserReturns(run: () => void): () => void {
  const visible = (): void => {
    if (document.visibilityState === 'visible') run();
  };
  document.addEventListener('visibilitychange', visible);
  window.addEventListener('focus', run);
  window.addEventListener('online', run);
  window.addEventListener('pageshow', run);
  return () => {
    document.removeEventListener('visibilitychange', visible);
    window.removeEventListener('focus', run);
    window.removeEventListener('online', run);
    window.removeEventListener('pageshow', run);
  };
}

export const browserWorld: SessionWorld = {
  nowMs: () => Date.now(),
  random: () => Math.random(),
  setTimer: (run, delayMs) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
  wire: (url) => {
    const options = { parser, transports: ['websocket'], reconnection: false, autoConnect: false };
    return url === undefined ? io(options) : io(url, options);
  },
  newId: () => crypto.randomUUID(),
  onReturn: browserReturns,
};

/** An unanswered hello is said again after this long. */
const HELLO_PATIENCE_MS = 5_000;
const CONNECT_PATIENCE_MS = 12_000;
const COMMAND_PATIENCE_MS = 15_000;
const WATCH_MS = 250;
/** Skipped ticks are shown for this long. */
const SKIPPED_SHOWN_MS = 3_000;
/** Focus and visibility come together; one resync serves both. */
const RETURN_PAUSE_MS = 1_000;
const DEFAULT_INTERVAL_MS = 500;

type Listener = () => void;

export class Session {
  readonly mirror: Mirror = emptyMirror();
  readonly telemetry: Telemetry;
  connection: ConnectionState = connectingState;
  /** What the server answered to the view last set. */
  viewAnswer: ViewAnswer | null = null;

  private readonly url: string | undefined;
  private readonly world: SessionWorld;
  private readonly clock = new ServerClock();
  private wire: Wire | null = null;
  private running = false;
  private synced = false;
  private everSynced = false;
  private attempt = 0;
  private intervalMs = DEFAULT_INTERVAL_MS;
  private lastMessageAtMs = 0;
  private lagMs = 0;
  private skipped = 0;
  private skippedAtMs = 0;
  private helloAtMs: number | null = null;
  private connectAtMs: number | null = null;
  private retryAtMs: number | null = null;
  private resyncedAtMs: number | null = null;
  private resumedBy: 'snapshot' | 'delta' | null = null;
  private reason: string | undefined;
  private returnedAtMs = Number.NEGATIVE_INFINITY;
  private cancelRetry: Listener | null = null;
  private cancelWatch: Listener | null = null;
  private stopReturns: Listener | null = null;
  private wanted: View | null = null;
  private viewSerial = 0;
  private readonly versions = new Map<RecordKind | 'any', number>();
  private readonly listeners = new Map<RecordKind | 'any', Set<Listener>>();
  private readonly connectionListeners = new Set<Listener>();
  private readonly viewListeners = new Set<Listener>();

  constructor(url?: string, world: SessionWorld = browserWorld) {
    this.url = url;
    this.world = world;
    this.telemetry = new Telemetry();
  }

  start(): void {
    if (this.running) return;
    this.running = true;
    this.wire ??= this.makeWire();
    this.stopReturns = this.world.onReturn(() => this.screenReturned());
    this.connect();
    this.watch();
  }

  stop(): void {
    this.running = false;
    this.cancelRetry?.();
    this.cancelWatch?.();
    this.stopReturns?.();
    this.cancelRetry = this.cancelWatch = this.stopReturns = null;
    this.wire?.disconnect();
  }

  /** Runs `cb` after every change of a record of `kind` ('any': of any kind). For useSyncExternalStore. */
  subscribe(kind: RecordKind | 'any', cb: Listener): () => void {
    const set = this.listeners.get(kind) ?? new Set<Listener>();
    this.listeners.set(kind, set);
    set.add(cb);
    return () => set.delete(cb);
  }

  /** Grows with every change of a record of `kind`: the snapshot of useSyncExternalStore. */
  version(kind: RecordKind | 'any'): number {
    return this.versions.get(kind) ?? 0;
  }

  onConnection(cb: Listener): () => void {
    this.connectionListeners.add(cb);
    return () => this.connectionListeners.delete(cb);
  }

  /** Runs `cb` when the server answered a view. */
  onView(cb: Listener): () => void {
    this.viewListeners.add(cb);
    return () => this.viewListeners.delete(cb);
  }

  /** Says what this screen looks at; said again by itself after every reconnect. */
  setView(view: View): void {
    this.wanted = view;
    if (this.synced) this.sendView();
  }

  /** Answers the server's word, or a refusal where none came: the same id may then be sent again (SY-66). */
  command(
    type: string,
    payload: unknown,
    expected?: number,
    id = this.world.newId(),
  ): Promise<CommandAnswer> {
    return new Promise((resolve) => {
      const wire = this.wire;
      if (!wire?.connected) {
        resolve({ ok: false, refusal: { code: 'internal', detail: 'not connected' } });
        return;
      }
      const giveUp = this.world.setTimer(() => {
        resolve({ ok: false, refusal: { code: 'internal', detail: 'no answer' } });
      }, COMMAND_PATIENCE_MS);
      const body: Command = expected === undefined ? { id, type, payload } : { id, type, payload, expected };
      wire.emit('command', body, (answer: CommandAnswer) => {
        giveUp();
        resolve(answer);
      });
    });
  }

  serverNowMs(): number {
    return this.clock.serverNowMs(this.world.nowMs());
  }

  /** Asks for what may have been missed; reconnects first where there is no connection. */
  resync(): void {
    if (!this.running) return;
    if (!this.wire?.connected) {
      this.attempt = 0;
      this.connect();
      return;
    }
    this.hello();
    if (this.wanted) this.sendView();
  }

  /**
   * Begins anew, as somebody else: what the one before could see is forgotten at once, and the server's whole answer
   * for the new one is waited for (UI-100).
   */
  restart(): void {
    if (!this.running) return;
    this.wire?.disconnect();
    this.mirror.epoch = '';
    this.mirror.seq = 0;
    for (const kind of recordKinds) {
      this.mirror.records[kind].clear();
      this.changed(kind);
    }
    this.changed('any');
    this.synced = this.everSynced = false;
    this.attempt = 0;
    this.connect();
  }

  private makeWire(): Wire {
    const wire = this.world.wire(this.url);
    wire.on('connect', () => this.connected());
    wire.on('disconnect', (reason: string) => this.lost(reason));
    wire.on('connect_error', (error: Error) => this.lost(error.message));
    wire.on('snapshot', (snapshot: Snapshot) => this.snapshotCame(snapshot));
    wire.on('delta', (delta: Delta) => this.deltaCame(delta));
    wire.on('t', (bytes: Uint8Array | ArrayBuffer) => this.telemetryCame(bytes));
    return wire;
  }

  private connect(): void {
    if (!this.running) return;
    this.cancelRetry?.();
    this.cancelRetry = null;
    this.retryAtMs = null;
    this.connectAtMs = this.world.nowMs();
    this.wire?.connect();
    this.judge();
  }

  private connected(): void {
    this.connectAtMs = null;
    this.attempt = 0;
    this.reason = undefined;
    this.clock.reset();
    this.lagMs = 0;
    this.lastMessageAtMs = this.world.nowMs();
    this.hello();
    this.judge();
  }

  private lost(reason: string): void {
    this.synced = false;
    this.helloAtMs = null;
    this.connectAtMs = null;
    this.reason = reason;
    if (this.running && this.cancelRetry === null) {
      const delay = retryDelayMs(this.attempt++, this.world.random);
      this.retryAtMs = this.world.nowMs() + delay;
      this.cancelRetry = this.world.setTimer(() => this.connect(), delay);
    }
    this.judge();
  }

  /** With an epoch the server sends what was missed, or a snapshot where it cannot (SY-63). */
  private hello(): void {
    const known = this.mirror.epoch !== '';
    const body: Hello = known
      ? { protocol: PROTOCOL, epoch: this.mirror.epoch, seq: this.mirror.seq }
      : { protocol: PROTOCOL };
    this.helloAtMs = this.world.nowMs();
    this.wire?.emit('hello', body);
  }

  private snapshotCame(snapshot: Snapshot): void {
    applySnapshot(this.mirror, snapshot);
    this.heard(snapshot.serverTimeMs);
    this.whole('snapshot');
    for (const kind of recordKinds) this.changed(kind);
    this.changed('any');
  }

  private deltaCame(delta: Delta): void {
    const before = this.mirror.seq;
    const outcome = applyDelta(this.mirror, delta);
    this.heard(delta.serverTimeMs);
    if (outcome === 'gap' || outcome === 'epoch') {
      // One hello at a time: deltas that are already under way would each ask again.
      if (this.helloAtMs === null) this.hello();
      return;
    }
    if (this.helloAtMs !== null && delta.from <= before) this.whole('delta');
    if (outcome === 'old') return;
    const kinds = new Set(delta.changes.map((c) => c.kind));
    for (const kind of kinds) this.changed(kind);
    if (kinds.size > 0) this.changed('any');
  }

  /** The answer to a hello is in: the mirror is what the server has. */
  private whole(by: 'snapshot' | 'delta'): void {
    const first = !this.synced;
    this.helloAtMs = null;
    this.synced = true;
    this.everSynced = true;
    this.resumedBy = by;
    this.resyncedAtMs = this.world.nowMs();
    if (first && this.wanted) this.sendView();
    this.judge();
  }

  private telemetryCame(raw: Uint8Array | ArrayBuffer): void {
    const bytes = raw instanceof Uint8Array ? raw : new Uint8Array(raw);
    if (!isFrameMessage(bytes)) return;
    const nowMs = this.world.nowMs();
    const header = this.telemetry.receive(bytes, nowMs);
    if (header === null) {
      // A broken message may have been half applied; whole tiles come with a fresh view.
      this.sendView();
      return;
    }
    this.intervalMs = header.intervalMs || DEFAULT_INTERVAL_MS;
    if (header.skipped > 0) {
      this.skipped = header.skipped;
      this.skippedAtMs = nowMs;
    }
    this.heard(header.serverTimeMs, true);
  }

  private heard(serverTimeMs: number, timed = false): void {
    const nowMs = this.world.nowMs();
    this.lastMessageAtMs = nowMs;
    const late = this.clock.note(serverTimeMs, nowMs);
    if (timed) this.lagMs = late;
  }

  private sendView(): void {
    const view = this.wanted;
    if (!view || !this.wire?.connected) return;
    const serial = ++this.viewSerial;
    this.wire.emit('view', view, (answer: ViewAnswer | { ok: false }) => {
      if (!answer.ok || serial !== this.viewSerial) return;
      this.viewAnswer = answer;
      this.telemetry.keepView(view.bbox, answer.layers);
      for (const cb of this.viewListeners) cb();
    });
  }

  private screenReturned(): void {
    const nowMs = this.world.nowMs();
    if (nowMs - this.returnedAtMs < RETURN_PAUSE_MS) return;
    this.returnedAtMs = nowMs;
    this.resync();
  }

  private watch(): void {
    this.cancelWatch = this.world.setTimer(() => {
      const nowMs = this.world.nowMs();
      if (this.helloAtMs !== null && nowMs - this.helloAtMs > HELLO_PATIENCE_MS && this.wire?.connected) {
        this.hello();
      }
      if (this.connectAtMs !== null && nowMs - this.connectAtMs > CONNECT_PATIENCE_MS) {
        this.wire?.disconnect();
        this.lost('no answer');
      }
      this.judge();
      if (this.running) this.watch();
    }, WATCH_MS);
  }

  private judge(): void {
    const nowMs = this.world.nowMs();
    if (nowMs - this.skippedAtMs > SKIPPED_SHOWN_MS) this.skipped = 0;
    const phase = judgePhase({
      everSynced: this.everSynced,
      connected: this.wire?.connected ?? false,
      synced: this.synced,
      nowMs,
      lastMessageAtMs: this.lastMessageAtMs,
      intervalMs: this.intervalMs,
      lagMs: this.lagMs,
      skippedTicks: this.skipped,
    });
    const next: ConnectionState = {
      phase,
      lagMs: Math.max(0, Math.round(this.lagMs)),
      skippedTicks: this.skipped,
      lastMessageAtMs: this.lastMessageAtMs,
      resumedBy: this.resumedBy,
      resyncedAtMs: this.resyncedAtMs,
      retryInMs: this.retryAtMs === null ? null : Math.max(0, this.retryAtMs - nowMs),
      ...(this.reason === undefined ? {} : { reason: this.reason }),
    };
    if (!worthTelling(this.connection, next)) return;
    this.connection = next;
    for (const cb of this.connectionListeners) cb();
  }

  private changed(kind: RecordKind | 'any'): void {
    this.versions.set(kind, this.version(kind) + 1);
    for (const cb of this.listeners.get(kind) ?? []) cb();
  }
}

/** A lag that wobbles by a few ms, or a message that came as expected, is no news to a reader. */
function worthTelling(before: ConnectionState, after: ConnectionState): boolean {
  const countdown = (s: ConnectionState): number | null =>
    s.retryInMs === null ? null : Math.ceil(s.retryInMs / 1_000);
  return (
    before.phase !== after.phase ||
    before.skippedTicks !== after.skippedTicks ||
    before.resyncedAtMs !== after.resyncedAtMs ||
    before.reason !== after.reason ||
    countdown(before) !== countdown(after) ||
    Math.abs(before.lagMs - after.lagMs) > 100 ||
    after.lastMessageAtMs - before.lastMessageAtMs > 1_000
  );
}

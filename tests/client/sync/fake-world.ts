/** A socket and a clock in the hands of a test: nothing happens until the test says so. */
import type { SessionWorld, Wire } from '../../../client/sync/session.ts';

export class FakeWire implements Wire {
  connected = false;
  readonly sent: { event: string; args: unknown[] }[] = [];
  connects = 0;
  private readonly listeners = new Map<string, (...args: never[]) => void>();

  connect(): void {
    this.connects++;
  }
  disconnect(): void {
    if (this.connected) this.cut('io client disconnect');
  }
  on(event: string, listener: (...args: never[]) => void): void {
    this.listeners.set(event, listener);
  }
  emit(event: string, ...args: unknown[]): void {
    this.sent.push({ event, args });
  }

  /** The server side. */
  accept(): void {
    this.connected = true;
    this.tell('connect');
  }
  cut(reason: string): void {
    this.connected = false;
    this.tell('disconnect', reason);
  }
  refuse(message: string): void {
    this.tell('connect_error', new Error(message));
  }
  tell(event: string, ...args: unknown[]): void {
    (this.listeners.get(event) as ((...a: unknown[]) => void) | undefined)?.(...args);
  }
  last(event: string): unknown {
    return this.sent.findLast((s) => s.event === event)?.args[0];
  }
  count(event: string): number {
    return this.sent.filter((s) => s.event === event).length;
  }
  /** Answers the newest ack of an event. */
  answer(event: string, value: unknown): void {
    const ack = this.sent.findLast((s) => s.event === event)?.args[1] as ((v: unknown) => void) | undefined;
    ack?.(value);
  }
}

export class FakeWorld implements SessionWorld {
  now = 1_000_000;
  readonly socket = new FakeWire();
  comeBack: () => void = () => undefined;
  private timers: { at: number; run: () => void }[] = [];
  private ids = 0;

  nowMs = (): number => this.now;
  random = (): number => 0.5;
  setTimer = (run: () => void, delayMs: number): (() => void) => {
    const timer = { at: this.now + delayMs, run };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((t) => t !== timer);
    };
  };
  wire = (): Wire => this.socket;
  newId = (): string => `command-${++this.ids}`;
  onReturn = (run: () => void): (() => void) => {
    this.comeBack = run;
    return () => undefined;
  };

  /** Lets time pass, running what falls due in order. */
  pass(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const due = this.timers.filter((t) => t.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.timers = this.timers.filter((t) => t !== due);
      this.now = Math.max(this.now, due.at);
      due.run();
    }
    this.now = end;
  }
}

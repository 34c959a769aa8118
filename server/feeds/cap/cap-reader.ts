/**
 * Has CAP read by a thread of its own, one document at a time. A document that takes too long ends the thread and is
 * refused; the next one gets a new thread (FE-82).
 */
import { Worker } from 'node:worker_threads';
import type { Refusal } from '../../contract/refusals.ts';
import { err, type Result } from '../../contract/result.ts';
import { READY, type CapDocument } from './read-cap.ts';
import { unsafe } from './xml.ts';

const WITHIN_MS = 5_000;

export type CapAnswer = Result<CapDocument, Refusal>;

/** Reads what a feed of warnings sends. Never rejects. */
export interface CapReading {
  read(bytes: Uint8Array): Promise<CapAnswer>;
}

export interface CapReaderOptions {
  readonly withinMs?: number;
  readonly script?: URL;
}

interface Asked {
  readonly bytes: Uint8Array;
  readonly answer: (answer: CapAnswer) => void;
}

export class CapReader implements CapReading {
  private readonly withinMs: number;
  private readonly script: URL;
  private readonly waiting: Asked[] = [];
  private asked: Asked | null = null;
  private worker: Worker | null = null;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(options: CapReaderOptions = {}) {
    this.withinMs = options.withinMs ?? WITHIN_MS;
    this.script = options.script ?? new URL('./cap-worker.ts', import.meta.url);
  }

  read(bytes: Uint8Array): Promise<CapAnswer> {
    return new Promise((answer) => {
      this.waiting.push({ bytes, answer });
      this.next();
    });
  }

  /** What is not read yet is refused. */
  async close(): Promise<void> {
    this.closed = true;
    const { worker } = this;
    this.end({ code: 'shutting-down' });
    await worker?.terminate();
  }

  private next(): void {
    if (this.asked !== null) return;
    const asked = this.waiting.shift();
    if (asked === undefined) return;
    this.asked = asked;
    if (this.closed) this.end({ code: 'shutting-down' });
    else if (this.worker === null) this.worker = this.start();
    else this.ask(this.worker, asked);
  }

  private ask(worker: Worker, { bytes }: Asked): void {
    // Idle it holds up nobody's end.
    worker.ref();
    this.timer = setTimeout(() => this.end(unsafe(`time > ${this.withinMs} ms`)), this.withinMs);
    const copy = new Uint8Array(bytes);
    worker.postMessage(copy, [copy.buffer]);
  }

  private start(): Worker {
    const worker = new Worker(this.script);
    const mine = (then: () => void): void => {
      if (this.worker === worker) then();
    };
    worker.on('message', (said: CapAnswer | typeof READY) =>
      mine(() => {
        if (said === READY) {
          this.ask(worker, this.asked!);
          return;
        }
        worker.unref();
        this.answer(said);
      }),
    );
    // A thread that fails exits, too; without a listener its error would be the process's.
    worker.on('error', () => mine(() => this.end({ code: 'internal' })));
    worker.on('exit', () => mine(() => this.end({ code: 'internal' })));
    return worker;
  }

  /** The thread goes, and what it was reading is refused. */
  private end(refusal: Refusal): void {
    void this.worker?.terminate();
    this.worker = null;
    this.answer(err(refusal));
  }

  private answer(answer: CapAnswer): void {
    clearTimeout(this.timer);
    const { asked } = this;
    this.asked = null;
    asked?.answer(answer);
    this.next();
  }
}

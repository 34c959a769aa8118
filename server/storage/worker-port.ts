/**
 * Questions to a worker thread and their answers, in order. A worker that dies fails every open question and every
 * later one with the reason; it is never restarted behind the caller's back.
 */
import { Worker, type MessagePort } from 'node:worker_threads';

export type Answer = { readonly value: unknown } | { readonly error: string };

export class WorkerPort {
  private readonly worker: Worker;
  private readonly waiting: { resolve: (v: unknown) => void; reject: (e: Error) => void }[] = [];
  private dead: Error | null = null;

  constructor(script: URL, workerData: unknown) {
    this.worker = new Worker(script, {
      workerData,
      // node:sqlite is stable in what we use of it; its warning would only stand in every log.
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    this.worker.on('message', (answer: Answer) => {
      const asked = this.waiting.shift();
      if (asked === undefined) return;
      if ('error' in answer) asked.reject(new Error(answer.error));
      else asked.resolve(answer.value);
    });
    this.worker.on('error', (error) => this.fail(error instanceof Error ? error : new Error(String(error))));
    this.worker.on('exit', (code) => this.fail(new Error(`the storage thread ended (code ${code})`)));
  }

  ask<T>(question: unknown): Promise<T> {
    if (this.dead) return Promise.reject(this.dead);
    return new Promise<T>((resolve, reject) => {
      this.waiting.push({ resolve: resolve as (v: unknown) => void, reject });
      this.worker.postMessage(question);
    });
  }

  async end(): Promise<void> {
    this.dead ??= new Error('the store is closed');
    await this.worker.terminate();
  }

  private fail(error: Error): void {
    this.dead ??= error;
    for (const asked of this.waiting.splice(0)) asked.reject(this.dead);
  }
}

/** The worker's side: answers each question with what `handle` returns or throws. */
export function serve(port: MessagePort | null, handle: (question: never) => unknown): void {
  if (port === null) throw new Error('runs only as a worker thread');
  port.on('message', (question: unknown) => {
    let answer: Answer;
    try {
      answer = { value: handle(question as never) };
    } catch (cause) {
      answer = { error: cause instanceof Error ? cause.message : String(cause) };
    }
    port.postMessage(answer);
  });
}

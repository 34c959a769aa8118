/** The journal in an embedded SQLite file. One process writes it; two by mistake refuse each other as a conflict. */
import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Journal, JournalEntry, NewEvent } from '../live/ports.ts';
import type { AppendAnswer, AppendRequest, JournalQuestion, JournalRow } from './sqlite-journal-worker.ts';
import { WorkerPort } from './worker-port.ts';

const PAGE = 2_000;

interface Waiting {
  readonly request: AppendRequest;
  resolve(answer: AppendAnswer): void;
  reject(error: unknown): void;
}

export class SqliteJournal implements Journal {
  private readonly port: WorkerPort;
  private queue: Waiting[] = [];
  private committing: Promise<void> | null = null;
  private closed = false;
  lastSeq: number;

  private constructor(port: WorkerPort, lastSeq: number) {
    this.port = port;
    this.lastSeq = lastSeq;
  }

  /** Opens or creates the file. @throws where it cannot be opened or is no database. */
  static async open(file: string): Promise<SqliteJournal> {
    mkdirSync(dirname(resolve(file)), { recursive: true });
    const port = new WorkerPort(new URL('./sqlite-journal-worker.ts', import.meta.url), { file });
    const lastSeq = await port.ask<number>({ ask: 'open' } satisfies JournalQuestion);
    return new SqliteJournal(port, lastSeq);
  }

  async append(
    expectedSeq: number,
    events: readonly NewEvent[],
    actor: string,
    atMs: number,
  ): Promise<{ ok: true; lastSeq: number } | { ok: false; reason: 'conflict' }> {
    if (this.closed) throw new Error('the journal is closed');
    const answer = await new Promise<AppendAnswer>((resolvePromise, reject) => {
      const request: AppendRequest = {
        expectedSeq,
        events: events.map((e) => ({ type: e.type, payload: JSON.stringify(e.payload) })),
        actor,
        atMs,
      };
      this.queue.push({ request, resolve: resolvePromise, reject });
      this.committing ??= this.commitAll();
    });
    if (answer !== null) {
      this.lastSeq = Math.max(this.lastSeq, answer);
      return { ok: true, lastSeq: answer };
    }
    this.lastSeq = await this.port.ask<number>({ ask: 'open' } satisfies JournalQuestion);
    return { ok: false, reason: 'conflict' };
  }

  async *read(afterSeq: number): AsyncGenerator<JournalEntry> {
    for (let after = afterSeq; ;) {
      const question: JournalQuestion = { ask: 'read', afterSeq: after, limit: PAGE };
      const rows = await this.port.ask<JournalRow[]>(question);
      for (const row of rows) {
        const payload: unknown = JSON.parse(row.payload);
        yield { seq: row.seq, atMs: row.at_ms, actor: row.actor, type: row.type, payload };
      }
      if (rows.length < PAGE) return;
      after = rows.at(-1)!.seq;
    }
  }

  /** Waits for what is under way, then closes the file. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.committing;
    await this.port.ask({ ask: 'close' } satisfies JournalQuestion);
    await this.port.end();
  }

  private async commitAll(): Promise<void> {
    while (this.queue.length > 0) {
      const group = this.queue;
      this.queue = [];
      try {
        const question: JournalQuestion = { ask: 'append', batch: group.map((w) => w.request) };
        const answers = await this.port.ask<AppendAnswer[]>(question);
        group.forEach((w, i) => w.resolve(answers[i] ?? null));
      } catch (error) {
        for (const w of group) w.reject(error);
      }
    }
    this.committing = null;
  }
}

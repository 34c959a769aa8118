/** The journal in an embedded SQLite file. One process writes it; two by mistake refuse each other as a conflict. */
import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { AppendOutcome, Journal, JournalEntry, NewEntry } from '../live/ports.ts';
import { GroupCommit } from './group-commit.ts';
import type { HashedFields, Head } from './hash-chain.ts';
import { endMissing, HeadFile, NOTE_IN_DATABASE, type OnProblem } from './head-file.ts';
import { entryOf, rowOf, type AppendRequest } from './journal-rows.ts';
import type { AppendAnswer, JournalQuestion, OpenAnswer } from './sqlite-journal-worker.ts';
import { Watchers } from './watchers.ts';
import { WorkerPort } from './worker-port.ts';

const PAGE = 2_000;
/** How often another process's entries are looked for while somebody watches. */
const LOOK_EVERY_MS = 500;

export class SqliteJournal implements Journal {
  private readonly port: WorkerPort;
  private readonly headFile: HeadFile;
  private readonly commits: GroupCommit<AppendRequest, number | null>;
  private readonly watchers: Watchers;
  private closed = false;
  lastSeq: number;

  private constructor(port: WorkerPort, headFile: HeadFile, head: Head, onProblem: OnProblem) {
    this.port = port;
    this.headFile = headFile;
    this.lastSeq = head.seq;
    this.commits = new GroupCommit((group) => this.commit(group));
    this.watchers = new Watchers(LOOK_EVERY_MS, async () => {
      try {
        await this.look();
      } catch (cause) {
        if (!this.closed) onProblem('无法读取日志 / the journal cannot be read', cause);
      }
    });
  }

  /** Opens or creates the file, and `journal.head` beside it. @throws where it cannot be opened or is no database. */
  static async open(file: string, onProblem: OnProblem): Promise<SqliteJournal> {
    mkdirSync(dirname(resolve(file)), { recursive: true });
    const port = new WorkerPort(new URL('./sqlite-journal-worker.ts', import.meta.url), { file });
    const ask = <T>(question: JournalQuestion): Promise<T> => port.ask<T>(question);
    const { head, missing } = await ask<OpenAnswer>({ ask: 'open' });
    if (missing !== null) onProblem(endMissing(missing.seq, NOTE_IN_DATABASE));
    const headFile = await HeadFile.open(
      { file: headFileOf(file), hashAt: (seq) => ask({ ask: 'hash-at', seq }), onProblem },
      head,
    );
    return new SqliteJournal(port, headFile, head, onProblem);
  }

  async append(expectedSeq: number, entries: readonly NewEntry[]): Promise<AppendOutcome> {
    if (this.closed) throw new Error('the journal is closed');
    const lastSeq = await this.commits.ask({ expectedSeq, rows: entries.map(rowOf) });
    if (lastSeq !== null) return { ok: true, lastSeq };
    this.watchers.call();
    return { ok: false, reason: 'conflict' };
  }

  async *read(afterSeq: number): AsyncGenerator<JournalEntry> {
    for (let after = afterSeq; ;) {
      const rows = await this.ask<HashedFields[]>({ ask: 'read', afterSeq: after, limit: PAGE });
      for (const row of rows) yield entryOf(row);
      if (rows.length < PAGE) return;
      after = rows.at(-1)!.seq;
    }
  }

  watch(callback: () => void): () => void {
    return this.watchers.add(callback);
  }

  /** Waits for what is under way, then closes the file. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.watchers.stop();
    await this.commits.idle();
    await this.headFile.close();
    await this.ask({ ask: 'close' });
    await this.port.end();
  }

  private async commit(group: readonly AppendRequest[]): Promise<readonly (number | null)[]> {
    const { seqs, head } = await this.ask<AppendAnswer>({ ask: 'append', group });
    this.lastSeq = Math.max(this.lastSeq, head.seq);
    this.headFile.note(head);
    return seqs;
  }

  private async look(): Promise<void> {
    const { seq } = await this.ask<Head>({ ask: 'head' });
    if (seq <= this.lastSeq) return;
    this.lastSeq = seq;
    this.watchers.call();
  }

  private ask<T>(question: JournalQuestion): Promise<T> {
    return this.port.ask<T>(question);
  }
}

/** Where the end of the journal in `file` is noted: `journal.db` → `journal.head`. */
export const headFileOf = (file: string): string => `${file.replace(/\.db$/, '')}.head`;

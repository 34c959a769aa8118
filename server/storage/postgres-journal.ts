/**
 * The journal in PostgreSQL, for several servers at once: whoever first moves the noted head from the entry it decided
 * on to its own has won, all others are told 'conflict' (ST-2). No lock is held between statements, there is no leader.
 * Invariant: an append answers after COMMIT with synchronous_commit on; head and entries change in one statement.
 */
import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { AppendOutcome, Journal, JournalEntry, NewEntry } from '../live/ports.ts';
import { GroupCommit } from './group-commit.ts';
import type { Head } from './hash-chain.ts';
import { HeadFile, type OnProblem } from './head-file.ts';
import { chain, entryOf, rowOf, type AppendRequest, type ChainRow } from './journal-rows.ts';
import { APPEND, HEAD, headOf, mendHead, READ, TABLES, type HeadRow } from './postgres-journal-tables.ts';
import { PostgresListener } from './postgres-listener.ts';
import { poolOf, prepareTables, sqlState, transaction } from './postgres-pool.ts';
import { Watchers } from './watchers.ts';

const PAGE = 2_000;
/** Should a notification be lost, others' entries are still found within this. */
const LOOK_EVERY_MS = 1_000;
/** One appends, others read. */
const CONNECTIONS = 3;

export interface PostgresJournalOptions {
  readonly url: string;
  /** Where the end of the journal is noted outside the database. */
  readonly headFile: string;
  readonly onProblem: OnProblem;
}

export class PostgresJournal implements Journal {
  private readonly pool: Pool;
  private readonly onProblem: OnProblem;
  /** Tells own notifications from others'. */
  private readonly self = randomUUID();
  private readonly channel: string;
  private readonly headFile: HeadFile;
  private readonly listener: PostgresListener;
  private readonly watchers: Watchers;
  private readonly commits: GroupCommit<AppendRequest, number | null>;
  /** The head as last seen, perhaps overtaken; null: not known for certain. */
  private head: Head | null;
  private closed = false;
  lastSeq: number;

  private constructor(
    pool: Pool,
    options: PostgresJournalOptions,
    at: { readonly channel: string; readonly head: Head; readonly headFile: HeadFile },
  ) {
    this.pool = pool;
    this.onProblem = options.onProblem;
    this.channel = at.channel;
    this.headFile = at.headFile;
    this.head = at.head;
    this.lastSeq = at.head.seq;
    this.commits = new GroupCommit((group) => this.commit(group));
    this.watchers = new Watchers(LOOK_EVERY_MS, () => this.look());
    this.listener = new PostgresListener({
      url: options.url,
      channel: at.channel,
      onNotice: (payload) => this.noticed(payload),
      onConnected: () => void this.look(),
      onLost: (cause) =>
        this.onProblem(
          '与 PostgreSQL 的通知连接断开 / the listening connection to PostgreSQL was lost',
          cause,
        ),
    });
  }

  /** Connects and makes the tables where there are none. @throws where the database cannot be used. */
  static async open(options: PostgresJournalOptions): Promise<PostgresJournal> {
    const { url, onProblem } = options;
    const pool = poolOf(url, CONNECTIONS, onProblem);
    try {
      await prepareTables(pool, url, 'journal_heads', TABLES);
      const head = await mendHead(pool, onProblem);
      // Schemas of one database have channels of their own.
      const schema = await pool.query<{ oid: string }>('SELECT current_schema()::regnamespace::oid AS oid');
      const hashAt = async (seq: number): Promise<string | null> =>
        (await pool.query<HeadRow>('SELECT hash FROM journal WHERE seq = $1', [seq])).rows[0]?.hash ?? null;
      const headFile = await HeadFile.open({ file: options.headFile, hashAt, onProblem }, head);
      return new PostgresJournal(pool, options, {
        channel: `journal_${schema.rows[0]!.oid}`,
        head,
        headFile,
      });
    } catch (cause) {
      await pool.end();
      throw cause;
    }
  }

  async append(expectedSeq: number, entries: readonly NewEntry[]): Promise<AppendOutcome> {
    if (this.closed) throw new Error('the journal is closed');
    const lastSeq = await this.commits.ask({ expectedSeq, rows: entries.map(rowOf) });
    return lastSeq === null ? { ok: false, reason: 'conflict' } : { ok: true, lastSeq };
  }

  async *read(afterSeq: number): AsyncGenerator<JournalEntry> {
    for (let after = afterSeq; ;) {
      const { rows } = await this.pool.query<Omit<ChainRow, 'seq' | 'atMs'> & { seq: string; atMs: string }>(
        READ,
        [after, PAGE],
      );
      for (const row of rows) yield entryOf({ ...row, seq: Number(row.seq), atMs: Number(row.atMs) });
      if (rows.length < PAGE) return;
      after = Number(rows.at(-1)!.seq);
    }
  }

  watch(callback: () => void): () => void {
    return this.watchers.add(callback);
  }

  /** Waits for what is under way, then lets the connections go. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.watchers.stop();
    await this.commits.idle();
    await this.headFile.close();
    this.listener.stop();
    await this.pool.end();
  }

  /** Those of a group that follow each other share one statement and one commit. */
  private async commit(group: readonly AppendRequest[]): Promise<readonly (number | null)[]> {
    let head = this.head;
    if (head === null || group.some((r) => r.expectedSeq > head!.seq)) head = await this.readHead();
    let end = head;
    const added: ChainRow[] = [];
    const seqs = group.map(({ expectedSeq, rows }) => {
      if (expectedSeq !== end.seq) return null;
      added.push(...chain(end, rows));
      end = added.at(-1) ?? end;
      return end.seq;
    });
    if (added.length > 0 && !(await this.add(head, added))) {
      await this.readHead();
      return group.map(() => null);
    }
    if (end !== head) this.arrivedAt({ seq: end.seq, hash: end.hash });
    return seqs;
  }

  /** False where others were first. @throws where the rows are not in the journal. */
  private async add(head: Head, rows: readonly ChainRow[]): Promise<boolean> {
    const end = rows.at(-1)!;
    // Unknown until it is answered.
    this.head = null;
    try {
      const { rowCount } = await this.pool.query({
        name: 'append',
        text: APPEND,
        values: [
          head.seq,
          head.hash,
          end.seq,
          end.hash,
          rows.map((r) => r.seq),
          rows.map((r) => r.atMs),
          rows.map((r) => r.actor),
          rows.map((r) => r.type),
          rows.map((r) => r.payload),
          rows.map((r) => r.command),
          rows.map((r) => r.hash),
          this.channel,
          `${end.seq} ${this.self}`,
        ],
      });
      return rowCount === 1;
    } catch (cause) {
      const state = sqlState(cause);
      // Under a stricter isolation than the default, losing at the head's row is an error.
      if (state === '40001') return false;
      if (state === '23505') {
        // An entry of that number is there though the head does not say so: somebody wrote past it.
        await mendHead(this.pool, this.onProblem);
        return false;
      }
      if (await this.isThere(end)) return true;
      throw cause;
    }
  }

  /**
   * Whether an append that was not answered was done all the same. One still under way holds the head's row and is
   * waited for. Where that cannot be found out the append has failed; should it arrive after that, the next append is
   * a conflict, and the command's id tells whose it was.
   */
  private async isThere(end: Head): Promise<boolean> {
    try {
      return await transaction(this.pool, async (client) => {
        await client.query(`${HEAD} FOR UPDATE`);
        const found = await client.query('SELECT FROM journal WHERE seq = $1 AND hash = $2', [
          end.seq,
          end.hash,
        ]);
        return found.rowCount === 1;
      });
    } catch (cause) {
      this.onProblem(
        'PostgreSQL 无法确认写入结果 / PostgreSQL could not tell what became of an append',
        cause,
      );
      return false;
    }
  }

  private async readHead(): Promise<Head> {
    const head = headOf((await this.pool.query<HeadRow>(HEAD)).rows);
    const byOthers = head.seq > this.lastSeq;
    this.arrivedAt(head);
    if (byOthers) this.watchers.call();
    return head;
  }

  private arrivedAt(head: Head): void {
    this.head = head;
    this.lastSeq = Math.max(this.lastSeq, head.seq);
    this.headFile.note(head);
  }

  private noticed(payload: string): void {
    const [seq, writer] = payload.split(' ');
    if (writer === this.self || !(Number(seq) > this.lastSeq)) return;
    this.lastSeq = Number(seq);
    this.watchers.call();
  }

  /** For what no notification came of. The listener tells when the database is away. */
  private async look(): Promise<void> {
    const before = this.lastSeq;
    const seq = await this.pool.query<HeadRow>(HEAD).then(
      ({ rows }) => headOf(rows).seq,
      () => before,
    );
    if (seq <= this.lastSeq) return;
    this.lastSeq = seq;
    this.watchers.call();
  }
}

/** A journal in memory that can be told to fail, to be slow, or to have others append first. */
import type { AppendOutcome, Journal, JournalEntry, NewEntry, NewEvent } from '../../server/live/ports.ts';

/** What several journals share, as several servers share a database. */
interface Shared {
  readonly entries: JournalEntry[];
  readonly watchers: Set<{ readonly of: MemoryJournal; readonly call: () => void }>;
}

export class MemoryJournal implements Journal {
  /** Appends to refuse with an exception. */
  failing = 0;
  /** From where it was read, each time. */
  readonly readsFrom: number[] = [];
  /** Appended by somebody else before each of the next appends. */
  readonly others: NewEvent[][] = [];
  /** Resolves when an append may become durable. */
  gate: Promise<void> = Promise.resolve();
  private readonly shared: Shared;
  private closed = false;

  /** Another journal on the entries of `other`, or an empty one. */
  constructor(other?: MemoryJournal) {
    this.shared = other?.shared ?? { entries: [], watchers: new Set() };
  }

  get entries(): readonly JournalEntry[] {
    return this.shared.entries;
  }

  get lastSeq(): number {
    return this.entries.length;
  }

  async append(expectedSeq: number, entries: readonly NewEntry[]): Promise<AppendOutcome> {
    if (this.closed) throw new Error('the journal is closed');
    await this.gate;
    if (this.failing > 0) {
      this.failing--;
      throw new Error('disk full');
    }
    const first = this.others.shift();
    if (first) {
      const atMs = entries[0]?.atMs ?? 0;
      this.push(first.map((e) => ({ ...e, actor: 'other', atMs })));
      this.tell((watcher) => watcher === this);
    }
    if (expectedSeq !== this.entries.length) return { ok: false, reason: 'conflict' };
    this.push(entries);
    this.tell((watcher) => watcher !== this);
    return { ok: true, lastSeq: this.entries.length };
  }

  async *read(afterSeq: number): AsyncIterable<JournalEntry> {
    this.readsFrom.push(afterSeq);
    for (const entry of this.entries.slice(afterSeq)) yield entry;
  }

  watch(callback: () => void): () => void {
    const watcher = { of: this, call: callback };
    this.shared.watchers.add(watcher);
    return () => this.shared.watchers.delete(watcher);
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  private push(entries: readonly NewEntry[]): void {
    // As from a store: what comes back is a copy.
    for (const e of entries)
      this.shared.entries.push({ ...structuredClone(e), seq: this.entries.length + 1 });
  }

  private tell(whom: (journal: MemoryJournal) => boolean): void {
    for (const watcher of this.shared.watchers) if (whom(watcher.of)) watcher.call();
  }
}

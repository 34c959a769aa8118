/** A journal in memory that can be told to fail, to be slow, or to have others append first. */
import type { Journal, JournalEntry, NewEvent } from '../../server/live/ports.ts';

export class MemoryJournal implements Journal {
  readonly entries: JournalEntry[] = [];
  /** Appends to refuse with an exception. */
  failing = 0;
  /** From where it was read, each time. */
  readonly readsFrom: number[] = [];
  /** Appended by somebody else before each of the next appends. */
  readonly others: NewEvent[][] = [];
  /** Resolves when an append may become durable. */
  gate: Promise<void> = Promise.resolve();

  get lastSeq(): number {
    return this.entries.length;
  }

  async append(
    expectedSeq: number,
    events: readonly NewEvent[],
    actor: string,
    atMs: number,
  ): Promise<{ ok: true; lastSeq: number } | { ok: false; reason: 'conflict' }> {
    await this.gate;
    if (this.failing > 0) {
      this.failing--;
      throw new Error('disk full');
    }
    const first = this.others.shift();
    if (first) this.push(first, 'other', atMs);
    if (expectedSeq !== this.entries.length) return { ok: false, reason: 'conflict' };
    this.push(events, actor, atMs);
    return { ok: true, lastSeq: this.entries.length };
  }

  async *read(afterSeq: number): AsyncIterable<JournalEntry> {
    this.readsFrom.push(afterSeq);
    for (const entry of this.entries.slice(afterSeq)) yield entry;
  }

  async close(): Promise<void> {}

  private push(events: readonly NewEvent[], actor: string, atMs: number): void {
    // As from a store: what comes back is a copy.
    for (const e of events) {
      this.entries.push({ ...structuredClone(e), seq: this.entries.length + 1, actor, atMs });
    }
  }
}

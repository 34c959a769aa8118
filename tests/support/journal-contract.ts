/** What every journal must keep, run against each adapter. */
import { describe, expect, it, vi } from 'vitest';
import type { Journal, JournalEntry, NewEntry } from '../../server/live/ports.ts';

export interface JournalHarness {
  /** A journal on the store that the harness stands for; several may be open at once. */
  open(): Promise<Journal>;
}

/** For `onProblem` where there is to be none: fails the run. */
export function noProblem(problem: string, cause?: unknown): never {
  throw new Error(problem, { cause });
}

async function all(journal: Journal, afterSeq = 0): Promise<JournalEntry[]> {
  const out: JournalEntry[] = [];
  for await (const entry of journal.read(afterSeq)) out.push(entry);
  return out;
}

const entry = (n: number, more: Partial<NewEntry> = {}): NewEntry => ({
  type: 'test.happened',
  payload: { n, text: '临江市 “x” \u0000 \ud800 🚒 {"a",\\NULL}' },
  actor: 'user:a',
  atMs: 1_760_000_000_000 + n,
  ...more,
});
const numbered = (from: number, count: number): NewEntry[] =>
  Array.from({ length: count }, (_, i) => entry(from + i));

export function journalContract(name: string, harness: () => JournalHarness | Promise<JournalHarness>): void {
  describe(`${name} keeps the journal's contract`, () => {
    it('ST-1 an empty journal ends at 0 and reads nothing', async () => {
      const journal = await (await harness()).open();
      expect(journal.lastSeq).toBe(0);
      expect(await all(journal)).toEqual([]);
      await journal.close();
    });

    it('ST-1 entries come back in order, whole, without a gap', async () => {
      const journal = await (await harness()).open();
      expect(await journal.append(0, [entry(1), entry(2)])).toEqual({ ok: true, lastSeq: 2 });
      expect(await journal.append(2, [entry(3)])).toEqual({ ok: true, lastSeq: 3 });
      const entries = await all(journal);
      expect(entries.map((e) => e.seq)).toEqual([1, 2, 3]);
      expect(entries[2]).toEqual({ seq: 3, ...entry(3) });
      expect((await all(journal, 2)).map((e) => e.seq)).toEqual([3]);
      expect(journal.lastSeq).toBe(3);
      await journal.close();
    });

    it('ST-7 entries of one append keep their own actors, times and commands', async () => {
      const h = await harness();
      const journal = await h.open();
      const entries = [
        entry(1, { actor: 'user:王“小”{1},', command: 'c-1' }),
        entry(2, { actor: 'feed:sim', atMs: 5 }),
        entry(3, { actor: 'system', command: 'NULL', payload: null }),
        entry(4, { payload: '' }),
      ];
      await journal.append(0, entries);
      await journal.close();
      const again = await h.open();
      expect(await all(again)).toEqual(entries.map((e, i) => ({ ...e, seq: i + 1 })));
      expect('command' in (await all(again))[1]!).toBe(false);
      await again.close();
    });

    it('ST-2 an append on an older seq is a conflict and leaves nothing', async () => {
      const journal = await (await harness()).open();
      await journal.append(0, [entry(1)]);
      expect(await journal.append(0, [entry(2), entry(3)])).toEqual({ ok: false, reason: 'conflict' });
      expect(await journal.append(7, [entry(2)])).toEqual({ ok: false, reason: 'conflict' });
      expect(journal.lastSeq).toBe(1);
      expect(await all(journal)).toHaveLength(1);
      await journal.close();
    });

    it('ST-2 of 50 appends on one seq exactly one wins', async () => {
      const journal = await (await harness()).open();
      const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => journal.append(0, [entry(n)])));
      expect(answers.filter((a) => a.ok)).toHaveLength(1);
      expect(await all(journal)).toHaveLength(1);
      await journal.close();
    });

    it('ST-2 two journals on one store take turns by seq: who was second reads on and decides again', async () => {
      const h = await harness();
      const writers = [await h.open(), await h.open()];
      await Promise.all(
        writers.map(async (journal, w) => {
          for (let n = 0, seq = 0; n < 20;) {
            const answer = await journal.append(seq, [entry(n, { command: `${w}-${n}` })]);
            if (answer.ok) n++;
            for (const e of await all(journal, seq)) seq = e.seq;
          }
        }),
      );
      const entries = await all(writers[0]!);
      expect(entries.map((e) => e.seq)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
      for (const w of [0, 1])
        expect(entries.map((e) => e.command).filter((c) => c!.startsWith(`${w}-`))).toEqual(
          Array.from({ length: 20 }, (_, n) => `${w}-${n}`),
        );
      await Promise.all(writers.map((journal) => journal.close()));
    });

    it('ST-8 appends that follow each other without waiting are all taken, in their order', async () => {
      const journal = await (await harness()).open();
      const answers = await Promise.all(
        Array.from({ length: 100 }, (_, n) => journal.append(n * 2, [entry(n * 2), entry(n * 2 + 1)])),
      );
      expect(answers).toEqual(answers.map((_, n) => ({ ok: true, lastSeq: n * 2 + 2 })));
      expect((await all(journal)).map((e) => (e.payload as { n: number }).n)).toEqual(
        Array.from({ length: 200 }, (_, n) => n),
      );
      await journal.close();
    });

    it('ST-3 what was acknowledged is there after it is opened again', async () => {
      const h = await harness();
      const first = await h.open();
      for (let n = 0; n < 5_000; n += 500) await first.append(n, numbered(n, 500));
      await first.close();
      const second = await h.open();
      expect(second.lastSeq).toBe(5_000);
      expect((await all(second)).every((e, i) => e.seq === i + 1)).toBe(true);
      expect(await second.append(5_000, [entry(5_000)])).toEqual({ ok: true, lastSeq: 5_001 });
      await second.close();
    });

    it('ST-4 a closed journal refuses instead of forgetting', async () => {
      const journal = await (await harness()).open();
      await journal.close();
      await expect(journal.append(0, [entry(1)])).rejects.toThrow('closed');
    });

    it('ST-9 who watches is told soon when somebody else appended, and then knows how far', async () => {
      const h = await harness();
      const [mine, theirs] = [await h.open(), await h.open()];
      const [stopped, told] = [vi.fn<() => void>(), vi.fn<() => void>()];
      const stop = mine.watch(stopped);
      mine.watch(told);
      await theirs.append(0, [entry(1)]);
      await vi.waitFor(() => expect(told).toHaveBeenCalled(), 5_000);
      expect(mine.lastSeq).toBe(1);
      expect(await all(mine)).toHaveLength(1);
      stop();
      stopped.mockClear();
      told.mockClear();
      await theirs.append(1, [entry(2)]);
      await vi.waitFor(() => expect(told).toHaveBeenCalled(), 5_000);
      expect(stopped).not.toHaveBeenCalled();
      await Promise.all([mine.close(), theirs.close()]);
    });
  });
}

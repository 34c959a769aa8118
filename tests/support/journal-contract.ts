/** What every journal must keep, run against each adapter. */
import { describe, expect, it } from 'vitest';
import type { Journal, JournalEntry } from '../../server/live/ports.ts';

export interface JournalHarness {
  open(): Promise<Journal>;
}

async function all(journal: Journal, afterSeq = 0): Promise<JournalEntry[]> {
  const out: JournalEntry[] = [];
  for await (const entry of journal.read(afterSeq)) out.push(entry);
  return out;
}

const event = (n: number): { type: string; payload: unknown } => ({
  type: 'test.happened',
  payload: { n, text: '临江市 “x” \u0000 🚒' },
});

export function journalContract(name: string, harness: () => JournalHarness): void {
  describe(`${name} keeps the journal's contract`, () => {
    it('ST-1 an empty journal ends at 0 and reads nothing', async () => {
      const journal = await harness().open();
      expect(journal.lastSeq).toBe(0);
      expect(await all(journal)).toEqual([]);
      await journal.close();
    });

    it('ST-1 entries come back in order, whole, without a gap', async () => {
      const journal = await harness().open();
      expect(await journal.append(0, [event(1), event(2)], 'feed:a', 1_000)).toEqual({
        ok: true,
        lastSeq: 2,
      });
      expect(await journal.append(2, [event(3)], 'feed:b', 2_000)).toEqual({ ok: true, lastSeq: 3 });
      const entries = await all(journal);
      expect(entries.map((e) => e.seq)).toEqual([1, 2, 3]);
      expect(entries[2]).toEqual({ seq: 3, atMs: 2_000, actor: 'feed:b', ...event(3) });
      expect((await all(journal, 2)).map((e) => e.seq)).toEqual([3]);
      await journal.close();
    });

    it('ST-2 an append on an older seq is a conflict and leaves nothing', async () => {
      const journal = await harness().open();
      await journal.append(0, [event(1)], 'a', 1);
      expect(await journal.append(0, [event(2), event(3)], 'b', 2)).toEqual({
        ok: false,
        reason: 'conflict',
      });
      expect(journal.lastSeq).toBe(1);
      expect(await all(journal)).toHaveLength(1);
      await journal.close();
    });

    it('ST-2 of 50 appends on one seq exactly one wins', async () => {
      const journal = await harness().open();
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, n) => journal.append(0, [event(n)], `w${n}`, n)),
      );
      expect(answers.filter((a) => a.ok)).toHaveLength(1);
      expect(await all(journal)).toHaveLength(1);
      await journal.close();
    });

    it('ST-3 what was acknowledged is there after it is opened again', async () => {
      const h = harness();
      const first = await h.open();
      for (let n = 0; n < 5_000; n += 500) {
        await first.append(
          n,
          Array.from({ length: 500 }, (_, i) => event(n + i)),
          'a',
          n,
        );
      }
      await first.close();
      const second = await h.open();
      expect(second.lastSeq).toBe(5_000);
      expect((await all(second)).every((e, i) => e.seq === i + 1)).toBe(true);
      await second.close();
    });

    it('ST-4 a closed journal refuses instead of forgetting', async () => {
      const journal = await harness().open();
      await journal.close();
      await expect(journal.append(0, [event(1)], 'a', 1)).rejects.toThrow('closed');
    });
  });
}

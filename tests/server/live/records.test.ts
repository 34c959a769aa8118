import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StationRecord } from '../../../server/contract/records.ts';
import { applyDelta, applySnapshot, emptyMirror } from '../../../server/contract/sync.ts';
import { Records } from '../../../server/live/records.ts';

const station = (id: string, speedKph: number): StationRecord => ({
  id,
  kind: 'loop',
  name: { zh: id, en: id },
  position: [118.6, 30.2],
  metrics: { speedKph },
});

describe('records', () => {
  it('SY-1 every change gets the next number', () => {
    const records = new Records('e');
    expect(records.put('station', station('a', 1))?.seq).toBe(1);
    expect(records.put('station', station('b', 1))?.seq).toBe(2);
    expect(records.delete('station', 'a')?.seq).toBe(3);
    expect(records.seq).toBe(3);
  });

  it('SY-2 a put that changes nothing makes no change', () => {
    const records = new Records('e');
    records.put('station', station('a', 1));
    expect(records.put('station', station('a', 1))).toBeNull();
    expect(records.delete('station', 'nobody')).toBeNull();
    expect(records.seq).toBe(1);
  });

  it('SY-3 of each record only its latest change is given, in order', () => {
    const records = new Records('e');
    records.put('station', station('a', 1));
    records.put('station', station('b', 1));
    records.put('station', station('a', 2));
    records.delete('station', 'b');
    expect(records.since(0)?.map((c) => [c.seq, c.id, c.value === null])).toEqual([
      [3, 'a', false],
      [4, 'b', true],
    ]);
    expect(records.since(4)).toEqual([]);
  });

  it('SY-5 what is no longer known, or never was, is not guessed', () => {
    const records = new Records('e', 10);
    for (let i = 0; i < 25; i++) records.put('station', station('a', i));
    expect(records.since(15)).toHaveLength(1);
    expect(records.since(14)).toBeNull();
    expect(records.since(26)).toBeNull();
    expect(records.since(-1)).toBeNull();
  });

  it('SY-3 from any point on, what is given leads to the same state (seed 42)', () => {
    const operation = fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      value: fc.integer({ min: 0, max: 3 }),
      gone: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(operation, { maxLength: 60 }),
        fc.array(operation, { maxLength: 60 }),
        (first, second) => {
          const records = new Records('e', 40);
          const run = (all: typeof first): void => {
            for (const o of all) {
              if (o.gone) records.delete('station', o.id);
              else records.put('station', station(o.id, o.value));
            }
          };
          run(first);
          const mirror = emptyMirror();
          applySnapshot(mirror, {
            epoch: 'e',
            seq: records.seq,
            serverTimeMs: 0,
            records: records.everything(),
          });
          run(second);
          const changes = records.since(mirror.seq);
          if (changes === null) return;
          const from = mirror.seq;
          applyDelta(mirror, { epoch: 'e', from, seq: records.seq, serverTimeMs: 0, changes });
          expect([...mirror.records.station.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(
            records.all('station').toSorted((a, b) => (a.id < b.id ? -1 : 1)),
          );
        },
      ),
      { seed: 42, numRuns: 200 },
    );
  });
});

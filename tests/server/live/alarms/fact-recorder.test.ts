import { describe, expect, it } from 'vitest';
import { FactRecorder } from '../../../../server/live/alarms/fact-recorder.ts';
import type { FactSample } from '../../../../server/live/ports.ts';

const MINUTE = 60_000;
function recorder(): { readonly facts: FactRecorder; readonly taken: [number, boolean, FactSample[]][] } {
  const taken: [number, boolean, FactSample[]][] = [];
  const sampleFacts = (atMs: number, full: boolean, samples: readonly FactSample[]): void => {
    taken.push([atMs, full, [...samples]]);
  };
  return { facts: new FactRecorder({ sampleFacts }), taken };
}
const told = (id: string, facts: Record<string, number>, atMs = 0) => ({
  kind: 'station' as const,
  id,
  atMs,
  facts,
});

describe('what of the facts is kept', () => {
  it('AL-170 each minute what changed, of each subject its newest facts, and each hour everything', () => {
    const { facts, taken } = recorder();
    facts.update(told('a', { levelM: 1, aqi: 5 }));
    facts.update(told('b', { levelM: 2 }));
    facts.tick(0);
    facts.update(told('a', { levelM: 3 }));
    facts.update(told('a', { levelM: 4 }));
    facts.tick(MINUTE - 1);
    facts.tick(MINUTE);
    facts.tick(60 * MINUTE);
    expect(taken).toEqual([
      [
        0,
        true,
        [
          { kind: 'station', id: 'a', facts: { levelM: 1, aqi: 5 } },
          { kind: 'station', id: 'b', facts: { levelM: 2 } },
        ],
      ],
      [MINUTE, false, [{ kind: 'station', id: 'a', facts: { levelM: 4 } }]],
      [
        60 * MINUTE,
        true,
        [
          { kind: 'station', id: 'a', facts: { levelM: 4, aqi: 5 } },
          { kind: 'station', id: 'b', facts: { levelM: 2 } },
        ],
      ],
    ]);
  });

  it('AL-170 what is gone is said to be gone, and what came back is there without what it was before', () => {
    const { facts, taken } = recorder();
    facts.update(told('a', { levelM: 1 }));
    facts.tick(0);
    facts.remove('station', 'a');
    facts.remove('station', 'never-there');
    facts.tick(MINUTE);
    facts.update(told('a', { aqi: 7 }));
    facts.tick(2 * MINUTE);
    expect(taken.slice(1).map(([, , samples]) => samples)).toEqual([
      [{ kind: 'station', id: 'a', facts: {}, gone: true }],
      [{ kind: 'station', id: 'a', facts: { aqi: 7 } }],
    ]);
  });

  it('AL-170 everything names those that went since, too, and what is told only when it is due', () => {
    const { facts, taken } = recorder();
    facts.update(told('a', { levelM: 1 }));
    facts.update(told('b', { levelM: 2 }));
    facts.tick(0);
    facts.remove('station', 'a');
    const dues: number[] = [];
    for (const atMs of [1, 60 * MINUTE, 60 * MINUTE + 1])
      facts.tick(atMs, () => {
        dues.push(atMs);
        facts.update(told('b', { aqi: 9 }));
      });
    expect(dues).toEqual([60 * MINUTE]);
    expect(taken[1]).toEqual([
      60 * MINUTE,
      true,
      [
        { kind: 'station', id: 'b', facts: { levelM: 2, aqi: 9 } },
        { kind: 'station', id: 'a', facts: {}, gone: true },
      ],
    ]);
  });
});

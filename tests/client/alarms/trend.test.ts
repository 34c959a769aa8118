/** The trend of an alarm's fact, with what is newer than the history. */
import { describe, expect, it } from 'vitest';
import { isTrend, trendPoints } from '../../../client/alarms/trend.ts';

const history = { field: 'station.people', atMs: [1_000, 61_000], values: [300, null], limits: [800] };
const rang = { field: 'station.people', value: 950, op: '>', limit: 800 } as const;
const alarm = { active: true, facts: [rang], lastRaisedAtMs: 90_000 };

describe('the trend of a fact', () => {
  it('goes on from the history to the value it rang with, and to the one of now', () => {
    expect(trendPoints(history, alarm, 100_000)).toEqual([
      { atMs: 1_000, value: 300 },
      { atMs: 61_000, value: null },
      { atMs: 90_000, value: 950 },
      { atMs: 100_000, value: 950 },
    ]);
    const factsNow = [{ ...rang, value: 880 }];
    expect(trendPoints(history, { ...alarm, factsNow }, 100_000).at(-1)).toEqual({
      atMs: 100_000,
      value: 880,
    });
  });

  it('is in order where the history is newer than the ring', () => {
    const early = trendPoints(history, { ...alarm, lastRaisedAtMs: 30_000 }, 100_000);
    expect(early.map((p) => p.atMs)).toEqual([1_000, 30_000, 61_000, 100_000]);
  });

  it.each([
    ['is over', { ...alarm, active: false }],
    [
      'rang before the history, now unknown',
      { ...alarm, lastRaisedAtMs: 0, factsNow: [{ ...rang, value: null }] },
    ],
    ['rang for something else', { ...alarm, facts: [{ ...rang, field: 'station.levelM' }] }],
  ])('ends with the history where it %s', (_, told) => {
    expect(trendPoints(history, told, 100_000)).toHaveLength(2);
  });

  it('is none of a single value', () => {
    expect(isTrend(history)).toBe(false);
    expect(isTrend({ values: [300, null, 310] })).toBe(true);
  });
});

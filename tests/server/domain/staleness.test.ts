import { describe, expect, it } from 'vitest';
import { feedState, SHORTEST_SILENCE_MS, staleAfterMs } from '../../../server/domain/staleness.ts';

describe('staleness', () => {
  it.each([
    ['never heard of', undefined, undefined, 1_000_000, 'waiting'],
    ['within five intervals', 0, 10_000, 50_000, 'live'],
    ['after five intervals', 0, 10_000, 50_001, 'stale'],
    ['a detector every five minutes', 0, 300_000, 1_500_000, 'live'],
    ['a fast feed is given the shortest silence', 0, 100, SHORTEST_SILENCE_MS, 'live'],
    ['and not longer', 0, 100, SHORTEST_SILENCE_MS + 1, 'stale'],
  ] as const)('FE-51 %s', (_, lastSeen, interval, now, state) => {
    expect(feedState(lastSeen, interval, now)).toBe(state);
  });

  it('FE-51 before its interval is known a feed is given a minute', () => {
    expect(staleAfterMs(undefined)).toBe(60_000);
  });
});

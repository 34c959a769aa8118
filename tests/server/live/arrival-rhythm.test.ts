import { describe, expect, it } from 'vitest';
import { ArrivalRhythm } from '../../../server/live/arrival-rhythm.ts';
import { feedState } from '../../../server/domain/staleness.ts';

/** Rounds every `everyMs`, each of `requests` requests `apartMs` apart. */
function* rounds(everyMs: number, requests: number, apartMs: number, untilMs: number, fromMs = 0) {
  for (let at = fromMs; at < untilMs; at += everyMs) {
    for (let r = 0; r < requests; r++) yield at + r * apartMs;
  }
}
const heard = (arrivals: Iterable<number>, rhythm = new ArrivalRhythm()): ArrivalRhythm => {
  for (const at of arrivals) rhythm.arrived(at);
  return rhythm;
};

describe('rhythm of a feed', () => {
  it.each([
    ['one request every 2 s', 2_000, 1, 0, 2_000],
    ['twice a second', 500, 1, 0, 500],
    ['every 20 s in five requests close together', 20_000, 5, 40, 20_000],
    ['every 20 s in five requests, one a second', 20_000, 5, 1_000, 20_000],
    ['every 20 s in nine requests, 0.6 s apart', 20_000, 9, 600, 20_000],
    ['every 20 s in forty requests', 20_000, 40, 60, 20_000],
    ['every five minutes in three requests', 300_000, 3, 2_500, 300_000],
  ])('FE-55 %s', (_, everyMs, requests, apartMs, interval) => {
    const rhythm = heard(rounds(everyMs, requests, apartMs, 45 * everyMs));
    expect(rhythm.medianMs).toBeGreaterThan(0.95 * interval);
    expect(rhythm.medianMs).toBeLessThan(1.05 * interval);
  });

  it('FE-55 a feed that sends its round in a burst is live without a break', () => {
    const rhythm = new ArrivalRhythm();
    const arrivals = [...rounds(20_000, 5, 1_000, 400_000)];
    const states = new Set<string>();
    for (let now = 0; now < 400_000; now += 250) {
      while (arrivals[0] !== undefined && arrivals[0] <= now) rhythm.arrived(arrivals.shift()!);
      states.add(feedState(rhythm.lastAtMs, rhythm.knownMs(now), now));
    }
    expect([...states]).toEqual(['live']);
  });

  it('FE-55 two outages do not make a feed of every second a slow one', () => {
    const rhythm = heard(rounds(1_000, 1, 0, 60_000));
    heard(rounds(1_000, 1, 0, 200_000, 180_000), rhythm);
    heard(rounds(1_000, 1, 0, 420_000, 400_000), rhythm);
    expect(rhythm.knownMs(420_000)).toBe(1_000);
  });

  it('FE-55 a feed that becomes faster is judged by its new rhythm within minutes', () => {
    const rhythm = heard(rounds(20_000, 1, 0, 1_000_000));
    heard(rounds(1_000, 1, 0, 1_600_000, 1_000_000), rhythm);
    expect(rhythm.medianMs).toBe(1_000);
  });

  it('FE-55 nothing is known of a feed heard once', () => {
    const rhythm = heard([5]);
    expect([rhythm.lastAtMs, rhythm.medianMs, rhythm.knownMs(1_000_000)]).toEqual([5, undefined, undefined]);
  });
});

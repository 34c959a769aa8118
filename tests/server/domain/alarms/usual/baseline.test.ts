import { describe, expect, it } from 'vitest';
import { StreamingBaselines } from '../../../../../server/domain/alarms/usual/baseline.ts';
import type { LocalClock } from '../../../../../server/domain/alarms/evaluation/facts.ts';
import { createRandom } from '../../../../../simulators/kernel/random.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A Monday, 0:00 in the city. */
const MONDAY = Date.parse('2026-06-01T00:00:00+08:00');

const clock: LocalClock = {
  at(ms) {
    const days = (ms - MONDAY) / DAY_MS;
    const weekday = (((Math.floor(days) % 7) + 7) % 7) + 1;
    return { hour: (days - Math.floor(days)) * 24, weekday, workday: weekday <= 5 };
  },
};
/** The `n`-th working day, a clock time on it. */
const work = (n: number, hour: number, minute = 0): number =>
  MONDAY + (Math.floor(n / 5) * 7 + (n % 5)) * DAY_MS + hour * HOUR_MS + minute * 60_000;

/** Values of an hour of the `n`-th working day, one a minute. */
function hour(
  b: StreamingBaselines,
  n: number,
  of: number,
  value: (minute: number) => number,
  series = 'link:a:speedKph',
): void {
  for (let m = 0; m < 60; m++) b.learn(series, value(m), work(n, of, m));
}
const speed = 'link:a:speedKph';

describe('what is usual', () => {
  it.each([
    ['speeds', 50, 5],
    ['counts far from 0', 4_000, 350],
    ['levels', 3.2, 0.4],
  ])('AL-30 median and spread come near those of %s, whatever outliers there are', (_, mean, sigma) => {
    const random = createRandom(7);
    const b = new StreamingBaselines(clock);
    for (let n = 0; n < 20; n++) {
      hour(
        b,
        n,
        10,
        () => (random.chance(0.05) ? mean * 40 : mean + sigma * random.normal()),
        'station:x:levelM',
      );
    }
    const usual = b.usual('station:x:levelM', work(20, 10, 30))!;
    expect(Math.abs(usual.median - mean)).toBeLessThan(0.25 * sigma);
    expect(usual.spread).toBeGreaterThan(0.85 * sigma);
    expect(usual.spread).toBeLessThan(1.35 * sigma);
  });

  it('AL-30 hours, kinds of day and series are apart', () => {
    const b = new StreamingBaselines(clock);
    hour(b, 0, 8, () => 20);
    hour(b, 0, 14, () => 60);
    hour(b, 0, 8, () => 35, 'link:b:speedKph');
    const saturday = MONDAY + 5 * DAY_MS;
    for (let m = 0; m < 60; m++) b.learn(speed, 70, saturday + 8 * HOUR_MS + m * 60_000);
    expect(b.usual(speed, work(1, 8, 30))!.median).toBeCloseTo(20);
    expect(b.usual(speed, work(1, 14, 30))!.median).toBeCloseTo(60);
    expect(b.usual('link:b:speedKph', work(1, 8, 30))!.median).toBeCloseTo(35);
    expect(b.usual(speed, saturday + 7 * DAY_MS + 8.5 * HOUR_MS)!.median).toBeCloseTo(70);
    expect(b.size).toBe(2);
  });

  it('AL-31 a value a minute counts, so what reports each second learns no faster', () => {
    const [each, often] = [new StreamingBaselines(clock), new StreamingBaselines(clock)];
    const random = createRandom(2);
    for (let m = 0; m < 60; m++) {
      const value = 50 + 5 * random.normal();
      each.learn(speed, value, work(0, 10, m));
      for (let s = 0; s < 60; s++) often.learn(speed, s === 0 ? value : 3, work(0, 10, m) + s * 1_000);
    }
    // What is older than what was learnt last counts for nothing.
    for (let m = 0; m < 50; m++) often.learn(speed, 3, work(0, 10, m));
    expect(often.usual(speed, work(0, 10, 59))).toEqual(each.usual(speed, work(0, 10, 59)));
  });

  it('AL-31 a value stands for the time since the one before: seldom or often, as much is learnt in a day', () => {
    const [often, seldom] = [new StreamingBaselines(clock), new StreamingBaselines(clock)];
    for (let n = 0; n < 48; n++) {
      for (let m = 0; m < 60; m++) {
        const value = (n < 40 ? 50 : 40) + (m % 10 < 5 ? 4 : -4);
        often.learn(speed, value, work(n, 10, m));
        if (m % 5 === 0) seldom.learn(speed, value, work(n, 10, m));
      }
    }
    const [a, b] = [often, seldom].map((x) => x.usual(speed, work(48, 10, 30))!.median);
    expect(Math.abs(a! - b!)).toBeLessThan(1.5);
  });

  it('AL-31 goes on after a clock that was wrong has been set back', () => {
    const b = new StreamingBaselines(clock);
    b.learn(speed, 50, work(300, 10));
    hour(b, 0, 10, () => 30);
    expect(b.usual(speed, work(1, 10, 30))!.median).toBeCloseTo(30);
  });

  it('AL-31 a jam of 20 minutes does not become usual', () => {
    const learn = (jam: boolean) => {
      const random = createRandom(9);
      const b = new StreamingBaselines(clock);
      for (let n = 0; n <= 10; n++) {
        hour(b, n, 10, (m) => {
          const ordinary = 50 + 5 * random.normal();
          return jam && n === 10 && m >= 40 ? 8 : ordinary;
        });
      }
      return b.usual(speed, work(10, 10, 30))!;
    };
    const [without, withJam] = [learn(false), learn(true)];
    expect(Math.abs(withJam.median - without.median)).toBeLessThan(0.1 * without.spread);
    expect(withJam.spread).toBeLessThan(1.1 * without.spread);
  });

  it('AL-31 a lasting change is half taken over after about 7 days of the kind', () => {
    const random = createRandom(3);
    const b = new StreamingBaselines(clock);
    for (let n = 0; n < 30; n++) hour(b, n, 10, () => 50 + 5 * random.normal());
    const medianAfter = (days: number, from: number): number => {
      for (let n = from; n < 30 + days; n++) hour(b, n, 10, () => 40 + 5 * random.normal());
      return b.usual(speed, work(30 + days, 10, 30))!.median;
    };
    expect(medianAfter(3, 30)).toBeGreaterThan(45.5);
    expect(medianAfter(10, 33)).toBeLessThan(45);
    expect(medianAfter(40, 40)).toBeLessThan(41);
  });

  it('AL-32 nothing is usual before half an hour of it was seen, and days that have hardly been seen widen the spread', () => {
    const random = createRandom(5);
    const b = new StreamingBaselines(clock);
    expect(b.usual(speed, work(0, 10))).toBeNull();
    for (let m = 0; m < 29; m++) b.learn(speed, 50 + 5 * random.normal(), work(0, 10, m));
    expect(b.usual(speed, work(0, 10, 30))).toBeNull();
    for (let m = 29; m < 60; m++) b.learn(speed, 50 + 5 * random.normal(), work(0, 10, m));
    const first = b.usual(speed, work(0, 10, 30))!;
    for (let n = 1; n < 10; n++) hour(b, n, 10, () => 50 + 5 * random.normal());
    const tenth = b.usual(speed, work(10, 10, 30))!;
    expect(first.spread).toBeGreaterThan(1.4 * tenth.spread);
  });

  it('AL-32 an hour not yet known is taken from a near one, then from all of the day, each time with a wider spread', () => {
    const b = new StreamingBaselines(clock);
    for (let of = 6; of < 12; of++) hour(b, 0, of, (m) => 40 + of + (m % 2 === 0 ? 3 : -3));
    const own = b.usual(speed, work(1, 11, 30))!;
    const next = b.usual(speed, work(1, 12, 30))!;
    const second = b.usual(speed, work(1, 13, 30))!;
    const far = b.usual(speed, work(1, 19, 30))!;
    expect(next.median).toBeCloseTo(own.median);
    expect(next.spread).toBeCloseTo(2 * own.spread);
    expect(second.spread).toBeCloseTo(3 * own.spread);
    expect(far.median).toBeGreaterThan(46);
    expect(far.median).toBeLessThan(53);
    expect(far.spread).toBeGreaterThan(2 * own.spread);
    // Of a free day nothing is known yet.
    expect(b.usual(speed, MONDAY + 5 * DAY_MS + 11.5 * HOUR_MS)).toBeNull();
    const short = new StreamingBaselines(clock);
    for (let of = 6; of < 9; of++) hour(short, 0, of, () => 40);
    expect(short.usual(speed, work(1, 19, 30))).toBeNull();
  });

  it('AL-33 what is usual moves on a line between the middles of two hours, over midnight from one kind of day to the other', () => {
    const b = new StreamingBaselines(clock);
    hour(b, 0, 6, () => 60);
    hour(b, 0, 7, () => 20);
    const at = (h: number, m: number): number => b.usual(speed, work(1, h, m))!.median;
    expect(at(6, 30)).toBeCloseTo(60);
    expect(at(6, 45)).toBeCloseTo(50);
    expect(Math.abs(at(6, 59) - at(7, 0))).toBeLessThan(1);
    expect(at(7, 30)).toBeCloseTo(20);

    const night = new StreamingBaselines(clock);
    const friday = MONDAY + 4 * DAY_MS;
    for (let m = 0; m < 60; m++) night.learn(speed, 30, friday + 23 * HOUR_MS + m * 60_000);
    for (let m = 0; m < 60; m++) night.learn(speed, 50, friday + 24 * HOUR_MS + m * 60_000);
    expect(night.usual(speed, friday + 7 * DAY_MS + 24 * HOUR_MS)!.median).toBeCloseTo(40);
  });

  it.each([
    ['speedKph', 50, 3],
    ['erQueue', 0, 2],
    ['levelM', 0.5, 0.05],
    ['people', 10_000, 500],
  ])('AL-34 the spread of a %s that never changes has a floor', (field, value, floor) => {
    const b = new StreamingBaselines(clock);
    const series = `station:1:${field}`;
    for (let n = 0; n < 40; n++) hour(b, n, 10, () => value, series);
    const usual = b.usual(series, work(40, 10, 30))!;
    expect(usual.median).toBeCloseTo(value);
    expect(usual.spread).toBeGreaterThanOrEqual(floor);
    expect(usual.spread).toBeLessThan(1.1 * floor);
  });

  it('AL-34 what is no number is not learnt', () => {
    const b = new StreamingBaselines(clock);
    hour(b, 0, 10, () => 50);
    b.learn(speed, NaN, work(0, 11, 0));
    b.learn(speed, Infinity, work(0, 11, 1));
    expect(b.usual(speed, work(1, 10, 30))!.median).toBe(50);
    // The minute is not used up by it.
    b.learn(speed, NaN, work(0, 11, 2));
    for (let m = 2; m < 40; m++) b.learn(speed, 30, work(0, 11, m));
    expect(b.usual(speed, work(1, 11, 30))!.median).toBeCloseTo(30, 0);
  });

  it('AL-35 what was learnt is as before after a restart, in parts or whole, and is learnt on from there', () => {
    const random = createRandom(4);
    const b = new StreamingBaselines(clock);
    const series = Array.from({ length: 150 }, (_, i) => `link:路${i}:speedKph`);
    for (const s of series) for (const of of [5, 6, 8, 17]) hour(b, 0, of, () => 50 + 9 * random.normal(), s);
    const [whole, parts] = [new StreamingBaselines(clock), new StreamingBaselines(clock)];
    expect(whole.import(b.export())).toBe(true);
    for (let first = 0; first < b.size; first += 40)
      expect(parts.import(Uint8Array.from(b.export(first, 40)))).toBe(true);
    for (const x of [b, whole, parts]) for (const s of series) hour(x, 1, 8, (m) => 30 + (m % 7), s);
    for (const s of series) {
      for (const at of [work(2, 5, 40), work(2, 8, 20), work(2, 12)]) {
        const expected = b.usual(s, at);
        expect(expected).not.toBeNull();
        expect(whole.usual(s, at)).toEqual(expected);
        expect(parts.usual(s, at)).toEqual(expected);
      }
    }
    expect(parts.size).toBe(150);
  });

  it('AL-35 a snapshot that is cut, too long or something else is refused, and nothing of it is taken', () => {
    const b = new StreamingBaselines(clock);
    hour(b, 0, 10, () => 50);
    const whole = b.export();
    const other = new StreamingBaselines(clock);
    for (const bad of [
      new Uint8Array(),
      whole.subarray(0, 7),
      whole.subarray(0, whole.length - 1),
      Uint8Array.from([...whole, 0]),
      Uint8Array.from(whole, (v, i) => (i === 0 ? v + 1 : v)),
    ]) {
      expect(other.import(bad)).toBe(false);
    }
    expect(other.size).toBe(0);
  });
});

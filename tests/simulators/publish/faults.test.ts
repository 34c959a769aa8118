import { describe, expect, it } from 'vitest';
import type { Observation } from '../../../server/contract/observations.ts';
import { createRandom } from '../../../simulators/kernel/random.ts';
import {
  FaultInjector,
  faultKinds,
  garbage,
  parseFault,
  type FaultKind,
} from '../../../simulators/publish/faults.ts';

const FEED = 'sim-positions';
const seen = (i: number): Observation => ({
  type: 'position',
  id: `v${i}`,
  at: 1_000_000 + i,
  lon: 118.5,
  lat: 30.25,
});

function injector(kind: FaultKind): FaultInjector {
  const random = createRandom(1);
  const faults = new FaultInjector(() => random.next());
  faults.inject({ kind, feed: FEED, seconds: 60 }, 0);
  return faults;
}

const sent = (faults: FaultInjector, n: number, nowMs: number): string[] =>
  Array.from({ length: n }, (_, i) => faults.apply(FEED, seen(i), nowMs)).flatMap((l) =>
    l.map((f) => f.line),
  );
const atOf = (line: string): number => (JSON.parse(line) as { at: number }).at;

describe('SI-53: faults', () => {
  it('SI-53: end by themselves and touch no other feed', () => {
    const faults = injector('delay');
    expect(faults.anyFor('sim-units')).toBe(false);
    expect(faults.active(FEED, 59_000)).toEqual(['delay']);
    expect(faults.active(FEED, 61_000)).toEqual([]);
    expect(sent(faults, 1, 61_000)).toEqual([JSON.stringify(seen(0))]);
  });

  it('SI-53: delay holds every line back and changes none', () => {
    const faults = injector('delay');
    expect(sent(faults, 5, 0)).toEqual([]);
    expect(faults.release(FEED, 14_000)).toEqual([]);
    expect(faults.release(FEED, 15_001).map((f) => f.line)).toEqual(
      [0, 1, 2, 3, 4].map((i) => JSON.stringify(seen(i))),
    );
  });

  it('SI-53: duplicates send about half of the lines twice', () => {
    const lines = sent(injector('duplicates'), 1_000, 0);
    expect(new Set(lines).size).toBe(1_000);
    expect(lines.length).toBeGreaterThan(1_400);
    expect(lines.length).toBeLessThan(1_600);
  });

  it('SI-53: out-of-order sends every line once, in another order', () => {
    const faults = injector('out-of-order');
    const now = sent(faults, 200, 0);
    const lines = [...now, ...faults.release(FEED, 10_000).map((f) => f.line)];
    expect(lines.length).toBe(200);
    const times = lines.map(atOf);
    expect(times).not.toEqual([...times].sort((a, b) => a - b));
    expect([...times].sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => seen(i).at));
  });

  it('SI-53: clock-skew moves the event time alone', () => {
    const [line] = sent(injector('clock-skew'), 1, 0);
    expect(JSON.parse(line!)).toEqual({ ...seen(0), at: seen(0).at + 90_000 });
  });

  it('SI-53: garbage spoils a share of the lines, each within one line', () => {
    const lines = sent(injector('garbage'), 1_000, 0);
    const good = new Set(Array.from({ length: 1_000 }, (_, i) => JSON.stringify(seen(i))));
    const spoilt = lines.filter((l) => !good.has(l));
    expect(spoilt.length).toBeGreaterThan(140);
    expect(spoilt.length).toBeLessThan(260);
    for (let k = 0; k < 10; k++) {
      const text = garbage(seen(0), k / 10);
      expect(text).not.toContain('\n');
      expect(text).not.toBe(JSON.stringify(seen(0)));
    }
  });

  it('SI-53: a fault is asked for as KIND:FEED:SECONDS', () => {
    expect(parseFault('outage:sim-positions:30')).toEqual({ kind: 'outage', feed: FEED, seconds: 30 });
    for (const bad of [
      'outage',
      'outage:sim-positions',
      'fire:sim-positions:3',
      'outage::3',
      'outage:x:-1',
    ]) {
      expect(() => parseFault(bad)).toThrow(faultKinds[0]);
    }
  });
});

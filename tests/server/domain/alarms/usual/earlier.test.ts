import { describe, expect, it } from 'vitest';
import { categories, categoryCodes } from '../../../../../server/contract/categories.ts';
import { distanceM, metresPerDegree, type LonLat } from '../../../../../server/contract/geo.ts';
import { EarlierIndex } from '../../../../../server/domain/alarms/usual/earlier.ts';
import { createRandom } from '../../../../../simulators/kernel/random.ts';

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-06-02T09:00:00+08:00');
const HERE: LonLat = [121.5, 29.9];
const per = metresPerDegree(HERE[1]);
const off = (eastM: number, northM: number): LonLat => [
  HERE[0] + eastM / per.lon,
  HERE[1] + northM / per.lat,
];

function filled(): EarlierIndex {
  const index = new EarlierIndex();
  index.add('works-1', 'traffic.roadworks', off(60, 0), NOW - 400 * DAY_MS);
  index.add('works-2', 'traffic.roadworks', off(0, -140), NOW - 30 * DAY_MS);
  index.add('works-3', 'traffic.roadworks', off(500, 0), NOW - 20 * DAY_MS);
  index.add('works-old', 'traffic.roadworks', off(10, 0), NOW - 1_200 * DAY_MS);
  index.add('works-later', 'traffic.roadworks', off(10, 0), NOW + 1);
  index.add('crash', 'traffic.collision', off(5, 5), NOW - DAY_MS);
  index.add('pothole', 'urban.pothole', off(5, 5), NOW - DAY_MS);
  index.add('self', 'traffic.roadworks', HERE, NOW);
  return index;
}

describe('earlier incidents', () => {
  it.each([
    ['of the category, near, within three years', 'traffic.roadworks', 1_095, 150, 2],
    ['of its family', 'traffic', 1_095, 150, 3],
    ['of fewer days', 'traffic.roadworks', 100, 150, 1],
    ['nearer', 'traffic.roadworks', 1_095, 100, 1],
    ['farther away', 'traffic.roadworks', 1_095, 600, 3],
    ['of ever longer', 'traffic.roadworks', 3_000, 150, 3],
    ['anywhere', 'traffic.roadworks', 3_000, 500_000, 4],
    ['of another category', 'urban.pothole', 10, 150, 1],
    ['of nothing that there is', 'traffic.works', 1_095, 150, 0],
  ])('AL-36 counts those %s, before it and without itself', (_, what, days, metres, expected) => {
    expect(filled().count(what, days, metres, HERE, NOW, 'self')).toBe(expected);
  });

  it('AL-36 an incident that is said again counts once, as it is known now', () => {
    const index = filled();
    const before = index.size;
    index.add('works-2', 'traffic.roadworks', off(0, -140), NOW - 30 * DAY_MS);
    expect(index.count('traffic.roadworks', 100, 150, HERE, NOW, 'self')).toBe(1);
    index.add('works-2', 'urban.pothole', off(0, -140), NOW - 30 * DAY_MS);
    expect(index.count('traffic.roadworks', 100, 150, HERE, NOW, 'self')).toBe(0);
    index.add('works-2', 'traffic.roadworks', off(3_000, 0), NOW - 30 * DAY_MS);
    expect(index.count('traffic.roadworks', 100, 150, HERE, NOW, 'self')).toBe(0);
    expect(index.count('traffic.roadworks', 100, 50, off(3_000, 0), NOW, 'self')).toBe(1);
    index.add('works-2', 'traffic.roadworks', off(0, 10), NOW - 5_000 * DAY_MS);
    expect(index.count('traffic.roadworks', 100, 150, HERE, NOW, 'self')).toBe(0);
    expect(index.size).toBe(before);
  });

  it.each([[1], [2], [3]])('AL-36 seed %i: counts what a look at each of them counts', (seed) => {
    const random = createRandom(seed);
    const index = new EarlierIndex();
    const all: { id: string; category: (typeof categoryCodes)[number]; position: LonLat; atMs: number }[] =
      [];
    for (let i = 0; i < 6_000; i++) {
      // Some twice, in no order of time, at a place where degrees of longitude are short.
      const said = {
        id: `i${random.int(5_000)}`,
        category: random.pick(categoryCodes),
        position: [20 + random.range(-0.05, 0.05), 65 + random.range(-0.03, 0.03)] as const,
        atMs: NOW - random.int(1_000 * DAY_MS),
      };
      index.add(said.id, said.category, said.position, said.atMs);
      const at = all.findIndex((o) => o.id === said.id);
      if (at >= 0) all[at] = said;
      else all.push(said);
    }
    expect(index.size).toBe(all.length);
    let counted = 0;
    for (let k = 0; k < 60; k++) {
      const self = random.pick(all);
      const what = k % 2 === 0 ? self.category : categories[self.category].family;
      const [days, metres] = [random.range(1, 900), random.range(20, 2_500)];
      const expected = all.filter(
        (o) =>
          o.id !== self.id &&
          (o.category === what || categories[o.category].family === what) &&
          o.atMs <= self.atMs &&
          o.atMs >= self.atMs - days * DAY_MS &&
          // A local plane is not the sphere to the metre.
          distanceM(o.position, self.position) <= metres,
      ).length;
      const near = index.count(what, days, metres * 0.999, self.position, self.atMs, self.id);
      const wide = index.count(what, days, metres * 1.001, self.position, self.atMs, self.id);
      expect(near).toBeLessThanOrEqual(expected);
      expect(wide).toBeGreaterThanOrEqual(expected);
      expect(wide - near).toBeLessThanOrEqual(2);
      counted += expected;
    }
    expect(counted).toBeGreaterThan(100);
  });
});

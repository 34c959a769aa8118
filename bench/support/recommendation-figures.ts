/** How long a recommendation takes as a whole: the plan, every unit that fits, routed travel times, minimums, move-ups. */
import type { City } from '../../server/city/city.ts';
import type { LonLat } from '../../server/contract/geo.ts';
import { Engine } from '../../server/live/engine.ts';
import type { FeedDescription } from '../../server/live/ports.ts';
import { createRandom, type Random } from '../../simulators/kernel/random.ts';
import { noHistory } from '../../tests/support/no-history.ts';
import { quantile } from './in-flight.ts';

const CATEGORIES = ['fire.structure', 'medical.cardiac', 'traffic.collision', 'crime.assault'] as const;
const FEED: FeedDescription = {
  id: 'field',
  name: { zh: '现场', en: 'Field' },
  kind: 'mixed',
  format: 'native',
  maxObjects: 10_000,
};

export interface RecommendationFigures {
  readonly units: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Every unit free and somewhere in the city, most roads measured, incidents all over it. */
export async function recommendationFigures(
  city: City,
  seed: number,
  queries: number,
): Promise<RecommendationFigures> {
  const random = createRandom(seed);
  const noJournal = {
    lastSeq: 0,
    append: async (expectedSeq: number, entries: readonly unknown[]) =>
      ({ ok: true, lastSeq: expectedSeq + entries.length }) as const,
    read: async function* () {},
    watch: () => () => undefined,
    close: async () => undefined,
  };
  const engine = new Engine({
    city,
    feeds: [FEED],
    journal: noJournal,
    history: noHistory,
    nowMs: () => Date.now(),
  });
  await engine.start();
  const { units, detectors } = city.pack!;
  const at = Date.now() - 1_000;
  const field = units.map(({ id }) => {
    const [lon, lat] = placeIn(city, random);
    return { type: 'unit' as const, id, at, lon, lat, status: 'available' as const };
  });
  const measured = detectors.map(({ id }) => ({
    type: 'detector' as const,
    id,
    at,
    speedKph: random.range(5, 60),
    flowVph: 600,
  }));
  const calls = Array.from({ length: queries }, (_, i) => {
    const [lon, lat] = placeIn(city, random);
    const category = CATEGORIES[i % CATEGORIES.length]!;
    const channel = '110' as const;
    return {
      type: 'incident' as const,
      id: `call-${i}`,
      at,
      channel,
      category,
      status: 'open' as const,
      lon,
      lat,
    };
  });
  for (const batch of [field, measured, calls]) {
    const { refusals } = await engine.observe(FEED.id, batch, [], Date.now());
    if (refusals.length > 0) throw new Error(`refused: ${JSON.stringify(refusals[0])}`);
  }
  engine.tick(Date.now() + 10_000);

  const incidents = engine.records.all('incident');
  const tookMs: number[] = [];
  for (const [i, { id }] of incidents.entries()) {
    const startedAt = performance.now();
    const answer = engine.queries.recommendation(id, undefined, { role: 'dispatcher' });
    const tookNowMs = performance.now() - startedAt;
    if (!answer?.needs.some((n) => n.units.length > 0)) throw new Error(`nobody is recommended for ${id}`);
    // The first tenth warms up.
    if (i >= incidents.length / 10) tookMs.push(tookNowMs);
    if (i % 20 === 0) await new Promise(setImmediate);
  }
  await engine.stop();
  return { units: units.length, p50Ms: quantile(tookMs, 0.5), p99Ms: quantile(tookMs, 0.99) };
}

/** Somewhere along a road. */
function placeIn(city: City, random: Random): LonLat {
  const { path } = city.linkAt(random.int(city.linkCount));
  const [a, b] = [path[0]!, path[1]!];
  const t = random.next();
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];
}

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { VitalsRecord } from '../../../server/contract/records.ts';
import { SqliteHistory } from '../../../server/storage/sqlite-history.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const vitals = (atMs: number, more: Partial<VitalsRecord> = {}): VitalsRecord => ({
  id: 'city',
  atMs,
  vehicles: atMs / 1_000,
  linksMeasured: 0,
  links: 0,
  openIncidents: 0,
  openSevere: 0,
  unitsAvailable: 0,
  units: 0,
  feedsStale: 0,
  feeds: 0,
  ...more,
});

async function open(): Promise<SqliteHistory> {
  const errors: unknown[] = [];
  return SqliteHistory.open(join(temporaryFolder(), 'history.db'), (e) => errors.push(e));
}

describe('history of the vital signs', () => {
  it('ST-5 gives columns, oldest first, and null where a number was not known', async () => {
    const history = await open();
    history.sampleVitals(vitals(1_000));
    history.sampleVitals(vitals(2_000, { meanSpeedKph: 31 }));
    const answer = await history.vitals(0);
    expect(answer.atMs).toEqual([1_000, 2_000]);
    expect(answer.series.vehicles).toEqual([1, 2]);
    expect(answer.series.meanSpeedKph).toEqual([null, 31]);
    await history.close();
  });

  it('ST-5 a long time is thinned to what a chart can show, the newest kept', async () => {
    const history = await open();
    for (let i = 1; i <= 3_000; i++) history.sampleVitals(vitals(i * 1_000));
    const answer = await history.vitals(0);
    expect(answer.atMs.length).toBeLessThanOrEqual(360);
    expect(answer.atMs.length).toBeGreaterThan(300);
    expect(answer.atMs.at(-1)).toBe(3_000_000);
    await history.close();
  });
});

describe('history of a link', () => {
  it('ST-6 leaves out the samples in which the link was not measured', async () => {
    const history = await open();
    history.sampleLinks(1_000, [{ index: 3, speedKph: 41.6, fullPct: 10 }]);
    history.sampleLinks(2_000, [{ index: 1, speedKph: 20, fullPct: 10 }]);
    history.sampleLinks(3_000, [
      { index: 3, speedKph: 300, fullPct: 10 },
      { index: 5, speedKph: 1, fullPct: 10 },
    ]);
    expect(await history.linkTrend(3, 0)).toEqual([
      { atMs: 1_000, speedKph: 42 },
      { atMs: 3_000, speedKph: 254 },
    ]);
    expect(await history.linkTrend(3, 2_500)).toHaveLength(1);
    expect(await history.linkTrend(99, 0)).toEqual([]);
    await history.close();
  });
});

describe('history of facts', () => {
  const unit = (status: string, statusMin: number) => ({
    kind: 'unit' as const,
    id: 'u1',
    facts: { status, statusMin },
  });

  it('ST-17 gives what was sampled back in order, page by page, links beside facts', async () => {
    const history = await open();
    history.sampleFacts(1_000, true, [unit('available', 1)]);
    history.sampleLinks(1_000, [{ index: 1, speedKph: 20, fullPct: 55.4 }]);
    history.sampleFacts(2_000, false, [unit('en-route', 2)]);
    history.sampleLinks(3_000, [{ index: 0, speedKph: 30, fullPct: 400 }]);
    const first = await history.rows(0, 9_000, 2);
    expect(first.map((r) => [r.atMs, r.full, r.facts && JSON.parse(r.facts)])).toEqual([
      [1_000, true, [unit('available', 1)]],
      [2_000, false, [unit('en-route', 2)]],
    ]);
    expect([...first[0]!.speeds!]).toEqual([255, 20]);
    expect([...first[0]!.filled!]).toEqual([255, 55]);
    const rest = await history.rows(2_000, 9_000, 2);
    expect(rest.map((r) => [r.atMs, r.facts, [...r.filled!]])).toEqual([[3_000, null, [254]]]);
    expect(await history.rows(0, 1_500, 9)).toHaveLength(1);
    await history.close();
  });

  it('ST-17 names the whole sample to begin from, the first there is where none is old enough', async () => {
    const history = await open();
    expect(await history.fullBefore(5_000)).toBeNull();
    history.sampleFacts(2_000, true, []);
    history.sampleFacts(3_000, false, []);
    history.sampleFacts(4_000, true, []);
    expect(await history.fullBefore(3_500)).toBe(2_000);
    expect(await history.fullBefore(1_000)).toBe(2_000);
    await history.close();
  });

  it('ST-18 a number goes on until it is said to be another or not known', async () => {
    const history = await open();
    const sample = (levelM: number | null) => [{ kind: 'station' as const, id: 'r1', facts: { levelM } }];
    history.sampleFacts(1_000, false, [{ kind: 'station', id: 'other', facts: { levelM: 9 } }]);
    history.sampleFacts(2_000, false, sample(3.5));
    history.sampleFacts(3_000, false, []);
    history.sampleFacts(4_000, false, sample(null));
    const trend = await history.factTrend('station', 'r1', ['levelM', 'aqi'], 0);
    expect(trend).toEqual([
      { atMs: 2_000, values: [3.5, null] },
      { atMs: 3_000, values: [3.5, null] },
      { atMs: 4_000, values: [null, null] },
    ]);
    await history.close();
  });

  it('ST-19 what is usual is there again after a restart', async () => {
    const file = join(temporaryFolder(), 'history.db');
    const fail = (e: unknown): never => {
      throw e;
    };
    const before = await SqliteHistory.open(file, fail);
    expect(await before.baselines()).toBeNull();
    before.keepBaselines(Uint8Array.of(1, 2));
    before.keepBaselines(Uint8Array.of(3, 4, 5));
    await before.close();
    const after = await SqliteHistory.open(file, fail);
    expect([...(await after.baselines())!]).toEqual([3, 4, 5]);
    await after.close();
  });
});

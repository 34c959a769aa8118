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
    history.sampleLinks(1_000, [{ index: 3, speedKph: 41.6 }]);
    history.sampleLinks(2_000, [{ index: 1, speedKph: 20 }]);
    history.sampleLinks(3_000, [
      { index: 3, speedKph: 300 },
      { index: 5, speedKph: 1 },
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

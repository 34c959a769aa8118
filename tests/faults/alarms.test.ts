/** What `npm run test:faults` does to alarms at length, bounded; and one of each fault by itself. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { StationObservation } from '../../server/contract/observations.ts';
import type { AlarmEventPayloads } from '../../server/domain/alarms/life/events.ts';
import { runAlarmKills, type AlarmKillOptions } from '../support/faults/alarm-kills.ts';
import { fastClock } from '../support/faults/alarm-world.ts';
import { entriesOf } from '../support/faults/ledger.ts';
import { mortalNode, type MortalNode } from '../support/faults/nodes.ts';
import { postgresAbsent, postgresNote, temporarySchema } from '../support/postgres.ts';
import { smallPackAt } from '../support/small-pack.ts';
import { temporaryFolder } from '../support/temporary.ts';

const SEED = 20_261_126;
/** And once more at the end. */
const KILLS = 3;
/** Of a busy machine; a run takes a tenth of it. */
const PATIENCE_MS = 180_000;

const killed = async (options: Pick<AlarmKillOptions, 'databaseUrl' | 'servers'>) =>
  runAlarmKills({ seed: SEED, kills: KILLS, dataDir: temporaryFolder(), ...options });
/** What there must not be, in what a run has found. */
const nothing = { missed: [], twice: [], untrue: [], lost: [], duplicated: [], differences: [] };

describe('alarms of servers that are killed', () => {
  it(
    `AL-200 AL-203 ring once for each activation, and stay as they were answered, on SQLite (seed ${SEED})`,
    { timeout: PATIENCE_MS },
    async () => {
      const done = await killed({ databaseUrl: null, servers: 1 });
      expect(done).toMatchObject({ ...nothing, kills: KILLS + 1 });
      expect(done.due).toBeGreaterThan(KILLS);
      expect(done.acknowledged).toBeGreaterThan(0);
    },
  );

  it.skipIf(postgresAbsent)(
    `AL-200 AL-201 AL-203 ring once, whichever of two servers on one PostgreSQL saw them (seed ${SEED})${postgresNote}`,
    { timeout: PATIENCE_MS },
    async () => {
      const done = await killed({ databaseUrl: (await temporarySchema()).url, servers: 2 });
      expect(done).toMatchObject(nothing);
      expect(done.due).toBeGreaterThan(KILLS);
      expect(done.acknowledged).toBeGreaterThan(0);
    },
  );

  it('AL-202 ring after the restart where they hold still, go on where they rang, and are over where they are', async () => {
    const place = { dataDir: temporaryFolder(), databaseUrl: null };
    const fastSinceMs = Date.now();
    const now = fastClock(fastSinceMs);
    const node = await mortalNode({ ...place, fastSinceMs });
    onTestFinished(() => node.kill());
    await told(
      node,
      { 'rang-and-stays': 9, 'rang-and-ends': 9, 'begins-meanwhile': 2, 'came-and-went': 2 },
      now,
    );
    await node.kill();
    // What came and went while nobody looked has left no trace: it is back below its limit.
    await node.start();
    await told(
      node,
      { 'rang-and-stays': 9, 'rang-and-ends': 2, 'begins-meanwhile': 9, 'came-and-went': 2 },
      now,
    );
    await node.kill();

    const of = (type: string): string[] =>
      entries.flatMap((e) =>
        e.type === type ? [(e.payload as AlarmEventPayloads['alarm.returned']).id.split(':')[1]!] : [],
      );
    const entries = await entriesOf(place);
    expect(of('alarm.raised')).toEqual(['rang-and-stays', 'rang-and-ends', 'begins-meanwhile']);
    expect(of('alarm.repeated')).toEqual([]);
    expect(of('alarm.returned')).toEqual(['rang-and-ends']);
  });
});

/** Gauges say how high the water stands, again and again until the server has had the time to store what rings by it. */
async function told(
  node: MortalNode,
  levels: Readonly<Record<string, number>>,
  now: () => number,
): Promise<void> {
  const ticks = new Set<number>();
  let lastMs = 0;
  while (ticks.size < 5) {
    lastMs = Math.max(now(), lastMs + 1);
    const observations = Object.entries(levels).map(([id, levelM], n): StationObservation => {
      const position = smallPackAt(50 * n, 100);
      return { type: 'station', id, at: lastMs, kind: 'river', position, metrics: { levelM } };
    });
    ticks.add((await node.observe(observations)).watchMs);
  }
}

/** What `npm run test:faults` does at length, bounded: seeds that once found something stay, with what they found. */
import { describe, expect, it } from 'vitest';
import { runContenders } from '../support/faults/contenders.ts';
import { runKills } from '../support/faults/kills.ts';
import { runSchedules } from '../support/faults/run-schedules.ts';
import { postgresAbsent, postgresNote, temporarySchema } from '../support/postgres.ts';
import { temporaryFolder } from '../support/temporary.ts';

const SEED = 20_261_125;
const KILLS = 6;
const ROUNDS = 60;
const SQLITE_SCHEDULES = 24;
const POSTGRES_SCHEDULES = 12;
/** Of a busy machine; a run takes a tenth of it. */
const PATIENCE_MS = 180_000;

describe('what was acknowledged', () => {
  it(
    `SY-70 is in the journal once after ${KILLS} kills, on SQLite (seed ${SEED})`,
    { timeout: PATIENCE_MS },
    async () => {
      const done = await runKills({
        seed: SEED,
        kills: KILLS,
        dataDir: temporaryFolder(),
        databaseUrl: null,
      });
      expect(done).toMatchObject({ kills: KILLS, lost: [], duplicated: [] });
      expect(done.acknowledged).toBeGreaterThan(4 * KILLS);
    },
  );

  it.skipIf(postgresAbsent)(
    `SY-70 is in the journal once after ${KILLS} kills, on PostgreSQL (seed ${SEED})${postgresNote}`,
    { timeout: PATIENCE_MS },
    async () => {
      const { url } = await temporarySchema();
      const done = await runKills({ seed: SEED, kills: KILLS, dataDir: temporaryFolder(), databaseUrl: url });
      expect(done).toMatchObject({ kills: KILLS, lost: [], duplicated: [] });
      expect(done.acknowledged).toBeGreaterThan(4 * KILLS);
    },
  );
});

describe('fifty consoles on two servers that send one unit', () => {
  it.skipIf(postgresAbsent)(
    `DI-80 one wins in each of ${ROUNDS} rounds, and the others are told who (seed ${SEED})${postgresNote}`,
    { timeout: PATIENCE_MS },
    async () => {
      const { url } = await temporarySchema();
      const options = { seed: SEED, rounds: ROUNDS, dataDir: temporaryFolder(), databaseUrl: url };
      const { agreeMs, ...done } = await runContenders(options);
      expect(done).toEqual({ rounds: ROUNDS, doubleAssignments: 0, unwon: [], untold: 0, disagreed: 0 });
      expect(agreeMs).toHaveLength(ROUNDS);
    },
  );
});

describe('consoles that are cut, left half open, moved, and whose servers restart', () => {
  const seedsFrom = (first: number, count: number): number[] =>
    Array.from({ length: count }, (_, i) => first + 2 * i);

  it(
    `SY-71 hold in the end what their server holds: schedules on SQLite from seed ${SEED}`,
    { timeout: PATIENCE_MS },
    async () => {
      const seeds = seedsFrom(SEED, SQLITE_SCHEDULES);
      const done = await runSchedules({ seeds, postgres: false, atOnce: 6 });
      expect(done).toMatchObject({ schedules: seeds.length, diverged: [], lost: [], duplicated: [] });
      expect(done.acknowledged).toBeGreaterThan(seeds.length);
    },
  );

  it.skipIf(postgresAbsent)(
    `SY-71 hold in the end what their server holds: schedules on PostgreSQL from seed ${SEED + 1}${postgresNote}`,
    { timeout: PATIENCE_MS },
    async () => {
      const seeds = seedsFrom(SEED + 1, POSTGRES_SCHEDULES);
      const done = await runSchedules({ seeds, postgres: true, atOnce: 4 });
      expect(done).toMatchObject({ schedules: seeds.length, diverged: [], lost: [], duplicated: [] });
      expect(done.acknowledged).toBeGreaterThan(seeds.length);
    },
  );
});

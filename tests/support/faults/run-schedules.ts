/** Many schedules: even seeds on two server processes with one PostgreSQL, odd ones on one server with SQLite that restarts. */
import { join } from 'node:path';
import { makeSchema } from '../postgres.ts';
import { makeFolder } from '../temporary.ts';
import { balance, type JournalPlace } from './ledger.ts';
import { nodeHere, nodeProcess, type ScheduledNode } from './nodes.ts';
import { runSchedule, seatsOf } from './schedules.ts';

/** Schedules on one journal, one after the other, before there is a fresh one. */
const ON_ONE_JOURNAL = { sqlite: 4, postgres: 25 } as const;

export interface SchedulesOptions {
  readonly seeds: readonly number[];
  /** False: only those on SQLite are run. */
  readonly postgres: boolean;
  /** Journals worked on at the same time. */
  readonly atOnce: number;
  /** Asked before each; false: the run ends with what was done. */
  readonly goesOn?: (done: number) => boolean;
}

export interface SchedulesOutcome {
  readonly schedules: number;
  /** By seed, what was not as it must be. */
  readonly diverged: readonly { readonly seed: number; readonly faults: readonly string[] }[];
  readonly acknowledged: number;
  readonly lost: readonly string[];
  readonly duplicated: readonly string[];
}

type Kind = keyof typeof ON_ONE_JOURNAL;
interface Batch {
  readonly kind: Kind;
  readonly seeds: readonly number[];
}
const kindOf = (seed: number): Kind => (seed % 2 === 0 ? 'postgres' : 'sqlite');

export async function runSchedules(options: SchedulesOptions): Promise<SchedulesOutcome> {
  // Both kinds at the same time: the last half of a run is not all of the slower one.
  const batches = options.postgres
    ? interleaved(batchesOf('sqlite', options), batchesOf('postgres', options))
    : batchesOf('sqlite', options);
  const outcome = {
    schedules: 0,
    diverged: [] as { seed: number; faults: readonly string[] }[],
    acknowledged: 0,
    lost: [] as string[],
    duplicated: [] as string[],
  };
  const { goesOn = () => true } = options;
  const work = async (): Promise<void> => {
    for (let batch = batches.pop(); batch && goesOn(outcome.schedules); batch = batches.pop()) {
      const acknowledged = new Map<string, number>();
      const { lost, duplicated } = await onFreshJournal(batch.kind, acknowledged, async (nodes) => {
        const seats = await seatsOf(nodes);
        for (const seed of batch.seeds) {
          if (!goesOn(outcome.schedules)) break;
          const { faults, acknowledged: told } = await runSchedule(seed, seats);
          if (faults.length > 0) outcome.diverged.push({ seed, faults });
          for (const [id, seq] of told) acknowledged.set(id, seq);
          outcome.schedules++;
        }
      });
      outcome.acknowledged += acknowledged.size;
      outcome.lost.push(...lost);
      outcome.duplicated.push(...duplicated);
    }
  };
  await Promise.all(Array.from({ length: options.atOnce }, work));
  return outcome;
}

function batchesOf(kind: Kind, { seeds, atOnce }: SchedulesOptions): Batch[] {
  const own = seeds.filter((s) => kindOf(s) === kind);
  const size = Math.max(1, Math.min(ON_ONE_JOURNAL[kind], Math.ceil(own.length / Math.max(1, atOnce / 2))));
  return Array.from({ length: Math.ceil(own.length / size) }, (_, b) => ({
    kind,
    seeds: own.slice(b * size, (b + 1) * size),
  }));
}

function interleaved<T>(a: readonly T[], b: readonly T[]): T[] {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => [a[i], b[i]])
    .flat()
    .filter((x) => x !== undefined);
}

/** Servers on a new journal, which is held against what was acknowledged when `job` is done. */
async function onFreshJournal(
  kind: Kind,
  acknowledged: ReadonlyMap<string, number>,
  job: (nodes: readonly ScheduledNode[]) => Promise<void>,
): ReturnType<typeof balance> {
  const folder = makeFolder();
  const schema = kind === 'postgres' ? await makeSchema() : null;
  const place: JournalPlace = { dataDir: join(folder.dir, 'one'), databaseUrl: schema?.url ?? null };
  const nodes: ScheduledNode[] = [];
  try {
    nodes.push(await (schema ? nodeProcess(place) : nodeHere(place)));
    if (schema) nodes.push(await nodeProcess({ ...place, dataDir: join(folder.dir, 'two') }));
    await job(nodes);
    await Promise.all(nodes.splice(0).map((n) => n.close()));
    return await balance(place, acknowledged);
  } finally {
    await Promise.all(nodes.map((n) => n.close()));
    await schema?.drop();
    folder.remove();
  }
}

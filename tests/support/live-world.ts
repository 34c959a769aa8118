/** An engine on a small made-up city, with a journal in memory and a clock that the test moves. */
import { City } from '../../server/city/city.ts';
import { Engine } from '../../server/live/engine.ts';
import type { FeedDescription } from '../../server/live/ports.ts';
import type { FeedKind } from '../../server/contract/records.ts';
import type { IncidentObservation, Observation } from '../../server/contract/observations.ts';
import { MemoryJournal } from './memory-journal.ts';
import { smallPack } from './small-pack.ts';
import { noHistory } from './no-history.ts';

export const START_MS = 1_800_000_000_000;

export const feedOf = (id: string, kind: FeedKind, maxObjects = 10_000): FeedDescription => ({
  id,
  name: { zh: id, en: id },
  kind,
  format: 'native',
  maxObjects,
});

/** A call as a feed sends it. */
export const callOf = (
  id: string,
  at: number,
  more: Partial<IncidentObservation> = {},
): IncidentObservation => ({
  type: 'incident',
  id,
  at,
  channel: '110',
  category: 'crime.theft',
  status: 'open',
  ...more,
});

export interface World {
  readonly engine: Engine;
  readonly journal: MemoryJournal;
  readonly city: City;
  nowMs: number;
  observe(feed: string, ...observations: Observation[]): ReturnType<Engine['observe']>;
}

export async function makeWorld(
  options: {
    readonly feeds?: readonly FeedDescription[];
    readonly journal?: MemoryJournal;
    readonly city?: City;
    readonly epoch?: string;
    readonly realClock?: boolean;
    readonly startMs?: number;
  } = {},
): Promise<World> {
  const journal = options.journal ?? new MemoryJournal();
  const city = options.city ?? City.fromPack(smallPack());
  const world: { nowMs: number } = { nowMs: options.startMs ?? START_MS };
  const nowMs = options.realClock ? (): number => Date.now() : (): number => world.nowMs;
  const engine = new Engine({
    city,
    feeds: options.feeds ?? [
      feedOf('cars', 'positions'),
      feedOf('loops', 'detectors'),
      feedOf('signals', 'signals'),
      feedOf('calls', 'incidents'),
      feedOf('mixed', 'mixed'),
    ],
    journal,
    history: noHistory,
    nowMs,
    ...(options.epoch === undefined ? {} : { epoch: options.epoch }),
  });
  await engine.start();
  return Object.assign(world, {
    engine,
    journal,
    city,
    observe: (feed: string, ...observations: Observation[]) =>
      engine.observe(
        feed,
        observations,
        observations.map((_, i) => i + 1),
        nowMs(),
      ),
  });
}

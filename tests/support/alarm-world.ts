/**
 * An engine on the small city with alarm rules of the test, a journal in memory and a clock that the test moves: whole
 * seconds, each tick settled before the next.
 */
import { City } from '../../server/city/city.ts';
import type { AlarmRecord, AlarmRule } from '../../server/contract/alarms.ts';
import type { CommandPayloads, CommandType } from '../../server/contract/commands.ts';
import type { Observation } from '../../server/contract/observations.ts';
import type { PresenceRecord } from '../../server/contract/records.ts';
import type { CommandAnswer } from '../../server/contract/sync.ts';
import type { GivenCommand } from '../../server/live/decisions.ts';
import { Engine, type EngineOptions } from '../../server/live/engine.ts';
import type { FeedDescription, History, JournalEntry } from '../../server/live/ports.ts';
import { people, type PersonName } from './case-world.ts';
import { feedOf, START_MS } from './live-world.ts';
import { MemoryJournal } from './memory-journal.ts';
import { noHistory } from './no-history.ts';
import { smallPack } from './small-pack.ts';

export interface AlarmWorldOptions extends Pick<EngineOptions, 'routes' | 'sender' | 'log'> {
  readonly rules?: readonly AlarmRule[];
  readonly journal?: MemoryJournal;
  readonly history?: History;
  readonly feeds?: readonly FeedDescription[];
  readonly city?: City;
  readonly startMs?: number;
}

export const alarmFeeds: readonly FeedDescription[] = [
  feedOf('cars', 'positions'),
  feedOf('loops', 'detectors'),
  feedOf('signals', 'signals'),
  feedOf('calls', 'incidents'),
  feedOf('met', 'warnings'),
  feedOf('mixed', 'mixed'),
];

let commands = 0;

export class AlarmWorld {
  readonly engine: Engine;
  readonly journal: MemoryJournal;
  nowMs: number;

  constructor(options: AlarmWorldOptions = {}) {
    const { rules = [], journal = new MemoryJournal(), history = noHistory, startMs = START_MS } = options;
    const { feeds = alarmFeeds, city = City.fromPack(smallPack()), routes, sender, log } = options;
    this.journal = journal;
    this.nowMs = startMs;
    this.engine = new Engine({
      city,
      feeds,
      journal,
      history,
      nowMs: () => this.nowMs,
      alarmRules: rules,
      ...(routes && { routes }),
      ...(sender && { sender }),
      ...(log && { log }),
    });
  }

  /** Whether observations were taken is the test's to ask. */
  observe(feed: string, ...observations: Observation[]): ReturnType<Engine['observe']> {
    const lines = observations.map((_, i) => i + 1);
    return this.engine.observe(feed, observations, lines, this.nowMs);
  }

  /** What instruments say now. */
  async station(id: string, metrics: Readonly<Record<string, number>>): Promise<void> {
    await this.observe('mixed', { type: 'station', id, at: this.nowMs, metrics });
  }

  async facility(id: string, metrics: Readonly<Record<string, number>>): Promise<void> {
    await this.observe('mixed', { type: 'facility', id, at: this.nowMs, metrics });
  }

  /** Lets so many seconds pass. */
  async pass(seconds = 1): Promise<void> {
    for (let s = 0; s < seconds; s++) {
      this.nowMs += 1_000;
      this.engine.tick(this.nowMs);
      await settle();
    }
  }

  ask<T extends Exclude<CommandType, 'presence.view'>>(
    who: PersonName,
    type: T,
    payload: CommandPayloads[T],
    more: { readonly id?: string; readonly expected?: number } = {},
  ): Promise<CommandAnswer> {
    const command = { id: `command-${++commands}`, ...more, type, payload };
    return this.engine.decisions.execute(command as GivenCommand, people[who]);
  }

  /** Somebody with a screen, until it goes. */
  screen(id: string, role: PresenceRecord['role'] = 'dispatcher', user = id): () => void {
    const { records } = this.engine;
    records.put('presence', { id, user, name: user, role, incident: null, sinceMs: this.nowMs });
    return () => void records.delete('presence', id);
  }

  alarm(id: string): AlarmRecord | undefined {
    return this.engine.records.get('alarm', id);
  }

  /** State by id of all alarms. */
  get states(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.engine.records.all('alarm').map((a) => [a.id, a.state]));
  }

  /** Entries of the journal of some types. */
  entries(...types: string[]): JournalEntry[] {
    return this.journal.entries.filter((e) => types.includes(e.type));
  }
}

/** What a journal in memory does not hold up is done. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export async function alarmWorld(options: AlarmWorldOptions = {}): Promise<AlarmWorld> {
  const world = new AlarmWorld(options);
  await world.engine.start();
  await settle();
  return world;
}

export const codeOf = (answer: CommandAnswer): string => (answer.ok ? 'done' : answer.refusal.code);

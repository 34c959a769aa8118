/**
 * A rule tried on what has been: the history goes by once, before the evaluator and the life of alarms that work live, with
 * the rule as it is proposed and with the one that is in force. Nothing of it is journalled or shown as an alarm.
 */
import { CityPlaces, type PlacesData } from '../../city/places.ts';
import type { DryRunOutcome } from '../../contract/alarm-api.ts';
import type { AlarmRule, SubjectRef } from '../../contract/alarms.ts';
import type { WorkCalendar } from '../../contract/rulebook.ts';
import { StreamingBaselines } from '../../domain/alarms/usual/baseline.ts';
import type { AlarmEvent } from '../../domain/alarms/life/events.ts';
import { evolveAlarms } from '../../domain/alarms/life/evolve.ts';
import { EarlierIndex } from '../../domain/alarms/usual/earlier.ts';
import { Evaluator } from '../../domain/alarms/evaluation/evaluator.ts';
import type { FactUpdate, Transition } from '../../domain/alarms/evaluation/facts.ts';
import { emptyAlarms, type AlarmsState } from '../../domain/alarms/life/state.ts';
import { decideTransition } from '../../domain/alarms/life/transitions.ts';
import { percentile } from '../../domain/rules/percentiles.ts';
import { makeLocalClock } from '../../domain/rules/local-clock.ts';
import { UndoLog } from '../../domain/undo.ts';
import type { FactSample, HistoryRow } from '../ports.ts';
import { VEHICLE_ROOM_M } from '../link-states.ts';
import { LinkFacts } from './link-facts.ts';

const BIN_MS = 10 * 60_000;
const NOT_KNOWN = 255;
/** What the screen lists; everything is counted. */
const MOST_EPISODES = 300;
const MOST_SUBJECTS = 50;

/** All that a run needs beside the history, as plain data: it may run on another thread. */
export interface TrialSetup {
  readonly proposed: AlarmRule;
  /** The rule of that id in force; null: there is none. */
  readonly current: AlarmRule | null;
  /** The others, which may explain what rings. */
  readonly others: readonly AlarmRule[];
  readonly links: readonly FactUpdate[];
  readonly places: PlacesData;
  readonly calendar: WorkCalendar;
  readonly timeZone: string;
  /** What is usual, as it is known now. */
  readonly baselines: Uint8Array;
  /** Every incident that was ever reported. */
  readonly earlier: EarlierIndex;
  /** Where the history begins that it is given. */
  readonly beginMs: number;
  /** What rings before this only warms up. */
  readonly fromMs: number;
}

export interface TrialOutcome {
  readonly proposed: DryRunOutcome;
  readonly current: DryRunOutcome | null;
}

export class TrialRun {
  private readonly lanes: readonly Lane[];
  private readonly hasCurrent: boolean;

  constructor(setup: TrialSetup) {
    const clock = makeLocalClock(setup.calendar, setup.timeZone);
    const places = new CityPlaces(setup.places);
    const baselines = new StreamingBaselines(clock);
    baselines.import(setup.baselines);
    // Another thread is given its columns without its class.
    const earlier = Object.assign(new EarlierIndex(), setup.earlier);
    const lane = (rule: AlarmRule): Lane =>
      new Lane(new Evaluator({ places, baselines, earlier, clock }), rule, setup);
    this.hasCurrent = setup.current !== null;
    this.lanes =
      setup.current === null ? [lane(setup.proposed)] : [lane(setup.proposed), lane(setup.current)];
  }

  /** The next moment of the history. */
  row(row: HistoryRow): void {
    const samples = row.facts === null ? [] : (JSON.parse(row.facts) as FactSample[]);
    for (const lane of this.lanes) lane.row(row, samples);
  }

  finish(untilMs: number): TrialOutcome {
    const [proposed, current] = this.lanes.map((lane) => lane.outcome(untilMs));
    return { proposed: proposed!, current: this.hasCurrent ? current! : null };
  }
}

interface Episode {
  readonly subject: SubjectRef;
  readonly fromMs: number;
  untilMs: number | null;
  readonly facts: Transition['facts'];
}

const keyOf = ({ kind, id }: Pick<FactSample, 'kind' | 'id'>): string => `${kind}\u0000${id}`;

/** One rule among the others, on its way through the history. */
class Lane {
  private readonly evaluator: Evaluator;
  private readonly rule: AlarmRule;
  private readonly fromMs: number;
  private readonly links: readonly FactUpdate[];
  private readonly linkFacts: LinkFacts;
  /** By link index: when it was measured last; NaN: never. */
  private readonly heardAtMs: Float64Array;
  private readonly state: AlarmsState;
  /** Incidents and warnings that there are: `kind` and id by their key. */
  private readonly passing = new Map<string, Pick<FactSample, 'kind' | 'id'>>();
  private readonly episodes: Episode[] = [];
  /** Alarms that ring, in sight; null: since before the time that counts. */
  private readonly open = new Map<string, Episode | null>();
  private rung = 0;

  constructor(evaluator: Evaluator, rule: AlarmRule, setup: TrialSetup) {
    this.evaluator = evaluator;
    this.rule = rule;
    this.fromMs = setup.fromMs;
    this.links = setup.links.map((link) => ({ ...link, atMs: setup.beginMs }));
    this.heardAtMs = new Float64Array(this.links.length).fill(NaN);
    const rules = [rule, ...setup.others.filter((other) => other.id !== rule.id)];
    this.state = emptyAlarms(new UndoLog(), rules);
    this.linkFacts = new LinkFacts(evaluator, this.links);
    evaluator.setRules(rules.map((r) => ({ rule: r, version: 0 })));
  }

  row(row: HistoryRow, samples: readonly FactSample[]): void {
    const { atMs } = row;
    for (const sample of samples) this.take(sample, atMs);
    if (row.full) this.leaveOut(samples, atMs);
    if (row.speeds !== null) this.linksOf(row.speeds, row.filled, atMs);
    this.advance(atMs);
  }

  outcome(untilMs: number): DryRunOutcome {
    this.advance(untilMs);
    const { rule, episodes } = this;
    const lasting = (e: Episode): number => ((e.untilMs ?? untilMs) - e.fromMs) / 1_000;
    const durations = episodes.map(lasting).sort((a, b) => a - b);
    const bySubject = new Map<string, { subject: SubjectRef; times: number; activeS: number }>();
    const bins = new Map<number, number>();
    for (const e of episodes) {
      const of = bySubject.get(e.subject.id) ?? { subject: e.subject, times: 0, activeS: 0 };
      bySubject.set(e.subject.id, { ...of, times: of.times + 1, activeS: of.activeS + lasting(e) });
      const bin = Math.floor(e.fromMs / BIN_MS) * BIN_MS;
      bins.set(bin, (bins.get(bin) ?? 0) + 1);
    }
    return {
      rule,
      rung: episodes.length,
      annunciated: this.rung,
      activeS: {
        p50: percentile(durations, 50),
        p90: percentile(durations, 90),
        longest: durations.at(-1) ?? null,
      },
      subjects: [...bySubject.values()].sort((a, b) => b.times - a.times).slice(0, MOST_SUBJECTS),
      episodes: episodes.slice(0, MOST_EPISODES),
      bins: [...bins].sort(([a], [b]) => a - b).map(([atMs, rung]) => ({ atMs, rung })),
    };
  }

  private take({ gone, kind, id, ...told }: FactSample, atMs: number): void {
    if (gone) this.remove(kind, id, atMs);
    else {
      this.evaluator.update({ kind, id, atMs, ...told });
      if (kind === 'incident' || kind === 'warning') this.passing.set(keyOf({ kind, id }), { kind, id });
    }
  }

  private remove(kind: FactSample['kind'], id: string, atMs: number): void {
    this.evaluator.remove(kind, id, atMs);
    this.passing.delete(keyOf({ kind, id }));
  }

  /** Incidents and warnings that a full sample does not name ended while nobody sampled. */
  private leaveOut(samples: readonly FactSample[], atMs: number): void {
    const named = new Set(samples.map(keyOf));
    for (const [key, { kind, id }] of this.passing) if (!named.has(key)) this.remove(kind, id, atMs);
  }

  /** A row ends with the last link that was measured: the others were not. */
  private linksOf(speeds: Uint8Array, filled: Uint8Array | null, atMs: number): void {
    for (const [i, { facts }] of this.links.entries()) {
      const speed = speeds[i] ?? NOT_KNOWN;
      const full = filled?.[i] ?? NOT_KNOWN;
      const fullPct = full === NOT_KNOWN ? NaN : full;
      if (speed !== NOT_KNOWN) this.heardAtMs[i] = atMs;
      const roomM = Number(facts['lengthM']) * Number(facts['lanes']);
      this.linkFacts.set(
        i,
        {
          speedKph: speed === NOT_KNOWN ? NaN : speed,
          vehicles: Math.round((fullPct * roomM) / (100 * VEHICLE_ROOM_M)),
          fullPct,
          heardAtMs: this.heardAtMs[i]!,
        },
        atMs,
      );
    }
  }

  private advance(atMs: number): void {
    for (const t of this.evaluator.advance(atMs)) {
      for (const event of decideTransition(this.state, t, t.atMs)) this.apply(event, t);
      if (t.rule === this.rule.id) this.note(t);
    }
  }

  private apply(event: AlarmEvent, { atMs }: Transition): void {
    const rang = evolveAlarms(this.state, event);
    if (atMs < this.fromMs) return;
    for (const id of rang) if (this.state.byId.get(id)?.rule === this.rule.id) this.rung++;
  }

  /** An activation is one episode, from when it is in sight first. */
  private note({ to, alarm, subject, atMs, facts, suppressed }: Transition): void {
    const isInSight = (to === 'raised' && suppressed !== true) || to === 'unsuppressed';
    if (isInSight && !this.open.has(alarm)) {
      const counts = atMs >= this.fromMs;
      const episode: Episode = { subject, fromMs: atMs, untilMs: null, facts };
      if (counts) this.episodes.push(episode);
      this.open.set(alarm, counts ? episode : null);
    } else if (to === 'returned') {
      const open = this.open.get(alarm);
      if (open) open.untilMs = atMs;
      this.open.delete(alarm);
    }
  }
}

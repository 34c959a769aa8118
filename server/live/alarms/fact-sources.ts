/**
 * Everything that alarm rules can see, on its way from the live picture to the evaluator, and a copy of it into the history.
 * What is usual is learnt here, kept now and then, and there again after a restart.
 */
import type { City } from '../../city/city.ts';
import { CityPlaces } from '../../city/places.ts';
import type { SubjectKind } from '../../contract/alarm-fields.ts';
import type { LonLat } from '../../contract/geo.ts';
import type { SignalObservation } from '../../contract/observations.ts';
import type { ControlRecord } from '../../contract/signal-control.ts';
import type { Change } from '../../contract/sync.ts';
import { StreamingBaselines } from '../../domain/alarms/usual/baseline.ts';
import { EarlierIndex } from '../../domain/alarms/usual/earlier.ts';
import { Evaluator } from '../../domain/alarms/evaluation/evaluator.ts';
import type { FactUpdate, LocalClock } from '../../domain/alarms/evaluation/facts.ts';
import type { CaseEvent } from '../../domain/cases/events.ts';
import type { LinkStates } from '../link-states.ts';
import type { FactSample, History } from '../ports.ts';
import type { Records } from '../records.ts';
import { AlarmFacts } from './alarm-facts.ts';
import { FactRecorder } from './fact-recorder.ts';
import { fixedLinkFacts, LinkFacts } from './link-facts.ts';
import { SignalFacts } from './signal-facts.ts';

/** What is usual changes slowly. */
const KEEP_BASELINES_EVERY_MS = 30 * 60_000;
/** Moments of the history that are read at once. */
const PAGE_ROWS = 30;
/** What is not there of these once the server has started is gone for good. Feeds show themselves first; others have to report. */
const fromStart: readonly SubjectKind[] = ['link', 'signal', 'facility', 'unit', 'incident', 'warning'];

export interface FactSourcesDeps {
  readonly city: City;
  readonly records: Records;
  readonly links: LinkStates;
  readonly history: History;
  readonly clock: LocalClock;
  readonly handledBySource: (feedId: string) => boolean;
  readonly nowMs: () => number;
}

export class FactSources {
  readonly evaluator: Evaluator;
  readonly places: CityPlaces;
  /** Every incident that was ever reported. */
  readonly earlier = new EarlierIndex();
  readonly baselines: StreamingBaselines;
  private readonly deps: FactSourcesDeps;
  private readonly recorder: FactRecorder;
  private readonly facts: AlarmFacts;
  private readonly linkFacts: LinkFacts;
  private readonly signalFacts: SignalFacts;
  private keptAtMs: number;
  private feedsSeen = false;

  constructor(deps: FactSourcesDeps) {
    this.deps = deps;
    const { city, links, clock, nowMs } = deps;
    const { facilities = [], districts = [] } = city.pack ?? {};
    this.places = new CityPlaces({ facilities, districts });
    this.baselines = new StreamingBaselines(clock);
    this.evaluator = new Evaluator({
      places: this.places,
      baselines: this.baselines,
      earlier: this.earlier,
      clock,
      learn: ['link', 'facility', 'station'],
    });
    this.recorder = new FactRecorder(deps.history);
    this.facts = new AlarmFacts({
      update: (update) => this.update(update),
      remove: (kind, id, atMs) => {
        this.evaluator.remove(kind, id, atMs);
        this.recorder.remove(kind, id);
      },
      placeOf: (p) => this.placeOf(p),
      handledBySource: deps.handledBySource,
      nowMs,
    });
    // The history has links in rows of their own.
    this.linkFacts = new LinkFacts(this.evaluator, fixedLinkFacts(city, nowMs()));
    this.signalFacts = new SignalFacts(city, this.evaluator, (u) => this.update(u), nowMs());
    this.keptAtMs = nowMs();
    links.onEvaluated = (link, now, atMs) => this.linkFacts.set(link, now, atMs);
  }

  /** What was learnt before; the records that are there, and from now on every change of one. */
  async start(): Promise<void> {
    const { history, records } = this.deps;
    const kept = await history.baselines();
    if (kept !== null) this.baselines.import(kept);
    await this.recallUnits();
    for (const kind of ['unit', 'facility', 'station', 'incident', 'feed', 'warning'] as const) {
      for (const value of records.values(kind)) this.facts.changed({ kind, id: value.id, value });
    }
    records.onChange((change: Change) => this.changed(change));
    this.endOfGone(fromStart);
  }

  private changed(change: Change): void {
    if (change.kind !== 'control') this.facts.changed(change);
    else if (change.value !== null)
      this.signalFacts.control(change.value as ControlRecord, this.deps.nowMs());
  }

  /** A signal reported. */
  signal(index: number, o: SignalObservation, atMs: number): void {
    this.signalFacts.set(index, o, atMs);
  }

  /** An incident came to be known, also one of long ago. */
  reported({ payload }: Extract<CaseEvent, { type: 'incident.reported' }>): void {
    const { id, facts, atMs } = payload;
    if (facts.position !== undefined) this.earlier.add(id, facts.category, facts.position, atMs);
  }

  /** Lets time pass: samples for the history. */
  tick(nowMs: number): void {
    if (!this.feedsSeen && this.deps.records.count('feed') > 0) {
      this.feedsSeen = true;
      this.endOfGone(['feed']);
    }
    this.recorder.tick(nowMs, () => this.signalFacts.sayHeard(nowMs, (u) => this.recorder.update(u)));
    if (nowMs - this.keptAtMs < KEEP_BASELINES_EVERY_MS && nowMs >= this.keptAtMs) return;
    this.keep(nowMs);
  }

  /** Keeps what is usual. */
  keep(nowMs: number): void {
    this.keptAtMs = nowMs;
    this.deps.history.keepBaselines(this.baselines.export());
  }

  /** Since when units are in their status: nobody else keeps that over a restart. */
  private async recallUnits(): Promise<void> {
    const { history, nowMs } = this.deps;
    const untilMs = nowMs();
    const beginMs = await history.fullBefore(untilMs);
    if (beginMs === null) return;
    for (let afterMs = beginMs - 1; ;) {
      const rows = await history.rows(afterMs, untilMs, PAGE_ROWS);
      for (const { facts } of rows) {
        for (const s of facts === null ? [] : (JSON.parse(facts) as FactSample[])) {
          const { status, statusMin } = s.facts;
          if (s.kind === 'unit' && typeof status === 'string' && typeof statusMin === 'number')
            this.facts.recall(s.id, status, statusMin);
        }
      }
      const last = rows.at(-1);
      if (last === undefined) return;
      afterMs = last.atMs;
    }
  }

  /** Alarms about what was taken away while the server was not there are over. */
  private endOfGone(kinds: readonly SubjectKind[]): void {
    for (const { active, subject } of this.deps.records.values('alarm')) {
      const { kind, id } = subject;
      const isGone = active && kinds.includes(kind) && this.evaluator.valueOf(kind, id, 'id') === null;
      if (isGone) this.evaluator.remove(kind, id, this.deps.nowMs());
    }
  }

  private update(update: FactUpdate): void {
    this.evaluator.update(update);
    this.recorder.update(update);
  }

  private placeOf(p: LonLat): { readonly district?: string; readonly street?: string } {
    const { district, street } = this.deps.city.districtAt(p);
    return { ...(district && { district: district.id }), ...(street && { street: street.id }) };
  }
}

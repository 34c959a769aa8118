/**
 * Takes incident reports in, one batch at a time: decided on the state, appended to the journal, and only when they
 * are durable put into the records and acknowledged (IN-20, IN-21, IN-22). The state runs ahead of the journal only inside a
 * batch; where the append fails or somebody else was first, it is read anew from the journal.
 */
import type { City } from '../city/city.ts';
import type { IncidentObservation } from '../contract/observations.ts';
import type { IncidentRecord } from '../contract/records.ts';
import type { Refusal } from '../contract/refusals.ts';
import {
  affectedBy,
  decideIncident,
  emptyIncidents,
  evolveIncident,
  forgetClosed,
  incidentRecord,
  isLateReport,
  openIncidentsOfFeed,
  type IncidentEvent,
  type IncidentsState,
} from '../domain/incidents.ts';
import type { Journal, JournalEntry } from './ports.ts';
import type { Records } from './records.ts';

/** After a failed append nothing is tried for so long, so that a full disk does not keep the process busy. */
const PAUSE_AFTER_FAILURE_MS = 1_000;
/** Others who append may be first this often before a batch is given back. */
const MAX_CONFLICTS = 8;
/** Events in one append. */
const BATCH = 500;
/** Closed incidents stay on the screens for so long. */
const CLOSED_KEPT_MS = 60 * 60_000;

export type IncidentOutcome = 'taken' | 'late' | 'duplicate' | Refusal;

export interface DeskDeps {
  readonly city: City;
  readonly journal: Journal;
  readonly records: Records;
  readonly nowMs: () => number;
  readonly log: (level: 'info' | 'warn' | 'error', message: string, detail?: unknown) => void;
}

const isIncidentEvent = (e: { type: string }): boolean => e.type.startsWith('incident.');
const eventOf = (entry: JournalEntry): IncidentEvent =>
  ({ type: entry.type, payload: entry.payload }) as IncidentEvent;

export class IncidentDesk {
  private readonly deps: DeskDeps;
  private state: IncidentsState = emptyIncidents();
  private seq = 0;
  /** False where the state may be ahead of the journal and must be read anew. */
  private trusted = false;
  private pausedUntilMs = -Infinity;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(deps: DeskDeps) {
    this.deps = deps;
  }

  /** Reads the journal and shows what it holds. */
  async start(): Promise<void> {
    await this.inTurn(() => this.reread());
  }

  /** Resolves when every batch taken in so far is answered. */
  async idle(): Promise<void> {
    await this.queue;
  }

  /** Answers one outcome an observation, in their order, when they are durable. */
  async report(feedId: string, observations: readonly IncidentObservation[]): Promise<IncidentOutcome[]> {
    return this.inTurn(async () => {
      const outcomes: IncidentOutcome[] = [];
      for (let i = 0; i < observations.length; i += BATCH) {
        outcomes.push(...(await this.batch(feedId, observations.slice(i, i + BATCH))));
      }
      return outcomes;
    });
  }

  /** What a feed has open, by the source's own ids. */
  openOf(feedId: string): { externalId: string; record: IncidentRecord }[] {
    return [...openIncidentsOfFeed(this.state, feedId)].flatMap(([externalId, id]) => {
      const record = incidentRecord(this.state, id);
      return record ? [{ externalId, record }] : [];
    });
  }

  openCount(feedId: string): number {
    return openIncidentsOfFeed(this.state, feedId).size;
  }

  /** Takes incidents closed long ago off the screens; the journal keeps them (IN-23). */
  retire(nowMs: number): void {
    if (!this.trusted) return;
    for (const id of forgetClosed(this.state, nowMs - CLOSED_KEPT_MS))
      this.deps.records.delete('incident', id);
  }

  private inTurn<T>(job: () => Promise<T>): Promise<T> {
    const done = this.queue.then(job);
    // The next in turn runs also after a failure; who asked for this one sees it.
    this.queue = done.catch(() => undefined);
    return done;
  }

  private async batch(
    feedId: string,
    observations: readonly IncidentObservation[],
  ): Promise<IncidentOutcome[]> {
    const { journal, nowMs, log } = this.deps;
    const refuse = (): IncidentOutcome[] => observations.map(() => ({ code: 'journal-failed' }));
    if (nowMs() < this.pausedUntilMs) return refuse();
    try {
      for (let attempt = 0; attempt < MAX_CONFLICTS; attempt++) {
        if (!this.trusted) await this.reread();
        this.trusted = false;
        const { outcomes, events, touched } = this.decide(feedId, observations);
        if (events.length === 0) {
          this.trusted = true;
          return outcomes;
        }
        const answer = await journal.append(this.seq, events, `feed:${feedId}`, nowMs());
        if (!answer.ok) continue;
        this.seq = answer.lastSeq;
        this.trusted = true;
        this.show(touched);
        return outcomes;
      }
      log('warn', 'incidents given back: others kept appending first', { feedId });
    } catch (error) {
      this.pausedUntilMs = nowMs() + PAUSE_AFTER_FAILURE_MS;
      log('error', 'incidents could not be stored', { feedId, error });
    }
    return refuse();
  }

  /** Decides a batch, each report seeing what those before it did. The state is then ahead of the journal. */
  private decide(
    feedId: string,
    observations: readonly IncidentObservation[],
  ): { outcomes: IncidentOutcome[]; events: IncidentEvent[]; touched: Set<string> } {
    const outcomes: IncidentOutcome[] = [];
    const events: IncidentEvent[] = [];
    const touched = new Set<string>();
    for (const o of observations) {
      const late = isLateReport(this.state, feedId, o);
      const decided = decideIncident(this.state, o, {
        feedId,
        nowMs: this.deps.nowMs(),
        place: this.placeOf(o),
      });
      if (!decided.ok) {
        outcomes.push(decided.error);
        continue;
      }
      outcomes.push(decided.value.length > 0 ? 'taken' : late ? 'late' : 'duplicate');
      for (const event of decided.value) {
        for (const id of affectedBy(this.state, event)) touched.add(id);
        evolveIncident(this.state, event);
        for (const id of affectedBy(this.state, event)) touched.add(id);
        events.push(event);
      }
    }
    return { outcomes, events, touched };
  }

  private placeOf(o: IncidentObservation): { district?: string; street?: string } {
    if (o.lon === undefined || o.lat === undefined) return {};
    const { district, street } = this.deps.city.districtAt([o.lon, o.lat]);
    return { ...(district && { district: district.id }), ...(street && { street: street.id }) };
  }

  private async reread(): Promise<void> {
    const state = emptyIncidents();
    let seq = 0;
    for await (const entry of this.deps.journal.read(0)) {
      if (isIncidentEvent(entry)) evolveIncident(state, eventOf(entry));
      seq = entry.seq;
    }
    forgetClosed(state, this.deps.nowMs() - CLOSED_KEPT_MS);
    this.state = state;
    this.seq = seq;
    this.trusted = true;
    const shown = new Set(state.byId.keys());
    for (const record of this.deps.records.all('incident')) {
      if (!shown.has(record.id)) this.deps.records.delete('incident', record.id);
    }
    this.show(shown);
  }

  private show(ids: Iterable<string>): void {
    for (const id of ids) {
      const record = incidentRecord(this.state, id);
      if (record) this.deps.records.put('incident', record);
    }
  }
}

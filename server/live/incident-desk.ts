/**
 * Takes incident reports in, one batch at a time: decided on the state, appended to the journal, and only when they
 * are durable put into the records and acknowledged (IN-20, IN-21, IN-22). The state runs ahead of the journal only inside a
 * batch; where the append fails or somebody else was first, the batch is taken back.
 */
import type { City } from '../city/city.ts';
import type { IncidentObservation } from '../contract/observations.ts';
import type { IncidentRecord } from '../contract/records.ts';
import type { Refusal } from '../contract/refusals.ts';
import { IncidentsUndo } from '../domain/incidents-undo.ts';
import {
  affectedBy,
  decideIncident,
  emptyIncidents,
  evolveIncident,
  forgetClosed,
  incidentRecord,
  isLateReport,
  openIncidentOf,
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

/** What an event does to the number of open incidents. */
const opened: Readonly<Record<IncidentEvent['type'], number>> = {
  'incident.reported': 1,
  'incident.reopened': 1,
  'incident.closed': -1,
  'incident.updated': 0,
};
const isIncidentEvent = (e: { type: string }): boolean => e.type.startsWith('incident.');
const eventOf = (entry: JournalEntry): IncidentEvent =>
  ({ type: entry.type, payload: entry.payload }) as IncidentEvent;

export class IncidentDesk {
  private readonly deps: DeskDeps;
  private readonly state: IncidentsState = emptyIncidents();
  /** Up to which entry of the journal the state goes. */
  private seq = 0;
  /** False until the journal has been read, and while a batch runs ahead of it. */
  private settled = false;
  private pausedUntilMs = -Infinity;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(deps: DeskDeps) {
    this.deps = deps;
  }

  /** Reads the journal and shows what it holds. */
  async start(): Promise<void> {
    await this.inTurn(() => this.catchUp());
  }

  /** Resolves when every batch taken in so far is answered. */
  async idle(): Promise<void> {
    await this.queue;
  }

  /**
   * Answers one outcome an observation, in their order, when they are durable. A feed with `maxOpen` open incidents may
   * report no other ones (FE-54).
   */
  async report(
    feedId: string,
    observations: readonly IncidentObservation[],
    maxOpen: number,
  ): Promise<IncidentOutcome[]> {
    return this.inTurn(async () => {
      const outcomes: IncidentOutcome[] = [];
      for (let i = 0; i < observations.length; i += BATCH) {
        outcomes.push(...(await this.batch(feedId, observations.slice(i, i + BATCH), maxOpen)));
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

  /** Our id of an open incident that one of these feeds knows as `externalId`; the first that does. */
  openIdOf(externalId: string, feedIds: readonly string[]): string | undefined {
    for (const feedId of feedIds) {
      const id = openIncidentOf(this.state, feedId, externalId);
      if (id !== undefined) return id;
    }
    return undefined;
  }

  openCount(feedId: string): number {
    return openIncidentsOfFeed(this.state, feedId).size;
  }

  /** Takes incidents closed long ago off the screens; the journal keeps them (IN-23). */
  retire(nowMs: number): void {
    if (!this.settled) return;
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
    maxOpen: number,
  ): Promise<IncidentOutcome[]> {
    const { journal, nowMs, log } = this.deps;
    const refuse = (): IncidentOutcome[] => observations.map(() => ({ code: 'journal-failed' }));
    if (nowMs() < this.pausedUntilMs) return refuse();
    try {
      for (let attempt = 0; attempt < MAX_CONFLICTS; attempt++) {
        if (this.seq < journal.lastSeq) await this.catchUp();
        const { outcomes, events, touched, undo } = this.decide(feedId, observations, maxOpen);
        if (events.length === 0) return outcomes;
        const lastSeq = await this.append(events, feedId, undo);
        if (lastSeq === null) {
          await this.catchUp();
          continue;
        }
        this.seq = lastSeq;
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

  /** Null where somebody else was first. What was not appended is taken back. */
  private async append(
    events: readonly IncidentEvent[],
    feedId: string,
    undo: IncidentsUndo,
  ): Promise<number | null> {
    const { journal, nowMs } = this.deps;
    let lastSeq: number | null = null;
    this.settled = false;
    try {
      const answer = await journal.append(this.seq, events, `feed:${feedId}`, nowMs());
      if (answer.ok) lastSeq = answer.lastSeq;
    } finally {
      if (lastSeq === null) undo.undo();
      this.settled = true;
    }
    return lastSeq;
  }

  /** Decides a batch, each report seeing what those before it did. The state is then ahead of the journal. */
  private decide(
    feedId: string,
    observations: readonly IncidentObservation[],
    maxOpen: number,
  ): { outcomes: IncidentOutcome[]; events: IncidentEvent[]; touched: Set<string>; undo: IncidentsUndo } {
    const outcomes: IncidentOutcome[] = [];
    const events: IncidentEvent[] = [];
    const touched = new Set<string>();
    const undo = new IncidentsUndo(this.state);
    let open: number | undefined;
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
      const opens = decided.value.reduce((n, event) => n + opened[event.type], 0);
      if (opens !== 0) {
        open ??= this.openCount(feedId);
        if (opens > 0 && open >= maxOpen) {
          outcomes.push({ code: 'too-many-objects' });
          continue;
        }
        open += opens;
      }
      outcomes.push(decided.value.length > 0 ? 'taken' : late ? 'late' : 'duplicate');
      for (const event of decided.value) {
        const before = affectedBy(this.state, event);
        undo.remember(event, before);
        evolveIncident(this.state, event);
        for (const id of [...before, ...affectedBy(this.state, event)]) touched.add(id);
        events.push(event);
      }
    }
    return { outcomes, events, touched, undo };
  }

  private placeOf(o: IncidentObservation): { district?: string; street?: string } {
    if (o.lon === undefined || o.lat === undefined) return {};
    const { district, street } = this.deps.city.districtAt([o.lon, o.lat]);
    return { ...(district && { district: district.id }), ...(street && { street: street.id }) };
  }

  /** Reads on in the journal from where the state is, and shows what that changed. */
  private async catchUp(): Promise<void> {
    const touched = new Set<string>();
    try {
      for await (const entry of this.deps.journal.read(this.seq)) {
        if (isIncidentEvent(entry)) {
          const event = eventOf(entry);
          for (const id of affectedBy(this.state, event)) touched.add(id);
          evolveIncident(this.state, event);
          for (const id of affectedBy(this.state, event)) touched.add(id);
        }
        this.seq = entry.seq;
      }
    } finally {
      for (const id of forgetClosed(this.state, this.deps.nowMs() - CLOSED_KEPT_MS)) {
        this.deps.records.delete('incident', id);
      }
      this.show(touched);
    }
    this.settled = true;
  }

  private show(ids: Iterable<string>): void {
    for (const id of ids) {
      const record = incidentRecord(this.state, id);
      if (record) this.deps.records.put('incident', record);
    }
  }
}

/**
 * Cases as the rest of the server sees them: reports and commands go in, records come out, and what people ask about a
 * case is answered from the same state. Only durable facts are shown.
 */
import type { IncidentObservation, UnitObservation } from '../contract/observations.ts';
import type { CommandPayloads } from '../contract/commands.ts';
import type { TimelineEntry } from '../contract/api.ts';
import type { IncidentRecord } from '../contract/records.ts';
import type { Refusal } from '../contract/refusals.ts';
import type { CommandAnswer } from '../contract/sync.ts';
import { decideUnitReport } from '../domain/cases/commands-dispatch.ts';
import { obligationsOf, type CaseWorld } from '../domain/cases/context.ts';
import { decideCommand, type CaseCommand, type CaseCommandType } from '../domain/cases/decide.ts';
import { SYSTEM, type By, type CaseEvent } from '../domain/cases/events.ts';
import { incidentRecord } from '../domain/cases/record.ts';
import { decideReport, isLateReport } from '../domain/cases/report.ts';
import {
  activeAssignments,
  forgetClosed,
  isOpen,
  openIncidentOf,
  openIncidentsOfFeed,
  type CasesState,
  type Incident,
} from '../domain/cases/state.ts';
import { summaryOf } from '../domain/cases/summary.ts';
import { timelineOf } from '../domain/cases/timeline.ts';
import { decideTimers } from '../domain/cases/timers.ts';
import type { Desk, DeskLog, Write } from './desk.ts';
import type { UnitDecision } from './field-records.ts';
import { FinishedCases } from './finished-cases.ts';
import type { JournalEntry } from './ports.ts';
import type { Records } from './records.ts';

/** Closed incidents stay on the screens for so long (IN-23). */
const CLOSED_KEPT_MS = 60 * 60_000;
/** Reports of one batch that are decided before commands get their turn. */
const REPORTS_A_JOB = 500;
/** Lines of a timeline that are kept. */
const MAX_LINES = 2_000;

export type IncidentOutcome = 'taken' | 'late' | 'duplicate' | Refusal;

export interface CasesDeps {
  readonly state: CasesState;
  readonly desk: Desk;
  readonly records: Records;
  readonly world: CaseWorld;
  readonly nowMs: () => number;
  readonly log: DeskLog;
  /** Told of the units about which something was decided. */
  readonly onUnits: (units: ReadonlySet<string>) => void;
}

export class Cases {
  readonly state: CasesState;
  readonly finished = new FinishedCases();
  private readonly deps: CasesDeps;
  private readonly desk: Desk;
  private readonly lines = new Map<string, TimelineEntry[]>();
  private readonly attachments = new Map<string, Set<string>>();
  private readonly changeListeners = new Set<() => void>();
  private timersWait = false;

  constructor(deps: CasesDeps) {
    this.deps = deps;
    this.state = deps.state;
    this.desk = deps.desk;
  }

  /** Calls back after every durable change of cases; returns how to stop. */
  onChange(callback: () => void): () => void {
    this.changeListeners.add(callback);
    return () => this.changeListeners.delete(callback);
  }

  /**
   * Answers one outcome an observation, in their order, when they are durable. A feed with `maxOpen` open incidents may
   * report no other ones (FE-54). `ours`: new ones get deadlines and a responsible department here.
   */
  async report(
    feedId: string,
    observations: readonly IncidentObservation[],
    maxOpen: number,
    ours: boolean,
  ): Promise<IncidentOutcome[]> {
    const outcomes: IncidentOutcome[] = [];
    for (let i = 0; i < observations.length; i += REPORTS_A_JOB) {
      const some = observations.slice(i, i + REPORTS_A_JOB);
      outcomes.push(...(await this.reportSome(feedId, some, maxOpen, ours)));
    }
    return outcomes;
  }

  /** Answers a person's command; the same id asked again gets the answer it had, after a restart too (SY-50). */
  command<T extends CaseCommandType>(
    command: {
      readonly id: string;
      readonly type: T;
      readonly payload: CommandPayloads[T];
      readonly expected?: number;
    },
    by: By,
  ): Promise<CommandAnswer> {
    const { world, nowMs } = this.deps;
    const { id, type, payload, expected } = command;
    return this.desk.answer(by.id, id, () =>
      decideCommand(this.state, { type, payload, expected } as CaseCommand, {
        nowMs: nowMs(),
        by,
        commandId: id,
        world,
      }),
    );
  }

  /** Takes in what a unit's terminal says of its status. Most reports repeat themselves and cost one look. */
  unitReported(o: UnitObservation): void {
    const { world, nowMs } = this.deps;
    const report = { unit: o.id, status: o.status, atMs: o.at };
    if (report.status === undefined || !this.state.unitOf.has(o.id)) return;
    const said = { ...report, status: report.status };
    if (decideUnitReport(this.state, said, nowMs(), world).length === 0) return;
    this.desk.submit({
      actor: `unit:${o.id}`,
      decide: (write) => {
        for (const event of decideUnitReport(this.state, said, nowMs(), world)) write(event);
        return () => undefined;
      },
      refuse: (refusal) => this.deps.log('warn', 'a unit’s status was not stored', { unit: o.id, refusal }),
    });
  }

  /** Lets time pass: warnings, missed deadlines, crews that do not answer. */
  tick(nowMs: number): void {
    const { rules } = this.deps.world;
    if (!this.desk.settled || this.timersWait) return;
    if (decideTimers(this.state, rules, nowMs).length === 0) return;
    this.timersWait = true;
    const after = (): void => {
      this.timersWait = false;
    };
    this.desk.submit({
      actor: SYSTEM.id,
      decide: (write) => {
        for (const event of decideTimers(this.state, rules, nowMs)) write(event);
        return after;
      },
      refuse: after,
    });
  }

  /** Takes incidents closed long ago off the screens; the journal keeps them (IN-23). */
  retire(nowMs: number): void {
    if (!this.desk.settled) return;
    for (const id of forgetClosed(this.state, nowMs - CLOSED_KEPT_MS)) {
      this.deps.records.delete('incident', id);
      this.lines.delete(id);
    }
    this.state.touched.incidents.clear();
  }

  /** What is decided here about a unit. */
  decisionOn(unit: string): UnitDecision {
    const incident = this.state.byId.get(this.state.unitOf.get(unit) ?? '');
    const a = incident && activeAssignments(incident).find((x) => x.unit === unit);
    const service = this.state.service.get(unit);
    return {
      ...(incident &&
        a &&
        a.status !== 'cleared' && { assigned: { incident: incident.id, status: a.status } }),
      ...(service && { service }),
    };
  }

  incident(id: string): Incident | undefined {
    return this.state.byId.get(id);
  }

  /** The incidents on which somebody noted an attachment. */
  attachedTo(sha256: string): ReadonlySet<string> {
    return this.attachments.get(sha256) ?? new Set();
  }

  timeline(id: string): readonly TimelineEntry[] {
    return this.lines.get(id) ?? [];
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

  private reportSome(
    feedId: string,
    observations: readonly IncidentObservation[],
    maxOpen: number,
    ours: boolean,
  ): Promise<IncidentOutcome[]> {
    return new Promise((resolve) => {
      this.desk.submit({
        actor: `feed:${feedId}`,
        decide: (write) => {
          const outcomes = this.decideReports(feedId, observations, maxOpen, ours, write);
          return () => resolve(outcomes);
        },
        refuse: (refusal) => resolve(observations.map(() => refusal)),
      });
    });
  }

  /** Each report sees what those before it did. */
  private decideReports(
    feedId: string,
    observations: readonly IncidentObservation[],
    maxOpen: number,
    ours: boolean,
    write: Write,
  ): IncidentOutcome[] {
    const { world, nowMs } = this.deps;
    const outcomes: IncidentOutcome[] = [];
    let open: number | undefined;
    for (const o of observations) {
      const late = isLateReport(this.state, feedId, o);
      const decided = decideReport(this.state, o, {
        feedId,
        nowMs: nowMs(),
        place: o.lon === undefined || o.lat === undefined ? {} : world.placeOf([o.lon, o.lat]),
        ...(ours && { obligations: (facts, atMs) => obligationsOf(world.rules, facts, atMs) }),
      });
      if (!decided.ok) {
        outcomes.push(decided.error);
        continue;
      }
      const opens = decided.value.reduce((n, e) => n + opening(e), 0);
      if (opens !== 0) {
        open ??= this.openCount(feedId);
        if (opens > 0 && open >= maxOpen) {
          outcomes.push({ code: 'too-many-objects' });
          continue;
        }
        open += opens;
      }
      outcomes.push(decided.value.length > 0 ? 'taken' : late ? 'late' : 'duplicate');
      for (const event of decided.value) write(event);
    }
    return outcomes;
  }

  /** An event of a case is durable: the timeline tells of it. */
  entered({ seq }: JournalEntry, event: CaseEvent): void {
    const told = timelineOf(event, seq);
    if (!told) return;
    for (const sha256 of told.line.attachments ?? []) {
      const on = this.attachments.get(sha256);
      if (on) on.add(told.incidents[0]!);
      else this.attachments.set(sha256, new Set(told.incidents.slice(0, 1)));
    }
    for (const id of told.incidents) {
      const lines = this.lines.get(id);
      if (lines === undefined) this.lines.set(id, [told.line]);
      else if (lines.length < MAX_LINES) lines.push(told.line);
    }
  }

  /** Puts the records of all that was touched. */
  show(): void {
    const { incidents, units } = this.state.touched;
    const all = new Set(incidents);
    for (const id of incidents) {
      const i = this.state.byId.get(id);
      if (i === undefined) continue;
      // Their records tell of this one.
      if (i.mergedInto !== null) all.add(i.mergedInto);
      for (const hint of i.hints) all.add(hint.incident);
      for (const a of i.assignments) units.add(a.unit);
    }
    for (const id of all) {
      const i = this.state.byId.get(id);
      const record = incidentRecord(this.state, id);
      if (i === undefined || record === undefined) continue;
      this.deps.records.put('incident', record);
      const summary = summaryOf(i);
      if (summary !== null) this.finished.put(summary);
      else if (isOpen(i)) this.finished.remove(id);
    }
    const decided = new Set(units);
    incidents.clear();
    units.clear();
    this.deps.onUnits(decided);
    for (const callback of this.changeListeners) callback();
  }
}

/** What an event of a report does to the number of open incidents. */
function opening(event: CaseEvent): number {
  if (event.type === 'incident.reported' || event.type === 'incident.reopened') return 1;
  return event.type === 'incident.closed' ? -1 : 0;
}

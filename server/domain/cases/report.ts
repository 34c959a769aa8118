/**
 * Incidents as feeds report them: `decideReport` turns an observation into events. Synchronous, without a clock. What its
 * source says of a case that people here have taken in hand is noted, but no longer ends it.
 */
import { categories } from '../../contract/categories.ts';
import type { IncidentObservation } from '../../contract/observations.ts';
import type { Refusal } from '../../contract/refusals.ts';
import { ok, type Result } from '../../contract/result.ts';
import type { CaseEvent, FactChanges, IncidentFacts, Obligations } from './events.ts';
import { isHandledHere, isOpen, lastNumber, sourceKey, type CasesState, type Incident } from './state.ts';

export interface ReportContext {
  readonly feedId: string;
  readonly nowMs: number;
  /** Where the city places it, when it has a position. */
  readonly place: { readonly district?: string; readonly street?: string };
  /** What a new case owes; undefined for a feed whose source handles its cases itself. */
  readonly obligations?: (facts: IncidentFacts, atMs: number) => Obligations;
}

/** What a report says of its own time: when it was last changed at its source. */
export const reportTimeMs = (o: IncidentObservation): number => o.updatedAt ?? o.at;

const knownFrom = (state: CasesState, feedId: string, o: IncidentObservation): Incident | undefined => {
  const id = state.bySource.get(sourceKey(feedId, o.id));
  return id === undefined ? undefined : state.byId.get(id);
};

/** True where a newer state of the same incident is already known (IN-2). */
export function isLateReport(state: CasesState, feedId: string, o: IncidentObservation): boolean {
  const known = knownFrom(state, feedId, o);
  return known !== undefined && reportTimeMs(o) < known.updatedAtMs;
}

/** Decides what an incident report changes. No events: it is late, or says nothing new (IN-1, IN-2). */
export function decideReport(
  state: CasesState,
  o: IncidentObservation,
  ctx: ReportContext,
): Result<CaseEvent[], Refusal> {
  const updatedAtMs = reportTimeMs(o);
  const stamp = { updatedAtMs, receivedAtMs: ctx.nowMs };
  const facts = factsOf(o, ctx);
  const known = knownFrom(state, ctx.feedId, o);
  if (known === undefined) {
    const number = lastNumber(state) + 1;
    const id = `inc-${number}`;
    const closed = o.status === 'closed';
    const obligations = closed ? undefined : ctx.obligations?.(facts, ctx.nowMs);
    const reported: CaseEvent = {
      type: 'incident.reported',
      payload: {
        id,
        number,
        feed: ctx.feedId,
        externalId: o.id,
        atMs: o.at,
        ...stamp,
        facts,
        hints: closed ? [] : hintsFor(state, facts, o.at),
        ...(obligations && { obligations }),
      },
    };
    return ok(closed ? [reported, { type: 'incident.closed', payload: { id, ...stamp } }] : [reported]);
  }

  if (updatedAtMs < known.updatedAtMs) return ok([]);
  const events: CaseEvent[] = [];
  const changes = differences(known.facts, keepCorrected(known, facts));
  if (changes !== null) {
    events.push({ type: 'incident.updated', payload: { id: known.id, ...stamp, changes } });
  }
  const open = isOpen(known);
  if (open !== (o.status === 'open') && !isHandledHere(known)) {
    const type = open ? 'incident.closed' : 'incident.reopened';
    events.push({ type, payload: { id: known.id, ...stamp } });
  }
  return ok(events);
}

/** What people here have found out is not undone by what the first caller said. */
function keepCorrected(known: Incident, facts: IncidentFacts): IncidentFacts {
  if (known.corrected.length === 0) return facts;
  const kept = Object.fromEntries(known.corrected.map((key) => [key, known.facts[key]]));
  return defined({ ...facts, ...kept }) as IncidentFacts;
}

/** Open incidents that it may repeat (IN-3). */
export const hintsFor = (state: CasesState, facts: IncidentFacts, atMs: number) =>
  facts.position === undefined
    ? []
    : state.openByPlace.hints({
        category: facts.category,
        position: facts.position,
        accuracyM: facts.accuracyM,
        atMs,
      });

function factsOf(o: IncidentObservation, ctx: ReportContext): IncidentFacts {
  const category = categories[o.category];
  const positioned = o.lon !== undefined && o.lat !== undefined;
  return {
    channel: o.channel,
    category: o.category,
    severity: o.severity ?? category.severity,
    title: o.title ?? category.name,
    ...defined({
      detail: o.detail,
      position: positioned ? ([o.lon!, o.lat!] as const) : undefined,
      accuracyM: positioned ? o.accuracyM : undefined,
      address: o.address,
      district: ctx.place.district,
      street: ctx.place.street,
      sourceStatus: o.sourceStatus,
      agency: o.agency,
      dueAtMs: o.dueAt,
      caller: o.caller,
    }),
    units: o.units ?? [],
  };
}

/** The same object without the fields that are undefined, so that JSON and memory agree. */
export function defined<T extends object>(o: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(o).filter(([, v]) => v !== undefined)) as never;
}

function differences(before: IncidentFacts, after: IncidentFacts): FactChanges | null {
  const changes: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof IncidentFacts>) {
    if (JSON.stringify(before[key]) !== JSON.stringify(after[key])) changes[key] = after[key] ?? null;
  }
  return Object.keys(changes).length === 0 ? null : changes;
}

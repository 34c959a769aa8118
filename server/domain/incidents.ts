/**
 * Incidents as feeds report them: `decideIncident` turns an observation into events, `evolveIncident` applies an event.
 * Both are synchronous and know no clock. The state belongs to its caller and is changed in place by `evolveIncident`
 * alone, so that events read from the journal lead to the same state.
 */
import { categories, type CategoryCode, type Channel } from '../contract/categories.ts';
import type { LonLat } from '../contract/geo.ts';
import type { IncidentObservation } from '../contract/observations.ts';
import type { IncidentRecord } from '../contract/records.ts';
import type { Refusal } from '../contract/refusals.ts';
import { ok, type Result } from '../contract/result.ts';
import type { LocalText } from '../contract/text.ts';
import { OpenByPlace, type DuplicateHint } from './duplicates.ts';

/** What a source says of an incident; all of it can change with an update. */
export interface IncidentFacts {
  readonly channel: Channel;
  readonly category: CategoryCode;
  readonly severity: number;
  readonly title: LocalText;
  readonly detail?: LocalText;
  readonly position?: LonLat;
  readonly accuracyM?: number;
  readonly address?: string;
  readonly district?: string;
  readonly street?: string;
  readonly sourceStatus?: string;
  readonly agency?: string;
  readonly units: readonly string[];
  readonly dueAtMs?: number;
  readonly caller?: { readonly name?: string; readonly phone?: string };
}

export type IncidentEvent =
  | {
      readonly type: 'incident.reported';
      readonly payload: {
        readonly id: string;
        readonly number: number;
        readonly feed: string;
        readonly externalId: string;
        readonly atMs: number;
        readonly updatedAtMs: number;
        readonly receivedAtMs: number;
        readonly facts: IncidentFacts;
        readonly hints: readonly DuplicateHint[];
      };
    }
  | {
      readonly type: 'incident.updated';
      readonly payload: {
        readonly id: string;
        readonly updatedAtMs: number;
        readonly receivedAtMs: number;
        /** Only what changed; null takes a fact away. */
        readonly changes: { readonly [K in keyof IncidentFacts]?: IncidentFacts[K] | null };
      };
    }
  | {
      readonly type: 'incident.closed' | 'incident.reopened';
      readonly payload: {
        readonly id: string;
        readonly updatedAtMs: number;
        readonly receivedAtMs: number;
        readonly sourceStatus?: string;
      };
    };

export interface Incident {
  readonly id: string;
  readonly number: number;
  readonly feed: string;
  readonly externalId: string;
  readonly reportedAtMs: number;
  updatedAtMs: number;
  receivedAtMs: number;
  closedAtMs: number | null;
  facts: IncidentFacts;
  hints: DuplicateHint[];
}

export interface IncidentsState {
  readonly byId: Map<string, Incident>;
  readonly bySource: Map<string, string>;
  readonly openByPlace: OpenByPlace;
  lastNumber: number;
}

/** Numbers that people say aloud start where they have four digits. */
const FIRST_NUMBER = 1_000;

export const emptyIncidents = (): IncidentsState => ({
  byId: new Map(),
  bySource: new Map(),
  openByPlace: new OpenByPlace(),
  lastNumber: FIRST_NUMBER - 1,
});

export const sourceKey = (feed: string, externalId: string): string => `${feed}\u0000${externalId}`;

export interface IncidentContext {
  readonly feedId: string;
  readonly nowMs: number;
  /** Where the city places it, when it has a position. */
  readonly place: { readonly district?: string; readonly street?: string };
}

/** What a report says of its own time: when it was last changed at its source. */
export const reportTimeMs = (o: IncidentObservation): number => o.updatedAt ?? o.at;

/** True where a newer state of the same incident is already known (IN-2). */
export function isLateReport(state: IncidentsState, feedId: string, o: IncidentObservation): boolean {
  const id = state.bySource.get(sourceKey(feedId, o.id));
  const known = id === undefined ? undefined : state.byId.get(id);
  return known !== undefined && reportTimeMs(o) < known.updatedAtMs;
}

/** Decides what an incident report changes. No events: it is late, or says nothing new (IN-1, IN-2). */
export function decideIncident(
  state: IncidentsState,
  o: IncidentObservation,
  ctx: IncidentContext,
): Result<IncidentEvent[], Refusal> {
  const updatedAtMs = reportTimeMs(o);
  const stamp = { updatedAtMs, receivedAtMs: ctx.nowMs };
  const facts = factsOf(o, ctx);
  const knownId = state.bySource.get(sourceKey(ctx.feedId, o.id));
  const known = knownId === undefined ? undefined : state.byId.get(knownId);

  if (known === undefined) {
    const number = state.lastNumber + 1;
    const id = `inc-${number}`;
    const hints =
      facts.position === undefined || o.status === 'closed'
        ? []
        : state.openByPlace.hints({
            category: facts.category,
            position: facts.position,
            accuracyM: facts.accuracyM,
            atMs: o.at,
          });
    const reported: IncidentEvent = {
      type: 'incident.reported',
      payload: { id, number, feed: ctx.feedId, externalId: o.id, atMs: o.at, ...stamp, facts, hints },
    };
    return ok(
      o.status === 'closed' ? [reported, { type: 'incident.closed', payload: { id, ...stamp } }] : [reported],
    );
  }

  if (updatedAtMs < known.updatedAtMs) return ok([]);
  const events: IncidentEvent[] = [];
  const changes = differences(known.facts, facts);
  if (changes !== null) {
    events.push({ type: 'incident.updated', payload: { id: known.id, ...stamp, changes } });
  }
  const open = known.closedAtMs === null;
  if (open !== (o.status === 'open')) {
    const type = open ? 'incident.closed' : 'incident.reopened';
    events.push({ type, payload: { id: known.id, ...stamp } });
  }
  return ok(events);
}

function factsOf(o: IncidentObservation, ctx: IncidentContext): IncidentFacts {
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
function defined<T extends object>(o: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(o).filter(([, v]) => v !== undefined)) as never;
}

type Changes = { -readonly [K in keyof IncidentFacts]?: IncidentFacts[K] | null };

function differences(before: IncidentFacts, after: IncidentFacts): Changes | null {
  const changes: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof IncidentFacts>) {
    if (JSON.stringify(before[key]) !== JSON.stringify(after[key])) changes[key] = after[key] ?? null;
  }
  return Object.keys(changes).length === 0 ? null : changes;
}

/** Applies an event. Events about incidents that the state has forgotten change nothing. */
export function evolveIncident(state: IncidentsState, event: IncidentEvent): IncidentsState {
  switch (event.type) {
    case 'incident.reported': {
      const p = event.payload;
      const incident: Incident = {
        id: p.id,
        number: p.number,
        feed: p.feed,
        externalId: p.externalId,
        reportedAtMs: p.atMs,
        updatedAtMs: p.updatedAtMs,
        receivedAtMs: p.receivedAtMs,
        closedAtMs: null,
        facts: p.facts,
        hints: [...p.hints],
      };
      state.byId.set(p.id, incident);
      state.bySource.set(sourceKey(p.feed, p.externalId), p.id);
      state.lastNumber = Math.max(state.lastNumber, p.number);
      placeIncident(state, incident);
      for (const hint of p.hints) state.byId.get(hint.incident)?.hints.push({ ...hint, incident: p.id });
      return state;
    }
    case 'incident.updated': {
      const incident = state.byId.get(event.payload.id);
      if (incident === undefined) return state;
      const merged = { ...incident.facts, ...event.payload.changes };
      incident.facts = Object.fromEntries(Object.entries(merged).filter(([, v]) => v !== null)) as never;
      stampIncident(incident, event.payload);
      if (incident.closedAtMs === null) placeIncident(state, incident);
      return state;
    }
    case 'incident.closed': {
      const incident = state.byId.get(event.payload.id);
      if (incident === undefined) return state;
      stampIncident(incident, event.payload);
      incident.closedAtMs = event.payload.updatedAtMs;
      state.openByPlace.remove(incident.id);
      for (const hint of incident.hints) {
        const other = state.byId.get(hint.incident);
        if (other) other.hints = other.hints.filter((h) => h.incident !== incident.id);
      }
      incident.hints = [];
      return state;
    }
    case 'incident.reopened': {
      const incident = state.byId.get(event.payload.id);
      if (incident === undefined) return state;
      stampIncident(incident, event.payload);
      incident.closedAtMs = null;
      placeIncident(state, incident);
      return state;
    }
  }
}

function stampIncident(incident: Incident, p: { updatedAtMs: number; receivedAtMs: number }): void {
  incident.updatedAtMs = p.updatedAtMs;
  incident.receivedAtMs = p.receivedAtMs;
}

export function placeIncident(state: IncidentsState, incident: Incident): void {
  const { position, accuracyM, category } = incident.facts;
  if (position === undefined) state.openByPlace.remove(incident.id);
  else {
    state.openByPlace.put({ id: incident.id, category, position, accuracyM, atMs: incident.reportedAtMs });
  }
}

/**
 * Ids whose record an event changes: its own and those it gains or loses a hint with. Ask before and after `evolve`
 * alike: a closed incident names its former neighbours only before.
 */
export function affectedBy(state: IncidentsState, event: IncidentEvent): string[] {
  const own = state.byId.get(event.payload.id)?.hints ?? [];
  const hints = event.type === 'incident.reported' ? [...event.payload.hints, ...own] : own;
  return [...new Set([event.payload.id, ...hints.map((h) => h.incident)])];
}

/** The incident as a record, unmasked; undefined when unknown. */
export function incidentRecord(state: IncidentsState, id: string): IncidentRecord | undefined {
  const i = state.byId.get(id);
  if (i === undefined) return undefined;
  const { position, accuracyM } = i.facts;
  return {
    id: i.id,
    number: i.number,
    ...i.facts,
    units: [...i.facts.units],
    placed: position === undefined ? 'none' : (accuracyM ?? 0) > 150 ? 'approximate' : 'exact',
    status: i.closedAtMs === null ? 'open' : 'closed',
    reportedAtMs: i.reportedAtMs,
    updatedAtMs: i.updatedAtMs,
    ...(i.closedAtMs === null ? {} : { closedAtMs: i.closedAtMs }),
    duplicateHints: i.hints.filter((h) => state.byId.get(h.incident)?.closedAtMs === null).slice(0, 5),
    // A source whose clock is ahead does not know the future: nothing is younger than its arrival.
    provenance: {
      feed: i.feed,
      observedAtMs: Math.min(i.updatedAtMs, i.receivedAtMs),
      receivedAtMs: i.receivedAtMs,
    },
  };
}

/** The source's own ids of a feed's open incidents, with ours. */
export function openIncidentsOfFeed(state: IncidentsState, feedId: string): Map<string, string> {
  const out = new Map<string, string>();
  for (const i of state.byId.values())
    if (i.feed === feedId && i.closedAtMs === null) out.set(i.externalId, i.id);
  return out;
}

/** Our id of an incident that a source knows by its own, where it is open. */
export function openIncidentOf(
  state: IncidentsState,
  feedId: string,
  externalId: string,
): string | undefined {
  const id = state.bySource.get(sourceKey(feedId, externalId));
  return id !== undefined && state.byId.get(id)?.closedAtMs === null ? id : undefined;
}

/** How many incidents are open. */
export function countOpen(state: IncidentsState): number {
  let n = 0;
  for (const i of state.byId.values()) if (i.closedAtMs === null) n++;
  return n;
}

/**
 * Drops incidents that were closed before `beforeMs` from memory and names them; the journal keeps them. Afterwards a
 * source that uses the same id again begins a new incident (IN-5).
 */
export function forgetClosed(state: IncidentsState, beforeMs: number): string[] {
  const gone: string[] = [];
  for (const i of state.byId.values()) {
    if (i.closedAtMs === null || Math.max(i.closedAtMs, i.receivedAtMs) >= beforeMs) continue;
    gone.push(i.id);
    state.byId.delete(i.id);
    if (state.bySource.get(sourceKey(i.feed, i.externalId)) === i.id) {
      state.bySource.delete(sourceKey(i.feed, i.externalId));
    }
  }
  return gone;
}

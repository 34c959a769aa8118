/** Taking calls: a new case, a further caller, triage, what is one event and what is not, notes, revealing. */
import { categories } from '../../contract/categories.ts';
import type { CommandPayloads } from '../../contract/commands.ts';
import type { LonLat } from '../../contract/geo.ts';
import type { TriageOutcome } from '../rules/triage.ts';
import { decide, obligationsOf, refuse, type CaseContext, type Decided } from './context.ts';
import type { By, CaseEvent, FactChanges, IncidentFacts } from './events.ts';
import { defined, hintsFor } from './report.ts';
import { caseOf, isOpen, lastNumber, type CasesState, type Incident } from './state.ts';

/** The source of what is typed in here. */
export const CONSOLE_FEED = 'console';

const both = (text: string) => ({ zh: text, en: text });
const act = (i: { readonly id: string }, ctx: CaseContext): { id: string; atMs: number; by: By } => ({
  id: i.id,
  atMs: ctx.nowMs,
  by: ctx.by,
});
const outside = (p: LonLat | undefined, ctx: CaseContext): boolean => p !== undefined && !ctx.world.inCity(p);

export function create(state: CasesState, p: CommandPayloads['incident.create'], ctx: CaseContext): Decided {
  if (outside(p.position, ctx)) return refuse('outside-city');
  const { rules } = ctx.world;
  const said = { category: p.category, severity: p.severity ?? categories[p.category].severity };
  const outcome = p.answers === undefined ? null : rules.triage(said, p.answers);
  if (outcome !== null && !outcome.ok) return outcome;
  const number = lastNumber(state) + 1;
  const id = `inc-${number}`;
  const place = p.position ? ctx.world.placeOf(p.position) : {};
  const facts: IncidentFacts = {
    channel: p.channel,
    ...said,
    title: p.title === undefined ? categories[p.category].name : both(p.title),
    ...defined({
      detail: p.detail === undefined ? undefined : both(p.detail),
      position: p.position,
      accuracyM: p.position ? p.accuracyM : undefined,
      address: p.address,
      district: place.district,
      street: place.street,
      caller: p.caller,
    }),
    units: [],
  };
  const reported: CaseEvent = {
    type: 'incident.reported',
    payload: {
      id,
      number,
      feed: CONSOLE_FEED,
      externalId: ctx.commandId,
      atMs: ctx.nowMs,
      updatedAtMs: ctx.nowMs,
      receivedAtMs: ctx.nowMs,
      facts,
      hints: hintsFor(state, facts, ctx.nowMs),
      obligations: obligationsOf(rules, facts, ctx.nowMs),
      by: ctx.by,
    },
  };
  const result = { incident: id, number };
  if (outcome === null) return decide([reported], result);
  // What a person says of the priority stands, whatever the answers lead to.
  const found = { ...outcome.value, severity: p.severity ?? outcome.value.severity };
  return decide([reported, triaged({ id, facts }, found, p.answers!, ctx)], result);
}

export function call(i: Incident, p: CommandPayloads['incident.call'], ctx: CaseContext): Decided {
  if (outside(p.position, ctx)) return refuse('outside-city');
  const id = `${i.id}/${i.calls.length + 1}`;
  const more = defined({
    detail: p.detail === undefined ? undefined : both(p.detail),
    position: p.position,
    address: p.address,
    caller: p.caller,
  });
  return decide(
    [{ type: 'incident.called', payload: { ...act(i, ctx), call: { id, channel: p.channel, ...more } } }],
    { incident: i.id, number: i.number },
  );
}

export function edit(i: Incident, p: CommandPayloads['incident.edit'], ctx: CaseContext): Decided {
  if (outside(p.position, ctx)) return refuse('outside-city');
  const place = p.position ? ctx.world.placeOf(p.position) : {};
  const changes: FactChanges = defined({
    category: p.category,
    severity: p.severity,
    title: p.title === undefined ? undefined : both(p.title),
    detail: p.detail === undefined ? undefined : both(p.detail),
    position: p.position,
    accuracyM: p.position ? p.accuracyM : undefined,
    address: p.address,
    district: place.district,
    street: place.street,
  });
  if (Object.keys(changes).length === 0) return refuse('bad-field', 'payload: nothing to change');
  const next = { ...i.facts, ...changes } as IncidentFacts;
  const obligations = keeps(i, next) ? undefined : obligationsOf(ctx.world.rules, next, clockOf(i));
  return decide([
    { type: 'incident.edited', payload: { ...act(i, ctx), changes, ...(obligations && { obligations }) } },
  ]);
}

/** From when its time counts: finding out more about a case does not start it anew. */
const clockOf = (i: Incident): number => i.deadlines[0]?.startedAtMs ?? i.reportedAtMs;

/** Kind, priority and place decide who is responsible and by when; without a change of them all stays. */
const keeps = (i: Incident, next: IncidentFacts): boolean =>
  next.category === i.facts.category && next.severity === i.facts.severity && next.street === i.facts.street;

export function triage(i: Incident, p: CommandPayloads['incident.triage'], ctx: CaseContext): Decided {
  const said = { category: p.category ?? i.facts.category, severity: p.severity ?? i.facts.severity };
  const outcome = ctx.world.rules.triage(said, p.answers);
  if (!outcome.ok) return outcome;
  // What a person says of the priority stands, whatever the answers lead to.
  const severity = p.severity ?? outcome.value.severity;
  return decide([triaged(i, { ...outcome.value, severity }, p.answers, ctx, clockOf(i))]);
}

function triaged(
  i: Pick<Incident, 'id' | 'facts'>,
  o: TriageOutcome,
  answers: Readonly<Record<string, string>>,
  ctx: CaseContext,
  startedAtMs: number = ctx.nowMs,
): CaseEvent {
  const next = { ...i.facts, category: o.category, severity: o.severity };
  const same = o.category === i.facts.category && o.severity === i.facts.severity;
  return {
    type: 'incident.triaged',
    payload: {
      ...act(i, ctx),
      triage: {
        protocol: o.protocol,
        answers: { ...answers },
        ...(o.determinant && { determinant: o.determinant }),
        ...(o.level !== undefined && { level: o.level }),
        by: ctx.by.name,
        atMs: ctx.nowMs,
      },
      category: o.category,
      severity: o.severity,
      ...(!same && { obligations: obligationsOf(ctx.world.rules, next, startedAtMs) }),
    },
  };
}

export function merge(
  state: CasesState,
  i: Incident,
  p: CommandPayloads['incident.merge'],
  ctx: CaseContext,
): Decided {
  const into = caseOf(state, p.into);
  if (into === undefined) return refuse('not-found');
  if (!isOpen(into)) return refuse('case-closed', String(into.number));
  // `i` is the whole case already: an incident that is part of another cannot be merged past it.
  if (into.id === i.id) return refuse('already-done', `#${into.number}`);
  return decide(
    [{ type: 'incident.merged', payload: { ...act(i, ctx), into: into.id, number: into.number } }],
    { incident: into.id, number: into.number },
  );
}

export function unmerge(state: CasesState, i: Incident, ctx: CaseContext): Decided {
  if (i.mergedInto === null) return refuse('not-merged');
  const number = state.byId.get(i.mergedInto)?.number ?? 0;
  return decide([{ type: 'incident.unmerged', payload: { ...act(i, ctx), from: i.mergedInto, number } }]);
}

export function apart(
  state: CasesState,
  i: Incident,
  p: CommandPayloads['incident.apart'],
  ctx: CaseContext,
): Decided {
  const other = state.byId.get(p.other);
  if (other === undefined || other.id === i.id) return refuse('not-found');
  if (i.apart.includes(other.id)) return refuse('already-done', `#${other.number}`);
  return decide([
    { type: 'incident.set-apart', payload: { ...act(i, ctx), other: other.id, number: other.number } },
  ]);
}

export function note(i: Incident, p: CommandPayloads['incident.note'], ctx: CaseContext): Decided {
  const attachments = p.attachments && { attachments: p.attachments };
  return decide([{ type: 'incident.noted', payload: { ...act(i, ctx), text: p.text, ...attachments } }]);
}

/** Who looks behind the mask says why; the journal keeps it (SE-61). */
export function reveal(i: Incident, p: CommandPayloads['incident.reveal'], ctx: CaseContext): Decided {
  const { address, position, detail } = i.facts;
  return decide([{ type: 'incident.revealed', payload: { ...act(i, ctx), reason: p.reason } }], {
    incident: i.id,
    revealed: {
      ...(address !== undefined && { address }),
      ...(position && { position }),
      ...(detail && { detail }),
      callers: i.calls.flatMap((c) => (c.caller ? [c.caller] : [])),
    },
  });
}

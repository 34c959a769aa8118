/** Sending units and following them: one unit, one case; a whole plan at once or not at all (DI). */
import { stageIndex, stageNames, type Assignment, type AssignmentStatus } from '../../contract/cases.ts';
import type { CommandPayloads } from '../../contract/commands.ts';
import { err, ok, type Result } from '../../contract/result.ts';
import type { Refusal } from '../../contract/refusals.ts';
import type { ResponsePlan } from '../../contract/rulebook.ts';
import { isFree, recommend, type Recommendation, type UnitFacts } from '../dispatch/recommend.ts';
import { decide, inBoth, refuse, type CaseContext, type CaseWorld, type Decided } from './context.ts';
import type { By, CaseEvent, NewTask, SentUnit } from './events.ts';
import { autoResolve } from './resolve.ts';
import {
  activeAssignments,
  assignmentsNow,
  doneNow,
  isConcern,
  type CasesState,
  type Incident,
} from './state.ts';

const MINUTE_MS = 60_000;
/** Where life is in danger crews are asked at least this often, whatever the plan says. */
const HIGH_PRIORITY = 1;
const HIGH_PRIORITY_PAR_MINUTES = 10;
const order: Readonly<Record<AssignmentStatus, number>> = {
  dispatched: 0,
  'en-route': 1,
  'on-scene': 2,
  transporting: 3,
  'at-facility': 4,
  cleared: 5,
};

/** The alarm level a case is at, or that its triage asks for. */
const levelOf = (i: Incident): number => Math.max(i.plan?.level ?? 1, i.triage?.level ?? 1);

/** What the plan of a case would send now. `level` absent: the level it is at. */
export function recommendFor(
  state: CasesState,
  i: Incident,
  level: number | undefined,
  world: CaseWorld,
): Recommendation & { readonly plan: ResponsePlan; readonly level: number } {
  const plan = world.rules.planFor(i.facts);
  const at = level ?? levelOf(i);
  return {
    ...recommend({
      plan,
      level: at,
      position: i.facts.position,
      assignments: assignmentsNow(i),
      units: world.units(),
      sentTo: (unit) => state.unitOf.get(unit),
      travel: world.travel,
      minimums: world.rules.book.minimums,
      home: world.home,
      staleAfterMs: world.rules.book.staleUnitS * 1_000,
    }),
    plan,
    level: at,
  };
}

export function dispatch(
  state: CasesState,
  i: Incident,
  p: CommandPayloads['incident.dispatch'],
  ctx: CaseContext,
): Decided {
  const { world, nowMs } = ctx;
  if (stageIndex(i.stage) >= stageIndex('resolved') && p.override === undefined)
    return refuse('wrong-stage', inBoth(stageNames[i.stage]));
  const plan = world.rules.planFor(i.facts);
  const level = Math.max(p.level ?? 1, levelOf(i));
  const picked = p.units === undefined ? fromPlan(state, i, level, ctx) : chosen(state, i, p.units, p, ctx);
  if (!picked.ok) return picked;
  const tasks = newTasks(i, level, ctx);
  const first = i.plan === null;
  if (picked.value.length === 0 && tasks.length === 0 && !first && i.plan.level >= level)
    return refuse('already-done', `#${i.number}`);
  const position = i.facts.position;
  const units = picked.value;
  const times =
    position && units.some((u) => u.position)
      ? world.travel(
          position,
          units.map((u) => u.position ?? position),
        )
      : [];
  const sent = units.map((u, k): SentUnit => {
    const way = u.position === undefined ? null : times[k];
    return {
      unit: u.id,
      callsign: u.callsign,
      department: u.department,
      kind: u.kind,
      ...(way && { etaAtMs: nowMs + Math.round(way.seconds * 1_000) }),
    };
  });
  const known = new Set(i.notified.map((n) => n.facility));
  const notified = world
    .notify(plan.notify, level, position)
    .map((n) => n.facility)
    .filter((f) => !known.has(f));
  return decide(
    [
      {
        type: 'incident.assigned',
        payload: {
          id: i.id,
          atMs: nowMs,
          by: ctx.by,
          units: sent,
          plan: { id: plan.id, name: plan.name, level },
          tasks,
          notified,
          ...(p.override !== undefined && { override: p.override }),
        },
      },
    ],
    { incident: i.id, number: i.number, units: sent.map((u) => u.unit) },
  );
}

/** What the plan still lacks. Nothing to be had where something is needed is a refusal, not an empty order. */
function fromPlan(
  state: CasesState,
  i: Incident,
  level: number,
  ctx: CaseContext,
): Result<UnitFacts[], Refusal> {
  const { needs, plan } = recommendFor(state, i, level, ctx.world);
  const ids = needs.flatMap((n) => n.units);
  const lacking = needs.filter((n) => n.there.length + n.units.length < n.count);
  if (ids.length === 0 && lacking.length > 0) {
    return err({ code: 'no-units', detail: inBoth(plan.name) });
  }
  return ok(ids.map((id) => ctx.world.unit(id)!));
}

/** All that were named, or none of them (DI-2). */
function chosen(
  state: CasesState,
  i: Incident,
  ids: readonly string[],
  p: { readonly override?: string | undefined },
  ctx: CaseContext,
): Result<UnitFacts[], Refusal> {
  const out: UnitFacts[] = [];
  for (const id of new Set(ids)) {
    const unit = ctx.world.unit(id);
    if (unit === undefined) return err({ code: 'unknown-object', detail: id });
    const why = whyNot(state, i, unit, p.override !== undefined);
    if (why !== null) return err(why);
    out.push(unit);
  }
  return ok(out);
}

/** Why a unit cannot be sent; null where it can. Who has it is named (IN-41). */
function whyNot(state: CasesState, i: Incident, unit: UnitFacts, override: boolean): Refusal | null {
  const sentTo = state.unitOf.get(unit.id);
  if (sentTo !== undefined) {
    const other = state.byId.get(sentTo);
    const a = other && activeAssignments(other).find((x) => x.unit === unit.id);
    if (sentTo === i.id) return { code: 'already-done', detail: `${unit.callsign} → #${i.number}` };
    return {
      code: 'unit-busy',
      detail: `${unit.callsign} → #${other?.number ?? '?'}${a ? ` (${a.by})` : ''}`,
    };
  }
  if (unit.status === 'out-of-service')
    return { code: 'unit-unavailable', detail: `${unit.callsign}: 停用 / out of service` };
  if (override) return null;
  if (!unit.onShift) return { code: 'unit-unavailable', detail: `${unit.callsign}: 非当班 / off shift` };
  if (!isFree(unit, undefined)) return { code: 'unit-busy', detail: unit.callsign };
  return null;
}

/** Tasks of the plan up to `level` that no department has yet; the leading department always has one. */
function newTasks(i: Incident, level: number, ctx: CaseContext): NewTask[] {
  const { rules } = ctx.world;
  const plan = rules.planFor(i.facts);
  const done = doneNow(i);
  const standing = i.tasks.filter((t) => isConcern(t) && (t.status !== 'done' || done.includes(t)));
  const out: NewTask[] = [];
  let n = i.tasks.length;
  for (const t of plan.tasks.filter((x) => x.level <= level)) {
    const department = rules.departmentOf(t.department, i.facts.street);
    if (department === undefined) continue;
    if (standing.some((s) => s.department === department && s.title.zh === t.title.zh)) continue;
    out.push({
      id: `${i.id}-t${++n}`,
      department,
      title: t.title,
      lead: department === i.lead,
      dueAtMs: ctx.nowMs + t.minutes * MINUTE_MS,
    });
  }
  const led = [...standing, ...out].some((t) => t.department === i.lead);
  if (i.lead !== null && !led && plan.needs.length === 0) {
    const due = i.deadlines.find((d) => d.reach === 'resolved')?.dueAtMs;
    out.unshift({
      id: `${i.id}-t${++n}`,
      department: i.lead,
      title: { zh: '主责办理并反馈结果', en: 'Lead the handling and report the result' },
      lead: true,
      ...(due !== undefined && { dueAtMs: due }),
    });
  }
  return out;
}

/** Where a unit is in its task, said by hand. Forward only, unless a reason is given. */
export function assignmentStatus(
  state: CasesState,
  p: CommandPayloads['assignment.status'],
  ctx: CaseContext,
): Decided {
  const found = assignmentOf(state, p.unit, ctx);
  if (!found.ok) return found;
  const { incident, a } = found.value;
  if (p.status === a.status && p.facility === undefined) return refuse('already-done', a.callsign);
  if (order[p.status] < order[a.status] && p.override === undefined) return refuse('wrong-stage', a.callsign);
  if (p.facility !== undefined && !ctx.world.facilityExists(p.facility))
    return refuse('unknown-object', p.facility);
  return decide(
    progressEvents(state, incident, a, p.status, ctx, { facility: p.facility, override: p.override }),
  );
}

/** The unit's status as its terminal reports it; no events where that is no news (DI-10, DI-11). */
export function decideUnitReport(
  state: CasesState,
  report: { readonly unit: string; readonly status: UnitFacts['status']; readonly atMs: number },
  nowMs: number,
  world: Pick<CaseWorld, 'rules'>,
): CaseEvent[] {
  const id = state.unitOf.get(report.unit);
  const incident = id === undefined ? undefined : state.byId.get(id);
  const a = incident && activeAssignments(incident).find((x) => x.unit === report.unit);
  // What was said before it was sent is about something else.
  if (incident === undefined || a === undefined || report.atMs < a.assignedAtMs) return [];
  const status = statusFrom(report.status, a);
  if (status === null) return [];
  const by: By = { id: `unit:${a.unit}`, name: a.callsign };
  return progressEvents(state, incident, a, status, { nowMs, by, world }, {});
}

function statusFrom(said: UnitFacts['status'], a: Assignment): AssignmentStatus | null {
  switch (said) {
    case 'en-route':
    case 'on-scene':
    case 'transporting':
    case 'at-facility':
      return order[said] > order[a.status] ? said : null;
    case 'returning':
    case 'available':
      // Until the crew has set out, "available" only means that it has not read its order yet.
      return a.status === 'dispatched' ? null : 'cleared';
    case 'dispatched':
    case 'out-of-service':
      return null;
  }
}

function progressEvents(
  state: CasesState,
  i: Incident,
  a: Assignment,
  status: AssignmentStatus,
  ctx: { readonly nowMs: number; readonly by: By; readonly world: Pick<CaseWorld, 'rules'> },
  more: { readonly facility?: string | undefined; readonly override?: string | undefined },
): CaseEvent[] {
  const parDueAtMs = status === 'on-scene' ? nextPar(i, ctx.nowMs, ctx.world) : undefined;
  const event: CaseEvent = {
    type: 'assignment.progressed',
    payload: {
      id: i.id,
      atMs: ctx.nowMs,
      by: ctx.by,
      unit: a.unit,
      status,
      ...(more.facility !== undefined && { facility: more.facility }),
      ...(parDueAtMs !== undefined && { parDueAtMs }),
      ...(more.override !== undefined && { override: more.override }),
    },
  };
  const rest = status === 'cleared' ? autoResolve(i, { cleared: a.unit }, ctx.nowMs) : [];
  return [event, ...rest];
}

/** When a crew on scene is asked next; undefined where the plan does not ask (DI-30). */
function nextPar(i: Incident, nowMs: number, world: Pick<CaseWorld, 'rules'>): number | undefined {
  const minutes = world.rules.planFor(i.facts).parMinutes;
  if (minutes === undefined || minutes === 0) return undefined;
  const high = i.facts.severity <= HIGH_PRIORITY;
  return nowMs + (high ? Math.min(minutes, HIGH_PRIORITY_PAR_MINUTES) : minutes) * MINUTE_MS;
}

export function par(state: CasesState, p: CommandPayloads['unit.par'], ctx: CaseContext): Decided {
  const found = assignmentOf(state, p.unit, ctx);
  if (!found.ok) return found;
  const { incident, a } = found.value;
  const parDueAtMs = a.parDueAtMs === undefined ? undefined : nextPar(incident, ctx.nowMs, ctx.world);
  if (parDueAtMs === undefined) return refuse('already-done', a.callsign);
  return decide([
    {
      type: 'unit.par-answered',
      payload: { id: incident.id, atMs: ctx.nowMs, by: ctx.by, unit: a.unit, parDueAtMs },
    },
  ]);
}

export function service(state: CasesState, p: CommandPayloads['unit.service'], ctx: CaseContext): Decided {
  const unit = ownUnit(p.unit, ctx);
  if (unit === undefined) return refuse('unknown-object', p.unit);
  if (!p.inService && state.unitOf.has(unit.id)) {
    const on = state.byId.get(state.unitOf.get(unit.id)!);
    return refuse('unit-busy', `${unit.callsign} → #${on?.number ?? '?'}`);
  }
  if (!p.inService && p.reason === undefined) return refuse('reason-needed');
  const now = state.service.get(unit.id)?.inService ?? unit.status !== 'out-of-service';
  if (now === p.inService) return refuse('already-done', unit.callsign);
  return decide([
    {
      type: 'unit.service-changed',
      payload: {
        id: '',
        atMs: ctx.nowMs,
        by: ctx.by,
        unit: unit.id,
        inService: p.inService,
        ...(p.reason !== undefined && { reason: p.reason }),
      },
    },
  ]);
}

/** A department speaks for its own units; another's does not exist for it. */
function ownUnit(id: string, ctx: CaseContext): UnitFacts | undefined {
  const unit = ctx.world.unit(id);
  const foreign = ctx.by.role === 'department' && unit?.department !== ctx.by.department;
  return foreign ? undefined : unit;
}

function assignmentOf(
  state: CasesState,
  unitId: string,
  ctx: CaseContext,
): Result<{ incident: Incident; a: Assignment }, Refusal> {
  const unit = ownUnit(unitId, ctx);
  if (unit === undefined) return err({ code: 'unknown-object', detail: unitId });
  const incident = state.byId.get(state.unitOf.get(unitId) ?? '');
  const a = incident && activeAssignments(incident).find((x) => x.unit === unitId);
  if (incident === undefined || a === undefined)
    return err({ code: 'unit-unavailable', detail: `${unit.callsign}: 未派任务 / not on a case` });
  return ok({ incident, a });
}

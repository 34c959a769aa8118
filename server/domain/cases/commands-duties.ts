/** Departments and their duties: handing a case on, giving it back once, tasks (权责清单, 首接负责). */
import type { CommandPayloads } from '../../contract/commands.ts';
import type { Task } from '../../contract/cases.ts';
import { decide, inBoth, refuse, type CaseContext, type Decided } from './context.ts';
import type { By, NewTask } from './events.ts';
import { autoResolve } from './resolve.ts';
import type { Incident } from './state.ts';

const MINUTE_MS = 60_000;
const act = (i: Incident, ctx: CaseContext): { id: string; atMs: number; by: By } => ({
  id: i.id,
  atMs: ctx.nowMs,
  by: ctx.by,
});

/** The task of a department that comes to lead; it inherits the deadline that already runs. */
function leadTask(i: Incident, department: string): NewTask {
  const due = i.deadlines.find((d) => d.reach === 'resolved')?.dueAtMs;
  return {
    id: `${i.id}-t${i.tasks.length + 1}`,
    department,
    title: { zh: '主责办理并反馈结果', en: 'Lead the handling and report the result' },
    lead: true,
    ...(due !== undefined && { dueAtMs: due }),
  };
}

export function transfer(i: Incident, p: CommandPayloads['incident.transfer'], ctx: CaseContext): Decided {
  const { rules } = ctx.world;
  const lead = rules.departmentOf(p.department, i.facts.street);
  if (lead === undefined) return refuse('no-department', p.department);
  const support: string[] = [];
  for (const name of p.support ?? []) {
    const id = rules.departmentOf(name, i.facts.street);
    if (id === undefined) return refuse('no-department', name);
    if (id !== lead) support.push(id);
  }
  if (lead === i.lead) return refuse('already-done', `#${i.number}`);
  return decide([
    {
      type: 'incident.transferred',
      payload: {
        ...act(i, ctx),
        from: i.lead,
        lead,
        support: p.support === undefined ? i.support.filter((d) => d !== lead) : support,
        reason: p.reason,
        returned: false,
        arbiter: false,
        tasks: [leadTask(i, lead)],
      },
    },
  ]);
}

/**
 * The leading department gives the case back, once, with a reason: it goes to whom the duty list names next, else to the
 * arbiter, never into a void (DI-64).
 */
export function returnCase(i: Incident, p: CommandPayloads['incident.return'], ctx: CaseContext): Decided {
  const { rules } = ctx.world;
  const { department } = ctx.by;
  if (department === undefined || department !== i.lead) return refuse('not-allowed', `#${i.number}`);
  if (i.returnedBy.includes(department)) return refuse('returned-before', inBoth(rules.book.arbiter.name));
  const { category, severity, channel, district, street } = i.facts;
  const named = rules.responsible({
    category,
    severity,
    channel,
    ...(district && { district }),
    ...(street && { street }),
    atMs: ctx.nowMs,
  });
  const tried = new Set([...i.returnedBy, department]);
  const next = [named.lead, ...named.support].find((d) => d !== null && !tried.has(d));
  const arbiter = rules.departmentOf(rules.book.arbiter.department, street);
  const lead = next ?? arbiter;
  // Where the arbiter itself gives it back, or the city has none, nobody is left to take it.
  if (lead === undefined || lead === department)
    return refuse('nobody-else', inBoth(rules.book.arbiter.name));
  return decide([
    {
      type: 'incident.transferred',
      payload: {
        ...act(i, ctx),
        from: department,
        lead,
        support: i.support.filter((d) => d !== lead),
        reason: p.reason,
        returned: true,
        arbiter: next === undefined,
        tasks: [leadTask(i, lead)],
      },
    },
  ]);
}

export function task(i: Incident, p: CommandPayloads['incident.task'], ctx: CaseContext): Decided {
  const department = ctx.world.rules.departmentOf(p.department, i.facts.street);
  if (department === undefined) return refuse('no-department', p.department);
  const id = `${i.id}-t${i.tasks.length + 1}`;
  const due = p.minutes === undefined ? {} : { dueAtMs: ctx.nowMs + p.minutes * MINUTE_MS };
  const made = { id, department, title: { zh: p.title, en: p.title }, lead: department === i.lead, ...due };
  return decide([{ type: 'incident.tasked', payload: { ...act(i, ctx), tasks: [made] } }], {
    incident: i.id,
    task: id,
  });
}

/** A department answers for its own tasks; dispatchers may say it for them (by telephone). */
function ownTask(i: Incident, id: string, ctx: CaseContext): Task | undefined {
  const found = i.tasks.find((t) => t.id === id);
  const foreign = ctx.by.role === 'department' && found?.department !== ctx.by.department;
  return foreign ? undefined : found;
}

export function taskAccept(i: Incident, p: CommandPayloads['task.accept'], ctx: CaseContext): Decided {
  const found = ownTask(i, p.task, ctx);
  if (found === undefined) return refuse('not-found');
  if (found.status !== 'open') return refuse('already-done', inBoth(found.title));
  return decide([{ type: 'task.accepted', payload: { ...act(i, ctx), task: found.id } }]);
}

export function taskReturn(i: Incident, p: CommandPayloads['task.return'], ctx: CaseContext): Decided {
  const found = ownTask(i, p.task, ctx);
  if (found === undefined) return refuse('not-found');
  if (found.status !== 'open' && found.status !== 'accepted')
    return refuse('already-done', inBoth(found.title));
  // Who leads gives back the case, not only its own task: somebody must lead.
  if (found.lead && found.department === i.lead && ctx.by.role === 'department')
    return returnCase(i, { incident: i.id, reason: p.reason }, ctx);
  return decide([
    { type: 'task.returned', payload: { ...act(i, ctx), task: found.id, reason: p.reason } },
    ...autoResolve(i, { returned: found.id }, ctx.nowMs),
  ]);
}

export function taskDone(i: Incident, p: CommandPayloads['task.done'], ctx: CaseContext): Decided {
  const found = ownTask(i, p.task, ctx);
  if (found === undefined) return refuse('not-found');
  if (found.status !== 'open' && found.status !== 'accepted')
    return refuse('already-done', inBoth(found.title));
  const result = p.result === undefined ? {} : { result: p.result };
  return decide([
    { type: 'task.done', payload: { ...act(i, ctx), task: found.id, ...result } },
    ...autoResolve(i, { done: found.id }, ctx.nowMs),
  ]);
}

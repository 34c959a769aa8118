/** Who has a case in hand, and how it ends: resolved, checked by somebody else, closed, judged (IN-33 to IN-37). */
import { stageIndex, stageNames, type Stage } from '../../contract/cases.ts';
import type { CommandPayloads } from '../../contract/commands.ts';
import { decide, inBoth, refuse, type CaseContext, type Decided } from './context.ts';
import type { By } from './events.ts';
import { assignmentsNow, doneNow, isOpen, type Incident } from './state.ts';

const act = (i: Incident, ctx: CaseContext): { id: string; atMs: number; by: By } => ({
  id: i.id,
  atMs: ctx.nowMs,
  by: ctx.by,
});
const before = (i: Incident, stage: Stage): boolean => stageIndex(i.stage) < stageIndex(stage);

export function claim(i: Incident, p: CommandPayloads['incident.claim'], ctx: CaseContext): Decided {
  if (i.claim?.user === ctx.by.id) return refuse('already-done', `#${i.number}`);
  if (i.claim !== null && p.takeOver !== true) return refuse('claimed-by-other', i.claim.name);
  return decide([
    {
      type: 'incident.claimed',
      payload: { ...act(i, ctx), ...(i.claim !== null && { from: i.claim.name }) },
    },
  ]);
}

export function release(i: Incident, ctx: CaseContext): Decided {
  if (i.claim === null) return refuse('already-done', `#${i.number}`);
  if (i.claim.user !== ctx.by.id && ctx.by.role !== 'supervisor')
    return refuse('claimed-by-other', i.claim.name);
  return decide([{ type: 'incident.released', payload: act(i, ctx) }]);
}

export function resolve(i: Incident, p: CommandPayloads['incident.resolve'], ctx: CaseContext): Decided {
  if (!before(i, 'resolved')) return refuse('already-done', `#${i.number}`);
  const worked = assignmentsNow(i).some((a) => a.onSceneAtMs !== undefined) || doneNow(i).length > 0;
  if (!worked && p.override === undefined) return refuse('wrong-stage', inBoth(stageNames[i.stage]));
  return decide([
    {
      type: 'incident.resolved',
      payload: {
        ...act(i, ctx),
        ...(p.result !== undefined && { result: p.result }),
        ...(p.override !== undefined && { override: p.override }),
      },
    },
  ]);
}

/** Never by who handled it: four eyes. */
export function verify(i: Incident, p: CommandPayloads['incident.verify'], ctx: CaseContext): Decided {
  if (i.stage !== 'resolved')
    return before(i, 'resolved')
      ? refuse('wrong-stage', inBoth(stageNames[i.stage]))
      : refuse('already-done', `#${i.number}`);
  if (i.handlers.includes(ctx.by.id)) return refuse('handler-verifies');
  if (p.accepted)
    return decide([
      {
        type: 'incident.verified',
        payload: { ...act(i, ctx), ...(p.reason !== undefined && { reason: p.reason }) },
      },
    ]);
  if (p.reason === undefined) return refuse('reason-needed');
  return decide([{ type: 'incident.rejected', payload: { ...act(i, ctx), reason: p.reason } }]);
}

export function close(i: Incident, p: CommandPayloads['incident.close'], ctx: CaseContext): Decided {
  if (before(i, 'verified') && p.override === undefined)
    return refuse('wrong-stage', inBoth(stageNames[i.stage]));
  return decide([
    {
      type: 'incident.ended',
      payload: { ...act(i, ctx), ...(p.override !== undefined && { override: p.override }) },
    },
  ]);
}

export function evaluate(i: Incident, p: CommandPayloads['incident.evaluate'], ctx: CaseContext): Decided {
  if (isOpen(i)) return refuse('wrong-stage', inBoth(stageNames[i.stage]));
  if (i.evaluation !== null) return refuse('already-done', `#${i.number}`);
  const { score, deductions } = ctx.world.rules.score({
    overdue: i.deadlines.filter((d) => d.state === 'missed' || d.state === 'overdue').map((d) => d.reach),
    overdueTasks: i.tasks.filter((t) => t.overdue === true).map((t) => t.id),
    returns: i.returnedBy.length,
    hops: i.hops,
    reopened: i.reopened,
    overrides: i.overrides,
    ...(p.satisfaction !== undefined && { satisfaction: p.satisfaction }),
  });
  const evaluation = {
    atMs: ctx.nowMs,
    by: ctx.by.name,
    score,
    ...(p.satisfaction !== undefined && { satisfaction: p.satisfaction }),
    ...(p.comment !== undefined && { comment: p.comment }),
    deductions: [...deductions],
  };
  return decide([{ type: 'incident.evaluated', payload: { ...act(i, ctx), evaluation } }], {
    incident: i.id,
    number: i.number,
    score,
  });
}

export function reopen(i: Incident, p: CommandPayloads['incident.reopen'], ctx: CaseContext): Decided {
  if (before(i, 'resolved')) return refuse('already-done', `#${i.number}`);
  if (i.mergedInto !== null) return refuse('merged-elsewhere', i.mergedInto.replace(/^inc-/, ''));
  return decide([{ type: 'incident.resumed', payload: { ...act(i, ctx), reason: p.reason } }]);
}

export function supervise(i: Incident, p: CommandPayloads['incident.supervise'], ctx: CaseContext): Decided {
  return decide([{ type: 'incident.supervised', payload: { ...act(i, ctx), reason: p.reason } }]);
}

/** What commands about many alarms share: to which of them it can be done, and who answers with a root. */
import type { Refusal } from '../../../contract/refusals.ts';
import { ok, type Result } from '../../../contract/result.ts';
import { isUnanswered, spokenNumber, type Alarm } from './alarm.ts';
import type { AlarmContext } from './context.ts';
import type { AlarmEvent } from './events.ts';
import type { AlarmsState } from './state.ts';

export const act = (ctx: AlarmContext) => ({ atMs: ctx.nowMs, by: ctx.by });
export const idsOf = (alarms: readonly Alarm[]): string[] => alarms.map((a) => a.id);

/** Why something cannot be done to one alarm; null: it can. */
export type Judge = (a: Alarm) => Refusal['code'] | null;

/**
 * Many at once: those to which it can be done. Where it can be done to none, the reason of the first, by its number
 * (AL-74).
 */
export function fitting(
  state: AlarmsState,
  ids: readonly string[],
  judge: Judge,
): Result<readonly Alarm[], Refusal> {
  const fit: Alarm[] = [];
  let reason: Refusal | undefined;
  for (const id of new Set(ids)) {
    const a = state.byId.get(id);
    const code = a === undefined ? 'alarm-gone' : judge(a);
    if (code !== null) reason ??= { code, detail: a === undefined ? id : spokenNumber(a) };
    else if (a !== undefined) fit.push(a);
  }
  if (fit.length > 0 || reason === undefined) return ok(fit);
  return { ok: false, error: reason };
}

export const withChildren = (state: AlarmsState, a: Alarm): Alarm[] => [
  a,
  ...[...state.index.childrenOf(a.id)].map((id) => state.byId.get(id)!),
];

/** With a root go its children: who has seen the cause need not answer for each consequence (AL-71). */
export function acknowledged(state: AlarmsState, alarms: readonly Alarm[], ctx: AlarmContext): AlarmEvent {
  const all = alarms.flatMap((a) => withChildren(state, a)).filter(isUnanswered);
  return { type: 'alarm.acknowledged', payload: { ...act(ctx), alarms: [...new Set(idsOf(all))] } };
}

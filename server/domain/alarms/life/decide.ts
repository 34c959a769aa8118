/**
 * A person's command about alarms and rules against the state: may this role do it, to which of the alarms can it be done.
 * Answers events, or the reason why not; nothing is changed here.
 */
import type { CommandPayloads, CommandType } from '../../../contract/commands.ts';
import { mayDo } from '../../../contract/rights.ts';
import { roleNames } from '../../../contract/roles.ts';
import { inBoth, refuse } from '../../cases/context.ts';
import { acknowledged, act, fitting, idsOf, withChildren } from './acts.ts';
import { isUnanswered, type Alarm } from './alarm.ts';
import { decide, type AlarmContext, type AlarmDecided } from './context.ts';
import { deleteRule, saveRule, switchRule } from './decide-rules.ts';
import type { AlarmEvent } from './events.ts';
import { Grouping } from './grouping.ts';
import { becomeIncident } from './incident.ts';
import type { AlarmsState } from './state.ts';

const MINUTE_MS = 60_000;

/** About alarms and their rules; warnings and shifts are decided elsewhere. */
export type AlarmLifeCommandType = Extract<CommandType, `alarm.${string}` | `rule.${string}`>;
export type AlarmLifeCommand = {
  [T in AlarmLifeCommandType]: {
    readonly type: T;
    readonly payload: CommandPayloads[T];
    readonly expected?: number | undefined;
  };
}[AlarmLifeCommandType];

export function decideAlarmCommand(
  state: AlarmsState,
  command: AlarmLifeCommand,
  ctx: AlarmContext,
): AlarmDecided {
  const { role } = ctx.by;
  if (role === undefined || !mayDo(role, command.type))
    return refuse('not-allowed', role === undefined ? '' : inBoth(roleNames[role]));
  switch (command.type) {
    case 'alarm.acknowledge':
      return acknowledge(state, command.payload, ctx);
    case 'alarm.shelve':
      return shelve(state, command.payload, ctx);
    case 'alarm.unshelve':
      return unshelve(state, command.payload, ctx);
    case 'alarm.service':
      return service(state, command.payload, ctx);
    case 'alarm.escalate':
      return escalate(state, command.payload, ctx);
    case 'alarm.incident':
      return becomeIncident(state, command.payload, ctx);
    case 'rule.save':
      return saveRule(state, command.payload, command.expected, ctx);
    case 'rule.switch':
      return switchRule(state, command.payload, command.expected, ctx);
    case 'rule.delete':
      return deleteRule(state, command.payload, command.expected, ctx);
  }
}

function acknowledge(
  state: AlarmsState,
  p: CommandPayloads['alarm.acknowledge'],
  ctx: AlarmContext,
): AlarmDecided {
  const fit = fitting(state, p.alarms, (a) => {
    if (!concerns(state, a, ctx)) return 'not-allowed';
    return withChildren(state, a).some(isUnanswered) ? null : 'already-done';
  });
  return fit.ok ? decide([acknowledged(state, fit.value, ctx)]) : fit;
}

/** A department answers for the alarms whose rules it owns (AL-73). */
function concerns(state: AlarmsState, a: Alarm, { by }: AlarmContext): boolean {
  if (by.role !== 'department') return true;
  const owner = state.rules.get(a.rule)?.rule.owner;
  return (
    owner?.role === 'department' &&
    by.department !== undefined &&
    (owner.department === undefined || owner.department === by.department)
  );
}

/** Nobody puts aside an emergency that nobody has answered (AL-76). */
const isUnansweredEmergency = (a: Alarm): boolean => a.priority === 1 && a.acknowledged === null;

/** Again before the time is over: with the new time and reason. */
function shelve(state: AlarmsState, p: CommandPayloads['alarm.shelve'], ctx: AlarmContext): AlarmDecided {
  const fit = fitting(state, p.alarms, (a) => {
    if (a.outOfService !== null) return 'already-done';
    return isUnansweredEmergency(a) ? 'emergency-stays' : null;
  });
  if (!fit.ok) return fit;
  const { reason, minutes } = p;
  const untilMs = ctx.nowMs + minutes * MINUTE_MS;
  const shelved = { by: ctx.by.name, atMs: ctx.nowMs, untilMs, reason };
  return decide([
    { type: 'alarm.shelved', payload: { ...act(ctx), alarms: idsOf(fit.value), untilMs, reason } },
    ...leftBehind(
      state,
      fit.value.map((a) => ({ ...a, shelved })),
      ctx,
    ),
  ]);
}

/** Emergencies that must not be behind what is put aside (AL-61). */
function leftBehind(state: AlarmsState, alarms: readonly Alarm[], ctx: AlarmContext): AlarmEvent[] {
  const grouping = new Grouping(state);
  grouping.setAside(alarms);
  return grouping.events(ctx.nowMs);
}

function unshelve(state: AlarmsState, p: CommandPayloads['alarm.unshelve'], ctx: AlarmContext): AlarmDecided {
  const fit = fitting(state, p.alarms, (a) => (a.shelved === null ? 'not-shelved' : null));
  if (!fit.ok) return fit;
  const payload = { ...act(ctx), alarms: idsOf(fit.value), expired: false };
  return decide([{ type: 'alarm.unshelved', payload }]);
}

function service(state: AlarmsState, p: CommandPayloads['alarm.service'], ctx: AlarmContext): AlarmDecided {
  const { inService, reason } = p;
  if (!inService && reason === undefined) return refuse('reason-needed');
  const fit = fitting(state, p.alarms, (a) => {
    if ((a.outOfService === null) === inService) return 'already-done';
    return !inService && isUnansweredEmergency(a) ? 'emergency-stays' : null;
  });
  if (!fit.ok) return fit;
  const payload = {
    ...act(ctx),
    alarms: idsOf(fit.value),
    inService,
    ...(reason !== undefined && { reason }),
  };
  const changed: AlarmEvent = { type: 'alarm.service-changed', payload };
  if (inService || reason === undefined) return decide([changed]);
  const outOfService = { by: ctx.by.name, atMs: ctx.nowMs, reason };
  const aside = fit.value.map((a) => ({ ...a, outOfService }));
  return decide([changed, ...leftBehind(state, aside, ctx)]);
}

function escalate(state: AlarmsState, p: CommandPayloads['alarm.escalate'], ctx: AlarmContext): AlarmDecided {
  const fit = fitting(state, p.alarms, (a) => (a.escalated?.to === p.to ? 'already-done' : null));
  if (!fit.ok) return fit;
  const reason = p.reason !== undefined && { reason: p.reason };
  const payload = { ...act(ctx), alarms: idsOf(fit.value), to: p.to, ...reason };
  return decide([{ type: 'alarm.escalated', payload }]);
}

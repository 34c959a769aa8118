/**
 * Rules written, switched and deleted by a supervisor (AL-86 to AL-89). A version never means two rules: each change is one
 * more. Alarms of a rule that is no longer in force end with it, for nothing would say that they are over.
 */
import type { AlarmRule } from '../../../contract/alarms.ts';
import type { CommandPayloads } from '../../../contract/commands.ts';
import type { LocalText } from '../../../contract/text.ts';
import { inBoth, refuse } from '../../cases/context.ts';
import { act, idsOf } from './acts.ts';
import { isSetAside, type Alarm } from './alarm.ts';
import { decide, type AlarmContext, type AlarmDecided } from './context.ts';
import type { AlarmEvent } from './events.ts';
import { Grouping } from './grouping.ts';
import type { AlarmsState, RuleState } from './state.ts';
import { raisedAs } from './transitions.ts';
import { inEither } from './words.ts';

/** Of a refusal's detail. */
const MAX_DETAIL = 300;

/** `expected`: the version it was read at; none for a rule that is new. */
export function saveRule(
  state: AlarmsState,
  { rule, enabled, reason }: CommandPayloads['rule.save'],
  expected: number | undefined,
  ctx: AlarmContext,
): AlarmDecided {
  const known = state.rules.get(rule.id);
  if (known?.version !== expected) return refuse('version-conflict');
  const wrong = explanationFault(state, rule) ?? expressionFault(rule, ctx);
  if (wrong !== null) return refuse('bad-rule', wrong.slice(0, MAX_DETAIL));
  const version = (known?.version ?? state.retired.get(rule.id) ?? 0) + 1;
  const saved: AlarmEvent = {
    type: 'rule.saved',
    payload: { ...act(ctx), rule, enabled, version, ...(reason !== undefined && { reason }) },
  };
  const ends = known !== undefined && (!enabled || known.rule.subject !== rule.subject);
  return decide([saved, ...(ends ? ending(state, rule.id, ctx) : goingOn(state, rule, version, ctx))]);
}

export function switchRule(
  state: AlarmsState,
  { rule: id, enabled, reason }: CommandPayloads['rule.switch'],
  expected: number | undefined,
  ctx: AlarmContext,
): AlarmDecided {
  const known = state.rules.get(id);
  if (known === undefined) return refuse('not-found');
  if (isOutdated(known, expected)) return refuse('version-conflict');
  if (known.enabled === enabled) return refuse('already-done', inBoth(inEither(known.rule.name)));
  const version = known.version + 1;
  const payload = { ...act(ctx), id, enabled, version, ...(reason !== undefined && { reason }) };
  const switched: AlarmEvent = { type: 'rule.switched', payload };
  return decide([switched, ...(enabled ? [] : ending(state, id, ctx))]);
}

export function deleteRule(
  state: AlarmsState,
  { rule: id, reason }: CommandPayloads['rule.delete'],
  expected: number | undefined,
  ctx: AlarmContext,
): AlarmDecided {
  const known = state.rules.get(id);
  if (known === undefined) return refuse('not-found');
  if (state.builtIn.has(id)) return refuse('built-in-rule', id);
  if (isOutdated(known, expected)) return refuse('version-conflict');
  const deleted: AlarmEvent = { type: 'rule.deleted', payload: { ...act(ctx), id, reason } };
  return decide([deleted, ...ending(state, id, ctx)]);
}

const isOutdated = (known: RuleState, expected: number | undefined): boolean =>
  expected !== undefined && expected !== known.version;

/** What it explains has to exist, and must not in turn explain it: a cause is not its own consequence. */
function explanationFault(state: AlarmsState, rule: AlarmRule): string | null {
  for (const { rule: other } of rule.explains) {
    if (other === rule.id)
      return fault('explains', {
        zh: `规则“${other}”不能是自身的原因（邻近合并请用 groupM）`,
        en: `the rule “${other}” cannot explain itself (groupM groups what is near)`,
      });
    if (!state.rules.has(other))
      return fault('explains', { zh: `没有规则“${other}”`, en: `there is no rule “${other}”` });
    if (leadsTo(state, other, rule.id))
      return fault('explains', {
        zh: `规则“${other}”又是本规则的原因，互为因果`,
        en: `the rule “${other}” explains this one in turn`,
      });
  }
  return null;
}

function leadsTo(state: AlarmsState, from: string, to: string): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (id === to) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    open.push(...(state.rules.get(id)?.rule.explains ?? []).map((e) => e.rule));
  }
  return false;
}

function expressionFault(rule: AlarmRule, ctx: AlarmContext): string | null {
  const [first] = ctx.checkRule(rule);
  return first === undefined ? null : fault(first.field, first.message);
}

const fault = (field: string, message: LocalText): string => `${field}: ${inBoth(inEither(message))}`;

/** Alarms that stand are named and weighed as the rule says now; the evaluator does not speak of them (AL-58). */
function goingOn(state: AlarmsState, rule: AlarmRule, version: number, ctx: AlarmContext): AlarmEvent[] {
  const { name, priority } = rule;
  const changed = [...state.byId.values()]
    .filter((a) => a.rule === rule.id && a.active)
    .filter((a) => a.priority !== priority || a.name.zh !== name.zh || a.name.en !== name.en)
    .sort((a, b) => a.number - b.number)
    .map((a): Alarm => ({ ...a, name, priority, ruleVersion: version }));
  const grouping = new Grouping(state);
  for (const a of changed) grouping.join(a);
  return [
    ...changed.map((a) => raisedAs(a, grouping.parentOf(a.id), ctx.nowMs)),
    ...grouping.events(ctx.nowMs, new Set(idsOf(changed))),
  ];
}

/** Its alarms are over, whoever put them aside; what they explained looks for something else (AL-88). */
function ending(state: AlarmsState, rule: string, ctx: AlarmContext): AlarmEvent[] {
  const alarms = [...state.byId.values()].filter((a) => a.rule === rule);
  const active = alarms.filter((a) => a.active);
  const grouping = new Grouping(state);
  grouping.leave(idsOf(active));
  const out: AlarmEvent[] = active.map(({ id }) => ({
    type: 'alarm.returned',
    payload: { id, atMs: ctx.nowMs },
  }));
  // Those that never rang are over with their return.
  const unanswered = idsOf(
    alarms.filter((a) => a.acknowledged === null && a.rangAtMs !== null && !isSetAside(a)),
  );
  const shelved = idsOf(alarms.filter((a) => a.shelved !== null));
  const outOfService = idsOf(alarms.filter((a) => a.outOfService !== null));
  if (unanswered.length > 0)
    out.push({ type: 'alarm.acknowledged', payload: { ...act(ctx), alarms: unanswered } });
  if (shelved.length > 0)
    out.push({ type: 'alarm.unshelved', payload: { ...act(ctx), alarms: shelved, expired: false } });
  if (outOfService.length > 0)
    out.push({
      type: 'alarm.service-changed',
      payload: { ...act(ctx), alarms: outOfService, inService: true },
    });
  return [...out, ...grouping.events(ctx.nowMs)];
}

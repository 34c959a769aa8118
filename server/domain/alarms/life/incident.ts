/**
 * Alarms turned into an incident: one of all of them, at the place of the first; where one of them is about an incident, that
 * one is it (AL-81). Who does so has seen them: they are acknowledged.
 */
import type { CommandPayloads } from '../../../contract/commands.ts';
import type { Refusal } from '../../../contract/refusals.ts';
import { ok, type Result } from '../../../contract/result.ts';
import type { LocalText } from '../../../contract/text.ts';
import { inBoth, refuse } from '../../cases/context.ts';
import type { CaseEvent } from '../../cases/events.ts';
import { acknowledged, act, fitting, idsOf, withChildren } from './acts.ts';
import { isUnanswered, spokenNumber, type Alarm } from './alarm.ts';
import { decide, type AlarmContext, type AlarmDecided, type IncidentRef } from './context.ts';
import type { AlarmEvent } from './events.ts';
import type { AlarmsState } from './state.ts';
import { factText, inEither } from './words.ts';

/** What an incident's title and detail may hold. */
const MAX_TITLE = 200;
const MAX_DETAIL = 2_000;
/** Of the detail, for what did not fit. */
const ROOM_FOR_REST = 60;

export function becomeIncident(
  state: AlarmsState,
  p: CommandPayloads['alarm.incident'],
  ctx: AlarmContext,
): AlarmDecided {
  const fit = fitting(state, p.alarms, (a) => (a.incident === null ? null : 'already-done'));
  if (!fit.ok) return fit.error.code === 'already-done' ? alreadyOne(state, p.alarms) : fit;
  const alarms = fit.value;
  const found = knownIncident(alarms, ctx) ?? newIncident(state, alarms, p, ctx);
  if (!found.ok) return found;
  const { incident, number, events } = found.value;
  const became: AlarmEvent = {
    type: 'alarm.became-incident',
    payload: { ...act(ctx), alarms: idsOf(alarms), incident, number },
  };
  const answered = alarms.some((a) => withChildren(state, a).some(isUnanswered))
    ? [acknowledged(state, alarms, ctx)]
    : [];
  return decide([...events, became, ...answered], { incident, number });
}

/** Who asks again is told the number of the incident there is. */
function alreadyOne(state: AlarmsState, ids: readonly string[]): AlarmDecided {
  const first = ids.map((id) => state.byId.get(id)?.incident).find((i) => i != null);
  return refuse('already-done', first ? `#${first.number}` : undefined);
}

type Found = Result<IncidentRef & { readonly events: readonly CaseEvent[] }, Refusal>;

function knownIncident(alarms: readonly Alarm[], ctx: AlarmContext): Found | null {
  for (const { subject } of alarms) {
    const known = subject.kind === 'incident' ? ctx.openIncident(subject.id) : undefined;
    if (known !== undefined) return ok({ ...known, events: [] });
  }
  return null;
}

function newIncident(
  state: AlarmsState,
  alarms: readonly Alarm[],
  p: CommandPayloads['alarm.incident'],
  ctx: AlarmContext,
): Found {
  const [first] = alarms;
  const meant = state.rules.get(first!.rule)?.rule.incident;
  const category = p.category ?? meant?.category ?? 'other';
  const severity = p.severity ?? (category === meant?.category ? meant.severity : undefined);
  const { position } = first!.subject;
  return ctx.createIncident({
    channel: 'sensor',
    category,
    ...(severity !== undefined && { severity }),
    title: titleOf(first!).slice(0, MAX_TITLE),
    detail: detailOf(state, alarms),
    ...(position !== undefined && { position }),
  });
}

function titleOf({ name, subject }: Alarm): string {
  const [what, where] = [inEither(name), inEither(subject.name)];
  return inBoth({ zh: `${what.zh}：${where.zh}`, en: `${what.en}: ${where.en}` });
}

/** A line for each alarm, as many as there is room for. */
function detailOf(state: AlarmsState, alarms: readonly Alarm[]): string {
  let text = '';
  for (const [k, a] of alarms.entries()) {
    const line = `${lineOf(state, a)}\n`;
    if (text.length + line.length > MAX_DETAIL - ROOM_FOR_REST) {
      const rest = alarms.length - k;
      return `${text}${inBoth({ zh: `另有 ${rest} 条告警`, en: `and ${rest} more alarms` })}`;
    }
    text += line;
  }
  return text.trimEnd();
}

function lineOf(state: AlarmsState, a: Alarm): string {
  const said: LocalText[] = a.facts.map(factText);
  const explained = withChildren(state, a).length - 1;
  if (explained > 0) said.push({ zh: `由其引起的告警 ${explained} 条`, en: `explains ${explained} more` });
  const name = `${spokenNumber(a)} ${titleOf(a)}`;
  if (said.length === 0) return name;
  return `${name}: ${inBoth({ zh: said.map((t) => t.zh).join('；'), en: said.map((t) => t.en).join('; ') })}`;
}

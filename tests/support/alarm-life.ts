/**
 * Alarms without a server: the state with a few rules of a small city, and a desk whose people decide on them while the
 * evaluator says what it sees. Events go through JSON before they are applied, as from a journal; what becomes an incident
 * is taken by a desk of cases.
 */
import type { RuleProblem } from '../../server/contract/alarm-api.ts';
import {
  alarmRecord as alarmSchema,
  alarmRule,
  watchRecord as watchSchema,
  type AlarmRecord,
  type AlarmRule,
  type AlarmRuleInput,
  type RuleRecord,
  type WatchRecord,
} from '../../server/contract/alarms.ts';
import { commandPayloads, type CommandPayloads, type CommandResult } from '../../server/contract/commands.ts';
import type { Refusal } from '../../server/contract/refusals.ts';
import { ok } from '../../server/contract/result.ts';
import type { Alarm } from '../../server/domain/alarms/life/alarm.ts';
import type { AlarmContext } from '../../server/domain/alarms/life/context.ts';
import {
  decideAlarmCommand,
  type AlarmLifeCommand,
  type AlarmLifeCommandType,
} from '../../server/domain/alarms/life/decide.ts';
import { isAlarmEvent, type AlarmEvent } from '../../server/domain/alarms/life/events.ts';
import { evolveAlarms } from '../../server/domain/alarms/life/evolve.ts';
import type { Transition } from '../../server/domain/alarms/evaluation/facts.ts';
import { alarmRecord, ruleRecord, watchRecord } from '../../server/domain/alarms/life/record.ts';
import { emptyAlarms, type AlarmsState } from '../../server/domain/alarms/life/state.ts';
import { decideAlarmTimers } from '../../server/domain/alarms/life/alarm-timers.ts';
import { decideTransition } from '../../server/domain/alarms/life/transitions.ts';
import { decideCommand, type CaseCommand } from '../../server/domain/cases/decide.ts';
import { isCaseEvent, type By, type CaseEvent } from '../../server/domain/cases/events.ts';
import { caseOf, isOpen } from '../../server/domain/cases/state.ts';
import { UndoLog } from '../../server/domain/undo.ts';
import { people, TestDesk, type PersonName } from './case-world.ts';
import { smallPackAt } from './small-pack.ts';

/** A Friday, 16:00 in Shanghai. */
export const ALARM_START_MS = 1_800_000_000_000;
export const MINUTE_MS = 60_000;

/** A rule as a supervisor would write it; what it says of expressions is never evaluated here. */
export function aRule(id: string, more: Partial<AlarmRuleInput> = {}): AlarmRule {
  return alarmRule.parse({
    id,
    name: { zh: `规则${id}`, en: `Rule ${id}` },
    subject: 'link',
    when: 'link.speedKph < 15.0',
    priority: 3,
    purpose: { zh: '为何', en: 'why' },
    consequence: { zh: '后果', en: 'what else' },
    response: { zh: '处置', en: 'what to do' },
    owner: { role: 'dispatcher' },
    ...more,
  } satisfies AlarmRuleInput);
}

/**
 * `dark` explains `jam` within 300 m, `feed` explains `dark` and `silent` anywhere, `fire` is an emergency that groups within
 * 500 m, `jam` groups within 200 m.
 */
export const rules: readonly AlarmRule[] = [
  aRule('jam', { groupM: 200, escalate: [{ afterMin: 5, to: 'supervisor' }] }),
  aRule('dark', {
    subject: 'signal',
    when: 'signal.dark',
    priority: 2,
    explains: [{ rule: 'jam', withinM: 300 }],
    owner: { role: 'department', department: 'dep-police' },
    incident: { category: 'traffic.signal-fault', severity: 2 },
  }),
  aRule('feed', {
    subject: 'feed',
    when: 'feed.silentS > 60.0',
    explains: [{ rule: 'dark' }, { rule: 'silent' }],
  }),
  aRule('silent', { subject: 'station', when: 'station.silentS > 60.0' }),
  aRule('fire', {
    subject: 'incident',
    when: 'incident.severity == 1.0',
    priority: 1,
    groupM: 500,
    escalate: [
      { afterMin: 3, to: 'supervisor' },
      { afterMin: 1, to: 'dispatcher' },
    ],
  }),
];

const recordSchema = alarmSchema.strict();

export interface At {
  /** Metres east of the small city's corner; null: it has no place. */
  readonly m?: number | null;
  readonly version?: number;
  readonly suppressed?: boolean;
  readonly facts?: Transition['facts'];
}

export type AlarmAnswer =
  | {
      readonly ok: true;
      readonly events: readonly (AlarmEvent | CaseEvent)[];
      readonly result: CommandResult | undefined;
    }
  | { readonly ok: false; readonly refusal: Refusal };

export class AlarmDesk {
  readonly state: AlarmsState;
  /** All that was applied, as the journal would hold it. */
  readonly journal: AlarmEvent[] = [];
  /** What was given to be taken as an incident. */
  readonly taken: CommandPayloads['incident.create'][] = [];
  /** Ids of alarms as they rang. */
  readonly rung: string[] = [];
  problems: readonly RuleProblem[] = [];
  operators = 1;
  nowMs = ALARM_START_MS;
  private madeCases: TestDesk | null = null;

  constructor(built: readonly AlarmRule[] = rules, undo = new UndoLog()) {
    this.state = emptyAlarms(undo, built);
  }

  /** The cases that alarms can become. */
  get cases(): TestDesk {
    return (this.madeCases ??= new TestDesk());
  }

  /** What the evaluator says of a rule on a subject. */
  says(to: Transition['to'], rule: string, subject: string, at: At = {}): readonly AlarmEvent[] {
    const { m = 0, version, suppressed, facts = [] } = at;
    const known = this.state.rules.get(rule);
    const t: Transition = {
      rule,
      ruleVersion: version ?? known?.version ?? 0,
      alarm: `${rule}:${subject}`,
      subject: {
        kind: known?.rule.subject ?? 'link',
        id: subject,
        name: { zh: `对象${subject}`, en: `Subject ${subject}` },
        ...(m !== null && { position: smallPackAt(m, 0) }),
        district: 'qu',
      },
      to,
      atMs: this.nowMs,
      facts,
      ...(suppressed === true && { suppressed }),
    };
    return this.apply(decideTransition(this.state, t, this.nowMs));
  }

  /** It rings; its id. */
  raise(rule: string, subject: string, at: At = {}): string {
    this.says('raised', rule, subject, at);
    return `${rule}:${subject}`;
  }

  /** What `who` asks for, decided and applied. */
  ask<T extends AlarmLifeCommandType>(
    who: PersonName | By,
    type: T,
    payload: CommandPayloads[T],
    expected?: number,
  ): AlarmAnswer {
    const by: By = typeof who === 'string' ? people[who] : who;
    const command = { type, payload, expected } as AlarmLifeCommand;
    const decided = decideAlarmCommand(this.state, command, this.context(by));
    if (!decided.ok) return { ok: false, refusal: decided.error };
    const { events, result } = decided.value;
    this.apply(events.filter((e): e is AlarmEvent => isAlarmEvent(e)));
    this.cases.apply(events.filter((e): e is CaseEvent => isCaseEvent(e)));
    return { ok: true, events, result };
  }

  /** Like `ask`, where a refusal is a fault of the test. */
  must<T extends AlarmLifeCommandType>(
    who: PersonName,
    type: T,
    payload: CommandPayloads[T],
    expected?: number,
  ): Extract<AlarmAnswer, { ok: true }> {
    const answer = this.ask(who, type, payload, expected);
    if (!answer.ok) throw new Error(`${type}: ${answer.refusal.code} ${answer.refusal.detail ?? ''}`);
    return answer;
  }

  /** Lets time pass. */
  pass(minutes: number): readonly AlarmEvent[] {
    this.nowMs += minutes * MINUTE_MS;
    return this.apply(decideAlarmTimers(this.state, this.nowMs, { operators: this.operators }));
  }

  apply(events: readonly AlarmEvent[]): readonly AlarmEvent[] {
    const stored = JSON.parse(JSON.stringify(events)) as AlarmEvent[];
    for (const event of stored) {
      this.rung.push(...evolveAlarms(this.state, event));
      this.journal.push(event);
    }
    return stored;
  }

  /** What rang since it was asked last. */
  heard(): string[] {
    return this.rung.splice(0);
  }

  alarm(id: string): Alarm | undefined {
    return this.state.byId.get(id);
  }

  /** The record as screens get it, checked against the contract; undefined when there is none. */
  record(id: string): AlarmRecord | undefined {
    const record = alarmRecord(this.state, id);
    return record && recordSchema.parse(record);
  }

  stateOf(id: string): string {
    return this.record(id)?.state ?? 'normal';
  }

  parentOf(id: string): string | null {
    return this.record(id)?.parent ?? null;
  }

  rule(id: string): RuleRecord | undefined {
    return ruleRecord(this.state, id);
  }

  watch(): WatchRecord {
    return watchSchema.parse(watchRecord(this.state, this.nowMs));
  }

  private context(by: By): AlarmContext {
    return {
      nowMs: this.nowMs,
      by,
      createIncident: (payload) => {
        this.taken.push(commandPayloads['incident.create'].parse(payload));
        const { state, world } = this.cases;
        const command: CaseCommand = { type: 'incident.create', payload };
        const decided = decideCommand(state, command, { nowMs: this.nowMs, by, commandId: 'c', world });
        if (!decided.ok) return decided;
        const { incident, number } = decided.value.result!;
        return ok({ events: decided.value.events, incident: incident!, number: number! });
      },
      openIncident: (id) => {
        const known = caseOf(this.cases.state, id);
        return known && isOpen(known) ? { incident: known.id, number: known.number } : undefined;
      },
      checkRule: () => this.problems,
    };
  }
}

/** The refusal's code of an answer, or `done`. */
export const alarmCodeOf = (answer: AlarmAnswer): string => (answer.ok ? 'done' : answer.refusal.code);

/**
 * Alarms as the rest of the server sees them: the evaluator says which rules changed on what, one job a tick decides what
 * becomes of it, and what is durable is shown. What could not be stored waits and is decided again (AL-171).
 */
import type { RuleProblem } from '../../contract/alarm-api.ts';
import type { AlarmFact, AlarmRule } from '../../contract/alarms.ts';
import type { CommandAnswer } from '../../contract/sync.ts';
import type { AlarmContext } from '../../domain/alarms/life/context.ts';
import { decideAlarmCommand, type AlarmLifeCommand } from '../../domain/alarms/life/decide.ts';
import type { AlarmEvent } from '../../domain/alarms/life/events.ts';
import type { Evaluator } from '../../domain/alarms/evaluation/evaluator.ts';
import { compileRule } from '../../domain/alarms/expressions/expression.ts';
import type { Places, Transition } from '../../domain/alarms/evaluation/facts.ts';
import { alarmRecord, ruleRecord, watchRecord } from '../../domain/alarms/life/record.ts';
import { liveRules, watchOf, type AlarmsState } from '../../domain/alarms/life/state.ts';
import { decideAlarmTimers } from '../../domain/alarms/life/alarm-timers.ts';
import { decideTransition } from '../../domain/alarms/life/transitions.ts';
import { SYSTEM, type By } from '../../domain/cases/events.ts';
import type { Desk, DeskLog } from '../desk.ts';
import type { Records } from '../records.ts';
import { OperatorsOnDuty } from './operators.ts';

/** The facts of now are shown beside those it rang with, this often. */
const FACTS_EVERY_MS = 5_000;
/** Whoever rang an alarm, and still runs, has said by then that it is over. */
const STRAY_AFTER_MS = 30_000;
const RUNG = -Infinity;

export interface AlarmsDeps {
  readonly state: AlarmsState;
  readonly desk: Desk;
  readonly records: Records;
  readonly evaluator: Evaluator;
  readonly places: Places;
  readonly nowMs: () => number;
  readonly log: DeskLog;
  /** What alarms ask of cases. */
  readonly cases: (by: By, commandId: string) => Pick<AlarmContext, 'createIncident' | 'openIncident'>;
}

export class Alarms {
  private readonly deps: AlarmsDeps;
  private readonly operators = new OperatorsOnDuty();
  /** What is not durable yet, in its order. */
  private waiting: Transition[] = [];
  private deciding = false;
  /** After a fault, until it is known whose it was. */
  private oneByOne = false;
  /** Alarms whose data is silent. */
  private readonly uncertain = new Set<string>();
  /** Those that became silent, or spoke again, and are not shown so yet. */
  private readonly doubted = new Set<string>();
  /** What holds here and does not ring, since when; `RUNG`: it was rung for that already, and still holds. */
  private missed: ReadonlyMap<string, number> = new Map();
  private factsAtMs = -Infinity;
  /** How many operators this server said last. */
  private saidOperators = 0;

  constructor(deps: AlarmsDeps) {
    this.deps = deps;
  }

  /** The journal is read: the evaluator goes on from what it holds. */
  start(): void {
    const { state, evaluator, nowMs } = this.deps;
    this.useRules();
    evaluator.restore([...state.byId.values()].filter((a) => a.active));
    this.operators.begin(watchOf(state).operators, nowMs());
    this.show();
  }

  /** Lets time pass. */
  tick(nowMs: number): void {
    const { evaluator, desk, records, state } = this.deps;
    for (const t of evaluator.advance(nowMs)) {
      if (t.to === 'uncertain' || t.to === 'certain') this.doubt(t);
      else this.waiting.push(t);
    }
    // What the state holds meanwhile may not be durable: nobody may see it.
    if (!desk.settled) return;
    for (const id of this.doubted) if (state.byId.has(id)) this.put(id);
    this.doubted.clear();
    records.put('watch', watchRecord(state, nowMs));
    if (nowMs - this.factsAtMs >= FACTS_EVERY_MS || nowMs < this.factsAtMs) {
      this.factsAtMs = nowMs;
      for (const a of state.byId.values()) if (a.active) this.put(a.id);
      this.endStrays(nowMs);
      this.ringMissed(nowMs);
    }
    this.decide(nowMs);
  }

  command(id: string, command: AlarmLifeCommand, by: By): Promise<CommandAnswer> {
    const { desk, state, nowMs, cases } = this.deps;
    return desk.answer(by.id, id, () =>
      decideAlarmCommand(state, command, {
        nowMs: nowMs(),
        by,
        ...cases(by, id),
        checkRule: (rule) => this.check(rule),
      }),
    );
  }

  /** What is wrong with a rule's expressions; nothing: it can be tried. */
  check(rule: AlarmRule): readonly RuleProblem[] {
    const compiled = compileRule(rule, this.deps.places);
    return compiled.ok ? [] : compiled.error;
  }

  /** Puts the records of all that was touched, and gives the evaluator the rules as they are now. */
  show(): void {
    const { state, records } = this.deps;
    const { alarms, rules } = state.touched;
    for (const id of rules) {
      const record = ruleRecord(state, id);
      if (record === undefined) records.delete('rule', id);
      else records.put('rule', record);
    }
    if (rules.size > 0) this.useRules();
    const all = new Set(alarms);
    for (const id of alarms) {
      // How many it explains stands in the record of its parent.
      const parent = state.byId.get(id)?.parent ?? records.get('alarm', id)?.parent;
      if (parent != null) all.add(parent);
    }
    for (const id of all) this.put(id);
    alarms.clear();
    rules.clear();
  }

  private put(id: string): void {
    const { state, records, evaluator } = this.deps;
    const a = state.byId.get(id);
    const now = a?.active === true ? evaluator.factsOf(id) : undefined;
    const facts = now !== undefined && a !== undefined && differ(now, a.facts) ? now : undefined;
    const record = alarmRecord(state, id, { ...(facts && { facts }), uncertain: this.uncertain.has(id) });
    if (record !== undefined) records.put('alarm', record);
    else {
      this.uncertain.delete(id);
      records.delete('alarm', id);
    }
  }

  /** Alarms that another server rang and left, as it died before it saw their end: over where they are seen not to hold. */
  private endStrays(nowMs: number): void {
    const { state, evaluator } = this.deps;
    for (const { id, rule, ruleVersion, subject, active, lastRaisedAtMs } of state.byId.values()) {
      const isSettled = Math.abs(nowMs - lastRaisedAtMs) > STRAY_AFTER_MS;
      if (!active || !isSettled || !evaluator.saysOver(id)) continue;
      this.waiting.push({ alarm: id, rule, ruleVersion, subject, to: 'returned', atMs: nowMs, facts: [] });
    }
  }

  /**
   * What holds here and does not ring: another server told the end of an activation before this one after this one had begun,
   * or took it for a stray. Rung once; servers that see the facts otherwise do not ring against each other.
   */
  private ringMissed(nowMs: number): void {
    const { state, evaluator } = this.deps;
    const missed = new Map<string, number>();
    for (const t of evaluator.standing()) {
      const sinceMs = this.missed.get(t.alarm);
      if (state.byId.get(t.alarm)?.active === true) {
        if (sinceMs === RUNG) missed.set(t.alarm, RUNG);
        continue;
      }
      const isDue = sinceMs !== undefined && nowMs - sinceMs > STRAY_AFTER_MS;
      if (isDue && sinceMs !== RUNG) this.waiting.push(t);
      missed.set(t.alarm, isDue ? RUNG : Math.min(sinceMs ?? nowMs, nowMs));
    }
    this.missed = missed;
  }

  private doubt(t: Transition): void {
    if (t.to === 'uncertain') this.uncertain.add(t.alarm);
    else this.uncertain.delete(t.alarm);
    this.doubted.add(t.alarm);
  }

  /** Rules were checked when they were saved; another version of the product may read them otherwise. */
  private useRules(): void {
    const { state, evaluator, log } = this.deps;
    for (const [rule, problems] of evaluator.setRules(liveRules(state))) {
      log('error', 'an alarm rule cannot be used', { rule, problems });
    }
  }

  /**
   * Each server sees its own screens. The one that has more of them says so, and takes back what it said: others do not
   * answer back every second.
   */
  private onDuty(here: number): number {
    const { operators } = watchOf(this.deps.state);
    if (here < operators && this.saidOperators !== operators) return operators;
    this.saidOperators = here;
    return here;
  }

  private decide(nowMs: number): void {
    const { state, desk, records, log } = this.deps;
    if (this.deciding) return;
    this.operators.count(records.values('presence'), nowMs);
    const timers = (atMs: number): AlarmEvent[] =>
      decideAlarmTimers(state, atMs, { operators: this.operators.say(watchOf(state).operators) });
    if (this.waiting.length === 0) this.oneByOne = false;
    if (this.waiting.length === 0 && timers(nowMs).length === 0) return;
    this.deciding = true;
    const { oneByOne } = this;
    const taken = this.waiting.splice(0, oneByOne ? 1 : this.waiting.length);
    desk.submit({
      actor: SYSTEM.id,
      decide: (write) => {
        const atMs = this.deps.nowMs();
        for (const t of taken) for (const event of decideTransition(state, t, atMs)) write(event);
        if (!oneByOne) for (const event of timers(atMs)) write(event);
        return () => {
          this.deciding = false;
          this.operators.said();
          if (oneByOne) this.decide(atMs);
        };
      },
      refuse: (refusal) => {
        this.deciding = false;
        // A fault in one must not hold up all that wait behind it.
        if (refusal.code === 'internal' && oneByOne) {
          log('error', 'an alarm could not be decided', { transition: taken[0] });
          return;
        }
        this.oneByOne = refusal.code === 'internal';
        this.waiting = [...taken, ...this.waiting];
        log('warn', 'alarms were not stored; they wait', { alarms: taken.length, refusal });
      },
    });
  }
}

const differ = (a: readonly AlarmFact[], b: readonly AlarmFact[]): boolean =>
  a.length !== b.length || a.some((fact, i) => fact.value !== b[i]!.value);

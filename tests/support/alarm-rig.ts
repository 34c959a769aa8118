/** An evaluator with a clock that tests set: seconds since `RIG_START_MS`, and what it said, one line a transition. */
import type { SubjectKind } from '../../server/contract/alarm-fields.ts';
import type { AlarmRule } from '../../server/contract/alarms.ts';
import { Evaluator, type EvaluatorPorts } from '../../server/domain/alarms/evaluation/evaluator.ts';
import { compileRule } from '../../server/domain/alarms/expressions/expression.ts';
import type {
  FactUpdate,
  FactValue,
  LocalClock,
  Transition,
} from '../../server/domain/alarms/evaluation/facts.ts';
import { roundPlaces } from './naive-alarms.ts';

const DAY_MS = 86_400_000;
/** A Friday, 06:00. */
export const RIG_START_MS = 20_000 * DAY_MS + 6 * 3_600_000;
export const rigClock: LocalClock = {
  at: (ms) => {
    const weekday = ((Math.floor(ms / DAY_MS) + 3) % 7) + 1;
    return { hour: (ms % DAY_MS) / 3_600_000, weekday, workday: weekday < 6 };
  },
};

export class AlarmRig {
  readonly evaluator: Evaluator;
  nowS = 0;
  private version = 0;

  constructor(rules: readonly AlarmRule[], ports: Partial<EvaluatorPorts> = {}) {
    this.evaluator = new Evaluator({ places: roundPlaces, clock: rigClock, ...ports });
    this.setRules(rules);
  }

  get nowMs(): number {
    return RIG_START_MS + this.nowS * 1_000;
  }

  setRules(rules: readonly AlarmRule[]): ReturnType<Evaluator['setRules']> {
    this.version++;
    return this.evaluator.setRules(
      rules.map((rule) => ({ rule, version: this.version })),
      this.nowMs,
    );
  }

  /** From now on it is so many seconds after the start. */
  at(nowS: number): this {
    this.nowS = nowS;
    return this;
  }

  update(
    kind: SubjectKind,
    id: string,
    facts: Readonly<Record<string, FactValue>>,
    more: Partial<FactUpdate> = {},
  ): this {
    this.evaluator.update({ kind, id, atMs: this.nowMs, facts, ...more });
    return this;
  }

  link(facts: Readonly<Record<string, FactValue>>, more: Partial<FactUpdate> = {}): this {
    return this.update('link', 'a', facts, more);
  }

  remove(kind: SubjectKind, id: string): this {
    this.evaluator.remove(kind, id, this.nowMs);
    return this;
  }

  watching(rule: AlarmRule): number {
    const compiled = compileRule(rule);
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
    return this.evaluator.watching(compiled.value);
  }

  /** Everything said since, up to now. */
  transitions(): Transition[] {
    return this.evaluator.advance(this.nowMs);
  }

  /** The same as `raised jam:a 12`. */
  said(): string[] {
    return this.transitions().map(
      (t) =>
        `${t.to} ${t.alarm} ${(t.atMs - RIG_START_MS) / 1_000}${t.suppressed === true ? ' suppressed' : ''}`,
    );
  }
}

/** The moment so many seconds after the start. */
export const since = (s: number): number => RIG_START_MS + s * 1_000;

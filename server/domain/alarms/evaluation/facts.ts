/**
 * What alarm rules are evaluated on: facts of subjects as they change, whoever measured them, live or out of the history.
 * And what comes out: transitions of one rule on one subject.
 */
import type { AlarmFact, AlarmRule, SubjectRef } from '../../../contract/alarms.ts';
import type { SubjectKind } from '../../../contract/alarm-fields.ts';
import type { LonLat } from '../../../contract/geo.ts';
import type { LocalText } from '../../../contract/text.ts';

/** null: not known (any more). */
export type FactValue = number | string | boolean | null;

/**
 * Facts of one subject that changed; those left out are as before. A field with `clock` in its description carries the
 * moment (ms) it counts from, or null where it does not run.
 */
export interface FactUpdate {
  readonly kind: SubjectKind;
  readonly id: string;
  /** When they came to be known here. */
  readonly atMs: number;
  readonly facts: Readonly<Record<string, FactValue>>;
  readonly name?: LocalText;
  readonly position?: LonLat | null;
  readonly district?: string;
}

/** A rule on a subject changed what it says. */
export interface Transition {
  readonly rule: string;
  readonly ruleVersion: number;
  /** `rule:subject`; of a rule that counts, `rule:` and the subject of the first of them. */
  readonly alarm: string;
  readonly subject: SubjectRef;
  /**
   * `raised`: rings. `again`: of a rule that counts, one more happened. `returned`: over. `suppressed`, `unsuppressed`: by
   * design. `uncertain`, `certain`: its data fell silent, or speaks again.
   */
  readonly to: 'raised' | 'again' | 'returned' | 'suppressed' | 'unsuppressed' | 'uncertain' | 'certain';
  readonly atMs: number;
  readonly facts: readonly AlarmFact[];
  /** True with `raised` while it is suppressed by design. */
  readonly suppressed?: boolean;
}

/** A rule as the evaluator is given it. */
export interface LiveRule {
  readonly rule: AlarmRule;
  readonly version: number;
}

/** What expressions may ask of the city's places. */
export interface Places {
  /** Metres to the nearest facility of a kind, or to the facility of that id; Infinity where there is none. */
  metresTo(position: LonLat, kindOrId: string): number;
  /** Whether it lies in a district or street; undefined where there is none of that id. */
  insideDistrict(position: LonLat, id: string): boolean | undefined;
}

/** Incidents that were reported before, for `earlier`. */
export interface EarlierIncidents {
  /** How many of a category or family within `days` before `atMs` and `metres` of `position`, without the one itself. */
  count(
    categoryOrFamily: string,
    days: number,
    metres: number,
    position: LonLat,
    atMs: number,
    self: string,
  ): number;
}

/** What is usual: learnt while the data streams by. */
export interface Baselines {
  /** Takes a value; `series` names subject and field. Cheap: it is called for every value. */
  learn(series: string, value: number, atMs: number): void;
  /** Median and spread (MAD × 1.4826, in the value's unit) at this hour on such a day; null: not enough is known. */
  usual(series: string, atMs: number): { readonly median: number; readonly spread: number } | null;
}

/** The city's local time. */
export interface LocalClock {
  at(ms: number): { readonly hour: number; readonly weekday: number; readonly workday: boolean };
}

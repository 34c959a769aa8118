/**
 * One alarm as the state holds it, an immutable value, and what follows from it: its state by ISA-18.2, whether it calls for
 * somebody, whether it is over. An activation goes from ringing up to its return; being put back in sight begins a new one.
 */
import type {
  AlarmFact,
  AlarmPriority,
  AlarmRecord,
  AlarmState,
  SubjectRef,
} from '../../../contract/alarms.ts';
import type { LocalText } from '../../../contract/text.ts';

export interface Alarm {
  readonly id: string;
  readonly number: number;
  readonly rule: string;
  readonly ruleVersion: number;
  readonly name: LocalText;
  readonly priority: AlarmPriority;
  readonly subject: SubjectRef;
  readonly facts: readonly AlarmFact[];
  readonly active: boolean;
  readonly suppressed: boolean;
  readonly raisedAtMs: number;
  readonly lastRaisedAtMs: number;
  readonly count: number;
  readonly returnedAtMs: number | null;
  /** When this activation rang; null: nobody was called so far. */
  readonly rangAtMs: number | null;
  readonly acknowledged: AlarmRecord['acknowledged'] | null;
  readonly shelved: AlarmRecord['shelved'] | null;
  readonly outOfService: AlarmRecord['outOfService'] | null;
  /** The root that explains it: active, not suppressed, without a parent itself (AL-61). */
  readonly parent: string | null;
  readonly escalated: AlarmRecord['escalated'] | null;
  /** Steps of the rule's escalation that were taken in this activation. */
  readonly steps: number;
  readonly incident: { readonly id: string; readonly number: number } | null;
}

/** A new activation: nobody has answered it yet. */
export const unanswered = {
  rangAtMs: null,
  acknowledged: null,
  escalated: null,
  steps: 0,
} as const satisfies Partial<Alarm>;

/** What its ringing says of an alarm. */
export type Told = Pick<
  Alarm,
  | 'id'
  | 'number'
  | 'rule'
  | 'ruleVersion'
  | 'name'
  | 'priority'
  | 'subject'
  | 'facts'
  | 'active'
  | 'suppressed'
>;
export const newAlarm = (told: Told, parent: string | null, atMs: number): Alarm => ({
  ...unanswered,
  ...told,
  parent,
  raisedAtMs: atMs,
  lastRaisedAtMs: atMs,
  count: 1,
  returnedAtMs: null,
  shelved: null,
  outOfService: null,
  incident: null,
});

export function stateOf(a: Alarm): AlarmState {
  if (a.outOfService !== null) return 'out-of-service';
  if (a.shelved !== null) return 'shelved';
  if (a.suppressed) return 'suppressed';
  if (!a.active) return 'returned';
  return a.acknowledged === null ? 'unacknowledged' : 'acknowledged';
}

/** Taken out of sight by people, or by the rule's own design. */
export const isOutOfSight = (a: Alarm): boolean =>
  a.outOfService !== null || a.shelved !== null || a.suppressed;
/** Taken out of sight by people. */
export const isSetAside = (a: Alarm): boolean => a.outOfService !== null || a.shelved !== null;

/** Asks for an operator now: it sounds, counts and escalates. */
export const isCalling = (a: Alarm): boolean =>
  a.active && a.acknowledged === null && a.parent === null && !isOutOfSight(a);

/** Waits for somebody to acknowledge it, though it may be over. */
export const isUnanswered = (a: Alarm): boolean => a.acknowledged === null && !isOutOfSight(a);

/** Normal again: no record any more. What never called anybody needs no answer. */
export const isOver = (a: Alarm): boolean =>
  !a.active && !isSetAside(a) && (a.acknowledged !== null || a.rangAtMs === null);

/** May explain others: what is suppressed by design is on no screen, so nothing hides behind it. */
export const canExplain = (a: Alarm): boolean => a.active && !a.suppressed;

/** Number people say aloud. */
export const spokenNumber = (a: Pick<Alarm, 'number'>): string => `A${a.number}`;

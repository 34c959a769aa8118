/**
 * What can happen to the control of signals, as the journal keeps it: who set a mode, which plan was given, what was
 * measured, which waves ran. What a method wishes every second is telemetry and stands in no journal.
 */
import type {
  ControlMethod,
  MeasurementRecord,
  SignalLimits,
  SignalMode,
  SpecialPlanKind,
} from '../../../contract/signal-control.ts';
import type { PortPlan } from '../../../contract/signal-port.ts';
import type { LocalText } from '../../../contract/text.ts';
import type { By } from '../../cases/events.ts';

interface Act {
  readonly atMs: number;
  readonly by: By;
  readonly reason?: string;
}
export type MeasuredBlock = MeasurementRecord['blocks'][number];
export type MeasuredEffect = NonNullable<MeasurementRecord['effect']>;

export interface SignalEventPayloads {
  /** What is absent stays as it was. */
  'signal.mode-changed': Act & {
    readonly signals: readonly string[];
    readonly mode: SignalMode;
    readonly method?: ControlMethod;
    readonly limits?: SignalLimits;
  };
  /** `plan` null: its own again. `proposal`: what was approved, with what it promised. */
  'signal.plan-changed': Act & {
    readonly signal: string;
    readonly plan: PortPlan | null;
    readonly proposal?: { readonly id: string; readonly delayNowS: number; readonly delayThenS: number };
  };
  'signal.proposal-refused': Act & { readonly signal: string; readonly proposal: string };
  'measurement.began': Act & {
    readonly id: string;
    readonly name: LocalText;
    readonly signals: readonly string[];
    readonly controls: readonly string[];
    readonly design: MeasurementRecord['design'];
    readonly base: ControlMethod;
    readonly test: ControlMethod;
    readonly blockMin: number;
    /** Which way rules in each block, in their order; those that were measured before it began are in `blocks`. */
    readonly arms: readonly MeasuredBlock['arm'][];
    readonly blocks: readonly MeasuredBlock[];
    readonly endsAtMs: number;
  };
  'measurement.block': {
    readonly atMs: number;
    readonly id: string;
    readonly block: MeasuredBlock;
    readonly effect?: MeasuredEffect;
  };
  'measurement.ended': Act & { readonly id: string; readonly state: 'done' | 'stopped' };
  'special-plan.began': Act & {
    readonly id: string;
    readonly kind: SpecialPlanKind;
    readonly name: LocalText;
    readonly place: readonly [number, number];
    readonly direction: 'to' | 'from';
    readonly endsAtMs: number;
    /** By signal, the plan it runs meanwhile. */
    readonly plans: Readonly<Record<string, PortPlan>>;
    readonly reason: string;
  };
  'special-plan.ended': Act & { readonly id: string };
  'wave.began': Act & {
    readonly unit: string;
    readonly incident?: string;
    readonly priority: number;
    /** How many signals lie on its way. */
    readonly junctions: number;
  };
  'wave.ended': Act & {
    readonly unit: string;
    readonly state: 'done' | 'cancelled';
    /** How many signals it passed. */
    readonly junctions: number;
    readonly savedS?: number;
  };
}

export type SignalEventType = keyof SignalEventPayloads;
export type SignalEvent = {
  [T in SignalEventType]: { readonly type: T; readonly payload: SignalEventPayloads[T] };
}[SignalEventType];

const types: Readonly<Record<SignalEventType, true>> = {
  'signal.mode-changed': true,
  'signal.plan-changed': true,
  'signal.proposal-refused': true,
  'measurement.began': true,
  'measurement.block': true,
  'measurement.ended': true,
  'special-plan.began': true,
  'special-plan.ended': true,
  'wave.began': true,
  'wave.ended': true,
};
export const isSignalEvent = (e: { readonly type: string }): boolean => Object.hasOwn(types, e.type);

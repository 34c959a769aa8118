/** How people set the signals, and what runs over them for a time: measurements, special plans, green waves. */
import {
  defaultLimits,
  type ControlMethod,
  type SignalLimits,
  type SignalMode,
} from '../../../contract/signal-control.ts';
import type { PortPlan } from '../../../contract/signal-port.ts';
import type { By } from '../../cases/events.ts';
import { UndoMap, type UndoLog } from '../../undo.ts';
import type { MeasuredBlock, MeasuredEffect, SignalEventPayloads } from './events.ts';

/** Ended waves are kept on the screens so long, and known for longer: who cancelled one does not want it again. */
export const WAVE_SHOWN_MS = 10 * 60_000;
export const WAVE_KNOWN_MS = 2 * 3_600_000;
const ENDED_KEPT_MS = 7 * 86_400_000;

export interface SignalSetting {
  readonly mode: SignalMode;
  readonly method: ControlMethod;
  readonly limits: SignalLimits;
  /** Approved by somebody, instead of its own. */
  readonly plan: PortPlan | null;
  readonly changed: { readonly by: By; readonly atMs: number; readonly reason?: string } | null;
  /** When somebody refused a proposal last. */
  readonly refusedAtMs: number | null;
}
/** Of a signal that nobody has set. */
export const untouched: SignalSetting = {
  mode: 'local',
  method: 'ours',
  limits: defaultLimits,
  plan: null,
  changed: null,
  refusedAtMs: null,
};

type Began<T extends 'measurement.began' | 'special-plan.began' | 'wave.began'> = Omit<
  SignalEventPayloads[T],
  'blocks' | 'reason'
>;
export interface Measurement extends Began<'measurement.began'> {
  readonly blocks: readonly MeasuredBlock[];
  readonly effect: MeasuredEffect | null;
  readonly state: 'running' | 'done' | 'stopped';
  readonly endedAtMs: number | null;
}
export interface SpecialPlan extends Began<'special-plan.began'> {
  readonly reason: string;
}
export interface Wave extends Began<'wave.began'> {
  readonly ended: Omit<SignalEventPayloads['wave.ended'], 'unit'> | null;
}

export interface ControlState {
  readonly undo: UndoLog;
  readonly signals: UndoMap<string, SignalSetting>;
  readonly measurements: UndoMap<string, Measurement>;
  /** In force. */
  readonly specialPlans: UndoMap<string, SpecialPlan>;
  /** By unit. */
  readonly waves: UndoMap<string, Wave>;
  readonly numbers: UndoMap<'measurement' | 'special-plan', number>;
  /** What was written since somebody emptied these: whose records have to be made anew, or taken away. */
  readonly touched: Readonly<Record<'signals' | 'measurements' | 'specialPlans' | 'waves', Set<string>>>;
}

export function emptyControl(undo: UndoLog): ControlState {
  const touched = {
    signals: new Set<string>(),
    measurements: new Set<string>(),
    specialPlans: new Set<string>(),
    waves: new Set<string>(),
  };
  return {
    undo,
    touched,
    signals: new UndoMap(undo, (id) => touched.signals.add(id)),
    measurements: new UndoMap(undo, (id) => touched.measurements.add(id)),
    specialPlans: new UndoMap(undo, (id) => touched.specialPlans.add(id)),
    waves: new UndoMap(undo, (unit) => touched.waves.add(unit)),
    numbers: new UndoMap(undo),
  };
}

export const settingOf = (state: ControlState, signal: string): SignalSetting =>
  state.signals.get(signal) ?? untouched;

export const nextId = (state: ControlState, kind: 'measurement' | 'special-plan'): string =>
  `${kind}-${(state.numbers.get(kind) ?? 0) + 1}`;

/** The running switch-back that a signal takes part in: its methods rule there, whatever the mode. */
export function switchBackOf(state: ControlState, signal: string): Measurement | undefined {
  for (const m of state.measurements.values())
    if (m.state === 'running' && m.design === 'switch-back' && m.signals.includes(signal)) return m;
  return undefined;
}

/** Any running measurement of a signal. */
export function measurementOf(state: ControlState, signal: string): Measurement | undefined {
  const switchBack = switchBackOf(state, signal);
  if (switchBack !== undefined) return switchBack;
  for (const m of state.measurements.values())
    if (m.state === 'running' && m.signals.includes(signal)) return m;
  return undefined;
}

/** The plan that a special plan in force gives a signal; of several the one that began last. */
export function specialPlanOf(state: ControlState, signal: string): SpecialPlan | undefined {
  let found: SpecialPlan | undefined;
  for (const p of state.specialPlans.values()) if (Object.hasOwn(p.plans, signal)) found = p;
  return found;
}

/** Drops what ended long ago from memory; the journal keeps it. */
export function forgetControl(state: ControlState, nowMs: number): void {
  const { measurements, waves } = state;
  for (const m of measurements.values())
    if (m.endedAtMs !== null && m.endedAtMs < nowMs - ENDED_KEPT_MS) measurements.delete(m.id);
  for (const w of waves.values())
    if (w.ended !== null && w.ended.atMs < nowMs - WAVE_KNOWN_MS) waves.delete(w.unit);
}

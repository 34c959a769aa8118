/** What is decided about signals as the records that screens get; what is live of them is given by the caller. */
import type {
  ControlRecord,
  MeasurementRecord,
  SignalGround,
  SignalProposal,
  SpecialPlanRecord,
  WaveRecord,
} from '../../../contract/signal-control.ts';
import type { LocalText } from '../../../contract/text.ts';
import type { By } from '../../cases/events.ts';
import { measurementOf, settingOf, specialPlanOf, type ControlState } from './state.ts';

const named = ({ id, name }: By): { id: string; name: string } => ({ id, name });

/** What a controller and the city pack say of a signal. */
export interface LiveSignal {
  readonly id: string;
  readonly name: LocalText;
  readonly position: readonly [number, number];
  readonly district?: string;
  readonly feed: string;
  readonly ground: SignalGround;
  readonly groundReason?: LocalText;
  readonly proposal?: SignalProposal;
}

export function controlRecord(state: ControlState, live: LiveSignal): ControlRecord {
  const { id, name, position, district, feed, ground, groundReason, proposal } = live;
  const { mode, method, limits, plan, changed } = settingOf(state, id);
  const given = specialPlanOf(state, id)?.plans[id] ?? plan;
  const measurement = measurementOf(state, id)?.id;
  return {
    id,
    name,
    position: [...position],
    ...(district !== undefined && { district }),
    mode,
    method,
    ground,
    ...(groundReason && { groundReason }),
    limits,
    ...(given && { plan: given }),
    ...(proposal && mode === 'advice' && { proposal }),
    ...(changed && {
      changed: {
        by: named(changed.by),
        atMs: changed.atMs,
        ...(changed.reason !== undefined && { reason: changed.reason }),
      },
    }),
    ...(measurement !== undefined && { measurement }),
    feed,
  };
}

/** Undefined where it is not known. */
export function measurementRecord(state: ControlState, id: string): MeasurementRecord | undefined {
  const m = state.measurements.get(id);
  if (m === undefined) return undefined;
  return {
    id,
    name: m.name,
    signals: [...m.signals],
    controls: [...m.controls],
    design: m.design,
    base: m.base,
    test: m.test,
    blockMin: m.blockMin,
    state: m.state,
    startedAtMs: m.atMs,
    endsAtMs: m.endedAtMs ?? m.endsAtMs,
    startedBy: named(m.by),
    blocks: [...m.blocks],
    ...(m.effect && { effect: m.effect }),
  };
}

/** Undefined where it is not in force. */
export function specialPlanRecord(state: ControlState, id: string): SpecialPlanRecord | undefined {
  const p = state.specialPlans.get(id);
  if (p === undefined) return undefined;
  return {
    id,
    kind: p.kind,
    name: p.name,
    signals: Object.keys(p.plans),
    place: [...p.place],
    direction: p.direction,
    startedAtMs: p.atMs,
    endsAtMs: p.endsAtMs,
    by: named(p.by),
    reason: p.reason,
  };
}

/** `live`: its junctions and what was saved so far, while it runs. */
export function waveRecord(
  state: ControlState,
  unit: string,
  live: { readonly junctions: WaveRecord['junctions']; readonly savedS?: number },
): WaveRecord | undefined {
  const w = state.waves.get(unit);
  if (w === undefined) return undefined;
  const savedS = w.ended?.savedS ?? live.savedS;
  return {
    id: `wave:${unit}`,
    unit,
    ...(w.incident !== undefined && { incident: w.incident }),
    priority: w.priority,
    state: w.ended?.state ?? 'running',
    startedAtMs: w.atMs,
    ...(w.ended && { endedAtMs: w.ended.atMs }),
    junctions: live.junctions,
    ...(savedS !== undefined && { savedS }),
    by: named(w.by),
  };
}

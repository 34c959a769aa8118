/**
 * What people decide about signals. Answers events, or the reason why not; nothing is changed here. What the roads and
 * controllers look like is asked of the caller (`SignalWorld`).
 */
import type { CommandPayloads, CommandResult, SignalCommandType } from '../../../contract/commands.ts';
import type { LonLat } from '../../../contract/geo.ts';
import type { Refusal } from '../../../contract/refusals.ts';
import { err, ok, type Result } from '../../../contract/result.ts';
import { mayDo } from '../../../contract/rights.ts';
import { roleNames } from '../../../contract/roles.ts';
import type { SignalProposal } from '../../../contract/signal-control.ts';
import type { PortPlan } from '../../../contract/signal-port.ts';
import { inBoth } from '../../cases/context.ts';
import type { By } from '../../cases/events.ts';
import type { MeasuredBlock, SignalEvent } from './events.ts';
import { switchBackArms } from './measurement.ts';
import { measurementOf, nextId, settingOf, type ControlState } from './state.ts';
import { methodTexts, specialPlanTexts } from './words.ts';

const MINUTE_MS = 60_000;
/** After an approved plan so many blocks are measured. */
const AFTER_BLOCKS = 6;
const AFTER_BLOCK_MIN = 5;

/** A way of a unit that a wave could be made for. */
export interface WaveFacts {
  readonly incident?: string;
  readonly priority: number;
  readonly junctions: number;
}

export interface SignalWorld {
  /** Whether a controller has told what this junction is. */
  readonly isDescribed: (signal: string) => boolean;
  readonly proposal: (signal: string) => SignalProposal | undefined;
  /** Described signals within so many metres. */
  readonly signalsNear: (position: LonLat, radiusM: number) => readonly string[];
  /** Signals like these that nobody touches now, for what changes by itself. */
  readonly controlsFor: (signals: readonly string[]) => readonly string[];
  /** What was measured of the last half hour, oldest first. */
  readonly measuredBefore: (
    signals: readonly string[],
    controls: readonly string[],
  ) => readonly MeasuredBlock[];
  readonly specialPlans: (
    signals: readonly string[],
    plan: Pick<CommandPayloads['special-plan.start'], 'kind' | 'position' | 'direction'>,
  ) => Readonly<Record<string, PortPlan>>;
  readonly wayOf: (unit: string) => WaveFacts | 'unknown' | 'no-way';
  /** What a running wave brought so far. */
  readonly waveSoFar: (unit: string) => { readonly junctions: number; readonly savedS?: number };
}

export interface SignalContext {
  readonly nowMs: number;
  readonly by: By;
  readonly world: SignalWorld;
}

export type SignalCommand = {
  [T in SignalCommandType]: { readonly type: T; readonly payload: CommandPayloads[T] };
}[SignalCommandType];

export interface SignalDecision {
  readonly events: readonly SignalEvent[];
  readonly result?: CommandResult;
}
type Decided = Result<SignalDecision, Refusal>;

export function decideSignalCommand(
  state: ControlState,
  command: SignalCommand,
  ctx: SignalContext,
): Decided {
  const { role } = ctx.by;
  if (role === undefined || !mayDo(role, command.type))
    return refuse('not-allowed', role === undefined ? '' : inBoth(roleNames[role]));
  switch (command.type) {
    case 'signal.mode':
      return setMode(state, command.payload, ctx);
    case 'signal.approve':
      return approve(state, command.payload, ctx);
    case 'signal.measure':
      return measure(state, command.payload, ctx);
    case 'signal.measure-stop':
      return stopMeasuring(state, command.payload, ctx);
    case 'special-plan.start':
      return startSpecialPlan(state, command.payload, ctx);
    case 'special-plan.end':
      return endSpecialPlan(state, command.payload, ctx);
    case 'wave.start':
      return startWave(state, command.payload.unit, ctx);
    case 'wave.cancel':
      return cancelWave(state, command.payload, ctx);
  }
}

const refuse = (code: Refusal['code'], detail?: string): Decided =>
  err({ code, ...(detail !== undefined && { detail: detail.slice(0, 300) }) });
const decided = (events: readonly SignalEvent[], result?: CommandResult): Decided =>
  ok({ events, ...(result && { result }) });

const act = (ctx: SignalContext, reason?: string) => ({
  atMs: ctx.nowMs,
  by: ctx.by,
  ...(reason !== undefined && { reason }),
});

/** Why these signals cannot be set or measured; null: they can. */
function notFree(state: ControlState, signals: readonly string[], ctx: SignalContext): Decided | null {
  for (const id of signals) if (!ctx.world.isDescribed(id)) return refuse('signal-unknown', id);
  for (const id of signals) {
    const measurement = measurementOf(state, id);
    if (measurement?.design === 'switch-back') return refuse('in-measurement', measurement.id);
  }
  return null;
}

function setMode(state: ControlState, p: CommandPayloads['signal.mode'], ctx: SignalContext): Decided {
  const signals = [...new Set(p.signals)];
  const problem = notFree(state, signals, ctx);
  if (problem !== null) return problem;
  const { mode, method, limits } = p;
  const changed: SignalEvent = {
    type: 'signal.mode-changed',
    payload: { ...act(ctx, p.reason), signals, mode, ...(method && { method }), ...(limits && { limits }) },
  };
  // What one change brought cannot be told any more after the next.
  const measured = new Set(signals.flatMap((id) => measurementOf(state, id)?.id ?? []));
  const stopped = [...measured].map((id): SignalEvent => {
    return { type: 'measurement.ended', payload: { ...act(ctx), id, state: 'stopped' } };
  });
  return decided([changed, ...stopped]);
}

function approve(state: ControlState, p: CommandPayloads['signal.approve'], ctx: SignalContext): Decided {
  const { world, nowMs } = ctx;
  const { signal } = p;
  const problem = notFree(state, [signal], ctx);
  if (problem !== null) return problem;
  const proposal = world.proposal(signal);
  if (proposal === undefined || proposal.id !== p.proposal || settingOf(state, signal).mode !== 'advice')
    return refuse('proposal-gone');
  if (!p.accepted) {
    if (p.reason === undefined) return refuse('reason-needed');
    const payload = { ...act(ctx, p.reason), signal, proposal: proposal.id };
    return decided([{ type: 'signal.proposal-refused', payload }]);
  }
  const { id, plan, delayNowS, delayThenS } = proposal;
  const changed: SignalEvent = {
    type: 'signal.plan-changed',
    payload: { ...act(ctx, p.reason), signal, plan, proposal: { id, delayNowS, delayThenS } },
  };
  // One that is measured already goes on with what it measures.
  if (measurementOf(state, signal) !== undefined) return decided([changed]);
  const controls = world.controlsFor([signal]);
  const blocks = world.measuredBefore([signal], controls);
  const measurement = nextId(state, 'measurement');
  const began: SignalEvent = {
    type: 'measurement.began',
    payload: {
      ...act(ctx),
      id: measurement,
      name: { zh: '批准方案的效果', en: 'Effect of the approved plan' },
      signals: [signal],
      controls,
      design: 'before-after',
      base: 'fixed',
      test: 'webster',
      blockMin: AFTER_BLOCK_MIN,
      arms: Array.from({ length: AFTER_BLOCKS }, () => 'test' as const),
      blocks,
      endsAtMs: nowMs + AFTER_BLOCKS * AFTER_BLOCK_MIN * MINUTE_MS,
    },
  };
  return decided([changed, began], { measurement });
}

function measure(state: ControlState, p: CommandPayloads['signal.measure'], ctx: SignalContext): Decided {
  const signals = [...new Set(p.signals)];
  if (p.base === p.test) return refuse('same-methods');
  for (const id of signals) if (!ctx.world.isDescribed(id)) return refuse('signal-unknown', id);
  for (const id of signals) {
    const measurement = measurementOf(state, id);
    if (measurement !== undefined) return refuse('in-measurement', measurement.id);
  }
  const id = nextId(state, 'measurement');
  const [base, test] = [methodTexts[p.base], methodTexts[p.test]];
  const payload = {
    ...act(ctx),
    id,
    name: {
      zh: `${test.zh} 对比 ${base.zh}（${signals.length} 个路口）`,
      en: `${test.en} against ${base.en} (${signals.length} ${signals.length === 1 ? 'signal' : 'signals'})`,
    },
    signals,
    controls: ctx.world.controlsFor(signals),
    design: 'switch-back' as const,
    base: p.base,
    test: p.test,
    blockMin: p.blockMin,
    arms: switchBackArms(id, p.pairs),
    blocks: [],
    endsAtMs: ctx.nowMs + 2 * p.pairs * p.blockMin * MINUTE_MS,
  };
  return decided([{ type: 'measurement.began', payload }], { measurement: id });
}

function stopMeasuring(
  state: ControlState,
  p: CommandPayloads['signal.measure-stop'],
  ctx: SignalContext,
): Decided {
  const known = state.measurements.get(p.measurement);
  if (known === undefined) return refuse('not-found');
  if (known.state !== 'running') return refuse('already-done', inBoth(known.name));
  const payload = { ...act(ctx, p.reason), id: known.id, state: 'stopped' as const };
  return decided([{ type: 'measurement.ended', payload }], { measurement: known.id });
}

function startSpecialPlan(
  state: ControlState,
  p: CommandPayloads['special-plan.start'],
  ctx: SignalContext,
): Decided {
  const { world, nowMs } = ctx;
  const near = world.signalsNear(p.position, p.radiusM);
  if (near.length === 0) return refuse('no-signals-near');
  const plans = world.specialPlans(near, p);
  const id = nextId(state, 'special-plan');
  const payload = {
    ...act(ctx),
    id,
    kind: p.kind,
    name: specialPlanTexts[p.kind],
    place: p.position,
    direction: p.direction,
    endsAtMs: nowMs + p.minutes * MINUTE_MS,
    plans,
    reason: p.reason,
  };
  return decided([{ type: 'special-plan.began', payload }], { specialPlan: id });
}

function endSpecialPlan(
  state: ControlState,
  p: CommandPayloads['special-plan.end'],
  ctx: SignalContext,
): Decided {
  const known = state.specialPlans.get(p.plan);
  if (known === undefined) return refuse('not-found');
  const payload = { ...act(ctx, p.reason), id: known.id };
  return decided([{ type: 'special-plan.ended', payload }], { specialPlan: known.id });
}

function startWave(state: ControlState, unit: string, ctx: SignalContext): Decided {
  const running = state.waves.get(unit);
  if (running !== undefined && running.ended === null) return refuse('already-done', running.by.name);
  const way = ctx.world.wayOf(unit);
  if (way === 'unknown') return refuse('not-found');
  if (way === 'no-way') return refuse('no-way', unit);
  return decided([{ type: 'wave.began', payload: { ...act(ctx), unit, ...way } }]);
}

function cancelWave(state: ControlState, p: CommandPayloads['wave.cancel'], ctx: SignalContext): Decided {
  const running = state.waves.get(p.unit);
  if (running === undefined || running.ended !== null) return refuse('not-found');
  const soFar = ctx.world.waveSoFar(p.unit);
  const payload = { ...act(ctx, p.reason), unit: p.unit, state: 'cancelled' as const, ...soFar };
  return decided([{ type: 'wave.ended', payload }]);
}

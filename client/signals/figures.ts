/** Figures of proposals, measurements and traffic as screens show them. Pure. */
import type {
  ControlRecord,
  MeasurementRecord,
  SignalProposal,
} from '../../server/contract/signal-control.ts';

/** Change of the delay that a plan promises, %; negative: less. */
export const gainPct = ({
  delayNowS,
  delayThenS,
}: Pick<SignalProposal, 'delayNowS' | 'delayThenS'>): number =>
  delayNowS > 0 ? ((delayThenS - delayNowS) / delayNowS) * 100 : 0;

type Proposed = ControlRecord & { readonly proposal: SignalProposal };
/** Those with a proposal; who would gain most comes first. */
export const byGain = (controls: readonly ControlRecord[]): readonly Proposed[] =>
  controls
    .filter((c): c is Proposed => c.proposal !== undefined)
    .sort((a, b) => gainPct(a.proposal) - gainPct(b.proposal) || (a.id < b.id ? -1 : 1));

export interface BlockPoint {
  readonly atMs: number;
  readonly base: number | null;
  readonly test: number | null;
  readonly control: number | null;
}
/** One point a block, its delay under the arm that ruled it. */
export const blockPoints = (blocks: MeasurementRecord['blocks']): readonly BlockPoint[] =>
  blocks.map((b) => ({
    atMs: b.fromMs,
    base: b.arm === 'base' ? b.delayS : null,
    test: b.arm === 'test' ? b.delayS : null,
    control: b.controlDelayS ?? null,
  }));

/** Mean delay of an arm, weighted by the vehicles of its blocks; null before it has any. */
export function armDelayS(blocks: MeasurementRecord['blocks'], arm: 'base' | 'test'): number | null {
  let [seconds, vehicles] = [0, 0];
  for (const b of blocks) {
    if (b.arm !== arm) continue;
    seconds += b.delayS * b.vehicles;
    vehicles += b.vehicles;
  }
  return vehicles > 0 ? seconds / vehicles : null;
}

export type Verdict = 'better' | 'worse' | 'open';
/** What an effect says: nothing as long as its interval holds zero. */
export function verdictOf(effect: MeasurementRecord['effect']): Verdict {
  if (!effect) return 'open';
  if (effect.highPct < 0) return 'better';
  return effect.lowPct > 0 ? 'worse' : 'open';
}

/** How much of it is over, 0…1. */
export const measuredShare = (
  m: Pick<MeasurementRecord, 'startedAtMs' | 'endsAtMs'>,
  nowMs: number,
): number => Math.max(0, Math.min(1, (nowMs - m.startedAtMs) / Math.max(1, m.endsAtMs - m.startedAtMs)));

/** Running first, then the newest. */
export const byRecency = (all: readonly MeasurementRecord[]): readonly MeasurementRecord[] =>
  [...all].sort(
    (a, b) => Number(b.state === 'running') - Number(a.state === 'running') || b.startedAtMs - a.startedAtMs,
  );

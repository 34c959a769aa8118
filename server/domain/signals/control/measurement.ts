/**
 * What a change of control brings, measured: switch-back schedules, and the effect with its interval. Both designs compare
 * logarithms of the mean delay, so that an effect is a share of it: pairs of blocks by a paired t interval (switch-back,
 * Bojinov, Simchi-Levi & Zhao 2023), one change by the difference in differences against signals that nobody touched.
 */
import type { MeasuredBlock, MeasuredEffect } from './events.ts';

/** Left out at the start of each block: queues that the way before left (carry-over), ms. */
export const CARRY_OVER_MS = 60_000;
/** Pairs, or blocks on either side, below which no effect is told. */
const FEWEST = 2;

/** The arms of so many pairs of blocks, each pair in random order; the same for the same id. */
export function switchBackArms(id: string, pairs: number): MeasuredBlock['arm'][] {
  const random = seeded(id);
  return Array.from({ length: pairs }, () =>
    random() < 0.5 ? (['base', 'test'] as const) : (['test', 'base'] as const),
  ).flat();
}

/** Numbers of 0…1 that follow from a text (FNV-1a, then mulberry32). */
function seeded(text: string): () => number {
  let seed = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) seed = Math.imul(seed ^ text.charCodeAt(i), 0x01000193);
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Effect of the test arm on the mean delay over the whole pairs so far; blocks belong to pairs by when they began. Pairs of
 * which a block is missing, or in which nobody was delayed or crossed, say nothing.
 */
export function pairedEffect(
  blocks: readonly MeasuredBlock[],
  beganMs: number,
  blockMin: number,
): MeasuredEffect | undefined {
  const pairs = new Map<number, { [A in MeasuredBlock['arm']]?: number }>();
  for (const { fromMs, arm, delayS } of blocks) {
    const pair = Math.floor((fromMs - beganMs) / (2 * blockMin * 60_000));
    pairs.set(pair, { ...pairs.get(pair), [arm]: delayS });
  }
  const ratios = [...pairs.values()].flatMap(({ base = 0, test = 0 }) =>
    base > 0 && test > 0 ? [Math.log(test / base)] : [],
  );
  if (ratios.length < FEWEST) return undefined;
  const { mean, variance } = momentsOf(ratios);
  const half = tQuantile975(ratios.length - 1) * Math.sqrt(variance / ratios.length);
  return effectOf(mean, half, ratios.length);
}

/**
 * Effect of one change: how the ratio to the control group's delay moved (difference in differences of logarithms), with
 * Welch's interval. `pairs`: blocks on the side that has fewer.
 */
export function beforeAfterEffect(blocks: readonly MeasuredBlock[]): MeasuredEffect | undefined {
  const of = (arm: MeasuredBlock['arm']): number[] =>
    blocks.flatMap((b) => {
      const control = b.controlDelayS ?? 1;
      return b.arm === arm && b.delayS > 0 && control > 0 ? [Math.log(b.delayS / control)] : [];
    });
  const before = of('base');
  const after = of('test');
  if (before.length < FEWEST || after.length < FEWEST) return undefined;
  const [b, a] = [momentsOf(before), momentsOf(after)];
  const [vb, va] = [b.variance / before.length, a.variance / after.length];
  const freedom =
    vb + va === 0
      ? before.length + after.length - 2
      : (vb + va) ** 2 / (vb ** 2 / (before.length - 1) + va ** 2 / (after.length - 1));
  const half = tQuantile975(freedom) * Math.sqrt(vb + va);
  return effectOf(a.mean - b.mean, half, Math.min(before.length, after.length));
}

const percent = (log: number): number => Math.round((Math.exp(log) - 1) * 1_000) / 10;
const effectOf = (mean: number, half: number, pairs: number): MeasuredEffect => ({
  changePct: percent(mean),
  lowPct: percent(mean - half),
  highPct: percent(mean + half),
  pairs,
});

function momentsOf(xs: readonly number[]): { mean: number; variance: number } {
  const mean = xs.reduce((s, x) => s + x, 0) / xs.length;
  const squares = xs.reduce((s, x) => s + (x - mean) ** 2, 0);
  return { mean, variance: squares / (xs.length - 1) };
}

const T_975 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];
/** 97.5 % quantile of Student's t; between whole degrees of freedom the smaller, which is the wider interval. */
function tQuantile975(freedom: number): number {
  const whole = Math.max(1, Math.floor(freedom));
  // Beyond the table: Cornish–Fisher's first terms around the normal quantile.
  return T_975[whole - 1] ?? 1.96 + 2.372 / whole;
}

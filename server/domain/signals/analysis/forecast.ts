/**
 * Short-term forecast of a traffic number (a congestion index) from what it is, what is usual now and then, and how it moved:
 *
 *   x̂(t+h) = x(t) + a·(u(t+h) − u(t)) + b·(u(t) − x(t)) + c·(x(t) − x(t−15 min))
 *
 * With a = b = c = 0 it says "as now"; with a = 1, b = 1 − ρ a deviation from the usual decays. The three weights of each
 * horizon are learnt while it runs, by recursive least squares with forgetting (Ljung, System Identification, 1999, ch. 11),
 * beginning at "as now", which is also what is said where nothing is usual yet.
 */

export const HORIZONS_MIN = [15, 30, 60] as const;
export type HorizonMin = (typeof HORIZONS_MIN)[number];

const SIZE = 3;
/** How far from "as now" the weights may go by few samples: the prior variance in units of the noise. */
const PRIOR = 30;
/** Older samples fade; by a half in about this many. */
const HALF_LIFE = 2_000;
const KEEP = 0.5 ** (1 / HALF_LIFE);

/** What a change is told from. */
export type Features = readonly [toUsual: number, usualChange: number, momentum: number];

export function featuresOf(
  now: number,
  before: number | null,
  usualNow: number | null,
  usualThen: number | null,
): Features {
  const isUsual = usualNow !== null && usualThen !== null;
  return [
    isUsual ? usualNow - now : 0,
    isUsual ? usualThen - usualNow : 0,
    before === null ? 0 : now - before,
  ];
}

/** The weights of one horizon. */
export class ChangeModel {
  readonly weights = new Float64Array(SIZE);
  private readonly covariance = new Float64Array(SIZE * SIZE);
  private readonly gain = new Float64Array(SIZE);

  constructor() {
    for (let i = 0; i < SIZE; i++) this.covariance[i * SIZE + i] = PRIOR;
  }

  change(features: Features): number {
    let sum = 0;
    for (let i = 0; i < SIZE; i++) sum += this.weights[i]! * features[i]!;
    return sum;
  }

  learn(features: Features, change: number): void {
    const { weights, covariance: p, gain } = this;
    let denominator = KEEP;
    for (let i = 0; i < SIZE; i++) {
      gain[i] = 0;
      for (let j = 0; j < SIZE; j++) gain[i]! += p[i * SIZE + j]! * features[j]!;
      denominator += gain[i]! * features[i]!;
    }
    const error = change - this.change(features);
    for (let i = 0; i < SIZE; i++) weights[i]! += (gain[i]! / denominator) * error;
    for (let i = 0; i < SIZE; i++) {
      for (let j = 0; j < SIZE; j++) {
        const at = i * SIZE + j;
        p[at] = (p[at]! - (gain[i]! * gain[j]!) / denominator) / KEEP;
        // Where a feature stays 0 nothing is learnt of it; its variance must not grow without end.
        if (i === j) p[at] = Math.min(PRIOR, p[at]);
      }
    }
  }
}

/** Values are told this often. */
export const STEP_MIN = 5;
export const STEP_MS = STEP_MIN * 60_000;
export const MOMENTUM_STEPS = 15 / STEP_MIN;

/** What a plan will show from now on: greens in the order of its steps, with the yellow and all-red between them. */
import type { PortPhase, PortPlan, PortStage } from '../../../contract/signal-port.ts';

export interface ShownNow {
  readonly phase: number;
  readonly stage: PortStage;
  /** Since this stage began. */
  readonly sinceS: number;
}
export interface PlannedGreen {
  readonly phase: number;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** The rest of the green that shows now comes first; empty where what shows is none of the plan's. */
export function plannedGreens(
  plan: PortPlan,
  phases: readonly PortPhase[],
  shown: ShownNow,
  nowMs: number,
  untilMs: number,
): PlannedGreen[] {
  const { steps } = plan;
  let step = steps.findIndex((s) => s.phase === shown.phase);
  if (step < 0 || shown.stage === 'dark') return [];
  const out: PlannedGreen[] = [];
  const timesOf = (at: number): { greenS: number; yellowS: number; allRedS: number } => {
    const { phase, greenS } = steps[at]!;
    const { minGreenS = 0, pedestrianS = 0, yellowS = 0, allRedS = 0 } = phases[phase] ?? {};
    return { greenS: Math.max(greenS, minGreenS, pedestrianS), yellowS, allRedS };
  };
  let atMs = nowMs;
  const now = timesOf(step);
  if (shown.stage === 'green') atMs -= shown.sinceS * 1_000;
  else {
    const leftS =
      shown.stage === 'yellow' ? now.yellowS - shown.sinceS + now.allRedS : now.allRedS - shown.sinceS;
    atMs += Math.max(0, leftS) * 1_000;
    step = (step + 1) % steps.length;
  }
  while (atMs < untilMs) {
    const { greenS, yellowS, allRedS } = timesOf(step);
    const endMs = Math.max(nowMs, atMs + greenS * 1_000);
    if (endMs > nowMs) {
      out.push({
        phase: steps[step]!.phase,
        fromMs: Math.max(nowMs, atMs),
        untilMs: Math.min(endMs, untilMs),
      });
    }
    atMs = endMs + (yellowS + allRedS) * 1_000;
    step = (step + 1) % steps.length;
  }
  return out;
}

/** Fixed-time plans: the pack's greens and offset as found, or a plan that was sent instead. Pure in the clock. */
import { packPlan } from '../../../server/contract/pack-plan.ts';
import type { PortPlan } from '../../../server/contract/signal-port.ts';
import type { Network } from './network.ts';

/** What decides which phase is shown. Asked once a second per signal in green. */
export interface SignalControl {
  /** The phase wanted now; the one shown, to stay. */
  wanted(signal: number, shown: number, greenElapsedS: number, nowS: number): number;
  /** Seconds until the shown phase is expected to end, where known. */
  remainingS?(signal: number, shown: number, greenElapsedS: number, nowS: number): number;
  /** True where `wanted` may overrun a phase's maximum (a plan set by an engineer). */
  readonly keepsOwnLimits?: boolean;
}

interface Plan {
  readonly said: PortPlan;
  readonly cycleS: number;
  readonly offsetS: number;
  readonly phases: readonly number[];
  readonly startsS: readonly number[];
  readonly greensS: readonly number[];
}

/** The plans of the pack: offset and greens as found, unless another is set. */
export class FixedTimeControl implements SignalControl {
  readonly keepsOwnLimits = true;
  private readonly net: Network;
  private readonly plans: Plan[];

  constructor(net: Network) {
    this.net = net;
    this.plans = net.pack.signals.map((signal, s) => this.laidOut(s, packPlan(signal)));
  }

  /** Runs this plan from now on; null: the pack's again. Its phases must exist. */
  setPlan(signal: number, plan: PortPlan | null): void {
    this.plans[signal] = this.laidOut(signal, plan ?? packPlan(this.net.pack.signals[signal]!));
  }

  wanted(signal: number, shown: number, _greenElapsedS: number, nowS: number): number {
    const plan = this.plans[signal]!;
    const at = into(plan, nowS);
    for (let k = plan.phases.length - 1; k >= 0; k--)
      if (at >= plan.startsS[k]!)
        return plan.phases[at < plan.startsS[k]! + plan.greensS[k]! ? k : (k + 1) % plan.phases.length]!;
    return shown;
  }

  /** Seconds for which `wanted` surely goes on answering the phase that is shown; 0: ask again. */
  keepsS(signal: number, shown: number, nowS: number): number {
    const plan = this.plans[signal]!;
    const at = into(plan, nowS);
    for (let k = plan.phases.length - 1; k >= 0; k--)
      if (at >= plan.startsS[k]!)
        return plan.phases[k] === shown ? plan.startsS[k]! + plan.greensS[k]! - at : 0;
    return 0;
  }

  remainingS(signal: number, shown: number, _greenElapsedS: number, nowS: number): number {
    const plan = this.plans[signal]!;
    const at = into(plan, nowS);
    let least = Infinity;
    plan.phases.forEach((phase, k) => {
      if (phase !== shown) return;
      const end = plan.startsS[k]! + plan.greensS[k]!;
      least = Math.min(least, (end - at + plan.cycleS) % plan.cycleS);
    });
    return least === Infinity ? 0 : least;
  }

  cycleS(signal: number): number {
    return this.plans[signal]!.cycleS;
  }

  /** The plan it runs now. */
  plan(signal: number): PortPlan {
    return this.plans[signal]!.said;
  }

  /** The phase that comes after this one; the plan's first where the plan does not know it. */
  after(signal: number, phase: number): number {
    const { phases } = this.plans[signal]!;
    return phases[(phases.indexOf(phase) + 1) % phases.length]!;
  }

  private laidOut(signal: number, plan: PortPlan): Plan {
    const { phases } = this.net.pack.signals[signal]!;
    const startsS: number[] = [];
    let at = 0;
    for (const step of plan.steps) {
      const p = phases[step.phase]!;
      startsS.push(at);
      at += step.greenS + p.yellowS + p.allRedS;
    }
    return {
      said: plan,
      cycleS: at,
      offsetS: plan.offsetS,
      phases: plan.steps.map((step) => step.phase),
      startsS,
      greensS: plan.steps.map((step) => step.greenS),
    };
  }
}

/** Seconds into the cycle. */
function into(plan: Plan, nowS: number): number {
  const at = (nowS + plan.offsetS) % plan.cycleS;
  return at < 0 ? at + plan.cycleS : at;
}

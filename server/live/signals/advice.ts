/** Every five minutes a better plan for each signal in advice, where there is one; kept until the next, not journalled. */
import type { SignalProposal } from '../../contract/signal-control.ts';
import { proposalsFor, wayBetween, type Advised } from '../../domain/signals/control/proposal.ts';
import type { Flows } from '../../domain/signals/control/delay.ts';
import type { SignalSetting } from '../../domain/signals/control/state.ts';
import type { Junctions } from './junctions.ts';

const EVERY_MS = 5 * 60_000;
/** Flows change so much over this time that they tell how steady they are. */
const BEFORE_MS = 15 * 60_000;
/** After a refusal nothing is proposed for so long. */
const REST_MS = 30 * 60_000;

export interface SignalFlows extends Flows {
  /** 0…1. */
  readonly confidence: number;
}

export interface AdviceDeps {
  readonly junctions: Junctions;
  readonly flows: (signal: string) => SignalFlows | null;
  readonly setting: (signal: string) => SignalSetting;
  /** Whether nothing else runs there. */
  readonly isFree: (signal: string) => boolean;
}

export class Advice {
  private readonly deps: AdviceDeps;
  private proposals = new Map<string, SignalProposal>();
  /** By signal, all its vehicles an hour each time it was looked at. */
  private readonly seen = new Map<string, { readonly atMs: number; readonly vph: number }[]>();
  private lookedAtMs = -Infinity;

  constructor(deps: AdviceDeps) {
    this.deps = deps;
  }

  /** The newest proposal that nobody has answered. */
  proposal(signal: string): SignalProposal | undefined {
    const proposal = this.proposals.get(signal);
    const { changed, refusedAtMs, mode } = this.deps.setting(signal);
    const answeredAtMs = Math.max(changed?.atMs ?? 0, refusedAtMs ?? 0);
    return proposal !== undefined && mode === 'advice' && proposal.atMs > answeredAtMs ? proposal : undefined;
  }

  tick(nowMs: number): void {
    if (nowMs - this.lookedAtMs < EVERY_MS && nowMs >= this.lookedAtMs) return;
    this.lookedAtMs = nowMs;
    const advised = new Map<string, Advised>();
    for (const [id, { junction }] of this.deps.junctions.byId) {
      const { mode, plan, refusedAtMs } = this.deps.setting(id);
      if (mode !== 'advice' || !this.deps.isFree(id)) continue;
      if (refusedAtMs !== null && nowMs - refusedAtMs < REST_MS) continue;
      const flows = this.deps.flows(id);
      if (flows === null) continue;
      const beforeVph = this.remember(id, flows, nowMs);
      advised.set(id, { junction, plan: plan ?? junction.plan, flows, beforeVph });
    }
    this.proposals = new Map();
    for (const street of streetsOf([...advised.values()]))
      for (const [id, proposal] of proposalsFor(street, nowMs)) this.proposals.set(id, proposal);
  }

  private remember(id: string, { connectionVph }: SignalFlows, nowMs: number): number | null {
    const before = this.seen.get(id) ?? [];
    const vph = connectionVph.reduce((s, v) => s + v, 0);
    const kept = [...before.filter((s) => nowMs - s.atMs <= BEFORE_MS + EVERY_MS / 2), { atMs: nowMs, vph }];
    this.seen.set(id, kept);
    const oldest = kept[0]!;
    return nowMs - oldest.atMs >= BEFORE_MS - EVERY_MS / 2 ? oldest.vph : null;
  }
}

/** Signals that links join, as groups. */
function streetsOf(advised: readonly Advised[]): Advised[][] {
  const left = new Set(advised);
  const streets: Advised[][] = [];
  for (const first of advised) {
    if (!left.delete(first)) continue;
    const street = [first];
    for (const at of street) {
      for (const other of left) {
        const joined = wayBetween(at.junction, other.junction) ?? wayBetween(other.junction, at.junction);
        if (joined === null) continue;
        left.delete(other);
        street.push(other);
      }
    }
    streets.push(street);
  }
  return streets;
}

/** What one rule says of one subject, while that is not “nothing”; and the delays in it, which stand still while facts are not known. */
import type { AlarmFact, SubjectRef } from '../../../contract/alarms.ts';
import type { Transition } from './facts.ts';
import type { Timer } from './timers.ts';

/** What rules share: the time, timers, and who is told. */
export interface Surroundings {
  readonly nowMs: number;
  at(dueAtMs: number, call: () => void): Timer;
  cancel(timer: Timer): void;
  say(transition: Transition): void;
}

/**
 * `pending`: on, but not for long enough. `leaving`: active and over, but not for long enough. `held`: of a rule that counts,
 * one that has been counted and is still on. `unseen`: of a rule that counts, never known yet.
 */
export type Phase = 'pending' | 'active' | 'leaving' | 'held' | 'unseen';

/** The slot of a subject that is gone, or was not seen since the restart. */
export const NO_SLOT = -1;
const NONE = -1;

export class RuleState {
  readonly id: string;
  slot: number;
  phase: Phase;
  uncertain = false;
  suppressed = false;
  /** Active before a restart, and not known since. */
  restored = false;
  /** How it was when its subject went. */
  subject: SubjectRef | null = null;
  facts: readonly AlarmFact[] = [];
  /** How often the incident had been reported when it was counted. */
  reports = NaN;
  /** When the delay ends; Infinity: none runs. */
  dueAtMs = Infinity;
  /** What is left of a delay that stands still. */
  private leftMs = NONE;
  private timer: Timer | null = null;
  private readonly around: Surroundings;

  constructor(slot: number, id: string, phase: Phase, around: Surroundings) {
    this.around = around;
    this.slot = slot;
    this.id = id;
    this.phase = phase;
  }

  get isActive(): boolean {
    return this.phase === 'active' || this.phase === 'leaving';
  }

  /** Begins a delay; `over` is called at its end unless it was stopped. */
  delay(ms: number, over: () => void): void {
    this.stop();
    this.dueAtMs = this.around.nowMs + ms;
    if (ms > 0) this.timer = this.around.at(this.dueAtMs, over);
  }

  freeze(): void {
    if (this.dueAtMs === Infinity) return;
    const left = this.dueAtMs - this.around.nowMs;
    this.stop();
    this.leftMs = left;
  }

  /** A delay that stood still goes on. */
  thaw(over: () => void): void {
    if (this.leftMs !== NONE) this.delay(this.leftMs, over);
  }

  stop(): void {
    if (this.timer) this.around.cancel(this.timer);
    this.timer = null;
    this.dueAtMs = Infinity;
    this.leftMs = NONE;
  }
}

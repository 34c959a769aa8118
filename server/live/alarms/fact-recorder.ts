/**
 * Samples the facts that alarm rules see into the history, so that a rule can be tried on what has been: what changed since
 * the sample before, and now and then everything, from which a trial run can begin.
 */
import type { FactUpdate } from '../../domain/alarms/evaluation/facts.ts';
import type { FactSample, History } from '../ports.ts';

/** How coarse trial runs are. */
export const FACT_STEP_MS = 60_000;
const FULL_EVERY_MS = 60 * 60_000;

export class FactRecorder {
  private readonly history: Pick<History, 'sampleFacts'>;
  /** All that is known of every subject that lives. */
  private readonly known = new Map<string, FactSample>();
  private readonly changed = new Map<string, FactSample>();
  private sampledAtMs = -Infinity;
  private fullAtMs = -Infinity;

  constructor(history: Pick<History, 'sampleFacts'>) {
    this.history = history;
  }

  update({ kind, id, facts, name, position }: FactUpdate): void {
    const key = `${kind}\u0000${id}`;
    const told = { kind, id, ...(name && { name }), ...(position !== undefined && { position }) };
    this.known.set(key, merged(this.known.get(key), told, facts));
    this.changed.set(key, merged(this.changed.get(key), told, facts));
  }

  remove(kind: FactUpdate['kind'], id: string): void {
    const key = `${kind}\u0000${id}`;
    if (this.known.delete(key)) this.changed.set(key, { kind, id, facts: {}, gone: true });
  }

  /** `before` is called when a sample is due, for what is told only then. */
  tick(nowMs: number, before: () => void = () => undefined): void {
    // A clock set back counts as due.
    if (nowMs >= this.sampledAtMs && nowMs - this.sampledAtMs < FACT_STEP_MS) return;
    before();
    const full = nowMs < this.fullAtMs || nowMs - this.fullAtMs >= FULL_EVERY_MS;
    this.sampledAtMs = nowMs;
    if (full) this.fullAtMs = nowMs;
    const changed = [...this.changed.values()];
    // What went since the sample before is told in a full one, too: there, nothing else tells it from what is not known yet.
    const samples = full ? [...this.known.values(), ...changed.filter((s) => s.gone)] : changed;
    this.changed.clear();
    this.history.sampleFacts(nowMs, full, samples);
  }
}

type Told = Omit<FactSample, 'facts'>;

/** What came since, over what was there; one that came back is there again. */
const merged = (before: FactSample | undefined, told: Told, facts: FactSample['facts']): FactSample =>
  before === undefined || before.gone
    ? { ...told, facts }
    : { ...before, ...told, facts: { ...before.facts, ...facts } };

/** Signals as alarm rules see them. A controller that goes on as before costs one number a report. */
import type { City } from '../../city/city.ts';
import type { SignalObservation } from '../../contract/observations.ts';
import type { ControlRecord } from '../../contract/signal-control.ts';
import type { NumberColumn } from '../../domain/alarms/evaluation/columns.ts';
import type { Evaluator } from '../../domain/alarms/evaluation/evaluator.ts';
import type { FactUpdate } from '../../domain/alarms/evaluation/facts.ts';
import { isDegraded } from '../../domain/signals/control/ground.ts';
import { signalPlaces } from '../analysis/signal-places.ts';

export class SignalFacts {
  private readonly evaluator: Evaluator;
  private readonly update: (update: FactUpdate) => void;
  private readonly ids: readonly string[];
  private readonly slots: Int32Array;
  private readonly silentS: NumberColumn;
  private readonly states: (SignalObservation['state'] | null)[];
  /** Those that reported since somebody asked: by index, 1. */
  private readonly heard: Uint8Array;

  constructor(city: City, evaluator: Evaluator, update: (update: FactUpdate) => void, atMs: number) {
    this.evaluator = evaluator;
    this.update = update;
    const fixed = fixedSignalFacts(city, atMs);
    for (const u of fixed) update(u);
    this.ids = fixed.map((u) => u.id);
    this.slots = Int32Array.from(this.ids, (id) => evaluator.slot('signal', id));
    this.silentS = evaluator.column('signal', 'silentS');
    this.states = this.ids.map(() => null);
    this.heard = new Uint8Array(this.ids.length);
  }

  set(index: number, { state }: SignalObservation, atMs: number): void {
    if (this.states[index] !== state) {
      this.states[index] = state;
      const facts = { state, dark: state === 'dark', flashing: state === 'flashing' };
      this.update({ kind: 'signal', id: this.ids[index]!, atMs, facts });
    }
    this.heard[index] = 1;
    this.evaluator.set(this.silentS, this.slots[index]!, atMs, atMs);
  }

  /** Who decides there, and whether that is less than was set. */
  control(record: ControlRecord, atMs: number): void {
    const { id, ground, mode } = record;
    const facts = { ground, mode, degraded: isDegraded(record) };
    this.update({ kind: 'signal', id, atMs, facts });
  }

  /** Says of those that reported since it was asked before that they are not silent, as of `atMs`. */
  sayHeard(atMs: number, say: (update: FactUpdate) => void): void {
    for (const [index, id] of this.ids.entries()) {
      if (this.heard[index] === 1) say({ kind: 'signal', id, atMs, facts: { silentS: atMs } });
    }
    this.heard.fill(0);
  }
}

/** In the order of the pack, which is that of the indices. */
function fixedSignalFacts(city: City, atMs: number): FactUpdate[] {
  return signalPlaces(city).map(({ id, name, position, district, street }) => ({
    kind: 'signal',
    id,
    atMs,
    name,
    ...(position && { position }),
    ...(district !== undefined && { district }),
    facts: { id, district: district ?? null, street: street ?? null },
  }));
}

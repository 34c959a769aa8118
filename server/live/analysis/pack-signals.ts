/** The signals of the city pack: where they are, what leads there, and which greens their controllers' feed has shown lately. */
import type { City } from '../../city/city.ts';
import type { Signal } from '../../contract/city-pack.ts';
import { signalStates } from '../../contract/frames.ts';
import type { PortJunction } from '../../contract/signal-port.ts';
import { GreenHistory, type Green, type Known } from '../../domain/signals/analysis/green-history.ts';
import type { SignalStates } from '../signals.ts';
import { packJunction } from './pack-junctions.ts';
import { signalPlaces, type SignalPlace } from './signal-places.ts';

const KEEP_GREENS_MS = 10 * 60_000;
const UNKNOWN = 255;
const PHASE_BITS = 15;
const GREEN = signalStates.indexOf('green');
const NO_GREENS: readonly Green[] = [];

export class PackSignals {
  readonly places: readonly SignalPlace[];
  private readonly city: City;
  private readonly states: SignalStates;
  private readonly intoLinks = new Map<string, readonly string[]>();
  private readonly junctions = new Map<string, PortJunction>();
  private readonly greensOf: (GreenHistory | null)[];
  /** As each was seen last, and since when it has been so. */
  private readonly shown: Uint8Array;
  private readonly sinceMs: Float64Array;

  constructor(city: City, states: SignalStates) {
    this.city = city;
    this.states = states;
    this.places = signalPlaces(city);
    for (const { id, phases } of this.signals) {
      const links = new Set(phases.flatMap((p) => p.movements.map((m) => m.from)));
      this.intoLinks.set(id, [...links]);
    }
    this.greensOf = this.places.map(() => null);
    this.shown = new Uint8Array(this.places.length).fill(UNKNOWN);
    this.sinceMs = new Float64Array(this.places.length);
  }

  private get signals(): readonly Signal[] {
    return this.city.pack?.signals ?? [];
  }

  place(id: string): SignalPlace | undefined {
    return this.places[this.city.signalIndex(id)];
  }

  /** Links that lead there. */
  into(id: string): readonly string[] {
    return this.intoLinks.get(id) ?? [];
  }

  isHeard(id: string): boolean {
    const index = this.city.signalIndex(id);
    return index >= 0 && this.states.columns.state[index] !== UNKNOWN;
  }

  /** Null: the pack has no such signal. */
  junction(id: string): PortJunction | null {
    const signal = this.signals[this.city.signalIndex(id)];
    if (signal === undefined) return null;
    let junction = this.junctions.get(id);
    if (junction === undefined) {
      junction = packJunction(this.city, signal);
      this.junctions.set(id, junction);
    }
    return junction;
  }

  /** When it was known what it shows. */
  known(id: string, nowMs: number): readonly Known[] {
    return this.greensOf[this.city.signalIndex(id)]?.known(nowMs) ?? [];
  }

  greens(id: string): readonly Green[] {
    return this.greensOf[this.city.signalIndex(id)]?.all ?? NO_GREENS;
  }

  /** What it shows now and since when; null: not known. */
  showing(
    id: string,
  ): { readonly phase: number; readonly isGreen: boolean; readonly sinceMs: number } | null {
    const index = this.city.signalIndex(id);
    const state = this.shown[index] ?? UNKNOWN;
    if (state === UNKNOWN) return null;
    return {
      phase: state & PHASE_BITS,
      isGreen: state >> 4 === GREEN,
      sinceMs: this.sinceMs[index]!,
    };
  }

  /** Looks at the signals' states; those that show what they did cost nothing. */
  tick(nowMs: number): void {
    const { state } = this.states.columns;
    for (let i = 0; i < this.shown.length; i++) {
      const now = state[i]!;
      if (now === this.shown[i]) continue;
      this.shown[i] = now;
      this.sinceMs[i] = nowMs;
      const isGreen = now !== UNKNOWN && now >> 4 === GREEN;
      const greens = (this.greensOf[i] ??= new GreenHistory(KEEP_GREENS_MS));
      greens.change(now === UNKNOWN ? null : isGreen ? now & PHASE_BITS : -1, nowMs);
    }
  }
}

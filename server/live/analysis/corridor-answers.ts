/**
 * Corridors as people ask for them: greens for through traffic at each stop as they were and, where a plan runs, as they will
 * be, vehicles along the way, and the bands in which one drives through.
 */
import type { City } from '../../city/city.ts';
import type { CorridorAnswer, CorridorLine } from '../../contract/signal-api.ts';
import type { PortJunction, PortPlan } from '../../contract/signal-port.ts';
import { greenBands, type Span } from '../../domain/signals/analysis/bands.ts';
import type { CorridorWay } from '../../domain/signals/analysis/corridors.ts';
import type { Green } from '../../domain/signals/analysis/green-history.ts';
import { plannedGreens, type ShownNow } from '../../domain/signals/analysis/planned-greens.ts';
import type { Positions } from '../positions.ts';
import type { Records } from '../records.ts';
import { corridorPlaces, type CorridorPlace } from './corridor-places.ts';
import { CorridorTracks } from './corridor-tracks.ts';
import type { PackSignals } from './pack-signals.ts';
import type { PortSignals } from './port-signals.ts';
import type { SignalAnswers } from './signal-answers.ts';

const MINUTE_MS = 60_000;
/** A plan is foreseen for so long. */
const AHEAD_MS = 2 * MINUTE_MS;
/** What lasted no longer is no green that anybody saw. */
const LEAST_GREEN_MS = 500;

export interface CorridorAnswersDeps {
  readonly city: City;
  readonly records: Pick<Records, 'get'>;
  readonly positions: Positions;
  readonly ports: PortSignals;
  readonly pack: PackSignals;
  readonly answers: SignalAnswers;
}

type Greens = CorridorAnswer['stops'][number]['forth'];
interface Times {
  readonly fromMs: number;
  readonly nowMs: number;
  readonly untilMs: number;
}

export class CorridorAnswers {
  private readonly deps: CorridorAnswersDeps;
  private readonly places: readonly CorridorPlace[];
  private readonly index: ReadonlyMap<string, number>;
  private readonly tracks: CorridorTracks;

  constructor(deps: CorridorAnswersDeps) {
    this.deps = deps;
    this.places = corridorPlaces(deps.city);
    this.index = new Map(this.places.map((p, i) => [p.id, i]));
    this.tracks = new CorridorTracks(deps.city, deps.positions, this.places);
  }

  tick(nowMs: number): void {
    this.tracks.tick(nowMs);
  }

  all(nowMs: number): CorridorLine[] {
    return this.places.map((place) => this.line(place, nowMs));
  }

  /** Null: there is no such corridor. */
  answer(id: string, minutes: number, nowMs: number): CorridorAnswer | null {
    const index = this.index.get(id);
    if (index === undefined) return null;
    this.tracks.watch(index, nowMs);
    const place = this.places[index]!;
    const times = { fromMs: nowMs - minutes * MINUTE_MS, nowMs, untilMs: nowMs + AHEAD_MS };
    const { pack } = this.deps;
    const stops = place.signals.map((signal, stop) => ({
      signal,
      name: pack.place(signal)?.name ?? { zh: signal, en: signal },
      metres: Math.round(place.metres[stop]!),
      known: this.known(signal, times),
      forth: this.greens(signal, place.forth, stop, times),
      back: place.back === null ? [] : this.greens(signal, place.back, stop, times),
    }));
    const forth = greenBands(
      place.metres,
      stops.map((s) => s.forth),
      place.speedMps,
    );
    return {
      ...this.line(place, nowMs),
      speedMps: Math.round(place.speedMps * 10) / 10,
      fromMs: times.fromMs,
      nowMs,
      untilMs: lastOf(stops, nowMs),
      stops,
      trajectories: this.tracks.of(index, times.fromMs),
      bands: [
        ...forth.map((span) => band('forth', span)),
        ...this.bandsBack(place, stops).map((span) => band('back', span)),
      ],
    };
  }

  private line(place: CorridorPlace, nowMs: number): CorridorLine {
    const { id, name, lengthM, signals, forth, back } = place;
    const { city, answers } = this.deps;
    let sum = 0;
    let count = 0;
    for (const [stop, signal] of signals.entries()) {
      for (const way of [forth, back]) {
        const link = way?.links[way.into[stop] ?? -1];
        const delayS = link === undefined ? null : answers.delayInto(signal, city.linkAt(link).id, nowMs);
        if (delayS === null) continue;
        sum += delayS;
        count++;
      }
    }
    const delayS = count > 0 ? Math.round((10 * sum) / count) / 10 : null;
    return { id, name, lengthM: Math.round(lengthM), signals, delayS };
  }

  /** On the way back the last stop that it passes is its first one. */
  private bandsBack(place: CorridorPlace, stops: CorridorAnswer['stops']): Span[] {
    const { back, metres } = place;
    if (back === null) return [];
    const passed = stops
      .map((_, stop) => stop)
      .filter((stop) => back.into[stop]! >= 0)
      .toReversed();
    const firstM = metres[passed[0]!]!;
    return greenBands(
      passed.map((stop) => firstM - metres[stop]!),
      passed.map((stop) => stops[stop]!.back),
      place.speedMps,
    );
  }

  private greens(signal: string, way: CorridorWay, stop: number, times: Times): Greens {
    const into = way.into[stop]!;
    if (into < 0) return [];
    const { city, ports, pack, records } = this.deps;
    const port = ports.get(signal);
    const junction = port?.junction ?? pack.junction(signal);
    if (junction === null) return [];
    const next = way.links[into + 1];
    const phases = phasesOf(
      junction,
      city.linkAt(way.links[into]!).id,
      next === undefined ? null : city.linkAt(next).id,
    );
    const past = spansOf(port?.greens.all ?? pack.greens(signal), phases, times);
    const control = records.get('control', signal);
    const shown = this.shownAt(signal, times.nowMs);
    if (shown === null || !this.isForeseen(signal, times.nowMs)) return past;
    const plan: PortPlan = (control?.ground === 'plan' ? control.plan : undefined) ?? junction.plan;
    const ahead = plannedGreens(plan, junction.phases, shown, times.nowMs, times.untilMs);
    return [
      ...past,
      ...ahead
        .filter(({ phase }) => phases.has(phase))
        .map(({ fromMs, untilMs }) => ({ fromMs, untilMs, planned: true })),
    ];
  }

  private known(signal: string, { fromMs, nowMs, untilMs }: Times): Span[] {
    const { ports, pack } = this.deps;
    const spans = (ports.get(signal)?.greens.known(nowMs) ?? pack.known(signal, nowMs))
      .map((k) => ({ fromMs: Math.max(k.fromMs, fromMs), untilMs: Math.min(k.untilMs ?? nowMs, nowMs) }))
      .filter((s) => s.untilMs > s.fromMs);
    return this.isForeseen(signal, nowMs) ? [...spans, { fromMs: nowMs, untilMs }] : spans;
  }

  /** A plan rules there, and it is known where in it the signal is. */
  private isForeseen(signal: string, nowMs: number): boolean {
    const ground = this.deps.records.get('control', signal)?.ground;
    const isPlanned = ground === undefined || ground === 'local' || ground === 'plan';
    return isPlanned && this.shownAt(signal, nowMs) !== null;
  }

  /** Null: nobody told lately. */
  private shownAt(signal: string, nowMs: number): ShownNow | null {
    const port = this.deps.ports.get(signal);
    if (port !== undefined) {
      if (port.state === null || !port.isFresh(nowMs)) return null;
      const { phase, stage, sinceS } = port.state;
      return { phase, stage, sinceS: sinceS + (nowMs - port.stateAtMs!) / 1_000 };
    }
    const shown = this.deps.pack.showing(signal);
    if (shown === null) return null;
    const { phase, isGreen, sinceMs } = shown;
    return { phase, stage: isGreen ? 'green' : 'yellow', sinceS: (nowMs - sinceMs) / 1_000 };
  }
}

const band = (way: 'forth' | 'back', { fromMs, untilMs }: Span): CorridorAnswer['bands'][number] => ({
  way,
  fromMs,
  untilMs,
});

/** Phases in which one goes from a road on into another; straight on where no other is named. */
function phasesOf(junction: PortJunction, from: string, to: string | null): ReadonlySet<number> {
  const here = junction.connections.flatMap((c, i) => (junction.lanes[c.lane]?.link === from ? [i] : []));
  const on = here.filter((i) => {
    const c = junction.connections[i]!;
    return to === null ? c.turn === 'through' : junction.exits[c.exit]?.link === to;
  });
  // Where the road ends at the junction, it is green when anything of it is.
  const movement = new Set(on.length > 0 ? on : here);
  const phases = junction.phases.flatMap((p, i) =>
    p.green.some((c) => movement.has(c)) || p.yields.some((c) => movement.has(c)) ? [i] : [],
  );
  return new Set(phases);
}

function spansOf(greens: readonly Green[], phases: ReadonlySet<number>, { fromMs, nowMs }: Times): Span[] {
  return greens
    .filter((g) => phases.has(g.phase))
    .map((g) => ({ fromMs: Math.max(g.fromMs, fromMs), untilMs: Math.min(g.untilMs ?? nowMs, nowMs) }))
    .filter((s) => s.untilMs - s.fromMs >= LEAST_GREEN_MS);
}

/** So far as any stop's greens are foreseen. */
function lastOf(stops: CorridorAnswer['stops'], nowMs: number): number {
  let lastMs = nowMs;
  for (const { forth, back } of stops)
    for (const green of [...forth, ...back]) lastMs = Math.max(lastMs, green.untilMs);
  return lastMs;
}

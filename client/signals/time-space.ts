/**
 * The time–space diagram of a corridor as places in pixels: time to the right, the corridor from the bottom up. Pure.
 * Bands and bars as in the HCM 7th ed., ch. 18, and every engineer's coordination drawing.
 */
import type { CorridorAnswer } from '../../server/contract/signal-api.ts';

type Stop = CorridorAnswer['stops'][number];
type Span = Stop['known'][number] & { readonly planned?: boolean };

export interface Scale {
  readonly x: (ms: number) => number;
  readonly y: (metres: number) => number;
}
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The corridor's length, whatever its last stop says. */
export const lengthOf = (c: Pick<CorridorAnswer, 'lengthM' | 'stops'>): number =>
  Math.max(1, c.lengthM, ...c.stops.map((s) => s.metres));

export function scaleOf(corridor: CorridorAnswer, box: Box): Scale {
  const span = Math.max(1, corridor.untilMs - corridor.fromMs);
  const length = lengthOf(corridor);
  return {
    x: (ms) => box.left + ((ms - corridor.fromMs) / span) * box.width,
    y: (metres) => box.top + box.height - (metres / length) * box.height,
  };
}

export interface BarPart {
  readonly x: number;
  readonly width: number;
  readonly planned: boolean;
}
/** Greens of one stop, or when it is known at all, as parts of its bar, cut to what is shown. */
export function barParts(spans: readonly Span[], corridor: CorridorAnswer, scale: Scale): readonly BarPart[] {
  return spans.flatMap((span): BarPart[] => {
    const from = Math.max(span.fromMs, corridor.fromMs);
    const until = Math.min(span.untilMs, corridor.untilMs);
    if (until <= from) return [];
    return [{ x: scale.x(from), width: scale.x(until) - scale.x(from), planned: span.planned === true }];
  });
}

/** A band: who leaves the first stop of its way within it meets green at every one after it. */
export function bandPoints(
  band: CorridorAnswer['bands'][number],
  corridor: CorridorAnswer,
  scale: Scale,
): string {
  const metres = corridor.stops.map((s) => s.metres);
  const first = Math.min(...metres);
  const last = Math.max(...metres);
  const laterMs = ((last - first) / Math.max(0.1, corridor.speedMps)) * 1_000;
  const [begin, end] = band.way === 'forth' ? [first, last] : [last, first];
  const at = (ms: number, m: number): string => `${scale.x(ms).toFixed(1)},${scale.y(m).toFixed(1)}`;
  return [
    at(band.fromMs, begin),
    at(band.untilMs, begin),
    at(band.untilMs + laterMs, end),
    at(band.fromMs + laterMs, end),
  ].join(' ');
}

/** Time and metres in turn as the points of a line. */
export function trackPoints(points: readonly number[], scale: Scale): string {
  const out: string[] = [];
  for (let i = 0; i + 1 < points.length; i += 2)
    out.push(`${scale.x(points[i]!).toFixed(1)},${scale.y(points[i + 1]!).toFixed(1)}`);
  return out.join(' ');
}

const STEPS_S = [10, 20, 30, 60, 120, 300, 600] as const;
/** Whole moments to write below the diagram, not nearer to each other than `leastPx`. */
export function ticksOf(corridor: CorridorAnswer, scale: Scale, leastPx: number): readonly number[] {
  const perS = scale.x(corridor.fromMs + 1_000) - scale.x(corridor.fromMs);
  const stepMs = (STEPS_S.find((s) => s * perS >= leastPx) ?? STEPS_S.at(-1)!) * 1_000;
  const ticks: number[] = [];
  for (let at = Math.ceil(corridor.fromMs / stepMs) * stepMs; at <= corridor.untilMs; at += stepMs)
    ticks.push(at);
  return ticks;
}

/** Seconds of green band in an hour of the diagram, as a share of its time; what engineers call bandwidth. */
export function bandShare(corridor: CorridorAnswer, way: 'forth' | 'back'): number | null {
  const span = corridor.untilMs - corridor.fromMs;
  if (span <= 0 || corridor.stops.length < 2) return null;
  const green = corridor.bands
    .filter((b) => b.way === way)
    .reduce(
      (sum, b) =>
        sum + Math.max(0, Math.min(b.untilMs, corridor.untilMs) - Math.max(b.fromMs, corridor.fromMs)),
      0,
    );
  return green / span;
}

/** What tells a stop from the others: the roads that cross the corridor, not the corridor's own. */
export function crossingName(stop: string, corridor: string): string {
  const roads = stop.replace(/路口$/, '').split(/ & | \/ |与/);
  const others = roads.filter((road) => !corridor.includes(road));
  return others.length > 0 && others.length < roads.length ? others.join(' / ') : stop;
}

/** Where a name may stand: those that would lie on the one before give way. */
export function namedStops(stops: readonly Stop[], scale: Scale, leastPx: number): ReadonlySet<string> {
  const named = new Set<string>();
  let last = Number.POSITIVE_INFINITY;
  for (const stop of [...stops].sort((a, b) => a.metres - b.metres)) {
    const y = scale.y(stop.metres);
    if (last - y < leastPx) continue;
    named.add(stop.signal);
    last = y;
  }
  return named;
}

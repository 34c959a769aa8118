/**
 * Vehicles that drive along a corridor, second by second, for its time–space diagram. Invariant: only corridors that somebody
 * asked about in the last minute are followed, at most 60 vehicles each; what is older than ten minutes is forgotten.
 */
import type { City } from '../../city/city.ts';
import type { Positions } from '../positions.ts';
import type { CorridorPlace } from './corridor-places.ts';

const WATCHED_FOR_MS = 60_000;
const KEEP_MS = 10 * 60_000;
const MOST_VEHICLES = 60;
/** A vehicle that was away for so long begins a new line. */
const BREAK_MS = 6_000;
/** A standing vehicle needs no point a second; its line needs one now and then. */
const STANDS_M = 0.5;
const STANDS_FOR_MS = 10_000;

interface Track {
  readonly id: string;
  readonly way: 'forth' | 'back';
  /** ms, m, ms, m … */
  readonly points: number[];
  seenAtMs: number;
}

interface Watched {
  askedAtMs: number;
  /** Lines that go on, by slot. */
  readonly running: Map<number, Track>;
  ended: Track[];
}

export class CorridorTracks {
  private readonly city: City;
  private readonly positions: Positions;
  private readonly places: readonly CorridorPlace[];
  private readonly watched = new Map<number, Watched>();

  constructor(city: City, positions: Positions, places: readonly CorridorPlace[]) {
    this.city = city;
    this.positions = positions;
    this.places = places;
  }

  /** Somebody looks at a corridor. */
  watch(corridor: number, nowMs: number): void {
    const known = this.watched.get(corridor);
    if (known === undefined) this.watched.set(corridor, { askedAtMs: nowMs, running: new Map(), ended: [] });
    else known.askedAtMs = nowMs;
  }

  /** Lines that reach into the time since `fromMs`. */
  of(
    corridor: number,
    fromMs: number,
  ): { readonly way: 'forth' | 'back'; readonly points: readonly number[] }[] {
    const watched = this.watched.get(corridor);
    if (watched === undefined) return [];
    return [...watched.ended, ...watched.running.values()]
      .filter(({ points }) => points.length >= 4 && points.at(-2)! >= fromMs)
      .map(({ way, points }) => ({ way, points: since(points, fromMs) }));
  }

  tick(nowMs: number): void {
    for (const [corridor, watched] of this.watched) {
      if (nowMs - watched.askedAtMs > WATCHED_FOR_MS) this.watched.delete(corridor);
    }
    if (this.watched.size === 0) return;
    const { positions } = this;
    for (const [corridor, watched] of this.watched) {
      const { metresOf } = this.places[corridor]!;
      for (let slot = 0; slot < positions.slots; slot++) {
        const link = positions.link[slot]!;
        const place = link < 0 ? undefined : metresOf.get(link);
        if (place !== undefined && positions.isLive(slot)) this.follow(watched, slot, link, place, nowMs);
      }
      for (const [slot, track] of watched.running) {
        if (nowMs - track.seenAtMs <= BREAK_MS) continue;
        watched.running.delete(slot);
        watched.ended.push(track);
      }
      if (watched.ended.length > 0)
        watched.ended = watched.ended.filter(({ seenAtMs }) => nowMs - seenAtMs <= KEEP_MS);
    }
  }

  private follow(
    watched: Watched,
    slot: number,
    link: number,
    place: { readonly way: 'forth' | 'back'; readonly fromM: number; readonly toM: number },
    nowMs: number,
  ): void {
    const { positions, city } = this;
    const id = positions.idOf(slot);
    let track = watched.running.get(slot);
    if (track !== undefined && (track.id !== id || track.way !== place.way)) {
      watched.ended.push(track);
      watched.running.delete(slot);
      track = undefined;
    }
    const { share } = city.projectOnLink(link, positions.positionOf(slot));
    const metres = Math.round((place.fromM + (place.toM - place.fromM) * share) * 10) / 10;
    if (track === undefined) {
      if (watched.running.size >= MOST_VEHICLES) return;
      watched.running.set(slot, { id, way: place.way, points: [nowMs, metres], seenAtMs: nowMs });
      return;
    }
    track.seenAtMs = nowMs;
    const { points } = track;
    const n = points.length;
    const stood = n >= 4 && points[n - 1] === points[n - 3] && nowMs - points[n - 4]! < STANDS_FOR_MS;
    if (stood && Math.abs(metres - points[n - 1]!) < STANDS_M) points[n - 2] = nowMs;
    else points.push(nowMs, Math.abs(metres - points[n - 1]!) < STANDS_M ? points[n - 1]! : metres);
    if (nowMs - points[0]! > KEEP_MS) points.splice(0, 2);
  }
}

function since(points: readonly number[], fromMs: number): number[] {
  let i = 0;
  while (i + 2 < points.length && points[i + 2]! <= fromMs) i += 2;
  return points.slice(i);
}

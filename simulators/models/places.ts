/**
 * Where things can happen in a city: points by population, jobs and land use, links by place, and the names people
 * would say for them. Read-only after construction.
 */
import type { Area, CityPack, Facility, FacilityKind, Link } from '../../server/contract/city-pack.ts';
import {
  bearingDeg,
  distanceM,
  metresPerDegree,
  pathLengthM,
  type LonLat,
} from '../../server/contract/geo.ts';
import type { LocalText } from '../../server/contract/text.ts';
import type { Random } from '../kernel/random.ts';

type Polygon = readonly (readonly LonLat[])[];

interface Weighted {
  readonly polygons: readonly Polygon[];
  readonly upTo: number;
}

interface Shape {
  readonly polygons: readonly Polygon[];
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

export interface OnLink {
  readonly index: number;
  readonly offsetM: number;
  readonly distanceM: number;
  readonly position: LonLat;
}

const BUCKET_DEG = 0.004;
const bucketOf = (lon: number, lat: number): number =>
  Math.floor((lon + 180) / BUCKET_DEG) * 100_000 + Math.floor((lat + 90) / BUCKET_DEG);

export class Places {
  readonly pack: CityPack;
  readonly population: number;
  readonly #linkIndex = new Map<string, number>();
  readonly #lengths: Float64Array;
  readonly #buckets = new Map<number, number[]>();
  readonly #byPopulation: readonly Weighted[];
  readonly #byJobs: readonly Weighted[];
  readonly #water: readonly Shape[];
  readonly #facilities = new Map<FacilityKind, Facility[]>();
  readonly #facilityById = new Map<string, Facility>();
  readonly #byLength: Float64Array;
  readonly #signals: readonly { readonly id: string; readonly position: LonLat }[];

  constructor(pack: CityPack) {
    this.pack = pack;
    this.#lengths = new Float64Array(pack.links.length);
    this.#byLength = new Float64Array(pack.links.length);
    let sum = 0;
    for (const [i, link] of pack.links.entries()) {
      this.#linkIndex.set(link.id, i);
      const lengthM = pathLengthM(link.path);
      this.#lengths[i] = lengthM;
      sum += lengthM;
      this.#byLength[i] = sum;
      this.#addToBuckets(i, link);
    }
    const cells = pack.districts.filter((d) => d.level === 'grid');
    this.population = cells.reduce((total, c) => total + (c.population ?? 0), 0);
    this.#byPopulation = cumulative(cells.map((c) => ({ polygons: c.polygons, weight: c.population ?? 0 })));
    this.#byJobs = cumulative(cells.map((c) => ({ polygons: c.polygons, weight: c.jobs ?? 0 })));
    this.#water = pack.areas.filter((a) => a.kind === 'water').map((a) => shapeOf(a.polygons));
    const junctions = new Map(pack.junctions.map((j) => [j.id, j.position]));
    this.#signals = pack.signals.flatMap((s) => {
      const position = junctions.get(s.junction);
      return position ? [{ id: s.id, position }] : [];
    });
    for (const f of pack.facilities) {
      this.#facilityById.set(f.id, f);
      const list = this.#facilities.get(f.kind);
      if (list) list.push(f);
      else this.#facilities.set(f.kind, [f]);
    }
  }

  #addToBuckets(index: number, link: Link): void {
    const seen = new Set<number>();
    for (let k = 1; k < link.path.length; k++) {
      const [a, b] = [link.path[k - 1]!, link.path[k]!];
      const pieces = Math.max(
        1,
        Math.ceil(Math.max(Math.abs(b[0] - a[0]), Math.abs(b[1] - a[1])) / BUCKET_DEG),
      );
      for (let s = 0; s <= pieces; s++) {
        const key = bucketOf(a[0] + ((b[0] - a[0]) * s) / pieces, a[1] + ((b[1] - a[1]) * s) / pieces);
        if (seen.has(key)) continue;
        seen.add(key);
        const list = this.#buckets.get(key);
        if (list) list.push(index);
        else this.#buckets.set(key, [index]);
      }
    }
  }

  linkIndex(id: string): number {
    return this.#linkIndex.get(id) ?? -1;
  }

  link(index: number): Link {
    return this.pack.links[index]!;
  }

  lengthM(index: number): number {
    return this.#lengths[index]!;
  }

  facilities(kind: FacilityKind): readonly Facility[] {
    return this.#facilities.get(kind) ?? [];
  }

  facility(id: string): Facility | undefined {
    return this.#facilityById.get(id);
  }

  /** A junction with lights, or null where the city has none. */
  signalPosition(random: Random): LonLat | null {
    return this.#signals.length === 0 ? null : random.pick(this.#signals).position;
  }

  nearestSignal(to: LonLat): string | null {
    let best: string | null = null;
    let bestM = Infinity;
    for (const s of this.#signals) {
      const d = distanceM(s.position, to);
      if (d < bestM) [best, bestM] = [s.id, d];
    }
    return best;
  }

  signalsWithin(p: LonLat, radiusM: number): readonly string[] {
    return this.#signals.filter((s) => distanceM(s.position, p) <= radiusM).map((s) => s.id);
  }

  areas(kind: Area['kind']): readonly Area[] {
    return this.pack.areas.filter((a) => a.kind === kind);
  }

  nearestFacility(kind: FacilityKind, to: LonLat): Facility | undefined {
    let best: Facility | undefined;
    let bestM = Infinity;
    for (const f of this.facilities(kind)) {
      const d = distanceM(f.position, to);
      if (d < bestM) [best, bestM] = [f, d];
    }
    return best;
  }

  /** The place and heading at a distance along a link. */
  along(index: number, offsetM: number): { position: LonLat; headingDeg: number } {
    const path = this.link(index).path;
    let left = Math.max(0, offsetM);
    for (let k = 1; k < path.length; k++) {
      const [a, b] = [path[k - 1]!, path[k]!];
      const d = distanceM(a, b);
      if (left <= d || k === path.length - 1) {
        const t = d > 0 ? Math.min(1, left / d) : 0;
        return {
          position: [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t],
          headingDeg: bearingDeg(a, b),
        };
      }
      left -= d;
    }
    return { position: path[0]!, headingDeg: 0 };
  }

  /** The nearest link that `wanted` accepts, within about 1.5 km. */
  nearestLink(p: LonLat, wanted: (link: Link) => boolean = () => true): OnLink | null {
    let best: OnLink | null = null;
    const m = metresPerDegree(p[1]);
    for (let ring = 0; ring <= 4; ring++) {
      for (const index of this.#ringOf(p, ring)) {
        const link = this.link(index);
        if (!wanted(link)) continue;
        const hit = project(p, link.path, m);
        if (best === null || hit.distanceM < best.distanceM) best = { index, ...hit };
      }
      if (best !== null && best.distanceM < ring * BUCKET_DEG * m.lon) break;
    }
    return best;
  }

  *#ringOf(p: LonLat, ring: number): Iterable<number> {
    for (let dx = -ring; dx <= ring; dx++) {
      for (let dy = -ring; dy <= ring; dy++) {
        if (Math.max(Math.abs(dx), Math.abs(dy)) !== ring) continue;
        yield* this.#buckets.get(bucketOf(p[0] + dx * BUCKET_DEG, p[1] + dy * BUCKET_DEG)) ?? [];
      }
    }
  }

  /** A link, each metre of road equally likely. */
  linkByLength(random: Random): number {
    const total = this.#byLength[this.#byLength.length - 1] ?? 0;
    const wanted = random.next() * total;
    let [low, high] = [0, this.#byLength.length - 1];
    while (low < high) {
      const mid = (low + high) >> 1;
      if (this.#byLength[mid]! > wanted) high = mid;
      else low = mid + 1;
    }
    return low;
  }

  /** A point where people live; where the pack gives no population, beside a road. */
  home(random: Random): LonLat {
    return this.#dry(random, this.#byPopulation);
  }

  /** A point where people work. */
  work(random: Random): LonLat {
    return this.#dry(random, this.#byJobs);
  }

  /** A point in one of the areas of a kind, or null where the city has none. */
  inArea(kind: Area['kind'], random: Random): LonLat | null {
    const areas = this.areas(kind);
    return areas.length === 0 ? null : randomIn(random.pick(areas).polygons, random);
  }

  #dry(random: Random, cells: readonly Weighted[]): LonLat {
    const total = cells.at(-1)?.upTo ?? 0;
    const attempts = total > 0 ? 12 : 0;
    for (let attempt = 0; attempt < attempts; attempt++) {
      const wanted = random.next() * total;
      const cell = cells.find((c) => c.upTo > wanted) ?? cells.at(-1)!;
      const p = randomIn(cell.polygons, random);
      if (!this.inWater(p)) return p;
    }
    const index = this.linkByLength(random);
    return this.along(index, random.next() * this.lengthM(index)).position;
  }

  inWater(p: LonLat): boolean {
    return this.#water.some((shape) => inShape(shape, p));
  }

  /** Metres to the nearest shore, up to `limitM`. */
  distanceToWaterM(p: LonLat, limitM: number): number {
    const m = metresPerDegree(p[1]);
    const [dLon, dLat] = [limitM / m.lon, limitM / m.lat];
    let best = limitM;
    for (const s of this.#water) {
      if (p[0] < s.west - dLon || p[0] > s.east + dLon || p[1] < s.south - dLat || p[1] > s.north + dLat)
        continue;
      for (const polygon of s.polygons) {
        for (const ring of polygon) best = Math.min(best, project(p, ring, m).distanceM);
      }
    }
    return best;
  }

  /** The name of the nearest road that has one, and of the road it crosses nearest, as a caller would say. */
  roadNames(p: LonLat): { street: LocalText; cross: LocalText } {
    const street = this.nearestLink(p, (l) => l.name !== undefined);
    const name = street === null ? null : this.link(street.index).name!;
    const crossing =
      name === null ? null : this.nearestLink(p, (l) => l.name !== undefined && l.name.zh !== name.zh);
    const unnamed = { zh: '无名路', en: 'an unnamed road' };
    return {
      street: name ?? unnamed,
      cross: crossing === null ? unnamed : this.link(crossing.index).name!,
    };
  }
}

function cumulative(items: readonly { polygons: readonly Polygon[]; weight: number }[]): Weighted[] {
  let upTo = 0;
  return items.filter((i) => i.weight > 0).map((i) => ({ polygons: i.polygons, upTo: (upTo += i.weight) }));
}

function shapeOf(polygons: readonly Polygon[]): Shape {
  const box = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity };
  for (const polygon of polygons) {
    for (const [lon, lat] of polygon[0] ?? []) {
      box.west = Math.min(box.west, lon);
      box.east = Math.max(box.east, lon);
      box.south = Math.min(box.south, lat);
      box.north = Math.max(box.north, lat);
    }
  }
  return { polygons, ...box };
}

function inShape(s: Shape, p: LonLat): boolean {
  if (p[0] < s.west || p[0] > s.east || p[1] < s.south || p[1] > s.north) return false;
  return s.polygons.some((polygon) => inPolygon(polygon, p));
}

/** Even-odd rule over all rings, so that holes count. */
export function inPolygon(polygon: Polygon, p: LonLat): boolean {
  let inside = false;
  for (const ring of polygon) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [a, b] = [ring[i]!, ring[j]!];
      if (a[1] > p[1] !== b[1] > p[1] && p[0] < ((b[0] - a[0]) * (p[1] - a[1])) / (b[1] - a[1]) + a[0]) {
        inside = !inside;
      }
    }
  }
  return inside;
}

/** A point in one of the polygons by rejection; the corner of the first ring where 40 tries miss. */
export function randomIn(polygons: readonly Polygon[], random: Random): LonLat {
  const polygon = random.pick(polygons);
  const box = shapeOf([polygon]);
  for (let attempt = 0; attempt < 40; attempt++) {
    const p: LonLat = [random.range(box.west, box.east), random.range(box.south, box.north)];
    if (inPolygon(polygon, p)) return p;
  }
  return polygon[0]![0]!;
}

function project(
  p: LonLat,
  path: readonly LonLat[],
  m: { lon: number; lat: number },
): { offsetM: number; distanceM: number; position: LonLat } {
  let best = { offsetM: 0, distanceM: Infinity, position: path[0]! };
  let before = 0;
  for (let k = 1; k < path.length; k++) {
    const [a, b] = [path[k - 1]!, path[k]!];
    const [dx, dy] = [(b[0] - a[0]) * m.lon, (b[1] - a[1]) * m.lat];
    const length = Math.hypot(dx, dy);
    const t =
      length === 0
        ? 0
        : Math.max(0, Math.min(1, ((p[0] - a[0]) * m.lon * dx + (p[1] - a[1]) * m.lat * dy) / length ** 2));
    const at: LonLat = [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];
    const distance = Math.hypot((p[0] - at[0]) * m.lon, (p[1] - at[1]) * m.lat);
    if (distance < best.distanceM) best = { offsetM: before + length * t, distanceM: distance, position: at };
    before += length;
  }
  return best;
}

/** A point moved by metres east and north. */
export function moved(p: LonLat, eastM: number, northM: number): LonLat {
  const m = metresPerDegree(p[1]);
  return [p[0] + eastM / m.lon, p[1] + northM / m.lat];
}

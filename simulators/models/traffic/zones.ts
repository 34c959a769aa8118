/**
 * Where trips begin and end: the pack's grid cells (residents, jobs) gathered into at most `maxZones` squares with
 * their streets, and the roads that leave the city. Trips are spread by a gravity model over both (J. Ortúzar, L.
 * Willumsen, "Modelling Transport", ch. 5; exponential deterrence).
 */
import type { District } from '../../../server/contract/city-pack.ts';
import { metresPerDegree, type LonLat } from '../../../server/contract/geo.ts';
import type { Random } from '../../kernel/random.ts';
import type { Network } from './network.ts';

export interface Zone {
  readonly x: number;
  readonly y: number;
  readonly residents: number;
  readonly jobs: number;
  /** Links where trips begin and end. */
  readonly links: readonly number[];
  readonly gate: boolean;
}

const DETERRENCE_M = 4_500;
/** Share of trips that come from outside or go there. */
const GATE_SHARE = 0.12;

/** Share of the daily maximum, by hour, with a morning and an evening peak. */
const PROFILE = [
  0.16, 0.1, 0.08, 0.07, 0.09, 0.2, 0.5, 0.86, 1, 0.88, 0.72, 0.68, 0.68, 0.66, 0.68, 0.72, 0.82, 0.96, 1,
  0.82, 0.62, 0.5, 0.38, 0.25,
] as const;

export function demandShare(hourOfDay: number): number {
  const h = Math.floor(hourOfDay) % 24;
  const t = hourOfDay - Math.floor(hourOfDay);
  return PROFILE[h]! * (1 - t) + PROFILE[(h + 1) % 24]! * t;
}

/** Share of trips from home to work; the others go back or elsewhere. */
export function outwardShare(hourOfDay: number): number {
  if (hourOfDay < 5 || hourOfDay > 22) return 0.5;
  return 0.5 + 0.4 * Math.cos(((hourOfDay - 8) / 10) * Math.PI) * (hourOfDay < 19 ? 1 : 0.6);
}

export class Zones {
  readonly zones: Zone[];
  /** `[purpose][origin]`: cumulative weights over destinations. Purpose 0: home → work, 1: work → home. */
  private readonly toward: Float64Array[][] = [];
  private readonly origins: Float64Array[] = [];

  constructor(net: Network, random: Random, maxZones: number) {
    this.zones = makeZones(net, random, maxZones);
    for (const purpose of [0, 1]) {
      const out = this.zones.map((z) => (purpose === 0 ? z.residents : z.jobs));
      const into = this.zones.map((z) => (purpose === 0 ? z.jobs : z.residents));
      this.origins.push(cumulate(out));
      this.toward.push(
        this.zones.map((a, i) =>
          cumulate(
            this.zones.map((b, j) => {
              if (i === j) return into[j]! * 0.05;
              const d = Math.hypot(a.x - b.x, a.y - b.y);
              return into[j]! * (a.gate && b.gate ? 0.15 : Math.exp(-d / DETERRENCE_M));
            }),
          ),
        ),
      );
    }
  }

  origin(random: Random, purpose: 0 | 1): number {
    return draw(this.origins[purpose]!, random.next());
  }

  destination(random: Random, purpose: 0 | 1, origin: number): number {
    return draw(this.toward[purpose]![origin]!, random.next());
  }

  /** Zones whose middle lies in a ring; where none does, the one nearest to the ring's own. */
  within(ring: readonly (readonly [number, number])[]): number[] {
    const inside = this.zones.flatMap((z, i) => (inRing(ring, z.x, z.y) ? [i] : []));
    if (inside.length > 0) return inside;
    const x = ring.reduce((s, p) => s + p[0], 0) / ring.length;
    const y = ring.reduce((s, p) => s + p[1], 0) / ring.length;
    let best = 0;
    let bestD = Infinity;
    this.zones.forEach((z, i) => {
      const d = Math.hypot(z.x - x, z.y - y);
      if (d < bestD) {
        bestD = d;
        best = i;
      }
    });
    return [best];
  }
}

function inRing(ring: readonly (readonly [number, number])[], x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi, yi] = ring[i]!;
    const [xj, yj] = ring[j]!;
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

function makeZones(net: Network, random: Random, maxZones: number): Zone[] {
  const pack = net.pack;
  const m = metresPerDegree(pack.manifest.center[1]);
  const xy = (p: LonLat): [number, number] => [
    (p[0] - pack.manifest.center[0]) * m.lon,
    (p[1] - pack.manifest.center[1]) * m.lat,
  ];
  const cells = pack.districts
    .filter((d) => d.level === 'grid' && (d.population ?? 0) + (d.jobs ?? 0) > 0)
    .map((d) => ({ at: xy(centre(d)), residents: d.population ?? 0, jobs: d.jobs ?? 0 }));
  const streets = pack.links.flatMap((l, i) => {
    if (net.linkRank[i]! > 3 || net.linkLengthM[i]! < 30 || l.bridge || l.tunnel) return [];
    return [{ link: i, at: xy(l.path[Math.floor(l.path.length / 2)]!) }];
  });
  // A pack without small streets (a corridor, a ring road): every link will do.
  const places =
    streets.length >= 4
      ? streets
      : pack.links.map((l, i) => ({ link: i, at: xy(l.path[Math.floor(l.path.length / 2)]!) }));
  if (cells.length === 0) for (const s of places) cells.push({ at: s.at, residents: 1, jobs: 1 });

  let side = 400;
  let bins = gather(cells, places, side);
  while (bins.length > maxZones) bins = gather(cells, places, (side *= 1.2));
  const zones: Zone[] = bins;
  const people = zones.reduce((s, z) => s + z.residents, 0);
  const work = zones.reduce((s, z) => s + z.jobs, 0);
  const gates = gateLinks(net);
  const lanes = gates.reduce((s, g) => s + g.lanes, 0);
  for (const g of gates.slice(0, 24)) {
    const share = (GATE_SHARE * g.lanes) / Math.max(1, lanes);
    zones.push({
      x: g.at[0],
      y: g.at[1],
      residents: people * share,
      jobs: work * share,
      links: g.links,
      gate: true,
    });
  }
  for (const z of zones) shuffle(z.links as number[], random);
  return zones;

  function gateLinks(net: Network): { at: [number, number]; links: number[]; lanes: number }[] {
    const out: { at: [number, number]; links: number[]; lanes: number }[] = [];
    pack.junctions.forEach((j, n) => {
      if (j.kind !== 'edge') return;
      const links = pack.links.flatMap((_, i) =>
        (net.linkTo[i] === n || net.linkFrom[i] === n) && net.linkRank[i]! >= 3 ? [i] : [],
      );
      if (links.length > 0)
        out.push({ at: xy(j.position), links, lanes: links.reduce((s, i) => s + pack.links[i]!.lanes, 0) });
    });
    return out.sort((a, b) => b.lanes - a.lanes);
  }
}

function gather(
  cells: readonly { at: [number, number]; residents: number; jobs: number }[],
  places: readonly { link: number; at: [number, number] }[],
  side: number,
): Zone[] {
  const key = (p: readonly number[]): string => `${Math.floor(p[0]! / side)},${Math.floor(p[1]! / side)}`;
  const links = new Map<string, number[]>();
  for (const s of places) {
    const k = key(s.at);
    const list = links.get(k);
    if (list === undefined) links.set(k, [s.link]);
    else list.push(s.link);
  }
  const bins = new Map<string, { x: number; y: number; n: number; residents: number; jobs: number }>();
  for (const c of cells) {
    const k = key(c.at);
    if (!links.has(k)) continue;
    const bin = bins.get(k) ?? { x: 0, y: 0, n: 0, residents: 0, jobs: 0 };
    bin.x += c.at[0];
    bin.y += c.at[1];
    bin.n++;
    bin.residents += c.residents;
    bin.jobs += c.jobs;
    bins.set(k, bin);
  }
  return [...bins].map(([k, b]) => ({
    x: b.x / b.n,
    y: b.y / b.n,
    residents: b.residents,
    jobs: b.jobs,
    links: links.get(k)!,
    gate: false,
  }));
}

function centre(d: District): LonLat {
  const ring = d.polygons[0]![0]!;
  let lon = 0;
  let lat = 0;
  for (let i = 1; i < ring.length; i++) {
    lon += ring[i]![0];
    lat += ring[i]![1];
  }
  return [lon / (ring.length - 1), lat / (ring.length - 1)];
}

function cumulate(weights: readonly number[]): Float64Array {
  const out = new Float64Array(weights.length);
  let sum = 0;
  weights.forEach((w, i) => {
    sum += Math.max(0, w);
    out[i] = sum;
  });
  return out;
}

function draw(cumulative: Float64Array, u: number): number {
  const wanted = u * cumulative[cumulative.length - 1]!;
  let lo = 0;
  let hi = cumulative.length - 1;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (cumulative[mid]! > wanted) hi = mid;
    else lo = mid + 1;
  }
  return lo;
}

function shuffle(items: number[], random: Random): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = random.int(i + 1);
    [items[i], items[j]] = [items[j]!, items[i]!];
  }
}

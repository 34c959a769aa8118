/**
 * Administrative areas: six districts, their subdistricts (街道) and grid cells (网格), grown from seeds over
 * neighbouring blocks so that every border runs along a road, the river or the city limit.
 */
import type { District } from '../../server/contract/city-pack.ts';
import type { LocalText } from '../../server/contract/text.ts';
import type { Random } from '../kernel/random.ts';
import type { PlanBuilding } from './buildings.ts';
import { neighboursOf, type Face, type Faces } from './faces.ts';
import { dist, type P } from './geometry.ts';
import { districtPlans } from './name-words.ts';
import { ringToLonLat } from './project.ts';

export interface Cell {
  readonly id: string;
  readonly name: LocalText;
  readonly faces: ReadonlySet<Face>;
  readonly centre: P;
  population: number;
  jobs: number;
}
export interface Street {
  readonly id: string;
  readonly name: LocalText;
  readonly district: string;
  readonly districtName: LocalText;
  readonly faces: ReadonlySet<Face>;
  readonly centre: P;
  readonly cells: Cell[];
}
export interface Administration {
  readonly streets: readonly Street[];
  readonly cellOf: ReadonlyMap<Face, Cell>;
  readonly streetOf: ReadonlyMap<Face, Street>;
  readonly districts: readonly District[];
}

/** Floor space of one resident and one job, square metres (all floors, walls and stairs included). */
const M2_PER_RESIDENT = 42;
const M2_PER_JOB: Readonly<Record<PlanBuilding['kind'], number>> = {
  residential: 1400,
  commercial: 46,
  industrial: 75,
  civic: 60,
  other: 200,
};

export function divide(random: Random, faces: Faces, buildings: readonly PlanBuilding[]): Administration {
  const dice = random.fork('districts');
  const residents = new Map<Face, number>();
  const jobs = new Map<Face, number>();
  for (const b of buildings) {
    const face = b.block.face;
    const lived = b.kind === 'residential' ? b.floorM2 / M2_PER_RESIDENT : 0;
    residents.set(face, (residents.get(face) ?? 0) + lived * dice.range(0.85, 1.05));
    jobs.set(face, (jobs.get(face) ?? 0) + (b.floorM2 / M2_PER_JOB[b.kind]) * dice.range(0.8, 1));
  }
  /** How much administration a block needs: its people, and a little for its land. */
  const load = (f: Face): number => (residents.get(f) ?? 0) + 0.5 * (jobs.get(f) ?? 0) + f.areaM2 / 900;

  const seedsOf = districtPlans.map((d) => nearestFace(faces.all, d.seed));
  const inDistrict = grow(new Set(faces.all), seedsOf, 6000);
  const streets: Street[] = [];
  const cellOf = new Map<Face, Cell>();
  const streetOf = new Map<Face, Street>();
  const districts: District[] = [];
  const polygonsOf = (set: ReadonlySet<Face>): District['polygons'] =>
    faces.outline(set).map((rings) => rings.map(ringToLonLat));

  for (const [d, plan] of districtPlans.entries()) {
    const own = new Set([...inDistrict].filter(([, k]) => k === d).map(([f]) => f));
    if (own.size === 0) continue;
    const districtId = `d-${plan.key}`;
    districts.push({ id: districtId, level: 'district', name: plan.name, polygons: polygonsOf(own) });
    const inStreet = grow(own, spread(own, plan.streets.length, load), 2500);
    for (const [s, name] of plan.streets.entries()) {
      const part = new Set([...inStreet].filter(([, k]) => k === s).map(([f]) => f));
      if (part.size === 0) continue;
      const id = `${districtId}-${s + 1}`;
      districts.push({ id, level: 'street', name, parent: districtId, polygons: polygonsOf(part) });
      const total = [...part].reduce((sum, f) => sum + load(f), 0);
      const wanted = Math.max(3, Math.min(part.size, Math.round(total / 5200)));
      const inCell = grow(part, spread(part, wanted, load), 900);
      const street: Street = {
        id,
        name,
        district: districtId,
        districtName: plan.name,
        faces: part,
        centre: centreOf(part),
        cells: [],
      };
      streets.push(street);
      for (let k = 0; k < wanted; k++) {
        const set = new Set([...inCell].filter(([, c]) => c === k).map(([f]) => f));
        if (set.size === 0) continue;
        const number = String(street.cells.length + 1).padStart(2, '0');
        const stem = { zh: name.zh.replace('街道', ''), en: name.en.replace(' Subdistrict', '') };
        const cell: Cell = {
          id: `${id}-${number}`,
          name: { zh: `${stem.zh}第${number}网格`, en: `${stem.en} Grid ${number}` },
          faces: set,
          centre: centreOf(set),
          population: 0,
          jobs: 0,
        };
        for (const f of set) {
          cell.population += residents.get(f) ?? 0;
          cell.jobs += jobs.get(f) ?? 0;
          cellOf.set(f, cell);
          streetOf.set(f, street);
        }
        cell.population = Math.round(cell.population);
        cell.jobs = Math.round(cell.jobs);
        street.cells.push(cell);
        districts.push({
          id: cell.id,
          level: 'grid',
          name: cell.name,
          parent: id,
          polygons: polygonsOf(set),
          population: cell.population,
          jobs: cell.jobs,
        });
      }
    }
  }
  return { streets, cellOf, streetOf, districts };
}

function nearestFace(faces: Iterable<Face>, p: P): Face {
  let best: Face | null = null;
  for (const f of faces) if (best === null || dist(f.centre, p) < dist(best.centre, p)) best = f;
  if (best === null) throw new Error('a city without blocks');
  return best;
}

/** Seeds far from each other and where the load is (weighted farthest-point sampling). */
function spread(faces: ReadonlySet<Face>, n: number, load: (f: Face) => number): Face[] {
  const list = [...faces];
  const first = list.reduce((a, b) => (load(b) > load(a) ? b : a));
  const seeds = [first];
  const far = list.map((f) => dist(f.centre, first.centre));
  while (seeds.length < Math.min(n, list.length)) {
    let best = 0;
    let score = -1;
    for (const [i, f] of list.entries()) {
      const s = far[i]! * (0.4 + Math.sqrt(load(f) / 3000));
      if (s > score) {
        score = s;
        best = i;
      }
    }
    const seed = list[best]!;
    seeds.push(seed);
    for (const [i, f] of list.entries()) far[i] = Math.min(far[i]!, dist(f.centre, seed.centre));
  }
  return seeds;
}

/** Grows the seeds over neighbouring faces, nearest first; the river is a barrier. Every reachable face is taken. */
function grow(allowed: ReadonlySet<Face>, seeds: readonly Face[], river: number): Map<Face, number> {
  const owner = new Map<Face, number>();
  const cost = new Map<Face, number>();
  const heap: { f: Face; k: number; c: number }[] = [];
  const push = (item: { f: Face; k: number; c: number }): void => {
    let i = heap.push(item) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (heap[parent]!.c <= item.c) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = item;
  };
  const pop = (): { f: Face; k: number; c: number } | undefined => {
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]!.c < heap[child]!.c) child++;
      if (heap[child]!.c >= last.c) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = last;
    return top;
  };
  for (const [k, f] of seeds.entries()) {
    cost.set(f, 0);
    push({ f, k, c: 0 });
  }
  for (let item = pop(); item !== undefined; item = pop()) {
    const { f, k, c } = item;
    if (owner.has(f)) continue;
    owner.set(f, k);
    for (const { face, side } of neighboursOf(f)) {
      if (!allowed.has(face) || owner.has(face)) continue;
      const next = c + dist(f.centre, face.centre) + (side.edge.key === 'river' ? river : 0);
      if (next < (cost.get(face) ?? Infinity)) {
        cost.set(face, next);
        push({ f: face, k, c: next });
      }
    }
  }
  return owner;
}

function centreOf(faces: ReadonlySet<Face>): P {
  let x = 0;
  let y = 0;
  let w = 0;
  for (const f of faces) {
    const a = Math.sqrt(f.areaM2);
    x += f.centre[0] * a;
    y += f.centre[1] * a;
    w += a;
  }
  // The middle may lie outside a bent area: take the block nearest to it.
  return nearestFace(faces, [x / w, y / w]).centre;
}

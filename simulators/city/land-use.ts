/** What each block is used for: by zone, size and chance, with campuses, parks and the like set where they fit. */
import type { Random } from '../kernel/random.ts';
import { dist, inRing, type P } from './geometry.ts';
import { sideClass, type Face, type Faces } from './faces.ts';
import type { Terrain } from './terrain.ts';
import type { Zone, Zones } from './zones.ts';

export type Use =
  | 'waterfront'
  | 'oldtown'
  | 'compound'
  | 'highrise'
  | 'mixed'
  | 'office'
  | 'mall'
  | 'industrial'
  | 'port'
  | 'university'
  | 'park'
  | 'plaza'
  | 'school'
  | 'hospital'
  | 'stadium'
  | 'village'
  | 'farmland'
  | 'green';

export interface Block {
  readonly face: Face;
  readonly zone: Zone;
  use: Use;
}

/** Weights of uses by zone. */
const MIX: Readonly<Record<Zone, readonly (readonly [Use, number])[]>> = {
  oldtown: [
    ['oldtown', 90],
    ['mixed', 7],
    ['park', 2],
    ['plaza', 1],
  ],
  cbd: [
    ['office', 52],
    ['highrise', 22],
    ['mall', 12],
    ['park', 6],
    ['plaza', 4],
    ['mixed', 8],
  ],
  core: [
    ['mixed', 40],
    ['compound', 30],
    ['highrise', 14],
    ['office', 6],
    ['mall', 3],
    ['park', 3],
  ],
  residential: [
    ['compound', 46],
    ['highrise', 32],
    ['mixed', 12],
    ['mall', 2],
    ['park', 4],
    ['green', 2],
    ['industrial', 2],
  ],
  industrial: [
    ['industrial', 84],
    ['compound', 8],
    ['green', 8],
  ],
  port: [
    ['port', 88],
    ['industrial', 12],
  ],
  university: [['university', 1]],
  suburb: [
    ['compound', 22],
    ['highrise', 18],
    ['village', 28],
    ['industrial', 10],
    ['green', 9],
    ['farmland', 13],
  ],
  rural: [
    ['farmland', 55],
    ['village', 25],
    ['green', 20],
  ],
};

export function planLandUse(random: Random, terrain: Terrain, zones: Zones, faces: Faces): Block[] {
  const dice = random.fork('land-use');
  const blocks: Block[] = faces.all.map((face) => {
    const zone = zones.at(face.centre);
    return { face, zone, use: firstUse(dice, terrain, zone, face) };
  });
  const free = (b: Block): boolean => ['compound', 'mixed', 'highrise'].includes(b.use);
  const near = (b: Block, others: readonly Block[], m: number): boolean =>
    others.some((o) => dist(o.face.centre, b.face.centre) < m);
  const choose = (use: Use, n: number, apart: number, fits: (b: Block) => boolean): void => {
    const chosen: Block[] = [];
    const order = blocks.filter((b) => free(b) && fits(b)).map((b) => ({ b, key: dice.next() }));
    order.sort((x, y) => x.key - y.key);
    for (const { b } of order) {
      if (chosen.length >= n) break;
      if (near(b, chosen, apart)) continue;
      chosen.push(b);
      b.use = use;
    }
  };
  const area = (low: number, high: number) => (b: Block) => b.face.areaM2 > low && b.face.areaM2 < high;
  const onArterial = (b: Block): boolean =>
    b.face.sides.some((s) => sideClass(s) === 'primary' || sideClass(s) === 'secondary');
  choose('stadium', 1, 0, (b) => area(60_000, 260_000)(b) && dist(b.face.centre, [2300, -3900]) < 1900);
  choose('stadium', 1, 0, (b) => area(50_000, 260_000)(b) && dist(b.face.centre, [1500, 3300]) < 1900);
  choose('hospital', 11, 1500, (b) => area(17_000, 95_000)(b) && onArterial(b) && b.zone !== 'suburb');
  choose('hospital', 2, 2500, (b) => area(17_000, 160_000)(b) && onArterial(b) && b.zone === 'suburb');
  choose('park', 9, 1300, area(60_000, 250_000));
  choose('park', 22, 700, area(9_000, 50_000));
  choose('school', 62, 560, (b) => area(16_000, 62_000)(b));
  choose('school', 8, 900, (b) => area(62_000, 160_000)(b));
  return blocks;
}

function firstUse(dice: Random, terrain: Terrain, zone: Zone, face: Face): Use {
  const samples = interior(face);
  const wet = samples.filter((p) => terrain.isWater(p)).length / samples.length;
  const byRiver = face.sides.some((s) => s.edge.key === 'river');
  // The quays: between the docks and the road behind them.
  const quay = terrain.docks.some((dock) => inRing(dock[2]!, face.ring));
  if (byRiver) return quay ? 'port' : 'waterfront';
  if (wet > 0.5) return 'waterfront';
  const hilly = samples.filter((p) => terrain.isHill(p)).length / samples.length;
  if (hilly > 0.35) return 'green';
  if (hilly > 0.08 && face.areaM2 < 900_000) return 'park';
  if (zone !== 'oldtown' && face.areaM2 < 2500) return 'green';
  if (face.areaM2 < 900) return zone === 'oldtown' ? 'oldtown' : 'green';
  const mix = MIX[zone];
  let at = dice.next() * mix.reduce((sum, [, w]) => sum + w, 0);
  let use: Use = mix[0]![0];
  for (const [candidate, w] of mix) {
    use = candidate;
    at -= w;
    if (at < 0) break;
  }
  if (zone === 'port') return dice.chance(0.9) ? 'port' : 'industrial';
  // Nobody has planned streets there yet: open land with villages in it.
  if (face.areaM2 > 900_000 && zone !== 'university')
    return hilly > 0.1 ? 'green' : dice.chance(0.5) ? 'village' : 'farmland';
  if (zone === 'suburb' && face.areaM2 > 420_000 && (use === 'compound' || use === 'highrise'))
    return 'village';
  if ((use === 'plaza' || use === 'mall') && face.areaM2 > 60_000) return 'office';
  if (use === 'park' && face.areaM2 > 300_000) return 'green';
  if (use === 'mixed' && face.areaM2 > 130_000) return 'compound';
  if (use === 'office' && face.areaM2 > 130_000) return 'highrise';
  return use;
}

/** Some points inside a face, on a grid of about 6 × 6. */
export function interior(face: Face, per = 6): P[] {
  const xs = face.ring.map((p) => p[0]);
  const ys = face.ring.map((p) => p[1]);
  const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const out: P[] = [];
  for (let i = 0; i < per; i++) {
    for (let j = 0; j < per; j++) {
      const p: P = [x0 + ((i + 0.5) / per) * (x1 - x0), y0 + ((j + 0.5) / per) * (y1 - y0)];
      if (inRing(p, face.ring)) out.push(p);
    }
  }
  return out.length > 0 ? out : [face.centre];
}

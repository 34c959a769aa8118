/** Fills blocks with buildings as their use asks: slabs in rows, towers, courtyards, halls, along the streets. */
import type { Building } from '../../server/contract/city-pack.ts';
import type { Random } from '../kernel/random.ts';
import { parts } from './block-parts.ts';
import * as shape from './building-shapes.ts';
import { add, areaOf, dist, inRing, right, unit, type P } from './geometry.ts';
import { sideClass } from './faces.ts';
import type { Block } from './land-use.ts';
import { corners, ROAD_HALF_M, type Rect, type Site } from './site.ts';
import type { Zones } from './zones.ts';

export interface PlanBuilding {
  readonly footprint: shape.Footprint;
  readonly c: P;
  readonly heightM: number;
  readonly kind: Building['kind'];
  readonly block: Block;
  readonly floorM2: number;
}

interface Offer {
  readonly rect: Rect;
  readonly footprint: shape.Footprint;
  readonly heightM: number;
  readonly kind: Building['kind'];
  readonly gap: number;
  readonly setback: number;
}

export class Builder {
  readonly built: PlanBuilding[] = [];
  readonly #site: Site;
  readonly #dice: Random;
  readonly #zones: Zones;

  constructor(random: Random, site: Site, zones: Zones) {
    this.#dice = random.fork('buildings');
    this.#site = site;
    this.#zones = zones;
  }

  fill(block: Block): void {
    switch (block.use) {
      case 'oldtown':
        this.#edge(block, { w: [9, 17], d: [9, 13], h: [5, 11], gap: 1.2, setback: 1, rows: 2, court: 0.35 });
        this.#rows(block, {
          w: [11, 17],
          d: [11, 15],
          step: [16.5, 17.5],
          h: [4, 9],
          gap: 1.5,
          court: 0.5,
          kind: 'residential',
          skip: 0.06,
        });
        break;
      case 'mixed':
        this.#edge(block, { w: [24, 52], d: [13, 17], h: [15, 30], gap: 6, setback: 4, rows: 1, court: 0.1 });
        this.#rows(block, {
          w: [38, 60],
          d: [12, 14],
          step: [66, 27],
          h: [16, 24],
          gap: 8,
          court: 0,
          kind: 'residential',
          skip: 0.05,
        });
        break;
      case 'compound':
        this.#edge(block, {
          w: [26, 60],
          d: [12, 15],
          h: [7, 14],
          gap: 8,
          setback: 4,
          rows: 1,
          court: 0,
          share: 0.4,
        });
        this.#rows(block, {
          w: [42, 66],
          d: [11.5, 13],
          step: [70, 30],
          h: [18, 21],
          gap: 9,
          court: 0,
          kind: 'residential',
          skip: 0.06,
        });
        break;
      case 'highrise':
        this.#edge(block, {
          w: [30, 60],
          d: [13, 16],
          h: [8, 13],
          gap: 8,
          setback: 5,
          rows: 1,
          court: 0,
          share: 0.3,
        });
        this.#towers(block, 'residential');
        break;
      case 'office':
        this.#towers(block, 'commercial');
        break;
      case 'mall':
        this.#big(block, { w: [70, 150], d: [55, 95], h: [22, 38], kind: 'commercial', most: 2 });
        this.#edge(block, { w: [26, 46], d: [16, 22], h: [18, 60], gap: 8, setback: 5, rows: 1, court: 0 });
        break;
      case 'industrial':
        this.#rows(block, {
          w: [55, 120],
          d: [26, 46],
          step: [118, 66],
          h: [9, 15],
          gap: 12,
          court: 0,
          kind: 'industrial',
          skip: 0.12,
        });
        this.#edge(block, {
          w: [24, 44],
          d: [13, 18],
          h: [10, 20],
          gap: 10,
          setback: 8,
          rows: 1,
          court: 0,
          share: 0.3,
        });
        break;
      case 'port':
        this.#rows(block, {
          w: [80, 170],
          d: [32, 55],
          step: [140, 74],
          h: [10, 16],
          gap: 13,
          court: 0,
          kind: 'industrial',
          skip: 0.14,
        });
        break;
      case 'university':
        this.#campus(block, 0.5);
        break;
      case 'school':
        this.#campus(block, 0.7);
        break;
      case 'hospital':
        this.#big(block, { w: [70, 110], d: [26, 40], h: [50, 85], kind: 'civic', most: 2 });
        this.#rows(block, {
          w: [40, 70],
          d: [16, 22],
          step: [80, 48],
          h: [18, 40],
          gap: 12,
          court: 0.2,
          kind: 'civic',
          skip: 0.2,
        });
        break;
      case 'stadium':
        this.#stadium(block);
        break;
      case 'village':
        this.#edge(block, {
          w: [9, 14],
          d: [9, 12],
          h: [6, 11],
          gap: 3,
          setback: 4,
          rows: 2,
          court: 0.1,
          share: 0.55,
        });
        this.#hamlets(block);
        break;
      case 'park':
      case 'plaza':
        this.#edge(block, {
          w: [12, 24],
          d: [9, 14],
          h: [4, 8],
          gap: 60,
          setback: 12,
          rows: 1,
          court: 0.2,
          share: 0.12,
        });
        break;
      case 'farmland':
      case 'green':
      case 'waterfront':
        this.#edge(block, {
          w: [9, 14],
          d: [9, 12],
          h: [6, 10],
          gap: 10,
          setback: 6,
          rows: 1,
          court: 0,
          share: block.use === 'farmland' ? 0.16 : 0.03,
        });
        break;
    }
  }

  #try(block: Block, o: Offer): boolean {
    for (const p of corners(o.rect)) if (!inRing(p, block.face.ring)) return false;
    if (!this.#site.fits(o.rect, o.gap, o.setback)) return false;
    this.#site.reserve(o.rect);
    const ground = o.footprint.reduce((sum, r, i) => sum + (i === 0 ? 1 : -1) * Math.abs(areaOf(r)), 0);
    const floors = Math.max(1, Math.round(o.heightM / (o.kind === 'industrial' ? 9 : 3.1)));
    this.built.push({
      footprint: o.footprint,
      c: o.rect.c,
      heightM: Math.round(o.heightM * 10) / 10,
      kind: o.kind,
      block,
      floorM2: ground * floors,
    });
    return true;
  }

  /** Shop houses, slabs or small houses along the streets, their fronts on one line. */
  #edge(
    block: Block,
    o: {
      w: [number, number];
      d: [number, number];
      h: [number, number];
      gap: number;
      setback: number;
      rows: number;
      court: number;
      share?: number;
    },
  ): void {
    const dice = this.#dice;
    for (const side of block.face.sides) {
      const cls = sideClass(side);
      if (cls === null) continue;
      const inOld = block.zone === 'oldtown' && cls === 'residential';
      const half = inOld ? 4.5 : ROAD_HALF_M[cls];
      // Greater streets have greater houses on them.
      const lift = cls === 'primary' ? 1.5 : cls === 'secondary' ? 1.25 : 1;
      for (let i = 1; i < side.pts.length; i++) {
        const a = side.pts[i - 1]!;
        const b = side.pts[i]!;
        const u = unit(a, b);
        // The face lies to the left of its sides.
        const inward: P = [-u[1], u[0]];
        const length = dist(a, b);
        for (let row = 0, back = half + o.setback + 0.3; row < o.rows; row++) {
          let deepest = 0;
          for (let s = dice.range(2, 8); s < length - 4;) {
            const w = Math.min(dice.range(...o.w), length - s);
            const d = dice.range(...o.d);
            if (w < o.w[0] * 0.7) break;
            if (o.share !== undefined && dice.chance(1 - o.share)) {
              s += w + o.gap;
              continue;
            }
            const rect: Rect = { c: add(add(a, u, s + w / 2), inward, back + d / 2), u, w, d };
            const heightM = dice.range(...o.h) * lift;
            const footprint =
              dice.chance(o.court) && w > 10 && d > 10
                ? heightM < 12
                  ? shape.courtyard(rect, 0.3)
                  : shape.uShape(rect, 0.32)
                : shape.plain(rect);
            const kind =
              cls === 'residential' || block.use === 'village' ? 'residential' : this.#frontKind(block);
            if (this.#try(block, { rect, footprint, heightM, kind, gap: o.gap * 0.8, setback: o.setback })) {
              s += w + o.gap * dice.range(0.9, 1.6);
              deepest = Math.max(deepest, d);
            } else s += 6;
          }
          back += (deepest || o.d[1]) + 4;
        }
      }
    }
  }

  #frontKind(block: Block): Building['kind'] {
    if (block.use === 'industrial') return 'industrial';
    return this.#dice.chance(0.55) ? 'commercial' : 'residential';
  }

  /** Rows of equal buildings; great blocks are cut into sub-areas that differ. */
  #rows(
    block: Block,
    o: {
      w: [number, number];
      d: [number, number];
      step: [number, number];
      h: [number, number];
      gap: number;
      court: number;
      kind: Building['kind'];
      skip: number;
    },
  ): void {
    const dice = this.#dice;
    for (const part of parts(block.face, dice)) {
      const w = dice.range(...o.w);
      const heightM = dice.range(...o.h);
      const stepX = Math.max(o.step[0] * (w / o.w[1]), w + o.gap);
      const stepY = o.step[1] * dice.range(0.95, 1.2);
      part.cells(stepX, stepY, (c) => {
        if (dice.chance(o.skip)) return;
        const rect: Rect = {
          c: add(add(c, part.u, dice.range(-1.5, 1.5)), right(part.u), dice.range(-1, 1)),
          u: part.u,
          w: w * dice.range(0.85, 1.05),
          d: dice.range(...o.d),
        };
        const footprint = dice.chance(o.court) ? shape.courtyard(rect, 0.27) : shape.plain(rect);
        this.#try(block, {
          rect,
          footprint,
          heightM: heightM * dice.range(0.94, 1.06),
          kind: o.kind,
          gap: o.gap,
          setback: 5,
        });
      });
    }
  }

  #towers(block: Block, kind: 'residential' | 'commercial'): void {
    const dice = this.#dice;
    const centre = this.#zones.cbd;
    const closeness = Math.exp(-((dist(block.face.centre, centre) / 1150) ** 2));
    for (const part of parts(block.face, dice)) {
      if (kind === 'residential') {
        const floors = dice.range(15, 33);
        const bay = dice.chance(0.6);
        part.cells(dice.range(46, 62), dice.range(52, 66), (c, i, j) => {
          const w = bay ? 27 : 40;
          const rect: Rect = { c: add(c, part.u, (j % 2) * 9 - 4), u: part.u, w, d: bay ? 21 : 15 };
          const heightM = floors * 3 + ((i + j) % 3) * 6;
          const footprint = bay ? shape.bayTower(rect) : shape.plain(rect);
          this.#try(block, { rect, footprint, heightM, kind, gap: 14, setback: 7 });
        });
        continue;
      }
      part.cells(dice.range(62, 84), dice.range(60, 78), (c) => {
        const w = dice.range(34, 52);
        const d = dice.range(30, 46);
        const rect: Rect = { c: add(c, part.u, dice.range(-4, 4)), u: part.u, w, d };
        const heightM = 32 + dice.range(10, 60) + closeness * dice.next() ** 1.8 * 260;
        const pick = dice.next();
        const footprint =
          pick < 0.55
            ? shape.plain(rect)
            : pick < 0.7
              ? shape.octagon(rect)
              : pick < 0.86
                ? shape.lShape(rect, 0.55)
                : shape.oval(rect, 0);
        this.#try(block, { rect, footprint, heightM, kind, gap: 12, setback: 8 });
      });
    }
    this.#edge(block, {
      w: [24, 48],
      d: [15, 24],
      h: [12, 30],
      gap: 8,
      setback: 6,
      rows: 1,
      court: 0,
      share: 0.6,
    });
  }

  #big(
    block: Block,
    o: {
      w: [number, number];
      d: [number, number];
      h: [number, number];
      kind: Building['kind'];
      most: number;
    },
  ): void {
    const dice = this.#dice;
    const [part] = parts(block.face, dice);
    if (part === undefined) return;
    let placed = 0;
    for (let k = 0; k < 24 && placed < o.most; k++) {
      const shrink = 1 - k * 0.024;
      const c =
        k === 0
          ? block.face.centre
          : add(add(block.face.centre, part.u, dice.range(-70, 70)), right(part.u), dice.range(-70, 70));
      const rect: Rect = { c, u: part.u, w: dice.range(...o.w) * shrink, d: dice.range(...o.d) * shrink };
      const footprint = dice.chance(0.4) ? shape.lShape(rect, 0.5) : shape.plain(rect);
      if (
        this.#try(block, { rect, footprint, heightM: dice.range(...o.h), kind: o.kind, gap: 14, setback: 8 })
      )
        placed++;
    }
  }

  #campus(block: Block, density: number): void {
    const dice = this.#dice;
    for (const part of parts(block.face, dice, 260)) {
      part.cells(86, 62, (c) => {
        if (dice.chance(1 - density)) return;
        const rect: Rect = { c, u: part.u, w: dice.range(38, 66), d: dice.range(15, 38) };
        const pick = dice.next();
        const footprint =
          rect.d > 26
            ? pick < 0.5
              ? shape.uShape(rect, 0.3)
              : shape.courtyard(rect, 0.28)
            : pick < 0.3
              ? shape.lShape(rect, 0.45)
              : shape.plain(rect);
        this.#try(block, {
          rect,
          footprint,
          heightM: dice.range(12, 26),
          kind: 'civic',
          gap: 14,
          setback: 9,
        });
      });
    }
  }

  #stadium(block: Block): void {
    const [part] = parts(block.face, this.#dice);
    if (part === undefined) return;
    for (const scale of [1, 0.8, 0.62, 0.5]) {
      const rect: Rect = { c: block.face.centre, u: part.u, w: 255 * scale, d: 205 * scale };
      const footprint = shape.oval(rect, 0.56);
      if (this.#try(block, { rect, footprint, heightM: 42, kind: 'civic', gap: 15, setback: 10 })) break;
    }
    this.#edge(block, {
      w: [40, 70],
      d: [25, 36],
      h: [12, 22],
      gap: 20,
      setback: 14,
      rows: 1,
      court: 0,
      share: 0.5,
    });
  }

  /** Villages: dense knots of small houses with open land between. */
  #hamlets(block: Block): void {
    const dice = this.#dice;
    const knots = Math.max(1, Math.min(5, Math.round(block.face.areaM2 / 130_000)));
    for (let k = 0; k < knots; k++) {
      const [part] = parts(block.face, dice);
      if (part === undefined) return;
      const c0 = add(
        add(block.face.centre, part.u, dice.range(-1, 1) * Math.sqrt(block.face.areaM2) * 0.38),
        right(part.u),
        dice.range(-1, 1) * Math.sqrt(block.face.areaM2) * 0.38,
      );
      const reach = dice.range(50, 105);
      for (let x = -reach; x < reach; x += 15.5) {
        for (let y = -reach; y < reach; y += 17) {
          if (Math.hypot(x, y) > reach * dice.range(0.7, 1) || dice.chance(0.12)) continue;
          const rect: Rect = {
            c: add(add(c0, part.u, x + dice.range(-1, 1)), right(part.u), y + dice.range(-1, 1)),
            u: part.u,
            w: dice.range(10, 13),
            d: dice.range(9, 12),
          };
          this.#try(block, {
            rect,
            footprint: shape.plain(rect),
            heightM: dice.range(7, 12),
            kind: 'residential',
            gap: 2,
            setback: 4,
          });
        }
      }
    }
  }
}

/** Names of roads and places in Chinese and English; every made name is used once. */
import type { LocalText } from '../../server/contract/text.ts';
import type { Random } from '../kernel/random.ts';
import type { P } from './geometry.ts';
import { pointAt } from './geometry.ts';
import { bridges, firstSyllables, plannedRoads, secondSyllables } from './name-words.ts';
import type { Network, PlanJunction, PlanLink } from './network.ts';

const capital = (s: string): string => s.slice(0, 1).toUpperCase() + s.slice(1);

/** Hands out two-syllable names like 文华 / Wenhua, each once. */
export class NameMaker {
  readonly #random: Random;
  readonly #used = new Set<string>();
  constructor(random: Random) {
    this.#random = random;
    for (const road of Object.values(plannedRoads)) this.#used.add(road.stem.zh);
  }
  next(): LocalText {
    for (;;) {
      const a = this.#random.pick(firstSyllables);
      const b = this.#random.pick(secondSyllables);
      const zh = a.zh + b.zh;
      const en = capital(a.en + b.en);
      if (a.zh === b.zh || this.#used.has(zh) || this.#used.has(en)) continue;
      this.#used.add(zh).add(en);
      return { zh, en };
    }
  }
}

export const join = (a: LocalText, b: LocalText, gap = ' '): LocalText => ({
  zh: a.zh + b.zh,
  en: `${a.en}${gap}${b.en}`,
});

const PART: Readonly<Record<'east' | 'west' | 'south' | 'north', LocalText>> = {
  east: { zh: '东', en: 'East' },
  west: { zh: '西', en: 'West' },
  south: { zh: '南', en: 'South' },
  north: { zh: '北', en: 'North' },
};

export type RoadNames = (link: PlanLink) => LocalText;

/** Names links by the road they belong to; great roads by their parts (解放东路 / Jiefang Road East). */
export function nameRoads(makeName: NameMaker, network: Network, riverY: (x: number) => number): RoadNames {
  const stems = new Map<string, LocalText>();
  const word = (link: PlanLink, inOldTown: boolean): LocalText => {
    if (link.class === 'secondary') return { zh: '路', en: 'Road' };
    if (link.class === 'tertiary') return inOldTown ? { zh: '街', en: 'Street' } : { zh: '路', en: 'Road' };
    return inOldTown ? { zh: '巷', en: 'Lane' } : { zh: '街', en: 'Street' };
  };
  const axisX = -430;
  const bridgeNames = new Map<PlanLink, LocalText>();
  for (const link of network.links) {
    if (!link.bridge || link.ramp || link.class === 'residential') continue;
    const mid = pointAt(link.pts, 0.5).p;
    if (!crossesRiver(link, riverY)) continue;
    const key = bridges[link.key] === undefined ? `${link.key}-${mid[0] < 0 ? 'west' : 'east'}` : link.key;
    const name = bridges[key];
    if (name !== undefined) bridgeNames.set(link, name);
  }
  return (link) => {
    const bridge = bridgeNames.get(link);
    if (bridge) return bridge;
    const mid = pointAt(link.pts, 0.5).p;
    const key = link.key.replace(/-ramp$/, '');
    const planned = plannedRoads[key];
    if (planned !== undefined) {
      const whole = { zh: planned.stem.zh + planned.word.zh, en: `${planned.stem.en} ${planned.word.en}` };
      if (link.ramp) return { zh: `${whole.zh}匝道`, en: `${whole.en} Ramp` };
      if (planned.parts === null) return whole;
      const part =
        planned.parts === 'ew'
          ? PART[mid[0] > axisX ? 'east' : 'west']
          : PART[mid[1] > riverY(mid[0]) ? 'north' : 'south'];
      return {
        zh: planned.stem.zh + part.zh + planned.word.zh,
        en: `${planned.stem.en} ${planned.word.en} ${part.en}`,
      };
    }
    const known = stems.get(key);
    if (known) return known;
    const inOldTown = Math.abs(mid[0] + 430) < 1000 && Math.abs(mid[1] - 760) < 1080;
    const made = join(makeName.next(), word(link, inOldTown));
    stems.set(key, made);
    return made;
  };
}

function crossesRiver(link: PlanLink, riverY: (x: number) => number): boolean {
  const side = (p: P): boolean => p[1] > riverY(p[0]);
  return side(link.pts[0]!) !== side(link.pts.at(-1)!);
}

/** 中山南路—解放路路口, from the two greatest roads that meet. */
export function junctionName(j: PlanJunction, roadName: RoadNames): LocalText | undefined {
  const order = ['trunk', 'primary', 'secondary', 'tertiary', 'residential'];
  const names: LocalText[] = [];
  for (const l of [...j.into].sort((a, b) => order.indexOf(a.class) - order.indexOf(b.class))) {
    if (l.ramp) continue;
    const name = roadName(l);
    if (!names.some((n) => n.zh === name.zh)) names.push(name);
  }
  const [a, b] = names;
  if (a === undefined) return undefined;
  if (b === undefined) return { zh: `${a.zh}匝道口`, en: `${a.en} ramp junction` };
  return { zh: `${a.zh}与${b.zh}路口`, en: `${a.en} & ${b.en}` };
}

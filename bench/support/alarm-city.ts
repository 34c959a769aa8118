/** What `bench:alerts` watches: subjects with facts that do not move, links whose speeds do, and rules as a city writes them. */
import { alarmRule, type AlarmRuleInput } from '../../server/contract/alarms.ts';
import { distanceM, type LonLat } from '../../server/contract/geo.ts';
import { inRing } from '../../server/domain/alarms/evaluation/derived-facts.ts';
import type { LiveRule, Places } from '../../server/domain/alarms/evaluation/facts.ts';
import type { Random } from '../../simulators/kernel/random.ts';

const DISTRICTS = 12;
const classes = ['expressway', 'arterial', 'secondary', 'collector', 'local'] as const;
const freeFlow = { expressway: 80, arterial: 60, secondary: 50, collector: 40, local: 30 } as const;
const facilityKinds = ['hospital', 'parking', 'hall', 'shelter'] as const;
const stationKinds = ['air', 'river', 'rain', 'detector'] as const;
const CENTRE: LonLat = [118.7, 30.1];

export type BenchKind = 'link' | 'facility' | 'station';
export interface BenchSubject {
  readonly kind: BenchKind;
  readonly id: string;
  readonly position: LonLat;
  readonly fixed: Readonly<Record<string, string | number>>;
  readonly freeFlowKph: number;
}

const districtOf = (random: Random): string => `d${random.int(DISTRICTS)}`;

/** 94 in 100 are links, 3 facilities and 3 stations. */
export function makeSubjects(n: number, random: Random): BenchSubject[] {
  return Array.from({ length: n }, (_, i) => {
    const of = i % 100;
    const position: LonLat = [
      CENTRE[0] + (random.next() - 0.5) * 0.4,
      CENTRE[1] + (random.next() - 0.5) * 0.3,
    ];
    const district = districtOf(random);
    if (of < 94) {
      const roadClass = classes[Math.min(4, Math.floor(random.next() ** 0.6 * 5))]!;
      const freeFlowKph = freeFlow[roadClass];
      const fixed = {
        district,
        class: roadClass,
        lanes: 1 + random.int(4),
        lengthM: 40 + random.int(600),
        limitKph: freeFlowKph,
        freeFlowKph,
      };
      return { kind: 'link', id: `l${i}`, position, fixed, freeFlowKph };
    }
    const isFacility = of < 97;
    const kind = isFacility ? random.pick(facilityKinds) : random.pick(stationKinds);
    const fixed = { district, kind };
    return { kind: isFacility ? 'facility' : 'station', id: `o${i}`, position, fixed, freeFlowKph: 0 };
  });
}

/**
 * Speeds that wander around what the road allows now, second by second: free, or in a jam that builds up and clears; on
 * `restless` ones every minute or so.
 */
export class Speeds {
  readonly kph: Float64Array;
  /** What the road allows when it is empty. */
  readonly free: Float64Array;
  private readonly target: Float64Array;
  private readonly isRestless: Uint8Array;
  private readonly random: Random;

  constructor(subjects: readonly BenchSubject[], restless: Iterable<number>, random: Random) {
    this.random = random;
    this.isRestless = new Uint8Array(subjects.length);
    for (const i of restless) this.isRestless[i] = 1;
    this.free = Float64Array.from(subjects, (s) => s.freeFlowKph || 50);
    this.target = this.free.map((v) => v * (random.next() < 0.05 ? 0.15 : 0.9));
    this.kph = Float64Array.from(this.target);
  }

  step(): void {
    const { kph, target, free, random, isRestless } = this;
    for (let i = 0; i < kph.length; i++) {
      // A jam every hour or so, for about three minutes.
      const isFree = target[i]! > free[i]! * 0.5;
      const everyS = isFree ? (isRestless[i] ? 60 : 3_600) : 180;
      if (random.next() * everyS < 1) target[i] = free[i]! * (isFree ? 0.15 : 0.9);
      const next = kph[i]! + (target[i]! - kph[i]!) * 0.05 + (random.next() + random.next() - 1) * 1.5;
      kph[i] = next < 0 ? 0 : next;
    }
  }
}

const TEXT = { zh: '试', en: 'bench' };
const base = {
  name: TEXT,
  priority: 3 as const,
  purpose: TEXT,
  consequence: TEXT,
  response: TEXT,
  owner: { role: 'supervisor' as const },
};

function ring([lon, lat]: LonLat, halfM: number): LonLat[] {
  const d = halfM / 111_000;
  return [
    [lon - d, lat - d],
    [lon + d, lat - d],
    [lon + d, lat + d],
    [lon - d, lat + d],
  ];
}

type Draft = Omit<AlarmRuleInput, keyof typeof base | 'id'>;

/** One draft of each sort; numbers differ. */
const sorts: readonly { readonly share: number; readonly make: (random: Random, i: number) => Draft }[] = [
  // Slow for its class, in one district, with a deadband.
  {
    share: 30,
    make: (random) => {
      const roadClass = random.pick(classes);
      const kph = Math.round(freeFlow[roadClass] * (0.15 + random.next() * 0.3));
      return {
        subject: 'link',
        where: `link.class == "${roadClass}" && link.district == "${districtOf(random)}"`,
        when: `link.speedKph < ${kph}`,
        until: `link.speedKph > ${kph + 8}`,
        onDelayS: 60,
        offDelayS: 30,
      };
    },
  },
  {
    share: 8,
    make: (random) => ({
      subject: 'link',
      where: `link.class in ["expressway", "arterial"]`,
      when: `link.ratio < ${(0.12 + random.next() * 0.1).toFixed(2)}`,
      until: 'link.ratio > 0.4',
      onDelayS: 120,
    }),
  },
  {
    share: 8,
    make: (random) => ({
      subject: 'link',
      where: `link.district == "${districtOf(random)}" && link.lanes >= 2`,
      when: `link.speedKph_rate < -${(6 + random.next() * 6).toFixed(1)} && link.speedKph < 30`,
      offDelayS: 60,
    }),
  },
  {
    share: 8,
    make: (random) => ({
      subject: 'link',
      where: `link.district == "${districtOf(random)}" && link.class == "${random.pick(classes)}"`,
      when: `link.speedKph_dev < -${(3 + random.next() * 2).toFixed(1)}`,
      until: 'link.speedKph_dev > -1.5',
      onDelayS: 180,
    }),
  },
  {
    share: 8,
    make: (random, i) => {
      const at: LonLat = [CENTRE[0] + (random.next() - 0.5) * 0.4, CENTRE[1] + (random.next() - 0.5) * 0.3];
      return {
        subject: 'link',
        areas: [{ id: `market-${i}`, ring: ring(at, 600) }],
        where: `link.inside("market-${i}")`,
        when: `link.speedKph < ${8 + random.int(6)} && clock.workday`,
        until: 'link.speedKph > 20',
        onDelayS: 30,
      };
    },
  },
  {
    share: 4,
    make: (random) => ({
      subject: 'link',
      where: `link.district == "${districtOf(random)}"`,
      when: `link.metresTo("school") < 300 && link.speedKph > link.limitKph * ${(1.1 + random.next() * 0.2).toFixed(2)}`,
      onDelayS: 10,
    }),
  },
  {
    share: 8,
    make: (random) => ({
      subject: 'link',
      where: `link.district == "${districtOf(random)}" && link.class == "${random.pick(classes)}"`,
      when: `link.silentS > ${60 * (2 + random.int(8))}`,
    }),
  },
  {
    share: 8,
    make: (random) => ({
      subject: 'link',
      where: `link.class == "arterial" && link.district == "${districtOf(random)}"`,
      when:
        `clock.workday && clock.hour >= 7.0 && clock.hour < ${(9 + random.next()).toFixed(2)} && ` +
        `link.speedKph < ${10 + random.int(10)} && city.congestionIndex > 1.4`,
      until: 'link.speedKph > 30',
      onDelayS: 120,
      suppressWhen: 'city.rainMmH > 30.0',
    }),
  },
  {
    share: 10,
    make: (random) => ({
      subject: 'facility',
      where: `facility.kind == "${random.pick(facilityKinds)}" && facility.district == "${districtOf(random)}"`,
      when: `facility.peoplePct > ${80 + random.int(15)} || facility.people_dev > 4.0`,
      until: 'facility.peoplePct < 75',
      onDelayS: 60,
    }),
  },
  {
    share: 8,
    make: (random) => ({
      subject: 'station',
      where: `station.district == "${districtOf(random)}"`,
      when: `station.levelM > ${(3 + random.next()).toFixed(2)} && station.levelM_rate > 0.02`,
      until: 'station.levelM < 2.8',
    }),
  },
];

/** A hundred in a row hold each sort by its share. */
export function makeRules(n: number, random: Random): LiveRule[] {
  const hundred = sorts.flatMap(({ share, make }) => Array.from({ length: share }, () => make));
  return Array.from({ length: n }, (_, i) => {
    const draft = hundred[i % hundred.length]!(random, i);
    return { rule: alarmRule.parse({ ...base, id: `r${i}`, ...draft }), version: 1 };
  });
}

/** Schools on a grid of 2 km. */
const GRID_DEG = 0.02;
export const benchPlaces: Places = {
  metresTo: (p, to) =>
    to === 'school'
      ? distanceM(p, [Math.round(p[0] / GRID_DEG) * GRID_DEG, Math.round(p[1] / GRID_DEG) * GRID_DEG])
      : Infinity,
  insideDistrict: () => undefined,
};

/** The same for who does not know the rules' own areas. */
export function placesWithAreas(rules: readonly LiveRule[]): Places {
  const areas = new Map(
    rules.flatMap(({ rule }) =>
      rule.areas.map(({ id, ring: points }) => {
        const [west, south] = points[0]!;
        const [east, north] = points[2]!;
        return [id, { points, box: [west, south, east, north] }] as const;
      }),
    ),
  );
  return {
    ...benchPlaces,
    insideDistrict: (p, id) => {
      const area = areas.get(id);
      return area && inRing(area, p);
    },
  };
}

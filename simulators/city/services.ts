/** Departments that answer, and their units: callsigns, capabilities, crews and home stations. */
import type { Department, Facility, UnitDescription } from '../../server/contract/city-pack.ts';
import type { LocalText } from '../../server/contract/text.ts';
import type { Administration } from './districts.ts';

const t = (zh: string, en: string): LocalText => ({ zh, en });

export function makeDepartments(admin: Administration): Department[] {
  return [
    {
      id: 'dep-police',
      kind: 'police',
      name: t('临江市公安局', 'Linjiang Public Security Bureau'),
      phone: '110',
    },
    { id: 'dep-fire', kind: 'fire', name: t('临江市消防救援支队', 'Linjiang Fire and Rescue'), phone: '119' },
    {
      id: 'dep-ambulance',
      kind: 'ambulance',
      name: t('临江市急救中心', 'Linjiang Ambulance Centre'),
      phone: '120',
    },
    {
      id: 'dep-traffic-police',
      kind: 'traffic-police',
      name: t('临江市交警支队', 'Linjiang Traffic Police'),
      phone: '122',
    },
    {
      id: 'dep-hotline',
      kind: 'hotline',
      name: t('12345政务服务热线', '12345 Citizens’ Hotline'),
      phone: '12345',
    },
    {
      id: 'dep-urban',
      kind: 'urban-management',
      name: t('临江市城市管理局', 'Linjiang Urban Management Bureau'),
    },
    { id: 'dep-housing', kind: 'housing', name: t('临江市住房和城乡建设局', 'Linjiang Housing Bureau') },
    { id: 'dep-health', kind: 'health', name: t('临江市卫生健康委员会', 'Linjiang Health Commission') },
    { id: 'dep-water', kind: 'water', name: t('临江水务集团', 'Linjiang Water') },
    { id: 'dep-power', kind: 'power', name: t('临江供电公司', 'Linjiang Power Supply') },
    { id: 'dep-transport', kind: 'transport', name: t('临江市交通运输局', 'Linjiang Transport Bureau') },
    {
      id: 'dep-emergency',
      kind: 'emergency',
      name: t('临江市应急管理局', 'Linjiang Emergency Management Bureau'),
    },
    {
      id: 'dep-environment',
      kind: 'environment',
      name: t('临江市生态环境局', 'Linjiang Environment Bureau'),
    },
    { id: 'dep-port', kind: 'port', name: t('临江港务局', 'Linjiang Port Authority') },
    ...admin.streets.map((s): Department => ({
      id: `dep-${s.id}`,
      kind: 'street',
      name: t(`${s.name.zh}办事处`, `${s.name.en} Office`),
    })),
  ];
}

type Kind = UnitDescription['kind'];
interface Fleet {
  readonly kind: Kind;
  readonly department: string;
  /** Facility kind that is home to them. */
  readonly at: Facility['kind'];
  /** How many live at the i-th of n homes. */
  readonly each: (i: number, n: number) => number;
  readonly prefix: LocalText;
  readonly code: string;
  readonly crew: number;
  readonly capabilities: (i: number) => string[];
  /** Its hours of duty; round the clock where absent. */
  readonly shift?: (i: number) => UnitDescription['shift'];
}
const DAY_SHIFT = { from: '06:00', to: '22:00' };
const NIGHT_SHIFT = { from: '22:00', to: '06:00' };

const FLEETS: readonly Fleet[] = [
  {
    kind: 'ambulance',
    department: 'dep-ambulance',
    at: 'ambulance-post',
    each: (i) => (i % 3 === 0 ? 3 : 2),
    prefix: t('救护', 'Ambulance'),
    code: 'A',
    crew: 3,
    capabilities: (i) =>
      i % 3 === 0 ? ['advanced-life-support', 'basic-life-support'] : ['basic-life-support'],
  },
  {
    kind: 'fire-engine',
    department: 'dep-fire',
    at: 'fire-station',
    each: () => 3,
    prefix: t('消防', 'Engine'),
    code: 'E',
    crew: 6,
    capabilities: (i) => (i % 3 === 0 ? ['fire-suppression', 'foam'] : ['fire-suppression', 'water-tender']),
  },
  {
    kind: 'ladder',
    department: 'dep-fire',
    at: 'fire-station',
    each: (i) => (i % 2 === 0 ? 1 : 0),
    prefix: t('云梯', 'Ladder'),
    code: 'L',
    crew: 4,
    capabilities: () => ['aerial', 'high-rise-rescue'],
  },
  {
    kind: 'rescue',
    department: 'dep-fire',
    at: 'fire-station',
    each: (i) => (i % 2 === 1 ? 1 : 0),
    prefix: t('抢险', 'Rescue'),
    code: 'R',
    crew: 5,
    capabilities: () => ['extrication', 'water-rescue'],
  },
  {
    kind: 'hazmat',
    department: 'dep-fire',
    at: 'fire-station',
    each: (i, n) => (i === n - 1 ? 2 : i % 5 === 0 ? 1 : 0),
    prefix: t('防化', 'Hazmat'),
    code: 'H',
    crew: 5,
    capabilities: () => ['hazmat', 'decontamination'],
  },
  {
    kind: 'police-car',
    department: 'dep-police',
    at: 'police-station',
    each: () => 3,
    prefix: t('巡警', 'Patrol'),
    code: 'P',
    crew: 2,
    capabilities: (i) => (i % 4 === 0 ? ['patrol', 'armed'] : ['patrol']),
  },
  {
    kind: 'traffic-car',
    department: 'dep-traffic-police',
    at: 'traffic-police',
    each: () => 4,
    prefix: t('交警', 'Traffic'),
    code: 'T',
    crew: 2,
    capabilities: () => ['traffic-control', 'accident-survey'],
  },
  {
    kind: 'traffic-motorcycle',
    department: 'dep-traffic-police',
    at: 'traffic-police',
    each: () => 5,
    prefix: t('铁骑', 'Motor'),
    code: 'M',
    crew: 1,
    capabilities: () => ['traffic-control', 'escort'],
    shift: () => DAY_SHIFT,
  },
  {
    kind: 'drone',
    department: 'dep-traffic-police',
    at: 'traffic-police',
    each: () => 1,
    prefix: t('无人机', 'Drone'),
    code: 'D',
    crew: 1,
    capabilities: () => ['aerial-view'],
  },
  {
    kind: 'urban-patrol',
    department: 'dep-urban',
    at: 'government',
    each: (i) => (i < 64 ? 1 : 0),
    prefix: t('城管', 'Urban'),
    code: 'U',
    crew: 3,
    capabilities: () => ['inspection', 'street-order'],
    shift: (i) => (i % 4 === 0 ? NIGHT_SHIFT : DAY_SHIFT),
  },
];
const REPAIR: readonly { department: string; zh: string; en: string; n: number; capabilities: string[] }[] = [
  {
    department: 'dep-water',
    zh: '水务抢修',
    en: 'Water Crew',
    n: 8,
    capabilities: ['water-main', 'drainage', 'pumping'],
  },
  {
    department: 'dep-power',
    zh: '电力抢修',
    en: 'Power Crew',
    n: 8,
    capabilities: ['power-line', 'generator'],
  },
  {
    department: 'dep-transport',
    zh: '道路养护',
    en: 'Road Crew',
    n: 6,
    capabilities: ['road-repair', 'towing'],
  },
];

/** Callsigns are unique over the whole city. */
export function makeUnits(facilities: readonly Facility[]): UnitDescription[] {
  const units: UnitDescription[] = [];
  for (const fleet of FLEETS) {
    const homes = facilities.filter((f) => f.kind === fleet.at);
    let n = 0;
    for (const [i, home] of homes.entries()) {
      for (let k = fleet.each(i, homes.length); k > 0; k--) {
        const number = String(++n).padStart(n > 99 ? 3 : 2, '0');
        const shift = fleet.shift?.(n);
        units.push({
          id: `${fleet.kind}-${number}`,
          callsign: `${fleet.code}${number}`,
          name: t(`${fleet.prefix.zh}${number}`, `${fleet.prefix.en} ${number}`),
          department: fleet.department,
          kind: fleet.kind,
          capabilities: fleet.capabilities(n),
          home: home.id,
          crew: fleet.crew,
          ...(shift && { shift }),
        });
      }
    }
  }
  const yards = facilities.filter((f) => f.kind === 'government');
  let n = 0;
  for (const r of REPAIR) {
    for (let k = 1; k <= r.n; k++) {
      const number = String(++n).padStart(2, '0');
      const home = yards[(n * 5) % yards.length]!;
      units.push({
        id: `repair-crew-${number}`,
        callsign: `C${number}`,
        name: t(`${r.zh}${k}队`, `${r.en} ${k}`),
        department: r.department,
        kind: 'repair-crew',
        capabilities: r.capabilities,
        home: home.id,
        crew: 5,
      });
    }
  }
  return units;
}

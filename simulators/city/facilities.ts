/** Where the city's services are: hospitals, stations of police, fire and ambulance, schools, halls, parking. */
import type { Facility, FacilityKind } from '../../server/contract/city-pack.ts';
import type { LocalText } from '../../server/contract/text.ts';
import type { Random } from '../kernel/random.ts';
import type { Administration, Street } from './districts.ts';
import type { Face } from './faces.ts';
import { add, dist, lerp, pointAt, right, type P } from './geometry.ts';
import type { Block, Use } from './land-use.ts';
import type { NameMaker, RoadNames } from './names.ts';
import type { Network, PlanLink } from './network.ts';
import { toLonLat } from './project.ts';
import type { Stop } from './transit.ts';

export interface PlanFacility {
  readonly facility: Facility;
  readonly p: P;
}
const t = (zh: string, en: string): LocalText => ({ zh, en });
const ORDINAL_ZH = [
  '一',
  '二',
  '三',
  '四',
  '五',
  '六',
  '七',
  '八',
  '九',
  '十',
  '十一',
  '十二',
  '十三',
  '十四',
  '十五',
  '十六',
];

interface Ground {
  readonly random: Random;
  readonly blocks: readonly Block[];
  readonly admin: Administration;
  readonly network: Network;
  readonly roadName: RoadNames;
  readonly names: NameMaker;
  readonly metro: readonly Stop[];
  readonly terminals: readonly Stop[];
  /** On dry land inside the city limit. */
  readonly inside: (p: P) => boolean;
}

export function placeFacilities(ground: Ground): PlanFacility[] {
  const { blocks, admin, network, roadName, names } = ground;
  const dice = ground.random.fork('facilities');
  const out: PlanFacility[] = [];
  const counts = new Map<FacilityKind, number>();
  const put = (
    kind: FacilityKind,
    name: LocalText,
    p: P,
    capacity: Facility['capacity'] = {},
    department?: string,
  ): void => {
    const n = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, n);
    const id = `${kind}-${String(n).padStart(2, '0')}`;
    out.push({
      facility: { id, kind, name, position: toLonLat(p), ...(department && { department }), capacity },
      p,
    });
  };
  const stem = (s: Street): LocalText =>
    t(s.name.zh.replace('街道', ''), s.name.en.replace(' Subdistrict', ''));
  const districtStem = (s: Street): LocalText =>
    t(s.districtName.zh.replace(/(区|新区)$/, ''), s.districtName.en.replace(/ (District|New Area)$/, ''));
  const used = (use: Use): Block[] => blocks.filter((b) => b.use === use);
  /** Beside a street of some standing, off the carriageway, near a point. */
  const beside = (
    p: P,
    classes: readonly string[] = ['secondary', 'tertiary', 'primary'],
  ): { p: P; link: PlanLink } => {
    let best: PlanLink | null = null;
    let spot = p;
    let d = Infinity;
    for (const l of network.links) {
      if (!classes.includes(l.class) || l.ramp || l.bridge || l.lengthM < 60) continue;
      const here = dist(lerp(l.pts[0]!, l.pts.at(-1)!, 0.5), p) * dice.range(0.92, 1.08);
      if (here >= d) continue;
      const at = pointAt(l.pts, dice.range(0.35, 0.65));
      const place = add(at.p, right(at.dir), l.class === 'primary' ? 34 : 24);
      if (!ground.inside(place)) continue;
      d = here;
      best = l;
      spot = place;
    }
    if (best === null) throw new Error('a city without streets');
    return { p: spot, link: best };
  };
  const cellsOf = (s: Street): P[] =>
    [...s.cells].sort((a, b) => b.population - a.population).map((c) => c.centre);

  const hospitals = used('hospital').sort(
    (a, b) => dist(a.face.centre, [0, 0]) - dist(b.face.centre, [0, 0]),
  );
  const special = [
    t('市中医院', 'City Hospital of Traditional Chinese Medicine'),
    t('市妇幼保健院', 'City Maternity and Child Hospital'),
    t('大学附属医院', 'University Hospital'),
  ];
  for (const [i, b] of hospitals.entries()) {
    const beds = Math.round((1900 - i * 115 + dice.range(-120, 120)) / 10) * 10;
    const name =
      i < 5
        ? t(`临江市第${ORDINAL_ZH[i]}人民医院`, `Linjiang No. ${i + 1} People's Hospital`)
        : i < 8
          ? special[i - 5]!
          : null;
    const street = admin.streetOf.get(b.face);
    const local = street
      ? t(`${stem(street).zh}医院`, `${stem(street).en} Hospital`)
      : t(`第${i + 1}医院`, `Hospital ${i + 1}`);
    const n =
      name ??
      (out.some((f) => f.facility.name.zh === local.zh)
        ? t(`${names.next().zh}医院`, `Hospital ${i + 1}`)
        : local);
    put(
      'hospital',
      n,
      b.face.centre,
      { beds: Math.max(280, beds), erBays: Math.max(12, Math.round(beds / 38)) },
      'dep-health',
    );
  }
  for (const b of used('stadium')) {
    const main = !out.some((f) => f.facility.kind === 'stadium');
    put(
      'stadium',
      main ? t('临江奥体中心', 'Linjiang Olympic Sports Centre') : t('市体育场', 'City Stadium'),
      b.face.centre,
      { places: main ? 48_000 : 16_000 },
    );
  }

  for (const [i, b] of used('school').entries()) {
    const middle = i % 3 === 2;
    const n = names.next();
    const pupils = Math.round(dice.range(middle ? 900 : 700, middle ? 2600 : 1900) / 10) * 10;
    put(
      'school',
      middle ? t(`${n.zh}中学`, `${n.en} Middle School`) : t(`${n.zh}小学`, `${n.en} Primary School`),
      b.face.centre,
      { pupils },
    );
  }
  const campus = used('university').reduce<Block | null>(
    (a, b) => (a === null || b.face.areaM2 > a.face.areaM2 ? b : a),
    null,
  );
  if (campus) put('school', t('临江大学', 'Linjiang University'), campus.face.centre, { pupils: 26_000 });

  const halves = new Map<string, number>();
  for (const [i, s] of admin.streets.entries()) {
    const cells = cellsOf(s);
    const n = stem(s);
    const home = (k: number): P => beside(cells[k % cells.length]!).p;
    const department = `dep-${s.id}`;
    put(
      'health-centre',
      t(`${n.zh}社区卫生服务中心`, `${n.en} Community Health Centre`),
      home(0),
      { beds: dice.int(30) + 10, erBays: 2 },
      'dep-health',
    );
    put('police-station', t(`${n.zh}派出所`, `${n.en} Police Station`), home(1), {}, 'dep-police');
    put(
      'service-hall',
      t(`${n.zh}街道便民服务中心`, `${n.en} Service Centre`),
      home(0),
      { counters: 8 + dice.int(10) },
      department,
    );
    put('government', t(`${s.name.zh}办事处`, `${n.en} Subdistrict Office`), home(2), {}, department);
    put(
      'elderly-care',
      t(`${n.zh}养老服务中心`, `${n.en} Elderly Care Centre`),
      home(3),
      { places: 60 + dice.int(20) * 10 },
      department,
    );
    put(
      'shelter',
      t(`${n.zh}应急避难场所`, `${n.en} Emergency Shelter`),
      home(4),
      { places: 800 + dice.int(40) * 100 },
      'dep-emergency',
    );
    if (i % 2 === 0)
      put('ambulance-post', t(`${n.zh}急救站`, `${n.en} Ambulance Post`), home(2), {}, 'dep-ambulance');
    const first = !halves.has(s.district);
    halves.set(s.district, i);
    if (first) {
      const d = districtStem(s);
      const p = beside(s.centre, ['primary', 'secondary']).p;
      put('government', t(`${s.districtName.zh}政府`, `${d.en} District Government`), p, {}, 'dep-emergency');
      put(
        'service-hall',
        t(`${s.districtName.zh}政务服务中心`, `${d.en} Government Service Hall`),
        home(1),
        { counters: 40 + dice.int(30) },
        'dep-hotline',
      );
      put(
        'traffic-police',
        t(`交警${d.zh}大队`, `${d.en} Traffic Police Brigade`),
        home(5),
        {},
        'dep-traffic-police',
      );
      put(
        'ambulance-post',
        t(`${d.zh}急救分中心`, `${d.en} Ambulance Sub-centre`),
        home(4),
        {},
        'dep-ambulance',
      );
    }
  }
  put(
    'government',
    t('临江市人民政府', 'Linjiang Municipal Government'),
    beside([-430, 2900], ['primary']).p,
    {},
    'dep-emergency',
  );
  put(
    'service-hall',
    t('临江市市民中心', 'Linjiang Citizens’ Centre'),
    beside([600, -2700]).p,
    { counters: 120 },
    'dep-hotline',
  );
  put(
    'traffic-police',
    t('交警高架大队', 'Elevated Road Traffic Police Brigade'),
    beside([-4200, 1500]).p,
    {},
    'dep-traffic-police',
  );
  for (const { facility: f, p } of out.filter((x) => x.facility.kind === 'hospital')) {
    put(
      'ambulance-post',
      t(`${f.name.zh}急救站`, `${f.name.en} Ambulance Post`),
      add(p, [30, -22]),
      {},
      'dep-ambulance',
    );
  }

  // Fire stations: spread so that none is far, the port has its own.
  const fire: P[] = [];
  const candidates = admin.streets.flatMap((s) =>
    s.cells.map((c) => ({ p: c.centre, weight: c.population + c.jobs, s })),
  );
  while (fire.length < 13) {
    const score = (c: (typeof candidates)[number]): number =>
      Math.min(9000, ...fire.map((f) => dist(f, c.p))) * Math.sqrt(c.weight + 600);
    const best = candidates.reduce((a, b) => (score(b) > score(a) ? b : a));
    fire.push(best.p);
    const { p, link } = beside(best.p);
    const road = roadName(link);
    put(
      'fire-station',
      t(
        `${road.zh.replace(/(大道|路|街|巷)$/, '')}消防救援站`,
        `${road.en.replace(/ (Road|Avenue|Street|Lane)( \w+)?$/, '')} Fire and Rescue Station`,
      ),
      p,
      {},
      'dep-fire',
    );
  }
  put(
    'fire-station',
    t('港区特勤消防站', 'Port Special Fire Station'),
    beside([6700, 2350], ['primary', 'secondary', 'tertiary']).p,
    {},
    'dep-fire',
  );

  const parking = blocks.filter(
    (b) =>
      ['mall', 'office', 'hospital', 'stadium', 'plaza', 'park', 'mixed'].includes(b.use) &&
      b.zone !== 'suburb' &&
      b.face.areaM2 > 6000,
  );
  const order = parking
    .map((b) => ({ b, key: dice.next() * (b.use === 'mixed' ? 0.5 : 1) }))
    .sort((x, y) => y.key - x.key);
  const lots: P[] = [];
  for (const { b } of order) {
    if (lots.length >= 92) break;
    if (lots.some((p) => dist(p, b.face.centre) < 330)) continue;
    lots.push(b.face.centre);
    const edge = longestSide(b.face);
    const n = names.next();
    const word =
      b.use === 'stadium' || b.use === 'hospital' ? t('地面停车场', 'Car Park') : t('停车场', 'Car Park');
    const spaces = Math.round((b.use === 'stadium' ? 1400 : dice.range(120, 760)) / 10) * 10;
    put(
      'parking',
      t(n.zh + word.zh, `${n.en} ${word.en}`),
      lerp(edge, b.face.centre, 0.4),
      { spaces },
      'dep-transport',
    );
  }
  for (const s of ground.metro)
    put('metro-station', t(`${s.name.zh}站`, `${s.name.en} Metro Station`), s.p, {}, 'dep-transport');
  for (const s of ground.terminals)
    put(
      'bus-terminal',
      t(`${s.name.zh}公交枢纽`, `${s.name.en} Bus Terminal`),
      beside(s.p).p,
      { places: 20 + dice.int(40) },
      'dep-transport',
    );
  return distinct(out);
}

/** Where two came to the same name the later ones get a number. */
function distinct(all: readonly PlanFacility[]): PlanFacility[] {
  const seen = new Map<string, number>();
  return all.map((plan) => {
    const { facility } = plan;
    const key = `${facility.kind} ${facility.name.zh}`;
    const n = (seen.get(key) ?? 0) + 1;
    seen.set(key, n);
    if (n === 1) return plan;
    const name = t(`${facility.name.zh}（${ORDINAL_ZH[n - 1] ?? n}）`, `${facility.name.en} ${n}`);
    return { ...plan, facility: { ...facility, name } };
  });
}

function longestSide(face: Face): P {
  const side = face.sides.reduce((a, b) =>
    dist(b.pts[0]!, b.pts.at(-1)!) > dist(a.pts[0]!, a.pts.at(-1)!) ? b : a,
  );
  return lerp(side.pts[0]!, side.pts.at(-1)!, 0.5);
}

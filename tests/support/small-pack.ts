/** A small made-up city for tests: a warped 5 × 5 grid with everything a pack can hold, the same on every call. */
import {
  PACK_FORMAT,
  type CityPack,
  type Junction,
  type Link,
  type Movement,
} from '../../server/contract/city-pack.ts';
import { bearingDeg, metresPerDegree, pathLengthM, type LonLat } from '../../server/contract/geo.ts';

const ORIGIN: LonLat = [118.6, 30.2];
const SIZE = 5;
const SPACING_M = 220;
const perDegree = metresPerDegree(ORIGIN[1]);

/** A place by metres east and north of the grid's south-west corner. */
export const smallPackAt = (eastM: number, northM: number): LonLat => [
  Math.round((ORIGIN[0] + eastM / perDegree.lon) * 1e6) / 1e6,
  Math.round((ORIGIN[1] + northM / perDegree.lat) * 1e6) / 1e6,
];
const at = smallPackAt;

const crossing = (row: number, column: number): LonLat =>
  at(
    column * SPACING_M + 18 * Math.sin(row * 1.7 + column * 0.6),
    row * SPACING_M + 15 * Math.cos(column * 1.3 + row * 0.4),
  );

const box = (west: number, south: number, east: number, north: number): LonLat[] => [
  at(west, south),
  at(east, south),
  at(east, north),
  at(west, north),
  at(west, south),
];

const text = (zh: string, en: string): { zh: string; en: string } => ({ zh, en });

function makeJunctions(): Junction[] {
  const junctions: Junction[] = [];
  for (let row = 0; row < SIZE; row++) {
    for (let column = 0; column < SIZE; column++) {
      const inner = row > 0 && row < SIZE - 1 && column > 0 && column < SIZE - 1;
      junctions.push({
        id: `j-${row}-${column}`,
        position: crossing(row, column),
        kind: inner ? 'signal' : 'plain',
        ...(row === 2 && column === 2 ? { name: text('中心路口', 'Centre Crossing') } : {}),
      });
    }
  }
  const far = (SIZE - 1) * SPACING_M;
  junctions.push(
    { id: 'e-west', position: at(-300, far / 2), kind: 'edge' },
    { id: 'e-east', position: at(far + 300, far / 2), kind: 'edge' },
    { id: 'e-south', position: at(far / 2, -300), kind: 'edge' },
    { id: 'e-north', position: at(far / 2, far + 300), kind: 'edge' },
  );
  return junctions;
}

type Road = Pick<Link, 'class' | 'lanes' | 'speedLimitKph' | 'name'>;
const roadOf = (alongRow: boolean, index: number): Road => {
  if (alongRow && index === 2) {
    return { class: 'primary', lanes: 3, speedLimitKph: 60, name: text('人民路', 'Renmin Road') };
  }
  if (!alongRow && index === 2) {
    return { class: 'secondary', lanes: 2, speedLimitKph: 50, name: text('解放路', 'Jiefang Road') };
  }
  if (index % 2 === 1) {
    const name = alongRow ? text('长乐街', 'Changle Street') : text('重庆路', 'Chongqing Road');
    return { class: 'tertiary', lanes: 2, speedLimitKph: 40, name };
  }
  return { class: 'residential', lanes: 1, speedLimitKph: 30 };
};

function makeLinks(junctions: readonly Junction[]): Link[] {
  const positionOf = new Map(junctions.map((j) => [j.id, j.position]));
  const links: Link[] = [];
  const join = (a: string, b: string, road: Road): void => {
    const from = positionOf.get(a)!;
    const to = positionOf.get(b)!;
    const middle: LonLat = [
      Math.round(((from[0] + to[0]) / 2 + 4e-5) * 1e6) / 1e6,
      Math.round(((from[1] + to[1]) / 2 - 3e-5) * 1e6) / 1e6,
    ];
    // The river runs between rows 0 and 1: what crosses it is a bridge.
    const bridge = a.startsWith('j-0-') && b.startsWith('j-1-');
    const common = { ...road, bridge, tunnel: false };
    links.push({ id: `${a}>${b}`, from: a, to: b, path: [from, middle, to], ...common });
    links.push({ id: `${b}>${a}`, from: b, to: a, path: [to, middle, from], ...common });
  };
  for (let i = 0; i < SIZE; i++) {
    for (let k = 0; k + 1 < SIZE; k++) {
      join(`j-${i}-${k}`, `j-${i}-${k + 1}`, roadOf(true, i));
      join(`j-${k}-${i}`, `j-${k + 1}-${i}`, roadOf(false, i));
    }
  }
  join('e-west', 'j-2-0', roadOf(true, 2));
  join('j-2-4', 'e-east', roadOf(true, 2));
  join('e-south', 'j-0-2', roadOf(false, 2));
  join('j-4-2', 'e-north', roadOf(false, 2));
  return links;
}

function makeSignals(junctions: readonly Junction[], links: readonly Link[]): CityPack['signals'] {
  return junctions
    .filter((j) => j.kind === 'signal')
    .map((j, i) => {
      const phase = (northSouth: boolean): CityPack['signals'][number]['phases'][number] => {
        const movements: Movement[] = [];
        for (const a of links.filter((l) => l.to === j.id)) {
          const heading = bearingDeg(a.path.at(-2)!, a.path.at(-1)!);
          if (Math.abs(Math.cos((heading * Math.PI) / 180)) > 0.7 !== northSouth) continue;
          for (const b of links.filter((l) => l.from === j.id && l.to !== a.from)) {
            const turn = ((bearingDeg(b.path[0]!, b.path[1]!) - heading + 540) % 360) - 180;
            movements.push({ from: a.id, to: b.id, ...(turn < -45 ? { yields: true } : {}) });
          }
        }
        return { greenS: 27, minGreenS: 10, maxGreenS: 60, yellowS: 3, allRedS: 2, movements };
      };
      return { id: `s-${j.id}`, junction: j.id, offsetS: (i * 7) % 64, phases: [phase(true), phase(false)] };
    });
}

export function smallPack(): CityPack {
  const junctions = makeJunctions();
  const links = makeLinks(junctions);
  const far = (SIZE - 1) * SPACING_M;
  const half = far / 2;
  const quarter = (
    id: string,
    zh: string,
    en: string,
    parent: string,
    ring: LonLat[],
    population: number,
  ) => ({
    id,
    level: 'grid' as const,
    name: text(zh, en),
    parent,
    polygons: [[ring]],
    population,
    jobs: Math.round(population * 0.6),
  });
  const buildings: CityPack['buildings'][number][] = [];
  for (let row = 0; row + 1 < SIZE; row++) {
    for (let column = 0; column + 1 < SIZE; column++) {
      for (let k = 0; k < 3; k++) {
        const west = column * SPACING_M + 50 + k * 45;
        const south = row * SPACING_M + 120;
        buildings.push({
          id: `b-${row}-${column}-${k}`,
          polygon: [box(west, south, west + 30, south + 40)],
          heightM: 9 + ((row * 7 + column * 5 + k * 3) % 20) * 3,
          kind: (['residential', 'commercial', 'civic'] as const)[k]!,
        });
      }
    }
  }
  const intoCentre = links.filter((l) => l.to === 'j-2-2');
  const along = ['e-west', 'j-2-0', 'j-2-1', 'j-2-2', 'j-2-3', 'j-2-4', 'e-east'];
  const busLinks = along.slice(1).map((id, i) => `${along[i]}>${id}`);
  return {
    manifest: {
      format: PACK_FORMAT,
      id: 'xiaocheng',
      name: text('小城（虚构）', 'Xiaocheng (fictional)'),
      fictional: true,
      center: at(half, half),
      bbox: [...at(-400, -400), ...at(far + 400, far + 400)] as unknown as CityPack['manifest']['bbox'],
      timezone: 'Asia/Shanghai',
      attribution: 'Fictional test city',
      drivesOn: 'right',
    },
    junctions,
    links,
    signals: makeSignals(junctions, links),
    detectors: intoCentre.map((l, i) => ({
      id: `d-${i + 1}`,
      link: l.id,
      offsetM: Math.round(pathLengthM(l.path) * 0.6),
    })),
    districts: [
      {
        id: 'qu',
        level: 'district',
        name: text('小城区', 'Xiaocheng District'),
        polygons: [[box(-350, -350, far + 350, far + 350)]],
      },
      {
        id: 'jie-west',
        level: 'street',
        name: text('城西街道', 'Chengxi Subdistrict'),
        parent: 'qu',
        polygons: [[box(-350, -350, half + 20, far + 350)]],
      },
      {
        id: 'jie-east',
        level: 'street',
        name: text('城东街道', 'Chengdong Subdistrict'),
        parent: 'qu',
        polygons: [[box(half + 20, -350, far + 350, far + 350)]],
      },
      quarter('g-sw', '城西一网格', 'Chengxi Grid 1', 'jie-west', box(-350, -350, half + 20, half), 1_900),
      quarter(
        'g-nw',
        '城西二网格',
        'Chengxi Grid 2',
        'jie-west',
        box(-350, half, half + 20, far + 350),
        2_600,
      ),
      quarter(
        'g-se',
        '城东一网格',
        'Chengdong Grid 1',
        'jie-east',
        box(half + 20, -350, far + 350, half),
        1_400,
      ),
      quarter(
        'g-ne',
        '城东二网格',
        'Chengdong Grid 2',
        'jie-east',
        box(half + 20, half, far + 350, far + 350),
        3_100,
      ),
    ],
    areas: [
      {
        id: 'a-river',
        kind: 'water',
        name: text('小河', 'Xiao River'),
        polygons: [[box(-350, 75, far + 350, 115)]],
      },
      {
        id: 'a-park',
        kind: 'park',
        name: text('人民公园', "People's Park"),
        polygons: [[box(SPACING_M * 2 + 40, SPACING_M * 2 + 40, SPACING_M * 3 - 40, SPACING_M * 3 - 40)]],
      },
      { id: 'a-living', kind: 'residential', polygons: [[box(0, SPACING_M * 3, far, far)]] },
    ],
    lines: [
      {
        id: 'n-rail',
        kind: 'rail',
        name: text('江铁路', 'Jiang Railway'),
        path: [at(-350, far + 200), at(far + 350, far + 260)],
      },
      { id: 'n-walk', kind: 'footway', path: [at(480, 480), at(560, 530), at(620, 620)] },
    ],
    buildings,
    facilities: [
      {
        id: 'f-hospital',
        kind: 'hospital',
        name: text('小城第一医院', 'Xiaocheng First Hospital'),
        position: at(300, 500),
        department: 'dep-ambulance',
        capacity: { beds: 420, erBays: 18 },
      },
      {
        id: 'f-ambulance',
        kind: 'ambulance-post',
        name: text('城东急救站', 'East Ambulance Post'),
        position: at(760, 280),
        department: 'dep-ambulance',
        capacity: {},
      },
      {
        id: 'f-fire',
        kind: 'fire-station',
        name: text('城西消防救援站', 'West Fire Station'),
        position: at(120, 300),
        department: 'dep-fire',
        capacity: {},
      },
      {
        id: 'f-police',
        kind: 'police-station',
        name: text('城东派出所', 'East Police Station'),
        position: at(720, 560),
        department: 'dep-police',
        capacity: {},
      },
      {
        id: 'f-traffic',
        kind: 'traffic-police',
        name: text('交警中队', 'Traffic Police Squad'),
        position: at(560, 720),
        department: 'dep-traffic',
        capacity: {},
      },
      {
        id: 'f-school',
        kind: 'school',
        name: text('小城实验学校', 'Xiaocheng Experimental School'),
        position: at(330, 760),
        capacity: { pupils: 900 },
      },
      {
        id: 'f-health',
        kind: 'health-centre',
        name: text('社区卫生服务中心', 'Community Health Centre'),
        position: at(150, 760),
        capacity: { counters: 6 },
      },
      {
        id: 'f-elderly',
        kind: 'elderly-care',
        name: text('居家养老服务站', 'Elderly Care Station'),
        position: at(780, 780),
        capacity: { places: 60 },
      },
      {
        id: 'f-hall',
        kind: 'service-hall',
        name: text('政务服务大厅', 'Government Service Hall'),
        position: at(520, 400),
        department: 'dep-hotline',
        capacity: { counters: 14 },
      },
      {
        id: 'f-parking',
        kind: 'parking',
        name: text('中心停车场', 'Central Car Park'),
        position: at(400, 400),
        capacity: { spaces: 240 },
      },
    ],
    departments: [
      { id: 'dep-police', kind: 'police', name: text('公安局', 'Police'), phone: '110' },
      { id: 'dep-fire', kind: 'fire', name: text('消防救援支队', 'Fire and Rescue'), phone: '119' },
      { id: 'dep-ambulance', kind: 'ambulance', name: text('急救中心', 'Ambulance Service'), phone: '120' },
      { id: 'dep-traffic', kind: 'traffic-police', name: text('交警支队', 'Traffic Police'), phone: '122' },
      { id: 'dep-hotline', kind: 'hotline', name: text('政务热线', 'Citizen Hotline'), phone: '12345' },
      { id: 'dep-urban', kind: 'urban-management', name: text('城管局', 'Urban Management') },
    ],
    units: [
      ['u-a1', '急1', 'dep-ambulance', 'ambulance', 'f-hospital', 3, '一号救护车', 'Ambulance 1'],
      ['u-a2', '急2', 'dep-ambulance', 'ambulance', 'f-ambulance', 3, '二号救护车', 'Ambulance 2'],
      ['u-f1', '消1', 'dep-fire', 'fire-engine', 'f-fire', 6, '一号消防车', 'Engine 1'],
      ['u-f2', '消2', 'dep-fire', 'ladder', 'f-fire', 4, '一号云梯车', 'Ladder 1'],
      ['u-p1', '警1', 'dep-police', 'police-car', 'f-police', 2, '一号警车', 'Police 1'],
      ['u-p2', '警2', 'dep-police', 'police-car', 'f-police', 2, '二号警车', 'Police 2'],
      ['u-t1', '交1', 'dep-traffic', 'traffic-car', 'f-traffic', 2, '一号交警车', 'Traffic 1'],
      [
        'u-t2',
        '交2',
        'dep-traffic',
        'traffic-motorcycle',
        'f-traffic',
        1,
        '一号交警摩托',
        'Traffic Motorcycle 1',
      ],
      ['u-c1', '城1', 'dep-urban', 'urban-patrol', 'f-hall', 2, '一号城管巡逻车', 'Urban Patrol 1'],
    ].map(([id, callsign, department, kind, home, crew, zh, en]) => ({
      id: String(id),
      callsign: String(callsign),
      department: String(department),
      kind: kind as CityPack['units'][number]['kind'],
      home: String(home),
      crew: Number(crew),
      capabilities: [],
      name: text(String(zh), String(en)),
    })),
    busRoutes: [
      {
        id: 'r-1',
        name: text('1路', 'Route 1'),
        links: busLinks,
        stops: busLinks.slice(1, 5).map((link, i) => ({
          link,
          offsetM: 110,
          name: text(`人民路${i + 1}站`, `Renmin Road Stop ${i + 1}`),
        })),
        headwayS: 420,
      },
    ],
    stations: [
      { id: 'st-air', kind: 'air', name: text('中心空气站', 'Centre Air Station'), position: at(460, 460) },
      { id: 'st-rain', kind: 'rain', name: text('城西雨量站', 'West Rain Gauge'), position: at(80, 480) },
      { id: 'st-river', kind: 'river', name: text('小河水位站', 'Xiao River Gauge'), position: at(470, 95) },
    ],
  };
}

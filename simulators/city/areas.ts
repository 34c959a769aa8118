/** Land and water as the map shows them: areas by use, waters with their islands, lines of streams and railways. */
import { difference } from 'polyclip-ts';
import type { Area, Line } from '../../server/contract/city-pack.ts';
import type { LocalText } from '../../server/contract/text.ts';
import { simplify, spline, type P } from './geometry.ts';
import type { Block, Use } from './land-use.ts';
import { pathToLonLat, ringToLonLat } from './project.ts';
import type { Terrain } from './terrain.ts';
import type { NameMaker } from './names.ts';

const KIND: Readonly<Record<Use, Area['kind']>> = {
  waterfront: 'park',
  oldtown: 'residential',
  compound: 'residential',
  highrise: 'residential',
  mixed: 'commercial',
  office: 'commercial',
  mall: 'commercial',
  industrial: 'industrial',
  port: 'port',
  university: 'university',
  park: 'park',
  plaza: 'plaza',
  school: 'school',
  hospital: 'hospital',
  stadium: 'stadium',
  village: 'residential',
  farmland: 'farmland',
  green: 'green',
};

const t = (zh: string, en: string): LocalText => ({ zh, en });

export function nameBlocks(names: NameMaker, blocks: readonly Block[]): Map<Block, LocalText> {
  const out = new Map<Block, LocalText>();
  let stadiums = 0;
  const largest = (use: Use): Block | undefined =>
    blocks.filter((b) => b.use === use).sort((a, b) => b.face.areaM2 - a.face.areaM2)[0];
  const port = largest('port');
  const campus = largest('university');
  if (port) out.set(port, t('临江港', 'Port of Linjiang'));
  if (campus) out.set(campus, t('临江大学', 'Linjiang University'));
  for (const b of blocks) {
    const make = (zh: string, en: string): void => {
      const n = names.next();
      out.set(b, t(n.zh + zh, `${n.en} ${en}`));
    };
    if (b.use === 'park') make('公园', 'Park');
    else if (b.use === 'plaza') make('广场', 'Plaza');
    else if (b.use === 'mall') make('购物中心', 'Mall');
    else if (b.use === 'stadium')
      out.set(
        b,
        stadiums++ === 0
          ? t('临江奥体中心', 'Linjiang Olympic Sports Centre')
          : t('市体育场', 'City Stadium'),
      );
    else if (
      (b.use === 'highrise' || b.use === 'compound') &&
      b.face.areaM2 > 30_000 &&
      b.face.areaM2 < 160_000
    )
      make('花园', 'Garden');
    else if (b.use === 'village' && b.face.areaM2 > 60_000) make('村', 'Village');
  }
  return out;
}

export function makeAreas(
  terrain: Terrain,
  blocks: readonly Block[],
  blockNames: ReadonlyMap<Block, LocalText>,
  names: NameMaker,
): Area[] {
  const areas: Area[] = [];
  const add = (
    kind: Area['kind'],
    polygons: readonly (readonly (readonly P[])[])[],
    name?: LocalText,
  ): void => {
    areas.push({
      id: `a${String(areas.length + 1).padStart(4, '0')}`,
      kind,
      ...(name && { name }),
      polygons: polygons.map((rings) => rings.map((r) => ringToLonLat(r))),
    });
  };
  const wetRings = [terrain.river, terrain.lake, ...terrain.ponds, ...terrain.docks];
  const shores = wetRings.map((r) => simplify(r, 1.5));
  const land = (ring: readonly P[]): P[][][] => {
    const clipped = difference(
      [[...ring, ring[0]!].map((p): [number, number] => [p[0], p[1]])],
      ...shores.map((s) => [s.map((p): [number, number] => [p[0], p[1]])]),
    );
    return clipped;
  };
  for (const hill of terrain.hills) {
    const n = names.next();
    add('green', [[simplify(hill, 2)]], t(`${n.zh}山森林公园`, `${n.en} Hill Forest Park`));
  }
  for (const block of blocks) {
    // A village's fields are most of its block.
    const kind = block.use === 'village' && block.face.areaM2 > 110_000 ? 'farmland' : KIND[block.use];
    const touchesWater =
      block.face.ring.some((p) => terrain.nearWater(p, 60)) ||
      terrain.isWater(block.face.centre) ||
      block.use === 'waterfront';
    const polygons = touchesWater ? land(block.face.ring) : [[block.face.ring]];
    if (polygons.length > 0) add(kind, polygons, blockNames.get(block));
  }
  add('water', [[shores[0]!, simplify(terrain.island, 1.5).toReversed()]], t('临江', 'Lin River'));
  add('water', [[shores[1]!, simplify(terrain.lakeIsland, 1.5).toReversed()]], t('溪湖', 'Xi Lake'));
  for (const pond of terrain.ponds) {
    const n = names.next();
    add('water', [[simplify(pond, 1.5)]], t(`${n.zh}湖`, `${n.en} Lake`));
  }
  for (const [i, dock] of terrain.docks.entries())
    add('water', [[dock]], t(`${i + 1}号港池`, `Dock ${i + 1}`));
  add('park', [[simplify(terrain.island, 1.5)]], t('芳洲岛', 'Fangzhou Island'));
  add('park', [[simplify(terrain.lakeIsland, 1.5)]], t('湖心岛', 'Huxin Island'));
  return areas;
}

const RAILWAY: readonly P[] = [
  [-9400, 5000],
  [-7000, 3050],
  [-4300, 3300],
  [-2600, 5150],
  [-1000, 5430],
  [1100, 5480],
  [2900, 5750],
  [4700, 5700],
  [6700, 5250],
  [9400, 6050],
];

/** The main line through the northern station, inside the limit. */
export const railway = (terrain: Terrain): P[] => spline(RAILWAY, 60).filter((p) => terrain.inLimit(p));

export function makeLines(
  terrain: Terrain,
  metro: readonly { name: LocalText; pts: readonly P[] }[],
): Line[] {
  const lines: Line[] = [];
  const add = (kind: Line['kind'], pts: readonly P[], name?: LocalText): void => {
    lines.push({
      id: `n${String(lines.length + 1).padStart(3, '0')}`,
      kind,
      ...(name && { name }),
      path: pathToLonLat(simplify(pts, 1.5)),
    });
  };
  const streamNames = [
    t('护城河', 'City Moat'),
    t('青溪', 'Qing Stream'),
    t('东湾河', 'Dongwan Creek'),
    t('秀水河', 'Xiushui Creek'),
    t('石溪', 'Shi Stream'),
  ];
  for (const [i, s] of terrain.streams.entries()) {
    const inside = s.filter((p) => terrain.inLimit(p));
    if (inside.length > 1) add('stream', inside, streamNames[i]);
  }
  add('rail', railway(terrain), t('皖江铁路', 'Wanjiang Railway'));
  for (const m of metro) add('metro', m.pts, m.name);
  for (const dock of terrain.docks) {
    // A quay on each long side of a basin.
    add('pier', [dock[0]!, dock[3]!]);
    add('pier', [dock[1]!, dock[2]!]);
  }
  return lines;
}

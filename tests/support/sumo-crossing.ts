/**
 * A crossing of four roads for SUMO, written as its files: one lane each way, right, straight and left from each, the left
 * gives way. The western road comes over a node without a signal, 100 m before the crossing's road of 60 m.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const roads = [
  { name: 'north', x: 0, y: 1 },
  { name: 'east', x: 1, y: 0 },
  { name: 'south', x: 0, y: -1 },
  { name: 'west', x: -1, y: 0 },
] as const;
const CENTRE = 500;
const NEAR_M = 10;
const ROAD_M = 200;
const WEST_M = 60;
const turns = ['r', 's', 'l'] as const;

const fixed = (value: number): string => value.toFixed(2);
/** A point so far out on a road, on the side of those who come or of those who leave. */
function at(i: number, outM: number, comes: boolean): string {
  const { x, y } = roads[i]!;
  const side = comes ? 1.6 : -1.6;
  return `${fixed(CENTRE + x * outM - y * side)},${fixed(CENTRE + y * outM + x * side)}`;
}
const endOf = (i: number): number => NEAR_M + (roads[i]!.name === 'west' ? WEST_M : ROAD_M);

function edge(id: string, from: string, to: string, shape: string, lengthM: number): string {
  return `<edge id="${id}" from="${from}" to="${to}" priority="5" name="${id} road">
    <lane id="${id}_0" index="0" speed="13.89" length="${fixed(lengthM)}" shape="${shape}"/></edge>`;
}

/** From road i, turn t: the road it leads to. */
const target = (i: number, t: number): number => (i + [3, 2, 1][t]!) % 4;

/** Whether two ways across the crossing meet: roads are numbered clockwise, traffic keeps to the right. */
function meet(a: number, b: number): boolean {
  const [i, t, j, u] = [Math.floor(a / 3), a % 3, Math.floor(b / 3), b % 3];
  if (i === j) return false;
  if (target(i, t) === target(j, u)) return true;
  if (t === 0 || u === 0) return false;
  if ((i + 2) % 4 === j) return t !== u;
  return true;
}

export function crossingNet(): string {
  const inside = roads.flatMap((_, i) =>
    turns.map(
      (_turn, t) => `<edge id=":C_${i * 3 + t}" function="internal">
    <lane id=":C_${i * 3 + t}_0" index="0" speed="8.00" length="18.00" shape="${at(i, NEAR_M, true)} ${at(target(i, t), NEAR_M, false)}"/></edge>`,
    ),
  );
  const outer = roads.flatMap(({ name }, i) => {
    const end = name === 'west' ? 'W' : name;
    return [
      edge(`${name}In`, end, 'C', `${at(i, endOf(i), true)} ${at(i, NEAR_M, true)}`, endOf(i) - NEAR_M),
      edge(`${name}Out`, 'C', end, `${at(i, NEAR_M, false)} ${at(i, endOf(i), false)}`, endOf(i) - NEAR_M),
    ];
  });
  const far = [
    edge('farIn', 'west', 'W', `${at(3, 170, true)} ${at(3, 70, true)}`, 100),
    edge('farOut', 'W', 'west', `${at(3, 70, false)} ${at(3, 170, false)}`, 100),
  ];
  const links = Array.from({ length: 12 }, (_, a) => a);
  const bits = (of: (b: number) => boolean): string =>
    links
      .map((b) => (of(b) ? '1' : '0'))
      .toReversed()
      .join('');
  const yields = (a: number, b: number): boolean =>
    meet(a, b) &&
    (a % 3 === 2 ? b % 3 !== 2 || a > b : Math.floor(a / 3) % 2 === 1 && Math.floor(b / 3) % 2 === 0);
  const requests = links.map(
    (a) =>
      `<request index="${a}" response="${bits((b) => yields(a, b))}" foes="${bits((b) => meet(a, b))}" cont="0"/>`,
  );
  const connections = roads.flatMap(({ name }, i) =>
    turns.map((turn, t) => {
      const link = i * 3 + t;
      return `<connection from="${name}In" to="${roads[target(i, t)]!.name}Out" fromLane="0" toLane="0" via=":C_${link}_0" tl="C" linkIndex="${link}" dir="${turn}" state="o"/>
  <connection from=":C_${link}" to="${roads[target(i, t)]!.name}Out" fromLane="0" toLane="0" dir="${turn}" state="M"/>`;
    }),
  );
  const dead = (id: string, place: string, incoming: string): string => {
    const [x, y] = place.split(',');
    return `<junction id="${id}" type="dead_end" x="${x}" y="${y}" incLanes="${incoming}" intLanes="" shape="${place} ${place}"/>`;
  };
  const [wx, wy] = at(3, 70, true).split(',');
  return `<?xml version="1.0" encoding="UTF-8"?>
<net version="1.9">
  <location netOffset="0.00,0.00" convBoundary="300.00,290.00,710.00,710.00" origBoundary="0,0,1,1" projParameter="!"/>
  ${inside.join('\n  ')}
  ${outer.join('\n  ')}
  ${far.join('\n  ')}
  <tlLogic id="C" type="static" programID="0" offset="10">
    <phase duration="30" state="GGgrrrGGgrrr" minDur="6" maxDur="45"/>
    <phase duration="4" state="yyyrrryyyrrr"/>
    <phase duration="1" state="rrrrrrrrrrrr"/>
    <phase duration="20" state="rrrGGgrrrGGg"/>
    <phase duration="3" state="rrryyyrrryyy"/>
    <phase duration="2" state="rrrrrrrrrrrr"/>
  </tlLogic>
  <junction id="C" type="traffic_light" x="500.00" y="500.00" incLanes="${roads.map(({ name }) => `${name}In_0`).join(' ')}" intLanes="${links.map((a) => `:C_${a}_0`).join(' ')}" shape="490,490 490,510 510,510 510,490">
    ${requests.join('\n    ')}
  </junction>
  <junction id="W" type="priority" x="${wx}" y="${wy}" incLanes="farIn_0 westOut_0" intLanes="" shape="${at(3, 70, true)} ${at(3, 70, false)}">
    <request index="0" response="00" foes="00" cont="0"/>
    <request index="1" response="00" foes="00" cont="0"/>
  </junction>
  ${dead('west', at(3, 170, true), 'farOut_0')}
  ${dead('north', at(0, 210, true), 'northOut_0')}
  ${dead('east', at(1, 210, true), 'eastOut_0')}
  ${dead('south', at(2, 210, true), 'southOut_0')}
  <connection from="farIn" to="westIn" fromLane="0" toLane="0" dir="s" state="M"/>
  <connection from="westOut" to="farOut" fromLane="0" toLane="0" dir="s" state="M"/>
  ${connections.join('\n  ')}
</net>
`;
}

/** Writes network, demand and configuration into a folder; answers with the configuration's name. */
export async function writeCrossing(folder: string, net = crossingNet()): Promise<string> {
  const flows = [
    ['farIn', 'eastOut', 300],
    ['eastIn', 'farOut', 250],
    ['northIn', 'southOut', 350],
    ['southIn', 'northOut', 300],
    ['farIn', 'northOut', 80],
    ['southIn', 'farOut', 80],
  ].map(
    ([from, to, perHour], i) =>
      `<flow id="f${i}" begin="0" end="600" from="${from}" to="${to}" vehsPerHour="${perHour}" departLane="best" departSpeed="max"/>`,
  );
  await writeFile(join(folder, 'crossing.net.xml'), net);
  await writeFile(join(folder, 'crossing.rou.xml'), `<routes>\n${flows.join('\n')}\n</routes>\n`);
  const config = join(folder, 'crossing.sumocfg');
  await writeFile(
    config,
    `<configuration><input><net-file value="crossing.net.xml"/><route-files value="crossing.rou.xml"/></input>
<time><begin value="0"/><end value="0:10:00"/></time></configuration>\n`,
  );
  return config;
}

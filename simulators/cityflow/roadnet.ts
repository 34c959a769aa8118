/**
 * A CityFlow road network as a city pack: its metres laid around a given place, its lane links kept lane by lane (its
 * lane 0 lies at the middle of the road, ours at the kerb), its light phases as signals. What cannot be driven is
 * refused by name (TR-160…TR-163).
 *
 * The format: H. Zhang et al., "CityFlow: A Multi-Agent Reinforcement Learning Environment for Large Scale City
 * Traffic Scenario", WWW 2019.
 */
import { PACK_FORMAT, type CityPack, type Movement, type Signal } from '../../server/contract/city-pack.ts';
import { metresPerDegree, type LonLat } from '../../server/contract/geo.ts';
import type { PortPlan } from '../../server/contract/signal-port.ts';
import type { NetworkDetail } from '../models/traffic/network.ts';
import type { Intersection, LightPhase, Road, Roadnet } from './files.ts';

export interface ImportedRoadnet {
  readonly pack: CityPack;
  readonly network: NetworkDetail;
  /** By signal of the pack, the first phases of its list that serve every movement, in turn. */
  readonly covering: readonly PortPlan[];
}

/** Speed through turns (CityFlow's own constant), m/s. */
const TURN_MPS = 8.333;
/** Where the file has no phase between two greens, s. */
const YELLOW_S = 3;
const ALL_RED_S = 2;
const MIN_GREEN_S = 5;
const MAX_GREEN_S = 120;
const SHORTEST_ROAD_M = 1;

/** @throws Error that names what is broken. */
export function importRoadnet(net: Roadnet, center: LonLat, id = 'cityflow'): ImportedRoadnet {
  const roads = new Map(net.roads.map((r) => [r.id, r]));
  const junctions = new Map(net.intersections.map((j) => [j.id, j]));
  checkRoads(net, junctions);
  checkLinks(net, roads);
  const m = metresPerDegree(center[1]);
  const at = (p: { x: number; y: number }): LonLat => [center[0] + p.x / m.lon, center[1] + p.y / m.lat];
  const signals: Signal[] = [];
  const covering: PortPlan[] = [];
  for (const j of net.intersections) {
    const made = j.virtual ? null : signalOf(j);
    if (made === null) continue;
    signals.push(made);
    covering.push(coveringPlan(made));
  }
  const signalled = new Set(signals.map((s) => s.junction));
  const points = net.intersections.map((j) => at(j.point));
  const lon = points.map((p) => p[0]);
  const lat = points.map((p) => p[1]);
  const name = { zh: 'CityFlow 路网', en: 'CityFlow network' };
  const pack: CityPack = {
    manifest: {
      format: PACK_FORMAT,
      id,
      name,
      fictional: false,
      center,
      bbox: [Math.min(...lon), Math.min(...lat), Math.max(...lon), Math.max(...lat)],
      timezone: 'Asia/Shanghai',
      attribution: 'CityFlow road network',
      drivesOn: 'right',
    },
    junctions: net.intersections.map((j, k) => ({
      id: j.id,
      position: points[k]!,
      kind: j.virtual ? 'edge' : signalled.has(j.id) ? 'signal' : 'plain',
    })),
    links: net.roads.map((r) => ({
      id: r.id,
      from: r.startIntersection,
      to: r.endIntersection,
      path: r.points.map(at),
      class: 'secondary',
      lanes: r.lanes.length,
      speedLimitKph: Math.min(140, Math.max(5, Math.max(...r.lanes.map((l) => l.maxSpeed)) * 3.6)),
      bridge: false,
      tunnel: false,
      bannedTurns: net.roads
        .filter((o) => o.startIntersection === r.endIntersection && !leads(junctions, r, o.id))
        .map((o) => o.id),
    })),
    signals,
    detectors: [],
    districts: [],
    areas: [],
    lines: [],
    buildings: [],
    facilities: [],
    departments: [],
    units: [],
    busRoutes: [],
    stations: [],
  };
  return {
    pack,
    covering,
    network: {
      lanePairs: lanePairs(net, roads),
      stopLineM: new Map(net.intersections.map((j) => [j.id, j.virtual ? 0 : j.width])),
      turnMps: TURN_MPS,
    },
  };
}

const leads = (junctions: ReadonlyMap<string, Intersection>, r: Road, to: string): boolean =>
  junctions.get(r.endIntersection)?.roadLinks.some((l) => l.startRoad === r.id && l.endRoad === to) === true;

function checkRoads(net: Roadnet, junctions: ReadonlyMap<string, Intersection>): void {
  for (const r of net.roads) {
    let length = 0;
    for (let k = 1; k < r.points.length; k++)
      length += Math.hypot(r.points[k]!.x - r.points[k - 1]!.x, r.points[k]!.y - r.points[k - 1]!.y);
    if (length < SHORTEST_ROAD_M) throw new Error(`road ${r.id} has no length`);
    for (const end of [r.startIntersection, r.endIntersection])
      if (!junctions.has(end)) throw new Error(`road ${r.id}: there is no intersection ${end}`);
  }
}

function checkLinks(net: Roadnet, roads: ReadonlyMap<string, Road>): void {
  for (const j of net.intersections) {
    j.roadLinks.forEach((l, k) => {
      const which = `intersection ${j.id}, road link ${k} (${l.startRoad} > ${l.endRoad})`;
      const from = roads.get(l.startRoad);
      const to = roads.get(l.endRoad);
      if (from === undefined) throw new Error(`${which}: there is no road ${l.startRoad}`);
      if (to === undefined) throw new Error(`${which}: there is no road ${l.endRoad}`);
      if (from.endIntersection !== j.id || to.startIntersection !== j.id)
        throw new Error(`${which}: its roads do not meet there`);
      if (l.laneLinks.length === 0) throw new Error(`${which} has no lane links`);
      for (const lane of l.laneLinks)
        if (lane.startLaneIndex >= from.lanes.length || lane.endLaneIndex >= to.lanes.length)
          throw new Error(`${which}: there is no lane ${lane.startLaneIndex} > ${lane.endLaneIndex}`);
    });
    j.trafficLight.lightphases.forEach((p, k) => {
      for (const l of p.availableRoadLinks)
        if (l >= j.roadLinks.length)
          throw new Error(`intersection ${j.id}, phase ${k}: there is no road link ${l}`);
    });
  }
}

function lanePairs(net: Roadnet, roads: ReadonlyMap<string, Road>): Map<string, [number, number][]> {
  const out = new Map<string, [number, number][]>();
  for (const j of net.intersections)
    for (const l of j.roadLinks) {
      const from = roads.get(l.startRoad)!.lanes.length - 1;
      const to = roads.get(l.endRoad)!.lanes.length - 1;
      const key = `${l.startRoad}>${l.endRoad}`;
      const pairs = l.laneLinks.map((k): [number, number] => [from - k.startLaneIndex, to - k.endLaneIndex]);
      out.set(key, [...(out.get(key) ?? []), ...pairs]);
    }
  return out;
}

/**
 * Road links that every phase opens are free and stand in none of ours: they give way to all. A phase with nothing else
 * is the change between greens; one such phase at the head of the list is meant after each of them, as control
 * methods use these files.
 */
function signalOf(j: Intersection): Signal | null {
  const { lightphases } = j.trafficLight;
  if (lightphases.length < 2) return null;
  const free = new Set(
    j.roadLinks.map((_, l) => l).filter((l) => lightphases.every((p) => p.availableRoadLinks.includes(l))),
  );
  const own = (p: LightPhase): number[] => [...new Set(p.availableRoadLinks.filter((l) => !free.has(l)))];
  const changes = lightphases.filter((p) => own(p).length === 0);
  const general = changes.length === 1 && own(lightphases[0]!).length === 0;
  const phases: Signal['phases'] = [];
  lightphases.forEach((p, k) => {
    const links = own(p);
    if (links.length === 0) return;
    const next = lightphases[(k + 1) % lightphases.length]!;
    const changeS = general ? changes[0]!.time : own(next).length === 0 ? next.time : 0;
    const within = general || changeS === 0;
    const yellowS = changeS > 0 ? Math.min(10, changeS) : YELLOW_S;
    const allRedS = changeS > 0 ? 0 : ALL_RED_S;
    phases.push({
      greenS: Math.max(1, Math.min(300, within ? p.time - yellowS - allRedS : p.time)),
      minGreenS: MIN_GREEN_S,
      maxGreenS: MAX_GREEN_S,
      yellowS,
      allRedS,
      movements: movementsOf(j, links),
    });
  });
  return phases.length < 2
    ? null
    : { id: `s-${j.id}`, junction: j.id, offsetS: 0, phases: phases.slice(0, 16) };
}

/** A left turn that shares its phase with oncoming through traffic gives way to it. */
function movementsOf(j: Intersection, links: readonly number[]): Movement[] {
  const through = links.filter((l) => j.roadLinks[l]!.type === 'go_straight').map((l) => j.roadLinks[l]!);
  return links.map((l) => {
    const { type, startRoad, endRoad } = j.roadLinks[l]!;
    const opposed = through.some((o) => o.startRoad !== startRoad && o.endRoad !== endRoad);
    const yields = type === 'turn_right' || (type === 'turn_left' && opposed);
    return { from: startRoad, to: endRoad, ...(yields ? { yields } : {}) };
  });
}

/** Phases in their order until every movement that any of them serves has had its turn. */
function coveringPlan(signal: Signal): PortPlan {
  const key = (m: Movement): string => `${m.from}>${m.to}`;
  const missing = new Set(signal.phases.flatMap((p) => p.movements.map(key)));
  const steps: { phase: number; greenS: number }[] = [];
  signal.phases.forEach((p, phase) => {
    if (!p.movements.some((m) => missing.has(key(m)))) return;
    for (const m of p.movements) missing.delete(key(m));
    steps.push({ phase, greenS: p.greenS });
  });
  return { offsetS: 0, steps };
}

/**
 * Traffic signals: nodes on the ways, brought to the junction they guard, gathered where one crossing has several
 * (dual carriageways), and given a plan made from the geometry, since the map knows no plans.
 */
import type { Movement, Signal } from '../../contract/city-pack.ts';
import { bearingDeg, distanceM, type LonLat } from '../../contract/geo.ts';
import type { OsmData } from './collect.ts';
import type { ImportReport } from './report.ts';
import type { RoadLink } from './road-link.ts';
import { junctionId, type Roads } from './roads.ts';

/** A signal node at a stop line lies at most this far before its junction. */
const SNAP_M = 30;
/** Signalised nodes nearer than this are one crossing. */
const CLUSTER_M = 40;
/** Approaches with at least this many lanes have one for turning across, so it gets its own green. */
const PROTECTED_LANES = 3;

export function makeSignals(
  data: OsmData,
  roads: Roads,
  drivesOn: 'right' | 'left',
  report: ImportReport,
): Signal[] {
  const nodes = signalisedNodes(data, roads, report);
  const into = Map.groupBy(roads.links, (l) => l.to);
  const from = Map.groupBy(roads.links, (l) => l.from);
  // A node where traffic cannot cross or merge needs no plan.
  const crossing = [...nodes].filter((n) => (into.get(n)?.length ?? 0) > 1 || (from.get(n)?.length ?? 0) > 2);
  report.drop('signals: pedestrian crossings between junctions', nodes.size - crossing.length);
  const signals: Signal[] = [];
  let crossings = 0;
  for (const cluster of clustersOf(crossing, roads)) {
    crossings++;
    signals.push(...plan(cluster, into, from, drivesOn));
  }
  report.count('signalised junctions', signals.length);
  report.count('signalised crossings (junctions of one crossing share a plan)', crossings);
  if (signals.length > 0) {
    report.note('signal plans (phases, greens, offsets) are made from the geometry; the map has none');
  }
  return signals;
}

/** Junctions with a signal on them, or on a road just before them. */
function signalisedNodes(data: OsmData, roads: Roads, report: ImportReport): Set<number> {
  const linksOver = new Map<number, { link: RoadLink; at: number }[]>();
  const tagged = data.tagged.filter((t) => t.tags['highway'] === 'traffic_signals');
  const wanted = new Set(tagged.map((t) => t.id));
  for (const link of roads.links) {
    for (const [at, ref] of link.refs.entries()) {
      if (!wanted.has(ref)) continue;
      linksOver.set(ref, [...(linksOver.get(ref) ?? []), { link, at }]);
    }
  }
  const found = new Set<number>();
  for (const { id, tags } of tagged) {
    if (roads.junctions.has(id)) {
      found.add(id);
      continue;
    }
    const side = tags['traffic_signals:direction'] ?? tags['direction'];
    let best: { node: number; away: number } | null = null;
    for (const { link, at } of linksOver.get(id) ?? []) {
      const isReverse = link.link.id.endsWith('r');
      if ((side === 'forward' && isReverse) || (side === 'backward' && !isReverse)) continue;
      const rest = data.nodes.path(link.refs.slice(at));
      let away = 0;
      for (let i = 1; i < rest.length; i++) away += distanceM(rest[i - 1]!, rest[i]!);
      // A dead end or a mere change of the road's name guards nothing.
      const meeting = roads.links.length > 0 && isRealJunction(link.to, roads);
      if (meeting && away <= SNAP_M && away < (best?.away ?? Infinity)) best = { node: link.to, away };
    }
    if (best !== null) found.add(best.node);
    else if (linksOver.has(id)) report.drop('signals: pedestrian crossings between junctions');
    else report.drop('signals: not on a road of the network');
  }
  return found;
}

const realJunctions = new WeakMap<Roads, Set<number>>();
function isRealJunction(node: number, roads: Roads): boolean {
  let real = realJunctions.get(roads);
  if (real === undefined) {
    const neighbours = new Map<number, Set<number>>();
    for (const { from, to } of roads.links) {
      neighbours.set(from, (neighbours.get(from) ?? new Set<number>()).add(to));
      neighbours.set(to, (neighbours.get(to) ?? new Set<number>()).add(from));
    }
    real = new Set([...neighbours].filter(([, set]) => set.size > 2).map(([n]) => n));
    realJunctions.set(roads, real);
  }
  return real.has(node);
}

function clustersOf(nodes: readonly number[], roads: Roads): number[][] {
  const root = new Map(nodes.map((n) => [n, n]));
  const find = (n: number): number => {
    const up = root.get(n)!;
    return up === n ? n : find(up);
  };
  for (const { from, to, link } of roads.links) {
    if (!root.has(from) || !root.has(to)) continue;
    if (distanceM(link.path[0]!, link.path[link.path.length - 1]!) < CLUSTER_M)
      root.set(find(from), find(to));
  }
  return [...Map.groupBy(nodes, find).values()];
}

interface Approach {
  readonly link: RoadLink;
  readonly headingDeg: number;
  /** 0: along the main road, 1: across it. */
  readonly axis: 0 | 1;
}

/** Difference of two lines' directions, whichever way they are walked: 0…90°. */
function axisDifference(a: number, b: number): number {
  const d = Math.abs(a - b) % 180;
  return Math.min(d, 180 - d);
}

const importance = ['service', 'residential', 'tertiary', 'secondary', 'primary', 'trunk', 'motorway'];

/**
 * One plan for all junctions of a crossing: the main road's approaches, then those across it; before either a phase
 * for turns across the oncoming traffic where the road is wide enough to hold those who wait for it.
 */
function plan(
  cluster: readonly number[],
  into: ReadonlyMap<number, RoadLink[]>,
  from: ReadonlyMap<number, RoadLink[]>,
  drivesOn: 'right' | 'left',
): Signal[] {
  const inner = new Set(cluster);
  const arriving = cluster.flatMap((n) => into.get(n) ?? []);
  const outer = arriving.filter((l) => !inner.has(l.from));
  const weight = (l: RoadLink): number => importance.indexOf(l.link.class) * 10 + l.link.lanes;
  const main = (outer.length > 0 ? outer : arriving).reduce((a, b) => (weight(b) > weight(a) ? b : a));
  const mainHeading = headingAtEnd(main.link.path);
  const approaches = arriving.map((link): Approach => {
    const headingDeg = headingAtEnd(link.link.path);
    return { link, headingDeg, axis: axisDifference(headingDeg, mainHeading) < 45 ? 0 : 1 };
  });

  const phases: { axis: 0 | 1; turning: boolean }[] = [];
  const times: Omit<Signal['phases'][number], 'movements'>[] = [];
  for (const axis of [0, 1] as const) {
    const here = approaches.filter((a) => a.axis === axis);
    if (here.length === 0) continue;
    const lanes = Math.max(...here.map((a) => a.link.link.lanes));
    const opposed = here.some((a) => here.some((b) => Math.abs(turn(a.headingDeg, b.headingDeg)) > 135));
    const speed = Math.max(...here.map((a) => a.link.link.speedLimitKph)) / 3.6;
    // Yellow: reaction 1 s and 3 m/s² (ITE, Traffic Engineering Handbook); all red: 20 m of crossing at that speed.
    const yellowS = Math.round(Math.max(3, Math.min(5, 1 + speed / 6.1)) * 2) / 2;
    const allRedS = Math.round(Math.max(1, Math.min(3, 20 / speed)) * 2) / 2;
    if (opposed && lanes >= PROTECTED_LANES) {
      phases.push({ axis, turning: true });
      times.push({ greenS: 15, minGreenS: 8, maxGreenS: 30, yellowS: 3, allRedS });
    }
    const greenS = Math.min(45, 18 + 6 * lanes);
    phases.push({ axis, turning: false });
    times.push({ greenS, minGreenS: 10, maxGreenS: 60, yellowS, allRedS });
  }
  // With one direction alone the red is there for those on foot.
  if (phases.length === 1) times[0] = { ...times[0]!, allRedS: 12 };

  const hasTurnPhase = (axis: 0 | 1): boolean => phases.some((p) => p.axis === axis && p.turning);
  const cycleS = times.reduce((sum, t) => sum + t.greenS + t.yellowS + t.allRedS, 0);
  // Spread over the cycle by place, so that a city does not turn green at once; the same for all of one crossing.
  const offsetS = Math.min(...cluster) % Math.round(cycleS);
  return cluster.map((node) => ({
    id: `s${node}`,
    junction: junctionId(node),
    offsetS,
    phases: phases.map((phase, i) => ({
      ...times[i]!,
      movements: approaches
        .filter((a) => a.axis === phase.axis && a.link.to === node)
        .flatMap((a) => {
          // Within a crossing few cars find room to wait for a phase of their own.
          const held = hasTurnPhase(phase.axis) && !inner.has(a.link.from);
          return movementsOf(a, from.get(node) ?? [], phase.turning, held, drivesOn);
        }),
    })),
  }));
}

function movementsOf(
  approach: Approach,
  leaving: readonly RoadLink[],
  turning: boolean,
  /** Turns across wait for the phase that is theirs. */
  held: boolean,
  drivesOn: 'right' | 'left',
): Movement[] {
  const { link } = approach;
  const open = leaving.filter((l) => !link.link.bannedTurns?.includes(l.link.id));
  // Back to where it came from only where there is no other way.
  const onward = open.filter((l) => l.to !== link.from);
  const targets = onward.length > 0 ? onward : open;
  const movements: Movement[] = [];
  for (const to of targets) {
    const angle = turn(approach.headingDeg, bearingDeg(to.link.path[0]!, to.link.path[1]!));
    const across = (drivesOn === 'right' ? -angle : angle) > 45;
    const lonely = targets.length === 1;
    if (turning && !across) continue;
    if (!turning && across && held && !lonely) continue;
    movements.push({
      from: link.link.id,
      to: to.link.id,
      ...(across && !turning ? { yields: true } : {}),
    });
  }
  return movements;
}

/** Signed change of direction, −180…180, right positive. */
const turn = (fromDeg: number, toDeg: number): number => ((toDeg - fromDeg + 540) % 360) - 180;

const headingAtEnd = (path: readonly LonLat[]): number =>
  bearingDeg(path[path.length - 2]!, path[path.length - 1]!);

/**
 * The drivable network: ways cut where they meet, one link a direction, banned turns, and only what can be reached
 * from everywhere (the largest strongly connected part).
 */
import type { Junction } from '../../contract/city-pack.ts';
import { distanceM, pathLengthM, type LonLat } from '../../contract/geo.ts';
import type { NodePositions, OsmData } from './collect.ts';
import type { OsmWay } from './osm.ts';
import type { ImportReport } from './report.ts';
import type { RoadLink } from './road-link.ts';
import { applyRestrictions } from './restrictions.ts';
import { stronglyConnected } from './strongly-connected.ts';
import { readRoad, type Road } from './tags.ts';

/** A stretch of road between two junctions, both directions. Nodes in the way's direction. */
interface Stretch {
  readonly road: Road;
  readonly refs: readonly number[];
  /** The ways at its two ends, for turn restrictions. */
  readonly firstWay: number;
  readonly lastWay: number;
}

export interface Roads {
  readonly links: readonly RoadLink[];
  readonly junctions: ReadonlyMap<number, LonLat>;
}

/** At the edge of the extract the two carriageways of a road end this near to each other. */
const EDGE_TURN_M = 80;

export const junctionId = (node: number): string => `n${node}`;

export function makeRoads(data: OsmData, report: ImportReport): Roads {
  const stretches = dissolve(cut(drivable(data, report), data.nodes, report));
  const links = toLinks(stretches, data.nodes);
  const joined = [...links, ...edgeTurns(links, data.nodes, report)];
  const kept = largestPart(joined, report);
  applyRestrictions(kept, data.relations, report);
  const junctions = new Map<number, LonLat>();
  for (const { from, to, link } of kept) {
    junctions.set(from, link.path[0]!);
    junctions.set(to, link.path[link.path.length - 1]!);
  }
  return { links: kept, junctions };
}

function drivable(data: OsmData, report: ImportReport): { way: OsmWay; road: Road }[] {
  const ways: { way: OsmWay; road: Road }[] = [];
  for (const way of data.highways) {
    const road = readRoad(way.tags ?? {});
    if (typeof road === 'string') report.drop(`ways: ${road}`);
    else ways.push({ way, road });
  }
  report.count('ways driven on', ways.length);
  return ways;
}

/** Cuts at nodes that two ways share, that a way passes twice, and at the ends. */
function cut(
  ways: readonly { way: OsmWay; road: Road }[],
  nodes: NodePositions,
  report: ImportReport,
): Stretch[] {
  const uses = new Map<number, number>();
  const present = ways.map(({ way, road }) => {
    const refs: number[] = [];
    for (const ref of way.refs) {
      // Doubled nodes and nodes outside an extract.
      if (ref !== refs[refs.length - 1] && nodes.get(ref) !== null) refs.push(ref);
    }
    if (refs.length < way.refs.length && refs.length < 2)
      report.drop('ways: none or one of their nodes is in the file');
    return { way, road, refs };
  });
  for (const { refs } of present) {
    for (const [i, ref] of refs.entries()) {
      const end = i === 0 || i === refs.length - 1;
      uses.set(ref, (uses.get(ref) ?? 0) + (end ? 2 : 1));
    }
  }
  const stretches: Stretch[] = [];
  for (const { way, road, refs } of present) {
    let start = 0;
    for (let i = 1; i < refs.length; i++) {
      if (uses.get(refs[i]!)! < 2) continue;
      for (const part of withoutLoop(refs.slice(start, i + 1))) {
        stretches.push({ road, refs: part, firstWay: way.id, lastWay: way.id });
      }
      start = i;
    }
  }
  return stretches;
}

/** A loop back to its own beginning is cut in the middle (in three where it can): no link leads to where it starts. */
function withoutLoop(refs: readonly number[]): (readonly number[])[] {
  if (refs[0] !== refs[refs.length - 1]) return [refs];
  if (refs.length < 3) return [];
  const middle = Math.floor(refs.length / 2);
  return [refs.slice(0, middle + 1), refs.slice(middle)];
}

/** Joins two stretches where nothing but the way's number changes. */
function dissolve(stretches: readonly Stretch[]): Stretch[] {
  const at = new Map<number, Set<Stretch>>();
  const attach = (node: number, stretch: Stretch): void => {
    const set = at.get(node);
    if (set === undefined) at.set(node, new Set([stretch]));
    else set.add(stretch);
  };
  const all = new Set(stretches);
  const ends = (s: Stretch): [number, number] => [s.refs[0]!, s.refs[s.refs.length - 1]!];
  for (const s of all) for (const node of ends(s)) attach(node, s);
  for (const [node, meeting] of at) {
    if (meeting.size !== 2) continue;
    const [one, two] = [...meeting] as [Stretch, Stretch];
    // In the direction of the first: a stretch the other way round is only turned where both directions are alike.
    const [a, b] = one.refs[one.refs.length - 1] === node ? [one, two] : [two, one];
    if (a.refs[a.refs.length - 1] !== node || b.refs[0] !== node) continue;
    if (!sameRoad(a.road, b.road) || a.refs[0] === b.refs[b.refs.length - 1]) continue;
    const whole: Stretch = {
      road: a.road,
      refs: [...a.refs, ...b.refs.slice(1)],
      firstWay: a.firstWay,
      lastWay: b.lastWay,
    };
    for (const old of [a, b]) {
      all.delete(old);
      for (const end of ends(old)) at.get(end)?.delete(old);
    }
    all.add(whole);
    for (const end of ends(whole)) at.get(end)?.add(whole);
  }
  return [...all];
}

const sameRoad = (a: Road, b: Road): boolean =>
  a.class === b.class &&
  a.direction === b.direction &&
  a.bridge === b.bridge &&
  a.tunnel === b.tunnel &&
  a.roundabout === b.roundabout &&
  a.name?.zh === b.name?.zh &&
  a.name?.en === b.name?.en &&
  a.forward.lanes === b.forward.lanes &&
  a.backward.lanes === b.backward.lanes &&
  a.forward.speedKph === b.forward.speedKph &&
  a.backward.speedKph === b.backward.speedKph;

function toLinks(stretches: readonly Stretch[], nodes: NodePositions): RoadLink[] {
  const links: RoadLink[] = [];
  const numberOf = new Map<number, number>();
  for (const { road, refs, firstWay, lastWay } of stretches) {
    const number = (numberOf.get(firstWay) ?? 0) + 1;
    numberOf.set(firstWay, number);
    const path = rounded(nodes.path(refs));
    if (path.length < 2 || pathLengthM(path) === 0) continue;
    const make = (forward: boolean): RoadLink => {
      const side = forward ? road.forward : road.backward;
      const along = forward ? refs : refs.toReversed();
      const from = along[0]!;
      const to = along[along.length - 1]!;
      return {
        from,
        to,
        refs: along,
        firstWay: forward ? firstWay : lastWay,
        lastWay: forward ? lastWay : firstWay,
        roundabout: road.roundabout,
        link: {
          id: `w${firstWay}.${number}${forward ? '' : 'r'}`,
          from: junctionId(from),
          to: junctionId(to),
          path: forward ? path : path.toReversed(),
          ...(road.name ? { name: road.name } : {}),
          class: road.class,
          lanes: side.lanes,
          speedLimitKph: side.speedKph,
          bridge: road.bridge,
          tunnel: road.tunnel,
        },
      };
    };
    if (road.direction !== 'backward') links.push(make(true));
    if (road.direction !== 'forward') links.push(make(false));
  }
  return links;
}

/** To 1e-6°, as packs are stored, without points that then fall together. */
function rounded(path: readonly LonLat[]): LonLat[] {
  const out: LonLat[] = [];
  for (const [lon, lat] of path) {
    const p: LonLat = [Math.round(lon * 1e6) / 1e6, Math.round(lat * 1e6) / 1e6];
    const last = out[out.length - 1];
    if (last === undefined || last[0] !== p[0] || last[1] !== p[1]) out.push(p);
  }
  return out;
}

/**
 * Where an extract is cut, a dual carriageway ends in a way out and a way in. A turn between them keeps both in the
 * network; without it they would be lost as not reachable from everywhere.
 */
function edgeTurns(links: readonly RoadLink[], nodes: NodePositions, report: ImportReport): RoadLink[] {
  const out = new Map<number, RoadLink[]>();
  const into = new Map<number, RoadLink[]>();
  for (const l of links) {
    out.set(l.from, [...(out.get(l.from) ?? []), l]);
    into.set(l.to, [...(into.get(l.to) ?? []), l]);
  }
  const starts = [...out.entries()].filter(([node]) => !into.has(node));
  const turns: RoadLink[] = [];
  const taken = new Set<number>();
  for (const [end, arriving] of into) {
    if (out.has(end)) continue;
    const here = nodes.get(end)!;
    const { link } = arriving[0]!;
    let best: { node: number; away: number } | null = null;
    for (const [node, leaving] of starts) {
      if (taken.has(node) || leaving[0]!.link.class !== link.class) continue;
      const there = nodes.get(node)!;
      if (Math.abs(there[1] - here[1]) > 0.002) continue;
      const away = distanceM(here, there);
      if (away > 0.5 && away < EDGE_TURN_M && away < (best?.away ?? Infinity)) best = { node, away };
    }
    if (best === null) continue;
    taken.add(best.node);
    const path = rounded([here, nodes.get(best.node)!]);
    if (path.length < 2) continue;
    turns.push({
      from: end,
      to: best.node,
      refs: [end, best.node],
      firstWay: -1,
      lastWay: -1,
      roundabout: false,
      link: {
        id: `edge-${end}`,
        from: junctionId(end),
        to: junctionId(best.node),
        path,
        class: 'service',
        lanes: 1,
        speedLimitKph: 20,
        bridge: false,
        tunnel: false,
      },
    });
  }
  if (turns.length > 0) {
    report.note(`${turns.length} turns join the two carriageways of roads that leave the extract`);
  }
  return turns;
}

function largestPart(links: readonly RoadLink[], report: ImportReport): RoadLink[] {
  const lengthOf = (list: readonly RoadLink[]): number =>
    list.reduce((sum, l) => sum + pathLengthM(l.link.path), 0);
  const parts = stronglyConnected(links);
  const within = new Map<number, RoadLink[]>();
  let between = 0;
  for (const l of links) {
    const part = parts.get(l.from)!;
    if (part !== parts.get(l.to)) {
      between++;
      continue;
    }
    const list = within.get(part);
    if (list === undefined) within.set(part, [l]);
    else list.push(l);
  }
  const islands = [...within.values()].sort((a, b) => lengthOf(b) - lengthOf(a));
  const kept = islands[0] ?? [];
  const lost = links.length - kept.length;
  if (lost > 0) {
    const km = Math.round((lengthOf(links) - lengthOf(kept)) / 100) / 10;
    report.drop(
      `links not reachable from everywhere (${km} km: ${islands.length - 1} islands, ${between} one-way links to or from nowhere)`,
      lost,
    );
  }
  return kept;
}

/** A junction's kind by what meets there. */
export function junctionKind(node: number, links: readonly RoadLink[], edge: boolean): Junction['kind'] {
  const neighbours = new Set<number>();
  let out = 0;
  let into = 0;
  for (const l of links) {
    if (l.from === node) {
      out++;
      neighbours.add(l.to);
    }
    if (l.to === node) {
      into++;
      neighbours.add(l.from);
    }
  }
  if (links.some((l) => l.roundabout)) return 'roundabout';
  if (neighbours.size <= 1 && edge) return 'edge';
  return (out === 1 && into > 1) || (into === 1 && out > 1 && neighbours.size > 2) ? 'merge' : 'plain';
}

/**
 * Corridors of a road network: chains of signals along one road, where somebody may drive on straight. From each link the way
 * goes on to the link that bends least and, where both have one, bears its name; both must be each other's best (mutual
 * nearest neighbours), so that no link is in two corridors of one direction. Invariant: the same network gives the same
 * corridors with the same ids.
 */
import type { Link, RoadClass } from '../../../contract/city-pack.ts';
import { bearingDeg, pathLengthM } from '../../../contract/geo.ts';
import type { LocalText } from '../../../contract/text.ts';

const arterials: ReadonlySet<RoadClass> = new Set(['trunk', 'primary', 'secondary']);
const MOST_BEND_DEG = 40;
const OTHER_NAME_DEG = 25;
const LEAST_SIGNALS = 3;
/** More are not shown in one diagram, nor coordinated as one. */
const MOST_SIGNALS = 12;
/** Platoons fall apart: signals farther apart are not coordinated (half a mile: MUTCD, 2009). */
const FAR_M = 800;

export interface CorridorNetwork {
  readonly links: readonly Link[];
  /** Signals by the junction they stand at. */
  readonly signalAt: ReadonlyMap<string, string>;
}

/** A way along a corridor: links in the order in which they are driven, as indices; which of them end at which stop. */
export interface CorridorWay {
  readonly links: readonly number[];
  /** By stop: place in `links` of the link that ends at its stop line; −1: the way does not pass it. */
  readonly into: readonly number[];
}
export interface Corridor {
  readonly id: string;
  readonly name: LocalText;
  /** In the order of the way forth. */
  readonly signals: readonly string[];
  readonly forth: CorridorWay;
  /** The other direction; null: it is a one-way road. */
  readonly back: CorridorWay | null;
}

const nameOf = (link: Link): string => link.name?.zh || link.name?.en || '';

export function corridorsOf(network: CorridorNetwork): Corridor[] {
  const { links, signalAt } = network;
  const isArterial = links.map((l) => arterials.has(l.class));
  const next = straightOn(links, isArterial);
  const opposite = new Map(links.map((l, i) => [`${l.from}\n${l.to}`, i]));
  const taken = new Set<number>();
  const out: Corridor[] = [];
  const chains = chainsOf(links, isArterial, next);
  for (const chain of chains.toSorted((a, b) => northEast(links, b) - northEast(links, a))) {
    // The other direction of a road is its way back, not a corridor of its own.
    if (chain.some((link) => taken.has(link))) continue;
    const into = chain.flatMap((link, place) => (signalAt.has(links[link]!.to) ? [place] : []));
    const groups = groupsOf(links, chain, into).filter((g) => g.length >= LEAST_SIGNALS);
    for (const [part, group] of groups.entries()) {
      const first = group[0]!;
      // With the link behind the last stop line: it says what going straight on is there.
      const way = chain.slice(first, group.at(-1)! + 2);
      const signals = group.map((place) => signalAt.get(links[chain[place]!]!.to)!);
      const back = wayBack(network, way, signals, opposite);
      for (const link of back?.links ?? []) taken.add(link);
      out.push({
        id: `${signals[0]!}~${signals.at(-1)!}`,
        name: nameOfPart(links, chain, groups.length > 1 ? part + 1 : 0),
        signals,
        forth: { links: way, into: group.map((place) => place - first) },
        back,
      });
    }
  }
  return out;
}

/** Signals that belong together: cut where the way between two is long, then at the longest ways until no group is too large. */
function groupsOf(links: readonly Link[], chain: readonly number[], into: readonly number[]): number[][] {
  const gapM = (i: number): number => {
    let sum = 0;
    for (let place = into[i]! + 1; place <= into[i + 1]!; place++)
      sum += pathLengthM(links[chain[place]!]!.path);
    return sum;
  };
  const gaps = into.slice(1).map((_, i) => gapM(i));
  const cut = (from: number, to: number): number[][] => {
    let longest = -1;
    for (let i = from; i < to; i++) if (longest < 0 || gaps[i]! > gaps[longest]!) longest = i;
    const holds = to - from < MOST_SIGNALS && (longest < 0 || gaps[longest]! <= FAR_M);
    if (holds) return [into.slice(from, to + 1)];
    return [...cut(from, longest), ...cut(longest + 1, to)];
  };
  return into.length === 0 ? [] : cut(0, into.length - 1);
}

/** By link: the arterial it goes straight on into, −1: none. */
function straightOn(links: readonly Link[], isArterial: readonly boolean[]): Int32Array {
  const leaving = new Map<string, number[]>();
  for (const [i, link] of links.entries()) {
    if (!isArterial[i]) continue;
    const list = leaving.get(link.from);
    if (list === undefined) leaving.set(link.from, [i]);
    else list.push(i);
  }
  const best = new Int32Array(links.length).fill(-1);
  const cost = new Float64Array(links.length).fill(Infinity);
  const wantedBy = new Int32Array(links.length).fill(-1);
  for (const [i, link] of links.entries()) {
    if (!isArterial[i]) continue;
    for (const j of leaving.get(link.to) ?? []) {
      const c = bendCost(link, links[j]!);
      if (c >= cost[i]!) continue;
      cost[i] = c;
      best[i] = j;
    }
    const j = best[i]!;
    if (j >= 0 && (wantedBy[j]! < 0 || cost[i]! < cost[wantedBy[j]!]!)) wantedBy[j] = i;
  }
  for (let i = 0; i < best.length; i++) if (best[i]! >= 0 && wantedBy[best[i]!] !== i) best[i] = -1;
  return best;
}

/** Degrees that a driver bends; Infinity: it does not go on there. */
function bendCost(a: Link, b: Link): number {
  if (b.to === a.from || a.bannedTurns?.includes(b.id)) return Infinity;
  const [inward, outward] = [bearingDeg(a.path.at(-2)!, a.path.at(-1)!), bearingDeg(b.path[0]!, b.path[1]!)];
  const bend = Math.abs(((outward - inward + 540) % 360) - 180);
  if (bend > MOST_BEND_DEG) return Infinity;
  const [named, then] = [nameOf(a), nameOf(b)];
  if (named === then) return bend;
  // A road with another name is another road; one of the two may just have none.
  return named !== '' && then !== '' ? Infinity : bend + OTHER_NAME_DEG;
}

/** Whole chains, each from its beginning; a ring begins at its first link. */
function chainsOf(links: readonly Link[], isArterial: readonly boolean[], next: Int32Array): number[][] {
  const hasBefore = new Uint8Array(links.length);
  for (const j of next) if (j >= 0) hasBefore[j] = 1;
  const done = new Uint8Array(links.length);
  const out: number[][] = [];
  const follow = (from: number): void => {
    const chain: number[] = [];
    for (let i = from; i >= 0 && done[i] === 0; i = next[i]!) {
      done[i] = 1;
      chain.push(i);
    }
    if (chain.length > 0) out.push(chain);
  };
  for (let i = 0; i < links.length; i++) if (isArterial[i] && hasBefore[i] === 0) follow(i);
  for (let i = 0; i < links.length; i++) if (isArterial[i]) follow(i);
  return out;
}

/** How much a chain runs north or, failing that, east: such a way is called forth. */
function northEast(links: readonly Link[], chain: readonly number[]): number {
  const from = links[chain[0]!]!.path[0]!;
  const to = links[chain.at(-1)!]!.path.at(-1)!;
  const deg = bearingDeg(from, to);
  return deg < 135 || deg >= 315 ? 1 : 0;
}

/** The same junctions the other way round, so far as every piece has its opposite. */
function wayBack(
  { links, signalAt }: CorridorNetwork,
  way: readonly number[],
  signals: readonly string[],
  opposite: ReadonlyMap<string, number>,
): CorridorWay | null {
  const back: number[] = [];
  for (const link of way.toReversed()) {
    const { from, to } = links[link]!;
    const other = opposite.get(`${to}\n${from}`);
    if (other === undefined) break;
    back.push(other);
  }
  const into = signals.map((signal) => back.findIndex((link) => signalAt.get(links[link]!.to) === signal));
  return into.filter((place) => place >= 0).length >= LEAST_SIGNALS ? { links: back, into } : null;
}

/** `part` 0: there is only one. */
function nameOfPart(links: readonly Link[], chain: readonly number[], part: number): LocalText {
  const named = chain.find((link) => nameOf(links[link]!) !== '');
  const { id } = links[chain[0]!]!;
  const { zh, en } = named === undefined ? { zh: id, en: id } : links[named]!.name!;
  return part === 0 ? { zh, en } : { zh: `${zh} ${part}段`, en: `${en}, part ${part}` };
}

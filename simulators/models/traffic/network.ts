/**
 * The road network as the kernel drives it, built once from a city pack: lanes (a link's lanes lie next to each other,
 * lane 0 at the kerb), movements (link → link), and connectors (lane → lane across a junction), which are lanes
 * themselves with numbers from `linkLanes` up. Flat arrays; indices are positions in the pack.
 */
import type { CityPack, RoadClass } from '../../../server/contract/city-pack.ts';
import { connectorConflicts } from './conflicts.ts';
import { Curves, cutLine, lineLengthM, turnCurve } from './curves.ts';
import { assignLanes, turnOf, type TurnIn } from './turns.ts';

export const LANE_WIDTH_M = 3.2;
/** Who goes first where no signal says so. */
const classRank: Record<RoadClass, number> = {
  motorway: 6,
  trunk: 5,
  primary: 4,
  secondary: 3,
  tertiary: 2,
  residential: 1,
  service: 0,
};

export const TURN_STRAIGHT = 0;
export const TURN_RIGHT = 1;
export const TURN_LEFT = 2;
export const TURN_U = 3;
const turnCode = { straight: TURN_STRAIGHT, right: TURN_RIGHT, left: TURN_LEFT, u: TURN_U } as const;

export interface Network {
  readonly pack: CityPack;
  readonly curves: Curves;
  readonly linkCount: number;
  readonly linkIndex: ReadonlyMap<string, number>;
  /** Metres that vehicles drive on, between the stop lines. */
  readonly linkLengthM: Float32Array;
  /** Metres of the pack's path before the first of them. */
  readonly linkTrimM: Float32Array;
  readonly linkLimitMps: Float32Array;
  readonly linkRank: Uint8Array;
  readonly linkTo: Int32Array;
  readonly linkFrom: Int32Array;
  /** First lane of a link; one more than there are links. */
  readonly laneStart: Int32Array;
  readonly linkLanes: number;
  readonly laneCount: number;
  /** A connector belongs to the link it leads to. */
  readonly laneLink: Int32Array;
  readonly laneNumber: Uint8Array;
  readonly laneLengthM: Float32Array;
  readonly laneLimitMps: Float32Array;
  readonly laneCurve: Int32Array;
  readonly laneRightM: Float32Array;
  readonly movementStart: Int32Array;
  readonly movementFrom: Int32Array;
  readonly movementTo: Int32Array;
  readonly movementTurn: Uint8Array;
  /** Bit n: lane n of the approach serves it. */
  readonly movementLanes: Uint16Array;
  /** `[connectorStart[movement] + lane number]` → connector or -1. */
  readonly connectorStart: Int32Array;
  readonly connectorOf: Int32Array;
  /** The three by connector − linkLanes. */
  readonly fromLane: Int32Array;
  readonly toLane: Int32Array;
  readonly connectorMovement: Int32Array;
  /** Connectors that leave a link's lane. */
  readonly leavingStart: Int32Array;
  readonly leaving: Int32Array;
  /** Conflicting connectors, by connector − linkLanes; kinds are FOE bits. */
  readonly foeStart: Int32Array;
  readonly foe: Int32Array;
  readonly foeKind: Uint8Array;
  /** Those of them that end in the same lane. */
  readonly mergeStart: Int32Array;
  readonly merge: Int32Array;
}

export function movementBetween(net: Network, from: number, to: number): number {
  for (let m = net.movementStart[from]!; m < net.movementStart[from + 1]!; m++)
    if (net.movementTo[m] === to) return m;
  return -1;
}

/** The connector by which a movement is taken from a lane of its link, or -1. */
export const connectorFrom = (net: Network, movement: number, lane: number): number =>
  net.connectorOf[net.connectorStart[movement]! + net.laneNumber[lane]!]!;

/** What a source knows of its roads beyond a city pack; the rest is worked out as for any pack. */
export interface NetworkDetail {
  /** `from>to` → pairs of (from lane, to lane), 0 at the kerb. Each lane entered makes a movement of its own. */
  readonly lanePairs?: ReadonlyMap<string, readonly (readonly [number, number])[]>;
  /** By junction, metres from its middle to the stop lines. */
  readonly stopLineM?: ReadonlyMap<string, number>;
  /** Pace through any turn; where left out it follows from the curve. */
  readonly turnMps?: number;
}

export function buildNetwork(pack: CityPack, detail: NetworkDetail = {}): Network {
  const links = pack.links;
  const n = links.length;
  const linkIndex = new Map(links.map((l, i) => [l.id, i]));
  const junctionIndex = new Map(pack.junctions.map((j, i) => [j.id, i]));
  const curves = new Curves(pack.manifest.center);
  const linkFrom = Int32Array.from(links, (l) => junctionIndex.get(l.from) ?? -1);
  const linkTo = Int32Array.from(links, (l) => junctionIndex.get(l.to) ?? -1);
  const lines = links.map((l) => curves.toLine(l.path));
  const lengths = lines.map(lineLengthM);
  const twin = findTwins(linkFrom, linkTo, lines);

  const out: number[][] = pack.junctions.map(() => []);
  const into: number[][] = pack.junctions.map(() => []);
  for (let i = 0; i < n; i++) {
    out[linkFrom[i]!]?.push(i);
    into[linkTo[i]!]?.push(i);
  }

  // Cut links back to where the crossing road's edge is, so that queues end at a stop line.
  const head = (i: number): [number, number] => unit(lines[i]!, 0);
  const tail = (i: number): [number, number] => unit(lines[i]!, lines[i]!.length - 4);
  const halfWidth = (i: number): number => links[i]!.lanes * LANE_WIDTH_M * (twin[i]! >= 0 ? 1 : 0.5);
  const trimAt = (i: number, junction: number, dir: readonly [number, number]): number => {
    const given = detail.stopLineM?.get(pack.junctions[junction]!.id);
    if (given !== undefined) return Math.min(given, lengths[i]! * 0.45);
    let trim = 1;
    for (const other of [...(out[junction] ?? []), ...(into[junction] ?? [])]) {
      if (other === i || other === twin[i]) continue;
      const d = linkFrom[other] === junction ? head(other) : tail(other);
      const cross = Math.abs(d[0] * dir[1] - d[1] * dir[0]);
      if (cross > 0.35) trim = Math.max(trim, Math.min(22, (halfWidth(other) + 2.5) / Math.max(0.6, cross)));
    }
    return Math.min(trim, lengths[i]! * 0.3);
  };
  const linkTrimM = new Float32Array(n);
  const linkLengthM = new Float32Array(n);
  const laneStart = new Int32Array(n + 1);
  const cut = lines.map((line, i) => {
    const t0 = trimAt(i, linkFrom[i]!, head(i));
    const t1 = trimAt(i, linkTo[i]!, tail(i));
    const piece = cutLine(line, t0, lengths[i]! - t1);
    linkTrimM[i] = t0;
    linkLengthM[i] = Math.max(1, lineLengthM(piece));
    laneStart[i + 1] = laneStart[i]! + links[i]!.lanes;
    curves.add(piece);
    return piece;
  });
  const linkLanes = laneStart[n]!;

  const laneLink: number[] = [];
  const laneNumber: number[] = [];
  const laneLength: number[] = [];
  const laneLimit: number[] = [];
  const laneCurve: number[] = [];
  const laneRight: number[] = [];
  links.forEach((l, i) => {
    for (let k = 0; k < l.lanes; k++) {
      laneLink.push(i);
      laneNumber.push(k);
      laneLength.push(linkLengthM[i]!);
      laneLimit.push(l.speedLimitKph / 3.6);
      laneCurve.push(i);
      laneRight.push((l.lanes - 0.5 - k - (twin[i]! >= 0 ? 0 : l.lanes / 2)) * LANE_WIDTH_M);
    }
  });

  const movementStart = new Int32Array(n + 1);
  const movementFrom: number[] = [];
  const movementTo: number[] = [];
  const movementTurn: number[] = [];
  const movementLanes: number[] = [];
  const connectorStart: number[] = [0];
  const connectorOf: number[] = [];
  const fromLane: number[] = [];
  const toLane: number[] = [];
  const connectorMovement: number[] = [];
  const shapes: number[][] = [];
  const addMovement = (
    i: number,
    o: number,
    turn: TurnIn,
    pairs: readonly (readonly [number, number])[],
  ): void => {
    const movement = movementTo.length;
    movementFrom.push(i);
    movementTo.push(o);
    movementTurn.push(turnCode[turnOf(turn)]);
    let mask = 0;
    const start = connectorOf.length;
    for (let k = 0; k < links[i]!.lanes; k++) connectorOf.push(-1);
    connectorStart.push(connectorOf.length);
    for (const [a, b] of pairs) {
      if (mask & (1 << a)) continue;
      mask |= 1 << a;
      const lane = laneStart[i]! + a;
      const target = laneStart[o]! + b;
      const shape = connect(cut[i]!, laneRight[lane]!, cut[o]!, laneRight[target]!);
      const length = Math.max(1, lineLengthM(shape));
      connectorOf[start + a] = laneLink.length;
      fromLane.push(lane);
      toLane.push(target);
      connectorMovement.push(movement);
      laneLink.push(o);
      laneNumber.push(b);
      laneLength.push(length);
      const limit = Math.min(laneLimit[lane]!, laneLimit[target]!);
      laneLimit.push(connectorLimit(turn.angle, length, limit, detail.turnMps));
      laneCurve.push(curves.add(shape));
      laneRight.push(0);
      shapes.push(shape);
    }
    movementLanes.push(mask);
  };
  const listed = new Set<string>();
  for (const s of pack.signals)
    for (const p of s.phases) for (const m of p.movements) listed.add(`${m.from}>${m.to}`);
  for (let i = 0; i < n; i++) {
    movementStart[i] = movementTo.length;
    const from = links[i]!;
    const candidates = (out[linkTo[i]!] ?? []).filter((o) => !from.bannedTurns?.includes(links[o]!.id));
    const forward = candidates.filter((o) => linkTo[o] !== linkFrom[i] || o !== twin[i]);
    const back = candidates.filter((o) => !forward.includes(o));
    const exits = [
      ...forward,
      ...back.filter((o) => forward.length === 0 || listed.has(`${from.id}>${links[o]!.id}`)),
    ];
    const dir = tail(i);
    const turns = exits.map((o) => {
      const d = head(o);
      const uTurn = back.includes(o);
      const angle = Math.atan2(dir[0] * d[1] - dir[1] * d[0], dir[0] * d[0] + dir[1] * d[1]);
      return { angle: uTurn ? Math.PI : angle, toLanes: links[o]!.lanes, uTurn };
    });
    const assigned = assignLanes(from.lanes, turns);
    exits.forEach((o, e) => {
      const given = detail.lanePairs?.get(`${from.id}>${links[o]!.id}`);
      const groups = given === undefined ? [assigned[e]!] : [...Map.groupBy(given, ([, b]) => b).values()];
      for (const pairs of groups) addMovement(i, o, turns[e]!, pairs);
    });
  }
  movementStart[n] = movementTo.length;

  const leavingStart = new Int32Array(linkLanes + 1);
  for (const lane of fromLane) leavingStart[lane + 1]!++;
  for (let l = 0; l < linkLanes; l++) leavingStart[l + 1]! += leavingStart[l]!;
  const leaving = new Int32Array(fromLane.length);
  const fill = leavingStart.slice();
  fromLane.forEach((lane, c) => (leaving[fill[lane]!++] = linkLanes + c));
  const linkRank = Uint8Array.from(links, (l) => classRank[l.class]);
  const foes = connectorConflicts({
    junctions: pack.junctions.length,
    junctionOf: (c) => linkTo[laneLink[fromLane[c]!]!]!,
    fromLane,
    toLane,
    fromLink: (c) => laneLink[fromLane[c]!]!,
    rank: (c) => linkRank[laneLink[fromLane[c]!]!]!,
    turn: (c) => movementTurn[connectorMovement[c]!]!,
    roundabout: (c) => {
      const link = laneLink[fromLane[c]!]!;
      return pack.junctions[linkTo[link]!]?.kind === 'roundabout';
    },
    circulating: (c) => {
      const link = laneLink[fromLane[c]!]!;
      return pack.junctions[linkFrom[link]!]?.kind === 'roundabout';
    },
    shapes,
    linkLanes,
  });
  curves.seal();
  return {
    pack,
    curves,
    linkCount: n,
    linkIndex,
    linkLengthM,
    linkTrimM,
    linkLimitMps: Float32Array.from(links, (l) => l.speedLimitKph / 3.6),
    linkRank,
    linkTo,
    linkFrom,
    laneStart,
    linkLanes,
    laneCount: laneLink.length,
    laneLink: Int32Array.from(laneLink),
    laneNumber: Uint8Array.from(laneNumber),
    laneLengthM: Float32Array.from(laneLength),
    laneLimitMps: Float32Array.from(laneLimit),
    laneCurve: Int32Array.from(laneCurve),
    laneRightM: Float32Array.from(laneRight),
    movementStart,
    movementFrom: Int32Array.from(movementFrom),
    movementTo: Int32Array.from(movementTo),
    movementTurn: Uint8Array.from(movementTurn),
    movementLanes: Uint16Array.from(movementLanes),
    connectorStart: Int32Array.from(connectorStart),
    connectorOf: Int32Array.from(connectorOf),
    fromLane: Int32Array.from(fromLane),
    toLane: Int32Array.from(toLane),
    connectorMovement: Int32Array.from(connectorMovement),
    leavingStart,
    leaving,
    ...foes,
  };
}

/** Lateral acceleration in a turn is kept at 2 m/s²: v = √(a·r), r from the turned angle and the curve's length. */
function connectorLimit(angle: number, lengthM: number, limitMps: number, turnMps?: number): number {
  const turned = Math.abs(angle);
  if (turned < 0.3) return limitMps;
  if (turnMps !== undefined) return Math.min(limitMps, turnMps);
  return Math.min(limitMps, Math.max(3.5, Math.sqrt((2 * lengthM) / turned)));
}

/** The other direction of the same carriageway, -1 for a one-way road or one drawn apart. */
function findTwins(from: Int32Array, to: Int32Array, lines: readonly (readonly number[])[]): Int32Array {
  const twin = new Int32Array(from.length).fill(-1);
  const byEnds = new Map<string, number[]>();
  for (let i = 0; i < from.length; i++) {
    const key = `${from[i]},${to[i]}`;
    const list = byEnds.get(key);
    if (list === undefined) byEnds.set(key, [i]);
    else list.push(i);
  }
  for (let i = 0; i < from.length; i++) {
    const middle = midpoint(lines[i]!);
    for (const j of byEnds.get(`${to[i]},${from[i]}`) ?? []) {
      const m = midpoint(lines[j]!);
      if (j !== i && Math.hypot(m[0] - middle[0], m[1] - middle[1]) < 3) twin[i] = j;
    }
  }
  return twin;
}

function midpoint(line: readonly number[]): [number, number] {
  const half = lineLengthM(line) / 2;
  const piece = cutLine(line, 0, half);
  return [piece[piece.length - 2]!, piece[piece.length - 1]!];
}

function unit(line: readonly number[], at: number): [number, number] {
  const dx = line[at + 2]! - line[at]!;
  const dy = line[at + 3]! - line[at + 1]!;
  const len = Math.hypot(dx, dy) || 1;
  return [dx / len, dy / len];
}

function connect(a: readonly number[], aRight: number, b: readonly number[], bRight: number): number[] {
  const u = unit(a, a.length - 4);
  const v = unit(b, 0);
  const ax = a[a.length - 2]! + u[1] * aRight;
  const ay = a[a.length - 1]! - u[0] * aRight;
  const bx = b[0]! + v[1] * bRight;
  const by = b[1]! - v[0] * bRight;
  return turnCurve(ax, ay, u[0], u[1], bx, by, v[0], v[1]);
}

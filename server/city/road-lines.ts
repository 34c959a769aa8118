/**
 * Roads as they are drawn: the two directions of a road become one line, and pieces that continue each other become
 * one long line, so that joints, dashes and names along the road come out right.
 */
import type { Link, RoadClass } from '../contract/city-pack.ts';
import type { LonLat } from '../contract/geo.ts';
import type { LocalText } from '../contract/text.ts';

export interface RoadLine {
  readonly path: readonly LonLat[];
  readonly class: RoadClass;
  readonly bridge: boolean;
  readonly tunnel: boolean;
  readonly oneway: boolean;
  /** Of both directions together. */
  readonly lanes: number;
  readonly name?: LocalText;
}

interface Piece extends RoadLine {
  readonly from: string;
  readonly to: string;
}

/** Opposite links whose points lie this near to each other are one carriageway, not two: 3 m, in degrees of latitude. */
const SAME_CARRIAGEWAY_DEG = 3 / 111_195;

export function roadLines(links: readonly Link[]): RoadLine[] {
  return chain(mergeDirections(links), (p) =>
    [p.class, p.bridge, p.tunnel, p.oneway, p.lanes, p.name?.zh, p.name?.en].join('\u0000'),
  );
}

/** Longer lines for names: only name and class must agree. */
export function labelLines(links: readonly Link[]): RoadLine[] {
  const named = mergeDirections(links).filter((p) => p.name !== undefined);
  return chain(named, (p) => [p.class, p.name!.zh, p.name!.en].join('\u0000'));
}

function mergeDirections(links: readonly Link[]): Piece[] {
  const waiting = new Map<string, Link[]>();
  const pieces: Piece[] = [];
  const pieceOf = new Map<Link, number>();
  for (const link of links) {
    const back = waiting.get(`${link.to}\u0000${link.from}`);
    const at = back?.findIndex((other) => sameCarriageway(link, other)) ?? -1;
    if (back !== undefined && at >= 0) {
      const i = pieceOf.get(back[at]!)!;
      pieces[i] = { ...pieces[i]!, oneway: false, lanes: pieces[i]!.lanes + link.lanes };
      back.splice(at, 1);
      continue;
    }
    const { path, class: roadClass, bridge, tunnel, lanes, name, from, to } = link;
    pieceOf.set(link, pieces.length);
    pieces.push({ path, class: roadClass, bridge, tunnel, lanes, name, oneway: true, from, to });
    const key = `${from}\u0000${to}`;
    const list = waiting.get(key);
    if (list === undefined) waiting.set(key, [link]);
    else list.push(link);
  }
  return pieces;
}

function sameCarriageway(a: Link, b: Link): boolean {
  if (a.class !== b.class || a.bridge !== b.bridge || a.tunnel !== b.tunnel) return false;
  if (a.path.length !== b.path.length) return false;
  return a.path.every((p, i) => {
    const q = b.path[b.path.length - 1 - i]!;
    return Math.abs(p[0] - q[0]) < SAME_CARRIAGEWAY_DEG && Math.abs(p[1] - q[1]) < SAME_CARRIAGEWAY_DEG;
  });
}

/** Joins pieces with equal keys end to end where exactly two of them meet. */
function chain(pieces: readonly Piece[], keyOf: (p: Piece) => string): RoadLine[] {
  const ends = new Map<string, number[]>();
  const keys = pieces.map(keyOf);
  for (const [i, piece] of pieces.entries()) {
    for (const end of [piece.from, piece.to]) {
      const at = `${end}\u0000${keys[i]}`;
      const list = ends.get(at);
      if (list === undefined) ends.set(at, [i]);
      else list.push(i);
    }
  }
  const used = new Uint8Array(pieces.length);
  const lines: RoadLine[] = [];
  const nextAt = (end: string, key: string): number => {
    const here = ends.get(`${end}\u0000${key}`)!;
    return here.length === 2 ? (here.find((k) => !used[k]) ?? -1) : -1;
  };
  for (const [i, piece] of pieces.entries()) {
    if (used[i]) continue;
    used[i] = 1;
    const key = keys[i]!;
    const after: LonLat[] = [...piece.path];
    let end = piece.to;
    for (let k = nextAt(end, key); k >= 0; k = nextAt(end, key)) {
      const next = pieces[k]!;
      const forward = next.from === end;
      // A one-way road must not be turned round: its arrows follow the line.
      if (piece.oneway && !forward) break;
      used[k] = 1;
      for (const p of (forward ? next.path : next.path.toReversed()).slice(1)) after.push(p);
      end = forward ? next.to : next.from;
    }
    const before: LonLat[] = [];
    let start = piece.from;
    for (let k = nextAt(start, key); k >= 0; k = nextAt(start, key)) {
      const next = pieces[k]!;
      const forward = next.to === start;
      if (piece.oneway && !forward) break;
      used[k] = 1;
      for (const p of (forward ? next.path.toReversed() : next.path).slice(1)) before.push(p);
      start = forward ? next.from : next.to;
    }
    lines.push({ ...piece, path: [...before.toReversed(), ...after] });
  }
  return lines;
}

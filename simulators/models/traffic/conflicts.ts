/**
 * Which connectors of a junction cannot be driven at the same time, and who gives way: class of road first, then the
 * roundabout rule, then straight before turning, then the right-hand rule.
 */
/** Paths cross: never both occupied. */
export const FOE_CROSS = 1;
/** Paths end in the same lane: one follows the other. */
export const FOE_MERGE = 2;
/** The foe goes first where no signal says otherwise. */
export const FOE_FIRST = 4;
/** The foe goes first where both have green (it goes straight or right, this one turns left). */
export const FOE_OPPOSING = 8;

interface Input {
  readonly junctions: number;
  readonly junctionOf: (c: number) => number;
  readonly fromLane: readonly number[];
  readonly toLane: readonly number[];
  readonly fromLink: (c: number) => number;
  readonly rank: (c: number) => number;
  /** 0 straight, 1 right, 2 left, 3 U-turn. */
  readonly turn: (c: number) => number;
  readonly roundabout: (c: number) => boolean;
  readonly circulating: (c: number) => boolean;
  readonly shapes: readonly (readonly number[])[];
  readonly linkLanes: number;
}

export function connectorConflicts(net: Input): {
  foeStart: Int32Array;
  foe: Int32Array;
  foeKind: Uint8Array;
  mergeStart: Int32Array;
  merge: Int32Array;
} {
  const n = net.shapes.length;
  const at: number[][] = Array.from({ length: net.junctions }, () => []);
  for (let c = 0; c < n; c++) at[net.junctionOf(c)]?.push(c);
  const box = net.shapes.map(bounds);
  const foeStart = new Int32Array(n + 1);
  const foe: number[] = [];
  const kind: number[] = [];
  const mergeStart = new Int32Array(n + 1);
  const merge: number[] = [];
  for (let c = 0; c < n; c++) {
    foeStart[c] = foe.length;
    mergeStart[c] = merge.length;
    for (const f of at[net.junctionOf(c)] ?? []) {
      if (f === c || net.fromLane[f] === net.fromLane[c]) continue;
      let k = 0;
      if (net.toLane[f] === net.toLane[c]) k = FOE_MERGE;
      else if (apart(box[c]!, box[f]!) || !cross(net.shapes[c]!, net.shapes[f]!)) continue;
      else k = FOE_CROSS;
      if (net.fromLink(c) !== net.fromLink(f)) {
        if (goesFirst(net, f, c)) k |= FOE_FIRST;
        if (net.turn(c) >= 2 && net.turn(f) < 2) k |= FOE_OPPOSING;
      }
      foe.push(net.linkLanes + f);
      if (k & FOE_MERGE) merge.push(net.linkLanes + f);
      kind.push(k);
    }
  }
  foeStart[n] = foe.length;
  mergeStart[n] = merge.length;
  return {
    foeStart,
    foe: Int32Array.from(foe),
    foeKind: Uint8Array.from(kind),
    mergeStart,
    merge: Int32Array.from(merge),
  };
}

/** Whether connector f has priority over c, at a junction without signal. */
function goesFirst(net: Input, f: number, c: number): boolean {
  if (net.roundabout(c) && net.circulating(f) !== net.circulating(c)) return net.circulating(f);
  if (net.rank(f) !== net.rank(c)) return net.rank(f) > net.rank(c);
  const tf = net.turn(f);
  const tc = net.turn(c);
  const facing = approachAngle(net.shapes[c]!, net.shapes[f]!);
  // Opposite approaches: the one that turns across waits. Else: who comes from the right goes first.
  if (Math.abs(facing) > 2.4) return tc >= 2 && tf < 2;
  return facing > 0;
}

/** Heading of f's approach relative to c's, radians; positive: f comes from the right of c. */
function approachAngle(c: readonly number[], f: readonly number[]): number {
  const ux = c[2]! - c[0]!;
  const uy = c[3]! - c[1]!;
  const vx = f[2]! - f[0]!;
  const vy = f[3]! - f[1]!;
  return Math.atan2(ux * vy - uy * vx, ux * vx + uy * vy);
}

function bounds(s: readonly number[]): [number, number, number, number] {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < s.length; i += 2) {
    x0 = Math.min(x0, s[i]!);
    x1 = Math.max(x1, s[i]!);
    y0 = Math.min(y0, s[i + 1]!);
    y1 = Math.max(y1, s[i + 1]!);
  }
  return [x0, y0, x1, y1];
}

const apart = (a: readonly number[], b: readonly number[]): boolean =>
  a[0]! > b[2]! || b[0]! > a[2]! || a[1]! > b[3]! || b[1]! > a[3]!;

function cross(a: readonly number[], b: readonly number[]): boolean {
  for (let i = 2; i < a.length; i += 2)
    for (let j = 2; j < b.length; j += 2)
      if (segmentsCross(a[i - 2]!, a[i - 1]!, a[i]!, a[i + 1]!, b[j - 2]!, b[j - 1]!, b[j]!, b[j + 1]!))
        return true;
  return false;
}

function segmentsCross(
  ax: number,
  ay: number,
  bx: number,
  by: number,
  cx: number,
  cy: number,
  dx: number,
  dy: number,
): boolean {
  const side = (px: number, py: number, qx: number, qy: number, rx: number, ry: number): number =>
    (qx - px) * (ry - py) - (qy - py) * (rx - px);
  return (
    side(ax, ay, bx, by, cx, cy) * side(ax, ay, bx, by, dx, dy) < 0 &&
    side(cx, cy, dx, dy, ax, ay) * side(cx, cy, dx, dy, bx, by) < 0
  );
}

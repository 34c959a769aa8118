/** Geometry in the local plane of the demo city: metres, x east, y north. Pure functions. */
export type P = readonly [x: number, y: number];

export const dist = (a: P, b: P): number => Math.hypot(b[0] - a[0], b[1] - a[1]);
export const lerp = (a: P, b: P, t: number): P => [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];
export const add = (a: P, b: P, k = 1): P => [a[0] + b[0] * k, a[1] + b[1] * k];
export const unit = (a: P, b: P): P => {
  const d = dist(a, b) || 1;
  return [(b[0] - a[0]) / d, (b[1] - a[1]) / d];
};
/** To the right of a direction. */
export const right = (d: P): P => [d[1], -d[0]];
export const dot = (a: P, b: P): number => a[0] * b[0] + a[1] * b[1];
export const cross = (a: P, b: P): number => a[0] * b[1] - a[1] * b[0];

export function lengthOf(pts: readonly P[]): number {
  let sum = 0;
  for (let i = 1; i < pts.length; i++) sum += dist(pts[i - 1]!, pts[i]!);
  return sum;
}

/** A smooth curve through the points (centripetal Catmull–Rom), sampled about every `step` metres. */
export function spline(points: readonly P[], step: number, closed = false): P[] {
  const n = points.length;
  const at = (i: number): P => {
    if (closed) return points[((i % n) + n) % n]!;
    if (i < 0) return add(points[0]!, [points[0]![0] - points[1]![0], points[0]![1] - points[1]![1]]);
    if (i >= n) return add(points[n - 1]!, unit(points[n - 2]!, points[n - 1]!), 100);
    return points[i]!;
  };
  const out: P[] = [];
  const spans = closed ? n : n - 1;
  for (let i = 0; i < spans; i++) {
    const [p0, p1, p2, p3] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    const t1 = Math.sqrt(dist(p0, p1)) || 1;
    const t2 = t1 + (Math.sqrt(dist(p1, p2)) || 1);
    const t3 = t2 + (Math.sqrt(dist(p2, p3)) || 1);
    const pieces = Math.max(1, Math.round(dist(p1, p2) / step));
    for (let k = 0; k < pieces; k++) {
      const t = t1 + ((t2 - t1) * k) / pieces;
      const a1 = lerp(p0, p1, t / t1);
      const a2 = lerp(p1, p2, (t - t1) / (t2 - t1));
      const a3 = lerp(p2, p3, (t - t2) / (t3 - t2));
      const b1 = lerp(a1, a2, t / t2);
      const b2 = lerp(a2, a3, (t - t1) / (t3 - t1));
      out.push(lerp(b1, b2, (t - t1) / (t2 - t1)));
    }
  }
  out.push(closed ? out[0]! : points[n - 1]!);
  return out;
}

/** Running length at each point. */
export function chainage(pts: readonly P[]): number[] {
  const s = [0];
  for (let i = 1; i < pts.length; i++) s.push(s[i - 1]! + dist(pts[i - 1]!, pts[i]!));
  return s;
}

/** Point and direction at `s` metres along a path. */
export function along(pts: readonly P[], chain: readonly number[], s: number): { p: P; dir: P } {
  let lo = 0;
  let hi = pts.length - 2;
  while (lo < hi) {
    const mid = (lo + hi + 1) >> 1;
    if (chain[mid]! <= s) lo = mid;
    else hi = mid - 1;
  }
  const a = pts[lo]!;
  const b = pts[lo + 1]!;
  const t = Math.max(0, Math.min(1, (s - chain[lo]!) / (chain[lo + 1]! - chain[lo]! || 1)));
  return { p: lerp(a, b, t), dir: unit(a, b) };
}

export const pointAt = (pts: readonly P[], fraction: number): { p: P; dir: P } => {
  const chain = chainage(pts);
  return along(pts, chain, fraction * chain.at(-1)!);
};

/** The part of a path between two distances. */
export function slice(pts: readonly P[], chain: readonly number[], from: number, to: number): P[] {
  const out: P[] = [along(pts, chain, from).p];
  for (let i = 0; i < pts.length; i++) {
    if (chain[i]! > from + 0.5 && chain[i]! < to - 0.5) out.push(pts[i]!);
  }
  out.push(along(pts, chain, to).p);
  return out;
}

/** The path moved sideways, to the right for positive distances. */
export function offset(pts: readonly P[], by: number | ((i: number) => number), closed = false): P[] {
  const n = pts.length;
  return pts.map((p, i) => {
    const before = i > 0 ? pts[i - 1]! : closed ? pts[n - 2]! : p;
    const after = i < n - 1 ? pts[i + 1]! : closed ? pts[1]! : p;
    return add(p, right(unit(before, after)), typeof by === 'number' ? by : by(i));
  });
}

/** Where segments ab and cd cross: fractions along both, or null. */
export function crossing(a: P, b: P, c: P, d: P): { t: number; u: number } | null {
  const rx = b[0] - a[0];
  const ry = b[1] - a[1];
  const sx = d[0] - c[0];
  const sy = d[1] - c[1];
  const det = rx * sy - ry * sx;
  if (Math.abs(det) < 1e-9) return null;
  const qx = c[0] - a[0];
  const qy = c[1] - a[1];
  const t = (qx * sy - qy * sx) / det;
  const u = (qx * ry - qy * rx) / det;
  return t >= 0 && t <= 1 && u >= 0 && u <= 1 ? { t, u } : null;
}

export function segmentDistance(p: P, a: P, b: P): number {
  const dx = b[0] - a[0];
  const dy = b[1] - a[1];
  const len2 = dx * dx + dy * dy || 1;
  const t = Math.max(0, Math.min(1, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / len2));
  return Math.hypot(p[0] - a[0] - dx * t, p[1] - a[1] - dy * t);
}

/** Even–odd rule. */
export function inRing(p: P, ring: readonly P[]): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const a = ring[i]!;
    const b = ring[j]!;
    if (a[1] > p[1] !== b[1] > p[1] && p[0] < ((b[0] - a[0]) * (p[1] - a[1])) / (b[1] - a[1]) + a[0]) {
      inside = !inside;
    }
  }
  return inside;
}

/** Signed area, positive counter-clockwise. */
export function areaOf(ring: readonly P[]): number {
  let sum = 0;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) sum += cross(ring[j]!, ring[i]!);
  return sum / 2;
}

export function centroid(ring: readonly P[]): P {
  let x = 0;
  let y = 0;
  let area = 0;
  const o = ring[0]!;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const a: P = [ring[j]![0] - o[0], ring[j]![1] - o[1]];
    const b: P = [ring[i]![0] - o[0], ring[i]![1] - o[1]];
    const c = cross(a, b);
    area += c;
    x += (a[0] + b[0]) * c;
    y += (a[1] + b[1]) * c;
  }
  return Math.abs(area) < 1e-6 ? o : [o[0] + x / (3 * area), o[1] + y / (3 * area)];
}

/** Fewer points, none of the dropped ones farther than `tolerance` from the result (Douglas–Peucker). */
export function simplify(pts: readonly P[], tolerance: number): P[] {
  if (pts.length < 3) return [...pts];
  const keep = new Uint8Array(pts.length);
  keep[0] = keep[pts.length - 1] = 1;
  const stack: [number, number][] = [[0, pts.length - 1]];
  for (let span = stack.pop(); span !== undefined; span = stack.pop()) {
    const [i, j] = span;
    let worst = tolerance;
    let at = -1;
    for (let k = i + 1; k < j; k++) {
      const d = segmentDistance(pts[k]!, pts[i]!, pts[j]!);
      if (d > worst) {
        worst = d;
        at = k;
      }
    }
    if (at >= 0) {
      keep[at] = 1;
      stack.push([i, at], [at, j]);
    }
  }
  return pts.filter((_, i) => keep[i] === 1);
}

export function bezier(a: P, b: P, c: P, d: P, pieces: number): P[] {
  const out: P[] = [];
  for (let i = 0; i <= pieces; i++) {
    const t = i / pieces;
    const k = 1 - t;
    const w = [k * k * k, 3 * k * k * t, 3 * k * t * t, t * t * t] as const;
    out.push([
      a[0] * w[0] + b[0] * w[1] + c[0] * w[2] + d[0] * w[3],
      a[1] * w[0] + b[1] * w[1] + c[1] * w[2] + d[1] * w[3],
    ]);
  }
  return out;
}

/** Smooth noise in about [-1, 1]: values on a lattice of `size` metres, hashed from the seed. */
export function smoothNoise(seed: number, size: number): (x: number, y: number) => number {
  const value = (ix: number, iy: number): number => {
    let h = (Math.imul(ix, 374_761_393) + Math.imul(iy, 668_265_263) + Math.imul(seed, 1_274_126_177)) | 0;
    h = Math.imul(h ^ (h >>> 13), 1_274_126_177);
    return ((h ^ (h >>> 16)) >>> 0) / 2_147_483_648 - 1;
  };
  const ease = (t: number): number => t * t * (3 - 2 * t);
  return (x, y) => {
    const gx = x / size;
    const gy = y / size;
    const ix = Math.floor(gx);
    const iy = Math.floor(gy);
    const fx = ease(gx - ix);
    const fy = ease(gy - iy);
    const low = value(ix, iy) * (1 - fx) + value(ix + 1, iy) * fx;
    const high = value(ix, iy + 1) * (1 - fx) + value(ix + 1, iy + 1) * fx;
    return low * (1 - fy) + high * fy;
  };
}

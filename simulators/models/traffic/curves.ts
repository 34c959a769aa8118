/**
 * Lines that vehicles follow, in metres east and north of the city's centre: one curve a link (cut back where its
 * junctions begin) and one a connector across a junction. All in flat arrays; a place is (curve, metres along, metres to the right).
 */
import { metresPerDegree, type LonLat } from '../../../server/contract/geo.ts';

export type Line = readonly number[]; // x, y, x, y…

export const lineLengthM = (line: Line): number => {
  let sum = 0;
  for (let i = 2; i < line.length; i += 2)
    sum += Math.hypot(line[i]! - line[i - 2]!, line[i + 1]! - line[i - 1]!);
  return sum;
};

/** The part of a line between two distances along it. */
export function cutLine(line: Line, fromM: number, toM: number): number[] {
  const out: number[] = [];
  let at = 0;
  for (let i = 2; i < line.length; i += 2) {
    const x0 = line[i - 2]!;
    const y0 = line[i - 1]!;
    const dx = line[i]! - x0;
    const dy = line[i + 1]! - y0;
    const len = Math.hypot(dx, dy);
    if (len === 0) continue;
    if (out.length === 0 && fromM <= at + len) {
      const t = Math.max(0, (fromM - at) / len);
      out.push(x0 + t * dx, y0 + t * dy);
    }
    if (out.length > 0) {
      if (toM <= at + len) {
        const t = (toM - at) / len;
        out.push(x0 + t * dx, y0 + t * dy);
        return out;
      }
      out.push(x0 + dx, y0 + dy);
    }
    at += len;
  }
  if (out.length < 4) out.push(line[line.length - 2]!, line[line.length - 1]!);
  return out;
}

/** A cubic Bézier from a to b that leaves along (ux, uy) and arrives along (vx, vy). */
export function turnCurve(
  ax: number,
  ay: number,
  ux: number,
  uy: number,
  bx: number,
  by: number,
  vx: number,
  vy: number,
): number[] {
  const reach = Math.hypot(bx - ax, by - ay) * 0.4;
  const c1x = ax + ux * reach;
  const c1y = ay + uy * reach;
  const c2x = bx - vx * reach;
  const c2y = by - vy * reach;
  const straight = ux * vx + uy * vy > 0.995;
  const n = straight ? 2 : 8;
  const out: number[] = [];
  for (let i = 0; i <= n; i++) {
    const t = i / n;
    const s = 1 - t;
    const b0 = s * s * s;
    const b1 = 3 * s * s * t;
    const b2 = 3 * s * t * t;
    const b3 = t * t * t;
    out.push(b0 * ax + b1 * c1x + b2 * c2x + b3 * bx, b0 * ay + b1 * c1y + b2 * c2y + b3 * by);
  }
  return out;
}

/** Where the last `locate` found: written in place, so that asking 20,000 times a tick allocates nothing. */
export interface Place {
  lon: number;
  lat: number;
  headingDeg: number;
}

export class Curves {
  readonly lonOfMetre: number;
  readonly latOfMetre: number;
  readonly centerLon: number;
  readonly centerLat: number;
  private start = new Int32Array(1);
  private x = new Float32Array(0);
  private y = new Float32Array(0);
  /** Right-hand normals at the vertices, lengthened in bends so that parallels stay parallel. */
  private nx = new Float32Array(0);
  private ny = new Float32Array(0);
  private along = new Float32Array(0);
  private readonly lines: Line[] = [];

  constructor(center: LonLat) {
    const m = metresPerDegree(center[1]);
    this.centerLon = center[0];
    this.centerLat = center[1];
    this.lonOfMetre = 1 / m.lon;
    this.latOfMetre = 1 / m.lat;
  }

  toLine(path: readonly LonLat[]): number[] {
    const out: number[] = [];
    for (const p of path)
      out.push((p[0] - this.centerLon) / this.lonOfMetre, (p[1] - this.centerLat) / this.latOfMetre);
    return out;
  }

  add(line: Line): number {
    this.lines.push(line);
    return this.lines.length - 1;
  }

  /** Packs what was added; call once, after the last `add`. */
  seal(): void {
    let points = 0;
    for (const line of this.lines) points += line.length / 2;
    this.start = new Int32Array(this.lines.length + 1);
    this.x = new Float32Array(points);
    this.y = new Float32Array(points);
    this.nx = new Float32Array(points);
    this.ny = new Float32Array(points);
    this.along = new Float32Array(points);
    let at = 0;
    this.lines.forEach((line, c) => {
      this.start[c] = at;
      const n = line.length / 2;
      let along = 0;
      for (let i = 0; i < n; i++) {
        const x = line[2 * i]!;
        const y = line[2 * i + 1]!;
        if (i > 0) along += Math.hypot(x - line[2 * i - 2]!, y - line[2 * i - 1]!);
        const before = direction(line, Math.max(1, i));
        const after = direction(line, Math.min(n - 1, i + 1));
        let tx = before[0] + after[0];
        let ty = before[1] + after[1];
        const norm = Math.hypot(tx, ty);
        if (norm < 0.2) [tx, ty] = after;
        else {
          tx /= norm;
          ty /= norm;
        }
        const miter = Math.min(2, 1 / Math.max(0.4, tx * after[0] + ty * after[1]));
        this.x[at] = x;
        this.y[at] = y;
        this.nx[at] = ty * miter;
        this.ny[at] = -tx * miter;
        this.along[at] = along;
        at++;
      }
    });
    this.start[this.lines.length] = at;
    this.lines.length = 0;
  }

  /** The place `s` metres along a curve and `right` metres to its right. */
  locate(curve: number, s: number, right: number, into: Place): void {
    const along = this.along;
    let lo = this.start[curve]!;
    let hi = this.start[curve + 1]! - 1;
    while (hi - lo > 1) {
      const mid = (lo + hi) >> 1;
      if (along[mid]! <= s) lo = mid;
      else hi = mid;
    }
    const len = along[hi]! - along[lo]!;
    const t = len > 0 ? Math.min(1, Math.max(0, (s - along[lo]!) / len)) : 0;
    const x0 = this.x[lo]! + this.nx[lo]! * right;
    const y0 = this.y[lo]! + this.ny[lo]! * right;
    const x1 = this.x[hi]! + this.nx[hi]! * right;
    const y1 = this.y[hi]! + this.ny[hi]! * right;
    into.lon = this.centerLon + (x0 + (x1 - x0) * t) * this.lonOfMetre;
    into.lat = this.centerLat + (y0 + (y1 - y0) * t) * this.latOfMetre;
    const heading = Math.atan2(this.x[hi]! - this.x[lo]!, this.y[hi]! - this.y[lo]!) * (180 / Math.PI);
    into.headingDeg = heading < 0 ? heading + 360 : heading;
  }
}

/** Unit vector of the segment that ends at vertex `i`. */
function direction(line: Line, i: number): [number, number] {
  const dx = line[2 * i]! - line[2 * i - 2]!;
  const dy = line[2 * i + 1]! - line[2 * i - 1]!;
  const len = Math.hypot(dx, dy) || 1;
  return [dx / len, dy / len];
}

/**
 * The segments of all links as one instance buffer: both ends with the mitre of the bend, so that a road drawn to one
 * side of its line keeps an even width round corners. Made once a city; colours come by link index.
 */
import { roadClasses } from '../../../server/contract/city-pack.ts';
import type { Network } from '../network.ts';

/** f32 ×4 ends · s16 ×4 mitres ÷ MITRE_MAX · f32 link · u8 ×4 class, two-way, structure, lanes. */
export const SEGMENT_STRIDE = 32;
export const MITRE_MAX = 3;

export interface Segments {
  readonly count: number;
  readonly bytes: Uint8Array;
}

/** Draw order: small roads below great ones, tunnels at the bottom and bridges on top. */
function orderOf(network: Network): number[] {
  const rank = (i: number): number =>
    (network.structure[i] === 2 ? 0 : network.structure[i] === 1 ? 20 : 10) +
    (roadClasses.length - network.roadClass[i]!);
  return Array.from({ length: network.linkCount }, (_, i) => i).sort((a, b) => rank(a) - rank(b) || a - b);
}

/** Unit normal to the right of travel (y to the south), of segment i. */
function normal(points: Float64Array, i: number): [number, number] {
  const dx = points[i * 2 + 2]! - points[i * 2]!;
  const dy = points[i * 2 + 3]! - points[i * 2 + 1]!;
  const l = Math.hypot(dx, dy) || 1;
  return [-dy / l, dx / l];
}

/** The vector that, times an offset, keeps both neighbours at that offset; its length is bounded at sharp bends. */
export function mitre(a: readonly [number, number], b: readonly [number, number]): [number, number] {
  const x = a[0] + b[0];
  const y = a[1] + b[1];
  const dot = x * a[0] + y * a[1];
  if (dot < 1e-6) return [a[0], a[1]];
  const length = Math.hypot(x, y) / dot;
  const bounded = Math.min(length, MITRE_MAX * 0.99) / Math.hypot(x, y);
  return [x * bounded, y * bounded];
}

export function buildSegments(network: Network): Segments {
  const { points, start } = network;
  const count = Math.max(0, points.length / 2 - network.linkCount);
  const bytes = new Uint8Array(count * SEGMENT_STRIDE);
  const view = new DataView(bytes.buffer);
  let o = 0;
  const s16 = (at: number, v: number): void => view.setInt16(at, Math.round((v / MITRE_MAX) * 32_767), true);
  for (const link of orderOf(network)) {
    const from = start[link]!;
    const to = start[link + 1]! - 1;
    for (let i = from; i < to; i++) {
      const here = normal(points, i);
      const before = i > from ? mitre(normal(points, i - 1), here) : here;
      const after = i + 1 < to ? mitre(here, normal(points, i + 1)) : here;
      for (let k = 0; k < 4; k++) view.setFloat32(o + k * 4, points[i * 2 + k]!, true);
      s16(o + 16, before[0]);
      s16(o + 18, before[1]);
      s16(o + 20, after[0]);
      s16(o + 22, after[1]);
      view.setFloat32(o + 24, link, true);
      bytes[o + 28] = network.roadClass[link]!;
      bytes[o + 29] = network.twoWay[link]!;
      bytes[o + 30] = network.structure[link]!;
      bytes[o + 31] = network.lanes[link]!;
      o += SEGMENT_STRIDE;
    }
  }
  return { count, bytes };
}

/** Road widths by class and zoom, one table for the base map's surface and for the level-of-service lines on it. */
import type { RoadClass } from '../../server/contract/city-pack.ts';

/** Stops of zoom → CSS pixels of the whole road, both directions. Exponential with base 1.6 between them. */
const roadStops: Readonly<Record<RoadClass, readonly (readonly [zoom: number, px: number])[]>> = {
  motorway: [
    [8, 1],
    [11, 2.6],
    [13, 5],
    [15, 12],
    [17, 34],
    [19, 110],
  ],
  trunk: [
    [8, 0.8],
    [11, 2.2],
    [13, 4.4],
    [15, 10.5],
    [17, 30],
    [19, 100],
  ],
  primary: [
    [9, 0.7],
    [11, 1.7],
    [13, 3.8],
    [15, 9],
    [17, 26],
    [19, 90],
  ],
  secondary: [
    [10, 0.7],
    [12, 1.8],
    [14, 4.6],
    [16, 12],
    [18, 40],
    [19, 74],
  ],
  tertiary: [
    [11, 0.6],
    [13, 2],
    [15, 5.6],
    [17, 17],
    [19, 60],
  ],
  residential: [
    [12, 0.4],
    [14, 1.7],
    [16, 6],
    [18, 21],
    [19, 42],
  ],
  service: [
    [13.5, 0.4],
    [15, 1.4],
    [17, 6],
    [19, 22],
  ],
};

const BASE = 1.6;

/** As MapLibre's `interpolate exponential` does it. */
export function roadWidthPx(roadClass: RoadClass, zoom: number): number {
  const stops = roadStops[roadClass];
  const first = stops[0]!;
  if (zoom <= first[0]) return first[1];
  for (let i = 1; i < stops.length; i++) {
    const [z1, w1] = stops[i]!;
    if (zoom > z1) continue;
    const [z0, w0] = stops[i - 1]!;
    const t = (BASE ** (zoom - z0) - 1) / (BASE ** (z1 - z0) - 1);
    return w0 + (w1 - w0) * t;
  }
  return stops.at(-1)![1];
}

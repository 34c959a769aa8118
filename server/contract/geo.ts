/**
 * Places on the Earth: longitude before latitude everywhere, WGS 84 degrees, and the web-mercator tiles that
 * telemetry is cut into.
 */
import { z } from 'zod';

/** `[longitude, latitude]` in degrees, WGS 84. */
export type LonLat = readonly [lon: number, lat: number];
/** `[west, south, east, north]` in degrees. */
export type Bbox = readonly [west: number, south: number, east: number, north: number];

/** Beyond this latitude web mercator has no square world (EPSG:3857). */
export const MAX_LATITUDE = 85.051129;

export const lonLat = z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]).readonly();
export const bbox = z
  .tuple([
    z.number().min(-180).max(180),
    z.number().min(-90).max(90),
    z.number().min(-180).max(180),
    z.number().min(-90).max(90),
  ])
  .readonly();

const EARTH_RADIUS_M = 6_371_008.8;
const RAD = Math.PI / 180;

/** Great-circle distance in metres (haversine). */
export function distanceM(a: LonLat, b: LonLat): number {
  const dLat = (b[1] - a[1]) * RAD;
  const dLon = (b[0] - a[0]) * RAD;
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(a[1] * RAD) * Math.cos(b[1] * RAD) * Math.sin(dLon / 2) ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Length of a path in metres. */
export function pathLengthM(path: readonly LonLat[]): number {
  let sum = 0;
  for (let i = 1; i < path.length; i++) sum += distanceM(path[i - 1]!, path[i]!);
  return sum;
}

/** Metres per degree of longitude and of latitude at a latitude: a local plane good to 0.1% over a city. */
export function metresPerDegree(lat: number): { lon: number; lat: number } {
  return { lon: EARTH_RADIUS_M * RAD * Math.cos(lat * RAD), lat: EARTH_RADIUS_M * RAD };
}

/** Compass bearing from a to b in degrees, 0 = north, clockwise, in [0, 360). */
export function bearingDeg(a: LonLat, b: LonLat): number {
  const m = metresPerDegree((a[1] + b[1]) / 2);
  const deg = Math.atan2((b[0] - a[0]) * m.lon, (b[1] - a[1]) * m.lat) / RAD;
  return (deg + 360) % 360;
}

/** Web-mercator x of a longitude, 0…1 from west to east. */
export const mercatorX = (lon: number): number => (lon + 180) / 360;
/** Web-mercator y of a latitude, 0…1 from north to south. */
export function mercatorY(lat: number): number {
  const clamped = Math.max(-MAX_LATITUDE, Math.min(MAX_LATITUDE, lat));
  const s = Math.sin(clamped * RAD);
  return 0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI);
}
export const lonOfMercatorX = (x: number): number => x * 360 - 180;
export const latOfMercatorY = (y: number): number => Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) / RAD;

/** A tile as one number, unique for a zoom ≤ 16: x · 65536 + y. */
export const tileKey = (x: number, y: number): number => x * 65_536 + y;
export const tileXOfKey = (key: number): number => Math.floor(key / 65_536);
export const tileYOfKey = (key: number): number => key % 65_536;

/** The tiles of `zoom` that a box touches, as keys; at most `limit` of them (then the list is cut). */
export function tilesOfBbox(box: Bbox, zoom: number, limit: number): number[] {
  const n = 2 ** zoom;
  const clamp = (v: number): number => Math.max(0, Math.min(n - 1, Math.floor(v * n)));
  const x0 = clamp(mercatorX(box[0]));
  const x1 = clamp(mercatorX(box[2]));
  const y0 = clamp(mercatorY(box[3]));
  const y1 = clamp(mercatorY(box[1]));
  const keys: number[] = [];
  for (let x = x0; x <= x1; x++) {
    for (let y = y0; y <= y1; y++) {
      if (keys.length >= limit) return keys;
      keys.push(tileKey(x, y));
    }
  }
  return keys;
}

/** True where a box is not empty and the point lies in it. */
export const inBbox = (box: Bbox, p: LonLat): boolean =>
  p[0] >= box[0] && p[0] <= box[2] && p[1] >= box[1] && p[1] <= box[3];

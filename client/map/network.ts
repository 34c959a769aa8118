/**
 * The road network as typed arrays in the order of the links' indices: paths in ground units (see vehicle-store.ts)
 * from an origin tile, so that layers and picking read them without making objects.
 */
import Flatbush from 'flatbush';
import type { NetworkAnswer } from '../../server/contract/api.ts';
import { roadClasses } from '../../server/contract/city-pack.ts';
import { layerTileZoom } from '../../server/contract/frames.ts';
import {
  latOfMercatorY,
  lonOfMercatorX,
  mercatorX,
  mercatorY,
  type LonLat,
} from '../../server/contract/geo.ts';
import { TILE_UNITS, WORLD_UNITS } from '../sync/vehicle-store.ts';

export interface Network {
  readonly linkCount: number;
  readonly originX: number;
  readonly originY: number;
  /** x, y of each point of each link. */
  readonly points: Float64Array;
  /** Link i has the points start[i] … start[i + 1] − 1. */
  readonly start: Uint32Array;
  /** Index into `roadClasses`. */
  readonly roadClass: Uint8Array;
  readonly lanes: Uint8Array;
  /** 0 ground, 1 bridge, 2 tunnel. */
  readonly structure: Uint8Array;
  /** 1 where the other direction is a link too. */
  readonly twoWay: Uint8Array;
  /** Boxes of the links; null without links. */
  readonly index: Flatbush | null;
  readonly signals: NetworkAnswer['signals'];
  readonly links: NetworkAnswer['links'];
}

/** Undoes the flat relative 1e-6° coding of a path. */
export function decodePath(path: readonly number[]): LonLat[] {
  const points: LonLat[] = [];
  let lon = 0;
  let lat = 0;
  for (let i = 0; i + 1 < path.length; i += 2) {
    lon += path[i]!;
    lat += path[i + 1]!;
    points.push([lon / 1e6, lat / 1e6]);
  }
  return points;
}

const endpointsKey = (a: LonLat, b: LonLat): string =>
  `${a[0].toFixed(5)},${a[1].toFixed(5)}>${b[0].toFixed(5)},${b[1].toFixed(5)}`;

export function readNetwork(answer: NetworkAnswer): Network {
  const count = answer.links.length;
  const paths = answer.links.map((l) => decodePath(l.path));
  const total = paths.reduce((n, p) => n + p.length, 0);
  const points = new Float64Array(total * 2);
  const start = new Uint32Array(count + 1);
  const roadClass = new Uint8Array(count);
  const lanes = new Uint8Array(count);
  const structure = new Uint8Array(count);
  const twoWay = new Uint8Array(count);
  const first = paths[0]?.[0] ?? [0, 0];
  const n = 2 ** layerTileZoom.vehicles;
  const originX = Math.floor(mercatorX(first[0]) * n);
  const originY = Math.floor(mercatorY(first[1]) * n);
  const ways = new Set(paths.map((p) => endpointsKey(p[0]!, p.at(-1)!)));
  const index = count > 0 ? new Flatbush(count) : null;
  let p = 0;
  for (let i = 0; i < count; i++) {
    const path = paths[i]!;
    const link = answer.links[i]!;
    start[i] = p;
    let minX = Infinity;
    let minY = Infinity;
    let maxX = -Infinity;
    let maxY = -Infinity;
    for (const [lon, lat] of path) {
      const x = mercatorX(lon) * WORLD_UNITS - originX * TILE_UNITS;
      const y = mercatorY(lat) * WORLD_UNITS - originY * TILE_UNITS;
      points[p * 2] = x;
      points[p * 2 + 1] = y;
      p++;
      if (x < minX) minX = x;
      if (x > maxX) maxX = x;
      if (y < minY) minY = y;
      if (y > maxY) maxY = y;
    }
    index?.add(minX, minY, maxX, maxY);
    roadClass[i] = roadClasses.indexOf(link.class);
    lanes[i] = link.lanes;
    structure[i] = link.structure ?? 0;
    twoWay[i] = ways.has(endpointsKey(path.at(-1)!, path[0]!)) ? 1 : 0;
  }
  start[count] = p;
  index?.finish();
  return {
    linkCount: count,
    originX,
    originY,
    points,
    start,
    roadClass,
    lanes,
    structure,
    twoWay,
    index,
    signals: answer.signals,
    links: answer.links,
  };
}

export const emptyNetwork: Network = readNetwork({ links: [], signals: [] });

/** A place in ground units as degrees. */
export const lonLatOfUnits = (x: number, y: number, originX: number, originY: number): LonLat => [
  lonOfMercatorX((x + originX * TILE_UNITS) / WORLD_UNITS),
  latOfMercatorY((y + originY * TILE_UNITS) / WORLD_UNITS),
];

/** The middle of a link along its length, in ground units, with the direction of travel there (radians, y south). */
export function linkMiddle(network: Network, link: number): { x: number; y: number; angle: number } {
  const { points, start } = network;
  const from = start[link]!;
  const to = start[link + 1]! - 1;
  let length = 0;
  for (let i = from; i < to; i++) length += segmentLength(points, i);
  let rest = length / 2;
  for (let i = from; i < to; i++) {
    const l = segmentLength(points, i);
    if (rest <= l || i === to - 1) {
      const k = l === 0 ? 0 : Math.min(1, rest / l);
      const dx = points[i * 2 + 2]! - points[i * 2]!;
      const dy = points[i * 2 + 3]! - points[i * 2 + 1]!;
      return { x: points[i * 2]! + dx * k, y: points[i * 2 + 1]! + dy * k, angle: Math.atan2(dy, dx) };
    }
    rest -= l;
  }
  return { x: points[from * 2] ?? 0, y: points[from * 2 + 1] ?? 0, angle: 0 };
}

const segmentLength = (points: Float64Array, i: number): number =>
  Math.hypot(points[i * 2 + 2]! - points[i * 2]!, points[i * 2 + 3]! - points[i * 2 + 1]!);

/** What the processes of the fan-out bench agree on: the made-up city, who looks where, and the messages between them. */
import type { Bbox, LonLat } from '../../server/contract/geo.ts';

export const CENTER: LonLat = [120.6, 30.0];
/** About 30 km each way. */
export const CITY: Bbox = [120.44, 29.86, 120.76, 30.14];
export const ZOOM = 14;
export const TICK_HZ = 2;
/** Share of the city's width and height a screen covers; the tiles it touches are then about a tenth of the city. */
export const VIEW_SHARE = 0.25;

/** The product; its twin on bare WebSockets; messages ready-made and only sent; one emit per update. */
export type Mode = 'product' | 'raw' | 'ready' | 'naive';

export interface ServerPlan {
  readonly role: 'server';
  readonly mode: Mode;
  readonly objects: number;
  readonly clients: number;
  readonly seed: number;
  /** Naive only: how many of the objects send their update in each tick; the rest is scaled. */
  readonly updates: number;
}
export interface ClientPlan {
  readonly role: 'clients';
  readonly mode: Mode;
  readonly url: string;
  readonly first: number;
  readonly count: number;
  readonly seed: number;
  /** Every so many-th screen decodes what it gets; the others only count it. */
  readonly decodeEach: number;
}
export type Plan = ServerPlan | ClientPlan;

export interface ServerReport {
  readonly ticks: number;
  /** CPU of the process without what feeding the objects in cost. */
  readonly cpuMs: number;
  readonly ingestCpuMs: number;
  readonly messages: number;
  readonly bytes: number;
  readonly skipped: number;
  readonly rssMb: number;
}
export interface ClientReport {
  readonly messages: number;
  readonly bytes: number;
  /** Of the screens that decode: messages, their bytes, and object updates in them. */
  readonly decoded: number;
  readonly decodedBytes: number;
  readonly objects: number;
  /** Object updates by milliseconds from ingest to decoded. */
  readonly latency: readonly number[];
}
export type Report =
  | { readonly type: 'listening'; readonly url: string }
  | { readonly type: 'connected' }
  | { readonly type: 'server'; readonly report: ServerReport }
  | { readonly type: 'clients'; readonly report: ClientReport };

/** Deterministic numbers in [0, 1) (mulberry32). */
export function seeded(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Where screen number `i` looks. */
export function viewOf(i: number, seed: number): Bbox {
  const random = seeded(seed * 7_919 + i);
  const width = CITY[2] - CITY[0];
  const height = CITY[3] - CITY[1];
  const west = CITY[0] + random() * (1 - VIEW_SHARE) * width;
  const south = CITY[1] + random() * (1 - VIEW_SHARE) * height;
  return [west, south, west + VIEW_SHARE * width, south + VIEW_SHARE * height];
}

/** A moment in the 16 bits of heading and speed, so that a decoded object tells when it was taken in. */
const WRAP_MS = 255 * 256;
export const stampOf = (ms: number): { speedKph: number; headingDeg: number } => {
  const v = ms % WRAP_MS;
  return { speedKph: Math.floor(v / 256), headingDeg: ((v % 256) * 360) / 256 };
};
export const ageOf = (nowMs: number, heading: number, speed: number): number =>
  ((nowMs % WRAP_MS) - (speed * 256 + heading) + WRAP_MS) % WRAP_MS;

/** Messages of the parent to its children. */
export type Order = { readonly type: 'measure' } | { readonly type: 'stop' };

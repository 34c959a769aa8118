/** CityFlow's two files as they are written: a road network and its flows. Broken ones are refused by name (TR-160). */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';

const point = z.object({ x: z.number(), y: z.number() });
const id = z.string().min(1).max(80);

const laneLink = z.object({
  startLaneIndex: z.number().int().min(0).max(11),
  endLaneIndex: z.number().int().min(0).max(11),
});
const roadLink = z.object({
  type: z.string(),
  startRoad: id,
  endRoad: id,
  laneLinks: z.array(laneLink),
});
const lightPhase = z.object({
  time: z.number().min(0).max(600),
  availableRoadLinks: z.array(z.number().int().min(0)),
});
const intersection = z.object({
  id,
  point,
  width: z.number().min(0).default(0),
  roads: z.array(id),
  roadLinks: z.array(roadLink).default([]),
  trafficLight: z.object({ lightphases: z.array(lightPhase).default([]) }).default({ lightphases: [] }),
  virtual: z.boolean().default(false),
});
export type Intersection = z.infer<typeof intersection>;
export type LightPhase = z.infer<typeof lightPhase>;

const road = z.object({
  id,
  points: z.array(point).min(2),
  lanes: z
    .array(z.object({ width: z.number().positive(), maxSpeed: z.number().positive() }))
    .min(1)
    .max(12),
  startIntersection: id,
  endIntersection: id,
});
export type Road = z.infer<typeof road>;

const roadnetFile = z.object({ intersections: z.array(intersection).min(1), roads: z.array(road).min(1) });
export type Roadnet = z.infer<typeof roadnetFile>;

const vehicle = z.object({
  length: z.number().positive(),
  width: z.number().positive().default(2),
  maxPosAcc: z.number().positive(),
  maxNegAcc: z.number().positive(),
  usualPosAcc: z.number().positive(),
  usualNegAcc: z.number().positive(),
  minGap: z.number().min(0),
  maxSpeed: z.number().positive(),
  headwayTime: z.number().positive(),
});
export type FlowVehicle = z.infer<typeof vehicle>;
const flow = z.object({
  vehicle,
  route: z.array(id).min(1),
  interval: z.number().positive(),
  startTime: z.number().min(0),
  /** −1: without end. */
  endTime: z.number(),
});
export type Flow = z.infer<typeof flow>;

/** @throws Error that names the place in the file where it is not one of CityFlow's. */
export const readRoadnet = (raw: unknown): Roadnet => parsed(roadnetFile, raw, 'roadnet');
export const readFlows = (raw: unknown): Flow[] => parsed(z.array(flow), raw, 'flow');

function parsed<T>(schema: z.ZodType<T>, raw: unknown, what: string): T {
  const result = schema.safeParse(raw);
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, 3).map((i) => `${i.path.join('.')}: ${i.message}`);
  throw new Error(`not a CityFlow ${what} file: ${issues.join('; ')}`);
}

/** A JSON file, plain or gzipped. @throws with its name where it cannot be read. */
export function readJson(path: string): unknown {
  try {
    const bytes = readFileSync(path);
    const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return JSON.parse((zipped ? gunzipSync(bytes, { maxOutputLength: 1 << 30 }) : bytes).toString('utf8'));
  } catch (cause) {
    throw new Error(`${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

/** The OpenAPI 3.1 description of the HTTP interface, made from the same schemas that check and type it. */
import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { manifest, packPartNames } from '../contract/city-pack.ts';
import { lonLat } from '../contract/geo.ts';
import { moverKinds, observation } from '../contract/observations.ts';
import { recordKinds, recordSchemas } from '../contract/records.ts';
import { refusal } from '../contract/refusals.ts';
import { localText } from '../contract/text.ts';
import { CAP_TYPE } from '../domain/warnings/cap-out.ts';
import { alarmPaths } from './openapi-alarms.ts';
import { authPaths } from './openapi-auth.ts';
import { casePaths } from './openapi-cases.ts';
import { signalPaths } from './openapi-signals.ts';
import { trafficPaths } from './openapi-traffic.ts';
import { warningPaths } from './openapi-warnings.ts';
import { recordsQuery, searchQuery, vitalsQuery } from './rest.ts';

const told = refusal.extend({ text: localText }).meta({ id: 'Refusal' });
const error = z.object({ error: told, requestId: z.string().optional() }).meta({ id: 'Error' });
const count = z.number().int();
const ingestAnswer = z
  .object({
    taken: count,
    late: count.meta({ description: 'Older than what is known of the object; ignored' }),
    duplicate: count,
    refused: count,
    refusals: z.array(told).meta({ description: 'The first 20, with line numbers' }),
    error: told.optional().meta({ description: 'Set where the request itself was refused' }),
  })
  .meta({ id: 'IngestAnswer' });

const ms = z.number().meta({ description: 'Milliseconds since 1970-01-01T00:00Z' });
const nullableNumber = z.number().nullable();
const sourced = { feed: z.string(), observedAtMs: ms, receivedAtMs: ms.optional() };
const objectAnswer = z
  .object({
    ...sourced,
    slot: count,
    id: z.string(),
    mover: z.enum(moverKinds),
    position: lonLat,
    headingDeg: z.number(),
    speedKph: nullableNumber,
    derived: z.array(z.enum(['speed', 'heading'])).optional(),
    link: z.string().optional(),
    linkName: localText.optional(),
  })
  .meta({ id: 'ObjectAnswer' });
const linkAnswer = z
  .object({
    index: count,
    id: z.string(),
    name: localText.optional(),
    class: z.string(),
    lanes: count,
    limitKph: z.number(),
    lengthM: z.number(),
    freeFlowKph: z.number(),
    speedKph: nullableNumber,
    travelTimeRatio: nullableNumber,
    los: z.string().nullable().meta({ description: 'Level of service, A to F' }),
    flowVph: nullableNumber,
    queueVehicles: nullableNumber.optional(),
    probes: z.object({ ...sourced, vehicles: count, speedKph: z.number() }).nullable(),
    loops: z
      .object({ ...sourced, detectors: z.array(z.string()), speedKph: z.number(), flowVph: nullableNumber })
      .nullable(),
    trend: z.array(z.object({ atMs: ms, speedKph: z.number() })),
  })
  .meta({ id: 'LinkAnswer' });
const searchAnswer = z
  .object({
    hits: z.array(
      z.object({
        kind: z.string(),
        id: z.string(),
        name: localText,
        detail: localText.optional(),
        position: lonLat.optional(),
        bbox: z.array(z.number()).length(4).optional(),
      }),
    ),
  })
  .meta({ id: 'SearchAnswer' });
const clientConfig = z
  .object({
    demo: z.boolean(),
    version: z.string(),
    tickHz: z.number(),
    city: manifest.extend({ counts: z.record(z.string(), z.number()) }).nullable(),
    view: z.object({ center: lonLat, zoom: z.number(), bbox: z.array(z.number()).length(4) }),
    baseMap: z.object({ style: z.string().optional(), pmtiles: z.string().optional() }),
  })
  .meta({ id: 'ClientConfig' });
const network = z
  .object({
    links: z.array(
      z.object({
        id: z.string(),
        class: z.string(),
        lanes: count,
        limit: z.number(),
        name: localText.optional(),
        path: z.array(count).meta({ description: 'lon, lat in 1e-6°, each pair relative to the one before' }),
        structure: z.union([z.literal(1), z.literal(2)]).optional(),
      }),
    ),
    signals: z.array(
      z.object({ id: z.string(), position: lonLat, phases: count, greens: z.array(z.array(count)) }),
    ),
  })
  .meta({ id: 'Network' });
const vitalsHistory = z
  .object({ atMs: z.array(ms), series: z.record(z.string(), z.array(nullableNumber)) })
  .meta({ id: 'VitalsHistory' });
const records = z
  .object({
    epoch: z.string(),
    seq: count,
    total: count.meta({ description: 'How many there are; `records` may be cut by `limit`' }),
    records: z.array(z.union(recordKinds.map((kind) => recordSchemas[kind]))),
  })
  .meta({ id: 'Records' });

const json = (schema: z.ZodType, description = 'OK') => ({
  description,
  content: { 'application/json': { schema } },
});
const refused = (description: string) => json(error, description);

function get(
  tag: string,
  summary: string,
  answer: z.ZodType,
  more: Partial<ZodOpenApiOperationObject> = {},
  notFound = false,
): { get: ZodOpenApiOperationObject } {
  return {
    get: {
      tags: [tag],
      summary,
      responses: { 200: json(answer), ...(notFound && { 404: refused('Not found') }) },
      ...more,
    },
  };
}

const path = (shape: z.ZodRawShape): Partial<ZodOpenApiOperationObject> => ({
  requestParams: { path: z.object(shape) },
});

const ingest: ZodOpenApiOperationObject = {
  tags: ['Ingest'],
  summary: 'Send observations of a feed',
  description: [
    'One observation, an array of them, or a stream of lines (NDJSON); `Content-Encoding: gzip` is taken, no other.',
    'A bad line is refused with its number and reason while the good ones are taken. `at` is the time of the event,',
    'in milliseconds since 1970 or as ISO 8601 with a zone. Send again what is answered with 503.',
    'A feed of public warnings (`cap`) is sent CAP 1.2 messages, or an Atom index that holds them.',
    'A feed that allows it may be sent a recording: `Replay-Clock: recorded=<ms>; now=<ms>; speed=<x>`.',
  ].join(' '),
  security: [{ feedToken: [] }],
  requestParams: {
    path: z.object({ feedId: z.string() }),
    header: z.object({ 'Replay-Clock': z.string().optional() }),
  },
  requestBody: {
    required: true,
    content: {
      'application/json': {
        schema: z.union([observation, z.array(observation)]),
        example: {
          type: 'position',
          id: 'bus-12',
          at: 1_767_225_600_000,
          lon: 118.6,
          lat: 30.1,
          speedKph: 31,
        },
      },
      'application/x-ndjson': { schema: z.string() },
      'application/x-protobuf': { schema: z.string().meta({ format: 'binary' }) },
      [CAP_TYPE]: { schema: z.string() },
      'application/atom+xml': { schema: z.string() },
      'application/xml': { schema: z.string() },
      'text/xml': { schema: z.string() },
    },
  },
  responses: {
    200: json(ingestAnswer, 'What became of it'),
    400: json(ingestAnswer, 'Not JSON, or a header that makes no sense'),
    401: json(ingestAnswer, 'Wrong token'),
    404: json(ingestAnswer, 'Unknown feed'),
    413: json(ingestAnswer, 'Too large; what came before the limit in a stream was taken'),
    415: json(ingestAnswer, 'Content type or encoding that is not taken'),
    422: json(ingestAnswer, 'The single observation was refused'),
    429: json(ingestAnswer, 'Too much; see Retry-After'),
    503: json(ingestAnswer, 'Not stored, or stopping: send it again'),
  },
};

const text = (type: string, description: string): ZodOpenApiOperationObject['responses'] => ({
  200: { description, content: { [type]: { schema: z.string() } } },
});

const paths: ZodOpenApiPathsObject = {
  '/api/v1/ingest/{feedId}': { post: ingest },
  ...authPaths(json, refused),
  ...casePaths(json, refused),
  ...alarmPaths(json, refused),
  ...warningPaths(refused),
  ...trafficPaths(json, refused),
  ...signalPaths(json, refused),
  '/api/v1/client-config': get('City', 'What a screen needs before anything else', clientConfig),
  '/api/v1/city': get(
    'City',
    'The manifest of the city pack and how much of everything there is',
    z
      .object({ manifest: manifest.nullable(), counts: z.record(z.string(), z.number()) })
      .meta({ id: 'City' }),
  ),
  '/api/v1/city/network': get('City', 'Geometry of all links, in the order of their indices', network),
  '/api/v1/city/{part}': get(
    'City',
    'One part of the city pack as flat objects',
    z.array(z.record(z.string(), z.unknown())),
    path({ part: z.enum(packPartNames as [string, ...string[]]) }),
    true,
  ),
  '/api/v1/records/{kind}': get(
    'Live',
    'All records of a kind, as the reader may see them',
    records,
    { requestParams: { path: z.object({ kind: z.enum(recordKinds) }), query: recordsQuery } },
    true,
  ),
  '/api/v1/records/{kind}/{id}': get(
    'Live',
    'One record',
    z.union(recordKinds.map((kind) => recordSchemas[kind])),
    path({ kind: z.enum(recordKinds), id: z.string() }),
    true,
  ),
  '/api/v1/objects/{slot}': get(
    'Live',
    'A moving object by its slot in the telemetry frames',
    objectAnswer,
    path({ slot: count.min(0) }),
    true,
  ),
  '/api/v1/links/{index}': get(
    'Live',
    'The state of a link and where it comes from',
    linkAnswer,
    path({ index: count.min(0) }),
    true,
  ),
  '/api/v1/search': get('Live', 'Search in Chinese, pinyin and English', searchAnswer, {
    requestParams: { query: searchQuery },
  }),
  '/api/v1/history/vitals': get('Live', 'The city’s vital signs over the last minutes', vitalsHistory, {
    requestParams: { query: vitalsQuery },
  }),
  '/tiles/tiles.json': get('Map', 'TileJSON of the base map', z.record(z.string(), z.unknown()), {}, true),
  '/tiles/{z}/{x}/{y}.pbf': {
    get: {
      tags: ['Map'],
      summary: 'A vector tile of the base map',
      ...path({ z: count.min(0).max(22), x: count.min(0), y: count.min(0) }),
      responses: {
        ...text('application/x-protobuf', 'Mapbox Vector Tile'),
        204: { description: 'Nothing there' },
        404: refused('No such tile'),
      },
    },
  },
  '/healthz': get('Operation', 'The process lives', z.record(z.string(), z.unknown())),
  '/readyz': get('Operation', 'It can do its work (503 where not)', z.record(z.string(), z.unknown())),
  '/metrics': {
    get: {
      tags: ['Operation'],
      summary: 'Prometheus metrics',
      responses: text('text/plain', 'Prometheus text format'),
    },
  },
};

export type OpenApiDocument = ReturnType<typeof openApiDocument>;

export function openApiDocument(version: string) {
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'City Brain',
      version,
      description:
        'Longitude comes before latitude; times are milliseconds since 1970 UTC; units are in the names of the fields.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      securitySchemes: {
        feedToken: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'city-brain' },
      },
    },
  });
}

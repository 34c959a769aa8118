/**
 * GTFS-Realtime vehicle positions (specification 2.0, https://gtfs.org/documentation/realtime/reference/): each message
 * is the whole fleet unless it says DIFFERENTIAL; who is missing has left. Only the fields that are used are described,
 * with the numbers of the standard; protobuf skips the others.
 */
import protobuf from 'protobufjs/light.js';
import { z } from 'zod';
import { moverKinds, type Observation } from '../contract/observations.ts';
import type { Refusal } from '../contract/refusals.ts';
import {
  nothing,
  payloadBytes,
  type FeedParser,
  type ParseContext,
  type Parsed,
  type ParserSetup,
} from './parser.ts';

const optional = (type: string, id: number) => ({ rule: 'optional', type, id }) as const;

const FeedMessage = protobuf.Root.fromJSON({
  nested: {
    transit_realtime: {
      nested: {
        FeedMessage: {
          fields: {
            header: { rule: 'required', type: 'FeedHeader', id: 1 },
            entity: { rule: 'repeated', type: 'FeedEntity', id: 2 },
          },
        },
        FeedHeader: {
          fields: {
            gtfs_realtime_version: { rule: 'required', type: 'string', id: 1 },
            incrementality: optional('int32', 2),
            timestamp: optional('uint64', 3),
          },
        },
        FeedEntity: {
          fields: {
            id: { rule: 'required', type: 'string', id: 1 },
            is_deleted: optional('bool', 2),
            vehicle: optional('VehiclePosition', 4),
          },
        },
        VehiclePosition: {
          fields: {
            position: optional('Position', 2),
            timestamp: optional('uint64', 5),
            vehicle: optional('VehicleDescriptor', 8),
          },
        },
        Position: {
          fields: {
            latitude: { rule: 'required', type: 'float', id: 1 },
            longitude: { rule: 'required', type: 'float', id: 2 },
            bearing: optional('float', 3),
            speed: optional('float', 5),
          },
        },
        VehicleDescriptor: { fields: { id: optional('string', 1) } },
      },
    },
  },
}).lookupType('transit_realtime.FeedMessage');

const DIFFERENTIAL = 1;
const MAX_SPEED_KPH = 400;
const KPH_PER_MPS = 3.6;

/** What `toObject` gives with the options below. */
const message = z.object({
  header: z.object({ incrementality: z.number().optional(), timestamp: z.number().optional() }),
  entity: z
    .array(
      z.object({
        id: z.string(),
        is_deleted: z.boolean().optional(),
        vehicle: z
          .object({
            position: z
              .object({
                latitude: z.number(),
                longitude: z.number(),
                bearing: z.number().optional(),
                speed: z.number().optional(),
              })
              .optional(),
            timestamp: z.number().optional(),
            vehicle: z.object({ id: z.string().optional() }).optional(),
          })
          .optional(),
      }),
    )
    .default([]),
});

const gtfsOptions = z.object({ mover: z.enum(moverKinds).default('bus') });

export class GtfsRealtime implements FeedParser {
  readonly takesBytes = true;
  private readonly mover: (typeof moverKinds)[number];
  private readonly maxObjects: number;
  private fleet: ReadonlySet<string> = new Set();
  private lastHeaderMs = 0;

  constructor(setup: ParserSetup) {
    this.mover = gtfsOptions.parse(setup.feed.options).mover;
    this.maxObjects = setup.feed.maxObjects;
  }

  parse(raw: unknown, ctx: ParseContext): Parsed {
    const bytes = payloadBytes(raw);
    if (bytes === null) return nothing({ code: 'bad-format', detail: 'not a protobuf message' });
    const decoded = decode(bytes);
    if ('code' in decoded) return nothing(decoded);
    const shift = (ms: number): number =>
      ctx.clock === null ? ms : Math.round(ctx.clock.nowMs + (ms - ctx.clock.recordedMs) / ctx.clock.speed);
    const { header, entity } = decoded;
    const headerMs = header.timestamp ? shift(header.timestamp * 1_000) : ctx.arrivedAtMs;
    if (headerMs < this.lastHeaderMs) {
      return nothing({ code: 'too-old', detail: 'a newer message of this feed is known' });
    }
    const observations: Observation[] = [];
    const refusals: Refusal[] = [];
    const differential = header.incrementality === DIFFERENTIAL;
    const fleet = new Set<string>(differential ? this.fleet : []);
    for (const e of entity.slice(0, this.maxObjects)) {
      const id = (e.vehicle?.vehicle?.id || e.id).slice(0, 80);
      if (id === '') {
        refusals.push({ code: 'bad-format', detail: 'an entity without an id' });
        continue;
      }
      if (e.is_deleted === true) {
        fleet.delete(id);
        if (this.fleet.has(id)) observations.push({ type: 'gone', id, at: headerMs });
        continue;
      }
      const position = e.vehicle?.position;
      // Trip updates and alerts may travel in the same message.
      if (position === undefined) continue;
      fleet.add(id);
      const speedKph = position.speed === undefined ? undefined : position.speed * KPH_PER_MPS;
      const plausibleSpeed = speedKph !== undefined && speedKph >= 0 && speedKph <= MAX_SPEED_KPH;
      const { bearing, latitude: lat, longitude: lon } = position;
      if (!Number.isFinite(lat) || !Number.isFinite(lon) || Math.abs(lat) > 90 || Math.abs(lon) > 180) {
        refusals.push({ code: 'bad-position', detail: `${id}: lon ${lon}, lat ${lat}` });
        continue;
      }
      observations.push({
        type: 'position',
        id,
        at: e.vehicle?.timestamp ? shift(e.vehicle.timestamp * 1_000) : headerMs,
        lon,
        lat,
        mover: this.mover,
        ...(plausibleSpeed && { speedKph }),
        ...(bearing !== undefined &&
          Number.isFinite(bearing) && { headingDeg: ((bearing % 360) + 360) % 360 }),
      });
    }
    if (entity.length > this.maxObjects) refusals.push({ code: 'too-many-objects' });
    // An empty message is how a feed fails, too: who is really gone ages away by itself.
    else if (!differential && fleet.size > 0) {
      for (const id of this.fleet) if (!fleet.has(id)) observations.push({ type: 'gone', id, at: headerMs });
    }
    return {
      observations,
      lines: observations.map(() => ctx.line),
      refusals,
      commit: () => {
        if (fleet.size > 0 || differential) this.fleet = fleet;
        this.lastHeaderMs = headerMs;
      },
    };
  }
}

function decode(bytes: Uint8Array): z.infer<typeof message> | Refusal {
  let plain: unknown;
  try {
    plain = FeedMessage.toObject(FeedMessage.decode(bytes), { longs: Number });
  } catch (cause) {
    // protobufjs throws what it finds: a wrong wire type, a missing field, an end too early.
    return { code: 'bad-format', detail: `GTFS-Realtime: ${String(cause).slice(0, 160)}` };
  }
  const parsed = message.safeParse(plain);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return { code: 'bad-format', detail: `GTFS-Realtime: ${issue?.path.join('.')}: ${issue?.message}` };
}

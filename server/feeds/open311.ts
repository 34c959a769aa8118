/**
 * Open311 GeoReport v2 service requests (https://wiki.open311.org/GeoReport_v2/), as JSON: citizens' requests with an
 * own state, so that nothing is concluded from what is missing in an answer.
 */
import { z } from 'zod';
import { categories, channels, type CategoryCode } from '../contract/categories.ts';
import type { IncidentObservation } from '../contract/observations.ts';
import type { Refusal } from '../contract/refusals.ts';
import { instantsOf } from '../contract/local-time.ts';

import { excerpt, parseInstant } from './native.ts';
import { nothing, type FeedParser, type ParseContext, type Parsed, type ParserSetup } from './parser.ts';
import { checkPlace } from './plausibility.ts';
import { replayedMs } from './replay-clock.ts';

/** Servers write ids and coordinates as numbers or as text. */
const word = z.union([z.string(), z.number().transform(String)]);
const degrees = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^-?\d{1,3}(\.\d+)?$/)
      .transform(Number),
    z.literal('').transform(() => null),
  ])
  .nullish();

const request = z.object({
  service_request_id: word.pipe(z.string().trim().min(1).max(80)),
  status: z.string().default('open'),
  status_notes: z.string().nullish(),
  service_name: z.string().nullish(),
  service_code: word.nullish(),
  description: z.string().nullish(),
  agency_responsible: z.string().nullish(),
  requested_datetime: z.string(),
  updated_datetime: z.string().nullish(),
  expected_datetime: z.string().nullish(),
  address: z.string().nullish(),
  lat: degrees,
  long: degrees,
});
type Request311 = z.infer<typeof request>;

const options311 = z.object({ channel: z.enum(channels).default('311') });

/** Service names are each city's own: the first word that fits decides. */
const words: readonly (readonly [RegExp, CategoryCode])[] = [
  [/signal|traffic light/i, 'traffic.signal-fault'],
  [/street ?light|lamp/i, 'urban.street-light'],
  [/pothole|pavement|road surface/i, 'urban.pothole'],
  [/manhole/i, 'urban.manhole'],
  [/graffiti/i, 'urban.graffiti'],
  [/parking|abandoned vehicle/i, 'traffic.parking'],
  [/tree|branch/i, 'weather.tree-down'],
  [/flood|drain/i, 'weather.flood'],
  [/trash|garbage|waste|dumping|recycl|litter|rat\b/i, 'urban.waste'],
  [/noise/i, 'urban.noise'],
  [/water|hydrant|sewer/i, 'utility.water-burst'],
  [/animal|dog/i, 'urban.animal'],
  [/housing|building|tenant/i, 'urban.housing'],
  [/elder|senior/i, 'social.elderly'],
  [/information|question|inquiry|enquiry/i, 'social.consultation'],
];

export class Open311 implements FeedParser {
  private readonly setup: ParserSetup;
  private readonly channel: (typeof channels)[number];

  constructor(setup: ParserSetup) {
    this.setup = setup;
    this.channel = options311.parse(setup.feed.options).channel;
  }

  parse(raw: unknown, ctx: ParseContext): Parsed {
    const list = Array.isArray(raw)
      ? (raw as unknown[])
      : (raw as { service_requests?: unknown } | null)?.service_requests;
    if (!Array.isArray(list))
      return nothing({ code: 'bad-format', detail: 'not a list of service requests' });
    const observations: IncidentObservation[] = [];
    const refusals: Refusal[] = [];
    for (const [i, value] of list.entries()) {
      const parsed = request.safeParse(value);
      if (!parsed.success) {
        const issue = parsed.error.issues[0];
        refusals.push({
          code: 'bad-format',
          detail: `request ${i + 1}: ${issue?.path.join('.')}: ${issue?.message}`,
        });
        continue;
      }
      const o = this.observationOf(parsed.data, ctx);
      if ('code' in o) refusals.push(o);
      else observations.push(o);
    }
    return { observations, lines: observations.map(() => ctx.line), refusals };
  }

  private observationOf(r: Request311, ctx: ParseContext): IncidentObservation | Refusal {
    const instant = (text: string | null | undefined): number | null | undefined => {
      if (text === null || text === undefined || text.trim() === '') return undefined;
      const ms = parseInstant(text.trim()) ?? localInstant(text.trim(), this.setup.feed.timezone);
      return ms === null || ctx.clock === null ? ms : replayedMs(ctx.clock, ms);
    };
    const at = instant(r.requested_datetime);
    const updatedAt = instant(r.updated_datetime);
    const dueAt = instant(r.expected_datetime);
    if (at === null || at === undefined) {
      return { code: 'bad-time', detail: `requested_datetime ${excerpt(r.requested_datetime)}` };
    }
    const name = r.service_name?.trim() || r.service_code || '';
    const category = words.find(([pattern]) => pattern.test(name))?.[1] ?? 'other';
    const { lat, long: lon } = r;
    const placed =
      typeof lat === 'number' && typeof lon === 'number' && checkPlace(lon, lat, this.setup.area) === null;
    return {
      type: 'incident',
      id: r.service_request_id,
      at,
      ...(typeof updatedAt === 'number' && { updatedAt }),
      ...(typeof dueAt === 'number' && { dueAt }),
      channel: this.channel,
      category,
      title: { zh: categories[category].name.zh, en: name.slice(0, 200) || categories[category].name.en },
      ...(r.description && { detail: { zh: '', en: r.description.slice(0, 2_000) } }),
      ...(placed && { lon, lat }),
      ...(r.address && { address: r.address.slice(0, 200) }),
      ...(r.agency_responsible && { agency: r.agency_responsible.slice(0, 80) }),
      status: r.status.toLowerCase() === 'closed' ? 'closed' : 'open',
      sourceStatus: (r.status_notes || r.status).slice(0, 80),
    };
  }
}

/** The standard wants a zone; a server that leaves it out is read in the feed's. */
function localInstant(text: string, zone: string | undefined): number | null {
  const m = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$/.exec(text);
  if (m === null || zone === undefined) return null;
  const [year, month, day, hour, minute, second] = m.slice(1).map((s) => Number(s ?? 0));
  const time = { year: year!, month: month!, day: day!, hour: hour!, minute: minute!, second: second! };
  return instantsOf(time, zone)[0] ?? null;
}

/**
 * A public dispatch board that is polled: each poll is the whole list of what is open, local times without a zone, and
 * a call closes only by vanishing from the list.
 *
 * When a call has closed (FE-31): it is missing from a poll that can be trusted. A poll that is no list changes nothing.
 * One with rows whose id cannot be read closes nothing. An empty one, or one in which most calls are suddenly missing,
 * is believed only when the next poll says the same, since boards fail by showing an empty page. A gap of any length
 * closes nothing by itself. The time of closing is that of the first poll without the call.
 */
import { z } from 'zod';
import { channels, categories, type Channel } from '../contract/categories.ts';
import type { IncidentObservation } from '../contract/observations.ts';
import type { IncidentRecord } from '../contract/records.ts';
import type { Refusal } from '../contract/refusals.ts';
import { instantsOf } from '../contract/local-time.ts';
import { addressOf, categoryOf, unitIds } from './dispatch-board-words.ts';

import { excerpt, parseInstant } from './native.ts';
import {
  nothing,
  type Area,
  type FeedParser,
  type ParseContext,
  type Parsed,
  type ParserSetup,
} from './parser.ts';
import { checkPlace, MAX_FUTURE_MS } from './plausibility.ts';
import { recordedMs, replayedMs } from './replay-clock.ts';

const row = z.object({
  id: z.string().trim().min(1).max(80),
  date: z.string().nullish(),
  time: z.string(),
  summary: z.string().nullish(),
  category: z.string().nullish(),
  location: z.string().nullish(),
  latitude: z.number().nullish(),
  longitude: z.number().nullish(),
  units: z.string().nullish(),
});
type Row = z.infer<typeof row>;

const boardOptions = z.object({
  channel: z.enum(channels).default('911'),
  agency: z.string().max(80).optional(),
  /** Flat numbers are personal data; only who sends help may need them. */
  keepDwelling: z.boolean().default(false),
});

/** From so many open calls on it is odd when most vanish at once. */
const MANY = 6;
const DAY_MS = 86_400_000;

interface Known {
  /** What was last said of it, for its closing and to see a change. */
  readonly last: IncidentObservation;
  readonly print: string;
  /** The time of the first poll in a row that lacks it. */
  readonly missingSinceMs: number | null;
}

export class DispatchBoard implements FeedParser {
  private readonly zone: string;
  private readonly options: { channel: Channel; agency?: string | undefined; keepDwelling: boolean };
  private readonly area: Area;
  private readonly maxRows: number;
  private readonly setup: ParserSetup;
  private known: Map<string, Known> | null = null;
  private lastPollMs = -Infinity;

  constructor(setup: ParserSetup) {
    this.setup = setup;
    this.zone = setup.feed.timezone ?? 'UTC';
    this.options = boardOptions.parse(setup.feed.options);
    this.area = setup.area;
    this.maxRows = setup.feed.maxObjects;
  }

  parse(raw: unknown, ctx: ParseContext): Parsed {
    const poll = readPoll(raw);
    if ('code' in poll) return nothing(poll);
    // The source's own time is what its rows are read by; ours is what goes on.
    const sourceNowMs =
      poll.atMs ?? (ctx.clock === null ? ctx.arrivedAtMs : recordedMs(ctx.clock, ctx.arrivedAtMs));
    const toOurs = (ms: number): number => (ctx.clock === null ? ms : replayedMs(ctx.clock, ms));
    const pollMs = toOurs(sourceNowMs);
    if (pollMs < this.lastPollMs) {
      return nothing({ code: 'too-old', detail: 'a newer list of this board is known' });
    }
    const known = this.known ?? this.remembered();
    const next = new Map<string, Known>();
    const observations: IncidentObservation[] = [];
    const refusals: Refusal[] = [];
    const present = new Set<string>();
    let whole = poll.rows.length <= this.maxRows;
    if (!whole) refusals.push({ code: 'too-many-objects' });

    for (const [i, value] of poll.rows.slice(0, this.maxRows).entries()) {
      const parsed = row.safeParse(value);
      if (!parsed.success) {
        const id = idOf(value);
        if (id === null) whole = false;
        else present.add(id);
        const issue = parsed.error.issues[0];
        const detail = `row ${i + 1} ${id ?? ''}: ${issue?.path.join('.')}: ${issue?.message}`;
        refusals.push({ code: 'bad-format', detail: detail.slice(0, 300) });
        continue;
      }
      const { id } = parsed.data;
      if (present.has(id)) continue;
      present.add(id);
      const before = known.get(id);
      const o = this.observationOf(parsed.data, before, sourceNowMs, toOurs);
      if ('code' in o) {
        refusals.push(o);
        continue;
      }
      const print = printOf(o);
      // A call that is the same as before says nothing new.
      if (before === undefined || before.print !== print) observations.push(o);
      next.set(id, { last: o, print, missingSinceMs: null });
    }

    const missing = [...known].filter(([id]) => !present.has(id));
    const odd = poll.rows.length === 0 || (known.size >= MANY && missing.length > known.size / 2);
    for (const [id, was] of known) {
      if (present.has(id)) {
        if (!next.has(id)) next.set(id, was);
      } else if (!whole) next.set(id, was);
      else if (odd && was.missingSinceMs === null) next.set(id, { ...was, missingSinceMs: pollMs });
      else {
        const updatedAt = was.missingSinceMs ?? pollMs;
        observations.push({ ...was.last, status: 'closed', updatedAt });
      }
    }
    return {
      observations,
      lines: observations.map(() => ctx.line),
      refusals,
      commit: (lost) => {
        for (const o of lost) {
          const was = known.get(o.id);
          if (was === undefined) next.delete(o.id);
          else next.set(o.id, was);
        }
        this.known = next;
        this.lastPollMs = pollMs;
      },
    };
  }

  /** After a restart: what the live picture has open of this board. */
  private remembered(): Map<string, Known> {
    const known = new Map<string, Known>();
    for (const { externalId, record } of this.setup.openIncidents()) {
      const last = observationOfRecord(externalId, record);
      known.set(externalId, { last, print: printOf(last), missingSinceMs: null });
    }
    return known;
  }

  private observationOf(
    r: Row,
    before: Known | undefined,
    sourceNowMs: number,
    toOurs: (ms: number) => number,
  ): IncidentObservation | Refusal {
    // When it was reported does not change; its written form does, after midnight.
    let at = before?.last.at;
    if (at === undefined) {
      const reported = reportedAt(r, sourceNowMs, this.zone);
      if (reported === null) return { code: 'bad-time', detail: `${r.id}: ${excerpt(r.time)}` };
      at = toOurs(reported);
    }
    const words = r.category?.trim() || r.summary?.trim() || '';
    const category = categoryOf(words);
    const units = r.units?.trim() ?? '';
    const address = addressOf(r.location ?? '', this.options.keepDwelling);
    const agency = r.summary?.trim().slice(0, 80) || this.options.agency;
    const { latitude: lat, longitude: lon } = r;
    const placed =
      typeof lat === 'number' && typeof lon === 'number' && checkPlace(lon, lat, this.area) === null;
    return {
      type: 'incident',
      id: r.id,
      at,
      updatedAt: toOurs(sourceNowMs),
      channel: this.options.channel,
      category,
      title: { zh: categories[category].name.zh, en: words.slice(0, 200) || categories[category].name.en },
      ...(placed && { lon, lat }),
      ...(address && { address }),
      status: 'open',
      ...(units && { sourceStatus: units.slice(0, 80), units: unitIds(units) }),
      ...(agency && { agency }),
    };
  }
}

/** What must differ for a call to have changed; in an order of our own, since records keep theirs. */
const printOf = (o: IncidentObservation): string =>
  JSON.stringify([
    o.category,
    o.title?.en,
    o.lon ?? null,
    o.lat ?? null,
    o.address ?? null,
    o.sourceStatus ?? null,
    o.agency ?? null,
  ]);

function readPoll(
  raw: unknown,
): { readonly atMs: number | null; readonly rows: readonly unknown[] } | Refusal {
  if (Array.isArray(raw)) return { atMs: null, rows: raw as unknown[] };
  if (typeof raw !== 'object' || raw === null) return { code: 'bad-format', detail: 'not a list of calls' };
  const o = raw as Record<string, unknown>;
  if (!Array.isArray(o['incidents'])) return { code: 'bad-format', detail: 'incidents: not a list' };
  const t = o['t'] ?? o['at'];
  if (t === undefined || t === null) return { atMs: null, rows: o['incidents'] as unknown[] };
  const atMs =
    typeof t === 'number' && Number.isFinite(t) ? t : typeof t === 'string' ? parseInstant(t) : null;
  if (atMs === null) return { code: 'bad-time', detail: `t ${excerpt(t)}` };
  return { atMs, rows: o['incidents'] as unknown[] };
}

function idOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const id = (value as Record<string, unknown>)['id'];
  return typeof id === 'string' && id.trim() !== '' ? id.trim() : null;
}

const TIME = /^(?:(\d{1,2})\/(\d{1,2})\/(\d{4})\s+)?(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AP])M$/i;

/**
 * When a call was reported. After midnight the board writes the date into `time` while `date` becomes the new day: the
 * date beside the time is the true one. For the moment in between, a time that lies ahead of the poll is of yesterday.
 */
export function reportedAt(r: Pick<Row, 'date' | 'time'>, nowMs: number, zone: string): number | null {
  const m = TIME.exec(r.time.trim());
  if (m === null) return null;
  const hour12 = Number(m[4]);
  if (hour12 < 1 || hour12 > 12) return null;
  const time = {
    hour: (hour12 % 12) + (m[7]!.toUpperCase() === 'P' ? 12 : 0),
    minute: Number(m[5]),
    second: Number(m[6] ?? 0),
  };
  if (time.minute > 59 || time.second > 59) return null;
  let day: { year: number; month: number; day: number };
  if (m[3] !== undefined) day = { year: Number(m[3]), month: Number(m[1]), day: Number(m[2]) };
  else {
    const d = /^(\d{4})-(\d{2})-(\d{2})$/.exec(r.date?.trim() ?? '');
    if (d === null) return null;
    day = { year: Number(d[1]), month: Number(d[2]), day: Number(d[3]) };
  }
  const instants = instantsOf({ ...day, ...time }, zone);
  if (instants.length === 0) return null;
  // A call is never reported later than the poll that shows it. In the hour that comes twice: the later one.
  const past = instants.filter((ms) => ms <= nowMs + MAX_FUTURE_MS);
  if (past.length > 0) return past.at(-1)!;
  if (m[3] !== undefined || instants[0]! - nowMs > DAY_MS) return instants[0]!;
  const eve = new Date(Date.UTC(day.year, day.month - 1, day.day) - DAY_MS);
  const yesterday = { year: eve.getUTCFullYear(), month: eve.getUTCMonth() + 1, day: eve.getUTCDate() };
  return instantsOf({ ...yesterday, ...time }, zone)[0] ?? null;
}

function observationOfRecord(id: string, r: IncidentRecord): IncidentObservation {
  return {
    type: 'incident',
    id,
    at: r.reportedAtMs,
    updatedAt: r.updatedAtMs,
    channel: r.channel,
    category: r.category,
    severity: r.severity,
    title: r.title,
    ...(r.detail && { detail: r.detail }),
    ...(r.position && { lon: r.position[0], lat: r.position[1] }),
    ...(r.accuracyM !== undefined && { accuracyM: r.accuracyM }),
    ...(r.address && { address: r.address }),
    ...(r.caller && { caller: r.caller }),
    status: 'open',
    ...(r.sourceStatus && { sourceStatus: r.sourceStatus }),
    ...(r.dueAtMs !== undefined && { dueAt: r.dueAtMs }),
    ...(r.agency && { agency: r.agency }),
    ...(r.units.length > 0 && { units: [...r.units] }),
  };
}

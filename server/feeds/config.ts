/**
 * The configured feeds: who may send what, and under which secret. A token is never a default outside demo mode and
 * never leaves this server.
 */
import { z } from 'zod';
import { bbox } from '../contract/geo.ts';
import { feedKinds } from '../contract/records.ts';
import { err, ok, type Result } from '../contract/result.ts';
import { localText } from '../contract/text.ts';
import type { FeedDescription } from '../live/ports.ts';

export const feedFormats = [
  'native',
  'dispatch-board',
  'gtfs-realtime',
  'open311',
  'cap',
  'signal-port',
] as const;

export const DEMO_TOKEN = 'demo-feed-token';
const MIN_TOKEN_LENGTH = 16;

const timezone = z.string().refine(isTimezone, { error: 'not a known IANA time zone' });

export const feedConfig = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'small letters, digits and -, at most 60'),
  name: localText,
  kind: z.enum(feedKinds),
  format: z.enum(feedFormats).default('native'),
  /** The secret itself, or the name of the environment variable that holds it. */
  token: z.union([z.string(), z.strictObject({ tokenEnv: z.string().min(1) })]),
  /** Options of the format's parser. */
  options: z.record(z.string(), z.unknown()).default({}),
  /** The most objects (vehicles, detectors, open incidents) it may report at once. */
  maxObjects: z.number().int().min(1).max(1_000_000).default(50_000),
  /** The most observations a second, averaged over 10 s. */
  maxPerSecond: z.number().int().min(1).max(10_000_000).default(200_000),
  /** Whether a recording may be played through it with shifted times. */
  allowReplay: z.boolean().default(false),
  /** Where its positions may lie; the city where absent. */
  bbox: bbox.optional(),
  /** Of local times in the source, e.g. America/Los_Angeles. */
  timezone: timezone.optional(),
  mqtt: z
    .strictObject({ topic: z.string().min(1), qos: z.union([z.literal(0), z.literal(1)]).default(1) })
    .optional(),
  /** Fetched from here every so often (format `cap`): an Atom index or a single message. */
  poll: z
    .strictObject({
      url: z.url({ protocol: /^https?$/ }).max(2_000),
      everyS: z.number().int().min(10).max(86_400).default(60),
    })
    .optional(),
  /**
   * Who dispatches and closes its incidents: people here, or the source itself. Absent: the source where the format is a
   * board or list of somebody else's cases.
   */
  handledBy: z.enum(['here', 'source']).optional(),
  /** Where the server records at all: whether what this feed sends is written to files that can be replayed. */
  record: z.boolean().default(true),
});

const feedsFile = z.strictObject({ feeds: z.array(feedConfig).max(1_000) });

/** A feed as the server knows it, its token resolved. */
export type FeedConfig = Omit<z.infer<typeof feedConfig>, 'token'> & { readonly token: string };
/** What one writes to configure a feed, with all its defaults left out. */
export type FeedConfigInput = z.input<typeof feedConfig>;

/**
 * Reads the content of a feeds file (`{ "feeds": [...] }`). `env` holds the values that `tokenEnv` may name.
 * Every problem is said, with the place it stands at.
 */
export function parseFeeds(
  json: unknown,
  env: Readonly<Record<string, string | undefined>>,
  demo: boolean,
): Result<FeedConfig[], string[]> {
  const parsed = feedsFile.safeParse(json);
  if (!parsed.success) {
    return err(parsed.error.issues.map((i) => `${i.path.join('.') || 'feeds'}: ${i.message}`));
  }
  const problems: string[] = [];
  const seen = new Set<string>();
  const feeds: FeedConfig[] = [];
  for (const [i, feed] of parsed.data.feeds.entries()) {
    const at = `feeds.${i} (${feed.id})`;
    if (seen.has(feed.id)) problems.push(`${at}.id: is used twice`);
    seen.add(feed.id);
    const token = typeof feed.token === 'string' ? feed.token : env[feed.token.tokenEnv];
    if (token === undefined) {
      const name = typeof feed.token === 'string' ? '' : feed.token.tokenEnv;
      problems.push(`${at}.token: the environment variable ${name} is not set`);
      continue;
    }
    if (!demo && token === DEMO_TOKEN) problems.push(`${at}.token: the demo token is not for real use`);
    else if (token.length < MIN_TOKEN_LENGTH && !(demo && token === DEMO_TOKEN)) {
      problems.push(`${at}.token: must have at least ${MIN_TOKEN_LENGTH} characters`);
    }
    if (feed.format === 'dispatch-board' && feed.timezone === undefined) {
      problems.push(`${at}.timezone: a dispatch board writes local times; say in which zone`);
    }
    if (feed.format === 'cap' && feed.kind !== 'warnings' && feed.kind !== 'mixed') {
      problems.push(`${at}.kind: CAP messages are warnings; a feed of them has this kind, or mixed`);
    }
    if ((feed.format === 'signal-port') !== (feed.kind === 'signal-port')) {
      problems.push(
        `${at}.format: the kind signal-port has the format signal-port, and no other kind has it`,
      );
    }
    if (feed.poll !== undefined && feed.format !== 'cap') {
      problems.push(`${at}.poll: only feeds of the format cap are fetched from here`);
    }
    feeds.push({ ...feed, token });
  }
  return problems.length > 0 ? err(problems) : ok(feeds);
}

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch (cause) {
    if (cause instanceof RangeError) return false;
    throw cause;
  }
}

/** The feeds of the demo: the simulators', and the ones that recordings of real feeds are replayed through. */
export function demoFeeds(token: string = DEMO_TOKEN): FeedConfig[] {
  const feed = (f: Omit<FeedConfigInput, 'token'>): FeedConfig => ({
    ...feedConfig.parse({ ...f, token }),
    token,
  });
  const simulated = (id: string, kind: FeedConfigInput['kind'], zh: string, en: string): FeedConfig =>
    feed({ id, kind, name: { zh: `${zh}（模拟）`, en: `${en} (simulated)` }, maxObjects: 150_000 });
  return [
    simulated('sim-positions', 'positions', '车辆定位', 'Vehicle positions'),
    simulated('sim-detectors', 'detectors', '环形线圈', 'Loop detectors'),
    simulated('sim-signals', 'signals', '信号机', 'Signal controllers'),
    feed({
      id: 'sim-signal-port',
      name: { zh: '信号控制接口（模拟）', en: 'Signal port (simulated)' },
      kind: 'signal-port',
      format: 'signal-port',
    }),
    simulated('sim-incidents', 'incidents', '接警中心', 'Emergency calls'),
    simulated('sim-units', 'units', '出勤力量', 'Units'),
    simulated('sim-facilities', 'facilities', '公共设施', 'Facilities'),
    simulated('sim-stations', 'stations', '环境监测', 'Environment stations'),
    simulated('sim-warnings', 'warnings', '气象预警', 'Weather warnings'),
    feed({
      id: 'sanmateo-fire',
      name: { zh: '圣马特奥县消防调度（回放）', en: 'San Mateo County fire dispatch (replay)' },
      kind: 'incidents',
      format: 'dispatch-board',
      timezone: 'America/Los_Angeles',
      bbox: [-122.7, 37.05, -122, 37.8],
      options: { channel: '911', agency: 'San Mateo County Fire' },
      allowReplay: true,
    }),
    feed({
      id: 'metr-la',
      name: { zh: '洛杉矶环形线圈（回放）', en: 'Los Angeles loop detectors (replay)' },
      kind: 'detectors',
      bbox: [-118.7, 33.9, -117.9, 34.4],
      allowReplay: true,
    }),
    feed({
      id: 'sf-cabs',
      name: { zh: '旧金山出租车（回放）', en: 'San Francisco cabs (replay)' },
      kind: 'positions',
      bbox: [-123, 36.9, -121.4, 38.4],
      allowReplay: true,
    }),
    feed({
      id: 'baltimore-311',
      name: { zh: '巴尔的摩 311 工单（回放）', en: 'Baltimore 311 requests (replay)' },
      kind: 'incidents',
      bbox: [-76.72, 39.19, -76.52, 39.38],
      timezone: 'America/New_York',
      // Some requests are rounded to 39,-77, far out of the town.
      options: { misplaced: 'unplaced' },
      handledBy: 'source',
      allowReplay: true,
    }),
    feed({
      id: 'cap',
      name: { zh: '外部预警（CAP）', en: 'Public warnings (CAP)' },
      kind: 'warnings',
      format: 'cap',
      // The demo city is nowhere: warnings of every real place may be tried.
      bbox: [-180, -90, 180, 90],
      allowReplay: true,
    }),
  ];
}

/** A feed without its secret and the edge's own settings. */
export const describeFeed = (feed: FeedConfig): FeedDescription => ({
  id: feed.id,
  name: feed.name,
  kind: feed.kind,
  format: feed.format,
  maxObjects: feed.maxObjects,
  handledBySource: feed.handledBy === undefined ? bySource.has(feed.format) : feed.handledBy === 'source',
});
const bySource: ReadonlySet<FeedConfig['format']> = new Set(['dispatch-board', 'open311']);

/** What a feed of a kind may send; `mixed` may send everything. */
export const kindTypes = {
  positions: ['position', 'gone'],
  detectors: ['detector'],
  signals: ['signal'],
  /** Has a door of its own. */
  'signal-port': [],
  incidents: ['incident'],
  units: ['unit'],
  facilities: ['facility'],
  stations: ['station'],
  warnings: ['warning'],
  mixed: ['position', 'gone', 'detector', 'signal', 'incident', 'unit', 'facility', 'station', 'warning'],
} as const satisfies Record<FeedConfig['kind'], readonly string[]>;

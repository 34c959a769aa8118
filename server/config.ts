/**
 * One schema over environment and command line → a frozen Config. The only reader of `process.env` in the server; a
 * wrong setting ends the start with a sentence that names it.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { joinNegatives } from './command-line.ts';
import type { Bbox, LonLat } from './contract/geo.ts';
import { err, ok, type Result } from './contract/result.ts';
import { demoFeeds, parseFeeds, type FeedConfig } from './feeds/config.ts';
import { parseNotify, type NotifyConfig } from './notify/notify-config.ts';

const flag = z
  .enum(['', '0', '1', 'true', 'false'])
  .default('')
  .transform((v) => v === '1' || v === 'true');
const viewText = z
  .string()
  .regex(/^-?\d+(\.\d+)?,-?\d+(\.\d+)?,\d+(\.\d+)?$/, 'must be longitude,latitude,zoom')
  .transform((s) => s.split(',').map(Number) as [number, number, number])
  .refine(([lon, lat, zoom]) => Math.abs(lon) <= 180 && Math.abs(lat) <= 85 && zoom <= 22, {
    error: 'must be longitude,latitude,zoom (in this order)',
  });

/** Settings by environment variable; each also as a command-line option of the name beside it. */
const settings = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  DEMO: flag,
  CITY: z.string().default(''),
  VIEW: viewText.optional(),
  DATA_DIR: z.string().default('data'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  FEEDS_FILE: z.string().optional(),
  RULEBOOK_FILE: z.string().optional(),
  NOTIFY_FILE: z.string().optional(),
  CAP_SENDER: z
    .string()
    .regex(/^[^\s,<&]{1,200}$/, 'without blanks, commas, “<” and “&” (CAP 1.2, sender)')
    .optional(),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  MQTT_URL: z.url({ protocol: /^(mqtts?|wss?)$/ }).optional(),
  TICK_HZ: z.coerce.number().min(1).max(5).default(2),
  RECORD_DIR: z.string().optional(),
  BASE_MAP_STYLE: z.string().optional(),
  BASE_MAP_PMTILES: z.string().optional(),
  ALLOWED_ORIGINS: z
    .string()
    .default('')
    .transform((s) =>
      s
        .split(',')
        .map((o) => o.trim())
        .filter(Boolean),
    ),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
});
type Settings = z.infer<typeof settings>;

const optionOf: Readonly<Record<keyof Settings, string>> = {
  HOST: 'host',
  PORT: 'port',
  DEMO: 'demo',
  CITY: 'city',
  VIEW: 'view',
  DATA_DIR: 'data',
  DATABASE_URL: 'database-url',
  FEEDS_FILE: 'feeds',
  RULEBOOK_FILE: 'rulebook',
  NOTIFY_FILE: 'notify',
  CAP_SENDER: 'cap-sender',
  PUBLIC_URL: 'public-url',
  MQTT_URL: 'mqtt',
  TICK_HZ: 'hz',
  RECORD_DIR: 'record',
  BASE_MAP_STYLE: 'map-style',
  BASE_MAP_PMTILES: 'map-pmtiles',
  ALLOWED_ORIGINS: 'origins',
  LOG_LEVEL: 'log',
};

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly demo: boolean;
  /** Folder of the city pack; null: no city, a plain base map at `view`. */
  readonly city: string | null;
  readonly view: { readonly center: LonLat; readonly zoom: number; readonly bbox: Bbox };
  readonly dataDir: string;
  /** Where journal and accounts lie; null: in SQLite files in the data folder. */
  readonly databaseUrl: string | null;
  readonly feeds: readonly FeedConfig[];
  /** Plans, duties and deadlines; null: the product's own. */
  readonly rulebook: string | null;
  /** Who outside is told of alarms and warnings. */
  readonly notify: NotifyConfig;
  /** Who we are to those who read our warnings; null: named after the city. */
  readonly capSender: string | null;
  /** As others reach this server; null: as they asked. */
  readonly publicUrl: string | null;
  readonly mqttUrl: string | null;
  readonly tickHz: number;
  readonly recordDir: string | null;
  readonly baseMap: { readonly style?: string; readonly pmtiles?: string };
  readonly allowedOrigins: readonly string[];
  readonly logLevel: Settings['LOG_LEVEL'];
  readonly version: string;
}

/** Where a plain base map looks without a VIEW: the whole world. */
const WORLD: readonly [number, number, number] = [118.6, 30.1, 3];

/** Reads the configuration. Every problem is a sentence that names the setting. */
export function readConfig(
  env: Readonly<Record<string, string | undefined>> = process.env,
  argv: readonly string[] = process.argv.slice(2),
): Result<Config, string[]> {
  let options: Record<string, string | boolean | undefined>;
  try {
    const names = Object.values(optionOf);
    options = parseArgs({
      args: joinNegatives(argv),
      options: Object.fromEntries(
        names.map((n) => [n, { type: n === 'demo' ? 'boolean' : 'string' } as const]),
      ),
    }).values;
  } catch (cause) {
    return err([cause instanceof Error ? cause.message : String(cause)]);
  }
  const raw: Record<string, string | undefined> = {};
  for (const [name, option] of Object.entries(optionOf)) {
    const given = options[option];
    raw[name] = given === true ? '1' : given === undefined || given === false ? env[name] : given;
    if (raw[name] === '') delete raw[name];
  }
  const parsed = settings.safeParse(raw);
  if (!parsed.success) {
    const named = (i: z.core.$ZodIssue): string => {
      const name = String(i.path[0]) as keyof Settings;
      // An address of a database holds its password.
      const given = name === 'DATABASE_URL' ? '…' : (raw[name] ?? '');
      return `${name} (--${optionOf[name]}) “${given}”: ${i.message}`;
    };
    return err(parsed.error.issues.map(named));
  }
  const s = parsed.data;
  const feeds = readFeeds(s, env);
  if (!feeds.ok) return feeds;
  const notify = readNotify(s, env);
  if (!notify.ok) return notify;
  if (s.CITY === '') {
    return err(['CITY (--city) is not set: the folder of a city pack, or “none” for a plain base map']);
  }
  const [lon, lat, zoom] = s.VIEW ?? WORLD;
  const span = 360 / 2 ** zoom;
  return ok(
    Object.freeze({
      host: s.HOST,
      port: s.PORT,
      demo: s.DEMO,
      city: s.CITY === 'none' ? null : s.CITY,
      view: {
        center: [lon, lat] as const,
        zoom,
        bbox: [lon - span, Math.max(-85, lat - span), lon + span, Math.min(85, lat + span)] as const,
      },
      dataDir: s.DATA_DIR,
      databaseUrl: s.DATABASE_URL ?? null,
      feeds: feeds.value,
      rulebook: s.RULEBOOK_FILE ?? null,
      notify: notify.value,
      capSender: s.CAP_SENDER ?? null,
      publicUrl: s.PUBLIC_URL?.replace(/\/$/, '') ?? null,
      mqttUrl: s.MQTT_URL ?? null,
      tickHz: s.TICK_HZ,
      recordDir: s.RECORD_DIR ?? null,
      baseMap: {
        ...(s.BASE_MAP_STYLE && { style: s.BASE_MAP_STYLE }),
        ...(s.BASE_MAP_PMTILES && { pmtiles: s.BASE_MAP_PMTILES }),
      },
      allowedOrigins: s.ALLOWED_ORIGINS,
      logLevel: s.LOG_LEVEL,
      version: packageVersion(),
    }),
  );
}

function readFeeds(
  s: Settings,
  env: Readonly<Record<string, string | undefined>>,
): Result<readonly FeedConfig[], string[]> {
  if (s.FEEDS_FILE === undefined) {
    if (s.DEMO) return ok(demoFeeds());
    return err([
      'FEEDS_FILE (--feeds) is not set: the feeds and their tokens; only the demo has some of its own',
    ]);
  }
  return readJson('FEEDS_FILE', s.FEEDS_FILE, (json) => parseFeeds(json, env, s.DEMO));
}

const NOBODY: NotifyConfig = { webhooks: [], email: null, routes: [], allow: [] };

function readNotify(
  s: Settings,
  env: Readonly<Record<string, string | undefined>>,
): Result<NotifyConfig, string[]> {
  if (s.NOTIFY_FILE === undefined) return ok(NOBODY);
  return readJson('NOTIFY_FILE', s.NOTIFY_FILE, (json) => parseNotify(json, env, s.DEMO));
}

/** What a file holds; every problem is said with the setting and the file. */
function readJson<T>(
  setting: string,
  file: string,
  parse: (json: unknown) => Result<T, string[]>,
): Result<T, string[]> {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    return err([`${setting} ${file}: ${cause instanceof Error ? cause.message : String(cause)}`]);
  }
  const parsed = parse(json);
  return parsed.ok ? parsed : err(parsed.error.map((problem) => `${setting} ${file}: ${problem}`));
}

function packageVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

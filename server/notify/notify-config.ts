/**
 * Who outside is told what, as the file of `--notify` has it. Addresses of receivers often carry their secret, so both may
 * come from the environment; what is wrong is said with the place it stands at, never with a secret.
 */
import { isIP } from 'node:net';
import { z } from 'zod';
import { err, ok, type Result } from '../contract/result.ts';
import { roles } from '../contract/roles.ts';
import { languages, type Language } from '../contract/text.ts';
import type { Route } from '../domain/notifications/route.ts';
import { bareHost, mayBePlain, isNetwork, mayReach, PRIVATE_NETWORKS } from './addresses.ts';
import { checkUrl } from './outgoing.ts';

/** HMAC-SHA256 wants a key as long as its hash (RFC 2104, 3). */
const MIN_SECRET_LENGTH = 32;
export const DEMO_SECRET = 'demo-notify-secret-not-for-real-use';

const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'small letters, digits and -, at most 60');
const fromEnv = (name: string) => z.strictObject({ [name]: z.string().min(1) });
const language = z.enum(languages).default('zh-CN');
const address = z.email().max(254);

const file = z.strictObject({
  webhooks: z
    .array(
      z.strictObject({
        id,
        /** `https:`, or `http:` where `allowPrivate` opens its network; or the variable that holds it. */
        url: z.union([z.string(), fromEnv('urlEnv')]),
        /** What its messages are signed with, or the variable that holds it. */
        secret: z.union([z.string(), fromEnv('secretEnv')]),
        language,
      }),
    )
    .max(50)
    .default([]),
  email: z
    .strictObject({
      /** `smtps://user:password@host:465`, or `smtp://host:587` with STARTTLS; or the variable that holds it. */
      url: z.union([z.string(), fromEnv('urlEnv')]),
      from: address,
      recipients: z
        .array(z.strictObject({ id, to: z.array(address).min(1).max(50), language }))
        .min(1)
        .max(50),
    })
    .optional(),
  routes: z
    .array(
      z.strictObject({
        to: z.array(id).min(1).max(50),
        kinds: z
          .array(z.enum(['alarm', 'escalation', 'warning']))
          .min(1)
          .optional(),
        priorities: z
          .array(z.union([z.literal(1), z.literal(2), z.literal(3)]))
          .min(1)
          .optional(),
        rules: z.array(z.string()).min(1).optional(),
        departments: z.array(z.string()).min(1).optional(),
        roles: z.array(z.enum(roles)).min(1).optional(),
      }),
    )
    .max(200),
  /** Whether receivers may be on private networks: all of them, or those named (`10.2.0.0/16`). */
  allowPrivate: z
    .union([
      z.boolean(),
      z.array(z.string().refine(isNetwork, { error: 'not a network like 10.2.0.0/16' })).min(1),
    ])
    .default(false),
});

export interface WebhookConfig {
  readonly id: string;
  readonly url: string;
  readonly secret: string;
  readonly language: Language;
}
export interface EmailConfig {
  readonly host: string;
  readonly port: number;
  /** TLS from the start. */
  readonly secure: boolean;
  readonly auth?: { readonly user: string; readonly pass: string };
  readonly from: string;
  readonly recipients: readonly {
    readonly id: string;
    readonly to: readonly string[];
    readonly language: Language;
  }[];
}
/** Everything resolved and checked. */
export interface NotifyConfig {
  readonly webhooks: readonly WebhookConfig[];
  readonly email: EmailConfig | null;
  readonly routes: readonly Route[];
  /** Inner networks that may be reached. */
  readonly allow: readonly string[];
}

/**
 * Reads the content of a notifications file. `env` holds the values that `urlEnv` and `secretEnv` may name.
 * Every problem is said, with the place it stands at.
 */
export function parseNotify(
  json: unknown,
  env: Readonly<Record<string, string | undefined>>,
  demo: boolean,
): Result<NotifyConfig, string[]> {
  const parsed = file.safeParse(json);
  if (!parsed.success) {
    return err(parsed.error.issues.map((i) => `${i.path.join('.') || 'notify'}: ${i.message}`));
  }
  const { data } = parsed;
  const problems: string[] = [];
  const allow = data.allowPrivate === true ? PRIVATE_NETWORKS : data.allowPrivate || [];
  const channels = new Map<string, 'webhook' | 'email'>();
  const name = (at: string, target: string, channel: 'webhook' | 'email'): void => {
    if (channels.has(target)) problems.push(`${at}.id: is used twice`);
    channels.set(target, channel);
  };
  /** The value itself, or of the variable that is named. */
  const resolve = (at: string, value: string | Readonly<Record<string, string>>): string | null => {
    if (typeof value === 'string') return value;
    const variable = Object.values(value)[0]!;
    const held = env[variable];
    if (held === undefined) problems.push(`${at}: the environment variable ${variable} is not set`);
    return held ?? null;
  };

  const webhooks: WebhookConfig[] = [];
  for (const [i, hook] of data.webhooks.entries()) {
    const at = `webhooks.${i} (${hook.id})`;
    name(at, hook.id, 'webhook');
    const url = resolve(`${at}.url`, hook.url);
    const secret = resolve(`${at}.secret`, hook.secret);
    const wrong = [
      ...(url === null ? [] : urlProblems(url, allow).map((p) => `${at}.url: ${p}`)),
      ...(secret === null ? [] : secretProblems(secret, demo).map((p) => `${at}.secret: ${p}`)),
    ];
    problems.push(...wrong);
    if (url !== null && secret !== null) webhooks.push({ ...hook, url, secret });
  }

  let email: EmailConfig | null = null;
  if (data.email) {
    for (const [i, r] of data.email.recipients.entries()) {
      name(`email.recipients.${i} (${r.id})`, r.id, 'email');
    }
    const url = resolve('email.url', data.email.url);
    const server = url === null ? null : smtpServer(url, allow);
    if (server?.ok === false) problems.push(`email.url: ${server.error}`);
    if (server?.ok === true) {
      email = { ...server.value, from: data.email.from, recipients: data.email.recipients };
    }
  }

  const routes = data.routes.map(({ to, ...conditions }, i): Route => {
    for (const target of to) {
      if (!channels.has(target)) problems.push(`routes.${i}.to: there is no target “${target}”`);
    }
    const targets = [...new Set(to)].map((target) => ({
      target,
      channel: channels.get(target) ?? 'webhook',
    }));
    return { ...conditions, to: targets };
  });
  return problems.length > 0 ? err(problems) : ok({ webhooks, email, routes, allow });
}

function urlProblems(text: string, allow: readonly string[]): string[] {
  const checked = checkUrl(text);
  if (!checked.ok) return [checked.error.sentence.en];
  const { hostname, protocol } = checked.value;
  const host = bareHost(hostname);
  if (isIP(host) !== 0 && !mayReach(host, allow)) return [INNER];
  const plain = protocol === 'http:';
  if (plain && (allow.length === 0 || (isIP(host) !== 0 && !mayBePlain([{ address: host }], allow)))) {
    return ['has to use https; http only reaches networks that allowPrivate names'];
  }
  return [];
}
const INNER = 'leads to an inner or reserved address; allowPrivate opens private networks';

function secretProblems(secret: string, demo: boolean): string[] {
  if (secret === DEMO_SECRET) return demo ? [] : ['the demo secret is not for real use'];
  return secret.length < MIN_SECRET_LENGTH ? [`must have at least ${MIN_SECRET_LENGTH} characters`] : [];
}

type SmtpServer = Pick<EmailConfig, 'host' | 'port' | 'secure' | 'auth'>;
function smtpServer(text: string, allow: readonly string[]): Result<SmtpServer, string> {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'smtp:' && url.protocol !== 'smtps:') || url.hostname === '') {
    return err('must be smtp://host:port or smtps://host:port');
  }
  // Options there could switch off the check of certificates.
  if (url.search !== '' || url.hash !== '' || (url.pathname !== '' && url.pathname !== '/')) {
    return err('nothing may follow the host and port');
  }
  const host = bareHost(url.hostname);
  if (isIP(host) !== 0 && !mayReach(host, allow)) return err(INNER);
  const secure = url.protocol === 'smtps:';
  const decoded = [url.username, url.password].map(decode);
  const [user, pass] = decoded;
  if (user === null || user === undefined || pass === null || pass === undefined) {
    return err('user and password have to be percent-encoded');
  }
  return ok({
    host,
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    ...(user !== '' && { auth: { user, pass } }),
  });
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

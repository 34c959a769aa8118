/** Signing in and the administration of accounts, as they travel over HTTP. No password and no hash of one is ever answered. */
import { z } from 'zod';
import type { SessionAnswer } from './api.ts';
import { plainText } from './plain-text.ts';
import { person, roles, type Role } from './roles.ts';

/** Longer than any sentence somebody remembers, short enough to hash. */
const MAX_PASSWORD = 256;
const typedPassword = z.string().min(1).max(MAX_PASSWORD);

export const accountId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{1,59}$/, 'small letters, digits, dot, _ and -, 2 to 60');
const department = z.string().min(1).max(80);

/** `POST /api/v1/session`: by password, or in the demo by one click. */
export const signInRequest = z.union([
  z.strictObject({ id: z.string().trim().toLowerCase().min(1).max(60), password: typedPassword }),
  z.strictObject({ demo: z.string().min(1).max(60) }),
]);

/** `PUT /api/v1/session/password`. */
export const passwordChange = z.strictObject({ current: typedPassword, next: typedPassword });

/** The header that carries the session's `csrf` with everything that changes something. */
export const CSRF_HEADER = 'X-CSRF-Token';

export const sessionAnswer = z.object({
  person: person.nullable(),
  csrf: z.string().nullable(),
  demo: z.boolean(),
  demoAccounts: z.array(person).optional(),
}) satisfies z.ZodType<SessionAnswer>;

/** `POST /api/v1/accounts`. */
export const newAccount = z.strictObject({
  id: accountId,
  name: plainText(60),
  role: z.enum(roles),
  department: department.optional(),
  password: typedPassword,
});
export type NewAccount = z.infer<typeof newAccount>;

/** `PATCH /api/v1/accounts/:id`: only what changes; `department: null` takes it away, `password` resets it. */
export const accountChange = z
  .strictObject({
    name: plainText(60),
    role: z.enum(roles),
    department: department.nullable(),
    disabled: z.boolean(),
    password: typedPassword,
    /** Lets somebody try again before the lock ends. */
    unlock: z.literal(true),
  })
  .partial();
export type AccountChange = z.infer<typeof accountChange>;

/** An account as its administrator sees it. */
export const accountAnswer = person.extend({
  disabled: z.boolean(),
  lockedUntilMs: z.number().nullable(),
  version: z.number().int(),
});
export type AccountAnswer = z.infer<typeof accountAnswer>;

/**
 * The demo's simulated colleagues. They work without a browser: `Authorization: Bearer <token>` on a request or a socket's
 * handshake stands for one of them. Outside the demo these tokens open nothing.
 */
export const demoColleagues = {
  dispatcher: { id: 'demo-colleague', name: '模拟调度员', token: 'demo-console-token' },
  supervisor: {
    id: 'demo-colleague-supervisor',
    name: '模拟值班长',
    token: 'demo-console-supervisor-token',
  },
} as const satisfies Partial<Record<Role, { id: string; name: string; token: string }>>;
export const demoConsoleTokens: Readonly<Record<string, string>> = Object.fromEntries(
  Object.values(demoColleagues).map(({ token, id }) => [token, id]),
);

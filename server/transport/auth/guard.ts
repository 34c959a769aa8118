/**
 * Who asks, on HTTP: found once a request, before any route. Invariant: nothing is changed for a request that another
 * site's page could have made (SE-47).
 */
import { timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { CSRF_HEADER } from '../../contract/accounts.ts';
import type { Audience, Person, Role } from '../../contract/roles.ts';
import { sendRefusal } from '../http-answers.ts';
import { originAllowed } from '../origin.ts';
import type { Auth } from './auth.ts';
import { tokenIn } from './session-cookie.ts';
import type { Identity } from './sessions.ts';

const identities = new WeakMap<Request, Identity>();

/** Who asks; null: nobody is signed in. */
export const identityOf = (req: Request): Identity | null => identities.get(req) ?? null;
export const personOfRequest = (req: Request): Person | null => identityOf(req)?.person ?? null;
export const audienceOfRequest = (req: Request): Audience => audienceOf(personOfRequest(req));

/** Whose eyes records are prepared for; who is not signed in is a viewer. */
export const audienceOf = (person: Person | null): Audience =>
  person === null ? { role: 'viewer' } : { role: person.role, department: person.department };

/** What needs no session: what a page must know to sign in. Sessions and feeds have routes of their own before. */
const OPEN_PATHS: ReadonlySet<string> = new Set(['/client-config']);
const READING: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Finds out who asks. */
export function identify(auth: Auth): RequestHandler {
  return async (req, _res, next) => {
    const identity = await auth.identify(tokenIn(req.headers.cookie), req.headers.authorization);
    if (identity !== null) identities.set(req, identity);
    next();
  };
}

/** Whether the browser says that a page of ours asks; a program, which says nothing, may. */
export function fromOwnPage(req: Pick<Request, 'headers'>, allowedOrigins: readonly string[]): boolean {
  const site = req.headers['sec-fetch-site'];
  if (site === 'same-origin') return true;
  if (site !== undefined && req.headers.origin === undefined) return false;
  return originAllowed(req, allowedOrigins);
}

/** Lets changes through only from a page of ours that knows the session's secret. */
export function onlyOwnPages(allowedOrigins: readonly string[]): RequestHandler {
  return (req, res, next) => {
    const session = identityOf(req)?.session ?? null;
    const proven =
      READING.has(req.method) ||
      (fromOwnPage(req, allowedOrigins) &&
        (session === null || isSame(req.get(CSRF_HEADER) ?? '', session.csrf)));
    if (proven) next();
    else sendRefusal(res, { code: 'csrf' });
  };
}

/** Outside the demo: nothing for who is not signed in. */
export const onlySignedIn: RequestHandler = (req, res, next) => {
  if (identityOf(req) !== null || OPEN_PATHS.has(req.path)) next();
  else sendRefusal(res, { code: 'not-signed-in' });
};

/** Nothing but for one role, whatever else somebody may. */
export function onlyRole(role: Role): RequestHandler {
  return (req, res, next) => {
    const person = personOfRequest(req);
    if (person?.role === role) next();
    else sendRefusal(res, { code: person === null ? 'not-signed-in' : 'forbidden' });
  };
}

function isSame(given: string, secret: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The cookie that carries a session's token, out of reach of scripts and of other sites' requests. */
import type { Request, Response } from 'express';

/** The prefix makes browsers refuse it from another host or without TLS (RFC 6265bis, 4.1.3.2). */
const SECURE_NAME = '__Host-city-brain';
const PLAIN_NAME = 'city-brain';

/** The token in a Cookie header, null where there is none. */
export function tokenIn(cookies: string | undefined): string | null {
  const given = new Map<string, string>();
  for (const pair of (cookies ?? '').split(';')) {
    const at = pair.indexOf('=');
    const name = pair.slice(0, at).trim();
    // The first is the one with the narrowest path and the oldest: ours.
    if (at > 0 && !given.has(name)) given.set(name, pair.slice(at + 1).trim());
  }
  const token = given.get(SECURE_NAME) ?? given.get(PLAIN_NAME) ?? '';
  return /^[\w-]{20,100}$/.test(token) ? token : null;
}

/** TLS may end in front of the server: then the page's own origin tells of it. */
const isSecure = (req: Request): boolean => req.secure || req.get('origin')?.startsWith('https://') === true;

const attributes = (secure: boolean) => ({ httpOnly: true, sameSite: 'lax', path: '/', secure }) as const;

/** Gives the browser the token until it is closed. */
export function setToken(req: Request, res: Response, token: string): void {
  const secure = isSecure(req);
  res.cookie(secure ? SECURE_NAME : PLAIN_NAME, token, attributes(secure));
}

export function clearToken(res: Response): void {
  res.clearCookie(PLAIN_NAME, attributes(false));
  res.clearCookie(SECURE_NAME, attributes(true));
}

/** Which pages may open a socket: our own and those configured. A page elsewhere must not read a signed-in screen. */
import type { IncomingMessage } from 'node:http';

/**
 * True for a request of a program (no Origin), of a page from this server's own address, or of an origin in `allowed`
 * (SE-5).
 */
export function originAllowed(
  request: Pick<IncomingMessage, 'headers'>,
  allowed: readonly string[],
): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return true;
  if (allowed.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}

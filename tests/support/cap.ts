/** CAP messages as text, for tests: a valid one, of which single parts are replaced. */
import { readCap } from '../../server/feeds/cap/read-cap.ts';
import type { Refusal } from '../../server/contract/refusals.ts';
import type { Result } from '../../server/contract/result.ts';
import type { WarningMessage } from '../../server/contract/warnings.ts';

export const CAP_NS = 'urn:oasis:names:tc:emergency:cap:1.2';
export const ATOM_NS = 'http://www.w3.org/2005/Atom';
export const SENT_MS = Date.UTC(2026, 6, 1, 8, 30, 0);

export const areaText = `<area>
  <areaDesc>Guixi</areaDesc>
  <polygon>28.20,117.10 28.20,117.30 28.40,117.30 28.20,117.10</polygon>
  <circle>28.3,117.2 12.5</circle>
  <geocode><valueName>GB2260</valueName><value>360681</value></geocode>
</area>`;

export const infoText = `<info>
  <language>en-US</language>
  <category>Met</category>
  <event>Rainstorm</event>
  <responseType>Shelter</responseType>
  <urgency>Immediate</urgency>
  <severity>Severe</severity>
  <certainty>Likely</certainty>
  <effective>2026-07-01T16:30:00+08:00</effective>
  <onset>2026-07-01T17:00:00+08:00</onset>
  <expires>2026-07-01T22:30:00+08:00</expires>
  <senderName>Weather Service</senderName>
  <headline>Red rainstorm warning</headline>
  <description>Over 100 mm in three hours.</description>
  <instruction>Stay inside.</instruction>
  <web>https://weather.example.org/1</web>
  ${areaText}
</info>`;

/** A whole message; `replace` puts others in place of parts of it. */
export function capText(replace: readonly (readonly [from: string, to: string])[] = []): string {
  let text = `<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="${CAP_NS}">
  <identifier>EX-2026-1</identifier>
  <sender>alerts@example.org</sender>
  <sent>2026-07-01T16:30:00+08:00</sent>
  <status>Actual</status>
  <msgType>Alert</msgType>
  <scope>Public</scope>
  <references>alerts@example.org,EX-2026-0,2026-07-01T15:30:00+08:00</references>
  ${infoText}
</alert>`;
  for (const [from, to] of replace) {
    if (!text.includes(from)) throw new Error(`the message has no ${from}`);
    text = text.replace(from, () => to);
  }
  return text;
}

/** A message as part of an index: without its declaration. */
export const bare = (text: string): string => text.replace(/^<\?xml[^>]*\?>\s*/, '');
export const entryText = (id: string, inner: string, updated = '2026-07-01T08:30:00Z'): string =>
  `<entry><id>${id}</id><title>${id}</title><updated>${updated}</updated>${inner}</entry>`;
export const embedded = (id: string, text: string): string =>
  entryText(id, `<content type="application/cap+xml">${bare(text)}</content>`);
export const linked = (id: string, href: string, updated?: string): string =>
  entryText(id, `<link type="application/cap+xml" href="${href}"/>`, updated);
export const atomText = (entries: readonly string[]): string =>
  `<feed xmlns="${ATOM_NS}"><id>urn:x</id><title>x</title><updated>2026-07-01T08:30:00Z</updated>${entries.join('')}</feed>`;

/** What our reader makes of one message. */
export function readMessage(text: string | Uint8Array): Result<WarningMessage, Refusal> {
  const read = readCap(typeof text === 'string' ? Buffer.from(text) : text);
  if (!read.ok) return read;
  if (read.value.kind !== 'message') throw new Error('an index, not a message');
  return { ok: true, value: read.value.message };
}

export function warningOf(text: string | Uint8Array): WarningMessage {
  const read = readMessage(text);
  if (!read.ok) throw new Error(`${read.error.code} ${read.error.detail}`);
  return read.value;
}

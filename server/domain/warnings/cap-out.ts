/**
 * Our warnings as others read them: CAP 1.2 (OASIS, 2010), and an Atom index of them (RFC 4287). What is written is always
 * well-formed, whatever is in the texts; times are whole seconds of UTC, as CAP has them (AL-160).
 */
import type { LonLat } from '../../contract/geo.ts';
import { localTimeAt } from '../../contract/local-time.ts';
import { languages, textIn, type Language, type LocalText } from '../../contract/text.ts';
import type { WarningArea, WarningMessage } from '../../contract/warnings.ts';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
const CAP = 'urn:oasis:names:tc:emergency:cap:1.2';
const ATOM = 'http://www.w3.org/2005/Atom';
export const CAP_TYPE = 'application/cap+xml';

/** One message as a document of its own. */
export const capXml = (message: WarningMessage): string => `${DECLARATION}${alertOf(message)}\n`;

/** How another message names this one in its references: `sender,identifier,sent`. */
export const capReference = ({ sender, identifier, sentAtMs }: WarningMessage): string =>
  `${sender},${identifier},${capTime(sentAtMs)}`;

/** CAP's way to write a time of UTC: to the second, and never with `Z`. */
export const capTime = (ms: number): string => `${utc(ms)}-00:00`;

export interface AtomEntry {
  /** Where the message lies by itself. */
  readonly url: string;
  readonly updatedMs: number;
  readonly message: WarningMessage;
}

export interface AtomAbout {
  readonly selfUrl: string;
  readonly title: string;
  readonly updatedMs: number;
}

/** An index in which every entry holds its whole message: a reader needs one request. */
export function atomFeed(entries: readonly AtomEntry[], about: AtomAbout): string {
  const self = xml(about.selfUrl);
  return [
    `${DECLARATION}<feed xmlns="${ATOM}">`,
    element('id', about.selfUrl),
    element('title', about.title),
    element('updated', `${utc(about.updatedMs)}Z`),
    `<author>${element('name', about.title)}</author>`,
    `<link rel="self" type="application/atom+xml" href="${self}"/>`,
    ...entries.map(entryOf),
    '</feed>\n',
  ].join('\n');
}

function entryOf({ url, updatedMs, message }: AtomEntry): string {
  const title = [message.headline, message.event].map(bothIn).find((t) => t !== '') ?? message.identifier;
  return [
    '<entry>',
    element('id', url),
    element('title', title),
    element('updated', `${utc(updatedMs)}Z`),
    element('published', `${utc(message.sentAtMs)}Z`),
    `<link rel="alternate" type="${CAP_TYPE}" href="${xml(url)}"/>`,
    `<content type="${CAP_TYPE}">`,
    alertOf(message),
    '</content>',
    '</entry>',
  ].join('\n');
}

const bothIn = ({ zh, en }: LocalText): string => [...new Set([zh, en])].filter((t) => t !== '').join(' / ');

function alertOf(m: WarningMessage): string {
  return [
    `<alert xmlns="${CAP}">`,
    element('identifier', m.identifier),
    element('sender', m.sender),
    element('sent', capTime(m.sentAtMs)),
    element('status', m.status),
    element('msgType', m.messageType),
    element('scope', m.scope),
    ...optional('references', m.references.join(' ')),
    ...spoken(m).map((language) => infoOf(m, language)),
    '</alert>',
  ].join('\n');
}

/**
 * The languages that have an info: those in which something is written. One without any text, as an acknowledgement may
 * be, has none, unless it says where.
 */
function spoken(m: WarningMessage): readonly Language[] {
  const texts = [m.event, m.headline, m.description, m.instruction];
  const found = languages.filter((language) => texts.some((text) => ownText(text, language) !== ''));
  return found.length === 0 && m.areas.length > 0 ? ['en-US'] : found;
}
const ownText = (text: LocalText, language: Language): string => (language === 'zh-CN' ? text.zh : text.en);

function infoOf(m: WarningMessage, language: Language): string {
  // An event is required (§3.2.2): better one in the other language than none.
  const event = textIn(m.event, language) || textIn(m.headline, language) || m.categories[0]!;
  return [
    '<info>',
    element('language', language),
    ...m.categories.map((c) => element('category', c)),
    element('event', event),
    element('urgency', m.urgency),
    element('severity', m.severity),
    element('certainty', m.certainty),
    ...time('effective', m.effectiveAtMs),
    ...time('onset', m.onsetAtMs),
    ...time('expires', m.expiresAtMs),
    ...optional('senderName', m.senderName ?? ''),
    ...optional('headline', ownText(m.headline, language)),
    ...optional('description', ownText(m.description, language)),
    ...optional('instruction', ownText(m.instruction, language)),
    ...optional('web', m.web ?? ''),
    ...m.areas.map(areaOf),
    '</info>',
  ].join('\n');
}

function areaOf(area: WarningArea): string {
  return [
    '<area>',
    element('areaDesc', area.description),
    ...area.polygons.map((ring) => element('polygon', ring.map(point).join(' '))),
    ...area.circles.map((c) => element('circle', `${point(c.center)} ${decimal(c.radiusM / 1_000)}`)),
    ...area.geocodes.map(geocode),
    '</area>',
  ].join('\n');
}

/** `name=value`; names may be addresses with a `=` of their own. */
function geocode(code: string): string {
  const at = code.lastIndexOf('=');
  const [name, value] = at < 0 ? ['geocode', code] : [code.slice(0, at), code.slice(at + 1)];
  return `<geocode>${element('valueName', name)}${element('value', value)}</geocode>`;
}

/** CAP writes the latitude first. */
const point = ([lon, lat]: LonLat): string => `${decimal(lat)},${decimal(lon)}`;

/** About 10 cm, and a millimetre of a radius in km; never in the form `1e-7`. */
function decimal(n: number): string {
  const text = n.toFixed(6).replace(/\.?0+$/, '');
  return text === '-0' ? '0' : text;
}

const time = (name: string, ms: number | undefined): string[] =>
  ms === undefined ? [] : [element(name, capTime(ms))];
const optional = (name: string, text: string): string[] => (text === '' ? [] : [element(name, text)]);
const element = (name: string, text: string): string => `<${name}>${xml(text)}</${name}>`;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** What XML 1.0 cannot hold (§2.2), and the controls that it advises against. */
const UNWRITABLE =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g;

const xml = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(UNWRITABLE, '')
    .replace(/[&<>"']/g, (c) => ESCAPES[c]!);

/** `YYYY-MM-DDThh:mm:ss` of UTC. */
function utc(ms: number): string {
  const t = localTimeAt(ms, 'UTC');
  const two = (n: number): string => String(n).padStart(2, '0');
  const date = `${String(t.year).padStart(4, '0')}-${two(t.month)}-${two(t.day)}`;
  return `${date}T${two(t.hour)}:${two(t.minute)}:${two(t.second)}`;
}

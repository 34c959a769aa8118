/**
 * A CAP message (OASIS CAP 1.2 §3.2; 1.1 is read as 1.2) as the warning it is: every element that has to be there and every
 * value out of a list is checked, so that what leaves here is a warning or one reason that names the element (FE-81).
 */
import {
  capCategories,
  capCertainties,
  capMessageTypes,
  capScopes,
  capSeverities,
  capStatuses,
  capUrgencies,
  type WarningArea,
  type WarningMessage,
} from '../../contract/warnings.ts';
import type { Refusal } from '../../contract/refusals.ts';
import { err, ok, type Result } from '../../contract/result.ts';
import { excerpt } from '../native.ts';
import { Fields, Invalid } from './cap-fields.ts';
import { blockText, capCircle, capInstant, capPolygon, lineText } from './cap-text.ts';
import type { XmlElement } from './xml.ts';

const CAP_1_2 = 'urn:oasis:names:tc:emergency:cap:1.2';
const CAP_1_1 = 'urn:oasis:names:tc:emergency:cap:1.1';
const SIGNATURE = 'http://www.w3.org/2000/09/xmldsig#';

const responseTypes = [
  'Shelter',
  'Evacuate',
  'Prepare',
  'Execute',
  'Avoid',
  'Monitor',
  'Assess',
  'AllClear',
  'None',
] as const;

/** What the contract's records hold. */
const MAX_TEXT = 2_000;
const MAX_NAME = 300;
const MAX_WEB = 500;
const MAX_DESCRIPTION = 500;
const MAX_REFERENCES = 200;
const MAX_REFERENCE = 700;
const MAX_AREAS = 100;
const MAX_SHAPES = 200;
const MAX_POINTS = 2_000;
const MAX_RADIUS_M = 2_000_000;
const MAX_GEOCODES = 500;
const MAX_GEOCODE = 200;
/** CAP's own for an info that does not say its language. */
const DEFAULT_LANGUAGE = 'en-US';

export const isAlert = (element: XmlElement): boolean =>
  element.name === 'alert' && (element.uri === CAP_1_2 || element.uri === CAP_1_1);

export function readAlert(alert: XmlElement): Result<WarningMessage, Refusal> {
  try {
    return ok(messageOf(new Fields(alert, '')));
  } catch (cause) {
    if (!(cause instanceof Invalid)) throw cause;
    return err({ code: 'bad-warning', detail: cause.message.slice(0, 300) });
  }
}

function messageOf(alert: Fields): WarningMessage {
  const infos = alert.inner('info').map(infoOf);
  // A stable sort: of two as severe the first one.
  const bySeverity = infos.toSorted((a, b) => rank(a) - rank(b));
  const lead = bySeverity[0];
  const zh = bySeverity.find((i) => isChinese(i.language));
  const en =
    bySeverity.find((i) => /^en\b/i.test(i.language)) ?? bySeverity.find((i) => !isChinese(i.language));
  const both = <K extends 'event' | 'headline' | 'description' | 'instruction'>(key: K) => ({
    zh: zh?.[key] ?? '',
    en: en?.[key] ?? '',
  });
  return {
    identifier: nameOf(alert, 'identifier'),
    sender: nameOf(alert, 'sender'),
    ...(lead?.senderName && { senderName: lead.senderName }),
    sentAtMs: alert.instantOf('sent', alert.required('sent')),
    messageType: alert.oneOf('msgType', capMessageTypes),
    references: references(alert),
    signed: alert.holds('Signature', SIGNATURE),
    ...(lead?.web && { web: lead.web }),
    status: alert.oneOf('status', capStatuses),
    scope: alert.oneOf('scope', capScopes),
    categories: lead?.categories ?? ['Other'],
    event: both('event'),
    urgency: lead?.urgency ?? 'Unknown',
    severity: lead?.severity ?? 'Unknown',
    certainty: lead?.certainty ?? 'Unknown',
    headline: both('headline'),
    description: both('description'),
    instruction: both('instruction'),
    ...(lead?.effectiveAtMs !== undefined && { effectiveAtMs: lead.effectiveAtMs }),
    ...(lead?.onsetAtMs !== undefined && { onsetAtMs: lead.onsetAtMs }),
    ...(lead?.expiresAtMs !== undefined && { expiresAtMs: lead.expiresAtMs }),
    areas: areasOf(infos),
  };
}

type Info = ReturnType<typeof infoOf>;
const isChinese = (language: string): boolean => /^zh\b/i.test(language);
const rank = (info: Info): number => capSeverities.indexOf(info.severity);

function infoOf(info: Fields) {
  const categories = info.texts('category').map((text) => info.oneOf('category', capCategories, text));
  if (categories.length === 0) throw new Invalid(`${info.at('category')}: missing`);
  for (const text of info.texts('responseType')) info.oneOf('responseType', responseTypes, text);
  info.holding('eventCode', ['valueName', 'value']);
  info.holding('parameter', ['valueName', 'value']);
  info.holding('resource', info.version === CAP_1_1 ? ['resourceDesc'] : ['resourceDesc', 'mimeType']);
  const certainty = info.required('certainty');
  const web = info.exact('web');
  return {
    language: info.exact('language') || DEFAULT_LANGUAGE,
    categories: [...new Set(categories)],
    event: lineText(info.required('event'), MAX_TEXT),
    urgency: info.oneOf('urgency', capUrgencies),
    severity: info.oneOf('severity', capSeverities),
    // CAP 1.0 wrote it so; to be read as Likely (§3.2.2).
    certainty: info.oneOf('certainty', capCertainties, certainty === 'Very Likely' ? 'Likely' : certainty),
    effectiveAtMs: info.instant('effective'),
    onsetAtMs: info.instant('onset'),
    expiresAtMs: info.instant('expires'),
    senderName: lineText(info.exact('senderName'), MAX_NAME),
    headline: lineText(info.exact('headline'), MAX_TEXT),
    description: blockText(info.raw('description')?.text ?? '', MAX_TEXT),
    instruction: blockText(info.raw('instruction')?.text ?? '', MAX_TEXT),
    // People click on it: a page or nothing.
    web: /^https?:\/\/\S+$/i.test(web) && web.length <= MAX_WEB ? web : undefined,
    areas: info.inner('area').map(areaOf),
  };
}

/** Identifier and sender: no spaces, no commas, none of the characters that XML needs (§3.2.1). */
function nameOf(alert: Fields, of: 'identifier' | 'sender'): string {
  const text = alert.required(of);
  if (text.length > MAX_NAME || /[\s,<&]/.test(text)) throw new Invalid(`${of}: “${excerpt(text)}”`);
  return text;
}

function references(alert: Fields): string[] {
  const all = alert.exact('references').split(/\s+/).filter(Boolean);
  if (all.length > MAX_REFERENCES) throw new Invalid(`references: > ${MAX_REFERENCES}`);
  for (const reference of all) {
    const [sender, identifier, sent, more] = reference.split(',');
    const whole = sender && identifier && sent && more === undefined && capInstant(sent) !== null;
    if (!whole || reference.length > MAX_REFERENCE) {
      throw new Invalid(`references: “${excerpt(reference)}” ≠ sender,identifier,sent`);
    }
  }
  return all;
}

function areaOf(area: Fields): WarningArea {
  if (area.raw('areaDesc') === null) throw new Invalid(`${area.at('areaDesc')}: missing`);
  const geocodes = area.holding('geocode', ['valueName', 'value']);
  if (geocodes.length > MAX_GEOCODES) throw new Invalid(`${area.at('geocode')}: > ${MAX_GEOCODES}`);
  return {
    description: lineText(area.raw('areaDesc')!.text, MAX_DESCRIPTION),
    polygons: area.shapes('polygon', MAX_SHAPES, (text) => capPolygon(text, MAX_POINTS)),
    circles: area.shapes('circle', MAX_SHAPES, (text) => capCircle(text, MAX_RADIUS_M)),
    geocodes: geocodes.map((g) => lineText(`${g.exact('valueName')}=${g.exact('value')}`, MAX_GEOCODE)),
  };
}

interface Place {
  area: WarningArea;
  readonly of: Info;
  readonly key: string;
  /** It has a name in both languages. */
  named: boolean;
}

/**
 * The areas of all infos, each once: what an info in another language repeats is the same place, named in both.
 * Areas without a shape or a code are told apart by their names alone.
 */
function areasOf(infos: readonly Info[]): WarningArea[] {
  const places: Place[] = [];
  for (const info of infos) {
    const repeated = new Set<Place>();
    for (const area of info.areas) {
      const key = keyOf(area);
      const known = places.find((p) => p.key === key && p.of !== info && !repeated.has(p));
      if (known !== undefined) {
        repeated.add(known);
        if (!known.named && isChinese(known.of.language) !== isChinese(info.language)) nameToo(known, area);
      } else if (places.length === MAX_AREAS) throw new Invalid(`info.area: > ${MAX_AREAS}`);
      else places.push({ area, of: info, key, named: false });
    }
  }
  return places.map(({ area }) => area);
}

function keyOf({ description, polygons, circles, geocodes }: WarningArea): string {
  const shapeless = polygons.length + circles.length + geocodes.length === 0;
  return shapeless ? description : JSON.stringify([polygons, circles, geocodes]);
}

function nameToo(place: Place, { description }: WarningArea): void {
  place.named = true;
  const { area } = place;
  if (description === '' || description === area.description) return;
  place.area = { ...area, description: lineText(`${area.description} / ${description}`, MAX_DESCRIPTION) };
}

/**
 * What a reader may not see of a record is taken out here, before it leaves the server (SE-1, SE-2). Whoever has no
 * need sees neither a caller nor the address of somebody ill.
 */
import { categories } from '../contract/categories.ts';
import type { IncidentRecord } from '../contract/records.ts';
import type { LocalText } from '../contract/text.ts';

export const roles = [
  'viewer',
  'call-taker',
  'dispatcher',
  'department',
  'supervisor',
  'administrator',
] as const;
export type Role = (typeof roles)[number];

const seesPersons: ReadonlySet<Role> = new Set(['call-taker', 'dispatcher', 'supervisor']);

/** Flat, room, unit and floor numbers in the ways both languages write them; the building itself stays. */
const DWELLING =
  /[,，]?\s*(?:#\s*\w+|\b(?:apt|apartment|unit|suite|ste|rm|room|fl|floor|spc|space)\b\.?\s*#?\s*(?:[\w-]*\d[\w-]*|[a-z]\b)|[\w-]+\s*(?:单元|室))/gi;
/** Mainland mobile and landline numbers, and international ones of 7 to 15 digits. */
const PHONE = /(?:\+?\d{1,3}[-\s]?)?(?:1[3-9]\d{9}|0\d{2,3}[-\s]?\d{7,8}|\(?\d{3}\)?[-\s]\d{3}[-\s]\d{4})/g;
const HOUSE_NUMBER = /(^\s*\d+[\w-]*\s+)|(\d+\s*(?:号|弄|巷)[^,，]*)/g;

const scrub = (s: string): string => s.replace(PHONE, '***').replace(DWELLING, '');
const scrubText = (t: LocalText): LocalText => ({ zh: scrub(t.zh), en: scrub(t.en) });

/** A street without the house: what may be said of where somebody is ill. */
export const streetOnly = (address: string): string => scrub(address).replace(HOUSE_NUMBER, '').trim();

/** About 100 m: enough to see the neighbourhood, not the door. */
const coarse = (deg: number): number => Math.round(deg * 1_000) / 1_000;

/** The record as a role may see it. `masked` says that something is missing. */
export function maskIncident(record: IncidentRecord, role: Role): IncidentRecord {
  if (seesPersons.has(role)) return record;
  const { caller, ...rest } = record;
  const medical = categories[record.category].family === 'medical';
  const out: IncidentRecord = {
    ...rest,
    title: scrubText(record.title),
    ...(record.detail && { detail: scrubText(record.detail) }),
    ...(record.address && { address: scrub(record.address).trim() }),
  };
  if (medical) {
    delete out.detail;
    if (record.address) out.address = streetOnly(record.address);
    if (record.position) {
      out.position = [coarse(record.position[0]), coarse(record.position[1])];
      out.placed = 'approximate';
      out.accuracyM = Math.max(100, record.accuracyM ?? 0);
    }
  }
  const changed =
    caller !== undefined ||
    medical ||
    out.address !== record.address ||
    out.title.zh !== record.title.zh ||
    out.title.en !== record.title.en ||
    out.detail?.zh !== record.detail?.zh ||
    out.detail?.en !== record.detail?.en;
  return changed ? { ...out, masked: true } : record;
}

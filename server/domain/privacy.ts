/**
 * What a reader may not see of a record is taken out here, before it leaves the server (SE-1, SE-2). Whoever has no
 * need sees neither a caller nor the address of somebody ill.
 */
import type { CallReport, CaseFields, Evaluation } from '../contract/cases.ts';
import { categories } from '../contract/categories.ts';
import type { LonLat } from '../contract/geo.ts';
import type { AlarmRecord } from '../contract/alarms.ts';
import type { IncidentRecord, RecordKind, RecordTypes } from '../contract/records.ts';
import type { WarningRecord } from '../contract/warnings.ts';
import type { Audience, Role } from '../contract/roles.ts';
import type { LocalText } from '../contract/text.ts';

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

/** Departments that a case concerns, as its record says. */
function concerned(record: IncidentRecord): ReadonlySet<string> {
  const c = record.case;
  return new Set([
    ...(c.lead === undefined ? [] : [c.lead]),
    ...c.support,
    ...c.tasks.filter((t) => t.status !== 'returned' && t.status !== 'cancelled').map((t) => t.department),
    ...c.assignments.map((a) => a.department),
  ]);
}

/**
 * A record as an audience may see it; null where it may not know of it: a department sees the cases that concern it
 * (SE-60), presence is for those who work.
 */
export function seenBy<K extends RecordKind>(
  kind: K,
  record: RecordTypes[K],
  audience: Audience,
): RecordTypes[K] | null {
  switch (kind) {
    case 'presence':
      return audience.role === 'viewer' ? null : record;
    case 'alarm':
      return alarmFor(record as AlarmRecord, audience) as RecordTypes[K] | null;
    case 'warning':
      return warningFor(record as WarningRecord, audience) as RecordTypes[K] | null;
    case 'handover':
      return seesPersons.has(audience.role) ? record : null;
    case 'incident':
      break;
    case 'unit':
    case 'facility':
    case 'station':
    case 'feed':
    case 'vitals':
    case 'rule':
    case 'watch':
    case 'control':
    case 'measurement':
    case 'special-plan':
      return record;
    case 'wave':
      return audience.role === 'viewer' ? null : record;
  }
  const incident = record as IncidentRecord;
  if (audience.role === 'department') {
    const { department } = audience;
    if (department === undefined || !concerned(incident).has(department)) return null;
  }
  return maskIncident(incident, audience) as RecordTypes[K];
}

/** Kinds of records that do not look the same to everybody. */
export const maskedKinds: ReadonlySet<RecordKind> = new Set([
  'presence',
  'alarm',
  'warning',
  'handover',
  'incident',
  'wave',
]);

/**
 * An alarm about an incident tells of it by number and category. Its place is the incident's own, to the door; departments
 * know the incidents that concern them by their records (SE-80).
 */
function alarmFor(record: AlarmRecord, { role }: Audience): AlarmRecord | null {
  if (record.subject.kind !== 'incident' || seesPersons.has(role)) return record;
  if (role === 'department') return null;
  const { position, ...subject } = record.subject;
  return {
    ...record,
    subject: { ...subject, ...(position && { position: coarsePosition(position) }) },
    masked: true,
  };
}

/** What nobody approved is for those who decide on it, and who decided is nobody else's business (SE-81). */
function warningFor(record: WarningRecord, { role }: Audience): WarningRecord | null {
  if (seesPersons.has(role)) return record;
  if (isDraft(record) || (role !== 'department' && record.message.scope !== 'Public')) return null;
  const { draftedBy: _drafted, decidedBy: _decided, ...shown } = record;
  return shown;
}

/** Drafts of others say so themselves (CAP 1.2 `status`). One of ours that nobody decided on expires, and stays one. */
const isDraft = ({ direction, state, message, decidedBy }: WarningRecord): boolean =>
  direction === 'in'
    ? message.status === 'Draft'
    : state === 'draft' || state === 'rejected' || decidedBy === undefined;

/** A crew that was sent has to find the door. */
const isSent = (record: IncidentRecord, { role, department }: Audience): boolean =>
  role === 'department' &&
  record.case.assignments.some((a) => a.department === department && a.status !== 'cleared');

/** The record as an audience may see it. `masked` says that something is missing. */
export function maskIncident(record: IncidentRecord, audience: Audience): IncidentRecord {
  if (seesPersons.has(audience.role)) return record;
  const sent = isSent(record, audience);
  const { caller, ...rest } = record;
  const medical = categories[record.category].family === 'medical' && !sent;
  const out: IncidentRecord = {
    ...rest,
    title: scrubText(record.title),
    ...(record.detail && { detail: scrubText(record.detail) }),
    ...(record.address && { address: sent ? record.address : scrub(record.address).trim() }),
    case: maskCase(record.case, medical, sent),
  };
  if (medical) {
    delete out.detail;
    if (record.address) out.address = streetOnly(record.address);
    if (record.position) {
      out.position = coarsePosition(record.position);
      out.placed = 'approximate';
      out.accuracyM = Math.max(100, record.accuracyM ?? 0);
    }
  }
  const changed =
    caller !== undefined ||
    medical ||
    out.address !== record.address ||
    JSON.stringify([out.title, out.detail, out.case]) !==
      JSON.stringify([record.title, record.detail, record.case]);
  return changed ? { ...out, masked: true } : record;
}

const coarsePosition = ([lon, lat]: LonLat): LonLat => [coarse(lon), coarse(lat)];

function maskCase(c: CaseFields, medical: boolean, sent: boolean): CaseFields {
  const { triage, ...rest } = c;
  return {
    ...rest,
    ...(triage && { triage: medical ? { ...triage, answers: {} } : triage }),
    reports: c.reports.map((r) => maskReport(r, medical, sent)),
    tasks: c.tasks.map((t) => ({
      ...t,
      title: scrubText(t.title),
      ...(t.note !== undefined && { note: scrub(t.note) }),
    })),
    ...(c.supervised && { supervised: { ...c.supervised, reason: scrub(c.supervised.reason) } }),
    ...(c.result !== undefined && { result: scrub(c.result) }),
    ...(c.evaluation && { evaluation: maskEvaluation(c.evaluation) }),
  };
}

const maskEvaluation = ({ comment, ...rest }: Evaluation): Evaluation =>
  comment === undefined ? rest : { ...rest, comment: scrub(comment) };

function maskReport(report: CallReport, medical: boolean, sent: boolean): CallReport {
  const { caller: _caller, detail, address, position, ...rest } = report;
  return {
    ...rest,
    ...(rest.title && { title: scrubText(rest.title) }),
    ...(detail && !medical && { detail: scrubText(detail) }),
    ...(address !== undefined && {
      address: sent ? address : medical ? streetOnly(address) : scrub(address),
    }),
    ...(position && { position: medical ? coarsePosition(position) : position }),
  };
}

/** Free text of notes and the like, as an audience may read it. */
export const textFor = (text: string, audience: Audience): string =>
  seesPersons.has(audience.role) ? text : scrub(text);

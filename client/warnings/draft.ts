/**
 * A public warning while it is written. It becomes a draft only where nothing is wrong with it; the draft goes out once a
 * second person approved it. Pure but for the store that keeps it while the panel is closed.
 */
import { create } from 'zustand';
import type { District } from '../../server/contract/city-pack.ts';
import type { LonLat } from '../../server/contract/geo.ts';
import type { LocalText } from '../../server/contract/text.ts';
import {
  warningDraft,
  type WarningArea,
  type WarningDraft,
  type WarningMessage,
  type WarningRecord,
} from '../../server/contract/warnings.ts';
import type { Said } from '../desk/outcome.ts';
import { textFaultOf } from '../intake/draft.ts';
import { areaOfCircle, areaOfDistrict, districtsAmong } from './areas.ts';

export interface WarningCircle {
  readonly center: LonLat;
  readonly radiusM: number | null;
  readonly description: string;
}
export interface WarningForm {
  /** Null: nobody has said yet whether it is meant. */
  readonly status: WarningDraft['status'] | null;
  readonly categories: WarningDraft['categories'];
  readonly event: LocalText;
  readonly urgency: WarningDraft['urgency'];
  readonly severity: WarningDraft['severity'];
  readonly certainty: WarningDraft['certainty'];
  readonly headline: LocalText;
  readonly description: LocalText;
  readonly instruction: LocalText;
  readonly minutes: number | null;
  /** Ids. */
  readonly districts: readonly string[];
  readonly circles: readonly WarningCircle[];
  /** Areas of the warning it updates that are neither. */
  readonly kept: readonly WarningArea[];
  /** Our warning in force that it updates. */
  readonly updates: string | null;
}

const nothing: LocalText = { zh: '', en: '' };
export const blankWarning: WarningForm = {
  status: null,
  categories: [],
  event: nothing,
  urgency: 'Immediate',
  severity: 'Severe',
  certainty: 'Observed',
  headline: nothing,
  description: nothing,
  instruction: nothing,
  minutes: 120,
  districts: [],
  circles: [],
  kept: [],
  updates: null,
};

export const useWarningForm = create<{ readonly form: WarningForm | null }>(() => ({ form: null }));
export const writeWarning = (form: WarningForm | null): void => useWarningForm.setState({ form });
export const changeWarning = (
  part: Partial<WarningForm> | ((form: WarningForm) => Partial<WarningForm>),
): void =>
  useWarningForm.setState(({ form }) =>
    form ? { form: { ...form, ...(typeof part === 'function' ? part(form) : part) } } : {},
  );

const MINUTE_MS = 60_000;
const isOurs = (status: WarningMessage['status']): status is WarningDraft['status'] =>
  status === 'Actual' || status === 'Exercise' || status === 'Test';

/** Begins with what a warning says: to update it, or to write a rejected one anew. */
export function formOfWarning(
  { id, message }: Pick<WarningRecord, 'id' | 'message'>,
  as: 'update' | 'copy',
): WarningForm {
  const { effectiveAtMs, sentAtMs, expiresAtMs } = message;
  const districts = districtsAmong(message.areas);
  const others = message.areas.filter((area) => districtsAmong([area]).length === 0);
  const isCircle = (area: WarningArea): boolean => area.polygons.length === 0 && area.circles.length === 1;
  return {
    status: isOurs(message.status) ? message.status : null,
    categories: [...message.categories],
    event: message.event,
    urgency: message.urgency,
    severity: message.severity,
    certainty: message.certainty,
    headline: message.headline,
    description: message.description,
    instruction: message.instruction,
    minutes:
      expiresAtMs === undefined
        ? blankWarning.minutes
        : Math.max(5, Math.round((expiresAtMs - (effectiveAtMs ?? sentAtMs)) / MINUTE_MS)),
    districts,
    circles: others.filter(isCircle).map((area) => ({
      ...area.circles[0]!,
      description: area.description,
    })),
    kept: others.filter((area) => !isCircle(area)),
    updates: as === 'update' ? id : null,
  };
}

export type WarningField =
  'status' | 'categories' | 'event' | 'headline' | 'description' | 'instruction' | 'minutes' | 'areas';
export interface WarningProblem {
  readonly field: WarningField;
  readonly said: Said;
}
/** As in the contract; without these three nobody knows what to do. */
const texts = { event: 100, headline: 160, description: 2_000, instruction: 2_000 } as const;
const needed: ReadonlySet<keyof typeof texts> = new Set(['event', 'headline', 'instruction']);
const MIN_RADIUS_M = 10;
const MAX_RADIUS_M = 200_000;
const LONGEST_MIN = 7 * 24 * 60;

function problemsOf(form: WarningForm): WarningProblem[] {
  const out: WarningProblem[] = [];
  const say = (field: WarningField, key: Said['key'], params?: Said['params']): void => {
    out.push({ field, said: params ? { key, params } : { key } });
  };
  if (form.status === null) say('status', 'warn.fault.status');
  if (form.categories.length === 0) say('categories', 'warn.fault.categories');
  for (const field of Object.keys(texts) as (keyof typeof texts)[]) {
    const { zh, en } = form[field];
    if (needed.has(field) && zh.trim() === '' && en.trim() === '')
      say(field, `warn.fault.${field}` as 'warn.fault.event');
    for (const text of [zh, en]) {
      const fault = textFaultOf(text, texts[field]);
      if (fault) out.push({ field, said: fault });
    }
  }
  const { minutes } = form;
  if (minutes === null || !Number.isInteger(minutes) || minutes < 5 || minutes > LONGEST_MIN)
    say('minutes', 'warn.fault.minutes', { min: 5, max: LONGEST_MIN });
  if (form.districts.length + form.circles.length + form.kept.length === 0) say('areas', 'warn.fault.areas');
  for (const { radiusM, description } of form.circles) {
    if (radiusM === null || radiusM < MIN_RADIUS_M || radiusM > MAX_RADIUS_M)
      say('areas', 'warn.fault.radius', { min: MIN_RADIUS_M, max: MAX_RADIUS_M });
    if (description.trim() === '') say('areas', 'warn.fault.place');
    const fault = textFaultOf(description, 500);
    if (fault) out.push({ field: 'areas', said: fault });
  }
  return out;
}

/** Its areas in the order they are read: districts by name, circles, what is kept. */
export function areasOf(form: WarningForm, districts: ReadonlyMap<string, District>): readonly WarningArea[] {
  return [
    ...form.districts.flatMap((id) => {
      const district = districts.get(id);
      return district ? [areaOfDistrict(district)] : [];
    }),
    ...form.circles.map((c) => areaOfCircle(c.center, c.radiusM ?? 0, c.description.trim())),
    ...form.kept,
  ];
}

const trimmed = (text: LocalText): LocalText => ({ zh: text.zh.trim(), en: text.en.trim() });

export interface ReadWarning {
  /** Null where something is wrong. */
  readonly draft: WarningDraft | null;
  readonly problems: readonly WarningProblem[];
}
export function readWarning(form: WarningForm, districts: ReadonlyMap<string, District>): ReadWarning {
  const problems = problemsOf(form);
  const areas = areasOf(form, districts);
  const known = form.districts.filter((id) => districts.has(id)).length;
  if (known < form.districts.length) problems.push({ field: 'areas', said: { key: 'warn.fault.district' } });
  if (problems.length > 0) return { draft: null, problems };
  const parsed = warningDraft.safeParse({
    status: form.status,
    categories: form.categories,
    event: trimmed(form.event),
    urgency: form.urgency,
    severity: form.severity,
    certainty: form.certainty,
    headline: trimmed(form.headline),
    description: trimmed(form.description),
    instruction: trimmed(form.instruction),
    minutes: form.minutes,
    areas,
    ...(form.updates === null ? {} : { updates: form.updates }),
  });
  if (parsed.success) return { draft: parsed.data, problems };
  const reason = parsed.error.issues[0]?.message ?? '';
  return {
    draft: null,
    problems: [{ field: 'areas', said: { key: 'warn.fault.other', params: { reason } } }],
  };
}

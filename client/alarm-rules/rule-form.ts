/**
 * A rule while it is written: each field as it is typed. It is read into a rule only where nothing is wrong with it, and what
 * is wrong has a sentence at its field. Pure.
 */
import type { SubjectKind } from '../../server/contract/alarm-fields.ts';
import { alarmRule, type AlarmPriority, type AlarmRule } from '../../server/contract/alarms.ts';
import type { CategoryCode } from '../../server/contract/categories.ts';
import type { Role } from '../../server/contract/roles.ts';
import type { LocalText } from '../../server/contract/text.ts';
import type { Said } from '../desk/outcome.ts';
import { textFaultOf } from '../intake/draft.ts';
import { readRing, writeRing } from './areas.ts';

export interface RuleForm {
  readonly id: string;
  readonly name: LocalText;
  readonly subject: SubjectKind;
  readonly where: string;
  readonly when: string;
  readonly until: string;
  readonly suppressWhen: string;
  readonly onDelayS: number | null;
  readonly offDelayS: number | null;
  readonly count: {
    readonly atLeast: number | null;
    readonly withinMin: number | null;
    readonly withinM: number | null;
  } | null;
  readonly groupM: number | null;
  /** `withinM` null: anywhere. */
  readonly explains: readonly { readonly rule: string; readonly withinM: number | null }[];
  readonly areas: readonly { readonly id: string; readonly points: string }[];
  readonly priority: AlarmPriority;
  readonly purpose: LocalText;
  readonly consequence: LocalText;
  readonly response: LocalText;
  readonly owner: { readonly role: Role; readonly department: string | null };
  readonly escalate: readonly { readonly afterMin: number | null; readonly to: Role }[];
  readonly incident: { readonly category: CategoryCode; readonly severity: number | null } | null;
}

const nothing: LocalText = { zh: '', en: '' };
export const blankRuleForm: RuleForm = {
  id: '',
  name: nothing,
  subject: 'link',
  where: '',
  when: '',
  until: '',
  suppressWhen: '',
  onDelayS: 0,
  offDelayS: 0,
  count: null,
  groupM: null,
  explains: [],
  areas: [],
  priority: 3,
  purpose: nothing,
  consequence: nothing,
  response: nothing,
  owner: { role: 'supervisor', department: null },
  escalate: [],
  incident: null,
};
/** What a rule that counts begins with. */
export const blankCount: NonNullable<RuleForm['count']> = { atLeast: 3, withinMin: 15, withinM: 1_000 };

export const formOfRule = (rule: AlarmRule): RuleForm => ({
  id: rule.id,
  name: rule.name,
  subject: rule.subject,
  where: rule.where ?? '',
  when: rule.when,
  until: rule.until ?? '',
  suppressWhen: rule.suppressWhen ?? '',
  onDelayS: rule.onDelayS,
  offDelayS: rule.offDelayS,
  count: rule.count ?? null,
  groupM: rule.groupM ?? null,
  explains: rule.explains.map((e) => ({ rule: e.rule, withinM: e.withinM ?? null })),
  areas: rule.areas.map((area) => ({ id: area.id, points: writeRing(area.ring) })),
  priority: rule.priority,
  purpose: rule.purpose,
  consequence: rule.consequence,
  response: rule.response,
  owner: { role: rule.owner.role, department: rule.owner.department ?? null },
  escalate: rule.escalate,
  incident: rule.incident
    ? { category: rule.incident.category, severity: rule.incident.severity ?? null }
    : null,
});

const given = <K extends string, V>(key: K, value: V | null | ''): { [P in K]?: V } =>
  value === null || value === '' ? {} : ({ [key]: value } as { [P in K]?: V });
const trimmed = (text: LocalText): LocalText => ({ zh: text.zh.trim(), en: text.en.trim() });

/** The rule as it would be sent, whether it is whole or not. */
function candidate(form: RuleForm): Readonly<Record<string, unknown>> {
  return {
    id: form.id.trim(),
    name: trimmed(form.name),
    subject: form.subject,
    when: form.when.trim(),
    ...given('where', form.where.trim()),
    ...given('until', form.until.trim()),
    ...given('suppressWhen', form.suppressWhen.trim()),
    onDelayS: form.onDelayS ?? 0,
    offDelayS: form.offDelayS ?? 0,
    ...given('count', form.count),
    ...given('groupM', form.groupM),
    explains: form.explains.map((e) => ({ rule: e.rule, ...given('withinM', e.withinM) })),
    areas: form.areas.map((area) => {
      const read = readRing(area.points);
      return { id: area.id.trim(), ring: read.ok ? read.ring : [] };
    }),
    priority: form.priority,
    purpose: trimmed(form.purpose),
    consequence: trimmed(form.consequence),
    response: trimmed(form.response),
    owner: { role: form.owner.role, ...given('department', form.owner.department) },
    escalate: [...form.escalate].sort((a, b) => (a.afterMin ?? 0) - (b.afterMin ?? 0)),
    ...given(
      'incident',
      form.incident && {
        category: form.incident.category,
        ...given('severity', form.incident.severity),
      },
    ),
  };
}

/** `field` as in a rule: `when`, `count.atLeast`, `areas.0`. */
export interface FieldProblem {
  readonly field: string;
  readonly said: Said;
  /** Not written yet: said once somebody wants to go on without it. */
  readonly missing?: true;
}
export interface ReadRule {
  /** Null where something is wrong. */
  readonly rule: AlarmRule | null;
  readonly problems: readonly FieldProblem[];
}

const ID = /^[a-z0-9][a-z0-9-]{0,59}$/;
/** As in the contract. */
const longest = { name: 80, purpose: 500, consequence: 500, response: 1_000 } as const;
export type WrittenField = keyof typeof longest;
export const writtenFields = Object.keys(longest) as readonly WrittenField[];

function textProblems(form: RuleForm): FieldProblem[] {
  const out: FieldProblem[] = [];
  for (const field of writtenFields) {
    const { zh, en } = form[field];
    if (zh.trim() === '' && en.trim() === '')
      out.push({ field, said: { key: `rules.fault.${field}` }, missing: true });
    for (const text of [zh, en]) {
      const fault = textFaultOf(text, longest[field]);
      if (fault) out.push({ field, said: fault });
    }
  }
  return out;
}

function areaProblems(form: RuleForm): FieldProblem[] {
  return form.areas.flatMap((area, i) => {
    const field = `areas.${i}`;
    const read = readRing(area.points);
    const twice = form.areas.findIndex((other) => other.id.trim() === area.id.trim()) < i;
    return [
      ...(ID.test(area.id.trim()) ? [] : [{ field, said: { key: 'rules.area.id' } as const }]),
      ...(twice ? [{ field, said: { key: 'rules.area.twice', params: { id: area.id } } as const }] : []),
      ...(read.ok ? [] : [{ field, said: read.said }]),
    ];
  });
}

function explainsProblems(form: RuleForm): FieldProblem[] {
  return form.explains.flatMap((e, i): FieldProblem[] => {
    const field = `explains.${i}`;
    if (e.rule === '') return [{ field, said: { key: 'rules.fault.explains' }, missing: true }];
    if (e.rule === form.id.trim()) return [{ field, said: { key: 'rules.fault.explainsSelf' } }];
    return [];
  });
}

/** Numbers that were emptied: elsewhere the scheme says what is missing, here the field still looks filled. */
function emptied(form: RuleForm): FieldProblem[] {
  const missing = { said: { key: 'rules.fault.missing' }, missing: true } as const;
  const count = Object.entries(form.count ?? {})
    .filter(([, value]) => value === null)
    .map(([name]) => ({ field: `count.${name}`, ...missing }));
  const escalate = form.escalate.flatMap((step, i) =>
    step.afterMin === null ? [{ field: `escalate.${i}`, ...missing }] : [],
  );
  return [...count, ...escalate];
}

/** `taken`: ids of other rules, of which a new one must not take the place. */
export function readRule(form: RuleForm, taken: ReadonlySet<string>): ReadRule {
  const problems: FieldProblem[] = [];
  const id = form.id.trim();
  if (!ID.test(id)) problems.push({ field: 'id', said: { key: 'rules.fault.id' } });
  else if (taken.has(id)) problems.push({ field: 'id', said: { key: 'rules.fault.taken', params: { id } } });
  problems.push(...textProblems(form));
  if (form.when.trim() === '')
    problems.push({ field: 'when', said: { key: 'rules.fault.when' }, missing: true });
  problems.push(...areaProblems(form), ...explainsProblems(form), ...emptied(form));
  const parsed = alarmRule.safeParse(candidate(form));
  if (parsed.success) return { rule: problems.length === 0 ? parsed.data : null, problems };
  const said = new Set(problems.map((p) => p.field.split('.')[0]));
  for (const issue of parsed.error.issues) {
    const field = issue.path.join('.');
    if (said.has(field.split('.')[0])) continue;
    problems.push({ field, said: limitSaid(issue) });
  }
  return { rule: null, problems };
}

function limitSaid(issue: { readonly code?: string | undefined; readonly message: string }): Said {
  const limit = issue as { readonly minimum?: number; readonly maximum?: number };
  if (issue.code === 'too_small') return { key: 'rules.fault.least', params: { n: Number(limit.minimum) } };
  if (issue.code === 'too_big') return { key: 'rules.fault.most', params: { n: Number(limit.maximum) } };
  return { key: 'rules.fault.other', params: { reason: issue.message } };
}

/** Stands where words are still missing, so that expressions can be checked before they are written. */
const STANDS_IN = '-';

/** The rule as far as its expressions go; null where there is no condition yet. */
export function checkable(form: RuleForm): AlarmRule | null {
  const filled = (text: LocalText): LocalText =>
    text.zh.trim() === '' && text.en.trim() === '' ? { zh: STANDS_IN, en: '' } : text;
  const whole = form.count && Object.values(form.count).every((value) => value !== null);
  const parsed = alarmRule.safeParse(
    candidate({
      ...form,
      id: ID.test(form.id.trim()) ? form.id : 'draft',
      name: filled(form.name),
      purpose: filled(form.purpose),
      consequence: filled(form.consequence),
      response: filled(form.response),
      count: whole ? form.count : null,
      areas: form.areas.filter((area) => ID.test(area.id.trim()) && readRing(area.points).ok),
      explains: form.explains.filter((e) => e.rule !== ''),
      escalate: form.escalate.filter((step) => step.afterMin !== null),
    }),
  );
  return parsed.success ? parsed.data : null;
}

/** An id out of the English name; a number where there is none. */
export function proposeId(name: LocalText, taken: ReadonlySet<string>): string {
  const words = name.en
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 50)
    .replace(/-+$/, '');
  const stem = words === '' ? 'rule' : words;
  if (words !== '' && !taken.has(stem)) return stem;
  for (let n = words === '' ? 1 : 2; ; n++) if (!taken.has(`${stem}-${n}`)) return `${stem}-${n}`;
}

export const sameForm = (a: RuleForm, b: RuleForm): boolean => JSON.stringify(a) === JSON.stringify(b);

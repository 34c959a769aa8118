/** What the shape of a rulebook cannot say: what its parts say about one another. Every fault names its place. Pure. */
import { categories } from '../../contract/categories.ts';
import { departmentKinds, type Department } from '../../contract/city-pack.ts';
import type { CaseMatch, Rulebook } from '../../contract/rulebook.ts';

const isEverything = (match: CaseMatch): boolean => Object.values(match).every((v) => v === undefined);

/** Sentences that begin with the path to what they are about; none: the book is sound. */
export function checkRulebook(book: Rulebook, departments: readonly Department[]): string[] {
  const faults: string[] = [];
  const fault = (path: string, problem: string): void => void faults.push(`${path}: ${problem}`);

  unique(book.plans, 'plans', fault);
  unique(book.triage, 'triage', fault);
  for (const [i, { questions }] of book.triage.entries()) {
    unique(questions, `triage.${i}.questions`, fault);
    for (const [k, { options }] of questions.entries())
      unique(options, `triage.${i}.questions.${k}.options`, fault);
  }

  for (const part of ['plans', 'duties', 'deadlines', 'triage', 'nearness'] as const) {
    for (const [i, { match }] of book[part].entries()) {
      const { category, family } = match;
      if (category !== undefined && family !== undefined && categories[category].family !== family)
        fault(`${part}.${i}.match`, `“${category}” is not of family “${family}”: it never matches`);
    }
  }
  if (!book.plans.some((p) => isEverything(p.match)))
    fault('plans', 'one must match everything (an empty match), for what no other plan is for');
  for (const [i, { match }] of book.nearness.entries())
    if (match.priority !== undefined)
      fault(
        `nearness.${i}.match.priority`,
        'is not taken here: a new report is compared by what happened alone',
      );

  const known = new Set<string>(['street-office', ...departmentKinds, ...departments.map((d) => d.id)]);
  const named = (path: string, name: string): void => {
    if (!known.has(name))
      fault(
        path,
        `“${name}” is neither a kind of department, nor “street-office”, nor a department of this city`,
      );
  };
  for (const [i, { lead, support }] of book.duties.entries()) {
    named(`duties.${i}.lead`, lead);
    for (const [k, name] of support.entries()) named(`duties.${i}.support.${k}`, name);
  }
  named('arbiter.department', book.arbiter.department);

  for (const [i, { minutes, workingHours }] of book.deadlines.entries()) {
    if ((minutes === undefined) === (workingHours === undefined))
      fault(`deadlines.${i}`, 'give either minutes or workingHours, just one of them');
  }
  checkCalendar(book, fault);
  emptyTexts(book, '', fault);
  return faults;
}

type Fault = (path: string, problem: string) => void;

function unique(entries: readonly { readonly id: string }[], path: string, fault: Fault): void {
  const seen = new Map<string, number>();
  for (const [i, { id }] of entries.entries()) {
    const first = seen.get(id);
    if (first === undefined) seen.set(id, i);
    else fault(`${path}.${i}.id`, `“${id}” is already used by ${path}.${first}`);
  }
}

function checkCalendar({ calendar }: Rulebook, fault: Fault): void {
  const spans = calendar.hours.map((h, i) => ({ ...h, i })).sort((a, b) => (a.from < b.from ? -1 : 1));
  for (const [n, { from, to, i }] of spans.entries()) {
    const before = spans[n - 1];
    if (from >= to) fault(`calendar.hours.${i}`, `ends (${to}) before it begins (${from})`);
    else if (before !== undefined && from < before.to)
      fault(`calendar.hours.${i}`, `overlaps calendar.hours.${before.i}`);
  }
  for (const list of ['holidays', 'extraWorkdays'] as const) {
    for (const [i, day] of calendar[list].entries())
      if (!isDate(day)) fault(`calendar.${list}.${i}`, `“${day}” is not a day`);
  }
  const holidays = new Set(calendar.holidays);
  for (const [i, day] of calendar.extraWorkdays.entries())
    if (holidays.has(day)) fault(`calendar.extraWorkdays.${i}`, `“${day}” is a holiday too`);
}

function isDate(day: string): boolean {
  const at = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
}

/** A text may lack one language, which the other then stands in for, but not both. */
function emptyTexts(value: unknown, path: string, fault: Fault): void {
  if (typeof value !== 'object' || value === null) return;
  const text = value as { readonly zh?: unknown; readonly en?: unknown };
  if (typeof text.zh === 'string' && typeof text.en === 'string') {
    if (text.zh.trim() === '' && text.en.trim() === '') fault(path, 'has no text in either language');
    return;
  }
  for (const [key, inner] of Object.entries(value))
    emptyTexts(inner, path === '' ? key : `${path}.${key}`, fault);
}

/**
 * The rulebook made ready for one city: asks for a case and answers which plan, department, deadlines and questions
 * hold for it. Pure, and the same answer for the same question; nothing here changes.
 */
import { stageIndex, type Deadline, type Evaluation, type Stage } from '../../contract/cases.ts';
import { categories, categoryCodes, type CategoryCode, type Channel } from '../../contract/categories.ts';
import type { Department } from '../../contract/city-pack.ts';
import type { Refusal } from '../../contract/refusals.ts';
import type { Result } from '../../contract/result.ts';
import type { DeadlineRule, Duty, ResponsePlan, Rulebook, TriageProtocol } from '../../contract/rulebook.ts';
import { makeCalendar } from './calendar.ts';
import { bestFirst, type CaseKind } from './match.ts';
import { scoreBy, type ScoreFacts } from './score.ts';
import { triageBy, type TriageOutcome } from './triage.ts';

export type { CaseKind } from './match.ts';

export interface Responsible {
  /** Ids of departments of this city. */
  readonly lead: string | null;
  readonly support: string[];
  /** Nobody owns it: the arbiter decides; until then who received it first leads (首接负责). */
  readonly arbiter: boolean;
}

export interface Rules {
  readonly book: Rulebook;
  /** There is always one. */
  planFor(c: CaseKind): ResponsePlan;
  responsible(
    c: CaseKind & {
      readonly channel: Channel;
      readonly district?: string | undefined;
      readonly street?: string | undefined;
      readonly atMs: number;
    },
  ): Responsible;
  /** Of a department kind, an id, or `street-office`: that of the street. Undefined where the city has none. */
  departmentOf(kindOrId: string, street?: string): string | undefined;
  /** One for each stage that has to be reached in time; a plan that sends no units at once has none on the way to the scene. */
  deadlines(c: CaseKind & { readonly channel: Channel }, startedAtMs: number): Deadline[];
  escalationOf(c: CaseKind & { readonly channel?: Channel }, reach: Stage): DeadlineRule['escalate'];
  triage(c: CaseKind, answers: Readonly<Record<string, string>>): Result<TriageOutcome, Refusal>;
  protocolFor(c: CaseKind): TriageProtocol | undefined;
  /** How far apart two reports of one event lie. */
  nearness(category: CategoryCode): { readonly radiusM: number; readonly minutes: number };
  score(facts: ScoreFacts): { score: number; deductions: Evaluation['deductions'] };
}

const MINUTE_MS = 60_000;
const USUAL_NEARNESS = { radiusM: 80, minutes: 10 };
/** Stages that only units reach. */
const unitStages = new Set<Stage>(['en-route', 'on-scene', 'transporting', 'at-facility']);
/** Who receives what comes in by a door, where no department has that number. */
const receiverKinds: Readonly<Record<Channel, Department['kind'] | null>> = {
  '110': 'police',
  '119': 'fire',
  '120': 'ambulance',
  '122': 'traffic-police',
  '911': 'police',
  '12345': 'hotline',
  '311': 'hotline',
  grid: 'urban-management',
  sensor: null,
  other: null,
};

/** Throws where the book has no plan that matches everything (reading a book refuses such a one). */
export function makeRules(book: Rulebook, departments: readonly Department[], timeZone: string): Rules {
  if (!book.plans.some((p) => Object.values(p.match).every((v) => v === undefined)))
    throw new Error('a rulebook needs a plan that matches everything');
  const calendar = makeCalendar(book.calendar, timeZone);
  const ids = new Set(departments.map((d) => d.id));
  const firstOfKind = new Map<string, string>();
  const ofPhone = new Map<string, string>();
  for (const { id, kind, phone } of departments) {
    if (!firstOfKind.has(kind)) firstOfKind.set(kind, id);
    if (phone !== undefined && !ofPhone.has(phone)) ofPhone.set(phone, id);
  }
  const offices = departments.filter((d) => d.kind === 'street').map((d) => d.id);
  // A priority says nothing about how far apart callers of one event stand.
  const nearness = new Map(
    categoryCodes.map((category) => {
      const rules = book.nearness.filter((n) => n.match.priority === undefined);
      const best = bestFirst(rules, { category, severity: categories[category].severity })[0];
      return [
        category,
        best === undefined ? USUAL_NEARNESS : { radiusM: best.radiusM, minutes: best.minutes },
      ];
    }),
  );

  const officeOf = (street: string | undefined): string | undefined =>
    street === undefined ? undefined : offices.find((id) => id === street || id === `dep-${street}`);
  const departmentOf = (kindOrId: string, street?: string): string | undefined => {
    if (kindOrId === 'street-office' || (kindOrId === 'street' && !ids.has(kindOrId)))
      return officeOf(street);
    return ids.has(kindOrId) ? kindOrId : firstOfKind.get(kindOrId);
  };
  const receiver = (channel: Channel): string | undefined =>
    ofPhone.get(channel) ?? firstOfKind.get(receiverKinds[channel] ?? '');

  const planFor = (c: CaseKind): ResponsePlan => bestFirst(book.plans, c)[0]!;
  const protocolFor = (c: CaseKind): TriageProtocol | undefined => bestFirst(book.triage, c)[0];
  const deadlineRules = (c: CaseKind & { readonly channel?: Channel }): DeadlineRule[] => {
    const reached = new Set<Stage>();
    const withUnits = planFor(c).needs.some((n) => n.level === 1);
    const fitting = book.deadlines.filter(
      (d) => (d.channel === undefined || d.channel === c.channel) && (withUnits || !unitStages.has(d.reach)),
    );
    return bestFirst(fitting, c, (d) => (d.channel === undefined ? 0 : 1))
      .filter((d) => {
        const first = !reached.has(d.reach);
        reached.add(d.reach);
        return first;
      })
      .sort((a, b) => stageIndex(a.reach) - stageIndex(b.reach));
  };

  return {
    book,
    planFor,
    departmentOf,
    protocolFor,
    responsible({ channel, district, street, atMs, ...c }) {
      const hours = calendar.isWorking(atMs) ? 'working' : 'off';
      const fitting = book.duties.filter(
        (d) =>
          (d.channel === undefined || d.channel === channel) &&
          (d.hours === undefined || d.hours === hours) &&
          (d.area === undefined || d.area === street || d.area === district),
      );
      const rank = (d: Duty): number =>
        (d.area === undefined ? 0 : d.area === street ? 8 : 4) +
        (d.hours === undefined ? 0 : 2) +
        (d.channel === undefined ? 0 : 1);
      for (const duty of bestFirst(fitting, c, rank)) {
        const lead = departmentOf(duty.lead, street);
        if (lead === undefined) continue;
        const support = duty.support.flatMap((s) => departmentOf(s, street) ?? []);
        return { lead, support: [...new Set(support)].filter((id) => id !== lead), arbiter: false };
      }
      const lead = receiver(channel) ?? departmentOf(book.arbiter.department, street) ?? null;
      return { lead, support: [], arbiter: true };
    },
    deadlines: (c, startedAtMs) =>
      deadlineRules(c).map((rule): Deadline => {
        const after = (share: number): number =>
          rule.workingHours === undefined
            ? startedAtMs + Math.round((rule.minutes ?? 0) * share * MINUTE_MS)
            : Math.round(calendar.addWorkingMinutes(startedAtMs, rule.workingHours * 60 * share));
        return {
          reach: rule.reach,
          startedAtMs,
          warnAtMs: after(rule.warnAt),
          dueAtMs: after(1),
          state: 'running',
          escalations: 0,
        };
      }),
    escalationOf: (c, reach) => deadlineRules(c).find((d) => d.reach === reach)?.escalate ?? [],
    triage: (c, answers) => triageBy(protocolFor(c), c, answers),
    nearness: (category) => nearness.get(category) ?? USUAL_NEARNESS,
    score: (facts) => scoreBy(book.scoring, facts),
  };
}

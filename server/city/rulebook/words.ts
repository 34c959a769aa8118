/** Short forms in which the default rulebook is written. */
import type { FacilityKind } from '../../contract/city-pack.ts';
import type { CaseMatch, PlanNeed, ResponsePlan } from '../../contract/rulebook.ts';
import type { LocalText } from '../../contract/text.ts';

export const t = (zh: string, en: string): LocalText => ({ zh, en });

type Kind = PlanNeed['kinds'][number];
type Task = ResponsePlan['tasks'][number];
type Notice = ResponsePlan['notify'][number];

/** So many units of a kind, or of any of several kinds. */
export const need = (kinds: Kind | readonly Kind[], count: number, capability?: string): PlanNeed => ({
  kinds: typeof kinds === 'string' ? [kinds] : [...kinds],
  count,
  level: 1,
  ...(capability === undefined ? {} : { capability }),
});
export const task = (department: Task['department'], minutes: number, title: LocalText): Task => ({
  department,
  title,
  minutes,
  level: 1,
});
export const tell = (kind: FacilityKind, count = 1): Notice => ({ kind, count, level: 1 });

/** What an alarm level adds to those below it. */
interface Level {
  readonly needs?: readonly PlanNeed[];
  readonly tasks?: readonly Task[];
  readonly notify?: readonly Notice[];
}
interface Head {
  readonly par?: number;
  readonly kind?: ResponsePlan['kind'];
}

/** A plan by its alarm levels, the first one first. */
export function plan(
  id: string,
  name: LocalText,
  match: CaseMatch,
  head: Head,
  ...levels: readonly Level[]
): ResponsePlan {
  const at = <T extends { readonly level: number }>(of: (l: Level) => readonly T[] | undefined): T[] =>
    levels.flatMap((l, i) => (of(l) ?? []).map((entry) => ({ ...entry, level: i + 1 })));
  return {
    id,
    name,
    match,
    needs: at((l) => l.needs),
    tasks: at((l) => l.tasks),
    notify: at((l) => l.notify),
    ...(head.par === undefined ? {} : { parMinutes: head.par }),
    kind: head.kind ?? 'ordinary',
  };
}

export const engines = (n: number): PlanNeed => need('fire-engine', n, 'fire-suppression');
export const ladder = need('ladder', 1, 'aerial');
export const rescue = need('rescue', 1, 'extrication');
export const waterRescue = need('rescue', 1, 'water-rescue');
export const hazmat = (n: number): PlanNeed => need('hazmat', n, 'hazmat');
export const ambulances = (n: number): PlanNeed => need('ambulance', n);
export const als = (n: number): PlanNeed => need('ambulance', n, 'advanced-life-support');
export const police = (n: number): PlanNeed => need('police-car', n);
/** Traffic police; a patrol where none of them is free, as in a storm. */
export const traffic = (n: number): PlanNeed => need(['traffic-car', 'traffic-motorcycle', 'police-car'], n);
export const drone = need('drone', 1, 'aerial-view');
export const patrol = (n: number): PlanNeed => need('urban-patrol', n);
export const repair = (capability: string, n = 1): PlanNeed => need('repair-crew', n, capability);

/** The unit board as rows: a head a department with its counts by status, below it its units. Pure. */
import type { Assignment } from '../../server/contract/cases.ts';
import { unitStatuses } from '../../server/contract/observations.ts';
import type { IncidentRecord, UnitRecord } from '../../server/contract/records.ts';

export type UnitStatus = UnitRecord['status'];
export type BoardRow =
  | {
      readonly kind: 'head';
      readonly id: string;
      readonly total: number;
      /** Only those there are, in the order of the work. */
      readonly counts: readonly { readonly status: UnitStatus; readonly n: number }[];
    }
  | { readonly kind: 'unit'; readonly id: string; readonly unit: UnitRecord };

/** Departments in the order of `departments`, others after them; units keep the order they come in. */
export function boardRows(
  units: readonly UnitRecord[],
  departments: readonly string[],
  folded: ReadonlySet<string>,
): readonly BoardRow[] {
  const groups = new Map<string, UnitRecord[]>();
  for (const unit of units) groups.set(unit.department, [...(groups.get(unit.department) ?? []), unit]);
  const rank = (id: string): number => {
    const at = departments.indexOf(id);
    return at < 0 ? departments.length : at;
  };
  const ids = [...groups.keys()].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b, 'en'));
  return ids.flatMap((id): BoardRow[] => {
    const own = groups.get(id)!;
    const counts = unitStatuses
      .map((status) => ({ status, n: own.filter((unit) => unit.status === status).length }))
      .filter((count) => count.n > 0);
    const head: BoardRow = { kind: 'head', id: `department:${id}`, total: own.length, counts };
    return folded.has(id)
      ? [head]
      : [head, ...own.map((unit) => ({ kind: 'unit' as const, id: unit.id, unit }))];
  });
}

export const departmentOfHead = (id: string): string => id.slice('department:'.length);

/** What a unit does for the case it works on, where it was sent from here. */
export const assignmentOf = (
  unit: UnitRecord,
  incidents: ReadonlyMap<string, IncidentRecord>,
): Assignment | undefined =>
  unit.incident === undefined
    ? undefined
    : incidents
        .get(unit.incident)
        ?.case.assignments.find((a) => a.unit === unit.id && a.status !== 'cleared');

/** What a department has to do, most urgent first, and what a crew may report next. Pure. */
import type { AssignmentStatus, Assignment, Task } from '../../server/contract/cases.ts';
import { departmentKinds, type Department } from '../../server/contract/city-pack.ts';
import { distanceM, type LonLat } from '../../server/contract/geo.ts';
import type { FacilityRecord, IncidentRecord, UnitRecord } from '../../server/contract/records.ts';
import type { Person } from '../../server/contract/roles.ts';

export interface DeptCase {
  readonly incident: IncidentRecord;
  /** Of the department, neither done nor gone. */
  readonly tasks: readonly Task[];
  /** Its units that are still at it. */
  readonly assignments: readonly Assignment[];
  readonly leads: boolean;
  readonly overdue: boolean;
  /** The earliest time by which something must be or should have been done; absent: none. */
  readonly dueAtMs?: number;
}

const isOpen = (task: Task): boolean => task.status === 'open' || task.status === 'accepted';

/** UI-113: what is overdue or unanswered first, then by priority, then by the next deadline, then the oldest. */
export function workOf(
  incidents: readonly IncidentRecord[],
  departments: ReadonlySet<string>,
): readonly DeptCase[] {
  const out: DeptCase[] = [];
  for (const incident of incidents) {
    const tasks = incident.case.tasks.filter((task) => departments.has(task.department) && isOpen(task));
    const assignments = incident.case.assignments.filter(
      (a) => departments.has(a.department) && a.status !== 'cleared',
    );
    const leads = incident.case.lead !== undefined && departments.has(incident.case.lead);
    const atWork = tasks.length > 0 || assignments.length > 0;
    if (!atWork && (incident.status === 'closed' || !leads)) continue;
    const dues = [
      ...tasks.flatMap((task) => task.dueAtMs ?? []),
      ...assignments.flatMap((a) => a.parDueAtMs ?? []),
      ...(leads
        ? incident.case.deadlines.flatMap((d) =>
            d.state === 'running' || d.state === 'warned' || d.state === 'overdue' ? d.dueAtMs : [],
          )
        : []),
    ];
    out.push({
      incident,
      tasks,
      assignments,
      leads,
      overdue:
        incident.case.overdue ||
        tasks.some((task) => task.overdue === true) ||
        assignments.some((a) => a.parOverdue === true),
      ...(dues.length > 0 ? { dueAtMs: Math.min(...dues) } : {}),
    });
  }
  return out.sort(
    (a, b) =>
      Number(b.overdue) - Number(a.overdue) ||
      a.incident.severity - b.incident.severity ||
      (a.dueAtMs ?? Infinity) - (b.dueAtMs ?? Infinity) ||
      a.incident.reportedAtMs - b.incident.reportedAtMs,
  );
}

/** What a crew may report next: never back, patients only by who carries them. */
export function nextStatuses({
  status,
  kind,
}: Pick<Assignment, 'status' | 'kind'>): readonly AssignmentStatus[] {
  const carries = kind === 'ambulance';
  const after: Readonly<Record<AssignmentStatus, readonly AssignmentStatus[]>> = {
    dispatched: ['en-route', 'on-scene', 'cleared'],
    'en-route': ['on-scene', 'cleared'],
    'on-scene': carries ? ['transporting', 'cleared'] : ['cleared'],
    transporting: ['at-facility', 'cleared'],
    'at-facility': ['cleared'],
    cleared: [],
  };
  return after[status];
}

/** Hospitals, the nearest first. */
export function hospitalsNear(
  facilities: readonly FacilityRecord[],
  from: LonLat | undefined,
): readonly FacilityRecord[] {
  const hospitals = facilities.filter((f) => f.kind === 'hospital');
  if (!from) return hospitals;
  return [...hospitals].sort((a, b) => distanceM(from, a.position) - distanceM(from, b.position));
}

/** Units at work first, then by callsign as people count. */
export const unitsOf = (
  units: readonly UnitRecord[],
  departments: ReadonlySet<string>,
): readonly UnitRecord[] =>
  units
    .filter((u) => departments.has(u.department))
    .sort(
      (a, b) =>
        Number(b.incident !== undefined) - Number(a.incident !== undefined) ||
        a.callsign.localeCompare(b.callsign, 'en', { numeric: true }),
    );

export type Page =
  | { readonly ok: true; readonly departments: readonly Department[] }
  /** `unknown`: there is no such department here; `other`: it is not the person's own. */
  | { readonly ok: false; readonly why: 'unknown' | 'other' };

/** Whose page `/dept/:name` is: a kind of department or the id of one; of several of a kind the person's own. */
export function pageOf(name: string, all: readonly Department[], person: Person | null): Page {
  const named = all.filter((d) => d.kind === name || d.id === name);
  if (named.length === 0) return { ok: false, why: 'unknown' };
  const own = named.filter((d) => d.id === person?.department);
  if (own.length > 0) return { ok: true, departments: own };
  return person?.role === 'department' ? { ok: false, why: 'other' } : { ok: true, departments: named };
}

/** Kinds this city has, in the order of the contract. */
export const kindsOf = (all: readonly Department[]): readonly Department['kind'][] =>
  departmentKinds.filter((kind) => all.some((d) => d.kind === kind));

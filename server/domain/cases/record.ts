/** A case as the record that screens get, unmasked. */
import type { CallReport, CaseFields } from '../../contract/cases.ts';
import type { IncidentRecord } from '../../contract/records.ts';
import { isOpen, type CasesState, type Incident } from './state.ts';

const MAX_HINTS = 5;

/** The incident as a record; undefined when unknown. */
export function incidentRecord(state: CasesState, id: string): IncidentRecord | undefined {
  const i = state.byId.get(id);
  if (i === undefined) return undefined;
  const { position, accuracyM, units: sourceUnits } = i.facts;
  const units = [...new Set([...sourceUnits, ...i.assignments.map((a) => a.callsign)])];
  const standing = i.hints.filter((h) => {
    const other = state.byId.get(h.incident);
    return other !== undefined && isOpen(other) && other.mergedInto === null && !i.apart.includes(h.incident);
  });
  return {
    id: i.id,
    number: i.number,
    ...i.facts,
    units,
    placed: position === undefined ? 'none' : (accuracyM ?? 0) > 150 ? 'approximate' : 'exact',
    status: isOpen(i) ? 'open' : 'closed',
    reportedAtMs: i.reportedAtMs,
    updatedAtMs: Math.max(i.updatedAtMs, i.touchedAtMs === i.receivedAtMs ? 0 : i.touchedAtMs),
    ...(i.closedAtMs === null ? {} : { closedAtMs: i.closedAtMs }),
    duplicateHints: i.mergedInto === null ? standing.slice(0, MAX_HINTS) : [],
    case: caseFieldsOf(state, i),
    // A source whose clock is ahead does not know the future: nothing is younger than its arrival.
    provenance: {
      feed: i.feed,
      observedAtMs: Math.min(i.updatedAtMs, i.receivedAtMs),
      receivedAtMs: i.receivedAtMs,
    },
  };
}

function caseFieldsOf(state: CasesState, i: Incident): CaseFields {
  return {
    stage: i.stage,
    version: i.version,
    ...(i.claim && { claim: i.claim }),
    ...(i.triage && { triage: i.triage }),
    ...(i.plan && { plan: i.plan }),
    ...(i.lead !== null && { lead: i.lead }),
    support: [...i.support],
    hops: i.hops,
    returns: i.returnedBy.length,
    assignments: [...i.assignments],
    tasks: [...i.tasks],
    deadlines: [...i.deadlines],
    overdue: isOpen(i) && isOverdue(i),
    ...(i.supervised && { supervised: i.supervised }),
    reports: allCalls(state, i),
    notified: [...i.notified],
    ...(i.mergedInto !== null && { mergedInto: i.mergedInto }),
    merged: [...i.merged],
    reopened: i.reopened,
    ...(i.evaluation && { evaluation: i.evaluation }),
    ...(i.result !== null && { result: i.result }),
  };
}

export const isOverdue = (i: Incident): boolean =>
  i.deadlines.some((d) => d.state === 'overdue') ||
  i.tasks.some((t) => t.overdue === true && (t.status === 'open' || t.status === 'accepted')) ||
  i.assignments.some((a) => a.parOverdue === true);

/** Every call about it, those of incidents merged into it too, in the order they came. */
function allCalls(state: CasesState, i: Incident, depth = 0): CallReport[] {
  const merged =
    depth > 20
      ? []
      : i.merged.flatMap((id) => {
          const child = state.byId.get(id);
          return child ? allCalls(state, child, depth + 1) : [];
        });
  const all = [...i.calls, ...merged];
  return merged.length === 0 ? all : all.sort((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1));
}

/** A case's events as lines of its timeline: who, when, and the facts a sentence is made of on the screen. */
import type { TimelineEntry } from '../../contract/api.ts';
import type { CaseEvent } from './events.ts';

/** The incidents whose timeline an event belongs to, with the line it makes; none for a unit's service. */
export function timelineOf(
  event: CaseEvent,
  seq: number,
): { incidents: string[]; line: TimelineEntry } | null {
  const { type, payload } = event;
  if (type === 'unit.service-changed') return null;
  const by = 'by' in payload && payload.by ? payload.by : null;
  const source = type === 'incident.reported' ? payload.feed : '';
  const text = textOf(event);
  const line: TimelineEntry = {
    seq,
    atMs: 'updatedAtMs' in payload ? payload.receivedAtMs : payload.atMs,
    type,
    by: by?.name ?? (source === '' ? 'feed' : `feed:${source}`),
    ...(by?.from !== undefined && { from: by.from }),
    facts: factsOf(event),
    ...(text !== undefined && { text }),
    ...(type === 'incident.noted' && payload.attachments && { attachments: payload.attachments }),
  };
  return { incidents: [payload.id, ...otherOf(event)], line };
}

/** The other incident that it is also about. */
function otherOf({ type, payload }: CaseEvent): string[] {
  if (type === 'incident.merged') return [payload.into];
  if (type === 'incident.unmerged') return [payload.from];
  return type === 'incident.set-apart' ? [payload.other] : [];
}

/** What a person wrote, in whichever field of the event it stands. */
function textOf({ payload }: CaseEvent): string | undefined {
  const said: {
    readonly text?: string;
    readonly reason?: string;
    readonly override?: string;
    readonly result?: string;
    readonly evaluation?: { readonly comment?: string | undefined };
  } = payload as object;
  return said.text ?? said.reason ?? said.override ?? said.result ?? said.evaluation?.comment;
}

function factsOf(event: CaseEvent): TimelineEntry['facts'] {
  const { type, payload } = event;
  switch (type) {
    case 'incident.reported':
      return { number: payload.number, channel: payload.facts.channel, category: payload.facts.category };
    case 'incident.updated':
    case 'incident.edited':
      return { fields: Object.keys(payload.changes).join(' ') };
    case 'incident.called':
      return { channel: payload.call.channel };
    case 'incident.triaged':
      return {
        category: payload.category,
        severity: payload.severity,
        ...(payload.triage.determinant && { determinant: payload.triage.determinant }),
      };
    case 'incident.claimed':
      return payload.from === undefined ? {} : { previous: payload.from };
    case 'incident.assigned':
      return {
        units: payload.units.map((u) => u.callsign).join(' '),
        level: payload.plan.level,
        tasks: payload.tasks.length,
        notified: payload.notified.join(' '),
      };
    case 'assignment.progressed':
      return {
        unit: payload.unit,
        status: payload.status,
        ...(payload.facility !== undefined && { facility: payload.facility }),
      };
    case 'unit.par-answered':
    case 'unit.par-overdue':
      return { unit: payload.unit };
    case 'incident.transferred':
      return {
        from: payload.from ?? '',
        department: payload.lead,
        returned: payload.returned,
        arbiter: payload.arbiter,
      };
    case 'incident.tasked':
      return { department: payload.tasks[0]?.department ?? '', task: payload.tasks[0]?.id ?? '' };
    case 'task.accepted':
    case 'task.returned':
    case 'task.done':
    case 'task.overdue':
      return { task: payload.task };
    case 'incident.merged':
    case 'incident.unmerged':
    case 'incident.set-apart':
      return { number: payload.number, incident: payload.id };
    case 'incident.evaluated':
      return {
        score: payload.evaluation.score,
        ...(payload.evaluation.satisfaction !== undefined && {
          satisfaction: payload.evaluation.satisfaction,
        }),
      };
    case 'deadline.changed':
      return {
        reach: payload.reach,
        state: payload.state,
        ...(payload.to !== undefined && { to: payload.to }),
      };
    case 'incident.closed':
    case 'incident.reopened':
    case 'incident.released':
    case 'incident.resolved':
    case 'incident.verified':
    case 'incident.rejected':
    case 'incident.ended':
    case 'incident.resumed':
    case 'incident.noted':
    case 'incident.supervised':
    case 'incident.revealed':
    case 'unit.service-changed':
      return {};
  }
}

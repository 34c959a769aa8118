/** What is handed over with a shift: who still has to sign, and the list in the order it is read. Pure. */
import type { AlarmRecord, HandoverRecord } from '../../server/contract/alarms.ts';
import type { IncidentRecord } from '../../server/contract/records.ts';
import type { Person } from '../../server/contract/roles.ts';
import type { WarningRecord } from '../../server/contract/warnings.ts';

export type HandoverItem = HandoverRecord['items'][number];
export const itemKinds = ['alarm', 'shelved', 'out-of-service', 'incident', 'warning'] as const;
export type ItemKind = (typeof itemKinds)[number];

const newestFirst = (a: HandoverRecord, b: HandoverRecord): number =>
  b.offeredAtMs - a.offeredAtMs || (a.id < b.id ? 1 : -1);

/** Those that nobody has signed: of each person at most one, the newest first. */
export const unsignedAmong = (all: readonly HandoverRecord[]): readonly HandoverRecord[] =>
  all.filter((h) => h.signedBy === undefined).sort(newestFirst);

export const signedAmong = (all: readonly HandoverRecord[]): readonly HandoverRecord[] =>
  all.filter((h) => h.signedBy !== undefined).sort(newestFirst);

/** Whoever offered it does not sign it. */
export const isOwnOffer = (handover: HandoverRecord, me: Person | null): boolean =>
  me !== null && handover.offeredBy.id === me.id;

/** Items by kind: what is most urgent first, then what has stood longest. */
export function groupItems(
  items: readonly HandoverItem[],
): readonly { readonly kind: ItemKind; readonly items: readonly HandoverItem[] }[] {
  return itemKinds
    .map((kind) => ({
      kind,
      items: items
        .filter((item) => item.kind === kind)
        .sort(
          (a, b) => (a.priority ?? 9) - (b.priority ?? 9) || a.sinceMs - b.sinceMs || (a.id < b.id ? -1 : 1),
        ),
    }))
    .filter((group) => group.items.length > 0);
}

export interface Standing {
  readonly alarms: readonly AlarmRecord[];
  readonly incidents: readonly IncidentRecord[];
  readonly warnings: readonly WarningRecord[];
}

/** What would be handed over if it were offered now, by the server's rule (AL): it collects the list itself. */
export function itemsNow({ alarms, incidents, warnings }: Standing): readonly HandoverItem[] {
  return [
    ...alarms.flatMap(alarmItem),
    ...incidents.filter(isWorst).map(incidentItem),
    ...warnings.filter((w) => w.direction === 'out' && w.state === 'in-force').map(warningItem),
  ];
}

function alarmItem(a: AlarmRecord): HandoverItem[] {
  const part = (side: 'zh' | 'en'): string =>
    [a.name, a.subject.name].map((text) => text[side] || text.zh || text.en).join(' · ');
  const common = {
    id: a.id,
    number: a.number,
    priority: a.priority,
    name: { zh: part('zh'), en: part('en') },
  };
  if (a.state === 'shelved' && a.shelved)
    return [{ ...common, kind: 'shelved', sinceMs: a.shelved.atMs, note: a.shelved.reason }];
  if (a.state === 'out-of-service' && a.outOfService)
    return [{ ...common, kind: 'out-of-service', sinceMs: a.outOfService.atMs, note: a.outOfService.reason }];
  // What is over or suppressed by design, or explained by another alarm, needs nobody.
  const stands = a.state === 'unacknowledged' || a.state === 'acknowledged';
  if (!stands || a.parent !== undefined) return [];
  return [{ ...common, kind: 'alarm', sinceMs: a.raisedAtMs }];
}

const isWorst = (i: IncidentRecord): boolean =>
  i.status === 'open' && i.severity === 1 && i.case.mergedInto === undefined;
const incidentItem = (i: IncidentRecord): HandoverItem => ({
  kind: 'incident',
  id: i.id,
  number: i.number,
  name: i.title,
  priority: i.severity,
  sinceMs: i.reportedAtMs,
});

const warningItem = (w: WarningRecord): HandoverItem => ({
  kind: 'warning',
  id: w.id,
  name: w.message.headline.zh || w.message.headline.en ? w.message.headline : w.message.event,
  sinceMs: w.message.sentAtMs,
});

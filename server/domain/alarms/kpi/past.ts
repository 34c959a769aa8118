/** What became of the same alarm before: when, for how long, who took it on, what it led to. In bounded memory. */
import type { AlarmAnswer } from '../../../contract/alarm-api.ts';
import type { AlarmPriority } from '../../../contract/alarms.ts';
import type { AlarmEvent, AlarmEventPayloads } from '../life/events.ts';

/** Of one alarm. */
const KEPT_OF_AN_ALARM = 20;
/** Of all. */
const KEPT = 50_000;

type Shown = AlarmAnswer['earlier'][number];
interface Occurrence {
  /** Of its record: rung again under the same one it is the same occurrence. */
  readonly number: number;
  readonly priority: AlarmPriority;
  readonly raisedAtMs: number;
  readonly count: number;
  /** Null while it lasts. */
  readonly endedAtMs: number | null;
  readonly acknowledged: { readonly by: string; readonly afterMs: number } | null;
  readonly incident: Shown['incident'] | null;
  readonly shelvedFor: string | null;
}

export class AlarmPast {
  private readonly most: number;
  /** Occurrences by alarm, oldest first; those that rang longest ago come first. */
  private readonly byAlarm = new Map<string, readonly Occurrence[]>();
  private count = 0;

  constructor(most: number = KEPT) {
    this.most = most;
  }

  /** Takes in a durable event, in the order of the journal. */
  take(event: AlarmEvent): void {
    switch (event.type) {
      case 'alarm.raised':
        this.takeRaised(event.payload);
        return;
      case 'alarm.repeated':
        this.change(event.payload.id, again);
        return;
      case 'alarm.returned':
        this.change(event.payload.id, (o) => ({ ...o, endedAtMs: event.payload.atMs }));
        return;
      case 'alarm.acknowledged': {
        const { alarms, atMs, by } = event.payload;
        // Who was first.
        for (const id of alarms)
          this.change(id, (o) => ({
            ...o,
            acknowledged: o.acknowledged ?? { by: by.name, afterMs: Math.max(0, atMs - o.raisedAtMs) },
          }));
        return;
      }
      case 'alarm.shelved':
        for (const id of event.payload.alarms)
          this.change(id, (o) => ({ ...o, shelvedFor: event.payload.reason }));
        return;
      case 'alarm.became-incident': {
        const { alarms, incident, number } = event.payload;
        for (const id of alarms) this.change(id, (o) => ({ ...o, incident: { id: incident, number } }));
        return;
      }
      case 'alarm.suppressed':
      case 'alarm.grouped':
      case 'alarm.unshelved':
      case 'alarm.service-changed':
      case 'alarm.escalated':
      case 'alarm.flood-began':
      case 'alarm.flood-ended':
      case 'alarm.operators-changed':
      case 'rule.saved':
      case 'rule.switched':
      case 'rule.deleted':
    }
  }

  /** Occurrences that began before `beforeMs` (of an alarm that is a record now: when that was raised), newest first. */
  earlier(alarm: string, beforeMs = Infinity): AlarmAnswer['earlier'] {
    return (this.byAlarm.get(alarm) ?? [])
      .filter((o) => o.raisedAtMs < beforeMs)
      .map(shown)
      .toReversed();
  }

  private takeRaised({ id, number, priority, atMs }: AlarmEventPayloads['alarm.raised']): void {
    const before = this.byAlarm.get(id) ?? [];
    if (before.at(-1)?.number === number) {
      // Under a new version of its rule an active one goes on, as in `evolve`.
      this.change(id, (o) => ({
        ...(o.endedAtMs === null && priority >= o.priority ? o : again(o)),
        priority,
      }));
      return;
    }
    const none = { endedAtMs: null, acknowledged: null, incident: null, shelvedFor: null };
    const kept = before.slice(1 - KEPT_OF_AN_ALARM);
    // To the end of the map: what rings least goes first.
    this.byAlarm.delete(id);
    this.byAlarm.set(id, [...kept, { number, priority, raisedAtMs: atMs, count: 1, ...none }]);
    this.count += kept.length + 1 - before.length;
    if (this.count > this.most) this.forget();
  }

  private change(id: string, how: (newest: Occurrence) => Occurrence): void {
    const known = this.byAlarm.get(id);
    const newest = known?.at(-1);
    if (known && newest) this.byAlarm.set(id, [...known.slice(0, -1), how(newest)]);
  }

  /** A tenth in one go, so that it is not done with every ring. */
  private forget(): void {
    for (const [id, occurrences] of this.byAlarm) {
      if (this.count <= this.most * 0.9) return;
      this.byAlarm.delete(id);
      this.count -= occurrences.length;
    }
  }
}

const again = (o: Occurrence): Occurrence => ({ ...o, endedAtMs: null, count: o.count + 1 });

const shown = ({ raisedAtMs, count, endedAtMs, acknowledged, incident, shelvedFor }: Occurrence): Shown => ({
  raisedAtMs,
  count,
  ...(endedAtMs !== null && { endedAtMs }),
  ...(acknowledged && { acknowledgedBy: acknowledged.by, acknowledgedAfterMs: acknowledged.afterMs }),
  ...(incident && { incident }),
  ...(shelvedFor !== null && { shelvedFor }),
});

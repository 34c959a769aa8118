/**
 * What the journal says of alarms against the truth: no activation that a server saw for long enough is missing, none rang
 * twice, none rang without one. And what became of each alarm by the journal alone, for the screens to be held against.
 */
import type { AlarmRecord, AlarmState } from '../../../server/contract/alarms.ts';
import type { AlarmEventPayloads } from '../../../server/domain/alarms/life/events.ts';
import type { JournalEntry } from '../../../server/live/ports.ts';
import type { AlarmWorld, Instrument, Life } from './alarm-world.ts';

/**
 * A server that made its watch anew this often after an alarm was due has made it durable: the first time may find the batch
 * before under way, the second hands it in, and none is made while that is being stored.
 */
const TICKS_TO_STORE = 4;

/** An activation by the journal: from its ring to its return. */
interface Rung {
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface Verdict {
  /** Activations that had to ring, and how often something rang. */
  readonly due: number;
  readonly rang: number;
  readonly missed: readonly string[];
  readonly twice: readonly string[];
  /** Rang while the truth had nothing to ring for. */
  readonly untrue: readonly string[];
}

export function judge(world: AlarmWorld, entries: readonly JournalEntry[]): Verdict {
  const rungs = rungsOf(entries);
  const verdict = { due: 0, rang: 0, missed: [] as string[], twice: [] as string[], untrue: [] as string[] };
  for (const i of world.instruments) {
    const own = rungs.get(i.alarm) ?? [];
    verdict.rang += own.length;
    const first = i.changedMs[0] ?? Infinity;
    for (const { fromMs } of own)
      if (fromMs < first) verdict.untrue.push(`${i.alarm} at ${fromMs}, before all`);
    for (let change = 1; change <= i.changedMs.length; change += 2) {
      const fromMs = i.changedMs[change - 1]!;
      const nextMs = i.changedMs[change + 1] ?? Infinity;
      const believedMs = Math.max(fromMs, ...world.lives.map((life) => believedUntil(life, i, change)));
      const begun = own.filter((r) => r.fromMs >= fromMs && r.fromMs < nextMs);
      const name = `${i.alarm} from ${fromMs}`;
      if (begun.length > 1) verdict.twice.push(`${name}: ${begun.map((r) => r.fromMs).join(', ')}`);
      for (const r of begun)
        if (r.fromMs > believedMs) verdict.untrue.push(`${name}, over by ${believedMs}, at ${r.fromMs}`);
      const dueIn = world.lives.flatMap((life) => {
        const dueMs = dueAt(life, i, change);
        return dueMs === null
          ? []
          : [`${dueMs} on server ${life.node}, which ran ${life.beganMs}…${life.endedMs}`];
      });
      if (dueIn.length === 0) continue;
      verdict.due++;
      // An alarm that did not return in between, as its server was down then, goes on.
      if (!own.some((r) => r.fromMs <= believedMs && r.untilMs >= fromMs)) {
        verdict.missed.push(`${name} to ${i.changedMs[change] ?? 'the end'}: due ${dueIn.join(', ')}`);
      }
    }
  }
  return verdict;
}

/** When a life of a server that saw an activation for longer than its delay, and lived on to store it, had to ring. */
function dueAt(life: Life, i: Instrument, change: number): number | null {
  const heard = life.heard.get(i.id) ?? [];
  const high = heard.find((h) => h.change === change);
  if (high === undefined || high.beyondMs === Infinity) return null;
  const overMs = heard.find((h) => h.change > change)?.sentMs ?? Infinity;
  const dueMs = high.beyondMs + i.onMs;
  if (overMs <= dueMs) return null;
  return life.ticksMs.filter((t) => t >= dueMs).length >= TICKS_TO_STORE ? dueMs : null;
}

/** Until when a life of a server may have taken an activation for going on. */
function believedUntil(life: Life, i: Instrument, change: number): number {
  if (life.beganMs > (i.changedMs[change] ?? Infinity)) return -Infinity;
  const after = life.heard.get(i.id)?.find((h) => h.change > change);
  return after?.takenMs ?? life.endedMs;
}

type Payload<T extends keyof AlarmEventPayloads> = AlarmEventPayloads[T];

function rungsOf(entries: readonly JournalEntry[]): Map<string, Rung[]> {
  const rungs = new Map<string, Rung[]>();
  for (const { type, payload } of entries) {
    if (type === 'alarm.raised' || type === 'alarm.repeated') {
      const { id, atMs } = payload as Payload<'alarm.repeated'>;
      rungs.set(id, [...(rungs.get(id) ?? []), { fromMs: atMs, untilMs: Infinity }]);
    } else if (type === 'alarm.returned') {
      const { id, atMs } = payload as Payload<'alarm.returned'>;
      const own = rungs.get(id) ?? [];
      rungs.set(id, [...own.slice(0, -1), ...own.slice(-1).map((r) => ({ ...r, untilMs: atMs }))]);
    }
  }
  return rungs;
}

/** What a screen must show of an alarm. */
export interface Standing {
  readonly number: number;
  readonly state: AlarmState;
  readonly active: boolean;
  readonly count: number;
  readonly acknowledgedBy: string | null;
  readonly shelvedUntilMs: number | null;
}

interface Told {
  readonly number: number;
  readonly count: number;
  readonly active: boolean;
  readonly by: string | null;
  readonly untilMs: number | null;
}

/** The alarms that stand at the end of a journal, read without the product's own reading of it. */
export function standingBy(entries: readonly JournalEntry[]): ReadonlyMap<string, Standing> {
  const alarms = new Map<string, Told>();
  const change = (ids: readonly string[], how: (a: Told) => Told): void => {
    for (const id of ids) {
      const before = alarms.get(id);
      if (before === undefined) continue;
      const after = how(before);
      const isOver = !after.active && after.untilMs === null && after.by !== null;
      if (isOver) alarms.delete(id);
      else alarms.set(id, after);
    }
  };
  for (const { type, payload } of entries) {
    const { id = '', alarms: ids = [] } = payload as { id?: string; alarms?: readonly string[] };
    switch (type) {
      case 'alarm.raised': {
        const { number } = payload as Payload<'alarm.raised'>;
        alarms.set(id, { number, count: 1, active: true, by: null, untilMs: null });
        break;
      }
      case 'alarm.repeated':
        change([id], (a) => ({ ...a, count: a.count + 1, active: true, by: null }));
        break;
      case 'alarm.returned':
        change([id], (a) => ({ ...a, active: false }));
        break;
      case 'alarm.acknowledged': {
        const { by } = payload as Payload<'alarm.acknowledged'>;
        change(ids, (a) => ({ ...a, by: by.name }));
        break;
      }
      case 'alarm.shelved': {
        const { untilMs } = payload as Payload<'alarm.shelved'>;
        change(ids, (a) => ({ ...a, untilMs }));
        break;
      }
      case 'alarm.unshelved':
        // One that is over by then has nobody to call.
        for (const over of ids) if (alarms.get(over)?.active === false) alarms.delete(over);
        change(ids, (a) => ({ ...a, untilMs: null, by: null }));
        break;
    }
  }
  return new Map([...alarms].map(([id, a]) => [id, standing(a)]));
}

const standing = ({ number, count, active, by, untilMs }: Told): Standing => ({
  number,
  count,
  active,
  acknowledgedBy: by,
  shelvedUntilMs: untilMs,
  state:
    untilMs !== null ? 'shelved' : !active ? 'returned' : by === null ? 'unacknowledged' : 'acknowledged',
});

/** The same of an alarm's record. */
export const standingOf = (record: AlarmRecord): Standing => ({
  number: record.number,
  state: record.state,
  active: record.active,
  count: record.count,
  acknowledgedBy: record.acknowledged?.by ?? null,
  shelvedUntilMs: record.shelved?.untilMs ?? null,
});

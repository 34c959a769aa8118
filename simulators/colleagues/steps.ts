/**
 * What is to be done about a case now, by its record alone: pure, so that whoever forgets everything goes on where the
 * record stands. Cases that a person has claimed or typed in want nothing of colleagues.
 */
import { stageIndex, type Stage } from '../../server/contract/cases.ts';
import type { CommandPayloads, CommandType } from '../../server/contract/commands.ts';
import type { IncidentRecord } from '../../server/contract/records.ts';
import type { Random } from '../kernel/random.ts';
import {
  BY_TELEPHONE,
  caseResult,
  CLEAR_DUPLICATE,
  delayMs,
  isUrgent,
  MERGED_SHARE,
  opinion,
  parAnswer,
  taskResult,
  verdict,
} from './habits.ts';

/** Who of the two does it: the verifier is never the handler. */
export type Seat = 'dispatcher' | 'supervisor';

export type Act =
  | {
      [T in CommandType]: {
        readonly do: 'command';
        readonly as: Seat;
        readonly type: T;
        readonly payload: CommandPayloads[T];
      };
    }[CommandType]
  /** Looks at what the plan still lacks. */
  | { readonly do: 'look' }
  /** Waits for a person to decide; then it is thought over again. */
  | { readonly do: 'wait' };

export interface Step {
  /** Names it within its case: done once, it is not done again. */
  readonly key: string;
  /** How long it takes from when it is first wanted, or the moment it is for. */
  readonly due: { readonly afterMs: number } | { readonly atMs: number };
  readonly act: Act;
}

/** What colleagues remember of a case beside its record. */
export interface Memory {
  /** `send`: units are to be sent; `look`: whether that was enough is to be seen; `settled`: that is done. */
  plan: 'send' | 'look' | 'settled';
  /** How often it was sent or looked at. */
  tries: number;
  /** How often nobody was free. */
  short: number;
  /** Something of it was done by colleagues. */
  touched: boolean;
  /** Cases it could not be merged into. */
  readonly apart: Set<string>;
}

/** What is seen beside the record. */
export interface Sight {
  readonly incident: (id: string) => IncidentRecord | undefined;
  /** A person has it: claimed by one, or reported by none of the feeds that work here. */
  readonly isPersons: (record: IncidentRecord) => boolean;
  /** Chance by a label: the same for the same case, whenever asked. */
  readonly chance: (label: string) => Random;
}

const before = (record: IncidentRecord, stage: Stage): boolean =>
  stageIndex(record.case.stage) < stageIndex(stage);
const wasWorked = ({ case: c }: IncidentRecord): boolean =>
  c.assignments.some((a) => a.onSceneAtMs !== undefined) || c.tasks.some((t) => t.status === 'done');

/** All that is wanted of colleagues for this case now. */
export function wantedSteps(record: IncidentRecord, memory: Memory, sight: Sight): Step[] {
  const { case: c, id: incident } = record;
  if (c.mergedInto !== undefined || sight.isPersons(record)) return [];
  const round = String(c.reopened);
  const r = (key: string): Random => sight.chance(`${incident} ${key}`);
  const supervisor = <T extends 'incident.verify' | 'incident.close' | 'incident.evaluate'>(
    type: T,
    payload: CommandPayloads[T],
    afterMs: number,
  ): Step[] => {
    const act = { do: 'command', as: 'supervisor', type, payload } as Act;
    return [{ key: `${type} ${round}`, due: { afterMs }, act }];
  };
  if (record.status === 'closed') {
    if (c.stage !== 'closed' || !memory.touched || c.evaluation) return [];
    const chance = r(`evaluate ${round}`);
    const late = c.deadlines.some((d) => d.state === 'missed' || d.state === 'overdue');
    const payload = { incident, ...opinion(chance, late) };
    return supervisor('incident.evaluate', payload, delayMs.evaluate(chance));
  }
  if (c.stage === 'resolved') {
    const chance = r(`verify ${round}`);
    return supervisor('incident.verify', { incident, ...verdict(chance) }, delayMs.verify(chance));
  }
  if (c.stage === 'verified') {
    return supervisor('incident.close', { incident }, delayMs.close(r(`close ${round}`)));
  }
  if (!before(record, 'resolved')) return [];
  return [...sending(record, memory, sight), ...tasks(record, memory, r), ...pars(record, r)];
}

function sending(record: IncidentRecord, memory: Memory, sight: Sight): Step[] {
  const { case: c, id: incident } = record;
  const round = c.reopened;
  const key = `${memory.plan} ${round} ${memory.tries}`;
  const chance = sight.chance(`${incident} ${key}`);
  const send = (afterMs: number, named = key): Step => {
    const payload = { incident };
    return {
      key: named,
      due: { afterMs },
      act: { do: 'command', as: 'dispatcher', type: 'incident.dispatch', payload },
    };
  };
  const idle = c.assignments.every((a) => a.status === 'cleared');
  const owed = c.tasks.some((t) => t.status === 'open' || t.status === 'accepted');
  const fresh = before(record, 'dispatched');
  if (memory.plan === 'send' && memory.tries === 0 && fresh && !wasWorked(record)) {
    const twin = twinOf(record, memory, sight);
    if (twin?.whose === 'person') {
      return [{ key: `wait ${twin.id}`, due: { afterMs: delayMs.wait }, act: { do: 'wait' } }];
    }
    if (twin?.whose === 'ours') {
      const payload = { incident, into: twin.id };
      const act: Act = { do: 'command', as: 'dispatcher', type: 'incident.merge', payload };
      const merging = `merge ${twin.id}`;
      return [{ key: merging, due: { afterMs: delayMs.merge(sight.chance(`${incident} ${merging}`)) }, act }];
    }
    if (twin) return [send(delayMs.leftTwin(chance), `${key} twin`)];
    return [send(delayMs.dispatch(chance, isUrgent(record)))];
  }
  // Once somebody has left the scene the plan has had what it needed.
  const going = c.assignments.every((a) => a.status !== 'cleared' && a.status !== 'transporting');
  if (memory.plan === 'send' && memory.tries > 0 && (fresh || going)) {
    return [send(delayMs.again(chance, memory.short, record.severity))];
  }
  if (memory.plan === 'look' && going && c.assignments.length > 0) {
    const afterMs =
      memory.short > 0 ? delayMs.again(chance, memory.short, record.severity) : delayMs.look(chance);
    return [{ key, due: { afterMs }, act: { do: 'look' } }];
  }
  if (!idle || owed || (fresh && !wasWorked(record) && memory.plan !== 'settled')) return [];
  // Opened again, or all were called back on their way: somebody has to go after all, where that is any use.
  const anew = !wasWorked(record) && (fresh || c.assignments.length > 0);
  const again = anew
    ? [send(delayMs.again(chance, 2, record.severity), `anew ${round} ${c.assignments.length}`)]
    : [];
  const resolving = sight.chance(`${incident} resolve ${round}`);
  const afterMs = anew || round > 0 ? delayMs.rework(resolving) : delayMs.resolve(resolving);
  const payload = wasWorked(record)
    ? { incident, result: caseResult(resolving) }
    : { incident, result: BY_TELEPHONE, override: BY_TELEPHONE };
  const act: Act = { do: 'command', as: 'dispatcher', type: 'incident.resolve', payload };
  return [...again, { key: `resolve ${round}`, due: { afterMs }, act }];
}

function tasks(record: IncidentRecord, memory: Memory, r: (key: string) => Random): Step[] {
  const { case: c, id: incident } = record;
  if (memory.plan === 'send' && before(record, 'dispatched')) return [];
  return c.tasks.flatMap((t): Step[] => {
    if (t.status !== 'open' && t.status !== 'accepted') return [];
    const key = `${t.status} ${t.id} ${c.reopened}`;
    const chance = r(key);
    if (t.status === 'open') {
      const act: Act = {
        do: 'command',
        as: 'dispatcher',
        type: 'task.accept',
        payload: { incident, task: t.id },
      };
      return [{ key, due: { afterMs: delayMs.accept(chance, isUrgent(record)) }, act }];
    }
    const allowedMs = t.dueAtMs === undefined ? Infinity : t.dueAtMs - t.createdAtMs;
    const afterMs = delayMs.task(chance, allowedMs);
    const payload = { incident, task: t.id, result: taskResult(chance) };
    return [{ key, due: { afterMs }, act: { do: 'command', as: 'dispatcher', type: 'task.done', payload } }];
  });
}

function pars(record: IncidentRecord, r: (key: string) => Random): Step[] {
  return record.case.assignments.flatMap((a): Step[] => {
    if (a.status !== 'on-scene' || a.parDueAtMs === undefined) return [];
    const key = `par ${a.unit} ${a.parDueAtMs}`;
    const off = parAnswer(r(key));
    if (off === null) return [];
    const act: Act = { do: 'command', as: 'dispatcher', type: 'unit.par', payload: { unit: a.unit } };
    return [{ key, due: { atMs: a.parDueAtMs + off }, act }];
  });
}

type Twin = { readonly whose: 'ours' | 'person' | 'nobody'; readonly id: string };

/**
 * The case that this one clearly is a further call about, if it is the one of the two that goes into the other: `person`
 * where theirs is the case and so the decision, `nobody` where colleagues leave it for people to find.
 */
function twinOf(record: IncidentRecord, memory: Memory, sight: Sight): Twin | null {
  let left: Twin | null = null;
  for (const hint of record.duplicateHints) {
    const other = hint.score < CLEAR_DUPLICATE ? undefined : sight.incident(hint.incident);
    if (
      !other ||
      memory.apart.has(other.id) ||
      other.status === 'closed' ||
      other.case.mergedInto !== undefined
    )
      continue;
    if (!before(other, 'resolved') || !goesInto(record, other)) continue;
    const { id } = other;
    if (sight.isPersons(other)) return { whose: 'person', id };
    if (sight.chance(`${record.id} twin ${id}`).chance(MERGED_SHARE)) return { whose: 'ours', id };
    left ??= { whose: 'nobody', id };
  }
  return left;
}

/** The later goes into the earlier, unless units were sent to the later only. */
function goesInto(record: IncidentRecord, other: IncidentRecord): boolean {
  return !before(other, 'dispatched') || other.number < record.number;
}

/**
 * The state of all alarms and their rules. Alarms and rules are immutable values that `evolve` replaces; everything notes
 * how to take a change back. Only `evolve` writes here, so that events read from the journal lead to the same state.
 */
import type { AlarmRule, WatchRecord } from '../../../contract/alarms.ts';
import type { LiveRule } from '../evaluation/facts.ts';
import { UndoMap, type UndoLog } from '../../undo.ts';
import { type Alarm } from './alarm.ts';
import { AlarmIndex } from './alarm-index.ts';
import { Rings } from './rings.ts';

/** A rule in force: as the product came (version 0), or as somebody here wrote or switched it. */
export interface RuleState {
  readonly rule: AlarmRule;
  readonly enabled: boolean;
  readonly version: number;
  readonly changed: { readonly by: string; readonly atMs: number; readonly reason?: string } | null;
}

/** What holds of all alarms together. */
export interface Watch {
  /** The highest number given. */
  readonly lastNumber: number;
  readonly operators: number;
  /** `rung`: since it began, and in the 10 minutes before. */
  readonly flood: WatchRecord['flood'];
}

export interface AlarmsState {
  readonly undo: UndoLog;
  readonly byId: UndoMap<string, Alarm>;
  readonly index: AlarmIndex;
  /** By id, when alarms returned that are over, for as long as another server may be late to tell of them. */
  readonly ended: UndoMap<string, number>;
  readonly rules: UndoMap<string, RuleState>;
  /** Last versions of deleted rules: one of the same id goes on from there, so that no version means two rules. */
  readonly retired: UndoMap<string, number>;
  /** Ids of the rules that came with the product. */
  readonly builtIn: ReadonlySet<string>;
  readonly rings: Rings;
  readonly watch: UndoMap<'now', Watch>;
  /** Ids of alarms and rules whose records have to be made anew, since somebody emptied these. */
  readonly touched: { readonly alarms: Set<string>; readonly rules: Set<string> };
}

/** A clock that was set back by more than this is no server that was slow to store what it saw. */
export const LATE_AT_MOST_MS = 60_000;

/** Numbers that people say aloud start where they have three digits. */
const FIRST_NUMBER = 100;

/** `undo` is shared with all state that is decided together. */
export function emptyAlarms(undo: UndoLog, builtIn: readonly AlarmRule[]): AlarmsState {
  const touched = { alarms: new Set<string>(), rules: new Set<string>() };
  const state: AlarmsState = {
    undo,
    byId: new UndoMap(undo, (id) => touched.alarms.add(id)),
    index: new AlarmIndex(undo),
    ended: new UndoMap(undo),
    rules: new UndoMap(undo, (id) => touched.rules.add(id)),
    retired: new UndoMap(undo),
    builtIn: new Set(builtIn.map((rule) => rule.id)),
    rings: new Rings(undo),
    watch: new UndoMap(undo),
    touched,
  };
  for (const rule of builtIn) state.rules.set(rule.id, { rule, enabled: true, version: 0, changed: null });
  return state;
}

const quiet: Watch = { lastNumber: FIRST_NUMBER - 1, operators: 0, flood: null };
export const watchOf = (state: AlarmsState): Watch => state.watch.get('now') ?? quiet;

/** Rules that are switched on, for the evaluator. */
export const liveRules = (state: AlarmsState): LiveRule[] =>
  [...state.rules.values()].filter((r) => r.enabled).map(({ rule, version }) => ({ rule, version }));

/** Which columns the facts of rules lie in: how expressions read them, and which rules a change of them concerns. */
import {
  clockFields,
  subjectFields,
  subjectKinds,
  type SubjectKind,
} from '../../../contract/alarm-fields.ts';
import { NumberColumn, SubjectTable, type Column, type PlaceColumn, type TextColumn } from './columns.ts';
import { CutPlan, noWatchers, sortWatchers, type Watchers } from './cut-points.ts';
import type { CompiledRule } from '../expressions/expression.ts';
import {
  bindNumber,
  factsIn,
  type Fact,
  type FactReader,
  type NumberOf,
  type PlaceCall,
} from '../expressions/formula.ts';
import type { RuleRun } from './rule-run.ts';
import type { Watch } from '../expressions/watches.ts';

export type Tables = Readonly<Record<SubjectKind | 'clock', SubjectTable>>;

export function makeTables(): Tables {
  const kinds = subjectKinds.map((k): [SubjectKind, SubjectTable] => [
    k,
    new SubjectTable(k, subjectFields[k]),
  ]);
  const clock = new SubjectTable('clock', clockFields);
  return { ...(Object.fromEntries(kinds) as Record<SubjectKind, SubjectTable>), clock };
}

/** City and clock have one subject. */
export const THE_ONE = 0;

/** The facts that wake a rule. */
const factsOfRule = ({ when, until, suppressWhen }: CompiledRule): Fact[] =>
  [when, until, suppressWhen].flatMap((e) => (e ? factsIn(e) : []));

export class RuleColumns {
  private readonly tables: Tables;
  private readonly time: { readonly nowMs: number };

  constructor(tables: Tables, time: { readonly nowMs: number }) {
    this.tables = tables;
    this.time = time;
  }

  columnOf(fact: Fact, table: SubjectTable): Column {
    if (fact.scope !== 'subject') return this.tables[fact.scope].column(fact.key)!;
    if (fact.derived) return table.madeColumn(fact.key, 'derived', 'double');
    if (fact.call) return table.madeColumn(fact.key, 'place', fact.type === 'bool' ? 'bool' : 'double');
    return table.column(fact.key)!;
  }

  /** `answer`: asks about places there and then, without keeping a column for it. */
  reader(table: SubjectTable, answer?: (call: PlaceCall, slot: number) => number): FactReader {
    return {
      number: (fact) => {
        const { call } = fact;
        if (call && answer) return (slot) => answer(call, slot);
        return this.numberOf(fact, this.columnOf(fact, table) as NumberColumn);
      },
      text: (fact) => {
        const { values } = this.columnOf(fact, table) as TextColumn;
        return (slot) => values[slot] ?? null;
      },
    };
  }

  private numberOf(fact: Fact, column: NumberColumn): NumberOf {
    if (fact.scope !== 'subject') return () => column.data[THE_ONE]!;
    const { unitMs } = column;
    if (unitMs === 0) return (slot) => column.data[slot]!;
    const { time } = this;
    return (slot) => (time.nowMs - column.data[slot]!) / unitMs;
  }

  /** Notes for a kind what its rules look at, instead of what was noted before. */
  watch(table: SubjectTable, runs: readonly RuleRun[]): void {
    for (const column of table.columns()) {
      column.watchers = noWatchers();
      column.chooses = false;
      if (column instanceof NumberColumn) column.derived = {};
    }
    table.places.clear();
    table.placesChoose = false;
    for (const run of runs) {
      for (const fact of factsOfRule(run.compiled)) this.use(fact, table);
      for (const fact of run.compiled.where ? factsIn(run.compiled.where) : []) {
        if (fact.call) table.placesChoose = true;
        else this.columnOf(fact, table).chooses = true;
      }
      for (const watch of run.watches) if (watch.fact.scope === 'subject') this.note(watch, table, run);
      for (const column of run.alsoWatches) {
        column.watchers.any.push(run);
        column.watchers.all.add(run);
      }
    }
    for (const column of table.columns()) {
      sortWatchers(column.watchers);
      const isUsed = column.watchers.all.size > 0;
      if (column instanceof NumberColumn && column.origin !== 'told' && !isUsed) table.forget(column);
    }
  }

  /** The questions about places that some rules of a kind ask. */
  placesOf(runs: readonly RuleRun[], table: SubjectTable): PlaceColumn[] {
    const keys = runs
      .filter((run) => run.table === table)
      .flatMap((run) => factsOfRule(run.compiled).flatMap((f) => (f.call ? [f.key] : [])));
    return [...new Set(keys)].map((key) => table.places.get(key)!);
  }

  /** Notes what rules about other kinds look at of city and clock. */
  watchEverywhere(runs: Iterable<RuleRun>): void {
    const noted = new Map<Column, Watchers<RuleRun, NumberColumn>>();
    for (const run of runs) {
      for (const watch of run.watches) {
        if (watch.fact.scope === 'subject') continue;
        const column = this.columnOf(watch.fact, run.table);
        let watchers = noted.get(column);
        if (!watchers) noted.set(column, (watchers = noWatchers()));
        noteIn(watchers, watch, run);
      }
    }
    for (const table of [this.tables.city, this.tables.clock]) {
      for (const column of table.numbers()) {
        const watchers = noted.get(column);
        if (watchers) sortWatchers(watchers);
        column.everywhere = watchers ? new CutPlan(watchers, () => true) : null;
        column.disturbAll();
      }
    }
  }

  private use(fact: Fact, table: SubjectTable): void {
    if (fact.scope !== 'subject') return;
    const column = this.columnOf(fact, table);
    if (!(column instanceof NumberColumn)) return;
    if (fact.call) table.places.set(fact.key, { call: fact.call, column });
    if (!fact.derived) return;
    const base = table.column(fact.derived.base) as NumberColumn;
    base.derived[fact.derived.how] = column;
  }

  private note(watch: Watch, table: SubjectTable, run: RuleRun): void {
    const { watchers } = this.columnOf(watch.fact, table);
    noteIn(watchers, watch, run);
    if (watch.on === 'moving')
      watchers.moving.push({ rule: run, limit: bindNumber(watch.limit, this.reader(table)) });
    if (watch.on === 'any' && watch.limits) {
      const column = this.columnOf(watch.limits, table) as NumberColumn;
      watchers.limited.push({ rule: run, column });
    }
  }
}

function noteIn(watchers: Watchers<RuleRun, NumberColumn>, watch: Watch, rule: RuleRun): void {
  watchers.all.add(rule);
  if (watch.on === 'cut') watchers.cuts.push({ rule, limit: watch.limit, side: watch.side });
  if (watch.on === 'any') watchers.any.push(rule);
}

/**
 * Alarm rules over live facts, evaluated incrementally: a rule is looked at again for a subject only when the truth of one of
 * its comparisons may have changed (`cut-points.ts`), and what runs with the clock costs nothing until it is due. Predicates
 * in front of the rules as in Hanson et al. 1990 and the alpha network of Rete (Forgy 1982). Pure: facts and time come from
 * the caller; the same updates in the same order give the same transitions. Invariant: the time never goes back.
 */
import type { RuleProblem } from '../../../contract/alarm-api.ts';
import type { SubjectKind } from '../../../contract/alarm-fields.ts';
import type { AlarmFact } from '../../../contract/alarms.ts';
import type { LonLat } from '../../../contract/geo.ts';
import { CityClock } from './city-clock.ts';
import { NumberColumn, TextColumn, type SubjectTable } from './columns.ts';
import type { DerivedFacts, DerivedPorts } from './derived-facts.ts';
import { compileRule, type CompiledRule } from '../expressions/expression.ts';
import { FactChanges } from './fact-changes.ts';
import type { FactUpdate, FactValue, LiveRule, LocalClock, Transition } from './facts.ts';
import { bindTruth, YES, type PlaceCall, type TruthOf } from '../expressions/formula.ts';
import { makeTables, RuleColumns, THE_ONE, type Tables } from './rule-columns.ts';
import { RuleIndex } from './rule-index.ts';
import { RuleRun, type Restored } from './rule-run.ts';
import type { Surroundings } from './rule-state.ts';
import { boolOf } from './shown-facts.ts';
import { Timers } from './timers.ts';

export interface EvaluatorPorts extends DerivedPorts {
  readonly clock: LocalClock;
}

export class Evaluator {
  private readonly ports: EvaluatorPorts;
  private readonly tables: Tables = makeTables();
  private readonly indexes = new Map<SubjectTable, RuleIndex>();
  private readonly columns: RuleColumns;
  private readonly changes: FactChanges;
  private readonly derived: DerivedFacts;
  private readonly cityClock: CityClock;
  private readonly timers = new Timers();
  private readonly around: Surroundings;
  private runs: ReadonlyMap<string, RuleRun> = new Map();
  private readonly runsOf = new Map<SubjectTable, readonly RuleRun[]>();
  private said: Transition[] = [];
  private nowMs = -Infinity;
  /** Until the time is known. */
  private toRestore: readonly Restored[] = [];

  constructor(ports: EvaluatorPorts) {
    this.ports = ports;
    const nowMs = (): number => this.nowMs;
    this.around = {
      get nowMs() {
        return nowMs();
      },
      at: (dueAtMs, call) => this.timers.add(dueAtMs, call),
      cancel: (timer) => this.timers.cancel(timer),
      say: (transition) => this.said.push(transition),
    };
    this.columns = new RuleColumns(this.tables, this.around);
    this.changes = new FactChanges(ports, this.around);
    this.derived = this.changes.derived;
    this.cityClock = new CityClock(ports.clock, this.tables.clock, this.around, this.changes.change);
    for (const table of Object.values(this.tables)) this.indexes.set(table, new RuleIndex(table));
  }

  /**
   * The rules from now on; those that ring when they rang before keep their state. Alarms of rules that are gone return, of
   * rules that changed where they do not hold any more. Answers with the rules that can not be used, and why.
   */
  setRules(rules: readonly LiveRule[], atMs = this.nowMs): ReadonlyMap<string, readonly RuleProblem[]> {
    this.moveTo(atMs);
    this.changes.flush();
    const problems = new Map<string, readonly RuleProblem[]>();
    const runs = new Map<string, RuleRun>();
    const fresh: RuleRun[] = [];
    for (const { rule, version } of rules) {
      const old = this.runs.get(rule.id);
      if (old?.saysTheSame(rule)) {
        old.rename(rule, version);
        runs.set(rule.id, old);
        continue;
      }
      const compiled = compileRule(rule, this.ports.places);
      if (!compiled.ok) {
        problems.set(rule.id, compiled.error);
        continue;
      }
      const table = this.tables[rule.subject];
      const run = new RuleRun(compiled.value, version, table, this.columns.reader(table), this.around);
      fresh.push(run);
      runs.set(rule.id, run);
    }
    const before = this.runs;
    const gone = [...before.values()].filter((run) => runs.get(run.rule.id) !== run);
    this.runs = runs;
    if (fresh.length + gone.length > 0) this.exchange(fresh, gone, before);
    return problems;
  }

  /** Alarms that were active when the journal was written; their rules have been set. */
  restore(active: readonly Restored[]): void {
    if (this.nowMs === -Infinity) {
      this.toRestore = active;
      return;
    }
    for (const alarm of active) {
      const run = this.runs.get(alarm.rule);
      if (run) run.restore(alarm);
      else this.said.push(endOf(alarm, this.nowMs));
    }
  }

  update(u: FactUpdate): void {
    this.moveTo(u.atMs);
    const { changes } = this;
    const table = this.tables[u.kind];
    const known = table.slotOf(u.id);
    const slot = known ?? table.add(u.id);
    changes.open(table, slot);
    if (u.name) table.names[slot] = u.name;
    if (u.district !== undefined) {
      table.districts[slot] = u.district;
      if (u.kind !== 'city') changes.write(table, slot, 'district', u.district);
    }
    const moved = u.position !== undefined && !isSamePlace(u.position, table.positions[slot] ?? null);
    if (moved) table.positions[slot] = u.position ?? null;
    for (const field of Object.keys(u.facts)) changes.write(table, slot, field, u.facts[field] ?? null);
    if (known === undefined) this.takeIn(table, slot);
    else {
      if (moved) this.derived.moved(table, slot, table.profiles[slot]!);
      if (changes.chooseAgain || (moved && table.placesChoose)) this.choose(table, slot);
    }
    changes.flush();
  }

  /** The subject is gone: closed, or taken away. */
  remove(kind: SubjectKind, id: string, atMs: number): void {
    this.moveTo(atMs);
    this.changes.flush();
    const table = this.tables[kind];
    const slot = table.slotOf(id);
    const runs = this.runsOf.get(table) ?? [];
    if (slot === undefined) {
      for (const run of runs) run.dropUnseen(id);
      return;
    }
    for (const run of runs) run.drop(slot);
    table.remove(slot);
    this.changes.close();
    if (slot !== THE_ONE) return;
    for (const column of table.numbers()) column.everywhere?.wakeAll(this.changes.wakeEverywhere);
    this.changes.flush();
  }

  /** For `set`: where a field's numbers lie. */
  column(kind: SubjectKind, field: string): NumberColumn {
    const column = this.tables[kind].column(field);
    if (column instanceof NumberColumn) return column;
    throw new Error(`${kind}.${field} is no number`);
  }

  /** For `set`: where a subject's facts lie, until it is removed. One that is not known yet is taken in. */
  slot(kind: SubjectKind, id: string): number {
    const table = this.tables[kind];
    const known = table.slotOf(id);
    if (known !== undefined) return known;
    const slot = table.add(id);
    this.changes.open(table, slot);
    this.takeIn(table, slot);
    return slot;
  }

  /**
   * The fast way for telemetry, without allocation: a number, 0 or 1 for a condition, the moment it counts from where it runs
   * with the clock, NaN where it is not known. Rules see the facts of one subject at one time together.
   */
  set(column: NumberColumn, slot: number, value: number, atMs: number): void {
    if (atMs > this.nowMs) this.moveTo(atMs);
    if (column.unitMs === 0) {
      if (this.changes.takeQuietly(column, slot, value)) return;
    } else if (value >= column.data[slot]! && column.high[slot] === Infinity) {
      column.data[slot] = value;
      return;
    }
    // Telemetry of somebody who has gone is nobody's.
    if (column.table.ids[slot] === null) return;
    this.changes.change(column, slot, value);
    if (this.changes.chooseAgain) this.choose(column.table, slot);
  }

  /** What the rules have said since, up to now. */
  advance(nowMs: number): Transition[] {
    this.moveTo(nowMs);
    this.changes.flush();
    const { said } = this;
    this.said = [];
    return said;
  }

  /** How many subjects a rule watches, whether or not it is one of those at work. */
  watching(rule: CompiledRule): number {
    this.changes.flush();
    const table = this.tables[rule.rule.subject];
    const where = this.whereOf(rule, table);
    let n = 0;
    for (const slot of table.alive()) if (where(slot) === YES) n++;
    return n;
  }

  /** The facts now of an alarm (`rule:subject`); [] where its subject is not here. */
  factsOf(alarm: string): AlarmFact[] {
    const colon = alarm.indexOf(':');
    return this.runs.get(alarm.slice(0, colon))?.factsOf(alarm.slice(colon + 1)) ?? [];
  }

  /** Whether an alarm that stands, as another server saw it, is over by the facts here: known ones, against its rule. */
  saysOver(alarm: string): boolean {
    const colon = alarm.indexOf(':');
    return this.runs.get(alarm.slice(0, colon))?.saysOver(alarm.slice(colon + 1)) ?? false;
  }

  /** All that its rules hold active by known facts, each as it would be said to ring now. */
  *standing(): Generator<Transition> {
    for (const run of this.runs.values()) yield* run.standing();
  }

  /** A fact now, as expressions see it. */
  valueOf(kind: SubjectKind, id: string, field: string): FactValue {
    const table = this.tables[kind];
    const slot = table.slotOf(id);
    const column = table.known(field);
    if (slot === undefined || !column) return null;
    if (column instanceof TextColumn) return column.values[slot] ?? null;
    const v = column.data[slot]!;
    if (column.isBool) return boolOf(v);
    const value = column.unitMs > 0 ? (this.nowMs - v) / column.unitMs : v;
    return Number.isNaN(value) ? null : value;
  }

  private moveTo(atMs: number): void {
    if (!(atMs > this.nowMs)) return;
    this.changes.flush();
    while (this.timers.nextAtMs <= atMs) {
      this.nowMs = Math.max(this.nowMs, this.timers.nextAtMs);
      this.timers.fire();
      this.changes.flush();
    }
    const isFirst = this.nowMs === -Infinity;
    this.nowMs = atMs;
    if (!isFirst) return;
    this.restore(this.toRestore);
    this.cityClock.set();
    this.cityClock.wait();
    this.changes.flush();
  }

  /** A subject whose first facts are written: which rules watch it, and what they say. */
  private takeIn(table: SubjectTable, slot: number): void {
    const { changes, derived } = this;
    const id = table.column('id');
    if (id instanceof TextColumn) id.values[slot] = table.ids[slot]!;
    const profile = this.indexes.get(table)!.choose(slot);
    table.watchBy(slot, profile);
    derived.moved(table, slot, profile);
    for (const column of table.numbers()) {
      if (column.unitMs > 0) changes.watchTime(column, slot);
      else if (!Number.isNaN(column.data[slot]!) && derived.follows(column, profile))
        derived.took(column, slot, column.data[slot]!, profile);
    }
    changes.chooseAgain = false;
    changes.forgetWoken();
    for (const run of this.runsOf.get(table) ?? []) if (run.hasOrphans && run.adopt(slot)) changes.wake(run);
    for (const run of profile.rules) run.evaluate(slot, profile.truth(run), true);
  }

  /** What the choices of the rules say of a subject may have changed. */
  private choose(table: SubjectTable, slot: number): void {
    this.changes.chooseAgain = false;
    const before = table.profiles[slot]!;
    const after = this.indexes.get(table)!.choose(slot);
    if (before === after) return;
    table.watchBy(slot, after);
    for (const run of [...before.rules, ...after.rules])
      if (before.truth(run) !== after.truth(run)) this.changes.wake(run);
    this.derived.moved(table, slot, after);
    for (const column of table.numbers()) {
      column.disturb(slot);
      if (column.unitMs > 0) this.changes.watchTime(column, slot);
      else this.derived.usual(column, slot, after);
    }
  }

  /** Some rules for others. */
  private exchange(
    fresh: readonly RuleRun[],
    gone: readonly RuleRun[],
    before: ReadonlyMap<string, RuleRun>,
  ): void {
    this.cityClock.set();
    this.changes.flush();
    const tables = new Set([...fresh, ...gone].map((run) => run.table));
    for (const table of tables) this.reindex(table, fresh);
    this.columns.watchEverywhere(this.runs.values());
    this.cityClock.wait();
    for (const table of tables) this.refreshUsual(table);
    this.changes.flush();
    for (const run of gone) if (!this.runs.has(run.rule.id)) run.end();
    for (const run of fresh) run.begin(before.get(run.rule.id));
    this.changes.flush();
  }

  private reindex(table: SubjectTable, fresh: readonly RuleRun[]): void {
    const runs = [...this.runs.values()].filter((run) => run.table === table);
    this.runsOf.set(table, runs);
    this.columns.watch(table, runs);
    for (const place of this.columns.placesOf(fresh, table))
      for (const slot of table.alive()) this.derived.place(place, slot);
    this.indexes.get(table)!.setRules(runs, (run) => this.whereOf(run.compiled, table));
    for (const column of table.numbers()) {
      column.disturbAll();
      if (column.unitMs > 0) for (const slot of table.alive()) this.changes.watchTime(column, slot);
    }
  }

  /** Places are asked there and then: nothing but a move chooses anew. */
  private whereOf({ where }: CompiledRule, table: SubjectTable): TruthOf {
    const answer = (call: PlaceCall, slot: number): number => this.derived.answer(call, table, slot);
    return where === null ? () => YES : bindTruth(where, this.columns.reader(table, answer));
  }

  /** What is usual, for rules that are the first to ask. */
  private refreshUsual(table: SubjectTable): void {
    for (const column of table.numbers()) {
      if (!column.derived._usual && !column.derived._dev) continue;
      for (const slot of table.alive()) this.derived.usual(column, slot, table.profiles[slot]!);
    }
  }
}

/** Its rule is gone. */
const endOf = ({ rule, ruleVersion, subject }: Restored, atMs: number): Transition => ({
  rule,
  ruleVersion,
  alarm: `${rule}:${subject.id}`,
  subject,
  to: 'returned',
  atMs,
  facts: [],
});

const isSamePlace = (a: LonLat | null | undefined, b: LonLat | null): boolean =>
  a === b || (!!a && !!b && a[0] === b[0] && a[1] === b[1]);

/**
 * One rule at work: what it says of each subject, kept only while that is not “nothing”. The life of an alarm here is that of
 * its condition: waits for its delay, is active, waits to be over. Where the facts are not known nothing moves: it does not
 * ring and does not return, and its delays stand still.
 */
import type { AlarmFact, AlarmRule, SubjectRef } from '../../../contract/alarms.ts';
import type { NumberColumn, SubjectTable } from './columns.ts';
import { Counting } from './counting.ts';
import type { CompiledRule } from '../expressions/expression.ts';
import type { Transition } from './facts.ts';
import {
  and,
  bindTruth,
  NO,
  not,
  or,
  UNKNOWN,
  YES,
  type FactReader,
  type Truth,
  type TruthOf,
} from '../expressions/formula.ts';
import type { ClusterTeller } from './happenings.ts';
import { NO_SLOT, RuleState, type Phase, type Surroundings } from './rule-state.ts';
import { bindFacts, type FactsOf } from './shown-facts.ts';
import { watchesOf, type Watch } from '../expressions/watches.ts';

export interface Restored {
  readonly rule: string;
  readonly ruleVersion: number;
  readonly subject: SubjectRef;
  readonly suppressed?: boolean;
  readonly uncertain?: boolean;
}

export class RuleRun {
  rule: AlarmRule;
  version: number;
  readonly table: SubjectTable;
  readonly compiled: CompiledRule;
  readonly watches: readonly Watch[];
  /** Place of its `where` among those of its kind. */
  where = 0;
  /** In which round it was woken last. */
  wokenIn = 0;
  private begun = false;
  private readonly when: TruthOf;
  private readonly until: TruthOf | null;
  private readonly suppressWhen: TruthOf | null;
  private readonly facts: FactsOf;
  private readonly around: Surroundings;
  private readonly states = new Map<number, RuleState>();
  /** Active alarms whose subject is not here, by its id. */
  private readonly orphans = new Map<string, RuleState>();
  private readonly counting: Counting | null;
  private readonly onDelayMs: number;
  private readonly offDelayMs: number;

  constructor(
    compiled: CompiledRule,
    version: number,
    table: SubjectTable,
    reader: FactReader,
    around: Surroundings,
  ) {
    const { rule } = compiled;
    this.rule = rule;
    this.version = version;
    this.table = table;
    this.compiled = compiled;
    this.around = around;
    this.when = bindTruth(compiled.when, reader);
    this.until = compiled.until && bindTruth(compiled.until, reader);
    this.suppressWhen = compiled.suppressWhen && bindTruth(compiled.suppressWhen, reader);
    this.facts = bindFacts(compiled.when, reader);
    this.watches = [compiled.when, compiled.until, compiled.suppressWhen].flatMap((e) =>
      e ? watchesOf(e) : [],
    );
    this.onDelayMs = rule.onDelayS * 1_000;
    this.offDelayMs = rule.offDelayS * 1_000;
    const isSuppressed = (slot: number): boolean => this.suppressWhen?.(slot) === YES;
    this.counting =
      rule.count === undefined
        ? null
        : new Counting(rule, rule.count, table, this.teller(), this.facts, isSuppressed);
  }

  /** Columns that wake it although its expressions do not name them. */
  get alsoWatches(): readonly NumberColumn[] {
    return this.counting?.watches ?? [];
  }

  get hasOrphans(): boolean {
    return this.orphans.size > 0;
  }

  /** Takes over from the version before it and looks at all of its subjects; nothing wakes it before. */
  begin(old: RuleRun | undefined): void {
    this.begun = true;
    if (old) this.takeOver(old);
    this.table.eachConcerned(this, (slot, where) => this.evaluate(slot, where, true));
  }

  /** `where`: what its `where` says of the subject. `first`: the subject, or the rule, is new. */
  evaluate(slot: number, where: Truth, first = false): void {
    const state = this.states.get(slot);
    if ((where === NO && !state) || !this.begun) return;
    const when = where === NO ? NO : and(where, this.when(slot));
    const until = this.until ? this.until(slot) : null;
    // What is over does not begin, so that a rule whose limits overlap does not ring for ever anew.
    const on = until === YES ? NO : when;
    const over = until === null ? not(when) : or(not(where), until);
    if (state) this.step(state, on, over);
    else this.arise(slot, on, over, first);
    if (where !== NO && (this.suppressWhen || state?.suppressed === true)) this.suppress(slot);
  }

  private arise(slot: number, on: Truth, over: Truth, first: boolean): void {
    // Nobody saw when it became so.
    const unseen = first && this.counting?.countsNewcomers === false;
    if (on === UNKNOWN && unseen) this.enter(slot, 'unseen');
    if (on !== YES) return;
    if (unseen) {
      this.enter(slot, 'held');
      return;
    }
    const state = this.enter(slot, 'pending');
    if (this.onDelayMs > 0) this.delay(state, this.onDelayMs);
    else this.ring(state, over, first);
  }

  private step(state: RuleState, on: Truth, over: Truth): void {
    switch (state.phase) {
      case 'unseen':
        if (on === NO) this.leave(state);
        else if (on === YES) state.phase = 'held';
        return;
      case 'pending':
        if (on === NO) this.leave(state);
        else if (on === UNKNOWN) state.freeze();
        else if (this.isDue(state)) this.ring(state, over, false);
        return;
      case 'held':
        if (over === YES) this.leave(state);
        else if (on === YES) this.counting!.takeReports(state);
        return;
      case 'active':
      case 'leaving':
        this.stepActive(state, over);
    }
  }

  private stepActive(state: RuleState, over: Truth): void {
    if (over === UNKNOWN) {
      state.freeze();
      if (!state.uncertain && !state.restored) this.sayCertain(state, false);
      return;
    }
    state.restored = false;
    if (over === NO) {
      state.phase = 'active';
      state.stop();
      if (state.uncertain) this.sayCertain(state, true);
      return;
    }
    if (state.phase === 'active') {
      state.phase = 'leaving';
      this.delay(state, this.offDelayMs);
    }
    if (this.isDue(state)) {
      this.leave(state);
      this.say('returned', state);
    } else if (state.uncertain) this.sayCertain(state, true);
  }

  private ring(state: RuleState, over: Truth, first: boolean): void {
    state.stop();
    if (this.counting) {
      this.counting.take(state, first);
      return;
    }
    state.phase = 'active';
    state.suppressed = this.suppressWhen?.(state.slot) === YES;
    this.say('raised', state);
    this.stepActive(state, over);
  }

  /** A subject is gone: what it says is over, and with it what was only begun. */
  drop(slot: number): void {
    const state = this.states.get(slot);
    if (!state) return;
    this.states.delete(slot);
    if (!state.isActive) {
      state.stop();
      return;
    }
    state.subject = this.table.subject(slot);
    state.facts = this.facts(slot);
    state.slot = NO_SLOT;
    this.goes(state);
  }

  /** The same for one that was restored and is not there any more. */
  dropUnseen(id: string): void {
    const state = this.orphans.get(id);
    if (state && state.phase === 'active') this.goes(state);
  }

  private goes(state: RuleState): void {
    this.orphans.set(state.id, state);
    if (state.phase === 'active') {
      state.phase = 'leaving';
      this.delay(state, this.offDelayMs);
    } else state.thaw(() => this.due(state));
    if (this.around.nowMs >= state.dueAtMs) this.leaveOrphan(state);
    else if (state.uncertain) this.sayCertain(state, true);
  }

  private leaveOrphan(state: RuleState): void {
    this.orphans.delete(state.id);
    state.stop();
    this.say('returned', state);
  }

  /** A subject is there (again). True: it has an active alarm. */
  adopt(slot: number): boolean {
    const state = this.orphans.get(this.table.ids[slot]!);
    if (!state) return false;
    this.orphans.delete(state.id);
    state.slot = slot;
    state.subject = null;
    this.states.set(slot, state);
    return true;
  }

  /** Active before a restart: stays so until it is seen to be over. */
  restore({ subject, suppressed = false, uncertain = false }: Restored): void {
    if (this.counting) {
      this.counting.clusters.restore(subject, suppressed);
      return;
    }
    const slot = this.table.slotOf(subject.id) ?? NO_SLOT;
    const begun = this.states.get(slot);
    if (begun?.isActive === true) return;
    begun?.stop();
    const state = new RuleState(slot, subject.id, 'active', this.around);
    state.suppressed = suppressed;
    state.uncertain = uncertain;
    state.restored = true;
    state.subject = subject;
    if (slot === NO_SLOT) {
      this.orphans.set(subject.id, state);
      return;
    }
    this.states.set(slot, state);
    this.evaluate(slot, this.table.profiles[slot]!.truth(this));
  }

  /** Whether another version rings when this one does. */
  saysTheSame(rule: AlarmRule): boolean {
    return rule === this.rule || conditionsOf(rule) === conditionsOf(this.rule);
  }

  /** A version that rings when this one does: everything goes on. */
  rename(rule: AlarmRule, version: number): void {
    this.rule = rule;
    this.version = version;
  }

  /** It was deleted or switched off: all of its alarms are over. */
  end(): void {
    for (const state of [...this.states.values(), ...this.orphans.values()]) {
      state.stop();
      if (state.isActive) this.say('returned', state);
    }
    this.states.clear();
    this.orphans.clear();
    this.counting?.clusters.end();
  }

  /** An alarm of the version before stays where the new one is on, or not known. */
  private takeOver(old: RuleRun): void {
    const { profiles } = this.table;
    if (old.table === this.table && !old.counting && !this.counting) {
      for (const state of old.states.values()) {
        const { slot } = state;
        const isOver = this.until?.(slot) === YES || and(profiles[slot]!.truth(this), this.when(slot)) === NO;
        if (!state.isActive || isOver) continue;
        old.states.delete(slot);
        state.stop();
        state.phase = 'active';
        this.states.set(slot, state);
      }
      for (const state of old.orphans.values()) {
        if (state.phase !== 'active') continue;
        old.orphans.delete(state.id);
        this.orphans.set(state.id, state);
      }
    }
    old.end();
  }

  /** Facts of a subject now; [] where it is not there. */
  factsOf(id: string): AlarmFact[] {
    const slot = this.table.slotOf(id);
    return [...(this.counting?.clusters.factsOf(id) ?? []), ...(slot === undefined ? [] : this.facts(slot))];
  }

  /** Whether it knows of a subject that an alarm about it would be over; what it counts it does not know so. */
  saysOver(id: string): boolean {
    const slot = this.table.slotOf(id);
    if (this.counting || slot === undefined || this.states.get(slot)?.isActive === true) return false;
    const where = this.table.profiles[slot]!.truth(this);
    return where === NO || (this.until ? this.until(slot) === YES : this.when(slot) === NO);
  }

  /** What it holds active by facts that are known now, as it would be said to ring; what it counts it tells by itself. */
  *standing(): Generator<Transition> {
    for (const { phase, slot, uncertain, restored, suppressed } of this.states.values()) {
      if (phase !== 'active' || slot < 0 || uncertain || restored) continue;
      yield this.transition('raised', this.table.subject(slot), this.facts(slot), suppressed);
    }
  }

  private suppress(slot: number): void {
    const says = this.suppressWhen?.(slot) ?? NO;
    if (says === UNKNOWN) return;
    const suppressed = says === YES;
    this.counting?.clusters.suppress(this.table.ids[slot]!, suppressed);
    const state = this.states.get(slot);
    if (!state || !state.isActive) return;
    if (state.suppressed === suppressed) return;
    state.suppressed = suppressed;
    this.say(suppressed ? 'suppressed' : 'unsuppressed', state);
  }

  private enter(slot: number, phase: Phase): RuleState {
    const state = new RuleState(slot, this.table.ids[slot]!, phase, this.around);
    this.states.set(slot, state);
    return state;
  }

  private leave(state: RuleState): void {
    this.states.delete(state.slot);
    state.stop();
  }

  private delay(state: RuleState, ms: number): void {
    state.delay(ms, () => this.due(state));
  }

  private due(state: RuleState): void {
    if (state.slot === NO_SLOT) this.leaveOrphan(state);
    else this.evaluate(state.slot, this.table.profiles[state.slot]!.truth(this));
  }

  private isDue(state: RuleState): boolean {
    state.thaw(() => this.due(state));
    return this.around.nowMs >= state.dueAtMs;
  }

  private sayCertain(state: RuleState, certain: boolean): void {
    state.uncertain = !certain;
    this.say(certain ? 'certain' : 'uncertain', state);
  }

  private say(to: Transition['to'], state: RuleState): void {
    const here = state.slot >= 0;
    const subject = here ? this.table.subject(state.slot) : state.subject!;
    this.tell(to, subject, here ? this.facts(state.slot) : state.facts, state.suppressed);
  }

  private tell(
    to: Transition['to'],
    subject: SubjectRef,
    facts: readonly AlarmFact[],
    suppressed: boolean,
  ): void {
    this.around.say(this.transition(to, subject, facts, suppressed));
  }

  private transition(
    to: Transition['to'],
    subject: SubjectRef,
    facts: readonly AlarmFact[],
    suppressed: boolean,
  ): Transition {
    return {
      rule: this.rule.id,
      ruleVersion: this.version,
      alarm: `${this.rule.id}:${subject.id}`,
      subject,
      to,
      atMs: this.around.nowMs,
      facts,
      ...(to === 'raised' && suppressed && { suppressed }),
    };
  }

  private teller(): ClusterTeller {
    const { around } = this;
    return {
      get nowMs() {
        return around.nowMs;
      },
      at: (dueAtMs, call) => around.at(dueAtMs, call),
      cancel: (timer) => around.cancel(timer),
      tell: (to, subject, facts, suppressed) => this.tell(to, subject, facts, suppressed),
    };
  }
}

const conditionsOf = (r: AlarmRule): string =>
  JSON.stringify([
    r.subject,
    r.where,
    r.when,
    r.until,
    r.onDelayS,
    r.offDelayS,
    r.count,
    r.suppressWhen,
    r.areas,
  ]);

/**
 * Which rules watch which subjects of a kind. Rules with the same `where` are one choice; subjects of which all choices say
 * the same share a profile, and with it the cuts of the rules that concern them. Invariant: a rule of which `where` is
 * unknown concerns a subject too, so that it learns when its alarm is over.
 */
import type { SubjectTable, Column, NumberColumn, Plan } from './columns.ts';
import { CutPlan } from './cut-points.ts';
import { NO, type Truth, type TruthOf } from '../expressions/formula.ts';
import type { RuleRun } from './rule-run.ts';

interface Choice {
  readonly key: string;
  readonly truth: TruthOf;
  readonly rules: RuleRun[];
}

/** Columns that are worked out from another, of which some rule looks at a subject's. */
interface Wanted {
  readonly rate: NumberColumn | undefined;
  readonly usual: NumberColumn | undefined;
  readonly dev: NumberColumn | undefined;
}

export class Profile {
  /** What each choice says. */
  readonly truths: Uint8Array;
  readonly rules: readonly RuleRun[];
  /** The subjects that have it. */
  readonly slots: number[] = [];
  private readonly plans: (Plan | undefined)[] = [];
  private readonly wants: (Wanted | null | undefined)[] = [];

  constructor(choices: readonly Choice[], truths: Uint8Array) {
    this.truths = truths;
    this.rules = choices.flatMap((c, i) => (truths[i] === NO ? [] : c.rules));
  }

  truth(rule: RuleRun): Truth {
    return this.truths[rule.where] as Truth;
  }

  plan(column: Column): Plan {
    return (this.plans[column.index] ??= new CutPlan<RuleRun, NumberColumn>(
      column.watchers,
      (rule) => this.truths[rule.where] !== NO,
    ));
  }

  /** Null: nothing that is worked out from it. */
  wanted(column: NumberColumn): Wanted | null {
    const known = this.wants[column.index];
    if (known !== undefined) return known;
    const { _rate, _usual, _dev } = column.derived;
    const of = (derived: NumberColumn | undefined): NumberColumn | undefined =>
      derived && !this.plan(derived).isEmpty ? derived : undefined;
    const wanted = { rate: of(_rate), usual: of(_usual), dev: of(_dev) };
    return (this.wants[column.index] = wanted.rate || wanted.usual || wanted.dev ? wanted : null);
  }
}

/** Rules that name the same areas differently do not choose the same. */
const choiceKey = ({ rule }: RuleRun): string =>
  rule.where === undefined ? '' : JSON.stringify([rule.where, rule.areas]);

export class RuleIndex {
  private readonly table: SubjectTable;
  private choices: readonly Choice[] = [];
  /** By a hash of what the choices say. */
  private profiles = new Map<number, Profile[]>();
  private said = new Uint8Array(0);

  constructor(table: SubjectTable) {
    this.table = table;
  }

  /** Takes the rules of the kind; `bind` makes a function of a rule's `where`. Profiles are made anew. */
  setRules(runs: readonly RuleRun[], bind: (run: RuleRun) => TruthOf): void {
    const before = new Map(this.choices.map((c, i) => [c.key, i]));
    const byKey = new Map<string, Choice>();
    for (const run of runs) {
      const key = choiceKey(run);
      let choice = byKey.get(key);
      if (!choice) byKey.set(key, (choice = { key, truth: bind(run), rules: [] }));
      choice.rules.push(run);
    }
    const choices = [...byKey.values()];
    for (const [i, choice] of choices.entries()) for (const run of choice.rules) run.where = i;
    this.choices = choices;
    this.profiles = new Map();
    this.said = new Uint8Array(choices.length);
    this.moveProfiles(choices.map((c) => before.get(c.key)));
  }

  /** What the choices say of a subject now. */
  choose(slot: number): Profile {
    const { choices, said } = this;
    for (let i = 0; i < said.length; i++) said[i] = choices[i]!.truth(slot);
    return this.profileOf(said);
  }

  /** `known`: where a choice stood before, and said already what it says. */
  private moveProfiles(known: readonly (number | undefined)[]): void {
    const { table, choices, said } = this;
    for (const slot of table.alive()) {
      const old = table.profiles[slot];
      if (!old) continue;
      for (let i = 0; i < said.length; i++) {
        const k = known[i];
        said[i] = k === undefined ? choices[i]!.truth(slot) : old.truths[k]!;
      }
      table.watchBy(slot, this.profileOf(said));
    }
  }

  private profileOf(said: Uint8Array): Profile {
    let hash = 0;
    for (let i = 0; i < said.length; i++) hash = (Math.imul(hash, 31) + said[i]!) | 0;
    let alike = this.profiles.get(hash);
    if (!alike) this.profiles.set(hash, (alike = []));
    let profile = alike.find((p) => p.truths.every((t, i) => t === said[i]));
    if (!profile) alike.push((profile = new Profile(this.choices, said.slice())));
    return profile;
  }
}

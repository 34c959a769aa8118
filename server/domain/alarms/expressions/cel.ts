/**
 * The language of alarm rules: the Common Expression Language with the facts of one kind of subject, typed. Expressions are
 * checked with it; what the evaluator runs is made out of the syntax tree (`lowering.ts`). Numbers may be written with or
 * without a point.
 */
import { Environment } from '@marcbachmann/cel-js';
import {
  baselineSuffixes,
  clockFields,
  subjectFields,
  type FieldDescription,
  type SubjectKind,
} from '../../../contract/alarm-fields.ts';
import type { DerivedHow, Fact } from './formula.ts';

/** So much of an expression is enough for a rule that people can still read. */
const LIMITS = {
  maxAstNodes: 300,
  maxDepth: 24,
  maxListElements: 100,
  maxMapEntries: 0,
  maxCallArguments: 3,
};

/** Kinds of subjects without a place. */
const placeless: ReadonlySet<SubjectKind> = new Set(['city', 'feed']);
export const hasPlace = (kind: SubjectKind): boolean => !placeless.has(kind);
/** Where it is does not change: it may be asked for in `where`. */
export const staysInPlace = (kind: SubjectKind): boolean => hasPlace(kind) && kind !== 'unit';

/** What an expression that is run by the library is given: facts as properties, an unknown one left out; and the methods. */
export class CelFacts {
  declare metresTo: (to: string) => number;
  declare inside: (area: string) => boolean;
  declare earlier: (category: string, days: number, metres: number) => number;
}
export interface CelLanguage {
  readonly environment: Environment;
  /** Constructors of the values that its variables take. */
  readonly subject: new () => CelFacts;
  readonly city: new () => CelFacts;
  readonly clock: new () => CelFacts;
}

type Fields = Readonly<Record<string, FieldDescription>>;
const suffixes = Object.keys(baselineSuffixes) as DerivedHow[];

/** Fields as they can be named: those with a baseline bring three more. */
function named(fields: Fields): [string, FieldDescription][] {
  return Object.entries(fields).flatMap(([name, d]): [string, FieldDescription][] => [
    [name, d],
    ...(d.baseline === true
      ? suffixes.map((s): [string, FieldDescription] => [`${name}${s}`, { type: 'double', name: d.name }])
      : []),
  ]);
}

const scopes = new Map<string, ReadonlyMap<string, Fact>>();
const clockUnits = { s: 1_000, min: 60_000 } as const;

/** What a variable of an expression offers, by field; null: there is no such variable. */
export function factsOfVariable(kind: SubjectKind, variable: string): ReadonlyMap<string, Fact> | null {
  const scope = variable === kind ? 'subject' : variable === 'city' || variable === 'clock' ? variable : null;
  if (scope === null) return null;
  const id = `${scope} ${variable}`;
  const known = scopes.get(id);
  if (known) return known;
  const fields: Fields =
    scope === 'clock' ? clockFields : scope === 'city' ? subjectFields.city : subjectFields[kind];
  const facts = new Map(
    named(fields).map(([name, d]): [string, Fact] => [name, factOf(scope, variable, name, d)]),
  );
  scopes.set(id, facts);
  return facts;
}

function factOf(scope: Fact['scope'], variable: string, name: string, d: FieldDescription): Fact {
  const how = suffixes.find((s) => name.endsWith(s));
  return {
    scope,
    key: name,
    shown: `${variable}.${name}`,
    type: d.type,
    fixed: d.fixed === true,
    unitMs: d.clock === undefined ? 0 : clockUnits[d.clock],
    ...(how !== undefined && { derived: { base: name.slice(0, -how.length), how } }),
  };
}

/** The variables of a kind's expressions. */
export const variablesOf = (kind: SubjectKind): readonly string[] => [...new Set([kind, 'city', 'clock'])];

const languages = new Map<SubjectKind, CelLanguage>();

export function celLanguage(kind: SubjectKind): CelLanguage {
  const known = languages.get(kind);
  if (known) return known;
  const made = makeLanguage(kind);
  languages.set(kind, made);
  return made;
}

function makeLanguage(kind: SubjectKind): CelLanguage {
  const environment = new Environment({ limits: LIMITS });
  const Subject = class extends CelFacts {};
  const City = kind === 'city' ? Subject : class extends CelFacts {};
  const Clock = class extends CelFacts {};
  for (const [variable, ctor] of [
    [kind, Subject],
    ['city', City],
    ['clock', Clock],
  ] as const) {
    if (environment.hasVariable(variable)) continue;
    const facts = factsOfVariable(kind, variable)!;
    const fields = Object.fromEntries([...facts].map(([name, f]) => [name, f.type]));
    environment.registerType(typeNameOf(variable), { ctor, fields });
    environment.registerVariable(variable, typeNameOf(variable));
  }
  mixedNumbers(environment);
  methods(environment, kind);
  return { environment, subject: Subject, city: City, clock: Clock };
}

const typeNameOf = (variable: string): string => `${variable[0]!.toUpperCase()}${variable.slice(1)}`;

/** `link.lanes == 2` and `facility.bedsFree * 2` are what people write. */
function mixedNumbers(environment: Environment): void {
  const same = (a: number | bigint, b: number | bigint): boolean => Number(a) === Number(b);
  // It brings the other order and `!=` along.
  environment.registerOperator('double == int', same);
  environment.registerOperator('double in list<int>', (a: number, list: readonly bigint[]) =>
    list.some((b) => same(a, b)),
  );
  for (const [a, b] of [
    ['double', 'int'],
    ['int', 'double'],
  ]) {
    environment.registerOperator(`${a} + ${b}: double`, (x, y) => Number(x) + Number(y));
    environment.registerOperator(`${a} - ${b}: double`, (x, y) => Number(x) - Number(y));
    environment.registerOperator(`${a} * ${b}: double`, (x, y) => Number(x) * Number(y));
    environment.registerOperator(`${a} / ${b}: double`, (x, y) => Number(x) / Number(y));
  }
}

function methods(environment: Environment, kind: SubjectKind): void {
  if (!hasPlace(kind)) return;
  const type = typeNameOf(kind);
  environment.registerFunction(`${type}.metresTo(string): double`, (self: CelFacts, to: string) =>
    self.metresTo(to),
  );
  environment.registerFunction(`${type}.inside(string): bool`, (self: CelFacts, area: string) =>
    self.inside(area),
  );
  if (kind !== 'incident') return;
  for (const days of ['int', 'double']) {
    for (const metres of ['int', 'double']) {
      environment.registerFunction(
        `${type}.earlier(string, ${days}, ${metres}): double`,
        (self: CelFacts, category: string, d: number | bigint, m: number | bigint) =>
          self.earlier(category, Number(d), Number(m)),
      );
    }
  }
}

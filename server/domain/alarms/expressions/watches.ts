/**
 * What a rule has to be woken for: the points at which one of its comparisons can change its truth. A fact that is used in
 * another way wakes it with every change. Invariant: between two wakes of a rule on a subject its truth is the same.
 */
import type { AlarmFact } from '../../../contract/alarms.ts';
import {
  factsIn,
  type CompareOp,
  type Fact,
  type NumberExpr,
  type TextExpr,
  type TruthExpr,
} from './formula.ts';

/**
 * A number line is cut by a comparison at its limit: just below it (`<` and `>=` differ from there on) or just above
 * (`<=`, `>`); equality cuts at both sides.
 */
export type Side = 'below' | 'above';

export type Watch =
  | { readonly on: 'cut'; readonly fact: Fact; readonly limit: number; readonly side: Side }
  /** The limit is calculated from other facts of the subject. */
  | { readonly on: 'moving'; readonly fact: Fact; readonly limit: NumberExpr }
  /** Every change; `limits` is the fact whose moving limit moves with it. */
  | { readonly on: 'any'; readonly fact: Fact; readonly limits?: Fact }
  /** Becoming known or unknown. Every other watch includes it. */
  | { readonly on: 'known'; readonly fact: Fact };

const sides: Readonly<Record<CompareOp, readonly Side[]>> = {
  '<': ['below'],
  '>=': ['below'],
  '<=': ['above'],
  '>': ['above'],
  '==': ['below', 'above'],
  '!=': ['below', 'above'],
};

/** Limits can move only with what lies in the subject's own columns. */
const ownNumber = (f: Fact): boolean => f.scope === 'subject' && f.type !== 'string' && f.unitMs === 0;

export function watchesOf(e: TruthExpr): Watch[] {
  switch (e.is) {
    case 'truth':
      return [];
    case 'fact':
      // Conditions are the numbers 0 and 1.
      return [{ on: 'cut', fact: e.fact, limit: 0.5, side: 'below' }];
    case 'known':
      return [{ on: 'known', fact: e.fact }];
    case 'not':
      return watchesOf(e.a);
    case 'and':
    case 'or':
      return [...watchesOf(e.a), ...watchesOf(e.b)];
    case 'choice':
      return [...watchesOf(e.when), ...watchesOf(e.a), ...watchesOf(e.b)];
    case 'same-truth':
      return [...watchesOf(e.a), ...watchesOf(e.b)];
    case 'compare':
      return comparisonWatches(e.op, e.a, e.b);
    case 'number-in':
      if (e.a.is !== 'fact') return anyChange(e.a);
      return e.list.flatMap((limit) => cuts((e.a as { readonly fact: Fact }).fact, '==', limit));
    case 'text-in':
      return anyChange(e.a);
    case 'same-text':
    case 'test':
      return [...anyChange(e.a), ...anyChange(e.b)];
  }
}

const cuts = (fact: Fact, op: CompareOp, limit: number): Watch[] =>
  sides[op].map((side) => ({ on: 'cut', fact, limit, side }));

/** Conditions inside of a number or a text wake like everything else in it: with every change. */
const anyChange = (e: NumberExpr | TextExpr): Watch[] =>
  [...new Set(factsIn(e))].map((fact) => ({ on: 'any', fact }));

function comparisonWatches(op: CompareOp, a: NumberExpr, b: NumberExpr): Watch[] {
  if (a.is === 'fact' && b.is === 'number') return cuts(a.fact, op, b.value);
  // What stays is the limit of what moves.
  const [one, other] = a.is === 'fact' && !(a.fact.fixed && b.is === 'fact') ? [a, b] : [b, a];
  if (one.is === 'fact' && ownNumber(one.fact)) {
    const { fact } = one;
    const moving = [...new Set(factsIn(other))];
    if (moving.every((f) => ownNumber(f) && f.key !== fact.key)) {
      return [
        { on: 'moving', fact, limit: other },
        ...moving.map((f): Watch => ({ on: 'any', fact: f, limits: fact })),
      ];
    }
  }
  return [...anyChange(a), ...anyChange(b)];
}

/** A fact that is shown with an alarm, and what it is held against. */
export interface ShownFact {
  readonly fact: Fact;
  readonly op?: NonNullable<AlarmFact['op']>;
  readonly limit?: number | string | boolean | NumberExpr;
}

const MOST_FACTS = 8;
const opposite: Readonly<Record<CompareOp, CompareOp>> = {
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
  '==': '!=',
  '!=': '==',
};

/** The facts of `when`, each once with each limit, in the order in which they stand. */
export function shownFacts(e: TruthExpr): ShownFact[] {
  const out = new Map<string, ShownFact>();
  for (const s of shown(e, false)) {
    const id = `${s.fact.shown} ${s.op ?? ''} ${JSON.stringify(s.limit ?? null)}`;
    if (out.size < MOST_FACTS && !out.has(id)) out.set(id, s);
  }
  return [...out.values()];
}

function shown(e: TruthExpr, negated: boolean): ShownFact[] {
  switch (e.is) {
    case 'truth':
      return [];
    case 'fact':
    case 'known':
      return [{ fact: e.fact }];
    case 'not':
      return shown(e.a, !negated);
    case 'and':
    case 'or':
    case 'same-truth':
      return [...shown(e.a, negated), ...shown(e.b, negated)];
    case 'choice':
      return [...shown(e.when, false), ...shown(e.a, negated), ...shown(e.b, negated)];
    case 'compare': {
      const op = negated ? opposite[e.op] : e.op;
      if (e.a.is === 'fact') return [{ fact: e.a.fact, op, limit: e.b.is === 'number' ? e.b.value : e.b }];
      return [...bare(e.a), ...bare(e.b)];
    }
    case 'same-text': {
      const op = e.negated === negated ? '==' : '!=';
      if (e.a.is === 'fact' && e.b.is === 'text') return [{ fact: e.a.fact, op, limit: e.b.value }];
      if (e.b.is === 'fact' && e.a.is === 'text') return [{ fact: e.b.fact, op, limit: e.a.value }];
      return [...bare(e.a), ...bare(e.b)];
    }
    case 'number-in':
    case 'text-in':
      return bare(e.a);
    case 'test':
      return [...bare(e.a), ...bare(e.b)];
  }
}

const bare = (e: NumberExpr | TextExpr): ShownFact[] => factsIn(e).map((fact) => ({ fact }));

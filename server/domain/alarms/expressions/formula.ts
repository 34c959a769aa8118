/**
 * Expressions of alarm rules once they are checked: small typed trees, and how they are made into functions of a subject's
 * slot. Three values (Kleene's strong logic): what is not known makes a comparison unknown, and `&&`, `||` take it in where
 * the other side decides, as CEL does with errors.
 */
import type { Bbox, LonLat } from '../../../contract/geo.ts';

export type Truth = 0 | 1 | 2;
export const NO: Truth = 0;
export const YES: Truth = 1;
export const UNKNOWN: Truth = 2;

export const not = (a: Truth): Truth => (a === UNKNOWN ? UNKNOWN : a === YES ? NO : YES);
export const and = (a: Truth, b: Truth): Truth =>
  a === NO || b === NO ? NO : a === YES && b === YES ? YES : UNKNOWN;
export const or = (a: Truth, b: Truth): Truth =>
  a === YES || b === YES ? YES : a === NO && b === NO ? NO : UNKNOWN;

export interface Ring {
  readonly points: readonly LonLat[];
  readonly box: Bbox;
}

/** A question about a place, asked anew only when the subject moves. */
export type PlaceCall =
  | { readonly method: 'metresTo'; readonly to: string }
  /** With the ring of the rule's own area; without one, a district or street. */
  | { readonly method: 'inside'; readonly area: string; readonly ring?: Ring }
  | {
      readonly method: 'earlier';
      readonly category: string;
      readonly days: number;
      readonly metres: number;
    };

export type DerivedHow = '_rate' | '_usual' | '_dev';

/** A leaf of an expression. */
export interface Fact {
  readonly scope: 'subject' | 'city' | 'clock';
  /** Which column holds it. */
  readonly key: string;
  /** As people read it: `link.speedKph`. */
  readonly shown: string;
  readonly type: 'double' | 'string' | 'bool';
  readonly fixed: boolean;
  /** Above 0: it grows by 1 in so many ms by itself. */
  readonly unitMs: number;
  readonly derived?: { readonly base: string; readonly how: DerivedHow };
  readonly call?: PlaceCall;
}

export type CompareOp = '<' | '<=' | '>' | '>=' | '==' | '!=';
export type ArithmeticOp = '+' | '-' | '*' | '/';
export type TextTest = 'startsWith' | 'endsWith' | 'contains';

interface FactLeaf {
  readonly is: 'fact';
  readonly fact: Fact;
}
export type NumberExpr =
  | FactLeaf
  | { readonly is: 'number'; readonly value: number }
  | { readonly is: 'arithmetic'; readonly op: ArithmeticOp; readonly a: NumberExpr; readonly b: NumberExpr }
  | { readonly is: 'choice'; readonly when: TruthExpr; readonly a: NumberExpr; readonly b: NumberExpr };
export type TextExpr =
  | FactLeaf
  | { readonly is: 'text'; readonly value: string }
  | { readonly is: 'choice'; readonly when: TruthExpr; readonly a: TextExpr; readonly b: TextExpr };
export type TruthExpr =
  | FactLeaf
  | { readonly is: 'truth'; readonly value: boolean }
  | { readonly is: 'not'; readonly a: TruthExpr }
  | { readonly is: 'and' | 'or'; readonly a: TruthExpr; readonly b: TruthExpr }
  | { readonly is: 'choice'; readonly when: TruthExpr; readonly a: TruthExpr; readonly b: TruthExpr }
  | { readonly is: 'compare'; readonly op: CompareOp; readonly a: NumberExpr; readonly b: NumberExpr }
  | { readonly is: 'same-text'; readonly negated: boolean; readonly a: TextExpr; readonly b: TextExpr }
  | { readonly is: 'same-truth'; readonly negated: boolean; readonly a: TruthExpr; readonly b: TruthExpr }
  | { readonly is: 'number-in'; readonly a: NumberExpr; readonly list: readonly number[] }
  | { readonly is: 'text-in'; readonly a: TextExpr; readonly list: readonly string[] }
  | { readonly is: 'test'; readonly test: TextTest; readonly a: TextExpr; readonly b: TextExpr }
  | { readonly is: 'known'; readonly fact: Fact };

export type TruthOf = (slot: number) => Truth;
/** NaN: not known. */
export type NumberOf = (slot: number) => number;
export type TextOf = (slot: number) => string | null;

/** Where facts are read. Conditions are the numbers 0 and 1. */
export interface FactReader {
  number(fact: Fact): NumberOf;
  text(fact: Fact): TextOf;
}

export const arithmetic: Readonly<Record<ArithmeticOp, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
};

/** A result that is no number, as 0 / 0, is not known. */
export function bindNumber(e: NumberExpr, reader: FactReader): NumberOf {
  switch (e.is) {
    case 'number': {
      const { value } = e;
      return () => value;
    }
    case 'fact':
      return reader.number(e.fact);
    case 'arithmetic': {
      const a = bindNumber(e.a, reader);
      const b = bindNumber(e.b, reader);
      const calculate = arithmetic[e.op];
      return (slot) => calculate(a(slot), b(slot));
    }
    case 'choice': {
      const when = bindTruth(e.when, reader);
      const a = bindNumber(e.a, reader);
      const b = bindNumber(e.b, reader);
      return (slot) => {
        const t = when(slot);
        return t === YES ? a(slot) : t === NO ? b(slot) : NaN;
      };
    }
  }
}

function bindText(e: TextExpr, reader: FactReader): TextOf {
  switch (e.is) {
    case 'text': {
      const { value } = e;
      return () => value;
    }
    case 'fact':
      return reader.text(e.fact);
    case 'choice': {
      const when = bindTruth(e.when, reader);
      const a = bindText(e.a, reader);
      const b = bindText(e.b, reader);
      return (slot) => {
        const t = when(slot);
        return t === YES ? a(slot) : t === NO ? b(slot) : null;
      };
    }
  }
}

const truth = (b: boolean): Truth => (b ? YES : NO);

const eitherUnknown = (a: number, b: number): boolean => Number.isNaN(a) || Number.isNaN(b);

const comparisons: Readonly<Record<CompareOp, (a: number, b: number) => Truth>> = {
  '<': (a, b) => (a < b ? YES : a >= b ? NO : UNKNOWN),
  '<=': (a, b) => (a <= b ? YES : a > b ? NO : UNKNOWN),
  '>': (a, b) => (a > b ? YES : a <= b ? NO : UNKNOWN),
  '>=': (a, b) => (a >= b ? YES : a < b ? NO : UNKNOWN),
  '==': (a, b) => (a === b ? YES : eitherUnknown(a, b) ? UNKNOWN : NO),
  '!=': (a, b) => (a === b ? NO : eitherUnknown(a, b) ? UNKNOWN : YES),
};

const textTests: Readonly<Record<TextTest, (a: string, b: string) => boolean>> = {
  startsWith: (a, b) => a.startsWith(b),
  endsWith: (a, b) => a.endsWith(b),
  contains: (a, b) => a.includes(b),
};

export function bindTruth(e: TruthExpr, reader: FactReader): TruthOf {
  switch (e.is) {
    case 'truth': {
      const value = truth(e.value);
      return () => value;
    }
    case 'fact': {
      const read = reader.number(e.fact);
      return (slot) => {
        const v = read(slot);
        return v === 1 ? YES : v === 0 ? NO : UNKNOWN;
      };
    }
    case 'not': {
      const a = bindTruth(e.a, reader);
      return (slot) => not(a(slot));
    }
    case 'and': {
      const a = bindTruth(e.a, reader);
      const b = bindTruth(e.b, reader);
      return (slot) => {
        const left = a(slot);
        return left === NO ? NO : and(left, b(slot));
      };
    }
    case 'or': {
      const a = bindTruth(e.a, reader);
      const b = bindTruth(e.b, reader);
      return (slot) => {
        const left = a(slot);
        return left === YES ? YES : or(left, b(slot));
      };
    }
    case 'choice': {
      const when = bindTruth(e.when, reader);
      const a = bindTruth(e.a, reader);
      const b = bindTruth(e.b, reader);
      return (slot) => {
        const t = when(slot);
        return t === YES ? a(slot) : t === NO ? b(slot) : UNKNOWN;
      };
    }
    case 'compare':
      return bindComparison(e.op, e.a, e.b, reader);
    case 'same-text': {
      const a = bindText(e.a, reader);
      const b = bindText(e.b, reader);
      const { negated } = e;
      return (slot) => {
        const left = a(slot);
        const right = b(slot);
        return left === null || right === null ? UNKNOWN : truth((left === right) !== negated);
      };
    }
    case 'same-truth': {
      const a = bindTruth(e.a, reader);
      const b = bindTruth(e.b, reader);
      const { negated } = e;
      return (slot) => {
        const left = a(slot);
        const right = b(slot);
        return left === UNKNOWN || right === UNKNOWN ? UNKNOWN : truth((left === right) !== negated);
      };
    }
    case 'number-in': {
      const a = bindNumber(e.a, reader);
      const list = new Set(e.list);
      return (slot) => {
        const v = a(slot);
        return Number.isNaN(v) ? UNKNOWN : truth(list.has(v));
      };
    }
    case 'text-in': {
      const a = bindText(e.a, reader);
      const list = new Set(e.list);
      return (slot) => {
        const v = a(slot);
        return v === null ? UNKNOWN : truth(list.has(v));
      };
    }
    case 'test': {
      const a = bindText(e.a, reader);
      const b = bindText(e.b, reader);
      const test = textTests[e.test];
      return (slot) => {
        const left = a(slot);
        const right = b(slot);
        return left === null || right === null ? UNKNOWN : truth(test(left, right));
      };
    }
    case 'known': {
      if (e.fact.type === 'string') {
        const read = reader.text(e.fact);
        return (slot) => truth(read(slot) !== null);
      }
      const read = reader.number(e.fact);
      return (slot) => truth(!Number.isNaN(read(slot)));
    }
  }
}

function bindComparison(op: CompareOp, a: NumberExpr, b: NumberExpr, reader: FactReader): TruthOf {
  const compare = comparisons[op];
  const left = bindNumber(a, reader);
  if (b.is === 'number') {
    const limit = b.value;
    return (slot) => compare(left(slot), limit);
  }
  const right = bindNumber(b, reader);
  return (slot) => compare(left(slot), right(slot));
}

type AnyExpr = NumberExpr | TextExpr | TruthExpr;

/** The facts that an expression reads, in the order in which they stand; some more than once. */
export function factsIn(e: AnyExpr, out: Fact[] = []): Fact[] {
  switch (e.is) {
    case 'number':
    case 'text':
    case 'truth':
      break;
    case 'fact':
    case 'known':
      out.push(e.fact);
      break;
    case 'not':
    case 'number-in':
    case 'text-in':
      factsIn(e.a, out);
      break;
    case 'choice':
      factsIn(e.when, out);
      factsIn(e.a, out);
      factsIn(e.b, out);
      break;
    case 'arithmetic':
    case 'and':
    case 'or':
    case 'compare':
    case 'same-text':
    case 'same-truth':
    case 'test':
      factsIn(e.a, out);
      factsIn(e.b, out);
      break;
  }
  return out;
}

/**
 * From the syntax tree of a checked expression to what the evaluator runs. Only a part of CEL goes through: comparisons,
 * logic, arithmetic, membership, tests of texts and the questions of `alarm-fields.ts`. What could take unbounded time or
 * memory (regular expressions, comprehensions, built strings) is refused by name.
 */
import type { ASTNode } from '@marcbachmann/cel-js';
import type { SubjectKind } from '../../../contract/alarm-fields.ts';
import type { AlarmRule } from '../../../contract/alarms.ts';
import type { Bbox, LonLat } from '../../../contract/geo.ts';
import { factsOfVariable } from './cel.ts';
import type { Places } from '../evaluation/facts.ts';
import {
  arithmetic,
  factsIn,
  type ArithmeticOp,
  type CompareOp,
  type Fact,
  type NumberExpr,
  type PlaceCall,
  type TextExpr,
  type TextTest,
  type TruthExpr,
} from './formula.ts';
import { Refused, sentences } from './rule-problems.ts';

/** `whole`: a number written without a point, which divides to a whole number. */
type Lowered =
  | { readonly type: 'number'; readonly e: NumberExpr; readonly whole: boolean }
  | { readonly type: 'text'; readonly e: TextExpr }
  | { readonly type: 'truth'; readonly e: TruthExpr };

const textTests = new Set<string>(['startsWith', 'endsWith', 'contains'] satisfies TextTest[]);
const flipped: Readonly<Record<CompareOp, CompareOp>> = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  '==': '==',
  '!=': '!=',
};

const runsByItself = (f: Fact): boolean => f.unitMs > 0 || (f.scope === 'clock' && f.key === 'hour');
const runningFact = (e: NumberExpr): Fact | undefined => factsIn(e).find(runsByItself);
const isFact = (e: NumberExpr): boolean => e.is === 'fact';

/** Reads the expressions of one rule. Throws `Refused`. */
export class Lowering {
  private readonly kind: SubjectKind;
  private readonly areas: AlarmRule['areas'];
  private readonly places: Places | undefined;

  /** `places`: whether districts and streets exist is asked there; absent, all do. */
  constructor(rule: AlarmRule, places: Places | undefined) {
    this.kind = rule.subject;
    this.areas = rule.areas;
    this.places = places;
  }

  truth(node: ASTNode): TruthExpr {
    const lowered = this.lower(node);
    if (lowered.type !== 'truth') throw this.notPart(node);
    return lowered.e;
  }

  private lower(node: ASTNode): Lowered {
    switch (node.op) {
      case 'value':
        return this.literal(node, node.args);
      case '.':
        return ofFact(this.fact(node));
      case '&&':
      case '||': {
        const is = node.op === '&&' ? 'and' : 'or';
        return { type: 'truth', e: { is, a: this.truth(node.args[0]), b: this.truth(node.args[1]) } };
      }
      case '!_':
        return { type: 'truth', e: { is: 'not', a: this.truth(node.args) } };
      case '-_': {
        const a = this.number(node.args);
        return this.calculated(node, '-', { e: { is: 'number', value: 0 }, whole: a.whole }, a);
      }
      case '+':
      case '-':
      case '*':
      case '/':
        return this.calculated(node, node.op, this.number(node.args[0]), this.number(node.args[1]));
      case '<':
      case '<=':
      case '>':
      case '>=':
      case '==':
      case '!=':
        return { type: 'truth', e: this.compared(node.op, node.args[0], node.args[1]) };
      case 'in':
        return { type: 'truth', e: this.membership(node.args[0], node.args[1]) };
      case '?:':
        return this.choice(node, node.args);
      case 'rcall':
        return this.method(node, node.args[0], node.args[1], node.args[2]);
      case 'call':
        return this.call(node, node.args[0], node.args[1]);
      case '%':
      case 'id':
      case 'list':
      case 'map':
      case '[]':
      case '.?':
      case '[?]':
        throw this.notPart(node);
    }
  }

  private literal(node: ASTNode, value: unknown): Lowered {
    if (typeof value === 'number') return { type: 'number', e: { is: 'number', value }, whole: false };
    if (typeof value === 'bigint')
      return { type: 'number', e: { is: 'number', value: Number(value) }, whole: true };
    if (typeof value === 'string') return { type: 'text', e: { is: 'text', value } };
    if (typeof value === 'boolean') return { type: 'truth', e: { is: 'truth', value } };
    throw this.notPart(node);
  }

  private fact(node: ASTNode): Fact {
    if (node.op !== '.') throw this.notPart(node);
    const [of, field] = node.args;
    const fact = of.op === 'id' ? factsOfVariable(this.kind, of.args)?.get(field) : undefined;
    if (!fact) throw this.notPart(node);
    return fact;
  }

  private number(node: ASTNode): { readonly e: NumberExpr; readonly whole: boolean } {
    const lowered = this.lower(node);
    if (lowered.type !== 'number') throw this.notPart(node);
    return lowered;
  }

  private text(node: ASTNode): TextExpr {
    const lowered = this.lower(node);
    if (lowered.type !== 'text') throw this.notPart(node);
    return lowered.e;
  }

  private calculated(
    node: ASTNode,
    op: ArithmeticOp,
    a: { readonly e: NumberExpr; readonly whole: boolean },
    b: { readonly e: NumberExpr; readonly whole: boolean },
  ): Lowered {
    const running = runningFact(a.e) ?? runningFact(b.e);
    if (running) throw new Refused(sentences.runs(running.shown), node.range);
    const whole = a.whole && b.whole;
    if (op === '/' && whole) throw new Refused(sentences.wholeDivision, node.range);
    if (a.e.is === 'number' && b.e.is === 'number') {
      return { type: 'number', e: { is: 'number', value: arithmetic[op](a.e.value, b.e.value) }, whole };
    }
    return { type: 'number', e: { is: 'arithmetic', op, a: a.e, b: b.e }, whole };
  }

  private compared(op: CompareOp, left: ASTNode, right: ASTNode): TruthExpr {
    const a = this.lower(left);
    const b = this.lower(right);
    if (a.type === 'number' && b.type === 'number') {
      for (const [one, other] of [
        [a.e, b.e],
        [b.e, a.e],
      ] as const) {
        const running = runningFact(one);
        if (running && !(isFact(one) && other.is === 'number'))
          throw new Refused(sentences.runs(running.shown), left.range);
      }
      // The constant stands on the right.
      return a.e.is === 'number'
        ? { is: 'compare', op: flipped[op], a: b.e, b: a.e }
        : { is: 'compare', op, a: a.e, b: b.e };
    }
    if (op !== '==' && op !== '!=') throw this.notPart(left);
    const negated = op === '!=';
    if (a.type === 'text' && b.type === 'text') return { is: 'same-text', negated, a: a.e, b: b.e };
    if (a.type === 'truth' && b.type === 'truth') return { is: 'same-truth', negated, a: a.e, b: b.e };
    throw this.notPart(left);
  }

  private membership(of: ASTNode, list: ASTNode): TruthExpr {
    const a = this.lower(of);
    if (list.op !== 'list' || a.type === 'truth') throw new Refused(sentences.literalList, list.range);
    const constants = list.args.map((node) => this.lower(node));
    if (a.type === 'number') {
      const running = runningFact(a.e);
      if (running && !isFact(a.e)) throw new Refused(sentences.runs(running.shown), of.range);
      const values = constants.flatMap((c) =>
        c.type === 'number' && c.e.is === 'number' ? [c.e.value] : [],
      );
      if (values.length < constants.length) throw new Refused(sentences.literalList, list.range);
      return { is: 'number-in', a: a.e, list: values };
    }
    const values = constants.flatMap((c) => (c.type === 'text' && c.e.is === 'text' ? [c.e.value] : []));
    if (values.length < constants.length) throw new Refused(sentences.literalList, list.range);
    return { is: 'text-in', a: a.e, list: values };
  }

  private choice(node: ASTNode, [condition, left, right]: readonly [ASTNode, ASTNode, ASTNode]): Lowered {
    const when = this.truth(condition);
    const a = this.lower(left);
    const b = this.lower(right);
    if (a.type === 'truth' && b.type === 'truth')
      return { type: 'truth', e: { is: 'choice', when, a: a.e, b: b.e } };
    const running = [...factsIn(when), ...factsIn(a.e), ...factsIn(b.e)].find(runsByItself);
    if (running) throw new Refused(sentences.runs(running.shown), node.range);
    if (a.type === 'text' && b.type === 'text')
      return { type: 'text', e: { is: 'choice', when, a: a.e, b: b.e } };
    if (a.type !== 'number' || b.type !== 'number') throw this.notPart(node);
    return { type: 'number', e: { is: 'choice', when, a: a.e, b: b.e }, whole: a.whole && b.whole };
  }

  private call(node: ASTNode, name: string, args: readonly ASTNode[]): Lowered {
    // The type checker has seen to it that it is one field.
    if (name === 'has') return { type: 'truth', e: { is: 'known', fact: this.fact(args[0]!) } };
    throw this.notPart(node, name);
  }

  private method(node: ASTNode, name: string, receiver: ASTNode, args: readonly ASTNode[]): Lowered {
    if (textTests.has(name)) {
      const e: TruthExpr = {
        is: 'test',
        test: name as TextTest,
        a: this.text(receiver),
        b: this.text(args[0]!),
      };
      return { type: 'truth', e };
    }
    if (receiver.op !== 'id' || receiver.args !== this.kind) throw this.notPart(node, name);
    const asked = args.map((a) => {
      const { e } = this.lower(a);
      if (e.is !== 'number' && e.is !== 'text') throw new Refused(sentences.literal(name), a.range);
      return e.value;
    });
    const call = this.placeCall(node, name, asked, args);
    return ofFact({
      scope: 'subject',
      key: JSON.stringify(call),
      shown: `${this.kind}.${name}(${asked.map((v) => JSON.stringify(v)).join(', ')})`,
      type: call.method === 'inside' ? 'bool' : 'double',
      fixed: false,
      unitMs: 0,
      call,
    });
  }

  private placeCall(
    node: ASTNode,
    name: string,
    asked: readonly (string | number)[],
    args: readonly ASTNode[],
  ): PlaceCall {
    switch (name) {
      case 'metresTo':
        return { method: name, to: String(asked[0]) };
      case 'inside': {
        const area = String(asked[0]);
        const ring = this.areas.find((a) => a.id === area)?.ring;
        if (ring) return { method: name, area, ring: { points: ring, box: boxOf(ring) } };
        if (this.places && this.places.insideDistrict([0, 0], area) === undefined)
          throw new Refused(sentences.noArea(area), args[0]!.range);
        return { method: name, area };
      }
      case 'earlier':
        return {
          method: name,
          category: String(asked[0]),
          days: Number(asked[1]),
          metres: Number(asked[2]),
        };
      default:
        throw this.notPart(node, name);
    }
  }

  private notPart(node: ASTNode, name?: string): Refused {
    const { start, end } = node.range;
    return new Refused(sentences.notPart(name ?? node.input.slice(start, end)), node.range);
  }
}

function boxOf(points: readonly LonLat[]): Bbox {
  const lons = points.map((p) => p[0]);
  const lats = points.map((p) => p[1]);
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}

function ofFact(fact: Fact): Lowered {
  const e = { is: 'fact', fact } as const;
  switch (fact.type) {
    case 'double':
      return { type: 'number', e, whole: false };
    case 'string':
      return { type: 'text', e };
    case 'bool':
      return { type: 'truth', e };
  }
}

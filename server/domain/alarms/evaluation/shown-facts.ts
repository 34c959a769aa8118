/** The facts that an alarm shows: what its rule looked at, and the limits they were held against. */
import type { AlarmFact } from '../../../contract/alarms.ts';
import type { FactValue } from './facts.ts';
import { bindNumber, type FactReader, type TruthExpr } from '../expressions/formula.ts';
import { shownFacts, type ShownFact } from '../expressions/watches.ts';

export type FactsOf = (slot: number) => AlarmFact[];

export function bindFacts(when: TruthExpr, reader: FactReader): FactsOf {
  const shown = shownFacts(when).map((s) => {
    const value = valueReader(s.fact, reader);
    const limit = limitReader(s, reader);
    return { field: s.fact.shown, op: s.op, value, limit };
  });
  return (slot) =>
    shown.map(({ field, op, value, limit }) => ({
      field,
      value: value(slot),
      ...(op !== undefined && limit && { op, limit: limit(slot) }),
    }));
}

function valueReader(fact: ShownFact['fact'], reader: FactReader): (slot: number) => FactValue {
  if (fact.type === 'string') return reader.text(fact);
  const read = reader.number(fact);
  return fact.type === 'bool' ? (slot) => boolOf(read(slot)) : (slot) => rounded(read(slot));
}

function limitReader({ limit }: ShownFact, reader: FactReader): ((slot: number) => FactValue) | null {
  if (limit === undefined) return null;
  if (typeof limit !== 'object') return () => limit;
  const read = bindNumber(limit, reader);
  return (slot) => rounded(read(slot));
}

export const boolOf = (v: number): boolean | null => (Number.isNaN(v) ? null : v === 1);

/** As much of a number as people read: four digits, or whole. */
export function rounded(v: number): number | null {
  if (!Number.isFinite(v)) return null;
  if (Number.isInteger(v)) return v;
  return Math.abs(v) >= 1_000 ? Math.round(v) : Number(v.toPrecision(4));
}

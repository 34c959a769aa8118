/**
 * The whole moving state of a traffic model as plain data, and back into a twin made from the same pack and options: the
 * twin goes on as the first one would have, to the bit. What never changes after construction (the network) is left
 * out; the order of fields is that of the classes, so both sides must run the same code.
 */
import type { TrafficModel } from '../models/traffic/traffic-model.ts';

/** Fixed at construction, or held by others: never part of the state. */
const LEFT_OUT = new Set(['net', 'network', 'pack', 'options', 'control', 'own', 'place', 'zones', 'spare']);

export type Snapshot = Record<string, unknown>;

interface Stream {
  save(): number[];
  restore(saved: readonly number[]): void;
}
const isStream = (v: object): v is Stream => 'save' in v && 'restore' in v && 'fork' in v;

/** An object of a class of ours: its state is its fields. Data of the language's own kinds is copied whole. */
function isPart(v: unknown): v is Record<string, unknown> {
  if (typeof v !== 'object' || v === null || ArrayBuffer.isView(v)) return false;
  if (Array.isArray(v) || v instanceof Map || v instanceof Set) return false;
  return isStream(v) || Object.getPrototypeOf(v) !== Object.prototype;
}

export function snapshot(model: TrafficModel): Snapshot {
  const seen = new Map<object, Snapshot>();
  const take = (part: Record<string, unknown>): Snapshot => {
    const known = seen.get(part);
    if (known !== undefined) return known;
    const out: Snapshot = {};
    seen.set(part, out);
    if (isStream(part)) {
      out['stream'] = part.save();
      return out;
    }
    for (const [key, value] of Object.entries(part)) {
      if (LEFT_OUT.has(key) || typeof value === 'function') continue;
      out[key] = isPart(value) ? take(value) : value;
    }
    return out;
  };
  // One clone of all, so that arrays over the same memory still are afterwards.
  return structuredClone(take(model as unknown as Record<string, unknown>));
}

/** Takes the snapshot over: it may not be used for another model afterwards. */
export function restore(model: TrafficModel, from: Snapshot): void {
  const seen = new Set<object>();
  const put = (part: Record<string, unknown>, saved: Snapshot): void => {
    if (seen.has(part)) return;
    seen.add(part);
    if (isStream(part)) {
      part.restore(saved['stream'] as number[]);
      return;
    }
    for (const [key, value] of Object.entries(saved)) {
      const mine = part[key];
      if (isPart(mine)) put(mine, value as Snapshot);
      else part[key] = value;
    }
  };
  put(model as unknown as Record<string, unknown>, from);
}

/**
 * Alarms by what grouping asks for: those that may explain others by rule and place, and all by the alarm that explains
 * them. Invariant: it holds just what `put` was last given of each alarm; a write can be taken back.
 */
import { distanceM, metresPerDegree, type LonLat } from '../../../contract/geo.ts';
import type { UndoLog } from '../../undo.ts';
import { canExplain, type Alarm } from './alarm.ts';

interface Entry {
  readonly id: string;
  readonly rule: string;
  readonly position: LonLat | undefined;
  readonly explains: boolean;
  readonly parent: string | null;
}
interface OfRule {
  readonly all: Map<string, Entry>;
  readonly cells: Map<string, Set<string>>;
}
export interface NearAlarm {
  readonly id: string;
  /** Infinity where the distance was not asked for. */
  readonly metres: number;
}

/** About 280 m from south to north: rules group within some hundred metres. */
const CELL_DEG = 0.0025;
const none: ReadonlySet<string> = new Set();

const cellOf = (deg: number): number => Math.floor(deg / CELL_DEG);
const cellKey = (x: number, y: number): string => `${x}:${y}`;
const keyOf = (p: LonLat): string => cellKey(cellOf(p[0]), cellOf(p[1]));

export class AlarmIndex {
  private readonly entries = new Map<string, Entry>();
  private readonly rules = new Map<string, OfRule>();
  private readonly children = new Map<string, Set<string>>();
  private readonly undo: UndoLog;

  constructor(undo: UndoLog) {
    this.undo = undo;
  }

  put(a: Alarm): void {
    const next: Entry = {
      id: a.id,
      rule: a.rule,
      position: a.subject.position,
      explains: canExplain(a),
      parent: a.parent,
    };
    const before = this.entries.get(a.id);
    if (before !== undefined && isSame(before, next)) return;
    this.replace(a.id, next);
    this.undo.note(() => this.replace(a.id, before));
  }

  remove(id: string): void {
    const before = this.entries.get(id);
    if (before === undefined) return;
    this.replace(id, undefined);
    this.undo.note(() => this.replace(id, before));
  }

  /** Every alarm that names this one as its parent. */
  childrenOf(id: string): ReadonlySet<string> {
    return this.children.get(id) ?? none;
  }

  /**
   * Alarms of a rule that may explain others: without `withinM` all of them, else those that near. What has no place is
   * near nothing. Cost follows the smaller of the cells in reach and the alarms of the rule.
   */
  near(rule: string, position: LonLat | undefined, withinM: number | undefined): NearAlarm[] {
    const of = this.rules.get(rule);
    if (of === undefined) return [];
    if (withinM === undefined) return [...of.all.keys()].map((id) => ({ id, metres: Infinity }));
    if (position === undefined) return [];
    const out: NearAlarm[] = [];
    for (const e of candidates(of, position, withinM)) {
      const metres = e.position === undefined ? Infinity : distanceM(e.position, position);
      if (metres <= withinM) out.push({ id: e.id, metres });
    }
    return out;
  }

  private replace(id: string, next: Entry | undefined): void {
    const before = this.entries.get(id);
    if (before !== undefined) this.drop(before);
    if (next === undefined) {
      this.entries.delete(id);
      return;
    }
    this.entries.set(id, next);
    if (next.parent !== null) into(this.children, next.parent, id);
    if (!next.explains) return;
    let of = this.rules.get(next.rule);
    if (of === undefined) this.rules.set(next.rule, (of = { all: new Map(), cells: new Map() }));
    of.all.set(id, next);
    if (next.position !== undefined) into(of.cells, keyOf(next.position), id);
  }

  private drop(e: Entry): void {
    if (e.parent !== null) outOf(this.children, e.parent, e.id);
    const of = this.rules.get(e.rule);
    if (!e.explains || of === undefined) return;
    of.all.delete(e.id);
    if (e.position !== undefined) outOf(of.cells, keyOf(e.position), e.id);
    if (of.all.size === 0) this.rules.delete(e.rule);
  }
}

function* candidates(of: OfRule, [lon, lat]: LonLat, withinM: number): Iterable<Entry> {
  const perDegree = metresPerDegree(lat);
  const [dLon, dLat] = [withinM / perDegree.lon, withinM / perDegree.lat];
  const [x0, x1] = [cellOf(lon - dLon), cellOf(lon + dLon)];
  const [y0, y1] = [cellOf(lat - dLat), cellOf(lat + dLat)];
  if ((x1 - x0 + 1) * (y1 - y0 + 1) > of.all.size) {
    yield* of.all.values();
    return;
  }
  for (let x = x0; x <= x1; x++) {
    for (let y = y0; y <= y1; y++) {
      for (const id of of.cells.get(cellKey(x, y)) ?? none) yield of.all.get(id)!;
    }
  }
}

function into(sets: Map<string, Set<string>>, key: string, id: string): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([id]));
  else set.add(id);
}

function outOf(sets: Map<string, Set<string>>, key: string, id: string): void {
  const set = sets.get(key);
  set?.delete(id);
  if (set?.size === 0) sets.delete(key);
}

const isSame = (a: Entry, b: Entry): boolean =>
  a.rule === b.rule &&
  a.explains === b.explains &&
  a.parent === b.parent &&
  a.position?.[0] === b.position?.[0] &&
  a.position?.[1] === b.position?.[1];

/**
 * Facts that nobody sends: the rate of change, what is usual and how far from it, and the answers about places. Invariant:
 * they are worked out only for subjects of which some rule looks at them.
 */
import type { SubjectKind } from '../../../contract/alarm-fields.ts';
import { inBbox, type LonLat } from '../../../contract/geo.ts';
import type { NumberColumn, PlaceColumn, SubjectTable, Usual } from './columns.ts';
import type { Baselines, EarlierIncidents, Places } from './facts.ts';
import type { PlaceCall, Ring } from '../expressions/formula.ts';
import { Rate } from './rates.ts';
import type { Profile } from './rule-index.ts';
import type { Surroundings } from './rule-state.ts';

const MINUTE_MS = 60_000;
/** What `metresTo` says where there is no such place. */
const FAR_M = 1e9;

export interface DerivedPorts {
  readonly places: Places;
  readonly baselines?: Baselines | undefined;
  readonly earlier?: EarlierIncidents | undefined;
  /** Kinds of subjects whose values are learnt. */
  readonly learn?: readonly SubjectKind[] | undefined;
}

export class DerivedFacts {
  private readonly ports: DerivedPorts;
  private readonly around: Surroundings;
  private readonly change: (column: NumberColumn, slot: number, value: number) => void;
  private readonly learnt: ReadonlySet<string>;

  constructor(
    ports: DerivedPorts,
    around: Surroundings,
    change: (column: NumberColumn, slot: number, value: number) => void,
  ) {
    this.ports = ports;
    this.around = around;
    this.change = change;
    this.learnt = new Set(ports.baselines ? ports.learn : []);
  }

  /** Whether every value has to be seen, also one that changes no truth. */
  follows(column: NumberColumn, profile: Profile): boolean {
    return column.hasBaseline && (this.learnt.has(column.table.kind) || profile.wanted(column) !== null);
  }

  /** A value came. */
  took(column: NumberColumn, slot: number, value: number, profile: Profile): void {
    const rate = profile.wanted(column)?.rate;
    if (rate) this.rate(column, rate, slot, value);
    this.usual(column, slot, profile);
    if (this.learnt.has(column.table.kind) && !Number.isNaN(value)) this.learn(usualOf(column, slot), value);
  }

  /** One value a minute is enough. */
  private learn(u: Usual, value: number): void {
    const { nowMs } = this.around;
    const minute = Math.floor(nowMs / MINUTE_MS);
    if (u.learntIn === minute) return;
    u.learntIn = minute;
    this.ports.baselines!.learn(u.series, value, nowMs);
  }

  /** What is usual now, and how far from it the present value is. */
  usual(column: NumberColumn, slot: number, profile: Profile): void {
    const wanted = profile.wanted(column);
    if (!wanted || (!wanted.usual && !wanted.dev)) return;
    const { usual, dev } = wanted;
    const u = usualOf(column, slot);
    this.refresh(u);
    if (usual) this.change(usual, slot, u.median);
    if (dev) this.change(dev, slot, u.spread > 0 ? (column.data[slot]! - u.median) / u.spread : NaN);
  }

  /** Answers about places that the rules of a profile ask. */
  moved(table: SubjectTable, slot: number, profile: Profile): void {
    for (const { call, column } of table.places.values())
      if (!profile.plan(column).isEmpty) this.change(column, slot, this.answer(call, table, slot));
  }

  /** The same without waking anybody. */
  place({ call, column }: PlaceColumn, slot: number): void {
    column.data[slot] = this.answer(call, column.table, slot);
  }

  /** NaN: nobody knows. */
  answer(call: PlaceCall, table: SubjectTable, slot: number): number {
    const position = table.positions[slot];
    if (!position) return NaN;
    const { places, earlier } = this.ports;
    switch (call.method) {
      case 'metresTo':
        return Math.min(FAR_M, places.metresTo(position, call.to));
      case 'inside': {
        const inside = call.ring ? inRing(call.ring, position) : places.insideDistrict(position, call.area);
        return inside === undefined ? NaN : Number(inside);
      }
      case 'earlier': {
        const { category, days, metres } = call;
        const self = table.ids[slot]!;
        return earlier?.count(category, days, metres, position, this.reportedAtMs(table, slot), self) ?? NaN;
      }
    }
  }

  private reportedAtMs(table: SubjectTable, slot: number): number {
    const since = (table.column('ageMin') as NumberColumn | undefined)?.data[slot] ?? NaN;
    return Number.isNaN(since) ? this.around.nowMs : since;
  }

  private rate(column: NumberColumn, rate: NumberColumn, slot: number, value: number): void {
    if (Number.isNaN(value)) {
      this.change(rate, slot, NaN);
      return;
    }
    const r = (column.rates[slot] ??= new Rate());
    r.add(this.around.nowMs, value);
    this.change(rate, slot, r.perMinute());
    this.expire(column, rate, slot, r);
  }

  /** One timer a subject; it looks again where values have come since. */
  private expire(column: NumberColumn, rate: NumberColumn, slot: number, r: Rate): void {
    const due = r.knownUntilMs;
    if (due >= r.dueAtMs) return;
    r.dueAtMs = due;
    this.around.at(due, () => {
      if (r.dueAtMs !== due || column.rates[slot] !== r) return;
      r.dueAtMs = Infinity;
      if (this.around.nowMs >= r.knownUntilMs) this.change(rate, slot, NaN);
      else this.expire(column, rate, slot, r);
    });
  }

  /** Asked once a minute and subject. */
  private refresh(u: Usual): void {
    const minute = Math.floor(this.around.nowMs / MINUTE_MS);
    if (u.minute === minute) return;
    u.minute = minute;
    const usual = this.ports.baselines?.usual(u.series, this.around.nowMs) ?? null;
    u.median = usual?.median ?? NaN;
    u.spread = usual?.spread ?? NaN;
  }
}

/** Series are named `kind:id:field`. */
const usualOf = (column: NumberColumn, slot: number): Usual =>
  (column.usuals[slot] ??= {
    series: `${column.table.kind}:${column.table.ids[slot]}:${column.key}`,
    learntIn: NaN,
    minute: NaN,
    median: NaN,
    spread: NaN,
  });

/** Even-odd rule; the ring need not be closed. */
export function inRing({ points, box }: Ring, p: LonLat): boolean {
  if (!inBbox(box, p)) return false;
  const [x, y] = p;
  let inside = false;
  for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
    const [ax, ay] = points[i]!;
    const [bx, by] = points[j]!;
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

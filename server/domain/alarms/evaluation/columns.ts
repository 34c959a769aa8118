/**
 * The subjects of one kind and what is known of them: a column a fact, a slot a subject. Slots of subjects that are gone are
 * given to new ones. Invariant: a slot that nobody has holds nothing (NaN, null).
 */
import type { FieldDescription, SubjectKind } from '../../../contract/alarm-fields.ts';
import type { SubjectRef } from '../../../contract/alarms.ts';
import type { LonLat } from '../../../contract/geo.ts';
import type { LocalText } from '../../../contract/text.ts';
import { CutPlan, noWatchers, type Watchers } from './cut-points.ts';
import { NO, type DerivedHow, type PlaceCall, type Truth } from '../expressions/formula.ts';
import type { Rate } from './rates.ts';
import type { Profile } from './rule-index.ts';
import type { RuleRun } from './rule-run.ts';

const FIRST_CAPACITY = 16;

export type Plan = CutPlan<RuleRun, NumberColumn>;

/** What is usual for a subject, as it was asked in a minute. */
export interface Usual {
  readonly series: string;
  /** The minute of its last value that was learnt. */
  learntIn: number;
  minute: number;
  median: number;
  spread: number;
}

/** Told by somebody, worked out from other values, or an answer about a place. */
type Origin = 'told' | 'derived' | 'place';

/** Numbers, and conditions as 0 and 1. Of a fact that runs with the clock: the moment (ms) it counts from. */
export class NumberColumn {
  readonly table: SubjectTable;
  readonly key: string;
  /** No other column of the table ever has it. */
  readonly index: number;
  readonly isBool: boolean;
  /** Above 0: it grows by 1 in so many ms. */
  readonly unitMs: number;
  /** It may be learnt. */
  readonly hasBaseline: boolean;
  readonly origin: Origin;
  data: Float64Array;
  /** Between these a new value changes no truth. Of what runs with the clock: a later one, where `high` is Infinity. */
  low: Float64Array;
  high: Float64Array;
  /** Of what may have a baseline: 1 where every value has to be seen, also one that changes no truth. */
  followed: Uint8Array;
  /** Of what runs with the clock: when a timer will look at it; Infinity: none does. */
  dueAtMs: Float64Array;
  watchers: Watchers<RuleRun, NumberColumn> = noWatchers();
  /** Of what is the same for all subjects (city, clock): the cuts of rules about other kinds. */
  everywhere: Plan | null = null;
  /** Some `where` looks at it. */
  chooses = false;
  /** Columns that are worked out from it where a rule needs them. */
  derived: Partial<Record<DerivedHow, NumberColumn>> = {};
  readonly rates: (Rate | undefined)[] = [];
  readonly usuals: (Usual | undefined)[] = [];

  constructor(table: SubjectTable, key: string, index: number, d: Partial<FieldDescription>, origin: Origin) {
    this.table = table;
    this.key = key;
    this.index = index;
    this.isBool = d.type === 'bool';
    this.unitMs = d.clock === undefined ? 0 : d.clock === 's' ? 1_000 : 60_000;
    this.hasBaseline = d.baseline === true;
    this.origin = origin;
    const { capacity } = table;
    this.data = new Float64Array(capacity).fill(NaN);
    // Answers about places change too seldom for the fast way.
    const { unitMs } = this;
    this.low = new Float64Array(origin === 'place' || unitMs > 0 ? 0 : capacity).fill(Infinity);
    this.high = new Float64Array(origin === 'place' ? 0 : capacity).fill(-Infinity);
    this.followed = new Uint8Array(this.hasBaseline ? capacity : 0);
    this.dueAtMs = new Float64Array(unitMs > 0 ? capacity : 0).fill(Infinity);
  }

  /** The next value has to be looked at. */
  disturb(slot: number): void {
    this.low[slot] = Infinity;
    this.high[slot] = -Infinity;
  }

  disturbAll(): void {
    this.low.fill(Infinity);
    this.high.fill(-Infinity);
  }

  clear(slot: number): void {
    this.data[slot] = NaN;
    // Beyond the end of an array nothing is written.
    this.dueAtMs[slot] = Infinity;
    this.disturb(slot);
    if (this.rates.length > slot) this.rates[slot] = undefined;
    if (this.usuals.length > slot) this.usuals[slot] = undefined;
  }

  grow(capacity: number): void {
    this.data = grown(this.data, capacity, NaN);
    if (this.low.length > 0) this.low = grown(this.low, capacity, Infinity);
    if (this.high.length > 0) this.high = grown(this.high, capacity, -Infinity);
    if (this.dueAtMs.length > 0) this.dueAtMs = grown(this.dueAtMs, capacity, Infinity);
    if (this.followed.length === 0) return;
    const { followed } = this;
    this.followed = new Uint8Array(capacity);
    this.followed.set(followed);
  }
}

export class TextColumn {
  readonly table: SubjectTable;
  readonly key: string;
  readonly index: number;
  readonly values: (string | null)[] = [];
  watchers: Watchers<RuleRun, NumberColumn> = noWatchers();
  chooses = false;

  constructor(table: SubjectTable, key: string, index: number) {
    this.table = table;
    this.key = key;
    this.index = index;
  }
}

export type Column = NumberColumn | TextColumn;

function grown(old: Float64Array, capacity: number, empty: number): Float64Array {
  const next = new Float64Array(capacity).fill(empty);
  next.set(old);
  return next;
}

/** A question about places, and the column that its answers lie in. */
export interface PlaceColumn {
  readonly call: PlaceCall;
  readonly column: NumberColumn;
}

export class SubjectTable {
  readonly kind: SubjectKind | 'clock';
  capacity = FIRST_CAPACITY;
  /** One above the highest slot that was ever given. */
  used = 0;
  readonly ids: (string | null)[] = [];
  readonly names: (LocalText | undefined)[] = [];
  readonly positions: (LonLat | null)[] = [];
  readonly districts: (string | undefined)[] = [];
  /** Which rules watch it. Absent while it is being taken in. */
  readonly profiles: (Profile | undefined)[] = [];
  /** Its place among the slots of its profile. */
  private readonly placeInProfile: number[] = [];
  private readonly profilesInUse = new Set<Profile>();
  readonly places = new Map<string, PlaceColumn>();
  /** Some `where` asks about places. */
  placesChoose = false;
  private readonly fields: Readonly<Record<string, FieldDescription>>;
  private readonly byKey = new Map<string, Column>();
  private readonly slots = new Map<string, number>();
  private readonly free: number[] = [];
  private columnsMade = 0;

  constructor(kind: SubjectKind | 'clock', fields: Readonly<Record<string, FieldDescription>>) {
    this.kind = kind;
    this.fields = fields;
  }

  get size(): number {
    return this.slots.size;
  }

  slotOf(id: string): number | undefined {
    return this.slots.get(id);
  }

  add(id: string): number {
    const slot = this.free.pop() ?? this.used++;
    if (slot >= this.capacity) this.grow();
    this.slots.set(id, slot);
    this.ids[slot] = id;
    this.positions[slot] = null;
    return slot;
  }

  remove(slot: number): void {
    this.slots.delete(this.ids[slot]!);
    this.ids[slot] = null;
    this.names[slot] = undefined;
    this.positions[slot] = null;
    this.districts[slot] = undefined;
    this.watchBy(slot, undefined);
    for (const column of this.columns()) {
      if (column instanceof TextColumn) column.values[slot] = null;
      else column.clear(slot);
    }
    this.free.push(slot);
  }

  /** A column of a field, made when it is first asked for; undefined: there is no such field. */
  column(key: string): Column | undefined {
    const known = this.byKey.get(key);
    if (known) return known;
    const d = Object.hasOwn(this.fields, key) ? this.fields[key] : undefined;
    if (!d) return undefined;
    const index = this.columnsMade;
    return this.take(
      d.type === 'string' ? new TextColumn(this, key, index) : new NumberColumn(this, key, index, d, 'told'),
    );
  }

  /** A column of what is worked out here. */
  madeColumn(key: string, origin: 'derived' | 'place', type: 'double' | 'bool'): NumberColumn {
    const known = this.byKey.get(key);
    if (known instanceof NumberColumn) return known;
    const column = new NumberColumn(this, key, this.columnsMade, { type }, origin);
    this.take(column);
    return column;
  }

  /** The rules that watch a subject from now on. */
  watchBy(slot: number, profile: Profile | undefined): void {
    const old = this.profiles[slot];
    if (old) {
      const last = old.slots.pop()!;
      if (last !== slot) {
        const at = this.placeInProfile[slot]!;
        old.slots[at] = last;
        this.placeInProfile[last] = at;
      }
      if (old.slots.length === 0) this.profilesInUse.delete(old);
    }
    this.profiles[slot] = profile;
    if (!profile) return;
    this.placeInProfile[slot] = profile.slots.length;
    profile.slots.push(slot);
    this.profilesInUse.add(profile);
  }

  /** The subjects that a rule watches, or may watch. */
  eachConcerned(rule: RuleRun, look: (slot: number, where: Truth) => void): void {
    for (const profile of this.profilesInUse) {
      const where = profile.truth(rule);
      if (where !== NO) for (const slot of profile.slots) look(slot, where);
    }
  }

  known(key: string): Column | undefined {
    return this.byKey.get(key);
  }

  columns(): IterableIterator<Column> {
    return this.byKey.values();
  }

  *numbers(): Generator<NumberColumn> {
    for (const column of this.byKey.values()) if (column instanceof NumberColumn) yield column;
  }

  /** What was worked out here and nobody needs any more. */
  forget(column: NumberColumn): void {
    this.byKey.delete(column.key);
  }

  /** Slots that somebody has. */
  *alive(): Generator<number> {
    for (let slot = 0; slot < this.used; slot++) if (this.ids[slot] != null) yield slot;
  }

  subject(slot: number): SubjectRef {
    const id = this.ids[slot]!;
    const position = this.positions[slot];
    const district = this.districts[slot] ?? this.text('district', slot);
    return {
      kind: this.kind as SubjectKind,
      id,
      name: this.names[slot] ?? { zh: id, en: id },
      ...(position && { position }),
      ...(district != null && { district }),
    };
  }

  text(key: string, slot: number): string | null {
    const column = this.byKey.get(key);
    return column instanceof TextColumn ? (column.values[slot] ?? null) : null;
  }

  private take(column: Column): Column {
    this.columnsMade++;
    this.byKey.set(column.key, column);
    return column;
  }

  private grow(): void {
    this.capacity *= 2;
    for (const column of this.numbers()) column.grow(this.capacity);
  }
}

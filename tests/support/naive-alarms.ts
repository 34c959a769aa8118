/**
 * Alarm rules the plain way: the library's own evaluator runs every expression of every rule on every subject each time.
 * Knows nothing of cuts, columns, wakes or timers: whoever uses it says at which moments it looks.
 */
import type { SubjectKind } from '../../server/contract/alarm-fields.ts';
import type { AlarmRule } from '../../server/contract/alarms.ts';
import { distanceM, type LonLat } from '../../server/contract/geo.ts';
import { celLanguage, factsOfVariable, type CelFacts } from '../../server/domain/alarms/expressions/cel.ts';
import type {
  FactUpdate,
  FactValue,
  LiveRule,
  LocalClock,
  Places,
} from '../../server/domain/alarms/evaluation/facts.ts';

type Truth = boolean | null;

export interface Said {
  readonly alarm: string;
  readonly to: string;
  readonly atMs: number;
}

export interface NaiveSubject {
  readonly kind: SubjectKind;
  readonly id: string;
  position: LonLat | null;
  /** Facts that run with the clock, by the moment they count from. */
  readonly since: Map<string, number>;
  /** As expressions see them: unknown ones are left undefined. */
  readonly values: CelFacts & Record<string, unknown>;
  /** What every expression of its kind is given. */
  readonly context: Record<string, unknown>;
}

interface Life {
  phase: 'pending' | 'active' | 'leaving';
  /** What is left of its delay, as of the last look; it stands still while the facts are not known. */
  leftMs: number;
  lastMs: number;
  frozen: boolean;
  uncertain: boolean;
  suppressed: boolean;
}

interface Expressions {
  readonly where: (() => unknown) | null;
  readonly when: (context: object) => unknown;
  readonly until: ((context: object) => unknown) | null;
  readonly suppressWhen: ((context: object) => unknown) | null;
}

export interface NaivePorts {
  readonly places: Places;
  readonly clock: LocalClock;
  /** What is derived from many values is not worked out here; null: not known. */
  readonly derived?: (kind: SubjectKind, id: string, field: string) => FactValue;
}

const and = (a: Truth, b: Truth): Truth =>
  a === false || b === false ? false : a === null || b === null ? null : true;
const not = (a: Truth): Truth => (a === null ? null : !a);

export class NaiveAlarms {
  readonly said: Said[] = [];
  /** Expressions that were run. */
  runs = 0;
  private readonly ports: NaivePorts;
  private readonly subjects = new Map<string, NaiveSubject>();
  private rules = new Map<string, { live: LiveRule; expressions: Expressions }>();
  private readonly lives = new Map<string, Life>();
  /** Subjects that are gone while an alarm of theirs was active. */
  private readonly gone = new Map<string, NaiveSubject>();
  /** What some rule asks of what is derived. */
  private derivedFields: readonly string[] = [];
  private nowMs = 0;

  constructor(ports: NaivePorts) {
    this.ports = ports;
  }

  private get city(): object {
    return this.subjects.get(subjectKey('city', 'city'))?.values ?? {};
  }

  setRules(rules: readonly LiveRule[], atMs: number): void {
    this.nowMs = atMs;
    const before = this.rules;
    this.rules = new Map(
      rules.map((live) => [live.rule.id, { live, expressions: expressionsOf(live.rule) }]),
    );
    const sources = rules.map((r) => JSON.stringify(r.rule)).join();
    this.derivedFields = [...new Set(sources.match(/\w+_(?:rate|usual|dev)\b/g))];
    for (const [key, life] of this.lives) {
      const id = key.slice(0, key.indexOf(':'));
      const old = before.get(id)?.live;
      const next = this.rules.get(id);
      if (next && sameConditions(next.live.rule, old!.rule)) continue;
      const subject = this.subjects.get(subjectKey(old!.rule.subject, key.slice(id.length + 1)));
      const stays =
        next !== undefined &&
        life.phase !== 'pending' &&
        subject?.kind === next.live.rule.subject &&
        this.on(next.expressions, subject) !== false;
      if (stays) {
        life.phase = 'active';
        continue;
      }
      this.lives.delete(key);
      if (life.phase !== 'pending') this.say(key, 'returned');
    }
    this.look(atMs);
  }

  update(u: FactUpdate): void {
    const subject = this.note(u);
    this.nowMs = u.atMs;
    if (subject.kind === 'city') this.look(u.atMs);
    else this.lookAt(subject);
  }

  /** Takes the facts without looking. */
  note(u: FactUpdate): NaiveSubject {
    const key = subjectKey(u.kind, u.id);
    let subject = this.subjects.get(key);
    if (!subject) {
      subject = this.newSubject(u.kind, u.id);
      this.subjects.set(key, subject);
      this.gone.delete(key);
    }
    if (u.position !== undefined) subject.position = u.position;
    if (u.district !== undefined) subject.values['district'] = u.district;
    for (const [field, value] of Object.entries(u.facts)) {
      if (factsOfVariable(u.kind, u.kind)!.get(field)!.unitMs === 0)
        subject.values[field] = value ?? undefined;
      else if (value === null) {
        subject.since.delete(field);
        subject.values[field] = undefined;
      } else subject.since.set(field, Number(value));
    }
    return subject;
  }

  /** The rules whose `where` holds for a subject, without it. */
  concerning(subject: NaiveSubject): LiveRule[] {
    const context = this.context(subject);
    return [...this.rules.values()].flatMap(({ live, expressions }) => {
      const { where: _, ...rule } = live.rule;
      if (rule.subject !== subject.kind) return [];
      const concerns = !expressions.where || this.truth(expressions.where, context) === true;
      return concerns ? [{ ...live, rule }] : [];
    });
  }

  remove(kind: SubjectKind, id: string, atMs: number): void {
    this.nowMs = atMs;
    const key = subjectKey(kind, id);
    const subject = this.subjects.get(key);
    if (!subject) return;
    this.subjects.delete(key);
    this.gone.set(key, subject);
    this.look(atMs);
  }

  /** Everything, at a moment. */
  look(atMs: number): void {
    this.nowMs = atMs;
    for (const subject of [...this.subjects.values(), ...this.gone.values()]) this.lookAt(subject);
  }

  /** Every rule of its kind, for one subject. */
  lookAt(subject: NaiveSubject, atMs = this.nowMs): void {
    this.nowMs = atMs;
    const isGone = this.gone.has(subjectKey(subject.kind, subject.id));
    const context = this.context(subject);
    for (const { live, expressions } of this.rules.values()) {
      if (live.rule.subject !== subject.kind) continue;
      const key = `${live.rule.id}:${subject.id}`;
      if (isGone) this.step(key, live.rule, false, true, null);
      else this.evaluate(key, live.rule, expressions, context);
    }
  }

  private evaluate(key: string, rule: AlarmRule, e: Expressions, context: object): void {
    const where = e.where ? this.truth(e.where, context) : true;
    if (where === false && !this.lives.has(key)) return;
    const when = and(where, this.truth(e.when, context));
    const until = e.until ? this.truth(e.until, context) : null;
    const on = until === true ? false : when;
    const over = e.until ? not(and(where, not(until))) : not(when);
    const unsuppressed = where === false ? null : false;
    const suppress = e.suppressWhen && where !== false ? this.truth(e.suppressWhen, context) : unsuppressed;
    this.step(key, rule, on, over, suppress);
  }

  private on(e: Expressions, subject: NaiveSubject): Truth {
    const context = this.context(subject);
    if (e.until && this.truth(e.until, context) === true) return false;
    return and(e.where ? this.truth(e.where, context) : true, this.truth(e.when, context));
  }

  private step(key: string, rule: AlarmRule, on: Truth, over: Truth, suppress: Truth): void {
    const known = this.lives.get(key);
    if (!known && on !== true) return;
    const life =
      known ?? this.delayed({ phase: 'pending', uncertain: false, suppressed: false }, rule.onDelayS);
    this.lives.set(key, life);
    if (!life.frozen) life.leftMs -= this.nowMs - life.lastMs;
    life.lastMs = this.nowMs;
    if (life.phase === 'pending') {
      life.frozen = on === null;
      if (on === false) this.lives.delete(key);
      if (on !== true || life.leftMs > 0) return;
      life.phase = 'active';
      life.suppressed = suppress === true;
      this.say(key, life.suppressed ? 'raised, suppressed' : 'raised');
    }
    life.frozen = over === null;
    if (over === null) {
      if (!life.uncertain) this.say(key, 'uncertain');
      life.uncertain = true;
    } else if (over) {
      if (life.phase === 'active')
        Object.assign(life, this.delayed({ ...life, phase: 'leaving' }, rule.offDelayS));
      if (life.leftMs <= 0) {
        this.lives.delete(key);
        this.say(key, 'returned');
        return;
      }
      this.certain(key, life);
    } else {
      life.phase = 'active';
      this.certain(key, life);
    }
    if (suppress !== null && suppress !== life.suppressed) {
      life.suppressed = suppress;
      this.say(key, suppress ? 'suppressed' : 'unsuppressed');
    }
  }

  private delayed(life: Pick<Life, 'phase' | 'uncertain' | 'suppressed'>, delayS: number): Life {
    return { ...life, leftMs: delayS * 1_000, lastMs: this.nowMs, frozen: false };
  }

  private certain(key: string, life: Life): void {
    if (life.uncertain) this.say(key, 'certain');
    life.uncertain = false;
  }

  private truth(run: (context: object) => unknown, context: object): Truth {
    this.runs++;
    try {
      return run(context) === true;
    } catch {
      // Something in it is not known.
      return null;
    }
  }

  private newSubject(kind: SubjectKind, id: string): NaiveSubject {
    const language = celLanguage(kind);
    const { places } = this.ports;
    const here = (): LonLat => {
      if (!subject.position) throw new Error('it has no place');
      return subject.position;
    };
    const values: NaiveSubject['values'] = Object.assign(new language.subject() as NaiveSubject['values'], {
      id,
      metresTo: (to: string) => Math.min(1e9, places.metresTo(here(), to)),
      inside: (area: string) => {
        const inside = places.insideDistrict(here(), area);
        if (inside === undefined) throw new Error('there is no such district');
        return inside;
      },
    });
    const context = { city: new language.city(), clock: new language.clock(), [kind]: values };
    const subject: NaiveSubject = { kind, id, position: null, since: new Map(), values, context };
    return subject;
  }

  /** What changes by itself, or with others, as it is now. */
  private context({ kind, id, since, values, context }: NaiveSubject): object {
    for (const [field, ms] of since)
      values[field] = (this.nowMs - ms) / factsOfVariable(kind, kind)!.get(field)!.unitMs;
    for (const field of this.derivedFields) {
      if (factsOfVariable(kind, kind)!.has(field))
        values[field] = this.ports.derived?.(kind, id, field) ?? undefined;
    }
    Object.assign(context['clock'] as object, this.ports.clock.at(this.nowMs));
    if (kind !== 'city') Object.assign(context['city'] as object, this.city);
    return context;
  }

  /** When the next of its delays is over, should nothing change. */
  get nextDueMs(): number {
    const running = [...this.lives.values()].filter((l) => l.phase !== 'active' && !l.frozen);
    return Math.min(Infinity, ...running.map((l) => l.lastMs + l.leftMs));
  }

  private say(alarm: string, to: string): void {
    this.said.push({ alarm, to, atMs: this.nowMs });
  }
}

const subjectKey = (kind: SubjectKind, id: string): string => `${kind} ${id}`;

function sameConditions(a: AlarmRule, b: AlarmRule): boolean {
  const fields = ['subject', 'where', 'when', 'until', 'onDelayS', 'offDelayS', 'suppressWhen'] as const;
  return fields.every((f) => a[f] === b[f]);
}

function expressionsOf(rule: AlarmRule): Expressions {
  const { environment } = celLanguage(rule.subject);
  const parse = (source: string | undefined) => (source === undefined ? null : environment.parse(source));
  return {
    where: parse(rule.where),
    when: environment.parse(rule.when),
    until: parse(rule.until),
    suppressWhen: parse(rule.suppressWhen),
  };
}

/** Places around the origin: a school there, the centre up to 500 m from it, a market from 300 m on. */
export const roundPlaces: Places = {
  metresTo: (p, to) => (to === 'school' ? distanceM(p, [0, 0]) : Infinity),
  insideDistrict: (p, id) => {
    const m = distanceM(p, [0, 0]);
    return id === 'centre' ? m < 500 : id === 'market' ? m > 300 && m < 900 : undefined;
  },
};

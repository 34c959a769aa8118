/**
 * The command line as data: a line is matched against the registry's commands and completed or refused with a reason.
 * Pure; the same arguments always give the same answer. What units, cases and departments there are is passed in.
 */
import type { Said } from '../desk/outcome.ts';
import type { MessageKey, Params } from '../i18n/i18n.ts';
import { ALL_ALARMS, knowsNothing, type Known, type KnownKind } from './known.ts';

interface AnyArg {
  readonly label: MessageKey;
  readonly optional?: boolean;
}
/** An argument of a command. A `text` takes the rest of the line. */
export type ArgSpec =
  | (AnyArg & { readonly kind: 'text' })
  | (AnyArg & {
      readonly kind: 'choice';
      /** What is typed, and further words for the same (in either language). */
      readonly choices: Readonly<Record<string, readonly string[]>>;
      /** The number of a case, or nothing, is left to the next argument. */
      readonly orCase?: boolean;
    })
  | (AnyArg & {
      readonly kind: 'number';
      readonly min: number;
      readonly max: number;
      /** What is no number is left to the next argument. */
      readonly skip?: boolean;
    })
  /** A case by its number, or the selected one. `after`: words that may stand before it (`to`, `到`). */
  | (AnyArg & { readonly kind: 'case'; readonly after?: readonly string[]; readonly named?: boolean })
  | (AnyArg & { readonly kind: 'unit' | 'department' })
  /** Alarms by their codes (`A107`), or those that are meant on the screen. `all`: words for all that its list shows. */
  | (AnyArg & { readonly kind: 'alarms'; readonly all?: readonly string[] })
  /** Units up to the number of a case or the word that leads to it. */
  | (AnyArg & { readonly kind: 'units'; readonly until: readonly string[] });

export interface CommandSpec {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly args: readonly ArgSpec[];
}

export type ArgValue = string | number | readonly string[] | undefined;
export type { Said } from '../desk/outcome.ts';
export type Parsed =
  | { readonly ok: true; readonly command: string; readonly args: readonly ArgValue[] }
  | { readonly ok: false; readonly reason: Said };

/** A `/` typed again before the command is taken for the key that opened the line. */
const words = (line: string): string[] => line.trim().replace(/^\/+/, '').split(/\s+/).filter(Boolean);
const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
const starts = (whole: string, part: string): boolean => whole.toLowerCase().startsWith(part.toLowerCase());
const isNumber = (word: string | undefined): boolean => word !== undefined && /^#?\d{1,9}$/.test(word);

/** `M21,E3` and `M21、E3` are two. */
const listed = (word: string): readonly string[] => word.split(/[,，、]/).filter(Boolean);
const isAlarm = (word: string): boolean =>
  listed(word).length > 0 && listed(word).every((w) => /^a\d{1,9}$/i.test(w));

const namesOf = (spec: CommandSpec): readonly string[] => [spec.name, ...(spec.aliases ?? [])];

/** `layer <layer> [on|off]` for people. */
export function usage(spec: CommandSpec, t: (key: MessageKey) => string): string {
  const arg = (a: ArgSpec): string => {
    const free = a.optional || a.kind === 'alarms' || (a.kind === 'case' && !a.named);
    const word = `${a.kind === 'case' && a.after ? `${a.after[0]} ` : ''}${t(a.label)}`;
    return free ? `[${word}]` : `<${word}>`;
  };
  return [spec.name, ...spec.args.map(arg)].join(' ');
}

/** The command a word means: its name, an alias, or a beginning that only one command has. */
export function findCommand(word: string, specs: readonly CommandSpec[]): CommandSpec | null {
  const exact = specs.find((spec) => namesOf(spec).some((name) => same(name, word)));
  if (exact) return exact;
  const begun = specs.filter((spec) => namesOf(spec).some((name) => starts(name, word)));
  return begun.length === 1 ? begun[0]! : null;
}

function choose(value: string, arg: Extract<ArgSpec, { kind: 'choice' }>): string | null {
  const entries = Object.entries(arg.choices);
  const exact = entries.find(([name, also]) => [name, ...also].some((w) => same(w, value)));
  if (exact) return exact[0];
  const begun = entries.filter(([name, also]) => [name, ...also].some((w) => starts(w, value)));
  return begun.length === 1 ? begun[0]![0] : null;
}

/** Reads one line: `rest` are the words not yet taken. */
class Reading {
  readonly rest: string[];
  private readonly spec: CommandSpec;
  private readonly t: (key: MessageKey) => string;
  private readonly known: Known;

  constructor(rest: string[], spec: CommandSpec, t: (key: MessageKey) => string, known: Known) {
    this.rest = rest;
    this.spec = spec;
    this.t = t;
    this.known = known;
  }

  take(arg: ArgSpec, index: number): ArgValue {
    switch (arg.kind) {
      case 'text':
        return this.word(arg, this.rest.splice(0).join(' '));
      case 'number':
        return this.number(arg);
      case 'choice':
        return this.choice(arg);
      case 'case':
        return this.case(arg, index);
      case 'unit':
      case 'department':
        return this.named(arg.kind, this.word(arg, this.rest.shift() ?? ''));
      case 'units':
        return this.units(arg);
      case 'alarms':
        return this.alarms(arg);
    }
  }

  /** The word itself; undefined where it may be absent and is. */
  private word(arg: ArgSpec, value: string): string | undefined {
    if (value !== '') return value;
    if (arg.optional) return undefined;
    throw new Refused('cmd.missing', { arg: this.t(arg.label), usage: usage(this.spec, this.t) });
  }

  private number(arg: Extract<ArgSpec, { kind: 'number' }>): number | undefined {
    if (arg.skip && !Number.isFinite(Number(this.rest[0] ?? 'none'))) return undefined;
    const value = this.word(arg, this.rest.shift() ?? '');
    if (value === undefined) return undefined;
    const number = Number(value);
    if (number >= arg.min && number <= arg.max) return number;
    throw new Refused('cmd.badNumber', { value, min: arg.min, max: arg.max });
  }

  private choice(arg: Extract<ArgSpec, { kind: 'choice' }>): string | undefined {
    const next = this.rest[0];
    if (arg.orCase && (next === undefined || isNumber(next))) return undefined;
    const value = this.word(arg, next ?? '');
    if (value === undefined) return undefined;
    const chosen = choose(value, arg);
    if (chosen === null)
      throw new Refused('cmd.badChoice', {
        value,
        arg: this.t(arg.label),
        choices: Object.keys(arg.choices).join(', '),
      });
    this.rest.shift();
    return chosen;
  }

  private case(arg: Extract<ArgSpec, { kind: 'case' }>, index: number): string | undefined {
    if (arg.after?.some((word) => same(word, this.rest[0] ?? ''))) this.rest.shift();
    const next = this.rest[0];
    if (isNumber(next) && !this.isForNumber(index, next!)) {
      const id = this.known.find('case', next!)[0];
      if (id === undefined) throw new Refused('cmd.noCase', { q: next! });
      this.rest.shift();
      return id;
    }
    if (arg.named)
      throw new Refused('cmd.missing', { arg: this.t(arg.label), usage: usage(this.spec, this.t) });
    const selected = this.known.selectedCase ?? undefined;
    if (selected === undefined && !arg.optional) throw new Refused('cmd.noCaseSelected');
    return selected;
  }

  /** `level 2`: the last word is the number the next argument asks for, not a case. */
  private isForNumber(index: number, word: string): boolean {
    const next = this.spec.args[index + 1];
    if (next?.kind !== 'number' || this.rest.length > 1 || this.known.selectedCase === null) return false;
    if (!next.optional) return true;
    return Number(word) >= next.min && Number(word) <= next.max && this.known.find('case', word).length === 0;
  }

  private named(kind: 'unit' | 'department', value: string | undefined): string | undefined {
    if (value === undefined) return undefined;
    const hits = this.known.find(kind, value);
    if (hits.length === 1) return hits[0]!;
    if (hits.length === 0)
      throw new Refused(kind === 'unit' ? 'cmd.noUnit' : 'cmd.noDepartment', { q: value });
    throw new Refused('cmd.manyNamed', { q: value, n: hits.length });
  }

  private units(arg: Extract<ArgSpec, { kind: 'units' }>): readonly string[] | undefined {
    const ends = (word: string): boolean => isNumber(word) || arg.until.some((u) => same(u, word));
    const units: string[] = [];
    while (this.rest.length > 0 && !ends(this.rest[0]!)) {
      for (const word of listed(this.rest.shift()!)) units.push(this.named('unit', word)!);
    }
    return units.length > 0 ? [...new Set(units)] : (this.word(arg, '') as undefined);
  }

  private alarms(arg: Extract<ArgSpec, { kind: 'alarms' }>): readonly string[] | undefined {
    if (arg.all?.some((word) => same(word, this.rest[0] ?? ''))) {
      this.rest.shift();
      const all = this.known.find('alarm', ALL_ALARMS);
      if (all.length === 0) throw new Refused('cmd.noAlarmShown');
      return all;
    }
    const alarms: string[] = [];
    while (this.rest.length > 0 && isAlarm(this.rest[0]!))
      for (const word of listed(this.rest.shift()!)) {
        const [id] = this.known.find('alarm', word);
        if (id === undefined) throw new Refused('cmd.noAlarm', { q: word.toUpperCase() });
        alarms.push(id);
      }
    if (alarms.length > 0) return [...new Set(alarms)];
    if (!this.known.alarmsMeant) throw new Refused('cmd.noAlarmSelected');
    return undefined;
  }
}

class Refused extends Error {
  readonly said: Said;
  constructor(key: MessageKey, params?: Params) {
    super(key);
    this.said = params ? { key, params } : { key };
  }
}

export function parseCommand(
  line: string,
  specs: readonly CommandSpec[],
  t: (key: MessageKey) => string,
  known: Known = knowsNothing,
): Parsed {
  const [name = '', ...rest] = words(line);
  const spec = findCommand(name, specs);
  if (!spec) return { ok: false, reason: { key: 'cmd.unknown', params: { name } } };
  const reading = new Reading(rest, spec, t, known);
  try {
    const args = spec.args.map((arg, i) => reading.take(arg, i));
    if (reading.rest.length > 0)
      throw new Refused('cmd.tooMany', { value: reading.rest.join(' '), usage: usage(spec, t) });
    return { ok: true, command: spec.name, args };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, reason: error.said };
    throw error;
  }
}

/** What may stand as the next word, given those before it. */
function offered(
  spec: CommandSpec,
  before: readonly string[],
  begun: string,
  known: Known,
): readonly string[] {
  const named = (kind: KnownKind): readonly string[] =>
    known.words(kind).filter((word) => starts(word, begun) || (kind === 'case' && starts(word, `#${begun}`)));
  let at = 0;
  for (const word of before) {
    const arg = spec.args[at];
    if (!arg) return [];
    if (arg.kind === 'text') return [];
    if (arg.kind === 'alarms') {
      if (!isAlarm(word)) at += arg.all?.some((w) => same(w, word)) ? 1 : 2;
      continue;
    }
    if (arg.kind === 'units') {
      if (isNumber(word)) at += 2;
      else if (arg.until.some((u) => same(u, word))) at += 1;
      continue;
    }
    if (arg.kind === 'choice' && arg.orCase && isNumber(word)) at += 1;
    if (arg.kind === 'case' && arg.after?.some((w) => same(w, word))) continue;
    if (arg.kind === 'case' && !isNumber(word)) at += 1;
    at += 1;
  }
  const offers: string[] = [];
  for (let i = at; i < spec.args.length; i++) {
    const arg = spec.args[i]!;
    switch (arg.kind) {
      case 'choice':
        for (const [name, also] of Object.entries(arg.choices)) {
          const hit = [name, ...also].find((word) => starts(word, begun));
          if (hit !== undefined) offers.push(hit);
        }
        if (!arg.orCase && !arg.optional) return offers;
        break;
      case 'case':
        offers.push(...named('case'));
        if (arg.named) return offers;
        break;
      case 'units':
        if (before.length > at) offers.push(...arg.until.filter((word) => starts(word, begun)).slice(0, 1));
        offers.push(...named('unit'));
        break;
      case 'alarms':
        offers.push(...named('alarm'));
        if (before.length === at) offers.push(...(arg.all ?? []).filter((w) => starts(w, begun)).slice(0, 1));
        break;
      case 'unit':
      case 'department':
        offers.push(...named(arg.kind));
        return offers;
      case 'number':
      case 'text':
        return offers;
    }
  }
  return offers;
}

/** Whole lines that the line may become, best first, at most `limit`. */
export function completions(
  line: string,
  specs: readonly CommandSpec[],
  limit = 8,
  known: Known = knowsNothing,
): string[] {
  const parts = words(line);
  const open = line === '' || /\s$/.test(line);
  if (parts.length === 0 || (parts.length === 1 && !open)) {
    const begun = parts[0] ?? '';
    return specs
      .flatMap((spec) => {
        const hit = namesOf(spec).find((name) => starts(name, begun));
        return hit === undefined ? [] : [hit + (spec.args.length > 0 ? ' ' : '')];
      })
      .slice(0, limit);
  }
  const spec = findCommand(parts[0]!, specs);
  if (!spec) return [];
  const begun = open ? '' : parts.at(-1)!;
  const kept = open ? parts : parts.slice(0, -1);
  const head = kept.join(' ');
  const more = kept.length < spec.args.length ? ' ' : '';
  return [...new Set(offered(spec, kept.slice(1), begun, known))]
    .slice(0, limit)
    .map((word) => `${head} ${word}${more}`);
}

/** What was typed before, newest last, without repeats, at most `limit`. */
export function remember(history: readonly string[], line: string, limit = 50): string[] {
  const kept = line.trim();
  if (kept === '') return [...history];
  return [...history.filter((h) => h !== kept), kept].slice(-limit);
}

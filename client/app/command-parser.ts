/**
 * The command line as data: a line is matched against the registry's commands and completed or refused with a reason.
 * Pure; the same arguments always give the same answer.
 */
import type { MessageKey, Params } from '../i18n/i18n.ts';

/** An argument of a command. A `text` takes the rest of the line. */
export type ArgSpec =
  | { readonly kind: 'text'; readonly label: MessageKey; readonly optional?: boolean }
  | {
      readonly kind: 'choice';
      readonly label: MessageKey;
      readonly optional?: boolean;
      /** What is typed, and further words for the same (in either language). */
      readonly choices: Readonly<Record<string, readonly string[]>>;
    }
  | {
      readonly kind: 'number';
      readonly label: MessageKey;
      readonly optional?: boolean;
      readonly min: number;
      readonly max: number;
    };

export interface CommandSpec {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly args: readonly ArgSpec[];
}

export type ArgValue = string | number | undefined;
export interface Said {
  readonly key: MessageKey;
  readonly params?: Params;
}
export type Parsed =
  | { readonly ok: true; readonly command: string; readonly args: readonly ArgValue[] }
  | { readonly ok: false; readonly reason: Said };

/** A `/` typed again before the command is taken for the key that opened the line. */
const words = (line: string): string[] => line.trim().replace(/^\/+/, '').split(/\s+/).filter(Boolean);
const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
const starts = (whole: string, part: string): boolean => whole.toLowerCase().startsWith(part.toLowerCase());

const namesOf = (spec: CommandSpec): readonly string[] => [spec.name, ...(spec.aliases ?? [])];

/** `layer <layer> [on|off]` for people. */
export function usage(spec: CommandSpec, t: (key: MessageKey) => string): string {
  const arg = (a: ArgSpec): string => (a.optional ? `[${t(a.label)}]` : `<${t(a.label)}>`);
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

export function parseCommand(
  line: string,
  specs: readonly CommandSpec[],
  t: (key: MessageKey) => string,
): Parsed {
  const [name = '', ...rest] = words(line);
  const refuse = (key: MessageKey, params: Params): Parsed => ({ ok: false, reason: { key, params } });
  const spec = findCommand(name, specs);
  if (!spec) return refuse('cmd.unknown', { name });
  const args: ArgValue[] = [];
  for (const arg of spec.args) {
    const value = arg.kind === 'text' ? rest.splice(0).join(' ') : (rest.shift() ?? '');
    if (value === '') {
      if (!arg.optional) return refuse('cmd.missing', { arg: t(arg.label), usage: usage(spec, t) });
      args.push(undefined);
    } else if (arg.kind === 'text') {
      args.push(value);
    } else if (arg.kind === 'number') {
      const number = Number(value);
      if (!(number >= arg.min && number <= arg.max))
        return refuse('cmd.badNumber', { value, min: arg.min, max: arg.max });
      args.push(number);
    } else {
      const chosen = choose(value, arg);
      if (chosen === null)
        return refuse('cmd.badChoice', {
          value,
          arg: t(arg.label),
          choices: Object.keys(arg.choices).join(', '),
        });
      args.push(chosen);
    }
  }
  if (rest.length > 0) return refuse('cmd.tooMany', { value: rest.join(' '), usage: usage(spec, t) });
  return { ok: true, command: spec.name, args };
}

/** Whole lines that the line may become, best first, at most `limit`. */
export function completions(line: string, specs: readonly CommandSpec[], limit = 8): string[] {
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
  const at = parts.length - (open ? 1 : 2);
  const arg = spec.args[at];
  if (arg?.kind !== 'choice') return [];
  const begun = open ? '' : parts.at(-1)!;
  const head = (open ? parts : parts.slice(0, -1)).join(' ');
  const more = at < spec.args.length - 1 ? ' ' : '';
  return Object.entries(arg.choices)
    .flatMap(([name, also]) => {
      const hit = [name, ...also].find((word) => starts(word, begun));
      return hit === undefined ? [] : [`${head} ${hit}${more}`];
    })
    .slice(0, limit);
}

/** What was typed before, newest last, without repeats, at most `limit`. */
export function remember(history: readonly string[], line: string, limit = 50): string[] {
  const kept = line.trim();
  if (kept === '') return [...history];
  return [...history.filter((h) => h !== kept), kept].slice(-limit);
}

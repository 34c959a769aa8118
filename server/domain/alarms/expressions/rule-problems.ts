/** What is wrong in an expression, said so that a supervisor can mend it: a sentence in both languages, and the place. */
import type { ParseError, TypeError as CelTypeError } from '@marcbachmann/cel-js';
import type { RuleProblem } from '../../../contract/alarm-api.ts';
import { subjectNames, type SubjectKind } from '../../../contract/alarm-fields.ts';
import type { LocalText } from '../../../contract/text.ts';
import { factsOfVariable, hasPlace, variablesOf } from './cel.ts';

export type ExpressionField = 'where' | 'when' | 'until' | 'suppressWhen';

/** Thrown while an expression is read, where it says something that rules may not say. */
export class Refused extends Error {
  readonly text: LocalText;
  readonly start: number;
  readonly end: number;

  constructor(text: LocalText, at: { readonly start: number; readonly end: number }) {
    super(text.en);
    this.text = text;
    this.start = at.start;
    this.end = at.end;
  }
}

export const sentences = {
  notPart: (what: string): LocalText => ({
    zh: `报警规则中不能使用“${what}”`,
    en: `“${what}” is no part of alarm rules`,
  }),
  notBool: (type: string): LocalText => ({
    zh: `结果应为“是”或“否”，这里是${typeNames(type).zh}`,
    en: `It has to be true or false; this is ${typeNames(type).en}`,
  }),
  moves: (shown: string): LocalText => ({
    zh: `“${shown}”会变化，“where”只能用不变的事实；请写到“when”里`,
    en: `“${shown}” changes, and “where” may only look at what does not: put it into “when”`,
  }),
  runs: (shown: string): LocalText => ({
    zh: `“${shown}”随时间增长，只能直接与一个数比较`,
    en: `“${shown}” runs with the clock: it can only be compared with a number, directly`,
  }),
  literal: (method: string): LocalText => ({
    zh: `“${method}”的参数须直接写出，如 "school" 或 500`,
    en: `What “${method}” is asked has to be written out, as "school" or 500`,
  }),
  literalList: {
    zh: '“in”后面要写出各个值，如 ["a", "b"]',
    en: '“in” wants its values written out, as ["a", "b"]',
  },
  wholeDivision: {
    zh: '两个整数相除会舍去小数；请写成 1.0 / 2.0',
    en: 'Whole numbers divide to a whole number: write 1.0 / 2.0',
  },
  noArea: (id: string): LocalText => ({
    zh: `没有编号为“${id}”的区域、行政区或街道`,
    en: `There is no area, district or street “${id}”`,
  }),
  areaTwice: (id: string): LocalText => ({
    zh: `区域编号“${id}”重复`,
    en: `There are two areas “${id}”`,
  }),
} as const;

const typeWords: Readonly<Record<string, LocalText>> = {
  double: { zh: '数', en: 'a number' },
  int: { zh: '数', en: 'a number' },
  string: { zh: '文字', en: 'a text' },
  bool: { zh: '是/否', en: 'true or false' },
  list: { zh: '列表', en: 'a list' },
  null: { zh: '空值', en: 'nothing (null)' },
};
function typeNames(type: string): LocalText {
  const bare = type.replace(/<.*$/, '');
  return typeWords[bare] ?? { zh: `“${type}”`, en: `“${type}”` };
}

/** The problem that the library found, in words. */
export function libraryProblem(
  field: ExpressionField,
  source: string,
  kind: SubjectKind,
  error: ParseError | CelTypeError,
): RuleProblem {
  const start = Math.min(error.range?.start ?? 0, source.length);
  const end = Math.min(Math.max(error.range?.end ?? source.length, start), source.length);
  return { field, message: wordsOf(error, source, kind, start, end), start, end };
}

function wordsOf(
  error: ParseError | CelTypeError,
  source: string,
  kind: SubjectKind,
  start: number,
  end: number,
): LocalText {
  const here = source.slice(start, end);
  switch (error.code) {
    case 'unknown_variable':
      return unknownVariable(here, kind);
    case 'no_such_key':
      return unknownField(source, here, start, kind);
    case 'no_such_overload':
      return wrongOperands(error.summary);
    case 'no_matching_overload':
      return wrongCall(here, kind);
    case 'invalid_logical_operand':
      return {
        zh: '“&&”和“||”两边应为条件，例如 link.speedKph < 15',
        en: '“&&” and “||” join conditions, as link.speedKph < 15',
      };
    case 'limit_exceeded':
      return { zh: '表达式过长或嵌套过深', en: 'It is too long, or its parts stand too deep in one another' };
    case 'incompatible_ternary_branches':
      return { zh: '“? :”两边的类型应当相同', en: 'Both sides of “? :” have to be of one type' };
    case 'heterogeneous_list_element':
      return { zh: '列表中的值类型应当相同', en: 'The values of a list have to be of one type' };
    default:
      return wrongSyntax(error, source, start, end);
  }
}

function unknownVariable(name: string, kind: SubjectKind): LocalText {
  const near = nearest(name, variablesOf(kind));
  return {
    zh: `没有“${name}”，是否指“${near}”？`,
    en: `There is no “${name}” here: did you mean “${near}”?`,
  };
}

function unknownField(source: string, name: string, start: number, kind: SubjectKind): LocalText {
  const variable = /([A-Za-z_]\w*)\s*\.\s*$/.exec(source.slice(0, start))?.[1] ?? kind;
  const fields = [...(factsOfVariable(kind, variable)?.keys() ?? [])];
  const near = fields.length === 0 ? '' : nearest(name, fields);
  const of =
    variable in subjectNames ? subjectNames[variable as SubjectKind] : { zh: variable, en: variable };
  return {
    zh: `${of.zh}没有“${name}”这一项，是否指“${near}”？`,
    en: `“${variable}” has no “${name}”: did you mean “${near}”?`,
  };
}

function wrongOperands(summary: string): LocalText {
  const found = /overload: (\S+(?:<.*>)?) (\S+) (\S+(?:<.*>)?)$/.exec(summary);
  if (!found) return { zh: '这里的类型不符', en: 'The types do not fit here' };
  const [, left, op, right] = found as unknown as readonly [string, string, string, string];
  const a = typeNames(left);
  const b = typeNames(right);
  return { zh: `“${op}”不能用于${a.zh}和${b.zh}`, en: `“${op}” does not go between ${a.en} and ${b.en}` };
}

function wrongCall(here: string, kind: SubjectKind): LocalText {
  const name = /([A-Za-z_]\w*)\s*\([^()]*\)?$/.exec(here)?.[1] ?? here;
  const asked = name === 'metresTo' || name === 'inside' || name === 'earlier';
  if (asked && !hasPlace(kind)) {
    const what = subjectNames[kind];
    return {
      zh: `${what.zh}没有位置，不能使用“${name}”`,
      en: `A ${what.en.toLowerCase()} has no place: “${name}” can not be asked`,
    };
  }
  if (name === 'metresTo' || name === 'inside') {
    return { zh: `应写作 ${kind}.${name}("…")`, en: `It is asked as ${kind}.${name}("…")` };
  }
  if (name === 'earlier') {
    return {
      zh: '应写作 incident.earlier("类别", 天数, 米数)，仅用于警情',
      en: 'It is asked as incident.earlier("category", days, metres), of incidents only',
    };
  }
  return {
    zh: `没有“${name}”这样的函数`,
    en: `There is no function “${name}” of that kind`,
  };
}

/** Habits of other languages, and what is written here instead. */
const habits: Readonly<Record<string, string>> = {
  '=': '==',
  and: '&&',
  or: '||',
  not: '!',
  AND: '&&',
  OR: '||',
  NOT: '!',
  '<>': '!=',
};

function wrongSyntax(
  error: ParseError | CelTypeError,
  source: string,
  start: number,
  end: number,
): LocalText {
  const word = /^(?:[A-Za-z]+|<>|=)/.exec(source.slice(start))?.[0] ?? '';
  const instead = habits[word];
  if (instead !== undefined)
    return { zh: `“${word}”应写作“${instead}”`, en: `Write “${instead}” for “${word}”` };
  if (start >= source.trimEnd().length)
    return { zh: '表达式不完整，结尾缺少内容', en: 'It ends too early: something is missing here' };
  if (error.code === 'unterminated_string')
    return { zh: '缺少结尾的引号', en: 'The closing quotation mark is missing' };
  const here = source.slice(start, Math.max(end, start + 1));
  return { zh: `无法理解“${here}”`, en: `“${here}” is not understood here` };
}

/** The most similar word (Levenshtein distance, for its length). */
export function nearest(word: string, words: readonly string[]): string {
  let best = words[0] ?? '';
  let least = Infinity;
  for (const w of words) {
    const d = editDistance(word.toLowerCase(), w.toLowerCase()) / Math.max(word.length, w.length);
    if (d < least) [least, best] = [d, w];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** Where a fault is underlined. */
import { describe, expect, it } from 'vitest';
import { inField, piecesOf } from '../../../client/alarm-rules/problems.ts';
import type { RuleProblem } from '../../../server/contract/alarm-api.ts';

const message = { zh: '错', en: 'wrong' };
const at = (start?: number, end?: number): RuleProblem => ({
  field: 'when',
  message,
  ...(start !== undefined && { start }),
  ...(end !== undefined && { end }),
});
/** `a[b]c`: b is underlined. */
const drawn = (text: string, checked: string, problems: readonly RuleProblem[]): string =>
  piecesOf(text, checked, problems)
    .map((piece) => (piece.wrong ? `[${piece.text}]` : piece.text))
    .join('');

describe('faults in an expression', () => {
  const text = 'link.sped < 30.0';
  it.each<readonly [string, readonly RuleProblem[], string]>([
    ['in the middle', [at(5, 9)], 'link.[sped] < 30.0'],
    ['at the beginning', [at(0, 4)], '[link].sped < 30.0'],
    ['without an end: a character', [at(10)], 'link.sped [<] 30.0'],
    ['empty: a character', [at(5, 5)], 'link.[s]ped < 30.0'],
    ['behind the end: the last character', [at(99, 120)], 'link.sped < 30.[0]'],
    ['beyond the end: up to it', [at(12, 99)], 'link.sped < [30.0]'],
    ['two apart, in any order', [at(12, 16), at(0, 4)], '[link].sped < [30.0]'],
    ['one in another', [at(0, 9), at(5, 9)], '[link.sped] < 30.0'],
    ['two that overlap', [at(0, 6), at(5, 9)], '[link.sped] < 30.0'],
    ['of the whole field', [at()], 'link.sped < 30.0'],
    ['none', [], 'link.sped < 30.0'],
  ])('UI-173 are underlined in their place: %s', (_name, problems, expected) => {
    expect(drawn(text, text, problems)).toBe(expected);
    expect(drawn(text, text, problems).replace(/[[\]]/g, '')).toBe(text);
  });

  it('UI-173 are counted from the first word: what is checked is trimmed', () => {
    expect(drawn('\n  link.sped', '\n  link.sped', [at(5, 9)])).toBe('\n  link.[sped]');
  });

  it('UI-173 are not underlined in a text that was changed since', () => {
    expect(drawn('  link.speed', 'link.sped', [at(5, 9)])).toBe('  link.speed');
    expect(piecesOf('', '', [at(0, 1)])).toEqual([]);
  });

  it('UI-173 belong to their field and what lies in it', () => {
    const problems = ['when', 'areas.0.ring', 'areasOther', 'count'].map((field) => ({ field }));
    expect(inField(problems, 'areas')).toEqual([{ field: 'areas.0.ring' }]);
    expect(inField(problems, 'when')).toEqual([{ field: 'when' }]);
  });
});

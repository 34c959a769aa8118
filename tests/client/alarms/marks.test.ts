/** Choosing several alarms: what is marked after which act, and which alarms are meant. */
import { describe, expect, it } from 'vitest';
import { isMarked, markAfter, meantIds, noMarks, type Marks } from '../../../client/alarms/marks.ts';
import type { MarkAct } from '../../../client/ui/virtual-list.tsx';

const rows = [
  { key: 'a', ids: ['a'] },
  { key: 'group', ids: ['b', 'c'] },
  { key: 'd', ids: ['d'] },
  { key: 'e', ids: ['e'] },
];
const after = (...acts: readonly MarkAct[]): Marks =>
  acts.reduce((marks, act) => markAfter(marks, rows, act), noMarks);
const ids = (marks: Marks): string => [...marks.ids].sort().join('');

describe('marking alarms', () => {
  it.each<[string, readonly MarkAct[], string]>([
    ['space marks', [{ how: 'toggle', at: 0 }], 'a'],
    [
      'space again unmarks',
      [
        { how: 'toggle', at: 0 },
        { how: 'toggle', at: 0 },
      ],
      '',
    ],
    ['a line of a flood is all of its alarms', [{ how: 'toggle', at: 1 }], 'bc'],
    [
      'space adds',
      [
        { how: 'toggle', at: 3 },
        { how: 'toggle', at: 0 },
      ],
      'ae',
    ],
    ['shift and an arrow mark from where one was', [{ how: 'range', from: 2, to: 3 }], 'de'],
    [
      'a range grows from its anchor',
      [
        { how: 'range', from: 2, to: 3 },
        { how: 'range', from: 3, to: 2 },
        { how: 'range', from: 2, to: 1 },
      ],
      'bcd',
    ],
    [
      'a range begins at the last mark',
      [
        { how: 'toggle', at: 3 },
        { how: 'range', from: 1, to: 2 },
      ],
      'de',
    ],
    ['without a choice a range begins at the top', [{ how: 'range', from: -1, to: 0 }], 'a'],
    ['ctrl-a marks all', [{ how: 'all' }], 'abcde'],
    ['ctrl-a again none', [{ how: 'all' }, { how: 'all' }], ''],
    ['ctrl-a after a part marks all', [{ how: 'toggle', at: 0 }, { how: 'all' }], 'abcde'],
    ['escape lets go', [{ how: 'all' }, { how: 'none' }], ''],
    [
      'a plain click lets go',
      [
        { how: 'toggle', at: 1 },
        { how: 'only', at: 0 },
      ],
      '',
    ],
    ['nothing is marked where no row is', [{ how: 'toggle', at: -1 }], ''],
  ])('UI-143 %s', (_what, acts, marked) => {
    expect(ids(after(...acts))).toBe(marked);
  });

  it('UI-143 a line is marked when all of its alarms are', () => {
    expect(isMarked(rows[1]!, { ids: new Set(['b']), anchor: null })).toBe(false);
    expect(isMarked(rows[1]!, { ids: new Set(['b', 'c']), anchor: null })).toBe(true);
    expect(isMarked({ key: 'empty', ids: [] }, noMarks)).toBe(false);
  });

  it('UI-143 means the marked ones in the list, else the selected one', () => {
    const marks = { ids: new Set(['a', 'gone']), anchor: null };
    expect(meantIds(marks, rows, 'd')).toEqual(['a']);
    expect(meantIds({ ids: new Set(['gone']), anchor: null }, rows, 'd')).toEqual(['d']);
    expect(meantIds(noMarks, rows, null)).toEqual([]);
  });
});

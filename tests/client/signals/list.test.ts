/** The list of signals: filter, order, whom a mode is for, and how many run as they should. */
import { describe, expect, it } from 'vitest';
import {
  countSignals,
  isFilteringSignals,
  meantSignals,
  noSignalFilter,
  signalRows,
  type SignalFilter,
} from '../../../client/signals/rows.ts';
import { markedAfter } from '../../../client/signals/signal-view.ts';
import { aControl, aLine } from './records.ts';

const controls = [
  aControl('s1', { mode: 'auto', ground: 'method' }),
  aControl('s2', { mode: 'auto', ground: 'actuated', district: 'd2' }),
  aControl('s3', { mode: 'advice' }),
  aControl('s4', { ground: 'silent', district: 'd2' }),
  aControl('s5', { mode: 'auto', ground: 'wave' }),
];
const lines = [
  aLine('s1', { delayS: 12, los: 'B', queue: 9 }),
  aLine('s2', { delayS: 90, los: 'F', queue: 2 }),
  aLine('s3', { delayS: null, los: null, queue: null }),
  aLine('s5', { delayS: 40, los: 'D', queue: 30 }),
];
const shown = (part: Partial<SignalFilter>): readonly string[] =>
  signalRows(controls, lines, { ...noSignalFilter, ...part }).map((r) => r.id);

describe('the list of signals', () => {
  it.each([
    [{}, ['s2', 's5', 's1', 's3', 's4']],
    [{ sort: 'queue' }, ['s5', 's1', 's2', 's3', 's4']],
    [{ sort: 'name' }, ['s1', 's2', 's3', 's4', 's5']],
    [{ district: 'd2' }, ['s2', 's4']],
    [{ mode: 'auto' }, ['s2', 's5', 's1']],
    [{ ground: 'wave' }, ['s5']],
    [{ ground: 'degraded' }, ['s2', 's4']],
    [{ los: 'B' }, ['s1']],
    [{ text: 'junction s4' }, ['s4']],
    [{ text: '路口S3' }, ['s3']],
  ] as const)('UI-210 shows of it with %j just %j, what is not known last', (part, ids) => {
    expect(shown(part)).toEqual(ids);
    expect(isFilteringSignals({ ...noSignalFilter, ...part })).toBe(
      Object.keys(part).some((key) => key !== 'sort'),
    );
  });

  it('UI-211 counts as automatic what is decided here or held for a wave, and as degraded what is not as set', () => {
    expect(countSignals(controls)).toEqual({ all: 5, automatic: 2, degraded: 2, proposals: 0 });
  });

  it('UI-212 means the marked ones that are shown, else the selected one, else the district', () => {
    const rows = signalRows(controls, lines, { ...noSignalFilter, district: 'd2' });
    const marks = new Set(['s2', 's1']);
    expect(meantSignals(rows, marks, 's5', 'd2')).toEqual(['s2']);
    expect(meantSignals(rows, new Set(['s1']), 's5', 'd2')).toEqual(['s5']);
    expect(meantSignals(rows, new Set(), null, 'd2')).toEqual(['s2', 's4']);
    expect(meantSignals(rows, new Set(), null, '')).toEqual([]);
  });

  it('UI-213 marks one by one, in a range and all; a plain click lets go of all', () => {
    const rows = signalRows(controls, lines, { ...noSignalFilter, sort: 'name' });
    const none = { marks: new Set<string>(), anchor: null };
    const one = markedAfter(none, rows, { how: 'toggle', at: 1 });
    expect([...one.marks]).toEqual(['s2']);
    const range = markedAfter(one, rows, { how: 'range', from: 0, to: 3 });
    expect([...range.marks]).toEqual(['s2', 's3', 's4']);
    expect([...markedAfter(one, rows, { how: 'toggle', at: 1 }).marks]).toEqual([]);
    const all = markedAfter(none, rows, { how: 'all' });
    expect(all.marks.size).toBe(5);
    expect(markedAfter(all, rows, { how: 'all' }).marks.size).toBe(0);
    expect(markedAfter(all, rows, { how: 'only', at: 2 }).marks.size).toBe(0);
  });
});

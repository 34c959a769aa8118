/** The alarm list: its order, its filters, what lies below what, and a flood made readable. */
import { describe, expect, it } from 'vitest';
import { countAlarms } from '../../../client/alarms/alarm-state.ts';
import {
  isFilteringAlarms,
  noAlarmFilter,
  type AlarmFilter,
  type FilterWorld,
} from '../../../client/alarms/filter.ts';
import { alarmRows, alarmsOf, type AlarmRow, type Folding } from '../../../client/alarms/rows.ts';
import type { AlarmRecord, AlarmRule } from '../../../server/contract/alarms.ts';
import type { Person } from '../../../server/contract/roles.ts';
import { anAlarm, byId } from './records.ts';

const folded: Folding = { open: new Set(), all: false, flood: false };
const nobody: FilterWorld = { me: null, ownerOf: () => undefined, bbox: null };
const person = (role: Person['role'], department?: string): Person => ({
  id: 'p',
  name: '王',
  role,
  ...(department === undefined ? {} : { department }),
});
const rows = (
  alarms: readonly AlarmRecord[],
  filter: Partial<AlarmFilter> = {},
  folding: Partial<Folding> = {},
  world: Partial<FilterWorld> = {},
) =>
  alarmRows(
    byId(alarms),
    { ...noAlarmFilter, ...filter },
    { ...nobody, ...world },
    { ...folded, ...folding },
  );
/** `1`, `+2` below it, `*3,4` a line of a flood. */
const read = (list: readonly AlarmRow[]): string[] =>
  list.map((row) => {
    const numbers = alarmsOf(row).map((a) => a.number);
    return row.kind === 'group' ? `*${numbers.join()}` : `${'+'.repeat(row.depth)}${numbers.join()}`;
  });
const shown = (...args: Parameters<typeof rows>): string[] => read(rows(...args).rows);

describe('the order of the alarm list', () => {
  it('UI-140 puts what nobody has acknowledged first, then the more urgent, then the newest', () => {
    const alarms = [
      anAlarm(1, { priority: 1, state: 'acknowledged' }),
      anAlarm(2, { priority: 3 }),
      anAlarm(3, { priority: 2, lastRaisedAtMs: 50 }),
      anAlarm(4, { priority: 2, lastRaisedAtMs: 90 }),
      anAlarm(5, { priority: 1, state: 'returned', active: false }),
      anAlarm(6, { priority: 3, state: 'acknowledged', lastRaisedAtMs: 99_000 }),
    ];
    expect(shown(alarms)).toEqual(['5', '4', '3', '2', '1', '6']);
  });

  it('UI-140 leaves ties to the number, so that rows do not jump', () => {
    const alarms = [7, 9, 8].map((n) => anAlarm(n, { lastRaisedAtMs: 1 }));
    expect(shown(alarms)).toEqual(['9', '8', '7']);
    expect(shown(alarms.toReversed())).toEqual(['9', '8', '7']);
  });
});

describe('the filters of the alarm list', () => {
  const alarms = [
    anAlarm(1, { priority: 1 }),
    anAlarm(2, { state: 'acknowledged' }),
    anAlarm(3, { state: 'returned', active: false }),
    anAlarm(4, { state: 'shelved' }),
    anAlarm(5, { state: 'suppressed' }),
    anAlarm(6, { state: 'out-of-service' }),
    anAlarm(7, { priority: 3, rule: 'er', name: { zh: '急诊饱和', en: 'ER full' } }),
  ];
  it.each<[Partial<AlarmFilter>, string[]]>([
    [{}, ['1', '3', '7', '2']],
    [{ show: 'unacknowledged' }, ['1', '3', '7']],
    [{ show: 'active' }, ['1', '7', '2']],
    [{ show: 'shelved' }, ['4']],
    [{ show: 'suppressed' }, ['5']],
    [{ show: 'out-of-service' }, ['6']],
    [{ priorities: [1, 3] }, ['1', '7']],
    [{ text: 'er FULL' }, ['7']],
    [{ text: 'a2' }, ['2']],
    [{ text: '人民 a7' }, ['7']],
  ])('UI-141 with %j lists %j', (filter, numbers) => {
    expect(shown(alarms, filter)).toEqual(numbers);
  });

  it('UI-141 knows whose an alarm is: by role, by department, or because it came up to them', () => {
    const owners: Record<string, AlarmRule['owner']> = {
      slow: { role: 'dispatcher' },
      er: { role: 'department', department: 'health' },
      any: { role: 'department' },
    };
    const all = [
      anAlarm(1),
      anAlarm(2, { rule: 'er' }),
      anAlarm(3, { rule: 'any' }),
      anAlarm(4, { rule: 'gone', escalated: { to: 'supervisor', atMs: 1, times: 1 } }),
      anAlarm(5, { rule: 'gone' }),
    ];
    const mine = (me: Person | null): string[] =>
      shown(all, { mine: true }, {}, { me, ownerOf: (rule) => owners[rule] });
    expect(mine(person('dispatcher'))).toEqual(['1']);
    expect(mine(person('department', 'health'))).toEqual(['3', '2']);
    expect(mine(person('department', 'fire'))).toEqual(['3']);
    expect(mine(person('supervisor'))).toEqual(['4']);
    expect(mine(null)).toEqual([]);
  });

  it('UI-141 keeps to a district, or to what the map shows', () => {
    const at = (number: number, position: readonly [number, number] | undefined, district: string) =>
      anAlarm(number, {
        subject: {
          kind: 'station',
          id: `s${number}`,
          name: { zh: '站', en: 'Station' },
          district,
          ...(position ? { position } : {}),
        },
      });
    const all = [at(1, [1, 1], 'd1'), at(2, [5, 5], 'd2'), at(3, undefined, 'd2')];
    expect(shown(all, { area: { district: 'd2' } })).toEqual(['3', '2']);
    expect(shown(all, { area: 'map' }, {}, { bbox: [0, 0, 2, 2] })).toEqual(['1']);
    // Without a map nothing is kept out by it.
    expect(shown(all, { area: 'map' })).toEqual(['3', '2', '1']);
  });

  it('UI-141 says whether it leaves something out', () => {
    expect(isFilteringAlarms(noAlarmFilter)).toBe(false);
    const parts: Partial<AlarmFilter>[] = [
      { text: 'x' },
      { mine: true },
      { priorities: [1] },
      { area: 'map' },
      { show: 'shelved' },
    ];
    for (const part of parts) expect(isFilteringAlarms({ ...noAlarmFilter, ...part })).toBe(true);
  });
});

describe('children below their root', () => {
  const root = anAlarm(1, { state: 'acknowledged' });
  const child = (number: number, part: Partial<AlarmRecord> = {}) =>
    anAlarm(number, { parent: root.id, ...part });

  it('UI-142 folds them away with their count, and unfolds them in order', () => {
    const alarms = [root, child(2), child(3, { priority: 3 }), child(4), anAlarm(5, { priority: 3 })];
    const closed = rows(alarms);
    expect(read(closed.rows)).toEqual(['5', '1']);
    expect(closed).toMatchObject({ folded: 3, found: 5, merged: 0 });
    expect(closed.rows[1]).toMatchObject({ children: 3, folded: true });
    const open = rows(alarms, {}, { open: new Set([root.id]) });
    expect(read(open.rows)).toEqual(['5', '1', '+4', '+2', '+3']);
    expect(open.folded).toBe(0);
    expect(shown(alarms, {}, { all: true })).toEqual(['5', '1', '+4', '+2', '+3']);
  });

  it('UI-142 leaves an emergency by itself, whatever explains it', () => {
    expect(shown([root, child(2, { priority: 1 }), child(3)])).toEqual(['2', '1']);
  });

  it('UI-142 goes up to the uppermost root, and ends in a circle', () => {
    const grandchild = anAlarm(3, { parent: 'slow:l2' });
    expect(shown([root, child(2), grandchild], {}, { all: true })).toEqual(['1', '+3', '+2']);
    const circle = [anAlarm(7, { parent: 'slow:l8' }), anAlarm(8, { parent: 'slow:l7' })];
    expect(rows(circle, {}, { all: true }).found).toBe(2);
  });

  it('UI-142 shows a child by itself where its root is gone or not in the filter', () => {
    expect(shown([child(2)])).toEqual(['2']);
    const elsewhere = { ...root, subject: { ...root.subject, district: 'd9' } };
    expect(shown([elsewhere, child(2)], { area: { district: 'd1' } })).toEqual(['2']);
  });

  it('UI-142 keeps away what a root explains that was put aside', () => {
    const shelved = { ...root, state: 'shelved' as const };
    const out = rows([shelved, child(2), child(3, { priority: 1 })]);
    expect(read(out.rows)).toEqual(['3']);
    expect(out.found).toBe(1);
    expect(shown([shelved, child(2)], { show: 'shelved' })).toEqual(['1']);
  });
});

describe('a flood', () => {
  const many = [1, 2, 3, 4].map((n) => anAlarm(n, { rule: 'silent', priority: 3 }));
  const others = [anAlarm(5, { priority: 1, rule: 'silent' }), anAlarm(6), anAlarm(7)];

  it('UI-145 makes one line of one rule in one district, where its most urgent one stands', () => {
    const out = rows([...many, ...others], {}, { flood: true });
    expect(read(out.rows)).toEqual(['5', '7', '6', '*4,3,2,1']);
    expect(out).toMatchObject({ merged: 4, found: 7 });
    expect(out.rows[3]).toMatchObject({ unacknowledged: 4, priority: 3, folded: true });
    expect(shown([...many, ...others])).toEqual(['5', '7', '6', '4', '3', '2', '1']);
  });

  it('UI-145 merges no emergency, and opens a line to its alarms', () => {
    const emergencies = [1, 2, 3, 4].map((n) => anAlarm(n, { priority: 1 }));
    expect(shown(emergencies, {}, { flood: true })).toEqual(['4', '3', '2', '1']);
    const key = rows(many, {}, { flood: true }).rows[0]!.key;
    expect(shown(many, {}, { flood: true, open: new Set([key]) })).toEqual([
      '*4,3,2,1',
      '+4',
      '+3',
      '+2',
      '+1',
    ]);
  });

  it('UI-145 keeps districts apart, and leaves a root and its children together', () => {
    const far = many.map((a, i) => ({
      ...a,
      id: `far${i}`,
      number: a.number + 10,
      subject: { ...a.subject, district: 'd2' },
    }));
    expect(shown([...many, ...far], {}, { flood: true })).toEqual(['*14,13,12,11', '*4,3,2,1']);
    const root = anAlarm(9, { rule: 'silent', priority: 3 });
    const children = many.map((a) => ({ ...a, parent: root.id }));
    const out = rows([root, ...children], {}, { flood: true });
    expect(read(out.rows)).toEqual(['9']);
    expect(out).toMatchObject({ merged: 0, folded: 4 });
  });
});

describe('the figures of the line of alarms', () => {
  const alarms = [
    anAlarm(1, { priority: 1 }),
    anAlarm(2, { state: 'acknowledged' }),
    anAlarm(3, { state: 'returned', active: false }),
    anAlarm(4, { state: 'shelved' }),
    anAlarm(5, { state: 'suppressed' }),
    anAlarm(6, { state: 'out-of-service' }),
    anAlarm(7, { priority: 3, parent: 'slow:l2' }),
    anAlarm(8, { priority: 1, parent: 'slow:l1' }),
  ];
  it('UI-146 count what the list shows: children only as grouped, emergencies always', () => {
    expect(countAlarms(alarms)).toEqual({
      unacknowledged: { 1: 2, 2: 1, 3: 0 },
      active: 3,
      shelved: 1,
      suppressed: 1,
      outOfService: 1,
      hidden: 1,
    });
    const { rows: list } = rows(alarms);
    expect(list.filter((r) => alarmsOf(r)[0]!.priority === 1)).toHaveLength(2);
    expect(shown(alarms, { show: 'active' })).toHaveLength(3);
  });
});

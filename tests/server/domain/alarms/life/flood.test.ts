import { describe, expect, it } from 'vitest';
import { isInflated, Rings, sharesOf } from '../../../../../server/domain/alarms/life/rings.ts';
import { decideAlarmTimers } from '../../../../../server/domain/alarms/life/alarm-timers.ts';
import { UndoLog } from '../../../../../server/domain/undo.ts';
import { AlarmDesk, ALARM_START_MS, MINUTE_MS } from '../../../../support/alarm-life.ts';

/** `n` alarms that have nothing to do with each other ring now. */
function ring(d: AlarmDesk, n: number, name: string): void {
  for (let k = 0; k < n; k++) d.raise('silent', `${name}${k}`, { m: k * 1_000 });
}
const typesOf = (events: readonly { readonly type: string }[]): string[] => events.map((e) => e.type);

describe('a flood', () => {
  it('AL-83 begins above 10 alarms in 10 minutes for each operator, and not at 10', () => {
    const d = new AlarmDesk();
    d.operators = 2;
    ring(d, 20, 'a');
    expect(typesOf(d.pass(1))).toEqual(['alarm.operators-changed']);
    ring(d, 1, 'b');
    expect(typesOf(d.pass(1))).toEqual(['alarm.flood-began']);
    expect(d.journal.at(-1)?.payload).toEqual({ atMs: d.nowMs, rung: 21, operators: 2 });
    expect(d.watch()).toMatchObject({
      flood: { sinceMs: d.nowMs, rung: 21 },
      last10Min: 21,
      perOperator: 10.5,
      operators: 2,
    });
    expect(decideAlarmTimers(d.state, d.nowMs, { operators: 2 })).toEqual([]);
  });

  it('AL-83 ends below 5 for each operator, and counts what rang in it', () => {
    const d = new AlarmDesk();
    ring(d, 7, 'a');
    d.pass(5);
    ring(d, 4, 'b');
    expect(typesOf(d.pass(1))).toContain('alarm.flood-began');
    ring(d, 1, 'c');
    // The first seven are out of the window: 5 are left.
    expect(typesOf(d.pass(4))).toEqual([]);
    expect(d.watch()).toMatchObject({ last10Min: 5, flood: { rung: 12 } });
    expect(typesOf(d.pass(5))).toEqual(['alarm.flood-ended']);
    expect(d.watch()).toMatchObject({ last10Min: 1, flood: null });
    expect(typesOf(d.pass(100))).toEqual([]);
  });

  it('AL-83 what another alarm explains, and what is put aside or suppressed, makes no flood', () => {
    const d = new AlarmDesk();
    d.raise('feed', 'f1', { m: null });
    ring(d, 100, 'a');
    for (let k = 0; k < 20; k++) d.raise('jam', `l${k}`, { m: k * 1_000, suppressed: true });
    d.pass(1);
    expect(d.watch()).toMatchObject({ last10Min: 1, flood: null });
  });

  it('AL-83 alarms that come back from the shelf at once are part of it', () => {
    const d = new AlarmDesk();
    ring(d, 11, 'a');
    const alarms = [...d.state.byId.keys()];
    d.must('wang', 'alarm.shelve', { alarms, minutes: 30, reason: '施工' });
    expect(typesOf(d.pass(30))).toEqual(['alarm.operators-changed', 'alarm.unshelved', 'alarm.flood-began']);
    expect(decideAlarmTimers(d.state, d.nowMs, { operators: 1 })).toEqual([]);
  });

  it('AL-84 how many are on duty is kept when it changes; nobody counts as one', () => {
    const d = new AlarmDesk();
    d.operators = 3;
    expect(d.pass(1)).toEqual([
      { type: 'alarm.operators-changed', payload: { atMs: d.nowMs, operators: 3 } },
    ]);
    expect(d.pass(1)).toEqual([]);
    d.operators = 0;
    ring(d, 2, 'a');
    d.pass(1);
    expect(d.watch()).toMatchObject({ operators: 0, perOperator: 2 });
  });

  it('AL-84 fewer on duty make a flood of the same alarms', () => {
    const d = new AlarmDesk();
    d.operators = 3;
    ring(d, 24, 'a');
    d.pass(1);
    expect(d.watch().flood).toBeNull();
    d.operators = 2;
    expect(typesOf(d.pass(1))).toEqual(['alarm.operators-changed', 'alarm.flood-began']);
  });
});

describe('what rang lately', () => {
  it('AL-85 is known to the second for 10 minutes', () => {
    const rings = new Rings(new UndoLog());
    rings.add(ALARM_START_MS, 3);
    rings.add(ALARM_START_MS + 999, 2);
    const after = (ms: number) => rings.last10Min(ALARM_START_MS + ms);
    expect([after(-1_000), after(0), after(10 * MINUTE_MS - 1), after(10 * MINUTE_MS)]).toEqual([0, 2, 2, 0]);
  });

  it('AL-85 takes bounded memory, and forgets nothing that still counts', () => {
    const rings = new Rings(new UndoLog());
    const days = 3 * 24 * 60;
    const counted = new Set<number>();
    for (let m = 0; m < days; m++) {
      for (let s = 0; s < 60; s++) rings.add(ALARM_START_MS + m * MINUTE_MS + s * 1_000, 3);
      if (m >= 10) counted.add(rings.last10Min(ALARM_START_MS + m * MINUTE_MS + 59_000));
    }
    expect([...counted]).toEqual([600]);
    expect(rings.size).toBeLessThan(1.5 * (600 + 144) + 2);
    expect(rings.shares(ALARM_START_MS + days * MINUTE_MS)).toEqual({ 1: 0, 2: 0, 3: 1 });
    expect(rings.shares(ALARM_START_MS + (days + 1_450) * MINUTE_MS)).toBeNull();
  });

  it.each([
    [{ 1: 1, 2: 3, 3: 15 }, null, false],
    [{ 1: 1, 2: 3, 3: 16 }, { 1: 0.05, 2: 0.15, 3: 0.8 }, false],
    [{ 1: 10, 2: 0, 3: 90 }, { 1: 0.1, 2: 0, 3: 0.9 }, false],
    [{ 1: 11, 2: 0, 3: 89 }, { 1: 0.11, 2: 0, 3: 0.89 }, true],
    [{ 1: 5, 2: 30, 3: 65 }, { 1: 0.05, 2: 0.3, 3: 0.65 }, false],
    [{ 1: 5, 2: 31, 3: 64 }, { 1: 0.05, 2: 0.31, 3: 0.64 }, true],
  ])('AL-85 shares of priorities of %j are %j, inflated %s', (rung, shares, inflated) => {
    expect(sharesOf(rung)).toEqual(shares);
    expect(isInflated(sharesOf(rung))).toBe(inflated);
  });

  it('AL-85 the watch says when too much is called important', () => {
    const d = new AlarmDesk();
    ring(d, 16, 'a');
    for (let k = 0; k < 4; k++) d.raise('fire', `i${k}`, { m: k * 5_000 });
    expect(d.watch()).toMatchObject({ shares: { 1: 0.2, 2: 0, 3: 0.8 }, inflated: true });
    d.nowMs += 25 * 60 * MINUTE_MS;
    expect(d.watch()).toMatchObject({ shares: null, inflated: false });
  });
});

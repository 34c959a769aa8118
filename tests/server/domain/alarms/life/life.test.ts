import { describe, expect, it } from 'vitest';
import { decideTransition } from '../../../../../server/domain/alarms/life/transitions.ts';
import { AlarmDesk, ALARM_START_MS, aRule, MINUTE_MS } from '../../../../support/alarm-life.ts';

const typesOf = (events: readonly { readonly type: string }[]): string[] => events.map((e) => e.type);

describe('ringing', () => {
  it('AL-50 the same trouble is the same alarm: seen again it changes nothing, rung again it counts', () => {
    const d = new AlarmDesk();
    const id = d.raise('jam', 'l1', { facts: [{ field: 'link.speedKph', value: 8, op: '<', limit: 15 }] });
    expect(d.record(id)).toMatchObject({
      id: 'jam:l1',
      state: 'unacknowledged',
      active: true,
      count: 1,
      raisedAtMs: ALARM_START_MS,
      facts: [{ field: 'link.speedKph', value: 8 }],
    });
    // Another server on the same journal saw it, too.
    expect(d.says('raised', 'jam', 'l1')).toEqual([]);
    d.nowMs += MINUTE_MS;
    d.says('returned', 'jam', 'l1');
    expect(d.says('returned', 'jam', 'l1')).toEqual([]);
    d.nowMs += MINUTE_MS;
    expect(typesOf(d.says('raised', 'jam', 'l1'))).toEqual(['alarm.repeated']);
    expect(d.record(id)).toMatchObject({
      number: 100,
      count: 2,
      raisedAtMs: ALARM_START_MS,
      lastRaisedAtMs: ALARM_START_MS + 2 * MINUTE_MS,
    });
    expect(d.record(id)).not.toHaveProperty('returnedAtMs');
    expect([...d.state.byId.keys()]).toEqual([id]);
  });

  it('AL-50 what a server tells late, of an activation before, neither ends nor repeats what another has told since', () => {
    const d = new AlarmDesk();
    const subject = { kind: 'link', id: 'l1', name: { zh: '路', en: 'road' } } as const;
    const late = (to: 'raised' | 'returned', agoMs: number) =>
      decideTransition(
        d.state,
        { rule: 'jam', ruleVersion: 0, alarm: 'jam:l1', subject, to, facts: [], atMs: d.nowMs - agoMs },
        d.nowMs,
      );
    d.raise('jam', 'l1');
    expect(late('returned', 200)).toEqual([]);
    // A clock that was set back is another matter.
    expect(typesOf(late('returned', 3_600_000))).toEqual(['alarm.returned']);
    d.nowMs += MINUTE_MS;
    d.says('returned', 'jam', 'l1');
    expect(late('raised', 200)).toEqual([]);
    expect(typesOf(late('raised', 0))).toEqual(['alarm.repeated']);
    // Acknowledged, too, so that there is no record any more.
    d.must('wang', 'alarm.acknowledge', { alarms: ['jam:l1'] });
    expect(d.stateOf('jam:l1')).toBe('normal');
    expect(late('raised', 200)).toEqual([]);
    expect(typesOf(late('raised', 0))).toEqual(['alarm.raised']);
    expect(typesOf(late('raised', 3_600_000))).toEqual(['alarm.raised']);
  });

  it('AL-51 what is acknowledged leaves when it is over, what nobody acknowledged waits for it', () => {
    const d = new AlarmDesk();
    const [seen, unseen] = [d.raise('jam', 'l1'), d.raise('jam', 'l2', { m: 5_000 })];
    d.must('wang', 'alarm.acknowledge', { alarms: [seen] });
    expect(d.record(seen)).toMatchObject({
      state: 'acknowledged',
      acknowledged: { by: '王调度', atMs: d.nowMs },
    });
    d.says('returned', 'jam', 'l1');
    d.says('returned', 'jam', 'l2');
    expect(d.stateOf(seen)).toBe('normal');
    expect(d.record(unseen)).toMatchObject({ state: 'returned', active: false, returnedAtMs: d.nowMs });
    d.must('wang', 'alarm.acknowledge', { alarms: [unseen] });
    expect(d.stateOf(unseen)).toBe('normal');
  });

  it('AL-52 an alarm rings once in an activation', () => {
    const d = new AlarmDesk();
    d.raise('jam', 'l1');
    d.raise('jam', 'l1');
    d.says('again', 'jam', 'l1');
    expect(d.heard()).toEqual(['jam:l1']);
    d.must('wang', 'alarm.acknowledge', { alarms: ['jam:l1'] });
    d.must('wang', 'alarm.escalate', { alarms: ['jam:l1'], to: 'supervisor' });
    d.pass(30);
    d.says('returned', 'jam', 'l1');
    expect(d.heard()).toEqual([]);
    d.raise('jam', 'l1');
    expect(d.heard()).toEqual(['jam:l1']);
    expect(d.watch().last10Min).toBe(1);
  });

  it('AL-53 ringing again asks for an answer again, unless people have put it aside', () => {
    const d = new AlarmDesk();
    const ids = ['l1', 'l2', 'l3'].map((l, k) => d.raise('jam', l, { m: k * 5_000 }));
    const [plain, shelved, service] = ids as [string, string, string];
    d.must('wang', 'alarm.shelve', { alarms: [shelved], minutes: 60, reason: '施工' });
    d.must('sun', 'alarm.service', { alarms: [service], inService: false, reason: '检修' });
    for (const l of ['l1', 'l2', 'l3']) d.says('returned', 'jam', l);
    d.heard();
    d.nowMs += MINUTE_MS;
    for (const [k, l] of ['l1', 'l2', 'l3'].entries()) d.raise('jam', l, { m: k * 5_000 });
    expect(ids.map((id) => [d.stateOf(id), d.record(id)?.count])).toEqual([
      ['unacknowledged', 2],
      ['shelved', 2],
      ['out-of-service', 2],
    ]);
    expect(d.heard()).toEqual([plain]);
  });

  it('AL-54 one more of what is counted is journalled at most once a minute, and does not ring', () => {
    const d = new AlarmDesk();
    const id = d.raise('jam', 'l1');
    d.must('wang', 'alarm.acknowledge', { alarms: [id] });
    const fact = (n: number) => ({ facts: [{ field: 'count', value: n }] });
    for (let k = 1; k <= 12; k++) {
      d.nowMs += 10_000;
      d.says('again', 'jam', 'l1', fact(k));
    }
    expect(typesOf(d.journal).filter((t) => t === 'alarm.repeated')).toHaveLength(2);
    expect(d.record(id)).toMatchObject({ state: 'acknowledged', count: 3, facts: [{ value: 12 }] });
    expect(d.heard()).toEqual([id]);
  });

  it('AL-54 one more of what is not known to be active makes it so', () => {
    const d = new AlarmDesk();
    d.says('again', 'jam', 'l1');
    expect(d.stateOf('jam:l1')).toBe('unacknowledged');
  });

  it('AL-55 nothing rings of a rule that is switched off or gone', () => {
    const d = new AlarmDesk();
    d.must('sun', 'rule.switch', { rule: 'silent', enabled: false });
    expect(d.says('raised', 'silent', 's1')).toEqual([]);
    expect(d.says('raised', 'gone', 's1')).toEqual([]);
  });

  it('AL-55 what was seen under an older version rings as the rule in force says, and is over when that says so', () => {
    const d = new AlarmDesk();
    const [standing, late] = [d.raise('jam', 'l1'), 'jam:l2'];
    d.must('sun', 'rule.save', { rule: aRule('jam', { priority: 2 }), enabled: true }, 0);
    d.says('raised', 'jam', 'l2', { version: 0, m: 5_000 });
    expect(d.record(late)).toMatchObject({ ruleVersion: 1, priority: 2 });
    expect(d.says('raised', 'jam', 'l2', { version: 1 })).toEqual([]);
    d.says('returned', 'jam', 'l2', { version: 0 });
    d.says('returned', 'jam', 'l1', { version: 0 });
    expect([d.stateOf(standing), d.stateOf(late)]).toEqual(['returned', 'returned']);
  });

  it('AL-56 what is suppressed by design does not ring before it is in sight', () => {
    const d = new AlarmDesk();
    const id = d.raise('jam', 'l1', { suppressed: true });
    expect([d.stateOf(id), d.heard()]).toEqual(['suppressed', []]);
    d.nowMs += MINUTE_MS;
    d.says('unsuppressed', 'jam', 'l1');
    expect([d.stateOf(id), d.heard()]).toEqual(['unacknowledged', [id]]);
    d.says('suppressed', 'jam', 'l1');
    expect(d.says('suppressed', 'jam', 'l1')).toEqual([]);
    d.says('unsuppressed', 'jam', 'l1');
    expect([d.stateOf(id), d.heard()]).toEqual(['unacknowledged', []]);
  });

  it('AL-56 what never called anybody is over without an answer; what did waits for one', () => {
    const d = new AlarmDesk();
    const never = d.raise('jam', 'l1', { suppressed: true });
    const did = d.raise('jam', 'l2', { m: 5_000 });
    d.says('suppressed', 'jam', 'l2');
    d.says('returned', 'jam', 'l1');
    d.says('returned', 'jam', 'l2');
    expect([d.stateOf(never), d.stateOf(did)]).toEqual(['normal', 'returned']);
  });

  it('AL-56 raised again while it rings it says whether it is suppressed', () => {
    const d = new AlarmDesk();
    const id = d.raise('jam', 'l1');
    d.raise('jam', 'l1', { suppressed: true });
    expect(d.stateOf(id)).toBe('suppressed');
  });

  it('AL-51 what people put aside is told before what the design suppresses, service before shelving', () => {
    const d = new AlarmDesk();
    const id = d.raise('jam', 'l1', { suppressed: true });
    d.must('wang', 'alarm.shelve', { alarms: [id], minutes: 15, reason: '施工' });
    expect(d.stateOf(id)).toBe('shelved');
    d.must('sun', 'alarm.service', { alarms: [id], inService: false, reason: '检修' });
    expect(d.stateOf(id)).toBe('out-of-service');
    d.must('sun', 'alarm.service', { alarms: [id], inService: true });
    expect([d.stateOf(id), d.heard()]).toEqual(['suppressed', []]);
  });

  it('AL-57 that its data fell silent changes nothing of the alarm', () => {
    const d = new AlarmDesk();
    const id = d.raise('jam', 'l1');
    expect([...d.says('uncertain', 'jam', 'l1'), ...d.says('certain', 'jam', 'l1')]).toEqual([]);
    expect(d.record(id)).toMatchObject({ state: 'unacknowledged', active: true });
  });

  it('AL-58 under a new version it is named and weighed anew, and calls again only where it matters more', () => {
    const d = new AlarmDesk();
    const id = d.raise('jam', 'l1');
    d.must('wang', 'alarm.acknowledge', { alarms: [id] });
    d.heard();
    const next = (priority: 1 | 2 | 3, version: number) => {
      const name = { zh: `第${version}版`, en: '' };
      d.must('sun', 'rule.save', { rule: aRule('jam', { name, priority }), enabled: true }, version - 1);
      return [d.stateOf(id), d.record(id)?.name.zh, d.record(id)?.count, d.heard()];
    };
    expect(next(3, 1)).toEqual(['acknowledged', '第1版', 1, []]);
    expect(next(2, 2)).toEqual(['unacknowledged', '第2版', 2, [id]]);
    d.must('wang', 'alarm.acknowledge', { alarms: [id] });
    expect(next(3, 3)).toEqual(['acknowledged', '第3版', 2, []]);
    expect(d.record(id)).toMatchObject({ number: 100, ruleVersion: 3, priority: 3 });
  });

  it('AL-58 other changes leave what stands as it is until the evaluator speaks of it', () => {
    const d = new AlarmDesk();
    const [id, over] = [d.raise('jam', 'l1'), d.raise('jam', 'l2', { m: 5_000 })];
    d.says('returned', 'jam', 'l2');
    const rule = aRule('jam', { when: 'link.speedKph < 10.0' });
    const { events } = d.must('sun', 'rule.save', { rule, enabled: true }, 0);
    expect(typesOf(events)).toEqual(['rule.saved']);
    expect(d.record(id)).toMatchObject({ active: true, ruleVersion: 0 });
    expect(typesOf(d.says('raised', 'jam', 'l1', { version: 1 }))).toEqual(['alarm.raised']);
    expect(d.record(id)).toMatchObject({ ruleVersion: 1, count: 1 });
    d.must('sun', 'rule.save', { rule: aRule('jam', { priority: 1 }), enabled: true }, 1);
    expect(d.record(over)?.priority).toBe(3);
  });

  it('AL-58 a new version that holds after it returned counts on the same record', () => {
    const d = new AlarmDesk();
    const id = d.raise('jam', 'l1');
    d.says('returned', 'jam', 'l1');
    d.must('sun', 'rule.save', { rule: aRule('jam', { priority: 2 }), enabled: true }, 0);
    d.raise('jam', 'l1');
    expect(d.record(id)).toMatchObject({ number: 100, count: 2, priority: 2, ruleVersion: 1, active: true });
    expect(d.record(id)).not.toHaveProperty('returnedAtMs');
  });

  it('AL-59 every new alarm gets the next number, and a number is never used again', () => {
    const d = new AlarmDesk();
    const first = d.raise('jam', 'l1');
    d.says('returned', 'jam', 'l1');
    d.must('wang', 'alarm.acknowledge', { alarms: [first] });
    d.raise('jam', 'l1');
    d.raise('jam', 'l2', { m: 5_000 });
    expect([...d.state.byId.values()].map((a) => a.number)).toEqual([101, 102]);
  });

  it('AL-50 nothing is dated after its being known', () => {
    const d = new AlarmDesk();
    const subject = { kind: 'link', id: 'l1', name: { zh: '路', en: 'road' } } as const;
    const t = { rule: 'jam', ruleVersion: 0, alarm: 'jam:l1', subject, to: 'raised', facts: [] } as const;
    const [event] = decideTransition(d.state, { ...t, atMs: d.nowMs + 5_000 }, d.nowMs);
    expect(event?.payload.atMs).toBe(d.nowMs);
  });
});

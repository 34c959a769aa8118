import { describe, expect, it } from 'vitest';
import { at, codeOf, TestDesk } from '../../../support/case-world.ts';

const caller = (n: number) => ({ name: `报警人${n}`, phone: `1380013800${n}` });

describe('callers', () => {
  it('IN-35 who worked on a part that was merged cannot verify the whole', () => {
    const desk = new TestDesk();
    const [whole, part] = [desk.call(), desk.call()];
    desk.must('wang', 'incident.dispatch', { incident: part, units: ['u-f1'] });
    desk.must('li', 'incident.merge', { incident: part, into: whole });
    desk.must('sun', 'incident.resolve', { incident: whole, override: '演练' });
    expect(codeOf(desk.ask('wang', 'incident.verify', { incident: whole, accepted: true }))).toBe(
      'handler-verifies',
    );
    desk.must('li', 'incident.verify', { incident: whole, accepted: true });
  });

  it('IN-32 every call about a case is kept with it, in the order they came', () => {
    const desk = new TestDesk();
    const a = desk.call({ caller: caller(1), detail: '二楼冒烟' });
    desk.nowMs += 1_000;
    const b = desk.call({ caller: caller(2) });
    desk.nowMs += 1_000;
    desk.must('li', 'incident.call', {
      incident: b,
      channel: '110',
      caller: caller(3),
      address: '人民路 5 号',
    });
    desk.nowMs += 1_000;
    desk.must('li', 'incident.call', {
      incident: a,
      channel: '119',
      detail: '有人被困',
      position: at(310, 400),
    });
    desk.must('wang', 'incident.merge', { incident: b, into: a });
    const { reports } = desk.record(a).case;
    expect(reports.map((r) => [r.id, r.incident, r.channel, r.caller?.phone])).toEqual([
      ['inc-1000/1', a, '119', '13800138001'],
      ['inc-1001/1', b, '119', '13800138002'],
      ['inc-1001/2', b, '110', '13800138003'],
      ['inc-1000/2', a, '119', undefined],
    ]);
    expect(reports[3]).toMatchObject({ detail: { zh: '有人被困' }, position: at(310, 400) });
    // A further call about the merged one comes to the whole.
    const later = desk.must('li', 'incident.call', { incident: b, channel: '119', caller: caller(4) });
    expect(later.result).toEqual({ incident: a, number: 1_000 });
    expect(desk.record(a).case.reports.at(-1)?.caller).toEqual(caller(4));
  });

  it('IN-32 a call from outside the city is refused', () => {
    const desk = new TestDesk();
    const incident = desk.call();
    expect(codeOf(desk.ask('li', 'incident.call', { incident, channel: '119', position: [0, 0] }))).toBe(
      'outside-city',
    );
    expect(codeOf(desk.ask('li', 'incident.edit', { incident, position: [0, 0] }))).toBe('outside-city');
    const create = { channel: '119', category: 'fire.smoke', position: [0, 0] } as const;
    expect(codeOf(desk.ask('li', 'incident.create', create))).toBe('outside-city');
  });
});

describe('merging', () => {
  const two = () => {
    const desk = new TestDesk();
    const [a, b] = [desk.call(), desk.call()];
    desk.must('wang', 'incident.dispatch', { incident: a, units: ['u-f1'] });
    desk.must('wang', 'incident.dispatch', { incident: b, units: ['u-f2', 'u-p1'] });
    desk.terminal('u-p1', 'on-scene');
    desk.terminal('u-p1', 'available');
    desk.terminal('u-f2', 'on-scene');
    return { desk, a, b };
  };

  it('IN-38 joins callers, units and what is owed in one case; what ended stays where it was', () => {
    const { desk, a, b } = two();
    desk.must('wang', 'incident.task', { incident: b, department: 'urban-management', title: '清障' });
    const owed = desk.record(b).case.tasks.map((x) => x.title.zh);
    desk.must('wang', 'incident.merge', { incident: b, into: a });
    const [whole, part] = [desk.record(a).case, desk.record(b).case];
    expect(whole.assignments.map((x) => x.unit)).toEqual(['u-f1', 'u-f2']);
    expect(part.assignments.map((x) => x.unit)).toEqual(['u-p1']);
    expect(desk.state.unitOf.get('u-f2')).toBe(a);
    expect(whole.stage).toBe('on-scene');
    expect(whole.merged).toEqual([b]);
    expect(part.mergedInto).toBe(a);
    // The same task of the same department is owed once.
    expect(new Set(whole.tasks.map((x) => x.title.zh)).size).toBe(whole.tasks.length);
    expect(whole.tasks.map((x) => x.title.zh)).toEqual(expect.arrayContaining(owed));
    expect(part.tasks.every((x) => x.status === 'cancelled')).toBe(true);
    const task = whole.tasks.find((x) => x.title.zh === '清障')!;
    desk.must('urban', 'task.done', { incident: b, task: task.id });
    desk.terminal('u-f2', 'transporting');
    expect(desk.stage(a)).toBe('transporting');
  });

  it('IN-38 what is asked of the part is done to the whole', () => {
    const { desk, a, b } = two();
    desk.must('wang', 'incident.merge', { incident: b, into: a });
    expect(desk.must('wang', 'incident.claim', { incident: b }).events[0]?.payload.id).toBe(a);
    expect(codeOf(desk.ask('wang', 'incident.merge', { incident: b, into: a }))).toBe('already-done');
    expect(codeOf(desk.ask('wang', 'incident.merge', { incident: a, into: b }))).toBe('already-done');
  });

  it('IN-38 un-merging parts them again; both stay in the history', () => {
    const { desk, a, b } = two();
    desk.must('wang', 'incident.merge', { incident: b, into: a });
    desk.must('wang', 'incident.unmerge', { incident: b });
    expect(desk.record(a).case.merged).toEqual([]);
    expect(desk.record(b).case).not.toHaveProperty('mergedInto');
    expect(desk.record(a).case.reports).toHaveLength(1);
    expect(desk.journal.filter((e) => /merged/.test(e.type)).map((e) => e.payload.id)).toEqual([b, b]);
    desk.must('wang', 'incident.claim', { incident: b });
    expect(desk.incident(a).claim).toBeNull();
  });

  it('IN-38 chains and circles: whatever is merged where, there is one whole and no loop', () => {
    const desk = new TestDesk();
    const [a, b, c] = [desk.call(), desk.call(), desk.call()];
    desk.must('wang', 'incident.merge', { incident: a, into: b });
    desk.must('wang', 'incident.merge', { incident: b, into: c });
    expect(codeOf(desk.ask('wang', 'incident.merge', { incident: c, into: a }))).toBe('already-done');
    expect(desk.record(c).case.reports.map((r) => r.incident)).toEqual([a, b, c]);
    desk.must('wang', 'incident.unmerge', { incident: b });
    expect(desk.record(b).case.merged).toEqual([a]);
    expect(desk.record(c).case.reports.map((r) => r.incident)).toEqual([c]);
  });

  it.each([
    ['what is not there', 'inc-9999', 'not-found'],
    ['itself', 'inc-1000', 'already-done'],
    ['what is closed', 'inc-1001', 'case-closed'],
  ])('IN-38 into %s is refused', (_, into, code) => {
    const desk = new TestDesk();
    const incident = desk.call();
    desk.must('wang', 'incident.close', { incident: desk.call(), override: '误报' });
    expect(codeOf(desk.ask('wang', 'incident.merge', { incident, into }))).toBe(code);
  });
});

describe('setting apart', () => {
  it('IN-38 what people have set apart is not hinted again', () => {
    const desk = new TestDesk();
    const [a, b] = [desk.call(), desk.call()];
    const hints = (id: string) => desk.record(id).duplicateHints.map((h) => h.incident);
    expect([hints(a), hints(b)]).toEqual([[b], [a]]);
    desk.must('wang', 'incident.apart', { incident: a, other: b });
    expect([hints(a), hints(b)]).toEqual([[], []]);
    expect(codeOf(desk.ask('wang', 'incident.apart', { incident: b, other: a }))).toBe('already-done');
    const third = desk.call();
    expect(hints(third).sort()).toEqual([a, b]);
    expect([hints(a), hints(b)]).toEqual([[third], [third]]);
    desk.must('wang', 'incident.close', { incident: third, override: '误报' });
    desk.must('wang', 'incident.reopen', { incident: third, reason: '不是误报' });
    expect([hints(a), hints(b)]).toEqual([[], []]);
  });

  it.each([
    ['itself', 'inc-1000'],
    ['what is not there', 'inc-9999'],
  ])('IN-38 from %s is refused', (_, other) => {
    const desk = new TestDesk();
    expect(codeOf(desk.ask('wang', 'incident.apart', { incident: desk.call(), other }))).toBe('not-found');
  });

  it('IN-38 a hint at what was merged elsewhere is not shown', () => {
    const desk = new TestDesk();
    const [a, b, c] = [desk.call(), desk.call(), desk.call()];
    desk.must('wang', 'incident.merge', { incident: b, into: a });
    expect(desk.record(c).duplicateHints.map((h) => h.incident)).toEqual([a]);
    expect(desk.record(a).duplicateHints.map((h) => h.incident)).toEqual([c]);
    expect(desk.record(b).duplicateHints).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { stages, type Stage } from '../../../../server/contract/cases.ts';
import { isOpen } from '../../../../server/domain/cases/state.ts';
import { codeOf, TestDesk, type PersonName } from '../../../support/case-world.ts';

/** A case with one engine on the way. */
function sent(desk = new TestDesk()): { desk: TestDesk; id: string } {
  const id = desk.call();
  desk.must('wang', 'incident.dispatch', { incident: id, units: ['u-f1'] });
  return { desk, id };
}
/** A case that the engine has handled. */
function resolved(): { desk: TestDesk; id: string } {
  const { desk, id } = sent();
  for (const task of desk.incident(id).tasks) desk.must('wang', 'task.done', { incident: id, task: task.id });
  desk.terminal('u-f1', 'on-scene');
  desk.terminal('u-f1', 'available');
  return { desk, id };
}

describe('the stages of a case', () => {
  it('IN-30 are gone through in their order, from the call to the evaluation', () => {
    const desk = new TestDesk();
    const seen: Stage[] = [];
    const note = (): void => void seen.push(desk.stage('inc-1000'));
    desk.call({ category: 'medical.cardiac', channel: '120' });
    note();
    desk.must('li', 'incident.triage', { incident: 'inc-1000', answers: {} });
    note();
    desk.must('wang', 'incident.dispatch', { incident: 'inc-1000', units: ['u-a1'] });
    note();
    for (const status of ['en-route', 'on-scene', 'transporting', 'at-facility'] as const) {
      desk.terminal('u-a1', status);
      note();
    }
    desk.terminal('u-a1', 'available');
    note();
    desk.must('sun', 'incident.verify', { incident: 'inc-1000', accepted: true });
    note();
    desk.must('wang', 'incident.close', { incident: 'inc-1000' });
    note();
    desk.must('sun', 'incident.evaluate', { incident: 'inc-1000', satisfaction: 5 });
    note();
    expect(seen).toEqual(stages);
  });

  it('IN-30 a second unit that is only setting out does not take a case back', () => {
    const { desk, id } = sent();
    desk.terminal('u-f1', 'on-scene');
    desk.must('wang', 'incident.dispatch', { incident: id, units: ['u-f2'] });
    expect(desk.stage(id)).toBe('on-scene');
    desk.terminal('u-f2', 'en-route');
    expect(desk.stage(id)).toBe('on-scene');
    desk.must('li', 'incident.triage', { incident: id, answers: {} });
    expect(desk.stage(id)).toBe('on-scene');
  });

  it('IN-30 only a reason takes a case back', () => {
    const { desk, id } = resolved();
    expect(desk.stage(id)).toBe('resolved');
    desk.must('wang', 'incident.reopen', { incident: id, reason: '复燃' });
    expect(desk.stage(id)).toBe('triaged');
    expect(desk.record(id).case.reopened).toBe(1);
  });
});

describe('what is out of order', () => {
  type Try = readonly [what: string, ask: (desk: TestDesk, override?: string) => string];
  const opened = new Map<TestDesk, string>();
  const idIn = (desk: TestDesk): string => {
    const id = opened.get(desk) ?? desk.call();
    opened.set(desk, id);
    return id;
  };
  const why = (override?: string) => (override === undefined ? {} : { override });
  const tries: readonly Try[] = [
    [
      'closing what nobody has checked',
      (desk, o) => codeOf(desk.ask('wang', 'incident.close', { incident: idIn(desk), ...why(o) })),
    ],
    [
      'resolving where nobody was',
      (desk, o) => codeOf(desk.ask('wang', 'incident.resolve', { incident: idIn(desk), ...why(o) })),
    ],
    [
      'sending to what is resolved',
      (desk, o) => {
        if (desk.stage(idIn(desk)) === 'reported')
          desk.must('wang', 'incident.resolve', { incident: idIn(desk), override: '误报' });
        return codeOf(
          desk.ask('wang', 'incident.dispatch', { incident: idIn(desk), units: ['u-f1'], ...why(o) }),
        );
      },
    ],
    [
      'a unit that goes back to its way from the scene',
      (desk, o) => {
        if (desk.state.unitOf.get('u-f1') === undefined) {
          desk.must('wang', 'incident.dispatch', { incident: idIn(desk), units: ['u-f1'] });
          desk.terminal('u-f1', 'on-scene');
        }
        return codeOf(desk.ask('wang', 'assignment.status', { unit: 'u-f1', status: 'en-route', ...why(o) }));
      },
    ],
  ];
  it.each(tries)('IN-31 %s is refused without a reason, done with one, and counted', (_, ask) => {
    const desk = new TestDesk();
    expect(ask(desk)).toBe('wrong-stage');
    const { overrides } = desk.incident(idIn(desk));
    expect(ask(desk, '情况特殊')).toBe('done');
    expect(desk.incident(idIn(desk)).overrides).toBe(overrides + 1);
    expect(desk.journal.at(-1)?.payload).toMatchObject({ override: '情况特殊' });
  });

  it('IN-31 a reason is not asked for twice: what was overridden costs points in the evaluation', () => {
    const desk = new TestDesk();
    const id = desk.call();
    desk.must('wang', 'incident.close', { incident: id, override: '重复报警' });
    desk.must('sun', 'incident.evaluate', { incident: id });
    expect(desk.record(id).case.evaluation?.deductions).toContainEqual({
      code: 'override',
      points: 2,
      times: 1,
    });
  });

  it.each([
    ['verifying what is not resolved', 'incident.verify', { accepted: true }, 'wrong-stage'],
    ['judging what is open', 'incident.evaluate', {}, 'wrong-stage'],
    ['opening what is open', 'incident.reopen', { reason: '再看' }, 'already-done'],
    ['parting what is not merged', 'incident.unmerge', {}, 'not-merged'],
  ] as const)('IN-31 %s is refused', (_, type, payload, code) => {
    const desk = new TestDesk();
    const incident = desk.call();
    expect(codeOf(desk.ask('sun', type, { incident, ...payload }))).toBe(code);
  });
});

describe('how a case is resolved', () => {
  it('IN-33 by itself with the last unit that clears', () => {
    const desk = new TestDesk();
    const id = desk.call({ category: 'fire.smoke' });
    desk.must('wang', 'incident.dispatch', { incident: id, units: ['u-f1', 'u-f2'] });
    desk.terminal('u-f1', 'on-scene');
    desk.terminal('u-f1', 'returning');
    expect(desk.stage(id)).toBe('on-scene');
    desk.terminal('u-f2', 'en-route');
    const events = desk.terminal('u-f2', 'available');
    expect(events.map((e) => e.type)).toEqual(['assignment.progressed', 'incident.resolved']);
    expect(desk.stage(id)).toBe('resolved');
  });

  it('IN-33 not where nobody came to the scene', () => {
    const desk = new TestDesk();
    const id = desk.call({ category: 'fire.smoke' });
    desk.must('wang', 'incident.dispatch', { incident: id, units: ['u-f1'] });
    desk.terminal('u-f1', 'en-route');
    desk.terminal('u-f1', 'available');
    expect(desk.stage(id)).toBe('en-route');
  });

  it('IN-33 not while a department owes something, and then with its last task', () => {
    const { desk, id } = sent();
    desk.must('wang', 'incident.task', { incident: id, department: 'police', title: '封路' });
    desk.terminal('u-f1', 'on-scene');
    desk.terminal('u-f1', 'available');
    expect(desk.stage(id)).toBe('on-scene');
    const owed = desk.incident(id).tasks;
    for (const task of owed.slice(0, -1)) desk.must('wang', 'task.done', { incident: id, task: task.id });
    expect(desk.stage(id)).toBe('on-scene');
    desk.must('police', 'task.return', { incident: id, task: owed.at(-1)!.id, reason: '已无必要' });
    expect(desk.stage(id)).toBe('resolved');
  });

  it('IN-33 not by a supporting department’s task before anybody was sent', () => {
    const desk = new TestDesk();
    const incident = desk.call();
    const { result } = desk.must('wang', 'incident.task', { incident, department: 'police', title: '封路' });
    desk.must('police', 'task.done', { incident, task: result!.task! });
    expect(desk.stage(incident)).toBe('reported');
  });

  it('IN-33 a case without units is resolved by its tasks', () => {
    const desk = new TestDesk();
    const id = desk.call({ category: 'urban.street-light', channel: '12345' });
    desk.must('wang', 'incident.dispatch', { incident: id });
    expect(desk.incident(id).tasks.map((t) => t.department)).toEqual(['dep-urban']);
    desk.must('urban', 'task.accept', { incident: id, task: `${id}-t1` });
    desk.must('urban', 'task.done', { incident: id, task: `${id}-t1`, result: '已修复' });
    expect(desk.record(id).case).toMatchObject({ stage: 'resolved' });
  });
});

describe('who has a case in hand', () => {
  it('IN-34 what that one decides is refused to others at the desk, and the one is named', () => {
    const desk = new TestDesk();
    const id = desk.call();
    desk.must('wang', 'incident.claim', { incident: id });
    for (const ask of [
      desk.ask('zhao', 'incident.dispatch', { incident: id }),
      desk.ask('li', 'incident.triage', { incident: id, answers: {} }),
      desk.ask('li', 'incident.edit', { incident: id, address: '人民路' }),
      desk.ask('zhao', 'incident.transfer', { incident: id, department: 'police', reason: '权属' }),
      desk.ask('zhao', 'incident.resolve', { incident: id, override: '误报' }),
      desk.ask('zhao', 'incident.merge', { incident: id, into: desk.call() }),
      desk.ask('zhao', 'incident.claim', { incident: id }),
      desk.ask('zhao', 'incident.release', { incident: id }),
    ])
      expect(ask).toEqual({ ok: false, refusal: { code: 'claimed-by-other', detail: '王调度' } });
    expect(codeOf(desk.ask('zhao', 'incident.note', { incident: id, text: '增援已告知' }))).toBe('done');
    expect(codeOf(desk.ask('wang', 'incident.claim', { incident: id }))).toBe('already-done');
  });

  it('IN-34 may be taken over openly; a supervisor may always', () => {
    const desk = new TestDesk();
    const id = desk.call();
    desk.must('wang', 'incident.claim', { incident: id });
    desk.must('sun', 'incident.dispatch', { incident: id, units: ['u-f1'] });
    const taken = desk.must('zhao', 'incident.claim', { incident: id, takeOver: true });
    expect(taken.events[0]?.payload).toMatchObject({ from: '王调度', by: { name: '赵调度' } });
    expect(codeOf(desk.ask('wang', 'incident.dispatch', { incident: id, units: ['u-f2'] }))).toBe(
      'claimed-by-other',
    );
    desk.must('sun', 'incident.release', { incident: id });
    desk.must('wang', 'incident.dispatch', { incident: id, units: ['u-f2'] });
  });
});

describe('checking', () => {
  const handling: readonly (readonly [string, PersonName, (desk: TestDesk, incident: string) => void])[] = [
    ['claimed it', 'wang', (desk, incident) => void desk.must('wang', 'incident.claim', { incident })],
    [
      'sent units',
      'zhao',
      (desk, incident) => void desk.must('zhao', 'incident.dispatch', { incident, units: ['u-f1'] }),
    ],
    [
      'said a unit’s status',
      'wang',
      (desk, incident) => {
        desk.must('sun', 'incident.dispatch', { incident, units: ['u-f1'] });
        desk.must('wang', 'assignment.status', { unit: 'u-f1', status: 'en-route' });
      },
    ],
    [
      'did a task for a department',
      'wang',
      (desk, incident) => {
        const { result } = desk.must('sun', 'incident.task', {
          incident,
          department: 'police',
          title: '封路',
        });
        desk.must('sun', 'incident.dispatch', { incident, units: ['u-f1'] });
        desk.must('wang', 'task.done', { incident, task: result!.task! });
      },
    ],
  ];
  it.each(handling)('IN-35 who %s cannot verify it', (_, who, handle) => {
    const desk = new TestDesk();
    const incident = desk.call({ category: 'fire.smoke' });
    handle(desk, incident);
    if (desk.state.unitOf.get('u-f1') === undefined)
      desk.must('sun', 'incident.dispatch', { incident, units: ['u-f1'] });
    desk.terminal('u-f1', 'on-scene');
    desk.terminal('u-f1', 'available');
    expect(desk.stage(incident)).toBe('resolved');
    for (const payload of [{ accepted: true }, { accepted: false, reason: '不行' }])
      expect(codeOf(desk.ask(who, 'incident.verify', { incident, ...payload }))).toBe('handler-verifies');
    desk.must('li', 'incident.verify', { incident, accepted: true });
    expect(codeOf(desk.ask('li', 'incident.verify', { incident, accepted: true }))).toBe('already-done');
  });

  it('IN-36 found not done, a case is handled again and counts as rework', () => {
    const { desk, id } = resolved();
    expect(codeOf(desk.ask('sun', 'incident.verify', { incident: id, accepted: false }))).toBe(
      'reason-needed',
    );
    desk.must('sun', 'incident.verify', { incident: id, accepted: false, reason: '阴燃未清' });
    expect(desk.record(id).case).toMatchObject({ stage: 'triaged', reopened: 1 });
    desk.must('wang', 'incident.dispatch', { incident: id, units: ['u-f1'] });
    desk.must('wang', 'incident.close', { incident: id, override: '演练' });
    desk.must('sun', 'incident.evaluate', { incident: id });
    expect(desk.record(id).case.evaluation?.deductions).toContainEqual({
      code: 'rework',
      points: 15,
      times: 1,
    });
  });
});

describe('closing', () => {
  it('IN-36 what was done before it was found not done does not finish it', () => {
    const { desk, id } = resolved();
    desk.nowMs += 60_000;
    desk.must('sun', 'incident.verify', { incident: id, accepted: false, reason: '阴燃未清' });
    expect(codeOf(desk.ask('wang', 'incident.resolve', { incident: id }))).toBe('wrong-stage');
    desk.must('wang', 'incident.dispatch', { incident: id, units: ['u-f1'] });
    desk.terminal('u-f1', 'en-route');
    desk.terminal('u-f1', 'available');
    expect(desk.stage(id)).toBe('en-route');
    desk.must('wang', 'incident.dispatch', { incident: id, units: ['u-f1'] });
    desk.terminal('u-f1', 'on-scene');
    desk.must('wang', 'incident.resolve', { incident: id });
  });

  it('IN-37 frees its units, drops what was owed and closes what was merged into it, at once', () => {
    const { desk, id } = sent();
    const child = desk.call();
    desk.must('wang', 'incident.dispatch', { incident: child, units: ['u-f2'] });
    const grandchild = desk.call();
    desk.must('wang', 'incident.merge', { incident: grandchild, into: child });
    desk.must('wang', 'incident.merge', { incident: child, into: id });
    desk.must('wang', 'incident.task', { incident: id, department: 'police', title: '封路' });
    const { events } = desk.must('wang', 'incident.close', { incident: id, override: '演练结束' });
    expect(events).toHaveLength(1);
    expect(['u-f1', 'u-f2'].map((u) => desk.state.unitOf.get(u))).toEqual([undefined, undefined]);
    const { case: record } = desk.record(id);
    expect(record.assignments.map((a) => [a.unit, a.status])).toEqual([
      ['u-f1', 'cleared'],
      ['u-f2', 'cleared'],
    ]);
    expect(new Set(record.tasks.map((t) => t.status))).toEqual(new Set(['cancelled']));
    expect([id, child, grandchild].map((i) => desk.record(i).status)).toEqual(['closed', 'closed', 'closed']);
    for (const who of ['u-f1', 'u-f2'])
      desk.must('wang', 'incident.dispatch', { incident: desk.call(), units: [who] });
  });

  it('IN-37 nothing but judging, opening again, notes and revealing is taken afterwards', () => {
    const { desk, id } = resolved();
    desk.must('wang', 'incident.close', { incident: id, override: '快结' });
    for (const [type, payload] of [
      ['incident.dispatch', {}],
      ['incident.claim', {}],
      ['incident.task', { department: 'police', title: '封路' }],
      ['incident.close', {}],
      ['incident.call', { channel: '110' }],
    ] as const)
      expect(codeOf(desk.ask('wang', type, { incident: id, ...payload }))).toBe('case-closed');
    desk.must('wang', 'incident.note', { incident: id, text: '家属来电致谢' });
    desk.must('wang', 'incident.reveal', { incident: id, reason: '回访' });
    desk.must('sun', 'incident.evaluate', { incident: id });
    expect(codeOf(desk.ask('sun', 'incident.evaluate', { incident: id }))).toBe('already-done');
    desk.must('wang', 'incident.reopen', { incident: id, reason: '复燃' });
    expect(desk.record(id).case.evaluation).toBeUndefined();
    expect(desk.record(id).status).toBe('open');
  });
});

describe('what its source says of a case', () => {
  const closedThere = (desk: TestDesk): boolean =>
    desk.report({ id: 'x', status: 'closed' }).some((e) => e.type === 'incident.closed');

  it('IN-39 ends it while nobody here has it in hand', () => {
    const desk = new TestDesk();
    desk.report({ id: 'x' });
    expect(closedThere(desk)).toBe(true);
    expect(desk.report({ id: 'x' }).map((e) => e.type)).toEqual(['incident.reopened']);
  });

  const takes: readonly (readonly [string, (desk: TestDesk) => void])[] = [
    ['claimed', (desk) => void desk.must('wang', 'incident.claim', { incident: 'inc-1000' })],
    [
      'given units',
      (desk) => void desk.must('wang', 'incident.dispatch', { incident: 'inc-1000', units: ['u-f1'] }),
    ],
    [
      'claimed and let go',
      (desk) => {
        desk.must('wang', 'incident.claim', { incident: 'inc-1000' });
        desk.must('wang', 'incident.release', { incident: 'inc-1000' });
      },
    ],
    [
      'merged',
      (desk) => void desk.must('wang', 'incident.merge', { incident: 'inc-1000', into: desk.call() }),
    ],
  ];
  it.each(takes)('IN-39 does not end what was %s here', (_, take) => {
    const desk = new TestDesk();
    desk.report({ id: 'x' });
    take(desk);
    expect(closedThere(desk)).toBe(false);
    expect(isOpen(desk.incident('inc-1000'))).toBe(true);
    expect(desk.report({ id: 'x', status: 'closed', sourceStatus: 'gone' }).map((e) => e.type)).toEqual([
      'incident.updated',
    ]);
  });

  it('IN-39 does not open again what people here have closed, itself or with what it is part of', () => {
    const desk = new TestDesk();
    desk.report({ id: 'x' });
    desk.report({ id: 'y' });
    const whole = desk.call();
    desk.must('wang', 'incident.merge', { incident: 'inc-1001', into: whole });
    desk.must('wang', 'incident.close', { incident: whole, override: '误报' });
    desk.must('wang', 'incident.close', { incident: 'inc-1000', override: '误报' });
    desk.nowMs += 60_000;
    for (const id of ['x', 'y']) expect(desk.report({ id })).toEqual([]);
  });
});

describe('two who decide on one picture', () => {
  it('IN-41 the later one is refused and told who won', () => {
    const desk = new TestDesk();
    const id = desk.call();
    const { version } = desk.incident(id);
    desk.must('zhao', 'incident.transfer', { incident: id, department: 'police', reason: '刑案' });
    expect(desk.ask('wang', 'incident.dispatch', { incident: id }, version)).toEqual({
      ok: false,
      refusal: { code: 'version-conflict', detail: '#1000, 赵调度' },
    });
    expect(
      codeOf(desk.ask('wang', 'incident.dispatch', { incident: id, units: ['u-p1'] }, version + 1)),
    ).toBe('done');
  });

  it('IN-41 calls, notes and where units are change no picture that somebody decides on', () => {
    const { desk, id } = sent();
    const { version } = desk.incident(id);
    desk.must('li', 'incident.call', { incident: id, channel: '119' });
    desk.must('li', 'incident.note', { incident: id, text: '楼道有烟' });
    desk.terminal('u-f1', 'en-route');
    desk.must('li', 'incident.reveal', { incident: id, reason: '核实地址' });
    expect(desk.incident(id).version).toBe(version);
  });

  it('IN-41 what was decided about the merged one is seen on the whole', () => {
    const desk = new TestDesk();
    const [a, b] = [desk.call(), desk.call()];
    const { version } = desk.incident(b);
    desk.must('zhao', 'incident.merge', { incident: a, into: b });
    expect(desk.ask('wang', 'incident.dispatch', { incident: b }, version)).toMatchObject({
      refusal: { code: 'version-conflict', detail: '#1001, 赵调度' },
    });
  });
});

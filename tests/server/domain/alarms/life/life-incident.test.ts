import { describe, expect, it } from 'vitest';
import { alarmCodeOf, AlarmDesk } from '../../../../support/alarm-life.ts';

const typesOf = (events: readonly { readonly type: string }[]): string[] => events.map((e) => e.type);

describe('turning alarms into an incident', () => {
  it('AL-81 makes one incident of all of them, at the place of the first, and acknowledges them', () => {
    const d = new AlarmDesk();
    const facts = [{ field: 'signal.silentS', value: 12.345, op: '>', limit: 10 }] as const;
    const dark = d.raise('dark', 's1', { m: 200, facts });
    const child = d.raise('jam', 'l1', { m: 300 });
    const other = d.raise('silent', 'a1', { m: 9_000 });
    const { result, events } = d.must('wang', 'alarm.incident', { alarms: [dark, other] });
    expect(result).toEqual({ incident: 'inc-1000', number: 1000 });
    expect(typesOf(events)).toEqual(['incident.reported', 'alarm.became-incident', 'alarm.acknowledged']);
    const incident = d.cases.record('inc-1000');
    expect(incident).toMatchObject({
      channel: 'sensor',
      category: 'traffic.signal-fault',
      severity: 2,
      position: d.record(dark)?.subject.position,
      title: { zh: '规则dark：对象s1 / Rule dark: Subject s1' },
    });
    expect(incident.detail?.zh.split('\n')).toEqual([
      'A100 规则dark：对象s1 / Rule dark: Subject s1: 静默时长 12.35 s（> 10 s）；由其引起的告警 1 条 / Silent for 12.35 s (> 10 s); explains 1 more',
      'A102 规则silent：对象a1 / Rule silent: Subject a1',
    ]);
    for (const id of [dark, other])
      expect(d.record(id)).toMatchObject({
        state: 'acknowledged',
        incident: { id: 'inc-1000', number: 1000 },
      });
    expect(d.stateOf(child)).toBe('acknowledged');
  });

  it('AL-81 the category is what one says, else the rule’s, else other', () => {
    const d = new AlarmDesk();
    const alarms = ['s1', 's2'].map((s, k) => d.raise('dark', s, { m: k * 5_000 }));
    d.must('wang', 'alarm.incident', { alarms: [alarms[0]!], category: 'traffic.collision' });
    d.must('wang', 'alarm.incident', { alarms: [alarms[1]!], severity: 1 });
    d.must('wang', 'alarm.incident', { alarms: [d.raise('jam', 'l1', { m: null })] });
    expect(d.taken.map((p) => [p.category, p.severity, p.position !== undefined])).toEqual([
      ['traffic.collision', undefined, true],
      ['traffic.signal-fault', 1, true],
      ['other', undefined, false],
    ]);
  });

  it('AL-81 what it says fits into an incident, however many they are', () => {
    const d = new AlarmDesk();
    const alarms = Array.from({ length: 300 }, (_, k) => d.raise('silent', `a${k}`, { m: k * 10 }));
    d.must('wang', 'alarm.incident', { alarms });
    const { detail } = d.taken[0]!;
    expect(detail!.length).toBeLessThanOrEqual(2_000);
    const lines = detail!.split('\n');
    expect(lines.at(-1)).toBe(`另有 ${301 - lines.length} 条告警 / and ${301 - lines.length} more alarms`);
    expect(lines.length).toBeGreaterThan(10);
  });

  it('AL-81 a refusal of the incident is passed on, and nothing is done', () => {
    const d = new AlarmDesk();
    const id = d.raise('dark', 's1', { m: 90_000 });
    const before = d.journal.length;
    expect(alarmCodeOf(d.ask('wang', 'alarm.incident', { alarms: [id] }))).toBe('outside-city');
    expect([d.journal.length, d.stateOf(id)]).toEqual([before, 'unacknowledged']);
  });

  it('AL-82 one that is an incident already is refused with its number, and skipped among others', () => {
    const d = new AlarmDesk();
    const [a, b] = [d.raise('dark', 's1'), d.raise('silent', 'a1', { m: 5_000 })];
    d.must('wang', 'alarm.incident', { alarms: [a] });
    const again = d.ask('wang', 'alarm.incident', { alarms: [a] });
    expect(again).toEqual({ ok: false, refusal: { code: 'already-done', detail: '#1000' } });
    d.must('wang', 'alarm.incident', { alarms: [a, b] });
    expect([d.record(a)?.incident?.number, d.record(b)?.incident?.number]).toEqual([1000, 1001]);
  });

  it('AL-82 an alarm about an incident is that incident, or the one it was merged into', () => {
    const d = new AlarmDesk();
    const [into, merged] = [d.cases.call(), d.cases.call()];
    d.cases.must('wang', 'incident.merge', { incident: merged, into });
    const fire = d.raise('fire', merged);
    const other = d.raise('jam', 'l1', { m: 5_000 });
    const { result, events } = d.must('wang', 'alarm.incident', { alarms: [other, fire] });
    expect(result).toEqual({ incident: into, number: 1000 });
    expect(typesOf(events)).toEqual(['alarm.became-incident', 'alarm.acknowledged']);
    expect([d.record(fire)?.incident?.id, d.record(other)?.incident?.id]).toEqual([into, into]);
    expect(d.taken).toEqual([]);
  });

  it('AL-82 an incident that is closed is not used again', () => {
    const d = new AlarmDesk();
    const closed = d.cases.call();
    d.cases.must('sun', 'incident.close', { incident: closed, override: '误报' });
    const { result } = d.must('wang', 'alarm.incident', { alarms: [d.raise('fire', closed)] });
    expect(result).toMatchObject({ number: 1001 });
  });

  it('AL-82 what was acknowledged before stays with who did', () => {
    const d = new AlarmDesk();
    const id = d.raise('dark', 's1');
    d.must('zhao', 'alarm.acknowledge', { alarms: [id] });
    const { events } = d.must('wang', 'alarm.incident', { alarms: [id] });
    expect(typesOf(events)).toEqual(['incident.reported', 'alarm.became-incident']);
    expect(d.record(id)?.acknowledged?.by).toBe('赵调度');
  });
});

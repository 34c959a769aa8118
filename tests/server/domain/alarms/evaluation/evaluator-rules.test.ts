import { describe, expect, it } from 'vitest';
import type { AlarmRuleInput, SubjectRef } from '../../../../../server/contract/alarms.ts';
import { aRule } from '../../../../support/alarm-life.ts';
import { AlarmRig, since } from '../../../../support/alarm-rig.ts';

const jam = (more: Partial<AlarmRuleInput> = {}) => aRule('jam', { when: 'link.speedKph < 15', ...more });
const other = aRule('other', { when: 'link.vehicles > 5', offDelayS: 60 });

describe('rules that change', () => {
  it('AL-23 what another rule does touches none of those that stay: their alarms and delays go on', () => {
    const waiting = aRule('waiting', { when: 'link.speedKph < 15', onDelayS: 60 });
    const rig = new AlarmRig([jam(), waiting]);
    rig.link({ speedKph: 5 }).at(30);
    rig.setRules([aRule('new', { where: 'link.lanes == 2', when: 'link.speedKph < 9' }), waiting, jam()]);
    rig.at(40).link({ lanes: 2 });
    expect(rig.at(100).said()).toEqual(['raised jam:a 0', 'raised new:a 40', 'raised waiting:a 60']);
    rig.at(101).link({ speedKph: 10 });
    rig.at(102).link({ speedKph: 20 });
    expect(rig.said()).toEqual(['returned new:a 101', 'returned waiting:a 102', 'returned jam:a 102']);
  });

  it('AL-23 alarms of a rule that is gone return, without a delay', () => {
    const rig = new AlarmRig([jam(), other]);
    rig.link({ speedKph: 5, vehicles: 9 }).at(5);
    rig.setRules([jam()]);
    expect(rig.said()).toEqual(['raised jam:a 0', 'raised other:a 0', 'returned other:a 5']);
    rig.at(6).link({ vehicles: 20 });
    expect(rig.said()).toEqual([]);
  });

  it('AL-23 a rule that changed is evaluated anew: what still holds stays, what does not returns, what is new rings', () => {
    const rig = new AlarmRig([jam({ until: 'link.speedKph > 40' })]);
    const speeds = { a: 5, b: 12, c: 25, d: null };
    for (const id of Object.keys(speeds)) rig.update('link', id, { speedKph: 10 });
    for (const [id, speedKph] of Object.entries(speeds)) rig.at(1).update('link', id, { speedKph });
    rig.at(2).update('link', 'e', { speedKph: 35 }).said();
    rig.setRules([jam({ when: 'link.speedKph < 10 || link.speedKph > 30', until: 'link.speedKph > 90' })]);
    expect(rig.transitions().map((t) => `${t.to} ${t.alarm} v${t.ruleVersion}`)).toEqual([
      'returned jam:b v1',
      'returned jam:c v1',
      'raised jam:e v2',
    ]);
    rig.at(3).update('link', 'a', { speedKph: 95 });
    expect(rig.said()).toEqual(['returned jam:a 3']);
  });

  it('AL-23 one of which only the words changed goes on as it was, also between its limits', () => {
    const rig = new AlarmRig([jam({ until: 'link.speedKph > 40' })]);
    rig.link({ speedKph: 5 }).at(1).link({ speedKph: 30 }).said();
    rig.setRules([jam({ until: 'link.speedKph > 40', response: { zh: '', en: 'something else' } })]);
    expect(rig.said()).toEqual([]);
    expect(rig.at(2).link({ speedKph: 50 }).transitions()).toMatchObject([
      { to: 'returned', ruleVersion: 2 },
    ]);
  });

  it('AL-23 one that is new is woken by what nobody looked at before', () => {
    const rig = new AlarmRig([other]);
    rig.link({ speedKph: 50, silentS: since(0) }).link({ speedKph: 60 });
    rig.setRules([other, jam(), aRule('silent', { when: 'link.silentS > 60' })]);
    rig.at(5).link({ speedKph: 14 });
    expect(rig.at(90).said()).toEqual(['raised jam:a 5', 'raised silent:a 60.001']);
  });

  it('AL-23 one that is the first to look at the city is woken by it', () => {
    const rig = new AlarmRig([other]);
    rig.update('city', 'city', { aqi: 50 }).update('city', 'city', { aqi: 60 }).link({});
    rig.setRules([other, aRule('air', { when: 'city.aqi > 100' })]);
    rig.update('city', 'city', { aqi: 120 });
    expect(rig.said()).toEqual(['raised air:a 0']);
  });

  it('AL-23 one that is about another kind now begins anew', () => {
    const rig = new AlarmRig([jam()]);
    rig.link({ speedKph: 5 }).update('signal', 'a', { dark: true }).said();
    rig.setRules([aRule('jam', { subject: 'signal', when: 'signal.dark' })]);
    expect(rig.transitions().map((t) => `${t.to} ${t.subject.kind}`)).toEqual([
      'returned link',
      'raised signal',
    ]);
  });

  it('AL-23 one that can not be used is left out, and it is said why', () => {
    const rig = new AlarmRig([]);
    rig.link({ speedKph: 5 }, { position: [0, 0] });
    const problems = rig.setRules([jam(), aRule('bad', { when: 'link.inside("nowhere")' })]);
    expect([...problems.keys()]).toEqual(['bad']);
    expect(problems.get('bad')![0]).toMatchObject({ field: 'when', start: 12, end: 21 });
    expect(rig.said()).toEqual(['raised jam:a 0']);
  });
});

describe('after a restart', () => {
  const subject: SubjectRef = { kind: 'link', id: 'a', name: { zh: '甲', en: 'A' } };
  const active = { rule: 'jam', ruleVersion: 3, subject };

  it('AL-24 what was active stays so until it is seen to be over, and does not ring again', () => {
    const rig = new AlarmRig([jam({ offDelayS: 30 })]);
    rig.evaluator.restore([active]);
    rig.at(10).link({ lanes: 2 });
    expect(rig.at(100).said()).toEqual([]);
    rig.link({ speedKph: 5 });
    expect(rig.at(200).said()).toEqual([]);
    rig.link({ speedKph: 50 });
    expect(rig.at(300).said()).toEqual(['returned jam:a 230']);
  });

  it('AL-24 also where its subject was there first, and for those between the limits', () => {
    const rig = new AlarmRig([jam({ until: 'link.speedKph > 40' })]);
    rig.link({ speedKph: 30 });
    rig.evaluator.restore([active]);
    rig.at(1).link({ speedKph: 35 });
    expect(rig.said()).toEqual([]);
    rig.at(2).link({ speedKph: null }).at(3).link({ speedKph: 45 });
    expect(rig.said()).toEqual(['uncertain jam:a 2', 'returned jam:a 3']);
  });

  it('AL-24 what is seen to be over is over at once, and what has rung already rings on', () => {
    const rig = new AlarmRig([jam()]);
    rig.link({ speedKph: 30 }).update('link', 'b', { speedKph: 3 });
    rig.evaluator.restore([active, { ...active, subject: { ...subject, id: 'b' } }]);
    expect(rig.said()).toEqual(['raised jam:b 0', 'returned jam:a 0']);
    rig.at(1).update('link', 'b', { speedKph: 20 });
    expect(rig.said()).toEqual(['returned jam:b 1']);
  });

  it('AL-24 a subject that is not there any more is over when that is said; a rule that is gone at once', () => {
    const rig = new AlarmRig([jam()]);
    rig.evaluator.restore([active, { ...active, rule: 'deleted' }]);
    expect(rig.transitions()).toMatchObject([
      { to: 'returned', alarm: 'deleted:a', ruleVersion: 3, subject },
    ]);
    expect(rig.at(50).remove('link', 'a').said()).toEqual(['returned jam:a 50']);
  });

  it('AL-24 what was suppressed or uncertain is not said again', () => {
    const rule = jam({ suppressWhen: 'link.vehicles > 5' });
    const rig = new AlarmRig([rule]);
    rig.evaluator.restore([{ ...active, suppressed: true, uncertain: true }]);
    rig.at(1).link({ vehicles: 9 }).at(2).link({ speedKph: 4 }).at(3).link({ vehicles: 1 });
    expect(rig.said()).toEqual(['certain jam:a 2', 'unsuppressed jam:a 3']);
  });

  it('AL-24 a cluster is over when its window has passed without more', () => {
    const count = { atLeast: 2, withinMin: 10, withinM: 500 };
    const gas = aRule('gas', { subject: 'incident', when: 'incident.category == "gas"', count });
    const cluster = {
      rule: 'gas',
      ruleVersion: 1,
      subject: { ...subject, kind: 'incident' as const, position: [0, 0] as const },
    };
    const rig = new AlarmRig([gas]);
    rig.evaluator.restore([cluster]);
    rig.at(300).update('incident', 'i', { category: 'gas', ageMin: since(300) }, { position: [0.001, 0] });
    expect(rig.at(2_000).said()).toEqual(['again gas:a 300', 'returned gas:a 600']);
  });

  it('AL-24 before anything else is known it waits for the time', () => {
    const rig = new AlarmRig([]);
    const fresh = new (
      rig.evaluator
        .constructor as typeof import('../../../../../server/domain/alarms/evaluation/evaluator.ts').Evaluator
    )({
      places: { metresTo: () => Infinity, insideDistrict: () => undefined },
      clock: { at: () => ({ hour: 0, weekday: 1, workday: true }) },
    });
    fresh.setRules([{ rule: jam(), version: 1 }]);
    fresh.restore([active]);
    fresh.update({ kind: 'link', id: 'a', atMs: since(1), facts: { speedKph: 3 } });
    fresh.update({ kind: 'link', id: 'a', atMs: since(2), facts: { speedKph: 30 } });
    expect(fresh.advance(since(3)).map((t) => `${t.to} ${t.atMs - since(0)}`)).toEqual(['returned 2000']);
  });
});

import { describe, expect, it } from 'vitest';
import { aRule } from '../../../../support/alarm-life.ts';
import { AlarmRig, since } from '../../../../support/alarm-rig.ts';

describe('the life of a condition', () => {
  it('AL-3 rings when it becomes true and returns when it is over, each once', () => {
    const rig = new AlarmRig([aRule('jam', { when: 'link.speedKph < 15' })]);
    rig.at(1).link({ speedKph: 20 }).at(2).link({ speedKph: 14 }).at(3).link({ speedKph: 10 });
    expect(rig.said()).toEqual(['raised jam:a 2']);
    rig.at(4).link({ speedKph: 15 }).at(5).link({ speedKph: 30 });
    expect(rig.said()).toEqual(['returned jam:a 4']);
  });

  it('AL-3 a subject that is so when it is first seen rings, and each subject for itself', () => {
    const rig = new AlarmRig([aRule('jam', { when: 'link.speedKph < 15' })]);
    rig.link({ speedKph: 3 }).update('link', 'b', { speedKph: 4 }).update('link', 'c', { speedKph: 40 });
    expect(rig.said()).toEqual(['raised jam:a 0', 'raised jam:b 0']);
  });

  it('AL-4 has to hold for its delay before it rings; what goes away before leaves no trace', () => {
    const rig = new AlarmRig([aRule('jam', { when: 'link.speedKph < 15', onDelayS: 60 })]);
    rig.link({ speedKph: 10 }).at(59).link({ speedKph: 20 }).at(70).link({ speedKph: 12 });
    rig.at(100).link({ speedKph: 11 });
    expect(rig.said()).toEqual([]);
    expect(rig.at(129).said()).toEqual([]);
    expect(rig.at(500).said()).toEqual(['raised jam:a 130']);
  });

  it('AL-4 has to be over for its delay before it returns', () => {
    const rig = new AlarmRig([aRule('jam', { when: 'link.speedKph < 15', offDelayS: 30 })]);
    rig.link({ speedKph: 10 }).at(10).link({ speedKph: 20 }).at(30).link({ speedKph: 10 });
    rig.at(50).link({ speedKph: 20 });
    expect(rig.at(200).said()).toEqual(['raised jam:a 0', 'returned jam:a 80']);
  });

  it('AL-5 rings until it is over by `until`: between the two limits it stays as it is', () => {
    const rule = aRule('jam', { when: 'link.speedKph < 15', until: 'link.speedKph > 25' });
    const rig = new AlarmRig([rule]);
    for (const [s, kph] of [20, 14, 16, 24, 14, 26, 20, 15, 14.9].entries())
      rig.at(s).link({ speedKph: kph });
    expect(rig.said()).toEqual(['raised jam:a 1', 'returned jam:a 5', 'raised jam:a 8']);
  });

  it('AL-5 where `until` holds nothing begins, however the limits overlap', () => {
    const rule = aRule('jam', { when: 'link.speedKph < 15', until: 'link.speedKph > 10' });
    const rig = new AlarmRig([rule]);
    for (const [s, kph] of [12, 13, 9, 12, 11, 10].entries()) rig.at(s).link({ speedKph: kph });
    expect(rig.said()).toEqual(['raised jam:a 2', 'returned jam:a 3', 'raised jam:a 5']);
  });

  it('AL-5 an `until` that is not known keeps nothing from ringing', () => {
    const rule = aRule('jam', { when: 'link.speedKph < 15', until: 'link.vehicles < 3' });
    const rig = new AlarmRig([rule]);
    rig.link({ speedKph: 10 });
    expect(rig.said()).toEqual(['raised jam:a 0', 'uncertain jam:a 0']);
  });
});

describe('what is not known', () => {
  it('AL-6 does not ring and does not return; an active alarm says that it is uncertain, and when it is not any more', () => {
    const rig = new AlarmRig([aRule('jam', { when: 'link.speedKph < 15' })]);
    rig.link({ speedKph: null }).at(1).link({ speedKph: 10 }).at(2).link({ speedKph: null });
    rig.at(3).link({ speedKph: null }).at(4).link({ speedKph: 11 }).at(5).link({ speedKph: null });
    rig.at(6).link({ speedKph: 50 });
    expect(rig.said()).toEqual([
      'raised jam:a 1',
      'uncertain jam:a 2',
      'certain jam:a 4',
      'uncertain jam:a 5',
      'returned jam:a 6',
    ]);
  });

  it.each([
    ['link.speedKph < 15 && link.vehicles > 5', { speedKph: 20 }, false],
    ['link.speedKph < 15 || link.vehicles > 5', { speedKph: 10 }, true],
    ['link.speedKph < 15 && link.vehicles > 5', { speedKph: 10 }, false],
    ['!(link.vehicles > 5)', { speedKph: 10 }, false],
    ['has(link.vehicles) || link.speedKph < 15', { speedKph: 10 }, true],
    ['!has(link.vehicles)', {}, true],
    ['link.vehicles > 5 ? true : true', {}, false],
    ['link.class == "a" || link.class != "a"', {}, false],
    ['link.class in ["a"]', {}, false],
  ])('AL-6 %s of %j rings: %s', (when, facts, rings) => {
    const rig = new AlarmRig([aRule('r', { when })]);
    expect(rig.link(facts).said()).toEqual(rings ? ['raised r:a 0'] : []);
  });

  it('AL-6 the logic of what is not known: the other side decides where it can', () => {
    const rig = new AlarmRig([aRule('r', { when: 'link.speedKph < 15 && link.vehicles > 5' })]);
    rig.link({ speedKph: 10, vehicles: 9 }).at(1).link({ vehicles: null }).at(2).link({ speedKph: 30 });
    expect(rig.said()).toEqual(['raised r:a 0', 'uncertain r:a 1', 'returned r:a 2']);
  });

  it('AL-6 delays stand still meanwhile', () => {
    const rule = aRule('jam', { when: 'link.speedKph < 15', onDelayS: 60, offDelayS: 30 });
    const rig = new AlarmRig([rule]);
    rig.link({ speedKph: 10 }).at(40).link({ speedKph: null }).at(100).link({ speedKph: 10 });
    expect(rig.at(119).said()).toEqual([]);
    expect(rig.at(121).said()).toEqual(['raised jam:a 120']);
    rig.link({ speedKph: 30 }).at(131).link({ speedKph: null }).at(200).link({ speedKph: 30 });
    expect(rig.at(300).said()).toEqual(['uncertain jam:a 131', 'certain jam:a 200', 'returned jam:a 220']);
  });
});

describe('what runs with the clock', () => {
  it.each([
    ['link.silentS > 300', 300.001],
    ['link.silentS >= 300', 300],
    ['300 <= link.silentS', 300],
    ['!(link.silentS < 300.0)', 300],
  ])('AL-7 %s rings at %d s, however seldom anybody looks', (when, atS) => {
    const rig = new AlarmRig([aRule('silent', { when })]);
    rig.link({ silentS: since(0) });
    expect(rig.at(5_000).said()).toEqual([`raised silent:a ${atS}`]);
  });

  it('AL-7 a report puts it off, also one that comes by the fast way, and ends it', () => {
    const rig = new AlarmRig([aRule('silent', { when: 'link.silentS > 300.0' })]);
    rig.link({ silentS: since(0) });
    const column = rig.evaluator.column('link', 'silentS');
    const slot = rig.evaluator.slot('link', 'a');
    for (const s of [100, 200, 399]) rig.evaluator.set(column, slot, since(s), since(s));
    expect(rig.at(699).said()).toEqual([]);
    expect(rig.at(800).said()).toEqual(['raised silent:a 699.001']);
    rig.evaluator.set(column, slot, since(800), since(800));
    expect(rig.said()).toEqual(['returned silent:a 800']);
    // Told late: it was silent for longer than was thought.
    rig.at(900);
    rig.evaluator.set(column, slot, since(750), since(900));
    expect(rig.at(2_000).said()).toEqual(['raised silent:a 1050.001']);
  });

  it('AL-7 minutes past a target, below 0 before it; between two limits only', () => {
    const rule = aRule('late', {
      subject: 'incident',
      when: 'incident.lateMin > -1 && incident.lateMin < 2.5',
    });
    const rig = new AlarmRig([rule]);
    rig.update('incident', 'i', { lateMin: since(600) });
    expect(rig.at(2_000).said()).toEqual(['raised late:i 540.001', 'returned late:i 750']);
  });

  it('AL-7 what does not run is not known', () => {
    const rig = new AlarmRig([aRule('late', { subject: 'incident', when: 'incident.lateMin > 5.0' })]);
    rig
      .update('incident', 'i', { lateMin: since(0) })
      .at(400)
      .update('incident', 'i', { lateMin: null });
    expect(rig.at(3_000).said()).toEqual(['raised late:i 300.001', 'uncertain late:i 400']);
  });

  it('AL-8 the local time: rings for all subjects when a limit on it is reached', () => {
    const rule = aRule('rush', {
      when: 'clock.workday && clock.hour >= 7.5 && clock.hour < 9 && link.speedKph < 20',
    });
    const rig = new AlarmRig([rule]);
    rig.link({ speedKph: 10 }).update('link', 'b', { speedKph: 15 }).update('link', 'c', { speedKph: 50 });
    expect(rig.at(20_000).said()).toEqual([
      'raised rush:a 5400',
      'raised rush:b 5400',
      'returned rush:a 10800',
      'returned rush:b 10800',
    ]);
  });

  it('AL-8 at midnight another day begins', () => {
    const rule = aRule('night', { when: 'clock.hour >= 23.0 || clock.weekday == 6' });
    const rig = new AlarmRig([rule]);
    rig.link({});
    const hour = 3_600;
    // Friday 23:00 until the end of Saturday.
    expect(rig.at(50 * hour).said()).toEqual([
      `raised night:a ${17 * hour}`,
      `returned night:a ${42 * hour}`,
    ]);
  });

  it('AL-8 clocks that are put forward and back are followed', () => {
    // From 08:00 it is 09:00 already.
    const jumps = {
      at: (ms: number) => ({
        hour: 6 + (ms - since(0)) / 3_600_000 + (ms >= since(7_200) ? 1 : 0),
        weekday: 1,
        workday: true,
      }),
    };
    const rig = new AlarmRig([aRule('r', { when: 'clock.hour >= 8.5' })], { clock: jumps });
    expect(rig.link({}).at(20_000).said()).toEqual(['raised r:a 7200']);
  });
});

describe('what rules look at', () => {
  it('AL-9 the city as a whole: a change of it concerns all subjects of a rule', () => {
    const rule = aRule('slow', { when: 'city.congestionIndex > 1.8 && link.speedKph < 20' });
    const rig = new AlarmRig([rule]);
    rig.link({ speedKph: 10 }).update('link', 'b', { speedKph: 30 });
    expect(rig.said()).toEqual([]);
    rig.at(1).update('city', 'city', { congestionIndex: 1.9 });
    expect(rig.said()).toEqual(['raised slow:a 1']);
    rig.at(2).update('link', 'b', { speedKph: 19 }).at(3).update('city', 'city', { congestionIndex: 1.2 });
    expect(rig.said()).toEqual(['raised slow:b 2', 'returned slow:a 3', 'returned slow:b 3']);
    rig.at(4).update('city', 'city', { congestionIndex: 2 }).at(5).remove('city', 'city');
    expect(rig.said().slice(2)).toEqual(['uncertain slow:a 5', 'uncertain slow:b 5']);
  });

  it('AL-9 the city itself can be what a rule is about', () => {
    const rig = new AlarmRig([aRule('c', { subject: 'city', when: 'city.openSevere >= 3' })]);
    expect(rig.update('city', 'city', { openSevere: 3 }).said()).toEqual(['raised c:city 0']);
  });

  it('AL-10 `where` chooses by facts that stay, also those that are told later', () => {
    const rule = aRule('jam', {
      where: 'link.class == "arterial" && link.lanes >= 2',
      when: 'link.speedKph < 15',
    });
    const rig = new AlarmRig([rule]);
    rig
      .link({ class: 'arterial', lanes: 2, speedKph: 5 })
      .update('link', 'b', { class: 'local', speedKph: 5 });
    rig.update('link', 'c', { class: 'arterial', speedKph: 5 });
    expect(rig.said()).toEqual(['raised jam:a 0']);
    rig.at(1).update('link', 'c', { lanes: 4 }).at(2).update('link', 'b', { class: 'arterial', lanes: 2 });
    expect(rig.said()).toEqual(['raised jam:c 1', 'raised jam:b 2']);
    rig.at(3).update('link', 'b', { class: 'local' });
    expect(rig.said()).toEqual(['returned jam:b 3']);
    for (const speedKph of [50, 60]) rig.update('link', 'b', { speedKph });
    rig.at(4).update('link', 'b', { class: 'arterial' }).at(5).update('link', 'b', { speedKph: 14 });
    expect(rig.said()).toEqual(['raised jam:b 5']);
  });

  it('AL-10 a limit that moves with the subject: its own speed limit, what is usual there', () => {
    const rig = new AlarmRig([aRule('fast', { when: 'link.speedKph > link.limitKph * 1.2' })]);
    rig.link({ speedKph: 50, limitKph: 50 }).at(1).link({ speedKph: 60 }).at(2).link({ speedKph: 60.1 });
    rig.at(3).link({ limitKph: 60 }).at(4).link({ speedKph: 71 }).at(5).link({ speedKph: 73 });
    expect(rig.said()).toEqual(['raised fast:a 2', 'returned fast:a 3', 'raised fast:a 5']);
  });

  it('AL-10 facts that a rule compares with each other wake it both', () => {
    const rig = new AlarmRig([aRule('r', { when: 'link.vehicles + link.lanes > link.fullPct' })]);
    rig.link({ vehicles: 5, lanes: 1, fullPct: 10 }).at(1).link({ vehicles: 10 }).at(2).link({ fullPct: 20 });
    expect(rig.said()).toEqual(['raised r:a 1', 'returned r:a 2']);
  });

  it('AL-11 all facts of an update are seen together, and by the fast way all of one subject at one time', () => {
    const rule = aRule('r', { when: 'link.speedKph < 5 && link.vehicles > 10' });
    const rig = new AlarmRig([rule]);
    rig.link({ speedKph: 50, vehicles: 20 }).at(1).link({ vehicles: 0, speedKph: 0 });
    const { evaluator } = rig;
    const slot = evaluator.slot('link', 'a');
    const speed = evaluator.column('link', 'speedKph');
    const vehicles = evaluator.column('link', 'vehicles');
    evaluator.set(speed, slot, 60, since(2));
    evaluator.set(vehicles, slot, 30, since(2));
    evaluator.set(vehicles, slot, 12, since(3));
    evaluator.set(speed, slot, 4, since(3));
    evaluator.set(vehicles, slot, 0, since(4));
    evaluator.set(speed, slot, 80, since(4));
    evaluator.set(speed, slot, 3, since(5));
    evaluator.set(vehicles, slot, NaN, since(5));
    expect(rig.at(6).said()).toEqual(['raised r:a 3', 'returned r:a 4']);
  });

  it('AL-11 a subject that telemetry names first is taken in as it is', () => {
    const rig = new AlarmRig([aRule('r', { when: 'link.speedKph < 5' })]);
    const slot = rig.evaluator.slot('link', 'z');
    const speed = rig.evaluator.column('link', 'speedKph');
    rig.evaluator.set(speed, slot, 3, since(1));
    expect(rig.at(1).said()).toEqual(['raised r:z 1']);
    rig.remove('link', 'z').said();
    rig.evaluator.set(speed, slot, 2, since(2));
    expect(rig.at(2).update('link', 'y', {}).said()).toEqual([]);
    expect(() => rig.evaluator.column('link', 'class')).toThrow('no number');
    expect(() => rig.link({ speed: 3 })).toThrow('link.speed');
  });
});

describe('by design', () => {
  it('AL-12 is suppressed while its `suppressWhen` holds, and rings as such', () => {
    const rule = aRule('jam', { when: 'link.speedKph < 15', suppressWhen: 'city.rainMmH > 20' });
    const rig = new AlarmRig([rule]);
    rig.update('city', 'city', { rainMmH: 30 }).link({ speedKph: 5 });
    expect(rig.said()).toEqual(['raised jam:a 0 suppressed']);
    rig.at(1).update('city', 'city', { rainMmH: 10 }).at(2).update('city', 'city', { rainMmH: 25 });
    rig.at(3).update('city', 'city', { rainMmH: null }).at(4).link({ speedKph: 50 });
    rig.at(5).update('city', 'city', { rainMmH: 1 });
    expect(rig.said()).toEqual(['unsuppressed jam:a 1', 'suppressed jam:a 2', 'returned jam:a 4']);
  });
});

describe('alarms of subjects that are not chosen any more', () => {
  it('AL-12 return after their delay, and nothing more is said of them', () => {
    const rule = aRule('jam', {
      where: 'link.class == "a"',
      when: 'link.speedKph < 15',
      offDelayS: 30,
      suppressWhen: 'link.vehicles > 5',
    });
    const rig = new AlarmRig([rule]);
    rig.link({ class: 'a', speedKph: 5, vehicles: 1 }).at(1).link({ class: 'b', vehicles: 9 });
    rig.at(2).link({ speedKph: null });
    expect(rig.at(100).said()).toEqual(['raised jam:a 0', 'returned jam:a 31']);
  });
});

describe('subjects that go', () => {
  const rule = aRule('jam', { when: 'link.speedKph < 15', onDelayS: 10, offDelayS: 30 });

  it('AL-13 an active alarm of one that is gone returns after its delay; one that waits is forgotten', () => {
    const rig = new AlarmRig([rule]);
    rig
      .link({ speedKph: 5 })
      .update('link', 'b', { speedKph: 50 })
      .at(15)
      .update('link', 'b', { speedKph: 3 });
    rig.at(20).remove('link', 'a').remove('link', 'b');
    expect(rig.at(100).said()).toEqual(['raised jam:a 10', 'returned jam:a 50']);
  });

  it('AL-13 one that comes back meanwhile goes on', () => {
    const rig = new AlarmRig([rule]);
    rig.link({ speedKph: 5 }).at(20).remove('link', 'a').at(40).link({ speedKph: 6 });
    expect(rig.at(100).said()).toEqual(['raised jam:a 10']);
    rig.link({ speedKph: 60 });
    expect(rig.at(200).said()).toEqual(['returned jam:a 130']);
  });

  it('AL-13 another that takes its place has nothing of it', () => {
    const rig = new AlarmRig([
      aRule('jam', { when: 'link.speedKph < 15' }),
      aRule('silent', { when: 'link.silentS > 60' }),
    ]);
    rig
      .link({ speedKph: 5, silentS: since(0) })
      .at(1)
      .remove('link', 'a')
      .update('link', 'b', {});
    expect(rig.at(500).said()).toEqual(['raised jam:a 0', 'returned jam:a 1']);
    expect(rig.evaluator.valueOf('link', 'b', 'speedKph')).toBeNull();
  });
});

describe('what is told with it', () => {
  it('AL-14 the facts that the rule looked at, rounded, with what they were held against', () => {
    const rule = aRule('jam', {
      when:
        '!(link.speedKph >= 15) && link.class == "arterial" && link.ratio < link.lanes * 0.5 && ' +
        'link.silentS < 300 && link.inside("centre") && city.vehicles > 1000 && link.lanes in [2, 3]',
    });
    const rig = new AlarmRig([rule]);
    rig.update('city', 'city', { vehicles: 12_345.678 });
    rig
      .at(9)
      .link(
        { speedKph: 12.345_67, class: 'arterial', ratio: 0.25, lanes: 2, silentS: since(0) },
        { position: [0.001, 0], district: 'd1', name: { zh: '甲路', en: 'A road' } },
      );
    const [t] = rig.transitions();
    expect(t).toMatchObject({ to: 'raised', rule: 'jam', ruleVersion: 1, alarm: 'jam:a', atMs: since(9) });
    expect(t!.subject).toEqual({
      kind: 'link',
      id: 'a',
      name: { zh: '甲路', en: 'A road' },
      position: [0.001, 0],
      district: 'd1',
    });
    expect(t!.facts).toEqual([
      { field: 'link.speedKph', value: 12.35, op: '<', limit: 15 },
      { field: 'link.class', value: 'arterial', op: '==', limit: 'arterial' },
      { field: 'link.ratio', value: 0.25, op: '<', limit: 1 },
      { field: 'link.silentS', value: 9, op: '<', limit: 300 },
      { field: 'link.inside("centre")', value: true },
      { field: 'city.vehicles', value: 12_346, op: '>', limit: 1_000 },
      { field: 'link.lanes', value: 2 },
    ]);
    rig.at(20).link({ speedKph: 14 });
    expect(rig.evaluator.factsOf('jam:a').slice(0, 1)).toEqual([
      { field: 'link.speedKph', value: 14, op: '<', limit: 15 },
    ]);
    expect(rig.evaluator.factsOf('jam:nobody')).toEqual([]);
    expect(rig.evaluator.factsOf('other:a')).toEqual([]);
  });

  it('AL-14 eight facts at most, each once', () => {
    const many = Array.from({ length: 12 }, (_, i) => `link.vehicles > ${i}`);
    const rig = new AlarmRig([
      aRule('r', { when: `link.speedKph < 9 && link.speedKph < 9 && (${many.join(' || ')})` }),
    ]);
    const facts = rig.link({ speedKph: 1, vehicles: 3 }).transitions()[0]!.facts;
    expect(facts.map((f) => f.limit)).toEqual([9, 0, 1, 2, 3, 4, 5, 6]);
  });

  it('AL-15 how many subjects a rule watches, and what is known of one', () => {
    const rig = new AlarmRig([]);
    rig.link({ class: 'a', speedKph: 7, silentS: since(0) }, { position: [0, 0] });
    rig.update('link', 'b', { class: 'b' }, { position: [0, 0] }).update('link', 'c', { class: 'a' });
    const watched = (where?: string): number =>
      rig.watching(aRule('r', where === undefined ? {} : { where }));
    expect([watched(), watched('link.class == "a"'), watched('link.inside("centre")')]).toEqual([3, 2, 2]);
    rig.at(30).said();
    const values = ['speedKph', 'class', 'silentS', 'vehicles', 'id'].map((f) =>
      rig.evaluator.valueOf('link', 'a', f),
    );
    expect(values).toEqual([7, 'a', 30, null, 'a']);
    expect(rig.evaluator.valueOf('link', 'z', 'speedKph')).toBeNull();
  });
});

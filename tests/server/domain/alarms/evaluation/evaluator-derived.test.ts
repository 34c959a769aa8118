import { describe, expect, it } from 'vitest';
import type { LonLat } from '../../../../../server/contract/geo.ts';
import type {
  Baselines,
  EarlierIncidents,
  Places,
} from '../../../../../server/domain/alarms/evaluation/facts.ts';
import { Rate } from '../../../../../server/domain/alarms/evaluation/rates.ts';
import { aRule } from '../../../../support/alarm-life.ts';
import { AlarmRig, RIG_START_MS, since } from '../../../../support/alarm-rig.ts';
import { roundPlaces } from '../../../../support/naive-alarms.ts';

const MINUTE_MS = 60_000;

describe('the rate of change', () => {
  const rateOf = (values: readonly (readonly [atS: number, value: number])[]): number => {
    const rate = new Rate();
    for (const [s, v] of values) rate.add(RIG_START_MS + s * 1_000, v);
    return rate.perMinute();
  };
  const every = (stepS: number, untilS: number, value: (s: number) => number): [number, number][] =>
    Array.from({ length: Math.floor(untilS / stepS) + 1 }, (_, i) => [i * stepS, value(i * stepS)]);

  it.each([
    ['a steady rise', every(5, 600, (s) => s / 30), 2],
    ['nothing', every(5, 600, () => 7), 0],
    ['values every five minutes', every(300, 1_200, (s) => -s / 60), -1],
    [
      'a burst within one minute among single values',
      [
        ...every(60, 240, (s) => s),
        ...every(1, 20, (s) => 241 + s).map(([s, v]): [number, number] => [241 + s, v]),
      ],
      60,
    ],
    [
      'what was before the last minutes does not count',
      [
        ...every(10, 1_000, () => 500),
        ...every(10, 400, (s) => s / 60).map(([s, v]): [number, number] => [1_200 + s, v]),
      ],
      1,
    ],
  ])('AL-16 of %s', (_, values, expected) => {
    expect(rateOf(values)).toBeCloseTo(expected, 1);
  });

  it.each([
    ['one value', [[0, 5]]],
    [
      'values within a minute',
      [
        [0, 5],
        [1, 6],
        [50, 9],
      ],
    ],
    [
      'values an hour and more apart',
      [
        [0, 5],
        [3_700, 9],
      ],
    ],
  ] as const)('AL-16 is not known of %s', (_, values) => {
    expect(rateOf(values)).toBeNaN();
  });

  it('AL-16 a rule rings on it, and it is not known any more when nothing comes for five minutes', () => {
    const rule = aRule('rise', { subject: 'station', when: 'station.levelM_rate > 0.05' });
    const rig = new AlarmRig([rule]);
    const level = (s: number, levelM: number) => rig.at(s).update('station', 's', { levelM });
    for (let s = 0; s <= 180; s += 10) level(s, 2);
    expect(rig.said()).toEqual([]);
    for (let s = 190; s <= 400; s += 10) level(s, 2 + (s - 180) / 300);
    expect(rig.said()).toEqual(['raised rise:s 270']);
    expect(rig.at(2_000).said()).toEqual(['uncertain rise:s 700']);
    for (let s = 2_000; s <= 2_200; s += 10) level(s, 3);
    expect(rig.said()).toEqual(['returned rise:s 2000']);
  });
});

/** The usual speed is 50 ± 5, from the seventh minute on 20 ± 5; not known of `c`. */
class KnownBaselines implements Baselines {
  readonly learnt: string[] = [];
  asked = 0;

  learn(series: string, value: number, atMs: number): void {
    this.learnt.push(`${series} ${value} ${(atMs - RIG_START_MS) / 1_000}`);
  }

  usual(series: string, atMs: number): { median: number; spread: number } | null {
    this.asked++;
    if (series === 'link:c:speedKph') return null;
    return { median: atMs < RIG_START_MS + 7 * MINUTE_MS ? 50 : 20, spread: 5 };
  }
}

describe('what is usual', () => {
  it('AL-17 how far from it a value is, in spreads; not known where it is not known what is usual', () => {
    const rule = aRule('odd', { when: 'link.speedKph_dev < -3', until: 'link.speedKph_dev > -1' });
    const rig = new AlarmRig([rule], { baselines: new KnownBaselines() });
    rig.link({ speedKph: 36 }).update('link', 'c', { speedKph: 1 }).at(1).link({ speedKph: 34.9 });
    rig.at(2).link({ speedKph: 44 }).at(450).link({ speedKph: 34 });
    expect(rig.said()).toEqual(['raised odd:a 1', 'returned odd:a 450']);
    expect(rig.evaluator.valueOf('link', 'a', 'speedKph_dev')).toBe(2.8);
    expect(rig.evaluator.valueOf('link', 'c', 'speedKph_dev')).toBeNull();
  });

  it('AL-17 can be a limit itself', () => {
    const rule = aRule('slow', { when: 'link.speedKph < link.speedKph_usual * 0.5' });
    const rig = new AlarmRig([rule], { baselines: new KnownBaselines() });
    rig.link({ speedKph: 30 }).at(10).link({ speedKph: 24 }).at(20).link({ speedKph: 25 });
    rig.at(500).link({ speedKph: 24 }).at(510).link({ speedKph: 9 });
    expect(rig.transitions().map((t) => [t.to, t.atMs, t.facts[0]!.limit])).toEqual([
      ['raised', since(10), 25],
      ['returned', since(20), 25],
      ['raised', since(510), 10],
    ]);
  });

  it('AL-17 is asked once a minute, and only of subjects of which a rule looks at it', () => {
    const baselines = new KnownBaselines();
    const rule = aRule('odd', { where: 'link.class == "a"', when: 'link.speedKph_dev < -3' });
    const rig = new AlarmRig([rule], { baselines });
    rig.link({ class: 'a' }).update('link', 'b', { class: 'b' });
    for (let s = 0; s < 120; s++) rig.at(s).link({ speedKph: s }).update('link', 'b', { speedKph: s });
    expect(baselines.asked).toBe(2);
  });

  it('AL-17 a rule that is the first to ask is answered at once', () => {
    const rig = new AlarmRig([], { baselines: new KnownBaselines() });
    rig.link({ speedKph: 10 }).at(5);
    rig.setRules([aRule('odd', { when: 'link.speedKph_dev < -3' })]);
    expect(rig.said()).toEqual(['raised odd:a 5']);
  });

  it('AL-18 is learnt from the first value of each minute, of the kinds that are to be learnt', () => {
    const baselines = new KnownBaselines();
    const rig = new AlarmRig([], { baselines, learn: ['link'] });
    rig.link({ speedKph: 10, vehicles: 3 }).update('station', 's', { pm25: 30 });
    const { evaluator } = rig;
    const [speed, slot] = [evaluator.column('link', 'speedKph'), evaluator.slot('link', 'a')];
    for (const s of [1, 59, 60, 61, 100, 125]) evaluator.set(speed, slot, 10 + s / 1_000, since(s));
    evaluator.set(speed, slot, NaN, since(200));
    expect(baselines.learnt).toEqual([
      'link:a:speedKph 10 0',
      'link:a:speedKph 10.06 60',
      'link:a:speedKph 10.125 125',
    ]);
  });
});

describe('places', () => {
  const square: LonLat[] = [
    [0.01, 0.01],
    [0.02, 0.01],
    [0.02, 0.02],
    [0.01, 0.02],
  ];

  it('AL-19 a fence of the rule itself: entered, stayed in, left', () => {
    const areas = [{ id: 'yard', ring: square }];
    const enters = aRule('enter', { subject: 'unit', areas, when: 'unit.inside("yard")' });
    const stays = aRule('stay', { subject: 'unit', areas, when: 'unit.inside("yard")', onDelayS: 60 });
    const leaves = aRule('leave', { subject: 'unit', areas, when: '!unit.inside("yard")' });
    const rig = new AlarmRig([enters, stays, leaves]);
    const go = (s: number, position: LonLat | null) => rig.at(s).update('unit', 'u', {}, { position });
    go(0, [0.005, 0.015]);
    go(10, [0.015, 0.015]);
    go(50, [0.0199, 0.011]);
    go(90, [0.021, 0.015]);
    go(100, null);
    expect(rig.said().sort()).toEqual(
      [
        'raised leave:u 0',
        'raised enter:u 10',
        'returned leave:u 10',
        'raised stay:u 70',
        'returned enter:u 90',
        'returned stay:u 90',
        'raised leave:u 90',
        'uncertain leave:u 100',
      ].sort(),
    );
  });

  it('AL-19 districts and distances are asked when the subject moves, and not otherwise', () => {
    let asked = 0;
    const places: Places = {
      metresTo: (p, to) => (asked++, roundPlaces.metresTo(p, to)),
      insideDistrict: (p, id) => (asked++, roundPlaces.insideDistrict(p, id)),
    };
    const when = 'link.metresTo("school") < 200 && link.speedKph > 50';
    const rig = new AlarmRig(
      [aRule('school', { when }), aRule('none', { when: 'link.metresTo("port") < 1e9' })],
      { places },
    );
    rig.link({ speedKph: 60 }, { position: [0.001, 0] });
    for (let s = 1; s < 50; s++) rig.at(s).link({ speedKph: s * 2 }, { position: [0.001, 0] });
    expect(asked).toBe(2);
    expect(rig.said()).toEqual(['raised school:a 0', 'returned school:a 1', 'raised school:a 26']);
    rig.at(60).link({}, { position: [0.1, 0] });
    expect(rig.said()).toEqual(['returned school:a 60']);
    expect(asked).toBe(4);
  });

  it('AL-19 `where` may ask for a place: who moves is chosen anew', () => {
    const rule = aRule('m', { where: 'link.inside("market")', when: 'link.speedKph < 10' });
    const rig = new AlarmRig([rule]);
    rig
      .link({ speedKph: 5 }, { position: [0, 0] })
      .at(1)
      .link({}, { position: [0.005, 0] });
    rig.at(2).link({}, { position: [0.02, 0] });
    expect(rig.said()).toEqual(['raised m:a 1', 'returned m:a 2']);
  });

  it('AL-20 what was reported around an incident before it, as of its own report', () => {
    const asked: unknown[][] = [];
    const earlier: EarlierIncidents = {
      count: (...question) => {
        asked.push(question);
        return 5;
      },
    };
    const rule = aRule('again', { subject: 'incident', when: 'incident.earlier("gas", 10, 500) >= 5' });
    const rig = new AlarmRig([rule], { earlier });
    rig.at(100).update('incident', 'i', { ageMin: since(40) }, { position: [0, 0] });
    rig.at(200).update('incident', 'i', { severity: 2 }).update('incident', 'j', {});
    expect(rig.said()).toEqual(['raised again:i 100']);
    expect(asked).toEqual([['gas', 10, 500, [0, 0], since(40), 'i']]);
  });
});

import { describe, expect, it } from 'vitest';
import type { AlarmRuleInput } from '../../../../../server/contract/alarms.ts';
import type { LonLat } from '../../../../../server/contract/geo.ts';
import { aRule } from '../../../../support/alarm-life.ts';
import { AlarmRig, since } from '../../../../support/alarm-rig.ts';

/** About 111 m a thousandth of a degree. */
const at = (thousandths: number): LonLat => [thousandths / 1_000, 0];

const gas = (more: Partial<AlarmRuleInput> = {}) =>
  aRule('gas', {
    subject: 'incident',
    when: 'incident.category == "gas"',
    count: { atLeast: 3, withinMin: 10, withinM: 500 },
    ...more,
  });
const dark = (more: Partial<AlarmRuleInput> = {}) =>
  aRule('dark', {
    subject: 'signal',
    when: 'signal.dark',
    count: { atLeast: 3, withinMin: 10, withinM: 500 },
    ...more,
  });

class GasRig extends AlarmRig {
  call(
    s: number,
    id: string,
    where: LonLat | null = at(0),
    facts: Record<string, string | number> = {},
  ): this {
    this.at(s).update('incident', id, { category: 'gas', ageMin: since(s), ...facts }, { position: where });
    return this;
  }
}

describe('rules that count', () => {
  it('AL-21 ring when enough happened near each other in time, under the name of the first', () => {
    const rig = new GasRig([gas()]);
    rig.call(0, 'i1').call(100, 'i2', at(3)).call(150, 'far', at(90));
    expect(rig.said()).toEqual([]);
    rig.call(200, 'i3', at(1));
    const [t] = rig.transitions();
    expect(t).toMatchObject({ to: 'raised', alarm: 'gas:i1', atMs: since(200), subject: { id: 'i1' } });
    expect(t!.facts[0]).toEqual({ field: 'count', value: 3, op: '>=', limit: 3 });
    expect(rig.evaluator.factsOf('gas:i1')[0]).toMatchObject({ value: 3 });
  });

  it('AL-21 what happens near it later says so again; it returns when too few are left in the window', () => {
    const rig = new GasRig([gas()]);
    rig.call(0, 'i1').call(100, 'i2').call(200, 'i3').call(400, 'i4', at(2)).call(500, 'i5', at(50));
    // Three are left until the second of them is ten minutes old.
    expect(rig.at(2_000).said()).toEqual(['raised gas:i1 200', 'again gas:i1 400', 'returned gas:i1 700']);
  });

  it('AL-21 returns after its delay, and not when enough happens meanwhile', () => {
    const rig = new GasRig([gas({ offDelayS: 120 })]);
    rig.call(0, 'i1').call(10, 'i2').call(20, 'i3').call(610, 'i4').call(615, 'i5').call(650, 'i6');
    expect(rig.at(5_000).said()).toEqual(
      ['raised gas:i1 20', 'again gas:i1 615', 'again gas:i1 650', 'returned gas:i1 1330'].filter(
        (l) => l !== 'again gas:i1 615' || true,
      ),
    );
  });

  it.each([
    ['too slowly', [0, 400, 800], [at(0), at(0), at(0)]],
    ['too far apart', [0, 10, 20], [at(0), at(8), at(-8)]],
    ['the first just out of the window', [0, 300, 600], [at(0), at(0), at(0)]],
    ['without a place', [0, 10, 20], [at(0), null, at(0)]],
  ] as const)('AL-21 not %s', (_, times, places) => {
    const rig = new GasRig([gas()]);
    for (const [i, s] of times.entries()) rig.call(s, `i${i}`, places[i]);
    expect(rig.at(3_000).said()).toEqual([]);
  });

  it('AL-21 two clusters apart are two alarms; what is left of one may become another', () => {
    const rig = new GasRig([gas()]);
    for (const [i, s] of [0, 5, 10].entries()) rig.call(s, `a${i}`, at(0)).call(s + 1, `b${i}`, at(90));
    rig.call(602, 'a3');
    rig.call(612, 'a4');
    expect(rig.said()).toEqual([
      'raised gas:a0 10',
      'raised gas:b0 11',
      'returned gas:a0 600',
      'returned gas:b0 601',
      'raised gas:a1 602',
      'returned gas:a1 605',
    ]);
  });

  it('AL-21 subjects without a place are all near to each other', () => {
    const rule = aRule('feeds', {
      subject: 'feed',
      when: 'feed.state == "stale"',
      count: { atLeast: 2, withinMin: 1, withinM: 1 },
    });
    const rig = new AlarmRig([rule]);
    for (const id of ['f', 'g']) rig.update('feed', id, { state: 'live' });
    rig.at(1).update('feed', 'f', { state: 'stale' }).at(2).update('feed', 'g', { state: 'stale' });
    expect(rig.at(200).said()).toEqual(['raised feeds:f 2', 'returned feeds:f 61']);
  });

  it('AL-22 each becoming true is one, also of the same subject; staying so is none, nor is not being known', () => {
    const rig = new AlarmRig([dark()]);
    const set = (s: number, value: boolean | null) =>
      rig.at(s).update('signal', 's', { dark: value }, { position: at(0) });
    set(0, false);
    set(10, true);
    set(20, true);
    set(30, null);
    set(40, true);
    set(50, false);
    set(60, true);
    expect(rig.said()).toEqual([]);
    set(70, false);
    set(80, true);
    expect(rig.said()).toEqual(['raised dark:s 80']);
  });

  it('AL-22 what was so when it was first seen did not happen; an incident is what happens, when it was reported', () => {
    const rig = new GasRig([dark(), gas()]);
    for (const id of ['s1', 's2', 's3']) rig.update('signal', id, { dark: true }, { position: at(0) });
    rig.update('signal', 's4', {}, { position: at(0) }).update('signal', 's4', { dark: true });
    // Reported before the server was started, the first too long ago.
    for (const [i, s] of [-700, -500, -400].entries()) {
      rig.update('incident', `i${i}`, { category: 'gas', ageMin: since(s) }, { position: at(0) });
    }
    expect(rig.said()).toEqual([]);
    rig.call(50, 'i9');
    expect(rig.said()).toEqual(['raised gas:i1 50']);
    rig.at(60).update('signal', 's4', { dark: false }).at(70).update('signal', 's4', { dark: true });
    expect(rig.said()).toEqual([]);
  });

  it('AL-22 each further report of an incident is one more', () => {
    const rig = new GasRig([gas()]);
    rig.call(0, 'i', at(0), { reports: 4 }).at(10).update('incident', 'i', { reports: 5 });
    rig.at(15).update('incident', 'i', { severity: 2 }).at(20).update('incident', 'i', { reports: 6 });
    expect(rig.said()).toEqual(['raised gas:i 20']);
  });

  it('AL-22 has to hold for its delay before it is one', () => {
    const rig = new AlarmRig([dark({ onDelayS: 30 })]);
    for (const id of ['a', 'b', 'c', 'd']) rig.update('signal', id, { dark: false }, { position: at(0) });
    for (const [i, id] of ['a', 'b', 'c', 'd'].entries()) rig.at(10 + i).update('signal', id, { dark: true });
    rig.at(20).update('signal', 'b', { dark: false });
    expect(rig.at(100).said()).toEqual(['raised dark:a 43']);
  });

  it('AL-12 a cluster is suppressed as its first subject is', () => {
    const rig = new GasRig([gas({ suppressWhen: 'city.rainMmH > 20' })]);
    rig.update('city', 'city', { rainMmH: 30 });
    rig.call(0, 'i1').call(1, 'i2').call(2, 'i3').at(3).update('city', 'city', { rainMmH: 0 });
    expect(rig.said()).toEqual(['raised gas:i1 2 suppressed', 'unsuppressed gas:i1 3']);
  });
});

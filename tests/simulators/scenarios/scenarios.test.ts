import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../simulators/kernel/random.ts';
import { incidentKinds } from '../../../simulators/models/incidents/kinds.ts';
import type { ScriptedCase } from '../../../simulators/models/incidents/incidents.ts';
import { Places } from '../../../simulators/models/places.ts';
import { Router } from '../../../simulators/models/units/route.ts';
import { Director } from '../../../simulators/scenarios/director.ts';
import { scenarioNames, scenarios } from '../../../simulators/scenarios/library.ts';
import {
  rateFactorOf,
  scenario,
  type Scenario,
  type ScenarioWarning,
} from '../../../simulators/scenarios/schema.ts';
import { sharedRoads } from '../../../simulators/scenarios/shared-roads.ts';
import { roadsDouble } from '../../support/roads-double.ts';
import { smallPack } from '../../support/small-pack.ts';

function direct(chosen: Scenario) {
  const places = new Places(smallPack());
  const roads = roadsDouble(places.pack);
  const opened: ScriptedCase[] = [];
  const warned: ScenarioWarning[] = [];
  const shared = sharedRoads(roads);
  const director = new Director(chosen, {
    places,
    roads: shared,
    traffic: roads,
    router: new Router(places),
    random: createRandom(1),
    openCase: (c) => opened.push(c),
    warn: (w) => warned.push(w),
    log: () => undefined,
  });
  return { director, roads, opened, warned, places };
}

const own = (extra: object): Scenario =>
  scenario.parse({
    name: 'own',
    title: { zh: '自定', en: 'Own' },
    description: { zh: '', en: '' },
    startHour: 8,
    ...extra,
  });

describe('scenarios', () => {
  it('SI-40: the library has the scenarios that are promised', () => {
    expect([...scenarioNames].sort()).toEqual(
      ['chemical-spill', 'gas-smell', 'marathon', 'night', 'ordinary', 'rush-hour', 'storm'].sort(),
    );
  });

  it.each(scenarioNames.map((n) => [n]))(
    'SI-40: %s survives a round trip as JSON and names only what exists',
    (name) => {
      const s = scenarios.get(name)!;
      expect(scenario.parse(JSON.parse(JSON.stringify(s)))).toEqual(s);
      const known = new Set(incidentKinds.flatMap((k) => [k.category, k.category.split('.')[0]!]));
      for (const key of Object.keys(s.rates)) expect(known).toContain(key);
      for (let i = 1; i < s.weather.length; i++)
        expect(s.weather[i]!.atMin).toBeGreaterThan(s.weather[i - 1]!.atMin);
    },
  );

  it('SI-40: a mistake in an own scenario is found', () => {
    expect(() => own({ events: [{ do: 'incident', atMin: 1, place: { at: 'moon' }, key: 'sick' }] })).toThrow(
      'at',
    );
    expect(() => own({ wether: [] })).toThrow('wether');
  });

  it('SI-40: a category’s own factor wins over its family’s', () => {
    const s = own({ rates: { traffic: 2, 'traffic.parking': 5 } });
    expect(rateFactorOf(s, 'traffic.parking')).toBe(5);
    expect(rateFactorOf(s, 'traffic.collision')).toBe(2);
    expect(rateFactorOf(s, 'fire.smoke')).toBe(1);
  });

  it.each(scenarioNames.map((n) => [n]))(
    'SI-41: %s runs to its end in a city it was not written for',
    (name) => {
      const { director, roads, opened } = direct(scenarios.get(name)!);
      for (let minute = 0; minute <= 300; minute += 0.25) director.step(minute);
      expect(opened.length).toBe(scenarios.get(name)!.events.filter((e) => e.do === 'incident').length);
      director.end();
      expect([...roads.closed]).toEqual([]);
      expect([...roads.darkSignals]).toEqual([]);
    },
  );

  it('SI-41: another scenario finds the roads open, whenever it comes', () => {
    const { director, roads } = direct(scenarios.get('marathon')!);
    director.step(5);
    expect(roads.closed.size).toBeGreaterThan(1);
    director.end();
    expect(roads.closed.size).toBe(0);
  });

  it('SI-41: a link closed for two reasons opens when both are over', () => {
    const roads = roadsDouble(smallPack());
    const shared = sharedRoads(roads);
    shared.closeLink('x');
    shared.closeLink('x');
    shared.reopenLink('x');
    expect(roads.closed.has('x')).toBe(true);
    shared.reopenLink('x');
    shared.reopenLink('x');
    expect(roads.closed.has('x')).toBe(false);
  });

  it('SI-41: a power cut darkens the signals within its radius until it ends or another scenario comes', () => {
    const events = [
      { do: 'blackout', atMin: 1, untilMin: 9, place: { at: 'centre' }, radiusM: 100 },
      { do: 'blackout', atMin: 2, untilMin: 5, place: { at: 'centre' }, radiusM: 300 },
    ];
    const { director, roads } = direct(own({ events }));
    director.step(1);
    expect([...roads.darkSignals]).toEqual(['s-j-2-2']);
    director.step(2);
    expect(roads.darkSignals.size).toBeGreaterThan(4);
    director.step(5);
    expect([...roads.darkSignals]).toEqual(['s-j-2-2']);
    director.step(9);
    expect(roads.darkSignals.size).toBe(0);
    const cut = direct(own({ events }));
    cut.director.step(3);
    cut.director.end();
    expect(cut.roads.darkSignals.size).toBe(0);
  });

  it('SI-41: a signal that failed stays dark when the power is back, until it is mended', () => {
    const roads = roadsDouble(smallPack());
    const shared = sharedRoads(roads);
    shared.setSignalDark('x', true);
    shared.setSignalDark('x', true);
    shared.setSignalDark('x', false);
    expect(roads.darkSignals.has('x')).toBe(true);
    shared.setSignalDark('x', false);
    shared.setSignalDark('x', false);
    expect(roads.darkSignals.has('x')).toBe(false);
  });

  it('SI-41: a crowd is at the first facility of its kind, its cars park around, patients come to the nearest hospital', () => {
    const { director, places } = direct(
      own({
        events: [
          { do: 'crowd', atMin: 0, untilMin: 60, facility: 'hospital', people: 5_000 },
          { do: 'patients', atMin: 0, untilMin: 60, place: { at: 'centre' }, perHour: 80, admitted: 0.25 },
        ],
      }),
    );
    director.step(1);
    const [hospital] = places.facilities('hospital');
    const another = { ...hospital!, id: 'another' };
    expect(director.crowdAt(hospital!)).toBe(5_000);
    expect(director.crowdAt(another)).toBe(0);
    expect(director.crowdAt({ ...another, kind: 'parking' })).toBe(500);
    expect(director.patientsAt(hospital!)).toEqual({ perHour: 80, admitted: 20 });
    expect(director.patientsAt(another)).toEqual({ perHour: 0, admitted: 0 });
    director.step(61);
    expect(director.crowdAt(hospital!)).toBe(0);
    expect(director.patientsAt(hospital!).perHour).toBe(0);
  });

  it('SI-41: the weather service warns once, at its minute', () => {
    const { director, warned } = direct(scenarios.get('storm')!);
    director.step(0.4);
    expect(warned).toEqual([]);
    for (let minute = 0.5; minute < 30; minute += 0.25) director.step(minute);
    expect(warned.map((w) => w.severity)).toEqual(['Extreme']);
  });

  it('SI-41: a plume lies downwind of its source and nowhere else', () => {
    const { director, places } = direct(
      own({
        events: [
          { do: 'plume', atMin: 0, untilMin: 60, place: { at: 'centre' }, pm25AtSource: 400, reachM: 4_000 },
        ],
      }),
    );
    director.step(1);
    const [lon, lat] = places.pack.manifest.center;
    const north: [number, number] = [lon, lat + 0.005];
    const south: [number, number] = [lon, lat - 0.005];
    // Wind from the south carries it north.
    expect(director.plumeAt(north, 180)).toBeGreaterThan(100);
    expect(director.plumeAt(south, 180)).toBeLessThan(1);
    director.step(61);
    expect(director.plumeAt(north, 180)).toBe(0);
  });
});

import { describe, expect, it } from 'vitest';
import { distanceM, metresPerDegree } from '../../../server/contract/geo.ts';
import { incidentObservation, type IncidentObservation } from '../../../server/contract/observations.ts';
import { createRandom } from '../../../simulators/kernel/random.ts';
import { IncidentsModel } from '../../../simulators/models/incidents/incidents.ts';
import { incidentKinds } from '../../../simulators/models/incidents/kinds.ts';
import type { Surroundings } from '../../../simulators/models/incidents/rates.ts';
import { makeScene, report, SCATTER_M } from '../../../simulators/models/incidents/scene.ts';
import { callTexts } from '../../../simulators/models/incidents/texts.ts';
import { Places } from '../../../simulators/models/places.ts';
import { UnitsModel } from '../../../simulators/models/units/units.ts';
import { CALM } from '../../../simulators/models/weather/weather.ts';
import { roadsDouble } from '../../support/roads-double.ts';
import { smallPack } from '../../support/small-pack.ts';

const START = 1_790_000_000_000;

function setUp(seed: number, flowVph = 0) {
  const pack = smallPack();
  const places = new Places(pack);
  const roads = roadsDouble(pack, { flowVph, driveS: 120 });
  const random = createRandom(seed);
  const units = new UnitsModel(places, roads, random.fork('units'), START);
  const incidents = new IncidentsModel(places, roads, units, random.fork('incidents'), 't');
  return { places, roads, units, incidents };
}

const at = (hour: number, extra: Partial<Surroundings> = {}): Surroundings => ({
  hour,
  conditions: CALM,
  rateFactor: () => 1,
  ...extra,
});

function play(world: ReturnType<typeof setUp>, minutes: number, around: Surroundings): IncidentObservation[] {
  const said: IncidentObservation[] = [];
  for (let s = 0; s < minutes * 60; s++) {
    const nowMs = START + s * 1000;
    world.roads.step();
    world.roads.step();
    const arrivals = world.units.step(nowMs, 1);
    world.incidents.step(nowMs, 1, around, arrivals);
    said.push(...world.incidents.take());
  }
  return said;
}

describe('incidents model', () => {
  it('SI-11: the number of cases integrates the rates of their kinds', () => {
    const factor = 20_000;
    const quiet = at(10, { rateFactor: (c) => (c === 'urban.waste' ? factor : 0) });
    const world = setUp(4);
    const waste = incidentKinds.find((k) => k.key === 'waste')!;
    const expected = world.incidents.ratePerHour(waste, quiet, START) * 0.25;
    const cases = new Set(
      play(world, 15, quiet)
        .filter((o) => /^t-\d+$/.test(o.id))
        .map((o) => o.id),
    );
    expect(expected).toBeGreaterThan(5);
    expect(Math.abs(cases.size - expected)).toBeLessThan(4 * Math.sqrt(expected));
  });

  it('SI-12: what a script puts into the past is said once, as closed', () => {
    const world = setUp(1);
    const place = world.places.pack.manifest.center;
    world.incidents.script({ key: 'roadworks', position: place, daysAgo: 240, furtherCallers: 3 }, START);
    const [said, ...more] = world.incidents.take();
    expect(more).toEqual([]);
    expect(incidentObservation.parse(said)).toMatchObject({
      category: 'traffic.roadworks',
      status: 'closed',
      at: START - 240 * 86_400_000,
    });
    expect(said!.updatedAt).toBeLessThan(START - 239 * 86_400_000);
    expect(world.incidents.openCases).toBe(0);
    expect(world.roads.blocks.size).toBe(0);
  });

  it('SI-11: rain and traffic raise the rate of collisions, and none happen on empty roads', () => {
    const collision = incidentKinds.find((k) => k.key === 'collision')!;
    const rain = at(8, { conditions: { ...CALM, rainMmH: 30 } });
    const busy = setUp(1, 800).incidents;
    expect(busy.ratePerHour(collision, rain, START)).toBeGreaterThan(
      2 * busy.ratePerHour(collision, at(8), START),
    );
    expect(setUp(1, 0).incidents.ratePerHour(collision, rain, START)).toBe(0);
  });

  it('SI-12: what is opened is worked and closed, its lanes freed, its units home', () => {
    const world = setUp(2);
    world.incidents.script({ key: 'collision-injury', position: world.places.along(0, 50).position }, START);
    expect(world.roads.blocks.size).toBe(1);
    const said = play(world, 240, at(10, { rateFactor: () => 0 }));
    const last = new Map(said.map((o) => [o.id, o]));
    expect(last.size).toBeGreaterThan(0);
    for (const o of last.values()) expect(o.status).toBe('closed');
    expect(world.roads.blocks.size).toBe(0);
    expect([...world.units.all()].every((u) => u.case === null)).toBe(true);
    expect(said.map((o) => o.sourceStatus)).toContain('已派单');
  });

  it('SI-12: updates of a case keep its number and time, and say when they were made', () => {
    const world = setUp(3);
    world.incidents.script({ key: 'sick', position: world.places.along(2, 10).position }, START);
    const said = play(world, 90, at(10, { rateFactor: () => 0 }));
    const first = said[0]!;
    const updates = said.filter((o) => o.id === first.id).slice(1);
    expect(updates.length).toBeGreaterThan(1);
    for (const u of updates) {
      expect(u.at).toBe(first.at);
      expect(u.updatedAt).toBeGreaterThan(first.at);
    }
  });

  it('SI-13: further callers scatter around the place, contradict each other, and mistake the kind', () => {
    const { places } = setUp(1);
    const kind = incidentKinds.find((k) => k.key === 'structure-fire')!;
    const random = createRandom(9);
    const scene = makeScene(places, kind, places.along(4, 60).position, random);
    const reports = Array.from({ length: 400 }, () => report(scene, kind, random, true));
    const m = metresPerDegree(scene.position[1]);
    const east = reports.map((r) => (r.position[0] - scene.position[0]) * m.lon);
    const sigma = Math.sqrt(east.reduce((a, v) => a + v * v, 0) / east.length);
    expect(sigma).toBeGreaterThan(SCATTER_M * 0.85);
    expect(sigma).toBeLessThan(SCATTER_M * 1.15);
    expect(new Set(reports.map((r) => r.category)).size).toBeGreaterThan(1);
    expect(new Set(reports.map((r) => r.detail.zh)).size).toBeGreaterThan(5);
    expect(new Set(reports.map((r) => r.caller.phone)).size).toBeGreaterThan(50);
    const first = report(scene, kind, random, false);
    expect(first.category).toBe(kind.category);
    expect(distanceM(first.position, scene.position)).toBeLessThan(80);
  });

  it('SI-13: every text is filled in both languages', () => {
    const { places } = setUp(1);
    const random = createRandom(2);
    for (const kind of incidentKinds) {
      expect(callTexts[kind.key].said.length).toBeGreaterThan(0);
      for (let i = 0; i < 6; i++) {
        const scene = makeScene(places, kind, places.along(1, 20).position, random);
        const { title, detail, address } = report(scene, kind, random, i > 2);
        for (const text of [title.zh, title.en, detail.zh, detail.en, address]) {
          expect(text).not.toMatch(/[{}]|undefined|NaN/);
          expect(text.length).toBeGreaterThan(3);
        }
        expect(title.en).toMatch(/^[A-Z]/);
      }
    }
  });

  it('SI-14: all that is said keeps to the contract, and the same seed says the same', () => {
    const around = at(18, { conditions: { ...CALM, rainMmH: 40, windKph: 70 }, rateFactor: () => 400 });
    const one = play(setUp(7, 600), 20, around);
    const two = play(setUp(7, 600), 20, around);
    expect(one.length).toBeGreaterThan(40);
    expect(two).toEqual(one);
    expect(play(setUp(8, 600), 20, around)).not.toEqual(one);
    for (const o of one) expect(incidentObservation.safeParse(o).error?.issues ?? []).toEqual([]);
  });
});

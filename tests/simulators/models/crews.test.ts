import { describe, expect, it } from 'vitest';
import type { Order, OrdersAnswer } from '../../../server/contract/api.ts';
import { incidentFamilies } from '../../../server/contract/categories.ts';
import { distanceM } from '../../../server/contract/geo.ts';
import {
  observation,
  type IncidentObservation,
  type Observation,
  type UnitObservation,
} from '../../../server/contract/observations.ts';
import { Simulation } from '../../../simulators/run/simulation.ts';
import { scenario } from '../../../simulators/scenarios/schema.ts';
import { roadsDouble } from '../../support/roads-double.ts';
import { smallPack } from '../../support/small-pack.ts';

const START = 1_790_000_000_000;
const pack = smallPack();
const quiet = scenario.parse({
  name: 'quiet',
  title: { zh: '静', en: 'Quiet' },
  description: { zh: '无事', en: 'Nothing happens' },
  startHour: 10,
  rates: Object.fromEntries(incidentFamilies.map((family) => [family, 0])),
});
const AMBULANCE = pack.units.find((u) => u.kind === 'ambulance')!.id;
const POLICE = pack.units.find((u) => u.kind === 'police-car')!.id;
const hospital = pack.facilities.find((f) => f.kind === 'hospital')!;

class World {
  readonly roads = roadsDouble(pack, { driveS: 60 });
  readonly simulation: Simulation;
  readonly units: UnitObservation[] = [];
  readonly reports: IncidentObservation[] = [];
  readonly all: Observation[] = [];
  version = 0;

  constructor(seed = 1) {
    this.simulation = new Simulation({
      pack,
      traffic: this.roads,
      scenario: quiet,
      seed,
      startMs: START,
      startHour: 10,
      tag: 't',
      dispatch: 'server',
      log: () => undefined,
    });
    for (const u of this.simulation.units.all()) u.status = 'available';
  }

  /** Opens a case; gives the number of its report. */
  open(key: 'collision-injury' | 'sick' | 'collision', falseAlarm = false): string {
    const position = this.simulation.places.along(12, 60).position;
    const id = this.simulation.incidents.script(
      { key, position, furtherCallers: 0, serviceMin: 10 },
      this.simulation.nowMs,
    );
    const c = this.simulation.incidents.caseOf(id)!;
    Object.assign(c, { isFalse: falseAlarm });
    return id;
  }

  run(minutes: number, orders?: readonly Order[], handled: OrdersAnswer['handled'] = []): void {
    if (orders) this.simulation.step({ version: ++this.version, orders, handled });
    else this.simulation.step();
    this.collect();
    for (let i = 1; i < minutes * 120; i++) {
      this.simulation.step();
      this.collect();
    }
  }

  collect(): void {
    this.simulation.collect((_, o) => {
      this.all.push(o);
      if (o.type === 'unit') this.units.push(o);
      if (o.type === 'incident') this.reports.push(o);
    });
  }

  /** What a unit has said, without repetitions. */
  statuses(unit: string): string[] {
    const said = this.units.filter((o) => o.id === unit).map((o) => o.status!);
    return said.filter((s, i) => s !== said[i - 1]);
  }

  order(unit: string, more: Partial<Order> = {}): Order {
    return {
      unit,
      incident: 'inc-1',
      number: 1,
      status: 'dispatched',
      assignedAtMs: START + 1,
      position: this.simulation.places.along(12, 60).position,
      category: 'traffic.collision-injury',
      severity: 1,
      ...more,
    };
  }
}

const handledBy = (externalId: string, closed: boolean): OrdersAnswer['handled'] => [
  { feed: 'sim-incidents', externalId, incident: 'inc-1', closed },
];

describe('crews under orders of the server', () => {
  it('SI-70 cases wait, however long, until the server sends somebody', () => {
    const world = new World();
    const id = world.open('collision-injury');
    world.run(120, []);
    expect(world.reports.filter((o) => o.id === id).every((o) => o.status === 'open')).toBe(true);
    expect(world.units.some((o) => o.incident !== undefined)).toBe(false);
    expect(world.roads.blocks.size).toBe(1);
  });

  it('SI-71 an order is turned out for, driven to, worked and left, and each status names the case', () => {
    const world = new World();
    const id = world.open('collision');
    const source = { feed: 'sim-incidents', externalId: id };
    world.run(60, [world.order(POLICE, { source })], handledBy(id, false));
    expect(world.statuses(POLICE)).toEqual(['dispatched', 'en-route', 'on-scene', 'returning', 'available']);
    expect(world.roads.dispatched).toContain(POLICE);
    const onCase = world.units.filter(
      (o) => o.id === POLICE && ['dispatched', 'en-route', 'on-scene'].includes(o.status!),
    );
    expect(new Set(onCase.map((o) => o.incident))).toEqual(new Set([id]));
    expect(world.roads.blocks.size).toBe(0);
    for (const o of world.all) expect(observation.safeParse(o).error?.issues ?? []).toEqual([]);
  });

  it('SI-71 an order that was carried out is not carried out again while the server still names it', () => {
    const world = new World();
    const order = world.order(POLICE);
    world.run(90, [order]);
    const said = world.statuses(POLICE).length;
    world.run(10, [{ ...order, status: 'on-scene' }]);
    expect(world.statuses(POLICE).length).toBe(said);
    world.run(5, [{ ...order, assignedAtMs: order.assignedAtMs + 5 }]);
    expect(world.statuses(POLICE).slice(said)).toContain('dispatched');
  });

  it('SI-72 who is recalled turns back, wherever it is', () => {
    for (const minutes of [0.2, 1.6, 4]) {
      const world = new World();
      world.run(minutes, [world.order(POLICE)]);
      const before = world.statuses(POLICE);
      world.run(0.1, []);
      expect(world.statuses(POLICE).slice(0, before.length + 1)).toEqual([...before, 'returning']);
      world.run(20);
      expect(world.statuses(POLICE).at(-1)).toBe('available');
      expect(world.simulation.units.unit(POLICE)!.case).toBeNull();
    }
  });

  it('SI-72 another place is driven to instead, and another case at once', () => {
    const world = new World();
    world.run(1.6, [world.order(POLICE)]);
    expect(world.statuses(POLICE).at(-1)).toBe('en-route');
    const elsewhere = world.simulation.places.along(40, 20).position;
    const drives = world.roads.dispatched.length;
    world.run(0.1, [world.order(POLICE, { position: elsewhere, status: 'en-route' })]);
    expect(world.roads.dispatched.length).toBe(drives + 1);
    expect(world.simulation.units.unit(POLICE)!.target).toEqual(elsewhere);
    expect(world.statuses(POLICE).at(-1)).toBe('en-route');
    world.run(0.05, [world.order(POLICE, { incident: 'inc-2', assignedAtMs: START + 9 })]);
    expect(world.statuses(POLICE).at(-1)).toBe('dispatched');
    expect(world.simulation.units.unit(POLICE)!.case).toBe('inc-2');
  });

  it('SI-72 a crew that was not told where to waits for the place', () => {
    const world = new World();
    world.run(20, [world.order(POLICE, { position: undefined })]);
    expect(world.statuses(POLICE)).not.toContain('on-scene');
    expect(world.simulation.units.unit(POLICE)!.case).toBeNull();
    world.run(1.6, [world.order(POLICE)]);
    expect(world.statuses(POLICE)).toContain('en-route');
  });

  it('SI-72 a patrol is broken off; units unknown or out of service are left alone', () => {
    const world = new World();
    const unit = world.simulation.units.unit(POLICE)!;
    unit.nextPatrolMs = START;
    world.run(0.2, []);
    expect(unit.drive).not.toBeNull();
    world.simulation.units.unit(AMBULANCE)!.status = 'out-of-service';
    world.run(0.2, [world.order(POLICE), world.order(AMBULANCE), world.order('nobody')]);
    expect(unit.status).toBe('en-route');
    expect(world.simulation.units.unit(AMBULANCE)!.status).toBe('out-of-service');
  });

  it('SI-73 an ambulance brings the patient where it is told, else to the nearest hospital', () => {
    const world = new World();
    world.run(1.6, [world.order(AMBULANCE)]);
    world.run(120, [
      world.order(AMBULANCE, { status: 'transporting', facility: hospital.id, position: hospital.position }),
    ]);
    expect(world.statuses(AMBULANCE).slice(1)).toEqual([
      'en-route',
      'transporting',
      'at-facility',
      'returning',
      'available',
    ]);
    const transports = (seed: number, category: string): boolean => {
      const other = new World(seed);
      other.run(150, [other.order(AMBULANCE, { category })]);
      const there = other.units.filter((o) => o.id === AMBULANCE && o.status === 'at-facility');
      for (const o of there) {
        expect(o.incident).toBe('inc-1');
        expect(distanceM([o.lon!, o.lat!], hospital.position)).toBeLessThan(600);
      }
      return there.length > 0;
    };
    const seeds = [1, 2, 3, 4, 5, 6];
    expect(seeds.filter((seed) => transports(seed, 'traffic.collision-injury')).length).toBeGreaterThan(2);
    expect(seeds.filter((seed) => transports(seed, 'traffic.parking'))).toEqual([]);
  });

  it('SI-73 at a false alarm, and where others have done the work already, nobody stays long', () => {
    const world = new World();
    const id = world.open('collision', true);
    const source = { feed: 'sim-incidents', externalId: id };
    world.run(15, [world.order(POLICE, { source })]);
    expect(world.statuses(POLICE)).toContain('returning');
    const again = world.order(POLICE, { source, incident: 'inc-2', assignedAtMs: START + 9 });
    world.run(15, [again]);
    expect(world.statuses(POLICE).slice(-2)).toContain('returning');
  });

  it('SI-74 a case is forgotten when the server has closed it, or names it no longer; its roads are free', () => {
    for (const last of ['closed', 'gone'] as const) {
      const world = new World();
      const id = world.open('collision-injury');
      world.run(1, [], handledBy(id, false));
      expect(world.simulation.incidents.openCases).toBe(1);
      world.run(1, [], last === 'closed' ? handledBy(id, true) : []);
      expect(world.simulation.incidents.openCases).toBe(0);
      expect(world.roads.blocks.size).toBe(0);
      expect(world.reports.some((o) => o.status === 'closed')).toBe(false);
    }
  });

  it('SI-74 at the end of a run only reports that nobody handles are closed', () => {
    const world = new World();
    const mine = world.open('collision');
    const theirs = world.open('sick');
    world.run(1, [], handledBy(theirs, false));
    world.reports.length = 0;
    world.simulation.wrapUp((_, o) => o.type === 'incident' && world.reports.push(o));
    expect(world.reports.map((o) => [o.id, o.status])).toEqual([[mine, 'closed']]);
  });

  it('SI-75 a simulation that begins anew reports no unit before it has heard its orders, and takes them up', () => {
    const world = new World();
    world.run(1);
    expect(world.units).toEqual([]);
    const other = pack.units.filter((u) => u.kind === 'police-car')[1]?.id ?? AMBULANCE;
    world.run(60, [
      world.order(POLICE, { status: 'on-scene', source: { feed: 'sim-incidents', externalId: 'old-7' } }),
      world.order(other, { status: 'dispatched', category: 'unheard-of' }),
    ]);
    expect(world.statuses(POLICE)).toEqual(['en-route', 'on-scene', 'returning', 'available']);
    expect(world.units.find((o) => o.id === POLICE)!.incident).toBe('old-7');
    expect(world.statuses(other)[0]).toBe('dispatched');
    expect(world.statuses(other)).toContain('on-scene');
  });

  it('SI-76 the same orders at the same steps give the same observations', () => {
    const play = (seed: number): Observation[] => {
      const world = new World(seed);
      const id = world.open('collision-injury');
      const source = { feed: 'sim-incidents', externalId: id };
      world.run(2, [world.order(POLICE, { source }), world.order(AMBULANCE, { source })]);
      world.run(40, [world.order(AMBULANCE, { source })], handledBy(id, false));
      return world.all;
    };
    const one = play(3);
    expect(play(3)).toEqual(one);
    expect(play(4)).not.toEqual(one);
  });
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Shown } from '../../../server/domain/signals/safety.ts';
import { signalsOf } from '../../../server/sumo/junctions.ts';
import { readNet } from '../../../server/sumo/net/read-net.ts';
import type { Vehicle } from '../../../server/sumo/traffic.ts';
import { SignalWatch } from '../../../server/sumo/watch.ts';
import { crossingNet } from '../../support/sumo-crossing.ts';
import { makeFolder } from '../../support/temporary.ts';

const kept = makeFolder();
afterAll(() => kept.remove());
const file = join(kept.dir, 'net.xml');
writeFileSync(file, crossingNet());
const net = readNet(file);
const { layouts } = signalsOf(net);
const { junction } = layouts[0]!;

/** On the way over these edges; `lane` null: off the road. */
function vehicle(lane: string | null, positionM: number, speedMps: number, ...way: string[]): Vehicle {
  const route = way.map((id) => net.edges.get(id)!);
  const found = lane === null ? null : net.lanes.get(lane)!;
  const at = found ? route.indexOf(found.edge) : 0;
  return {
    id: 'v',
    lengthM: 5,
    lane: found,
    positionM,
    speedMps,
    route,
    routeId: 'r',
    // On the junction the edge it left counts.
    routeIndex: Math.max(0, at),
    vehicleClass: 'passenger',
    at: null,
    headingDeg: 0,
  };
}
const shown: Shown = { phase: 0, stage: 'green', sinceS: 1, redS: [0, 9], obeys: 'wishes' };
function look(...vehicles: Vehicle[]): {
  lanes: readonly unknown[];
  exits: readonly unknown[];
  waits: number[];
} {
  const watch = new SignalWatch(layouts);
  watch.look(vehicles);
  const { lanes, exits } = watch.state(0, shown);
  const waiting = new Uint8Array(junction.connections.length);
  watch.waiting(0, waiting);
  return { lanes, exits, waits: [...waiting.keys()].filter((c) => waiting[c] === 1) };
}
const [NORTH, WEST] = [0, 3];
const exitOf = (id: string): number => junction.exits.findIndex((exit) => exit.id === id);

describe('what the signals see', () => {
  it('TR-118 has each lane’s vehicles from the stop line back, with their speed and the way they take', () => {
    const { lanes } = look(
      vehicle('northIn_0', 20, 10, 'northIn', 'southOut'),
      vehicle('northIn_0', 195, 0, 'northIn', 'eastOut'),
      vehicle('northIn_0', 100, 5, 'northIn', 'westOut'),
    );
    expect(lanes[NORTH]).toEqual([5, 0, 2, 100, 5, 0, 180, 10, 1]);
    expect(lanes[WEST]).toEqual([]);
  });

  it('TR-118 sees over a node without a signal, and not beyond its reach', () => {
    const { lanes } = look(
      vehicle('farIn_0', 60, 8, 'farIn', 'westIn', 'eastOut'),
      vehicle('westIn_0', 50, 3, 'farIn', 'westIn', 'northOut'),
    );
    expect(lanes[WEST]).toEqual([10, 3, 11, 100, 8, 10]);
  });

  it('TR-118 knows no way of who ends its trip before the line, and leaves out who is off the road', () => {
    const { lanes } = look(
      vehicle('northIn_0', 150, 0, 'northIn'),
      vehicle(null, 0, 0, 'northIn', 'southOut'),
      vehicle(':C_1_0', 4, 6, 'northIn', 'southOut'),
    );
    expect(lanes[NORTH]).toEqual([50, 0, -1]);
    expect(lanes.flat().length).toBe(3);
  });

  it('TR-118 counts who is on an exit and the room behind the last of them, over nodes without a signal', () => {
    const { exits } = look(
      vehicle('westOut_0', 40, 0, 'northIn', 'westOut', 'farOut'),
      vehicle('farOut_0', 30, 0, 'northIn', 'westOut', 'farOut'),
      vehicle('southOut_0', 3, 0, 'northIn', 'southOut'),
    );
    expect(exits[exitOf('westOut_0')]).toEqual([2, 35]);
    expect(exits[exitOf('southOut_0')]).toEqual([1, 0]);
    expect(exits[exitOf('eastOut_0')]).toEqual([0, 200]);
  });

  it('TR-118 says who waits: who stands near the line, by its way, or by all ways of its lane', () => {
    expect(look(vehicle('northIn_0', 190, 0.5, 'northIn', 'eastOut')).waits).toEqual([2]);
    expect(look(vehicle('northIn_0', 190, 0, 'northIn')).waits).toEqual([0, 1, 2]);
    expect(look(vehicle('northIn_0', 190, 9, 'northIn', 'eastOut')).waits).toEqual([]);
    expect(look(vehicle('northIn_0', 50, 0, 'northIn', 'eastOut')).waits).toEqual([]);
  });
});

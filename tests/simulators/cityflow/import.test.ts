import { describe, expect, it } from 'vitest';
import { link as linkSchema, signal as signalSchema } from '../../../server/contract/city-pack.ts';
import { importCityFlow } from '../../../simulators/cityflow/import.ts';
import { TrafficModel } from '../../../simulators/models/traffic/traffic-model.ts';
import { makeMethod } from '../../../server/domain/signals/methods.ts';
import { drive } from '../../../bench/support/kernel-control.ts';
import { HANGZHOU_S, openHangzhou, readHangzhou } from '../../../bench/support/kernel-hangzhou.ts';

const straight = { startLaneIndex: 1, endLaneIndex: 1 };
const right = { startLaneIndex: 1, endLaneIndex: 1 };
const left = { startLaneIndex: 0, endLaneIndex: 0 };
const sides = { w: [-300, 0], e: [300, 0], s: [0, -300], n: [0, 300] } as const;
type Side = keyof typeof sides;

interface Net {
  intersections: {
    id: string;
    point: { x: number; y: number };
    width?: number;
    roads: string[];
    roadLinks?: {
      type: string;
      startRoad: string;
      endRoad: string;
      laneLinks: { startLaneIndex: number; endLaneIndex: number }[];
    }[];
    trafficLight?: { lightphases: { time: number; availableRoadLinks: number[] }[] };
    virtual: boolean;
  }[];
  roads: {
    id: string;
    points: { x: number; y: number }[];
    lanes: { width: number; maxSpeed: number }[];
    startIntersection: string;
    endIntersection: string;
  }[];
}

/** One crossing in CityFlow's format: through and left of each axis, right turns always, a change of 4 s at the head. */
function roadnet(): Net {
  const turns: [Side, Side, string, typeof left][] = [
    ['w', 'e', 'go_straight', straight],
    ['e', 'w', 'go_straight', straight],
    ['s', 'n', 'go_straight', straight],
    ['n', 's', 'go_straight', straight],
    ['w', 'n', 'turn_left', left],
    ['e', 's', 'turn_left', left],
    ['w', 's', 'turn_right', right],
    ['e', 'n', 'turn_right', right],
  ];
  const roadLinks = turns.map(([from, to, type, laneLink]) => ({
    type,
    startRoad: `${from}-in`,
    endRoad: `${to}-out`,
    laneLinks: [laneLink],
  }));
  const lanes = [
    { width: 4, maxSpeed: 11 },
    { width: 4, maxSpeed: 11 },
  ];
  const point = ([x, y]: readonly [number, number]) => ({ x, y });
  return {
    intersections: [
      {
        id: 'm',
        point: { x: 0, y: 0 },
        width: 10,
        roads: [] as string[],
        roadLinks,
        trafficLight: {
          lightphases: [
            { time: 4, availableRoadLinks: [6, 7] },
            { time: 24, availableRoadLinks: [0, 1, 6, 7] },
            { time: 24, availableRoadLinks: [2, 3, 6, 7] },
            { time: 14, availableRoadLinks: [4, 5, 6, 7] },
            { time: 24, availableRoadLinks: [0, 4, 6, 7] },
          ],
        },
        virtual: false,
      },
      ...Object.entries(sides).map(([id, at]) => ({
        id,
        point: point(at),
        roads: [] as string[],
        virtual: true,
      })),
    ],
    roads: Object.entries(sides).flatMap(([id, at]) => [
      {
        id: `${id}-in`,
        points: [point(at), { x: 0, y: 0 }],
        lanes,
        startIntersection: id,
        endIntersection: 'm',
      },
      {
        id: `${id}-out`,
        points: [{ x: 0, y: 0 }, point(at)],
        lanes,
        startIntersection: 'm',
        endIntersection: id,
      },
    ]),
  };
}
const vehicle = {
  length: 5,
  width: 2,
  maxPosAcc: 2,
  maxNegAcc: 4.5,
  usualPosAcc: 2,
  usualNegAcc: 4.5,
  minGap: 2.5,
  maxSpeed: 11,
  headwayTime: 2,
};
const flow = (route: string[], startTime = 0, endTime = startTime, interval = 1) => ({
  vehicle,
  route,
  interval,
  startTime,
  endTime,
});

describe('import of CityFlow files', () => {
  it('TR-160 makes a pack of the roads that the contract takes, lane links lane by lane, in metres around the place', () => {
    const { pack, network, options } = importCityFlow(roadnet(), [flow(['w-in', 'e-out'])], {
      center: [120, 30],
    });
    for (const l of pack.links) linkSchema.parse(l);
    for (const s of pack.signals) signalSchema.parse(s);
    const model = new TrafficModel(pack, options);
    const at = model.network.linkIndex.get('w-in')!;
    expect(model.network.linkLengthM[at]).toBeCloseTo(290, 0);
    // CityFlow counts lanes from the middle of the road, we from the kerb.
    expect(network.lanePairs!.get('w-in>n-out')).toEqual([[1, 1]]);
    expect(network.lanePairs!.get('w-in>e-out')).toEqual([[0, 0]]);
    expect(model.network.movementStart[at + 1]! - model.network.movementStart[at]!).toBe(3);
    expect(pack.junctions.map((j) => j.kind)).toEqual(['signal', 'edge', 'edge', 'edge', 'edge']);
  });

  it('TR-161 makes signals of the light phases: what is always open is free, a lone change is the yellow after each', () => {
    const { pack, covering } = importCityFlow(roadnet(), []);
    const [signal] = pack.signals;
    expect(signal!.phases).toHaveLength(4);
    expect(signal!.phases.map((p) => [p.greenS, p.yellowS, p.allRedS])).toEqual([
      [20, 4, 0],
      [20, 4, 0],
      [10, 4, 0],
      [20, 4, 0],
    ]);
    expect(
      signal!.phases.flatMap((p) => p.movements).some((m) => m.to === 's-out' && m.from === 'w-in'),
    ).toBe(false);
    expect(signal!.phases.flatMap((p) => p.movements).every((m) => m.yields !== true)).toBe(true);
    // The last of the phases serves nobody who was not served before.
    expect(covering[0]!.steps.map((s) => s.phase)).toEqual([0, 1, 2]);
  });

  it('TR-162 a left turn beside oncoming through traffic gives way', () => {
    const net = roadnet();
    net.intersections[0]!.trafficLight!.lightphases = [
      { time: 30, availableRoadLinks: [0, 1, 4, 5] },
      { time: 30, availableRoadLinks: [2, 3] },
    ];
    const { pack, options } = importCityFlow(net, []);
    const [first] = pack.signals[0]!.phases;
    expect(first!.movements.filter((m) => m.yields === true).map((m) => m.to)).toEqual(['n-out', 's-out']);
    expect([first!.greenS, first!.yellowS, first!.allRedS]).toEqual([25, 3, 2]);
    expect(new TrafficModel(pack, options).kernel.signals.faults).toEqual([]);
  });

  it.each([
    [
      'a road without length',
      (n: Net) => (n.roads[0]!.points[1] = n.roads[0]!.points[0]!),
      'road w-in has no length',
    ],
    [
      'a road link without lane links',
      (n: Net) => (n.intersections[0]!.roadLinks![2]!.laneLinks = []),
      'road link 2 (s-in > n-out) has no lane links',
    ],
    [
      'a phase with an unknown road link',
      (n: Net) => n.intersections[0]!.trafficLight!.lightphases[1]!.availableRoadLinks.push(40),
      'intersection m, phase 1: there is no road link 40',
    ],
    ['a missing road', (n: Net) => n.roads.splice(0, 1), 'there is no road w-in'],
    [
      'a missing intersection',
      (n: Net) => (n.roads[1]!.endIntersection = 'z'),
      'road w-out: there is no intersection z',
    ],
    [
      'a lane that is not there',
      (n: Net) => (n.intersections[0]!.roadLinks![0]!.laneLinks = [{ startLaneIndex: 3, endLaneIndex: 0 }]),
      'there is no lane 3 > 0',
    ],
    [
      'a file of another kind',
      (n: Net) => ((n as { roads: unknown }).roads = 'none'),
      'not a CityFlow roadnet file: roads',
    ],
  ])('TR-163 refuses %s by name', (_what, spoil, sentence) => {
    const net = roadnet();
    spoil(net);
    expect(() => importCityFlow(net, [])).toThrow(sentence);
  });

  it('TR-164 drives each vehicle of a flow at its second on its route, and refuses a route that cannot be driven', () => {
    const flows = [
      flow(['w-in', 'e-out'], 0, 60, 20),
      flow(['w-in', 'n-out'], 5),
      flow(['s-in', 'n-out'], 10),
    ];
    const { pack, options } = importCityFlow(roadnet(), flows);
    expect(options.exactTrips!.map((t) => t.startS)).toEqual([0, 20, 40, 60, 5, 10]);
    expect(options.drivers!.car).toMatchObject({
      lengthM: 5,
      standstillM: 2.5,
      accelMps2: 2,
      brakeMps2: 4.5,
    });
    const model = new TrafficModel(pack, options);
    while (model.timeS < 300) model.step();
    const trips = model.exactTrips!;
    expect([trips.entered, trips.left, trips.pending]).toEqual([6, 6, 0]);
    const count = (from: string, to: string): number => model.movementCount(from, to);
    expect([count('w-in', 'e-out'), count('w-in', 'n-out'), count('s-in', 'n-out')]).toEqual([4, 1, 1]);
    const { vehicles, meanS } = trips.travelTime(300);
    expect(vehicles).toBe(6);
    // 600 m at 11 m/s, and a light on the way.
    expect(meanS).toBeGreaterThan(56);
    expect(meanS).toBeLessThan(130);
    expect(() => importCityFlow(roadnet(), [flow(['n-in', 'e-out'])])).toThrow(
      'flow 0: no road link leads from n-in to e-out',
    );
    expect(() => importCityFlow(roadnet(), [flow(['w-in', 'nowhere'])])).toThrow(
      'flow 0: there is no road nowhere',
    );
    expect(() =>
      importCityFlow(roadnet(), [{ ...flow(['w-in']), vehicle: { ...vehicle, length: 0 } }]),
    ).toThrow('not a CityFlow flow file: 0.vehicle.length');
  });

  it('TR-164 vehicles that find no space wait outside, and their wait counts', () => {
    const flows = [flow(['w-in', 'e-out'], 0, 30, 0.1)];
    const { pack, options } = importCityFlow(roadnet(), flows);
    const model = new TrafficModel(pack, options);
    while (model.timeS < 40) model.step();
    const trips = model.exactTrips!;
    expect(trips.pending).toBeGreaterThan(150);
    expect(trips.entered + trips.pending).toBe(trips.travelTime(40).vehicles);
    expect(trips.travelTime(40).meanS).toBeGreaterThan(20);
  });
});

const hangzhou = readHangzhou();
const note = hangzhou === null ? ' (skipped: no CityFlow files of Hangzhou here)' : '';
describe.skipIf(hangzhou === null)(`the recorded hour of Hangzhou${note}`, () => {
  // What CityFlow itself gives for the same files, s.
  it.each([
    ['four phases of 25 s', false, 564.0],
    ['every light green', true, 287.4],
  ])('TR-164 takes as long as on CityFlow within 5 %%: %s', (_what, free, onCityFlow) => {
    const model = openHangzhou(hangzhou!);
    if (free) model.kernel.right.mayEnter = () => true;
    while (model.timeS < HANGZHOU_S) model.step();
    const { vehicles, meanS } = model.exactTrips!.travelTime(HANGZHOU_S);
    expect(vehicles).toBe(2_983);
    expect(Math.abs(meanS / onCityFlow - 1)).toBeLessThan(0.05);
  });

  it('TR-164 takes as long as on CityFlow within 5 % under pressure control too', () => {
    const model = openHangzhou(hangzhou!);
    const driven = drive(model, (network) => makeMethod('maxpressure', network));
    while (model.timeS < HANGZHOU_S) driven.step();
    expect(Math.abs(model.exactTrips!.travelTime(HANGZHOU_S).meanS / 334.2 - 1)).toBeLessThan(0.05);
  });
});

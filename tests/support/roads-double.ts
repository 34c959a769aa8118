/** A traffic model that only does what the other models rely on: vehicles that stand, emergency vehicles that arrive after a minute. */
import type { CityPack } from '../../server/contract/city-pack.ts';
import { TRAFFIC_STEP_S, type TrafficSource } from '../../simulators/models/roads.ts';

export interface RoadsDouble extends TrafficSource {
  readonly closed: Set<string>;
  readonly blocks: Map<number, string>;
  readonly darkSignals: Set<string>;
  readonly dispatched: string[];
  readonly speedFactors: number[];
  readonly demandHours: number[];
  gone: number[];
}

/** `flowVph`: on each link; `driveS`: how long an emergency vehicle takes. */
export function roadsDouble(
  pack: CityPack,
  options: { vehicles?: number; flowVph?: number; driveS?: number } = {},
): RoadsDouble {
  const { vehicles = 0, flowVph = 0, driveS = 60 } = options;
  let timeS = 0;
  let handles = 0;
  const closed = new Set<string>();
  const blocks = new Map<number, string>();
  const darkSignals = new Set<string>();
  const dispatched: string[] = [];
  const speedFactors: number[] = [];
  const demandHours: number[] = [];
  const underway = new Map<string, { atS: number; to: readonly [number, number] }>();
  const places = new Map(pack.links.map((l) => [l.id, l.path.at(-1)!]));
  const at = pack.links[0]?.path[0] ?? pack.manifest.center;
  const double: RoadsDouble = {
    closed,
    blocks,
    darkSignals,
    dispatched,
    speedFactors,
    demandHours,
    gone: [],
    vehicleCount: vehicles,
    get timeS() {
      return timeS;
    },
    step() {
      timeS += TRAFFIC_STEP_S;
    },
    warmUp(seconds) {
      timeS += seconds;
    },
    forEachVehicle(visit) {
      for (let id = 0; id < vehicles; id++) visit(id, 'car', 0, at[0], at[1], 90, 30);
    },
    takeGone() {
      const out = double.gone;
      double.gone = [];
      return out;
    },
    blockLanes(linkId) {
      blocks.set(++handles, linkId);
      return handles;
    },
    unblock(handle) {
      blocks.delete(handle);
    },
    closeLink: (id) => void closed.add(id),
    reopenLink: (id) => void closed.delete(id),
    setSpeedFactor: (f) => void speedFactors.push(f),
    setLinkSpeedFactor: () => undefined,
    setDemandFactor: () => undefined,
    setDemandHour: (hour) => void demandHours.push(hour),
    addDemand: () => undefined,
    dispatch(vehicle) {
      dispatched.push(vehicle.key);
      if (!places.has(vehicle.toLink)) return false;
      underway.set(vehicle.key, { atS: timeS + driveS, to: places.get(vehicle.toLink)! });
      return true;
    },
    dismiss: (key) => void underway.delete(key),
    setSignalDark: (id, dark) => void (dark ? darkSignals.add(id) : darkSignals.delete(id)),
    takeArrivals() {
      const out: { key: string; atS: number }[] = [];
      for (const [key, { atS }] of underway) {
        if (timeS < atS) continue;
        underway.delete(key);
        out.push({ key, atS });
      }
      return out;
    },
    vehicleOf(key) {
      const on = underway.get(key);
      return on ? { lon: on.to[0], lat: on.to[1], headingDeg: 0, speedKph: 40 } : null;
    },
    linkFlow: () => flowVph,
    linkMeanSpeedKph: () => 30,
    signalStates: (visit) => {
      for (let i = 0; i < pack.signals.length; i++) visit(i, 0, 'green', 10);
    },
    detectorReadings: () =>
      pack.detectors.map((d) => ({ id: d.id, speedKph: 30, flowVph: 400, occupancyPct: 8 })),
    busArrivals: () => [],
  };
  return double;
}

/**
 * CityFlow's flows as trips one by one, and its drivers as rows of the kernel's car-following (TR-164). CityFlow's own
 * driver keeps `headwayTime` to the leader at any speed and brakes with `usualNegAcc`; ours is an IDM whose gap grows near
 * the desired speed, so that the same headway needs a shorter time gap and a higher desired speed; the shares below were
 * fitted once, on discharge of a queue and on free travel time, and hold for every network and method.
 */
import { moverKinds, type MoverKind } from '../../server/contract/observations.ts';
import type { ExactTrip } from '../models/traffic/exact-trips.ts';
import type { DriverParameters } from '../models/traffic/idm.ts';
import type { Flow, FlowVehicle } from './files.ts';

/** Share of `headwayTime` that gives an IDM column the same discharge. */
const HEADWAY_SHARE = 0.72;
/** Desired speed over `maxSpeed` at which an IDM driver has CityFlow's free travel time. */
const SPEED_SHARE = 1.02;

export interface ImportedFlows {
  readonly trips: readonly ExactTrip[];
  readonly drivers: Partial<Record<MoverKind, DriverParameters>>;
}

/** @throws Error that names the flow whose route cannot be driven. */
export function importFlows(
  flows: readonly Flow[],
  linkIndex: ReadonlyMap<string, number>,
  follows: (from: string, to: string) => boolean,
  speedLimitMps: number,
  untilS: number,
): ImportedFlows {
  const kinds = new Map<string, number>();
  const drivers: Partial<Record<MoverKind, DriverParameters>> = {};
  const trips: ExactTrip[] = [];
  flows.forEach((f, n) => {
    const links = f.route.map((id, k) => {
      const link = linkIndex.get(id);
      if (link === undefined) throw new Error(`flow ${n}: there is no road ${id}`);
      if (k > 0 && !follows(f.route[k - 1]!, id))
        throw new Error(`flow ${n}: no road link leads from ${f.route[k - 1]!} to ${id}`);
      return link;
    });
    const key = JSON.stringify(f.vehicle);
    let driver = kinds.get(key);
    if (driver === undefined) {
      driver = kinds.size;
      const kind = moverKinds[driver];
      if (kind === undefined) throw new Error(`flow ${n}: more than ${moverKinds.length} kinds of vehicle`);
      kinds.set(key, driver);
      drivers[kind] = driverOf(f.vehicle, speedLimitMps);
    }
    const end = f.endTime < 0 ? untilS : Math.min(f.endTime, untilS);
    for (let at = f.startTime; at <= end; at += f.interval) trips.push({ startS: at, links, driver });
  });
  return { trips, drivers };
}

function driverOf(v: FlowVehicle, speedLimitMps: number): DriverParameters {
  return {
    timeGapS: v.headwayTime * HEADWAY_SHARE,
    standstillM: v.minGap,
    accelMps2: v.usualPosAcc,
    brakeMps2: v.usualNegAcc,
    speedFactor: (Math.min(v.maxSpeed, speedLimitMps) / speedLimitMps) * SPEED_SHARE,
    speedSpread: 0,
    lengthM: v.length,
  };
}

/**
 * What the other models see of the traffic model: roads they can block, slow or close, and emergency vehicles they
 * can send through it. `models/traffic` implements it; tests bring a double.
 */
import type { LonLat } from '../../server/contract/geo.ts';
import type { MoverKind } from '../../server/contract/observations.ts';

export type EmergencyKind = 'ambulance' | 'fire-engine' | 'police-car';

export interface Roads {
  readonly vehicleCount: number;
  /** Takes `lanes` lanes out at a place for at most `seconds`; the answer undoes it. */
  blockLanes(linkId: string, offsetM: number, lanes: number, seconds: number): number;
  unblock(handle: number): void;
  closeLink(linkId: string): void;
  reopenLink(linkId: string): void;
  setSpeedFactor(factor: number): void;
  setLinkSpeedFactor(linkId: string, factor: number): void;
  setDemandFactor(factor: number): void;
  /** Moves the clock that demand follows; who is on the road stays, and their number changes over minutes. */
  setDemandHour(hourOfDay: number): void;
  /** One already on the road goes on from where it is. False where there is no way. */
  dispatch(vehicle: {
    readonly key: string;
    readonly kind: EmergencyKind;
    readonly fromLink: string;
    readonly toLink: string;
    readonly offsetM: number;
    readonly fromOffsetM: number;
    readonly priority: boolean;
  }): boolean;
  /** Takes an emergency vehicle off the road. */
  dismiss(key: string): void;
  setSignalDark(signalId: string, dark: boolean): void;
  takeArrivals(): readonly { readonly key: string; readonly atS: number }[];
  vehicleOf(key: string): {
    readonly lon: number;
    readonly lat: number;
    readonly headingDeg: number;
    readonly speedKph: number;
  } | null;
  /** Vehicles an hour through a link, by its index in the pack. */
  linkFlow(linkIndex: number): number;
  linkMeanSpeedKph(linkIndex: number): number;
}

/** The whole of the traffic model as a run needs it. */
export interface TrafficSource extends Roads {
  readonly timeS: number;
  /** One step of TRAFFIC_STEP_S. */
  step(): void;
  warmUp(seconds: number): void;
  forEachVehicle(
    visit: (
      id: number,
      kind: MoverKind,
      linkIndex: number,
      lon: number,
      lat: number,
      headingDeg: number,
      speedKph: number,
    ) => void,
  ): void;
  takeGone(): readonly number[];
  addDemand(demand: {
    readonly fromArea: readonly LonLat[] | null;
    readonly toArea: readonly LonLat[] | null;
    readonly vehiclesPerHour: number;
    readonly seconds: number;
  }): void;
  signalStates(
    visit: (signalIndex: number, phase: number, state: SignalState, remainingS: number) => void,
  ): void;
  detectorReadings(): readonly {
    readonly id: string;
    readonly speedKph: number | null;
    readonly flowVph: number;
    readonly occupancyPct: number;
  }[];
  busArrivals(): readonly {
    readonly route: string;
    readonly stopIndex: number;
    readonly atS: number;
    readonly headwayS: number | null;
  }[];
}

export type SignalState = 'green' | 'yellow' | 'all-red' | 'dark' | 'flashing';
export const TRAFFIC_STEP_S = 0.5;

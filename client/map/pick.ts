/** What a pointer means: the most urgent and smallest thing near it, down to the road it lies on. */
import type { LonLat } from '../../server/contract/geo.ts';
import type { Session } from '../sync/session.ts';
import type { DataLayers } from './data-layers.ts';
import { pickAlarm } from './layers/alarms-shown.ts';
import { unitsX, unitsY } from './layers/ground.ts';
import { shownFacilities, unitShown } from './layers/places-shown.ts';
import { SIGNALS_FROM_ZOOM } from './layers/signal-heads.ts';
import { pickLink, pickNearest, pickVehicle, type ScreenPoint } from './picking.ts';
import { WORLD_UNITS } from '../sync/vehicle-store.ts';
import type { Selection } from './types.ts';

export interface PickRequest {
  readonly point: ScreenPoint;
  readonly at: LonLat;
  readonly zoom: number;
  readonly project: (p: LonLat) => ScreenPoint;
  readonly nowMs: number;
  readonly data: DataLayers;
  readonly session: Session;
  readonly drivesOn: 'right' | 'left';
  readonly hasCity: boolean;
}

const INCIDENT_PX = 18;
const UNIT_PX = 12;
const VEHICLE_PX = 10;
const SIGNAL_PX = 14;
const FACILITY_PX = 14;
const STATION_PX = 9;

export function pick(r: PickRequest): Selection | null {
  const { data, session, zoom, point, project } = r;
  const { visible, network } = data;
  const { records } = session.mirror;
  if (visible.alarms) {
    const found = pickAlarm(data.alarms, point, project);
    if (found) return { kind: 'alarm', id: found.id };
  }
  if (visible.incidents) {
    const found = pickNearest(data.incidents, point, project, INCIDENT_PX);
    if (found) return { kind: 'incident', id: found.id };
  }
  if (visible.units) {
    const units = data.units.filter((u) => unitShown(u, zoom));
    const found = pickNearest(units, point, project, UNIT_PX);
    if (found) return { kind: 'unit', id: found.id };
  }
  const unitsPerPixel = WORLD_UNITS / (512 * 2 ** zoom);
  if (visible.vehicles) {
    const store = session.telemetry.vehicles;
    const x = unitsX(r.at[0], store.originX);
    const y = unitsY(r.at[1], store.originY);
    const slot = pickVehicle(store, x, y, r.nowMs, VEHICLE_PX * unitsPerPixel);
    if (slot >= 0) return { kind: 'vehicle', slot };
  }
  if (visible.signals && zoom >= SIGNALS_FROM_ZOOM) {
    const found = pickNearest(network.signals, point, project, SIGNAL_PX);
    if (found) return { kind: 'signal', index: network.signals.indexOf(found) };
  }
  const atControl = [
    ...(visible.signalControl ? data.signals.rings : []),
    ...(visible.signalDelay ? data.signals.delays : []),
  ];
  const junction = pickNearest(atControl, point, project, SIGNAL_PX);
  if (junction) {
    const index = network.signals.findIndex((s) => s.id === junction.id);
    if (index >= 0) return { kind: 'signal', index };
  }
  if (visible.facilities) {
    // The base map shows facilities of a city as places; they can be pointed at from where it does.
    const shown = shownFacilities(records.facility.values(), zoom, true);
    const found = pickNearest(shown, point, project, FACILITY_PX);
    if (found) return { kind: 'facility', id: found.id };
  }
  if (visible.stations) {
    const found = pickNearest(records.station.values(), point, project, STATION_PX);
    if (found) return { kind: 'station', id: found.id };
  }
  if (visible.links) {
    const x = unitsX(r.at[0], network.originX);
    const y = unitsY(r.at[1], network.originY);
    const index = pickLink(network, x, y, { zoom, unitsPerPixel, drivesOn: r.drivesOn });
    if (index >= 0) return { kind: 'link', index };
  }
  return null;
}

/** A CityFlow network with its flows as a traffic model of ours, ready to be stepped. */
import type { LonLat } from '../../server/contract/geo.ts';
import { TrafficModel, type TrafficOptions } from '../models/traffic/traffic-model.ts';
import { readFlows, readJson, readRoadnet } from './files.ts';
import { importFlows } from './flows.ts';
import { importRoadnet, type ImportedRoadnet } from './roadnet.ts';

/** Where a network is laid that does not say where it lies: the west lake's west shore. */
export const DEFAULT_CENTER: LonLat = [120.12, 30.27];

export interface ImportedCityFlow extends ImportedRoadnet {
  readonly options: TrafficOptions;
}

export function importCityFlow(
  roadnet: unknown,
  flow: unknown,
  more: { readonly center?: LonLat; readonly untilS?: number; readonly seed?: number } = {},
): ImportedCityFlow {
  const net = readRoadnet(roadnet);
  const imported = importRoadnet(net, more.center ?? DEFAULT_CENTER);
  const { links } = imported.pack;
  const pairs = imported.network.lanePairs!;
  const { trips, drivers } = importFlows(
    readFlows(flow),
    new Map(links.map((l, i) => [l.id, i])),
    (from, to) => pairs.has(`${from}>${to}`),
    Math.max(...links.map((l) => l.speedLimitKph)) / 3.6,
    more.untilS ?? 3_600,
  );
  return {
    ...imported,
    options: {
      seed: more.seed ?? 1,
      startHour: 0,
      targetVehicles: 0,
      drivers,
      network: imported.network,
      exactTrips: trips,
      laneChanges: false,
      signals: { pedestrians: false },
    },
  };
}

/** The model of the two files, its signals running the phases that serve everything. */
export function openCityFlow(roadnetPath: string, flowPath: string, untilS: number): TrafficModel {
  const imported = importCityFlow(readJson(roadnetPath), readJson(flowPath), { untilS });
  const model = new TrafficModel(imported.pack, imported.options);
  imported.covering.forEach((plan, s) => model.kernel.signals.setPlan(s, plan));
  return model;
}

/** Sixteen junctions of Hangzhou with an hour of recorded flow (CityFlow files), where they are on this machine. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readJson } from '../../simulators/cityflow/files.ts';
import { importCityFlow, type ImportedCityFlow } from '../../simulators/cityflow/import.ts';
import { TrafficModel } from '../../simulators/models/traffic/traffic-model.ts';

const folder = fileURLToPath(new URL('../../../shared/data/signals/hangzhou-4x4/', import.meta.url));
export const HANGZHOU_S = 3_600;

/** null where the files are not there. */
export function readHangzhou(): ImportedCityFlow | null {
  const [roadnet, flow] = [`${folder}roadnet.json.gz`, `${folder}flow.json.gz`];
  if (!existsSync(roadnet) || !existsSync(flow)) return null;
  return importCityFlow(readJson(roadnet), readJson(flow));
}

/** A model of it; `empty`: the roads alone. Its own plans are the four phases that serve everything. */
export function openHangzhou(of: ImportedCityFlow, empty = false): TrafficModel {
  const model = new TrafficModel(of.pack, empty ? { ...of.options, exactTrips: [] } : of.options);
  of.covering.forEach((plan, s) => model.kernel.signals.setPlan(s, plan));
  return model;
}

/** How many vehicles a city's roads carry: what was asked for, or as many as flow on a network of that size. */
import type { CityPack } from '../../server/contract/city-pack.ts';
import { pathLengthM } from '../../server/contract/geo.ts';

/** Vehicles a kilometre of lane that still flow: the demo city at 20,000 has 5. Side streets carry few. */
const MOST_PER_LANE_KM = 6;
const MOST_PER_LANE_KM_SIDE = 2;

/** @returns the vehicles to aim for; says so where that is fewer than were asked for. */
export function vehiclesFor(pack: CityPack, asked: number, log: (line: string) => void): number {
  let laneKm = 0;
  let carried = 0;
  for (const link of pack.links) {
    const km = (pathLengthM(link.path) * link.lanes) / 1_000;
    laneKm += km;
    const side = link.class === 'residential' || link.class === 'service';
    carried += km * (side ? MOST_PER_LANE_KM_SIDE : MOST_PER_LANE_KM);
  }
  const most = Math.max(20, Math.round(carried / 10) * 10);
  if (asked <= most) return asked;
  log(`${asked} vehicles are too many for ${Math.round(laneKm)} lane-km of road: ${most} are aimed for`);
  return most;
}

/** Areas of warnings: districts by name, circles round a place, the box that holds them. Pure. */
import type { District } from '../../server/contract/city-pack.ts';
import type { Bbox, LonLat } from '../../server/contract/geo.ts';
import type { LocalText } from '../../server/contract/text.ts';
import type { WarningArea } from '../../server/contract/warnings.ts';
import { ringsOf } from '../map/layers/warnings-shown.ts';

/** As in the contract: points of a ring. */
const MAX_POINTS = 2_000;

/** An area has one description for all languages: both names, where they differ. */
export const bothNames = ({ zh, en }: LocalText): string =>
  zh === '' || en === '' || zh === en ? zh || en : `${zh} ${en}`;

/** A ring that ends where it began, thinned evenly where it has more points than a warning may have. */
export function closedRing(ring: readonly LonLat[]): LonLat[] {
  const open = [...ring];
  const [first, last] = [open[0], open.at(-1)];
  if (open.length > 1 && first && last && first[0] === last[0] && first[1] === last[1]) open.pop();
  const step = Math.ceil(open.length / (MAX_POINTS - 1));
  const kept = step <= 1 ? open : open.filter((_, i) => i % step === 0);
  return [...kept, kept[0]!];
}

/** The outer rings of a district: what a warning covers has no holes. */
export const areaOfDistrict = (district: District): WarningArea => ({
  description: bothNames(district.name),
  polygons: district.polygons.map((polygon) => closedRing(polygon[0]!)),
  circles: [],
  geocodes: [`district=${district.id}`],
});

export const areaOfCircle = (center: LonLat, radiusM: number, description: string): WarningArea => ({
  description,
  polygons: [],
  circles: [{ center: [center[0], center[1]], radiusM }],
  geocodes: [],
});

const districtOf = (area: WarningArea): string | null => {
  const code = area.geocodes.find((g) => g.startsWith('district='));
  return code === undefined ? null : code.slice('district='.length);
};
/** Ids of the districts among areas that were made here. */
export const districtsAmong = (areas: readonly WarningArea[]): readonly string[] =>
  areas.map(districtOf).filter((id) => id !== null);

/** The box to fly to; null where no area has a shape. */
export function boxOfAreas(areas: readonly WarningArea[]): Bbox | null {
  const points = ringsOf(areas).flat();
  if (points.length === 0) return null;
  let [west, south, east, north] = [180, 90, -180, -90];
  for (const [lon, lat] of points) {
    west = Math.min(west, lon);
    east = Math.max(east, lon);
    south = Math.min(south, lat);
    north = Math.max(north, lat);
  }
  return [west, south, east, north];
}

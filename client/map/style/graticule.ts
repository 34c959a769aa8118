/** Lines of longitude and latitude round a place, for the map of a city that has no city pack. */
import type { FeatureCollection, Feature } from 'geojson';
import type { Bbox } from '../../../server/contract/geo.ts';

/** Steps in degrees, coarse (level 0) and fine (level 1), fitting the size of the box. */
function stepsFor(box: Bbox): [coarse: number, fine: number] {
  const span = Math.max(box[2] - box[0], box[3] - box[1], 0.01);
  const coarse = [10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01].find((s) => span / s >= 3) ?? 0.01;
  return [coarse, coarse / 5];
}

const degrees = (value: number, positive: string, negative: string): string =>
  `${Math.abs(Math.round(value * 1e4) / 1e4)}°${value >= 0 ? positive : negative}`;

export function graticule(box: Bbox): FeatureCollection {
  const [coarse, fine] = stepsFor(box);
  const reach = Math.max(box[2] - box[0], box[3] - box[1], coarse);
  const west = Math.max(-180, Math.floor((box[0] - reach) / coarse) * coarse);
  const east = Math.min(180, Math.ceil((box[2] + reach) / coarse) * coarse);
  const south = Math.max(-85, Math.floor((box[1] - reach) / coarse) * coarse);
  const north = Math.min(85, Math.ceil((box[3] + reach) / coarse) * coarse);
  const perCoarse = Math.round(coarse / fine);
  const features: Feature[] = [];
  const columns = Math.round((east - west) / fine);
  const rows = Math.round((north - south) / fine);
  const line = (from: [number, number], to: [number, number], level: number): void => {
    features.push({
      type: 'Feature',
      properties: { level },
      geometry: { type: 'LineString', coordinates: [from, to] },
    });
  };
  for (let c = 0; c <= columns; c++) {
    const lon = west + c * fine;
    line([lon, south], [lon, north], c % perCoarse === 0 ? 0 : 1);
  }
  for (let r = 0; r <= rows; r++) {
    const lat = south + r * fine;
    line([west, lat], [east, lat], r % perCoarse === 0 ? 0 : 1);
  }
  for (let c = 0; c <= columns; c += perCoarse) {
    for (let r = 0; r <= rows; r += perCoarse) {
      const lon = west + c * fine;
      const lat = south + r * fine;
      features.push({
        type: 'Feature',
        properties: { label: `${degrees(lat, 'N', 'S')} ${degrees(lon, 'E', 'W')}` },
        geometry: { type: 'Point', coordinates: [lon, lat] },
      });
    }
  }
  return { type: 'FeatureCollection', features };
}

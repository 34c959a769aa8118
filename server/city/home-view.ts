/** Where the map of a city begins: a town as a whole, of a larger city its middle. */
import type { Manifest } from '../contract/city-pack.ts';
import { mercatorX, mercatorY, type Bbox, type LonLat } from '../contract/geo.ts';

/** The map between the panels of a full-HD screen, in CSS pixels. */
const WIDTH_PX = 1_100;
const HEIGHT_PX = 900;
const TILE_PX = 512;
/** Farther out than this single roads say nothing any more. */
const FARTHEST = 12.5;
const NEAREST = 15;
const OF_A_PART = 13;

export interface HomeView {
  readonly center: LonLat;
  readonly zoom: number;
  readonly bbox: Bbox;
}

export function homeView({ center, bbox }: Pick<Manifest, 'center' | 'bbox'>): HomeView {
  const [west, south, east, north] = bbox;
  const fits = Math.log2(
    Math.min(
      WIDTH_PX / (TILE_PX * (mercatorX(east) - mercatorX(west))),
      HEIGHT_PX / (TILE_PX * (mercatorY(south) - mercatorY(north))),
    ),
  );
  if (fits < FARTHEST) return { center, zoom: OF_A_PART, bbox };
  const zoom = Math.round(Math.min(fits, NEAREST) * 10) / 10;
  return { center: [(west + east) / 2, (south + north) / 2], zoom, bbox };
}

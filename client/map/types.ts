/** What the map and the panels around it agree on. */
import type { Bbox, LonLat } from '../../server/contract/geo.ts';
import type { LocalText } from '../../server/contract/text.ts';

export type Selection =
  | { readonly kind: 'vehicle'; readonly slot: number }
  | { readonly kind: 'link'; readonly index: number }
  | { readonly kind: 'signal'; readonly index: number }
  | { readonly kind: 'incident' | 'unit' | 'facility' | 'station' | 'alarm'; readonly id: string }
  | { readonly kind: 'place'; readonly position: LonLat; readonly name?: LocalText };

export const mapLayerIds = [
  'vehicles',
  'links',
  'signals',
  'incidents',
  'incidentHeat',
  'facilities',
  'units',
  'stations',
  'districts',
  'buildings',
  'labels',
  'alarms',
  'warnings',
  'signalDelay',
  'signalControl',
  'greenWave',
  'whatIf',
] as const;
export type MapLayerId = (typeof mapLayerIds)[number];

export interface MapView {
  readonly center: LonLat;
  readonly zoom: number;
  readonly bbox: Bbox;
}

/** Where to fly: a place, or a box to fit. */
export interface FlyTarget {
  readonly position?: LonLat;
  readonly bbox?: Bbox;
  readonly zoom?: number;
}

/** A way drawn on the map: of a unit that is under way, or of one that would be sent. */
export interface RouteLine {
  readonly id: string;
  readonly path: readonly LonLat[];
  readonly kind: 'under-way' | 'picked';
}

export type Theme = 'dark' | 'light';

export interface MapEvents {
  readonly select: Selection | null;
  readonly hover: {
    readonly selection: Selection;
    readonly position: LonLat;
    /** CSS pixels within the map. */
    readonly point: readonly [number, number];
  } | null;
  readonly layers: Readonly<Record<MapLayerId, boolean>>;
  readonly view: MapView;
  readonly follow: Selection | null;
  readonly 'first-frame': { readonly afterMs: number };
}

export const sameSelection = (a: Selection | null, b: Selection | null): boolean =>
  a === b || (a !== null && b !== null && JSON.stringify(a) === JSON.stringify(b));

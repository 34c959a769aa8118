/** The answers of the HTTP interface that our own client relies on (the rest is in the OpenAPI document). */
import type { Manifest, RoadClass } from './city-pack.ts';
import type { Bbox, LonLat } from './geo.ts';
import type { MoverKind } from './observations.ts';
import type { LocalText } from './text.ts';

/** `GET /api/v1/client-config`: what a screen needs before anything else. */
export interface ClientConfig {
  readonly demo: boolean;
  readonly version: string;
  readonly tickHz: number;
  /** Absent: the server runs without a city pack, on a plain base map (`view` says where to look). */
  readonly city: (Manifest & { readonly counts: Readonly<Record<string, number>> }) | null;
  readonly view: { readonly center: LonLat; readonly zoom: number; readonly bbox: Bbox };
  /** An own base map instead of the product's: a MapLibre style, or a PMTiles file in the product's schema. */
  readonly baseMap: { readonly style?: string; readonly pmtiles?: string };
}

/**
 * `GET /api/v1/city/network`: geometry of all links in the order of their indices (the index is what telemetry frames
 * name), as JSON. `path` is flat: lon, lat, lon, lat… in 1e-6 degrees, each after the first pair relative to the one
 * before.
 */
export interface NetworkAnswer {
  readonly links: readonly {
    readonly id: string;
    readonly class: RoadClass;
    readonly lanes: number;
    readonly limit: number;
    readonly name?: LocalText;
    readonly path: readonly number[];
    /** 1 bridge, 2 tunnel. */
    readonly structure?: 1 | 2;
  }[];
  readonly signals: readonly {
    readonly id: string;
    readonly position: LonLat;
    readonly phases: number;
    /** Per phase: indices of the links that have green in it. */
    readonly greens: readonly (readonly number[])[];
  }[];
}

/** A number with where it comes from and how old it is. */
export interface Sourced {
  readonly feed: string;
  readonly observedAtMs: number;
  readonly receivedAtMs?: number;
}

/** `GET /api/v1/objects/:slot`. */
export interface ObjectAnswer extends Sourced {
  readonly slot: number;
  readonly id: string;
  readonly mover: MoverKind;
  readonly position: LonLat;
  readonly headingDeg: number;
  readonly speedKph: number | null;
  /** What its feed does not tell and the server works out from its successive positions. */
  readonly derived?: readonly ('speed' | 'heading')[];
  readonly link?: string;
  readonly linkName?: LocalText;
}

/** `GET /api/v1/links/:index`. */
export interface LinkAnswer {
  readonly index: number;
  readonly id: string;
  readonly name?: LocalText;
  readonly class: RoadClass;
  readonly lanes: number;
  readonly limitKph: number;
  readonly lengthM: number;
  readonly freeFlowKph: number;
  readonly speedKph: number | null;
  readonly travelTimeRatio: number | null;
  readonly los: string | null;
  readonly flowVph: number | null;
  readonly queueVehicles?: number | null;
  readonly probes: (Sourced & { readonly vehicles: number; readonly speedKph: number }) | null;
  readonly loops:
    | (Sourced & {
        readonly detectors: readonly string[];
        readonly speedKph: number;
        readonly flowVph: number | null;
      })
    | null;
  /** Mean speed in the last minutes, oldest first, for a small chart. */
  readonly trend: readonly { readonly atMs: number; readonly speedKph: number }[];
}

/** `GET /api/v1/search?q=`: Chinese, pinyin (whole or initials) and English. */
export interface SearchHit {
  readonly kind:
    'road' | 'place' | 'facility' | 'district' | 'unit' | 'incident' | 'vehicle' | 'station' | 'link';
  readonly id: string;
  readonly name: LocalText;
  readonly detail?: LocalText;
  readonly position?: LonLat;
  readonly bbox?: Bbox;
}

/** `GET /api/v1/history/vitals?minutes=`. Columns of equal length, oldest first; null where it was not known. */
export interface VitalsHistory {
  readonly atMs: readonly number[];
  readonly series: Readonly<Record<string, readonly (number | null)[]>>;
}

/**
 * The base map as vector tiles made from the city pack on demand. A layer is indexed when it is first asked for, a
 * tile is built from the features that touch it, and finished tiles are kept within a bound of bytes.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { geoJSONToTile, type GeoJSONVTTile } from '@maplibre/geojson-vt';
import { fromGeojsonVt } from '@maplibre/vt-pbf';
import Flatbush from 'flatbush';
import { LRUCache } from 'lru-cache';
import type { CityPack } from '../contract/city-pack.ts';
import { mercatorX, mercatorY, tilesOfBbox, tileXOfKey, tileYOfKey, type LonLat } from '../contract/geo.ts';
import {
  makeFeatures,
  tileLayers,
  type MapFeature,
  type MapGeometry,
  type TileLayer,
} from './base-map-features.ts';

export const MIN_ZOOM = 5;
export const MAX_ZOOM = 15;
/** Tiles up to this zoom are made ahead: those of the first screens, and the slow ones. */
const WARM_TO_ZOOM = 12;
/** Of one zoom; a country has more than anybody looks at first. */
const MAX_WARM_TILES = 64;
const CACHE_BYTES = 48 * 1024 * 1024;
const EXTENT = 4096;
/** Units around a tile that lines and areas reach into, so that wide strokes meet at its edge. */
const BUFFER = 64;
/** Labels and symbols belong to one tile only. */
const POINT_LAYERS: ReadonlySet<TileLayer> = new Set(['place', 'poi', 'junction']);
/** A simplification of half a pixel of a 512-pixel tile, in tile units. */
const TOLERANCE = 4;

export interface TileJson {
  readonly tilejson: '3.0.0';
  readonly tiles: readonly string[];
  readonly minzoom: number;
  readonly maxzoom: number;
  readonly bounds: readonly number[];
  readonly center: readonly number[];
  readonly attribution: string;
  readonly vector_layers: readonly {
    readonly id: string;
    readonly fields: Readonly<Record<string, string>>;
  }[];
}

interface Layer {
  readonly features: readonly MapFeature[];
  readonly tree: Flatbush;
}

export class BaseMap {
  readonly #pack: CityPack;
  readonly #layers = new Map<TileLayer, Layer | null>();
  /** An empty array stands for a tile with nothing in it. */
  readonly #tiles = new LRUCache<string, Uint8Array>({
    maxSize: CACHE_BYTES,
    sizeCalculation: (tile) => tile.length + 200,
  });

  constructor(pack: CityPack) {
    this.#pack = pack;
  }

  /** A Mapbox Vector Tile, or null where there is nothing to draw (or no such tile). */
  tile(z: number, x: number, y: number): Uint8Array | null {
    const n = 2 ** z;
    if (!Number.isInteger(z) || z < MIN_ZOOM || z > MAX_ZOOM) return null;
    if (!Number.isInteger(x) || !Number.isInteger(y) || x < 0 || y < 0 || x >= n || y >= n) return null;
    const key = `${z}/${x}/${y}`;
    let tile = this.#tiles.get(key);
    if (tile === undefined) {
      tile = this.#build(z, x, y);
      this.#tiles.set(key, tile);
    }
    return tile.length === 0 ? null : tile;
  }

  tileJson(baseUrl: string): TileJson {
    const { bbox, center, attribution } = this.#pack.manifest;
    return {
      tilejson: '3.0.0',
      tiles: [`${baseUrl.replace(/\/+$/, '')}/tiles/{z}/{x}/{y}.pbf`],
      minzoom: MIN_ZOOM,
      maxzoom: MAX_ZOOM,
      bounds: bbox,
      center: [...center, 12],
      attribution,
      vector_layers: tileLayers.map((id) => ({ id, fields: layerFields[id] })),
    };
  }

  /**
   * Makes every layer ready, and the tiles far out, which gather the most; one at a time with the event loop free in
   * between. Tiles may be asked for meanwhile.
   */
  async warm(): Promise<void> {
    for (const name of tileLayers) {
      await nextTurn();
      this.#layer(name);
    }
    for (let z = MIN_ZOOM; z <= WARM_TO_ZOOM; z++) {
      for (const key of tilesOfBbox(this.#pack.manifest.bbox, z, MAX_WARM_TILES)) {
        await nextTurn();
        this.tile(z, tileXOfKey(key), tileYOfKey(key));
      }
    }
  }

  #layer(name: TileLayer): Layer | null {
    let layer = this.#layers.get(name);
    if (layer === undefined) {
      const features = makeFeatures[name](this.#pack);
      layer = features.length === 0 ? null : { features, tree: treeOf(features) };
      this.#layers.set(name, layer);
    }
    return layer;
  }

  #build(z: number, x: number, y: number): Uint8Array {
    const n = 2 ** z;
    const layers: Record<string, GeoJSONVTTile> = {};
    for (const name of tileLayers) {
      const layer = z < firstZoom[name] ? null : this.#layer(name);
      if (layer === null) continue;
      const buffer = POINT_LAYERS.has(name) ? 0 : BUFFER;
      const reach = buffer / EXTENT;
      const found = layer.tree
        .search(
          (x - reach) / n,
          (y - reach) / n,
          (x + 1 + reach) / n,
          (y + 1 + reach) / n,
          (i) => layer.features[i]!.minZoom <= z,
        )
        // The order of the features is the order they are drawn in.
        .sort((a, b) => a - b);
      if (found.length === 0) continue;
      const data: GeoJSON.FeatureCollection = {
        type: 'FeatureCollection',
        features: found.map((i) => {
          const { properties, geometry } = layer.features[i]!;
          return { type: 'Feature', properties, geometry };
        }),
      };
      const tile = geoJSONToTile(data, z, x, y, {
        extent: EXTENT,
        buffer,
        tolerance: TOLERANCE,
        maxZoom: MAX_ZOOM,
        clip: true,
      });
      if (tile.features.length > 0) layers[name] = tile;
    }
    if (Object.keys(layers).length === 0) return new Uint8Array(0);
    return fromGeojsonVt(layers, { version: 2, extent: EXTENT });
  }
}

/** The zoom from which a layer can hold anything; spares making the features of a layer nobody looks at. */
const firstZoom: Readonly<Record<TileLayer, number>> = {
  area: MIN_ZOOM,
  line: 9,
  road: MIN_ZOOM,
  building: 13,
  boundary: 6,
  road_label: 10,
  place: 6,
  poi: 12,
  junction: 15,
};

const name = { name_zh: 'String', name_en: 'String' } as const;
const layerFields: Readonly<Record<TileLayer, Readonly<Record<string, string>>>> = {
  area: { kind: 'String', ...name },
  line: { kind: 'String', ...name },
  road: {
    class: 'String',
    bridge: 'Boolean',
    tunnel: 'Boolean',
    oneway: 'Boolean',
    lanes: 'Number',
    ...name,
  },
  building: { height: 'Number', kind: 'String', ...name },
  boundary: { level: 'String' },
  road_label: { class: 'String', ...name },
  place: { kind: 'String', area: 'String', rank: 'Number', ...name },
  poi: { kind: 'String', id: 'String', ...name },
  junction: { kind: 'String', id: 'String', signal: 'Number', ...name },
};

/** Index over the features' boxes on the web-mercator square. */
function treeOf(features: readonly MapFeature[]): Flatbush {
  const tree = new Flatbush(features.length);
  for (const { geometry } of features) {
    let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const p of pointsOf(geometry)) {
      const x = mercatorX(p[0]);
      const y = mercatorY(p[1]);
      x0 = Math.min(x0, x);
      x1 = Math.max(x1, x);
      y0 = Math.min(y0, y);
      y1 = Math.max(y1, y);
    }
    tree.add(x0, y0, x1, y1);
  }
  tree.finish();
  return tree;
}

function pointsOf(geometry: MapGeometry): LonLat[] {
  switch (geometry.type) {
    case 'Point':
      return [geometry.coordinates as unknown as LonLat];
    case 'LineString':
      return geometry.coordinates as unknown as LonLat[];
    case 'Polygon':
      return geometry.coordinates[0] as unknown as LonLat[];
    case 'MultiPolygon':
      return geometry.coordinates.flatMap((polygon) => polygon[0] as unknown as LonLat[]);
  }
}

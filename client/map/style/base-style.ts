/**
 * The product's own base map as a MapLibre style: from the vector tiles of the city pack, nothing from the internet.
 * Pure: theme, language and addresses in, style out. Layer ids are the anchors the data layers are put between.
 */
import type { LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl';
import type { Bbox, LonLat } from '../../../server/contract/geo.ts';
import type { Language } from '../../../server/contract/text.ts';
import { FONT_NAME, fontFaces } from './fonts.ts';
import { graticule } from './graticule.ts';
import { labelLayers } from './label-layers.ts';
import { palettes, type MapPalette } from './palette.ts';
import { roadLayers } from './road-layers.ts';
import { asLayers, CITY_SOURCE } from './style-parts.ts';
import type { Theme } from '../types.ts';

/** Data on the roads goes below this layer: under houses that stand up, and under every label. */
export const BELOW_BUILDINGS = 'building-3d';
export const PITCH_FOR_3D_DEG = 20;

export interface BaseStyleOptions {
  readonly theme: Theme;
  readonly language: Language;
  /** Tile URL templates, or a `pmtiles://` URL; null: no city, a plain map with a graticule. */
  readonly source: { readonly tiles: readonly string[] } | { readonly url: string } | null;
  readonly bbox: Bbox;
  readonly center: LonLat;
  readonly zoom: number;
  readonly attribution?: string;
  readonly reducedMotion?: boolean;
}

export function baseStyle(options: BaseStyleOptions): StyleSpecification {
  const p = palettes[options.theme];
  const sources: Record<string, SourceSpecification> = {
    graticule: { type: 'geojson', data: graticule(options.bbox) },
  };
  if (options.source) {
    sources[CITY_SOURCE] = {
      type: 'vector',
      ...('url' in options.source
        ? { url: options.source.url }
        : { tiles: [...options.source.tiles], minzoom: 5, maxzoom: 15 }),
      ...(options.attribution ? { attribution: options.attribution } : {}),
    };
  }
  return {
    version: 8,
    name: `city-brain ${options.theme}`,
    center: [...options.center] as [number, number],
    zoom: options.zoom,
    'font-faces': fontFaces(),
    light: { anchor: 'viewport', color: '#ffffff', intensity: options.theme === 'dark' ? 0.28 : 0.38 },
    transition: { duration: options.reducedMotion ? 0 : 200, delay: 0 },
    sources,
    layers: [
      ...asLayers([{ id: 'land', type: 'background', paint: { 'background-color': p.land } }]),
      ...(options.source
        ? [
            ...groundLayers(p, options.theme),
            ...roadLayers(p, options.theme),
            ...topLayers(p, options.theme),
            ...labelLayers(p, options.language),
          ]
        : graticuleLayers(p)),
    ],
  };
}

function groundLayers(p: MapPalette, theme: Theme): LayerSpecification[] {
  const city = { source: CITY_SOURCE };
  return asLayers([
    {
      id: 'area',
      type: 'fill',
      ...city,
      'source-layer': 'area',
      filter: ['!', ['in', ['get', 'kind'], ['literal', ['water', 'park', 'green']]]],
      paint: {
        'fill-color': ['match', ['get', 'kind'], ...Object.entries(p.area).flat(), p.land],
        'fill-opacity': ['interpolate', ['linear'], ['zoom'], 9, 0.6, 13, 1],
      },
    },
    {
      id: 'park',
      type: 'fill',
      ...city,
      'source-layer': 'area',
      filter: ['in', ['get', 'kind'], ['literal', ['park', 'green']]],
      paint: { 'fill-color': p.park, 'fill-outline-color': p.parkEdge },
    },
    {
      id: 'water',
      type: 'fill',
      ...city,
      'source-layer': 'area',
      filter: ['==', ['get', 'kind'], 'water'],
      paint: { 'fill-color': p.water },
    },
    {
      // A soft inner shore: the blurred line lies half on the water, half under what follows.
      id: 'shore',
      type: 'line',
      ...city,
      'source-layer': 'area',
      filter: ['==', ['get', 'kind'], 'water'],
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': p.shore,
        'line-width': ['interpolate', ['exponential', 1.5], ['zoom'], 9, 0.6, 13, 1.6, 17, 5],
        'line-blur': ['interpolate', ['linear'], ['zoom'], 10, 0.4, 17, 4],
        'line-opacity': theme === 'dark' ? 0.75 : 0.6,
      },
    },
    {
      id: 'stream',
      type: 'line',
      ...city,
      'source-layer': 'line',
      filter: ['==', ['get', 'kind'], 'stream'],
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: {
        'line-color': p.water,
        'line-width': ['interpolate', ['exponential', 1.6], ['zoom'], 11, 0.8, 15, 3, 18, 14],
      },
    },
    {
      id: 'pier',
      type: 'line',
      ...city,
      'source-layer': 'line',
      filter: ['==', ['get', 'kind'], 'pier'],
      paint: {
        'line-color': p.land,
        'line-width': ['interpolate', ['exponential', 1.7], ['zoom'], 12, 1, 15, 4, 18, 26],
      },
    },
    {
      id: 'footway',
      type: 'line',
      ...city,
      'source-layer': 'line',
      minzoom: 14.5,
      filter: ['==', ['get', 'kind'], 'footway'],
      layout: { 'line-cap': 'round' },
      paint: {
        'line-color': p.path,
        'line-width': ['interpolate', ['exponential', 1.6], ['zoom'], 14.5, 0.6, 18, 3.5],
        'line-dasharray': [2.5, 1.6],
      },
    },
    {
      id: 'building',
      type: 'fill',
      ...city,
      'source-layer': 'building',
      minzoom: 13.5,
      paint: {
        'fill-color': p.building,
        'fill-outline-color': p.buildingEdge,
        'fill-opacity': ['interpolate', ['linear'], ['zoom'], 13.5, 0, 14.3, 1],
      },
    },
  ]);
}

/** Rail, boundaries and houses that stand up: above the roads, below the labels. */
function topLayers(p: MapPalette, theme: Theme): LayerSpecification[] {
  const city = { source: CITY_SOURCE };
  const rail = ['==', ['get', 'kind'], 'rail'];
  return asLayers([
    {
      id: 'rail',
      type: 'line',
      ...city,
      'source-layer': 'line',
      minzoom: 10,
      filter: rail,
      paint: {
        'line-color': p.rail[0],
        'line-width': ['interpolate', ['exponential', 1.5], ['zoom'], 10, 0.8, 14, 2, 18, 7],
      },
    },
    {
      id: 'rail-ties',
      type: 'line',
      ...city,
      'source-layer': 'line',
      minzoom: 13.5,
      filter: rail,
      paint: {
        'line-color': p.rail[1],
        'line-width': ['interpolate', ['exponential', 1.5], ['zoom'], 13.5, 1, 18, 4.6],
        'line-dasharray': [4, 4],
      },
    },
    {
      id: 'metro',
      type: 'line',
      ...city,
      'source-layer': 'line',
      minzoom: 11,
      filter: ['==', ['get', 'kind'], 'metro'],
      paint: {
        'line-color': p.waterLabel,
        'line-opacity': 0.35,
        'line-width': ['interpolate', ['exponential', 1.4], ['zoom'], 11, 1, 18, 4],
        'line-dasharray': [5, 2],
      },
    },
    {
      id: 'boundary',
      type: 'line',
      ...city,
      'source-layer': 'boundary',
      filter: ['in', ['get', 'level'], ['literal', ['district', 'street']]],
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': p.boundary,
        'line-width': ['match', ['get', 'level'], 'district', 1.6, 0.9],
        'line-opacity': [
          'interpolate',
          ['linear'],
          ['zoom'],
          9,
          ['match', ['get', 'level'], 'district', 0.65, 0],
          12.5,
          ['match', ['get', 'level'], 'district', 0.5, 0.3],
          16,
          0.18,
        ],
        'line-dasharray': [4, 2.4],
      },
    },
    {
      id: BELOW_BUILDINGS,
      type: 'fill-extrusion',
      ...city,
      'source-layer': 'building',
      minzoom: 13.8,
      layout: { visibility: 'none' },
      paint: {
        'fill-extrusion-color': [
          'interpolate',
          ['linear'],
          ['get', 'height'],
          6,
          p.building3d[0],
          120,
          p.building3d[1],
        ],
        'fill-extrusion-height': [
          'interpolate',
          ['linear'],
          ['zoom'],
          13.8,
          0,
          14.6,
          ['coalesce', ['get', 'height'], 8],
        ],
        'fill-extrusion-opacity': theme === 'dark' ? 0.82 : 0.88,
        'fill-extrusion-vertical-gradient': true,
      },
    },
  ]);
}

/** Without a city: degrees of longitude and latitude, so that a position can still be read off. */
function graticuleLayers(p: MapPalette): LayerSpecification[] {
  return asLayers([
    {
      id: 'graticule',
      type: 'line',
      source: 'graticule',
      filter: ['==', ['geometry-type'], 'LineString'],
      paint: {
        'line-color': p.graticule,
        'line-width': ['match', ['get', 'level'], 0, 1.2, 0.7],
        'line-opacity': ['interpolate', ['linear'], ['zoom'], 6, ['match', ['get', 'level'], 0, 1, 0], 11, 1],
      },
    },
    {
      id: BELOW_BUILDINGS,
      type: 'background',
      layout: { visibility: 'none' },
      paint: { 'background-color': p.land },
    },
    {
      id: 'graticule-label',
      type: 'symbol',
      source: 'graticule',
      filter: ['==', ['geometry-type'], 'Point'],
      layout: {
        'text-field': ['get', 'label'],
        'text-font': [FONT_NAME],
        'text-size': 11,
        'text-anchor': 'bottom-left',
        'text-offset': [0.3, -0.2],
      },
      paint: { 'text-color': p.labelMinor, 'text-halo-color': p.halo, 'text-halo-width': 1 },
    },
  ]);
}

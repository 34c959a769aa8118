/** Labels of the base map with their priorities: districts, then roads, water, parks, places of interest. */
import type { LayerSpecification } from 'maplibre-gl';
import { facilityKinds } from '../../../server/contract/city-pack.ts';
import type { Language } from '../../../server/contract/text.ts';
import { FONT_NAME } from './fonts.ts';
import type { MapPalette } from './palette.ts';
import { asLayers, CITY_SOURCE, nameOf } from './style-parts.ts';

/** Symbols placed later give way to those placed before: the last layer of the style is placed first. */
export function labelLayers(p: MapPalette, language: Language): LayerSpecification[] {
  const font = { 'text-font': [FONT_NAME] };
  const name = nameOf(language);
  const zh = language === 'zh-CN';
  /** Chinese with small English below, or the other way round, where there is room for both. */
  const both = [
    'format',
    name,
    {},
    '\n',
    {},
    zh ? ['coalesce', ['get', 'name_en'], ''] : ['coalesce', ['get', 'name_zh'], ''],
    { 'font-scale': 0.68 },
  ];
  const halo = (colour: string, width = 1.4): Record<string, unknown> => ({
    'text-color': colour,
    'text-halo-color': p.halo,
    'text-halo-width': width,
    'text-halo-blur': 0.4,
  });
  const roadLabel = (
    id: string,
    classes: readonly string[],
    minzoom: number,
    size: readonly number[],
    colour: string,
  ): Record<string, unknown> => ({
    id,
    type: 'symbol',
    source: CITY_SOURCE,
    'source-layer': 'road_label',
    minzoom,
    filter: ['in', ['get', 'class'], ['literal', classes]],
    layout: {
      ...font,
      'symbol-placement': 'line',
      'symbol-spacing': ['interpolate', ['linear'], ['zoom'], 12, 260, 18, 520],
      'text-field': name,
      'text-size': ['interpolate', ['linear'], ['zoom'], ...size],
      'text-letter-spacing': zh ? 0.12 : 0.02,
      'text-max-angle': 32,
      'text-padding': 6,
      'text-pitch-alignment': 'viewport',
    },
    paint: halo(colour),
  });
  return asLayers([
    {
      id: 'label-poi',
      type: 'symbol',
      source: CITY_SOURCE,
      'source-layer': 'poi',
      minzoom: 14.2,
      layout: {
        ...font,
        'icon-image': [
          'match',
          ['get', 'kind'],
          ...facilityKinds.flatMap((k) => [k, `poi-${k}`]),
          'poi-other',
        ],
        'icon-size': ['interpolate', ['linear'], ['zoom'], 14, 0.72, 17, 1],
        'text-field': ['step', ['zoom'], '', 15.2, name],
        'text-size': ['interpolate', ['linear'], ['zoom'], 15, 10.5, 18, 12.5],
        'text-anchor': 'top',
        'text-offset': [0, 0.95],
        'text-max-width': 8,
        'text-optional': true,
        'symbol-sort-key': ['match', ['get', 'kind'], ['hospital', 'government'], 0, ['metro-station'], 1, 3],
        'icon-padding': 3,
      },
      paint: halo(p.poi, 1.2),
    },
    roadLabel(
      'label-road-minor',
      ['tertiary', 'residential', 'service'],
      14.8,
      [14.8, 10, 18, 13],
      p.labelMinor,
    ),
    roadLabel('label-road', ['primary', 'secondary'], 12.6, [12.6, 10, 16, 12.5, 18, 14.5], p.label),
    roadLabel('label-road-great', ['motorway', 'trunk'], 11, [11, 10, 15, 12.5, 18, 15], p.label),
    {
      id: 'label-area',
      type: 'symbol',
      source: CITY_SOURCE,
      'source-layer': 'place',
      minzoom: 12,
      filter: [
        'all',
        ['==', ['get', 'kind'], 'area'],
        ['!=', ['get', 'area'], 'water'],
        // Housing estates are many; they are named when one looks closer.
        ['any', ['!=', ['get', 'area'], 'residential'], ['>=', ['zoom'], 15]],
      ],
      layout: {
        ...font,
        'text-field': name,
        'text-size': ['interpolate', ['linear'], ['zoom'], 12, 10.5, 16, 13],
        'text-max-width': 7,
        'text-letter-spacing': 0.06,
        'symbol-sort-key': ['coalesce', ['get', 'rank'], 9],
        'text-padding': 8,
      },
      paint: {
        ...halo(p.labelMinor),
        'text-color': [
          'match',
          ['get', 'area'],
          ['park', 'green', 'farmland', 'stadium'],
          p.parkLabel,
          ['university', 'school', 'hospital', 'airport', 'port', 'plaza'],
          p.label,
          p.labelMinor,
        ],
      },
    },
    {
      id: 'label-water',
      type: 'symbol',
      source: CITY_SOURCE,
      'source-layer': 'place',
      minzoom: 10,
      filter: ['all', ['==', ['get', 'kind'], 'area'], ['==', ['get', 'area'], 'water']],
      layout: {
        ...font,
        'text-field': name,
        'text-size': ['interpolate', ['linear'], ['zoom'], 10, 11.5, 15, 16],
        'text-letter-spacing': 0.2,
        'text-max-width': 8,
      },
      paint: halo(p.waterLabel, 1),
    },
    {
      id: 'label-street',
      type: 'symbol',
      source: CITY_SOURCE,
      'source-layer': 'place',
      minzoom: 12,
      maxzoom: 15.5,
      filter: ['==', ['get', 'kind'], 'street'],
      layout: {
        ...font,
        'text-field': name,
        'text-size': ['interpolate', ['linear'], ['zoom'], 12, 11, 15, 13.5],
        'text-letter-spacing': 0.1,
        'text-padding': 10,
        'symbol-sort-key': ['coalesce', ['get', 'rank'], 9],
      },
      paint: {
        ...halo(p.labelMinor, 1.6),
        'text-opacity': ['interpolate', ['linear'], ['zoom'], 15, 1, 15.5, 0],
      },
    },
    {
      id: 'label-district',
      type: 'symbol',
      source: CITY_SOURCE,
      'source-layer': 'place',
      minzoom: 8,
      maxzoom: 14.2,
      filter: ['==', ['get', 'kind'], 'district'],
      layout: {
        ...font,
        'text-field': both,
        'text-size': ['interpolate', ['linear'], ['zoom'], 9, 12, 13, 19],
        'text-letter-spacing': 0.14,
        'text-line-height': 1.15,
        'text-padding': 12,
        'symbol-sort-key': ['coalesce', ['get', 'rank'], 9],
      },
      paint: {
        ...halo(p.district, 2),
        'text-opacity': ['interpolate', ['linear'], ['zoom'], 13.4, 1, 14.2, 0],
      },
    },
  ]);
}

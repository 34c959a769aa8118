/**
 * Roads of the base map: tunnels dashed below everything, ground roads with casing, bridges with a casing of their own
 * above. One layer a pass with widths by class, so that a junction's fills join over its casings.
 */
import type { LayerSpecification } from 'maplibre-gl';
import { roadClasses, type RoadClass } from '../../../server/contract/city-pack.ts';
import { roadWidthPx } from '../road-width.ts';
import type { Theme } from '../types.ts';
import type { MapPalette } from './palette.ts';
import { asLayers, CITY_SOURCE } from './style-parts.ts';

/** The zoom from which a class is drawn. */
const fromZoom: Readonly<Record<RoadClass, number>> = {
  motorway: 0,
  trunk: 0,
  primary: 8.5,
  secondary: 10,
  tertiary: 11,
  residential: 12.2,
  service: 13.8,
};
const ZOOMS = [8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20];

const round = (v: number): number => Math.round(v * 100) / 100;

/** Width by class and zoom; between whole zooms MapLibre interpolates as roadWidthPx does. */
function widthBy(width: (c: RoadClass, zoom: number) => number): unknown[] {
  return [
    'interpolate',
    ['exponential', 1.6],
    ['zoom'],
    ...ZOOMS.flatMap((z) => [
      z,
      [
        'match',
        ['get', 'class'],
        ...roadClasses.slice(0, -1).flatMap((c) => [c, round(width(c, z))]),
        round(width(roadClasses.at(-1)!, z)),
      ],
    ]),
  ];
}

/** A class appears by fading in over half a zoom. */
function opacityBy(scale = 1): unknown[] {
  const at = (z: number): unknown[] => [
    'match',
    ['get', 'class'],
    ...roadClasses.slice(0, -1).flatMap((c) => [c, round(fade(c, z) * scale)]),
    round(fade('service', z) * scale),
  ];
  return [
    'interpolate',
    ['linear'],
    ['zoom'],
    ...[8, 9, 10, 11, 12, 12.5, 13, 14, 14.5].flatMap((z) => [z, at(z)]),
  ];
}
const fade = (c: RoadClass, z: number): number => Math.max(0, Math.min(1, (z - fromZoom[c]) / 0.6));

const casingPx = (c: RoadClass, z: number): number => {
  const w = roadWidthPx(c, z);
  return w + Math.max(0.6, Math.min(3, w * 0.22)) * 2;
};

export function roadLayers(p: MapPalette, theme: Theme): LayerSpecification[] {
  const colour = [
    'match',
    ['get', 'class'],
    'motorway',
    p.road.motorway,
    'trunk',
    p.road.trunk,
    'primary',
    p.road.primary,
    'secondary',
    p.road.secondary,
    'service',
    p.road.service,
    p.road.minor,
  ];
  const casing = [
    'match',
    ['get', 'class'],
    ['motorway', 'trunk', 'primary'],
    p.casing.great,
    p.casing.minor,
  ];
  // Greater classes are drawn over lesser ones.
  const sortKey = [
    'match',
    ['get', 'class'],
    ...roadClasses.slice(0, -1).flatMap((c, i) => [c, roadClasses.length - i]),
    0,
  ];
  const is = (field: string): unknown[] => ['to-boolean', ['get', field]];
  const ground = ['all', ['!', is('bridge')], ['!', is('tunnel')]];
  const road = (
    id: string,
    filter: unknown,
    paint: Record<string, unknown>,
    cap: 'butt' | 'round' = 'round',
  ): Record<string, unknown> => ({
    id,
    type: 'line',
    source: CITY_SOURCE,
    'source-layer': 'road',
    filter,
    layout: { 'line-cap': cap, 'line-join': 'round', 'line-sort-key': sortKey },
    paint,
  });
  const width = widthBy((c, z) => roadWidthPx(c, z));
  const wider = widthBy(casingPx);
  return asLayers([
    road(
      'tunnel-casing',
      is('tunnel'),
      {
        'line-color': p.casing.tunnel,
        'line-width': wider,
        'line-opacity': opacityBy(0.7),
        'line-dasharray': [1.2, 0.8],
      },
      'butt',
    ),
    road(
      'tunnel',
      is('tunnel'),
      { 'line-color': p.land, 'line-width': width, 'line-opacity': opacityBy(0.85) },
      'butt',
    ),
    road('road-casing', ground, {
      'line-color': casing,
      'line-width': wider,
      'line-opacity': opacityBy(theme === 'dark' ? 1 : 0.75),
    }),
    road('road', ground, { 'line-color': colour, 'line-width': width, 'line-opacity': opacityBy() }),
    road(
      'bridge-casing',
      is('bridge'),
      {
        'line-color': p.casing.bridge,
        'line-width': widthBy((c, z) => casingPx(c, z) + (z >= 14 ? 1.2 : 0.4)),
        'line-opacity': opacityBy(),
      },
      'butt',
    ),
    road('bridge', is('bridge'), { 'line-color': colour, 'line-width': width, 'line-opacity': opacityBy() }),
    {
      id: 'oneway',
      type: 'symbol',
      source: CITY_SOURCE,
      'source-layer': 'road',
      minzoom: 16,
      filter: ['to-boolean', ['get', 'oneway']],
      layout: {
        'symbol-placement': 'line',
        'symbol-spacing': 140,
        'icon-image': 'oneway',
        'icon-size': ['interpolate', ['linear'], ['zoom'], 16, 0.6, 19, 1.1],
        'icon-rotation-alignment': 'map',
        'icon-allow-overlap': true,
        'icon-ignore-placement': true,
        'icon-padding': 0,
      },
      paint: { 'icon-opacity': 0.5 },
    },
  ]);
}

/** Makes the MapLibre map: worker, style (the product's, an own one, or an own PMTiles file), symbols drawn in code. */
import {
  addProtocol,
  AttributionControl,
  LngLatBounds,
  Map as MapLibreMap,
  NavigationControl,
  ScaleControl,
  setWorkerUrl,
  type StyleSpecification,
} from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import 'maplibre-gl/dist/maplibre-gl.css';
import '@fontsource-variable/noto-sans-sc/index.css';
import './map.css';
import type { ClientConfig } from '../../server/contract/api.ts';
import { textIn, type Language } from '../../server/contract/text.ts';
import { BADGE_RATIO, styleImage } from './icons.ts';
import { LABEL_FONT } from './layers/text.ts';
import { baseStyle } from './style/base-style.ts';
import type { Theme } from './types.ts';

export interface BaseMapOptions {
  readonly config: ClientConfig;
  readonly language: Language;
  readonly theme: Theme;
  readonly reducedMotion: boolean;
  readonly wall: boolean;
  /** A program draws instead of a graphics card. */
  readonly software: boolean;
}

let prepared: Promise<void> | null = null;

/** Once a page: the worker's address, and the PMTiles protocol where wanted. */
function prepare(config: ClientConfig): Promise<void> {
  prepared ??= (async () => {
    setWorkerUrl(workerUrl);
    if (config.baseMap.pmtiles !== undefined) {
      const { Protocol } = await import('pmtiles');
      addProtocol('pmtiles', new Protocol().tile);
    }
  })();
  return prepared;
}

const absolute = (address: string): string =>
  // Braces of a URL template must stay as they are.
  new URL(address, location.href).href.replaceAll('%7B', '{').replaceAll('%7D', '}');

export function styleFor(options: Omit<BaseMapOptions, 'wall' | 'software'>): StyleSpecification | string {
  const { config, language, theme, reducedMotion } = options;
  const { baseMap, city, view } = config;
  if (baseMap.style !== undefined) return absolute(baseMap.style);
  const source =
    baseMap.pmtiles !== undefined
      ? { url: `pmtiles://${absolute(baseMap.pmtiles)}` }
      : city
        ? { tiles: [absolute('/tiles/{z}/{x}/{y}.pbf')] }
        : null;
  const fictional = city?.fictional ? (language === 'zh-CN' ? '虚构城市' : 'fictional city') : '';
  const attribution = city
    ? [textIn(city.name, language), fictional, city.attribution].filter(Boolean).join(' · ')
    : '';
  return baseStyle({
    theme,
    language,
    source,
    bbox: view.bbox,
    center: view.center,
    zoom: view.zoom,
    attribution,
    reducedMotion,
  });
}

/** The product's own style without its labels, which CityMap shows after the first frame. */
function unlettered(style: StyleSpecification | string): StyleSpecification | string {
  if (typeof style === 'string') return style;
  const layers = style.layers.map((layer) =>
    layer.type === 'symbol' && layer.id.startsWith('label-')
      ? { ...layer, layout: { ...layer.layout, visibility: 'none' as const } }
      : layer,
  );
  return { ...style, layers };
}

/** Metres of free pan round the city, as a share of its own size. */
const PAN_MARGIN = 1.5;

export async function createBaseMap(container: HTMLElement, options: BaseMapOptions): Promise<MapLibreMap> {
  await prepare(options.config);
  container.dataset['theme'] = options.theme;
  const { view } = options.config;
  const [west, south, east, north] = view.bbox;
  const dx = (east - west) * PAN_MARGIN;
  const dy = (north - south) * PAN_MARGIN;
  const map = new MapLibreMap({
    container,
    style: unlettered(styleFor(options)),
    center: [...view.center] as [number, number],
    zoom: view.zoom,
    minZoom: 3,
    maxZoom: 20,
    maxPitch: 70,
    ...(options.config.city
      ? {
          maxBounds: new LngLatBounds(
            [Math.max(-180, west - dx), Math.max(-85, south - dy)],
            [Math.min(180, east + dx), Math.min(85, north + dy)],
          ),
        }
      : {}),
    attributionControl: false,
    // Labels that fade in draw the whole map again and again; a program that draws has no time for that.
    fadeDuration: options.reducedMotion || options.software ? 0 : 200,
    localIdeographFontFamily: LABEL_FONT,
    renderWorldCopies: false,
    canvasContextAttributes: { antialias: false, powerPreference: 'high-performance' },
    refreshExpiredTiles: false,
    keyboard: !options.wall,
  });
  let theme = options.theme;
  map.setMissingStyleImageResolver((id) => {
    const image = styleImage(id, theme);
    if (image && !map.hasImage(id)) map.addImage(id, image, { pixelRatio: BADGE_RATIO });
  });
  themeSetters.set(map, (next) => {
    theme = next;
  });
  if (!options.wall) {
    map.addControl(new NavigationControl({ visualizePitch: true, showCompass: true }), 'bottom-right');
    map.addControl(new ScaleControl({ maxWidth: 120, unit: 'metric' }), 'bottom-right');
  }
  map.addControl(new AttributionControl({ compact: true }), 'bottom-right');
  // It opens by itself; folded it leaves the map to the data, one click away.
  map.once('idle', () => container.querySelector('.maplibregl-ctrl-attrib')?.removeAttribute('open'));
  map.once('idle', () =>
    container.querySelector('.maplibregl-ctrl-attrib')?.classList.remove('maplibregl-compact-show'),
  );
  return map;
}

const themeSetters = new WeakMap<MapLibreMap, (theme: Theme) => void>();

/** Symbols asked for from now on are drawn for this theme. */
export const setImageTheme = (map: MapLibreMap, theme: Theme): void => {
  map.getContainer().dataset['theme'] = theme;
  themeSetters.get(map)?.(theme);
};

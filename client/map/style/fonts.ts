/**
 * The label font, declared to MapLibre file by file: a glyph is drawn only after the file that covers it is there, so
 * Chinese never gets cached as boxes or in whatever font the machine has, and nothing is loaded that is not read.
 */
import type { FontFacesSpecification } from 'maplibre-gl';
import ranges from '@fontsource-variable/noto-sans-sc/unicode.json' with { type: 'json' };

export const FONT_NAME = 'Noto Sans SC Variable';

/** Empty in plain Node, where nothing is drawn. */
const files: Record<string, string> = import.meta.env
  ? import.meta.glob<string>(
      '../../../node_modules/@fontsource-variable/noto-sans-sc/files/*-wght-normal.woff2',
      { query: '?url', import: 'default', eager: true },
    )
  : {};

let faces: FontFacesSpecification | null = null;

export function fontFaces(): FontFacesSpecification {
  if (faces) return faces;
  const byName = new Map(
    Object.entries(files).map(([path, url]) => [path.slice(path.lastIndexOf('/') + 1), url]),
  );
  const list = Object.entries(ranges as Record<string, string>).flatMap(([subset, range]) => {
    const url = byName.get(`noto-sans-sc-${subset.replace(/[[\]]/g, '')}-wght-normal.woff2`);
    return url === undefined ? [] : [{ url: absolute(url), 'unicode-range': range.split(',') }];
  });
  faces = list.length > 0 ? { [FONT_NAME]: list } : {};
  return faces;
}

const absolute = (url: string): string =>
  typeof location === 'undefined' ? url : new URL(url, location.href).href;

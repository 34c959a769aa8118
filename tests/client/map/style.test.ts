import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec';
import { describe, expect, it } from 'vitest';
import { roadClasses } from '../../../server/contract/city-pack.ts';
import { roadWidthPx } from '../../../client/map/road-width.ts';
import { baseStyle, BELOW_BUILDINGS } from '../../../client/map/style/base-style.ts';
import { graticule } from '../../../client/map/style/graticule.ts';
import { palettes } from '../../../client/map/style/palette.ts';

const where = { bbox: [118.6, 30, 118.9, 30.2] as const, center: [118.7, 30.1] as const, zoom: 12 };
const sources = [{ tiles: ['http://x/{z}/{x}/{y}.pbf'] }, { url: 'pmtiles://http://x/c.pmtiles' }, null];

describe('base style', () => {
  for (const theme of ['dark', 'light'] as const) {
    for (const language of ['zh-CN', 'en-US'] as const) {
      for (const [i, source] of sources.entries()) {
        it(`UI-40 is a valid MapLibre style: ${theme}, ${language}, source ${i}`, () => {
          const style = baseStyle({ theme, language, source, ...where });
          expect(validateStyleMin(style as never).map((e) => e.message)).toEqual([]);
          const ids = style.layers.map((l) => l.id);
          expect(new Set(ids).size).toBe(ids.length);
          expect(ids).toContain(BELOW_BUILDINGS);
        });
      }
    }
  }

  it('UI-40 asks nothing of any other host', () => {
    const style = baseStyle({ theme: 'dark', language: 'zh-CN', source: sources[0]!, ...where });
    expect('glyphs' in style || 'sprite' in style).toBe(false);
    const addresses = JSON.stringify(style).match(/https?:\/\/[^"]+/g) ?? [];
    expect(addresses.filter((a) => !a.startsWith('http://x/') && !a.includes('noto-sans-sc'))).toEqual([]);
  });

  it('UI-40 data goes below buildings that stand up and below every label', () => {
    const layers = baseStyle({ theme: 'dark', language: 'zh-CN', source: sources[0]!, ...where }).layers;
    const buildings = layers.findIndex((l) => l.id === BELOW_BUILDINGS);
    const labels = layers.flatMap((l, i) => (l.id.startsWith('label-') ? [i] : []));
    expect(Math.min(...labels)).toBeGreaterThan(buildings);
    expect(layers.findIndex((l) => l.id === 'bridge')).toBeLessThan(buildings);
  });

  it('UI-41 labels stand off the land (WCAG AA)', () => {
    const light = (hex: string): number => {
      const c = [1, 3, 5].map((i) => Number.parseInt(hex.slice(i, i + 2), 16) / 255);
      const [r, g, b] = c.map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
    };
    const contrast = (a: string, b: string): number => {
      const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
      return (x! + 0.05) / (y! + 0.05);
    };
    for (const p of Object.values(palettes)) {
      for (const label of [p.label, p.labelMinor, p.district, p.poi]) {
        expect(contrast(label, p.halo)).toBeGreaterThanOrEqual(4.5);
      }
      for (const label of [p.waterLabel, p.parkLabel])
        expect(contrast(label, p.halo)).toBeGreaterThanOrEqual(4.5);
    }
  });
});

describe('road widths', () => {
  it('grow with the zoom, and a greater class is never narrower', () => {
    for (let z = 8; z <= 20; z += 0.25) {
      for (const [i, c] of roadClasses.entries()) {
        expect(roadWidthPx(c, z + 0.25)).toBeGreaterThanOrEqual(roadWidthPx(c, z));
        const lesser = roadClasses[i + 1];
        expect(roadWidthPx(c, z)).toBeGreaterThanOrEqual((lesser ? roadWidthPx(lesser, z) : 0) - 0.3);
      }
    }
  });
});

describe('graticule', () => {
  it('covers the box with labelled crossings, few enough to draw', () => {
    for (const size of [0.05, 0.5, 5, 60]) {
      const g = graticule([-118.5, 34, -118.5 + size, 34 + size * 0.8]);
      expect(g.features.length).toBeGreaterThan(20);
      expect(g.features.length).toBeLessThan(2_000);
      expect(g.features.some((f) => f.properties?.['label'])).toBe(true);
    }
  });
});

/** Junctions whose lights are not left to themselves: a ring by what decides them, with a letter close up. */
import { ScatterplotLayer, TextLayer } from '@deck.gl/layers';
import type { Layer } from '@deck.gl/core';
import type { Language } from '../../../server/contract/text.ts';
import { tokens, type Hex, type Theme } from '../../ui/tokens.ts';
import { rgba } from '../icons.ts';
import type { ControlRing, RingKind } from './control-shown.ts';
import { textLook } from './text.ts';

export const ringColour = (kind: RingKind, theme: Theme): Hex => {
  const t = tokens[theme];
  const colours: Readonly<Record<RingKind, Hex>> = {
    automatic: t.accent,
    advice: t.family.utility,
    plan: t.family.hazmat,
    wave: t.signal.green,
    degraded: t.severity[1],
  };
  return colours[kind];
};

/** Letters tell what colours do, from close up. */
const letters: Readonly<Record<Language, Readonly<Record<RingKind, string>>>> = {
  'zh-CN': { automatic: '自', advice: '议', plan: '案', wave: '波', degraded: '降' },
  'en-US': { automatic: 'A', advice: 'P', plan: 'L', wave: 'W', degraded: '!' },
};
const LETTERS_FROM_ZOOM = 14.5;

/** Round where the level of service of the junction would be drawn. */
export const ringRadiusPx = (zoom: number): number => Math.max(3, Math.min(15, 3 + (zoom - 11) * 3));

export function controlLayers(
  rings: readonly ControlRing[],
  view: {
    readonly zoom: number;
    readonly theme: Theme;
    readonly language: Language;
    readonly glyphs: (text: string) => boolean;
  },
): Layer[] {
  if (rings.length === 0) return [];
  const radius = ringRadiusPx(view.zoom);
  const layers: Layer[] = [
    new ScatterplotLayer<ControlRing>({
      id: 'junction-control',
      data: rings as ControlRing[],
      getPosition: (r) => [r.position[0], r.position[1]],
      radiusUnits: 'pixels',
      getRadius: radius,
      billboard: true,
      stroked: true,
      filled: false,
      lineWidthUnits: 'pixels',
      getLineWidth: (r) => (r.kind === 'degraded' || r.kind === 'wave' ? 3 : 2),
      getLineColor: (r) => rgba(ringColour(r.kind, view.theme)),
      updateTriggers: { getRadius: radius, getLineColor: view.theme },
      parameters: { depthCompare: 'always', depthWriteEnabled: false },
    }),
  ];
  const words = letters[view.language];
  if (view.zoom < LETTERS_FROM_ZOOM || !view.glyphs(Object.values(words).join(''))) return layers;
  layers.push(
    new TextLayer<ControlRing>({
      ...textLook(view.theme),
      id: 'junction-control-letters',
      data: rings as ControlRing[],
      getPosition: (r) => [r.position[0], r.position[1]],
      getText: (r) => words[r.kind],
      getSize: 11,
      getPixelOffset: [radius + 3, -radius - 1],
      outlineWidth: 0,
      getColor: rgba(tokens[view.theme].surface.base),
      background: true,
      getBackgroundColor: (r) => rgba(ringColour(r.kind, view.theme)),
      backgroundPadding: [3, 1],
      backgroundBorderRadius: 2,
      updateTriggers: {
        getText: view.language,
        getColor: view.theme,
        getBackgroundColor: view.theme,
        getPixelOffset: radius,
      },
    }),
  );
  return layers;
}

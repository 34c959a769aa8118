/** Delay at junctions: the colour of the level of service, as large as the delay, its letter from close up. */
import { ScatterplotLayer, TextLayer } from '@deck.gl/layers';
import type { Layer } from '@deck.gl/core';
import type { SignalServiceLevel } from '../../../server/contract/signal-api.ts';
import { tokens, type Theme } from '../../ui/tokens.ts';
import { rgba } from '../icons.ts';
import type { JunctionDelay } from './control-shown.ts';
import { textLook } from './text.ts';

/** Beyond this nothing grows (level F begins at 80 s). */
const MOST_S = 120;
/** Area by delay, so that twice the delay looks twice as much. */
export const delayRadius = (delayS: number): number =>
  0.45 + 0.75 * Math.sqrt(Math.max(0, Math.min(MOST_S, delayS)) / MOST_S);

const LETTERS_FROM_ZOOM = 13.5;
/** Levels whose colour wants dark letters, in either theme. */
const onBright: ReadonlySet<SignalServiceLevel> = new Set(['B', 'C', 'D']);
const DARK: [number, number, number, number] = [12, 13, 14, 255];
const BRIGHT: [number, number, number, number] = [255, 255, 255, 255];
const scaleOf = (zoom: number): number => Math.max(4, Math.min(15, 4 + (zoom - 10.5) * 2.4));

export function delayLayers(
  delays: readonly JunctionDelay[],
  view: { readonly zoom: number; readonly theme: Theme },
): Layer[] {
  if (delays.length === 0) return [];
  const t = tokens[view.theme];
  const scale = scaleOf(view.zoom);
  const common = {
    data: delays as JunctionDelay[],
    getPosition: (d: JunctionDelay): [number, number] => [d.position[0], d.position[1]],
    parameters: { depthCompare: 'always', depthWriteEnabled: false },
  } as const;
  const layers: Layer[] = [
    new ScatterplotLayer<JunctionDelay>({
      ...common,
      id: 'junction-delay',
      radiusUnits: 'pixels',
      radiusScale: scale,
      getRadius: (d) => delayRadius(d.delayS),
      billboard: true,
      stroked: true,
      lineWidthUnits: 'pixels',
      getLineWidth: 1.2,
      getFillColor: (d) => rgba(t.los[d.los], 235),
      getLineColor: rgba(t.map.symbolHalo),
      updateTriggers: { getFillColor: view.theme, getLineColor: view.theme },
    }),
  ];
  if (view.zoom < LETTERS_FROM_ZOOM) return layers;
  layers.push(
    new TextLayer<JunctionDelay>({
      ...textLook(view.theme),
      ...common,
      id: 'junction-delay-letters',
      getText: (d) => d.los,
      getSize: 12,
      outlineWidth: 0,
      getColor: (d) => (onBright.has(d.los) ? DARK : BRIGHT),
    }),
  );
  return layers;
}

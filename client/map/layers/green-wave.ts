/** Green waves of units: the way that is still before each, and the lights on it with what they are for it. */
import { PathLayer, ScatterplotLayer, TextLayer } from '@deck.gl/layers';
import type { Layer } from '@deck.gl/core';
import { tokens, type Hex, type Theme } from '../../ui/tokens.ts';
import { rgba } from '../icons.ts';
import { soonest, type ShownWave, type WaveLight } from './control-shown.ts';
import { textLook } from './text.ts';

const WIDTH_PX = 5;
const EDGE_PX = 3;
const ETA_FROM_ZOOM = 13;

export function waveLayers(
  waves: readonly ShownWave[],
  view: { readonly zoom: number; readonly theme: Theme },
): Layer[] {
  if (waves.length === 0) return [];
  const t = tokens[view.theme];
  const colours: Readonly<Record<WaveLight['state'], Hex>> = {
    held: t.signal.green,
    ahead: t.accent,
    yielded: t.severity[2],
    refused: t.severity[1],
  };
  const lights = waves.flatMap((w) => w.lights);
  const flat = { parameters: { depthCompare: 'always', depthWriteEnabled: false } } as const;
  const way = (id: string, extra: number, colour: [number, number, number, number]): Layer =>
    new PathLayer<ShownWave>({
      ...flat,
      id,
      data: waves.filter((w) => w.path.length > 1),
      getPath: (w) => w.path as [number, number][],
      widthUnits: 'pixels',
      getWidth: WIDTH_PX + extra,
      capRounded: true,
      jointRounded: true,
      getColor: colour,
      updateTriggers: { getColor: view.theme },
    });
  const layers: Layer[] = [
    way('green-wave-edges', EDGE_PX, rgba(t.map.symbolHalo, 210)),
    way('green-waves', 0, rgba(t.signal.green, 200)),
    new ScatterplotLayer<WaveLight>({
      ...flat,
      id: 'green-wave-lights',
      data: lights,
      getPosition: (l) => [l.position[0], l.position[1]],
      radiusUnits: 'pixels',
      getRadius: (l) => (l.state === 'held' ? 10 : 7),
      billboard: true,
      stroked: true,
      lineWidthUnits: 'pixels',
      getLineWidth: 3,
      getFillColor: (l) => (l.state === 'held' ? rgba(colours.held) : rgba(t.surface.base, 230)),
      getLineColor: (l) => (l.state === 'held' ? rgba(t.map.selection) : rgba(colours[l.state])),
      updateTriggers: { getFillColor: view.theme, getLineColor: view.theme },
    }),
  ];
  if (view.zoom < ETA_FROM_ZOOM) return layers;
  layers.push(
    new TextLayer<WaveLight>({
      ...textLook(view.theme),
      ...flat,
      id: 'green-wave-eta',
      data: soonest(lights.filter((l) => l.state !== 'refused')),
      getPosition: (l) => [l.position[0], l.position[1]],
      getText: (l) => `${l.etaS} s`,
      getSize: 11,
      getPixelOffset: [0, 19],
      outlineWidth: 0,
      background: true,
      getBackgroundColor: rgba(t.surface.base, 225),
      backgroundPadding: [4, 1],
      backgroundBorderRadius: 3,
      updateTriggers: { getColor: view.theme, getBackgroundColor: view.theme },
    }),
  );
  return layers;
}

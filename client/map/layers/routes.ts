/** Ways of units: a full line where one is under way, a thin one where it would be sent; both on a dark or light edge. */
import type { Layer } from '@deck.gl/core';
import { PathLayer } from '@deck.gl/layers';
import { rgb, tokens, type Theme } from '../../ui/tokens.ts';
import type { RouteLine } from '../types.ts';

const WIDTH_PX = { 'under-way': 4, picked: 2.5 } as const;
const EDGE_PX = 2.5;

export function routeLayers(routes: readonly RouteLine[], theme: Theme): Layer[] {
  if (routes.length === 0) return [];
  const k = tokens[theme];
  const colour = { 'under-way': k.accent, picked: k.map.selection } as const;
  const common = {
    data: routes as RouteLine[],
    getPath: (r: RouteLine) => r.path as [number, number][],
    widthUnits: 'pixels',
    capRounded: true,
    jointRounded: true,
    parameters: { depthCompare: 'always', depthWriteEnabled: false },
  } as const;
  return [
    new PathLayer<RouteLine>({
      ...common,
      id: 'route-edges',
      getWidth: (r) => WIDTH_PX[r.kind] + EDGE_PX,
      getColor: [...rgb(k.map.symbolHalo), 200],
      updateTriggers: { getColor: theme },
    }),
    new PathLayer<RouteLine>({
      ...common,
      id: 'routes',
      getWidth: (r) => WIDTH_PX[r.kind],
      getColor: (r) => [...rgb(colour[r.kind]), 255] as [number, number, number, number],
      updateTriggers: { getColor: theme },
    }),
  ];
}

/** What a what-if run would change: slower and faster roads, drawn beside the level of service of today. */
import { PathLayer } from '@deck.gl/layers';
import type { Layer } from '@deck.gl/core';
import { roadClasses } from '../../../server/contract/city-pack.ts';
import type { LonLat } from '../../../server/contract/geo.ts';
import type { WhatIfAnswer } from '../../../server/contract/signal-api.ts';
import { tokens, type Theme } from '../../ui/tokens.ts';
import { WORLD_UNITS } from '../../sync/vehicle-store.ts';
import { rgba } from '../icons.ts';
import { lonLatOfUnits, type Network } from '../network.ts';
import { roadWidthPx } from '../road-width.ts';

export type SpeedChange = NonNullable<WhatIfAnswer['links']>[number];
export interface ChangedRoad {
  readonly path: readonly LonLat[];
  /** Share of today's speed that is gained; negative: lost. */
  readonly gain: number;
}

/** Beyond half of the speed nothing is drawn stronger. */
const MOST_GAIN = 0.5;
export const gainOf = ({ nowKph, thenKph }: Pick<SpeedChange, 'nowKph' | 'thenKph'>): number =>
  nowKph <= 0 ? 0 : Math.max(-1, Math.min(1, (thenKph - nowKph) / nowKph));

/** A link's path so many units to the right of travel (y to the south), its bends kept simple. */
function shifted(network: Network, link: number, aside: number): readonly LonLat[] {
  const { points, start } = network;
  const out: LonLat[] = [];
  for (let i = start[link]!; i < start[link + 1]!; i++) {
    const a = Math.max(start[link]!, i - 1);
    const b = Math.min(start[link + 1]! - 1, i + 1);
    const dx = points[b * 2]! - points[a * 2]!;
    const dy = points[b * 2 + 1]! - points[a * 2 + 1]!;
    const l = Math.hypot(dx, dy) || 1;
    out.push(
      lonLatOfUnits(
        points[i * 2]! - (dy / l) * aside,
        points[i * 2 + 1]! + (dx / l) * aside,
        network.originX,
        network.originY,
      ),
    );
  }
  return out;
}

/** The roads at a zoom: beside them, so that what is today stays in sight. */
export function changedRoads(
  changes: readonly SpeedChange[],
  network: Network,
  zoom: number,
  drivesOn: 'right' | 'left',
): readonly ChangedRoad[] {
  const wanted = new Map(changes.map((c) => [c.link, c]));
  const unitsPerPixel = WORLD_UNITS / (512 * 2 ** zoom);
  const side = drivesOn === 'right' ? 1 : -1;
  const roads: ChangedRoad[] = [];
  network.links.forEach((link, i) => {
    const change = wanted.get(link.id);
    if (!change || i >= network.linkCount) return;
    const px = roadWidthPx(roadClasses[network.roadClass[i]!]!, zoom) / 2 + 3;
    roads.push({ path: shifted(network, i, side * px * unitsPerPixel), gain: gainOf(change) });
  });
  return roads;
}

export function whatIfLayers(roads: readonly ChangedRoad[], theme: Theme): Layer[] {
  if (roads.length === 0) return [];
  const t = tokens[theme];
  return [
    new PathLayer<ChangedRoad>({
      id: 'what-if',
      data: roads as ChangedRoad[],
      getPath: (r) => r.path as [number, number][],
      widthUnits: 'pixels',
      getWidth: (r) => 2 + 3 * Math.min(1, Math.abs(r.gain) / MOST_GAIN),
      capRounded: true,
      getColor: (r) => rgba(r.gain < 0 ? t.severity[1] : t.family.weather, 240),
      updateTriggers: { getColor: theme },
      parameters: { depthCompare: 'always', depthWriteEnabled: false },
    }),
  ];
}

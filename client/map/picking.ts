/**
 * What lies under the pointer, found in the data itself: no pixels are read back from the GPU, so hovering costs the
 * same on any renderer and the answer does not depend on what is drawn over what.
 */
import type { LonLat } from '../../server/contract/geo.ts';
import type { VehicleStore } from '../sync/vehicle-store.ts';
import type { Network } from './network.ts';
import { roadWidthPx } from './road-width.ts';
import { roadClasses } from '../../server/contract/city-pack.ts';

export interface ScreenPoint {
  readonly x: number;
  readonly y: number;
}

/** The nearest of `items` within `reachPx` of a point on the screen. */
export function pickNearest<T extends { readonly position: LonLat }>(
  items: Iterable<T>,
  point: ScreenPoint,
  project: (p: LonLat) => ScreenPoint,
  reachPx: number,
): T | null {
  let best: T | null = null;
  let bestPx = reachPx;
  for (const item of items) {
    const at = project(item.position);
    const px = Math.hypot(at.x - point.x, at.y - point.y);
    if (px <= bestPx) {
      best = item;
      bestPx = px;
    }
  }
  return best;
}

const scratch = new Float64Array(3);

/** The slot of the vehicle drawn nearest to a place (ground units from the store's origin), -1 where none is near. */
export function pickVehicle(store: VehicleStore, x: number, y: number, nowMs: number, reach: number): number {
  let best = -1;
  let bestDistance = reach;
  for (let i = 0; i < store.count; i++) {
    store.displayed(i, nowMs, scratch);
    const distance = Math.hypot(scratch[0]! - x, scratch[1]! - y);
    if (distance > bestDistance) continue;
    best = i;
    bestDistance = distance;
  }
  return best < 0 ? -1 : store.slots[best]!;
}

/**
 * The link under a place (ground units from the network's origin), -1 where none is near. Of a two-way road it is the
 * direction on whose driving side the place lies.
 */
export function pickLink(
  network: Network,
  x: number,
  y: number,
  view: { readonly zoom: number; readonly unitsPerPixel: number; readonly drivesOn: 'right' | 'left' },
): number {
  if (!network.index) return -1;
  const widest = Math.max(10, roadWidthPx('motorway', view.zoom) * 0.6) * view.unitsPerPixel;
  let best = -1;
  let bestScore = Infinity;
  for (const link of network.index.search(x - widest, y - widest, x + widest, y + widest)) {
    const half = roadWidthPx(roadClasses[network.roadClass[link]!]!, view.zoom) / 2;
    const reach = Math.max(5, half + 3) * view.unitsPerPixel;
    const { distance, side } = distanceToLink(network, link, x, y);
    if (distance > reach) continue;
    const wrongSide = network.twoWay[link] === 1 && side !== (view.drivesOn === 'right' ? 1 : -1);
    const score = distance + (wrongSide ? reach : 0);
    if (score < bestScore) {
      best = link;
      bestScore = score;
    }
  }
  return best;
}

/** Distance in units, and the side of travel the place lies on: 1 right, -1 left (y to the south). */
export function distanceToLink(
  network: Network,
  link: number,
  x: number,
  y: number,
): { distance: number; side: 1 | -1 } {
  const { points, start } = network;
  let distance = Infinity;
  let side: 1 | -1 = 1;
  for (let i = start[link]!; i < start[link + 1]! - 1; i++) {
    const ax = points[i * 2]!;
    const ay = points[i * 2 + 1]!;
    const dx = points[i * 2 + 2]! - ax;
    const dy = points[i * 2 + 3]! - ay;
    const l2 = dx * dx + dy * dy;
    const k = l2 === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / l2));
    const d = Math.hypot(x - ax - dx * k, y - ay - dy * k);
    if (d >= distance) continue;
    distance = d;
    side = dx * (y - ay) - dy * (x - ax) >= 0 ? 1 : -1;
  }
  return { distance, side };
}

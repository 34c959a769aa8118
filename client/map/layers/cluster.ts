/**
 * Clusters of incidents when the map is far out: greedy by severity, so that a cluster stands where its worst member
 * is; the same input in any order gives the same clusters.
 */
import { mercatorX, mercatorY, type LonLat } from '../../../server/contract/geo.ts';

export interface ClusterInput {
  readonly id: string;
  readonly position: LonLat;
  readonly severity: number;
}
export interface Cluster<T extends ClusterInput> {
  readonly position: LonLat;
  readonly members: readonly T[];
  readonly worst: number;
}

/** `radiusPx` at `zoom`, 512-pixel tiles. */
export function clusterIncidents<T extends ClusterInput>(
  items: readonly T[],
  zoom: number,
  radiusPx: number,
): Cluster<T>[] {
  const world = 512 * 2 ** zoom;
  const sorted = [...items].sort(
    (a, b) => a.severity - b.severity || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
  );
  const grid = new Map<string, { x: number; y: number; members: T[] }[]>();
  const clusters: { x: number; y: number; members: T[] }[] = [];
  for (const item of sorted) {
    const x = mercatorX(item.position[0]) * world;
    const y = mercatorY(item.position[1]) * world;
    const cx = Math.floor(x / radiusPx);
    const cy = Math.floor(y / radiusPx);
    let best: { x: number; y: number; members: T[] } | null = null;
    let bestDistance = radiusPx;
    for (let dx = -1; dx <= 1; dx++) {
      for (let dy = -1; dy <= 1; dy++) {
        for (const c of grid.get(`${cx + dx},${cy + dy}`) ?? []) {
          const distance = Math.hypot(c.x - x, c.y - y);
          if (distance < bestDistance) {
            best = c;
            bestDistance = distance;
          }
        }
      }
    }
    if (best) {
      best.members.push(item);
      continue;
    }
    const fresh = { x, y, members: [item] };
    clusters.push(fresh);
    const key = `${cx},${cy}`;
    const cell = grid.get(key);
    if (cell) cell.push(fresh);
    else grid.set(key, [fresh]);
  }
  return clusters.map((c) => ({
    position: c.members[0]!.position,
    members: c.members,
    worst: c.members[0]!.severity,
  }));
}

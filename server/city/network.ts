/** The road network as a client draws it: compact, in the order of the indices that telemetry frames name. */
import type { NetworkAnswer } from '../contract/api.ts';
import type { CityPack } from '../contract/city-pack.ts';
import type { LonLat } from '../contract/geo.ts';

export function makeNetwork(pack: CityPack | null): NetworkAnswer {
  if (pack === null) return { links: [], signals: [] };
  const linkIndices = new Map(pack.links.map((link, i) => [link.id, i]));
  const positions = new Map(pack.junctions.map((j) => [j.id, j.position]));
  return {
    links: pack.links.map((link) => ({
      id: link.id,
      class: link.class,
      lanes: link.lanes,
      limit: link.speedLimitKph,
      ...(link.name ? { name: link.name } : {}),
      path: deltas(link.path),
      ...(link.tunnel ? { structure: 2 as const } : link.bridge ? { structure: 1 as const } : {}),
    })),
    signals: pack.signals.map((signal) => ({
      id: signal.id,
      position: positions.get(signal.junction) ?? pack.manifest.center,
      phases: signal.phases.length,
      greens: signal.phases.map((phase) => [
        ...new Set(phase.movements.map((m) => linkIndices.get(m.from) ?? -1).filter((i) => i >= 0)),
      ]),
    })),
  };
}

/** Flat micro-degrees, each pair after the first relative to the one before; rounding does not add up. */
function deltas(path: readonly LonLat[]): number[] {
  const out: number[] = [];
  let x = 0;
  let y = 0;
  for (const [lon, lat] of path) {
    const nx = Math.round(lon * 1e6);
    const ny = Math.round(lat * 1e6);
    out.push(nx - x, ny - y);
    x = nx;
    y = ny;
  }
  return out;
}

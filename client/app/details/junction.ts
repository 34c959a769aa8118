/** What the network says of a link or a junction in words people use: which roads meet, which way a link runs. Pure. */
import type { NetworkAnswer } from '../../../server/contract/api.ts';
import type { LonLat } from '../../../server/contract/geo.ts';
import type { LocalText } from '../../../server/contract/text.ts';

type Path = readonly LonLat[];

/** Undoes the flat coding of a path (see `NetworkAnswer`). */
function pathOf(network: NetworkAnswer, link: number): Path {
  const flat = network.links[link]?.path ?? [];
  const path: LonLat[] = [];
  let lon = 0;
  let lat = 0;
  for (let i = 0; i + 1 < flat.length; i += 2) {
    lon += flat[i]!;
    lat += flat[i + 1]!;
    path.push([lon / 1e6, lat / 1e6]);
  }
  return path;
}

/** Half way along a link. */
export function linkMiddleOf(network: NetworkAnswer, link: number): LonLat | undefined {
  const path = pathOf(network, link);
  const lengths = path.slice(1).map((b, i) => Math.hypot(b[0] - path[i]![0], b[1] - path[i]![1]));
  let rest = lengths.reduce((sum, l) => sum + l, 0) / 2;
  for (const [i, length] of lengths.entries()) {
    const [a, b] = [path[i]!, path[i + 1]!];
    if (rest <= length && length > 0) {
      const k = rest / length;
      return [a[0] + (b[0] - a[0]) * k, a[1] + (b[1] - a[1]) * k];
    }
    rest -= length;
  }
  return path[0];
}

/** Degrees from north, clockwise, from one point to the next. */
function headingDeg(a: LonLat | undefined, b: LonLat | undefined): number {
  if (!a || !b) return 0;
  const east = (b[0] - a[0]) * Math.cos((b[1] * Math.PI) / 180);
  return ((Math.atan2(east, b[1] - a[1]) * 180) / Math.PI + 360) % 360;
}

/** In which direction a link is driven at its end. */
const headingDegAtEnd = (path: Path): number => headingDeg(path.at(-2), path.at(-1));

/** In which direction a link is driven at its beginning and at its end. */
export function headingsOf(
  network: NetworkAnswer,
  link: number,
): { readonly out: number; readonly in: number } {
  const path = pathOf(network, link);
  return { out: headingDeg(path[0], path[1]), in: headingDegAtEnd(path) };
}

/** The names of the roads that lead to a signal, each once, those with more approaches first. */
export function roadsAt(network: NetworkAnswer, signal: number): readonly LocalText[] {
  const links = new Set((network.signals[signal]?.greens ?? []).flat());
  const roads = new Map<string, { readonly name: LocalText; approaches: number }>();
  for (const link of links) {
    const name = network.links[link]?.name;
    if (!name) continue;
    const road = roads.get(name.zh) ?? { name, approaches: 0 };
    road.approaches++;
    roads.set(name.zh, road);
  }
  return [...roads.values()].sort((a, b) => b.approaches - a.approaches).map((road) => road.name);
}

export interface Approach {
  readonly link: number;
  readonly name: LocalText | undefined;
  readonly headingDeg: number;
}

/** The links that lead to a junction, as roads with a direction. */
export const approachesOf = (network: NetworkAnswer, links: readonly number[]): readonly Approach[] =>
  links.map((link) => ({
    link,
    name: network.links[link]?.name,
    headingDeg: headingDegAtEnd(pathOf(network, link)),
  }));

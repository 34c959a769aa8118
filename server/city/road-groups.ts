/** Streets by their names: links of one name that lie together are one road, those of another village are another. */
import type { Link } from '../contract/city-pack.ts';
import { metresPerDegree, type Bbox, type LonLat } from '../contract/geo.ts';
import type { LocalText } from '../contract/text.ts';
import { bboxOfPoints } from './polygon.ts';

/** Pieces of one street lie within this distance of each other; farther apart it is another street of that name. */
const SAME_ROAD_M = 400;

export interface NamedRoad {
  readonly id: string;
  readonly name: LocalText;
  readonly position: LonLat;
  readonly bbox: Bbox;
}

export function groupRoads(links: readonly Link[]): NamedRoad[] {
  const byName = new Map<string, Link[]>();
  for (const link of links) {
    const key = link.name === undefined ? '' : link.name.zh || link.name.en;
    if (key === '') continue;
    const list = byName.get(key);
    if (list === undefined) byName.set(key, [link]);
    else list.push(link);
  }
  const roads: NamedRoad[] = [];
  for (const [key, named] of byName) {
    for (const [i, part] of clusters(named).entries()) {
      const longest = part.reduce((a, b) => (extent(b) > extent(a) ? b : a));
      roads.push({
        id: i === 0 ? `road:${key}` : `road:${key}:${i + 1}`,
        name: longest.name!,
        position: longest.path[Math.floor(longest.path.length / 2)]!,
        bbox: bboxOfPoints(part.flatMap((l) => l.path)),
      });
    }
  }
  return roads;
}

function extent(link: Link): number {
  const [w, s, e, n] = bboxOfPoints(link.path);
  return e - w + n - s;
}

/** Connected where the boxes of two links come within `SAME_ROAD_M`; largest cluster first. */
function clusters(links: readonly Link[]): Link[][] {
  const boxes = links.map((l) => bboxOfPoints(l.path));
  const per = metresPerDegree(boxes[0]![1]);
  const lon = SAME_ROAD_M / per.lon;
  const lat = SAME_ROAD_M / per.lat;
  const order = links.map((_, i) => i).sort((a, b) => boxes[a]![0] - boxes[b]![0]);
  const root = links.map((_, i) => i);
  const find = (i: number): number => {
    let at = i;
    while (root[at] !== at) at = root[at] = root[root[at]!]!;
    return at;
  };
  for (const [k, i] of order.entries()) {
    const a = boxes[i]!;
    for (let m = k + 1; m < order.length; m++) {
      const j = order[m]!;
      const b = boxes[j]!;
      if (b[0] > a[2] + lon) break;
      if (b[1] <= a[3] + lat && b[3] >= a[1] - lat) root[find(i)] = find(j);
    }
  }
  const groups = new Map<number, Link[]>();
  for (const [i, link] of links.entries()) {
    const list = groups.get(find(i));
    if (list === undefined) groups.set(find(i), [link]);
    else list.push(link);
  }
  return [...groups.values()].sort((a, b) => b.length - a.length);
}

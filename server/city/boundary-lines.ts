/** Borders of districts, streets and grid cells, each stretch once and with the highest level it divides. */
import type { District } from '../contract/city-pack.ts';
import type { LonLat } from '../contract/geo.ts';

export interface BoundaryLine {
  readonly level: District['level'];
  readonly path: readonly LonLat[];
}

const levels = ['district', 'street', 'grid'] as const;

export function boundaryLines(districts: readonly District[]): BoundaryLine[] {
  const points = new Map<string, LonLat>();
  const keyOf = (p: LonLat): string => {
    const key = `${Math.round(p[0] * 1e6)},${Math.round(p[1] * 1e6)}`;
    if (!points.has(key)) points.set(key, p);
    return key;
  };
  const seen = new Set<string>();
  const lines: BoundaryLine[] = [];
  for (const level of levels) {
    const neighbours = new Map<string, string[]>();
    const link = (a: string, b: string): void => {
      const list = neighbours.get(a);
      if (list === undefined) neighbours.set(a, [b]);
      else list.push(b);
    };
    for (const district of districts) {
      if (district.level !== level) continue;
      for (const ring of district.polygons.flat()) {
        for (let i = 1; i < ring.length; i++) {
          const a = keyOf(ring[i - 1]!);
          const b = keyOf(ring[i]!);
          const edge = a < b ? `${a} ${b}` : `${b} ${a}`;
          if (a === b || seen.has(edge)) continue;
          seen.add(edge);
          link(a, b);
          link(b, a);
        }
      }
    }
    const take = (a: string): string | undefined => {
      const b = neighbours.get(a)?.pop();
      if (b === undefined) return undefined;
      const back = neighbours.get(b)!;
      back.splice(back.indexOf(a), 1);
      return b;
    };
    // Ends and forks first, so that what remains are closed rings.
    const starts = [...neighbours.keys()].sort(
      (a, b) => Number(neighbours.get(a)!.length === 2) - Number(neighbours.get(b)!.length === 2),
    );
    for (const start of starts) {
      for (let at = take(start); at !== undefined; at = take(start)) {
        const path = [points.get(start)!, points.get(at)!];
        for (
          let next = take(at);
          next !== undefined;
          next = neighbours.get(at)!.length === 1 ? take(at) : undefined
        ) {
          path.push(points.get(next)!);
          at = next;
          if (at === start) break;
        }
        lines.push({ level, path });
      }
    }
  }
  return lines;
}

/** The line of a route on the map: from the position along the links to the position. */
import { metresPerDegree, type LonLat } from '../../contract/geo.ts';

/** The part of a path between two shares of its length (0…1), both ends included. */
export function partOfPath(path: readonly LonLat[], fromShare: number, toShare: number): LonLat[] {
  const per = metresPerDegree(path[0]![1]);
  const lengths = path
    .slice(1)
    .map((b, i) => Math.hypot((b[0] - path[i]![0]) * per.lon, (b[1] - path[i]![1]) * per.lat));
  const all = lengths.reduce((sum, m) => sum + m, 0);
  const [from, to] = [fromShare * all, toShare * all];
  const line: LonLat[] = [];
  let before = 0;
  for (const [i, length] of lengths.entries()) {
    const after = before + length;
    const at = (m: number): LonLat =>
      between(path[i]!, path[i + 1]!, length === 0 ? 0 : (m - before) / length);
    const last = i === lengths.length - 1;
    if (line.length === 0 && (from <= after || last)) line.push(at(Math.min(from, after)));
    if (line.length > 0) {
      line.push(at(Math.min(to, after)));
      if (to <= after) break;
    }
    before = after;
  }
  return line;
}

/** One line of several, without points that follow themselves. */
export function joinLines(lines: readonly (readonly LonLat[])[]): LonLat[] {
  const joined: LonLat[] = [];
  for (const p of lines.flat()) {
    const last = joined[joined.length - 1];
    if (last === undefined || last[0] !== p[0] || last[1] !== p[1]) joined.push(p);
  }
  return joined;
}

function between(a: LonLat, b: LonLat, t: number): LonLat {
  if (t <= 0) return a;
  if (t >= 1) return b;
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];
}

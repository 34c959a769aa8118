/**
 * Where on the network a unit starts from and where it is there. A road is one road for whoever stands on it: both of
 * its directions count, and so do all arms of a crossing for an incident on it.
 */
import type { City } from '../city.ts';
import type { OnLink } from '../link-index.ts';
import { distanceM, type LonLat } from '../../contract/geo.ts';
import { TWIN_M, type RoadGraph } from './road-graph.ts';

/** An incident this near to a junction is reached from every link that leads into it. */
export const JUNCTION_M = 25;
/** A link that fits a unit's heading may be so much farther away than the nearest one. */
const HEADING_SLACK_M = 25;

/**
 * Places that a unit may start from; none only where there are no roads. One that drives goes on in the direction of
 * its heading; without a heading it stands, and leaves in either direction.
 */
export function startsOf(city: City, graph: RoadGraph, p: LonLat, headingDeg?: number): OnLink[] {
  const nearest = city.nearestOnLink(p);
  if (nearest === null) return [];
  if (headingDeg !== undefined && Number.isFinite(headingDeg)) {
    const ahead = city.nearestOnLink(p, headingDeg, nearest.awayM + HEADING_SLACK_M);
    if (ahead !== null) return [ahead];
  }
  return withTwin(city, graph, p, nearest);
}

/** Places where somebody who drives to a position is there; none only where there are no roads. */
export function goalsOf(city: City, graph: RoadGraph, p: LonLat): OnLink[] {
  const nearest = city.nearestOnLink(p);
  if (nearest === null) return [];
  const goals = withTwin(city, graph, p, nearest);
  const length = graph.lengthM[nearest.link]!;
  const ends: number[] = [];
  if (nearest.share * length <= JUNCTION_M) ends.push(graph.fromJunction[nearest.link]!);
  if ((1 - nearest.share) * length <= JUNCTION_M) ends.push(graph.toJunction[nearest.link]!);
  for (const junction of ends) {
    const awayM = distanceM(p, graph.junctionAt[junction]!);
    for (let k = graph.intoStart[junction]!; k < graph.intoStart[junction + 1]!; k++) {
      goals.push({ link: graph.into[k]!, share: 1, awayM });
    }
  }
  return goals;
}

/** A motorway is left out: what stands on one carriageway cannot be reached from the other. */
function withTwin(city: City, graph: RoadGraph, p: LonLat, place: OnLink): OnLink[] {
  const twin = graph.twin[place.link]!;
  if (twin === -1 || city.linkAt(twin).class === 'motorway') return [place];
  const other = city.projectOnLink(twin, p);
  return other.awayM <= place.awayM + TWIN_M ? [place, other] : [place];
}

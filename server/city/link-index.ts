/**
 * Finds the link a vehicle drives on from its position and heading, and the place on the network that is nearest to
 * any position. All geometry lies in typed arrays in metres on a local plane; a match allocates nothing.
 */
import Flatbush from 'flatbush';
import type { Link } from '../contract/city-pack.ts';
import { metresPerDegree, type LonLat } from '../contract/geo.ts';

/** Farther than this from every link a vehicle is off the network: half a wide road plus the error of a cheap receiver. */
export const MATCH_RADIUS_M = 35;
/** A vehicle drives along its link, give or take a lane change and the error of a heading at low speed. */
export const MATCH_HEADING_DEG = 60;
/** While a vehicle stays this near to the middle part of the link it was on, no other link is looked at. */
const STAY_M = 8;

/** A search without a limit begins with this radius and widens it until something is found. */
const NEAREST_FROM_M = 60;
const NEAREST_WIDEN = 4;
/** Half-way round the Earth: what has not been found by then is nowhere. */
const EVERYWHERE_M = 2.1e7;

const COS_HEADING = Math.cos((MATCH_HEADING_DEG * Math.PI) / 180);
const RAD = Math.PI / 180;

/** A place on the network for a position: `share` of the link's length from its start (0…1). */
export interface OnLink {
  readonly link: number;
  readonly share: number;
  /** From the position to the place, as the crow flies. */
  readonly awayM: number;
}

export class LinkIndex {
  readonly lengthM: Float64Array;
  readonly #origin: LonLat;
  readonly #perLon: number;
  readonly #perLat: number;
  readonly #segmentStart: Uint32Array;
  readonly #linkOf: Uint32Array;
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  readonly #dx: Float64Array;
  readonly #dy: Float64Array;
  readonly #length: Float64Array;
  readonly #tree: Flatbush | null;
  readonly #consider: (segment: number) => boolean;

  // The query in hand; fields instead of arguments because the tree's callback takes none of ours.
  #px = 0;
  #py = 0;
  #ux = 0;
  #uy = 0;
  #directed = false;
  #best2 = 0;
  #bestLink = -1;
  #bestSegment = -1;
  #bestT = 0;
  #atEnd = false;

  constructor(links: readonly Link[], origin: LonLat) {
    this.#origin = origin;
    const per = metresPerDegree(origin[1]);
    this.#perLon = per.lon;
    this.#perLat = per.lat;
    let count = 0;
    for (const link of links) count += link.path.length - 1;
    this.lengthM = new Float64Array(links.length);
    this.#segmentStart = new Uint32Array(links.length + 1);
    this.#linkOf = new Uint32Array(count);
    this.#x = new Float64Array(count);
    this.#y = new Float64Array(count);
    this.#dx = new Float64Array(count);
    this.#dy = new Float64Array(count);
    this.#length = new Float64Array(count);
    this.#tree = count === 0 ? null : new Flatbush(count, 16, Float32Array);
    let s = 0;
    for (const [i, { path }] of links.entries()) {
      this.#segmentStart[i] = s;
      // Lengths with the plane of the link's own latitude, so that a country is measured as well as a town.
      const own = metresPerDegree(path[0]![1]);
      for (let k = 1; k < path.length; k++, s++) {
        const a = path[k - 1]!;
        const b = path[k]!;
        const x = (a[0] - origin[0]) * per.lon;
        const y = (a[1] - origin[1]) * per.lat;
        const dx = (b[0] - a[0]) * per.lon;
        const dy = (b[1] - a[1]) * per.lat;
        this.#linkOf[s] = i;
        this.#x[s] = x;
        this.#y[s] = y;
        this.#dx[s] = dx;
        this.#dy[s] = dy;
        this.#length[s] = Math.hypot(dx, dy);
        this.lengthM[i]! += Math.hypot((b[0] - a[0]) * own.lon, (b[1] - a[1]) * own.lat);
        this.#tree?.add(Math.min(x, x + dx), Math.min(y, y + dy), Math.max(x, x + dx), Math.max(y, y + dy));
      }
    }
    this.#segmentStart[links.length] = s;
    this.#tree?.finish();
    this.#consider = (segment) => {
      this.#look(segment);
      return false;
    };
  }

  /**
   * The nearest link within `MATCH_RADIUS_M` whose direction there is within `MATCH_HEADING_DEG` of the heading, or -1.
   * Without a heading the direction does not count. `hint` is the link it was on before: it is kept while the vehicle
   * is plainly still on it, and wins a tie (the two directions of a road lie on one line).
   */
  match(lon: number, lat: number, headingDeg: number | undefined, hint: number): number {
    this.#ask(lon, lat, headingDeg, MATCH_RADIUS_M);
    if (hint >= 0 && hint < this.lengthM.length) {
      const end = this.#segmentStart[hint + 1]!;
      for (let s = this.#segmentStart[hint]!; s < end; s++) this.#look(s);
      if (this.#bestLink === hint && !this.#atEnd && this.#best2 <= STAY_M * STAY_M) return hint;
    }
    this.#searchWithin(MATCH_RADIUS_M);
    return this.#bestLink;
  }

  /**
   * The nearest place on the network at most `withinM` away, however far that is where no limit is given; null where
   * there is none. With a heading only links that run within `MATCH_HEADING_DEG` of it count.
   */
  nearest(lon: number, lat: number, headingDeg?: number, withinM = EVERYWHERE_M): OnLink | null {
    for (let radiusM = Math.min(NEAREST_FROM_M, withinM); ; radiusM *= NEAREST_WIDEN) {
      radiusM = Math.min(radiusM, withinM);
      this.#ask(lon, lat, headingDeg, radiusM);
      this.#searchWithin(radiusM);
      if (this.#bestLink !== -1) return this.#found();
      if (!(radiusM < withinM)) return null;
    }
  }

  /** The place on one link that is nearest to a position. */
  project(link: number, lon: number, lat: number): OnLink {
    this.#ask(lon, lat, undefined, Infinity);
    const end = this.#segmentStart[link + 1]!;
    for (let s = this.#segmentStart[link]!; s < end; s++) this.#look(s);
    return this.#found();
  }

  #ask(lon: number, lat: number, headingDeg: number | undefined, radiusM: number): void {
    this.#px = (lon - this.#origin[0]) * this.#perLon;
    this.#py = (lat - this.#origin[1]) * this.#perLat;
    this.#directed = headingDeg !== undefined && Number.isFinite(headingDeg);
    if (this.#directed) {
      this.#ux = Math.sin(headingDeg! * RAD);
      this.#uy = Math.cos(headingDeg! * RAD);
    }
    this.#best2 = radiusM * radiusM;
    this.#bestLink = -1;
  }

  #searchWithin(radiusM: number): void {
    const { x, y } = { x: this.#px, y: this.#py };
    this.#tree?.search(x - radiusM, y - radiusM, x + radiusM, y + radiusM, this.#consider);
  }

  #found(): OnLink {
    const link = this.#bestLink;
    let before = 0;
    let all = 0;
    for (let s = this.#segmentStart[link]!, end = this.#segmentStart[link + 1]!; s < end; s++) {
      if (s < this.#bestSegment) before += this.#length[s]!;
      else if (s === this.#bestSegment) before += this.#length[s]! * this.#bestT;
      all += this.#length[s]!;
    }
    return { link, share: all === 0 ? 0 : Math.min(1, before / all), awayM: Math.sqrt(this.#best2) };
  }

  #look(s: number): void {
    const dx = this.#dx[s]!;
    const dy = this.#dy[s]!;
    const length = this.#length[s]!;
    if (this.#directed && dx * this.#ux + dy * this.#uy < COS_HEADING * length) return;
    const ox = this.#px - this.#x[s]!;
    const oy = this.#py - this.#y[s]!;
    let t = length === 0 ? 0 : (ox * dx + oy * dy) / (length * length);
    const before = t < 0;
    const after = t > 1;
    if (before) t = 0;
    else if (after) t = 1;
    const ex = ox - t * dx;
    const ey = oy - t * dy;
    const d2 = ex * ex + ey * ey;
    const link = this.#linkOf[s]!;
    // Equal distances: the link looked at first stays (a hint), then the lower index, so that answers do not flip.
    if (d2 < this.#best2 - 1e-9 || (this.#bestLink === -1 && d2 <= this.#best2)) {
      this.#best2 = d2;
      this.#bestLink = link;
      this.#bestSegment = s;
      this.#bestT = t;
      this.#atEnd =
        (before && s === this.#segmentStart[link]) || (after && s === this.#segmentStart[link + 1]! - 1);
    }
  }
}

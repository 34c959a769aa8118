/**
 * Takes what a city pack needs out of an OpenStreetMap file, in three passes (relations, ways, nodes), so that only
 * what is used lies in memory, whatever the order of the file.
 */
import type { Bbox, LonLat } from '../../contract/geo.ts';
import { areaKind, facilityKind, lineKind, readBuilding } from './land-tags.ts';
import { OsmFileError, type OsmRelation, type OsmWay, type Tags } from './osm.ts';
import { readOsm } from './read-osm.ts';

/** More than this is a country of many millions of people: a city has to be cut out first. */
const MAX_NODES = 40_000_000;

export interface TaggedNode {
  readonly id: number;
  readonly position: LonLat;
  readonly tags: Tags;
}

export interface OsmData {
  readonly bounds: Bbox | null;
  readonly nodes: NodePositions;
  /** Signals, crossings, facilities and named places. */
  readonly tagged: readonly TaggedNode[];
  /** Ways with a `highway` tag, for the road network. */
  readonly highways: readonly OsmWay[];
  /** Everything else that is drawn: areas, lines, buildings, coastlines, facilities. */
  readonly shapes: readonly OsmWay[];
  readonly memberWays: ReadonlyMap<number, OsmWay>;
  readonly relations: readonly OsmRelation[];
  readonly counts: { readonly nodes: number; readonly ways: number; readonly relations: number };
}

export async function collect(file: string): Promise<OsmData> {
  const relations: OsmRelation[] = [];
  const counts = { nodes: 0, ways: 0, relations: 0 };
  let bounds: Bbox | null = null;
  const members = new Set<number>();
  for await (const elements of readOsm(file, { relation: true })) {
    for (const e of elements) {
      if (e.type === 'bounds') bounds = joined(bounds, e.bbox);
      if (e.type !== 'relation') continue;
      counts.relations++;
      if (!usefulRelation(e.tags)) continue;
      relations.push(e);
      if (e.tags?.['type'] === 'restriction') continue;
      for (const member of e.members) if (member.type === 'way') members.add(member.ref);
    }
  }

  const highways: OsmWay[] = [];
  const shapes: OsmWay[] = [];
  const memberWays = new Map<number, OsmWay>();
  const needed = new IdSet();
  for await (const elements of readOsm(file, { way: true })) {
    for (const e of elements) {
      if (e.type !== 'way') continue;
      counts.ways++;
      const isMember = members.has(e.id);
      const isHighway = e.tags?.['highway'] !== undefined;
      const isShape = e.tags !== undefined && usefulShape(e.tags);
      if (!isMember && !isHighway && !isShape) continue;
      if (isMember) memberWays.set(e.id, e);
      if (isHighway) highways.push(e);
      if (isShape) shapes.push(e);
      for (const ref of e.refs) needed.add(ref);
      if (needed.size > MAX_NODES * 2) {
        throw new OsmFileError(
          'The file is too large for one city; cut the city out first (osmium extract).',
        );
      }
    }
  }

  const nodes = new NodePositions(needed.sorted());
  const tagged: TaggedNode[] = [];
  for await (const elements of readOsm(file, { node: true })) {
    for (const e of elements) {
      if (e.type !== 'node') continue;
      counts.nodes++;
      nodes.set(e.id, e.lon, e.lat);
      if (e.tags !== undefined && usefulNode(e.tags)) {
        tagged.push({ id: e.id, position: [e.lon, e.lat], tags: e.tags });
      }
    }
  }
  if (counts.nodes === 0 || counts.ways === 0) {
    throw new OsmFileError('The file holds no map: it has no nodes or no ways.');
  }
  return { bounds, nodes, tagged, highways, shapes, memberWays, relations, counts };
}

function joined(a: Bbox | null, b: Bbox): Bbox {
  if (a === null) return b;
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}

function usefulRelation(tags: Tags | undefined): boolean {
  const type = tags?.['type'] ?? '';
  if (type === 'restriction') return true;
  if (tags?.['boundary'] === 'administrative') return true;
  if (type !== 'multipolygon') return false;
  return (
    areaKind(tags!) !== undefined || readBuilding(tags!) !== undefined || facilityKind(tags!) !== undefined
  );
}

const usefulShape = (tags: Tags): boolean =>
  tags['natural'] === 'coastline' ||
  areaKind(tags) !== undefined ||
  lineKind(tags) !== undefined ||
  readBuilding(tags) !== undefined ||
  facilityKind(tags) !== undefined;

const placeKinds = new Set(['suburb', 'quarter', 'neighbourhood', 'town', 'village', 'borough']);
export const isPlace = (tags: Tags): boolean => placeKinds.has(tags['place'] ?? '');

const usefulNode = (tags: Tags): boolean =>
  tags['highway'] === 'traffic_signals' ||
  tags['crossing'] === 'traffic_signals' ||
  facilityKind(tags) !== undefined ||
  isPlace(tags);

/** A growing list of ids; duplicates go when it is sorted. */
class IdSet {
  #ids = new Float64Array(1 << 16);
  size = 0;

  add(id: number): void {
    if (this.size === this.#ids.length) {
      this.#compact();
      if (this.size > this.#ids.length / 2) {
        const larger = new Float64Array(this.#ids.length * 2);
        larger.set(this.#ids.subarray(0, this.size));
        this.#ids = larger;
      }
    }
    this.#ids[this.size++] = id;
  }

  #compact(): void {
    const ids = this.#ids.subarray(0, this.size).sort();
    let kept = 0;
    for (let i = 0; i < ids.length; i++) if (i === 0 || ids[i] !== ids[i - 1]) ids[kept++] = ids[i]!;
    this.size = kept;
  }

  sorted(): Float64Array {
    this.#compact();
    return this.#ids.slice(0, this.size);
  }
}

/** Positions by node id: 16 bytes a node. */
export class NodePositions {
  readonly #ids: Float64Array;
  /** Units of 1e-7°, as OpenStreetMap stores them; latitude 2^31 − 1 stands for a node that is not in the file. */
  readonly #lon: Int32Array;
  readonly #lat: Int32Array;

  constructor(sortedIds: Float64Array) {
    this.#ids = sortedIds;
    this.#lon = new Int32Array(sortedIds.length);
    this.#lat = new Int32Array(sortedIds.length).fill(ABSENT);
  }

  set(id: number, lon: number, lat: number): void {
    const i = this.#find(id);
    if (i < 0) return;
    this.#lon[i] = Math.round(lon * 1e7);
    this.#lat[i] = Math.round(lat * 1e7);
  }

  get(id: number): LonLat | null {
    const i = this.#find(id);
    if (i < 0 || this.#lat[i] === ABSENT) return null;
    return [this.#lon[i]! / 1e7, this.#lat[i]! / 1e7];
  }

  /** The nodes of a way that are in the file, as a path. */
  path(refs: readonly number[]): LonLat[] {
    const path: LonLat[] = [];
    for (const ref of refs) {
      const p = this.get(ref);
      if (p !== null) path.push(p);
    }
    return path;
  }

  #find(id: number): number {
    let low = 0;
    let high = this.#ids.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const at = this.#ids[middle]!;
      if (at === id) return middle;
      if (at < id) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }
}
const ABSENT = 2 ** 31 - 1;

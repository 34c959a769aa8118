/** The city as everything else asks it: by id, by index, by place, by name. Read-only once made. */
import type { NetworkAnswer, SearchHit } from '../contract/api.ts';
import type {
  CityPack,
  Department,
  Detector,
  Facility,
  FacilityKind,
  Junction,
  Link,
  StationDescription,
  UnitDescription,
} from '../contract/city-pack.ts';
import {
  distanceM,
  inBbox,
  mercatorX,
  mercatorY,
  metresPerDegree,
  tileKey,
  type Bbox,
  type LonLat,
} from '../contract/geo.ts';
import type { PackError } from '../contract/pack-files.ts';
import { ok, type Result } from '../contract/result.ts';
import { DistrictIndex, type Districts } from './district-index.ts';
import { freeFlowKph } from './free-flow.ts';
import { LinkIndex, type OnLink } from './link-index.ts';
import { NameIndex } from './name-index.ts';
import { makeNetwork } from './network.ts';
import { readPack } from './read-pack.ts';

/** Telemetry of vehicles just outside the box is still the city's. */
const MARGIN_M = 5_000;
/** Zoom of the tiles that link states and signal states travel in. */
const LINK_TILE_ZOOM = 12;
const SIGNAL_TILE_ZOOM = 14;

const byId = <T extends { readonly id: string }>(items: readonly T[]): Map<string, T> =>
  new Map(items.map((item) => [item.id, item]));
const indexById = (items: readonly { readonly id: string }[]): Map<string, number> =>
  new Map(items.map((item, i) => [item.id, i]));

function tileAt(p: LonLat, zoom: number): number {
  const n = 2 ** zoom;
  return tileKey(Math.floor(mercatorX(p[0]) * n), Math.floor(mercatorY(p[1]) * n));
}

export class City {
  readonly pack: CityPack | null;
  readonly bbox: Bbox;
  /** What the pack's check found odd but bearable. */
  readonly warnings: readonly PackError[];
  readonly #limits: Bbox;
  readonly #links: readonly Link[];
  readonly #linkIndices: Map<string, number>;
  readonly #signalIndices: Map<string, number>;
  readonly #junctions: Map<string, Junction>;
  readonly #facilities: Map<string, Facility>;
  readonly #facilitiesByKind = new Map<FacilityKind, Facility[]>();
  readonly #departments: Map<string, Department>;
  readonly #units: Map<string, UnitDescription>;
  readonly #stations: Map<string, StationDescription>;
  readonly #detectors: Map<string, { detector: Detector; linkIndex: number }>;
  readonly #geometry: LinkIndex;
  readonly #districts: DistrictIndex;
  readonly #freeFlow: Float64Array;
  readonly #linkTiles: Uint32Array;
  readonly #signalTiles: Uint32Array;
  #names: NameIndex | null = null;
  #network: NetworkAnswer | null = null;

  private constructor(pack: CityPack | null, bbox: Bbox, warnings: readonly PackError[]) {
    this.pack = pack;
    this.bbox = bbox;
    this.warnings = warnings;
    const centre: LonLat = [(bbox[0] + bbox[2]) / 2, (bbox[1] + bbox[3]) / 2];
    const per = metresPerDegree(centre[1]);
    const lon = MARGIN_M / per.lon;
    const lat = MARGIN_M / per.lat;
    this.#limits = [bbox[0] - lon, bbox[1] - lat, bbox[2] + lon, bbox[3] + lat];
    const links = pack?.links ?? [];
    this.#links = links;
    this.#linkIndices = indexById(links);
    this.#signalIndices = indexById(pack?.signals ?? []);
    this.#junctions = byId(pack?.junctions ?? []);
    this.#facilities = byId(pack?.facilities ?? []);
    for (const facility of this.#facilities.values()) {
      const list = this.#facilitiesByKind.get(facility.kind);
      if (list === undefined) this.#facilitiesByKind.set(facility.kind, [facility]);
      else list.push(facility);
    }
    this.#departments = byId(pack?.departments ?? []);
    this.#units = byId(pack?.units ?? []);
    this.#stations = byId(pack?.stations ?? []);
    this.#detectors = new Map(
      (pack?.detectors ?? []).map((detector) => [
        detector.id,
        { detector, linkIndex: this.linkIndex(detector.link) },
      ]),
    );
    this.#geometry = new LinkIndex(links, centre);
    this.#districts = new DistrictIndex(pack?.districts ?? []);
    this.#freeFlow = Float64Array.from(links, (link, i) =>
      freeFlowKph(link.class, link.speedLimitKph, this.#geometry.lengthM[i]!),
    );
    this.#linkTiles = Uint32Array.from(links, (link) => tileAt(midpoint(link.path), LINK_TILE_ZOOM));
    this.#signalTiles = Uint32Array.from(pack?.signals ?? [], (signal) =>
      tileAt(this.#junctions.get(signal.junction)?.position ?? centre, SIGNAL_TILE_ZOOM),
    );
  }

  /** Reads and checks a pack's folder; every fault is named, several at once. */
  static async load(dir: string): Promise<Result<City, PackError[]>> {
    const read = await readPack(dir);
    if (!read.ok) return read;
    const { pack, warnings } = read.value;
    return ok(new City(pack, pack.manifest.bbox, warnings));
  }

  /** A city from a pack that is known to be sound. */
  static fromPack(pack: CityPack): City {
    return new City(pack, pack.manifest.bbox, []);
  }

  /** No pack: a place on the map without a road network. */
  static plain(view: { readonly center: LonLat; readonly zoom: number; readonly bbox: Bbox }): City {
    return new City(null, view.bbox, []);
  }

  get linkCount(): number {
    return this.#links.length;
  }

  get signalCount(): number {
    return this.#signalTiles.length;
  }

  /** The index of a link as telemetry frames name it; -1 where there is no such link. */
  linkIndex(id: string): number {
    return this.#linkIndices.get(id) ?? -1;
  }

  /** @throws RangeError where there is no such index: indices come from the city itself. */
  linkAt(index: number): Link {
    const link = this.#links[index];
    if (link === undefined) throw new RangeError(`no link with index ${index}`);
    return link;
  }

  signalIndex(id: string): number {
    return this.#signalIndices.get(id) ?? -1;
  }

  junction(id: string): Junction | undefined {
    return this.#junctions.get(id);
  }

  facility(id: string): Facility | undefined {
    return this.#facilities.get(id);
  }

  department(id: string): Department | undefined {
    return this.#departments.get(id);
  }

  unit(id: string): UnitDescription | undefined {
    return this.#units.get(id);
  }

  station(id: string): StationDescription | undefined {
    return this.#stations.get(id);
  }

  detector(id: string): { readonly detector: Detector; readonly linkIndex: number } | undefined {
    return this.#detectors.get(id);
  }

  linkLengthM(index: number): number {
    return this.#geometry.lengthM[index] ?? 0;
  }

  freeFlowKph(index: number): number {
    return this.#freeFlow[index] ?? 0;
  }

  /** See `LinkIndex.match`. */
  matchLink(lon: number, lat: number, headingDeg?: number, hint = -1): number {
    return this.#geometry.match(lon, lat, headingDeg, hint);
  }

  /** See `LinkIndex.nearest`. */
  nearestOnLink(p: LonLat, headingDeg?: number, withinM?: number): OnLink | null {
    return this.#geometry.nearest(p[0], p[1], headingDeg, withinM);
  }

  /** See `LinkIndex.project`. */
  projectOnLink(index: number, p: LonLat): OnLink {
    return this.#geometry.project(index, p[0], p[1]);
  }

  districtAt(p: LonLat): Districts {
    return this.#districts.at(p);
  }

  /** True for a place in the city's box or within 5 km of it. */
  contains(p: LonLat): boolean {
    return inBbox(this.#limits, p);
  }

  /** The `n` nearest facilities of a kind as the crow flies, nearest first. */
  nearestFacilities(p: LonLat, kind: FacilityKind, n: number): Facility[] {
    return (this.#facilitiesByKind.get(kind) ?? [])
      .map((facility) => ({ facility, away: distanceM(p, facility.position) }))
      .sort((a, b) => a.away - b.away)
      .slice(0, n)
      .map(({ facility }) => facility);
  }

  /** Key of the tile (zoom 12) of a link's middle. */
  linkTile(index: number): number {
    return this.#linkTiles[index] ?? 0;
  }

  /** Key of the tile (zoom 14) of a signal's junction. */
  signalTile(index: number): number {
    return this.#signalTiles[index] ?? 0;
  }

  network(): NetworkAnswer {
    return (this.#network ??= makeNetwork(this.pack));
  }

  /** What stands still and has a name: roads, places, facilities, districts, stations, and links by id. */
  search(q: string, limit: number): SearchHit[] {
    return this.#nameIndex().search(q, limit);
  }

  /** Makes ready what would otherwise be made for the first who asks (names in pinyin). */
  warm(): void {
    this.#nameIndex();
    this.network();
  }

  #nameIndex(): NameIndex {
    return (this.#names ??= new NameIndex(this.pack, (p) => this.districtAt(p)));
  }

  counts(): Record<string, number> {
    const pack = this.pack;
    if (pack === null) return { links: 0, junctions: 0, signals: 0 };
    const levels = { district: 0, street: 0, grid: 0 };
    let population = 0;
    for (const { level, population: residents } of pack.districts) {
      levels[level]++;
      if (level === 'grid') population += residents ?? 0;
    }
    let lengthM = 0;
    for (const m of this.#geometry.lengthM) lengthM += m;
    return {
      links: pack.links.length,
      linkKm: Math.round(lengthM / 1000),
      junctions: pack.junctions.length,
      signals: pack.signals.length,
      detectors: pack.detectors.length,
      districts: levels.district,
      streets: levels.street,
      grids: levels.grid,
      population: Math.round(population),
      areas: pack.areas.length,
      lines: pack.lines.length,
      buildings: pack.buildings.length,
      facilities: pack.facilities.length,
      departments: pack.departments.length,
      units: pack.units.length,
      busRoutes: pack.busRoutes.length,
      stations: pack.stations.length,
    };
  }
}

/** Half-way along a path by length. */
export function midpoint(path: readonly LonLat[]): LonLat {
  const lengths = path.slice(1).map((p, i) => distanceM(path[i]!, p));
  let left = lengths.reduce((sum, l) => sum + l, 0) / 2;
  for (const [i, length] of lengths.entries()) {
    if (left <= length && length > 0) {
      const a = path[i]!;
      const b = path[i + 1]!;
      const t = left / length;
      return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];
    }
    left -= length;
  }
  return path[path.length - 1]!;
}

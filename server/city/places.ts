/** Where facilities and districts lie, as alarm rules ask. Made of plain data, so that a worker thread can have one, too. */
import type { District, Facility } from '../contract/city-pack.ts';
import { distanceM, type LonLat } from '../contract/geo.ts';
import { inPolygon } from './polygon.ts';

export interface PlacesData {
  readonly facilities: readonly Pick<Facility, 'id' | 'kind' | 'position'>[];
  readonly districts: readonly Pick<District, 'id' | 'polygons'>[];
}

export class CityPlaces {
  readonly #byId = new Map<string, LonLat>();
  readonly #byKind = new Map<string, LonLat[]>();
  readonly #districts = new Map<string, PlacesData['districts'][number]['polygons']>();

  constructor({ facilities, districts }: PlacesData) {
    for (const { id, kind, position } of facilities) {
      this.#byId.set(id, position);
      const ofKind = this.#byKind.get(kind);
      if (ofKind) ofKind.push(position);
      else this.#byKind.set(kind, [position]);
    }
    for (const { id, polygons } of districts) this.#districts.set(id, polygons);
  }

  /** Metres to the nearest facility of a kind, or to the one of that id; Infinity where there is none. */
  metresTo(position: LonLat, kindOrId: string): number {
    const one = this.#byId.get(kindOrId);
    let nearest = one === undefined ? Infinity : distanceM(position, one);
    for (const p of this.#byKind.get(kindOrId) ?? []) nearest = Math.min(nearest, distanceM(position, p));
    return nearest;
  }

  /** Whether it lies in a district, street or grid cell; undefined where there is none of that id. */
  insideDistrict(position: LonLat, id: string): boolean | undefined {
    return this.#districts.get(id)?.some((polygon) => inPolygon(polygon, position[0], position[1]));
  }
}

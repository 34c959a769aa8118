/** Which district, street and grid cell a place lies in. */
import Flatbush from 'flatbush';
import type { District } from '../contract/city-pack.ts';
import type { LonLat } from '../contract/geo.ts';
import { bboxOfPoints, inPolygon, polygonArea, type Polygon } from './polygon.ts';

export interface Districts {
  district?: District;
  street?: District;
  grid?: District;
}

export class DistrictIndex {
  readonly #entries: { district: District; polygon: Polygon; area: number }[] = [];
  readonly #tree: Flatbush | null;

  constructor(districts: readonly District[]) {
    for (const district of districts) {
      for (const polygon of district.polygons) {
        this.#entries.push({ district, polygon, area: polygonArea(polygon) });
      }
    }
    this.#tree = this.#entries.length === 0 ? null : new Flatbush(this.#entries.length);
    for (const { polygon } of this.#entries)
      this.#tree?.add(...(bboxOfPoints(polygon[0]!) as [number, number, number, number]));
    this.#tree?.finish();
  }

  /** Where areas of one level overlap the smaller one answers. */
  at(p: LonLat): Districts {
    const found: Districts = {};
    const areas = { district: Infinity, street: Infinity, grid: Infinity };
    this.#tree?.search(p[0], p[1], p[0], p[1], (i) => {
      const { district, polygon, area } = this.#entries[i]!;
      if (area < areas[district.level] && inPolygon(polygon, p[0], p[1])) {
        areas[district.level] = area;
        found[district.level] = district;
      }
      return false;
    });
    return found;
  }
}

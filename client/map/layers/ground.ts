/**
 * From whole-number ground units (1/65536 of a z14 tile, see vehicle-store.ts) to clip space. The subtraction that
 * loses precision is done once in float64 here; the shader only sees small exact numbers.
 */
import { mercatorX, mercatorY } from '../../../server/contract/geo.ts';
import { TILE_UNITS, WORLD_UNITS } from '../../sync/vehicle-store.ts';

/** deck.gl's common space is 512 units round the Earth, y to the north. */
const COMMON_PER_UNIT = 512 / WORLD_UNITS;

/** What of a deck.gl viewport is needed. */
export interface GroundViewport {
  readonly longitude: number;
  readonly latitude: number;
  readonly zoom: number;
  readonly viewProjectionMatrix: ArrayLike<number>;
}

export interface GroundFrame {
  /** Column-major; takes (unit − reference) to clip space, z in units up. */
  readonly matrix: number[];
  /** Whole units from the origin tile: near the centre of the view. */
  readonly reference: [number, number];
  /** Ground units one CSS pixel covers at the centre of the view. */
  readonly unitsPerPixel: number;
}

export const unitsX = (lon: number, originTileX: number): number =>
  mercatorX(lon) * WORLD_UNITS - originTileX * TILE_UNITS;
export const unitsY = (lat: number, originTileY: number): number =>
  mercatorY(lat) * WORLD_UNITS - originTileY * TILE_UNITS;

export function groundFrame(viewport: GroundViewport, originX: number, originY: number): GroundFrame {
  const rx = Math.round(unitsX(viewport.longitude, originX));
  const ry = Math.round(unitsY(viewport.latitude, originY));
  const tx = (rx + originX * TILE_UNITS) * COMMON_PER_UNIT;
  const ty = 512 - (ry + originY * TILE_UNITS) * COMMON_PER_UNIT;
  const m = viewport.viewProjectionMatrix;
  const s = COMMON_PER_UNIT;
  const matrix: number[] = Array.from({ length: 16 }, () => 0);
  for (let r = 0; r < 4; r++) {
    matrix[r] = m[r]! * s;
    matrix[4 + r] = -m[4 + r]! * s;
    matrix[8 + r] = m[8 + r]! * s;
    matrix[12 + r] = m[r]! * tx + m[4 + r]! * ty + m[12 + r]!;
  }
  return { matrix, reference: [rx, ry], unitsPerPixel: WORLD_UNITS / (512 * 2 ** viewport.zoom) };
}

/**
 * From whole-number ground units (1/65536 of a z14 tile, see vehicle-store.ts) to clip space. The subtraction that
 * loses precision is done once in float64 here; the shader only sees small exact numbers.
 */
import { mercatorX, mercatorY } from '../../../server/contract/geo.ts';
import { TILE_UNITS, WORLD_UNITS } from '../../sync/vehicle-store.ts';

/** How the base map drew its last frame: whatever lies on it is drawn by the same numbers. */
export interface Camera {
  /** Column-major float64: mercator 0…1 (y to the south) to clip space. */
  readonly matrix: ArrayLike<number>;
  readonly longitude: number;
  readonly latitude: number;
  readonly zoom: number;
}

export interface GroundFrame {
  /** Column-major; takes (unit − reference) to clip space. */
  readonly matrix: Float32Array;
  /** Whole units from the origin tile: near the centre of the view. */
  readonly reference: readonly [number, number];
  /** Ground units one CSS pixel covers at the centre of the view. */
  readonly unitsPerPixel: number;
}

export const unitsX = (lon: number, originTileX: number): number =>
  mercatorX(lon) * WORLD_UNITS - originTileX * TILE_UNITS;
export const unitsY = (lat: number, originTileY: number): number =>
  mercatorY(lat) * WORLD_UNITS - originTileY * TILE_UNITS;

export function groundFrame(camera: Camera, originX: number, originY: number): GroundFrame {
  const rx = Math.round(unitsX(camera.longitude, originX));
  const ry = Math.round(unitsY(camera.latitude, originY));
  const tx = (rx + originX * TILE_UNITS) / WORLD_UNITS;
  const ty = (ry + originY * TILE_UNITS) / WORLD_UNITS;
  const m = camera.matrix;
  const matrix = new Float32Array(16);
  for (let r = 0; r < 4; r++) {
    matrix[r] = m[r]! / WORLD_UNITS;
    matrix[4 + r] = m[4 + r]! / WORLD_UNITS;
    matrix[8 + r] = m[8 + r]! / WORLD_UNITS;
    matrix[12 + r] = m[r]! * tx + m[4 + r]! * ty + m[12 + r]!;
  }
  return { matrix, reference: [rx, ry], unitsPerPixel: WORLD_UNITS / (512 * 2 ** camera.zoom) };
}

/** A place given on a command line. */
import { InvalidArgumentError } from 'commander';
import type { LonLat } from '../../contract/geo.ts';

/** `lon,lat`. */
export function centreOf(text: string): LonLat {
  const [lon, lat, ...more] = text.split(',').map(Number);
  const known = lon !== undefined && lat !== undefined && Math.abs(lon) <= 180 && Math.abs(lat) <= 85;
  if (known && more.length === 0) return [lon, lat];
  throw new InvalidArgumentError('It is a longitude and a latitude, as 120.16,30.27.');
}

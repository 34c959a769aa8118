/**
 * From a SUMO network's plane to longitude and latitude (WGS 84): transverse Mercator and UTM by Krüger's series to the
 * fourth order (Karney 2011, “Transverse Mercator with an accuracy of a few nanometers”, eqs. 15 and 36), and plain metres
 * around a centre for networks that have no place on earth.
 */
import { metresPerDegree, type LonLat } from '../../contract/geo.ts';
import { SumoFileError, type NetLocation, type NetPoint } from './model.ts';

export type ToLonLat = (point: NetPoint) => LonLat;

const EQUATOR_M = 6_378_137;
const FLATTENING = 1 / 298.257223563;
const DEGREES = 180 / Math.PI;
const UTM_SCALE = 0.9996;
const UTM_EAST_M = 500_000;
const UTM_SOUTH_M = 10_000_000;

/** `centre`: where the network's origin lies, for one without a projection; else it is not used. */
export function toLonLat({ offset, projection }: NetLocation, centre: LonLat | null): ToLonLat {
  const words = wordsOf(projection);
  const kind = words.get('proj');
  if (kind === undefined) {
    if (centre === null) {
      throw new SumoFileError(
        'the network has no place on earth (projection “!”): say with --center where it lies',
      );
    }
    const per = metresPerDegree(centre[1]);
    return ([x, y]) => [centre[0] + x / per.lon, centre[1] + y / per.lat];
  }
  const number = (word: string, otherwise: number): number => {
    const value = Number(words.get(word) ?? otherwise);
    if (!Number.isFinite(value))
      throw new SumoFileError(`the projection’s ${word} is no number: ${projection}`);
    return value;
  };
  if (kind === 'utm') {
    const zone = number('zone', NaN);
    const northM = words.has('south') ? UTM_SOUTH_M : 0;
    return moved(offset, transverseMercator(zone * 6 - 183, 0, UTM_SCALE, UTM_EAST_M, northM));
  }
  if (kind === 'tmerc') {
    const scale = number('k', number('k_0', 1));
    const inverse = transverseMercator(
      number('lon_0', 0),
      number('lat_0', 0),
      scale,
      number('x_0', 0),
      number('y_0', 0),
    );
    return moved(offset, inverse);
  }
  throw new SumoFileError(
    `the projection ${projection} is not known here; known are utm and tmerc (and “!” for none)`,
  );
}

function wordsOf(projection: string): ReadonlyMap<string, string> {
  const words = projection.split(/\s+/).filter((word) => word.startsWith('+'));
  return new Map(
    words.map((word) => {
      const [name = '', value = ''] = word.slice(1).split('=');
      return [name, value];
    }),
  );
}

const moved =
  ([dx, dy]: NetPoint, inverse: ToLonLat): ToLonLat =>
  ([x, y]) =>
    inverse([x - dx, y - dy]);

function transverseMercator(
  lon0: number,
  lat0: number,
  scale: number,
  eastM: number,
  northM: number,
): ToLonLat {
  const n = FLATTENING / (2 - FLATTENING);
  const [n2, n3, n4] = [n ** 2, n ** 3, n ** 4];
  const rectifyingM = (EQUATOR_M / (1 + n)) * (1 + n2 / 4 + n4 / 64);
  const alpha = [
    n / 2 - (2 * n2) / 3 + (5 * n3) / 16 + (41 * n4) / 180,
    (13 * n2) / 48 - (3 * n3) / 5 + (557 * n4) / 1440,
    (61 * n3) / 240 - (103 * n4) / 140,
    (49_561 * n4) / 161_280,
  ];
  const beta = [
    n / 2 - (2 * n2) / 3 + (37 * n3) / 96 - n4 / 360,
    n2 / 48 + n3 / 15 - (437 * n4) / 1440,
    (17 * n3) / 480 - (37 * n4) / 840,
    (4397 * n4) / 161_280,
  ];
  const e = Math.sqrt(FLATTENING * (2 - FLATTENING));
  const conformal = (lat: number): number => Math.asinh(Math.tan(lat)) - e * Math.atanh(e * Math.sin(lat));
  const originXi = ((): number => {
    const xi = Math.atan(Math.sinh(conformal(lat0 / DEGREES)));
    return alpha.reduce((sum, a, j) => sum + a * Math.sin(2 * (j + 1) * xi), xi);
  })();
  return ([x, y]) => {
    const xi = (y - northM) / (scale * rectifyingM) + originXi;
    const eta = (x - eastM) / (scale * rectifyingM);
    let [xiP, etaP] = [xi, eta];
    for (const [j, b] of beta.entries()) {
      const k = 2 * (j + 1);
      xiP -= b * Math.sin(k * xi) * Math.cosh(k * eta);
      etaP -= b * Math.cos(k * xi) * Math.sinh(k * eta);
    }
    const isometric = Math.asinh(Math.sin(xiP) / Math.hypot(Math.sinh(etaP), Math.cos(xiP)));
    let lat = Math.asin(Math.tanh(isometric));
    // The ellipsoid's share converges by a factor of e² a round.
    for (let i = 0; i < 6; i++) lat = Math.asin(Math.tanh(isometric + e * Math.atanh(e * Math.sin(lat))));
    const lon = Math.atan2(Math.sinh(etaP), Math.cos(xiP));
    return [lon0 + lon * DEGREES, lat * DEGREES];
  };
}

/** Road networks by hand for tests of traffic: junctions by metres, links by their ends. */
import {
  PACK_FORMAT,
  type CityPack,
  type Link,
  type Movement,
  type Signal,
} from '../../server/contract/city-pack.ts';
import { metresPerDegree, type LonLat } from '../../server/contract/geo.ts';

const CENTER: LonLat = [120, 30];
const m = metresPerDegree(CENTER[1]);
export const roadPackAt = (eastM: number, northM: number): LonLat => [
  CENTER[0] + eastM / m.lon,
  CENTER[1] + northM / m.lat,
];

export interface RoadIn {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly lanes?: number;
  readonly limitKph?: number;
  readonly class?: Link['class'];
  /** Way points between the ends, metres east and north. */
  readonly via?: readonly (readonly [number, number])[];
}

export function roadPack(
  junctions: Readonly<Record<string, readonly [eastM: number, northM: number]>>,
  roads: readonly RoadIn[],
  more: Partial<Pick<CityPack, 'signals' | 'detectors' | 'busRoutes' | 'districts'>> & {
    readonly edges?: readonly string[];
  } = {},
): CityPack {
  const signalled = new Set((more.signals ?? []).map((s) => s.junction));
  return {
    manifest: {
      format: PACK_FORMAT,
      id: 'road-test',
      name: { zh: '测试路网', en: 'Road test' },
      fictional: true,
      center: CENTER,
      bbox: [119, 29, 121, 31],
      timezone: 'Asia/Shanghai',
      attribution: 'made up',
      drivesOn: 'right',
    },
    junctions: Object.entries(junctions).map(([id, [x, y]]) => ({
      id,
      position: roadPackAt(x, y),
      kind: signalled.has(id) ? 'signal' : more.edges?.includes(id) ? 'edge' : 'plain',
    })),
    links: roads.map((r) => ({
      id: r.id,
      from: r.from,
      to: r.to,
      path: [junctions[r.from]!, ...(r.via ?? []), junctions[r.to]!].map(([x, y]) => roadPackAt(x, y)),
      class: r.class ?? 'secondary',
      lanes: r.lanes ?? 1,
      speedLimitKph: r.limitKph ?? 50,
      bridge: false,
      tunnel: false,
    })),
    signals: more.signals ?? [],
    detectors: more.detectors ?? [],
    districts: more.districts ?? [],
    areas: [],
    lines: [],
    buildings: [],
    facilities: [],
    departments: [],
    units: [],
    busRoutes: more.busRoutes ?? [],
    stations: [],
  };
}

/** A signal whose phases open these movements, `greenS` each, 3 s yellow and 2 s all-red; `onRequest` are no part of its plan. */
export function signalOf(
  junction: string,
  greenS: number,
  phases: readonly (readonly Movement[])[],
  onRequest: readonly (readonly Movement[])[] = [],
): Signal {
  return {
    id: `s-${junction}`,
    junction,
    offsetS: 0,
    phases: [...phases, ...onRequest].map((movements, n) => ({
      greenS,
      minGreenS: 5,
      maxGreenS: 120,
      yellowS: 3,
      allRedS: 2,
      movements: [...movements],
      ...(n < phases.length ? {} : { onRequest: true }),
    })),
  };
}

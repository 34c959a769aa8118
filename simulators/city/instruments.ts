/** What measures the city: loops in the main roads, stations for air, rain, river level and crowds. */
import type { Detector, StationDescription } from '../../server/contract/city-pack.ts';
import type { LocalText } from '../../server/contract/text.ts';
import type { Random } from '../kernel/random.ts';
import type { Administration } from './districts.ts';
import { add, dist, right, unit, type P } from './geometry.ts';
import type { Network, PlanLink } from './network.ts';
import { toLonLat } from './project.ts';
import type { Terrain } from './terrain.ts';

export function makeDetectors(random: Random, network: Network, linkId: (l: PlanLink) => string): Detector[] {
  const dice = random.fork('detectors');
  const share = {
    motorway: 0.95,
    trunk: 0.9,
    primary: 0.42,
    secondary: 0.16,
    tertiary: 0,
    residential: 0,
    service: 0,
  };
  const out: Detector[] = [];
  for (const l of network.links) {
    if (l.ramp || l.lengthM < 90 || !dice.chance(share[l.class])) continue;
    // Upstream of the stop line, where a standing queue does not cover it all the time.
    const offsetM = Math.round(
      l.class === 'motorway' || l.class === 'trunk' ? l.lengthM * 0.5 : Math.max(25, l.lengthM - 75),
    );
    out.push({ id: `loop-${String(out.length + 1).padStart(4, '0')}`, link: linkId(l), offsetM });
  }
  return out;
}

const t = (zh: string, en: string): LocalText => ({ zh, en });

export function makeStations(terrain: Terrain, admin: Administration): StationDescription[] {
  const out: StationDescription[] = [];
  const put = (kind: StationDescription['kind'], name: LocalText, p: P): void => {
    const n = out.filter((s) => s.kind === kind).length + 1;
    out.push({ id: `${kind}-${String(n).padStart(2, '0')}`, kind, name, position: toLonLat(p) });
  };
  // Every third subdistrict measures the air, others the rain.
  const sites = admin.streets.map((s) => ({
    p: s.centre,
    zh: s.name.zh.replace('街道', ''),
    en: s.name.en.replace(' Subdistrict', ''),
  }));
  const apart = (n: number): typeof sites => {
    const chosen = [sites[0]!];
    while (chosen.length < Math.min(n, sites.length)) {
      const far = (s: (typeof sites)[number]): number => Math.min(...chosen.map((c) => dist(c.p, s.p)));
      chosen.push(sites.reduce((a, b) => (far(b) > far(a) ? b : a)));
    }
    return chosen;
  };
  for (const s of apart(13)) put('air', t(`${s.zh}空气站`, `${s.en} Air Station`), s.p);
  for (const s of apart(24).slice(13)) put('rain', t(`${s.zh}雨量站`, `${s.en} Rain Gauge`), s.p);
  const gauge = (x: number, name: LocalText): void => {
    const i = terrain.riverCentre.findIndex((p) => p[0] >= x);
    const c = terrain.riverCentre[i]!;
    const d = unit(c, terrain.riverCentre[i + 1]!);
    put('river', name, add(c, right(d), -(terrain.riverHalf[i]! - 12)));
  };
  gauge(-7000, t('芳洲水文站', 'Fangzhou Gauge'));
  gauge(-2000, t('望湖大桥水位站', 'Wanghu Bridge Gauge'));
  gauge(1700, t('建设大桥水位站', 'Jianshe Bridge Gauge'));
  gauge(5700, t('东江闸水位站', 'Dongjiang Lock Gauge'));
  put(
    'river',
    t('溪湖水位站', 'Xi Lake Gauge'),
    terrain.lake.reduce((a, b) => (b[0] > a[0] ? b : a)),
  );
  put('crowd', t('鼓楼广场客流', 'Drum Tower Square Crowd Counter'), [-430, 880]);
  put('crowd', t('北站客流', 'North Station Crowd Counter'), [560, 5560]);
  put('crowd', t('奥体中心客流', 'Olympic Centre Crowd Counter'), [2200, -3800]);
  put('crowd', t('滨江步道客流', 'Riverside Walk Crowd Counter'), [200, -2200]);
  return out;
}

/** The demo city holds what its rules promise (SPEC: CI), for any seed. */
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CityPack, Link } from '../../../server/contract/city-pack.ts';
import { departmentKinds, facilityKinds, packPartNames } from '../../../server/contract/city-pack.ts';
import { metresPerDegree, pathLengthM, type LonLat } from '../../../server/contract/geo.ts';
import { packFromFiles, packToFiles } from '../../../server/contract/pack-files.ts';
import { generateCity } from '../../../simulators/city/generate.ts';

const hashOf = (files: ReadonlyMap<string, string>): string => {
  const hash = createHash('sha256');
  for (const [name, text] of files) hash.update(name).update(text);
  return hash.digest('hex');
};

const inRing = (p: LonLat, ring: readonly LonLat[]): boolean => {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const a = ring[i]!;
    const b = ring[j]!;
    if (a[1] > p[1] !== b[1] > p[1] && p[0] < ((b[0] - a[0]) * (p[1] - a[1])) / (b[1] - a[1]) + a[0]) {
      inside = !inside;
    }
  }
  return inside;
};
const inPolygon = (p: LonLat, rings: readonly (readonly LonLat[])[]): boolean =>
  rings.reduce((inside, ring) => inside !== inRing(p, ring), false);

describe('demo city', () => {
  let pack: CityPack;
  let files: Map<string, string>;
  let links: Map<string, Link>;

  beforeAll(() => {
    pack = generateCity({ seed: 1 });
    files = packToFiles(pack);
    links = new Map(pack.links.map((l) => [l.id, l]));
  }, 120_000);

  it('CI-20 is a valid city pack that survives being written and read', () => {
    const read = packFromFiles((name) => files.get(name) ?? null);
    expect(read.ok ? [] : read.error.slice(0, 5)).toEqual([]);
    expect(read.ok && read.value).toEqual(pack);
  });

  it('CI-21 is decided by its seed, byte for byte', { timeout: 240_000 }, () => {
    expect(hashOf(packToFiles(generateCity({ seed: 1 })))).toBe(hashOf(files));
    expect(hashOf(packToFiles(generateCity({ seed: 2 })))).not.toBe(hashOf(files));
  });

  it('CI-22 is as large as promised', () => {
    const signals = pack.junctions.filter((j) => j.kind === 'signal').length;
    expect(pack.links.length).toBeGreaterThanOrEqual(4_000);
    expect(pack.junctions.length).toBeGreaterThanOrEqual(1_200);
    expect(signals).toBeGreaterThanOrEqual(250);
    expect(pack.signals.length).toBe(signals);
    expect(pack.buildings.length).toBeGreaterThanOrEqual(20_000);
    expect(pack.detectors.length).toBeGreaterThanOrEqual(400);
    const laneKm = pack.links.reduce((sum, l) => sum + (pathLengthM(l.path) * l.lanes) / 1000, 0);
    // 20,000 vehicles then stand 5 to a lane-kilometre or so.
    expect(laneKm).toBeGreaterThan(3_000);
  });

  it('CI-23 says that it is fictional wherever it is named', () => {
    expect(pack.manifest.fictional).toBe(true);
    expect(pack.manifest.name.zh).toContain('虚构');
    expect(pack.manifest.name.en).toContain('fictional');
    expect(pack.manifest.attribution).toContain('fictional');
  });

  it('CI-24 has a network in one strongly connected piece', () => {
    for (const [from, to] of [
      ['from', 'to'],
      ['to', 'from'],
    ] as const) {
      const next = new Map<string, string[]>();
      for (const l of pack.links) next.set(l[from], [...(next.get(l[from]) ?? []), l[to]]);
      const seen = new Set([pack.junctions[0]!.id]);
      for (const id of seen) for (const n of next.get(id) ?? []) seen.add(n);
      expect(seen.size).toBe(pack.junctions.length);
    }
  });

  it('CI-25 has links that begin and end at their junctions and are long enough to drive on', () => {
    const at = new Map(pack.junctions.map((j) => [j.id, j.position]));
    for (const l of pack.links) {
      expect(l.path[0]).toEqual(at.get(l.from));
      expect(l.path.at(-1)).toEqual(at.get(l.to));
      expect(pathLengthM(l.path)).toBeGreaterThan(12);
    }
  });

  it('CI-26 gives every movement of a signalled junction green, and no other', () => {
    const into = Map.groupBy(pack.links, (l) => l.to);
    const out = Map.groupBy(pack.links, (l) => l.from);
    for (const s of pack.signals) {
      const green = new Set<string>();
      for (const phase of s.phases) {
        expect(phase.movements.length).toBeGreaterThan(0);
        expect(phase.minGreenS).toBeLessThanOrEqual(phase.maxGreenS);
        for (const m of phase.movements) {
          expect(links.get(m.from)?.to).toBe(s.junction);
          expect(links.get(m.to)?.from).toBe(s.junction);
          green.add(`${m.from}>${m.to}`);
        }
      }
      const wanted = new Set<string>();
      for (const a of into.get(s.junction) ?? []) {
        for (const b of out.get(s.junction) ?? []) {
          const turnsBack = JSON.stringify(b.path) === JSON.stringify(a.path.toReversed());
          if (!turnsBack) wanted.add(`${a.id}>${b.id}`);
        }
      }
      expect(green).toEqual(wanted);
    }
  });

  it('TR-167 lets each leg with a left turn that faces another go alone on request, with nobody in its way', () => {
    const turn = (from: string, to: string): number => {
      const [a, b] = [links.get(from)!.path, links.get(to)!.path];
      const dir = (p: LonLat, q: LonLat): number =>
        Math.atan2(q[1] - p[1], (q[0] - p[0]) * Math.cos((p[1] * Math.PI) / 180));
      const by = dir(b[0]!, b[1]!) - dir(a.at(-2)!, a.at(-1)!);
      return Math.atan2(Math.sin(by), Math.cos(by));
    };
    let legs = 0;
    for (const s of pack.signals) {
      const own = s.phases.filter((p) => p.onRequest !== true);
      const alone = s.phases.filter((p) => p.onRequest === true);
      legs += alone.length;
      const all = new Set(own.flatMap((p) => p.movements.map((m) => `${m.from}>${m.to}`)));
      expect(s.phases.slice(0, own.length)).toEqual(own);
      for (const { movements } of alone) {
        const going = movements.filter((m) => m.yields !== true);
        const [leg, ...others] = new Set(going.map((m) => m.from));
        expect(others).toEqual([]);
        expect(new Set(going.map((m) => `${m.from}>${m.to}`))).toEqual(
          new Set([...all].filter((m) => m.startsWith(`${leg}>`))),
        );
        expect(going.some((m) => turn(m.from, m.to) > 0.6)).toBe(true);
        for (const m of movements) {
          if (m.yields !== true) continue;
          expect(m.from).not.toBe(leg);
          expect(turn(m.from, m.to)).toBeLessThan(-0.6);
        }
      }
      // Who must find a gap in the plan need not in one of these.
      for (const m of own.flatMap((p) => p.movements.filter(({ yields }) => yields === true))) {
        if (turn(m.from, m.to) < 0.75) continue;
        expect(
          alone.some((p) => p.movements.some((x) => x.from === m.from && x.to === m.to && x.yields !== true)),
        ).toBe(true);
      }
    }
    expect(legs).toBeGreaterThan(pack.signals.length);
  });

  it('CI-27 never gives green to two straight movements that cross', () => {
    // Straight movements that have green together must not cross each other.
    const dir = (a: LonLat, b: LonLat): number => Math.atan2(b[1] - a[1], (b[0] - a[0]) * Math.cos(0.5257));
    for (const s of pack.signals) {
      for (const phase of s.phases) {
        const straight = phase.movements
          .filter((m) => m.yields !== true)
          .map((m) => {
            const f = links.get(m.from)!.path;
            const g = links.get(m.to)!.path;
            const a = dir(f.at(-2)!, f.at(-1)!);
            const b = dir(g[0]!, g[1]!);
            return { from: m.from, a, turn: Math.abs(Math.atan2(Math.sin(b - a), Math.cos(b - a))) };
          })
          .filter((m) => m.turn < 0.5);
        for (const x of straight) {
          for (const y of straight) {
            const between = Math.abs(Math.atan2(Math.sin(x.a - y.a), Math.cos(x.a - y.a)));
            expect(between < 1 || between > Math.PI - 1).toBe(true);
          }
        }
      }
    }
  });

  it('CI-28 has no building in water or on a road', () => {
    const waters = pack.areas.filter((a) => a.kind === 'water').flatMap((a) => a.polygons);
    const m = metresPerDegree(pack.manifest.center[1]);
    const cells = new Map<string, { a: LonLat; b: LonLat; half: number }[]>();
    const half: Record<string, number> = { primary: 14, secondary: 9, tertiary: 6, motorway: 6, trunk: 4 };
    const SIZE = 0.002;
    for (const l of pack.links) {
      for (let i = 1; i < l.path.length; i++) {
        const a = l.path[i - 1]!;
        const b = l.path[i]!;
        for (let x = Math.floor(Math.min(a[0], b[0]) / SIZE) - 1; x <= Math.max(a[0], b[0]) / SIZE + 1; x++) {
          for (
            let y = Math.floor(Math.min(a[1], b[1]) / SIZE) - 1;
            y <= Math.max(a[1], b[1]) / SIZE + 1;
            y++
          ) {
            const key = `${x},${y}`;
            const cell = cells.get(key) ?? [];
            cell.push({ a, b, half: half[l.class] ?? 3.5 });
            cells.set(key, cell);
          }
        }
      }
    }
    const bad: string[] = [];
    for (const [i, b] of pack.buildings.entries()) {
      if (i % 5 !== 0) continue;
      const ring = b.polygon[0]!;
      const middle: LonLat = [
        ring.slice(1).reduce((sum, p) => sum + p[0], 0) / (ring.length - 1),
        ring.slice(1).reduce((sum, p) => sum + p[1], 0) / (ring.length - 1),
      ];
      for (const p of [...ring, middle]) {
        if (waters.some((w) => inPolygon(p, w))) bad.push(`${b.id} in water`);
        const key = `${Math.floor(p[0] / SIZE)},${Math.floor(p[1] / SIZE)}`;
        for (const s of cells.get(key) ?? []) {
          const dx = (s.b[0] - s.a[0]) * m.lon;
          const dy = (s.b[1] - s.a[1]) * m.lat;
          const px = (p[0] - s.a[0]) * m.lon;
          const py = (p[1] - s.a[1]) * m.lat;
          const t = Math.max(0, Math.min(1, (px * dx + py * dy) / (dx * dx + dy * dy || 1)));
          if (Math.hypot(px - dx * t, py - dy * t) < s.half) bad.push(`${b.id} on a road`);
        }
      }
    }
    expect(bad).toEqual([]);
  });

  it('CI-29 is divided without gaps into districts, subdistricts and grid cells with people in them', () => {
    const level = (name: string) => pack.districts.filter((d) => d.level === name);
    const ids = new Set(pack.districts.map((d) => d.id));
    expect(level('district').length).toBeGreaterThanOrEqual(4);
    expect(level('district').length).toBeLessThanOrEqual(6);
    expect(level('street').length).toBeGreaterThanOrEqual(20);
    expect(level('grid').length).toBeGreaterThanOrEqual(300);
    const lower = pack.districts.filter((d) => d.level !== 'district');
    expect(lower.filter((d) => !ids.has(d.parent ?? ''))).toEqual([]);
    const population = level('grid').reduce((sum, d) => sum + (d.population ?? 0), 0);
    const jobs = level('grid').reduce((sum, d) => sum + (d.jobs ?? 0), 0);
    expect(population).toBeGreaterThan(800_000);
    expect(population).toBeLessThan(4_000_000);
    expect(jobs / population).toBeGreaterThan(0.25);
    expect(jobs / population).toBeLessThan(0.8);
    // Every facility lies in just one cell of each level.
    for (const f of pack.facilities) {
      for (const name of ['district', 'street', 'grid']) {
        const hits = level(name).filter((d) => d.polygons.some((p) => inPolygon(f.position, p)));
        expect([f.id, name, hits.length]).toEqual([f.id, name, 1]);
      }
    }
  });

  it('CI-30 has every kind of department and facility, and units that live somewhere', () => {
    const kinds = (list: readonly { kind: string }[]): Set<string> => new Set(list.map((x) => x.kind));
    expect([...departmentKinds].filter((k) => !kinds(pack.departments).has(k))).toEqual([]);
    expect([...facilityKinds].filter((k) => !kinds(pack.facilities).has(k))).toEqual([]);
    const facilities = new Set(pack.facilities.map((f) => f.id));
    const departments = new Set(pack.departments.map((d) => d.id));
    for (const u of pack.units) {
      expect(facilities.has(u.home)).toBe(true);
      expect(departments.has(u.department)).toBe(true);
    }
    const answered = pack.facilities.flatMap((f) => f.department ?? []);
    expect(answered.filter((id) => !departments.has(id))).toEqual([]);
    expect(new Set(pack.units.map((u) => u.callsign)).size).toBe(pack.units.length);
    const count = (kind: string): number => pack.units.filter((u) => u.kind === kind).length;
    expect(count('ambulance')).toBeGreaterThanOrEqual(40);
    expect(count('fire-engine')).toBeGreaterThanOrEqual(40);
    expect(count('police-car')).toBeGreaterThanOrEqual(80);
    for (const h of pack.facilities.filter((f) => f.kind === 'hospital')) {
      expect(h.capacity.beds).toBeGreaterThan(0);
      expect(h.capacity.erBays).toBeGreaterThan(0);
    }
  });

  it('CI-31 has bus routes over contiguous links with their stops in order', () => {
    expect(pack.busRoutes.length).toBeGreaterThanOrEqual(40);
    for (const r of pack.busRoutes) {
      const path = r.links.map((id) => links.get(id)!);
      for (const [i, l] of path.slice(1).entries()) {
        expect(path[i]!.to).toBe(l.from);
        expect(path[i]!.from).not.toBe(l.to);
      }
      let last = -1;
      for (const s of r.stops) {
        const at = r.links.indexOf(s.link);
        expect(at).toBeGreaterThan(last);
        expect(s.offsetM).toBeLessThanOrEqual(pathLengthM(links.get(s.link)!.path) + 1);
        last = at;
      }
    }
    for (const d of pack.detectors) expect(d.offsetM).toBeLessThan(pathLengthM(links.get(d.link)!.path));
  });

  it('CI-32 names its roads and places in both languages, with ids used once', () => {
    for (const part of packPartNames) {
      const items = pack[part] as readonly { id: string; name?: { zh: string; en: string } }[];
      expect(new Set(items.map((x) => x.id)).size).toBe(items.length);
      for (const { name } of items) {
        if (name === undefined) continue;
        expect(name.zh).toMatch(/\p{Script=Han}/u);
        expect(name.en).toMatch(/^[\x20-\x7e’→]+$/);
      }
    }
    expect(pack.links.every((l) => l.name !== undefined)).toBe(true);
    expect(new Set(pack.links.map((l) => l.name!.zh)).size).toBeGreaterThan(300);
    const bridges = new Set(pack.links.filter((l) => l.name?.zh.endsWith('大桥')).map((l) => l.name!.zh));
    expect(bridges.size).toBeGreaterThanOrEqual(5);
  });

  it('CI-33 has streets of all directions, not a chessboard', () => {
    // Orientation entropy of street bearings in 36 bins (Boeing 2019, Applied Network Science 4:67): a grid
    // city such as Chicago has 2.08, an organic one up to 3.58 = ln 36.
    const bins = Array.from({ length: 36 }, () => 0);
    for (const l of pack.links) {
      if (l.class === 'motorway' || l.class === 'trunk') continue;
      const a = l.path[0]!;
      const b = l.path.at(-1)!;
      const deg = (Math.atan2((b[0] - a[0]) * 0.865, b[1] - a[1]) * 180) / Math.PI + 365;
      bins[Math.floor(deg / 10) % 36]!++;
    }
    const total = bins.reduce((x, y) => x + y, 0);
    const entropy = -bins.reduce((sum, n) => sum + (n > 0 ? (n / total) * Math.log(n / total) : 0), 0);
    expect(entropy).toBeGreaterThan(2.6);
  });
});

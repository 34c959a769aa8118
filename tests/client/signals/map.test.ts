/** Signal control on the map. */
import { describe, expect, it } from 'vitest';
import {
  controlRings,
  isDegraded,
  junctionDelays,
  ringOf,
  sameDelays,
  sameRings,
  shownWaves,
  soonest,
} from '../../../client/map/layers/control-shown.ts';
import { delayRadius } from '../../../client/map/layers/junction-delay.ts';
import { changedRoads, gainOf } from '../../../client/map/layers/what-if.ts';
import { lonLatOfUnits, readNetwork } from '../../../client/map/network.ts';
import type { LonLat } from '../../../server/contract/geo.ts';
import { aControl, aLine, aWave, here } from './records.ts';

describe('junctions under control on the map', () => {
  it.each([
    ['local', 'local', null],
    ['local', 'silent', 'degraded'],
    ['local', 'wave', 'wave'],
    ['advice', 'local', 'advice'],
    ['advice', 'plan', 'plan'],
    ['auto', 'method', 'automatic'],
    ['auto', 'actuated', 'degraded'],
    ['auto', 'local', 'degraded'],
    ['auto', 'wave', 'wave'],
  ] as const)('UI-226 are ringed by what decides them: %s, %s: %s', (mode, ground, kind) => {
    expect(ringOf({ mode, ground })).toBe(kind);
    expect(isDegraded({ mode, ground })).toBe(kind === 'degraded');
  });

  it('UI-226 are made anew only where a ring changes; what is wrong lies on top', () => {
    const controls = [
      aControl('s1', { ground: 'silent' }),
      aControl('s2'),
      aControl('s3', { mode: 'auto', ground: 'method' }),
    ];
    const rings = controlRings(controls);
    expect(rings.map((r) => r.id)).toEqual(['s3', 's1']);
    const limits = { maxRedS: 60, waves: false };
    expect(sameRings(rings, controlRings(controls.map((c) => ({ ...c, limits }))))).toBe(true);
    expect(sameRings(rings, controlRings([controls[0]!]))).toBe(false);
  });
});

describe('delay at junctions on the map', () => {
  it('UI-227 shows what is known, the worst on top, and is made anew only by whole seconds', () => {
    const lines = [
      aLine('s1', { delayS: 80.2, los: 'F' }),
      aLine('s2', { delayS: null, los: null }),
      aLine('s3'),
    ];
    const delays = junctionDelays(lines);
    expect(delays.map((d) => [d.id, d.delayS])).toEqual([
      ['s3', 30],
      ['s1', 80],
    ]);
    expect(sameDelays(delays, junctionDelays([aLine('s1', { delayS: 80.4, los: 'F' }), aLine('s3')]))).toBe(
      true,
    );
    expect(sameDelays(delays, junctionDelays([aLine('s1', { delayS: 81.4, los: 'F' }), aLine('s3')]))).toBe(
      false,
    );
  });

  it('UI-227 grows with the delay up to where level F is long reached', () => {
    expect(delayRadius(20)).toBeGreaterThan(delayRadius(5));
    expect(delayRadius(500)).toBe(delayRadius(120));
  });
});

describe('a green wave on the map', () => {
  const controls = new Map(
    ['s1', 's2', 's3', 's4'].map((id, i) => [id, { position: [118.6 + i / 100, 30.2] as [number, number] }]),
  );
  const world = { controls, unitAt: (): LonLat => here, ways: new Map() };

  it('UI-228 shows the lights that are still before the unit, joined from where it is', () => {
    const [wave] = shownWaves([aWave()], world);
    expect(wave?.lights.map((l) => l.state)).toEqual(['held', 'ahead', 'yielded']);
    expect(wave?.lights[1]?.etaS).toBe(41);
    expect(wave?.path).toHaveLength(4);
    expect(wave?.path[0]).toBe(here);
  });

  it('UI-228 follows the roads where the way is known, and ends with the wave', () => {
    const way: readonly LonLat[] = [here, [118.61, 30.21]];
    expect(shownWaves([aWave()], { ...world, ways: new Map([['u1', way]]) })[0]?.path).toBe(way);
    expect(shownWaves([aWave({ state: 'done' })], world)).toEqual([]);
  });

  it('UI-228 tells at one junction the seconds of the unit that comes first', () => {
    const [wave] = shownWaves([aWave()], world);
    const lights = wave!.lights;
    const later = lights.map((l) => ({ ...l, etaS: l.etaS + 10 }));
    expect(soonest([...later, ...lights])).toEqual(lights);
  });
});

describe('a what-if run on the map', () => {
  /** Due east along 30.2°. */
  const network = readNetwork({
    links: [
      { id: 'a', class: 'primary', lanes: 2, limit: 50, path: [118_600_000, 30_200_000, 10_000, 0] },
      { id: 'b', class: 'primary', lanes: 2, limit: 50, path: [118_600_000, 30_210_000, 10_000, 0] },
    ],
    signals: [],
  });
  const changes = [{ link: 'b', nowKph: 40, thenKph: 20 }];

  it('UI-230 draws only roads that change, beside the road on the driving side', () => {
    const right = changedRoads(changes, network, 15, 'right');
    const left = changedRoads(changes, network, 15, 'left');
    expect(right).toHaveLength(1);
    expect(right[0]?.gain).toBe(-0.5);
    const [road] = lonLatOfUnits(
      network.points[4]!,
      network.points[5]!,
      network.originX,
      network.originY,
    ).slice(1);
    // Eastwards, the right side is the south.
    expect(right[0]!.path[0]![1]).toBeLessThan(road!);
    expect(left[0]!.path[0]![1]).toBeGreaterThan(road!);
  });

  it('UI-230 measures a change by the speed of today', () => {
    expect(gainOf({ nowKph: 40, thenKph: 50 })).toBe(0.25);
    expect(gainOf({ nowKph: 0, thenKph: 50 })).toBe(0);
    expect(gainOf({ nowKph: 10, thenKph: 80 })).toBe(1);
  });
});

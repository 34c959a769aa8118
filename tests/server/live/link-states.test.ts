import { beforeEach, describe, expect, it } from 'vitest';
import {
  ByteWriter,
  gatherMessage,
  LINK_FROM_LOOPS,
  LINK_FROM_PROBES,
  LINK_STALE,
  LOS_UNKNOWN,
} from '../../../server/contract/frames.ts';
import { FORGOTTEN_AFTER_MS, PROBES_STALE_AFTER_MS } from '../../../server/domain/traffic.ts';
import { makeWorld, START_MS, type World } from '../../support/live-world.ts';
import { TelemetryMirror } from '../../support/telemetry-mirror.ts';

let world: World;
const LINK = 0;
const probe = (speedKph: number, atMs: number, gapMs = 1_000): void =>
  world.engine.links.probe(LINK, speedKph, atMs, gapMs, atMs, 0);
const tick = (ms: number): void => world.engine.links.tick(START_MS + ms, world.engine.positions);
const state = (): number => world.engine.links.columns.state[LINK]!;

beforeEach(async () => {
  world = await makeWorld();
});

describe('link states', () => {
  it('TR-4 a vehicle that waits counts for as long as it waits (distance over time)', () => {
    // 30 s standing, 30 s at 40 km/h: the mean over time is 20, whatever the number of reports.
    for (let s = 0; s < 30; s++) probe(0, START_MS);
    for (let s = 0; s < 3; s++) probe(40, START_MS, 10_000);
    tick(0);
    expect(world.engine.links.speedKph[LINK]).toBeCloseTo(20, 4);
  });

  it('TR-5 a link does not change with its signal: one cycle is one state', () => {
    const levels = new Set<number>();
    let s = 0;
    for (let cycle = 0; cycle < 8; cycle++) {
      for (let i = 0; i < 90; i++, s++) {
        probe(i < 40 ? 0 : 36, START_MS + s * 1_000);
        tick(s * 1_000);
        if (cycle >= 4) levels.add(world.engine.links.speedKph[LINK]!);
      }
    }
    // Red alone would be 0 and green alone 36; the mean is 20.
    expect(Math.min(...levels)).toBeGreaterThan(12);
    expect(Math.max(...levels)).toBeLessThan(28);
  });

  it('TR-6 probes and loops make one state that says where it comes from', async () => {
    const pack = world.city.pack!;
    const detector = pack.detectors[0]!;
    const link = world.city.linkIndex(detector.link);
    await world.observe('loops', {
      type: 'detector',
      id: detector.id,
      at: START_MS,
      speedKph: 20,
      flowVph: 600,
    });
    tick(1_000);
    const flags = (): number =>
      world.engine.links.columns.state[link]! & (LINK_FROM_LOOPS | LINK_FROM_PROBES);
    expect(flags()).toBe(LINK_FROM_LOOPS);
    expect(world.engine.links.speedKph[link]).toBeCloseTo(20, 4);
    for (let i = 0; i < 50; i++) world.engine.links.probe(link, 30, START_MS, 10_000, START_MS, 0);
    tick(2_000);
    expect(flags()).toBe(LINK_FROM_LOOPS | LINK_FROM_PROBES);
    expect(world.engine.links.speedKph[link]).toBeGreaterThan(22);
    expect(world.engine.links.speedKph[link]).toBeLessThan(30);
    const answer = await world.engine.picture.linkAnswer(link);
    expect(answer?.loops?.detectors).toEqual([detector.id]);
    expect(answer?.probes?.feed).toBe('cars');
  });

  it('TR-7 what is old is said to be old, and in the end nothing is said', () => {
    probe(30, START_MS);
    tick(0);
    expect(state() & LINK_STALE).toBe(0);
    tick(PROBES_STALE_AFTER_MS + 6_000);
    expect(state() & LINK_STALE).toBe(LINK_STALE);
    tick(FORGOTTEN_AFTER_MS + 12_000);
    expect(state()).toBe(LOS_UNKNOWN);
  });

  it('TR-8 only links whose state changed are sent again', () => {
    const { links, version } = world.engine;
    const tile = world.city.linkTile(LINK);
    const encode = (since: number): TelemetryMirror | null => {
      const w = new ByteWriter();
      if (!links.encodeSince(w, tile, since)) return null;
      const mirror = new TelemetryMirror();
      mirror.receive(gatherMessage({ skipped: 0, tick: 0, serverTimeMs: 0, intervalMs: 0 }, [w.slice()]));
      return mirror;
    };
    probe(30, START_MS);
    tick(0);
    expect([...encode(0)!.links.keys()]).toEqual([LINK]);
    const told = version.seal();
    probe(30, START_MS + 1_000);
    tick(1_000);
    expect(encode(told)).toBeNull();
    for (let i = 0; i < 60; i++) probe(2, START_MS + 2_000, 10_000);
    tick(2_000);
    expect([...encode(told)!.links.keys()]).toEqual([LINK]);
  });

  it('TR-9 a loop never goes back: older is late, the same again a duplicate', () => {
    const o = { type: 'detector', id: 'd', at: START_MS, speedKph: 20 } as const;
    expect(world.engine.links.loop(3, o, START_MS, 0)).toBe('taken');
    expect(world.engine.links.loop(3, o, START_MS, 0)).toBe('duplicate');
    expect(world.engine.links.loop(3, { ...o, at: START_MS - 1 }, START_MS, 0)).toBe('late');
  });
});

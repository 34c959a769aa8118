import { describe, expect, it } from 'vitest';
import { City } from '../../../../server/city/city.ts';
import { signal as packSignal } from '../../../../server/contract/city-pack.ts';
import { portJunction } from '../../../../server/contract/signal-port.ts';
import { contradiction } from '../../../../server/domain/signals/contradiction.ts';
import { LinkForecasts } from '../../../../server/live/analysis/link-forecasts.ts';
import { corridorPlaces } from '../../../../server/live/analysis/corridor-places.ts';
import { packJunction } from '../../../../server/live/analysis/pack-junctions.ts';
import { signalPlaces } from '../../../../server/live/analysis/signal-places.ts';
import { LinkStates } from '../../../../server/live/link-states.ts';
import { Positions } from '../../../../server/live/positions.ts';
import { Version } from '../../../../server/live/tile-source.ts';
import { smallPack } from '../../../support/small-pack.ts';

const pack = smallPack();
const city = City.fromPack(pack);
const STEP_MS = 300_000;

describe('what the city pack says of signals', () => {
  it('TR-225 a signal without a port is described by its movements', () => {
    const signal = pack.signals.find((s) => s.id === 's-j-2-2')!;
    const junction = packJunction(city, signal);
    expect(portJunction.safeParse(junction).error).toBeUndefined();
    // Three lanes from either side of Renmin Road, two of Jiefang Road.
    expect(junction.lanes).toHaveLength(10);
    const turnsFrom = (link: string): string[] => [
      ...new Set(
        junction.connections.flatMap((c) => (junction.lanes[c.lane]!.link === link ? [c.turn] : [])),
      ),
    ];
    expect(turnsFrom('j-2-1>j-2-2').toSorted()).toEqual(['left', 'right', 'through']);
    // Left turns give way in their phase.
    const [northSouth] = junction.phases;
    expect(northSouth!.yields.every((c) => junction.connections[c]!.turn === 'left')).toBe(true);
    expect(northSouth!.yields.length).toBeGreaterThan(0);
  });

  it('TR-127 a phase on request is in no plan made of the pack, and one phase at least is not', () => {
    const found = pack.signals.find((s) => s.id === 's-j-2-2')!;
    const [first, ...more] = found.phases;
    const signal = { ...found, phases: [{ ...first!, onRequest: true }, ...more] };
    const junction = packJunction(city, signal);
    expect(junction.phases).toHaveLength(found.phases.length);
    expect(junction.plan.steps).toEqual(more.map(({ greenS }, n) => ({ phase: n + 1, greenS })));
    expect(contradiction(junction)).toBe(null);
    expect(packSignal.parse(found)).toEqual(found);
    expect(packSignal.parse(signal)).toEqual(signal);
    const none = { ...found, phases: found.phases.map((p) => ({ ...p, onRequest: true })) };
    expect(packSignal.safeParse(none).error?.issues[0]?.message).toContain('on request');
  });

  it('names a signal by its junction, else by the roads that meet there', () => {
    const names = new Map(signalPlaces(city).map((p) => [p.id, p.name.en]));
    expect(names.get('s-j-2-2')).toBe('Centre Crossing');
    expect(names.get('s-j-2-1')).toBe('Chongqing Road / Renmin Road');
  });
});

describe('corridors in metres', () => {
  it('TR-228 the first stop line is 0, and both ways pass a stop at the same metre', () => {
    const [place] = corridorPlaces(city);
    expect(place!.metres[0]).toBe(0);
    expect(place!.lengthM).toBeGreaterThan(400);
    expect(place!.lengthM).toBeLessThan(480);
    const { forth, back, metresOf, metres } = place!;
    for (const [stop, at] of metres.entries()) {
      expect(metresOf.get(forth.links[forth.into[stop]!]!)!.toM).toBeCloseTo(at, 6);
      expect(metresOf.get(back!.links[back!.into[stop]!]!)!.toM).toBeCloseTo(at, 0);
    }
    const ways = [...metresOf.values()];
    expect(ways.filter((w) => w.way === 'back').every((w) => w.fromM > w.toM)).toBe(true);
    expect(place!.speedMps * 3.6).toBeCloseTo(city.freeFlowKph(forth.links[1]!), 0);
  });
});

describe('forecasts of roads', () => {
  it('TR-235 a road that is usually slow at that time is going to be slow', () => {
    const links = new LinkStates(city, new Version());
    const positions = new Positions(new Version());
    /** Every other quarter of an hour is a jam, everywhere. */
    const isJam = (atMs: number): boolean => Math.floor(atMs / (3 * STEP_MS)) % 2 === 1;
    const forecasts = new LinkForecasts(city, links, {
      learn: () => undefined,
      usual: (_, atMs) => ({ median: isJam(atMs) ? 10 : 30, spread: 1 }),
    });
    const START_MS = 1_800_000_000_000;
    let atMs = START_MS;
    for (let step = 0; step < 60; step++) {
      atMs = START_MS + step * STEP_MS;
      for (let i = 0; i < city.linkCount; i++) links.probe(i, isJam(atMs) ? 10 : 30, atMs, 1_000, atMs, 0);
      links.tick(atMs, positions);
      forecasts.tick(atMs);
    }
    const { links: told } = forecasts.answer(15, atMs);
    expect(told.length).toBe(city.linkCount);
    const wasJam = isJam(atMs);
    expect(told.every((l) => l.thenKph > l.nowKph === wasJam)).toBe(true);
    expect(Math.abs(told[0]!.thenKph - (wasJam ? 30 : 10))).toBeLessThan(8);
    expect(forecasts.answer(30, atMs).links).toEqual([]);
  });
});

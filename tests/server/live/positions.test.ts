import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter, gatherMessage, layerTileZoom } from '../../../server/contract/frames.ts';
import { distanceM, tilesOfBbox, type LonLat } from '../../../server/contract/geo.ts';
import type { PositionObservation } from '../../../server/contract/observations.ts';
import { Positions, SILENCE_MS, SLOT_REST_MS } from '../../../server/live/positions.ts';
import { Version } from '../../../server/live/tile-source.ts';
import { TelemetryMirror } from '../../support/telemetry-mirror.ts';

const T = 1_800_000_000_000;
const position = (
  id: string,
  at: number,
  lon = 118.6,
  lat = 30.2,
  more: Partial<PositionObservation> = {},
): PositionObservation => ({
  type: 'position',
  id,
  at,
  lon,
  lat,
  ...more,
});

function fresh(maxObjects = 1_000): { version: Version; positions: Positions; feed: number } {
  const version = new Version();
  const positions = new Positions(version);
  return { version, positions, feed: positions.addFeed(maxObjects) };
}

describe('positions', () => {
  it('SY-20 an older report never moves an object back, and is counted as late', () => {
    const { positions, feed } = fresh();
    expect(positions.report(feed, position('a', T + 1_000, 118.61, 30.21), T)).toBe('taken');
    const slot = positions.slotOf(feed, 'a');
    const before = positions.positionOf(slot);
    expect(positions.report(feed, position('a', T, 118.7, 30.3), T)).toBe('late');
    expect(positions.positionOf(slot)).toEqual(before);
    expect(positions.eventAtMs[slot]).toBe(T + 1_000);
  });

  it('SY-21 the same event again is a duplicate and changes nothing', () => {
    const { positions, feed } = fresh();
    positions.report(feed, position('a', T, 118.61, 30.21), T);
    const before = positions.positionOf(0);
    expect(positions.report(feed, position('a', T, 118.9, 30.9), T + 5)).toBe('duplicate');
    expect(positions.positionOf(0)).toEqual(before);
  });

  it('SY-22 a report from before it left does not bring an object back', () => {
    const { positions, feed } = fresh();
    positions.report(feed, position('a', T), T);
    expect(positions.gone(feed, 'a', T + 500, T + 500)).toBe('taken');
    expect(positions.count).toBe(0);
    expect(positions.report(feed, position('a', T + 400), T + 600)).toBe('late');
    expect(positions.count).toBe(0);
    expect(positions.report(feed, position('a', T + 600), T + 700)).toBe('taken');
    expect(positions.count).toBe(1);
  });

  it('SY-23 a slot rests before another object gets it', () => {
    const { positions, feed } = fresh();
    positions.report(feed, position('a', T), T);
    const slot = positions.slotOf(feed, 'a');
    positions.gone(feed, 'a', T + 1, T + 1);
    positions.age(T + SLOT_REST_MS - 1_000);
    positions.report(feed, position('b', T), T + SLOT_REST_MS);
    expect(positions.slotOf(feed, 'b')).not.toBe(slot);
    positions.age(T + SLOT_REST_MS + 2);
    positions.report(feed, position('c', T), T + SLOT_REST_MS);
    expect(positions.slotOf(feed, 'c')).toBe(slot);
    expect(positions.idOf(slot)).toBe('c');
  });

  it('SY-24 an object silent for a minute has left', () => {
    const { positions, feed } = fresh();
    positions.report(feed, position('a', T), T);
    positions.age(T + SILENCE_MS);
    expect(positions.count).toBe(1);
    positions.age(T + SILENCE_MS + 1);
    expect(positions.count).toBe(0);
  });

  it('SY-24 where objects report rarely, silence is five of their intervals', () => {
    const { positions, feed } = fresh();
    for (let i = 0; i < 10; i++) positions.report(feed, position('a', T + i * 60_000), T + i * 60_000);
    const last = T + 9 * 60_000;
    positions.age(last + 299_000);
    expect(positions.count).toBe(1);
    positions.age(last + 301_000);
    expect(positions.count).toBe(0);
  });

  it('FE-54 a feed may not report more objects than its limit, living or just gone', () => {
    const { positions, feed } = fresh(3);
    for (const id of ['a', 'b', 'c']) expect(positions.report(feed, position(id, T), T)).toBe('taken');
    expect(positions.report(feed, position('d', T), T)).toBe('too-many-objects');
    let refused = 0;
    for (let i = 0; i < 1_000; i++) {
      positions.gone(feed, i === 0 ? 'a' : `x${i - 1}`, T + 1, T + 1);
      if (positions.report(feed, position(`x${i}`, T), T) !== 'taken') refused++;
    }
    expect(positions.slots).toBeLessThanOrEqual(6);
    expect(refused).toBeGreaterThan(990);
  });

  it('one feed cannot move the objects of another', () => {
    const { positions, feed } = fresh();
    const other = positions.addFeed(10);
    positions.report(feed, position('a', T, 118.6, 30.2), T);
    positions.report(other, position('a', T + 1, 118.7, 30.3), T);
    expect(positions.count).toBe(2);
    expect(positions.positionOf(positions.slotOf(feed, 'a'))[0]).toBeCloseTo(118.6, 5);
  });

  it('keeps a position to a few centimetres, up to the ends of the world', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -180, max: 180, noNaN: true }),
        fc.double({ min: -85, max: 85, noNaN: true }),
        (lon, lat) => {
          const { positions, feed } = fresh();
          positions.report(feed, position('a', T, lon, lat), T);
          expect(distanceM([lon, lat], positions.positionOf(0))).toBeLessThan(0.1);
        },
      ),
      { seed: 7, numRuns: 300 },
    );
  });

  it('reads the heading off the movement where the vendor sends none', () => {
    const { positions, feed } = fresh();
    positions.report(feed, position('a', T, 118.6, 30.2), T);
    positions.report(feed, position('a', T + 1, 118.601, 30.2), T);
    expect(positions.columns.heading[0]).toBe(64);
    positions.report(feed, position('a', T + 2, 118.601, 30.199), T);
    expect(positions.columns.heading[0]).toBe(128);
  });
});

describe('positions as frames', () => {
  const tiles = tilesOfBbox([118.4, 30.0, 118.8, 30.4], layerTileZoom.vehicles, 10_000);
  const header = { skipped: 0, tick: 1, serverTimeMs: T, intervalMs: 500 };

  const message = (positions: Positions, since: number): Uint8Array => {
    const frames: Uint8Array[] = [];
    for (const tile of tiles) {
      const w = new ByteWriter(64);
      if (since < 0) positions.encodeKey(w, tile);
      else if (!positions.encodeSince(w, tile, since)) continue;
      frames.push(w.slice());
    }
    return gatherMessage(header, frames);
  };
  const seen = (positions: Positions): Map<number, LonLat> => {
    const out = new Map<number, LonLat>();
    for (let s = 0; s < positions.slots; s++) if (positions.isLive(s)) out.set(s, positions.positionOf(s));
    return out;
  };
  const told = (mirror: TelemetryMirror): number[] => [...mirror.vehicles.keys()].toSorted((a, b) => a - b);

  it('SY-48 whole frames and differences lead to the same picture, whatever happens between (seed 20261123)', () => {
    const operation = fc.record({
      what: fc.constantFrom('move', 'move', 'move', 'gone', 'tick', 'tick', 'age', 'join'),
      who: fc.integer({ min: 0, max: 30 }),
      lon: fc.double({ min: 118.45, max: 118.75, noNaN: true }),
      lat: fc.double({ min: 30.05, max: 30.35, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(operation, { minLength: 20, maxLength: 120 }), (operations) => {
        const { version, positions, feed } = fresh();
        const always = { mirror: new TelemetryMirror(), told: -1 };
        const sometimes = { mirror: new TelemetryMirror(), told: -1 };
        let now = T;
        const pictures: { always: number[]; truth: number[] }[] = [];
        const caughtUp: unknown[][] = [];
        for (const [i, o] of operations.entries()) {
          now += 1_000;
          const id = `o${o.who}`;
          if (o.what === 'move') positions.report(feed, position(id, now, o.lon, o.lat), now);
          else if (o.what === 'gone') positions.gone(feed, id, now, now);
          else if (o.what === 'age') positions.age((now += 20_000));
          else {
            const upTo = version.seal();
            // One screen gets every tick; the other misses two of three and then needs all anew.
            for (const screen of i % 3 === 0 ? [always, sometimes] : [always]) {
              const current = screen === always && screen.told >= 0;
              screen.mirror.receive(message(positions, current ? screen.told : -1));
              screen.told = upTo;
            }
            positions.forget(always.told);
            pictures.push({ always: told(always.mirror), truth: [...seen(positions).keys()] });
            if (i % 3 === 0)
              caughtUp.push([new Map(sometimes.mirror.vehicles), new Map(always.mirror.vehicles)]);
          }
        }
        for (const p of pictures) expect(p.always).toEqual(p.truth);
        for (const [late, always] of caughtUp) expect(late).toEqual(always);
      }),
      { seed: 20_261_123, numRuns: 150 },
    );
  });

  it('SY-49 a leaver that is no longer remembered makes the next frame a whole one', () => {
    const { version, positions, feed } = fresh(5_000);
    for (let i = 0; i < 2_000; i++) positions.report(feed, position(`o${i}`, T, 118.6, 30.2), T);
    const mirror = new TelemetryMirror();
    mirror.receive(message(positions, -1));
    const told = version.seal();
    for (let i = 0; i < 1_990; i++) positions.gone(feed, `o${i}`, T + 1, T + 1);
    mirror.receive(message(positions, told));
    expect(mirror.vehicles.size).toBe(10);
    expect(mirror.keys).toBeGreaterThan(tiles.length);
  });

  it('a moving object costs at most eight bytes', () => {
    const { version, positions, feed } = fresh(20_000);
    const place = (i: number): [number, number] => [
      118.5 + (i % 141) * 0.0014,
      30.1 + Math.floor(i / 141) * 0.0014,
    ];
    for (let i = 0; i < 20_000; i++) positions.report(feed, position(`o${i}`, T, ...place(i)), T);
    const since = version.seal();
    for (let i = 0; i < 20_000; i++)
      positions.report(feed, position(`o${i}`, T + 500, ...place(i), { speedKph: 40 }), T);
    expect(message(positions, since).length / 20_000).toBeLessThan(8);
  });
});

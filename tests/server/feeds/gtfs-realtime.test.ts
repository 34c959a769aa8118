import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { GtfsRealtime } from '../../../server/feeds/gtfs-realtime.ts';
import { testFeed } from '../../support/http-rig.ts';

const feed = testFeed({ id: 'bus', kind: 'positions', format: 'gtfs-realtime' });
const area = { bbox: [-180, -90, 180, 90] as const, contains: () => true };
const parser = (): GtfsRealtime => new GtfsRealtime({ feed, area, openIncidents: () => [] });
const NOW = 1_800_000_000;
const ctx = { arrivedAtMs: NOW * 1_000, clock: null, line: 1 };

// A writer of the wire format by hand, so that the reader's description is not tested with itself.
const varint = (n: number): number[] => {
  const out: number[] = [];
  let v = BigInt(n);
  do {
    out.push(Number(v & 0x7fn) | (v > 0x7fn ? 0x80 : 0));
    v >>= 7n;
  } while (v > 0n);
  return out;
};
const int = (field: number, n: number): number[] => [...varint(field << 3), ...varint(n)];
const bytes = (field: number, b: number[]): number[] => [
  ...varint((field << 3) | 2),
  ...varint(b.length),
  ...b,
];
const text = (field: number, s: string): number[] => bytes(field, [...Buffer.from(s)]);
const float = (field: number, v: number): number[] => {
  const b = Buffer.alloc(4);
  b.writeFloatLE(v);
  return [...varint((field << 3) | 5), ...b];
};
interface Bus {
  id: string;
  lat?: number;
  lon?: number;
  speed?: number;
  at?: number;
  deleted?: boolean;
}
const entity = (b: Bus): number[] =>
  bytes(2, [
    ...text(1, `e-${b.id}`),
    ...(b.deleted ? int(2, 1) : []),
    ...bytes(4, [
      ...(b.deleted
        ? []
        : bytes(2, [
            ...float(1, b.lat ?? 30.1),
            ...float(2, b.lon ?? 118.6),
            ...float(3, -90),
            ...float(5, b.speed ?? 10),
          ])),
      ...(b.at === undefined ? [] : int(5, b.at)),
      // A field of an extension that this reader does not know.
      ...text(1000, 'unknown'),
      ...bytes(8, text(1, b.id)),
    ]),
  ]);
const message = (at: number, buses: Bus[], differential = false): Buffer =>
  Buffer.from([
    ...bytes(1, [...text(1, '2.0'), ...int(2, differential ? 1 : 0), ...int(3, at)]),
    ...buses.flatMap(entity),
  ]);
const brief = (p: ReturnType<GtfsRealtime['parse']>): string[] =>
  p.observations.map((o) => `${o.type} ${o.id}`);

describe('GTFS-Realtime', () => {
  it('FE-35: vehicle positions become observations, with units turned into ours', () => {
    const parsed = parser().parse(
      message(NOW, [
        { id: '12', at: NOW - 7 },
        { id: '13', speed: 900 },
      ]),
      ctx,
    );
    expect(parsed.refusals).toEqual([]);
    expect(parsed.observations[0]).toMatchObject({
      type: 'position',
      id: '12',
      at: (NOW - 7) * 1_000,
      lon: expect.closeTo(118.6, 4),
      lat: expect.closeTo(30.1, 4),
      speedKph: 36,
      headingDeg: 270,
      mover: 'bus',
    });
    expect(parsed.observations[1]).toMatchObject({ at: NOW * 1_000 });
    expect(parsed.observations[1]).not.toHaveProperty('speedKph');
  });

  it('FE-35: who is missing from the next whole message has left; an empty message proves nothing', () => {
    const p = parser();
    p.parse(message(NOW, [{ id: 'a' }, { id: 'b' }]), ctx).commit?.(new Set());
    const empty = p.parse(message(NOW + 10, []), ctx);
    empty.commit?.(new Set());
    expect(brief(empty)).toEqual([]);
    const next = p.parse(message(NOW + 20, [{ id: 'b' }]), ctx);
    expect(brief(next)).toEqual(['position b', 'gone a']);
  });

  it('FE-35: a differential message says itself who has left', () => {
    const p = parser();
    p.parse(message(NOW, [{ id: 'a' }, { id: 'b' }]), ctx).commit?.(new Set());
    const next = p.parse(message(NOW + 10, [{ id: 'b' }], true), ctx);
    next.commit?.(new Set());
    expect(brief(next)).toEqual(['position b']);
    expect(brief(p.parse(message(NOW + 20, [{ id: 'a', deleted: true }], true), ctx))).toEqual(['gone a']);
  });

  it('FE-35: a message older than the last one is refused', () => {
    const p = parser();
    p.parse(message(NOW, [{ id: 'a' }]), ctx).commit?.(new Set());
    expect(p.parse(message(NOW - 10, []), ctx).refusals).toMatchObject([{ code: 'too-old' }]);
  });

  it.each([
    ['garbage', Buffer.from('garbage, not protobuf')],
    ['a cut message', message(NOW, [{ id: 'a' }]).subarray(0, 30)],
    ['an empty one', Buffer.alloc(0)],
    ['JSON', { header: {} }],
    ['a position that is none', message(NOW, [{ id: 'a', lat: NaN }])],
  ])('FE-21: refuses %s with a reason', (_name, raw) => {
    const parsed = parser().parse(raw, ctx);
    expect(parsed.observations).toEqual([]);
    expect(parsed.refusals).toHaveLength(1);
  });

  it('FE-36: reads what the recorder wrote', () => {
    const payload = { base64: message(NOW, [{ id: 'a' }]).toString('base64') };
    expect(brief(parser().parse(payload, ctx))).toEqual(['position a']);
  });

  const dir = fileURLToPath(new URL('../../../../shared/data/vehicles/miway-gtfs-rt/', import.meta.url));
  it.skipIf(!existsSync(dir))('FE-35: reads a real operator’s feed (needs ../shared/data)', () => {
    const p = parser();
    expect(p.parse(readFileSync(`${dir}VehiclePositions.pb`), ctx)).toMatchObject({
      observations: { length: 127 },
      refusals: [],
    });
    expect(p.parse(readFileSync(`${dir}TripUpdates.pb`), ctx)).toMatchObject({
      observations: { length: 0 },
      refusals: [],
    });
  });
});

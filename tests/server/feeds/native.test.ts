import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  detectorObservation,
  moverKinds,
  observation,
  positionObservation,
} from '../../../server/contract/observations.ts';
import { kindTypes } from '../../../server/feeds/config.ts';
import { FastLines } from '../../../server/feeds/fast-lines.ts';
import { parseJson } from '../../../server/feeds/json.ts';
import { isRefusal, parseInstant, readNative } from '../../../server/feeds/native.ts';

const all = new Set<string>(kindTypes.mixed);
const NOW = 1_800_000_000_000;
const clean = (v: unknown): unknown => JSON.parse(JSON.stringify(v)) as unknown;

/** The numbers of an observation by their bits. */
const numbersOf = (o: object): string[] =>
  (['lon', 'lat', 'at', 'speedKph', 'headingDeg', 'flowVph'] as const).map((key) => {
    const v = (o as Record<string, unknown>)[key];
    return typeof v === 'number' ? Buffer.from(new Float64Array([v]).buffer).toString('hex') : String(v);
  });

/** Values of which some fit a field and some just do not. */
const odd = fc.oneof(
  fc.constantFrom(
    null,
    true,
    false,
    '',
    'x',
    [],
    {},
    -1,
    0,
    361,
    401,
    251,
    30_001,
    Infinity,
    -0,
    1e-7,
    Number('120.123456789012345'),
  ),
  fc.double({ noNaN: false }),
  fc.integer(),
  fc.string({ maxLength: 90 }),
);
const mostly = <T>(good: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 12, arbitrary: good }, { weight: 1, arbitrary: odd });
const id = mostly(
  fc.oneof(fc.string({ minLength: 1, maxLength: 80 }), fc.stringMatching(/^[a-z0-9-]{1,20}$/)),
);
const degrees = (limit: number): fc.Arbitrary<unknown> =>
  mostly(
    fc.oneof(
      fc.double({ min: -limit, max: limit, noNaN: true }),
      fc.integer({ min: -limit * 1e6, max: limit * 1e6 }).map((v) => v / 1e6),
    ),
  );
const at = mostly(fc.oneof(fc.integer({ min: 0, max: 2e13 }), fc.double({ min: 0, max: 2e13, noNaN: true })));
const position = fc.record(
  {
    type: mostly(fc.constant('position')),
    id,
    at,
    lon: degrees(180),
    lat: degrees(90),
    headingDeg: mostly(fc.double({ min: 0, max: 360, noNaN: true })),
    speedKph: mostly(fc.double({ min: 0, max: 400, noNaN: true })),
    mover: mostly(fc.constantFrom(...moverKinds)),
    link: id,
    occupied: mostly(fc.boolean()),
    extra: odd,
  },
  { requiredKeys: ['type', 'id', 'at', 'lon', 'lat'] },
);
const detector = fc.record(
  {
    type: mostly(fc.constant('detector')),
    id,
    at,
    lon: degrees(180),
    lat: degrees(90),
    speedKph: mostly(fc.option(fc.double({ min: 0, max: 250, noNaN: true }))),
    flowVph: mostly(fc.double({ min: 0, max: 30_000, noNaN: true })),
    occupancyPct: mostly(fc.double({ min: 0, max: 100, noNaN: true })),
    intervalS: mostly(fc.integer({ min: 1, max: 86_400 })),
    mover: odd,
  },
  { requiredKeys: ['type', 'id', 'at'] },
);

describe('native format', () => {
  it('FE-22: the checks by hand take exactly what the schemas take, and give the same', () => {
    fc.assert(
      fc.property(fc.oneof(position, detector), (raw) => {
        const schema = raw.type === 'detector' ? detectorObservation : positionObservation;
        const bySchema = schema.safeParse(raw);
        const read = readNative(raw, all);
        // A time as text is the one thing that is taken beyond the schema.
        fc.pre(typeof raw.at !== 'string');
        expect(isRefusal(read) ? null : clean(read)).toEqual(bySchema.success ? clean(bySchema.data) : null);
      }),
      { numRuns: 3_000 },
    );
  });

  it('FE-23: reading from bytes gives what JSON.parse and the schema give, or leaves it to them', () => {
    const fast = new FastLines();
    let read = 0;
    const space = fc.constantFrom('', '', '', ' ', '\t', '  ', '\r');
    fc.assert(
      fc.property(fc.oneof(position, detector), fc.array(space, { minLength: 6, maxLength: 6 }), (raw, s) => {
        const fields = Object.entries(raw).map(
          ([k, v]) => `${s[0]}${JSON.stringify(k)}${s[1]}:${s[2]}${JSON.stringify(v)}${s[3]}`,
        );
        const line = `${s[4]}{${fields.join(',')}}${s[5]}`;
        const bytes = Buffer.from(`[${line}]`);
        const got = fast.read(bytes, 1, bytes.length - 1);
        if (got === null) return;
        read++;
        const slow = observation.parse(JSON.parse(line));
        expect(clean(got)).toEqual(clean(slow));
        expect(numbersOf(got)).toEqual(numbersOf(slow));
      }),
      { numRuns: 8_000 },
    );
    // A check that never saw a good line would prove nothing.
    expect(read).toBeGreaterThan(300);
  });

  it('FE-23: broken, cut and changed lines are never read as something that JSON.parse refuses', () => {
    const fast = new FastLines();
    const good = JSON.stringify({
      type: 'position',
      id: 'v-1',
      at: NOW,
      lon: 118.612345,
      lat: 30.1,
      headingDeg: 12,
      speedKph: 30.5,
      mover: 'car',
      occupied: true,
    });
    let kept = 0;
    fc.assert(
      fc.property(
        fc.nat(good.length),
        fc.nat(3),
        fc.oneof(
          fc.string({ maxLength: 3 }),
          fc.constantFrom(
            '-',
            '0',
            '.',
            'e',
            '"',
            '\\',
            '{',
            '}',
            ',',
            ':',
            '\u0000',
            '1e5',
            '00',
            '\\u0061',
          ),
        ),
        (where, cut, put) => {
          const line = good.slice(0, where) + put + good.slice(where + cut);
          const bytes = Buffer.from(line);
          const got = fast.read(bytes, 0, bytes.length);
          if (got === null) return;
          kept++;
          expect(clean(got)).toEqual(clean(observation.parse(JSON.parse(line))));
        },
      ),
      { numRuns: 20_000 },
    );
    expect(kept).toBeGreaterThan(100);
  });

  it('FE-23: lines of one layout are read alike, and one that only looks like it is not', () => {
    const fast = new FastLines();
    const line = (more: object = {}): string =>
      JSON.stringify({
        type: 'position',
        id: 'v-1',
        at: NOW,
        lon: 118.6,
        lat: 30.1,
        speedKph: 30.5,
        mover: 'car',
        link: 'l1',
        ...more,
      });
    const read = (text: string): unknown => {
      const bytes = Buffer.from(text);
      const o = fast.read(bytes, 0, bytes.length);
      return o === null ? null : clean(o);
    };
    for (let i = 0; i < 40; i++)
      expect(read(line({ id: `v-${i}`, at: NOW + i }))).toEqual(
        JSON.parse(line({ id: `v-${i}`, at: NOW + i })),
      );
    let taken = 0;
    fc.assert(
      fc.property(
        fc.nat(line().length),
        fc.nat(2),
        fc.oneof(
          fc.string({ maxLength: 2 }),
          fc.constantFrom('-', '0', '.', 'e1', '"', ',', '}', ' ', '9999', '\\'),
        ),
        (where, cut, put) => {
          // The layout is fresh in mind before every changed line.
          expect(read(line())).toEqual(JSON.parse(line()));
          const changed = line().slice(0, where) + put + line().slice(where + cut);
          const got = read(changed);
          if (got === null) return;
          taken++;
          expect(got).toEqual(clean(observation.parse(JSON.parse(changed))));
        },
      ),
      { numRuns: 10_000 },
    );
    expect(taken).toBeGreaterThan(500);
    for (const odd of [
      { lon: 181 },
      { lat: -91 },
      { speedKph: 401 },
      { speedKph: -1 },
      { mover: 'ufo' },
      { id: '' },
      { id: 'x'.repeat(81) },
      { link: '' },
      { at: '1' },
      { lon: null },
    ]) {
      expect(read(line(odd))).toBeNull();
    }
    // Another layout is learnt when it keeps coming.
    for (let i = 0; i < 40; i++)
      expect(read(`{"lat":1,"id":"b","lon":${i},"type":"position","at":5}`)).toEqual({
        type: 'position',
        id: 'b',
        at: 5,
        lon: i,
        lat: 1,
      });
  });

  it('FE-23: takes the plain lines that vendors send without the slow way', () => {
    const fast = new FastLines();
    const lines = [
      {
        type: 'position',
        id: 'sim-000123',
        at: NOW,
        lon: 118.601234,
        lat: 30.101234,
        headingDeg: 359.5,
        speedKph: 0,
        mover: 'bus',
        link: 'l00001',
        occupied: false,
      },
      {
        type: 'detector',
        id: 'd-1',
        at: NOW,
        speedKph: null,
        flowVph: 1200,
        occupancyPct: 12.5,
        intervalS: 60,
      },
      { id: 'x', lat: -0.5, lon: -122.4194155, at: NOW, type: 'position' },
      { type: 'position', id: 'x', at: NOW, lon: 118.60123456789012, lat: 1.5e1 },
    ];
    for (const o of lines) {
      const bytes = Buffer.from(JSON.stringify(o));
      expect(clean(fast.read(bytes, 0, bytes.length))).toEqual(o);
    }
  });

  it.each([
    ['nothing', null, 'not-object'],
    ['a list', [], 'not-object'],
    ['a word', 'position', 'not-object'],
    ['no type', { id: 'x' }, 'unknown-kind'],
    ['a type nobody knows', { type: 'spaceship' }, 'unknown-kind'],
    ['a type that is a property of every object', { type: 'constructor' }, 'unknown-kind'],
    ['a type this feed may not send', { type: 'incident' }, 'wrong-kind'],
    ['no time', { type: 'position', id: 'x', lon: 1, lat: 1 }, 'bad-time'],
    [
      'a time without a zone',
      { type: 'position', id: 'x', at: '2026-01-01T00:00:00', lon: 1, lat: 1 },
      'bad-time',
    ],
    [
      'an impossible date',
      { type: 'position', id: 'x', at: '2026-13-01T00:00:00Z', lon: 1, lat: 1 },
      'bad-time',
    ],
    ['a longitude in words', { type: 'position', id: 'x', at: NOW, lon: 'NaN', lat: 1 }, 'bad-position'],
    ['an infinite longitude', { type: 'position', id: 'x', at: NOW, lon: Infinity, lat: 1 }, 'bad-position'],
    ['swapped coordinates', { type: 'position', id: 'x', at: NOW, lon: 30.1, lat: 118.6 }, 'bad-position'],
    ['an empty id', { type: 'position', id: '', at: NOW, lon: 1, lat: 1 }, 'bad-field'],
    ['a speed below zero', { type: 'position', id: 'x', at: NOW, lon: 1, lat: 1, speedKph: -1 }, 'bad-field'],
  ])('FE-21: refuses %s with a reason', (_name, raw, code) => {
    const read = readNative(raw, new Set(kindTypes.positions));
    expect(read).toMatchObject({ code });
  });

  it('FE-21: says so where longitude and latitude are swapped', () => {
    const read = readNative({ type: 'position', id: 'x', at: NOW, lon: 30.1, lat: 118.6 }, all);
    expect(isRefusal(read) && read.detail).toContain('swapped');
  });

  it('FE-24: a time is milliseconds or ISO 8601 with a zone', () => {
    expect(parseInstant('2026-01-01T08:00:00+08:00')).toBe(Date.UTC(2026, 0, 1));
    expect(parseInstant('2026-01-01T00:00:00.250Z')).toBe(Date.UTC(2026, 0, 1) + 250);
    expect(parseInstant('2026-01-01T08:00:00+0800')).toBe(Date.UTC(2026, 0, 1));
    expect(parseInstant('2026-01-01')).toBeNull();
    expect(parseInstant('2026-02-30T00:00:00')).toBeNull();
    const read = readNative({ type: 'gone', id: 'x', at: '2026-01-01T00:00:00Z' }, all);
    expect(read).toEqual({ type: 'gone', id: 'x', at: Date.UTC(2026, 0, 1) });
  });

  it('SE-12: fields named like parts of every object do no harm', () => {
    const parsed = parseJson(
      Buffer.from(
        '{"type":"position","id":"x","at":1,"lon":1,"lat":1,"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
      ),
    );
    const read = parsed.ok ? readNative(parsed.value, all) : null;
    expect(read).toEqual({ type: 'position', id: 'x', at: 1, lon: 1, lat: 1 });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('FE-25: refuses what is not UTF-8, not JSON, or nested too deeply', () => {
    expect(parseJson(Buffer.from([0x22, 0xff, 0xfe, 0x22]))).toMatchObject({ error: { code: 'not-json' } });
    expect(parseJson(Buffer.from('{"a":'))).toMatchObject({ error: { code: 'not-json' } });
    expect(parseJson(Buffer.from('[NaN]'))).toMatchObject({ error: { code: 'not-json' } });
    expect(parseJson(Buffer.from('['.repeat(100_000)))).toEqual({ ok: false, error: { code: 'too-deep' } });
    expect(parseJson(Buffer.from(JSON.stringify('['.repeat(1_000))))).toMatchObject({ ok: true });
  });
});

import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Observation } from '../../../server/contract/observations.ts';
import { mapRow, type TableMapping } from '../../../simulators/replay/mapping.ts';
import { inOrder } from '../../../simulators/replay/order.ts';
import {
  clockHeader,
  dueMs,
  mappingFor,
  OpenBefore,
  readMapping,
  recorded,
  Sender,
} from '../../../simulators/replay/replay.ts';
import { Skipped, type TimedLine } from '../../../simulators/replay/sources.ts';
import { parseTime } from '../../../simulators/replay/zone-time.ts';
import type { Transport } from '../../../simulators/publish/transport.ts';

const data = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));
const haveData = existsSync(data);

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'replay-test-'));
});
afterAll(async () => {
  await rm(dir, { recursive: true, force: true });
});

async function all(lines: AsyncIterable<TimedLine>, limit = Infinity): Promise<TimedLine[]> {
  const out: TimedLine[] = [];
  for await (const line of lines) {
    out.push(line);
    if (out.length >= limit) break;
  }
  return out;
}
const observed = (line: TimedLine): Observation => JSON.parse(line.line) as Observation;
const iso = (ms: number | null): string => new Date(ms ?? Number.NaN).toISOString();

describe('SI-60: local times', () => {
  it.each([
    ['04/12/2018 11:11:26 AM', '2018-04-12T15:11:26.000Z'],
    ['01/02/2019 12:05:00 AM', '2019-01-02T05:05:00.000Z'],
    ['01/02/2019 12:05:00 PM', '2019-01-02T17:05:00.000Z'],
    // The hour that came twice: the first of them.
    ['11/04/2018 01:30:00 AM', '2018-11-04T05:30:00.000Z'],
    // The hour that never was: moved on.
    ['03/11/2018 02:30:00 AM', '2018-03-11T07:30:00.000Z'],
  ])('SI-60: %s in New York is %s', (text, expected) => {
    expect(iso(parseTime(text, 'us-12h', 'America/New_York'))).toBe(expected);
  });

  it('SI-60: what is no time is null', () => {
    expect(parseTime('02/30/2018 01:00:00 PM', 'us-12h', 'UTC')).toBeNull();
    expect(parseTime('', 'unix-s', 'UTC')).toBeNull();
    // Without a zone it could be anything.
    expect(parseTime('2020-01-01T00:00:00', 'iso', 'UTC')).toBeNull();
    expect(parseTime('1970-01-01 00:00:00', 'local-iso', 'UTC')).toBe(0);
  });
});

describe('SI-61: order and clock', () => {
  it('SI-61: recorded times are shifted to now at any speed', () => {
    const clock = { recordedMs: 1_000_000, nowMs: 5_000_000, speed: 60 };
    expect(dueMs(clock, 1_000_000)).toBe(5_000_000);
    expect(dueMs(clock, 1_060_000)).toBe(5_001_000);
    expect(clockHeader(clock)).toBe('recorded=1000000; now=5000000; speed=60');
  });

  it('SI-61: a recording out of order is ordered with bounded memory, equal times as they came', async () => {
    const lines = Array.from({ length: 1_000 }, (_, i) => ({
      atMs: (i * 7_919) % 500,
      line: `${i}`,
    }));
    async function* source(): AsyncGenerator<TimedLine> {
      yield* await Promise.resolve(lines);
    }
    const ordered = await all(inOrder(source(), 64));
    const wanted = [...lines].sort((a, b) => a.atMs - b.atMs || Number(a.line) - Number(b.line));
    expect(ordered.map((l) => l.line)).toEqual(wanted.map((l) => l.line));
  });

  it('SI-61: {at, payload} lines are read plain and gzipped; broken ones are counted', async () => {
    const text = [
      '{"at":"2024-01-01T00:00:00Z","payload":{"a":1}}',
      'garbage',
      '{"at":1704067201000,"payload":[{"a":2},{"a":3}]}',
      '{"payload":{}}',
    ].join('\n');
    const plain = join(dir, 'r.jsonl');
    const zipped = join(dir, 'r.jsonl.gz');
    await writeFile(plain, text);
    await writeFile(zipped, gzipSync(text));
    for (const file of [plain, zipped]) {
      const skipped = new Skipped();
      const lines = await all(recorded([file], null, undefined, skipped));
      expect(lines.map((l) => l.line)).toEqual(['{"a":1}', '{"a":2}', '{"a":3}']);
      expect(lines.map((l) => l.atMs)).toEqual([1704067200000, 1704067201000, 1704067201000]);
      expect(skipped.count).toBe(2);
    }
  });

  it('SI-61: a file that is missing or cut off is an error that can be caught, in every layout', async () => {
    const cut = join(dir, 'cut.csv.gz');
    await writeFile(cut, gzipSync('37.7 -122.4 1 1211033700\n'.repeat(500)).subarray(0, 40));
    for (const name of ['sf-cabs', 'metr-la', 'sanmateo-fire']) {
      const mapping = await readMapping(name);
      await expect(all(recorded([join(dir, 'no')], mapping, join(dir, 'no'), new Skipped()))).rejects.toThrow(
        'ENOENT',
      );
    }
    await expect(
      all(recorded([cut], await readMapping('sf-cabs'), undefined, new Skipped())),
    ).rejects.toThrow('unexpected end of file');
  });

  it('SI-61: nothing is sent before its time, and what failed is sent again in order', async () => {
    const sent: { atMs: number; lines: readonly string[] }[] = [];
    let fail = 1;
    const transport: Transport = {
      name: 'double',
      send(_feed, lines) {
        if (fail-- > 0) return Promise.resolve({ kind: 'retry', reason: 'away', afterMs: 5 });
        sent.push({ atMs: Date.now(), lines: [...lines] });
        return Promise.resolve({
          kind: 'answered',
          answer: { taken: lines.length, late: 0, duplicate: 0, refused: 0, refusals: [] },
        });
      },
      close: () => Promise.resolve(),
    };
    const sender = new Sender('f', transport, () => undefined, new AbortController().signal);
    const start = Date.now();
    const due = [0, 10, 400];
    for (const [i, after] of due.entries()) {
      await sender.put({ atMs: i, line: `${i}` }, start + after);
    }
    await sender.flush();
    expect(sent.flatMap((s) => s.lines)).toEqual(['0', '1', '2']);
    expect(sent.at(-1)!.atMs).toBeGreaterThanOrEqual(start + 399);
    expect(sender.total.taken).toBe(3);
  });
});

describe('SI-62: mappings and their traps', () => {
  const baltimore = {
    SRType: 'SW-Dirty Alley',
    ServiceRequestNum: '18-1',
    CreatedDate: '04/16/2018 05:30:13 AM',
    DueDate: '04/23/2018 05:30:13 AM',
    CloseDate: '04/20/2018 06:25:33 AM',
    StatusDate: '04/20/2018 06:25:34 AM',
    SRStatus: 'Closed',
    Agency: 'Solid Waste',
    Address: '12 S STOCKTON ST',
    Latitude: '39.2897',
    Longitude: '-76.6389',
  };
  const map = async (row: Record<string, string>): Promise<Record<string, unknown>[]> => {
    const mapped = mapRow((await readMapping('baltimore-311')) as TableMapping, row, 'x.csv');
    return mapped.ok ? mapped.timed.map((t) => ({ ...t.observation })) : [];
  };

  it('SI-62: a request opens at its time and closes with an update at its own', async () => {
    const [opened, closed] = await map(baltimore);
    expect(opened).toMatchObject({
      type: 'incident',
      status: 'open',
      category: 'urban.waste',
      title: { zh: '垃圾堆积', en: 'SW-Dirty Alley' },
      lon: -76.6389,
      dueAt: Date.parse('2018-04-23T09:30:13Z'),
    });
    // What the source says only at the end is not known at the beginning.
    expect(opened).not.toHaveProperty('sourceStatus');
    expect(closed).toMatchObject({
      status: 'closed',
      id: '18-1',
      updatedAt: Date.parse('2018-04-20T10:25:33Z'),
    });
    expect(closed!['at']).toBe(opened!['at']);
  });

  it.each([
    ['39', '-77'],
    ['39', '-76'],
    ['', ''],
    ['0', '0'],
    ['51.5', '-0.1'],
  ])('SI-62: a request at %s,%s is taken without a position', async (Latitude, Longitude) => {
    const [opened] = await map({ ...baltimore, Latitude, Longitude });
    expect(opened).toBeDefined();
    expect(opened).not.toHaveProperty('lon');
    expect(opened).not.toHaveProperty('lat');
  });

  it('SI-62: an end before the beginning is moved behind it, and an open one has no end', async () => {
    const [opened, closed] = await map({ ...baltimore, CloseDate: '04/01/2018 06:25:33 AM' });
    expect(closed!['updatedAt']).toBe((opened!['at'] as number) + 1000);
    expect(await map({ ...baltimore, SRStatus: 'Open' })).toHaveLength(1);
    expect(await map({ ...baltimore, CreatedDate: 'yesterday' })).toHaveLength(0);
  });

  it('SI-62: a matrix has its zeros left out, its miles turned, its sensors placed', async () => {
    const values = join(dir, 'speed.csv');
    const places = join(dir, 'places.csv');
    await writeFile(values, '77,88,99\n50,0,60\n0,10,20\n');
    await writeFile(places, 'index,sensor_id,latitude,longitude\n0,77,34.1,-118.3\n1,88,34.2,-118.2\n');
    const skipped = new Skipped();
    const lines = await all(recorded([values], await readMapping('metr-la'), places, skipped));
    expect(lines.map(observed)).toEqual([
      {
        type: 'detector',
        id: '77',
        at: Date.parse('2012-03-01T08:00:00Z'),
        lon: -118.3,
        lat: 34.1,
        speedKph: 80.47,
        intervalS: 300,
      },
      {
        type: 'detector',
        id: '88',
        at: Date.parse('2012-03-01T08:05:00Z'),
        lon: -118.2,
        lat: 34.2,
        speedKph: 16.09,
        intervalS: 300,
      },
    ]);
    expect(skipped.reasons.get('no reading')).toBe(2);
    expect(skipped.reasons.get('sensor without a location')).toBe(1);
  });

  it('SI-62: a track that is newest first is played oldest first, named by its file', async () => {
    const file = join(dir, 'sf-cab-new_abc.txt');
    await writeFile(file, '37.7 -122.4 1 1211033700\n37.6 -122.3 0 1211033600\n0 0 0 1211033650\n');
    const lines = await all(recorded([file], await readMapping('sf-cabs'), undefined, new Skipped()));
    expect(lines.map(observed)).toEqual([
      {
        type: 'position',
        id: 'abc',
        at: 1211033600000,
        mover: 'taxi',
        occupied: false,
        lon: -122.3,
        lat: 37.6,
      },
      {
        type: 'position',
        id: 'abc',
        at: 1211033700000,
        mover: 'taxi',
        occupied: true,
        lon: -122.4,
        lat: 37.7,
      },
    ]);
  });

  it('SI-62: the places of sensors lie beside the recording unless one says where', async () => {
    const values = join(dir, 'beside.csv');
    await writeFile(values, '77\n50\n');
    await writeFile(join(dir, 'metr-la-locations.csv'), 'sensor_id,latitude,longitude\n77,34.1,-118.3\n');
    const lines = await all(recorded([values], await readMapping('metr-la'), undefined, new Skipped()));
    expect(lines.map(observed)).toMatchObject([{ id: '77', lon: -118.3, lat: 34.1 }]);
  });

  it('SI-62: without a mapping a file is what it looks like, or what its feed is known for', async () => {
    const envelopes = join(dir, 'recorded.jsonl');
    const foreign = join(dir, 'foreign.jsonl');
    await writeFile(envelopes, '{"at":"2020-01-01T00:00:00Z","payload":{"a":1}}\n');
    await writeFile(foreign, '{"t":"2020-01-01T00:00:00Z","incidents":[]}\n');
    expect(await mappingFor({ feed: 'sanmateo-fire', files: [envelopes] })).toBeNull();
    expect(await mappingFor({ feed: 'sanmateo-fire', files: [foreign] })).toMatchObject({ layout: 'lines' });
    await expect(mappingFor({ feed: 'unheard-of', files: [foreign] })).rejects.toThrow('--mapping');
  });

  it('SI-64: a table played from the middle begins with what was open then, told of that moment', async () => {
    const open = new OpenBefore(await readMapping('baltimore-311'));
    const row = (atMs: number, id: string, status?: string): TimedLine => ({
      atMs,
      line: JSON.stringify({ type: 'incident', id, at: atMs, ...(status && { status }) }),
    });
    for (const item of [row(1, 'a'), row(2, 'b'), row(3, 'a', 'closed'), row(4, 'c')]) open.note(item);
    expect([...open.lines(10)].map(observed)).toMatchObject([
      { id: 'b', at: 2, updatedAt: 10 },
      { id: 'c', at: 4, updatedAt: 10 },
    ]);
    const tracks = new OpenBefore(await readMapping('sf-cabs'));
    tracks.note(row(1, 'a'));
    expect(tracks.count).toBe(0);
  });

  it('SI-62: a mapping that is wrong is refused with the place of the mistake', async () => {
    const file = join(dir, 'bad.json');
    await writeFile(file, '{"layout":"rows","time":{"columns":[]}}');
    await expect(readMapping(file)).rejects.toThrow('time');
    await expect(readMapping('no-such-mapping')).rejects.toThrow('no-such-mapping');
  });
});

describe.skipIf(!haveData)(
  `SI-63: recorded real feeds${haveData ? '' : ' (skipped: ../shared/data is not there)'}`,
  () => {
    it('SI-63: the dispatch board goes raw, poll by poll, in order', async () => {
      const file = join(data, 'incidents/sanmateo-fire-dispatch-2022-04_2023-06.jsonl.gz');
      const lines = await all(
        recorded([file], await readMapping('sanmateo-fire'), undefined, new Skipped()),
        300,
      );
      expect(JSON.parse(lines[0]!.line)).toHaveProperty('incidents');
      expect(lines.every((l, i) => i === 0 || l.atMs >= lines[i - 1]!.atMs)).toBe(true);
    });

    it('SI-63: 311 requests all become incidents, none at the rounded place', async () => {
      const file = join(data, 'requests/baltimore-311.csv.gz');
      const skipped = new Skipped();
      const lines = await all(recorded([file], await readMapping('baltimore-311'), undefined, skipped));
      expect(skipped.count).toBe(0);
      const observations = lines.map(observed);
      const opened = observations.filter((o) => o.type === 'incident' && o.status === 'open');
      expect(opened.length).toBe(10_000);
      expect(observations.some((o) => o.type === 'incident' && o.lon === -77)).toBe(false);
      expect(lines.every((l, i) => i === 0 || l.atMs >= lines[i - 1]!.atMs)).toBe(true);
    });

    it('SI-63: cabs of several files come in one order', async () => {
      const files = ['abboip', 'ugthfu', 'uvreoipy'].map((n) =>
        join(data, `vehicles/sf-cab-new_${n}.txt.gz`),
      );
      const lines = await all(recorded(files, await readMapping('sf-cabs'), undefined, new Skipped()));
      expect(lines.every((l, i) => i === 0 || l.atMs >= lines[i - 1]!.atMs)).toBe(true);
      expect(new Set(lines.map((l) => (observed(l) as { id: string }).id)).size).toBe(3);
    });

    it('SI-63: every loop detector has its place', async () => {
      const file = join(data, 'sensors/metr-la-speed.csv.gz');
      const skipped = new Skipped();
      const locations = join(data, 'sensors/metr-la-locations.csv');
      const lines = await all(recorded([file], await readMapping('metr-la'), locations, skipped), 414);
      expect(new Set(lines.map((l) => (observed(l) as { id: string }).id)).size).toBe(207);
      expect(skipped.count).toBe(0);
    });
  },
);

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { Intake } from '../../../server/feeds/intake.ts';
import { implausible } from '../../../server/feeds/plausibility.ts';
import { RateLimit } from '../../../server/feeds/rate-limit.ts';
import { Recorder } from '../../../server/feeds/recorder.ts';
import { parseReplayClock, recordedMs, replayedMs } from '../../../server/feeds/replay-clock.ts';
import { FeedDouble } from '../../support/feed-double.ts';
import { testFeed } from '../../support/http-rig.ts';

const NOW = 1_800_000_000_000;
const area = {
  bbox: [118, 30, 119, 31] as const,
  contains: (p: readonly [number, number]) => p[0] > 118 && p[0] < 119 && p[1] > 30 && p[1] < 31,
};

describe('replays', () => {
  it('FE-34: recorded times are mapped by one affine map, and back', () => {
    const clock = parseReplayClock('recorded=1000; now=5000; speed=60');
    if (!clock.ok) throw new Error('not read');
    expect(replayedMs(clock.value, 61_000)).toBe(6_000);
    expect(recordedMs(clock.value, 6_000)).toBe(61_000);
  });

  it.each([
    '',
    'recorded=1; now=2',
    'recorded=1; now=2; speed=0',
    'recorded=1; now=2; speed=-1',
    'recorded=1; now=2; speed=1e9',
    'recorded=x; now=2; speed=1',
    'a'.repeat(300),
  ])('FE-34: refuses the clock %j', (header) => expect(parseReplayClock(header).ok).toBe(false));

  it('FE-34: event, update and due times all move, and are held against now afterwards', async () => {
    const port = new FeedDouble();
    const feed = testFeed({ id: 'r', kind: 'incidents', allowReplay: true });
    const intake = new Intake({ feeds: [feed], port, area, nowMs: () => NOW });
    const then = Date.UTC(2018, 3, 12);
    const batch = intake.batch(intake.feed('r')!, 'http', { recordedMs: then, nowMs: NOW, speed: 60 });
    const o = {
      type: 'incident',
      id: 'x',
      channel: '311',
      category: 'urban.waste',
      at: then - 3_600_000,
      updatedAt: then,
      dueAt: then + 86_400_000,
    };
    batch.value(o, 1);
    await batch.flush();
    expect(port.seen[0]?.observation).toMatchObject({
      at: NOW - 60_000,
      updatedAt: NOW,
      dueAt: NOW + 1_440_000,
    });
    expect(port.replays.get('r')).toBe(true);
    // The same without a clock is eight years old.
    const live = intake.batch(intake.feed('r')!, 'http');
    live.value(o, 1);
    await live.flush();
    expect(live.answer()).toMatchObject({ taken: 0, refusals: [{ code: 'too-old' }] });
    expect(port.replays.get('r')).toBe(false);
  });
});

describe('plausibility', () => {
  it('FE-38: an incident with a position that cannot be true is kept without it where the feed says so, and the reason is shown', async () => {
    const port = new FeedDouble();
    const feed = testFeed({ id: 'r', kind: 'incidents', options: { misplaced: 'unplaced' } });
    const intake = new Intake({ feeds: [feed], port, area, nowMs: () => NOW });
    const batch = intake.batch(intake.feed('r')!, 'http');
    batch.value(
      {
        type: 'incident',
        id: 'x',
        channel: '311',
        category: 'urban.waste',
        at: NOW,
        lon: -77,
        lat: 39,
        accuracyM: 3,
      },
      1,
    );
    await batch.flush();
    expect(batch.answer()).toMatchObject({ taken: 1, refused: 0 });
    expect(port.seen[0]?.observation).not.toHaveProperty('lon');
    expect(port.refusals).toMatchObject([{ count: 0, refusals: [{ code: 'outside-city' }] }]);
  });

  it('FE-38: half a position is none', () => {
    expect(implausible({ type: 'unit', id: 'u', at: NOW, lon: 118.5 }, area, NOW)).toMatchObject({
      code: 'bad-position',
    });
    expect(implausible({ type: 'unit', id: 'u', at: NOW }, area, NOW)).toBeNull();
    expect(
      implausible({ type: 'station', id: 'u', at: NOW, metrics: {}, position: [0, 0] }, area, NOW),
    ).toMatchObject({ code: 'outside-city' });
  });

  it('FE-28: a feed may send ten seconds’ worth at once, then as much as agreed', () => {
    const rate = new RateLimit(100);
    rate.spend(1_000, NOW);
    expect(rate.waitMs(NOW)).toBe(10);
    rate.spend(500, NOW);
    expect(rate.waitMs(NOW)).toBe(5_010);
    expect(rate.waitMs(NOW + 5_020)).toBe(0);
  });
});

describe('recorder', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'city-brain-'));
    return () => rmSync(dir, { recursive: true, force: true });
  });
  const linesOf = (file: string): { at: number; payload: unknown }[] =>
    gunzipSync(readFileSync(join(dir, file)))
      .toString()
      .trim()
      .split('\n')
      .map((l) => JSON.parse(l) as { at: number; payload: unknown });

  it('FE-36: writes what a feed sent, as it was sent, and only of feeds that are recorded', async () => {
    const recorder = new Recorder({ dir, onError: (cause) => expect(cause).toBeUndefined() });
    const feeds = [
      testFeed({ id: 'taped', kind: 'positions' }),
      testFeed({ id: 'other', kind: 'positions', record: false }),
    ];
    const intake = new Intake({ feeds, port: new FeedDouble(), area, nowMs: () => NOW, recorder });
    const sent = {
      type: 'position',
      id: 'v',
      at: '2027-01-15T08:00:00Z',
      lon: 118.5,
      lat: 30.5,
      vendor: '厂商',
    };
    for (const id of ['taped', 'other']) {
      const batch = intake.batch(intake.feed(id)!, 'http');
      const splitter = batch.splitter();
      splitter.write(Buffer.from(`${JSON.stringify(sent)}\nnot json\n`));
      splitter.end();
      await batch.flush();
    }
    await recorder.stop();
    const files = readdirSync(dir);
    expect(files).toEqual(['taped-20270115T080000000Z.jsonl.gz']);
    expect(linesOf(files[0]!)).toEqual([{ at: NOW, payload: sent }]);
  });

  it('FE-36: begins a new file by size and by time, and loses nothing between', async () => {
    const recorder = new Recorder({
      dir,
      maxFileBytes: 200,
      maxFileMs: 1_000,
      onError: (cause) => expect(cause).toBeUndefined(),
    });
    for (let i = 0; i < 20; i++) {
      recorder.write('f', NOW + i * 10, `{"i":${i}}`);
      await recorder.drained();
    }
    recorder.write('f', NOW + 60_000, '{"i":20}');
    await recorder.stop();
    const files = readdirSync(dir).sort();
    expect(files.length).toBeGreaterThan(3);
    expect(files.flatMap(linesOf).map((l) => (l.payload as { i: number }).i)).toEqual(
      Array.from({ length: 21 }, (_, i) => i),
    );
  });

  it('FE-36: what comes from a recording is recorded with its own times, and can be replayed again', async () => {
    const recorder = new Recorder({ dir, onError: (cause) => expect(cause).toBeUndefined() });
    const feed = testFeed({ id: 'again', kind: 'positions', allowReplay: true });
    const intake = new Intake({ feeds: [feed], port: new FeedDouble(), area, nowMs: () => NOW, recorder });
    const clock = { recordedMs: 1_000_000, nowMs: NOW - 1_000, speed: 60 };
    const batch = intake.batch(intake.feed('again')!, 'http', clock);
    batch.value({ type: 'position', id: 'a', at: 1_060_000, lon: 118.5, lat: 30.5 }, 1);
    await batch.flush();
    await recorder.stop();
    const file = readdirSync(dir).find((f) => f.startsWith('again-'))!;
    expect(JSON.parse(gunzipSync(readFileSync(join(dir, file))).toString())).toMatchObject({
      at: 1_060_000,
      payload: { at: 1_060_000 },
    });
  });

  it('FE-36: a disk that fails stops the recording and nothing else', async () => {
    const errors: unknown[] = [];
    const recorder = new Recorder({ dir, onError: (cause) => errors.push(cause) });
    mkdirSync(join(dir, 'f-20270115T080000000Z.jsonl.gz'));
    recorder.write('f', NOW, '1');
    await expect.poll(() => errors.length).toBe(1);
    recorder.write('f', NOW + 1, '2');
    await recorder.drained();
    await recorder.stop();
  });
});

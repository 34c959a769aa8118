import { beforeEach, describe, expect, it } from 'vitest';
import { layerTileZoom } from '../../../server/contract/frames.ts';
import { tilesOfBbox, type Bbox } from '../../../server/contract/geo.ts';
import type { View } from '../../../server/contract/sync.ts';
import { Positions } from '../../../server/live/positions.ts';
import { Version } from '../../../server/live/tile-source.ts';
import { Outbox, STALLED_MS, type Outlet, type Screen } from '../../../server/transport/outbox.ts';
import { TelemetryMirror } from '../../support/telemetry-mirror.ts';

const T = 1_800_000_000_000;
const BOX: Bbox = [118.55, 30.15, 118.65, 30.25];
const view = (more: Partial<View> = {}): View => ({ bbox: BOX, zoom: 14, layers: ['vehicles'], ...more });

class TestOutlet implements Outlet {
  room = true;
  /** Whether the bytes of what was sent may be used again. */
  idle = true;
  dropped: string | null = null;
  readonly sent: Buffer[] = [];
  readonly mirror = new TelemetryMirror();

  hasRoom(): boolean {
    return this.room;
  }
  isIdle(): boolean {
    return this.idle;
  }
  send({ data }: { data: Buffer | string }): void {
    this.sent.push(data as Buffer);
    this.mirror.receive(data as Buffer);
  }
  drop(reason: string): void {
    this.dropped = reason;
  }
}

let positions: Positions;
let outbox: Outbox;
let feed: number;
let now: number;
const move = (id: string, lon = 118.6, lat = 30.2): unknown =>
  positions.report(feed, { type: 'position', id, at: ++now, lon, lat, speedKph: 30 }, now);

function look(outlet: TestOutlet, v: View = view()): Screen {
  const screen = outbox.add(outlet);
  outbox.setView(screen, v, now).first();
  return screen;
}
const tick = (ms = 500): void => outbox.pump((now += ms));

beforeEach(() => {
  const version = new Version();
  positions = new Positions(version);
  feed = positions.addFeed(10_000);
  outbox = new Outbox({ sources: [positions], version, tickHz: 2 });
  now = T;
});

describe('outbox', () => {
  it('SY-40 the first frame comes with the view, not with the next tick', () => {
    move('a');
    const outlet = new TestOutlet();
    look(outlet);
    expect(outlet.mirror.vehicles.size).toBe(1);
  });

  it('SY-41 a tick is one message, and one without news still says that the server lives', () => {
    const outlet = new TestOutlet();
    look(outlet);
    const first = outlet.sent.length;
    tick();
    tick();
    expect(outlet.sent.length - first).toBe(2);
    expect(outlet.sent.at(-1)!.length).toBe(20);
    move('a');
    tick();
    expect(outlet.mirror.vehicles.size).toBe(1);
    expect(outlet.mirror.headers.map((h) => h.tick)).toEqual(
      outlet.mirror.headers.map((h) => h.tick).toSorted((a, b) => a - b),
    );
  });

  it('SY-42 a tile is encoded once a tick for all who watch it, and not at all where nobody does', () => {
    for (let i = 0; i < 50; i++) move(`o${i}`, 118.56 + i * 0.001);
    const outlets = Array.from({ length: 20 }, () => new TestOutlet());
    for (const o of outlets) look(o);
    for (let i = 0; i < 50; i++) move(`o${i}`, 118.56 + i * 0.001, 30.201);
    for (let i = 0; i < 50; i++) move(`far${i}`, 119.5, 31);
    const before = outbox.stats.frames;
    tick();
    const watched = new Set([...outlets[0]!.mirror.vehicles.values()].map((v) => v.tile)).size;
    expect(outbox.stats.frames - before).toBe(watched);
    expect(outlets[0]!.sent.at(-1)).toBe(outlets[19]!.sent.at(-1));
  });

  it('SY-51 a view too wide for its tiles watches those that hold something, also what comes later', () => {
    const version = new Version();
    positions = new Positions(version);
    feed = positions.addFeed(10_000);
    outbox = new Outbox({ sources: [positions], version, tickHz: 2, minZoom: { vehicles: 8 } });
    move('a');
    const outlet = new TestOutlet();
    const wide = view({ bbox: [117.5, 29.5, 120, 31], zoom: 9 });
    const screen = outbox.add(outlet);
    const { answer, first } = outbox.setView(screen, wide, now);
    first();
    expect(answer).toMatchObject({ layers: ['vehicles'], fromZoom: {} });
    expect(outlet.mirror.vehicles.size).toBe(1);
    move('b', 118.9);
    move('elsewhere', 125, 31);
    move('a', 119.2, 30.4);
    tick();
    expect(outlet.mirror.vehicles.size).toBe(2);
    // The tile that 'b' leaves is emptied also for one that missed it.
    outlet.room = false;
    positions.gone(feed, 'b', ++now, now);
    tick();
    outlet.room = true;
    tick();
    expect(outlet.mirror.vehicles.size).toBe(1);
    const tooFar = outbox.setView(screen, view({ bbox: [110, 20, 130, 40], zoom: 5 }), now);
    expect(tooFar.answer).toMatchObject({ layers: [], fromZoom: { vehicles: 8 } });
  });

  it('SY-43 a dropped tick is told, and leaves no ghost', () => {
    move('a');
    move('b', 118.61);
    const [fast, slow] = [new TestOutlet(), new TestOutlet()];
    look(fast);
    look(slow);
    slow.room = false;
    positions.gone(feed, 'a', ++now, now);
    tick();
    move('c', 118.62);
    tick();
    expect(slow.mirror.vehicles.size).toBe(2);
    slow.room = true;
    move('b', 118.63);
    tick();
    expect(slow.mirror.vehicles).toEqual(fast.mirror.vehicles);
    expect(slow.mirror.vehicles.size).toBe(2);
    expect(slow.mirror.headers.at(-1)!.skipped).toBe(2);
    expect(fast.mirror.headers.at(-1)!.skipped).toBe(0);
    tick();
    expect(slow.mirror.headers.at(-1)!.skipped).toBe(0);
  });

  it('SY-43 what drives out of the tiles looked at is not left standing there', () => {
    move('a', 118.6, 30.2);
    const outlet = new TestOutlet();
    look(outlet, view({ bbox: [118.6, 30.2, 118.6001, 30.2001] }));
    expect(outlet.mirror.vehicles.size).toBe(1);
    move('a', 118.7, 30.3);
    tick();
    expect(outlet.mirror.vehicles.size).toBe(0);
    move('a', 118.6, 30.2);
    tick();
    expect(outlet.mirror.vehicles.size).toBe(1);
  });

  it('SY-44 a stalled screen is sent nothing, and let go after a minute', () => {
    const outlet = new TestOutlet();
    look(outlet);
    outlet.room = false;
    const sent = outlet.sent.length;
    for (let ms = 0; ms < STALLED_MS; ms += 500) {
      move('a', 118.6 + ms / 1e7);
      tick();
    }
    expect(outlet.sent.length).toBe(sent);
    expect(outlet.dropped).toBeNull();
    tick(1_000);
    expect(outlet.dropped).toBe('stalled');
  });

  it('SY-45 each screen has its own rate, and all see the same', () => {
    const [one, five] = [new TestOutlet(), new TestOutlet()];
    look(one, view({ hz: 1 }));
    look(five, view({ hz: 5 }));
    for (let i = 0; i < 100; i++) {
      move(`o${i % 7}`, 118.56 + (i % 31) * 0.003, 30.16 + (i % 13) * 0.006);
      if (i % 9 === 0) positions.gone(feed, `o${i % 7}`, ++now, now);
      tick(100);
    }
    expect(one.sent.length).toBeLessThanOrEqual(12);
    expect(five.sent.length).toBeGreaterThanOrEqual(48);
    tick(1_000);
    expect(one.mirror.vehicles).toEqual(five.mirror.vehicles);
    expect(one.mirror.vehicles.size).toBe(positions.count);
  });

  it('SY-46 far out there are no vehicles, and the answer says from which zoom on', () => {
    const outlet = new TestOutlet();
    const screen = outbox.add(outlet);
    expect(outbox.setView(screen, view({ zoom: 10 }), now).answer).toEqual({
      ok: true,
      layers: [],
      tiles: 0,
      fromZoom: { vehicles: 12.5 },
    });
    const wide = outbox.setView(screen, view({ bbox: [100, 10, 140, 50], zoom: 13 }), now).answer;
    expect(wide.layers).toEqual([]);
    expect(wide.fromZoom.vehicles).toBe(14);
  });

  it('SY-47 a moved view brings whole tiles where it is new and goes on where it is not', () => {
    for (let i = 0; i < 60; i++) move(`o${i}`, 118.5 + i * 0.004);
    const outlet = new TestOutlet();
    const screen = look(outlet);
    for (let step = 1; step <= 10; step++) {
      const bbox: Bbox = [BOX[0] + step * 0.01, BOX[1], BOX[2] + step * 0.01, BOX[3]];
      const { first } = outbox.setView(screen, view({ bbox }), now);
      first();
      outlet.mirror.keep(new Set(tilesOfBbox(bbox, layerTileZoom.vehicles, 1_000)));
      for (let i = 0; i < 60; i++) move(`o${i}`, 118.5 + i * 0.004 + step * 0.002);
      if (step % 2 === 0) tick();
    }
    tick();
    const inView = new TestOutlet();
    look(inView, view({ bbox: [BOX[0] + 0.1, BOX[1], BOX[2] + 0.1, BOX[3]] }));
    expect(outlet.mirror.vehicles).toEqual(inView.mirror.vehicles);
    expect(inView.mirror.vehicles.size).toBeGreaterThan(10);
  });

  it('a first frame that finds no room comes as soon as there is some', () => {
    move('a');
    const outlet = new TestOutlet();
    outlet.room = false;
    look(outlet);
    expect(outbox.dueInMs(now)).toBeLessThanOrEqual(20);
    outlet.room = true;
    tick(20);
    expect(outlet.mirror.vehicles.size).toBe(1);
  });

  it('memory that is still being sent is not written into', () => {
    const outlet = new TestOutlet();
    outlet.idle = false;
    look(outlet);
    const copies: Buffer[] = [];
    for (let i = 0; i < 12; i++) {
      move('a', 118.56 + i * 0.001);
      tick();
      copies.push(Buffer.from(outlet.sent.at(-1)!));
    }
    expect(outlet.sent.slice(-12)).toEqual(copies);
  });

  it('a clock set back does not silence a screen', () => {
    const outlet = new TestOutlet();
    look(outlet);
    const sent = outlet.sent.length;
    now -= 3_600_000;
    tick(10);
    expect(outlet.sent.length).toBe(sent + 1);
  });

  it('nothing is kept of screens that went', () => {
    for (let i = 0; i < 100; i++) outbox.remove(look(new TestOutlet(), view({ hz: 1 + (i % 5) })));
    expect(outbox.stats.screens).toBe(0);
    expect(outbox.dueInMs(now)).toBe(Infinity);
  });
});

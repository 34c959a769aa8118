import { describe, expect, it } from 'vitest';
import {
  beginFrame,
  ByteWriter,
  encodeLinks,
  encodeVehicles,
  endFrame,
  gatherMessage,
  LOS_UNKNOWN,
  MODE_DELTA,
  MODE_KEY,
} from '../../../server/contract/frames.ts';
import { Telemetry } from '../../../client/sync/telemetry.ts';
import { plausibleM, VEHICLE_STRIDE, type VehicleStore } from '../../../client/sync/vehicle-store.ts';

const T0 = 5_000_000;
const TX = 13_592;
const TY = 6_757;
interface Car {
  slot: number;
  x: number;
  y: number;
  heading?: number;
  speed?: number;
  kind?: number;
}

function vehicleFrame(mode: number, tx: number, ty: number, cars: Car[], gone: number[] = []): Uint8Array {
  const size = Math.max(1, ...cars.map((c) => c.slot + 1));
  const columns = {
    x: new Uint16Array(size),
    y: new Uint16Array(size),
    heading: new Uint8Array(size),
    speed: new Uint8Array(size),
    kind: new Uint8Array(size),
  };
  for (const c of cars) {
    columns.x[c.slot] = c.x;
    columns.y[c.slot] = c.y;
    columns.heading[c.slot] = c.heading ?? 0;
    columns.speed[c.slot] = c.speed ?? 36;
    columns.kind[c.slot] = c.kind ?? 0;
  }
  const slots = Uint32Array.from(cars.map((c) => c.slot).sort((a, b) => a - b));
  const w = new ByteWriter();
  const body = beginFrame(w, 'vehicles', mode, tx, ty);
  encodeVehicles(w, columns, slots, slots.length, gone);
  endFrame(w, body);
  return w.slice();
}
const message = (...frames: Uint8Array[]): Uint8Array =>
  gatherMessage({ skipped: 0, tick: 1, serverTimeMs: 0, intervalMs: 500 }, frames);

const at = (store: VehicleStore, slot: number, nowMs: number): number[] => {
  const out = [0, 0, 0];
  store.displayed(store.indexOf(slot), nowMs, out);
  return out.map((v) => Math.round(v));
};

describe('interpolation', () => {
  it('SY-67 glides from where it is drawn to where it is reported, in a little over the interval', () => {
    const t = new Telemetry();
    t.receive(message(vehicleFrame(MODE_KEY, TX, TY, [{ slot: 3, x: 100, y: 200 }])), T0);
    t.receive(message(vehicleFrame(MODE_DELTA, TX, TY, [{ slot: 3, x: 208, y: 200 }])), T0 + 500);
    expect(at(t.vehicles, 3, T0 + 500)).toEqual([100, 200, 0]);
    expect(at(t.vehicles, 3, T0 + 770)).toEqual([154, 200, 0]);
    expect(at(t.vehicles, 3, T0 + 1_040)).toEqual([208, 200, 0]);
  });

  it('SY-67 goes on for at most one interval when a message is late, then holds', () => {
    const t = new Telemetry();
    t.receive(message(vehicleFrame(MODE_KEY, TX, TY, [{ slot: 0, x: 0, y: 0 }])), T0);
    t.receive(message(vehicleFrame(MODE_DELTA, TX, TY, [{ slot: 0, x: 108, y: 0 }])), T0 + 500);
    const end = T0 + 500 + 540;
    expect(at(t.vehicles, 0, end + 250)[0]).toBe(158);
    expect(at(t.vehicles, 0, end + 500)[0]).toBe(208);
    expect(at(t.vehicles, 0, end + 60_000)[0]).toBe(208);
    expect(t.vehicles.moving(end + 60_000)).toBe(false);
  });

  it('SY-67 a late message lets nobody jump back', () => {
    const t = new Telemetry();
    t.receive(
      message(
        vehicleFrame(MODE_KEY, TX, TY, [
          { slot: 0, x: 0, y: 0 },
          { slot: 1, x: 0, y: 50 },
        ]),
      ),
      T0,
    );
    t.receive(
      message(
        vehicleFrame(MODE_DELTA, TX, TY, [
          { slot: 0, x: 108, y: 0 },
          { slot: 1, x: 108, y: 50 },
        ]),
      ),
      T0 + 500,
    );
    const late = T0 + 500 + 540 + 400;
    const before = at(t.vehicles, 1, late);
    t.receive(message(vehicleFrame(MODE_DELTA, TX, TY, [{ slot: 0, x: 300, y: 0 }])), late);
    expect(at(t.vehicles, 1, late)).toEqual(before);
    expect(at(t.vehicles, 0, late)[0]).toBe(188);
  });

  it('SY-67 one that stands is not carried on', () => {
    const t = new Telemetry();
    t.receive(message(vehicleFrame(MODE_KEY, TX, TY, [{ slot: 0, x: 0, y: 0, speed: 0 }])), T0);
    t.receive(message(vehicleFrame(MODE_DELTA, TX, TY, [{ slot: 0, x: 10, y: 0, speed: 0 }])), T0 + 500);
    expect(at(t.vehicles, 0, T0 + 5_000)[0]).toBe(10);
  });

  it('takes the shorter turn', () => {
    const t = new Telemetry();
    t.receive(message(vehicleFrame(MODE_KEY, TX, TY, [{ slot: 0, x: 0, y: 0, heading: 250 }])), T0);
    t.receive(message(vehicleFrame(MODE_DELTA, TX, TY, [{ slot: 0, x: 1, y: 0, heading: 6 }])), T0 + 500);
    expect(at(t.vehicles, 0, T0 + 770)[2]! % 256).toBe(0);
  });

  it('SY-67 a move that its speed cannot explain is a jump, not a glide', () => {
    const t = new Telemetry();
    t.receive(message(vehicleFrame(MODE_KEY, TX, TY, [{ slot: 0, x: 0, y: 0 }])), T0);
    t.receive(message(vehicleFrame(MODE_DELTA, TX, TY, [{ slot: 0, x: 60_000, y: 0 }])), T0 + 500);
    expect(at(t.vehicles, 0, T0 + 500)[0]).toBe(60_000);
    expect(plausibleM(36, 36, 1_000)).toBe(130);
    expect(plausibleM(255, 36, 1_000)).toBeGreaterThan(1_000);
  });

  it('follows a feed slower than the tick at its own cadence', () => {
    const t = new Telemetry();
    const quiet = (): Uint8Array => message(vehicleFrame(MODE_DELTA, TX, TY, []));
    t.receive(message(vehicleFrame(MODE_KEY, TX, TY, [{ slot: 0, x: 0, y: 0 }])), T0);
    for (let s = 1; s <= 3; s++) {
      t.receive(quiet(), T0 + s * 1_000 - 500);
      t.receive(message(vehicleFrame(MODE_DELTA, TX, TY, [{ slot: 0, x: s * 100, y: 0 }])), T0 + s * 1_000);
    }
    t.receive(quiet(), T0 + 3_500);
    const half = at(t.vehicles, 0, T0 + 3_540)[0]!;
    expect(half).toBeGreaterThan(235);
    expect(half).toBeLessThan(265);
  });

  it('keeps float32 exact: whole units far from the origin tile', () => {
    const t = new Telemetry();
    t.receive(
      message(
        vehicleFrame(MODE_KEY, TX, TY, [{ slot: 0, x: 1, y: 1 }]),
        vehicleFrame(MODE_KEY, TX + 200, TY - 200, [{ slot: 1, x: 65_535, y: 3 }]),
      ),
      T0,
    );
    expect(at(t.vehicles, 1, T0)).toEqual([200 * 65_536 + 65_535, -200 * 65_536 + 3, 0]);
  });

  it('lives through a rebase of its clock', () => {
    const t = new Telemetry();
    t.receive(message(vehicleFrame(MODE_KEY, TX, TY, [{ slot: 0, x: 0, y: 0 }])), T0);
    const later = T0 + 2 ** 22 + 1_000;
    t.receive(message(vehicleFrame(MODE_DELTA, TX, TY, [{ slot: 0, x: 50, y: 0, speed: 0 }])), later);
    t.receive(message(vehicleFrame(MODE_DELTA, TX, TY, [{ slot: 0, x: 104, y: 0 }])), later + 500);
    expect(at(t.vehicles, 0, later + 5_000)[0]).toBeGreaterThanOrEqual(104);
  });
});

describe('who is in view', () => {
  it('SY-68 a key frame removes what it does not list, but not what moved to another tile in the message', () => {
    const t = new Telemetry();
    t.receive(
      message(
        vehicleFrame(MODE_KEY, TX, TY, [
          { slot: 1, x: 0, y: 0 },
          { slot: 2, x: 9, y: 9 },
          { slot: 3, x: 5, y: 5 },
        ]),
      ),
      T0,
    );
    t.receive(
      message(
        vehicleFrame(MODE_KEY, TX + 1, TY, [{ slot: 2, x: 1, y: 9 }]),
        vehicleFrame(MODE_KEY, TX, TY, [{ slot: 3, x: 6, y: 5 }]),
      ),
      T0 + 500,
    );
    expect(t.vehicles.count).toBe(2);
    expect([1, 2, 3].map((s) => t.vehicles.indexOf(s) >= 0)).toEqual([false, true, true]);
  });

  it('SY-68 one that left a tile for another in the same message stays', () => {
    const t = new Telemetry();
    t.receive(message(vehicleFrame(MODE_KEY, TX, TY, [{ slot: 1, x: 65_000, y: 0 }])), T0);
    t.receive(
      message(
        vehicleFrame(MODE_DELTA, TX + 1, TY, [{ slot: 1, x: 10, y: 0 }]),
        vehicleFrame(MODE_DELTA, TX, TY, [], [1]),
      ),
      T0 + 500,
    );
    expect(t.vehicles.indexOf(1)).toBe(0);
    t.receive(message(vehicleFrame(MODE_DELTA, TX + 1, TY, [], [1])), T0 + 1_000);
    expect(t.vehicles.count).toBe(0);
  });

  it('SY-68 forgets what lies outside a new view, and all vehicles where the server shows none', () => {
    const t = new Telemetry();
    t.receive(
      message(
        vehicleFrame(MODE_KEY, TX, TY, [{ slot: 1, x: 0, y: 0 }]),
        vehicleFrame(MODE_KEY, TX + 9, TY, [{ slot: 2, x: 0, y: 0 }]),
      ),
      T0,
    );
    const n = 2 ** 14;
    const lon = (x: number): number => (x / n) * 360 - 180;
    const lat = (y: number): number => (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / n))) * 180) / Math.PI;
    t.keepView([lon(TX + 0.1), lat(TY + 0.9), lon(TX + 0.9), lat(TY + 0.1)], ['vehicles']);
    expect([t.vehicles.indexOf(1), t.vehicles.indexOf(2)]).toEqual([0, -1]);
    t.keepView([lon(TX), lat(TY + 1), lon(TX + 1), lat(TY)], ['links']);
    expect(t.vehicles.count).toBe(0);
  });

  it('holds the same vehicles as a plain map through random messages (seeded)', () => {
    let seed = 20_260;
    const random = (): number => (seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
    const t = new Telemetry();
    const truth = new Map<number, { tile: number; x: number }>();
    for (let tick = 0; tick < 300; tick++) {
      const frames: Uint8Array[] = [];
      const gone: Record<number, number[]> = { 0: [], 1: [], 2: [] };
      const here: Record<number, Car[]> = { 0: [], 1: [], 2: [] };
      for (let slot = 0; slot < 60; slot++) {
        const before = truth.get(slot);
        const roll = random();
        if (before && roll < 0.08) {
          gone[before.tile]!.push(slot);
          truth.delete(slot);
        } else if (roll < 0.5) {
          const tile = Math.floor(random() * 3);
          const x = Math.floor(random() * 65_536);
          if (before && before.tile !== tile) gone[before.tile]!.push(slot);
          truth.set(slot, { tile, x });
          here[tile]!.push({ slot, x, y: 7 });
        }
      }
      for (let tile = 0; tile < 3; tile++) {
        if (random() < 0.1) {
          const all = [...truth]
            .filter(([, v]) => v.tile === tile)
            .map(([slot, v]) => ({ slot, x: v.x, y: 7 }));
          frames.push(vehicleFrame(MODE_KEY, TX + tile, TY, all));
        } else frames.push(vehicleFrame(MODE_DELTA, TX + tile, TY, here[tile]!, gone[tile]));
      }
      t.receive(message(...frames), T0 + tick * 500);
      expect(t.vehicles.count).toBe(truth.size);
      for (const slot of truth.keys()) {
        const i = t.vehicles.indexOf(slot);
        expect(t.vehicles.slots[i]).toBe(slot);
        const f = t.vehicles.floats;
        const to = f[(i * VEHICLE_STRIDE) / 4 + 2]! + (t.vehicles.originX - TX) * 65_536;
        expect(to).toBe(truth.get(slot)!.tile * 65_536 + truth.get(slot)!.x);
      }
    }
  });
});

describe('links', () => {
  it('a key frame makes links of its tile that it does not list unknown', () => {
    const t = new Telemetry();
    const frame = (mode: number, tx: number, links: number[], state: number): Uint8Array => {
      const w = new ByteWriter();
      const body = beginFrame(w, 'links', mode, tx, 5);
      const columns = {
        state: new Uint8Array(100).fill(state),
        speed: new Uint8Array(100).fill(30),
        ratio: new Uint8Array(100).fill(25),
      };
      encodeLinks(w, columns, Uint32Array.from(links), links.length);
      endFrame(w, body);
      return w.slice();
    };
    t.receive(message(frame(MODE_KEY, 1, [4, 8], 2), frame(MODE_KEY, 2, [9], 3)), T0);
    const version = t.linkStateVersion;
    t.receive(message(frame(MODE_DELTA, 1, [4], 2)), T0 + 500);
    expect(t.linkStateVersion).toBe(version);
    t.receive(message(frame(MODE_KEY, 1, [8], 2)), T0 + 1_000);
    expect([4, 8, 9].map((i) => t.linkState[i])).toEqual([LOS_UNKNOWN, 2, 3]);
    expect(t.linkStateVersion).not.toBe(version);
  });

  it('broken bytes are counted and answered with null', () => {
    const t = new Telemetry();
    const good = message(vehicleFrame(MODE_KEY, TX, TY, [{ slot: 1, x: 0, y: 0 }]));
    expect(t.receive(good.slice(0, good.length - 3), T0)).toBeNull();
    expect(t.broken).toBe(1);
    expect(t.receive(good, T0 + 500)).not.toBeNull();
  });
});

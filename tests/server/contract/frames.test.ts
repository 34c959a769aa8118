import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  beginFrame,
  ByteWriter,
  decodeMessage,
  encodeLinks,
  encodeSignals,
  encodeVehicles,
  endFrame,
  FrameError,
  gatherMessage,
  MODE_DELTA,
  MODE_KEY,
  type FrameSink,
  type MessageHeader,
} from '../../../server/contract/frames.ts';
import { moverKinds } from '../../../server/contract/observations.ts';
import type { TelemetryLayer } from '../../../server/contract/sync.ts';

/** Writes down everything a decoder says. */
class Recorder implements FrameSink {
  readonly said: unknown[] = [];
  message(header: MessageHeader): void {
    this.said.push(['message', header]);
  }
  tile(layer: TelemetryLayer, mode: number, x: number, y: number): void {
    this.said.push(['tile', layer, mode, x, y]);
  }
  vehicle(...v: [number, number, number, number, number, number]): void {
    this.said.push(['vehicle', ...v]);
  }
  vehicleGone(slot: number): void {
    this.said.push(['gone', slot]);
  }
  link(...v: [number, number, number, number]): void {
    this.said.push(['link', ...v]);
  }
  signal(...v: [number, number, number]): void {
    this.said.push(['signal', ...v]);
  }
  tileEnd(layer: TelemetryLayer): void {
    this.said.push(['end', layer]);
  }
}

const IDS = 300_000;
const u8 = fc.integer({ min: 0, max: 255 });
const u16 = fc.integer({ min: 0, max: 65_535 });
const vehicle = fc.record({
  slot: fc.integer({ min: 0, max: IDS - 1 }),
  kind: fc.integer({ min: 0, max: moverKinds.length - 1 }),
  x: u16,
  y: u16,
  heading: u8,
  speed: u8,
});
const ids = fc
  .uniqueArray(fc.integer({ min: 0, max: IDS - 1 }), { maxLength: 60 })
  .map((a) => a.toSorted((p, q) => p - q));
const vehicles = fc
  .uniqueArray(vehicle, { maxLength: 200, selector: (v) => v.slot })
  .map((all) => all.toSorted((a, b) => a.slot - b.slot));

const columns = {
  x: new Uint16Array(IDS),
  y: new Uint16Array(IDS),
  heading: new Uint8Array(IDS),
  speed: new Uint8Array(IDS),
  kind: new Uint8Array(IDS),
};
const bytes = {
  state: new Uint8Array(IDS),
  speed: new Uint8Array(IDS),
  ratio: new Uint8Array(IDS),
  remaining: new Uint8Array(IDS),
};
const header = { skipped: 3, tick: 77, serverTimeMs: 1_800_000_000_123, intervalMs: 500 };

function sample(): Uint8Array {
  const w = new ByteWriter(8);
  const body = beginFrame(w, 'vehicles', MODE_DELTA, 13_590, 6_740);
  for (let i = 0; i < 20; i++) columns.kind[i * 50] = i % 3;
  encodeVehicles(
    w,
    columns,
    Uint32Array.from({ length: 20 }, (_, i) => i * 50),
    20,
    [7, 900],
  );
  endFrame(w, body);
  return gatherMessage(header, [w.slice()]);
}

/** Any other exception is neither and fails the test. */
function outcomeOf(message: Uint8Array): 'decoded' | 'refused' {
  try {
    decodeMessage(message, new Recorder());
    return 'decoded';
  } catch (error) {
    if (error instanceof FrameError) return 'refused';
    throw error;
  }
}

describe('frames', () => {
  it('SY-30 what is encoded is decoded, whatever is in it (seed 11)', () => {
    fc.assert(
      fc.property(vehicles, ids, ids, u16, u16, (all, gone, indices, tx, ty) => {
        const w = new ByteWriter(16);
        for (const v of all)
          for (const name of ['x', 'y', 'heading', 'speed', 'kind'] as const) columns[name][v.slot] = v[name];
        for (const i of indices) for (const column of Object.values(bytes)) column[i] = (i * 31) & 255;
        const slots = Uint32Array.from(all, (v) => v.slot);
        const list = Uint32Array.from(indices);
        const frame = (layer: TelemetryLayer, mode: number, encode: () => void): Uint8Array => {
          const start = w.length;
          const body = beginFrame(w, layer, mode, tx, ty);
          encode();
          endFrame(w, body);
          return w.slice(start);
        };
        const frames = [
          frame('vehicles', MODE_DELTA, () => encodeVehicles(w, columns, slots, slots.length, gone)),
          frame('links', MODE_KEY, () => encodeLinks(w, bytes, list, list.length)),
          frame('signals', MODE_KEY, () => encodeSignals(w, bytes, list, list.length)),
        ];
        const recorder = new Recorder();
        decodeMessage(gatherMessage(header, frames), recorder);
        const byKind = all.toSorted((a, b) => a.kind - b.kind || a.slot - b.slot);
        expect(recorder.said).toEqual([
          ['message', header],
          ['tile', 'vehicles', MODE_DELTA, tx, ty],
          ...byKind.map((v) => ['vehicle', v.slot, v.kind, v.x, v.y, v.heading, v.speed]),
          ...gone.map((slot) => ['gone', slot]),
          ['end', 'vehicles'],
          ['tile', 'links', MODE_KEY, tx, ty],
          ...indices.map((i) => ['link', i, ...Array<number>(3).fill((i * 31) & 255)]),
          ['end', 'links'],
          ['tile', 'signals', MODE_KEY, tx, ty],
          ...indices.map((i) => ['signal', i, ...Array<number>(2).fill((i * 31) & 255)]),
          ['end', 'signals'],
        ]);
      }),
      { seed: 11, numRuns: 200 },
    );
  });

  it('SY-31 bytes that end early are refused, wherever they end', () => {
    const whole = sample();
    for (let n = 0; n < whole.length; n++) {
      expect(() => decodeMessage(whole.slice(0, n), new Recorder()), `cut at ${n}`).toThrow(FrameError);
    }
  });

  it('SY-31 bytes changed on the way never hang or read beyond the end (seed 12)', () => {
    const whole = sample();
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: whole.length - 1 }), u8), { maxLength: 12 }),
        (changes) => {
          const broken = whole.slice();
          for (const [i, v] of changes) broken[i] = v;
          expect(outcomeOf(broken)).toMatch(/^(decoded|refused)$/);
        },
      ),
      { seed: 12, numRuns: 2_000 },
    );
  });

  it('another version is not guessed at', () => {
    const whole = sample();
    whole[1] = 99;
    expect(() => decodeMessage(whole, new Recorder())).toThrow(/version/);
  });
});

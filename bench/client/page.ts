/**
 * The page of bench:client: draws the same moving vehicles once with the product's store and layer, once as one would
 * first write it (an array of objects, accessors, updateTriggers each frame), and times the main thread's work only.
 */
import { Deck, MapView, type Layer } from '@deck.gl/core';
import { ScatterplotLayer } from '@deck.gl/layers';
import {
  beginFrame,
  ByteWriter,
  encodeVehicles,
  endFrame,
  gatherMessage,
  layerTileZoom,
  MODE_DELTA,
  MODE_KEY,
  type VehicleColumns,
} from '../../server/contract/frames.ts';
import { lonOfMercatorX, latOfMercatorY, mercatorX, mercatorY } from '../../server/contract/geo.ts';
import type { Camera } from '../../client/map/layers/ground.ts';
import { VehiclesPainter, type VehiclesView } from '../../client/map/layers/vehicles.ts';
import { Telemetry } from '../../client/sync/telemetry.ts';

const CENTER = { longitude: 118.72, latitude: 30.12 };
/** Side of the square of tiles the vehicles drive in; all of it is in view (512 pixels a side). */
const TILES = 8;
const INTERVAL_MS = 500;
const ZOOM = 11;

export interface Task {
  readonly vehicles: number;
  readonly frames: number;
  readonly messages: number;
  readonly seed: number;
}
export interface Times {
  readonly frameMs: number[];
  readonly receivedMs: number[];
}

/** mulberry32; the same cars for both contenders. */
function randomOf(seed: number): () => number {
  let s = seed >>> 0;
  return () => {
    s = (s + 0x6d2b79f5) >>> 0;
    let t = Math.imul(s ^ (s >>> 15), 1 | s);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Vehicles that drive straight on a torus of tiles, and what the server would send of them. */
class Traffic {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly columns: VehicleColumns;
  private readonly step: Float64Array;
  private readonly tileOf: Int32Array;
  private readonly writer = new ByteWriter(1 << 20);
  private readonly baseX: number;
  private readonly baseY: number;

  constructor(n: number, seed: number) {
    const random = randomOf(seed);
    const at = 2 ** layerTileZoom.vehicles;
    this.baseX = Math.floor(mercatorX(CENTER.longitude) * at) - TILES / 2;
    this.baseY = Math.floor(mercatorY(CENTER.latitude) * at) - TILES / 2;
    this.x = Float64Array.from({ length: n }, () => random() * TILES);
    this.y = Float64Array.from({ length: n }, () => random() * TILES);
    const angle = Float64Array.from({ length: n }, () => random() * Math.PI * 2);
    this.step = Float64Array.from({ length: n * 2 }, (_, i) =>
      i % 2 === 0 ? Math.sin(angle[i >> 1]!) * 0.003 : -Math.cos(angle[i >> 1]!) * 0.003,
    );
    this.tileOf = new Int32Array(n).fill(-1);
    this.columns = {
      x: new Uint16Array(n),
      y: new Uint16Array(n),
      heading: Uint8Array.from(angle, (a) => Math.floor((a / (Math.PI * 2)) * 256) & 255),
      speed: new Uint8Array(n).fill(40),
      kind: Uint8Array.from({ length: n }, () => Math.floor(random() * 8)),
    };
  }

  /** Moves everything one tick and encodes it as the server does. */
  next(tick: number, serverTimeMs: number): Uint8Array {
    const n = this.x.length;
    const slots: number[][] = Array.from({ length: TILES * TILES }, () => []);
    const gone: number[][] = Array.from({ length: TILES * TILES }, () => []);
    for (let i = 0; i < n; i++) {
      this.x[i] = (this.x[i]! + this.step[i * 2]! + TILES) % TILES;
      this.y[i] = (this.y[i]! + this.step[i * 2 + 1]! + TILES) % TILES;
      const tile = Math.floor(this.y[i]!) * TILES + Math.floor(this.x[i]!);
      this.columns.x[i] = Math.floor((this.x[i]! % 1) * 65_536);
      this.columns.y[i] = Math.floor((this.y[i]! % 1) * 65_536);
      slots[tile]!.push(i);
      const before = this.tileOf[i]!;
      if (before >= 0 && before !== tile) gone[before]!.push(i);
      this.tileOf[i] = tile;
    }
    const w = this.writer;
    w.reset();
    const frames: Uint8Array[] = [];
    for (const [t, list] of slots.entries()) {
      const start = w.length;
      const body = beginFrame(
        w,
        'vehicles',
        tick === 0 ? MODE_KEY : MODE_DELTA,
        this.baseX + (t % TILES),
        this.baseY + Math.floor(t / TILES),
      );
      encodeVehicles(w, this.columns, Uint32Array.from(list), list.length, tick === 0 ? [] : gone[t]!);
      endFrame(w, body);
      frames.push(w.slice(start));
    }
    return gatherMessage({ skipped: 0, tick, serverTimeMs, intervalMs: INTERVAL_MS }, frames);
  }

  /** The same as the JSON a first version would send. */
  nextJson(): string {
    this.next(0, 0);
    const at = 2 ** layerTileZoom.vehicles;
    return JSON.stringify(
      Array.from(this.x, (x, i) => ({
        id: i,
        lon: lonOfMercatorX((this.baseX + x) / at),
        lat: latOfMercatorY((this.baseY + this.y[i]!) / at),
        kind: this.columns.kind[i],
        heading: this.columns.heading[i],
        speed: this.columns.speed[i],
      })),
    );
  }
}

const view = new MapView({ id: 'map' });
const deck = new Deck({
  parent: document.getElementById('deck') as HTMLDivElement,
  views: view,
  viewState: { ...CENTER, zoom: ZOOM, pitch: 0, bearing: 0 },
  _pickable: false,
  layers: [],
});
const ready = new Promise<void>((resolve) => deck.setProps({ onLoad: () => resolve() }));

/** The WebGL context that deck.gl draws with. */
function contextOf(from: Deck<MapView>): WebGL2RenderingContext {
  const { gl } = (from as unknown as { device: { gl: WebGL2RenderingContext } }).device;
  return gl;
}

const oursContext = ((): WebGL2RenderingContext => {
  const canvas = document.createElement('canvas');
  canvas.width = innerWidth;
  canvas.height = innerHeight;
  canvas.style.position = 'absolute';
  document.body.append(canvas);
  const gl = canvas.getContext('webgl2', { antialias: false, depth: false });
  if (!gl) throw new Error('no WebGL 2');
  return gl;
})();

/** Straight down on the same place as deck.gl's view. */
const camera: Camera = ((): Camera => {
  const world = 512 * 2 ** ZOOM;
  const sx = (2 * world) / innerWidth;
  const sy = (-2 * world) / innerHeight;
  const x = mercatorX(CENTER.longitude);
  const y = mercatorY(CENTER.latitude);
  return { ...CENTER, zoom: ZOOM, matrix: [sx, 0, 0, 0, 0, sy, 0, 0, 0, 0, 1, 0, -x * sx, -y * sy, 0, 1] };
})();
const look: VehiclesView = { theme: 'dark', colourBy: 'kind', selectedSlot: -1 };

/** A frame as the product draws it: clear, uniforms, one draw. */
function drawOurs(painter: VehiclesPainter, nowMs: number): void {
  const gl = oursContext;
  gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight);
  gl.clearColor(0, 0, 0, 0);
  gl.clear(gl.COLOR_BUFFER_BIT);
  painter.draw(camera, nowMs, look);
}

/** Waits until the GPU has drawn what it was given, so that a slow renderer does not block the next call. */
async function settled(gl: WebGL2RenderingContext): Promise<void> {
  gl.finish();
  gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
  await new Promise((resolve) => setTimeout(resolve, 0));
}

/**
 * What deck.gl's own animation frame does: bring layers and their attributes up to date, then draw. (`redraw` alone
 * would leave the contender's accessors to a later frame, outside the clock.)
 */
function drawFrame(): void {
  (deck as unknown as { layerManager: { updateLayers(): void } }).layerManager.updateLayers();
  deck.redraw('bench');
}

const timed = (run: () => void): number => {
  const start = performance.now();
  run();
  return performance.now() - start;
};

async function warm(gl: WebGL2RenderingContext, rounds: number, frame: () => void): Promise<void> {
  for (let i = 0; i < rounds; i++) {
    frame();
    await settled(gl);
  }
}

/** Messages of the warm-up, so that neither contender is measured before its code is compiled. */
const WARM_MESSAGES = 3;

/** The product's way. */
async function ours(task: Task): Promise<Times> {
  const traffic = new Traffic(task.vehicles, task.seed);
  const telemetry = new Telemetry();
  const painter = new VehiclesPainter(oursContext, telemetry.vehicles);
  let nowMs = Date.now();
  const draw = (): void => drawOurs(painter, nowMs);
  const frameMs: number[] = [];
  const receivedMs: number[] = [];
  const perMessage = Math.ceil(task.frames / task.messages);
  telemetry.receive(traffic.next(0, nowMs), nowMs);
  while (!painter.ready()) await settled(oursContext);
  for (let m = 1; m <= task.messages + WARM_MESSAGES; m++) {
    const measured = m > WARM_MESSAGES;
    nowMs += INTERVAL_MS;
    const bytes = traffic.next(m, nowMs);
    // Decode, store, and the upload that the next draw does.
    const received = timed(() => {
      telemetry.receive(bytes, nowMs);
      draw();
    });
    await settled(oursContext);
    if (measured) receivedMs.push(received);
    for (let f = 0; f < (measured ? perMessage : 2); f++) {
      nowMs += 16;
      const frame = timed(draw);
      await settled(oursContext);
      if (measured) frameMs.push(frame);
    }
  }
  painter.destroy();
  return { frameMs, receivedMs };
}

interface Car {
  readonly id: number;
  readonly lon: number;
  readonly lat: number;
  readonly kind: number;
}
const carColours = Array.from({ length: 8 }, (_, i): [number, number, number] => [
  255 - i * 20,
  120 + i * 10,
  200,
]);

/** An array of objects, accessors that interpolate, and updateTriggers each frame. */
async function naive(task: Task): Promise<Times> {
  const traffic = new Traffic(task.vehicles, task.seed);
  let before = JSON.parse(traffic.nextJson()) as Car[];
  let now = JSON.parse(traffic.nextJson()) as Car[];
  let frame = 0;
  let k = 0;
  const layerOf = (): Layer =>
    new ScatterplotLayer<Car>({
      id: 'naive',
      data: now,
      getPosition: (car, { index }) => {
        const from = before[index]!;
        return [from.lon + (car.lon - from.lon) * k, from.lat + (car.lat - from.lat) * k];
      },
      getFillColor: (car) => carColours[car.kind]!,
      getRadius: 4,
      radiusMinPixels: 2,
      updateTriggers: { getPosition: frame },
    });
  const draw = (): void => {
    frame++;
    k = (frame % 30) / 30;
    deck.setProps({ layers: [layerOf()] });
    drawFrame();
  };
  const frameMs: number[] = [];
  const receivedMs: number[] = [];
  await warm(contextOf(deck), 3, draw);
  const perMessage = Math.ceil(task.frames / task.messages);
  for (let m = 1; m <= task.messages; m++) {
    const text = traffic.nextJson();
    receivedMs.push(
      timed(() => {
        before = now;
        now = JSON.parse(text) as Car[];
        draw();
      }),
    );
    await settled(contextOf(deck));
    for (let f = 0; f < perMessage; f++) {
      frameMs.push(timed(draw));
      await settled(contextOf(deck));
    }
  }
  deck.setProps({ layers: [] });
  return { frameMs, receivedMs };
}

function painted(gl: WebGL2RenderingContext): number {
  const { drawingBufferWidth: width, drawingBufferHeight: height } = gl;
  gl.bindFramebuffer(gl.READ_FRAMEBUFFER, null);
  const pixels = new Uint8Array(width * height * 4);
  gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
  let lit = 0;
  for (let i = 3; i < pixels.length; i += 4) if (pixels[i]! > 40) lit++;
  return lit;
}

/** How many pixels a contender paints: a frame that draws nothing would be cheap, and worthless. */
async function litBy(which: 'ours' | 'naive', task: Task): Promise<number> {
  const traffic = new Traffic(task.vehicles, task.seed);
  if (which === 'ours') {
    const telemetry = new Telemetry();
    const painter = new VehiclesPainter(oursContext, telemetry.vehicles);
    const nowMs = Date.now();
    telemetry.receive(traffic.next(0, nowMs), nowMs);
    while (!painter.ready()) await settled(oursContext);
    drawOurs(painter, nowMs);
    const lit = painted(oursContext);
    painter.destroy();
    return lit;
  }
  deck.setProps({
    layers: [
      new ScatterplotLayer<Car>({
        id: 'lit-naive',
        data: JSON.parse(traffic.nextJson()) as Car[],
        getPosition: (car) => [car.lon, car.lat],
        getFillColor: [255, 255, 255],
        radiusMinPixels: 2,
      }),
    ],
  });
  // Shaders are linked in the background; the first draws may still lack them.
  await warm(contextOf(deck), 8, () => deck.redraw('lit'));
  deck.redraw('check');
  const lit = painted(contextOf(deck));
  deck.setProps({ layers: [] });
  await settled(contextOf(deck));
  return lit;
}

Object.assign(window, { bench: { ready, ours, naive, litBy } });

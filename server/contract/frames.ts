/**
 * Telemetry on the wire (SPEC: SY). One binary message a client and tick gathers the frames of the tiles it watches;
 * a frame is one layer of one tile, encoded once for all who watch it.
 *
 * Message:  u8 0xCB · u8 version · u16 skipped ticks · u32 tick · f64 server time ms · u16 tick interval ms · u16 frames
 * Frame:    u8 layer · u8 mode (0 key, 1 delta) · u16 0 · u32 tile x · u32 tile y · u32 body bytes · body
 *
 * A key frame is the whole tile; a delta frame is what changed since the tick before. The server sends a delta only to
 * a client that was sent the tick before of that tile, so that a dropped tick never leaves a ghost.
 * Numbers are little-endian; ids ascend and are sent as gaps in LEB128 varints, which with 8 bytes of columns keeps a
 * moving object under 8 bytes.
 */
import { telemetryLayers, type TelemetryLayer } from './sync.ts';

export const FRAME_MAGIC = 0xcb;
export const FRAME_VERSION = 1;
export const MESSAGE_HEADER_BYTES = 20;
export const FRAME_HEADER_BYTES = 16;
/** The zoom of the tiles of each layer. At z14 a tile is about 2 km and 1/65536 of it 3 cm. */
export const layerTileZoom = { vehicles: 14, links: 12, signals: 14 } as const satisfies Record<
  TelemetryLayer,
  number
>;
/** The map zoom from which a layer is sent. */
export const layerMinZoom = { vehicles: 12.5, links: 0, signals: 14.5 } as const satisfies Record<
  TelemetryLayer,
  number
>;
/** Without a network there are no coloured roads to see far out: vehicles are sent from here, and a screen reaches so far. */
export const VEHICLES_FROM_ZOOM_WITHOUT_NETWORK = 8;

export const MODE_KEY = 0;
export const MODE_DELTA = 1;

/** Bytes that grow: a writer one keeps and resets, so that encoding allocates nothing in the steady state. */
export class ByteWriter {
  bytes: Uint8Array;
  length = 0;
  private view: DataView;

  constructor(capacity = 1 << 16) {
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer);
  }

  reset(): void {
    this.length = 0;
  }

  /** Makes room for `n` more bytes. */
  reserve(n: number): void {
    const wanted = this.length + n;
    if (wanted <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(wanted, this.bytes.length * 2));
    grown.set(this.bytes);
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }

  u8(v: number): void {
    this.reserve(1);
    this.bytes[this.length++] = v;
  }
  u16(v: number): void {
    this.reserve(2);
    this.view.setUint16(this.length, v, true);
    this.length += 2;
  }
  u32(v: number): void {
    this.reserve(4);
    this.view.setUint32(this.length, v, true);
    this.length += 4;
  }
  f64(v: number): void {
    this.reserve(8);
    this.view.setFloat64(this.length, v, true);
    this.length += 8;
  }
  varint(v: number): void {
    this.reserve(5);
    let rest = v >>> 0;
    while (rest > 127) {
      this.bytes[this.length++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.bytes[this.length++] = rest;
  }
  /** A copy of what was written from `start` on. */
  slice(start = 0): Uint8Array {
    return this.bytes.slice(start, this.length);
  }
}

/** Columns indexed by slot, as `live/` holds them. `x` and `y` are within the object's z14 tile, 0…65535. */
export interface VehicleColumns {
  readonly x: Uint16Array;
  readonly y: Uint16Array;
  /** 256 steps of a turn, 0 = north, clockwise. */
  readonly heading: Uint8Array;
  /** km/h, 255 = unknown. */
  readonly speed: Uint8Array;
  /** Index into `moverKinds`. */
  readonly kind: Uint8Array;
}

export const SPEED_UNKNOWN = 255;
const KINDS = 16;

function writeGaps(w: ByteWriter, ids: ArrayLike<number>, count: number): void {
  let last = 0;
  for (let i = 0; i < count; i++) {
    const v = ids[i]!;
    w.varint(v - last);
    last = v;
  }
}

/** Objects of one kind that are listed in one section; reused between calls (encoding is synchronous). */
let scratch = new Uint32Array(4096);

/**
 * Appends a body of the layer `vehicles`: `slots` (ascending, `count` of them) are in the tile, `gone` (ascending) have
 * left it since the tick before (delta frames only).
 */
export function encodeVehicles(
  w: ByteWriter,
  columns: VehicleColumns,
  slots: Uint32Array,
  count: number,
  gone: ArrayLike<number> = [],
): void {
  if (scratch.length < count) scratch = new Uint32Array(Math.max(count, scratch.length * 2));
  let present = 0;
  for (let i = 0; i < count; i++) present |= 1 << columns.kind[slots[i]!]!;
  let sections = 0;
  for (let k = 0; k < KINDS; k++) if (present & (1 << k)) sections++;
  w.u8(sections);
  for (let k = 0; k < KINDS; k++) {
    if (!(present & (1 << k))) continue;
    let n = 0;
    for (let i = 0; i < count; i++) {
      const s = slots[i]!;
      if (columns.kind[s] === k) scratch[n++] = s;
    }
    w.u8(k);
    w.varint(n);
    w.reserve(n * 11);
    writeGaps(w, scratch, n);
    const b = w.bytes;
    let p = w.length;
    for (let i = 0; i < n; i++) {
      const v = columns.x[scratch[i]!]!;
      b[p++] = v & 255;
      b[p++] = v >> 8;
    }
    for (let i = 0; i < n; i++) {
      const v = columns.y[scratch[i]!]!;
      b[p++] = v & 255;
      b[p++] = v >> 8;
    }
    for (let i = 0; i < n; i++) b[p++] = columns.heading[scratch[i]!]!;
    for (let i = 0; i < n; i++) b[p++] = columns.speed[scratch[i]!]!;
    w.length = p;
  }
  w.varint(gone.length);
  writeGaps(w, gone, gone.length);
}

/** Level of service A…F as 0…5; 7 = not measured. */
export const LOS_UNKNOWN = 7;
export const losLetters = ['A', 'B', 'C', 'D', 'E', 'F'] as const;
export const LINK_FROM_PROBES = 8;
export const LINK_FROM_LOOPS = 16;
export const LINK_STALE = 32;
/** One unit of the travel-time ratio on the wire: 1/25, so 1.00 is 25 and 10.2 the most. */
export const RATIO_STEP = 25;

/** Columns indexed by the link's place in the pack. `state`: LOS in the low 3 bits, then the LINK_ flags. */
export interface LinkColumns {
  readonly state: Uint8Array;
  /** km/h. */
  readonly speed: Uint8Array;
  /** Travel time ÷ free-flow travel time × RATIO_STEP. */
  readonly ratio: Uint8Array;
}

/** Appends a body of the layer `links`: `links` (ascending indices). */
export function encodeLinks(w: ByteWriter, columns: LinkColumns, links: Uint32Array, count: number): void {
  w.varint(count);
  writeGaps(w, links, count);
  w.reserve(count * 3);
  for (let i = 0; i < count; i++) w.u8(columns.state[links[i]!]!);
  for (let i = 0; i < count; i++) w.u8(columns.speed[links[i]!]!);
  for (let i = 0; i < count; i++) w.u8(columns.ratio[links[i]!]!);
}

export const signalStates = ['green', 'yellow', 'all-red', 'dark', 'flashing'] as const;
export const REMAINING_UNKNOWN = 255;
/** Columns indexed by the signal's place in the pack. `state`: phase in the low 4 bits, state in the high 4. */
export interface SignalColumns {
  readonly state: Uint8Array;
  /** Seconds left in the state when the frame was made. */
  readonly remaining: Uint8Array;
}

/** Appends a body of the layer `signals`: `signals` (ascending indices). */
export function encodeSignals(
  w: ByteWriter,
  columns: SignalColumns,
  signals: Uint32Array,
  count: number,
): void {
  w.varint(count);
  writeGaps(w, signals, count);
  w.reserve(count * 2);
  for (let i = 0; i < count; i++) w.u8(columns.state[signals[i]!]!);
  for (let i = 0; i < count; i++) w.u8(columns.remaining[signals[i]!]!);
}

/** Starts a frame; returns the offset to hand to `endFrame` once the body is written. */
export function beginFrame(w: ByteWriter, layer: TelemetryLayer, mode: number, x: number, y: number): number {
  w.u8(telemetryLayers.indexOf(layer));
  w.u8(mode);
  w.u16(0);
  w.u32(x);
  w.u32(y);
  w.u32(0);
  return w.length;
}

export function endFrame(w: ByteWriter, bodyStart: number): void {
  const size = w.length - bodyStart;
  const p = bodyStart - 4;
  w.bytes[p] = size & 255;
  w.bytes[p + 1] = (size >>> 8) & 255;
  w.bytes[p + 2] = (size >>> 16) & 255;
  w.bytes[p + 3] = size >>> 24;
}

export interface MessageHeader {
  readonly skipped: number;
  readonly tick: number;
  readonly serverTimeMs: number;
  readonly intervalMs: number;
}

/** The length of a message of these frames. */
export function messageBytes(frames: readonly Uint8Array[]): number {
  let size = MESSAGE_HEADER_BYTES;
  for (const f of frames) size += f.length;
  return size;
}

/** Writes a message into `out` from `at` on; there must be room for `messageBytes(frames)`. */
export function writeMessage(
  out: Uint8Array,
  at: number,
  header: MessageHeader,
  frames: readonly Uint8Array[],
): void {
  const view = new DataView(out.buffer, out.byteOffset + at);
  out[at] = FRAME_MAGIC;
  out[at + 1] = FRAME_VERSION;
  view.setUint16(2, Math.min(65_535, header.skipped), true);
  view.setUint32(4, header.tick >>> 0, true);
  view.setFloat64(8, header.serverTimeMs, true);
  view.setUint16(16, header.intervalMs, true);
  view.setUint16(18, frames.length, true);
  let p = at + MESSAGE_HEADER_BYTES;
  for (const f of frames) {
    out.set(f, p);
    p += f.length;
  }
}

/** Gathers encoded frames into one message. */
export function gatherMessage(header: MessageHeader, frames: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(messageBytes(frames));
  writeMessage(out, 0, header, frames);
  return out;
}

/** What a decoder tells its caller; called per tile, then per object. No objects are made. */
export interface FrameSink {
  message(header: MessageHeader): void;
  tile(layer: TelemetryLayer, mode: number, x: number, y: number): void;
  /** `x`,`y` within the tile just announced, 0…65535. */
  vehicle(slot: number, kind: number, x: number, y: number, heading: number, speed: number): void;
  vehicleGone(slot: number): void;
  link(index: number, state: number, speed: number, ratio: number): void;
  signal(index: number, state: number, remaining: number): void;
  /** After the last object of the tile. */
  tileEnd(layer: TelemetryLayer, mode: number, x: number, y: number): void;
}

export class FrameError extends Error {}

/** True where bytes begin like a telemetry message. */
export const isFrameMessage = (b: Uint8Array): boolean =>
  b.length >= MESSAGE_HEADER_BYTES && b[0] === FRAME_MAGIC;

let idScratch = new Uint32Array(4096);

/**
 * Decodes a message into `sink`.
 * @throws FrameError on a wrong version or bytes that end early; the sink may then have been told a part.
 */
export function decodeMessage(bytes: Uint8Array, sink: FrameSink): void {
  if (!isFrameMessage(bytes)) throw new FrameError('not a telemetry message');
  if (bytes[1] !== FRAME_VERSION) throw new FrameError(`telemetry version ${bytes[1]} is not known`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  sink.message({
    skipped: view.getUint16(2, true),
    tick: view.getUint32(4, true),
    serverTimeMs: view.getFloat64(8, true),
    intervalMs: view.getUint16(16, true),
  });
  const frames = view.getUint16(18, true);
  let p = MESSAGE_HEADER_BYTES;

  let end = 0;
  const varint = (): number => {
    let v = 0;
    let shift = 0;
    for (;;) {
      if (p >= end) throw new FrameError('a frame ends early');
      const b = bytes[p++]!;
      v |= (b & 127) << shift;
      if (b < 128) return v >>> 0;
      shift += 7;
      if (shift > 28) throw new FrameError('a number is too long');
    }
  };
  const ids = (n: number, columnBytes: number): void => {
    if (n * (1 + columnBytes) > end - p) throw new FrameError('a frame ends early');
    if (idScratch.length < n) idScratch = new Uint32Array(Math.max(n, idScratch.length * 2));
    let last = 0;
    for (let i = 0; i < n; i++) {
      last += varint();
      idScratch[i] = last;
    }
    if (n * columnBytes > end - p) throw new FrameError('a frame ends early');
  };

  for (let f = 0; f < frames; f++) {
    if (p + FRAME_HEADER_BYTES > bytes.length) throw new FrameError('a frame ends early');
    const layer = telemetryLayers[bytes[p]!];
    if (layer === undefined) throw new FrameError(`layer ${bytes[p]} is not known`);
    const mode = bytes[p + 1]!;
    const x = view.getUint32(p + 4, true);
    const y = view.getUint32(p + 8, true);
    const size = view.getUint32(p + 12, true);
    p += FRAME_HEADER_BYTES;
    end = p + size;
    if (end > bytes.length) throw new FrameError('a frame ends early');
    sink.tile(layer, mode, x, y);
    if (layer === 'vehicles') {
      if (p >= end) throw new FrameError('a frame ends early');
      const sections = bytes[p++]!;
      for (let s = 0; s < sections; s++) {
        const kind = bytes[p++]!;
        const n = varint();
        ids(n, 6);
        const px = p;
        const py = p + 2 * n;
        const ph = p + 4 * n;
        const ps = p + 5 * n;
        for (let i = 0; i < n; i++) {
          sink.vehicle(
            idScratch[i]!,
            kind,
            bytes[px + 2 * i]! | (bytes[px + 2 * i + 1]! << 8),
            bytes[py + 2 * i]! | (bytes[py + 2 * i + 1]! << 8),
            bytes[ph + i]!,
            bytes[ps + i]!,
          );
        }
        p += 6 * n;
      }
      const gone = varint();
      ids(gone, 0);
      for (let i = 0; i < gone; i++) sink.vehicleGone(idScratch[i]!);
    } else if (layer === 'links') {
      const n = varint();
      ids(n, 3);
      for (let i = 0; i < n; i++) {
        sink.link(idScratch[i]!, bytes[p + i]!, bytes[p + n + i]!, bytes[p + 2 * n + i]!);
      }
    } else {
      const n = varint();
      ids(n, 2);
      for (let i = 0; i < n; i++) sink.signal(idScratch[i]!, bytes[p + i]!, bytes[p + n + i]!);
    }
    sink.tileEnd(layer, mode, x, y);
    p = end;
  }
}

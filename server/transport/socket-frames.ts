/**
 * WebSocket frames made once for all who get the same bytes (RFC 6455 §5.2, unmasked as from a server). Engine.IO takes
 * them as `wsPreEncodedFrame` and falls back to `data` on other transports.
 */

/** Room kept before a payload for the largest frame header. */
export const FRAME_HEADROOM = 10;
const FIN = 0x80;
const TEXT = 1;
const BINARY = 2;

export interface WireMessage {
  /** The payload as Engine.IO is given it. */
  readonly data: Buffer | string;
  /** Header and payload in one piece: one write to the socket. */
  readonly options: { readonly compress: false; readonly wsPreEncodedFrame: readonly [Buffer] };
}

/** Puts the header right before the payload, which lies in `buffer` from FRAME_HEADROOM on. */
function frame(buffer: Buffer, size: number, opcode: number): Buffer {
  let start: number;
  if (size > 65_535) {
    start = FRAME_HEADROOM - 10;
    buffer[start + 1] = 127;
    buffer.writeUInt32BE(Math.floor(size / 2 ** 32), start + 2);
    buffer.writeUInt32BE(size >>> 0, start + 6);
  } else if (size > 125) {
    start = FRAME_HEADROOM - 4;
    buffer[start + 1] = 126;
    buffer.writeUInt16BE(size, start + 2);
  } else {
    start = FRAME_HEADROOM - 2;
    buffer[start + 1] = size;
  }
  buffer[start] = FIN | opcode;
  return buffer.subarray(start, FRAME_HEADROOM + size);
}

export function binaryFrame(buffer: Buffer, size: number): WireMessage {
  return {
    data: buffer.subarray(FRAME_HEADROOM, FRAME_HEADROOM + size),
    options: { compress: false, wsPreEncodedFrame: [frame(buffer, size, BINARY)] },
  };
}

/** An event of the default namespace, as Socket.IO's own encoder writes it ("4" message, "2" event). */
export function eventFrame(event: string, payload: unknown): WireMessage {
  const packet = `2${JSON.stringify([event, payload])}`;
  const size = Buffer.byteLength(packet) + 1;
  const buffer = Buffer.allocUnsafeSlow(FRAME_HEADROOM + size);
  buffer.write(`4${packet}`, FRAME_HEADROOM);
  return { data: packet, options: { compress: false, wsPreEncodedFrame: [frame(buffer, size, TEXT)] } };
}

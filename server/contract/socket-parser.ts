/**
 * The Socket.IO parser of a screen: everything as usual, and a telemetry message is one bare binary packet, which
 * arrives as event `t`. (A binary attachment of an ordinary event would cost a second packet with its JSON header.)
 */
import { Decoder as JsonDecoder, PacketType } from 'socket.io-parser';
import { isFrameMessage } from './frames.ts';

export { Encoder, protocol } from 'socket.io-parser';

/** The event a telemetry message arrives as. */
export const TELEMETRY_EVENT = 't';

export class Decoder extends JsonDecoder {
  override add(data: unknown): void {
    const bytes = bytesOf(data);
    if (bytes && isFrameMessage(bytes)) {
      this.emitReserved('decoded', { type: PacketType.EVENT, nsp: '/', data: [TELEMETRY_EVENT, bytes] });
    } else {
      super.add(data);
    }
  }
}

function bytesOf(data: unknown): Uint8Array | null {
  if (data instanceof Uint8Array) return data;
  return data instanceof ArrayBuffer ? new Uint8Array(data) : null;
}

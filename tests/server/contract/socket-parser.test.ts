import { PacketType } from 'socket.io-parser';
import { describe, expect, it } from 'vitest';
import { gatherMessage } from '../../../server/contract/frames.ts';
import { Decoder, Encoder } from '../../../server/contract/socket-parser.ts';

const message = gatherMessage({ skipped: 0, tick: 1, serverTimeMs: 1, intervalMs: 500 }, []);

function decodedFrom(...pieces: unknown[]): unknown[] {
  const decoder = new Decoder();
  const out: unknown[] = [];
  decoder.on('decoded', (packet) => out.push(packet.data));
  for (const piece of pieces) decoder.add(piece);
  return out;
}

describe('socket parser', () => {
  it('SY-32 a telemetry message is one bare binary packet, as bytes or as a buffer', () => {
    const buffer = message.buffer.slice(0, message.length) as ArrayBuffer;
    expect(decodedFrom(message, Buffer.from(message), buffer)).toEqual([
      ['t', message],
      ['t', Buffer.from(message)],
      ['t', message],
    ]);
  });

  it('SY-32 everything else is Socket.IO as usual, attachments too', () => {
    const packets = new Encoder().encode({
      type: PacketType.EVENT,
      nsp: '/',
      data: ['x', { bytes: Buffer.from([1, 2, 3]), text: '你好' }],
    });
    expect(decodedFrom(...packets, message)).toEqual([
      ['x', { bytes: Buffer.from([1, 2, 3]), text: '你好' }],
      ['t', message],
    ]);
    expect(() => decodedFrom(new Uint8Array([1, 2, 3]))).toThrow('binary data');
  });
});

/** A server that stands for a SUMO: it answers each message as the test says, well or badly. */
import { createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { MessageWriter } from '../../server/sumo/traci/wire.ts';

export type Answer = (message: Buffer, socket: Socket) => void;

/** Each answer serves one message, in order; later ones get the last. Its port. */
export async function traciDouble(...answers: readonly Answer[]): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let next = 0;
    socket.on('error', () => socket.destroy());
    socket.on('data', (message) => {
      answers[Math.min(next++, answers.length - 1)]!(message, socket);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** A message of what `write` puts into it. */
export function message(write: (writer: MessageWriter) => void): Buffer {
  const writer = new MessageWriter();
  write(writer);
  return Buffer.from(writer.message());
}

export function status(writer: MessageWriter, command: number, result = 0, said = ''): void {
  writer.begin(command);
  writer.ubyte(result);
  writer.text(said);
  writer.end();
}

/** Says that it speaks this version. */
export const version =
  (api: number, software = 'SUMO 9.9'): Answer =>
  (_, socket) => {
    const answer = message((writer) => {
      status(writer, 0);
      writer.begin(0);
      writer.integer(api);
      writer.text(software);
      writer.end();
    });
    socket.write(answer);
  };
export const silent: Answer = () => undefined;
export const dies: Answer = (_, socket) => socket.destroy();
export const sends =
  (bytes: Buffer | string): Answer =>
  (_, socket) => {
    socket.write(bytes);
  };

/** Writes what would be sent as a recording, `{at, feed, payload}` a line (JSONL), that `replay` plays again. */
import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { allTaken, reasonOf, type Delivery, type Transport } from './transport.ts';

export function fileTransport(path: string, nowMs: () => number): Transport {
  let stream: WriteStream | null = null;
  let failed: string | null = null;
  const open = async (): Promise<WriteStream> => {
    await mkdir(dirname(path), { recursive: true });
    const created = createWriteStream(path, { flags: 'a' });
    created.on('error', (cause) => {
      failed = reasonOf(cause);
    });
    return created;
  };
  return {
    name: 'file',
    async send(feedId, lines): Promise<Delivery> {
      try {
        stream ??= await open();
        if (failed !== null) return { kind: 'retry', reason: failed };
        const at = nowMs();
        const feed = JSON.stringify(feedId);
        const text = lines.map((line) => `{"at":${at},"feed":${feed},"payload":${line}}\n`).join('');
        if (!stream.write(text)) await once(stream, 'drain');
        return allTaken(lines);
      } catch (cause) {
        return { kind: 'retry', reason: reasonOf(cause) };
      }
    },
    async close() {
      if (stream === null) return;
      const open = stream;
      await new Promise<void>((resolve) => open.end(() => resolve()));
    },
  };
}

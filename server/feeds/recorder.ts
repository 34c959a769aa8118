/**
 * Writes what feeds send, as it was sent, to files that `replay` can play again: `FEED-YYYYMMDDTHHMMSSZ.jsonl.gz`, a line
 * a payload, `{"at":<arrival ms>,"payload":…}` (of a replay: the recorded time). A file is closed and the next begun by size and by hour. A full disk stops
 * the recording, never the feeds.
 */
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { createGzip, type Gzip } from 'node:zlib';
import type { RecorderPort } from './open-feed.ts';

export interface RecorderOptions {
  readonly dir: string;
  /** Of the text before packing; 256 MB where absent. */
  readonly maxFileBytes?: number;
  readonly maxFileMs?: number;
  readonly onError: (cause: unknown, file: string) => void;
}

interface Tape {
  readonly gzip: Gzip;
  readonly done: Promise<void>;
  readonly startedAtMs: number;
  bytes: number;
  broken: boolean;
}

const MAX_FILE_BYTES = 256 * 1_048_576;
const MAX_FILE_MS = 3_600_000;
/** After a failure the next try comes this much later. */
const RETRY_MS = 60_000;

export class Recorder implements RecorderPort {
  private readonly options: RecorderOptions;
  private readonly tapes = new Map<string, Tape>();
  private readonly closing = new Set<Promise<void>>();

  constructor(options: RecorderOptions) {
    this.options = options;
    mkdirSync(options.dir, { recursive: true });
  }

  write(feedId: string, atMs: number, payload: string, eventMs = atMs): void {
    const tape = this.tapeOf(feedId, atMs);
    if (tape.broken) return;
    const line = `{"at":${eventMs},"payload":${payload}}\n`;
    tape.bytes += line.length;
    tape.gzip.write(line);
  }

  async drained(): Promise<void> {
    for (const { gzip, broken, done } of this.tapes.values()) {
      if (broken || !gzip.writableNeedDrain) continue;
      await Promise.race([new Promise<void>((ready) => gzip.once('drain', () => ready())), done]);
    }
  }

  /** Resolves when everything is on disk. */
  async stop(): Promise<void> {
    for (const tape of this.tapes.values()) this.close(tape);
    this.tapes.clear();
    await Promise.all(this.closing);
  }

  private tapeOf(feedId: string, atMs: number): Tape {
    const { maxFileBytes = MAX_FILE_BYTES, maxFileMs = MAX_FILE_MS } = this.options;
    const current = this.tapes.get(feedId);
    if (current !== undefined) {
      const age = atMs - current.startedAtMs;
      const over = current.broken ? age >= RETRY_MS : current.bytes >= maxFileBytes || age >= maxFileMs;
      if (!over) return current;
      this.close(current);
    }
    const stamp = new Date(atMs).toISOString().replace(/[-:]/g, '').replace('.', '');
    const file = join(this.options.dir, `${feedId}-${stamp}.jsonl.gz`);
    const gzip = createGzip({ level: 3 });
    const out = createWriteStream(file, { flags: 'a' });
    const tape: Tape = {
      gzip,
      startedAtMs: atMs,
      bytes: 0,
      broken: false,
      done: finished(gzip.pipe(out)).catch((cause: unknown) => {
        tape.broken = true;
        gzip.destroy();
        this.options.onError(cause, file);
      }),
    };
    gzip.on('error', (cause) => out.destroy(cause));
    this.tapes.set(feedId, tape);
    return tape;
  }

  private close(tape: Tape): void {
    if (!tape.broken) tape.gzip.end();
    const done = tape.done.finally(() => this.closing.delete(done));
    this.closing.add(done);
  }
}

/**
 * Memory for messages, used again once every connection has handed its bytes to the kernel: fresh memory for each
 * message of each tick would cost more than filling it. A connection that stalls keeps one chunk, never all.
 */
import { FRAME_HEADROOM } from './socket-frames.ts';

const CHUNK_BYTES = 256 * 1024;
/** A chunk not free by then is left to its last user and the collector. */
const GIVEN_UP_MS = 10_000;

export interface Borrower {
  /** True where nothing that was sent waits in this process. */
  isIdle(): boolean;
}

interface Chunk {
  readonly buffer: Buffer;
  used: number;
  readonly borrowers: Borrower[];
  lentAtMs: number;
}

/** A piece of memory with room for a frame header before its payload, and who must be done before it is used again. */
export interface Loan {
  readonly buffer: Buffer;
  readonly borrowers: Borrower[];
}

export class MessagePool {
  private readonly free: Chunk[] = [];
  private lent: Chunk[] = [];
  private current: Chunk | null = null;

  /** Before the messages of a tick: takes back what is done with. */
  begin(nowMs: number): void {
    const keep = this.lent.length;
    const still: Chunk[] = [];
    for (const chunk of this.lent) {
      if (chunk.borrowers.every((b) => b.isIdle())) {
        chunk.used = 0;
        chunk.borrowers.length = 0;
        // No more is kept than the last tick needed.
        if (this.free.length < keep) this.free.push(chunk);
      } else if (nowMs - chunk.lentAtMs < GIVEN_UP_MS) {
        still.push(chunk);
      }
    }
    this.lent = still;
    this.current = null;
  }

  borrow(payloadBytes: number, nowMs: number): Loan {
    const size = FRAME_HEADROOM + payloadBytes;
    if (size > CHUNK_BYTES / 2) return { buffer: Buffer.allocUnsafeSlow(size), borrowers: [] };
    let chunk = this.current;
    if (!chunk || chunk.used + size > CHUNK_BYTES) {
      chunk = this.free.pop() ?? {
        buffer: Buffer.allocUnsafeSlow(CHUNK_BYTES),
        used: 0,
        borrowers: [],
        lentAtMs: nowMs,
      };
      chunk.lentAtMs = nowMs;
      this.current = chunk;
      this.lent.push(chunk);
    }
    const buffer = chunk.buffer.subarray(chunk.used, chunk.used + size);
    chunk.used += size;
    return { buffer, borrowers: chunk.borrowers };
  }
}

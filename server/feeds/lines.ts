/**
 * Cuts a stream of bytes into lines as they come, holding at most one unfinished line. A line over the limit is told
 * and skipped without being kept, however long it is (FE-26).
 */
const NEWLINE = 0x0a;

export interface LineSink {
  /** A whole line in `bytes[start, end)`, valid during the call only. */
  line(bytes: Buffer, start: number, end: number, lineNo: number): void;
  tooLong(lineNo: number): void;
}

export class LineSplitter {
  /** The beginning of a line whose end has not come yet. */
  private readonly rest: Buffer;
  private restLength = 0;
  private skipping = false;
  /** 1-based number of the line that is being read. */
  private lineNo = 1;
  private readonly sink: LineSink;
  private readonly maxBytes: number;

  constructor(sink: LineSink, maxBytes: number) {
    this.sink = sink;
    this.maxBytes = maxBytes;
    this.rest = Buffer.allocUnsafe(maxBytes);
  }

  write(chunk: Buffer): void {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(NEWLINE, start);
      if (end < 0) break;
      if (this.skipping) this.skipping = false;
      else if (this.restLength > 0) {
        if (this.keep(chunk, start, end)) this.emitRest();
        this.skipping = false;
        this.restLength = 0;
      } else this.emit(chunk, start, end);
      this.lineNo++;
      start = end + 1;
    }
    if (start < chunk.length && !this.skipping) this.keep(chunk, start, chunk.length);
  }

  /** The stream is over: what is left is the last line. */
  end(): void {
    if (!this.skipping && this.restLength > 0) this.emitRest();
    this.restLength = 0;
  }

  private keep(chunk: Buffer, start: number, end: number): boolean {
    if (this.restLength + end - start > this.maxBytes) {
      this.sink.tooLong(this.lineNo);
      this.skipping = true;
      this.restLength = 0;
      return false;
    }
    chunk.copy(this.rest, this.restLength, start, end);
    this.restLength += end - start;
    return true;
  }

  private emitRest(): void {
    this.emit(this.rest, 0, this.restLength);
  }

  private emit(bytes: Buffer, start: number, end: number): void {
    if (end - start > this.maxBytes) this.sink.tooLong(this.lineNo);
    else if (!isBlank(bytes, start, end)) this.sink.line(bytes, start, end, this.lineNo);
  }
}

function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const c = bytes[i]!;
    if (c !== 0x20 && c !== 0x0d && c !== 0x09) return false;
  }
  return true;
}

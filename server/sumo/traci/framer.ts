/** Cuts a stream of bytes into TraCI messages, each a 32-bit length (itself in it) and its content. */
import { TraciError } from './errors.ts';

const HEADER_BYTES = 4;
/** More than a step of a city of a million vehicles; beyond it, what came is no length. */
const LONGEST_MESSAGE = 1 << 30;

export class Framer {
  readonly #onMessage: (content: Buffer) => void;
  #parts: Buffer[] = [];
  #bytes = 0;

  constructor(onMessage: (content: Buffer) => void) {
    this.#onMessage = onMessage;
  }

  push(part: Buffer): void {
    this.#parts.push(part);
    this.#bytes += part.length;
    while (this.#bytes >= HEADER_BYTES) {
      const length = this.#header();
      if (length < HEADER_BYTES || length > LONGEST_MESSAGE) {
        throw new TraciError('malformed', `what answers there is no SUMO: a message of ${length} bytes`);
      }
      if (this.#bytes < length) return;
      const all = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts);
      const rest = all.subarray(length);
      this.#parts = rest.length === 0 ? [] : [rest];
      this.#bytes = rest.length;
      this.#onMessage(all.subarray(HEADER_BYTES, length));
    }
  }

  #header(): number {
    if (this.#parts[0]!.length < HEADER_BYTES) this.#parts = [Buffer.concat(this.#parts)];
    return this.#parts[0]!.readInt32BE(0);
  }
}

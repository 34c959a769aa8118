/**
 * Bytes of TraCI messages: a writer that gathers commands into one message, a reader that never steps outside of what came.
 * Numbers are big-endian; a text is a 32-bit length and its bytes; a command is its length (one byte, or 0 and four), its
 * number and its content.
 */
import { valueType } from './constants.ts';
import { TraciError } from './errors.ts';

export type TraciValue = number | string | readonly string[] | readonly number[] | readonly TraciValue[];

const FIRST_BYTES = 4_096;
/** What a command with a one-byte length can hold, its length and its number among it. */
const SHORT_COMMAND = 255;
const HEADER_BYTES = 4;

export class MessageWriter {
  #buffer = Buffer.allocUnsafe(FIRST_BYTES);
  #end = HEADER_BYTES;
  #commandStart = 0;

  get isEmpty(): boolean {
    return this.#end === HEADER_BYTES;
  }

  clear(): void {
    this.#end = HEADER_BYTES;
  }

  /** Ends with `end`; in between comes the command's content. */
  begin(command: number): void {
    this.#commandStart = this.#end;
    // Room for the long form; a short command moves down at its end.
    this.#room(6);
    this.#end += 5;
    this.#buffer.writeUInt8(command, this.#end++);
  }

  end(): void {
    const content = this.#end - this.#commandStart - 6;
    if (content + 2 <= SHORT_COMMAND) {
      this.#buffer.copyWithin(this.#commandStart + 1, this.#commandStart + 5, this.#end);
      this.#buffer.writeUInt8(content + 2, this.#commandStart);
      this.#end -= 4;
    } else {
      this.#buffer.writeUInt8(0, this.#commandStart);
      this.#buffer.writeInt32BE(content + 6, this.#commandStart + 1);
    }
  }

  ubyte(value: number): void {
    this.#room(1);
    this.#end = this.#buffer.writeUInt8(value, this.#end);
  }

  integer(value: number): void {
    this.#room(4);
    this.#end = this.#buffer.writeInt32BE(value, this.#end);
  }

  double(value: number): void {
    this.#room(8);
    this.#end = this.#buffer.writeDoubleBE(value, this.#end);
  }

  text(value: string): void {
    const bytes = Buffer.byteLength(value);
    this.integer(bytes);
    this.#room(bytes);
    this.#end += this.#buffer.write(value, this.#end);
  }

  /** The whole message, good until the next command is begun. */
  message(): Buffer {
    this.#buffer.writeInt32BE(this.#end, 0);
    return this.#buffer.subarray(0, this.#end);
  }

  #room(bytes: number): void {
    if (this.#end + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#end + bytes));
    this.#buffer.copy(larger, 0, 0, this.#end);
    this.#buffer = larger;
  }
}

/** Reads one message's content; whatever would lie beyond its end is a malformed message, never a wrong number. */
export class MessageReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  get at(): number {
    return this.#at;
  }

  /** The end of the command that begins here, and its number. */
  command(): { readonly number: number; readonly end: number } {
    const start = this.#at;
    let length = this.ubyte();
    if (length === 0) length = this.integer();
    const end = start + length;
    if (end > this.#bytes.length || end <= this.#at) {
      throw new TraciError('malformed', `SUMO sent a command of ${length} bytes where ${this.left} are left`);
    }
    return { number: this.ubyte(), end };
  }

  /** To where a command ends; content this client does not know is left out so. */
  moveTo(end: number): void {
    if (end < this.#at) throw new TraciError('malformed', 'SUMO sent a command shorter than its content');
    this.#at = end;
  }

  ubyte(): number {
    const at = this.#take(1);
    return this.#bytes[at]!;
  }

  integer(): number {
    return this.#bytes.readInt32BE(this.#take(4));
  }

  double(): number {
    return this.#bytes.readDoubleBE(this.#take(8));
  }

  text(): string {
    const length = this.#count(1);
    const at = this.#take(length);
    return this.#bytes.toString('utf8', at, at + length);
  }

  /** A value with the type in front of it. */
  value(): TraciValue {
    const type = this.ubyte();
    switch (type) {
      case valueType.double:
        return this.double();
      case valueType.integer:
        return this.integer();
      case valueType.string:
        return this.text();
      case valueType.stringList:
        return Array.from({ length: this.#count(4) }, () => this.text());
      case valueType.unsignedByte:
        return this.ubyte();
      case valueType.byte:
        return (this.ubyte() << 24) >> 24;
      case valueType.position2d:
        return [this.double(), this.double()];
      case valueType.position3d:
        return [this.double(), this.double(), this.double()];
      case valueType.color:
        return [this.ubyte(), this.ubyte(), this.ubyte(), this.ubyte()];
      case valueType.doubleList:
        return Array.from({ length: this.#count(8) }, () => this.double());
      case valueType.polygon: {
        let corners = this.ubyte();
        if (corners === 0) corners = this.#count(16);
        return Array.from({ length: corners * 2 }, () => this.double());
      }
      case valueType.compound:
        return Array.from({ length: this.#count(1) }, () => this.value());
      default:
        throw new TraciError('malformed', `SUMO sent a value of the unknown type ${type}`);
    }
  }

  /** A number of things of at least so many bytes each: no more than there is room for. */
  #count(bytesEach: number): number {
    const count = this.integer();
    if (count < 0 || count * bytesEach > this.left) {
      throw new TraciError('malformed', `SUMO announced ${count} items where ${this.left} bytes are left`);
    }
    return count;
  }

  #take(bytes: number): number {
    const at = this.#at;
    if (at + bytes > this.#bytes.length) {
      throw new TraciError('malformed', 'SUMO sent a message that ends in the middle of a value');
    }
    this.#at = at + bytes;
    return at;
  }
}

/**
 * The frames of an OpenStreetMap PBF file (header, blob, header, blob …), read one at a time within the format's own
 * bounds; what lies in a blob is decoded by osm-pbf-parser-node. Its own stream is not used because it throws out of
 * the stream on a damaged file, which would end the process.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { inflateSync } from 'node:zlib';
import { parse } from 'osm-pbf-parser-node';
import type { Bbox } from '../../contract/geo.ts';
import { because, OsmFileError, type OsmElement, type OsmNode, type Wanted } from './osm.ts';

/** The format's bounds: a blob header below 64 KiB, a blob below 32 MiB, packed or not. */
const MAX_HEADER_BYTES = 64 * 1024;
const MAX_BLOB_BYTES = 32 * 1024 * 1024;
/** Features a reader must know to read the file rightly; others are refused, as the format asks. */
const knownFeatures = new Set(['OsmSchema-V0.6', 'DenseNodes']);

export const isPbf = (head: Buffer): boolean =>
  head.length >= 15 && head.readUInt32BE(0) <= MAX_HEADER_BYTES && head.includes('OSMHeader');

export async function* readPbf(file: string, wanted: Wanted): AsyncGenerator<readonly OsmElement[]> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    let at = 0;
    while (at < size) {
      const length = (await take(handle, at, 4)).readUInt32BE(0);
      if (length > MAX_HEADER_BYTES) throw new OsmFileError('The PBF file is damaged: a header is too long.');
      const header = readHeader(await take(handle, at + 4, length));
      if (header.size > MAX_BLOB_BYTES)
        throw new OsmFileError('The PBF file is damaged: a block is too long.');
      const blob = await take(handle, at + 4 + length, header.size);
      at += 4 + length + header.size;
      if (header.type === 'OSMHeader') {
        const bbox = readFileHeader(unpack(blob));
        if (bbox !== null) yield [{ type: 'bounds', bbox }];
      } else if (header.type === 'OSMData') {
        yield decode(unpack(blob), wanted);
      }
      // Other types are for later versions of the format and may be skipped.
    }
  } finally {
    await handle.close();
  }
}

async function take(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, at);
  if (bytesRead < length) throw new OsmFileError('The PBF file is cut off.');
  return buffer;
}

function decode(block: Buffer, wanted: Wanted): OsmElement[] {
  let elements: OsmElement[];
  try {
    elements = parse(block, {
      withTags: { node: wanted.node ?? false, way: wanted.way ?? false, relation: wanted.relation ?? false },
    }) as OsmElement[];
  } catch (cause) {
    throw new OsmFileError(`The PBF file is damaged: ${because(cause)}`, { cause });
  }
  return elements.filter((e) => e.type !== 'bounds' && wanted[e.type] && (e.type !== 'node' || onEarth(e)));
}

const onEarth = (node: OsmNode): boolean => Math.abs(node.lon) <= 180 && Math.abs(node.lat) <= 90;

function unpack(blob: Buffer): Buffer {
  for (const field of fields(blob)) {
    if (field.number === 1 && field.bytes !== null) return field.bytes;
    if (field.number === 3 && field.bytes !== null) {
      try {
        return inflateSync(field.bytes, { maxOutputLength: MAX_BLOB_BYTES });
      } catch (cause) {
        throw new OsmFileError(`The PBF file is damaged: ${because(cause)}`, { cause });
      }
    }
    if (field.number >= 4) {
      throw new OsmFileError(
        'The PBF file is packed in another way than zlib; convert it first (osmium cat).',
      );
    }
  }
  throw new OsmFileError('The PBF file is damaged: an empty block.');
}

function readHeader(bytes: Buffer): { type: string; size: number } {
  let type = '';
  let size = 0;
  for (const field of fields(bytes)) {
    if (field.number === 1 && field.bytes !== null) type = field.bytes.toString('latin1');
    if (field.number === 3) size = field.value;
  }
  return { type, size };
}

/** The file's bounding box in nanodegrees; refuses what needs a feature that is not known here (history files). */
function readFileHeader(bytes: Buffer): Bbox | null {
  let bbox: Bbox | null = null;
  for (const field of fields(bytes)) {
    if (field.bytes === null) continue;
    if (field.number === 1) {
      const side = [0, 0, 0, 0, 0];
      for (const { number, value } of fields(field.bytes)) {
        // zigzag: left 1, right 2, top 3, bottom 4
        if (number <= 4) side[number] = value % 2 === 0 ? value / 2 : -(value + 1) / 2;
      }
      bbox = [side[1]! / 1e9, side[4]! / 1e9, side[2]! / 1e9, side[3]! / 1e9];
    }
    if (field.number === 4) {
      const feature = field.bytes.toString('utf8');
      if (!knownFeatures.has(feature)) {
        throw new OsmFileError(`The PBF file needs “${feature}”, which is not supported.`);
      }
    }
  }
  return bbox;
}

interface Field {
  readonly number: number;
  readonly value: number;
  readonly bytes: Buffer | null;
}

/** The fields of a protobuf message: varints and length-delimited ones are all that the frames have. */
function* fields(message: Buffer): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = message[at++];
      if (byte === undefined || shift > 2 ** 63) throw new OsmFileError('The PBF file is damaged.');
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    if (tag % 8 === 0) yield { number, value: varint(), bytes: null };
    else if (tag % 8 === 2) {
      const length = varint();
      if (at + length > message.length) throw new OsmFileError('The PBF file is damaged.');
      yield { number, value: 0, bytes: message.subarray(at, at + length) };
      at += length;
    } else throw new OsmFileError('The PBF file is damaged.');
  }
}

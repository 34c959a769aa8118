/** Reads SUMO's XML files (also gzipped) element by element; what is broken is refused with a sentence. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { SaxesParser } from 'saxes';
import { SumoFileError } from './model.ts';

export type Attributes = Readonly<Record<string, string>>;

/** More than the network of any city; a packed file that unpacks to more is an attack on memory. */
const LARGEST_BYTES = 1 << 30;

export interface ElementReader {
  open(name: string, attributes: Attributes): void;
  close?(name: string): void;
}

/** `roots`: names the first element may have. */
export function readXml(file: string, roots: readonly string[], reader: ElementReader): void {
  const parser = new SaxesParser({});
  let rootSeen = false;
  let failure: Error | null = null;
  // The parser's callbacks must not throw through it: the first failure is kept.
  const attempt = (work: () => void): void => {
    if (failure) return;
    try {
      work();
    } catch (cause) {
      failure = cause instanceof Error ? cause : new Error(String(cause));
    }
  };
  const refuse = (sentence: string): void =>
    attempt(() => {
      throw new SumoFileError(`${file}: ${sentence}`);
    });
  parser.on('error', (cause) => refuse(`not well-formed XML: ${cause.message}`));
  parser.on('doctype', () => refuse('it has a DOCTYPE, which a SUMO file never has'));
  parser.on('opentag', (tag) => {
    if (!rootSeen && !roots.includes(tag.name)) {
      refuse(`it begins with <${tag.name}> where <${roots[0]}> belongs`);
    }
    rootSeen = true;
    attempt(() => reader.open(tag.name, tag.attributes));
  });
  parser.on('closetag', (tag) => attempt(() => reader.close?.(tag.name)));
  parser.write(text(file));
  if (failure === null) parser.close();
  if (failure !== null) throw failure as Error;
  if (!rootSeen) throw new SumoFileError(`${file}: the file is empty`);
}

function text(file: string): string {
  try {
    const bytes = readFileSync(file);
    const plain =
      bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, { maxOutputLength: LARGEST_BYTES }) : bytes;
    return new TextDecoder('utf-8', { fatal: true }).decode(plain);
  } catch (cause) {
    throw new SumoFileError(
      `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  }
}

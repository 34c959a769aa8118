/**
 * Streams the elements of an OpenStreetMap file, XML (also gzipped) or PBF, told apart by their first bytes. What is
 * broken or something else is refused with a sentence; memory does not grow with the file.
 */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { SaxesParser, type SaxesAttributePlain } from 'saxes';
import { because, OsmFileError, type OsmElement, type OsmMember, type Wanted } from './osm.ts';
import { isPbf, readPbf } from './read-pbf.ts';

/** Characters between two tags of an OSM file; more is not OSM but an attack on memory. */
const MAX_BETWEEN_TAGS = 4 * 1024 * 1024;
const MAX_REFS = 100_000;

export async function* readOsm(file: string, wanted: Wanted): AsyncGenerator<readonly OsmElement[]> {
  const head = await firstBytes(file);
  if (isPbf(head)) {
    yield* readPbf(file, wanted);
  } else if (head[0] === 0x1f && head[1] === 0x8b) {
    yield* readXml(file, wanted, true);
  } else if (/^(\uFEFF)?\s*</.test(head.toString('utf8'))) {
    yield* readXml(file, wanted, false);
  } else if (head.toString('latin1').startsWith('BZh')) {
    throw new OsmFileError('The file is packed with bzip2; unpack it first (bunzip2).');
  } else {
    throw new OsmFileError('The file is neither OpenStreetMap XML (.osm, .osm.gz) nor PBF (.osm.pbf).');
  }
}

async function firstBytes(file: string): Promise<Buffer> {
  try {
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(64), 0, 64, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw new OsmFileError(`The file cannot be read: ${because(cause)}`, { cause });
  }
}

async function* readXml(
  file: string,
  wanted: Wanted,
  zipped: boolean,
): AsyncGenerator<readonly OsmElement[]> {
  const raw = createReadStream(file);
  const bytes = zipped ? raw.pipe(createGunzip()) : raw;
  // An error of the file itself does not travel through a pipe.
  raw.on('error', (cause) => bytes.destroy(cause));
  const text = new TextDecoder('utf-8', { fatal: true });
  const parser = new ElementParser(wanted);
  try {
    for await (const chunk of bytes as AsyncIterable<Buffer>) {
      yield parser.write(text.decode(chunk, { stream: true }));
    }
    yield parser.write(text.decode());
  } catch (cause) {
    if (cause instanceof OsmFileError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    if (code === 'Z_BUF_ERROR')
      throw new OsmFileError('The file is cut off (gzip ends too early).', { cause });
    if (code.startsWith('Z_'))
      throw new OsmFileError(`The gzip file is damaged: ${because(cause)}`, { cause });
    throw new OsmFileError(`The file cannot be read as text: ${because(cause)}`, { cause });
  } finally {
    raw.destroy();
  }
  parser.end();
}

type Attributes = Record<string, string>;

class ElementParser {
  readonly #sax = new SaxesParser({});
  readonly #wanted: Wanted;
  #out: OsmElement[] = [];
  #rootSeen = false;
  #sinceTag = 0;
  #failure: OsmFileError | null = null;
  #current: { kind: 'node' | 'way' | 'relation'; attributes: Attributes } | null = null;
  #tags: Record<string, string> | undefined;
  #refs: number[] = [];
  #members: OsmMember[] = [];

  constructor(wanted: Wanted) {
    this.#wanted = wanted;
    this.#sax.on('error', (cause) => this.#fail(`The file is not well-formed XML: ${cause.message}`));
    this.#sax.on('doctype', () =>
      this.#fail('The file has a DOCTYPE, which an OpenStreetMap file never has.'),
    );
    this.#sax.on('opentag', (tag) => {
      this.#sinceTag = 0;
      this.#open(tag.name, tag.attributes);
    });
    this.#sax.on('closetag', (tag) => {
      this.#sinceTag = 0;
      if (tag.name === this.#current?.kind) this.#close();
    });
  }

  write(chunk: string): OsmElement[] {
    this.#sinceTag += chunk.length;
    this.#sax.write(chunk);
    if (this.#failure === null && this.#sinceTag > MAX_BETWEEN_TAGS) {
      this.#fail('The file has megabytes of text without a tag: it is not OpenStreetMap XML.');
    }
    if (this.#failure !== null) throw this.#failure;
    const out = this.#out;
    this.#out = [];
    return out;
  }

  end(): void {
    this.#sax.close();
    if (this.#failure !== null) {
      throw new OsmFileError(`The file is cut off or damaged at its end: ${this.#failure.message}`);
    }
    if (!this.#rootSeen) throw new OsmFileError('The file is empty.');
  }

  /** The first failure counts; the parser's callbacks must not throw through it. */
  #fail(message: string): void {
    this.#failure ??= new OsmFileError(message);
  }

  #open(name: string, attributes: Record<string, string | SaxesAttributePlain>): void {
    if (this.#failure !== null) return;
    const a = attributes as Attributes;
    if (!this.#rootSeen) {
      this.#rootSeen = true;
      if (name === 'osmChange') this.#fail('The file is a change file (osmChange), not a map.');
      else if (name !== 'osm')
        this.#fail(`The file is XML, but not OpenStreetMap: it begins with <${name}>.`);
      return;
    }
    switch (name) {
      case 'node':
      case 'way':
      case 'relation':
        // Deleted objects occur in histories and in editors' files.
        if (this.#wanted[name] && a['visible'] !== 'false' && a['action'] !== 'delete') {
          this.#current = { kind: name, attributes: a };
          this.#tags = undefined;
          this.#refs = [];
          this.#members = [];
        }
        break;
      case 'tag':
        if (this.#current !== null) {
          this.#tags ??= Object.create(null) as Record<string, string>;
          this.#tags[a['k'] ?? ''] = a['v'] ?? '';
        }
        break;
      case 'nd':
        if (this.#current !== null && this.#refs.length < MAX_REFS) this.#refs.push(Number(a['ref']));
        break;
      case 'member': {
        const type = a['type'];
        if (this.#current !== null && (type === 'node' || type === 'way' || type === 'relation')) {
          this.#members.push({ type, ref: Number(a['ref']), role: a['role'] ?? '' });
        }
        break;
      }
      case 'bounds': {
        const box = [a['minlon'], a['minlat'], a['maxlon'], a['maxlat']].map(Number);
        const [west, south, east, north] = box as [number, number, number, number];
        if (box.every(Number.isFinite)) this.#out.push({ type: 'bounds', bbox: [west, south, east, north] });
        break;
      }
      default:
    }
  }

  #close(): void {
    const { kind, attributes } = this.#current!;
    this.#current = null;
    const id = Number(attributes['id']);
    if (!Number.isSafeInteger(id)) return;
    const tags = this.#tags === undefined ? {} : { tags: this.#tags };
    if (kind === 'node') {
      const lon = Number(attributes['lon'] ?? NaN);
      const lat = Number(attributes['lat'] ?? NaN);
      if (Math.abs(lon) <= 180 && Math.abs(lat) <= 90)
        this.#out.push({ type: 'node', id, lon, lat, ...tags });
    } else if (kind === 'way') this.#out.push({ type: 'way', id, refs: this.#refs, ...tags });
    else this.#out.push({ type: 'relation', id, members: this.#members, ...tags });
  }
}

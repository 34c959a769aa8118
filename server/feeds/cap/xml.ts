/**
 * XML from outside as a small tree, bounded in bytes, elements, depth and lengths. A DOCTYPE or an entity that XML itself
 * does not know ends the reading at once: nothing is ever expanded and nothing is ever fetched (FE-80).
 */
import { SaxesParser } from 'saxes';
import type { Refusal } from '../../contract/refusals.ts';
import { err, ok, type Result } from '../../contract/result.ts';

type Attributes = Record<string, string>;

export interface XmlElement {
  /** Its namespace. */
  readonly uri: string;
  /** Its name without a prefix. */
  readonly name: string;
  readonly attributes: Readonly<Attributes>;
  readonly children: readonly XmlElement[];
  /** Its own text, as long as `textChars` lets it be. */
  readonly text: string;
  /** True where there was more of it. */
  readonly cut: boolean;
}

export interface XmlLimits {
  readonly bytes: number;
  readonly elements: number;
  readonly depth: number;
  readonly textChars: number;
  readonly attributeChars: number;
  readonly attributes: number;
  /** Those that are kept: names without a prefix. */
  readonly wantedAttributes: readonly string[];
}

/** Characters given to the parser between two looks at whether it has to stop. */
const CHUNK = 4_096;

export const unsafe = (detail: string): Refusal => ({ code: 'unsafe-xml', detail });

export function readXml(bytes: Uint8Array, limits: XmlLimits): Result<XmlElement, Refusal> {
  if (bytes.length > limits.bytes) return err(unsafe(`bytes > ${limits.bytes}`));
  const text = decode(bytes);
  if (!text.ok) return text;
  const tree = new TreeBuilder(limits);
  for (let at = 0; at < text.value.length && tree.failure === null; at += CHUNK) {
    tree.write(text.value.slice(at, at + CHUNK));
  }
  return tree.end();
}

/** The byte order mark says which encoding it is, or else the declaration; UTF-8 where neither does. */
function decode(bytes: Uint8Array): Result<string, Refusal> {
  const label = markedEncoding(bytes) ?? declaredEncoding(bytes) ?? 'utf-8';
  try {
    return ok(new TextDecoder(label, { fatal: true }).decode(bytes));
  } catch (cause) {
    // RangeError: an encoding nobody here knows; TypeError: bytes that it does not have.
    if (!(cause instanceof RangeError || cause instanceof TypeError)) throw cause;
    return err({ code: 'bad-format', detail: `XML: not ${label.slice(0, 40)}` });
  }
}

function markedEncoding(bytes: Uint8Array): string | null {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null;
}

function declaredEncoding(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 200)).toString('latin1');
  return /^<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z][\w.-]*)["']/.exec(head)?.[1] ?? null;
}

interface Building extends XmlElement {
  readonly children: Building[];
  text: string;
  cut: boolean;
}

class TreeBuilder {
  failure: Refusal | null = null;
  private readonly sax = new SaxesParser({ xmlns: true });
  private readonly limits: XmlLimits;
  private readonly open: Building[] = [];
  private root: Building | null = null;
  private elements = 0;

  constructor(limits: XmlLimits) {
    this.limits = limits;
    this.sax.on('error', (cause) => this.fail(refusalOf(cause.message)));
    this.sax.on('doctype', () => this.fail(unsafe('DOCTYPE')));
    this.sax.on('attribute', ({ value }) => {
      if (value.length > limits.attributeChars) this.fail(unsafe(`attribute > ${limits.attributeChars}`));
    });
    this.sax.on('opentag', ({ uri, local, attributes }) => {
      if (Object.keys(attributes).length > limits.attributes) {
        this.fail(unsafe(`attributes > ${limits.attributes}`));
      }
      const wanted: Attributes = {};
      for (const name of limits.wantedAttributes) {
        const value = attributes[name]?.value;
        if (value !== undefined) wanted[name] = value;
      }
      this.opened({ uri, name: local, attributes: wanted, children: [], text: '', cut: false });
    });
    this.sax.on('closetag', () => this.open.pop());
    this.sax.on('text', (text) => this.add(text));
    this.sax.on('cdata', (text) => this.add(text));
  }

  write(chunk: string): void {
    this.sax.write(chunk);
  }

  end(): Result<XmlElement, Refusal> {
    if (this.failure === null) this.sax.close();
    if (this.failure !== null) return err(this.failure);
    return this.root === null ? err({ code: 'bad-format', detail: 'XML: no element' }) : ok(this.root);
  }

  private opened(element: Building): void {
    if (this.failure !== null) return;
    this.elements++;
    if (this.elements > this.limits.elements) return this.fail(unsafe(`elements > ${this.limits.elements}`));
    if (this.open.length >= this.limits.depth) return this.fail(unsafe(`depth > ${this.limits.depth}`));
    this.open.at(-1)?.children.push(element);
    this.root ??= element;
    this.open.push(element);
    return undefined;
  }

  private add(text: string): void {
    const element = this.open.at(-1);
    if (element === undefined || this.failure !== null) return;
    const room = this.limits.textChars - element.text.length;
    if (text.length > room) element.cut = true;
    element.text += text.slice(0, room);
  }

  /** The first failure counts; the parser's callbacks must not throw through it. */
  private fail(refusal: Refusal): void {
    this.failure ??= refusal;
  }
}

/** The parser says where and what; what it quotes of the text goes on only as far as it can be printed. */
function refusalOf(message: string): Refusal {
  if (/doctype/.test(message)) return unsafe('DOCTYPE');
  if (/entity/.test(message)) return unsafe('entity');
  // `<!ENTITY …` and the like outside of a DOCTYPE.
  if (/incorrect syntax/.test(message)) return unsafe('<!');
  const said = message.replace(/[^\x20-\x7e\u00a1-\uffff]+/g, ' ').slice(0, 160);
  return { code: 'bad-format', detail: `XML ${said}` };
}

/** What a feed of warnings sends, whole: one CAP message, or an Atom index of them. */
import type { Refusal } from '../../contract/refusals.ts';
import { err, ok, type Result } from '../../contract/result.ts';
import type { WarningMessage } from '../../contract/warnings.ts';
import { excerpt } from '../native.ts';
import { isIndex, readIndex, type IndexEntry } from './atom.ts';
import { isAlert, readAlert } from './cap-xml.ts';
import { readXml, unsafe, type XmlLimits } from './xml.ts';

/** What the thread says first: from then on its time counts. */
export const READY = 'ready';

export const MAX_MESSAGE_BYTES = 2 * 1_048_576;
export const MAX_INDEX_BYTES = 10 * 1_048_576;
/** A CAP message nests 5 deep, 8 in an index; a signature a few more. It takes some 200 MB at most. */
const limits: XmlLimits = {
  bytes: MAX_INDEX_BYTES,
  elements: 100_000,
  depth: 32,
  textChars: 131_072,
  attributeChars: 8_192,
  attributes: 100,
  wantedAttributes: ['href', 'rel', 'type', 'src'],
};

export type CapDocument =
  | { readonly kind: 'message'; readonly message: WarningMessage }
  | { readonly kind: 'index'; readonly entries: readonly IndexEntry[] };

export function readCap(bytes: Uint8Array): Result<CapDocument, Refusal> {
  const root = readXml(bytes, limits);
  if (!root.ok) return root;
  if (isIndex(root.value)) {
    const entries = readIndex(root.value);
    return entries.ok ? ok({ kind: 'index', entries: entries.value }) : entries;
  }
  const { name, uri } = root.value;
  if (!isAlert(root.value)) {
    return err({
      code: 'bad-format',
      detail: `<${excerpt(name)} xmlns="${excerpt(uri)}">: CAP 1.1, 1.2, Atom`,
    });
  }
  if (bytes.length > MAX_MESSAGE_BYTES) return err(unsafe(`bytes > ${MAX_MESSAGE_BYTES}`));
  const message = readAlert(root.value);
  return message.ok ? ok({ kind: 'message', message: message.value }) : message;
}

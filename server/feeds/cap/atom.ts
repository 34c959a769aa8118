/** An Atom index of warnings (RFC 4287): entries that hold a CAP message, or say where one lies. */
import type { Refusal } from '../../contract/refusals.ts';
import { err, ok, type Result } from '../../contract/result.ts';
import type { WarningMessage } from '../../contract/warnings.ts';
import { isAlert, readAlert } from './cap-xml.ts';
import { unsafe, type XmlElement } from './xml.ts';

const ATOM = 'http://www.w3.org/2005/Atom';
const MAX_ENTRIES = 2_000;
const MAX_KEY = 1_000;

export interface IndexEntry {
  /** Another one when the entry changes. */
  readonly key: string;
  /** Where its message lies, as it is written there; absent where it says nothing of that. */
  readonly link?: string;
  /** The message it holds; absent where it holds none. */
  readonly message?: Result<WarningMessage, Refusal>;
}

const inAtom = (element: XmlElement, name: string): boolean => element.name === name && element.uri === ATOM;
export const isIndex = (root: XmlElement): boolean => inAtom(root, 'feed') || inAtom(root, 'entry');

export function readIndex(root: XmlElement): Result<readonly IndexEntry[], Refusal> {
  const entries = inAtom(root, 'entry') ? [root] : root.children.filter((c) => inAtom(c, 'entry'));
  return entries.length > MAX_ENTRIES ? err(unsafe(`entries > ${MAX_ENTRIES}`)) : ok(entries.map(readEntry));
}

function readEntry(entry: XmlElement): IndexEntry {
  const textOf = (name: string): string => entry.children.find((c) => inAtom(c, name))?.text.trim() ?? '';
  const content = entry.children.find((c) => inAtom(c, 'content'));
  const alert = content?.children.find(isAlert);
  const message = alert && readAlert(alert);
  const said = message?.ok === true ? `${message.value.identifier} ${message.value.sentAtMs}` : '';
  const link = content?.attributes['src'] || linkOf(entry);
  return {
    key: `${textOf('id')} ${textOf('updated')} ${said}`.slice(0, MAX_KEY),
    ...(link && { link }),
    ...(message && { message }),
  };
}

/** The likeliest of its links to lead to the message itself: one says so, or else it is the entry's page. */
function linkOf(entry: XmlElement): string | undefined {
  const links = entry.children.filter((c) => inAtom(c, 'link')).map((c) => c.attributes);
  const alternate = links.filter((l) => (l['rel'] ?? 'alternate') === 'alternate');
  const best =
    links.find((l) => /^application\/cap\+xml\b/i.test(l['type'] ?? '')) ??
    alternate.find((l) => /\bxml\b/i.test(l['type'] ?? '')) ??
    alternate.find((l) => l['type'] === undefined);
  return best?.['href']?.trim();
}

/**
 * Which messages a CAP message speaks of: `sender,identifier,sent` (CAP 1.2 §3.2.1). Times are compared as moments, by the
 * second: the same one can be written with another offset.
 */
import { instantsOf } from '../../contract/local-time.ts';
import type { WarningMessage } from '../../contract/warnings.ts';

export interface Reference {
  readonly sender: string;
  readonly identifier: string;
  readonly sentAtMs: number;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const TIME =
  /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)T(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)(?:\.\d+)?(?:z|(?<sign>[+-])(?<hours>\d\d):(?<minutes>\d\d))$/i;

export const wholeSecond = (atMs: number): number => Math.floor(atMs / SECOND_MS) * SECOND_MS;

/** Null where it is no moment: without its offset a time says nothing. */
function instantOf(text: string): number | null {
  const parts = TIME.exec(text)?.groups;
  if (parts === undefined) return null;
  const part = (name: string): number => Number(parts[name] ?? 0);
  const date = { year: part('year'), month: part('month'), day: part('day') };
  const clock = { hour: part('hour'), minute: part('minute'), second: part('second') };
  const [asUtcMs] = instantsOf({ ...date, ...clock }, 'UTC');
  if (asUtcMs === undefined) return null;
  const offsetMs = (part('hours') * 60 + part('minutes')) * MINUTE_MS;
  return asUtcMs + (parts['sign'] === '-' ? offsetMs : -offsetMs);
}

/** Null where it names no message. */
function readReference(text: string): Reference | null {
  const [first, last] = [text.indexOf(','), text.lastIndexOf(',')];
  if (first === last) return null;
  const sentAtMs = instantOf(text.slice(last + 1).trim());
  if (sentAtMs === null) return null;
  return { sender: text.slice(0, first).trim(), identifier: text.slice(first + 1, last).trim(), sentAtMs };
}

/**
 * The messages whose place it takes or that it cancels: of its own sender, and none sent after it. What it says of others’
 * messages does not bind them.
 */
export function endedReferences(m: WarningMessage): readonly Reference[] {
  if (m.messageType !== 'Update' && m.messageType !== 'Cancel') return [];
  return m.references.flatMap((text) => {
    const r = readReference(text);
    const counts = r !== null && r.sender === m.sender && r.sentAtMs <= wholeSecond(m.sentAtMs);
    return counts ? [r] : [];
  });
}

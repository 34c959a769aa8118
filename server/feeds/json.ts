/** JSON from outside, as a Result: strict UTF-8, bounded nesting, and one sentence on what is wrong. */
import type { Refusal } from '../contract/refusals.ts';
import { err, ok, type Result } from '../contract/result.ts';

/** No format of ours nests deeper than six. */
export const MAX_DEPTH = 32;

const utf8 = new TextDecoder('utf-8', { fatal: true });

export function parseJson(bytes: Buffer, start = 0, end = bytes.length): Result<unknown, Refusal> {
  if (tooDeep(bytes, start, end)) return err({ code: 'too-deep' });
  let text: string;
  try {
    text = utf8.decode(bytes.subarray(start, end));
  } catch (cause) {
    if (cause instanceof TypeError) return err({ code: 'not-json', detail: 'the text is not UTF-8' });
    throw cause;
  }
  try {
    return ok(JSON.parse(text) as unknown);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    // The parser quotes the text in its message: only what is printable of it goes on.
    const detail = cause.message.replace(/[^\x20-\x7e\u00a1-\uffff]+/g, ' ').slice(0, 160);
    return err({ code: 'not-json', detail });
  }
}

/** Whether brackets outside of strings nest deeper than the limit. */
function tooDeep(bytes: Buffer, start: number, end: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = start; i < end; i++) {
    const c = bytes[i];
    if (inString) {
      if (c === 0x5c) i++;
      else if (c === 0x22) inString = false;
    } else if (c === 0x22) inString = true;
    else if (c === 0x7b || c === 0x5b) {
      if (++depth > MAX_DEPTH) return true;
    } else if (c === 0x7d || c === 0x5d) depth--;
  }
  return false;
}

/** Whether a value that is already parsed (from a socket) nests deeper than the limit. */
export function valueTooDeep(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (depth >= MAX_DEPTH) return true;
  for (const inner of Object.values(value)) if (valueTooDeep(inner, depth + 1)) return true;
  return false;
}

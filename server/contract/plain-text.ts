/**
 * Text that people type and others read. Markup, control characters and characters that reverse or hide what is
 * written are refused, not silently removed: a name must be what it looks like (Unicode TR 36, §2).
 */
import { z } from 'zod';

/** Tags and comments; a lone “<” as in “< 5 m” is fine. */
const MARKUP = /<[a-z!/?]/i;
/** C0 and C1 controls except tab and line break. */
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;
/** Bidirectional overrides and isolates, zero-width characters, the byte order mark, tags. */
const HIDDEN = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|[\u{e0000}-\u{e007f}]/u;

/** Why a text is refused; null where it may be taken. */
export function textFault(text: string): 'markup' | 'control' | 'hidden' | null {
  if (CONTROL.test(text)) return 'control';
  if (HIDDEN.test(text)) return 'hidden';
  return MARKUP.test(text) ? 'markup' : null;
}

/** Trimmed text of 1…`max` characters without markup, control or hidden characters. */
export const plainText = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .superRefine((text, ctx) => {
      const fault = textFault(text);
      if (fault !== null) ctx.addIssue({ code: 'custom', message: `text:${fault}` });
    });

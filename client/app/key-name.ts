/** What a key is called in the table of actions: a small letter alone, a capital with Shift, whatever Caps Lock does. */

const LETTER = /^\p{L}$/u;

export function keyName(event: Pick<KeyboardEvent, 'key' | 'shiftKey'>): string {
  const { key, shiftKey } = event;
  if (!LETTER.test(key)) return key;
  return shiftKey ? key.toUpperCase() : key.toLowerCase();
}

const shown: Readonly<Record<string, string>> = { Escape: 'Esc' };

/** The key as people read it: `⇧A`. */
export const keyCap = (key: string): string => shown[key] ?? (/^\p{Lu}$/u.test(key) ? `⇧${key}` : key);

/**
 * What is typed after `new`: a category in any words for it, a phone number, and the rest is where. Pure; what is not
 * understood stays in the address, so that nothing a caller said is lost.
 */
import type { CategoryCode } from '../../server/contract/categories.ts';
import { categoryAtStart, categoryOf } from './category-search.ts';

export interface Prefill {
  readonly category: CategoryCode | null;
  readonly phone: string;
  readonly address: string;
}

/** Mainland mobile numbers, and landlines with their area code. */
const PHONE = /^(?:\+?86)?(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8})$/;
/** English names of categories have at most so many words. */
const MOST_WORDS = 4;

export function parsePrefill(text: string): Prefill {
  const words = text.trim().split(/\s+/).filter(Boolean);
  const phoneAt = words.findIndex((word) => PHONE.test(word));
  const phone = phoneAt < 0 ? '' : words.splice(phoneAt, 1)[0]!;
  const rest = (from: number, to?: number): string => words.slice(from, to).join(' ');
  // The longest run of words at the beginning or the end that is a category.
  for (let n = Math.min(MOST_WORDS, words.length); n > 0; n--) {
    const first = categoryOf(rest(0, n));
    if (first) return { category: first, phone, address: rest(n) };
    const last = categoryOf(rest(words.length - n));
    if (last) return { category: last, phone, address: rest(0, words.length - n) };
  }
  const whole = rest(0);
  const begun = categoryAtStart(whole);
  if (begun) return { category: begun.code, phone, address: whole.slice(begun.length).trim() };
  return { category: null, phone, address: whole };
}

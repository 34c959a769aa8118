/** Text that people read, in the product's two languages. Chinese first, English equal. */
import { z } from 'zod';

export const localText = z.object({ zh: z.string().max(2_000), en: z.string().max(2_000) });
export type LocalText = z.infer<typeof localText>;

export const languages = ['zh-CN', 'en-US'] as const;
export type Language = (typeof languages)[number];

/** The text in `language`, or in the other language where that one is empty. */
export function textIn(text: LocalText, language: Language): string {
  return language === 'zh-CN' ? text.zh || text.en : text.en || text.zh;
}

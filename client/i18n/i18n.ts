/** The two languages: one i18next instance, keys typed from the Chinese table. */
import { createInstance } from 'i18next';
import type { Language } from '../../server/contract/text.ts';
import { en } from './en.ts';
import { zh, type MessageKey } from './zh.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    keySeparator: false;
    nsSeparator: false;
    resources: { translation: Record<MessageKey, string> };
  }
}

export type { MessageKey } from './zh.ts';
export type Params = Readonly<Record<string, string | number>>;
export type Translate = (key: MessageKey, params?: Params) => string;

export const catalogues = { 'zh-CN': zh, 'en-US': en } as const satisfies Record<Language, unknown>;

/** Fills `{{name}}` of a sentence: what i18next does, without an instance, for tests and for the first screen. */
export function fill(text: string, params: Params = {}): string {
  return text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) =>
    Object.hasOwn(params, name) ? String(params[name]) : whole,
  );
}

export const translator =
  (language: Language): Translate =>
  (key, params) =>
    fill(catalogues[language][key], params);

export const i18n = createInstance();

export function startI18n(language: Language): void {
  void i18n.init({
    lng: language,
    fallbackLng: 'zh-CN',
    resources: { 'zh-CN': { translation: zh }, 'en-US': { translation: en } },
    keySeparator: false,
    nsSeparator: false,
    initAsync: false,
    interpolation: { escapeValue: false },
  });
}

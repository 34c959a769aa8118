/** What came of something a person did: a sentence in the language of the screen, or nothing to say. */
import type { MessageKey, Params } from '../i18n/i18n.ts';

export interface Said {
  readonly key: MessageKey;
  readonly params?: Params;
}
export type Outcome =
  { readonly ok: true; readonly said?: Said } | { readonly ok: false; readonly said: Said };

export const done = (key?: MessageKey, params?: Params): Outcome =>
  key === undefined ? { ok: true } : { ok: true, said: params ? { key, params } : { key } };
export const refused = (key: MessageKey, params?: Params): Outcome => ({
  ok: false,
  said: params ? { key, params } : { key },
});

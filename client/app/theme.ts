/** Puts a theme and a language on the page: CSS variables from the tokens, `lang` for screen readers and fonts. */
import type { Language } from '../../server/contract/text.ts';
import { cssVariables, type Theme } from '../ui/tokens.ts';

export function showTheme(theme: Theme, language: Language, page: Document = document): void {
  const root = page.documentElement;
  root.dataset['theme'] = theme;
  root.lang = language;
  root.style.colorScheme = theme;
  for (const [name, value] of Object.entries(cssVariables(theme))) root.style.setProperty(name, value);
}

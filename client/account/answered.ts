/** The first questions of a screen: asked until the server answers, saying meanwhile why it does not. */
import { textIn, type Language } from '../../server/contract/text.ts';
import { translator } from '../i18n/i18n.ts';
import { ApiError } from '../sync/api.ts';

const RETRY_S = 3;

/** A screen on a wall may be switched on before its server. Leaves `root` empty. */
export async function answered<T>(ask: () => Promise<T>, root: HTMLElement, language: Language): Promise<T> {
  for (;;) {
    try {
      const answer = await ask();
      root.textContent = '';
      return answer;
    } catch (error) {
      const reason = error instanceof ApiError ? textIn(error.text, language) : String(error);
      const note = document.createElement('p');
      note.className = 'cb-boot';
      note.setAttribute('role', 'alert');
      note.textContent = translator(language)('app.noConfig', { reason, seconds: RETRY_S });
      root.replaceChildren(note);
      await new Promise((resolve) => setTimeout(resolve, RETRY_S * 1_000));
    }
  }
}

/** Keys of the whole screen: one listener a window (a popped-out panel has its own), the table of actions decides. */
import type { Outcome } from './actions.ts';
import { actionOfKey } from './actions.ts';
import { deeds } from './deeds.ts';
import { keyName } from './key-name.ts';

/** Where typing means text, a key is not an action. */
function isTyping(target: EventTarget | null): boolean {
  const el = target as HTMLElement | null;
  if (!el || typeof el.closest !== 'function') return false;
  return (
    el.isContentEditable ||
    el.closest('textarea, select, [role="combobox"], [role="listbox"]:not(.cb-list), [role="menu"]') !==
      null ||
    (el.tagName === 'INPUT' && !['checkbox', 'radio', 'button'].includes((el as HTMLInputElement).type))
  );
}

export function listenForKeys(target: Window, report: (outcome: Outcome) => void): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (isTyping(event.target)) {
      if (event.key === 'Escape') (event.target as HTMLElement).blur();
      return;
    }
    const action = actionOfKey(keyName(event));
    if (!action) return;
    event.preventDefault();
    Promise.resolve(action.run(deeds, []))
      .then(report)
      .catch((error: unknown) =>
        report({ ok: false, said: { key: 'cmd.failed', params: { reason: String(error) } } }),
      );
  };
  target.addEventListener('keydown', onKey);
  return () => target.removeEventListener('keydown', onKey);
}

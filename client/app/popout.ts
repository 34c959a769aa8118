/** A panel on a second screen: its window gets the theme, the styles that come later, and the keys. */
import { useDesk } from '../desk/desk.ts';
import type { Outcome } from './actions.ts';
import { listenForKeys } from './keys.ts';
import { showTheme } from './theme.ts';

export function dressPopout(popout: Window, report: (outcome: Outcome) => void): void {
  const page = popout.document;
  const dress = (): void => {
    const { theme, language } = useDesk.getState();
    showTheme(theme, language, page);
    page.body.className = 'cb-popout';
  };
  dress();
  const stops = [useDesk.subscribe(dress), listenForKeys(popout, report)];
  // Style sheets that components bring when they are first drawn go to the opener's head; copy them here.
  const copies = new Map<Node, Node>();
  const copy = (node: Node): void => {
    if (!(node instanceof HTMLStyleElement || node instanceof HTMLLinkElement)) return;
    const twin = page.importNode(node, true);
    copies.get(node)?.parentNode?.removeChild(copies.get(node)!);
    copies.set(node, twin);
    page.head.append(twin);
  };
  const observer = new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) copy(node instanceof Text ? (node.parentNode ?? node) : node);
      for (const node of change.removedNodes) {
        const twin = copies.get(node);
        twin?.parentNode?.removeChild(twin);
        copies.delete(node);
      }
    }
  });
  observer.observe(document.head, { childList: true, subtree: true });
  popout.addEventListener('pagehide', () => {
    observer.disconnect();
    for (const stop of stops) stop();
  });
}

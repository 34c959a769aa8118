/**
 * Leads to what is wrong in a form: the first control gets the focus, of a field in both languages the one of the screen; its
 * sentence comes into sight with it.
 */
export function toFault(form: HTMLElement | null, wrong: string): void {
  // What is wrong is only drawn after the act that asked.
  setTimeout(() => {
    const found = form?.querySelector<HTMLElement>(wrong);
    if (!found) return;
    const language = found.ownerDocument.documentElement.lang.slice(0, 2);
    const own = found.closest('.cb-both')?.querySelector<HTMLElement>(`[lang^="${language}"]`);
    const first = own ?? found;
    first.focus({ preventScroll: true });
    // Not the nearest edge: there the foot of the form lies over it.
    first.scrollIntoView({ block: 'center' });
  }, 0);
}

/**
 * Tells the server which case this screen shows, so that two people see that they look at the same (UI-103). What is
 * looked at for a moment only is not told; after a reconnect or as somebody else it is told again.
 */
import type { Session } from '../sync/session.ts';

/** A list that is gone through with the keyboard passes many cases. */
const SETTLED_MS = 500;

export interface PresenceParts {
  readonly session: Pick<Session, 'command' | 'connection' | 'onConnection'>;
  /** The selected case; null: none. */
  readonly incident: () => string | null;
  readonly signedIn: () => boolean;
  /** Runs when the selection or the person may have changed; answers how to stop. */
  readonly onChange: (run: () => void) => () => void;
  readonly setTimer: (run: () => void, delayMs: number) => () => void;
}

export function tellPresence(parts: PresenceParts): () => void {
  const { session } = parts;
  let told: string | null = null;
  let whole = session.connection.resyncedAtMs;
  let cancel: (() => void) | null = null;
  const tell = async (): Promise<void> => {
    cancel = null;
    const incident = parts.incident();
    if (!parts.signedIn() || incident === told) return;
    told = incident;
    const answer = await session.command('presence.view', { incident });
    // Untold, it is told with the next change or reconnect.
    if (!answer.ok && told === incident) told = null;
  };
  const soon = (): void => {
    cancel?.();
    cancel = parts.setTimer(() => void tell(), SETTLED_MS);
  };
  const stops = [
    parts.onChange(soon),
    session.onConnection(() => {
      if (session.connection.resyncedAtMs === whole) return;
      whole = session.connection.resyncedAtMs;
      told = null;
      soon();
    }),
  ];
  return () => {
    cancel?.();
    for (const stop of stops) stop();
  };
}

/** Who else looks at a case. Pure. */
import type { PresenceRecord } from '../../server/contract/records.ts';

/** The others, each once, however many screens they have open. */
export function othersAt(
  incident: string,
  all: readonly PresenceRecord[],
  me: string | undefined,
): readonly PresenceRecord[] {
  const seen = new Set<string>();
  return all.filter((p) => {
    if (p.incident !== incident || p.user === me || seen.has(p.user)) return false;
    seen.add(p.user);
    return true;
  });
}

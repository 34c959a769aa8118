/** What consoles were told against what the journal holds: every acknowledged command once, nothing twice. */
import { auditJournal } from '../../../server/storage/audit-source.ts';
import { openStores } from '../../../server/storage/open-stores.ts';
import type { JournalEntry } from '../../../server/live/ports.ts';

export interface JournalPlace {
  readonly dataDir: string;
  readonly databaseUrl: string | null;
}

export interface Balance {
  readonly acknowledged: number;
  /** Acknowledged, and not in the journal where the answer said. */
  readonly lost: readonly string[];
  /** Commands whose one entry is there more than once. */
  readonly duplicated: readonly string[];
}

/** `acknowledged`: the seq each command was answered with, by its id. Only for commands that write one entry. */
export async function balance(
  place: JournalPlace,
  acknowledged: ReadonlyMap<string, number>,
): Promise<Balance> {
  return balanceOf(await entriesOf(place), acknowledged);
}

export function balanceOf(
  entries: readonly JournalEntry[],
  acknowledged: ReadonlyMap<string, number>,
): Balance {
  const written = new Map<string, number[]>();
  for (const { command, seq } of entries) {
    if (command === undefined) continue;
    const at = written.get(command);
    if (at) at.push(seq);
    else written.set(command, [seq]);
  }
  return {
    acknowledged: acknowledged.size,
    lost: [...acknowledged].filter(([id, seq]) => !written.get(id)?.includes(seq)).map(([id]) => id),
    duplicated: [...written].filter(([, at]) => at.length > 1).map(([id]) => id),
  };
}

/** The whole journal of a server that has ended. @throws where its chain is broken. */
export async function entriesOf(place: JournalPlace): Promise<JournalEntry[]> {
  const { findings } = await auditJournal({ ...place, expect: null });
  if (findings.length > 0) throw new Error(findings.map((f) => f.text.en).join('; '));
  const { journal, accounts } = await openStores({ ...place, onProblem: () => undefined });
  const entries: JournalEntry[] = [];
  for await (const entry of journal.read(0)) entries.push(entry);
  await journal.close();
  await accounts.close();
  return entries;
}

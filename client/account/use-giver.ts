/** Commands of one panel or card: whether it waits for an answer, and what it was told last. */
import { useMemo, useState } from 'react';
import type { CommandPayloads, CommandResult, CommandType } from '../../server/contract/commands.ts';
import type { Refusal } from '../../server/contract/refusals.ts';
import { session } from '../desk/desk.ts';
import { useText } from '../desk/hooks.ts';
import { Giver, sentenceOf } from './give.ts';

/** `give` answers null where it was refused; `said` is the sentence then. */
export function useGiver(): {
  readonly busy: boolean;
  readonly said: string | null;
  readonly clear: () => void;
  readonly give: <T extends CommandType>(
    type: T,
    payload: CommandPayloads[T],
  ) => Promise<CommandResult | null>;
} {
  const { t, language } = useText();
  const [refused, setRefused] = useState<Refusal | null>(null);
  const [busy, setBusy] = useState(false);
  const giver = useMemo(() => new Giver(session), []);
  return {
    busy,
    said: refused && sentenceOf(refused, t, language),
    clear: () => setRefused(null),
    give: async (type, payload) => {
      setBusy(true);
      setRefused(null);
      try {
        const given = await giver.give(type, payload);
        if (given.ok) return given.result;
        setRefused(given.refusal);
        return null;
      } finally {
        setBusy(false);
      }
    },
  };
}

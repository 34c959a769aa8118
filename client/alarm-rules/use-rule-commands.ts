/** Commands about rules, given on the version that was read: who was faster is told apart from other refusals. */
import { useMemo, useState } from 'react';
import type { CommandPayloads, CommandType } from '../../server/contract/commands.ts';
import type { Refusal } from '../../server/contract/refusals.ts';
import { Giver, sentenceOf } from '../account/give.ts';
import { session } from '../desk/desk.ts';
import { useText } from '../desk/hooks.ts';

type RuleCommand = Extract<CommandType, `rule.${string}`>;

export function useRuleCommands(): {
  readonly busy: boolean;
  /** Why the last was refused; null where it was not. */
  readonly said: string | null;
  readonly conflict: boolean;
  readonly clear: () => void;
  readonly give: <T extends RuleCommand>(
    type: T,
    payload: CommandPayloads[T],
    expected?: number,
  ) => Promise<boolean>;
} {
  const { t, language } = useText();
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [busy, setBusy] = useState(false);
  const giver = useMemo(() => new Giver(session), []);
  return {
    busy,
    said: refusal && sentenceOf(refusal, t, language),
    conflict: refusal?.code === 'version-conflict',
    clear: () => setRefusal(null),
    give: async (type, payload, expected) => {
      setBusy(true);
      setRefusal(null);
      try {
        const given = await giver.give(type, payload, expected);
        if (!given.ok) setRefusal(given.refusal);
        return given.ok;
      } finally {
        setBusy(false);
      }
    },
  };
}

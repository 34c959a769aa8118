/** Runs what a button does and says what came of it, as a key or the command line would. */
import { App } from 'antd';
import { useState } from 'react';
import { useText } from '../desk/hooks.ts';
import type { Outcome } from '../desk/outcome.ts';
import { playTone } from './tone.ts';

export type Run = (deed: () => Outcome | Promise<Outcome>) => Promise<boolean>;

/** `busy` while one is under way, so that a second click does not ask twice. */
export function useRun(): { readonly run: Run; readonly busy: boolean } {
  const { t } = useText();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const run: Run = async (deed) => {
    setBusy(true);
    try {
      const outcome = await deed();
      if (outcome.said) {
        playTone(outcome.ok);
        const content = t(outcome.said.key, outcome.said.params);
        if (outcome.ok) void message.info(content, 2);
        else void message.warning(content, 5);
      }
      return outcome.ok;
    } finally {
      setBusy(false);
    }
  };
  return { run, busy };
}

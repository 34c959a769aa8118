/** Which case a screen shows is told once it stays, and again when the server may have forgotten. */
import { expect, it } from 'vitest';
import { tellPresence, type PresenceParts } from '../../../client/account/presence.ts';
import { connectingState, type ConnectionState } from '../../../client/sync/connection.ts';
import type { CommandAnswer } from '../../../server/contract/sync.ts';

function rig() {
  const told: unknown[] = [];
  let change: () => void = () => undefined;
  let connected: () => void = () => undefined;
  let due: (() => void) | null = null;
  const state = {
    incident: null as string | null,
    signedIn: true,
    answer: { ok: true, seq: 0 } as CommandAnswer,
  };
  const session: PresenceParts['session'] & { connection: ConnectionState } = {
    connection: connectingState,
    command: (type: string, payload: unknown): Promise<CommandAnswer> => {
      told.push([type, payload]);
      return Promise.resolve(state.answer);
    },
    onConnection: (cb: () => void) => {
      connected = cb;
      return () => undefined;
    },
  };
  tellPresence({
    session,
    incident: () => state.incident,
    signedIn: () => state.signedIn,
    onChange: (run) => {
      change = run;
      return () => undefined;
    },
    setTimer: (run) => {
      due = run;
      return () => {
        due = null;
      };
    },
  });
  return {
    told,
    state,
    look(incident: string | null) {
      state.incident = incident;
      change();
    },
    resync(atMs: number) {
      session.connection = { ...session.connection, resyncedAtMs: atMs };
      connected();
    },
    async stay() {
      const run = due;
      due = null;
      run?.();
      await Promise.resolve();
      await Promise.resolve();
    },
  };
}

it('UI-103 tells the case that stays, not those passed on the way, and null when none is left', async () => {
  const r = rig();
  r.look('a');
  r.look('b');
  await r.stay();
  r.look('b');
  await r.stay();
  r.look(null);
  await r.stay();
  expect(r.told).toEqual([
    ['presence.view', { incident: 'b' }],
    ['presence.view', { incident: null }],
  ]);
});

it('UI-103 tells it again after a reconnect, after a refusal with the next change, and nothing unknown', async () => {
  const r = rig();
  r.look('a');
  await r.stay();
  r.resync(5);
  await r.stay();
  expect(r.told).toHaveLength(2);
  r.state.answer = { ok: false, refusal: { code: 'rate-limited' } };
  r.look('b');
  await r.stay();
  r.look('b');
  await r.stay();
  expect(r.told).toHaveLength(4);
  r.state.signedIn = false;
  r.look('c');
  await r.stay();
  expect(r.told).toHaveLength(4);
});

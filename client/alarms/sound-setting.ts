/** Whether this person hears alarms on this machine: kept by account. Emergencies are heard whatever it says. */
import { create } from 'zustand';
import { me, useAccount } from '../account/me.ts';
import { readStored, store } from '../desk/desk.ts';

const keyOf = (account: string | undefined): string => `city-brain.alarm-sound.${account ?? 'nobody'}`;

interface SoundSettingState {
  /** Chosen since the page was opened, by account: counts where the browser stores nothing. */
  readonly chosen: ReadonlyMap<string, boolean>;
  /** The browser lets something be heard: somebody has touched the page. */
  readonly ready: boolean;
}
export const useSoundSetting = create<SoundSettingState>(() => ({ chosen: new Map(), ready: false }));

export function isMuted(): boolean {
  const key = keyOf(me()?.id);
  return useSoundSetting.getState().chosen.get(key) ?? readStored(key) === 'muted';
}

export function useMuted(): boolean {
  useSoundSetting((s) => s.chosen);
  useAccount((s) => s.person?.id);
  return isMuted();
}

export function setMuted(muted: boolean): void {
  const key = keyOf(me()?.id);
  store(key, muted ? 'muted' : 'on');
  useSoundSetting.setState((s) => ({ chosen: new Map(s.chosen).set(key, muted) }));
}

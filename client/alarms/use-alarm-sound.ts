/** Lets alarms be heard on this screen, and tells what rang last, for those who read the screen by ear. */
import { useEffect, useState } from 'react';
import type { AlarmRecord } from '../../server/contract/alarms.ts';
import { useMay } from '../account/me.ts';
import { session } from '../desk/desk.ts';
import { playAlarm, unlockSound } from './sound.ts';
import { decideSound, type Heard } from './sound-decision.ts';
import { isMuted, useSoundSetting } from './sound-setting.ts';

/** An emergency that sounds again, and what waits its second, are looked for so often. */
const LOOK_EVERY_MS = 250;
const gestures = ['pointerdown', 'keydown'] as const;

/** A browser lets a page be heard only after somebody has touched it. */
function useGesture(wanted: boolean): void {
  const ready = useSoundSetting((s) => s.ready);
  useEffect(() => {
    if (!wanted || ready) return undefined;
    const touched = (): void => {
      unlockSound().then(
        (now) => useSoundSetting.setState({ ready: now }),
        (error: unknown) => console.info('no sound', error),
      );
    };
    for (const gesture of gestures) addEventListener(gesture, touched);
    return () => {
      for (const gesture of gestures) removeEventListener(gesture, touched);
    };
  }, [wanted, ready]);
}

/** Answers the alarm that rang last; null until one does. Only who may acknowledge is called. */
export function useAlarmSound(): { readonly last: AlarmRecord | null; readonly called: boolean } {
  const called = useMay('alarm.acknowledge');
  const [last, setLast] = useState<AlarmRecord | null>(null);
  useGesture(called);
  useEffect(() => {
    if (!called) return undefined;
    let heard: Heard | null = null;
    const look = (): void => {
      const { mirror } = session();
      // Before the server's whole answer to this person is in, nothing is known to ring.
      if (mirror.epoch === '') {
        heard = null;
        return;
      }
      const decided = decideSound(heard, mirror.records.alarm.values(), {
        nowMs: Date.now(),
        muted: isMuted(),
        flood: Boolean(mirror.records.watch.get('alarms')?.flood),
        ready: useSoundSetting.getState().ready,
      });
      heard = decided.heard;
      if (decided.play !== null) playAlarm(decided.play);
      const [first] = decided.rung;
      if (first) setLast(first);
    };
    look();
    const timer = setInterval(look, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [called]);
  return { last, called };
}

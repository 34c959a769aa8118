/**
 * Two short tones: a command was taken (rising) or refused (falling). None before the person has touched the page (the
 * browser would not let it sound anyway), none where tones are switched off.
 */
import { useDesk } from '../desk/desk.ts';

const TAKEN_HZ = [660, 990] as const;
const REFUSED_HZ = [330, 220] as const;
const NOTE_S = 0.07;
const VOLUME = 0.06;

let context: AudioContext | null = null;

export function playTone(taken: boolean): void {
  if (!useDesk.getState().tones || !navigator.userActivation?.hasBeenActive) return;
  context ??= new AudioContext();
  const now = context.currentTime;
  const gain = context.createGain();
  gain.gain.setValueAtTime(VOLUME, now);
  gain.gain.exponentialRampToValueAtTime(0.001, now + 2 * NOTE_S);
  gain.connect(context.destination);
  const voice = context.createOscillator();
  voice.type = 'triangle';
  for (const [i, hz] of (taken ? TAKEN_HZ : REFUSED_HZ).entries())
    voice.frequency.setValueAtTime(hz, now + i * NOTE_S);
  voice.connect(gain);
  voice.start(now);
  voice.stop(now + 2 * NOTE_S);
}

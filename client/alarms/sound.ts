/**
 * How an alarm sounds: bursts of pulses that tell the priorities apart without looking (after IEC 60601-1-8: five
 * pulses, three, two, from high and quick to low and slow). Nothing is loaded: WebAudio makes the tones.
 */
import type { AlarmPriority } from '../../server/contract/alarms.ts';

interface Burst {
  readonly hz: readonly number[];
  /** From the beginning of a pulse to the next, and how long each is heard. */
  readonly everyS: number;
  readonly pulseS: number;
  readonly volume: number;
}
const bursts: Readonly<Record<AlarmPriority, Burst>> = {
  1: { hz: [988, 784, 988, 784, 988], everyS: 0.15, pulseS: 0.11, volume: 0.22 },
  2: { hz: [659, 659, 523], everyS: 0.24, pulseS: 0.17, volume: 0.13 },
  3: { hz: [440, 392], everyS: 0.32, pulseS: 0.24, volume: 0.08 },
};
const EDGE_S = 0.012;

let context: AudioContext | null = null;

/** Must run in a gesture of the person; answers whether something can be heard from now on. */
export async function unlockSound(): Promise<boolean> {
  context ??= new AudioContext();
  if (context.state !== 'running') await context.resume();
  return context.state === 'running';
}

export function playAlarm(priority: AlarmPriority): void {
  if (context?.state !== 'running') return;
  const { hz, everyS, pulseS, volume } = bursts[priority];
  const begin = context.currentTime + 0.02;
  for (const [i, pitch] of hz.entries()) {
    const at = begin + i * everyS;
    const gain = context.createGain();
    // Soft edges: a tone that begins at once clicks.
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(volume, at + EDGE_S);
    gain.gain.setValueAtTime(volume, at + pulseS - EDGE_S);
    gain.gain.linearRampToValueAtTime(0, at + pulseS);
    gain.connect(context.destination);
    const voice = context.createOscillator();
    voice.type = 'triangle';
    voice.frequency.setValueAtTime(pitch, at);
    voice.connect(gain);
    voice.start(at);
    voice.stop(at + pulseS);
  }
}

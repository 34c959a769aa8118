/** What is still before a unit on its green wave, and what it has gained. Pure. */
import type { WaveRecord } from '../../server/contract/signal-control.ts';

type WaveJunction = WaveRecord['junctions'][number];

export interface WaveAhead {
  readonly shown: readonly WaveJunction[];
  /** Further ones that are not shown. */
  readonly more: number;
  readonly passed: number;
}
export function waveAhead({ junctions }: Pick<WaveRecord, 'junctions'>, most: number): WaveAhead {
  const ahead = junctions.filter((j) => j.state !== 'passed');
  return {
    shown: ahead.slice(0, most),
    more: Math.max(0, ahead.length - most),
    passed: junctions.length - ahead.length,
  };
}

/** What was not measured is not said. */
export const savedSeconds = (wave: Pick<WaveRecord, 'savedS'> | undefined): number | null =>
  wave?.savedS === undefined ? null : Math.round(wave.savedS);

/** Where the heads of the signals stand and what each shows; no drawing. */
import { signalStates } from '../../../server/contract/frames.ts';
import { UNIT_M_EQUATOR } from '../../sync/vehicle-store.ts';
import { lonLatOfUnits, type Network } from '../network.ts';

export const SIGNALS_FROM_ZOOM = 15.5;
/** Metres before the end of the link, and from its line to the driving side. */
const STOP_LINE_M = 7;
const ASIDE_M = 4.5;

/** Heads of all signals, made once a city; heads of one signal follow each other. */
export interface SignalHeads {
  readonly count: number;
  /** lon, lat of each head. */
  readonly positions: Float64Array;
  readonly signal: Uint32Array;
  /** Bit p is set where the head's link has green in phase p. */
  readonly greens: Uint16Array;
}

export function buildHeads(network: Network, drivesOn: 'right' | 'left'): SignalHeads {
  const heads: { lon: number; lat: number; signal: number; greens: number }[] = [];
  const side = drivesOn === 'right' ? 1 : -1;
  network.signals.forEach((signal, s) => {
    const greens = new Map<number, number>();
    signal.greens.forEach((links, phase) => {
      for (const link of links) greens.set(link, (greens.get(link) ?? 0) | (1 << phase));
    });
    const unitM = UNIT_M_EQUATOR * Math.cos((signal.position[1] * Math.PI) / 180);
    for (const [link, bits] of greens) {
      if (link < 0 || link >= network.linkCount) continue;
      const at = beforeEnd(network, link, STOP_LINE_M / unitM, (side * ASIDE_M) / unitM);
      const [lon, lat] = lonLatOfUnits(at[0], at[1], network.originX, network.originY);
      heads.push({ lon, lat, signal: s, greens: bits });
    }
  });
  return {
    count: heads.length,
    positions: Float64Array.from(heads.flatMap((h) => [h.lon, h.lat])),
    signal: Uint32Array.from(heads.map((h) => h.signal)),
    greens: Uint16Array.from(heads.map((h) => h.greens)),
  };
}

/** The point `back` units before a link's end, `aside` units to the right of travel. */
function beforeEnd(network: Network, link: number, back: number, aside: number): [number, number] {
  const { points, start } = network;
  let rest = back;
  for (let i = start[link + 1]! - 2; i >= start[link]!; i--) {
    const dx = points[i * 2 + 2]! - points[i * 2]!;
    const dy = points[i * 2 + 3]! - points[i * 2 + 1]!;
    const l = Math.hypot(dx, dy) || 1;
    if (rest <= l || i === start[link]) {
      const k = Math.min(rest, l) / l;
      return [points[i * 2 + 2]! - dx * k - (dy / l) * aside, points[i * 2 + 3]! - dy * k + (dx / l) * aside];
    }
    rest -= l;
  }
  return [0, 0];
}

export type HeadState = 'green' | 'yellow' | 'all-red' | 'dark' | 'flashing';

/** What one head shows: its phase's state, red in every other phase. */
export function headState(state: number, greens: number): HeadState {
  const name = signalStates[state >> 4] ?? 'dark';
  if (name === 'dark' || name === 'flashing') return name;
  const on = (greens & (1 << (state & 15))) !== 0;
  if (name === 'all-red' || !on) return 'all-red';
  return name;
}

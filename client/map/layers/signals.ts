/** Signals close up: one head an approach at its stop line, in the colour of its phase, with the seconds left. */
import { ScatterplotLayer, TextLayer } from '@deck.gl/layers';
import type { Layer } from '@deck.gl/core';
import { REMAINING_UNKNOWN, signalStates } from '../../../server/contract/frames.ts';
import type { LonLat } from '../../../server/contract/geo.ts';
import type { Telemetry } from '../../sync/telemetry.ts';
import { UNIT_M_EQUATOR } from '../../sync/vehicle-store.ts';
import { rgb, tokens, type Theme } from '../../ui/tokens.ts';
import { lonLatOfUnits, type Network } from '../network.ts';
import { textLook } from './text.ts';

export const SIGNALS_FROM_ZOOM = 15.5;
const SECONDS_FROM_ZOOM = 17.2;
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

/** Seconds left at `nowMs`, null where the signal does not say. */
export function secondsLeft(telemetry: Telemetry, signal: number, nowMs: number): number | null {
  const remaining = telemetry.signalRemaining[signal];
  if (remaining === undefined || remaining === REMAINING_UNKNOWN) return null;
  return Math.max(0, Math.round(remaining - (nowMs - telemetry.signalAtMs[signal]!) / 1_000));
}

export interface SignalView {
  readonly zoom: number;
  readonly theme: Theme;
  readonly nowMs: number;
  readonly bbox: readonly [number, number, number, number];
}

interface Countdown {
  readonly position: LonLat;
  readonly text: string;
}

export function signalLayers(heads: SignalHeads, telemetry: Telemetry, view: SignalView): Layer[] {
  const t = tokens[view.theme];
  const colours = Object.fromEntries(signalStates.map((s) => [s, rgb(t.signal[s])])) as Record<
    HeadState,
    [number, number, number]
  >;
  const positions: number[] = [];
  const fill: number[] = [];
  const countdowns: Countdown[] = [];
  let last = -1;
  for (let i = 0; i < heads.count; i++) {
    const lon = heads.positions[i * 2]!;
    const lat = heads.positions[i * 2 + 1]!;
    if (lon < view.bbox[0] || lon > view.bbox[2] || lat < view.bbox[1] || lat > view.bbox[3]) continue;
    const s = heads.signal[i]!;
    const state = telemetry.signalState[s] ?? 3 << 4;
    positions.push(lon, lat);
    fill.push(...colours[headState(state, heads.greens[i]!)], 255);
    if (view.zoom < SECONDS_FROM_ZOOM || s === last) continue;
    const left = secondsLeft(telemetry, s, view.nowMs);
    if (left === null || headState(state, heads.greens[i]!) === 'all-red') continue;
    last = s;
    countdowns.push({ position: [lon, lat], text: String(left) });
  }
  const near = Math.max(0, Math.min(1, (view.zoom - SIGNALS_FROM_ZOOM) / 2.5));
  const layers: Layer[] = [
    new ScatterplotLayer({
      id: 'signals',
      data: {
        length: positions.length / 2,
        attributes: {
          getPosition: { value: new Float64Array(positions), size: 2 },
          getFillColor: { value: new Uint8Array(fill), size: 4, normalized: true },
        },
      },
      getRadius: 2.4 + near * 2.8,
      radiusUnits: 'pixels',
      billboard: true,
      stroked: true,
      getLineWidth: 1.2 + near,
      lineWidthUnits: 'pixels',
      getLineColor: [...rgb(t.map.symbolHalo), 255],
      updateTriggers: { getRadius: near, getLineWidth: near, getLineColor: view.theme },
      parameters: { depthCompare: 'always', depthWriteEnabled: false },
    }),
  ];
  if (countdowns.length === 0) return layers;
  layers.push(
    new TextLayer<Countdown>({
      ...textLook(view.theme),
      id: 'signal-seconds',
      data: countdowns,
      getPosition: (c) => c.position,
      getText: (c) => c.text,
      getSize: 11,
      getPixelOffset: [14, 0],
      outlineWidth: 0,
      background: true,
      getBackgroundColor: [...rgb(t.surface.base), 210],
      backgroundPadding: [4, 1],
      backgroundBorderRadius: 3,
      updateTriggers: { getColor: view.theme, getBackgroundColor: view.theme },
    }),
  );
  return layers;
}

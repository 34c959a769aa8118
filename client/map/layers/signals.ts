/** Signals close up: one head an approach at its stop line, in the colour of its phase, with the seconds left. */
import { ScatterplotLayer, TextLayer } from '@deck.gl/layers';
import type { Layer } from '@deck.gl/core';
import { REMAINING_UNKNOWN, signalStates } from '../../../server/contract/frames.ts';
import type { LonLat } from '../../../server/contract/geo.ts';
import type { Telemetry } from '../../sync/telemetry.ts';
import { rgb, tokens, type Theme } from '../../ui/tokens.ts';
import { headState, SIGNALS_FROM_ZOOM, type HeadState, type SignalHeads } from './signal-heads.ts';
import { textLook } from './text.ts';

const SECONDS_FROM_ZOOM = 17.2;
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

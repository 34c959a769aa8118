/** Runs a SUMO scenario at the pace of a clock as the city behind a running server. */
import { setTimeout as wait } from 'node:timers/promises';
import type { LonLat } from '../contract/geo.ts';
import { setAutomatic } from './automatic.ts';
import { LiveDecider, LiveVehicles, type LiveOptions } from './live.ts';
import { readConfig } from './net/read-config.ts';
import { readNet } from './net/read-net.ts';
import { toLonLat } from './net/projection.ts';
import { runSumo, type RunOptions, type RunSummary } from './run.ts';

export interface LiveRunOptions extends Pick<LiveOptions, 'server' | 'token' | 'signalFeed' | 'vehicleFeed'> {
  /** Simulated seconds a second. */
  readonly speed: number;
  readonly centre: LonLat | null;
  /** Whether the demo's supervisor sets all signals to automatic. */
  readonly automatic: boolean;
}

export async function runLive(
  options: Omit<RunOptions, 'makeMethod' | 'makeDecider' | 'positions' | 'onStep'>,
  { speed, centre, automatic, ...server }: LiveRunOptions,
): Promise<RunSummary> {
  const { netFile } = readConfig(options.configFile);
  const live: LiveOptions = {
    ...server,
    place: toLonLat(readNet(netFile).location, centre),
    nowMs: Date.now,
    onNote: (sentence) => options.onNote?.(sentence),
  };
  const vehicles = new LiveVehicles(live);
  const stepMs = 1_000 / speed;
  let dueMs = Date.now();
  return runSumo({
    ...options,
    makeMethod: null,
    phases: 'combined',
    makeDecider(network) {
      const signals = network.junctions.map(({ id }) => id);
      if (automatic)
        void setAutomatic({ server: server.server, signals, signal: options.signal }).then(live.onNote);
      return new LiveDecider(network, live);
    },
    positions: true,
    async onStep({ traffic }) {
      void vehicles.publish(traffic);
      dueMs = Math.max(dueMs + stepMs, Date.now() - stepMs);
      const leftMs = dueMs - Date.now();
      if (leftMs > 0) await wait(leftMs, undefined, { signal: options.signal }).catch(() => undefined);
    },
  });
}

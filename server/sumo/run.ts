/** One run of a SUMO scenario under a control method, from its begin to its end, and what it cost. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeActuated } from './actuated.ts';
import { methodDecider } from './deciders.ts';
import { SumoDriver, type MakeDecider } from './driver.ts';
import type { ControlNetwork, SignalMethod } from '../domain/signals/model.ts';
import { signalsOf, type PhaseChoice } from './junctions.ts';
import { readConfig } from './net/read-config.ts';
import { readNet } from './net/read-net.ts';
import { startSumo } from './process.ts';
import { TraciError } from './traci/errors.ts';
import { summarizeTrips, type TripSummary } from './trips.ts';

/** Makes the method once the junctions are known; null: the lights are left to SUMO. */
export type MakeMethod = ((network: ControlNetwork) => SignalMethod) | null;

export interface RunOptions {
  readonly configFile: string;
  readonly makeMethod: MakeMethod;
  /** Who decides where it is no method of ours. */
  readonly makeDecider?: MakeDecider;
  readonly seed: number;
  /** Simulated second to end at; the configuration's own where not given. */
  readonly endS?: number;
  /** Demand times this. */
  readonly scale?: number;
  readonly port?: number;
  readonly binary?: string;
  /** SUMO's own actuated control over the programs that are there. */
  readonly actuated?: boolean;
  /** Vehicles' places are read too, for `onStep`. */
  readonly positions?: boolean;
  /** Phases to choose from; those that were found where left out. */
  readonly phases?: PhaseChoice;
  /** After each second. */
  readonly onStep?: (driver: SumoDriver) => Promise<void> | void;
  readonly onNote?: (sentence: string) => void;
  readonly signal?: AbortSignal;
}

export interface RunSummary extends TripSummary {
  readonly arrived: number;
  readonly teleports: number;
  readonly simulatedS: number;
  readonly junctions: number;
  /** Wishes and plans that made no sense at their junction. */
  readonly refused: number;
  readonly perJunctionMs: readonly number[];
}

export async function runSumo(options: RunOptions): Promise<RunSummary> {
  const { configFile, makeMethod, seed, scale = 1, onNote, signal } = options;
  const makeDecider: MakeDecider =
    options.makeDecider ?? (makeMethod && ((network) => methodDecider(network, makeMethod(network))));
  const config = readConfig(configFile);
  const net = readNet(config.netFile, config.additionalFiles);
  for (const note of net.notes) onNote?.(note);
  const endS = options.endS ?? config.endS ?? Infinity;
  const folder = await mkdtemp(join(tmpdir(), 'sumo-run-'));
  try {
    const trips = join(folder, 'trips.xml');
    const additional = [...config.additionalFiles];
    if (options.actuated === true) {
      additional.push(await writeActuated(net, signalsOf(net).layouts, folder));
    }
    const sumo = await startSumo({
      binary: options.binary,
      configFile,
      seed,
      port: options.port,
      onWarning: onNote,
      arguments: [
        '--tripinfo-output',
        trips,
        '--tripinfo-output.write-unfinished',
        '--tripinfo-output.write-undeparted',
        '--scale',
        String(scale),
        ...(additional.length > 0 ? ['--additional-files', additional.join(',')] : []),
      ],
    });
    const { positions, phases } = options;
    const driver = new SumoDriver({ net, traci: sumo.traci, makeDecider, positions, phases });
    try {
      for (const note of driver.notes) onNote?.(note);
      await driver.begin();
      const { traffic } = driver;
      const goesOn = (): boolean => traffic.nowS < endS && traffic.expected > 0 && signal?.aborted !== true;
      while (goesOn()) {
        await driver.step();
        await options.onStep?.(driver);
      }
    } catch (cause) {
      await sumo.end();
      const last = sumo.said().trim();
      // A SUMO that ends by itself says why.
      if (!(cause instanceof TraciError) || cause.kind !== 'lost' || last === '') throw cause;
      throw new TraciError('lost', `${cause.message}: ${last}`);
    }
    await sumo.end();
    return {
      ...summarizeTrips(trips),
      arrived: driver.traffic.arrived,
      teleports: driver.traffic.teleports,
      simulatedS: driver.traffic.nowS - config.beginS,
      junctions: driver.layouts.length,
      refused: driver.refused,
      perJunctionMs: driver.perJunctionMs,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * What would happen: the live traffic copied as it stands and run on for a while, once as it is and once with changes,
 * each in a thread of its own while the live one goes on (TR-159). Both are run the same way, so what differs is what
 * was changed.
 */
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { CityPack } from '../../server/contract/city-pack.ts';
import { portPlan } from '../../server/contract/signal-port.ts';
import type { TrafficModel, TrafficOptions } from '../models/traffic/traffic-model.ts';
import { snapshot, type Snapshot } from './snapshot.ts';

const id = z.string().min(1).max(160);

export const forkChanges = z.object({
  closeLinks: z.array(id).max(500).default([]),
  reopenLinks: z.array(id).max(500).default([]),
  /** Demand over the hour's usual. */
  demandFactor: z.number().min(0).max(5).optional(),
  /** By signal, another plan; null: the pack's. */
  plans: z.record(id, portPlan.nullable()).default({}),
  /** An address that answers the signal port, asked in step with the fork. */
  advisedBy: z.url().optional(),
});
export type ForkChanges = z.infer<typeof forkChanges>;

export const whatIfRequest = z.object({
  minutes: z.number().min(1).max(180).default(60),
  changes: forkChanges,
  /** What the unchanged fork is run with: who advises the signals now, if anybody does. */
  unchanged: z.object({ advisedBy: z.url().optional() }).default({}),
});
export type WhatIfRequest = z.infer<typeof whatIfRequest>;

export interface LinkOutcome {
  readonly link: string;
  /** Mean of the vehicles on it over the time; null where there were none. */
  readonly speedKph: number | null;
  /** Vehicles an hour that left it. */
  readonly flowVph: number;
}

export interface ForkOutcome {
  readonly seconds: number;
  /** Hours lost by all against their desired speed, those who wait outside included. */
  readonly delayH: number;
  readonly meanSpeedKph: number;
  readonly arrived: number;
  readonly entered: number;
  readonly vehiclesAtEnd: number;
  readonly waitingOutside: number;
  readonly links: readonly LinkOutcome[];
}

export interface WhatIfAnswer {
  readonly atS: number;
  readonly minutes: number;
  /** Wall clock it took, s. */
  readonly tookS: number;
  readonly unchanged: ForkOutcome;
  readonly changed: ForkOutcome;
}

/** What a thread is given. */
export interface ForkOrder {
  readonly pack: CityPack;
  readonly options: TrafficOptions;
  readonly state: Snapshot;
  readonly seconds: number;
  readonly changes: ForkChanges;
}

/** Who waits for it: told how far both forks are (0…1), and may end them. */
export interface WhatIfWatch {
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal;
}

/** What a thread says: how far it is, and at last what came of it. */
export type ForkMessage = { readonly share: number } | { readonly outcome: ForkOutcome };

/** @throws Error where a change names what is not there; the live model is only read. */
export async function whatIf(
  model: TrafficModel,
  request: WhatIfRequest,
  nowMs: () => number,
  { onProgress, signal }: WhatIfWatch = {},
): Promise<WhatIfAnswer> {
  const began = nowMs();
  const atS = model.timeS;
  const { closeLinks, reopenLinks } = request.changes;
  for (const link of [...closeLinks, ...reopenLinks])
    if (!model.network.linkIndex.has(link)) throw new RangeError(`no such link: ${link}`);
  const known = new Set(model.network.pack.signals.map((s) => s.id));
  for (const signal of Object.keys(request.changes.plans))
    if (!known.has(signal)) throw new RangeError(`no such signal: ${signal}`);
  const order = {
    pack: bare(model.network.pack),
    options: model.options,
    state: snapshot(model),
    seconds: request.minutes * 60,
  };
  const none = forkChanges.parse(request.unchanged);
  const shares = [0, 0];
  const arms = [none, request.changes].map((changes, i) =>
    inThread({ ...order, changes }, signal, (share) => {
      shares[i] = share;
      onProgress?.((shares[0]! + shares[1]!) / 2);
    }),
  );
  const [unchanged, changed] = (await Promise.all(arms)) as [ForkOutcome, ForkOutcome];
  return {
    atS,
    minutes: request.minutes,
    tookS: Math.round((nowMs() - began) / 100) / 10,
    unchanged,
    changed,
  };
}

/** Traffic looks at none of these, and they are the bulk of a pack. */
const bare = (pack: CityPack): CityPack => ({ ...pack, buildings: [], areas: [], lines: [], facilities: [] });

function inThread(
  order: ForkOrder,
  signal: AbortSignal | undefined,
  onShare: (share: number) => void,
): Promise<ForkOutcome> {
  signal?.throwIfAborted();
  const worker = new Worker(new URL('./fork-worker.ts', import.meta.url), { workerData: order });
  const end = (): void => void worker.terminate();
  signal?.addEventListener('abort', end, { once: true });
  return new Promise<ForkOutcome>((resolve, reject) => {
    worker.on('message', (said: ForkMessage) => {
      if ('outcome' in said) resolve(said.outcome);
      else onShare(said.share);
    });
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the fork ended without an answer (${code})`)));
  }).finally(() => signal?.removeEventListener('abort', end));
}

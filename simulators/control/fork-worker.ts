/** The thread in which a fork of the traffic runs: takes one order, says how far it is, answers once. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ForkMessage, ForkOrder } from './fork.ts';
import { runFork } from './fork-run.ts';

const say = (said: ForkMessage): void => parentPort?.postMessage(said);
say({ outcome: await runFork(workerData as ForkOrder, (share) => say({ share })) });

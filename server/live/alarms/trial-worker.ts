/** The thread of one trial run: it is given the setup, then the history page by page, and answers once. */
import { parentPort, workerData } from 'node:worker_threads';
import type { HistoryRow } from '../ports.ts';
import { TrialRun, type TrialSetup } from './trial-run.ts';

export type TrialMessage = { readonly rows: readonly HistoryRow[] } | { readonly untilMs: number };

const port = parentPort;
if (port === null) throw new Error('runs only as a worker thread');
const run = new TrialRun(workerData as TrialSetup);
port.on('message', (message: TrialMessage) => {
  if ('rows' in message) {
    for (const row of message.rows) run.row(row);
    port.postMessage({ more: true });
  } else port.postMessage({ outcome: run.finish(message.untilMs) });
});

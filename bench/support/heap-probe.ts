/**
 * Loaded into the measured server with `--import`: answers each message of its parent with its memory after a full
 * collection and how late its event loop ran since the last answer. Knows nothing of the server.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';

export interface Probe {
  readonly heapMb: number;
  /** Buffers outside the heap. */
  readonly buffersMb: number;
  readonly rssMb: number;
  readonly loopP99Ms: number;
  readonly cpuMs: number;
}

const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();
const mb = (bytes: number): number => Math.round(bytes / 1e5) / 10;

process.on('message', () => {
  // Twice: what a first collection finalises is free after the second.
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const probe: Probe = {
    heapMb: mb(heapUsed),
    buffersMb: mb(arrayBuffers),
    rssMb: mb(rss),
    loopP99Ms: Math.round(delay.percentile(99) / 1e5) / 10,
    cpuMs: (user + system) / 1000,
  };
  process.send?.(probe);
  delay.reset();
});
process.channel?.unref();

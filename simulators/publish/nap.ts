/** A pause that ends early, without an error, when the run is stopped. */
import { setTimeout as sleep } from 'node:timers/promises';

export async function nap(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (cause) {
    if (!signal.aborted) throw cause;
  }
}

/** Fetches the city pack over the server's HTTP interface; waits for the server as long as it takes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { manifest, packPartNames, type CityPack } from '../../server/contract/city-pack.ts';
import { reasonOf } from '../publish/transport.ts';

const MAX_WAIT_MS = 5_000;

export class NoCityError extends Error {}

/** @throws NoCityError where the server runs without a city; the signal's reason where it is aborted. */
export async function fetchPack(
  server: string,
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<CityPack> {
  let waitMs = 250;
  let said = false;
  for (;;) {
    signal.throwIfAborted();
    try {
      return await fetchOnce(server, signal);
    } catch (cause) {
      if (cause instanceof NoCityError) throw cause;
      if (!said) log(`waiting for the server at ${server}: ${reasonOf(cause)}`);
      said = true;
    }
    await sleep(waitMs, undefined, { signal });
    waitMs = Math.min(MAX_WAIT_MS, waitMs * 1.6);
  }
}

async function fetchOnce(server: string, signal: AbortSignal): Promise<CityPack> {
  const get = async (path: string): Promise<unknown> => {
    const response = await fetch(new URL(path, server), {
      signal: AbortSignal.any([signal, AbortSignal.timeout(60_000)]),
    });
    if (!response.ok) {
      const problem = `${path} answers ${response.status}`;
      throw response.status === 404
        ? new NoCityError(`${problem}: the server runs without a city`)
        : new Error(problem);
    }
    return response.json();
  };
  const head = (await get('/api/v1/city')) as Record<string, unknown> | null;
  const parsed = manifest.safeParse(head?.['manifest'] ?? head);
  if (!parsed.success) throw new NoCityError('the server runs without a city; the simulators need one');
  const parts: Record<string, unknown> = {};
  for (const name of packPartNames) {
    // Nothing here looks at footprints or rails, and they are the bulk of a pack.
    parts[name] = name === 'buildings' || name === 'lines' ? [] : await get(`/api/v1/city/${name}`);
    if (!Array.isArray(parts[name])) throw new Error(`/api/v1/city/${name} is not a list`);
  }
  return { manifest: parsed.data, ...parts } as unknown as CityPack;
}

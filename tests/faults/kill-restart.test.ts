/**
 * Kills the server at seeded moments while incidents come in, starts it again on the same data, and asks for every one
 * that was acknowledged. `FAULT_ROUNDS` makes it longer.
 */
import { describe, expect, it, onTestFinished } from 'vitest';
import { DEMO_TOKEN } from '../../server/feeds/config.ts';
import { createRandom } from '../../simulators/kernel/random.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary.ts';

const ROUNDS = Number(process.env.FAULT_ROUNDS ?? 5);
const WRITERS = 8;
const SEED = 20_261_123;

interface Answer {
  readonly taken: number;
}

async function report(url: string, name: string, nowMs: number): Promise<boolean> {
  const response = await fetch(`${url}/api/v1/ingest/sim-incidents`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${DEMO_TOKEN}` },
    body: JSON.stringify({
      type: 'incident',
      id: name,
      at: nowMs,
      channel: '110',
      category: 'crime.theft',
      title: { zh: name, en: name },
      lon: 118.6,
      lat: 30.2,
    }),
  });
  return response.ok && ((await response.json()) as Answer).taken === 1;
}

/** Reports incidents until the server is gone; returns those it acknowledged. */
async function writer(server: ServerProcess, name: string): Promise<string[]> {
  const acknowledged: string[] = [];
  for (let n = 0; ; n++) {
    const id = `${name}-${n}`;
    try {
      if (await report(server.url, id, Date.now())) acknowledged.push(id);
    } catch {
      // The connection broke: this report was not acknowledged, and nobody claims it was.
      return acknowledged;
    }
  }
}

async function titles(url: string): Promise<string[]> {
  const response = await fetch(`${url}/api/v1/records/incident`);
  const { records } = (await response.json()) as { records: { title: { en: string } }[] };
  return records.map((r) => r.title.en);
}

describe('a server that is killed', () => {
  it(`IN-5 has every acknowledged incident after ${ROUNDS} kills (seed ${SEED})`, async () => {
    const random = createRandom(SEED);
    const dataDir = temporaryFolder();
    const acknowledged: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const server = await startServer({ dataDir });
      onTestFinished(() => server.kill());
      const writers = Array.from({ length: WRITERS }, (_, w) => writer(server, `r${round}w${w}`));
      await new Promise((resolve) => setTimeout(resolve, random.range(100, 900)));
      await server.kill();
      acknowledged.push(...(await Promise.all(writers)).flat());
    }
    const server = await startServer({ dataDir });
    onTestFinished(() => server.kill());
    const kept = await titles(server.url);
    const known = new Set(kept);
    expect(acknowledged.length).toBeGreaterThan(ROUNDS * WRITERS);
    expect(acknowledged.filter((id) => !known.has(id))).toEqual([]);
    expect(kept.length, 'no incident twice').toBe(known.size);
    expect(await server.stop()).toBe(0);
  });
});

/** The server is asked to end while it is busy, as at every update: soon, in order, and nobody has lost anything after. */
import { request, type ClientRequest } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DEMO_TOKEN } from '../../server/feeds/config.ts';
import { TestScreen, until } from '../support/screen-server.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary.ts';

const SCREENS = 5;
const headers = { authorization: `Bearer ${DEMO_TOKEN}`, 'content-type': 'application/x-ndjson' };
const cars = (n: number): string =>
  Array.from({ length: n }, (_, i) =>
    JSON.stringify({
      type: 'position',
      id: `car-${i}`,
      at: Date.now(),
      lon: 118.6 + (i % 40) / 10_000,
      lat: 30.1,
      speedKph: 30,
    }),
  ).join('\n') + '\n';
const call = (id: string): string =>
  `${JSON.stringify({
    type: 'incident',
    id,
    at: Date.now(),
    channel: '110',
    category: 'crime.theft',
    lon: 118.6,
    lat: 30.1,
  })}\n`;
const post = (url: string, feed: string, body: string): Promise<Response> =>
  fetch(`${url}/api/v1/ingest/${feed}`, { method: 'POST', headers, body });

/** Vehicles over kept connections, and one stream that stays open, until told to stop. */
function feeding(url: string): { readonly statuses: Set<number>; stop(): Promise<void> } {
  const statuses = new Set<number>();
  const ending = new AbortController();
  const posting = (async (): Promise<void> => {
    while (!ending.signal.aborted) {
      const status = await post(url, 'sim-positions', cars(200)).then(
        (res) => res.text().then(() => res.status),
        () => 0,
      );
      statuses.add(status);
      if (status !== 200) await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  const stream: ClientRequest = request(`${url}/api/v1/ingest/sim-positions`, { method: 'POST', headers });
  stream.on('error', () => undefined);
  const dripping = setInterval(() => stream.write(cars(5)), 50);
  return {
    statuses,
    stop: async () => {
      ending.abort();
      clearInterval(dripping);
      stream.destroy();
      await posting;
    },
  };
}

async function showing(server: ServerProcess, screens: readonly TestScreen[]): Promise<void> {
  const view = { bbox: [118.59, 30.09, 118.62, 30.11] as const, zoom: 15, layers: ['vehicles' as const] };
  for (const s of screens) expect(await s.view(view)).toMatchObject({ ok: true });
  expect((await post(server.url, 'sim-positions', cars(200))).status).toBe(200);
  await until(() => screens.every((s) => s.telemetry.vehicles.size >= 200));
}

describe('a server that is asked to end', () => {
  it('ST-20 ends within 3 s with code 0 under load, and its screens are whole after the restart', async () => {
    const dataDir = temporaryFolder();
    const first = await startServer({ dataDir });
    const screens = Array.from({ length: SCREENS }, () => new TestScreen(first.url));
    onTestFinished(() => screens.forEach((s) => s.close()));
    await until(() => screens.every((s) => s.mirror.epoch !== ''));
    await showing(first, screens);
    const feed = feeding(first.url);
    onTestFinished(() => feed.stop());
    const acknowledged: string[] = [];
    const calls = (async (): Promise<void> => {
      for (let n = 0; ; n++) {
        const answer = await post(first.url, 'sim-incidents', call(`c-${n}`)).catch(() => null);
        if (answer?.status !== 200) return;
        if (((await answer.json()) as { taken: number }).taken === 1) acknowledged.push(`c-${n}`);
      }
    })();
    await new Promise((resolve) => setTimeout(resolve, 500));

    const startedAt = performance.now();
    const code = await first.stop();
    const tookMs = performance.now() - startedAt;
    await calls;
    await feed.stop();
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(3_000);
    expect(first.log.filter((line) => /"level":(50|60)/.test(line))).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(3);
    await until(() => screens.every((s) => !s.socket.connected));

    const second = await startServer({ dataDir, port: first.port });
    onTestFinished(() => second.kill());
    await Promise.all(screens.map((s) => s.reconnect()));
    await until(() => screens.every((s) => s.mirror.records.incident.size >= acknowledged.length));
    const { records } = (await (await fetch(`${second.url}/api/v1/records/incident`)).json()) as {
      records: { id: string }[];
    };
    expect(records.length).toBeGreaterThanOrEqual(acknowledged.length);
    for (const s of screens) {
      expect(s.answersBy).toEqual(['snapshot', 'snapshot']);
      expect([...s.mirror.records.incident.keys()].toSorted()).toEqual(records.map((r) => r.id).toSorted());
    }
    await showing(second, screens);
  });
});

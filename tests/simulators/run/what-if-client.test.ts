/** What-if runs as the simulators make them for a server. */
import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { whatIfResult, type WhatIfResult } from '../../../server/contract/what-if.ts';
import {
  whatIf,
  type WhatIfAnswer,
  type WhatIfRequest,
  type WhatIfWatch,
} from '../../../simulators/control/fork.ts';
import { TrafficModel } from '../../../simulators/models/traffic/traffic-model.ts';
import { resultOf, resultsUrl, WhatIfClient } from '../../../simulators/run/what-if-client.ts';
import { smallPack } from '../../support/small-pack.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

type Fork = (request: WhatIfRequest, watch: WhatIfWatch) => Promise<WhatIfAnswer>;

/** A server that answers with these statuses, the last one for ever. */
async function rig(fork: Fork, statuses: readonly number[] = [200]) {
  const heard: WhatIfResult[] = [];
  const tokens = new Set<string | undefined>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const status = statuses[Math.min(heard.length, statuses.length - 1)]!;
      heard.push(whatIfResult.parse(JSON.parse(Buffer.concat(chunks).toString())));
      tokens.add(request.headers.authorization);
      response.writeHead(status).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = new AbortController();
  ends.push(() => {
    stop.abort();
    server.closeAllConnections();
    server.close();
  });
  const client = new WhatIfClient({
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}/results`,
    token: 'secret',
    feed: 'sim-signal-port',
    demandFactor: () => 1.5,
    fork,
    log: () => undefined,
    signal: stop.signal,
    tryAgainMs: 10,
  });
  return { client, heard, tokens };
}

const pack = smallPack();
const outcome = (speeds: readonly (number | null)[], flowVph = 1_300): WhatIfAnswer['unchanged'] => ({
  seconds: 600,
  delayH: 1,
  meanSpeedKph: 30,
  arrived: 80,
  entered: 100,
  vehiclesAtEnd: 15,
  waitingOutside: 5,
  links: speeds.map((speedKph, i) => ({ link: `l${i}`, speedKph, flowVph })),
});
const answered: WhatIfAnswer = {
  atS: 0,
  minutes: 5,
  tookS: 1.5,
  unchanged: outcome([40]),
  changed: outcome([20]),
};

describe('what-if runs for the server', () => {
  it('TR-251 makes one from threads beside the live traffic, one at a time, and says what came of it', async () => {
    const model = new TrafficModel(pack, { seed: 5, startHour: 8, targetVehicles: 200 });
    model.warmUp(120);
    const asked: WhatIfRequest[] = [];
    const { client, heard, tokens } = await rig((request, watch) => {
      asked.push(request);
      return whatIf(model, request, () => performance.now(), watch);
    });
    const request = { closeLinks: [pack.links[0]!.id], demandFactor: 2, minutes: 5 };
    client.take({ id: 'r1', request });
    client.take({ id: 'r1', request });
    client.take({ id: 'r2', request });
    const before = model.timeS;
    model.step();
    expect(model.timeS).toBeGreaterThan(before);
    await client.settled();
    // An answer of the port that was under way may offer it once more.
    client.take({ id: 'r1', request });
    await client.settled();
    expect(asked).toEqual([
      {
        minutes: 5,
        changes: { closeLinks: request.closeLinks, reopenLinks: [], plans: {}, demandFactor: 3 },
        unchanged: {},
      },
    ]);
    expect([...tokens]).toEqual(['Bearer secret']);
    expect(new Set(heard.map((h) => `${h.feed} ${h.id}`))).toEqual(new Set(['sim-signal-port r1']));
    expect(heard[0]).toMatchObject({ state: 'running', progress: 0 });
    const last = heard.at(-1)!;
    expect(last).toMatchObject({ state: 'done', progress: 1 });
    expect(last.totals!.arrivedNow).toBeGreaterThan(0);
    expect(last.tookMs).toBeGreaterThan(0);
  });

  it('TR-251 hears how far both forks are', async () => {
    const model = new TrafficModel(pack, { seed: 5, startHour: 8, targetVehicles: 20 });
    const shares: number[] = [];
    const changes = { closeLinks: [], reopenLinks: [], plans: {} };
    await whatIf(model, { minutes: 2, changes, unchanged: {} }, () => 0, {
      onProgress: (share) => shares.push(share),
    });
    expect(shares).toEqual([0.25, 0.5, 0.75, 1]);
  });

  it('TR-252 leaves out what chance makes of the few that drive on a road', () => {
    const linksOf = (flowVph: number) => {
      const [unchanged, changed] = [outcome([40], flowVph), outcome([30], flowVph)];
      return resultOf({ unchanged, changed, tookS: 2 }, new Set()).links;
    };
    // 16 vehicles in ten minutes and 48 of them, a quarter slower.
    expect(linksOf(96)).toEqual([]);
    expect(linksOf(288)).toHaveLength(1);
    expect(linksOf(0)).toEqual([]);
  });

  it('TR-252 sends roads that differ by a tenth or more, a closed one as 0, and means over all who took part', () => {
    const unchanged = outcome([40, 40, 40, null, 40]);
    const changed = { ...outcome([36, 36.1, 45, 30, 39]), delayH: 2 };
    const said = resultOf({ unchanged, changed, tookS: 2 }, new Set(['l4']));
    expect(said.links).toEqual([
      { link: 'l0', nowKph: 40, thenKph: 36 },
      { link: 'l2', nowKph: 40, thenKph: 45 },
      { link: 'l4', nowKph: 40, thenKph: 0 },
    ]);
    expect(said.totals).toEqual({ delayNowS: 36, delayThenS: 72, arrivedNow: 80, arrivedThen: 80 });
    expect(said.tookMs).toBe(2_000);
  });

  it('TR-252 says why it could not, and says the last word again to a server that was away', async () => {
    const { client, heard } = await rig(
      () => Promise.reject(new Error('no such road')),
      [200, 503, 503, 200],
    );
    client.take({ id: 'r1', request: { closeLinks: [], minutes: 5 } });
    await client.settled();
    expect(heard.map((h) => h.state)).toEqual(['running', 'failed', 'failed', 'failed']);
    expect(heard.at(-1)!.reason!.en).toBe('no such road');
  });

  it('TR-253 ends a run that the server does not want any more', async () => {
    const ended = new Promise<void>((resolve) => {
      void rig(
        (_, { signal }) =>
          new Promise((_resolve, reject) => {
            signal!.addEventListener('abort', () => {
              resolve();
              reject(new Error('ended'));
            });
          }),
        [200, 404],
      ).then(({ client }) => client.take({ id: 'r1', request: { closeLinks: [], minutes: 5 } }));
    });
    await ended;
    const { client, heard } = await rig(() => Promise.resolve(answered));
    client.take({ id: 'r2', request: { closeLinks: [], minutes: 5 } });
    await client.settled();
    expect(heard.at(-1)!.links).toEqual([{ link: 'l0', nowKph: 40, thenKph: 20 }]);
  });

  it('TR-251 goes to the product’s server only', () => {
    expect(resultsUrl('server', 'http://10.0.0.1:8080')).toBe('http://10.0.0.1:8080/api/v1/what-if-results');
    expect(resultsUrl('http://127.0.0.1:9000/advise', 'http://x')).toBeNull();
    expect(resultsUrl('none', 'http://x')).toBeNull();
  });
});

import { createServer, type IncomingMessage } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { observation, type Observation } from '../../../server/contract/observations.ts';
import { portReport, type PortAnswer, type PortReport } from '../../../server/contract/signal-port.ts';
import type { JunctionState } from '../../../server/domain/signals/model.ts';
import { LiveDecider, LiveVehicles, type LiveOptions } from '../../../server/sumo/live.ts';
import { runLive } from '../../../server/sumo/run-live.ts';
import { writeCrossing } from '../../support/sumo-crossing.ts';
import { sumoAbsent, sumoNote } from '../../support/sumo.ts';
import { temporaryFolder } from '../../support/temporary.ts';

interface Reply {
  readonly status?: number;
  /** null: it never answers. */
  readonly body: unknown;
}
interface Asked {
  readonly path: string;
  readonly token: string | undefined;
  readonly body: string;
}

/** A server that keeps what it is asked and answers as told. */
async function serverDouble(
  reply: (asked: Asked, nth: number) => Reply,
): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer((req, res) => {
    void (async () => {
      const one = { path: req.url ?? '', token: req.headers.authorization, body: await text(req) };
      asked.push(one);
      const { status = 200, body: said } = reply(one, asked.length);
      if (said === null) return;
      res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said));
    })();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}`, asked };
}
async function text(req: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of req.setEncoding('utf8')) body += String(chunk);
  return body;
}

const answer = (more: Partial<PortAnswer> = {}): PortAnswer => ({
  describe: false,
  validS: 5,
  wanted: {},
  plans: {},
  ...more,
});
const optionsFor = (server: string, notes: string[] = []): LiveOptions => ({
  server,
  token: 'a-token-of-the-feeds',
  signalFeed: 'sumo-signals',
  vehicleFeed: 'sumo-vehicles',
  place: ([x, y]) => [120 + x / 1e5, 30 + y / 1e5],
  nowMs: () => 1_000,
  onNote: (sentence) => notes.push(sentence),
  timeoutMs: 1_500,
});
const network = {
  junctions: [
    {
      id: 'J',
      lanes: [{ id: 'a', link: 'A', lengthM: 100, speedMps: 14 }],
      exits: [{ id: 'b', link: 'B', lengthM: 100, speedMps: 14 }],
      connections: [{ lane: 0, exit: 0, turn: 'through' as const, conflicts: [] }],
      phases: [
        { minGreenS: 5, maxGreenS: 60, yellowS: 3, allRedS: 0, pedestrianS: 0, green: [0], yields: [] },
      ],
      plan: { offsetS: 0, steps: [{ phase: 0, greenS: 30 }] },
      maxRedS: 120,
    },
  ],
};
const state: JunctionState = {
  id: 'J',
  phase: 0,
  stage: 'green',
  sinceS: 7,
  redS: [0],
  obeys: 'wishes',
  lanes: [[12, 3, 0]],
  exits: [[0, 100]],
};

describe('a live SUMO', () => {
  it('TR-124 describes its junctions once and again when asked, and follows fresh wishes', async () => {
    const { url, asked } = await serverDouble((_, nth) => ({
      body: answer({ wanted: { J: 0 }, describe: nth === 2 }),
    }));
    const decider = new LiveDecider(network, optionsFor(url));
    for (const nowS of [10, 11, 12, 13]) await decider.see([state], nowS);
    const reports = asked.map(({ body }): PortReport => portReport.parse(JSON.parse(body)));
    expect(
      asked.every(
        ({ path, token }) => path === '/api/v1/signal-port' && token === 'Bearer a-token-of-the-feeds',
      ),
    ).toBe(true);
    expect(reports.map(({ describe: described, atS }) => [atS, described?.length ?? 0])).toEqual([
      [10, 1],
      [11, 0],
      [12, 1],
      [13, 0],
    ]);
    expect(reports[0]?.states).toEqual([state]);
    expect(decider.wish(0)).toBe(0);
  });

  it('TR-124 wishes nothing once the last answer is stale, and says what is wrong once', async () => {
    let silent = false;
    const notes: string[] = [];
    const { url } = await serverDouble(() => ({ body: silent ? null : answer({ wanted: { J: 0 } }) }));
    const decider = new LiveDecider(network, optionsFor(url, notes));
    await decider.see([state], 10);
    silent = true;
    const wishes: (number | null)[] = [];
    for (const nowS of [15, 16]) {
      await decider.see([state], nowS);
      wishes.push(decider.wish(0));
    }
    expect(wishes).toEqual([0, null]);
    expect(notes).toEqual(['the signal port: the server does not answer in time']);
    silent = false;
    await decider.see([state], 17);
    expect(decider.wish(0)).toBe(0);
    expect(notes.at(-1)).toBe('the signal port: all is well again');
  });

  it.each<[string, Reply, string]>([
    ['a refusal', { status: 403, body: { code: 'wrong-kind' } }, 'the server refuses with 403 (wrong-kind)'],
    ['nonsense', { body: { wanted: 'all' } }, 'it answers what is no answer of a signal port'],
    ['a page', { status: 502, body: 'bad gateway' }, 'the server refuses with 502'],
  ])('TR-124 runs the own plan on %s', async (_, reply, fault) => {
    const notes: string[] = [];
    const { url } = await serverDouble(() => reply);
    const decider = new LiveDecider(network, optionsFor(url, notes));
    await decider.see([state], 10);
    expect(decider.wish(0)).toBeNull();
    expect(notes).toEqual([`the signal port: ${fault}`]);
  });

  it('TR-124 runs the own plan where nothing is wished for a junction, and takes plans over once', async () => {
    const plan = { offsetS: 0, steps: [{ phase: 0, greenS: 40 }] };
    const { url } = await serverDouble(() => ({ body: answer({ plans: { J: plan, other: null } }) }));
    const decider = new LiveDecider(network, optionsFor(url));
    await decider.see([state], 10);
    expect(decider.wish(0)).toBeNull();
    expect([...decider.plans()]).toEqual([[0, plan]]);
    expect([...decider.plans()]).toEqual([]);
  });

  it('TR-124 does without a server that is not there', async () => {
    const notes: string[] = [];
    const decider = new LiveDecider(network, optionsFor('http://127.0.0.1:1', notes));
    await decider.see([state], 10);
    expect(decider.wish(0)).toBeNull();
    expect(notes[0]).toContain('the server is not reached');
  });
});

describe.skipIf(sumoAbsent)(`a live SUMO that runs${sumoNote}`, () => {
  it('TR-124 publishes its vehicles as positions on the city’s roads, and who left', async () => {
    const configFile = await writeCrossing(temporaryFolder());
    const { url, asked } = await serverDouble(({ path }) => ({
      body: path.endsWith('signal-port') ? answer({ wanted: { C: 1 } }) : { taken: 1 },
    }));
    const run = await runLive(
      { configFile, seed: 1, endS: 60 },
      {
        server: url,
        token: 't',
        signalFeed: 's',
        vehicleFeed: 'v',
        speed: 20,
        centre: [120, 30],
        automatic: false,
      },
    );
    expect(run.arrived).toBeGreaterThan(0);
    const reports = asked
      .filter(({ path }) => path === '/api/v1/signal-port')
      .map(({ body }) => portReport.parse(JSON.parse(body)));
    expect(reports.length).toBe(60);
    expect(reports[40]?.states[0]).toMatchObject({ phase: 1, obeys: 'wishes' });
    const sent = asked
      .filter(({ path }) => path === '/api/v1/ingest/v')
      .flatMap(({ body }) => body.trimEnd().split('\n'))
      .map((line): Observation => observation.parse(JSON.parse(line)));
    const positions = sent.filter((each) => each.type === 'position');
    expect(positions.length).toBeGreaterThan(100);
    expect(positions.every(({ mover }) => mover === 'car')).toBe(true);
    expect(positions.some(({ link }) => link === 'farIn')).toBe(true);
    expect(sent.some(({ type }) => type === 'gone')).toBe(true);
  });

  it('TR-124 leaves out places, and nobody who left, while a server is slow', async () => {
    const { url, asked } = await serverDouble(() => ({ body: null }));
    const vehicles = new LiveVehicles({ ...optionsFor(url), timeoutMs: 100 });
    const traffic = (...arrivedNow: string[]) => ({ arrivedNow, vehicles: new Map() });
    const first = vehicles.publish(traffic('a'));
    await vehicles.publish(traffic('b'));
    await vehicles.publish(traffic('c'));
    await first;
    await vehicles.publish(traffic());
    expect(asked.map(({ body }) => body.trimEnd().split('\n').length)).toEqual([1, 2]);
  });
});

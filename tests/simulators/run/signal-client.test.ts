import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { portReport, type PortAnswer, type PortReport } from '../../../server/contract/signal-port.ts';
import type { WhatIfOffer } from '../../../server/contract/what-if.ts';
import { SignalPort } from '../../../simulators/control/port.ts';
import { TrafficModel } from '../../../simulators/models/traffic/traffic-model.ts';
import { SignalClient, signalPortUrl } from '../../../simulators/run/signal-client.ts';
import { crossing } from '../../support/crossing-pack.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

type Reply = PortAnswer | number | 'garbage' | 'hang';
const answer = (more: Partial<PortAnswer> = {}): PortAnswer => ({
  describe: false,
  validS: 5,
  wanted: {},
  plans: {},
  ...more,
});

/** An adviser that answers by the script, the last answer for ever, and a crossing that asks it. */
async function rig(replies: readonly Reply[], onWhatIf?: (offer: WhatIfOffer) => void) {
  const heard: PortReport[] = [];
  const tokens: (string | undefined)[] = [];
  const held: (() => void)[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const reply = replies[Math.min(heard.length, replies.length - 1)]!;
      heard.push(portReport.parse(JSON.parse(Buffer.concat(chunks).toString())));
      tokens.push(request.headers.authorization);
      if (reply === 'hang') held.push(() => response.end(JSON.stringify(answer({ wanted: { 's-m': 1 } }))));
      else if (typeof reply === 'number') response.writeHead(reply).end();
      else response.end(reply === 'garbage' ? '{"describe":"maybe"}' : JSON.stringify(reply));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = new AbortController();
  ends.push(() => {
    stop.abort();
    server.closeAllConnections();
    server.close();
  });
  const model = new TrafficModel(crossing(), { seed: 1, startHour: 0, targetVehicles: 0 });
  const clock = { ms: 0 };
  const said: string[] = [];
  const client = new SignalClient({
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}/advise`,
    token: 'secret',
    port: new SignalPort(model),
    nowS: () => model.timeS,
    nowMs: () => clock.ms,
    log: (line) => said.push(line),
    signal: stop.signal,
    waits: { answer: 60_000 },
    ...(onWhatIf && { onWhatIf }),
  });
  /** So many seconds of the simulation. */
  const seconds = async (n: number, wait = true): Promise<void> => {
    for (let i = 0; i < n * 2; i++) {
      model.step();
      clock.ms += 500;
      client.tick();
      if (wait) await client.settled();
    }
  };
  const until = async (what: () => boolean): Promise<void> => {
    for (let i = 0; i < 300 && !what(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(what()).toBe(true);
  };
  return { model, client, heard, tokens, said, held, seconds, until };
}

describe('the line to who advises the signals', () => {
  it('TR-158 reports once a simulated second with its token, describes once and again when asked, and obeys', async () => {
    const { model, heard, tokens, client, seconds } = await rig([
      answer(),
      answer({ describe: true }),
      answer({ wanted: { 's-m': 0 } }),
    ]);
    await seconds(40);
    expect(heard.length).toBeGreaterThanOrEqual(38);
    expect(heard.length).toBeLessThanOrEqual(41);
    expect(new Set(tokens)).toEqual(new Set(['Bearer secret']));
    expect(heard.map((r) => r.describe !== undefined).slice(0, 5)).toEqual([true, false, true, false, false]);
    expect(heard[0]!.feed).toBe('sim-signal-port');
    // Its own plan would have changed after 20 s.
    expect(model.kernel.signals.phase[0]).toBe(0);
    expect(model.kernel.signals.obeys(0, model.timeS)).toBe('wishes');
    expect(client.stats()).toMatchObject({ failed: 0, late: 0 });
  });

  it('TR-158 never waits: while one report is under way none piles up, and a late answer is dropped', async () => {
    const { model, heard, held, client, seconds, until } = await rig(['hang', answer()]);
    await seconds(1, false);
    await until(() => heard.length === 1);
    await seconds(20, false);
    expect(heard).toHaveLength(1);
    expect(client.stats().asked).toBe(1);
    held[0]!();
    await client.settled();
    expect(client.stats()).toMatchObject({ answered: 1, late: 1 });
    expect(model.kernel.signals.obeys(0, model.timeS)).toBe('plan');
    await seconds(2);
    expect(heard.at(-1)!.atS).toBeGreaterThan(20);
  });

  it('TR-158 an adviser who is away is asked again after a while, told everything anew, and named once', async () => {
    const { heard, said, client, seconds } = await rig([answer(), 503, 'garbage', 503, answer()]);
    await seconds(30);
    expect(client.stats().failed).toBe(3);
    expect(heard.length).toBeGreaterThan(15);
    expect(heard.length).toBeLessThan(28);
    expect(heard.slice(0, 6).map((r) => r.describe !== undefined)).toEqual([
      true,
      false,
      true,
      true,
      true,
      false,
    ]);
    expect(said.filter((line) => line.includes('their own plans'))).toHaveLength(3);
    expect(said.at(-1)).toBe('signals: advised again');
  });

  it('TR-251 says that its traffic can be forked where somebody takes runs, and hands on what is offered', async () => {
    const offers: WhatIfOffer[] = [];
    const whatIf = { id: 'r1', request: { closeLinks: ['l1'], minutes: 10 } };
    const garbage = { ...whatIf, request: { minutes: -1 } } as unknown as WhatIfOffer;
    const { heard, seconds, client } = await rig(
      [answer({ whatIf }), answer({ whatIf: garbage }), answer()],
      (offer) => offers.push(offer),
    );
    await seconds(4);
    expect(offers).toEqual([whatIf]);
    expect(heard.every((r) => r.forks === true)).toBe(true);
    expect(client.stats().failed).toBe(0);
    const alone = await rig([answer({ whatIf })]);
    await alone.seconds(2);
    expect(alone.heard.some((r) => 'forks' in r)).toBe(false);
  });

  it('TR-158 goes to the server it publishes to, to an address, or nowhere', () => {
    expect(signalPortUrl('server', 'http://10.0.0.1:8080')).toBe('http://10.0.0.1:8080/api/v1/signal-port');
    expect(signalPortUrl('http://127.0.0.1:9000/advise', 'http://x')).toBe('http://127.0.0.1:9000/advise');
    expect(signalPortUrl('none', 'http://x')).toBeNull();
    expect(() => signalPortUrl('nonsense', 'http://x')).toThrow('Invalid URL');
  });
});

import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { OrdersAnswer } from '../../../server/contract/api.ts';
import type { CityPack } from '../../../server/contract/city-pack.ts';
import { askControl, openControl } from '../../../simulators/run/control.ts';
import { vehiclesFor } from '../../../simulators/run/fleet.ts';
import { smallPack } from '../../support/small-pack.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

interface Run {
  readonly child: ChildProcess;
  readonly said: () => string;
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

function start(args: readonly string[]): Run {
  const child = spawn(process.execPath, ['simulators/main.ts', 'run', '--vehicles', '200', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => (text += part));
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? signal)),
  );
  ends.push(() => void child.kill('SIGKILL'));
  return { child, said: () => text, ended };
}

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 600; i++) {
    if (await what()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('waited 15 s in vain');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Serves a pack as the product does, gives `orders`, and takes whatever is posted (into `posted`). */
async function cityServer(pack: CityPack, orders?: OrdersAnswer, posted: string[] = []): Promise<string> {
  const server: Server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    request.on('end', () => {
      if (request.method === 'POST') posted.push(...text.split('\n'));
      if (request.url?.startsWith('/api/v1/orders')) {
        if (request.url.includes('after=')) return;
        response.statusCode = orders ? 200 : 404;
        response.end(JSON.stringify(orders ?? {}));
        return;
      }
      const part = /^\/api\/v1\/city(?:\/(\w+))?$/.exec(request.url ?? '');
      const body = part
        ? part[1] === undefined
          ? { manifest: pack.manifest }
          : pack[part[1] as keyof CityPack]
        : { taken: 1, late: 0, duplicate: 0, refused: 0, refusals: [] };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

async function stopped(run: Run): Promise<number> {
  const began = performance.now();
  run.child.kill('SIGTERM');
  await run.ended;
  return performance.now() - began;
}

describe('a run as a process', () => {
  it('SI-45 ends with a sentence and code 1, before anything else, where its control port is taken', async () => {
    const taken = await openControl(0, {
      state: () => null,
      scenario: () => null,
      fault: () => null,
      whatIf: () => Promise.resolve(null),
    });
    ends.push(() => void taken.close());
    const { port } = taken.address() as { port: number };
    // No server to be found at that address: who asked for a city first would wait for ever.
    const run = start(['--server', 'http://127.0.0.1:9', '--control-port', String(port)]);
    expect(await run.ended).toBe(1);
    expect(run.said()).toContain(`control port ${port}`);
    expect(run.said()).toContain('--control-port');
    expect(run.said()).not.toContain('waiting');
  });

  it('SI-45 ends soon after a polite kill while it waits for the server', async () => {
    const port = await freePort();
    const run = start(['--server', 'http://127.0.0.1:9', '--control-port', String(port)]);
    await until(() => run.said().includes('waiting for the server'));
    expect(await askControl(port, '/state')).toEqual({ phase: 'starting' });
    await expect(askControl(port, '/scenario', { name: 'storm' })).rejects.toThrow('starting');
    expect(await stopped(run)).toBeLessThan(3_000);
  });

  it(
    'SI-45 ends soon after a polite kill while it warms up, and while it runs',
    { timeout: 60_000 },
    async () => {
      const server = await cityServer(smallPack());
      const port = await freePort();
      const state = `${temporaryFolder()}/open.json`;
      const args = ['--server', server, '--control-port', String(port), '--state', state];
      const early = start(args);
      await until(() => /: \d+ links/.test(early.said()));
      expect(await stopped(early)).toBeLessThan(3_000);
      const late = start(args);
      await until(() => late.said().includes('runs at'));
      expect(await askControl(port, '/state')).toMatchObject({ phase: 'running', scenario: 'ordinary' });
      expect(await stopped(late)).toBeLessThan(3_000);
      expect(await late.ended).toBe(0);
    },
  );
});

describe('a run under a server that dispatches', () => {
  it(
    'SI-74 closes what an earlier run left open unless the server handles it, and still ends soon',
    { timeout: 60_000 },
    async () => {
      const posted: string[] = [];
      const server = await cityServer(
        smallPack(),
        {
          version: 1,
          orders: [],
          handled: [{ feed: 'sim-incidents', externalId: 'old-1', incident: 'inc-1', closed: false }],
        },
        posted,
      );
      const port = await freePort();
      const state = `${temporaryFolder()}/open.json`;
      const left = (id: string) => ({
        type: 'incident',
        id,
        at: 5,
        channel: '110',
        category: 'other',
        status: 'open',
      });
      writeFileSync(state, JSON.stringify([left('old-1'), left('old-2')]));
      const args = ['--server', server, '--control-port', String(port), '--state', state];
      const run = start([...args, '--dispatch', 'server']);
      await until(() => posted.some((line) => line.includes('"old-2"')));
      expect(await askControl(port, '/state')).toMatchObject({
        dispatch: 'server',
        colleagues: { given: 0 },
      });
      await until(() => posted.some((line) => line.includes('"type":"unit"')));
      expect(await stopped(run)).toBeLessThan(3_000);
      expect(await run.ended).toBe(0);
      const old = posted
        .filter((line) => line.includes('"old-'))
        .map((line) => JSON.parse(line) as { id: string });
      expect(old).toEqual([
        {
          ...left('old-2'),
          status: 'closed',
          sourceStatus: expect.any(String),
          updatedAt: expect.any(Number),
        },
      ]);
      expect(readFileSync(state, 'utf8')).not.toContain('old-');
    },
  );
});

describe('fleet', () => {
  it('SI-46 as many vehicles as asked for, where the roads can carry them; else fewer, and that is said', () => {
    const said: string[] = [];
    const pack = smallPack();
    expect(vehiclesFor(pack, 5, (line) => said.push(line))).toBe(5);
    expect(said).toEqual([]);
    const fewer = vehiclesFor(pack, 100_000, (line) => said.push(line));
    expect(fewer).toBeLessThan(2_000);
    expect(said[0]).toContain(String(fewer));
    const half = { ...pack, links: pack.links.slice(0, pack.links.length / 2) };
    expect(vehiclesFor(half, 100_000, () => undefined)).toBeLessThan(fewer);
  });
});

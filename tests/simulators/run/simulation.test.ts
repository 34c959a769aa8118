import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  observation,
  type IncidentObservation,
  type Observation,
} from '../../../server/contract/observations.ts';
import { askControl, openControl } from '../../../simulators/run/control.ts';
import { OpenReports } from '../../../simulators/run/open-reports.ts';
import { Pacer } from '../../../simulators/run/pacer.ts';
import { Simulation } from '../../../simulators/run/simulation.ts';
import { scenarios } from '../../../simulators/scenarios/library.ts';
import { roadsDouble } from '../../support/roads-double.ts';
import { smallPack } from '../../support/small-pack.ts';

const START = 1_790_000_000_000;

function simulation(
  seed: number,
  scenario = 'storm',
  traffic = roadsDouble(smallPack(), { vehicles: 7, flowVph: 900, driveS: 90 }),
): Simulation {
  return new Simulation({
    pack: smallPack(),
    traffic,
    scenario: scenarios.get(scenario)!,
    seed,
    startMs: START,
    startHour: 8,
    tag: 't',
    log: () => undefined,
  });
}

function play(s: Simulation, seconds: number): { feed: string; o: Observation }[] {
  const out: { feed: string; o: Observation }[] = [];
  for (let i = 0; i < seconds * 2; i++) {
    s.step();
    s.collect((feed, o) => out.push({ feed, o }));
  }
  return out;
}

describe('simulation', () => {
  it('SI-14: says the same for the same seed, and only what the contract allows', () => {
    const one = play(simulation(5), 600);
    expect(play(simulation(5), 600)).toEqual(one);
    expect(play(simulation(6), 600)).not.toEqual(one);
    for (const { o } of one) expect(observation.safeParse(o).error?.issues ?? []).toEqual([]);
    const warnings = one.filter((x) => x.o.type === 'warning');
    expect(warnings.map((x) => [x.feed, x.o.at])).toEqual([['sim-warnings', START + 30_000]]);
    const feeds = new Set(one.map((x) => x.feed));
    for (const feed of [
      'positions',
      'detectors',
      'signals',
      'incidents',
      'units',
      'facilities',
      'stations',
    ]) {
      expect(feeds).toContain(`sim-${feed}`);
    }
  });

  it('SI-54: every vehicle is said once a second, a signal when it changes and each 20 s', () => {
    const said = play(simulation(1, 'ordinary'), 60);
    const cars = said.filter((x) => x.o.type === 'position');
    expect(cars.length).toBe(7 * 60);
    const signals = said.filter((x) => x.o.type === 'signal').length;
    expect(signals).toBe(3 * smallPack().signals.length);
  });

  it('SI-54: facilities and stations take small steps', () => {
    const last = new Map<string, number>();
    const steps: Record<string, number> = { bedsFree: 0, spacesFree: 0 };
    for (const { o } of play(simulation(2, 'ordinary'), 1_800)) {
      for (const [name, value] of Object.entries(o.type === 'facility' ? o.metrics : {})) {
        const step = Math.abs(value - (last.get(`${o.id} ${name}`) ?? value));
        steps[name] = Math.max(steps[name] ?? 0, step);
        last.set(`${o.id} ${name}`, value);
      }
    }
    expect(steps['bedsFree']).toBeLessThanOrEqual(6);
    expect(steps['spacesFree']).toBeLessThanOrEqual(30);
    expect(last.size).toBeGreaterThan(3);
  });

  it('SI-12: a run that ends leaves nothing open', () => {
    const s = simulation(3);
    const said = play(s, 900);
    s.wrapUp((feed, o) => said.push({ feed, o }));
    const state = new Map<string, string>();
    for (const { o } of said) if (o.type === 'incident') state.set(o.id, o.status);
    expect(state.size).toBeGreaterThan(3);
    expect([...state.values()].filter((v) => v === 'open')).toEqual([]);
  });
});

it('SI-44: another scenario moves the clock to its own hour, for demand too', () => {
  const traffic = roadsDouble(smallPack());
  const s = simulation(1, 'ordinary', traffic);
  play(s, 60);
  s.switchTo(scenarios.get('night')!, 1);
  expect(s.hour).toBeCloseTo(1, 6);
  expect(traffic.demandHours).toEqual([1]);
  play(s, 360);
  expect(s.hour).toBeCloseTo(1.1, 6);
  s.switchTo(scenarios.get('rush-hour')!, 1);
  expect(s.hour).toBeCloseTo(scenarios.get('rush-hour')!.startHour, 6);
});

describe('pacer', () => {
  function pacer(costMs: (step: number) => number) {
    let nowMs = 0;
    const steps: { atMs: number; late: boolean }[] = [];
    const moved: number[] = [];
    const p = new Pacer({
      intervalMs: 500,
      nowMs: () => nowMs,
      step: (late) => {
        steps.push({ atMs: nowMs, late });
        nowMs += costMs(steps.length);
      },
      log: () => undefined,
      onMoved: (ms) => moved.push(ms),
      onError: (cause) => {
        throw cause;
      },
    });
    const until = (ms: number): void => {
      while (nowMs < ms) {
        p.run();
        nowMs += 10;
      }
    };
    return { p, steps, moved, until };
  }

  it('SI-55: does not drift, whatever a step takes', () => {
    const { steps, until } = pacer((n) => (n % 7) * 60);
    until(60_000);
    expect(steps.length).toBe(120);
    expect(steps.some((s) => s.late)).toBe(false);
  });

  it('SI-55: after a stall it makes up the steps without publishing, then publishes again', () => {
    const { steps, until, p } = pacer((n) => (n === 10 ? 4_000 : 20));
    until(30_000);
    expect(steps.length).toBe(60);
    expect(p.skipped).toBeGreaterThan(3);
    expect(steps.at(-1)!.late).toBe(false);
  });

  it('SI-55: a machine that is too slow gets its clock moved, and it is said by how much', () => {
    const { moved, until } = pacer(() => 900);
    until(120_000);
    expect(moved.length).toBeGreaterThan(1);
    for (const ms of moved) expect(ms).toBeGreaterThan(10_000);
  });
});

const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

describe('control', () => {
  it('SI-56: answers on loopback, takes JSON only, and gives refusals as sentences', async () => {
    const got: unknown[] = [];
    const server = await openControl(0, {
      state: () => ({ scenario: 'ordinary' }),
      scenario: (request) => {
        if (request.name === 'nope') throw new Error('no scenario “nope”');
        got.push(request);
        return { ok: true };
      },
      fault: (request) => request,
      whatIf: (request) => Promise.resolve({ minutes: request.minutes }),
    });
    ends.push(() => void server.close());
    const { port } = server.address() as { port: number };
    expect(await askControl(port, '/state')).toEqual({ scenario: 'ordinary' });
    await askControl(port, '/scenario', { name: 'storm', speed: 2 });
    expect(got).toEqual([{ name: 'storm', speed: 2 }]);
    expect(await askControl(port, '/what-if', { changes: { demandFactor: 1.2 } })).toEqual({ minutes: 60 });
    await expect(askControl(port, '/what-if', { changes: { demandFactor: -1 } })).rejects.toThrow(
      'demandFactor',
    );
    await expect(askControl(port, '/scenario', { name: 'nope' })).rejects.toThrow('no scenario');
    await expect(askControl(port, '/fault', { kind: 'fire', feed: 'x', seconds: 1 })).rejects.toThrow('kind');
    const plain = await fetch(`http://127.0.0.1:${port}/scenario`, {
      method: 'POST',
      body: '{"name":"storm"}',
    });
    expect(plain.status).toBe(415);
    expect(got).toHaveLength(1);
  });

  it('SI-56: where nothing runs, the answer is null', async () => {
    expect(await askControl(9, '/state')).toBeNull();
  });
});

it('SI-12: what a killed run left open is closed by the next', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'open-reports-'));
  ends.push(() => rm(dir, { recursive: true, force: true }));
  const file = join(dir, 'deep/open.json');
  const said: string[] = [];
  const first = new OpenReports(file, (line) => said.push(line));
  const o: IncidentObservation = {
    type: 'incident',
    id: 'a',
    at: 5,
    channel: '110',
    category: 'other',
    status: 'open',
  };
  first.note(o);
  first.note({ ...o, id: 'b' });
  first.note({ ...o, id: 'b', status: 'closed' });
  await first.save();
  const left = await new OpenReports(file, (line) => said.push(line)).leftOver(99);
  expect(left).toMatchObject([{ id: 'a', status: 'closed', updatedAt: 99 }]);
  expect(said).toEqual([]);
  expect(await new OpenReports(join(dir, 'none.json'), (line) => said.push(line)).leftOver(1)).toEqual([]);
  expect(said).toEqual([]);
});

it('SI-74 what the server handles is not kept among the reports left open, nor comes back by a repetition', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'open-reports-'));
  ends.push(() => rm(dir, { recursive: true, force: true }));
  const file = join(dir, 'open.json');
  const reports = new OpenReports(file, () => undefined);
  const o = { type: 'incident', at: 5, channel: '110', category: 'other', status: 'open' } as const;
  reports.note({ ...o, id: 'a' });
  reports.note({ ...o, id: 'b' });
  reports.handOver('b');
  reports.note({ ...o, id: 'b' });
  await reports.save();
  expect((await new OpenReports(file, () => undefined).leftOver(9)).map((r) => r.id)).toEqual(['a']);
});

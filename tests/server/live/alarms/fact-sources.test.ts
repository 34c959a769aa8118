/** Facts that are no records: links, signals, who is on duty, what is usual; and what of it a restart brings back. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { City } from '../../../../server/city/city.ts';
import { demoColleagues } from '../../../../server/contract/accounts.ts';
import type { PresenceRecord } from '../../../../server/contract/records.ts';
import type { Role } from '../../../../server/contract/roles.ts';
import { Evaluator } from '../../../../server/domain/alarms/evaluation/evaluator.ts';
import type { FactUpdate } from '../../../../server/domain/alarms/evaluation/facts.ts';
import { PROBES_STALE_AFTER_MS } from '../../../../server/domain/traffic.ts';
import { fixedLinkFacts, LinkFacts } from '../../../../server/live/alarms/link-facts.ts';
import { OperatorsOnDuty } from '../../../../server/live/alarms/operators.ts';
import { SignalFacts } from '../../../../server/live/alarms/signal-facts.ts';
import { VEHICLE_ROOM_M, type LinkNow } from '../../../../server/live/link-states.ts';
import type { FactSample, History } from '../../../../server/live/ports.ts';
import { SqliteHistory } from '../../../../server/storage/sqlite-history.ts';
import { aRule } from '../../../support/alarm-life.ts';
import { alarmWorld } from '../../../support/alarm-world.ts';
import { view } from '../../../support/http-rig.ts';
import { START_MS } from '../../../support/live-world.ts';
import { MemoryJournal } from '../../../support/memory-journal.ts';
import { noHistory } from '../../../support/no-history.ts';
import { smallPack } from '../../../support/small-pack.ts';
import { temporaryFolder } from '../../../support/temporary.ts';

const city = City.fromPack(smallPack());
const places = { metresTo: () => Infinity, insideDistrict: () => undefined };
const clock = { at: () => ({ hour: 12, weekday: 3, workday: true }) };
const evaluator = (): Evaluator => new Evaluator({ places, clock });

describe('links', () => {
  it('AL-181 carry what the city pack says of them, at their middle, and each evaluation', () => {
    const fixed = fixedLinkFacts(city, START_MS);
    expect(fixed).toHaveLength(city.linkCount);
    const index = city.linkIndex('j-2-0>j-2-1');
    const [a, middle, b] = city.linkAt(index).path;
    expect(fixed[index]).toMatchObject({
      kind: 'link',
      name: { zh: '人民路', en: 'Renmin Road' },
      district: 'qu',
      facts: { id: 'j-2-0>j-2-1', class: 'primary', lanes: 3, limitKph: 60, street: 'jie-west' },
    });
    const [lon, lat] = fixed[index]!.position!;
    expect(lon).toBeGreaterThan(a![0]);
    expect(lon).toBeLessThan(b![0]);
    expect(lat).toBeCloseTo(middle![1], 4);
    const e = evaluator();
    const links = new LinkFacts(e, fixed);
    const freeFlow = city.freeFlowKph(index);
    links.set(
      index,
      { speedKph: freeFlow / 4, vehicles: 7, fullPct: 12, heardAtMs: START_MS - 5_000 },
      START_MS,
    );
    const now = (): unknown[] =>
      ['speedKph', 'ratio', 'vehicles', 'fullPct', 'silentS'].map((f) => e.valueOf('link', 'j-2-0>j-2-1', f));
    expect(now()).toEqual([freeFlow / 4, 0.25, 7, 12, 5]);
    links.set(index, { speedKph: NaN, vehicles: NaN, fullPct: NaN, heardAtMs: START_MS }, START_MS + 1_000);
    expect(now()).toEqual([null, null, null, null, 1]);
  });

  it('AL-181 of a path of two points lie half-way, and a city without a network has none', () => {
    const pack = smallPack();
    const links = pack.links.map((l) => ({ ...l, path: [l.path[0]!, l.path.at(-1)!] }));
    const straight = City.fromPack({ ...pack, links });
    const index = straight.linkIndex('e-west>j-2-0');
    const [a, b] = straight.linkAt(index).path;
    expect(fixedLinkFacts(straight, 0)[index]!.position![0]).toBeCloseTo((a![0] + b![0]) / 2, 6);
    expect(fixedLinkFacts(City.plain(view), 0)).toEqual([]);
  });

  it('TR-11 are as full as the vehicles on them take room at 7.5 m each, over all lanes', async () => {
    const world = await alarmWorld();
    const { links } = world.engine;
    const index = city.linkIndex('j-2-0>j-2-1');
    const [lon, lat] = city.linkAt(index).path[1]!;
    const cars = Array.from({ length: 12 }, (_, i) => ({
      ...({ type: 'position', id: `c${i}`, lon, lat } as const),
      at: world.nowMs,
      speedKph: 3,
      link: 'j-2-0>j-2-1',
    }));
    await world.observe('cars', ...cars);
    await world.pass();
    const roomM = city.linkLengthM(index) * 3;
    expect(links.fullPct(index)).toBeCloseTo((100 * 12 * VEHICLE_ROOM_M) / roomM, 6);
    expect(links.fullPct(city.linkIndex('j-2-1>j-2-0'))).toBe(0);
    expect(links.measured()).toMatchObject([{ index, fullPct: links.fullPct(index) }]);
  });

  it('TR-12 whoever looks on hears of every evaluation; what is stale is not known, but when it was heard is', async () => {
    const world = await alarmWorld();
    const { links, positions } = world.engine;
    const heard: (LinkNow & { readonly link: number })[] = [];
    links.onEvaluated = (link, now) => heard.push({ ...now, link });
    links.probe(4, 30, START_MS, 1_000, START_MS + 10, 0);
    links.tick(START_MS + 1_000, positions);
    expect(heard).toMatchObject([{ link: 4, vehicles: 0, fullPct: 0, heardAtMs: START_MS + 10 }]);
    expect(heard[0]!.speedKph).toBeCloseTo(30, 3);
    links.tick(START_MS + PROBES_STALE_AFTER_MS + 6_000, positions);
    const nothing = { speedKph: NaN, vehicles: NaN, fullPct: NaN };
    expect(heard.at(-1)).toEqual({ link: 4, ...nothing, heardAtMs: START_MS + 10 });
    const reading = { ...({ type: 'detector', id: 'd', speedKph: 20 } as const), at: START_MS + 90_000 };
    links.loop(7, reading, START_MS + 91_000, 0);
    links.tick(START_MS + 92_000, positions);
    expect(heard.at(-1)).toMatchObject({ link: 7, heardAtMs: START_MS + 91_000 });
  });
});

describe('signals', () => {
  it('AL-181 say how they are when that changes, and each time that they are not silent', () => {
    const said: FactUpdate[] = [];
    const e = evaluator();
    const signals = new SignalFacts(city, e, (u) => (said.push(u), e.update(u)), START_MS);
    const names = said.map((u) => u.name?.zh);
    expect(said).toHaveLength(city.signalCount);
    const index = city.signalIndex('s-j-2-2');
    expect(said[index]).toMatchObject({
      kind: 'signal',
      district: 'qu',
      name: { en: 'Centre Crossing' },
    });
    expect(names[city.signalIndex('s-j-1-2')]).toBe('长乐街—解放路路口');
    said.length = 0;
    const report = (state: 'green' | 'dark' | 'flashing', atMs: number): void =>
      signals.set(
        index,
        { ...({ type: 'signal', id: 's-j-2-2', phase: 0 } as const), state, at: atMs },
        atMs,
      );
    report('green', START_MS);
    report('green', START_MS + 1_000);
    report('dark', START_MS + 2_000);
    report('flashing', START_MS + 3_000);
    expect(said.map((u) => u.facts)).toEqual([
      { state: 'green', dark: false, flashing: false },
      { state: 'dark', dark: true, flashing: false },
      { state: 'flashing', dark: false, flashing: true },
    ]);
    e.advance(START_MS + 10_000);
    expect(e.valueOf('signal', 's-j-2-2', 'silentS')).toBe(7);
    expect(e.valueOf('signal', 's-j-1-2', 'silentS')).toBeNull();
    said.length = 0;
    for (const atMs of [START_MS + 60_000, START_MS + 120_000]) signals.sayHeard(atMs, (u) => said.push(u));
    expect(said).toEqual([
      { kind: 'signal', id: 's-j-2-2', atMs: START_MS + 60_000, facts: { silentS: START_MS + 60_000 } },
    ]);
  });
});

describe('operators on duty', () => {
  const screens = (...of: [user: string, role: Role][]): PresenceRecord[] =>
    of.map(([user, role], i) => ({ id: `s${i}`, user, name: user, role, incident: null, sinceMs: 0 }));
  const li = ['li', 'call-taker'] as [string, Role];
  const wang = ['wang', 'dispatcher'] as [string, Role];
  const colleague = [demoColleagues.dispatcher.id, 'dispatcher'] as [string, Role];

  it('AL-180 are people of the desk, each once, without colleagues that are played', () => {
    const count = (...of: [string, Role][]): number => new OperatorsOnDuty().count(screens(...of), 0);
    expect(count(li, wang, wang, ['sun', 'supervisor'])).toBe(3);
    expect(count(['q', 'viewer'], ['f', 'department'], ['c', 'security-admin'], ['h', 'audit-admin'])).toBe(
      0,
    );
    expect(count(li, colleague)).toBe(1);
  });

  it('AL-180 who comes counts at once, who goes for a minute more', () => {
    const duty = new OperatorsOnDuty();
    const at = (s: number, ...of: [string, Role][]): number => duty.count(screens(...of), s * 1_000);
    expect([at(0), at(1, li, wang), at(2, li), at(61, li), at(62, li), at(63)]).toEqual([0, 2, 2, 2, 1, 1]);
    // Back within the minute: nobody was away.
    expect([at(100, li), at(130), at(170, li), at(231, li)]).toEqual([1, 1, 1, 1]);
    // A clock set back holds up nothing.
    expect(at(20)).toBe(1);
    expect(at(10)).toBe(0);
  });

  it.each<[string, before: number, mine: number, known: number, said: number]>([
    ['more here', 0, 2, 1, 2],
    ['fewer here, and others see more', 2, 1, 3, 3],
    ['fewer here, and it was ours', 2, 1, 2, 1],
    ['as before, and others said less', 2, 2, 0, 2],
    ['as before, and others said more', 2, 2, 3, 3],
  ])('AL-173 of two servers the larger number holds: %s', (_, before, mine, known, said) => {
    const duty = new OperatorsOnDuty();
    duty.begin(before, 0);
    duty.count(screens(...[li, wang].slice(0, mine)), 0);
    duty.count(screens(...[li, wang].slice(0, mine)), 60_000);
    expect(duty.say(known)).toBe(said);
  });
});

describe('what a restart brings back', () => {
  it('AL-182 what is usual is kept each half hour and at the end, and learnt on from there', async () => {
    let kept: Uint8Array | null = null;
    let times = 0;
    const history: History = {
      ...noHistory,
      keepBaselines: (bytes) => ((kept = bytes), times++),
      baselines: async () => kept,
    };
    const rule = aRule('odd', {
      subject: 'station',
      when: 'has(station.levelM_usual) && station.levelM_dev > 5.0',
    });
    const before = await alarmWorld({ rules: [rule], history });
    for (let minute = 0; minute < 45; minute++) {
      await before.station('st-river', { levelM: 1 });
      await before.pass(60);
    }
    expect(times).toBe(1);
    await before.engine.stop();
    expect(times).toBe(2);
    const after = await alarmWorld({ rules: [rule], history, startMs: before.nowMs });
    await after.station('st-river', { levelM: 3 });
    await after.pass();
    expect(after.states).toEqual({ 'odd:st-river': 'unacknowledged' });
    const without = await alarmWorld({ rules: [rule], startMs: before.nowMs });
    await without.station('st-river', { levelM: 3 });
    await without.pass();
    expect(without.states).toEqual({});
  });

  it('AL-178 how long a unit has been in its status: an alarm about it stays', async () => {
    const file = join(temporaryFolder(), 'history.db');
    const open = () =>
      SqliteHistory.open(file, (e) => {
        throw e;
      });
    const journal = new MemoryJournal();
    const rule = aRule('long', {
      subject: 'unit',
      when: 'unit.status == "returning" && unit.statusMin > 10.0',
    });
    const first = await open();
    const before = await alarmWorld({ rules: [rule], journal, history: first });
    const returns = (world: typeof before) =>
      world.observe('mixed', { type: 'unit', id: 'u-f1', at: world.nowMs, status: 'returning' });
    await returns(before);
    await before.pass(11 * 60);
    expect(before.states).toEqual({ 'long:u-f1': 'unacknowledged' });
    await before.engine.stop();
    await first.close();
    const second = await open();
    const after = await alarmWorld({
      rules: [rule],
      journal,
      history: second,
      startMs: before.nowMs + 30_000,
    });
    await after.pass(5);
    await returns(after);
    await after.pass(5);
    expect(after.alarm('long:u-f1')).toMatchObject({ active: true, count: 1 });
    await after.observe('mixed', { type: 'unit', id: 'u-f1', at: after.nowMs + 1, status: 'available' });
    await after.pass(2);
    expect(after.alarm('long:u-f1')?.active).toBe(false);
    await after.engine.stop();
    await second.close();
  });

  it('AL-182 signals, which report often, are sampled with each step', async () => {
    const sampled: (readonly FactSample[])[] = [];
    const history: History = { ...noHistory, sampleFacts: (_at, _full, samples) => sampled.push(samples) };
    const world = await alarmWorld({ history });
    const report = () =>
      world.observe('signals', { type: 'signal', id: 's-j-2-2', at: world.nowMs, phase: 0, state: 'green' });
    await report();
    await world.pass(60);
    await world.pass(60);
    const of = sampled.map(
      (samples) => samples.find((s) => s.kind === 'signal' && s.id === 's-j-2-2')?.facts,
    );
    expect(of.slice(1)).toEqual([
      { state: 'green', dark: false, flashing: false, silentS: START_MS + 60_000 },
      undefined,
    ]);
  });
});

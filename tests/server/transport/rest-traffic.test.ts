/** Traffic at signals over real HTTP, held against its description. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  CorridorAnswer,
  CorridorLine,
  SignalAnswer,
  SignalLine,
  TrafficAnswer,
} from '../../../server/contract/signal-api.ts';
import { openApiDocument } from '../../../server/transport/openapi.ts';
import { putAccount, startAuthRig, type AuthRig } from '../../support/auth-rig.ts';
import { startRig, type Rig } from '../../support/http-rig.ts';
import { makeWorld, START_MS, type World } from '../../support/live-world.ts';
import { portCrossing, portSees } from '../../support/port-junction.ts';

const document = openApiDocument('1.2.3');
const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema({ $id: 'doc', components: document.components ?? {} });

/** What is wrong with an answer, by its description. */
function faults(path: string, body: unknown): unknown {
  const answers = document.paths?.[path]?.get?.responses as Record<
    string,
    { content: { 'application/json': { schema: object } } }
  >;
  const schema = JSON.stringify(answers['200']!.content['application/json'].schema);
  const check = ajv.compile(JSON.parse(schema.replaceAll('"#/components', '"doc#/components')) as object);
  void check(body);
  return check.errors ?? [];
}

const PORTED = 's-j-2-2';
let world: World;
let rig: Rig;
const get = async <T>(path: string): Promise<T> => {
  const answer = await fetch(`${rig.url}/api/v1${path}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as T;
};

beforeAll(async () => {
  world = await makeWorld();
  const { analysis } = world.engine;
  const links = { south: 'j-1-2>j-2-2', west: 'j-2-1>j-2-2', out: 'j-2-2>j-3-2' };
  analysis.described([portCrossing(PORTED, links)]);
  for (let s = 0; s <= 30; s++) {
    world.nowMs = START_MS + s * 1_000;
    const car = Math.max(0, 140 - s * 5);
    const lanes = [s < 28 ? [car, 5, 0] : [], [], [4, 0, 2]];
    analysis.seen([portSees({ id: PORTED, phase: 0, sinceS: s, lanes })], world.nowMs, s);
    await world.observe('cars', {
      type: 'position',
      id: 'car-1',
      at: world.nowMs,
      lon: 118.6 + 0.0001 * s,
      lat: 30.204,
      speedKph: 20,
      link: 'j-2-0>j-2-1',
    });
    world.engine.tick(world.nowMs);
  }
  rig = await startRig([], { city: world.city, traffic: analysis });
});
afterAll(() => rig.close());

describe('traffic over HTTP', () => {
  it('TR-237 answers as it is described', async () => {
    const lines = await get<SignalLine[]>('/signals');
    expect(faults('/api/v1/signals', lines)).toEqual([]);
    expect(lines.find((l) => l.id === PORTED)).toMatchObject({ measuredBy: 'video', queue: 1 });
    // Somebody drives towards this one; nothing is known of the others.
    expect(lines.map((l) => l.id).toSorted()).toEqual(['s-j-2-1', PORTED]);
    const signal = await get<SignalAnswer>(`/signals/${PORTED}`);
    expect(faults('/api/v1/signals/{id}', signal)).toEqual([]);
    expect(signal.approaches.map((a) => a.link)).toEqual(['j-1-2>j-2-2', 'j-2-1>j-2-2']);
    expect(faults('/api/v1/signals/{id}', await get('/signals/s-j-1-1'))).toEqual([]);
    const corridors = await get<CorridorLine[]>('/corridors');
    expect(faults('/api/v1/corridors', corridors)).toEqual([]);
    const corridor = await get<CorridorAnswer>(
      `/corridors/${encodeURIComponent(corridors[0]!.id)}?minutes=10`,
    );
    expect(faults('/api/v1/corridors/{id}', corridor)).toEqual([]);
    const traffic = await get<TrafficAnswer>('/traffic');
    expect(faults('/api/v1/traffic', traffic)).toEqual([]);
    expect(faults('/api/v1/traffic/links', await get('/traffic/links?minutes=30'))).toEqual([]);
    expect(traffic.areas.map((a) => a.id)).toEqual(['city', 'qu']);
  });

  it('says what there is not, and what cannot be asked', async () => {
    const status = async (path: string): Promise<number> => (await fetch(`${rig.url}/api/v1${path}`)).status;
    expect(await status('/signals/none')).toBe(404);
    expect(await status('/corridors/none')).toBe(404);
    const [line] = await get<CorridorLine[]>('/corridors');
    expect(await status(`/corridors/${encodeURIComponent(line!.id)}?minutes=11`)).toBe(400);
    expect(await status('/traffic/links?minutes=20')).toBe(400);
  });
});

describe('who reads it', () => {
  let house: AuthRig;
  beforeAll(async () => {
    house = await startAuthRig({ http: { city: world.city, traffic: world.engine.analysis } });
  });
  afterAll(() => house.close());

  it('TR-237 nobody who is not signed in, and every role that is', async () => {
    expect((await house.browser().ask('GET', '/traffic')).status).toBe(401);
    for (const role of ['viewer', 'department', 'dispatcher', 'audit-admin'] as const) {
      await putAccount(house.accounts, role, role);
      const person = house.browser();
      expect((await person.signIn(role)).status).toBe(200);
      expect((await person.ask('GET', '/traffic')).status).toBe(200);
    }
  });
});

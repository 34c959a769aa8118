/** What-if runs over HTTP: who may have one made, what is refused, and how a simulator tells what came of it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { City } from '../../../server/city/city.ts';
import type { WhatIfAnswer } from '../../../server/contract/signal-api.ts';
import { WhatIfRuns } from '../../../server/live/signals/what-if.ts';
import { putAccount, startAuthRig, type AuthRig, type Browser } from '../../support/auth-rig.ts';
import { startRig, testFeed, TOKEN, type Rig } from '../../support/http-rig.ts';
import { smallPack } from '../../support/small-pack.ts';

const pack = smallPack();
const city = City.fromPack(pack);
const runsHere = (): WhatIfRuns => {
  const runs = new WhatIfRuns({ isLink: (id) => city.linkIndex(id) >= 0, nowMs: Date.now });
  runs.offer('controllers');
  return runs;
};
const feeds = [
  testFeed({ id: 'controllers', kind: 'signal-port', format: 'signal-port' }),
  testFeed({ id: 'cars', kind: 'positions' }),
];
const asked = { closeLinks: [pack.links[0]!.id], minutes: 10 };

describe('POST /api/v1/what-if', () => {
  let house: AuthRig;
  const people = new Map<string, Browser>();
  beforeAll(async () => {
    house = await startAuthRig({ http: { city, whatIf: runsHere() } });
    for (const role of ['viewer', 'call-taker', 'department', 'dispatcher', 'supervisor'] as const) {
      await putAccount(house.accounts, role, role);
      const person = house.browser();
      await person.signIn(role);
      people.set(role, person);
    }
  });
  afterAll(() => house.close());

  it('TR-254 takes it from dispatchers and supervisors, and whoever is signed in may read it', async () => {
    const statuses = new Map<string, number>();
    for (const [role, person] of people)
      statuses.set(role, (await person.ask('POST', '/what-if', asked)).status);
    expect(Object.fromEntries(statuses)).toEqual({
      viewer: 403,
      'call-taker': 403,
      department: 403,
      dispatcher: 200,
      supervisor: 200,
    });
    expect((await house.browser().ask('POST', '/what-if', asked)).status).toBe(401);
    const { body } = await people.get('dispatcher')!.ask<WhatIfAnswer>('POST', '/what-if', asked);
    expect(body).toMatchObject({ state: 'running', progress: 0, request: asked });
    expect((await people.get('viewer')!.ask('GET', `/what-if/${body.id}`)).body).toEqual(body);
    expect((await people.get('viewer')!.ask('GET', '/what-if/none')).status).toBe(404);
    expect((await house.browser().ask('GET', `/what-if/${body.id}`)).status).toBe(401);
  });

  it.each([
    [{ ...asked, minutes: 4 }, 'bad-field'],
    [{ ...asked, minutes: 61 }, 'bad-field'],
    [{ ...asked, demandFactor: 0.1 }, 'bad-field'],
    [{ ...asked, demandFactor: 3.1 }, 'bad-field'],
    [{ ...asked, method: 'magic' }, 'bad-field'],
    [{ ...asked, closeLinks: Array.from({ length: 51 }, () => 'x') }, 'bad-field'],
    [{ ...asked, closeLinks: ['nowhere'] }, 'unknown-object'],
    ['{', 'not-json'],
  ])('TR-250 refuses %j with a reason', async (body, code) => {
    const answer = await people.get('supervisor')!.ask('POST', '/what-if', body);
    expect([answer.status, answer.code]).toEqual([400, code]);
  });

  it('TR-254 is not asked more than twenty times a minute', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 21; i++)
      statuses.push((await people.get('dispatcher')!.ask('POST', '/what-if', '{')).status);
    expect(statuses.at(-1)).toBe(429);
  });
});

describe('POST /api/v1/what-if-results', () => {
  let rig: Rig;
  const runs = runsHere();
  beforeAll(async () => {
    rig = await startRig(feeds, { city, whatIf: runs });
  });
  afterAll(() => rig.close());
  const post = (body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
    fetch(`${rig.url}/api/v1/what-if-results`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...headers },
    });

  it('TR-252 takes what the simulator says, and tells it when nobody wants the run any more', async () => {
    const started = runs.start(asked);
    const id = started.ok ? started.value.id : '';
    const said = { feed: 'controllers', id, progress: 0.5 };
    expect((await post({ ...said, state: 'running' })).status).toBe(200);
    expect(runs.answer(id)?.progress).toBe(0.5);
    const totals = { delayNowS: 20, delayThenS: 30, arrivedNow: 100, arrivedThen: 90 };
    const links = [{ link: pack.links[1]!.id, nowKph: 40, thenKph: 20 }];
    expect((await post({ ...said, state: 'done', totals, links, tookMs: 12 })).status).toBe(200);
    expect(runs.answer(id)).toMatchObject({ state: 'done', totals, links, tookMs: 12 });
    expect((await post({ ...said, state: 'running' })).status).toBe(404);
  });

  it.each([
    ['no token', { feed: 'controllers' }, { authorization: '' }, 401],
    ['another token', { feed: 'controllers' }, { authorization: 'Bearer another-token-of-length' }, 401],
    ['a feed of another kind', { feed: 'cars' }, {}, 403],
    ['a feed nobody knows', { feed: 'x' }, {}, 404],
    ['a progress that cannot be', { feed: 'controllers', progress: 2 }, {}, 400],
    ['text', { feed: 'controllers' }, { 'content-type': 'text/plain' }, 415],
  ])('TR-252 refuses %s', async (_, more, headers, status) => {
    const body = { id: 'x', state: 'running', progress: 0, ...more };
    expect((await post(body, headers)).status).toBe(status);
  });
});

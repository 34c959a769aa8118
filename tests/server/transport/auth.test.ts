import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { SessionAnswer } from '../../../server/contract/api.ts';
import { refusalText } from '../../../server/contract/refusals.ts';
import {
  Browser,
  PASSWORD,
  putAccount,
  quickPasswords,
  startAuthRig,
  type AuthRig,
  type AuthRigOptions,
} from '../../support/auth-rig.ts';
import { fixedPicture } from '../../support/http-rig.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let rigs: AuthRig[] = [];
afterEach(async () => {
  await Promise.all(rigs.map((rig) => rig.close()));
  rigs = [];
});

async function start(options: AuthRigOptions = {}): Promise<AuthRig> {
  const rig = await startAuthRig(options);
  rigs.push(rig);
  await putAccount(rig.accounts, 'wang', 'dispatcher');
  await putAccount(rig.accounts, 'gone', 'dispatcher', { disabled: true });
  await putAccount(rig.accounts, 'chief', 'security-admin');
  return rig;
}
async function signedIn(rig: AuthRig, id: string): Promise<Browser> {
  const browser = rig.browser();
  expect((await browser.signIn(id)).status).toBe(200);
  return browser;
}
const onlyRow = (rig: AuthRig) => [...rig.accounts.sessions.values()][0]!;

describe('signing in', () => {
  it('answers who it is, and the session goes on answering it', async () => {
    const rig = await start();
    const browser = rig.browser();
    expect((await browser.ask('GET', '/session')).body).toEqual({ person: null, csrf: null, demo: false });
    const { body } = await browser.signIn(' WANG ');
    expect(body).toEqual({
      person: { id: 'wang', name: 'wang', role: 'dispatcher' },
      csrf: expect.stringMatching(/^[\w-]{43}$/),
      demo: false,
    });
    expect((await browser.ask('GET', '/session')).body).toEqual(body);
    expect(JSON.stringify(body)).not.toContain('hash');
  });

  it('SE-41 five failures in a row lock the account for 15 minutes, for the right password too', async () => {
    const rig = await start();
    const browser = rig.browser();
    for (let i = 1; i <= 4; i++)
      expect((await browser.signIn('wang', 'guess')).code).toBe('wrong-credentials');
    expect((await browser.signIn('wang', 'guess')).code).toBe('account-locked');
    rig.nowMs += 5 * MINUTE_MS;
    const locked = await browser.signIn('wang');
    expect(locked.status).toBe(423);
    expect(locked.body).toMatchObject({
      error: {
        code: 'account-locked',
        detail: '10',
        text: refusalText({ code: 'account-locked', detail: '10' }),
      },
    });
    expect((await signedIn(rig, 'chief')).csrf).not.toBeNull();
    rig.nowMs += 10 * MINUTE_MS;
    expect((await browser.signIn('wang')).status).toBe(200);
    expect(rig.accounts.accounts.get('wang')).toMatchObject({ failures: 0, lockedUntilMs: null });
  });

  it('SE-41 a success between forgets the failures, and a hundred guesses at once are five', async () => {
    const rig = await start();
    const browser = rig.browser();
    for (let i = 0; i < 4; i++) await browser.signIn('wang', 'guess');
    await browser.signIn('wang');
    for (let i = 0; i < 4; i++)
      expect((await browser.signIn('wang', 'guess')).code).toBe('wrong-credentials');
    await browser.signIn('wang');
    const codes = await Promise.all(
      Array.from({ length: 100 }, async () => (await rig.browser().signIn('wang', 'guess')).code),
    );
    expect(codes.filter((code) => code === 'wrong-credentials')).toHaveLength(4);
    expect(codes.filter((code) => code === 'account-locked')).toHaveLength(96);
  });

  it('SE-42 a wrong name, a wrong password and a disabled account cannot be told apart', async () => {
    const worked: (string | null)[] = [];
    const passwords = {
      ...quickPasswords,
      verify: (encoded: string | null, password: string) => {
        worked.push(encoded);
        return quickPasswords.verify(encoded, password);
      },
    };
    const rig = await start({ passwords, refusedAfterMs: 40, demo: true });
    const ids = ['wang', 'nobody', 'gone', 'demo-dispatcher', '__proto__'];
    for (let round = 1; round <= 6; round++) {
      const answers = [];
      for (const id of ids) {
        const startedAt = performance.now();
        const { status, body } = await rig.browser().signIn(id, id === 'gone' ? PASSWORD : 'guess');
        expect(performance.now() - startedAt).toBeGreaterThanOrEqual(38);
        answers.push({ status, body: { ...(body as object), requestId: '' } });
      }
      expect(new Set(answers.map((a) => JSON.stringify(a))).size).toBe(1);
      expect(answers[0]!.status).toBe(round < 5 ? 401 : 423);
    }
    // The same work for each, until it is locked.
    expect(worked).toHaveLength(5 * ids.length);
  });

  it('SE-43 tries are limited by address', async () => {
    const rig = await start({ signInsPerMinute: 3 });
    const codes = [];
    for (let i = 0; i < 5; i++) codes.push((await rig.browser().signIn(`guess-${i}`, 'guess')).code);
    expect(codes).toEqual([...Array<string>(3).fill('wrong-credentials'), 'rate-limited', 'rate-limited']);
    expect((await rig.browser().ask('GET', '/session')).status).toBe(200);
  });

  it.each([
    ['no JSON', '{"id":"wang","password":"s3cret', {}, 400, 'not-json'],
    [
      'a form',
      'id=wang&password=x',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      'bad-content-type',
    ],
    ['text', '{}', { 'content-type': 'text/plain' }, 415, 'bad-content-type'],
    ['too much', `{"id":"wang","password":"${'x'.repeat(70_000)}"}`, {}, 413, 'body-too-large'],
    ['packed', '{}', { 'content-encoding': 'br' }, 415, 'bad-encoding'],
    ['another field', '{"id":"wang","password":"s3cret","role":"supervisor"}', {}, 400, 'bad-field'],
    ['no text', '{"id":{"$ne":1},"password":["s3cret"]}', {}, 400, 'bad-field'],
    ['nothing', '', {}, 400, 'bad-field'],
  ] as const)('SE-46 a body that is %s is refused in words', async (_, body, headers, status, code) => {
    const rig = await start();
    const answer = await rig.browser().ask('POST', '/session', body, headers);
    expect(answer).toMatchObject({ status, code });
    expect(JSON.stringify(answer.body)).not.toContain('s3cret');
    expect(rig.rig.log.errors).toEqual([]);
    expect((await rig.browser().signIn('wang')).status).toBe(200);
  });
});

describe('the session', () => {
  it('SE-44 its cookie is out of reach of scripts and other sites, and the store cannot open it', async () => {
    const rig = await start();
    const browser = rig.browser();
    const plain = (await browser.signIn('wang')).headers.getSetCookie();
    expect(plain).toEqual([expect.stringMatching(/^city-brain=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/)]);
    const token = /=([^;]+)/.exec(plain[0]!)![1]!;
    expect(JSON.stringify([...rig.accounts.sessions])).not.toContain(token);
    expect(onlyRow(rig).tokenHash).toMatch(/^[0-9a-f]{64}$/);
    const thief = rig.browser();
    thief.cookies.set('city-brain', onlyRow(rig).tokenHash);
    expect((await thief.ask<SessionAnswer>('GET', '/session')).body.person).toBeNull();

    const { host } = new URL(rig.rig.url);
    const overTls = await rig
      .browser()
      .ask('POST', '/session', { id: 'wang', password: PASSWORD }, { origin: `https://${host}` });
    expect(overTls.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-city-brain=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
    ]);
  });

  it('SE-44 ends after 12 hours without use and after 24 in any case', async () => {
    const rig = await start();
    const browser = await signedIn(rig, 'wang');
    const person = async (): Promise<unknown> =>
      (await browser.ask<SessionAnswer>('GET', '/session')).body.person;
    rig.nowMs += 12 * HOUR_MS - 1;
    expect(await person()).not.toBeNull();
    rig.nowMs += 11 * HOUR_MS;
    expect(await person()).not.toBeNull();
    rig.nowMs += HOUR_MS + 2;
    expect(await person()).toBeNull();
    expect(rig.accounts.sessions.size).toBe(0);
    await browser.signIn('wang');
    rig.nowMs += 12 * HOUR_MS + 1;
    expect(await person()).toBeNull();
  });

  it('SE-45 every sign-in has a new token, and the one that came along is worth nothing', async () => {
    const rig = await start();
    const planted = rig.browser();
    planted.cookies.set('city-brain', 'x'.repeat(43));
    await planted.signIn('wang');
    expect(planted.cookies.get('city-brain')).not.toBe('x'.repeat(43));
    const before = new Browser(rig.rig.url);
    before.cookies = new Map(planted.cookies);
    await planted.signIn('chief');
    expect((await before.ask<SessionAnswer>('GET', '/session')).body.person).toBeNull();
    expect(rig.accounts.sessions.size).toBe(1);
  });

  it('SE-47 nothing is changed without the session’s secret, or from a page elsewhere', async () => {
    const rig = await start();
    const browser = await signedIn(rig, 'chief');
    const { csrf } = browser;
    const tryIt = (headers: Record<string, string>): Promise<{ status: number; code: string | undefined }> =>
      browser.ask('PATCH', '/accounts/wang', { name: randomUUID() }, headers);
    expect(await tryIt({ 'x-csrf-token': '' })).toMatchObject({ status: 403, code: 'csrf' });
    expect(await tryIt({ 'x-csrf-token': `${csrf!.slice(1)}x` })).toMatchObject({ code: 'csrf' });
    expect(await tryIt({ origin: 'https://evil.example' })).toMatchObject({ code: 'csrf' });
    expect(await tryIt({ origin: 'null' })).toMatchObject({ code: 'csrf' });
    expect(await tryIt({ 'sec-fetch-site': 'cross-site' })).toMatchObject({ code: 'csrf' });
    expect(rig.accounts.accounts.get('wang')!.name).toBe('wang');
    expect((await tryIt({ origin: rig.rig.url })).status).toBe(200);
    expect((await tryIt({ 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect((await tryIt({ origin: 'https://wall.example', 'sec-fetch-site': 'cross-site' })).status).toBe(
      200,
    );

    for (const [method, path] of [
      ['DELETE', '/session'],
      ['PUT', '/session/password'],
      ['POST', '/accounts'],
      ['POST', '/records/incident'],
    ] as const) {
      const body = method === 'DELETE' ? undefined : {};
      const answer = await browser.ask(method, path, body, { 'x-csrf-token': '' });
      expect([path, answer.code]).toEqual([path, 'csrf']);
    }
    const stranger = await rig
      .browser()
      .ask('POST', '/session', { id: 'wang', password: PASSWORD }, { origin: 'https://evil.example' });
    expect(stranger.code).toBe('csrf');
  });

  it('SE-53 one’s own password is changed with the present one, and every other session ends', async () => {
    const rig = await start();
    const [here, there] = [await signedIn(rig, 'wang'), await signedIn(rig, 'wang')];
    const change = (current: string, next: string): Promise<{ status: number; code: string | undefined }> =>
      here.ask('PUT', '/session/password', { current, next });
    expect(await change('guess', 'another good password')).toMatchObject({ status: 401 });
    for (const weak of ['short', 'aaaaaaaaaaaaaaaa', '123456789012', 'wang wang wang!', PASSWORD]) {
      expect([weak, (await change(PASSWORD, weak)).code]).toEqual([weak, 'weak-password']);
    }
    expect(await change(PASSWORD, 'another good password')).toMatchObject({ status: 200 });
    expect((await here.ask<SessionAnswer>('GET', '/session')).body.person).toMatchObject({ id: 'wang' });
    expect((await there.ask<SessionAnswer>('GET', '/session')).body.person).toBeNull();
    expect((await rig.browser().signIn('wang')).code).toBe('wrong-credentials');
    expect((await rig.browser().signIn('wang', 'another good password')).status).toBe(200);
    // Guessing it from an open screen locks like signing in does.
    for (let i = 0; i < 4; i++) await change('guess', 'another good password 2');
    expect((await change('guess', 'another good password 2')).code).toBe('account-locked');
  });
});

describe('who is not signed in', () => {
  it('SE-51 gets nothing outside the demo but what a page needs to sign in', async () => {
    const rig = await start();
    const nobody = rig.browser();
    for (const path of [
      '/city',
      '/city/links',
      '/records/incident',
      '/search?q=x',
      '/history/vitals',
      '/none',
    ]) {
      expect([path, (await nobody.ask('GET', path)).code]).toEqual([path, 'not-signed-in']);
    }
    for (const path of ['/client-config', '/session']) {
      expect([path, (await nobody.ask('GET', path)).status]).toEqual([path, 200]);
    }
    const line = '{"type":"gone","id":"v1","at":1800000000000}';
    expect((await rig.rig.post('cars', line)).status).toBe(200);
    const wang = await signedIn(rig, 'wang');
    expect((await wang.ask('GET', '/records/incident')).status).toBe(200);
  });

  it('SE-51 is a viewer in the demo', async () => {
    const rig = await start({ demo: true });
    expect((await rig.browser().ask('GET', '/records/incident')).status).toBe(200);
    expect((await rig.browser().ask('DELETE', '/session')).status).toBe(200);
  });
});

describe('the demo', () => {
  it('SE-48 its people sign in by one click, one of each role', async () => {
    const rig = await start({ demo: true });
    const browser = rig.browser();
    const { body } = await browser.ask<SessionAnswer>('GET', '/session');
    const people = body.demoAccounts!;
    expect(new Set(people.map((p) => p.role)).size).toBe(8);
    expect(people.filter((p) => p.role === 'dispatcher')).toHaveLength(2);
    expect(people).toContainEqual({
      id: 'demo-fire',
      name: '刘消防',
      role: 'department',
      department: 'dep-fire',
    });
    for (const { id } of people) {
      const opened = await browser.ask<SessionAnswer>('POST', '/session', { demo: id });
      expect(opened.body.person).toMatchObject({ id });
    }
    expect(rig.audited.at(-1)).toMatchObject({ type: 'user.signed-in', payload: { by: 'demo' } });
  });

  it('SE-48 a click opens neither a real account nor one that was disabled', async () => {
    const rig = await start({ demo: true });
    await rig.accounts.put({ ...rig.accounts.accounts.get('demo-viewer')!, disabled: true });
    for (const demo of ['wang', 'nobody', 'demo-viewer', 'demo-colleague', '__proto__']) {
      const { code } = await rig.browser().ask('POST', '/session', { demo });
      expect([demo, code]).toEqual([demo, 'wrong-credentials']);
    }
    const { body } = await rig.browser().ask<SessionAnswer>('GET', '/session');
    expect(body.demoAccounts!.map((p) => p.id)).not.toContain('demo-viewer');
  });

  it('SE-48 outside it no click, no console token and no session from it opens anything', async () => {
    const demo = await start({ demo: true });
    const browser = demo.browser();
    await browser.ask('POST', '/session', { demo: 'demo-supervisor' });
    const token = { authorization: 'Bearer demo-console-token' };
    const inDemo = await demo.browser().ask<SessionAnswer>('GET', '/session', undefined, token);
    expect(inDemo.body.person).toMatchObject({ id: 'demo-colleague', role: 'dispatcher' });

    // The same data, used in earnest.
    const real = await start({ accounts: demo.accounts });
    expect((await real.browser().ask('POST', '/session', { demo: 'demo-supervisor' })).code).toBe(
      'wrong-credentials',
    );
    const kept = new Browser(real.rig.url);
    kept.cookies = browser.cookies;
    for (const answer of [
      await kept.ask<SessionAnswer>('GET', '/session'),
      await real.browser().ask<SessionAnswer>('GET', '/session', undefined, token),
    ]) {
      expect(answer.body).toEqual({ person: null, csrf: null, demo: false });
    }
  });

  it('SE-48 its people are put once: a later start ends no session', async () => {
    const rig = await start({ demo: true });
    const browser = rig.browser();
    await browser.ask('POST', '/session', { demo: 'demo-fire' });
    await start({ demo: true, accounts: rig.accounts });
    expect((await browser.ask<SessionAnswer>('GET', '/session')).body.person).toMatchObject({
      id: 'demo-fire',
    });
  });
});

describe('the administration of accounts', () => {
  it('SE-52 is the security administrator’s alone', async () => {
    const rig = await start({ demo: true });
    const { body } = await rig.browser().ask<SessionAnswer>('GET', '/session');
    for (const { id, role } of body.demoAccounts!.filter((p) => p.role !== 'security-admin')) {
      const browser = rig.browser();
      await browser.ask('POST', '/session', { demo: id });
      const change = { role: 'supervisor' };
      expect([role, (await browser.ask('GET', '/accounts')).code]).toEqual([role, 'forbidden']);
      expect((await browser.ask('PATCH', `/accounts/${id}`, change)).code).toBe('forbidden');
    }
    expect((await rig.browser().ask('GET', '/accounts')).code).toBe('not-signed-in');
    const chief = await signedIn(rig, 'chief');
    const list = await chief.ask<{ accounts: Record<string, unknown>[] }>('GET', '/accounts');
    expect(list.body.accounts.length).toBeGreaterThan(10);
    expect(list.body.accounts.flatMap(Object.keys)).not.toContain('passwordHash');
  });

  it('SE-52 makes, changes, locks out and lets in, but never oneself', async () => {
    const rig = await start();
    const chief = await signedIn(rig, 'chief');
    const zhou = { id: 'zhou', name: '周敏', role: 'department', department: 'dep-fire', password: PASSWORD };
    const made = await chief.ask('POST', '/accounts', zhou);
    expect(made).toMatchObject({
      status: 201,
      body: {
        id: 'zhou',
        name: '周敏',
        role: 'department',
        department: 'dep-fire',
        disabled: false,
        version: 1,
      },
    });
    expect((await chief.ask('POST', '/accounts', zhou)).code).toBe('bad-field');
    const browser = await signedIn(rig, 'zhou');
    expect((await chief.ask('PATCH', '/accounts/zhou', { disabled: true })).status).toBe(200);
    expect((await browser.ask<SessionAnswer>('GET', '/session')).body.person).toBeNull();
    expect((await rig.browser().signIn('zhou')).code).toBe('wrong-credentials');
    await chief.ask('PATCH', '/accounts/zhou', { disabled: false, role: 'dispatcher', department: null });
    expect((await browser.signIn('zhou')).body.person).toEqual({
      id: 'zhou',
      name: '周敏',
      role: 'dispatcher',
    });
    for (let i = 0; i < 5; i++) await rig.browser().signIn('zhou', 'guess');
    await chief.ask('PATCH', '/accounts/zhou', { unlock: true });
    expect((await rig.browser().signIn('zhou')).status).toBe(200);
    await chief.ask('PATCH', '/accounts/zhou', { password: 'another good password' });
    expect((await rig.browser().signIn('zhou', 'another good password')).status).toBe(200);

    expect((await chief.ask('PATCH', '/accounts/chief', { role: 'supervisor' })).code).toBe('forbidden');
    expect((await chief.ask('PATCH', '/accounts/nobody', { disabled: true })).code).toBe('not-found');
  });

  it.each([
    [{ id: 'demo-x' }, 'bad-field'],
    [{ id: 'Wang Li' }, 'bad-field'],
    [{ name: '<b>王</b>' }, 'bad-field'],
    [{ name: '王\u202e' }, 'bad-field'],
    [{ role: 'root' }, 'bad-field'],
    [{ role: 'department' }, 'bad-field'],
    [{ role: 'department', department: 'dep-none' }, 'no-department'],
    [{ password: 'short' }, 'weak-password'],
    [{ passwordHash: 'x' }, 'bad-field'],
  ])('SE-52 refuses an account with %j', async (wrong, code) => {
    const rig = await start();
    const chief = await signedIn(rig, 'chief');
    const given = { id: 'new-one', name: '新人', role: 'viewer', password: PASSWORD, ...wrong };
    expect((await chief.ask('POST', '/accounts', given)).code).toBe(code);
    expect(rig.accounts.accounts.has(given.id)).toBe(false);
  });

  it('SE-52 its holder sees no more of a case than a viewer; SE-54 everybody what their role may see', async () => {
    const incident = {
      id: 'inc-1',
      number: 1,
      category: 'crime.theft',
      title: { zh: '盗窃', en: 'Theft' },
      status: 'open',
      caller: { name: '王某', phone: '13812345678' },
      case: { support: [], reports: [], tasks: [], assignments: [] },
    };
    const rig = await start({ http: { engine: fixedPicture({ incident: [incident as never] }) } });
    await putAccount(rig.accounts, 'liu', 'department', { department: 'dep-fire' });
    const read = async (id: string, path: string): Promise<string> =>
      JSON.stringify((await (await signedIn(rig, id)).ask('GET', path)).body);
    for (const path of ['/records/incident/inc-1', '/records/incident', '/search?q=theft']) {
      expect(await read('wang', path)).toContain('盗窃');
      expect(await read('chief', path)).toContain('盗窃');
      expect(await read('chief', path)).not.toContain('13812345678');
      // Not of their department: as if it did not exist.
      expect(await read('liu', path)).not.toContain('盗窃');
    }
    expect(await read('wang', '/records/incident')).toContain('13812345678');
  });
});

describe('the audit trail', () => {
  it('SE-50 has who did what from where, and nothing that opens an account', async () => {
    const rig = await start();
    await rig.browser().signIn('my-secret-typed-as-name', 'guess');
    await rig.browser().signIn('wang', 'guess');
    const chief = await signedIn(rig, 'chief');
    await chief.ask('PATCH', '/accounts/wang', { role: 'supervisor', password: 'another good password' });
    await chief.ask('DELETE', '/session');
    const address = '127.0.0.1';
    expect(rig.audited).toEqual([
      {
        type: 'user.sign-in-failed',
        actor: 'system',
        payload: { account: null, address, failures: 1, locked: false },
      },
      {
        type: 'user.sign-in-failed',
        actor: 'system',
        payload: { account: 'wang', address, failures: 1, locked: false },
      },
      {
        type: 'user.signed-in',
        actor: 'user:chief',
        payload: { account: 'chief', role: 'security-admin', by: 'password', address },
      },
      {
        type: 'account.changed',
        actor: 'user:chief',
        payload: { account: 'wang', changes: { role: 'supervisor', password: true }, address },
      },
      { type: 'user.signed-out', actor: 'user:chief', payload: { account: 'chief', address } },
    ]);
    expect(JSON.stringify(rig.audited)).not.toMatch(/secret|guess|another good|hashed/);
  });

  it('SE-50 what it does not take is not done', async () => {
    const rig = await start();
    const chief = await signedIn(rig, 'chief');
    rig.auditFails = true;
    const change = await chief.ask('PATCH', '/accounts/wang', { role: 'supervisor' });
    expect(change).toMatchObject({ status: 500, code: 'internal' });
    expect(rig.accounts.accounts.get('wang')!.role).toBe('dispatcher');
    const sessions = rig.accounts.sessions.size;
    expect((await rig.browser().signIn('wang')).code).toBe('internal');
    expect(rig.accounts.sessions.size).toBe(sessions);
  });
});

/** Who is signed in: refusals as sentences, sessions that the server ends, and what the screen does then. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SessionAnswer } from '../../../server/contract/api.ts';
import type { Person } from '../../../server/contract/roles.ts';
import {
  changePassword,
  loadSession,
  may,
  me,
  signIn,
  signInDemo,
  signOut,
  useAccount,
  watchAccount,
} from '../../../client/account/me.ts';
import { ApiError, addAccount, fetchRulebook } from '../../../client/sync/api.ts';
import { Session } from '../../../client/sync/session.ts';
import { FakeWorld } from '../sync/fake-world.ts';

const wang: Person = { id: 'wang', name: '王调度', role: 'dispatcher' };
const liu: Person = { id: 'liu', name: '刘消防', role: 'department', department: 'dep-fire' };
const answer = (person: Person | null, demo = false): SessionAnswer => ({
  person,
  csrf: person ? `csrf-${person.id}` : null,
  demo,
  ...(demo ? { demoAccounts: [wang, liu] } : {}),
});

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: unknown;
}
let asked: Asked[] = [];
interface Told {
  readonly status: number;
  readonly body: unknown;
}
let server: (request: Asked) => Told | Promise<Told>;
const ok = (body: unknown) => ({ status: 200, body });
const refusal = (status: number, code: string, detail?: string) => ({
  status,
  body: { error: { code, ...(detail === undefined ? {} : { detail }) }, requestId: 'r' },
});

beforeEach(() => {
  asked = [];
  server = () => ok(answer(null));
  vi.stubGlobal('fetch', async (path: string, init: RequestInit = {}) => {
    const request: Asked = {
      method: init.method ?? 'GET',
      path,
      headers: init.headers as Record<string, string>,
      body: typeof init.body === 'string' ? JSON.parse(init.body) : init.body,
    };
    asked.push(request);
    const { status, body } = await server(request);
    return new Response(JSON.stringify(body), { status });
  });
  const kept = new Map<string, string>();
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  });
  useAccount.setState({
    person: null,
    csrf: null,
    demo: false,
    demoAccounts: [],
    ended: false,
    refused: null,
  });
});
afterEach(() => vi.unstubAllGlobals());

describe('signing in', () => {
  it('UI-101 takes who it is, and sends the proof of the page with what changes something', async () => {
    server = () => ok(answer(wang));
    expect(await signIn('wang', 'a long password')).toBe(true);
    expect(asked[0]).toMatchObject({
      method: 'POST',
      path: '/api/v1/session',
      body: { id: 'wang', password: 'a long password' },
    });
    expect(me()).toEqual(wang);
    await addAccount({ id: 'x1', name: 'X', role: 'viewer', password: 'p' });
    expect(asked[1]!.headers['X-CSRF-Token']).toBe('csrf-wang');
  });

  it.each([
    ['wrong-credentials', undefined, '账号或密码错误'],
    ['account-locked', '14', '连续多次登录失败，账号已锁定，请在 14 分钟后重试'],
    ['rate-limited', undefined, '请求过于频繁，请稍后再试'],
  ])('UI-101 says a refusal (%s) as a sentence of both languages', async (code, detail, zh) => {
    server = () => refusal(401, code, detail);
    expect(await signIn('wang', 'wrong')).toBe(false);
    expect(useAccount.getState().refused?.zh).toBe(zh);
    expect(useAccount.getState().refused?.en).toMatch(/\w{4}/);
    expect(me()).toBeNull();
  });

  it('UI-101 in the demo is a click', async () => {
    server = () => ok(answer(liu, true));
    expect(await signInDemo('liu')).toBe(true);
    expect(asked[0]!.body).toEqual({ demo: 'liu' });
    expect(useAccount.getState()).toMatchObject({ demo: true, demoAccounts: [wang, liu] });
  });

  it('UI-101 out is not believed where the server could not be told', async () => {
    server = () => ok(answer(wang));
    await signIn('wang', 'p');
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('down')));
    expect(await signOut()).toBe(false);
    expect(me()).toEqual(wang);
    expect(useAccount.getState().refused?.en).toBe('The server cannot be reached');
  });

  it('offers only what a role may do', () => {
    expect(may(wang, 'incident.dispatch')).toBe(true);
    expect(may(liu, 'incident.create')).toBe(false);
    expect(may(null, 'presence.view')).toBe(false);
  });
});

function signedInScreen(person: Person | null, demo = false, known = false) {
  const world = new FakeWorld();
  const session = new Session(undefined, world);
  const left: string[] = [];
  useAccount.setState({ person, demo });
  session.start();
  world.socket.accept();
  const restarts = vi.spyOn(session, 'restart');
  const stop = watchAccount({ session, leave: () => left.push('left'), known });
  return { world, session, left, restarts, stop };
}
const settle = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
  await new Promise((resolve) => setTimeout(resolve, 0));
};

describe('a screen and its person', () => {
  it('UI-102 goes back to the sign-in with the reason when the server ends the session', async () => {
    const screen = signedInScreen(wang);
    screen.world.socket.cut('io server disconnect');
    await settle();
    expect(screen.left).toEqual(['left']);
    expect(useAccount.getState().ended).toBe(true);
    expect(sessionStorage.getItem('city-brain.session-ended')).toBe('1');
    screen.stop();
  });

  it('UI-102 does so when the socket is refused, or any question is', async () => {
    const screen = signedInScreen(wang);
    screen.world.socket.cut('transport close');
    screen.world.pass(600);
    screen.world.socket.refuse('not-signed-in');
    await settle();
    expect(screen.left).toEqual(['left']);
    screen.stop();
    const other = signedInScreen(wang);
    server = ({ path }) => (path === '/api/v1/session' ? ok(answer(null)) : refusal(401, 'not-signed-in'));
    await expect(fetchRulebook()).rejects.toBeInstanceOf(ApiError);
    await settle();
    expect(other.left).toEqual(['left']);
    other.stop();
  });

  it('UI-102 in the demo goes on unknown, says why and forgets what the person saw', async () => {
    server = () => ok(answer(null, true));
    const screen = signedInScreen(wang, true);
    screen.world.socket.cut('io server disconnect');
    await settle();
    expect(screen.left).toEqual([]);
    expect(screen.restarts).toHaveBeenCalledTimes(1);
    expect(useAccount.getState()).toMatchObject({ person: null, ended: true });
    screen.stop();
  });

  it('UI-102 begins anew when the role or the department changed, and not when nothing did', async () => {
    const screen = signedInScreen(wang);
    server = () => ok(answer({ ...wang }));
    screen.world.socket.cut('io server disconnect');
    await settle();
    expect(screen.restarts).toHaveBeenCalledTimes(0);
    server = () => ok(answer({ ...wang, role: 'viewer' }));
    await loadSession();
    expect(screen.restarts).toHaveBeenCalledTimes(1);
    expect(screen.left).toEqual([]);
    screen.stop();
  });

  it('UI-102 goes back from a page on which nobody works unknown, in the demo too', async () => {
    server = () => ok(answer(null, true));
    const screen = signedInScreen(wang, true, true);
    screen.world.socket.cut('io server disconnect');
    await settle();
    expect(screen.left).toEqual(['left']);
    expect(sessionStorage.getItem('city-brain.session-ended')).toBe('1');
    screen.stop();
  });

  it('UI-124 asks nobody who it is between the session before a new password and the one after', async () => {
    const screen = signedInScreen(wang);
    const put = Promise.withResolvers<Told>();
    server = ({ method }) => (method === 'PUT' ? put.promise : ok(answer(null)));
    const changed = changePassword('the one before', 'the one after');
    screen.world.socket.cut('io server disconnect');
    await settle();
    expect(asked.map((a) => a.method)).toEqual(['PUT']);
    server = () => ok(answer(wang));
    put.resolve(ok(answer(wang)));
    expect(await changed).toBeNull();
    await settle();
    expect(asked.map((a) => a.method)).toEqual(['PUT', 'GET']);
    expect(screen.left).toEqual([]);
    screen.stop();
  });

  it('UI-124 a refusal leaves who it was', async () => {
    server = () => refusal(401, 'weak-password');
    useAccount.setState({ person: wang });
    expect((await changePassword('a', 'b'))?.refusal?.code).toBe('weak-password');
    expect(me()).toEqual(wang);
  });

  it('UI-102 leaves without a reason when one signs out oneself', async () => {
    const screen = signedInScreen(wang);
    await signOut();
    expect(screen.left).toEqual(['left']);
    expect(useAccount.getState().ended).toBe(false);
    screen.stop();
  });
});

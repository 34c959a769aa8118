import { afterEach, describe, expect, it } from 'vitest';
import type { Settlement } from '../../../server/domain/notifications/decide.ts';
import { Deliverer } from '../../../server/notify/deliverer.ts';
import type { Attempt, Target } from '../../../server/notify/target.ts';
import { systemClock, type DeliveryLimits } from '../../../server/notify/target-queue.ts';
import { webhookTarget } from '../../../server/notify/webhook.ts';
import { ManualClock, settled } from './manual-clock.ts';
import { pending, T } from './pending.ts';
import { startReceiver, type Receiver } from './receiver.ts';

const FAILED: Attempt = { kind: 'failed', problem: 'no' };
const OK: Attempt = { kind: 'delivered' };
const HOUR_MS = 3_600_000;

/** A target that answers as a test says, and keeps when it was tried with what. */
interface Scripted extends Target {
  readonly tries: { readonly id: string; readonly atMs: number }[];
  answer: (id: string, signal: AbortSignal) => Promise<Attempt> | Attempt;
}
interface Rig {
  readonly clock: ManualClock;
  readonly deliverer: Deliverer;
  readonly settlements: Settlement[];
  readonly target: (id: string) => Scripted;
  /** Makes storing fail while it is set. */
  broken: boolean;
  /** What storing waits for. */
  disk: Promise<void>;
}

function rig(limits: Partial<DeliveryLimits> = {}, random = 0.5, ids = ['desk', 'other']): Rig {
  const clock = new ManualClock(T);
  const targets = ids.map((id): Scripted => {
    const t: Scripted = {
      id,
      channel: 'webhook',
      tries: [],
      answer: () => OK,
      async send(n, signal) {
        t.tries.push({ id: n.id, atMs: clock.nowMs() - T });
        return t.answer(n.id, signal);
      },
    };
    return t;
  });
  const settlements: Settlement[] = [];
  const out: Rig = {
    clock,
    settlements,
    broken: false,
    disk: Promise.resolve(),
    target: (id) => targets.find((t) => t.id === id)!,
    deliverer: new Deliverer({
      targets,
      clock,
      random: () => random,
      log: () => undefined,
      settle: async (s) => {
        await out.disk;
        if (out.broken) throw new Error('disk full');
        settlements.push(s);
      },
      limits,
    }),
  };
  return out;
}
/** A promise that a test keeps open. */
function held(): { readonly attempt: Promise<Attempt>; readonly end: (a: Attempt) => void } {
  const { promise, resolve } = Promise.withResolvers<Attempt>();
  return { attempt: promise, end: resolve };
}

describe('deliverer', () => {
  it('AL-152 delivers what it takes, once, and says so', async () => {
    const r = rig();
    r.deliverer.take(pending('a'));
    r.deliverer.take(pending('a'));
    r.deliverer.take(pending('b', { target: 'other' }));
    await settled();
    expect(r.settlements).toEqual([
      { id: 'a', delivered: true, attempts: 1 },
      { id: 'b', delivered: true, attempts: 1 },
    ]);
    expect(r.target('desk').tries).toEqual([{ id: 'a', atMs: 0 }]);
    expect(r.clock.waits).toEqual([]);
    // Settled: it would be taken again if somebody asked.
    expect(r.deliverer.stats()).toMatchObject([
      { target: 'desk', waiting: 0, sending: 0, delivered: 1, failures: 0, givenUp: 0 },
      { target: 'other', delivered: 1 },
    ]);
  });

  it('AL-152 pauses longer after each failure, up to the bound', async () => {
    const r = rig({ backoffMs: 1_000, maxBackoffMs: 10_000 }, 1);
    r.target('desk').answer = () => FAILED;
    r.deliverer.take(pending('a'));
    await r.clock.pass(45_000);
    expect(r.target('desk').tries.map((t) => t.atMs)).toEqual([
      0, 1_000, 3_000, 7_000, 15_000, 25_000, 35_000, 45_000,
    ]);
    expect(r.settlements).toEqual([]);
    expect(r.deliverer.stats()[0]).toMatchObject({ waiting: 1, failures: 8, paused: true, oldestMs: 45_000 });
  });

  it.each([
    [0.25, [0, 250, 750, 1_750]],
    [0.5, [0, 500, 1_500, 3_500]],
  ])('AL-152 spreads the pauses over their whole length (%s of it)', async (random, expected) => {
    const r = rig({ backoffMs: 1_000 }, random);
    r.target('desk').answer = () => FAILED;
    r.deliverer.take(pending('a'));
    await r.clock.pass(expected.at(-1)!);
    expect(r.target('desk').tries.map((t) => t.atMs)).toEqual(expected);
  });

  it('AL-152 begins anew with short pauses once it was delivered', async () => {
    const r = rig({ backoffMs: 1_000 }, 1);
    const target = r.target('desk');
    target.answer = () => (target.tries.length < 4 ? FAILED : OK);
    r.deliverer.take(pending('a'));
    await r.clock.pass(7_000);
    expect(r.settlements).toEqual([{ id: 'a', delivered: true, attempts: 4 }]);
    target.answer = () => FAILED;
    r.deliverer.take(pending('b'));
    await r.clock.pass(1_000);
    expect(target.tries.slice(4).map((t) => t.atMs)).toEqual([7_000, 8_000]);
  });

  it('AL-151 waits as long as the receiver asked for, and no shorter than it would by itself', async () => {
    const r = rig({ backoffMs: 1_000 }, 1);
    r.target('desk').answer = () => ({ ...FAILED, retryAfterMs: 60_000 });
    r.deliverer.take(pending('a'));
    r.deliverer.take(pending('b'));
    await r.clock.pass(59_999);
    // Nothing else is sent there either.
    r.deliverer.take(pending('c'));
    await settled();
    expect(r.target('desk').tries.map((t) => t.id)).toEqual(['a', 'b']);
    r.target('desk').answer = () => ({ ...FAILED, retryAfterMs: 0 });
    await r.clock.pass(1);
    expect(r.target('desk').tries.slice(2)).toEqual([{ id: 'a', atMs: 60_000 }]);
    expect(r.clock.waits[0]).toBeGreaterThanOrEqual(2_000);
  });

  it('AL-152 sends two at once, and one to a target that fails', async () => {
    const r = rig({ backoffMs: 1_000 }, 1);
    const target = r.target('desk');
    const open = new Map<string, (a: Attempt) => void>();
    target.answer = (id) => {
      const { attempt, end } = held();
      open.set(id, end);
      return attempt;
    };
    for (const id of ['a', 'b', 'c', 'd']) r.deliverer.take(pending(id));
    await settled();
    expect(target.tries.map((t) => t.id)).toEqual(['a', 'b']);
    open.get('a')!(FAILED);
    open.get('b')!(FAILED);
    await r.clock.pass(10_000);
    expect(target.tries.slice(2)).toEqual([{ id: 'a', atMs: 2_000 }]);
    open.get('a')!(OK);
    await settled();
    expect(target.tries.slice(3).map((t) => t.id)).toEqual(['b', 'c']);
    expect(r.deliverer.stats()[0]).toMatchObject({ waiting: 3, sending: 2 });
  });

  it('AL-152 one that is never taken does not keep those behind it', async () => {
    const r = rig({ backoffMs: 1_000 }, 1);
    r.target('desk').answer = (id) => (id === 'bad' ? FAILED : OK);
    for (const id of ['bad', 'a', 'b', 'c']) r.deliverer.take(pending(id));
    await r.clock.pass(2_000);
    expect(r.settlements.map((s) => s.id)).toEqual(['a', 'b', 'c']);
  });

  it('AL-153 gives up after so many tries, and says why', async () => {
    const r = rig({ maxAttempts: 3, backoffMs: 1 });
    r.target('desk').answer = () => FAILED;
    r.deliverer.take(pending('a'));
    await r.clock.pass(1_000);
    expect(r.target('desk').tries).toHaveLength(3);
    expect(r.settlements).toEqual([{ id: 'a', delivered: false, attempts: 3, problem: 'no' }]);
    expect(r.deliverer.stats()[0]).toMatchObject({ waiting: 0, givenUp: 1, failures: 3 });
  });

  it('AL-153 gives up a day after it was queued, over restarts', async () => {
    const r = rig();
    r.target('desk').answer = () => FAILED;
    r.deliverer.take(pending('a', { atMs: T - 23 * HOUR_MS }));
    r.deliverer.take(pending('old', { atMs: T - 25 * HOUR_MS }));
    await settled();
    expect(r.settlements).toEqual([
      {
        id: 'old',
        delivered: false,
        attempts: 0,
        problem: '未能在期限内送达，已放弃 · Could not be delivered in time; given up',
      },
    ]);
    await r.clock.pass(59 * 60_000);
    expect(r.settlements).toHaveLength(1);
    await r.clock.pass(20 * 60_000);
    expect(r.settlements[1]).toMatchObject({ id: 'a', delivered: false });
    expect(r.target('desk').tries.every((t) => t.id === 'a')).toBe(true);
  });

  it('AL-151 does not try again where the receiver is gone', async () => {
    const r = rig();
    r.target('desk').answer = () => ({ kind: 'gone', problem: 'gone' });
    r.deliverer.take(pending('a'));
    await r.clock.pass(HOUR_MS);
    expect(r.target('desk').tries).toHaveLength(1);
    expect(r.settlements).toEqual([{ id: 'a', delivered: false, attempts: 1, problem: 'gone' }]);
  });

  it('AL-153 gives up what was queued for a target that is no longer configured', async () => {
    const r = rig();
    r.deliverer.take(pending('a', { target: 'sold' }));
    await settled();
    expect(r.settlements).toMatchObject([
      { id: 'a', delivered: false, problem: expect.stringContaining('no longer configured') },
    ]);
  });

  it('AL-154 a target that hangs keeps nobody else waiting', async () => {
    const r = rig();
    r.target('desk').answer = () => new Promise(() => undefined);
    for (let i = 0; i < 50; i++) r.deliverer.take(pending(`hang-${i}`));
    for (let i = 0; i < 50; i++) r.deliverer.take(pending(`fine-${i}`, { target: 'other' }));
    for (let i = 0; i < 60; i++) await settled();
    expect(r.settlements).toHaveLength(50);
    expect(r.settlements.every((s) => s.id.startsWith('fine-') && s.delivered)).toBe(true);
    expect(r.deliverer.stats()).toMatchObject([
      { target: 'desk', waiting: 50, sending: 2 },
      { target: 'other', waiting: 0, delivered: 50 },
    ]);
  });

  it('AL-154 a fault in a target is a failure, not an exception', async () => {
    const r = rig({ backoffMs: 1_000 }, 1);
    r.target('desk').answer = () => {
      throw new Error('a mistake of ours');
    };
    expect(() => r.deliverer.take(pending('a'))).not.toThrow();
    await settled();
    r.target('desk').answer = () => OK;
    await r.clock.pass(1_000);
    expect(r.settlements).toEqual([{ id: 'a', delivered: true, attempts: 2 }]);
  });

  it('AL-155 says the outcome until it is durable, and does not send again meanwhile', async () => {
    const r = rig({ backoffMs: 1_000 });
    r.broken = true;
    r.deliverer.take(pending('a'));
    await r.clock.pass(2_999);
    expect(r.settlements).toEqual([]);
    expect(r.deliverer.stats()[0]).toMatchObject({ waiting: 1, sending: 0 });
    r.broken = false;
    await r.clock.pass(10_000);
    expect(r.settlements).toEqual([{ id: 'a', delivered: true, attempts: 1 }]);
    expect(r.target('desk').tries).toHaveLength(1);
    expect(r.deliverer.stats()[0]).toMatchObject({ waiting: 0, delivered: 1 });
  });

  it('AL-155 what was not settled is sent again after a restart', async () => {
    const before = rig();
    before.broken = true;
    before.deliverer.take(pending('a'));
    await settled();
    await before.deliverer.stop();
    const after = rig();
    after.deliverer.take(pending('a'));
    await settled();
    expect(before.settlements).toEqual([]);
    expect(after.settlements).toEqual([{ id: 'a', delivered: true, attempts: 1 }]);
  });

  it('AL-155 does not send what somebody else has settled, and waits where it is told to', async () => {
    const r = rig();
    r.deliverer.take(pending('theirs'), 60_000);
    r.deliverer.take(pending('ours'), 60_000);
    await r.clock.pass(59_999);
    expect(r.target('desk').tries).toEqual([]);
    r.deliverer.forget('theirs');
    await r.clock.pass(1);
    expect(r.target('desk').tries).toEqual([{ id: 'ours', atMs: 60_000 }]);
  });

  it('AL-155 what is settled by somebody else while it is sent is not tried again', async () => {
    const r = rig();
    const { attempt, end } = held();
    r.target('desk').answer = () => attempt;
    r.deliverer.take(pending('a'));
    r.deliverer.forget('a');
    end(FAILED);
    await r.clock.pass(HOUR_MS);
    expect(r.target('desk').tries).toHaveLength(1);
    expect(r.settlements).toEqual([]);
  });

  it('AL-156 stops: ends what is under way, leaves it pending, and begins nothing more', async () => {
    const r = rig({ concurrency: 1 });
    r.target('desk').answer = (_id, signal) =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve(FAILED)));
    r.target('other').answer = () => FAILED;
    r.deliverer.take(pending('a'));
    r.deliverer.take(pending('b'));
    r.deliverer.take(pending('c', { target: 'other' }));
    await settled();
    await r.deliverer.stop();
    r.deliverer.take(pending('d'));
    r.deliverer.take(pending('e', { target: 'sold' }));
    await r.clock.pass(HOUR_MS);
    expect(r.target('desk').tries.map((t) => t.id)).toEqual(['a']);
    expect(r.target('other').tries).toHaveLength(1);
    expect(r.settlements).toEqual([]);
    expect(r.deliverer.stats().map((s) => s.failures)).toEqual([0, 1]);
  });

  it('AL-156 what was delivered while it stops is still said', async () => {
    const r = rig();
    r.target('desk').answer = (_id, signal) =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve(OK)));
    r.disk = settled().then(settled);
    r.deliverer.take(pending('a'));
    await r.deliverer.stop();
    expect(r.settlements).toEqual([{ id: 'a', delivered: true, attempts: 1 }]);
  });

  it('AL-156 does not wait for a target that never ends', async () => {
    const r = rig();
    r.target('desk').answer = () => new Promise(() => undefined);
    r.deliverer.take(pending('a'));
    await settled();
    let stopped = false;
    const stop = r.deliverer.stop().then(() => (stopped = true));
    await r.clock.pass(899);
    expect(stopped).toBe(false);
    await r.clock.pass(1);
    await stop;
    expect(stopped).toBe(true);
    expect(r.clock.waits).toEqual([]);
  });
});

describe('deliverer and real receivers', () => {
  const SECRET = 'a-secret-of-thirty-two-letters-or-more';
  const ends: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  it('AL-154 everybody is told who answers, while one hangs, one drips, one fails and one is away', async () => {
    const answers: Record<string, Parameters<typeof startReceiver>[0]> = {
      hangs: () => undefined,
      drips: (res) => void res.write('.'),
      fails: (res, _received, count) => res.writeHead(count < 3 ? 500 : 204).end(),
      busy: (res, _received, count) =>
        count === 1 ? res.writeHead(429, { 'retry-after': '0' }).end() : res.end(),
      dies: (res, _received, count) => (count === 1 ? res.destroy() : res.end()),
      fine: (res) => res.end(),
    };
    const receivers = new Map<string, Receiver>();
    for (const [id, answer] of Object.entries(answers)) receivers.set(id, await startReceiver(answer));
    const ports = new Map([...receivers].map(([id, r]) => [id, r.port]));
    ports.set('away', 1);
    const settlements: Settlement[] = [];
    const deliverer = new Deliverer({
      targets: [...ports].map(([id, port]) =>
        webhookTarget(
          { id, url: `http://127.0.0.1:${port}/`, secret: SECRET, language: 'zh-CN' },
          { nowMs: () => Date.now(), allow: ['127.0.0.1/32'], timeoutMs: 10_000 },
        ),
      ),
      clock: systemClock,
      random: () => 0.5,
      log: () => undefined,
      settle: (s) => Promise.resolve(void settlements.push(s)),
      limits: { backoffMs: 20, maxBackoffMs: 50 },
    });
    ends.push(() => deliverer.stop(), ...[...receivers.values()].map((r) => () => r.close()));
    for (const target of ports.keys()) {
      for (const n of [1, 2, 3]) deliverer.take(pending(`${target}-${n}`, { target, atMs: Date.now() }));
    }
    const told = (): string[] => settlements.filter((s) => s.delivered).map((s) => s.id);
    await expect.poll(() => told().length, { timeout: 5_000 }).toBe(12);
    expect(told().every((id) => /^(fails|busy|dies|fine)-/.test(id))).toBe(true);
    await expect.poll(() => deliverer.stats().find((s) => s.target === 'away')!.failures).toBeGreaterThan(2);
    expect(deliverer.stats().find((s) => s.target === 'hangs')).toMatchObject({ waiting: 3, sending: 2 });
    // One key for each, however often it was sent.
    const keys = receivers.get('fails')!.received.map((r) => r.headers['idempotency-key']);
    expect(keys.length).toBeGreaterThan(3);
    expect(new Set(keys).size).toBe(3);
    await deliverer.stop();
    await expect.poll(() => receivers.get('hangs')!.open.size).toBe(0);
  });
});

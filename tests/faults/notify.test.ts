/**
 * The product's server with receivers that do all that receivers do wrong, while alarms ring and the server is killed: who
 * answers is told everything, at least once, and nobody here waits for the others.
 */
import { createHash, createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { StationObservation } from '../../server/contract/observations.ts';
import type { NotificationEventPayloads } from '../../server/domain/notifications/events.ts';
import { DEMO_TOKEN } from '../../server/feeds/config.ts';
import { drip, startReceiver, type Receiver } from '../server/notify/receiver.ts';
import { aRule } from '../support/alarm-life.ts';
import { entriesOf } from '../support/faults/ledger.ts';
import { until } from '../support/screen-server.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { accepted, signInDemo, TestConsole } from '../support/test-console.ts';

const SECRET = 'a-secret-of-thirty-two-letters-or-more';
const GAUGES = 15;
const COMMANDS = 100;
const PATIENCE_MS = 60_000;
const rule = aRule('gauge-high', { subject: 'station', when: 'station.levelM > 8.0' });

/** Receivers by what they do; each is one target of the configuration. */
async function startReceivers() {
  // What a redirect would lead to; nobody may follow it.
  const inside = await startReceiver((res) => res.end());
  const receivers = {
    good: await startReceiver((res) => res.end()),
    hangs: await startReceiver(() => undefined),
    fails: await startReceiver((res) => res.writeHead(500).end()),
    redirects: await startReceiver((res) =>
      res.writeHead(307, { location: `http://127.0.0.1:${inside.port}/secret` }).end(),
    ),
    drips: await startReceiver((res) => drip(res, 100)),
  } satisfies Record<string, Receiver>;
  onTestFinished(async () => {
    await Promise.all([...Object.values(receivers), inside].map((r) => r.close()));
  });
  return { receivers, inside };
}

function notifyFile(dir: string, receivers: Readonly<Record<string, Receiver>>): string {
  const file = join(dir, 'notify.json');
  const webhooks = Object.entries(receivers).map(([id, { port }]) => ({
    id,
    url: `http://127.0.0.1:${port}/hook`,
    secret: SECRET,
  }));
  const routes = [{ to: webhooks.map((w) => w.id), rules: [rule.id] }];
  writeFileSync(file, JSON.stringify({ webhooks, routes, allowPrivate: ['127.0.0.1/32'] }));
  return file;
}

/** Gauges from `first` on stand over their limit. */
async function tell(server: ServerProcess, first: number): Promise<void> {
  const gauge = (n: number): StationObservation => ({
    type: 'station',
    id: `gauge-${n}`,
    at: Date.now(),
    kind: 'river',
    position: [118.6, 30.2],
    metrics: { levelM: 9 },
  });
  const answer = await fetch(`${server.url}/api/v1/ingest/sim-stations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${DEMO_TOKEN}` },
    body: JSON.stringify(Array.from({ length: GAUGES }, (_, n) => gauge(first + n))),
  });
  expect(await answer.json()).toMatchObject({ taken: GAUGES });
}

const keyOf = (id: string): string => createHash('sha256').update(id).digest('hex');
/** What a receiver was told, by its idempotency key. */
function toldTo({
  received,
}: Receiver): ReadonlyMap<string, { id: string; data: { subject: { id: string } } }> {
  return new Map(
    received.map(({ headers, body }) => {
      const [t, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['x-citybrain-signature']))!.slice(1);
      expect(v1).toBe(createHmac('sha256', SECRET).update(`${t}.${body}`).digest('hex'));
      return [String(headers['idempotency-key']), JSON.parse(body)];
    }),
  );
}

describe('receivers that hang, fail, redirect inward and drip', () => {
  it(
    'AL-205 AL-206 keep nobody from being told, and no command and no tick waiting, also around a kill',
    { timeout: 180_000 },
    async () => {
      const { receivers, inside } = await startReceivers();
      const dir = temporaryFolder();
      const place = { dataDir: join(dir, 'data'), databaseUrl: null };
      const args = ['--notify', notifyFile(dir, receivers)];
      const first = await startServer({ dataDir: place.dataDir, args });
      onTestFinished(() => first.kill());
      const console = new TestConsole({
        url: first.url,
        cookie: await signInDemo(first.url, 'demo-supervisor'),
      });
      onTestFinished(() => console.close());
      await accepted(console.decide('rule.save', { rule, enabled: true }));

      await tell(first, 0);
      // All of them were sent something; two have it in hand and do not answer.
      const { hangs, drips, good } = receivers;
      await until(() => Object.values(receivers).every((r) => r.received.length > 0), PATIENCE_MS);
      await until(() => hangs.open.size > 0 && drips.open.size > 0, PATIENCE_MS);
      const watchAt = (): number => console.record('watch', 'alarms')?.atMs ?? 0;
      const seenAt = watchAt();
      const incident = (
        await accepted(console.decide('incident.create', { channel: '110', category: 'crime.theft' }))
      ).result!.incident!;
      for (let n = 0, whileItHung = 0; whileItHung < COMMANDS; n++) {
        await accepted(console.decide('incident.note', { incident, text: `note ${n}` }));
        if (hangs.open.size > 0) whileItHung++;
      }
      await until(() => watchAt() > seenAt, PATIENCE_MS);
      await until(() => toldTo(good).size === GAUGES, PATIENCE_MS);

      // Killed as soon as anything of the next ones was told: the others are pending, or not even queued.
      await tell(first, GAUGES);
      await until(() => toldTo(good).size > GAUGES, PATIENCE_MS);
      await first.kill();
      const second = await startServer({ dataDir: place.dataDir, port: first.port, args });
      onTestFinished(() => second.kill());
      await tell(second, GAUGES);
      await until(() => toldTo(good).size >= 2 * GAUGES, PATIENCE_MS);
      expect(await second.stop()).toBe(0);
      expect([...first.log, ...second.log].filter((line) => /"level":(50|60)/.test(line))).toEqual([]);

      const queued = (await entriesOf(place)).flatMap(({ type, payload }) => {
        const told = payload as NotificationEventPayloads['notification.queued'];
        return type === 'notification.queued' ? [told] : [];
      });
      const ids = (target: string): string[] => queued.filter((q) => q.target === target).map((q) => q.id);
      const told = toldTo(good);
      expect([...told.keys()].toSorted()).toEqual(ids('good').map(keyOf).toSorted());
      for (const [key, { id }] of told) expect(key).toBe(keyOf(id));
      expect([...told.values()].map((t) => t.data.subject.id).toSorted()).toEqual(
        Array.from({ length: 2 * GAUGES }, (_, n) => `gauge-${n}`).toSorted(),
      );
      // Those that never took anything were owed the same, and asked for it again under the same keys.
      for (const target of ['hangs', 'fails', 'redirects', 'drips'] as const) {
        expect(ids(target)).toHaveLength(2 * GAUGES);
        const keys = new Set(ids(target).map(keyOf));
        expect([...toldTo(receivers[target]).keys()].filter((key) => !keys.has(key))).toEqual([]);
      }
      expect(receivers.fails.received.length).toBeGreaterThan(1);
      expect(inside.connections).toBe(0);
    },
  );
});

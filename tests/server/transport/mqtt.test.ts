import { createServer, type AddressInfo, type Server } from 'node:net';
import { connect as dial } from 'node:net';
import { Aedes } from 'aedes';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Intake } from '../../../server/feeds/intake.ts';
import { startMqtt, topicMatches, type MqttDoor } from '../../../server/transport/mqtt.ts';
import { FeedDouble } from '../../support/feed-double.ts';
import { silentLog, testFeed } from '../../support/http-rig.ts';

const NOW = 1_800_000_000_000;
const area = { bbox: [118, 30, 119, 31] as const, contains: () => true };
const position = (id: string): object => ({ type: 'position', id, at: NOW, lon: 118.6, lat: 30.1 });
const feeds = [
  testFeed({ id: 'cars', kind: 'positions', mqtt: { topic: 'city/+/positions' } }),
  testFeed({ id: 'calls', kind: 'incidents', mqtt: { topic: 'city/calls/#', qos: 0 } }),
];

async function broker(port = 0): Promise<{ port: number; stop(): Promise<void> }> {
  const aedes = await Aedes.createBroker();
  const server: Server = createServer(aedes.handle);
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      await new Promise<void>((done) => aedes.close(() => done()));
      await new Promise((done) => server.close(done));
    },
  };
}

let double: FeedDouble;
let door: MqttDoor | null = null;
let publisher: MqttClient | null = null;
let stopBroker: () => Promise<void> = async () => undefined;
beforeEach(() => {
  double = new FeedDouble();
});
afterEach(async () => {
  await publisher?.endAsync(true);
  await door?.stop();
  await stopBroker();
  publisher = null;
  door = null;
  stopBroker = async () => undefined;
});

async function start(port: number): Promise<void> {
  const intake = new Intake({ feeds, port: double, area, nowMs: () => NOW });
  door = startMqtt({ url: `mqtt://127.0.0.1:${port}`, reconnectMs: 50 }, intake, silentLog);
  await expect.poll(() => door?.connected, { timeout: 5_000 }).toBe(true);
  publisher = await connectAsync(`mqtt://127.0.0.1:${port}`);
}
/** Publishes until it is seen: a subscription may still be on its way. */
async function publishUntilTaken(topic: string, payload: string, taken: number): Promise<void> {
  await expect
    .poll(
      async () => {
        if (double.taken < taken) await publisher!.publishAsync(topic, payload, { qos: 1 });
        return double.taken;
      },
      { timeout: 10_000, interval: 100 },
    )
    .toBeGreaterThanOrEqual(taken);
}

describe('feeds over MQTT', () => {
  it.each([
    ['a/b', 'a/b', true],
    ['a/+', 'a/b', true],
    ['a/+', 'a/b/c', false],
    ['a/#', 'a/b/c', true],
    ['a/#', 'a', true],
    ['#', '$SYS/x', false],
    ['+/x', '$SYS/x', false],
    ['a/b', 'a', false],
    ['a', 'a/b', false],
  ])('FE-39: filter %s and topic %s: %s', (filter, topic, matches) => {
    expect(topicMatches(filter, topic)).toBe(matches);
  });

  it('FE-39: takes one, an array, an object over several lines, and lines, by the topic’s feed', async () => {
    const b = await broker();
    stopBroker = () => b.stop();
    await start(b.port);
    await publishUntilTaken('city/east/positions', JSON.stringify(position('first')), 1);
    const publish = (topic: string, payload: string | Buffer): Promise<unknown> =>
      publisher!.publishAsync(topic, payload, { qos: 1 });
    const base = double.taken;
    await publish('city/west/positions', JSON.stringify([position('a'), position('b')]));
    await publish('city/west/positions', JSON.stringify(position('c'), null, 2));
    await publish(
      'city/west/positions',
      `${JSON.stringify(position('d'))}\n${JSON.stringify(position('e'))}\n`,
    );
    await publish(
      'city/calls/110',
      JSON.stringify({ type: 'incident', id: 'i', at: NOW, channel: '110', category: 'other' }),
    );
    await publish('elsewhere', JSON.stringify(position('never')));
    await expect.poll(() => double.taken - base).toBe(6);
    expect(double.seen.slice(-6).map((s) => `${s.feed} ${(s.observation as { id: string }).id}`)).toEqual([
      'cars a',
      'cars b',
      'cars c',
      'cars d',
      'cars e',
      'calls i',
    ]);
  });

  it('FE-21: a bad payload is counted and the next one is taken', async () => {
    const b = await broker();
    stopBroker = () => b.stop();
    await start(b.port);
    await publishUntilTaken('city/x/positions', JSON.stringify(position('first')), 1);
    const base = double.taken;
    for (const bad of ['garbage', '', '{"type":', '['.repeat(50_000), Buffer.from([0xff, 0x00])]) {
      await publisher!.publishAsync('city/x/positions', bad, { qos: 1 });
    }
    await publisher!.publishAsync('city/x/positions', JSON.stringify(position('good')), { qos: 1 });
    await expect.poll(() => double.taken - base).toBe(1);
    expect(double.refusedOf('cars')).toBe(4);
  });

  it('FE-39: comes back by itself when the broker was away', async () => {
    const first = await broker();
    await start(first.port);
    await publishUntilTaken('city/x/positions', JSON.stringify(position('before')), 1);
    await publisher!.endAsync(true);
    publisher = null;
    await first.stop();
    await expect.poll(() => door?.connected).toBe(false);
    const second = await broker(first.port);
    stopBroker = () => second.stop();
    await expect.poll(() => door?.connected, { timeout: 5_000 }).toBe(true);
    publisher = await connectAsync(`mqtt://127.0.0.1:${second.port}`);
    await publishUntilTaken('city/x/positions', JSON.stringify(position('after')), double.taken + 1);
  });

  it('FE-39: without a feed that has a topic there is no connection', () => {
    const intake = new Intake({
      feeds: [testFeed({ id: 'cars', kind: 'positions' })],
      port: double,
      area,
      nowMs: () => NOW,
    });
    expect(startMqtt({ url: 'mqtt://127.0.0.1:1' }, intake, silentLog)).toBeNull();
  });

  it('FE-39: works with a broker of another make, where one listens on 1883', async ({ skip }) => {
    const there = await new Promise<boolean>((resolve) => {
      const probe = dial(1883, '127.0.0.1');
      probe.on('connect', () => resolve(true));
      probe.on('error', () => resolve(false));
      probe.on('close', () => resolve(false));
      setTimeout(() => probe.destroy(), 500);
    });
    if (!there) skip('no broker on 127.0.0.1:1883');
    await start(1883);
    await publishUntilTaken('city/m/positions', JSON.stringify(position('m')), 1);
    expect(double.seen[0]).toMatchObject({ feed: 'cars', observation: { id: 'm' } });
  });
});

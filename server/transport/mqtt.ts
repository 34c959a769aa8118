/**
 * Feeds over MQTT: the server is a client of a broker, connects again for ever, and takes what comes on the topics that
 * the configuration maps to feeds. Who may publish there is the broker's matter. A payload is one observation, an array,
 * or lines; it is acknowledged (QoS 1) only after it was taken or refused, so that a broker sends again what a crash lost.
 */
import { connect, type IPublishPacket, type MqttClient } from 'mqtt';
import type { Intake } from '../feeds/intake.ts';
import type { OpenFeed } from '../feeds/open-feed.ts';
import type { Log } from './log.ts';

export interface MqttOptions {
  /** `mqtt://`, `mqtts://`, `ws://` or `wss://`; may carry user and password. */
  readonly url: string;
  /** Between two attempts. */
  readonly reconnectMs?: number;
  /** The longest payload that is read. */
  readonly maxPayloadBytes?: number;
}

export interface MqttDoor {
  readonly connected: boolean;
  stop(): Promise<void>;
}

const RECONNECT_MS = 2_000;
const MAX_PAYLOAD_BYTES = 8 * 1_048_576;
const KEEPALIVE_S = 30;
/** What could not be stored is tried again this often before it is given up; nothing else is read meanwhile. */
const STORE_ATTEMPTS = 10;
const STORE_RETRY_MS = 1_000;

interface Route {
  readonly feed: OpenFeed;
  readonly filter: string;
  readonly qos: 0 | 1;
}

/** Whether a topic matches a filter with `+` and `#` (MQTT 5, section 4.7). */
export function topicMatches(filter: string, topic: string): boolean {
  const want = filter.split('/');
  const have = topic.split('/');
  if (topic.startsWith('$') && (want[0] === '+' || want[0] === '#')) return false;
  for (const [i, level] of want.entries()) {
    if (level === '#') return true;
    if (i >= have.length || (level !== '+' && level !== have[i])) return false;
  }
  return want.length === have.length;
}

/** Null where no feed has a topic. */
export function startMqtt(options: MqttOptions, intake: Intake, log: Log): MqttDoor | null {
  const routes: Route[] = intake.feedIds.flatMap((id) => {
    const feed = intake.feed(id)!;
    const mqtt = feed.config.mqtt;
    return mqtt === undefined ? [] : [{ feed, filter: mqtt.topic, qos: mqtt.qos }];
  });
  if (routes.length === 0) return null;
  const maxBytes = options.maxPayloadBytes ?? MAX_PAYLOAD_BYTES;
  const client: MqttClient = connect(options.url, {
    reconnectPeriod: options.reconnectMs ?? RECONNECT_MS,
    keepalive: KEEPALIVE_S,
    resubscribe: false,
    clientId: `city-brain-${process.pid}-${Math.floor(performance.now())}`,
  });
  client.on('connect', () => {
    const topics = Object.fromEntries(routes.map((r) => [r.filter, { qos: r.qos }]));
    client.subscribe(topics, (cause) => {
      if (cause) log.error({ err: cause }, 'MQTT subscription failed');
      else log.info({ topics: Object.keys(topics) }, 'MQTT connected');
    });
  });
  client.on('reconnect', () => log.debug({}, 'MQTT reconnecting'));
  client.on('offline', () => log.warn({}, 'MQTT broker is away; trying again'));
  // Without a listener an error of the connection would end the process.
  client.on('error', (cause) => log.warn({ err: cause }, 'MQTT connection error'));

  // Called for one packet at a time; not calling back is the backpressure.
  client.handleMessage = (packet: IPublishPacket, done) => {
    const route = routes.find((r) => topicMatches(r.filter, packet.topic));
    if (route === undefined) {
      done();
      return;
    }
    take(packet, route.feed, intake, maxBytes)
      .catch((cause: unknown) => {
        log.error({ err: cause, feed: route.feed.config.id, topic: packet.topic }, 'MQTT payload failed');
        intake.refuse(route.feed, { code: 'internal' }, 'mqtt');
      })
      .finally(() => done());
  };
  return {
    get connected() {
      return client.connected;
    },
    stop: () => client.endAsync(true),
  };
}

async function take(packet: IPublishPacket, feed: OpenFeed, intake: Intake, maxBytes: number): Promise<void> {
  const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
  if (payload.length > maxBytes) {
    intake.refuse(feed, { code: 'body-too-large', detail: String(maxBytes) }, 'mqtt');
    return;
  }
  for (let attempt = 1; attempt <= STORE_ATTEMPTS; attempt++) {
    const batch = intake.batch(feed, 'mqtt');
    if (feed.config.format === 'gtfs-realtime') {
      batch.value(payload, 1);
      await batch.flush();
    } else await batch.payload(payload);
    if (!batch.answer().refusals.some((r) => r.code === 'journal-failed')) return;
    await new Promise((done) => setTimeout(done, STORE_RETRY_MS));
  }
}

/** Publishes to an MQTT broker at QoS 1, topic `PREFIX/FEED`, payload NDJSON; delivered means: the broker has it. */
import mqtt from 'mqtt';
import { allTaken, reasonOf, type Delivery, type Transport } from './transport.ts';

export interface MqttOptions {
  readonly broker: string;
  readonly topicPrefix: string;
  readonly username?: string;
  readonly password?: string;
  readonly timeoutMs?: number;
}

/** Under the packet limits usual at brokers. */
const MAX_PAYLOAD_BYTES = 200_000;

export function mqttTransport(options: MqttOptions): Transport {
  const client = mqtt.connect(options.broker, {
    reconnectPeriod: 2000,
    // The publisher's own queue keeps what is not sent; a second one here would grow without bound.
    queueQoSZero: false,
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(options.password === undefined ? {} : { password: options.password }),
  });
  let lastError = 'not connected yet';
  client.on('error', (cause) => {
    lastError = reasonOf(cause);
  });
  return {
    name: 'mqtt',
    async send(feedId, lines): Promise<Delivery> {
      if (!client.connected) return { kind: 'retry', reason: `broker: ${lastError}` };
      const topic = `${options.topicPrefix}/${feedId}`;
      try {
        for (const payload of payloads(lines)) {
          await deadline(client.publishAsync(topic, payload, { qos: 1 }), options.timeoutMs ?? 15_000);
        }
        return allTaken(lines);
      } catch (cause) {
        return { kind: 'retry', reason: reasonOf(cause) };
      }
    },
    async close() {
      await client.endAsync(true);
    },
  };
}

export function* payloads(lines: readonly string[], maxBytes = MAX_PAYLOAD_BYTES): Iterable<string> {
  let batch: string[] = [];
  let bytes = 0;
  for (const line of lines) {
    const size = Buffer.byteLength(line) + 1;
    if (batch.length > 0 && bytes + size > maxBytes) {
      yield batch.join('\n');
      batch = [];
      bytes = 0;
    }
    batch.push(line);
    bytes += size;
  }
  if (batch.length > 0) yield batch.join('\n');
}

async function deadline(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

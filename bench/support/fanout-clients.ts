/** Many screens in one process: real connections that decode everything they get and note how old it is. */
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import { decodeMessage, type FrameSink } from '../../server/contract/frames.ts';
import * as parser from '../../server/contract/socket-parser.ts';
import { PROTOCOL } from '../../server/contract/sync.ts';
import { ageOf, TICK_HZ, viewOf, ZOOM, type ClientPlan, type Order, type Report } from './fanout-plan.ts';

const LONGEST_MS = 10_000;
const CONNECTING_AT_ONCE = 50;

class Meter implements FrameSink {
  messages = 0;
  bytes = 0;
  decoded = 0;
  decodedBytes = 0;
  objects = 0;
  latency = new Uint32Array(LONGEST_MS);
  private nowMs = 0;

  reset(): void {
    this.messages = this.bytes = this.decoded = this.decodedBytes = this.objects = 0;
    this.latency.fill(0);
  }

  receive(bytes: Uint8Array, decodes: boolean): void {
    this.messages++;
    this.bytes += bytes.length;
    if (!decodes) return;
    this.decoded++;
    this.decodedBytes += bytes.length;
    this.nowMs = Date.now();
    decodeMessage(bytes, this);
  }

  message(): void {}
  tile(): void {}
  tileEnd(): void {}
  vehicle(_slot: number, _kind: number, _x: number, _y: number, heading: number, speed: number): void {
    this.objects++;
    this.latency[Math.min(LONGEST_MS - 1, ageOf(this.nowMs, heading, speed))]!++;
  }
  vehicleGone(): void {}
  link(): void {}
  signal(): void {}
}

export async function runClients(plan: ClientPlan): Promise<void> {
  const meter = new Meter();
  for (let i = 0; i < plan.count; i += CONNECTING_AT_ONCE) {
    const some = Array.from({ length: Math.min(CONNECTING_AT_ONCE, plan.count - i) }, (_, k) =>
      connect(plan, plan.first + i + k, meter),
    );
    await Promise.all(some);
  }
  process.on('message', (order: Order) => {
    if (order.type === 'measure') meter.reset();
    else {
      const { messages, bytes, decoded, decodedBytes, objects, latency } = meter;
      report({
        type: 'clients',
        report: { messages, bytes, decoded, decodedBytes, objects, latency: [...latency] },
      });
    }
  });
  report({ type: 'connected' });
}

function connect(plan: ClientPlan, i: number, meter: Meter): Promise<void> {
  const decodes = i % plan.decodeEach === 0;
  return new Promise((resolve, reject) => {
    if (plan.mode === 'raw' || plan.mode === 'ready') {
      const socket = new WebSocket(`${plan.url.replace('http', 'ws')}/?i=${i}`, { perMessageDeflate: false });
      socket.on('open', () => resolve());
      socket.on('error', reject);
      socket.on('message', (data: Buffer) => meter.receive(data, decodes));
      return;
    }
    const socket = io(plan.url, { parser, transports: ['websocket'], forceNew: true, reconnection: false });
    socket.on('connect_error', reject);
    socket.on('t', (bytes: Uint8Array) => meter.receive(bytes, decodes));
    socket.on('position', () => meter.messages++);
    socket.on('connect', () => {
      if (plan.mode === 'naive') {
        resolve();
        return;
      }
      socket.emit('hello', { protocol: PROTOCOL });
      const view = { bbox: viewOf(i, plan.seed), zoom: ZOOM, layers: ['vehicles'], hz: TICK_HZ };
      socket.emit('view', view, (answer: { ok: boolean }) => {
        if (answer.ok) resolve();
        else reject(new Error(JSON.stringify(answer)));
      });
    });
  });
}

function report(message: Report): void {
  process.send?.(message);
}

/** A real HTTP server on a free port with the product's application, over a double or any other live picture. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { City } from '../../server/city/city.ts';
import type { RecordKind, RecordTypes } from '../../server/contract/records.ts';
import { feedConfig, type FeedConfig, type FeedConfigInput } from '../../server/feeds/config.ts';
import { Intake, type IntakeDeps } from '../../server/feeds/intake.ts';
import { configureServer, createApp, type HttpDeps } from '../../server/transport/http.ts';
import type { LivePicture } from '../../server/transport/live-picture.ts';
import type { Log } from '../../server/transport/log.ts';
import { Metrics } from '../../server/transport/metrics.ts';
import { FeedDouble } from './feed-double.ts';

export const TOKEN = 'a-token-of-sixteen-letters';
export const view = { center: [118.6, 30.1] as const, zoom: 11, bbox: [118.4, 29.9, 118.8, 30.3] as const };

export const testFeed = (
  f: Omit<FeedConfigInput, 'token' | 'name'> & { name?: FeedConfigInput['name'] },
): FeedConfig => ({
  ...feedConfig.parse({ name: { zh: f.id, en: f.id }, ...f, token: TOKEN }),
  token: TOKEN,
});

export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Keeps what was logged as an error, so that a test can ask for none. */
export function listeningLog(): Log & { readonly errors: unknown[] } {
  const errors: unknown[] = [];
  return { ...silentLog, errors, error: (fields) => void errors.push(fields) };
}

export interface Rig {
  readonly url: string;
  readonly server: Server;
  readonly double: FeedDouble;
  readonly intake: Intake;
  readonly log: ReturnType<typeof listeningLog>;
  post(feed: string, body: BodyInit, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

/** A live picture with fixed records and no vehicles. */
export function fixedPicture(records: { [K in RecordKind]?: RecordTypes[K][] } = {}): LivePicture {
  const of = <K extends RecordKind>(kind: K): RecordTypes[K][] => records[kind] ?? [];
  return {
    records: {
      epoch: 'e1',
      seq: 7,
      get: (kind, id) => of(kind).find((r) => r.id === id),
      all: of,
    },
    picture: { objectAnswer: () => null, linkAnswer: () => null, searchVehicles: () => [] },
  };
}

export async function startRig(
  feeds: readonly FeedConfig[],
  more: Partial<Omit<HttpDeps, 'intake' | 'log'>> = {},
  intakeDeps: Partial<IntakeDeps> = {},
): Promise<Rig> {
  const double = new FeedDouble();
  const log = listeningLog();
  const nowMs = more.nowMs ?? Date.now;
  const city = more.city ?? City.plain(view);
  const metrics = new Metrics();
  const intake = new Intake({ feeds, port: double, area: city, nowMs, meter: metrics.meter, ...intakeDeps });
  const app = createApp({
    engine: fixedPicture(),
    city,
    baseMap: null,
    history: { vitals: async () => ({ atMs: [], series: {} }) },
    clientConfig: { demo: true, version: '0.0.0', tickHz: 2, city: null, view, baseMap: {} },
    clientDir: null,
    metrics,
    readiness: () => ({ journal: true }),
    ...more,
    intake,
    nowMs,
    log,
  });
  const server = createServer(app);
  configureServer(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    server,
    double,
    intake,
    log,
    post: (feed, body, headers = {}) =>
      fetch(`${url}/api/v1/ingest/${feed}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...headers },
        body,
        ...(body instanceof ReadableStream && { duplex: 'half' }),
      }),
    close: async () => {
      metrics.stop();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

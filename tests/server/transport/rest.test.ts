import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Express } from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BaseMap } from '../../../server/city/base-map.ts';
import { City } from '../../../server/city/city.ts';
import type { SearchHit } from '../../../server/contract/api.ts';
import type { Observation } from '../../../server/contract/observations.ts';
import { recordKinds } from '../../../server/contract/records.ts';
import { packPartNames } from '../../../server/contract/city-pack.ts';
import { describeFeed } from '../../../server/feeds/config.ts';
import type { By } from '../../../server/domain/cases/events.ts';
import type { GivenCommand } from '../../../server/live/decisions.ts';
import { Engine } from '../../../server/live/engine.ts';
import { WhatIfRuns } from '../../../server/live/signals/what-if.ts';
import type { Readiness } from '../../../server/transport/health.ts';
import { AttachmentFiles } from '../../../server/storage/attachment-files.ts';
import { openApiDocument } from '../../../server/transport/openapi.ts';
import { commandsOf } from '../../../server/transport/socket.ts';
import { aRule } from '../../support/alarm-life.ts';
import { testAuth } from '../../support/auth-rig.ts';
import { startRig, testFeed, TOKEN, type Rig } from '../../support/http-rig.ts';
import { noHistory } from '../../support/no-history.ts';
import { MemoryAccounts } from '../../support/memory-accounts.ts';
import { MemoryJournal } from '../../support/memory-journal.ts';
import { smallPack } from '../../support/small-pack.ts';
import { aDraft } from '../../support/warning-desk.ts';

const NOW = 1_800_000_000_000;
const pack = smallPack();
const city = City.fromPack(pack);
const feeds = [
  testFeed({ id: 'cars', kind: 'positions' }),
  testFeed({ id: 'calls', kind: 'incidents' }),
  testFeed({ id: 'units', kind: 'units' }),
  testFeed({ id: 'loops', kind: 'detectors' }),
  testFeed({ id: 'gauges', kind: 'stations' }),
];
const riverHigh = aRule('river-high', { subject: 'station', when: 'station.levelM > 8.0' });
const clientDir = mkdtempSync(join(tmpdir(), 'city-brain-'));

const engineJournal = new MemoryJournal();
let rig: Rig;
let engine: Engine;
let readiness: Readiness = { journal: true };
/** Of the security administrator, who sees what a viewer sees, and the accounts. */
let cookie: string;
/** Of a dispatcher. */
let dispatching: string;
/** Of the audit administrator. */
let auditing: string;
let picture: string;

beforeAll(async () => {
  mkdirSync(join(clientDir, 'assets'));
  writeFileSync(join(clientDir, 'index.html'), '<!doctype html><title>City</title>');
  writeFileSync(
    join(clientDir, 'assets', 'app-a1b2c3d4.js'),
    `export const x = ${JSON.stringify('x'.repeat(5_000))};`,
  );
  writeFileSync(join(clientDir, 'favicon.svg'), '<svg/>');
  engine = new Engine({
    city,
    feeds: feeds.map(describeFeed),
    journal: engineJournal,
    history: noHistory,
    nowMs: () => NOW,
    alarmRules: [riverHigh],
  });
  await engine.start();
  const link = pack.links[0]!;
  const [lon, lat] = link.path[0]!;
  const observe = (feed: string, o: Observation): Promise<unknown> => engine.observe(feed, [o], [1], NOW);
  await observe('cars', {
    type: 'position',
    id: 'TAXI-88',
    at: NOW,
    lon,
    lat,
    speedKph: 30,
    headingDeg: 10,
    mover: 'taxi',
  });
  await observe('calls', {
    type: 'incident',
    id: 'c1',
    at: NOW,
    channel: '120',
    category: 'medical.emergency',
    title: { zh: '急救', en: 'Medical emergency' },
    detail: { zh: '老人摔倒，电话13812345678', en: 'Fall' },
    address: '中山路 88 号 3 单元 502 室',
    caller: { name: '王某', phone: '13812345678' },
    lon,
    lat,
    status: 'open',
  });
  const river = { type: 'station', id: 'river-7', at: NOW, kind: 'river', position: [lon, lat] } as const;
  await observe('gauges', { ...river, metrics: { levelM: 9 } });
  engine.tick(NOW + 2_000);
  const people = await testAuth(new MemoryAccounts(), { demo: true, nowMs: () => NOW });
  const cookieOf = async (id: string): Promise<string> => {
    const opened = await people.auth.signInDemo(id, { address: '', token: null });
    return opened.ok ? `city-brain=${opened.value.token}` : '';
  };
  cookie = await cookieOf('demo-security-admin');
  dispatching = await cookieOf('demo-dispatcher');
  auditing = await cookieOf('demo-audit-admin');
  await observe('units', { type: 'unit', id: 'u-a1', at: NOW, status: 'available', lon, lat });
  const attachments = new AttachmentFiles(join(clientDir, 'attachments'));
  picture = await attachments.put(Buffer.from([0x89, 0x50, 0x4e, 0x47]));
  const wang = { id: 'wang', name: '王调度', role: 'dispatcher' } as const;
  const incident = incidentId();
  await engine.cases.command(
    { id: 'send-one', type: 'incident.dispatch', payload: { incident, units: ['u-a1'] } },
    wang,
  );
  await engine.cases.command(
    { id: 'note-one', type: 'incident.note', payload: { incident, text: '现场', attachments: [picture] } },
    wang,
  );
  const decide = (command: GivenCommand, by: By) => engine.decisions.execute(command, by);
  await decide({ id: 'draft-one', type: 'warning.draft', payload: { draft: aDraft() } }, wang);
  const approval = { warning: warningId(), approved: true };
  await decide(
    { id: 'approve-one', type: 'warning.decide', payload: approval },
    { id: 'sun', name: '孙值班长', role: 'supervisor' },
  );
  rig = await startRig(feeds, {
    auth: { ...people, allowedOrigins: [] },
    cases: {
      queries: engine.queries,
      rulebook: engine.rules.book,
      commands: commandsOf(engine),
      attachments,
      journal: engineJournal,
    },
    alarms: engine.alarmQueries,
    traffic: engine.analysis,
    whatIf,
    warnings: {
      cancellationOf: (id) => engine.decisions.warnings.cancellationOf(id),
      atomTitle: 'City Brain',
    },
    nowMs: () => NOW,
    engine,
    city,
    baseMap: new BaseMap(pack),
    clientDir,
    readiness: () => readiness,
    history: { vitals: async () => ({ atMs: [NOW], series: { vehicles: [1] } }) },
    clientConfig: {
      demo: true,
      version: '1.2.3',
      tickHz: 2,
      city: { ...pack.manifest, counts: city.counts() },
      view: { center: pack.manifest.center, zoom: 13, bbox: pack.manifest.bbox },
      baseMap: {},
    },
  });
});
afterAll(async () => {
  await rig.close();
  rmSync(clientDir, { recursive: true, force: true });
});

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(rig.url + path, { headers });
const incidentId = (): string => [...engine.records.all('incident')][0]!.id;
const whatIf = new WhatIfRuns({ isLink: () => true, nowMs: () => NOW });
whatIf.offer('sim');
const whatIfRun = whatIf.start({ closeLinks: [], minutes: 10 });
const whatIfId = whatIfRun.ok ? whatIfRun.value.id : '';
const warningId = (): string => engine.records.all('warning')[0]!.id;
/** Something real for each parameter of a path. */
const example = (path: string): string =>
  path
    .replace('incidents/{id}', `incidents/${incidentId()}`)
    .replace('alarms/{id}', `alarms/${engine.records.all('alarm')[0]!.id}`)
    .replace('warnings/{id}', `warnings/${warningId()}`)
    .replace('signals/{id}', 'signals/s-j-2-2')
    .replace('corridors/{id}', `corridors/${engine.analysis.corridorLines()[0]!.id}`)
    .replace('what-if/{id}', `what-if/${whatIfId}`)
    .replace('{unit}', 'u-a1')
    .replace('{sha}', picture)
    .replace(/\/orders$/, '/orders?feed=units')
    .replace('{part}', 'links')
    .replace('{kind}/{id}', `incident/${incidentId()}`)
    .replace('{kind}', 'incident')
    .replace('{slot}', '0')
    .replace('{index}', '0')
    .replace('{z}/{x}/{y}', tileOfCentre())
    .replace(/\/search$/, '/search?q=TAXI');
function tileOfCentre(): string {
  const z = 13;
  const [lon, lat] = pack.manifest.center;
  const x = Math.floor(((lon + 180) / 360) * 2 ** z);
  const s = Math.sin((lat * Math.PI) / 180);
  const y = Math.floor((0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI)) * 2 ** z);
  return `${z}/${x}/${y}`;
}

const document = openApiDocument('1.2.3');
interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>
  >;
}
const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
  item.get === undefined ? [] : [{ path, operation: item.get as unknown as Operation }],
);

describe('OpenAPI', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'doc', components: document.components ?? {} });
  const against = (schema: object): ReturnType<typeof ajv.compile> =>
    ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"doc#/components')) as object);

  it('RE-1: is served, and every reference in it leads somewhere', async () => {
    const res = await get('/api/openapi.json');
    const served = (await res.json()) as typeof document;
    expect(served).toEqual(JSON.parse(JSON.stringify(document)));
    expect(served.openapi).toBe('3.1.1');
    const refs = [...JSON.stringify(served).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map((m) => m[1]!);
    expect(refs.length).toBeGreaterThan(10);
    for (const name of refs) expect(served.components?.schemas).toHaveProperty([name]);
  });

  it.each(operations)('RE-1: $path answers what is written there', async ({ path, operation }) => {
    const atDesk = path.includes('attachments') || path.includes('alarms');
    const who = atDesk ? dispatching : path.includes('audit') ? auditing : cookie;
    const res = await get(example(path), { cookie: who, authorization: `Bearer ${TOKEN}` });
    expect(res.status).toBe(200);
    const type = (res.headers.get('content-type') ?? '').split(';')[0]!;
    const media = operation.responses['200']?.content?.[type];
    expect(media).toBeDefined();
    if (type !== 'application/json') return;
    const check = against(media!.schema);
    const valid = check(await res.json());
    expect(check.errors ?? []).toEqual([]);
    expect(valid).toBe(true);
  });

  it('RE-1: names every route there is', () => {
    const routes: string[] = [];
    interface Layer {
      readonly route?: { readonly path: string };
      readonly handle?: { readonly stack?: readonly Layer[] };
    }
    const app = rig.server.listeners('request')[0] as Express;
    const walk = (layers: readonly Layer[]): void => {
      for (const layer of layers) {
        if (layer.route !== undefined) routes.push(layer.route.path);
        else if (layer.handle?.stack !== undefined) walk(layer.handle.stack);
      }
    };
    walk((app.router as unknown as { stack: readonly Layer[] }).stack);
    expect(routes.length).toBeGreaterThan(14);
    const written = Object.keys(document.paths ?? {}).map((p) => p.replaceAll(/\{(\w+)\}/g, ':$1'));
    const unwritten = routes.filter(
      (r) => !written.some((p) => p === r || p.endsWith(`v1${r}`) || p === `/tiles${r}`),
    );
    expect(unwritten.sort()).toEqual(['/api/docs', '/api/openapi.json']);
  });

  it('RE-2: has a page for people that needs nothing from elsewhere', async () => {
    const page = await (await get('/api/docs')).text();
    for (const path of Object.keys(document.paths ?? {})) expect(page).toContain(path);
    expect(page).not.toMatch(/<script|https?:\/\/(?!127)/);
  });
});

describe('REST', () => {
  it('RE-3: gives every part of the city and every kind of record', async () => {
    for (const part of packPartNames) {
      const items = (await (await get(`/api/v1/city/${part}`)).json()) as unknown[];
      expect(items).toHaveLength(pack[part].length);
    }
    for (const kind of recordKinds) {
      const answer = (await (await get(`/api/v1/records/${kind}`)).json()) as {
        epoch: string;
        seq: number;
        total: number;
        records: unknown[];
      };
      expect(answer).toMatchObject({ epoch: engine.records.epoch, seq: expect.any(Number) });
      expect(answer.records).toHaveLength(answer.total);
    }
    expect(await (await get('/api/v1/records/incident?status=closed')).json()).toMatchObject({ total: 0 });
  });

  it('SE-14: a viewer sees neither caller nor flat nor phone number, in lists, single records and search', async () => {
    const texts = await Promise.all(
      [
        '/api/v1/records/incident',
        `/api/v1/records/incident/${incidentId()}`,
        `/api/v1/search?q=${encodeURIComponent('急救')}`,
      ].map(async (p) => (await get(p)).text()),
    );
    for (const text of texts) {
      expect(text).toContain('急救');
      expect(text).not.toMatch(/13812345678|王某|502/);
    }
    expect(((await (await get('/api/v1/search?q=502')).json()) as { hits: unknown[] }).hits).toEqual([]);
  });

  it('RE-4: search finds vehicles, incidents by number, and places', async () => {
    const hits = async (q: string): Promise<SearchHit[]> =>
      ((await (await get(`/api/v1/search?q=${encodeURIComponent(q)}`)).json()) as { hits: SearchHit[] }).hits;
    expect((await hits('taxi-8'))[0]).toMatchObject({ kind: 'vehicle', name: { en: 'TAXI-88' } });
    expect((await hits('#1000'))[0]).toMatchObject({ kind: 'incident', id: incidentId() });
    // A loop detector that stands on none of the city's links is found by its id.
    await engine.observe(
      'loops',
      [{ type: 'detector', id: '773869', at: NOW, lon: 118.6, lat: 30.2 }],
      [1],
      NOW,
    );
    expect((await hits('773869'))[0]).toMatchObject({ kind: 'station', id: '773869' });
    expect((await hits('中心路口')).concat(await hits('中山')).length).toBeGreaterThan(0);
  });

  it.each([
    ['/api/v1/nothing', 404],
    ['/api/v1/city/nothing', 404],
    ['/api/v1/city/__proto__', 404],
    ['/api/v1/records/nothing', 404],
    ['/api/v1/records/incident/none', 404],
    ['/api/v1/objects/99999', 404],
    ['/api/v1/objects/-1', 404],
    ['/api/v1/objects/NaN', 404],
    ['/api/v1/links/99999', 404],
    ['/api/v1/search', 400],
    ['/api/v1/search?q=', 400],
    ['/api/v1/search?q=a&limit=1e9', 400],
    ['/api/v1/search?q=a&q=b', 400],
    ['/api/v1/history/vitals?minutes=-1', 400],
    ['/tiles/3/99/1.pbf', 404],
    ['/tiles/99/1/1.pbf', 404],
    ['/tiles/a/b/c.pbf', 404],
    ['/api/v1/%', 404],
    ['/api/v1/records/%', 400],
    ['/assets/missing.js', 404],
  ])('RE-5: %s is refused in words', async (path, status) => {
    const res = await get(path);
    expect(res.status).toBe(status);
    expect(await res.json()).toMatchObject({
      error: {
        code: expect.any(String),
        text: { zh: expect.stringMatching(/./), en: expect.stringMatching(/./) },
      },
    });
  });

  it('RE-6: what stays the same is packed and asked for again cheaply', async () => {
    const first = await get('/api/v1/city/network', { 'accept-encoding': 'gzip' });
    expect(first.headers.get('content-encoding')).toBe('gzip');
    const again = await get('/api/v1/city/network', {
      'if-none-match': first.headers.get('etag')!,
      'cache-control': 'max-age=0',
    });
    expect(again.status).toBe(304);
    const plain = await get('/api/v1/city/network', { 'accept-encoding': 'identity' });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(await plain.json()).toEqual(await first.json());
  });

  it('RE-7: screens: hashed files for ever, the page anew, any address of a screen leads to it', async () => {
    const script = await get('/assets/app-a1b2c3d4.js');
    expect(script.headers.get('cache-control')).toContain('immutable');
    expect(script.headers.get('content-type')).toContain('text/javascript');
    for (const path of ['/', '/index.html', '/wall', '/incidents/inc-1000']) {
      const page = await get(path);
      expect(page.status).toBe(200);
      expect(page.headers.get('cache-control')).toBe('no-cache');
      expect(await page.text()).toContain('<title>City</title>');
    }
    expect((await get('/../../package.json')).headers.get('content-type')).not.toContain(
      'application/json; charset=utf-8; package',
    );
    expect(await (await get('/..%2f..%2fpackage.json')).text()).not.toContain('city-brain');
  });

  it('SE-15: answers carry headers that keep foreign scripts out', async () => {
    const { headers } = await get('/');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("worker-src 'self' blob:");
    expect(policy).not.toContain('unsafe-eval');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('x-request-id')).toMatch(/^[\w-]{8,}$/);
    expect((await get('/', { 'x-request-id': 'given-by-proxy' })).headers.get('x-request-id')).toBe(
      'given-by-proxy',
    );
  });

  it('SE-16: who asks too often is told to wait, and feeds are not counted with them', async () => {
    const small = await startRig(feeds, { nowMs: () => NOW, requestsPerMinute: 5 });
    const statuses: number[] = [];
    for (let i = 0; i < 7; i++) statuses.push((await fetch(`${small.url}/api/v1/client-config`)).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
    const res = await small.post(
      'cars',
      JSON.stringify({ type: 'position', id: 'a', at: NOW, lon: 118.6, lat: 30.1 }),
    );
    expect(res.status).toBe(200);
    await small.close();
  });

  it('RE-8: health is honest: ready only when every part is', async () => {
    expect(await (await get('/healthz')).json()).toMatchObject({ status: 'ok', version: '1.2.3' });
    expect((await get('/readyz')).status).toBe(200);
    readiness = { journal: 'being replayed', city: true };
    const res = await get('/readyz');
    readiness = { journal: true };
    expect(res.status).toBe(503);
    expect(await res.json()).toMatchObject({ status: 'not ready', parts: { journal: 'being replayed' } });
  });

  it('RE-9: metrics count what was taken and refused, by feed and reason', async () => {
    const value = async (line: string): Promise<number> => {
      const text = await (await get('/metrics')).text();
      return Number(
        text
          .split('\n')
          .find((l) => l.startsWith(line))
          ?.split(' ')
          .at(-1) ?? 0,
      );
    };
    const taken = 'citybrain_ingest_observations_total{feed="cars",transport="http",outcome="taken"}';
    const refused = 'citybrain_ingest_refused_total{feed="cars",transport="http",code="outside-city"}';
    const before = [await value(taken), await value(refused)] as const;
    const [lon, lat] = pack.manifest.center;
    await rig.post(
      'cars',
      JSON.stringify([
        { type: 'position', id: 'a', at: NOW, lon, lat },
        { type: 'position', id: 'a', at: NOW, lon: 0, lat: 0 },
      ]),
    );
    expect([await value(taken), await value(refused)]).toEqual([before[0] + 1, before[1] + 1]);
    expect(await value('citybrain_heap_used_bytes')).toBeGreaterThan(1e6);
  });

  it('RE-5: a fault inside is answered without telling of it, and logged', async () => {
    const broken = await startRig(feeds, {
      history: {
        vitals: async () => {
          throw new Error('secret path');
        },
      },
    });
    const res = await fetch(`${broken.url}/api/v1/history/vitals`);
    expect(res.status).toBe(500);
    const text = await res.text();
    expect(text).not.toContain('secret');
    expect(text).not.toContain('.ts');
    expect(broken.log.errors.length).toBeGreaterThan(0);
    await broken.close();
  });
});

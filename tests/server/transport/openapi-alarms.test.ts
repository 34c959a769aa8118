/** What the description says of alarms, held against what the product answers: its figures, its log, its trial runs (RE-1). */
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { City } from '../../../server/city/city.ts';
import { recordKinds, type RecordKind } from '../../../server/contract/records.ts';
import { describeFeed } from '../../../server/feeds/config.ts';
import { Engine } from '../../../server/live/engine.ts';
import { AttachmentFiles } from '../../../server/storage/attachment-files.ts';
import { SqliteHistory } from '../../../server/storage/sqlite-history.ts';
import { openApiDocument } from '../../../server/transport/openapi.ts';
import { commandsOf } from '../../../server/transport/socket.ts';
import { aRule } from '../../support/alarm-life.ts';
import { putAccount, startAuthRig, type Browser } from '../../support/auth-rig.ts';
import { capText } from '../../support/cap.ts';
import { testFeed } from '../../support/http-rig.ts';
import { MemoryJournal } from '../../support/memory-journal.ts';
import { until } from '../../support/screen-server.ts';
import { smallPack, smallPackAt } from '../../support/small-pack.ts';
import { makeFolder } from '../../support/temporary.ts';
import { aDraft } from '../../support/warning-desk.ts';

const START_MS = 1_800_000_000_000;
const MINUTE_MS = 60_000;
const feeds = [
  testFeed({ id: 'gauges', kind: 'stations' }),
  testFeed({ id: 'met', kind: 'warnings', format: 'cap', bbox: [-180, -90, 180, 90] }),
];
const rule = aRule('river-high', { subject: 'station', when: 'station.levelM > 8.0' });
const document = openApiDocument('1.2.3');
const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema({ $id: 'doc', components: document.components ?? {} });

interface Described {
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>
  >;
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
}
function described(path: string, method: 'get' | 'post'): Described {
  const operation = document.paths?.[path]?.[method];
  if (operation === undefined) throw new Error(`${method} ${path} is not described`);
  return operation as unknown as Described;
}
const checks = new Map<string, ReturnType<typeof ajv.compile>>();
/** One kind of record has the schema of all: it takes a while to compile. */
function compiled(schema: object): ReturnType<typeof ajv.compile> {
  const text = JSON.stringify(schema).replaceAll('"#/components', '"doc#/components');
  const check = checks.get(text) ?? ajv.compile(JSON.parse(text) as object);
  checks.set(text, check);
  return check;
}
/** What is wrong with an answer, by its description. */
function faults(path: string, method: 'get' | 'post', status: number, body: unknown): readonly unknown[] {
  const schema = described(path, method).responses[status]?.content?.['application/json']?.schema;
  if (schema === undefined) return [`${status} is not described`];
  const check = compiled(schema);
  void check(body);
  return check.errors ?? [];
}

let engine: Engine;
let people: Readonly<Record<'wang' | 'sun' | 'qian', Browser>>;
let post: (feed: string, body: string, type: string) => Promise<Response>;
let now = START_MS;

/** A gauge says what it measures, and a minute passes. */
async function minute(levelM: number, id = 'river-7'): Promise<void> {
  now += MINUTE_MS;
  const gauge = { type: 'station', id, at: now, kind: 'river', position: smallPackAt(300, 300) } as const;
  await engine.observe('gauges', [{ ...gauge, metrics: { levelM } }], [1], now);
  engine.tick(now);
  // Decided and durable before the next.
  const isActive = (): boolean => engine.records.get('alarm', `river-high:${id}`)?.active ?? false;
  await until(() => isActive() === levelM > 8);
}

async function decided(who: keyof typeof people, type: string, payload: unknown): Promise<void> {
  const id = `command-${type}-${now}-${who}`;
  const answer = await people[who].ask('POST', '/commands', { id, type, payload });
  expect(answer.body).toMatchObject({ ok: true });
  expect(faults('/api/v1/commands', 'post', 200, answer.body)).toEqual([]);
}

beforeAll(async () => {
  const folder = makeFolder();
  const history = await SqliteHistory.open(join(folder.dir, 'history.db'), (error) => {
    throw error;
  });
  const journal = new MemoryJournal();
  const city = City.fromPack(smallPack());
  engine = new Engine({
    city,
    journal,
    history,
    nowMs: () => now,
    alarmRules: [rule],
    feeds: feeds.map(describeFeed),
  });
  await engine.start();
  const rig = await startAuthRig({
    feeds,
    http: {
      engine,
      city,
      nowMs: () => now,
      cases: {
        queries: engine.queries,
        rulebook: engine.rules.book,
        commands: commandsOf(engine),
        journal,
        attachments: new AttachmentFiles(join(folder.dir, 'attachments')),
      },
      alarms: engine.alarmQueries,
      warnings: { cancellationOf: () => null, atomTitle: 'City Brain' },
    },
  });
  rig.nowMs = now;
  const signedIn = async (id: string, role: Parameters<typeof putAccount>[2]): Promise<Browser> => {
    await putAccount(rig.accounts, id, role);
    const browser = rig.browser();
    await browser.signIn(id);
    return browser;
  };
  people = {
    wang: await signedIn('wang', 'dispatcher'),
    sun: await signedIn('sun', 'supervisor'),
    qian: await signedIn('qian', 'viewer'),
  };
  post = (feed, body, type) => rig.rig.post(feed, body, { 'content-type': type });
  // Three times up and down, of which one is answered, one put aside and one made a case of.
  await minute(5);
  await minute(9);
  const alarms = ['river-high:river-7'];
  await decided('wang', 'alarm.acknowledge', { alarms });
  await minute(5);
  await minute(9);
  await decided('wang', 'alarm.shelve', { alarms, minutes: 15, reason: '已派人查看' });
  await minute(5);
  await minute(9, 'river-8');
  await decided('wang', 'alarm.incident', {
    alarms: ['river-high:river-8'],
    category: 'weather.flood',
  });
  await minute(9);
  await decided('wang', 'warning.draft', { draft: aDraft() });
  await decided('wang', 'handover.offer', { note: '' });
  return async () => {
    await engine.alarmQueries.close();
    await rig.close();
    await engine.stop();
    await history.close();
    folder.remove();
  };
});

describe('alarms as they are described', () => {
  it.each([
    ['/api/v1/alarms/kpi', '/alarms/kpi?hours=1', { rung: expect.any(Number), standing: [{ times: 1 }] }],
    [
      '/api/v1/alarms/log',
      '/alarms/log',
      { lines: expect.arrayContaining([expect.objectContaining({ by: 'wang' })]) },
    ],
    ['/api/v1/alarms/{id}', '/alarms/river-high:river-7', { earlier: [{ acknowledgedBy: 'wang' }] }],
  ])('RE-1 GET %s answers what is written there', async (path, asked, holds) => {
    const { status, body } = await people.wang.ask('GET', asked);
    expect(status).toBe(200);
    expect(body).toMatchObject(holds);
    expect(faults(path, 'get', 200, body)).toEqual([]);
  });

  it.each([
    ['a rule that is right', { ...rule, id: 'new' }, { ok: true, problems: [], watches: expect.any(Number) }],
    [
      'a rule with a fault in its expression',
      { ...rule, when: 'station.levelM > station.nothing' },
      { ok: false, problems: [{ field: 'when', start: expect.any(Number), end: expect.any(Number) }] },
    ],
    ['what is no rule', { id: 'Ä' }, { ok: false, problems: expect.arrayContaining([expect.anything()]) }],
  ])('RE-1 POST /alarm-rules/check answers what is written there of %s', async (_name, body, holds) => {
    const answer = await people.sun.ask('POST', '/alarm-rules/check', body);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject(holds);
    expect(faults('/api/v1/alarm-rules/check', 'post', 200, answer.body)).toEqual([]);
  });

  it('RE-1 POST /alarm-rules/dry-run takes and answers what is written there', async () => {
    const path = '/api/v1/alarm-rules/dry-run';
    const asked = { rule: { ...rule, when: 'station.levelM > 8.5' }, hours: 1 };
    const taken = compiled(described(path, 'post').requestBody!.content['application/json']!.schema);
    expect([taken(asked), taken.errors]).toEqual([true, null]);
    expect(taken({ ...asked, rule: { ...asked.rule, priority: 4 } })).toBe(false);
    const { status, body } = await people.sun.ask('POST', path.slice('/api/v1'.length), asked);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      proposed: { rung: expect.any(Number), episodes: expect.arrayContaining([expect.anything()]) },
      current: { rule: { id: 'river-high' } },
    });
    expect(faults(path, 'post', 200, body)).toEqual([]);
  });

  it.each([
    ['get', '/alarms/kpi?hours=0', 'wang', 400],
    ['get', '/alarms/kpi', 'qian', 403],
    ['get', '/alarms/log?limit=0', 'wang', 400],
    ['get', '/alarms/log', 'qian', 403],
    ['get', '/alarms/none', 'wang', 404],
    ['get', '/alarms/none', 'qian', 403],
    ['post', '/alarm-rules/check', 'wang', 403],
    ['post', '/alarm-rules/dry-run', 'wang', 403],
    ['post', '/alarm-rules/dry-run', 'sun', 400],
  ] as const)('RE-1 the refusals of %s %s to %s are described', async (method, asked, who, status) => {
    const body = method === 'post' ? { rule: { id: 'no' }, hours: 1 } : undefined;
    const answer = await people[who].ask(method.toUpperCase(), asked, body);
    expect([answer.status, answer.code]).toEqual([status, expect.any(String)]);
    const path = `/api/v1${asked.replace(/\?.*/, '').replace('/none', '/{id}')}`;
    expect(faults(path, method, status, answer.body)).toEqual([]);
  });

  it('RE-1 every kind of record is as it is written there, those of alarms too', async () => {
    const filled: RecordKind[] = [];
    for (const kind of recordKinds) {
      const { body } = await people.wang.ask<{ readonly records: readonly unknown[] }>(
        'GET',
        `/records/${kind}`,
      );
      if (body.records.length > 0) filled.push(kind);
      expect(faults('/api/v1/records/{kind}', 'get', 200, body)).toEqual([]);
    }
    expect(filled).toEqual(expect.arrayContaining(['alarm', 'rule', 'watch', 'warning', 'handover']));
  });
});

describe('ingest as it is described', () => {
  it('RE-1 each content type that is written there is taken from a feed of its format, and no other XML', async () => {
    const types = Object.keys(described('/api/v1/ingest/{feedId}', 'post').requestBody!.content);
    const xml = types.filter((type) => type.endsWith('xml'));
    expect(xml.sort()).toEqual([
      'application/atom+xml',
      'application/cap+xml',
      'application/xml',
      'text/xml',
    ]);
    for (const type of [...xml, 'application/rss+xml']) {
      const answer = await post('met', capText(), type);
      expect([type, answer.status === 415]).toEqual([type, type === 'application/rss+xml']);
      expect(faults('/api/v1/ingest/{feedId}', 'post', answer.status, await answer.json())).toEqual([]);
    }
  });
});

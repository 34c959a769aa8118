/** The audit trail's lines, entry by entry: what each family of events is about, and what is not told of it (SE-65). */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Ajv2020 } from 'ajv/dist/2020.js';
import express from 'express';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { SYSTEM } from '../../../server/domain/cases/events.ts';
import type { CityEvent } from '../../../server/domain/city-event.ts';
import { auditAnswer, sendAudit } from '../../../server/transport/rest-audit.ts';
import { aRule } from '../../support/alarm-life.ts';
import { code, startHouse } from '../../support/case-house.ts';
import { MemoryJournal } from '../../support/memory-journal.ts';
import { aDraft, aMessage } from '../../support/warning-desk.ts';

const NOW = 1_800_000_000_000;
const wang = { id: 'wang', name: '王调度', role: 'dispatcher', from: '10.1.2.3' } as const;
const sun = { id: 'sun', name: '孙值班长', role: 'supervisor', from: '10.1.2.4' } as const;
const act = { atMs: NOW, by: wang };
const bySun = { atMs: NOW, by: sun };
const words = { zh: '水位高', en: 'River high' };
const response = { zh: '打电话 13812345678', en: 'Call' };
const rule = aRule('levee-watch', { subject: 'station', when: 'station.levelM > 8.0', response });
const alarm = 'levee-watch:river-7';
const raised = {
  id: alarm,
  atMs: NOW,
  facts: [{ field: 'station.levelM', value: 9, op: '>', limit: 8 }],
} as const;
const key = `alarm:${alarm}:100:1:duty-phone`;

/** What was written, and what its line tells beside who, when and the type. */
const lines: readonly [CityEvent, Readonly<Record<string, unknown>>][] = [
  [
    {
      type: 'alarm.raised',
      payload: {
        ...raised,
        number: 100,
        rule: 'levee-watch',
        ruleVersion: 0,
        name: words,
        priority: 2,
        subject: { kind: 'station', id: 'river-7', name: words },
      },
    },
    { alarm, rule: 'levee-watch' },
  ],
  [{ type: 'alarm.repeated', payload: raised }, { alarm }],
  [{ type: 'alarm.returned', payload: { id: alarm, atMs: NOW } }, { alarm }],
  [{ type: 'alarm.suppressed', payload: { id: alarm, atMs: NOW, suppressed: true } }, { alarm }],
  [{ type: 'alarm.grouped', payload: { id: alarm, atMs: NOW, parent: 'x:1' } }, { alarm }],
  [
    { type: 'alarm.acknowledged', payload: { ...act, alarms: [alarm] } },
    { alarm, by: '王调度' },
  ],
  [
    { type: 'alarm.acknowledged', payload: { ...act, alarms: [alarm, 'levee-watch:river-8'] } },
    { alarms: [alarm, 'levee-watch:river-8'], role: 'dispatcher', from: '10.1.2.3' },
  ],
  [
    {
      type: 'alarm.shelved',
      payload: { ...act, alarms: [alarm], untilMs: NOW, reason: '已通知张三 13812345678，2单元301室' },
    },
    { alarm, reason: '已通知张三 ***' },
  ],
  [
    { type: 'alarm.unshelved', payload: { atMs: NOW, by: SYSTEM, alarms: [alarm], expired: true } },
    { alarm, by: 'system' },
  ],
  [
    {
      type: 'alarm.service-changed',
      payload: { ...bySun, alarms: [alarm], inService: false, reason: '检修' },
    },
    { alarm, reason: '检修', role: 'supervisor' },
  ],
  [{ type: 'alarm.escalated', payload: { ...act, alarms: [alarm], to: 'supervisor' } }, { alarm }],
  [
    { type: 'alarm.became-incident', payload: { ...act, alarms: [alarm], incident: 'inc-1', number: 1 } },
    { alarm, incident: 'inc-1' },
  ],
  [{ type: 'alarm.flood-began', payload: { atMs: NOW, rung: 30, operators: 2 } }, {}],
  [{ type: 'alarm.flood-ended', payload: { atMs: NOW, rung: 3, operators: 2 } }, {}],
  [{ type: 'alarm.operators-changed', payload: { atMs: NOW, operators: 2 } }, {}],
  [
    {
      type: 'rule.saved',
      payload: { ...bySun, rule, enabled: true, version: 3, reason: '误报太多' },
    },
    { rule: 'levee-watch', version: 3, enabled: true, reason: '误报太多', by: '孙值班长' },
  ],
  [
    { type: 'rule.switched', payload: { ...bySun, id: 'levee-watch', enabled: false, version: 4 } },
    { rule: 'levee-watch', version: 4, enabled: false },
  ],
  [
    { type: 'rule.deleted', payload: { ...bySun, id: 'levee-watch', reason: '不再需要' } },
    { rule: 'levee-watch', reason: '不再需要' },
  ],
  [
    {
      type: 'warning.received',
      payload: { id: 'w1', feed: 'met', atMs: NOW, message: aMessage('m1', 0), ends: [] },
    },
    { warning: 'w1' },
  ],
  [{ type: 'warning.drafted', payload: { ...act, id: 'w2', message: aMessage('m2', 0) } }, { warning: 'w2' }],
  [
    {
      type: 'warning.decided',
      payload: { ...bySun, id: 'w2', approved: false, reason: '证据不足', ends: [] },
    },
    { warning: 'w2', approved: false, reason: '证据不足' },
  ],
  [
    {
      type: 'warning.cancelled',
      payload: { ...bySun, id: 'w2', reason: '水已退', message: aMessage('m3', 1) },
    },
    { warning: 'w2', reason: '水已退' },
  ],
  [{ type: 'warning.expired', payload: { id: 'w2', atMs: NOW } }, { warning: 'w2' }],
  [
    { type: 'handover.offered', payload: { ...act, id: 'h1', note: '李四 13812345678', items: [] } },
    { handover: 'h1', by: '王调度' },
  ],
  [
    { type: 'handover.signed', payload: { ...bySun, id: 'h1' } },
    { handover: 'h1', by: '孙值班长' },
  ],
  [
    {
      type: 'notification.queued',
      payload: {
        id: key,
        atMs: NOW,
        channel: 'webhook',
        target: 'duty-phone',
        body: { kind: 'alarm', subject: words, text: words, data: {} },
      },
    },
    { notification: key, target: 'duty-phone' },
  ],
  [
    {
      type: 'notification.settled',
      payload: {
        id: key,
        atMs: NOW,
        delivered: false,
        attempts: 3,
        problem: '对方答复 500 · It answered 500',
      },
    },
    {
      notification: key,
      target: 'duty-phone',
      delivered: false,
      reason: '对方答复 500 · It answered 500',
    },
  ],
  [
    {
      type: 'incident.supervised',
      payload: { ...bySun, id: 'inc-1', reason: '住3单元502室的李女士' },
    },
    { incident: 'inc-1', reason: '住的李女士' },
  ],
];

async function trailOf(events: readonly { readonly type: string; readonly payload: unknown }[]) {
  const journal = new MemoryJournal();
  await journal.append(
    0,
    events.map((e) => ({ ...e, actor: 'user:wang', atMs: NOW, command: 'c-1' })),
  );
  const app = express();
  app.get('/audit', (req, res) => sendAudit(journal, req, res));
  const server = createServer(app);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const res = await fetch(`http://127.0.0.1:${port}/audit?after=0`);
  return (await res.json()) as z.infer<typeof auditAnswer>;
}

describe('lines of the audit trail', () => {
  it.each(lines)('SE-65 $type names what it is about, each in a field of its own', async (event, about) => {
    const { entries } = await trailOf([event]);
    const [line] = entries;
    expect(line).toMatchObject({ seq: 1, actor: 'user:wang', type: event.type, command: 'c-1', ...about });
    const subjects = ['incident', 'unit', 'account', 'alarm', 'alarms', 'rule', 'warning', 'handover'];
    const named = [...subjects, 'notification', 'target'].filter((field) => field in line!);
    expect(named.sort()).toEqual(
      Object.keys(about)
        .filter((f) => named.includes(f))
        .sort(),
    );
  });

  it('SE-65 holds nothing else that an event says, and is as it is described', async () => {
    const answer = await trailOf(lines.map(([event]) => event));
    expect(answer.entries).toHaveLength(lines.length);
    expect(JSON.stringify(answer)).not.toMatch(/13812345678|levelM|李四|301|502|Rainstorm|打电话/);
    const check = new Ajv2020({ strict: false }).compile(z.toJSONSchema(auditAnswer));
    void check(answer);
    expect(check.errors ?? []).toEqual([]);
  });

  it('SE-65 what has no shape that we know, and what belongs to accounts, says as much as it can', async () => {
    const { entries } = await trailOf([
      { type: 'user.signed-in', payload: { account: 'wang', address: '10.9.9.9', id: 'session-1' } },
      { type: 'alarm.acknowledged', payload: { alarms: 'all', by: 7, reason: { why: 'x' } } },
      { type: 'rule.saved', payload: { rule: { id: 4 } } },
      { type: 'something.new', payload: null },
    ]);
    expect(
      entries.map(({ seq: _seq, atMs: _at, actor: _actor, command: _command, ...line }) => line),
    ).toEqual([
      { type: 'user.signed-in', account: 'wang', from: '10.9.9.9' },
      { type: 'alarm.acknowledged' },
      { type: 'rule.saved' },
      { type: 'something.new' },
    ]);
  });

  it('SE-65 people who write a rule, warn and hand over stand in it with their reasons', async () => {
    const house = await startHouse();
    const [desk, chief, han] = [await house.as('wang'), await house.as('sun'), await house.as('han')];
    const answers = [
      await chief.post('rule.save', { rule, enabled: true, reason: '新装雷达' }),
      await desk.post('warning.draft', { draft: aDraft() }),
      await desk.post('handover.offer', { note: '夜间少人' }),
    ];
    expect(answers.map(code)).toEqual(['done', 'done', 'done']);
    const { entries } = (await han.get('/audit')).body as z.infer<typeof auditAnswer>;
    expect(entries).toMatchObject([
      { actor: 'user:sun', type: 'rule.saved', rule: 'levee-watch', reason: '新装雷达', role: 'supervisor' },
      { actor: 'user:wang', type: 'warning.drafted', warning: expect.any(String), from: expect.any(String) },
      { actor: 'user:wang', type: 'handover.offered', handover: expect.any(String) },
    ]);
    expect(entries.some((e) => e.incident !== undefined)).toBe(false);
    expect(JSON.stringify(entries)).not.toMatch(/夜间少人|城西/);
  });
});

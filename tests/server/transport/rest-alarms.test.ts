/** Alarms over HTTP: who may ask what, and how answers and refusals look. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type {
  AlarmAnswer,
  AlarmKpiAnswer,
  AlarmLogLine,
  DryRunAnswer,
  RuleCheckAnswer,
} from '../../../server/contract/alarm-api.ts';
import { roles } from '../../../server/contract/roles.ts';
import type { History } from '../../../server/live/ports.ts';
import { aRule } from '../../support/alarm-life.ts';
import { alarmWorld, type AlarmWorld } from '../../support/alarm-world.ts';
import { putAccount, startAuthRig, type Browser } from '../../support/auth-rig.ts';
import { START_MS } from '../../support/live-world.ts';
import { noHistory } from '../../support/no-history.ts';

const high = aRule('high', { subject: 'station', when: 'station.levelM > 5.0' });
const slow = aRule('slow', { when: 'link.speedKph < 10.0' });

interface House {
  readonly world: AlarmWorld;
  readonly as: (who: (typeof roles)[number] | 'nobody') => Promise<Browser>;
}
/** A server with an alarm, and people of every role. */
async function open(history: History = noHistory, demo = false): Promise<House> {
  const world = await alarmWorld({ rules: [high, slow], history });
  await world.station('st-river', { levelM: 6 });
  await world.pass();
  const { engine } = world;
  const http = { engine, city: engine.city, alarms: engine.alarmQueries };
  const rig = await startAuthRig({ demo, http });
  onTestFinished(async () => {
    await engine.alarmQueries.close();
    await rig.close();
  });
  return {
    world,
    as: async (who) => {
      const browser = rig.browser();
      if (who === 'nobody') return browser;
      await putAccount(rig.accounts, who, who, who === 'department' ? { department: 'dep-fire' } : {});
      await browser.signIn(who);
      return browser;
    },
  };
}
const check = (browser: Browser, body: unknown) =>
  browser.ask<RuleCheckAnswer>('POST', '/alarm-rules/check', body);
const dryRun = (browser: Browser, body: unknown) =>
  browser.ask<DryRunAnswer>('POST', '/alarm-rules/dry-run', body);

describe('who may ask about alarms', () => {
  const insiders = ['call-taker', 'dispatcher', 'supervisor', 'audit-admin'];

  it.each(roles)('AL-189 %s', async (role) => {
    const browser = await (await open()).as(role);
    const reads = ['/alarms/kpi', '/alarms/log', '/alarms/high:st-river'].map((path) =>
      browser.ask('GET', path),
    );
    const read = insiders.includes(role) ? 200 : 403;
    expect((await Promise.all(reads)).map((r) => r.status)).toEqual([read, read, read]);
    const isSupervisor = role === 'supervisor';
    expect((await check(browser, high)).status).toBe(isSupervisor ? 200 : 403);
    // Allowed, and there is nothing to try it on.
    const tried = await dryRun(browser, { rule: high });
    expect([tried.status, tried.code]).toEqual(isSupervisor ? [400, 'no-history'] : [403, 'forbidden']);
  });

  it('AL-189 who is not signed in may not; the demo’s visitors are viewers', async () => {
    const stranger = await (await open()).as('nobody');
    expect((await stranger.ask('GET', '/alarms/kpi')).status).toBe(401);
    const visitor = await (await open(noHistory, true)).as('nobody');
    expect((await visitor.ask('GET', '/alarms/log')).status).toBe(403);
    expect((await check(visitor, high)).status).toBe(403);
  });

  it('AL-189 SE-47 a rule is tried for pages of ours only', async () => {
    const browser = await (await open()).as('supervisor');
    browser.csrf = null;
    expect((await check(browser, high)).code).toBe('csrf');
  });
});

describe('what is asked', () => {
  it('AL-189 is answered as the engine answers it', async () => {
    const { world, as } = await open();
    const { alarmQueries } = world.engine;
    const browser = await as('dispatcher');
    const kpi = await browser.ask<AlarmKpiAnswer>('GET', '/alarms/kpi?hours=0.5');
    expect(kpi.body).toEqual(alarmQueries.kpi(0.5));
    const log = async (query: string): Promise<readonly AlarmLogLine[]> =>
      (await browser.ask<{ lines: AlarmLogLine[] }>('GET', `/alarms/log${query}`)).body.lines;
    expect(await log('')).toEqual(alarmQueries.log(24, { limit: 200 }));
    expect(await log('')).toMatchObject([{ type: 'alarm.raised', alarm: 'high:st-river' }]);
    expect(await log('?rule=slow')).toEqual([]);
    expect(await log('?alarm=high:st-river&limit=1&hours=1')).toHaveLength(1);
    expect((await browser.ask<AlarmAnswer>('GET', '/alarms/high:st-river')).body).toEqual({
      id: 'high:st-river',
      trends: [{ field: 'station.levelM', atMs: [], values: [], limits: [5] }],
      earlier: [],
      children: [],
    });
  });

  it('AL-189 an alarm is found by its id, whatever is in that', async () => {
    const { world, as } = await open();
    const browser = await as('supervisor');
    await world.observe('loops', { type: 'detector', id: 'd-1', at: world.nowMs, speedKph: 5, flowVph: 300 });
    await world.pass();
    const id = Object.keys(world.states).find((a) => a.startsWith('slow:'))!;
    expect(id).toContain('>');
    expect((await browser.ask<AlarmAnswer>('GET', `/alarms/${encodeURIComponent(id)}`)).body.id).toBe(id);
    expect((await browser.ask('GET', '/alarms/high:nowhere')).status).toBe(404);
  });

  it('AL-189 for more than there can be is refused', async () => {
    const browser = await (await open()).as('dispatcher');
    for (const query of ['kpi?hours=0', 'kpi?hours=745', 'kpi?hours=all', 'log?hours=-1', 'log?limit=0']) {
      const answer = await browser.ask('GET', `/alarms/${query}`);
      expect([query, answer.status, answer.code]).toEqual([query, 400, 'bad-field']);
    }
    for (const query of ['limit=1001', `alarm=${'a'.repeat(241)}`, `rule=${'a'.repeat(61)}`])
      expect((await browser.ask('GET', `/alarms/log?${query}`)).code).toBe('bad-field');
  });
});

describe('a rule before it is saved', () => {
  it('AL-189 is checked: its shape first, then what its expressions say', async () => {
    const browser = await (await open()).as('supervisor');
    expect((await check(browser, high)).body).toEqual({ ok: true, problems: [], watches: 3 });
    const { priority: _, ...lacking } = high;
    const shape = (await check(browser, { ...lacking, response: { zh: '', en: '' } })).body;
    expect([shape.ok, shape.problems.map((p) => p.field).toSorted()]).toEqual([
      false,
      ['priority', 'response'],
    ]);
    const wrong = (await check(browser, { ...high, when: 'station.levelM > "5"' })).body;
    expect(wrong).toMatchObject({ ok: false, problems: [{ field: 'when', start: expect.any(Number) }] });
    expect((await check(browser, [])).body.ok).toBe(false);
  });

  it.each<[string, unknown, string]>([
    ['without hours that can be', { rule: high, hours: 0 }, 'bad-field'],
    ['over more than a week', { rule: high, hours: 169 }, 'bad-field'],
    ['without a rule', {}, 'bad-field'],
    ['that lacks something', { rule: { ...high, purpose: { zh: '', en: '' } } }, 'bad-rule'],
    ['that does not compile', { rule: { ...high, when: 'station.level > 5.0' } }, 'bad-rule'],
    ['that is no JSON', '{', 'not-json'],
  ])('AL-189 is not tried %s', async (_, body, code) => {
    const answer = await dryRun(await (await open()).as('supervisor'), body);
    expect([answer.status, answer.code]).toEqual([400, code]);
  });

  it('AL-189 is not read where it is no JSON by its type', async () => {
    const browser = await (await open()).as('supervisor');
    const answer = await browser.ask('POST', '/alarm-rules/check', 'x', { 'content-type': 'text/plain' });
    expect([answer.status, answer.code]).toEqual([415, 'bad-content-type']);
  });

  it('AL-189 is tried on what was sampled', { timeout: 120_000 }, async () => {
    const facts = JSON.stringify([{ kind: 'station', id: 'a', facts: { levelM: 6 } }]);
    const row = { atMs: START_MS - 600_000, facts, full: true, speeds: null, filled: null };
    const history: History = {
      ...noHistory,
      fullBefore: async () => row.atMs,
      rows: async (afterMs) => (afterMs < row.atMs ? [row] : []),
    };
    const { world, as } = await open(history);
    const proposed = { ...high, when: 'station.levelM > 5.5' };
    const { status, body } = await dryRun(await as('supervisor'), { rule: proposed, hours: 1 });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      fromMs: row.atMs,
      untilMs: world.nowMs,
      stepS: 60,
      proposed: {
        rule: proposed,
        rung: 1,
        annunciated: 1,
        episodes: [{ subject: { id: 'a' }, untilMs: null }],
      },
      current: { rule: high, rung: 1 },
    });
  });

  it('AL-189 has to wait its turn where many wait', async () => {
    let go = (): void => undefined;
    const gate = new Promise<null>((resolve) => (go = () => resolve(null)));
    let isSlow = false;
    const history: History = { ...noHistory, fullBefore: async () => (isSlow ? gate : null) };
    const { world, as } = await open(history);
    isSlow = true;
    const browser = await as('supervisor');
    const waiting = [1, 2, 3, 4].map(() => world.engine.alarmQueries.dryRun(high, 1));
    expect((await dryRun(browser, { rule: high })).status).toBe(429);
    go();
    await Promise.all(waiting);
    expect((await dryRun(browser, { rule: high })).code).toBe('no-history');
  });
});

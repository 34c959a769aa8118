import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Intake } from '../../../server/feeds/intake.ts';
import { FeedDouble } from '../../support/feed-double.ts';
import { simulatorFeeds } from '../../../simulators/run/run.ts';
import { DEMO_TOKEN, demoFeeds, describeFeed, parseFeeds } from '../../../server/feeds/config.ts';

const feed = (more: object = {}): object => ({
  id: 'buses',
  name: { zh: '公交', en: 'Buses' },
  kind: 'positions',
  token: { tokenEnv: 'BUS_TOKEN' },
  ...more,
});
const env = { BUS_TOKEN: 'sixteen-letters-or-more', SHORT: 'short' };

describe('feed configuration', () => {
  it('SE-3: takes tokens from the environment by name', () => {
    const parsed = parseFeeds({ feeds: [feed()] }, env, false);
    expect(parsed).toMatchObject({
      ok: true,
      value: [{ id: 'buses', token: env.BUS_TOKEN, format: 'native', allowReplay: false }],
    });
  });

  it.each([
    ['a token that is not set', feed({ token: { tokenEnv: 'NOWHERE' } }), 'NOWHERE is not set'],
    ['a short token', feed({ token: { tokenEnv: 'SHORT' } }), 'at least 16'],
    ['the demo token', feed({ token: DEMO_TOKEN }), 'demo token'],
    ['a kind nobody knows', feed({ kind: 'ufos' }), 'feeds.0.kind'],
    ['a field nobody knows', feed({ tokn: 'x' }), 'tokn'],
    ['an id with letters that paths cannot carry', feed({ id: '../etc' }), 'feeds.0.id'],
    ['a time zone that does not exist', feed({ timezone: 'Mars/Olympus' }), 'feeds.0.timezone'],
    ['a board without a zone', feed({ kind: 'incidents', format: 'dispatch-board' }), 'in which zone'],
  ])('SE-3: refuses %s, and says where', (_name, wrong, text) => {
    const parsed = parseFeeds({ feeds: [wrong] }, env, false);
    expect(parsed.ok).toBe(false);
    expect(!parsed.ok && parsed.error.join('\n')).toContain(text);
  });

  it('SE-3: refuses two feeds of one id, and what is no list', () => {
    expect(parseFeeds({ feeds: [feed(), feed()] }, env, false)).toMatchObject({
      error: [expect.stringContaining('used twice')],
    });
    expect(parseFeeds([], env, false).ok).toBe(false);
    expect(parseFeeds(null, env, false).ok).toBe(false);
  });

  it('SE-3: the demo has feeds of its own, with the demo token and unique ids', () => {
    const feeds = demoFeeds();
    expect(new Set(feeds.map((f) => f.id)).size).toBe(feeds.length);
    expect(feeds.every((f) => f.token === DEMO_TOKEN)).toBe(true);
    expect(feeds.filter((f) => f.allowReplay).map((f) => f.id)).toEqual([
      'sanmateo-fire',
      'metr-la',
      'sf-cabs',
      'baltimore-311',
      'cap',
    ]);
  });

  it('SE-3: the demo takes whatever the simulators send', () => {
    const known = new Set(demoFeeds().map((f) => f.id));
    expect(simulatorFeeds.filter((f) => !known.has(f.id))).toEqual([]);
  });

  it('TR-189: a feed of controllers has the format and the kind of the signal port, both or neither', () => {
    const feed = { id: 'a', name: { zh: '信号', en: 'Signals' }, token: 'a-token-of-sixteen-letters' };
    const of = (more: object) => parseFeeds({ feeds: [{ ...feed, ...more }] }, {}, false).ok;
    expect(of({ kind: 'signal-port', format: 'signal-port' })).toBe(true);
    expect(of({ kind: 'signal-port' })).toBe(false);
    expect(of({ kind: 'mixed', format: 'signal-port' })).toBe(false);
  });

  it('SE-3: the example file is one that a server starts with, its tokens in the environment', () => {
    const text = readFileSync(new URL('../../../feeds.example.json', import.meta.url), 'utf8');
    const names = [...text.matchAll(/"tokenEnv": "(\w+)"/g)].map((m) => m[1]!);
    const tokens = Object.fromEntries(names.map((name) => [name, `${name}-of-sixteen-letters`]));
    const parsed = parseFeeds(JSON.parse(text), tokens, false);
    expect(parsed).toMatchObject({ ok: true });
    const feeds = parsed.ok ? parsed.value : [];
    expect(new Set(feeds.map((f) => f.format))).toEqual(
      new Set(['native', 'dispatch-board', 'gtfs-realtime', 'open311', 'cap', 'signal-port']),
    );
    expect(feeds.flatMap((f) => (f.mqtt ? [f.mqtt.topic] : []))).toEqual(['city/taxis/+', 'city/loops/#']);
    const area = { bbox: [-180, -90, 180, 90] as const, contains: () => true };
    const intake = new Intake({ feeds, port: new FeedDouble(), area, nowMs: () => 0 });
    expect(intake.feedIds).toEqual(feeds.map((f) => f.id));
    expect(parseFeeds(JSON.parse(text), {}, false).ok).toBe(false);
  });

  it('SE-10: a description of a feed does not carry its token', () => {
    expect(JSON.stringify(demoFeeds().map(describeFeed))).not.toContain(DEMO_TOKEN);
  });
});

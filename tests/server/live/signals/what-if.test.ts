/** What-if runs: who gets one to make, how many wait, and that each comes to an end. */
import { describe, expect, it } from 'vitest';
import { City } from '../../../../server/city/city.ts';
import type { WhatIfRequest, WhatIfResult } from '../../../../server/contract/what-if.ts';
import { WhatIfRuns } from '../../../../server/live/signals/what-if.ts';
import { alarmFeeds, alarmWorld } from '../../../support/alarm-world.ts';
import { Controllers } from '../../../support/controllers.ts';
import { feedOf } from '../../../support/live-world.ts';
import { smallPack } from '../../../support/small-pack.ts';

const MINUTE_MS = 60_000;
const totals = { delayNowS: 20, delayThenS: 30, arrivedNow: 100, arrivedThen: 90 };

function house(...feeds: readonly string[]) {
  const clock = { ms: 1_000_000 };
  const runs = new WhatIfRuns({ isLink: (id) => /^l\d$/.test(id), nowMs: () => clock.ms });
  for (const feed of feeds) runs.offer(feed);
  const ask = (more: Partial<WhatIfRequest> = {}) => runs.start({ closeLinks: [], minutes: 10, ...more });
  const code = (more?: Partial<WhatIfRequest>): string => {
    const asked = ask(more);
    return asked.ok ? 'taken' : asked.error.code;
  };
  const begin = (more?: Partial<WhatIfRequest>): string => {
    const asked = ask(more);
    return asked.ok ? asked.value.id : '';
  };
  const say = (id: string, state: WhatIfResult['state'], more: Partial<WhatIfResult> = {}) =>
    runs.report({ feed: 'sim', id, state, progress: 0.5, ...more });
  return { clock, runs, ask, begin, code, say };
}

describe('what-if runs', () => {
  it('TR-250 are refused where no simulator takes part, where one was heard too long ago, and for what is not there', () => {
    const { code, runs, clock } = house();
    expect(code()).toBe('no-simulator');
    runs.offer('sim');
    expect(code({ closeLinks: ['l1', 'nowhere'] })).toBe('unknown-object');
    expect(code({ method: 'ours' })).toBe('plans-only');
    expect(code({ closeLinks: ['l1'], method: 'fixed' })).toBe('taken');
    clock.ms += 31_000;
    expect(code()).toBe('no-simulator');
  });

  it('TR-251 are offered one at a time until their beginning is reported; three wait, a fifth is refused', () => {
    const { runs, begin, code, say } = house('sim');
    const [first, second] = [begin(), begin({ closeLinks: ['l2'] }), begin(), begin()];
    expect(code()).toBe('too-many-runs');
    expect(runs.offer('sim')?.id).toBe(first);
    expect(runs.offer('sim')?.id).toBe(first);
    expect(runs.offer('another')).toBeUndefined();
    expect(say(second, 'running')).toEqual({ code: 'not-found' });
    expect(say(first, 'running')).toBeNull();
    expect(runs.offer('sim')).toBeUndefined();
    expect(say(first, 'done', { totals })).toBeNull();
    expect(runs.offer('sim')).toEqual({ id: second, request: { closeLinks: ['l2'], minutes: 10 } });
    expect(code()).toBe('taken');
  });

  it('TR-251 of two simulators the one with less to do gets the next one', () => {
    const { runs, begin } = house('sim', 'sumo');
    const ids = [begin(), begin()];
    expect(new Set([runs.offer('sim')?.id, runs.offer('sumo')?.id])).toEqual(new Set(ids));
  });

  it('TR-252 tell how far they are, then what came of it, on roads that there are', () => {
    const { runs, begin, say } = house('sim');
    const id = begin();
    say(id, 'running', { progress: 0.4 });
    say(id, 'running', { progress: 0.3 });
    expect(runs.answer(id)).toMatchObject({ state: 'running', progress: 0.4 });
    expect(say(id, 'done')).toMatchObject({ code: 'bad-field' });
    const links = [
      { link: 'l1', nowKph: 40, thenKph: 20 },
      { link: 'nowhere', nowKph: 40, thenKph: 20 },
    ];
    expect(say(id, 'done', { totals, links, tookMs: 900, progress: 1 })).toBeNull();
    expect(runs.answer(id)).toEqual({
      id,
      state: 'done',
      progress: 1,
      request: { closeLinks: [], minutes: 10 },
      links: [links[0]],
      totals,
      tookMs: 900,
    });
    // What is over stays as it is.
    expect(say(id, 'failed')).toEqual({ code: 'not-found' });
    expect(runs.answer(id)?.state).toBe('done');
  });

  it('TR-252 believe no other feed', () => {
    const { runs, begin } = house('sim', 'thief');
    const id = begin();
    const other = runs.offer('sim') ? 'thief' : 'sim';
    expect(runs.report({ feed: other, id, state: 'failed', progress: 0 })).toEqual({ code: 'not-found' });
    expect(runs.answer(id)?.state).toBe('running');
  });

  it('TR-253 fail with a reason after ten minutes, let the next one begin, and are forgotten after an hour', () => {
    const { runs, clock, begin, say } = house('sim');
    const [first, second] = [begin(), begin()];
    say(first, 'running');
    clock.ms += 10 * MINUTE_MS - 1;
    runs.tick(clock.ms);
    expect(runs.answer(first)?.state).toBe('running');
    clock.ms += 1;
    runs.tick(clock.ms);
    expect(runs.answer(first)).toMatchObject({
      state: 'failed',
      reason: { zh: expect.stringContaining('10'), en: expect.stringContaining('10 minutes') },
    });
    expect(runs.offer('sim')?.id).toBe(second);
    expect(say(first, 'done', { totals })).toEqual({ code: 'not-found' });
    clock.ms += 60 * MINUTE_MS;
    runs.tick(clock.ms);
    expect(runs.answer(first)).toBeNull();
    expect(runs.answer(second)?.state).toBe('failed');
  });

  it('TR-253 are at most twenty: the oldest that is over goes', () => {
    const { runs, begin, say } = house('sim');
    const ids = Array.from({ length: 22 }, () => {
      const id = begin();
      say(id, 'done', { totals });
      return id;
    });
    expect(ids.map((id) => runs.answer(id) !== null)).toEqual(ids.map((_, i) => i >= 2));
  });

  it('TR-251 reach a feed whose traffic can be forked and whose controllers are described, and no other', async () => {
    const city = City.fromPack(smallPack());
    const world = await alarmWorld({ feeds: [...alarmFeeds, feedOf('controllers', 'signal-port')], city });
    const { engine } = world;
    const { whatIf } = engine.decisions.signals;
    const controllers = new Controllers(city);
    const request = { closeLinks: [], minutes: 10 };
    const report = (forks: boolean): void => {
      const { feed, ...rest } = controllers.report();
      controllers.take(engine.signalReport(feed, { ...rest, forks }, world.nowMs));
    };
    report(false);
    expect(whatIf.start(request)).toEqual({ ok: false, error: { code: 'no-simulator' } });
    report(true);
    const started = whatIf.start(request);
    expect(started.ok).toBe(true);
    report(false);
    expect(controllers.last.whatIf).toBeUndefined();
    report(true);
    expect(controllers.last.whatIf?.request).toEqual(request);
    await world.pass(601);
    expect(whatIf.answer(controllers.last.whatIf!.id)?.state).toBe('failed');
  });
});

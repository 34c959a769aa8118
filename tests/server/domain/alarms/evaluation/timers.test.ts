import { describe, expect, it } from 'vitest';
import { Timers } from '../../../../../server/domain/alarms/evaluation/timers.ts';
import { createRandom } from '../../../../../simulators/kernel/random.ts';

describe('what is due when', () => {
  it('AL-4 is called in the order of time, at one time in the order in which it was asked for', () => {
    const timers = new Timers();
    const random = createRandom(7);
    const asked = Array.from({ length: 2_000 }, (_, i) => ({ due: random.int(100), i }));
    const called: typeof asked = [];
    const handles = asked.map((a) => timers.add(a.due, () => called.push(a)));
    const isCancelled = (i: number): boolean => i % 3 !== 0;
    for (const [i, timer] of handles.entries()) if (isCancelled(i)) timers.cancel(timer);
    let last = -Infinity;
    while (timers.size > 0) {
      expect(timers.nextAtMs).toBeGreaterThanOrEqual(last);
      last = timers.nextAtMs;
      timers.fire();
    }
    const expected = asked.filter(({ i }) => !isCancelled(i)).sort((a, b) => a.due - b.due || a.i - b.i);
    expect(called).toEqual(expected);
    expect(timers.nextAtMs).toBe(Infinity);
  });

  it('AL-4 delays that begin and end all the time do not pile up', () => {
    const timers = new Timers();
    const stays = timers.add(5, () => undefined);
    for (let i = 0; i < 10_000; i++) timers.cancel(timers.add(1_000 + i, () => undefined));
    expect(timers.size).toBeLessThan(200);
    timers.cancel(stays);
    timers.cancel(stays);
    timers.fire();
    expect(timers.size).toBeLessThan(200);
  });
});

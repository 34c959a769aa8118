import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SimClock } from '../../../simulators/kernel/clock.ts';
import { EventHeap } from '../../../simulators/kernel/event-heap.ts';

describe('simulation kernel', () => {
  it('SI-25 events come out in time order, those of one time in the order they went in', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (times) => {
        const heap = new EventHeap<number>();
        times.forEach((t, n) => heap.push(t, n));
        const out: number[] = [];
        for (let e = heap.popDue(Infinity); e !== undefined; e = heap.popDue(Infinity)) out.push(e);
        expect(out).toEqual(times.map((_, n) => n).sort((a, b) => times[a]! - times[b]! || a - b));
      }),
    );
  });

  it('SI-25 an event is not taken before it is due', () => {
    const heap = new EventHeap<string>();
    heap.push(5, 'late');
    expect(heap.popDue(4.9)).toBeUndefined();
    expect(heap.nextAt).toBe(5);
    expect(heap.popDue(5)).toBe('late');
    expect(heap.size).toBe(0);
  });

  it('SI-26 the clock counts steps and does not drift', () => {
    const clock = new SimClock(8 * 3_600, 0.1);
    for (let i = 0; i < 36_000; i++) clock.advance();
    expect(clock.elapsedS).toBeCloseTo(3_600, 9);
    expect(clock.hourOfDay).toBeCloseTo(9, 9);
  });
});

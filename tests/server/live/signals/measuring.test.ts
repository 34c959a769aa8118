/** Blocks of measurements from counts that grow, and when advice is given. */
import { describe, expect, it } from 'vitest';
import { Advice } from '../../../../server/live/signals/advice.ts';
import { Junctions } from '../../../../server/live/signals/junctions.ts';
import { Measuring } from '../../../../server/live/signals/measuring.ts';
import type { SignalEvent } from '../../../../server/domain/signals/control/events.ts';
import { untouched } from '../../../../server/domain/signals/control/state.ts';
import { crossing, SignalDesk } from '../../../support/signal-world.ts';

const START_MS = 1_800_000_000_000;
const MINUTE_MS = 60_000;

/** Vehicles cross one a second; what each loses is by the way that rules. */
class Road {
  readonly desk = new SignalDesk();
  readonly counts = new Map<string, { vehicles: number; lostVehS: number }>();
  readonly measuring = new Measuring(this.desk.state, (id) => this.counts.get(id) ?? null);
  delayS: (arm: string | undefined, second: number) => number = () => 20;

  run(seconds: number): SignalEvent[] {
    const events: SignalEvent[] = [];
    for (let s = 0; s < seconds; s++) {
      this.desk.nowMs += 1_000;
      const m = this.desk.state.measurements.get('measurement-1');
      const arm = m && Measuring.armAt(m, this.desk.nowMs);
      const intoS = m ? ((this.desk.nowMs - m.atMs) / 1_000) % (m.blockMin * 60) : 0;
      this.add('x', this.delayS(arm, intoS));
      for (const id of ['x8', 'x9']) this.add(id, 10);
      const now = this.measuring.tick(this.desk.nowMs, this.counts.keys());
      this.desk.write(...now);
      events.push(...now);
    }
    return events;
  }

  private add(id: string, lostS: number): void {
    const { vehicles, lostVehS } = this.counts.get(id) ?? { vehicles: 0, lostVehS: 0 };
    this.counts.set(id, { vehicles: vehicles + 1, lostVehS: lostVehS + lostS });
  }
}
const measure = { signals: ['x'], base: 'fixed', test: 'ours', blockMin: 3, pairs: 2 };

describe('measuring', () => {
  it('TR-195 counts each block without its first minute, per vehicle that crossed and per hour', () => {
    const road = new Road();
    // What the way before left behind would be seen in the first minute.
    road.delayS = (arm, intoS) => (intoS > 0 && intoS <= 60 ? 500 : arm === 'test' ? 15 : 20);
    road.desk.ask('sun', 'signal.measure', measure);
    road.run(4 * 180 + 2);
    const { state, blocks, effect } = road.desk.state.measurements.get('measurement-1')!;
    expect(state).toBe('done');
    expect(blocks.map((b) => [b.arm, Math.round(b.delayS), b.vehicles])).toEqual(
      blocks.map((b) => [b.arm, b.arm === 'test' ? 15 : 20, expect.closeTo(120, -1)]),
    );
    expect(blocks[0]).toMatchObject({ controlDelayS: 10, fromMs: START_MS });
    expect(blocks[0]!.lostVehH).toBeCloseTo(blocks[0]!.delayS, 0);
    expect(effect).toMatchObject({ pairs: 2 });
    expect(effect!.changePct).toBeCloseTo(-25, 0);
  });

  it('TR-195 leaves a block out of which too little was seen, as after a restart', () => {
    const road = new Road();
    road.desk.ask('sun', 'signal.measure', measure);
    road.run(150);
    const again = new Measuring(road.desk.state, (id) => road.counts.get(id) ?? null);
    const events: SignalEvent[] = [];
    for (let s = 1; s <= 4 * 180; s++) events.push(...again.tick(road.desk.nowMs + s * 1_000, []));
    expect(events.filter((e) => e.type === 'measurement.block')).toHaveLength(3);
  });

  it('TR-198 has what was before a change at hand', () => {
    const road = new Road();
    road.delayS = () => 40;
    road.run(31 * 60);
    const before = road.measuring.before(['x'], ['x8', 'x9']);
    expect(before).toHaveLength(6);
    expect(before[0]).toMatchObject({ arm: 'base', delayS: 40, controlDelayS: 10 });
    expect(before.at(-1)!.untilMs).toBeLessThanOrEqual(road.desk.nowMs);
  });
});

describe('advice', () => {
  const flows = {
    connectionVph: [900, 150, 900, 150],
    saturationVph: [1_800, 1_800, 1_800, 1_800],
    confidence: 1,
  };
  function advised() {
    const junctions = new Junctions();
    junctions.describe('f', crossing(), START_MS);
    const now = { setting: { ...untouched, mode: 'advice' as 'advice' | 'auto' }, isFree: true };
    const advice = new Advice({
      junctions,
      flows: () => flows,
      setting: () => now.setting,
      isFree: () => now.isFree,
    });
    return { advice, now };
  }

  it('TR-212 is given every five minutes for signals in advice, until somebody answers', () => {
    const { advice, now } = advised();
    advice.tick(START_MS);
    const first = advice.proposal('x')!;
    expect(first.delayThenS).toBeLessThan(first.delayNowS);
    advice.tick(START_MS + 4 * MINUTE_MS);
    expect(advice.proposal('x')).toBe(first);
    advice.tick(START_MS + 5 * MINUTE_MS);
    expect(advice.proposal('x')!.id).not.toBe(first.id);
    now.setting = { ...now.setting, refusedAtMs: START_MS + 5 * MINUTE_MS };
    expect(advice.proposal('x')).toBeUndefined();
    // Refused, it rests for half an hour.
    advice.tick(START_MS + 30 * MINUTE_MS);
    expect(advice.proposal('x')).toBeUndefined();
    advice.tick(START_MS + 36 * MINUTE_MS);
    expect(advice.proposal('x')).toBeDefined();
  });

  it('TR-212 is given neither in another mode nor where something else runs', () => {
    const { advice, now } = advised();
    now.isFree = false;
    advice.tick(START_MS);
    expect(advice.proposal('x')).toBeUndefined();
    now.isFree = true;
    now.setting = { ...now.setting, mode: 'auto' };
    advice.tick(START_MS + 5 * MINUTE_MS);
    expect(advice.proposal('x')).toBeUndefined();
  });
});

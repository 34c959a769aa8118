import { describe, expect, it } from 'vitest';
import { TrafficModel } from '../../../../simulators/models/traffic/traffic-model.ts';
import type { ExactTrip } from '../../../../simulators/models/traffic/exact-trips.ts';
import { axis, crossing, leg } from '../../../support/crossing-pack.ts';

interface Stretch {
  readonly phase: number;
  readonly stage: string;
  readonly seconds: number;
}

/** A crossing with these trips, and what its signal shows over a time in which `each` may wish. */
function shown(
  model: TrafficModel,
  seconds: number,
  each: (nowS: number) => void = () => undefined,
): Stretch[] {
  const out: Stretch[] = [];
  let phase = -1;
  let stage = '';
  let since = model.timeS;
  const end = model.timeS + seconds;
  while (model.timeS < end) {
    each(model.timeS);
    model.step();
    model.signalStates((_s, p, state) => {
      if (p === phase && state === stage) return;
      if (stage !== '') out.push({ phase, stage, seconds: model.timeS - since });
      phase = p;
      stage = state;
      since = model.timeS;
    });
  }
  return out.slice(1);
}

const open = (pack = crossing(), trips: readonly ExactTrip[] = [], pedestrians = false): TrafficModel =>
  new TrafficModel(pack, {
    seed: 1,
    startHour: 0,
    targetVehicles: 0,
    exactTrips: trips,
    signals: { pedestrians },
  });

/** A vehicle every `everyS` seconds straight on from each of these sides. */
function straight(pack: ReturnType<typeof crossing>, sides: readonly string[], everyS: number): ExactTrip[] {
  const opposite: Record<string, string> = { n: 's', s: 'n', e: 'w', w: 'e' };
  const at = (id: string): number => pack.links.findIndex((l) => l.id === id);
  return sides.flatMap((side) =>
    Array.from({ length: Math.floor(900 / everyS) }, (_, k) => ({
      startS: k * everyS,
      links: [at(`${side}-in`), at(`${opposite[side]!}-out`)],
      driver: 0,
    })),
  );
}

describe('a simulated signal controller', () => {
  it('TR-150 keeps minimum green, yellow and all-red whatever is wished', () => {
    const model = open();
    const { signals } = model.kernel;
    const stretches = shown(model, 300, (nowS) => signals.wish(0, 1 - signals.phase[0]!, nowS + 2));
    const of = (stage: string): number[] => stretches.filter((s) => s.stage === stage).map((s) => s.seconds);
    expect(of('green').length).toBeGreaterThan(20);
    expect(new Set(of('green'))).toEqual(new Set([5]));
    expect(new Set(of('yellow'))).toEqual(new Set([3]));
    expect(new Set(of('all-red'))).toEqual(new Set([2]));
  });

  it('TR-150 a wished green ends at its maximum', () => {
    const pack = crossing();
    const capped = {
      ...pack,
      signals: pack.signals.map((s) => ({ ...s, phases: s.phases.map((p) => ({ ...p, maxGreenS: 40 })) })),
    };
    const model = open(capped);
    const { signals } = model.kernel;
    const greens = shown(model, 600, (nowS) => signals.wish(0, 0, nowS + 2)).filter(
      (s) => s.phase === 0 && s.stage === 'green',
    );
    expect(greens.length).toBeGreaterThan(5);
    for (const g of greens) expect(g.seconds).toBeLessThanOrEqual(40);
  });

  it('TR-151 a phase lasts as long as its pedestrians need for the width they cross', () => {
    const model = open(crossing(), [], true);
    const { signals } = model.kernel;
    // Four lanes of 3.2 m at 1.2 m/s, and 5 s to step off.
    expect(signals.pedestrianS[0]).toEqual([16, 16]);
    const stretches = shown(model, 300, (nowS) => signals.wish(0, 1 - signals.phase[0]!, nowS + 2));
    const greens = stretches.filter((s) => s.stage === 'green').map((s) => s.seconds);
    expect(greens.length).toBeGreaterThan(10);
    expect(new Set(greens)).toEqual(new Set([16]));
  });

  it('TR-152 nobody stands at red longer than the longest red, whatever is wished', () => {
    const pack = crossing();
    const model = open(pack, straight(pack, ['n', 'e', 's', 'w'], 20));
    const { signals, lanes, net } = model.kernel;
    const since = new Map<number, number>();
    let longest = 0;
    shown(model, 900, (nowS) => {
      signals.wish(0, 0, nowS + 2);
      for (let l = 0; l < net.linkLanes; l++) {
        const stands =
          net.pack.links[net.laneLink[l]!]!.to === 'm' &&
          lanes.count[l]! > 0 &&
          lanes.vel(lanes.head[l]!) < 1 &&
          net.laneLengthM[l]! - lanes.pos(lanes.head[l]!) < 10;
        if (!stands) since.delete(l);
        else longest = Math.max(longest, nowS - (since.get(l) ?? since.set(l, nowS).get(l)!));
      }
    });
    // Two seconds after the light a driver has moved.
    expect(longest).toBeGreaterThan(100);
    expect(longest).toBeLessThanOrEqual(signals.maxRedS(0) + 2);
    expect(signals.maxRedS(0)).toBe(120);
  });

  it('TR-152 a plan whose cycle is longer is let run', () => {
    const pack = crossing(undefined, 100);
    const model = open(pack, straight(pack, ['n', 'e', 's', 'w'], 30));
    expect(model.kernel.signals.maxRedS(0)).toBe(225);
    const greens = shown(model, 900).filter((s) => s.stage === 'green');
    expect(greens.length).toBeGreaterThan(5);
    expect(new Set(greens.map((g) => g.seconds))).toEqual(new Set([100]));
  });

  it('TR-153 a phase or plan that does not exist is refused, counted, and changes nothing', () => {
    const model = open();
    const { signals } = model.kernel;
    expect(signals.wish(0, 2, 1e9)).toBe(false);
    expect(signals.wish(0, -1, 1e9)).toBe(false);
    expect(signals.wish(0, 0.5, 1e9)).toBe(false);
    expect(signals.setPlan(0, { offsetS: 0, steps: [{ phase: 7, greenS: 20 }] })).toBe(false);
    expect(signals.setPlan(0, { offsetS: 0, steps: [{ phase: 0, greenS: 2 }] })).toBe(false);
    expect(signals.refused).toBe(5);
    expect(signals.obeys(0, model.timeS)).toBe('plan');
    const greens = shown(model, 200).filter((s) => s.stage === 'green');
    expect(new Set(greens.map((g) => g.seconds))).toEqual(new Set([20]));
  });

  it('TR-154 without a fresh wish it runs its own plan, or the one sent instead', () => {
    const model = open();
    const { signals } = model.kernel;
    signals.wish(0, 0, model.timeS + 60);
    expect(signals.obeys(0, model.timeS + 60)).toBe('wishes');
    const first = shown(model, 60);
    expect(first).toEqual([]);
    expect(signals.obeys(0, model.timeS + 0.5)).toBe('plan');
    shown(model, 60);
    const own = shown(model, 200).filter((s) => s.stage === 'green');
    expect(own.length).toBeGreaterThan(5);
    expect(new Set(own.map((g) => g.seconds))).toEqual(new Set([20]));
    const steps = [
      { phase: 0, greenS: 30 },
      { phase: 1, greenS: 12 },
    ];
    expect(signals.setPlan(0, { offsetS: 0, steps })).toBe(true);
    shown(model, 60);
    const sent = shown(model, 200).filter((s) => s.stage === 'green');
    expect(new Set(sent.map((g) => `${g.phase} ${g.seconds}`))).toEqual(new Set(['0 30', '1 12']));
    expect(signals.setPlan(0, null)).toBe(true);
    shown(model, 60);
    const again = shown(model, 200).filter((s) => s.stage === 'green');
    expect(new Set(again.map((g) => g.seconds))).toEqual(new Set([20]));
  });

  it('TR-155 protected movements that cross are refused by name, and one of them gives way', () => {
    const bad = axis('e', 'w').map(({ from, to }) => ({ from, to }));
    const { signals } = open(crossing([bad, axis('n', 's')])).kernel;
    expect(signals.faults.length).toBeGreaterThan(0);
    expect(signals.faults.every((f) => f.startsWith('s-m phase 0: '))).toBe(true);
    expect(signals.faults.some((f) => f.includes('w-in > n-out') && f.includes('e-in > w-out'))).toBe(true);
    const { go, yields } = signals.open[0]![0]!;
    expect(go.filter((c) => yields.has(c)).length).toBeGreaterThanOrEqual(2);
    expect(open().kernel.signals.faults).toEqual([]);
  });

  const legs = (): ReturnType<typeof crossing> =>
    crossing(undefined, 20, 400, [leg('e'), leg('w'), leg('n'), leg('s')]);

  it('TR-107 goes over at once where nobody loses the green, and not where a left turn has to give way then', () => {
    const through = leg('w').filter((m) => m.to !== 'n-out');
    const model = open(crossing([through, axis('e', 'w'), axis('n', 's')], 20, 400, [leg('w')]));
    const { signals } = model.kernel;
    const order = [0, 3, 1];
    const stretches = shown(model, 60, (nowS) =>
      signals.wish(0, order[Math.min(2, Math.floor(nowS / 20))]!, nowS + 2),
    );
    expect(stretches.map((s) => `${s.phase} ${s.stage}`)).toEqual(['3 green', '3 yellow', '3 all-red']);
  });

  it('TR-165 a phase on request is never shown of itself, and is shown when it is wished', () => {
    const pack = legs();
    const model = open(pack, straight(pack, ['n', 'e', 's', 'w'], 8), true);
    const { signals } = model.kernel;
    expect(signals.faults).toEqual([]);
    expect(signals.planOf(0).steps.map((s) => s.phase)).toEqual([0, 1]);
    const own = shown(model, 300).filter((s) => s.stage === 'green');
    expect(own.length).toBeGreaterThan(8);
    expect(new Set(own.map((g) => `${g.phase} ${g.seconds}`))).toEqual(new Set(['0 20', '1 20']));
    const wished = shown(model, 100, (nowS) => nowS < 360 && signals.wish(0, 2, nowS + 2));
    const [first, ...later] = wished.filter((s) => s.stage === 'green' && s.phase >= 2);
    expect(first?.phase).toBe(2);
    expect(later).toEqual([]);
    // It has no pedestrians, and those whose plan's phase serves them, too, do not call it.
    expect(signals.pedestrianS[0]).toEqual([16, 16, 0, 0, 0, 0]);
    const held = shown(model, 600, (nowS) => signals.wish(0, 0, nowS + 2)).filter((s) => s.stage === 'green');
    expect(new Set(held.map((g) => g.phase))).toEqual(new Set([0, 1]));
  });

  it('TR-165 a phase on request that is shown too long gives way to the plan', () => {
    const pack = legs();
    const model = open(pack);
    const { signals } = model.kernel;
    const stretches = shown(model, 400, (nowS) => signals.wish(0, 3, nowS + 2));
    const greens = stretches.filter((s) => s.stage === 'green');
    expect(greens.filter((g) => g.phase === 3).length).toBeGreaterThan(1);
    expect(new Set(greens.map((g) => g.phase))).toEqual(new Set([0, 3]));
    for (const g of greens) expect(g.seconds).toBeLessThanOrEqual(120);
  });

  it('TR-166 people on foot get their phase within the longest red, though nobody drives and others are wished', () => {
    const model = open(legs(), [], true);
    const { signals } = model.kernel;
    const longest = [0, 0];
    const stretches = shown(model, 1_200, (nowS) => {
      signals.wish(0, 2 + (Math.floor(nowS / 20) % 4), nowS + 2);
      for (const p of [0, 1]) longest[p] = Math.max(longest[p]!, signals.redS(0, p, nowS));
    });
    for (const s of longest) {
      expect(s).toBeGreaterThan(80);
      expect(s).toBeLessThanOrEqual(signals.maxRedS(0));
    }
    const walked = stretches.filter((s) => s.stage === 'green' && s.phase < 2);
    expect(walked.length).toBeGreaterThan(15);
    for (const { seconds } of walked) expect(seconds).toBeGreaterThanOrEqual(16);
    // Nobody walks where there are no pavements: nothing is due there.
    const empty = open(legs());
    const own = shown(empty, 600, (nowS) =>
      empty.kernel.signals.wish(0, 2 + (Math.floor(nowS / 20) % 4), nowS + 2),
    );
    expect(own.filter((s) => s.phase < 2 && s.seconds > 1 && s.stage === 'green').length).toBeLessThan(2);
  });

  it('TR-166 what was dark was not red', () => {
    const model = open(crossing(), [], true);
    const { signals } = model.kernel;
    shown(model, 50);
    signals.setDark(0, true, model.timeS);
    shown(model, 400);
    signals.setDark(0, false, model.timeS);
    shown(model, 5);
    for (const p of [0, 1]) expect(signals.redS(0, p, model.timeS)).toBeLessThanOrEqual(5);
  });
});

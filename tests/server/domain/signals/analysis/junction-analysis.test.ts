import { describe, expect, it } from 'vitest';
import type { PortState } from '../../../../../server/contract/signal-port.ts';
import { JunctionAnalysis } from '../../../../../server/domain/signals/analysis/junction-analysis.ts';
import { DEFAULT_SATURATION_VPH } from '../../../../../server/domain/signals/analysis/saturation.ts';
import { portCrossing, portSees, SPEED_MPS } from '../../../../support/port-junction.ts';

/** One lane in which vehicles drive up, stand at red and leave at green: kinematics simple enough to know the truth. */
class LaneTruth {
  vehicles: { d: number; v: number; enteredS: number }[] = [];
  readonly delaysS: number[] = [];
  readonly crossedAtS: number[] = [];
  private readonly lengthM: number;

  constructor(lengthM: number) {
    this.lengthM = lengthM;
  }

  enter(atS: number): void {
    this.vehicles.push({ d: this.lengthM, v: SPEED_MPS, enteredS: atS });
  }

  step(isGreen: boolean, atS: number): void {
    let aheadM = isGreen ? -Infinity : 1;
    for (const car of this.vehicles) {
      const roomM = Math.max(0, car.d - aheadM);
      car.v = Math.min(SPEED_MPS, car.v + 2, roomM);
      car.d -= car.v;
      aheadM = car.d + 7.5;
    }
    for (const car of this.vehicles.filter((c) => c.d <= 0)) {
      this.crossedAtS.push(atS);
      this.delaysS.push(atS - car.enteredS - this.lengthM / SPEED_MPS);
    }
    this.vehicles = this.vehicles.filter((c) => c.d > 0);
  }

  get seen(): number[] {
    return this.vehicles.flatMap(({ d, v }) => [d, v, 0]);
  }
}

const CYCLE_S = 60;
const GREEN_S = 30;

/** A lane from the south under a fixed cycle, somebody every `everyS` seconds; `see` may change what the controller says. */
function drive(
  seconds: number,
  everyS: number,
  see: (state: PortState, s: number) => PortState | null = (state) => state,
): { readonly analysis: JunctionAnalysis; readonly truth: LaneTruth } {
  const analysis = new JunctionAnalysis(portCrossing());
  const truth = new LaneTruth(200);
  for (let s = 0; s < seconds; s++) {
    const inCycle = s % CYCLE_S;
    const isGreen = inCycle < GREEN_S;
    if (s % everyS === 0) truth.enter(s);
    truth.step(isGreen, s);
    const state = portSees({
      phase: isGreen ? 0 : 1,
      sinceS: isGreen ? inCycle : inCycle - GREEN_S,
      lanes: [truth.seen, [], []],
    });
    const told = see(state, s);
    if (told !== null) analysis.see(told, s);
  }
  return { analysis, truth };
}
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe('a junction by what its controller sees', () => {
  it('TR-220 counts who crossed', () => {
    const { analysis, truth } = drive(600, 5);
    expect(truth.crossedAtS.length).toBeGreaterThan(100);
    expect(analysis.vehicles).toBe(truth.crossedAtS.length);
    const lastFive = truth.crossedAtS.filter((s) => s >= 300).length;
    expect(analysis.flowVph / 12).toBeCloseTo(lastFive, -0.5);
    expect(analysis.approach(0).arrivalVph).toBeCloseTo(720, -2);
  });

  it('TR-221 knows the mean delay without knowing the vehicles', () => {
    // Until the end of a green: nobody stands there whose delay is not over.
    const { analysis, truth } = drive(870, 4);
    const lately = truth.delaysS.filter((_, i) => truth.crossedAtS[i]! > 570);
    expect(mean(lately)).toBeGreaterThan(8);
    expect(analysis.delayS! / mean(lately)).toBeGreaterThan(0.92);
    expect(analysis.delayS! / mean(lately)).toBeLessThan(1.08);
    const all = mean(truth.delaysS) * truth.delaysS.length;
    expect(analysis.lostVehS / all).toBeGreaterThan(0.95);
    expect(analysis.lostVehS / all).toBeLessThan(1.05);
  });

  it('TR-221 free traffic has no delay; where nobody was, none is known', () => {
    const analysis = new JunctionAnalysis(portCrossing());
    for (let s = 0; s <= 120; s++)
      analysis.see(portSees({ phase: 0, sinceS: s, lanes: [[200 - 15 * (s % 13), 15, 0], [], []] }), s);
    expect(analysis.approach(0).delayS).toBeCloseTo(0, 5);
    expect(analysis.approach(1).delayS).toBeNull();
  });

  it('TR-221 where nobody gets away it is at least what they have lost so far', () => {
    const analysis = new JunctionAnalysis(portCrossing());
    for (let s = 0; s < 120; s++) analysis.see(portSees({ lanes: [[2, 0, 0, 10, 0, 0], [], []] }), s);
    // Before two minutes were seen a mean says nothing.
    expect(analysis.delayS).toBeNull();
    for (let s = 120; s <= 140; s++) analysis.see(portSees({ lanes: [[2, 0, 0, 10, 0, 0], [], []] }), s);
    expect(analysis.delayS).toBeCloseTo(140, 0);
    expect(analysis.vehicles).toBe(0);
  });

  it('TR-220 a gap in the reports counts nothing, and lanes that are out lower the confidence', () => {
    const whole = drive(600, 5);
    const holed = drive(600, 5, (state, s) => (s >= 300 && s < 360 ? null : state));
    expect(holed.analysis.vehicles).toBeLessThan(whole.analysis.vehicles);
    expect(holed.analysis.vehicles).toBeGreaterThan(whole.analysis.vehicles - 15);
    expect(whole.analysis.confidence).toBeGreaterThan(0.9);
    const blind = drive(600, 5, (state, s) => ({
      ...state,
      lanes: s < 450 ? state.lanes : [null, null, null],
    }));
    expect(blind.analysis.confidence).toBeGreaterThan(0.3);
    expect(blind.analysis.confidence).toBeLessThan(0.6);
  });

  it('TR-220 an older report again changes nothing', () => {
    const { analysis } = drive(100, 5);
    const before = analysis.vehicles;
    expect(analysis.see(portSees(), 99)).toBe(false);
    expect(analysis.vehicles).toBe(before);
  });

  it('TR-222 tells the queue, its length, and that it reaches back', () => {
    const analysis = new JunctionAnalysis(portCrossing());
    const queue = Array.from({ length: 10 }, (_, i) => [2 + 7.5 * i, i < 9 ? 0 : 6, 0]).flat();
    analysis.see(portSees({ lanes: [queue, [3, 1, 1], []] }), 0);
    expect(analysis.approach(0)).toMatchObject({ queue: 10, queueM: 67, spillBack: false });
    expect(analysis.queue).toBe(10);
    analysis.see(portSees({ lanes: [[181, 0, 0], [], []] }), 1);
    expect(analysis.approach(0).spillBack).toBe(true);
    analysis.see(portSees({ lanes: [[179, 0, 0], [], []] }), 2);
    expect(analysis.approach(0).spillBack).toBe(false);
  });

  it('TR-222 an exit without room for five seconds is full', () => {
    const analysis = new JunctionAnalysis(portCrossing());
    const exits = (freeM: number): PortState['exits'] => [
      [20, freeM],
      [0, 200],
    ];
    for (let s = 0; s < 5; s++) analysis.see(portSees({ exits: exits(3) }), s);
    expect(analysis.fullExits()).toEqual([]);
    analysis.see(portSees({ exits: exits(3) }), 5);
    expect(analysis.fullExits()).toEqual([0]);
    analysis.see(portSees({ exits: exits(20) }), 6);
    expect(analysis.fullExits()).toEqual([]);
  });

  it('TR-223 learns how a queue discharges, and says the default until then', () => {
    const { analysis, truth } = drive(1_200, 3);
    const [seen, never] = [analysis.saturation[0]!, analysis.saturation[2]!];
    expect([never.seen, never.vph]).toEqual([false, DEFAULT_SATURATION_VPH]);
    expect(seen.seen).toBe(true);
    // From the fifth to the tenth who cross after each green begins, as they truly did.
    const headways: number[] = [];
    for (let from = 0; from < 1_200; from += CYCLE_S) {
      const inGreen = truth.crossedAtS.filter((s) => s >= from && s < from + GREEN_S);
      if (inGreen.length >= 9 && from > 0) headways.push((inGreen[8]! - inGreen[3]!) / 5);
    }
    expect(seen.vph / (3_600 / mean(headways))).toBeGreaterThan(0.85);
    expect(seen.vph / (3_600 / mean(headways))).toBeLessThan(1.15);
  });

  it('TR-224 tells which way those went who crossed', () => {
    const analysis = new JunctionAnalysis(portCrossing());
    let s = 0;
    const cross = (lane: number, connection: number): void => {
      const lanes: number[][] = [[], [], []];
      lanes[lane] = [5, 10, connection];
      analysis.see(portSees({ lanes }), s++);
      analysis.see(portSees(), s++);
    };
    for (let i = 0; i < 3; i++) cross(0, 0);
    // From a lane with one way out it is known where somebody went who did not say.
    cross(1, -1);
    expect(analysis.turnShares(0)).toEqual([
      { turn: 'through', share: 0.75 },
      { turn: 'left', share: 0.25 },
    ]);
    expect(analysis.connectionVph()[0]! / analysis.connectionVph()[1]!).toBeCloseTo(3, 5);
  });
});

import { describe, expect, it } from 'vitest';
import {
  fading,
  joinLoops,
  levelOfService,
  loopSpeedKph,
  mergeSpeeds,
  PROBE_WINDOW_S,
  travelTimeRatio,
} from '../../../server/domain/traffic.ts';

describe('traffic', () => {
  it.each([
    [60, 0],
    [49, 0],
    [48, 1],
    [41, 1],
    [40, 2],
    [30, 3],
    [24, 4],
    [18, 5],
    [0, 5],
  ])('TR-1 %i km/h of 60 is level of service %i (HCM 6, exhibit 16-3)', (speed, level) => {
    expect(levelOfService(speed, 60)).toBe(level);
  });

  it('TR-2 loops are joined by the harmonic mean weighted by flow', () => {
    // 60 km/h and 30 km/h with equal flow: as many vehicles take twice as long in the slow lane.
    expect(
      joinLoops([
        { speedKph: 60, flowVph: 600 },
        { speedKph: 30, flowVph: 600 },
      ]),
    ).toBeCloseTo(40, 6);
    expect(
      joinLoops([
        { speedKph: 60, flowVph: 900 },
        { speedKph: 30, flowVph: 300 },
      ]),
    ).toBeCloseTo(48, 6);
    expect(joinLoops([])).toBeUndefined();
  });

  it('TR-2 a loop without speed tells it by flow and occupancy, where there is enough of it', () => {
    expect(loopSpeedKph(1_200, 13)).toBeCloseTo(60, 6);
    expect(loopSpeedKph(30, 0.3)).toBeUndefined();
    expect(loopSpeedKph(0, 50)).toBeUndefined();
  });

  it('TR-3 the better known of two sources weighs more, and both together are better known than either', () => {
    const few = { speedKph: 10, samples: 1, ageS: 0 };
    const many = { speedKph: 50, samples: 100, ageS: 0 };
    const merged = mergeSpeeds(60, few, many)!;
    expect(merged.speedKph).toBeGreaterThan(40);
    expect(merged.speedKph).toBeLessThan(50);
    expect(merged.sdKph).toBeLessThan(mergeSpeeds(60, few, undefined)!.sdKph);
    expect(merged.sdKph).toBeLessThan(mergeSpeeds(60, undefined, many)!.sdKph);
    expect(mergeSpeeds(60, undefined, undefined)).toBeUndefined();
  });

  it('TR-3 age takes weight away', () => {
    const loops = { speedKph: 50, samples: 20, ageS: 0 };
    const fresh = mergeSpeeds(60, { speedKph: 10, samples: 20, ageS: 0 }, loops)!;
    const old = mergeSpeeds(60, { speedKph: 10, samples: 20, ageS: 600 }, loops)!;
    expect(old.speedKph).toBeGreaterThan(fresh.speedKph);
  });

  it('a travel time is held against the free one, also where nothing moves', () => {
    expect(travelTimeRatio(30, 60)).toBe(2);
    expect(travelTimeRatio(0, 60)).toBe(60);
    expect(fading(PROBE_WINDOW_S)).toBeCloseTo(1 / Math.E, 6);
    expect(fading(-5)).toBe(1);
  });
});

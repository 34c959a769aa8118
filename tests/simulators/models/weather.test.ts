import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../simulators/kernel/random.ts';
import { Places } from '../../../simulators/models/places.ts';
import { aqiOfPm25, Queue } from '../../../simulators/models/services/services.ts';
import {
  CALM,
  conditionsAt,
  speedFactorOf,
  wadingFactor,
  WeatherModel,
} from '../../../simulators/models/weather/weather.ts';
import { scenarios } from '../../../simulators/scenarios/library.ts';
import { roadsDouble } from '../../support/roads-double.ts';
import { smallPack } from '../../support/small-pack.ts';

describe('weather', () => {
  it('SI-15: lies on a line between its keyframes and keeps what they leave out', () => {
    const frames = [
      { atMin: 0, rainMmH: 0, windKph: 10 },
      { atMin: 10, rainMmH: 20 },
    ];
    expect(conditionsAt(frames, 5)).toMatchObject({ rainMmH: 10, windKph: 10 });
    expect(conditionsAt(frames, 99)).toMatchObject({ rainMmH: 20, windKph: 10 });
    expect(conditionsAt([], 5)).toEqual(CALM);
  });

  it('SI-15: rain, fog and water slow traffic, a dry day does not', () => {
    expect(speedFactorOf(CALM)).toBe(1);
    expect(speedFactorOf({ ...CALM, rainMmH: 50 })).toBeLessThan(0.8);
    expect(speedFactorOf({ ...CALM, visibilityM: 100 })).toBeLessThan(0.8);
    expect(wadingFactor(0)).toBe(1);
    expect(wadingFactor(150)).toBeLessThan(0.5);
    expect(wadingFactor(300)).toBe(0);
  });

  it('SI-15: in the storm low roads close and the river rises; afterwards they open again', () => {
    const pack = smallPack();
    const roads = roadsDouble(pack);
    const places = new Places(pack);
    const weather = new WeatherModel(places, roads, createRandom(3));
    const storm = scenarios.get('storm')!;
    weather.setScenario(storm.weather, storm.flooding);
    const before = weather.riverLevelM;
    const closedAt: number[] = [];
    for (let s = 0; s < 90 * 60; s += 5)
      for (const e of weather.step(s / 60, 5)) if (e.kind === 'closed') closedAt.push(s);
    expect(weather.riverLevelM).toBeGreaterThan(before + 0.5);
    expect(weather.closedLinks).toBe(roads.closed.size);
    expect(weather.closedLinks).toBeGreaterThan(0);
    expect(Math.min(...closedAt)).toBeGreaterThan(60);
    for (let s = 90 * 60; s < 600 * 60; s += 5) weather.step(s / 60, 5);
    expect(roads.closed.size).toBe(0);
  });
});

describe('services', () => {
  it('SI-16: a queue fills when more come than can be served, and never serves more than it has servers', () => {
    const random = createRandom(1);
    const calm = new Queue(0, 0);
    const flooded = new Queue(0, 0);
    for (let s = 0; s < 20_000; s += 5) {
      calm.step(random, 5, 0.01, 10, 500);
      flooded.step(random, 5, 0.03, 10, 500);
      expect(calm.busy).toBeLessThanOrEqual(10);
    }
    expect(calm.waiting).toBeLessThan(10);
    // 0.03/s come, 10 servers finish 0.02/s: 0.01/s stay.
    expect(flooded.waiting).toBeGreaterThan(100);
    expect(flooded.waiting).toBeLessThan(320);
  });

  it('SI-16: the air quality index follows its table', () => {
    expect(aqiOfPm25(0)).toBe(0);
    expect(aqiOfPm25(35)).toBe(50);
    expect(aqiOfPm25(55)).toBe(75);
    expect(aqiOfPm25(250)).toBe(300);
    expect(aqiOfPm25(900)).toBe(500);
  });
});

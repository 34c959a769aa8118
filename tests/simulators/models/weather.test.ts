import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../simulators/kernel/random.ts';
import { Places } from '../../../simulators/models/places.ts';
import {
  aqiOfPm25,
  Queue,
  ServicesModel,
  type ServiceSurroundings,
} from '../../../simulators/models/services/services.ts';
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

  /** What the facilities of a kind say after so many minutes. */
  function after(minutes: number, kind: string, more: Partial<ServiceSurroundings>): Record<string, number> {
    const places = new Places(smallPack());
    const random = createRandom(6);
    const weather = new WeatherModel(places, roadsDouble(places.pack), random.fork('weather'));
    const services = new ServicesModel(places, weather, random.fork('services'), 0);
    const around: ServiceSurroundings = {
      hour: 11,
      minute: 0,
      conditions: CALM,
      crowdAt: () => 0,
      patientsAt: () => ({ perHour: 0, admitted: 0 }),
      erFactor: 1,
      plumeAt: () => 0,
      ...more,
    };
    for (let s = 0; s < minutes * 60; s += 5) services.step(5, around);
    const ids = new Set(places.facilities(kind as 'hospital').map((f) => f.id));
    return services.facilities(minutes * 60_000).find((o) => ids.has(o.id))!.metrics;
  }

  it('SI-16: patients who come by themselves fill the emergency room, and those who stay the beds', () => {
    const calm = after(60, 'hospital', {});
    const rushed = after(60, 'hospital', { patientsAt: () => ({ perHour: 240, admitted: 60 }) });
    expect(rushed['erQueue']).toBeGreaterThan(calm['erQueue']! + 60);
    expect(rushed['bedsFree']).toBeLessThan(calm['bedsFree']! - 20);
    expect(rushed['bedsFree']).toBeGreaterThanOrEqual(0);
  });

  it('SI-16: a home takes in guests up to its places', () => {
    const calm = after(30, 'elderly-care', {});
    const full = after(30, 'elderly-care', { crowdAt: () => 1_000 });
    const home = new Places(smallPack()).facilities('elderly-care')[0]!;
    expect(calm['residents']).toBeLessThan(home.capacity.places!);
    expect(full['residents']).toBeGreaterThan(0.98 * home.capacity.places!);
    expect(full['residents']).toBeLessThanOrEqual(home.capacity.places!);
  });

  it('SI-16: the air quality index follows its table', () => {
    expect(aqiOfPm25(0)).toBe(0);
    expect(aqiOfPm25(35)).toBe(50);
    expect(aqiOfPm25(55)).toBe(75);
    expect(aqiOfPm25(250)).toBe(300);
    expect(aqiOfPm25(900)).toBe(500);
  });
});

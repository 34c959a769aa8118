import { describe, expect, it } from 'vitest';
import { metresPerDegree } from '../../../server/contract/geo.ts';
import { DerivedSpeeds } from '../../../server/live/derived-speeds.ts';
import { feedOf, makeWorld, START_MS } from '../../support/live-world.ts';
import { smallPackAt } from '../../support/small-pack.ts';

const LAT = 30.2;
const perDegree = metresPerDegree(LAT);
/** A drive eastward: seconds and metres from its start. */
const drive = (points: readonly (readonly [number, number])[], pace = 1): (number | undefined)[] => {
  const speeds = new DerivedSpeeds();
  return points.map(([s, m]) => {
    const kph = speeds.speedKph(1, 118.6 + m / perDegree.lon, LAT, START_MS + (s * 1000) / pace, pace);
    return kph === undefined ? undefined : Math.round(kph);
  });
};

describe('speeds from positions', () => {
  it.each([
    ['the first position tells none', [[0, 0]], [undefined]],
    [
      '100 m in 10 s are 36 km/h',
      [
        [0, 0],
        [10, 100],
      ],
      [undefined, 36],
    ],
    [
      'positions every second are held against one 5 s back',
      [
        [0, 0],
        [1, 10],
        [2, 20],
        [5, 50],
        [6, 61],
      ],
      [undefined, undefined, undefined, 36, 36],
    ],
    [
      'less than the error of the positions is standing',
      [
        [0, 0],
        [30, 12],
      ],
      [undefined, 0],
    ],
    [
      'a jump tells nothing',
      [
        [0, 0],
        [10, 2_000],
        [20, 2_100],
      ],
      [undefined, undefined, 36],
    ],
    [
      'after a long silence the way between is unknown',
      [
        [0, 0],
        [400, 3_000],
      ],
      [undefined, undefined],
    ],
  ] as const)('TR-10 %s', (_, points, speeds) => {
    expect(drive(points)).toEqual(speeds);
  });

  it('TR-10 a recording at 60× tells the speeds that were driven, not 60 times as much', () => {
    expect(
      drive(
        [
          [0, 0],
          [60, 500],
          [120, 1_000],
        ],
        60,
      ),
    ).toEqual([undefined, 30, 30]);
  });

  it('TR-10 a recording so fast that its times are all rounding tells no speed', () => {
    expect(
      drive(
        [
          [0, 0],
          [60, 500],
        ],
        3_000,
      ),
    ).toEqual([undefined, undefined]);
  });

  it('TR-10 a cab without a speed shows one, marked as worked out, and makes its link known', async () => {
    const world = await makeWorld({ feeds: [feedOf('cabs', 'positions')] });
    const at = (s: number, eastM: number) => {
      const [lon, lat] = smallPackAt(eastM, 2);
      return { type: 'position', id: 'cab', at: START_MS + s * 1000, lon, lat } as const;
    };
    await world.observe('cabs', at(0, 20));
    expect(world.engine.picture.objectAnswer(0)).toMatchObject({ speedKph: null, derived: ['heading'] });
    world.nowMs += 10_000;
    await world.observe('cabs', at(10, 120));
    expect(world.engine.picture.objectAnswer(0)).toMatchObject({
      speedKph: 36,
      headingDeg: 90,
      derived: ['speed', 'heading'],
    });
    world.engine.tick((world.nowMs += 1_000));
    expect(world.engine.records.get('vitals', 'city')).toMatchObject({ linksMeasured: 1, meanSpeedKph: 36 });
  });

  it('TR-10 a cab that stands is not taken for a queue', async () => {
    const world = await makeWorld({ feeds: [feedOf('cabs', 'positions')] });
    const [lon, lat] = smallPackAt(110, 2);
    for (let s = 0; s <= 60; s += 30) {
      await world.observe('cabs', { type: 'position', id: 'cab', at: START_MS + s * 1000, lon, lat });
      world.nowMs += 30_000;
    }
    world.engine.tick(world.nowMs);
    expect(world.engine.picture.objectAnswer(0)).toMatchObject({ speedKph: 0 });
    expect(world.engine.records.get('vitals', 'city')?.linksMeasured).toBe(0);
  });

  it('TR-10 what a feed tells itself is not marked', async () => {
    const world = await makeWorld({ feeds: [feedOf('cars', 'positions')] });
    const [lon, lat] = smallPackAt(110, 2);
    await world.observe('cars', {
      type: 'position',
      id: 'a',
      at: START_MS,
      lon,
      lat,
      speedKph: 30,
      headingDeg: 9,
    });
    expect(world.engine.picture.objectAnswer(0)).not.toHaveProperty('derived');
  });

  it('TR-10 the engine takes the speed of the recording into account', async () => {
    const world = await makeWorld({ feeds: [feedOf('cabs', 'positions')] });
    world.engine.replaying('cabs', 60);
    const at = (ms: number, eastM: number) => {
      const [lon, lat] = smallPackAt(eastM, 2);
      return { type: 'position', id: 'cab', at: START_MS + ms, lon, lat } as const;
    };
    await world.observe('cabs', at(0, 0));
    world.nowMs += 500;
    await world.observe('cabs', at(500, 200));
    expect(world.engine.picture.objectAnswer(0)).toMatchObject({
      speedKph: 24,
      derived: ['speed', 'heading'],
    });
  });
});

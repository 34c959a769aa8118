import { describe, expect, it } from 'vitest';
import type { AlarmFact } from '../../../../../server/contract/alarms.ts';
import { factText, inEither } from '../../../../../server/domain/alarms/life/words.ts';

describe('what an alarm measured', () => {
  it.each<[AlarmFact, string, string]>([
    [
      { field: 'link.speedKph', value: 8.456, op: '<', limit: 15 },
      '车速 8.46 km/h（< 15 km/h）',
      'Speed 8.46 km/h (< 15 km/h)',
    ],
    [{ field: 'link.speedKph_usual', value: 40 }, '车速（常态值） 40 km/h', 'Speed (usual) 40 km/h'],
    [
      { field: 'link.speedKph_dev', value: -4, op: '<=', limit: -3.5 },
      '车速（偏离常态） -4（≤ -3.5）',
      'Speed (deviation from usual) -4 (≤ -3.5)',
    ],
    [
      { field: 'station.levelM_rate', value: 0.2, op: '>=', limit: 0.1 },
      '水位（每分钟变化） 0.2 m/min（≥ 0.1 m/min）',
      'Water level (change a minute) 0.2 m/min (≥ 0.1 m/min)',
    ],
    [{ field: 'signal.dark', value: true, op: '==', limit: true }, '熄灭 是（= 是）', 'Dark yes (= yes)'],
    [{ field: 'unit.assigned', value: false }, '已派遣 否', 'Sent from here no'],
    [
      { field: 'unit.status', value: 'available', op: '!=', limit: 'en-route' },
      '状态 available（≠ en-route）',
      'Status available (≠ en-route)',
    ],
    [
      { field: 'city.aqi', value: null, op: '>', limit: 150 },
      '空气质量指数 未知（> 150）',
      'AQI not known (> 150)',
    ],
    [{ field: 'clock.hour', value: 7.5 }, '时刻 7.5', 'Hour 7.5'],
    [{ field: 'count', value: 5 }, 'count 5', 'count 5'],
    [{ field: 'link.constructor', value: 1 }, 'link.constructor 1', 'link.constructor 1'],
  ])('AL-93 %j is said in both languages', (fact, zh, en) => {
    expect(factText(fact)).toEqual({ zh, en });
  });

  it('AL-93 what was written in one language is said in that one', () => {
    expect([inEither({ zh: '', en: 'x' }), inEither({ zh: '甲', en: '' })]).toEqual([
      { zh: 'x', en: 'x' },
      { zh: '甲', en: '甲' },
    ]);
  });
});

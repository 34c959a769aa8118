/** Facts of alarms in words: names, units, limits, in both languages. */
import { describe, expect, it } from 'vitest';
import {
  factLine,
  factShort,
  factWords,
  fieldName,
  mainFact,
  valueWords,
} from '../../../client/alarms/fact-words.ts';
import type { AlarmFact } from '../../../server/contract/alarms.ts';
import { UNKNOWN } from '../../../client/desk/format.ts';

const places = new Map([['d1', { zh: '滨江区', en: 'Riverside' }]]);
const fact = (
  field: string,
  value: AlarmFact['value'],
  op?: AlarmFact['op'],
  limit?: AlarmFact['value'],
) => ({
  field,
  value,
  ...(op === undefined ? {} : { op }),
  ...(limit === undefined ? {} : { limit }),
});

describe('facts in words', () => {
  it.each<[AlarmFact, string, string]>([
    [fact('link.speedKph', 8, '<', 15), '车速 8 km/h（< 15 km/h）', 'Speed 8 km/h (< 15 km/h)'],
    [fact('facility.bedsPct', 96.4, '>=', 95), '床位占用 96.4%（≥ 95%）', 'Beds taken 96.4% (≥ 95%)'],
    [
      fact('facility.headwayRatio', 2.125, '>', 2),
      '车头时距偏差 2.13×（> 2×）',
      'Headway ÷ planned 2.13× (> 2×)',
    ],
    [
      fact('station.pm25_dev', 4.2, '>', 3),
      'PM2.5，偏离常态 4.2 σ（> 3 σ）',
      'PM2.5, deviation from usual 4.2 σ (> 3 σ)',
    ],
    [
      fact('station.levelM_rate', 0.05, '>', 0.02),
      '水位，每分钟变化 0.05 m/分钟（> 0.02 m/分钟）',
      'Water level, change a minute 0.05 m/min (> 0.02 m/min)',
    ],
    [fact('link.speedKph_usual', 41), '车速，常态值 41 km/h', 'Speed, usual 41 km/h'],
    [fact('feed.silentS', 136, '>', 120), '静默时长 136 秒（> 120 秒）', 'Silent for 136 s (> 120 s)'],
    [fact('feed.silentS', 7_260, '>', 120), '静默时长 121 分钟（> 120 秒）', 'Silent for 121 min (> 120 s)'],
    [fact('incident.lateMin', 4, '>', 0), '到场超时 4 分钟（> 0 分钟）', 'Late on scene 4 min (> 0 min)'],
    [fact('incident.lateMin', -3), '到场超时 -3 分钟', 'Late on scene -3 min'],
    [fact('signal.dark', true, '==', true), '熄灭', 'Dark'],
    [fact('unit.assigned', false, '!=', true), '已派遣 否（≠ 是）', 'Sent from here no (≠ yes)'],
    [fact('unit.status', 'on-scene'), '状态 到场处置', 'Status On scene'],
    [fact('incident.category', 'fire.structure'), '类别 建筑火灾', 'Category Structure fire'],
    [fact('incident.stage', 'triaged'), '阶段 已立案', 'Stage Triaged'],
    [fact('incident.severity', 1, '<=', 2), '级别 危急', 'Severity Critical'],
    [fact('warning.state', 'in-force', '==', 'in-force'), '状态 生效中', 'State In force'],
    [fact('warning.severity', 'Severe'), '严重程度 严重', 'Severity Severe'],
    [fact('warning.status', 'Exercise'), '性质 演习', 'Status Exercise'],
    [fact('link.district', 'd1'), '区 滨江区', 'District Riverside'],
    [fact('city.vehicles', 21_340), '在途车辆 21,340', 'Vehicles 21,340'],
    [fact('clock.hour', 8.5), '时刻 8.5', 'Hour 8.5'],
    [
      fact('link.metresTo("school")', 120, '<', 200),
      'link.metresTo("school") 120（< 200）',
      'link.metresTo("school") 120 (< 200)',
    ],
  ])('UI-144 says %j', (f, zh, en) => {
    expect(factLine(f, 'zh-CN', places)).toBe(zh);
    expect(factLine(f, 'en-US', places)).toBe(en);
  });

  it('UI-144 shows what is not known as a dash, never 0', () => {
    expect(factLine(fact('link.speedKph', null, '<', 15), 'en-US', places)).toBe(
      `Speed ${UNKNOWN} (< 15 km/h)`,
    );
    expect(valueWords('link.speedKph', 0, 'en-US', places)).toBe('0 km/h');
  });

  it('UI-144 says a limit once', () => {
    expect(factWords(fact('unit.status', 'on-scene', '==', 'on-scene'), 'en-US', places).limit).toBeNull();
    expect(factWords(fact('link.speedKph', 8, '<'), 'en-US', places).limit).toBeNull();
  });

  it('UI-144 gives a row the value against the limit, now rather than then', () => {
    const facts = [fact('link.class', 'primary'), fact('link.speedKph', 8, '<', 15)];
    expect(factShort(mainFact({ facts })!, 'en-US', places)).toBe('8 km/h < 15 km/h');
    const factsNow = [fact('link.speedKph', 11, '<', 15)];
    expect(factShort(mainFact({ facts, factsNow })!, 'en-US', places)).toBe('11 km/h < 15 km/h');
    expect(factShort(mainFact({ facts: [fact('signal.dark', true, '==', true)] })!, 'en-US', places)).toBe(
      'Dark',
    );
    expect(mainFact({ facts: [] })).toBeUndefined();
    const overdue = [fact('incident.handledBySource', false), fact('incident.overdue', true)];
    const severity = fact('incident.severity', 1, '<=', 2);
    expect(mainFact({ facts: [...overdue, severity] })?.field).toBe('incident.overdue');
  });

  it('names a field as it is written where it is none', () => {
    expect(fieldName('link.toString', 'en-US')).toBe('link.toString');
    expect(fieldName('moon.phase', 'en-US')).toBe('moon.phase');
    expect(fieldName('link.lanes_dev', 'en-US')).toBe('Lanes, deviation from usual');
  });
});

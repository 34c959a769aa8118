/** Built-in alarm rules about water and official warnings. Levels are those of the demo city: a city writes its own. */
import type { AlarmRuleInput } from '../../contract/alarms.ts';

export const weatherRules: readonly AlarmRuleInput[] = [
  {
    id: 'river-rising',
    name: { zh: '降雨中水位快速上涨', en: 'River rising fast in the rain' },
    subject: 'station',
    where: 'station.kind == "river"',
    when: 'station.levelM_rate > 0.01 && city.rainMmH >= 20.0',
    until: 'station.levelM_rate < 0.004',
    onDelayS: 180,
    offDelayS: 900,
    // One river, one flood.
    groupM: 20_000,
    priority: 3,
    purpose: {
      zh: '雨强 20 毫米/时以上且水位每分钟上涨超过 1 厘米，早于警戒水位约半小时。',
      en: 'Rain above 20 mm/h and the river rising by more than 1 cm a minute: about half an hour before the guard level.',
    },
    consequence: {
      zh: '沿江低洼路段和下穿通道一小时内可能进水。',
      en: 'Low roads by the river and underpasses may flood within the hour.',
    },
    response: {
      zh: '通知排水部门开启泵站、预降内河水位；安排巡查沿江低洼路段和下穿通道，备好封路人员；提醒沿江街道做好转移准备。',
      en: 'Have the water department start the pumps. Send patrols to low roads and underpasses, ready to close them. Tell the subdistricts by the river to prepare to move people.',
    },
    owner: { role: 'dispatcher', department: 'water' },
    escalate: [{ afterMin: 15, to: 'supervisor' }],
  },
  {
    id: 'river-high',
    name: { zh: '水位超警戒', en: 'River above its guard level' },
    subject: 'station',
    where: 'station.kind == "river"',
    when: 'station.levelM >= 4.2',
    until: 'station.levelM < 4.0',
    onDelayS: 60,
    offDelayS: 900,
    groupM: 20_000,
    explains: [{ rule: 'river-rising', withinM: 20_000 }],
    priority: 1,
    purpose: {
      zh: '水位达到警戒水位 4.2 米。',
      en: 'The river has reached its guard level of 4.2 m.',
    },
    consequence: {
      zh: '江水可能漫堤，低洼区域人员有生命危险。',
      en: 'The river may overtop its banks: lives are in danger in low areas.',
    },
    response: {
      zh: '报告值班长并建议启动防汛应急响应；封闭沿江低洼道路和下穿通道；通知相关街道转移低洼区人员并开放避难场所。',
      en: 'Tell the supervisor and propose the flood response. Close low roads by the river and underpasses. Have the subdistricts move people out of low areas and open the shelters.',
    },
    owner: { role: 'supervisor', department: 'water' },
    escalate: [{ afterMin: 2, to: 'supervisor' }],
    incident: { category: 'weather.flood', severity: 1 },
  },
  {
    id: 'official-warning',
    name: { zh: '严重及以上官方预警生效', en: 'Official warning, severe or worse' },
    subject: 'warning',
    when:
      'warning.state == "in-force" && warning.status == "Actual" && ' +
      'warning.severity in ["Severe", "Extreme"]',
    priority: 2,
    purpose: {
      zh: '气象、应急等部门发布的严重或特别严重预警正在生效（演练、测试除外）。',
      en: 'A severe or extreme warning of another authority is in force; exercises and tests do not ring.',
    },
    consequence: {
      zh: '未及时转发和备勤的，灾害到来时力量不足、群众不知情。',
      en: 'Where it is not passed on, crews are too few and people do not know when it comes.',
    },
    response: {
      zh: '阅读预警范围和起止时间；向受影响街道和部门转发并确认收悉；按预案增加备勤力量，必要时起草本市预警交值班长批准。',
      en: 'Read where and when it holds. Pass it on to subdistricts and departments and see that they confirm. Raise the standby as planned; draft our own warning for the supervisor’s approval where needed.',
    },
    owner: { role: 'supervisor', department: 'emergency' },
    escalate: [{ afterMin: 10, to: 'supervisor' }],
  },
];

/** Built-in alarm rules about data that does not come: a picture that is old looks like one that is calm. */
import type { AlarmRuleInput } from '../../contract/alarms.ts';

export const dataRules: readonly AlarmRuleInput[] = [
  {
    id: 'feed-stale',
    name: { zh: '数据源中断', en: 'Feed silent' },
    subject: 'feed',
    // Warnings come rarely: silence is no fault of theirs. Feeds from which nothing has come yet are waiting, not stale.
    where: 'feed.kind != "warnings"',
    when: 'feed.state == "stale"',
    until: 'feed.state == "live"',
    onDelayS: 60,
    offDelayS: 30,
    explains: [{ rule: 'gauge-silent' }, { rule: 'hospital-silent' }, { rule: 'signal-degraded' }],
    priority: 3,
    purpose: {
      zh: '数据源静默超过其常态间隔的 5 倍。',
      en: 'A feed has been silent for over five of its usual intervals.',
    },
    consequence: {
      zh: '画面停在旧状态，据此派单和判断都可能出错；依赖该数据的报警不会响。',
      en: 'The picture stands still: decisions on it may be wrong, and alarms that need this data do not ring.',
    },
    response: {
      zh: '查看数据源面板的最近时间和拒收原因；联系数据提供单位值班；恢复前对该类信息改用电话核实。',
      en: 'See in the feeds panel when it last spoke and what was refused. Ring the provider’s duty desk. Until it is back ask by telephone.',
    },
    owner: { role: 'system-admin' },
    escalate: [{ afterMin: 15, to: 'supervisor' }],
  },
  {
    id: 'gauge-silent',
    name: { zh: '水位、雨量站无数据', en: 'River or rain gauge silent' },
    subject: 'station',
    where: 'station.kind in ["river", "rain"]',
    when: 'station.silentS > 900.0',
    until: 'station.silentS < 60.0',
    priority: 3,
    purpose: {
      zh: '水位站或雨量站 15 分钟未报数。',
      en: 'A river or rain gauge has sent nothing for 15 minutes.',
    },
    consequence: {
      zh: '该断面涨水时无人知晓。',
      en: 'Should the water rise there, nobody would see it.',
    },
    response: {
      zh: '联系水文运维检查通信和供电；降雨期间派人到现场读水尺，每 30 分钟报一次。',
      en: 'Have maintenance check its line and power. While it rains send somebody to read the staff every 30 minutes.',
    },
    owner: { role: 'department', department: 'water' },
    escalate: [{ afterMin: 30, to: 'dispatcher' }],
  },
  {
    id: 'hospital-silent',
    name: { zh: '医院床位数据过时', en: 'Hospital data out of date' },
    subject: 'facility',
    where: 'facility.kind == "hospital"',
    when: 'facility.silentS > 900.0',
    until: 'facility.silentS < 60.0',
    priority: 3,
    purpose: {
      zh: '医院 15 分钟未更新床位和急诊数据。',
      en: 'A hospital has not updated its beds and emergency room for 15 minutes.',
    },
    consequence: {
      zh: '送院推荐按旧数据排序，可能把患者送到已满的医院。',
      en: 'Recommendations rest on old numbers: a patient may be taken to a hospital that is full.',
    },
    response: {
      zh: '送院前电话向急诊确认；通知医院信息科恢复上报。',
      en: 'Ring the emergency room before sending a patient. Have the hospital’s IT restore the reports.',
    },
    owner: { role: 'dispatcher', department: 'health' },
  },
];

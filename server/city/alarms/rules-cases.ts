/** Built-in alarm rules about cases and the units that work on them. */
import type { AlarmRuleInput } from '../../contract/alarms.ts';

export const caseRules: readonly AlarmRuleInput[] = [
  {
    id: 'school-incident',
    name: { zh: '上学时段校园周边警情', en: 'Serious incident by a school in school hours' },
    subject: 'incident',
    where: 'incident.metresTo("school") <= 300.0',
    when:
      'incident.severity <= 1.0 && (incident.family in ["fire", "hazmat"] || ' +
      'incident.category in ["crime.assault", "traffic.collision-injury"]) && clock.workday && clock.hour >= 7.0 && clock.hour < 18.0',
    groupM: 300,
    priority: 2,
    purpose: {
      zh: '上学日 7–18 时，校园 300 米内的火灾、危化品、伤人等一级警情，须额外通知学校。',
      en: 'Fires, hazardous materials, assaults and the like within 300 m of a school on school days from 7 to 18: the school has to be told, too.',
    },
    consequence: {
      zh: '上下学的学生可能进入危险区域，家长聚集影响处置。',
      en: 'Pupils on their way may walk into danger, and parents who gather hinder the crews.',
    },
    response: {
      zh: '电话通知学校值班室暂缓放学或改走安全出口；请派出所增派警力到校门；处置结束后通知学校解除。',
      en: 'Call the school: keep pupils in or use an exit on the safe side. Have the police station send officers to the gate. Tell the school when it is over.',
    },
    owner: { role: 'dispatcher', department: 'police' },
    escalate: [{ afterMin: 5, to: 'supervisor' }],
  },
  {
    id: 'ambulance-late',
    name: { zh: '急救到场超时', en: 'Ambulance late' },
    subject: 'incident',
    when:
      '!incident.handledBySource && incident.family == "medical" && incident.severity <= 1.0 && ' +
      '(incident.lateMin > 1.0 || incident.lateForecastMin > 3.0)',
    until: '!has(incident.lateMin) || (incident.lateMin < 0.0 && incident.lateForecastMin < 1.0)',
    onDelayS: 30,
    explains: [{ rule: 'case-overdue', withinM: 1 }],
    priority: 2,
    purpose: {
      zh: '一级急救任务已超过或预计将超过到场目标时报警，以便改派。',
      en: 'Rings where the first unit of a life-threatening case is past its target, or will be by more than three minutes, so that another can be sent.',
    },
    consequence: {
      zh: '心脏骤停每延误 1 分钟，生存率约下降 7%–10%。',
      en: 'With every minute of a cardiac arrest 7 to 10 in 100 fewer survive.',
    },
    response: {
      zh: '查看推荐列表，改派更近的救护车或就近消防、巡警先行急救；没有空闲车组的，请相邻急救站支援，并电话指导呼救者急救。',
      en: 'Look at the recommendation and send a nearer ambulance, or fire or police as first responders. With no crew free ask the next station for help and guide the caller by telephone.',
    },
    owner: { role: 'dispatcher', department: 'ambulance' },
    escalate: [{ afterMin: 3, to: 'supervisor' }],
  },
  {
    id: 'par-overdue',
    name: { zh: '现场力量安全确认超时', en: 'No answer to the safety check' },
    subject: 'unit',
    when: 'unit.parOverdue',
    onDelayS: 60,
    priority: 1,
    purpose: {
      zh: '现场车组到时未回复安全确认。',
      en: 'A crew on scene has not answered the safety check in time.',
    },
    consequence: {
      zh: '人员可能受困或受伤，而无人知晓。',
      en: 'They may be trapped or hurt, and nobody knows.',
    },
    response: {
      zh: '立即用电台呼叫该车组；两次无应答的，请现场其他车组查看并通知现场指挥员清点人数，必要时增派救援。',
      en: 'Call the crew by radio at once. After two calls without an answer have another crew on scene look, have the commander count heads, and send a rescue.',
    },
    owner: { role: 'dispatcher' },
    escalate: [{ afterMin: 2, to: 'supervisor' }],
  },
  {
    id: 'case-overdue',
    name: { zh: '重要警情处置超时', en: 'Serious case overdue' },
    subject: 'incident',
    when:
      '!incident.handledBySource && incident.overdue && incident.severity <= 2.0 && ' +
      '(incident.family != "medical" || incident.severity > 1.0)',
    // Deadlines are escalated by themselves; this is for those that nobody then takes up.
    onDelayS: 300,
    groupM: 100,
    priority: 3,
    purpose: {
      zh: '一、二级警情超过时限 5 分钟仍无进展。',
      en: 'A case of severity 1 or 2 has been past a deadline for five minutes.',
    },
    consequence: {
      zh: '危险扩大，报警人再次来电，考核扣分。',
      en: 'The danger grows, callers call again, and the case counts against the centre.',
    },
    response: {
      zh: '打开案件查看卡在哪一步：未派单的立即派单；已派单未到场的联系车组或改派；等部门的电话催办，并记录原因。',
      en: 'Open the case and see what it waits for: dispatch what was not sent, call or replace a crew that is late, ring the department that owes something, and note the reason.',
    },
    owner: { role: 'dispatcher' },
    escalate: [{ afterMin: 10, to: 'supervisor' }],
  },
  {
    id: 'odour-calls',
    name: { zh: '异味报警聚集', en: 'Many calls about a smell' },
    subject: 'incident',
    when: 'incident.category in ["hazmat.odour", "hazmat.gas-leak"]',
    offDelayS: 300,
    count: { atLeast: 5, withinMin: 10, withinM: 500 },
    priority: 2,
    purpose: {
      zh: '10 分钟内、500 米范围内 5 起以上异味或燃气味来电，多为泄漏的第一信号。',
      en: 'Five calls about a smell or gas within 10 minutes and 500 m: mostly the first sign of a leak.',
    },
    consequence: {
      zh: '燃气或化学品可能正在泄漏，有爆炸和中毒危险。',
      en: 'Gas or a chemical may be leaking: danger of explosion and poisoning.',
    },
    response: {
      zh: '合并来电为一起案件；派消防侦检，通知燃气公司到场查漏；按风向划定警戒范围，提醒来电人开窗、不动电器、撤到上风向。',
      en: 'Merge the calls into one case. Send fire and rescue with detectors and have the gas company search for the leak. Cordon off downwind; tell callers to open windows, touch no switch and leave upwind.',
    },
    owner: { role: 'dispatcher', department: 'fire' },
    escalate: [{ afterMin: 3, to: 'supervisor' }],
    incident: { category: 'hazmat.gas-leak', severity: 1 },
  },
];

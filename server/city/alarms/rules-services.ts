/** Built-in alarm rules about hospitals, homes, parking and crowds. */
import type { AlarmRuleInput } from '../../contract/alarms.ts';

export const serviceRules: readonly AlarmRuleInput[] = [
  {
    id: 'hospital-full',
    name: { zh: '医院床位将满', en: 'Hospital nearly full' },
    subject: 'facility',
    where: 'facility.kind == "hospital"',
    when: 'facility.bedsPct >= 96.0',
    until: 'facility.bedsPct < 94.0',
    onDelayS: 120,
    offDelayS: 600,
    priority: 2,
    purpose: { zh: '床位占用达到 96%。', en: '96 in 100 beds are taken.' },
    consequence: {
      zh: '救护车到院后无法收治，需二次转运，急诊滞留。',
      en: 'Ambulances arrive where nobody can be admitted: patients are moved twice and the emergency room blocks.',
    },
    response: {
      zh: '将新送患者改送推荐的次近医院；电话与该院总值班确认可用床位和预计腾空时间；两家以上将满时启动区域床位调度。',
      en: 'Take new patients to the next hospital on the recommendation. Ask the hospital’s duty manager for usable beds and when more come free. With two hospitals nearly full start the regional bed plan.',
    },
    owner: { role: 'dispatcher', department: 'health' },
    escalate: [{ afterMin: 15, to: 'supervisor' }],
  },
  {
    id: 'er-queue',
    name: { zh: '急诊候诊异常', en: 'Emergency room far above usual' },
    subject: 'facility',
    where: 'facility.kind == "hospital"',
    when: 'facility.erQueue >= 20.0 && (has(facility.erQueue_usual) ? facility.erQueue_dev > 4.0 : facility.erWaitMin >= 90.0)',
    until: 'facility.erQueue < 12.0 || facility.erQueue_dev < 2.0',
    onDelayS: 300,
    offDelayS: 600,
    priority: 3,
    purpose: {
      zh: '急诊候诊人数远高于该院本时段常态。',
      en: 'Far more people wait in an emergency room than is usual there at this hour.',
    },
    consequence: {
      zh: '危重患者等待过久；可能有群体性伤病尚未上报。',
      en: 'The gravely ill wait too long; perhaps something that hurt or sickened many has not been reported.',
    },
    response: {
      zh: '电话询问急诊原因（是否同一地点、同类症状）；疑似群体事件的立即报卫健部门并建案；非危重患者引导至邻近医院。',
      en: 'Ring the emergency room and ask why: one place, the same symptoms? If so tell the health authority and open a case. Direct the less urgent to hospitals nearby.',
    },
    owner: { role: 'dispatcher', department: 'health' },
    escalate: [{ afterMin: 20, to: 'supervisor' }],
  },
  {
    id: 'crowd-stadium',
    name: { zh: '场馆人流接近上限', en: 'Crowd near capacity' },
    subject: 'facility',
    where: 'facility.kind == "stadium"',
    when: 'facility.peoplePct >= 80.0',
    until: 'facility.peoplePct < 70.0',
    onDelayS: 60,
    offDelayS: 300,
    priority: 2,
    purpose: {
      zh: '场馆内人数达到核定容量的 80%。',
      en: 'A venue holds 80 in 100 of the people it is approved for.',
    },
    consequence: {
      zh: '出入口拥挤，踩踏风险；散场时周边道路和地铁瘫痪。',
      en: 'Crushes at the gates; when all leave, roads and metro around come to a halt.',
    },
    response: {
      zh: '通知场馆暂停放行并加开出口；请公安增派疏导力量；通知地铁、公交准备加班，周边信号切换散场方案。',
      en: 'Have the venue stop letting people in and open more exits. Ask the police for more stewards. Have metro and buses prepare extra runs and the signals around switch to the event plan.',
    },
    owner: { role: 'dispatcher', department: 'police' },
    escalate: [{ afterMin: 5, to: 'supervisor' }],
    incident: { category: 'social.crowd', severity: 2 },
  },
  {
    id: 'parking-full',
    name: { zh: '停车场将满', en: 'Car park full' },
    subject: 'facility',
    where: 'facility.kind == "parking"',
    // A car park that fills every night is nobody’s business.
    when:
      'facility.spacesPct >= 97.0 && ' +
      '(facility.spacesPct_dev > 3.0 || facility.metresTo("stadium") < 1000.0)',
    until: 'facility.spacesPct < 92.0',
    onDelayS: 300,
    offDelayS: 600,
    groupM: 1_500,
    suppressWhen: 'clock.hour < 7.0 || clock.hour >= 22.0',
    priority: 3,
    purpose: {
      zh: '停车场在非常态时段停满，入口将排队占道。',
      en: 'A car park is full when it usually is not: a queue at its entrance will stand on the road.',
    },
    consequence: {
      zh: '等候车辆占用车道，周边道路拥堵。',
      en: 'Waiting cars take a lane, and the streets around jam.',
    },
    response: {
      zh: '将诱导屏切换为“已满”并指向邻近停车场；排队占道的派交警疏导。',
      en: 'Set the guidance signs to “full” and point to car parks nearby. Send traffic police if the queue stands on the road.',
    },
    owner: { role: 'department', department: 'transport' },
  },
  {
    id: 'care-full',
    name: { zh: '养老机构床位将满', en: 'Elderly-care home full' },
    subject: 'facility',
    where: 'facility.kind == "elderly-care"',
    when: 'facility.residentsPct >= 98.0',
    until: 'facility.residentsPct < 96.0',
    onDelayS: 300,
    offDelayS: 1_800,
    priority: 3,
    purpose: {
      zh: '养老机构入住率达到 98%，不能再接收转移老人。',
      en: '98 in 100 places of a home are taken: it can take in nobody who has to be moved.',
    },
    consequence: {
      zh: '停电、内涝时需转移的失能老人无处安置；超员照护有安全隐患。',
      en: 'In a power cut or flood those who need care have nowhere to go, and too few look after too many.',
    },
    response: {
      zh: '将待转移老人改送名单中的邻近机构；请街道核实临时入住人数和护理人手，不足的请民政调配。',
      en: 'Send those to be moved to the next home on the list. Have the subdistrict check guests and staff, and ask civil affairs for carers where they lack.',
    },
    owner: { role: 'department', department: 'health' },
    escalate: [{ afterMin: 60, to: 'supervisor' }],
  },
];

/** Built-in alarm rules about roads and signals. */
import type { AlarmRuleInput } from '../../contract/alarms.ts';

export const trafficRules: readonly AlarmRuleInput[] = [
  {
    id: 'congestion-onset',
    name: { zh: '异常拥堵', en: 'Unusual congestion' },
    subject: 'link',
    where: 'link.class in ["motorway", "trunk", "primary", "secondary"] && link.lengthM >= 80.0',
    // Slow against free flow, and against what is usual at this hour; while that is not known yet, a long queue that hardly
    // moves. The limits were chosen by `npm run bench:onset` on recorded detectors. One or two vehicles may be parked; where
    // none is counted, loops measure it.
    when:
      'link.ratio < 0.55 && (link.vehicles == 0.0 || link.vehicles >= 3.0) && (has(link.speedKph_usual) ' +
      '? link.speedKph_dev < -2.0 || link.speedKph < 0.3 * link.speedKph_usual : link.ratio < 0.05 && link.vehicles >= 40.0)',
    until: 'link.ratio > 0.65',
    // Longer than the five minutes at which many loops report: a second reading confirms it.
    onDelayS: 360,
    offDelayS: 600,
    groupM: 2_000,
    priority: 3,
    purpose: {
      zh: '发现与本时段常态明显不同的拥堵，早于市民来电。',
      en: 'Finds congestion that is not usual at this hour before people call about it.',
    },
    consequence: {
      zh: '排队向上游延伸，约 10–20 分钟后影响相邻路口和急救通行。',
      en: 'The queue grows upstream; within 10–20 minutes it reaches the next junctions and slows emergency vehicles.',
    },
    response: {
      zh: '查看最近视频或派巡逻车核实原因；有事故、抛锚的立即派单清障；无事故的请信号控制延长下游绿灯，并在上游诱导屏发布绕行提示。',
      en: 'Look at the nearest camera or send a patrol to find the cause. A crash or breakdown: dispatch and clear it. Otherwise have the downstream green extended and show a diversion on the signs upstream.',
    },
    owner: { role: 'dispatcher', department: 'traffic-police' },
    escalate: [{ afterMin: 20, to: 'supervisor' }],
    incident: { category: 'traffic.congestion', severity: 3 },
  },
  {
    id: 'spill-back',
    name: { zh: '排队溢出至上游路口', en: 'Queue back to the junction before' },
    subject: 'link',
    where: 'link.class in ["motorway", "trunk", "primary", "secondary"] && link.lengthM >= 80.0',
    when: 'link.fullPct >= 85.0 && link.ratio < 0.2',
    until: 'link.fullPct < 60.0 || link.ratio > 0.4',
    // Longer than a signal's cycle: every queue fills a short link once a cycle.
    onDelayS: 180,
    offDelayS: 300,
    groupM: 2_000,
    explains: [{ rule: 'congestion-onset', withinM: 2_000 }],
    priority: 2,
    purpose: {
      zh: '发现排满整条路段、一个信号周期内无法消散的排队。',
      en: 'Finds queues that fill a whole link and do not clear within a signal cycle.',
    },
    consequence: {
      zh: '上游路口被堵死，横向车流也无法通过，拥堵成片扩散。',
      en: 'The junction before is blocked, crossing traffic stops as well, and the jam spreads over the area.',
    },
    response: {
      zh: '请信号控制在上游路口缩短驶入该路段的绿灯、在下游延长放行；派交警到上游路口疏导，保持路口净空；核查下游是否有事故或信号熄灭。',
      en: 'Have the upstream signals hold back traffic into this link and the downstream ones release it. Send traffic police to keep the upstream junction clear. Check for a crash or a dark signal downstream.',
    },
    owner: { role: 'dispatcher', department: 'traffic-police' },
    escalate: [{ afterMin: 10, to: 'supervisor' }],
    incident: { category: 'traffic.congestion', severity: 2 },
  },
  {
    id: 'signal-dark',
    name: { zh: '信号灯熄灭', en: 'Signal dark' },
    subject: 'signal',
    when: 'signal.dark',
    onDelayS: 20,
    offDelayS: 60,
    // A feeder that fails takes the signals around with it.
    groupM: 1_500,
    explains: [
      { rule: 'congestion-onset', withinM: 600 },
      { rule: 'spill-back', withinM: 600 },
    ],
    priority: 2,
    purpose: {
      zh: '发现失去供电或故障熄灭的路口信号灯。',
      en: 'Finds junctions whose signals lost power or failed.',
    },
    consequence: {
      zh: '路口失去控制，碰撞风险升高，通行能力下降一半以上。',
      en: 'Nobody controls the junction: collisions become likely and less than half of the traffic gets through.',
    },
    response: {
      zh: '派交警到路口指挥；联系信号维护单位到场抢修；多处同时熄灭时联系供电部门确认停电范围和恢复时间。',
      en: 'Send traffic police to direct the junction and call the signal maintenance crew. Where several went dark together, ask the power company for the extent and the time of restoration.',
    },
    owner: { role: 'dispatcher', department: 'traffic-police' },
    escalate: [{ afterMin: 5, to: 'supervisor' }],
    incident: { category: 'traffic.signal-fault', severity: 2 },
  },
  {
    id: 'signal-degraded',
    name: { zh: '信号控制降级', en: 'Signal control degraded' },
    subject: 'signal',
    when: 'signal.degraded',
    onDelayS: 120,
    offDelayS: 120,
    // Detectors of one street, or a line to a district, fail together.
    groupM: 1_500,
    priority: 3,
    purpose: {
      zh: '发现设为自动但因检测或通信故障而降级运行的路口。',
      en: 'Finds signals set to automatic that run on less, because detection or their line failed.',
    },
    consequence: {
      zh: '路口按感应或本地方案运行，安全不受影响，但延误上升，绿波可能无法保持。',
      en: 'The signal runs actuated or on its own plan: safe, but with more delay, and waves through it may not hold.',
    },
    response: {
      zh: '在信号面板查看降级原因；检测器故障联系维护单位，通信中断检查数据源；短期无法恢复的改为建议模式或本地模式。',
      en: 'Look at the reason in the signals panel. Detection: call maintenance. Line: check the feed. Where it lasts, set the signal to advice or local.',
    },
    owner: { role: 'dispatcher', department: 'traffic-police' },
    escalate: [{ afterMin: 60, to: 'supervisor' }],
  },
  {
    id: 'works-repeated',
    name: { zh: '同一路段三年内重复施工', en: 'Works on the same road within three years' },
    subject: 'incident',
    // Those of the last hour are the same works told twice.
    when:
      'incident.category == "traffic.roadworks" && ' +
      'incident.earlier("traffic.roadworks", 1095.0, 150.0) > incident.earlier("traffic.roadworks", 0.04, 150.0)',
    priority: 3,
    purpose: {
      zh: '发现三年内在同一位置（150 米内）再次开挖或占道的施工。',
      en: 'Finds works within 150 m of works of the last three years.',
    },
    consequence: {
      zh: '道路反复开挖，市民投诉，浪费财政资金，且可能属于未经批准的施工。',
      en: 'The road is dug up again: complaints, wasted money, and perhaps works without a permit.',
    },
    response: {
      zh: '核对道路挖掘许可和上次施工单位；无许可的派城管到场叫停；有许可的要求业主说明原因并与其他管线施工合并，结果记入案件。',
      en: 'Check the permit and who dug last. Without a permit send urban management to stop it; with one have the owner give the reason and join it with other utilities’ works. Note the outcome in the case.',
    },
    owner: { role: 'department', department: 'urban-management' },
    escalate: [{ afterMin: 240, to: 'supervisor' }],
  },
];

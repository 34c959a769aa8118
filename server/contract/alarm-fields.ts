/**
 * What alarm rules can speak of: the facts of each kind of subject, as variables of the Common Expression Language. Numbers
 * are doubles. A fact that is not known has no value, and a comparison with it is neither true nor false.
 */
import type { LocalText } from './text.ts';

export const subjectKinds = [
  'link',
  'signal',
  'facility',
  'station',
  'unit',
  'incident',
  'feed',
  'warning',
  'city',
] as const;
export type SubjectKind = (typeof subjectKinds)[number];
export const subjectNames: Readonly<Record<SubjectKind, LocalText>> = {
  link: { zh: '路段', en: 'Road link' },
  signal: { zh: '信号机', en: 'Signal' },
  facility: { zh: '设施', en: 'Facility' },
  station: { zh: '监测站', en: 'Station' },
  unit: { zh: '车组', en: 'Unit' },
  incident: { zh: '警情', en: 'Incident' },
  feed: { zh: '数据源', en: 'Feed' },
  warning: { zh: '预警', en: 'Warning' },
  city: { zh: '全市', en: 'City' },
};

export interface FieldDescription {
  readonly type: 'double' | 'string' | 'bool';
  readonly name: LocalText;
  readonly unit?: string;
  /** Does not change while the subject lives: may stand in `where`. */
  readonly fixed?: true;
  /** Grows with the clock by itself: seconds or minutes since something. */
  readonly clock?: 's' | 'min';
  /** Has `_usual`, `_dev` and `_rate` beside it. */
  readonly baseline?: true;
}

const n = (zh: string, en: string, unit = '', more: Partial<FieldDescription> = {}): FieldDescription => ({
  type: 'double',
  name: { zh, en },
  ...(unit !== '' && { unit }),
  ...more,
});
const s = (zh: string, en: string, more: Partial<FieldDescription> = {}): FieldDescription => ({
  type: 'string',
  name: { zh, en },
  ...more,
});
const b = (zh: string, en: string, more: Partial<FieldDescription> = {}): FieldDescription => ({
  type: 'bool',
  name: { zh, en },
  ...more,
});
const fixed = { fixed: true } as const;
const usual = { baseline: true } as const;

const common = {
  id: s('编号', 'Id', fixed),
  district: s('区', 'District', fixed),
  street: s('街道', 'Street', fixed),
  /** Seconds since it last reported: absence of data. */
  silentS: n('静默时长', 'Silent for', 's', { clock: 's' }),
} as const;

export const subjectFields = {
  link: {
    ...common,
    class: s('道路等级', 'Road class', fixed),
    lanes: n('车道数', 'Lanes', '', fixed),
    lengthM: n('长度', 'Length', 'm', fixed),
    limitKph: n('限速', 'Speed limit', 'km/h', fixed),
    freeFlowKph: n('自由流速度', 'Free-flow speed', 'km/h', fixed),
    speedKph: n('车速', 'Speed', 'km/h', usual),
    /** Speed over free flow, 0…1 and a little above. */
    ratio: n('畅通度', 'Speed ÷ free flow', ''),
    vehicles: n('车辆数', 'Vehicles', ''),
    /** Share of the link's room taken by vehicles at 7.5 m each: a queue that reaches back to the junction before. */
    fullPct: n('排队占满', 'Filled', '%'),
  },
  signal: {
    ...common,
    state: s('状态', 'State'),
    dark: b('熄灭', 'Dark'),
    flashing: b('黄闪', 'Flashing'),
    /** `local`, `advice`, `auto`: as it was set; known once its controller was heard. */
    mode: s('控制模式', 'Control mode'),
    /** Who decides its lights now: `method`, `wave`, `actuated`, `plan`, `local`, `silent`. */
    ground: s('当前控制', 'Control now'),
    /** It is set to automatic and is not, or nothing comes from its controller. */
    degraded: b('控制降级', 'Control degraded'),
  },
  facility: {
    ...common,
    kind: s('类型', 'Kind', fixed),
    bedsFree: n('空余床位', 'Free beds', ''),
    bedsPct: n('床位占用', 'Beds taken', '%', usual),
    erQueue: n('急诊候诊', 'ER queue', '', usual),
    erBaysFree: n('急诊空位', 'Free ER bays', ''),
    erWaitMin: n('急诊等候', 'ER wait', 'min', usual),
    spacesFree: n('空余车位', 'Free spaces', ''),
    spacesPct: n('车位占用', 'Spaces taken', '%', usual),
    hallQueue: n('大厅排队', 'Hall queue', '', usual),
    hallWaitMin: n('大厅等候', 'Hall wait', 'min', usual),
    countersOpen: n('开放窗口', 'Open counters', ''),
    residents: n('在住人数', 'Residents', ''),
    residentsPct: n('入住率', 'Places taken', '%', usual),
    people: n('人数', 'People', '', usual),
    peoplePct: n('人员占用', 'Capacity taken', '%', usual),
    headwayRatio: n('车头时距偏差', 'Headway ÷ planned', '×', usual),
  },
  station: {
    ...common,
    kind: s('类型', 'Kind', fixed),
    pm25: n('PM2.5', 'PM2.5', 'µg/m³', usual),
    aqi: n('空气质量指数', 'AQI', '', usual),
    rainMmH: n('雨强', 'Rain', 'mm/h'),
    levelM: n('水位', 'Water level', 'm', usual),
    people: n('人数', 'People', '', usual),
    speedKph: n('车速', 'Speed', 'km/h', usual),
    flowVph: n('流量', 'Flow', 'veh/h', usual),
    occupancyPct: n('占有率', 'Occupancy', '%', usual),
  },
  unit: {
    ...common,
    kind: s('类型', 'Kind', fixed),
    department: s('部门', 'Department', fixed),
    callsign: s('呼号', 'Callsign', fixed),
    status: s('状态', 'Status'),
    /** Minutes in the present status. */
    statusMin: n('状态持续', 'In this status for', 'min', { clock: 'min' }),
    assigned: b('已派遣', 'Sent from here'),
    parOverdue: b('安全确认超时', 'Safety check overdue'),
  },
  incident: {
    ...common,
    category: s('类别', 'Category'),
    family: s('大类', 'Family'),
    channel: s('来源', 'Channel', fixed),
    severity: n('级别', 'Severity', ''),
    stage: s('阶段', 'Stage'),
    ageMin: n('已持续', 'Age', 'min', { clock: 'min' }),
    overdue: b('超时', 'Overdue'),
    /** Minutes past the time by which somebody should have been on scene; below 0 before it; not known once somebody is. */
    lateMin: n('到场超时', 'Late on scene', 'min', { clock: 'min' }),
    /** Minutes past the target at which the first unit is expected on scene; below 0: in time. */
    lateForecastMin: n('预计到场超时', 'Expected late', 'min'),
    reports: n('报警次数', 'Reports', ''),
    unitsSent: n('已派力量', 'Units sent', ''),
    unitsOnScene: n('到场力量', 'Units on scene', ''),
    claimed: b('有人处理', 'In somebody’s hands'),
    handledBySource: b('由来源处置', 'Handled by its source', fixed),
    merged: b('已并案', 'Merged'),
  },
  feed: {
    ...common,
    kind: s('类型', 'Kind', fixed),
    state: s('状态', 'State'),
    ratePerS: n('速率', 'Rate', '/s'),
    lagS: n('延迟', 'Lag', 's'),
    /** Share of what it sent that was refused, of the last minutes. */
    refusedPct: n('拒收比例', 'Refused', '%'),
  },
  warning: {
    ...common,
    event: s('事件', 'Event', fixed),
    severity: s('严重程度', 'Severity', fixed),
    urgency: s('紧迫性', 'Urgency', fixed),
    certainty: s('确定性', 'Certainty', fixed),
    /** `Actual`, `Exercise`, `System`, `Test`. */
    status: s('性质', 'Status', fixed),
    state: s('状态', 'State'),
  },
  city: {
    vehicles: n('在途车辆', 'Vehicles', ''),
    meanSpeedKph: n('平均车速', 'Mean speed', 'km/h'),
    congestionIndex: n('拥堵指数', 'Congestion index', ''),
    congestedShare: n('拥堵里程占比', 'Congested share', ''),
    openIncidents: n('在办警情', 'Open incidents', ''),
    openSevere: n('一级警情', 'Severe incidents', ''),
    unitsAvailable: n('待命车组', 'Units available', ''),
    hospitalLoad: n('医院床位占用', 'Hospital load', ''),
    erQueue: n('急诊候诊', 'ER queue', ''),
    parkingLoad: n('停车占用', 'Parking load', ''),
    aqi: n('空气质量指数', 'AQI', ''),
    rainMmH: n('平均雨强', 'Mean rain', 'mm/h'),
    feedsStale: n('陈旧数据源', 'Stale feeds', ''),
  },
} as const satisfies Record<SubjectKind, Readonly<Record<string, FieldDescription>>>;

/** The local time of the city: `clock.hour` 0…24 with its fraction, `clock.weekday` 1 (Monday) … 7. */
export const clockFields = {
  hour: n('时刻', 'Hour', ''),
  weekday: n('星期', 'Weekday', ''),
  workday: b('工作日', 'Working day'),
} as const satisfies Readonly<Record<string, FieldDescription>>;

/**
 * What stands beside a field with a baseline: what is usual at this hour on such a day (median), how far from it (robust z:
 * Iglewicz & Hoaglin 1993), and how fast it changes a minute.
 */
export const baselineSuffixes = {
  _usual: { zh: '常态值', en: 'usual' },
  _dev: { zh: '偏离常态', en: 'deviation from usual' },
  _rate: { zh: '每分钟变化', en: 'change a minute' },
} as const satisfies Record<`_${string}`, LocalText>;

/** Functions of every subject with a place, and of incidents. */
export const subjectMethods = {
  metresTo: {
    signature: 'subject.metresTo(string): double',
    help: {
      zh: '到最近的某类设施（如 "school"）或某一设施（编号）的距离，米；没有则为 1e9',
      en: 'Metres to the nearest facility of a kind ("school"), or to one facility (its id); 1e9 where there is none',
    },
  },
  inside: {
    signature: 'subject.inside(string): bool',
    help: {
      zh: '是否位于规则自带区域、行政区或街道（编号）之内',
      en: 'Whether it lies in an area of the rule, a district or a street (its id)',
    },
  },
  earlier: {
    signature: 'incident.earlier(string, double, double): double',
    help: {
      zh: '此前若干天内、若干米内同类别（或大类）警情的数量',
      en: 'How many incidents of a category (or family) were reported before it, within so many days and metres',
    },
  },
} as const satisfies Record<string, { readonly signature: string; readonly help: LocalText }>;

/**
 * What can happen in a city: the categories of incidents, with the words people use and the family that decides
 * colour and shape on the map. A feed may send any code of this list; `other` takes the rest.
 */
import type { LocalText } from './text.ts';

export const incidentFamilies = [
  'traffic',
  'fire',
  'medical',
  'crime',
  'hazmat',
  'weather',
  'utility',
  'urban',
  'social',
  'other',
] as const;
export type IncidentFamily = (typeof incidentFamilies)[number];

/** The door a report came in by: emergency numbers, the citizens' hotline, grid inspectors, instruments. */
export const channels = [
  '110',
  '119',
  '120',
  '122',
  '911',
  '12345',
  '311',
  'grid',
  'sensor',
  'other',
] as const;
export type Channel = (typeof channels)[number];

interface Category {
  readonly family: IncidentFamily;
  readonly name: LocalText;
  /** 1 (life in danger) … 4 (can wait), where a report does not say. */
  readonly severity: 1 | 2 | 3 | 4;
}

const c = (family: IncidentFamily, severity: 1 | 2 | 3 | 4, zh: string, en: string): Category => ({
  family,
  severity,
  name: { zh, en },
});

export const categories = {
  'traffic.collision': c('traffic', 2, '交通事故', 'Traffic collision'),
  'traffic.collision-injury': c('traffic', 1, '伤人交通事故', 'Collision with injuries'),
  'traffic.breakdown': c('traffic', 3, '车辆故障', 'Vehicle breakdown'),
  'traffic.congestion': c('traffic', 3, '交通拥堵', 'Congestion'),
  'traffic.obstruction': c('traffic', 3, '道路障碍', 'Road obstruction'),
  'traffic.signal-fault': c('traffic', 2, '信号灯故障', 'Signal fault'),
  'traffic.parking': c('traffic', 4, '违章停车', 'Illegal parking'),
  'traffic.roadworks': c('traffic', 4, '道路施工', 'Road works'),
  'fire.structure': c('fire', 1, '建筑火灾', 'Structure fire'),
  'fire.vehicle': c('fire', 1, '车辆火灾', 'Vehicle fire'),
  'fire.vegetation': c('fire', 2, '植被火灾', 'Vegetation fire'),
  'fire.alarm': c('fire', 2, '火警报警', 'Fire alarm'),
  'fire.smoke': c('fire', 2, '冒烟', 'Smoke'),
  'fire.rescue': c('fire', 2, '抢险救援', 'Rescue'),
  'fire.service': c('fire', 4, '社会救助', 'Public assistance'),
  'medical.emergency': c('medical', 1, '急救', 'Medical emergency'),
  'medical.cardiac': c('medical', 1, '心脏骤停', 'Cardiac arrest'),
  'medical.trauma': c('medical', 1, '外伤', 'Trauma'),
  'medical.transfer': c('medical', 4, '转院', 'Transfer'),
  'crime.theft': c('crime', 3, '盗窃', 'Theft'),
  'crime.assault': c('crime', 1, '斗殴伤人', 'Assault'),
  'crime.disturbance': c('crime', 3, '治安纠纷', 'Disturbance'),
  'crime.missing-person': c('crime', 2, '人员走失', 'Missing person'),
  'hazmat.spill': c('hazmat', 1, '危化品泄漏', 'Chemical spill'),
  'hazmat.gas-leak': c('hazmat', 1, '燃气泄漏', 'Gas leak'),
  'hazmat.odour': c('hazmat', 2, '异味', 'Odour'),
  'weather.flood': c('weather', 1, '内涝积水', 'Flooding'),
  'weather.tree-down': c('weather', 3, '树木倒伏', 'Tree down'),
  'weather.warning': c('weather', 2, '气象预警', 'Weather warning'),
  'utility.power-outage': c('utility', 2, '停电', 'Power outage'),
  'utility.water-outage': c('utility', 3, '停水', 'Water outage'),
  'utility.water-burst': c('utility', 2, '水管爆裂', 'Burst main'),
  'urban.waste': c('urban', 4, '垃圾堆积', 'Waste'),
  'urban.noise': c('urban', 4, '噪声扰民', 'Noise'),
  'urban.street-light': c('urban', 4, '路灯故障', 'Street light out'),
  'urban.pothole': c('urban', 4, '路面破损', 'Pothole'),
  'urban.manhole': c('urban', 2, '井盖缺失', 'Missing manhole cover'),
  'urban.vendor': c('urban', 4, '占道经营', 'Street vending'),
  'urban.graffiti': c('urban', 4, '小广告', 'Graffiti'),
  'urban.housing': c('urban', 4, '房屋问题', 'Housing complaint'),
  'urban.animal': c('urban', 3, '动物', 'Animal'),
  'social.elderly': c('social', 3, '老人求助', 'Elderly assistance'),
  'social.consultation': c('social', 4, '政策咨询', 'Enquiry'),
  'social.crowd': c('social', 2, '人群聚集', 'Crowding'),
  other: c('other', 4, '其他', 'Other'),
} as const satisfies Record<string, Category>;

export type CategoryCode = keyof typeof categories;
export const categoryCodes = Object.keys(categories) as [CategoryCode, ...CategoryCode[]];
export const isCategory = (code: string): code is CategoryCode => Object.hasOwn(categories, code);

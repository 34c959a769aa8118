/**
 * Response plans of the city's own services: weather, pipes and wires, streets, people who need help. Most are tasks of
 * departments with deadlines by the clock; joint enforcement (联合执法) and emergency command (应急指挥) are plans too.
 */
import type { ResponsePlan } from '../../contract/rulebook.ts';
import {
  als,
  ambulances,
  drone,
  need,
  patrol,
  plan,
  police,
  repair,
  rescue,
  t,
  task,
  tell,
  traffic,
  waterRescue,
} from './words.ts';

const DAY = 24 * 60;
const floodTasks = [
  task('emergency', 30, t('启动防汛应急指挥', 'Set up flood command')),
  task('water', 60, t('开泵排水，巡查泵站', 'Pump and check the pumping stations')),
  task('urban-management', 60, t('设置警示和围挡', 'Set up warnings and barriers')),
  task('street', 45, t('转移低洼处居民', 'Move the residents of low places')),
];

export const weatherPlans: readonly ResponsePlan[] = [
  plan(
    'flood-life',
    t('内涝积水（危及生命，应急指挥）', 'Flooding, lives in danger, emergency command'),
    { category: 'weather.flood', priority: 1 },
    { par: 10, kind: 'emergency-command' },
    { needs: [repair('pumping'), waterRescue, traffic(1)], tasks: floodTasks, notify: [tell('shelter')] },
    {
      needs: [repair('pumping', 2), need('fire-engine', 1), ambulances(1), police(1), drone],
      tasks: [
        task('transport', 30, t('封闭下穿通道，调整公交', 'Close underpasses and divert buses')),
        task('power', 60, t('切断积水区域电源', 'Cut the power where water stands')),
      ],
      notify: [tell('hospital'), tell('shelter', 2)],
    },
  ),
  plan(
    'flood',
    t('内涝积水（应急指挥）', 'Flooding, emergency command'),
    { category: 'weather.flood' },
    { par: 20, kind: 'emergency-command' },
    { needs: [repair('pumping'), traffic(1)], tasks: floodTasks },
    { needs: [repair('pumping', 2), waterRescue, police(1)], notify: [tell('shelter')] },
  ),
  plan(
    'tree-down',
    t('树木倒伏', 'Tree down'),
    { category: 'weather.tree-down' },
    {},
    {
      needs: [repair('road-repair')],
      tasks: [task('urban-management', 180, t('清运倒伏树木', 'Clear the tree away'))],
    },
    {
      needs: [traffic(1), need('fire-engine', 1)],
      tasks: [task('power', 120, t('处理被压线路', 'Free the lines under it'))],
    },
  ),
  plan(
    'weather-warning',
    t('气象预警（应急指挥）', 'Weather warning, emergency command'),
    { family: 'weather' },
    { kind: 'emergency-command' },
    {
      tasks: [
        task('emergency', 30, t('发布预警，值守到岗', 'Publish the warning and man the posts')),
        task('urban-management', 120, t('加固广告牌和围挡', 'Secure hoardings and fences')),
        task('water', 120, t('泵站预排、备勤', 'Lower the levels and keep crews ready')),
        task('street', 120, t('通知住户并排查隐患', 'Tell the residents and look for dangers')),
      ],
    },
  ),
];

export const utilityPlans: readonly ResponsePlan[] = [
  plan(
    'power-outage',
    t('停电', 'Power outage'),
    { category: 'utility.power-outage' },
    {},
    { needs: [repair('power-line')], tasks: [task('power', 240, t('抢修恢复供电', 'Restore the supply'))] },
    {
      needs: [repair('generator')],
      tasks: [task('street', 60, t('走访依赖用电的住户', 'Visit residents who depend on power'))],
      notify: [tell('hospital')],
    },
  ),
  plan(
    'water-burst',
    t('水管爆裂', 'Burst main'),
    { category: 'utility.water-burst' },
    {},
    {
      needs: [repair('water-main'), traffic(1)],
      tasks: [task('water', 60, t('关阀止水', 'Close the valves'))],
    },
    {
      needs: [repair('pumping')],
      tasks: [task('transport', 60, t('封闭并检查塌陷路面', 'Close and check the sunken road'))],
    },
  ),
  plan(
    'utility',
    t('供水抢修', 'Water supply'),
    { family: 'utility' },
    {},
    { needs: [repair('water-main')], tasks: [task('water', 480, t('抢修恢复供水', 'Restore the supply'))] },
    {
      needs: [need('fire-engine', 1, 'water-tender')],
      tasks: [task('street', 120, t('组织应急送水', 'Bring water to the residents'))],
    },
  ),
];

export const urbanPlans: readonly ResponsePlan[] = [
  plan(
    'joint-noise',
    t('噪声扰民（联合执法）', 'Noise, joint enforcement'),
    { category: 'urban.noise' },
    { kind: 'joint-enforcement' },
    {
      needs: [patrol(1)],
      tasks: [
        task('urban-management', 120, t('牵头现场制止并取证', 'Lead: stop it and take evidence')),
        task('police', 120, t('协同处置社会生活噪声', 'Support against noise of people')),
        task('street', DAY, t('上门调解', 'Mediate between the neighbours')),
      ],
    },
    {
      needs: [police(1)],
      tasks: [task('environment', DAY, t('测量噪声', 'Measure the noise'))],
    },
  ),
  plan(
    'joint-vendors',
    t('占道经营（联合执法）', 'Street vending, joint enforcement'),
    { category: 'urban.vendor' },
    { kind: 'joint-enforcement' },
    {
      needs: [patrol(1)],
      tasks: [
        task('urban-management', 180, t('牵头劝离并规范经营', 'Lead: clear the way and settle the trade')),
        task('police', 180, t('维持现场秩序', 'Keep order on the scene')),
        task('street', DAY, t('引导至疏导点经营', 'Offer a place where they may sell')),
      ],
    },
    { needs: [patrol(2), police(1)] },
  ),
  plan(
    'manhole',
    t('井盖缺失', 'Missing manhole cover'),
    { category: 'urban.manhole' },
    {},
    {
      needs: [repair('drainage')],
      tasks: [
        task('urban-management', 30, t('现场围挡警示', 'Guard the hole')),
        task('water', 120, t('补装井盖', 'Put a new cover')),
      ],
    },
    { needs: [traffic(1)] },
  ),
  plan(
    'pothole',
    t('路面破损', 'Pothole'),
    { category: 'urban.pothole' },
    {},
    {
      needs: [repair('road-repair')],
      tasks: [task('transport', 3 * DAY, t('修补路面', 'Mend the road'))],
    },
    { needs: [traffic(1)] },
  ),
  plan(
    'street-light',
    t('路灯故障', 'Street light out'),
    { category: 'urban.street-light' },
    {},
    { tasks: [task('urban-management', 3 * DAY, t('修复路灯', 'Repair the light'))] },
  ),
  plan(
    'waste',
    t('垃圾堆积', 'Waste'),
    { category: 'urban.waste' },
    {},
    {
      tasks: [
        task('street', DAY, t('清理垃圾', 'Clear the waste')),
        task('urban-management', 2 * DAY, t('督促保洁单位整改', 'See that the cleaners mend their ways')),
      ],
    },
  ),
  plan(
    'street-light-danger',
    t('路灯带电、倾倒', 'Street light down or live'),
    { category: 'urban.street-light', priority: 1 },
    {},
    {
      needs: [repair('power-line'), patrol(1), police(1)],
      tasks: [task('urban-management', 60, t('断电围挡', 'Cut the power and guard it'))],
    },
  ),
  plan(
    'housing-danger',
    t('房屋险情', 'Building in danger'),
    { category: 'urban.housing', priority: 1 },
    { par: 20 },
    {
      needs: [rescue, police(1), ambulances(1)],
      tasks: [
        task('housing', 60, t('鉴定房屋安全', 'Judge whether the building stands')),
        task('street', 30, t('撤离住户并安置', 'Bring the residents out and give them shelter')),
      ],
      notify: [tell('shelter')],
    },
  ),
  plan(
    'housing',
    t('房屋问题', 'Housing complaint'),
    { category: 'urban.housing' },
    {},
    {
      tasks: [
        task('housing', 5 * DAY, t('核查房屋问题并答复', 'Inspect and answer')),
        task('street', 2 * DAY, t('上门了解情况', 'Visit the resident')),
      ],
    },
    { needs: [patrol(1)], tasks: [task('emergency', 120, t('评估安全风险', 'Judge the danger'))] },
  ),
  plan(
    'animal',
    t('动物', 'Animal'),
    { category: 'urban.animal' },
    {},
    { needs: [patrol(1)], tasks: [task('street', DAY, t('联系饲养人', 'Find the keeper'))] },
    { needs: [police(1)] },
  ),
  plan(
    'urban-danger',
    t('市容环境（危及人身）', 'Street matter, people in danger'),
    { family: 'urban', priority: 1 },
    {},
    {
      needs: [patrol(1), police(1)],
      tasks: [task('urban-management', 60, t('现场消除危险', 'Remove the danger'))],
    },
  ),
  plan(
    'urban',
    t('市容环境', 'Street matter'),
    { family: 'urban' },
    {},
    { tasks: [task('urban-management', 2 * DAY, t('现场处置', 'Deal with it on the spot'))] },
  ),
];

export const socialPlans: readonly ResponsePlan[] = [
  plan(
    'elderly-life',
    t('老人求助（危及生命）', 'Elderly assistance, life in danger'),
    { category: 'social.elderly', priority: 1 },
    {},
    {
      needs: [police(1), als(1)],
      tasks: [task('street', 30, t('联系家属并到场', 'Reach the family and attend'))],
      notify: [tell('hospital')],
    },
  ),
  plan(
    'elderly',
    t('老人求助', 'Elderly assistance'),
    { category: 'social.elderly' },
    {},
    { tasks: [task('street', 60, t('上门查看并帮助', 'Visit and help'))] },
    { needs: [police(1), ambulances(1)] },
  ),
  plan(
    'crowd',
    t('人群聚集', 'Crowding'),
    { category: 'social.crowd' },
    {},
    {
      needs: [police(2), traffic(1)],
      tasks: [task('street', 60, t('疏导人流', 'Guide the crowd'))],
    },
    {
      needs: [police(4), ambulances(2), drone],
      tasks: [
        task('emergency', 30, t('启动大客流应急指挥', 'Set up command for the crowd')),
        task('transport', 30, t('公交地铁限流、跳站', 'Let buses and trains pass the stop')),
      ],
      notify: [tell('hospital')],
    },
  ),
  plan(
    'social-life',
    t('民生求助（危及生命）', 'Call for help, life in danger'),
    { family: 'social', priority: 1 },
    {},
    { needs: [police(1), als(1)], notify: [tell('hospital')] },
  ),
  plan(
    'social',
    t('咨询求助', 'Enquiry'),
    { family: 'social' },
    {},
    { tasks: [task('hotline', DAY, t('答复来电人', 'Answer the caller'))] },
  ),
];

export const otherPlans: readonly ResponsePlan[] = [
  plan(
    'other-life',
    t('其他警情（危及生命）', 'Other call, life in danger'),
    { priority: 1 },
    {},
    { needs: [police(1), ambulances(1)] },
    { needs: [need('fire-engine', 1)] },
  ),
  plan(
    'other',
    t('其他诉求', 'Other call'),
    {},
    {},
    { tasks: [task('hotline', DAY, t('核实并转办', 'Look into it and pass it on'))] },
    { needs: [police(1)] },
  ),
];

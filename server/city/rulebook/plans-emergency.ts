/**
 * Response plans of the emergency services: fire, medical, police, traffic, hazardous materials. Level 1 is what goes
 * at once; each further level adds to it. Our own figures, of the order that city brigades send; a city replaces them
 * by what it has agreed on.
 */
import type { ResponsePlan } from '../../contract/rulebook.ts';
import {
  als,
  ambulances,
  drone,
  engines,
  hazmat,
  ladder,
  need,
  plan,
  police,
  repair,
  rescue,
  t,
  task,
  tell,
  traffic,
} from './words.ts';

/** Crews in danger are asked every 10 minutes, others every 20 (minutes). */
const HIGH_PAR = 10;
const PAR = 20;

const cutPower = task('power', 30, t('切断现场电源', 'Cut the power at the scene'));
const cutGas = task(
  'urban-management',
  30,
  t('通知燃气企业关阀并到场抢修', 'Have the gas company close the valve and attend'),
);
const evacuate = task(
  'street',
  30,
  t('组织周边群众疏散并安置', 'Evacuate the neighbours and give them shelter'),
);
const command = task('emergency', 30, t('启动应急指挥，派员到场', 'Set up emergency command on the scene'));
const tow = task('transport', 40, t('安排清障车清理道路', 'Tow and clear the road'));

export const firePlans: readonly ResponsePlan[] = [
  plan(
    'structure-fire-life',
    t('建筑火灾（危及生命）', 'Structure fire, lives in danger'),
    { category: 'fire.structure', priority: 1 },
    { par: HIGH_PAR },
    {
      needs: [engines(2), ladder, ambulances(1), police(1)],
      tasks: [cutPower, cutGas],
      notify: [tell('hospital')],
    },
    {
      needs: [engines(2), rescue, als(1), traffic(1)],
      tasks: [evacuate, task('water', 20, t('加压保障消火栓供水', 'Raise the pressure at the hydrants'))],
      notify: [tell('hospital', 2), tell('shelter')],
    },
    { needs: [engines(3), ladder, ambulances(2), police(2), drone], tasks: [command] },
  ),
  plan(
    'structure-fire',
    t('建筑火灾', 'Structure fire'),
    { category: 'fire.structure' },
    { par: PAR },
    { needs: [engines(2), ladder, police(1)], tasks: [cutPower] },
    { needs: [engines(2), rescue, ambulances(1)], tasks: [evacuate] },
  ),
  plan(
    'vehicle-fire',
    t('车辆火灾', 'Vehicle fire'),
    { category: 'fire.vehicle' },
    { par: PAR },
    { needs: [engines(1), traffic(1)], tasks: [tow] },
    { needs: [engines(1), rescue, ambulances(1), police(1)], notify: [tell('hospital')] },
  ),
  plan(
    'vegetation-fire',
    t('植被火灾', 'Vegetation fire'),
    { category: 'fire.vegetation' },
    { par: PAR },
    { needs: [engines(2)] },
    { needs: [engines(2), police(1), drone], tasks: [evacuate] },
    { needs: [engines(4), ambulances(1)], tasks: [command] },
  ),
  plan(
    'rescue-life',
    t('抢险救援（危及生命）', 'Rescue, life in danger'),
    { category: 'fire.rescue', priority: 1 },
    { par: HIGH_PAR },
    { needs: [rescue, engines(1), ambulances(1), police(1)], notify: [tell('hospital')] },
    { needs: [rescue, ladder, als(1)], tasks: [command] },
  ),
  plan(
    'rescue',
    t('抢险救援', 'Rescue'),
    { category: 'fire.rescue' },
    { par: PAR },
    { needs: [need(['rescue', 'fire-engine'], 1)] },
    { needs: [rescue, ambulances(1)] },
  ),
  plan(
    'fire-service',
    t('社会救助', 'Public assistance'),
    { category: 'fire.service' },
    {},
    { needs: [need(['fire-engine', 'rescue'], 1)] },
  ),
  plan(
    'fire-life',
    t('火警（危及生命）', 'Fire call, lives in danger'),
    { family: 'fire', priority: 1 },
    { par: HIGH_PAR },
    { needs: [engines(2), ladder, ambulances(1), police(1)], tasks: [cutPower], notify: [tell('hospital')] },
    { needs: [engines(2), rescue, als(1), traffic(1)], tasks: [evacuate] },
  ),
  plan(
    'fire',
    t('火警核查', 'Fire call'),
    { family: 'fire' },
    { par: PAR },
    { needs: [engines(1)] },
    { needs: [engines(1), ladder, police(1)] },
  ),
];

const manyHurt = {
  needs: [ambulances(4), police(2)],
  tasks: [
    command,
    task('health', 30, t('启动批量伤员救治', 'Start the mass-casualty plan of the hospitals')),
  ],
  notify: [tell('hospital', 3)],
};

export const medicalPlans: readonly ResponsePlan[] = [
  plan(
    'cardiac-arrest',
    t('心脏骤停', 'Cardiac arrest'),
    { category: 'medical.cardiac' },
    {},
    { needs: [als(1), ambulances(1)], notify: [tell('hospital')] },
    { needs: [need('fire-engine', 1)] },
  ),
  plan(
    'transfer',
    t('转院', 'Transfer'),
    { category: 'medical.transfer' },
    {},
    { needs: [ambulances(1)], notify: [tell('hospital')] },
  ),
  plan(
    'medical-life',
    t('急救（危及生命）', 'Medical emergency, life in danger'),
    { family: 'medical', priority: 1 },
    {},
    { needs: [als(1)], notify: [tell('hospital')] },
    { needs: [ambulances(2), police(1)] },
    manyHurt,
  ),
  plan(
    'medical',
    t('急救', 'Medical emergency'),
    { family: 'medical' },
    {},
    { needs: [ambulances(1)], notify: [tell('hospital')] },
    { needs: [ambulances(1)] },
  ),
];

export const policePlans: readonly ResponsePlan[] = [
  plan(
    'assault',
    t('斗殴伤人', 'Assault'),
    { category: 'crime.assault' },
    {},
    { needs: [police(2), ambulances(1)], notify: [tell('hospital')] },
    { needs: [need('police-car', 2, 'armed'), ambulances(1)] },
  ),
  plan(
    'missing-person',
    t('人员走失', 'Missing person'),
    { category: 'crime.missing-person' },
    {},
    {
      needs: [police(1)],
      tasks: [task('street', 60, t('发动网格员协助查找', 'Have the grid workers search'))],
    },
    { needs: [police(2), need('urban-patrol', 1), drone] },
  ),
  plan(
    'crime-life',
    t('治安警情（危及生命）', 'Police call, life in danger'),
    { family: 'crime', priority: 1 },
    {},
    { needs: [police(2), ambulances(1)] },
    { needs: [need('police-car', 2, 'armed')] },
  ),
  plan(
    'crime',
    t('治安警情', 'Police call'),
    { family: 'crime' },
    {},
    { needs: [police(1)] },
    { needs: [police(2)] },
  ),
];

export const trafficPlans: readonly ResponsePlan[] = [
  plan(
    'collision-injury',
    t('伤人交通事故', 'Collision with injuries'),
    { category: 'traffic.collision-injury' },
    { par: PAR },
    { needs: [als(1), need('traffic-car', 1, 'accident-survey')], tasks: [tow], notify: [tell('hospital')] },
    { needs: [rescue, engines(1), ambulances(1), traffic(1)] },
    manyHurt,
  ),
  plan(
    'collision',
    t('交通事故', 'Collision'),
    { category: 'traffic.collision' },
    {},
    { needs: [traffic(1)] },
    { needs: [traffic(1), repair('towing')], tasks: [tow] },
  ),
  plan(
    'breakdown',
    t('车辆故障', 'Breakdown'),
    { category: 'traffic.breakdown' },
    {},
    { needs: [traffic(1)], tasks: [tow] },
    { needs: [repair('towing')] },
  ),
  plan(
    'signal-fault',
    t('信号灯故障', 'Signal fault'),
    { category: 'traffic.signal-fault' },
    {},
    {
      needs: [traffic(1), repair('power-line')],
      tasks: [task('traffic-police', 120, t('修复信号灯', 'Repair the signal'))],
    },
    { needs: [traffic(2)] },
  ),
  plan(
    'parking',
    t('违章停车', 'Illegal parking'),
    { category: 'traffic.parking' },
    {},
    { tasks: [task('traffic-police', 120, t('现场劝离或处罚', 'Have it moved or fined'))] },
    { needs: [traffic(1)] },
  ),
  plan(
    'roadworks',
    t('道路施工', 'Road works'),
    { category: 'traffic.roadworks' },
    {},
    { tasks: [task('transport', 24 * 60, t('核查施工许可和围挡', 'Check permit and barriers'))] },
  ),
  plan(
    'congestion',
    t('交通拥堵', 'Congestion'),
    { category: 'traffic.congestion' },
    {},
    { needs: [need(['traffic-motorcycle', 'traffic-car'], 1)] },
    { needs: [traffic(2), drone] },
  ),
  plan(
    'traffic',
    t('道路交通警情', 'Traffic call'),
    { family: 'traffic' },
    {},
    { needs: [traffic(1)], tasks: [task('transport', 60, t('清理道路', 'Clear the road'))] },
    { needs: [traffic(1), repair('road-repair')] },
  ),
];

export const hazmatPlans: readonly ResponsePlan[] = [
  plan(
    'chemical-spill',
    t('危化品泄漏（应急指挥）', 'Chemical spill, emergency command'),
    { category: 'hazmat.spill' },
    { par: HIGH_PAR, kind: 'emergency-command' },
    {
      needs: [hazmat(1), engines(2), ambulances(1), police(1), traffic(1)],
      tasks: [
        command,
        evacuate,
        task('environment', 45, t('监测空气和水体', 'Measure air and water')),
        task('water', 60, t('封堵雨水口，核查取水口', 'Block the storm drains, check the water intakes')),
      ],
      notify: [tell('hospital', 2)],
    },
    {
      needs: [need('hazmat', 1, 'decontamination'), engines(2), als(1), police(2), drone],
      tasks: [
        task('health', 60, t('组织伤员洗消和救治', 'Prepare decontamination and care of the injured')),
        task('transport', 45, t('封闭道路，调整公交', 'Close roads and divert buses')),
      ],
      notify: [tell('shelter', 2)],
    },
  ),
  plan(
    'gas-leak',
    t('燃气泄漏', 'Gas leak'),
    { category: 'hazmat.gas-leak' },
    { par: HIGH_PAR },
    {
      needs: [hazmat(1), engines(1), police(1)],
      tasks: [
        cutGas,
        cutPower,
        task('street', 20, t('疏散楼内人员，禁止明火', 'Clear the building, no open fire')),
      ],
    },
    { needs: [engines(2), ladder, ambulances(1), traffic(1)], tasks: [command], notify: [tell('hospital')] },
  ),
  plan(
    'hazmat',
    t('异味核查', 'Odour'),
    { family: 'hazmat' },
    { par: PAR },
    {
      needs: [need(['hazmat', 'fire-engine'], 1)],
      tasks: [task('environment', 90, t('查找异味来源并监测', 'Find the source and measure'))],
    },
    { needs: [hazmat(1), engines(1), police(1)], tasks: [evacuate] },
  ),
];

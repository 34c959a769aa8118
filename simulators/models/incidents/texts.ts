/**
 * What callers say and what the call-taker writes down, in both languages. Placeholders are filled from the scene as
 * this caller sees it: {street} {cross} {place} {no} {floor} {n} {colour} {colour2} {age} {sex} {lane} {minutes} {plate}.
 */
import type { LocalText } from '../../../server/contract/text.ts';

interface CallText {
  readonly title: LocalText;
  /** Versions by different callers. */
  readonly said: readonly LocalText[];
}

const t = (zh: string, en: string): LocalText => ({ zh, en });

export const callTexts = {
  collision: {
    title: t('{street}车辆相撞', 'Collision on {street}'),
    said: [
      t(
        '{street}靠近{cross}，{colour}轿车追尾{colour2}越野车，{n}辆车停在第{lane}车道，后面已经堵起来了。',
        'On {street} near {cross} a {colour} car ran into the back of a {colour2} SUV; {n} vehicles stand in lane {lane} and it is backing up.',
      ),
      t(
        '我在{street}，前面{n}台车撞了，没人受伤，但是双方不肯挪车。',
        'I am on {street}; {n} cars crashed ahead. Nobody hurt, but the drivers will not move them.',
      ),
      t(
        '{cross}路口两车刮擦，一辆{colour}的车横在路中间，车牌{plate}。',
        'Two cars scraped at {cross}; a {colour} one is across the road, plate {plate}.',
      ),
    ],
  },
  'collision-injury': {
    title: t('{street}交通事故有人受伤', 'Crash with injuries on {street}'),
    said: [
      t(
        '{street}和{cross}路口，{colour}轿车撞到电动车，{n}人倒地，有人头部流血。',
        'At {street} and {cross} a {colour} car hit an e-bike; {n} people on the ground, one bleeding from the head.',
      ),
      t(
        '快来{street}，货车和{colour}小车撞了，{n}个人受伤，司机卡在驾驶室里。',
        'Come quickly to {street}: a lorry hit a {colour} car, {n} injured, the driver is stuck in his cab.',
      ),
      t(
        '{street}往{cross}方向，有个{age}岁左右的{sex}被车撞了，意识清醒，腿动不了。',
        'On {street} towards {cross} a {sex} of about {age} was hit by a car; conscious, cannot move a leg.',
      ),
    ],
  },
  breakdown: {
    title: t('{street}车辆抛锚', 'Broken-down vehicle on {street}'),
    said: [
      t(
        '我的{colour}车在{street}第{lane}车道熄火了，打不着，已放三角牌。',
        'My {colour} car stalled in lane {lane} of {street} and will not start; the triangle is out.',
      ),
      t(
        '{street}靠近{cross}停着一辆{colour}货车，双闪开着，占了一条道。',
        'A {colour} lorry stands on {street} near {cross} with its hazard lights on, blocking a lane.',
      ),
    ],
  },
  obstruction: {
    title: t('{street}路面有障碍物', 'Obstruction on {street}'),
    said: [
      t(
        '{street}第{lane}车道掉了一块大纸板和几根钢管，车都在急刹。',
        'A sheet of cardboard and some steel pipes lie in lane {lane} of {street}; cars are braking hard.',
      ),
      t(
        '{cross}附近路中间有散落的沙石，摩托车容易滑倒。',
        'Gravel is spilled in the road near {cross}; motorcycles could slip.',
      ),
    ],
  },
  'signal-fault': {
    title: t('{cross}路口信号灯故障', 'Signal fault at {cross}'),
    said: [
      t(
        '{street}与{cross}路口红绿灯全灭，已经{minutes}分钟了，车子互相不让。',
        'The lights at {street} and {cross} have been dark for {minutes} minutes; nobody gives way.',
      ),
      t(
        '{cross}路口南北方向一直红灯，堵了{n}个路口。',
        'North–south at {cross} stays red; the queue is {n} junctions long.',
      ),
    ],
  },
  parking: {
    title: t('{street}违章停车', 'Illegal parking on {street}'),
    said: [
      t(
        '{street}{no}号门口有{n}辆车停在盲道上，轮椅过不去。',
        '{n} cars are parked on the tactile paving outside {no} {street}; wheelchairs cannot pass.',
      ),
      t(
        '一辆{colour}面包车堵住{place}的消防通道，车牌{plate}，没留电话。',
        'A {colour} van blocks the fire lane of {place}, plate {plate}, no phone number left.',
      ),
    ],
  },
  'structure-fire': {
    title: t('{place}起火', 'Fire at {place}'),
    said: [
      t(
        '{place}{floor}楼窗户冒明火，里面好像还有{n}个人，玻璃在往下掉。',
        'Flames from a window on floor {floor} of {place}; about {n} people may still be inside, glass is falling.',
      ),
      t(
        '我住对面，{street}{no}号{floor}层着火了，黑烟很大，楼道里也有烟。',
        'I live opposite: floor {floor} of {no} {street} is burning, thick black smoke, smoke in the stairwell too.',
      ),
      t(
        '{place}厨房起火，火已经烧到阳台，老人还没下来。',
        'A kitchen fire at {place} has reached the balcony; an old person has not come down.',
      ),
    ],
  },
  'fire-alarm': {
    title: t('{place}火警报警', 'Fire alarm at {place}'),
    said: [
      t(
        '{place}{floor}层烟感报警，值班员正在确认。',
        'A smoke detector on floor {floor} of {place} has gone off; the guard is checking.',
      ),
      t(
        '{place}手动报警按钮动作，现场未见明火。',
        'A manual call point at {place} was pressed; no flames seen.',
      ),
    ],
  },
  smoke: {
    title: t('{place}冒烟', 'Smoke at {place}'),
    said: [
      t(
        '{place}楼顶有白烟，不知道是不是着火，闻到烧塑料的味道。',
        'White smoke from the roof of {place}; not sure it is a fire, it smells of burnt plastic.',
      ),
      t(
        '{street}{no}号{floor}楼油烟管道往外冒烟。',
        'Smoke is coming out of a kitchen duct on floor {floor} of {no} {street}.',
      ),
    ],
  },
  'vehicle-fire': {
    title: t('{street}车辆起火', 'Vehicle fire on {street}'),
    said: [
      t(
        '{street}一辆{colour}新能源车底盘起火，人已经跑出来了，火很大。',
        'A {colour} electric car on {street} is burning from below; the people got out, the fire is big.',
      ),
      t(
        '{cross}附近有车着火，黑烟几公里外都看得见，旁边还停着{n}辆车。',
        'A vehicle is on fire near {cross}, black smoke visible for miles, {n} cars parked next to it.',
      ),
    ],
  },
  'vegetation-fire': {
    title: t('{street}绿地起火', 'Grass fire off {street}'),
    said: [
      t(
        '{street}旁边绿化带枯草着火，约{n}十平方米，风往居民楼方向吹。',
        'Dry grass beside {street} is burning, some {n}0 square metres, the wind blows towards flats.',
      ),
      t(
        '公园里有人烧纸引燃了灌木，正在蔓延。',
        'Somebody burning paper in the park set the bushes alight; it is spreading.',
      ),
    ],
  },
  lift: {
    title: t('{place}电梯困人', 'People stuck in a lift at {place}'),
    said: [
      t(
        '{place}电梯停在{floor}楼，里面困了{n}个人，有一个小孩，物业电话打不通。',
        'The lift of {place} is stuck at floor {floor} with {n} people, one a child; the manager does not answer.',
      ),
      t(
        '我被困在电梯里{minutes}分钟了，{street}{no}号，有点喘不上气。',
        'I have been stuck in a lift for {minutes} minutes at {no} {street}; it is getting hard to breathe.',
      ),
    ],
  },
  'locked-out': {
    title: t('{place}求助开门', 'Door opening at {place}'),
    said: [
      t(
        '{place}{floor}楼，三岁孩子反锁在家里，炉子上还烧着水。',
        'Floor {floor} of {place}: a three-year-old has locked himself in and there is a kettle on the stove.',
      ),
      t(
        '{place}有马蜂窝，离幼儿园很近，请来摘除。',
        'There is a hornets’ nest at {place}, close to the kindergarten; please remove it.',
      ),
    ],
  },
  'gas-leak': {
    title: t('{place}燃气泄漏', 'Gas leak at {place}'),
    said: [
      t(
        '{place}楼道里有很浓的煤气味，{floor}楼最重，已经通知住户开窗。',
        'A strong smell of gas in the stairwell of {place}, worst on floor {floor}; residents told to open windows.',
      ),
      t(
        '{street}施工挖断了燃气管，嘶嘶响，工人都跑开了。',
        'Diggers on {street} cut a gas main; it hisses and the workers ran.',
      ),
    ],
  },
  odour: {
    title: t('{street}一带有刺鼻气味', 'Pungent smell around {street}'),
    said: [
      t(
        '{street}附近有刺鼻的化工味，嗓子疼，持续{minutes}分钟了。',
        'A chemical smell around {street} for {minutes} minutes; it hurts the throat.',
      ),
      t(
        '这边空气里有臭鸡蛋味，开窗就能闻到，请查一下。',
        'The air smells of rotten eggs when we open a window; please look into it.',
      ),
    ],
  },
  sick: {
    title: t('{street}有人突发疾病', 'Person taken ill on {street}'),
    said: [
      t(
        '{place}{floor}楼，{age}岁{sex}，腹痛剧烈，出冷汗，有糖尿病史。',
        'Floor {floor} of {place}: {sex} of {age}, severe abdominal pain, cold sweat, diabetic.',
      ),
      t(
        '家里老人{age}岁，说话不清楚，右手抬不起来，{minutes}分钟前开始的。',
        'My relative of {age} slurs the words and cannot lift the right arm; it began {minutes} minutes ago.',
      ),
      t(
        '孩子高烧抽搐，地址{street}{no}号{floor}楼，请快点。',
        'A child is having fever convulsions at {no} {street}, floor {floor}; please hurry.',
      ),
    ],
  },
  cardiac: {
    title: t('{street}有人心跳骤停', 'Cardiac arrest on {street}'),
    said: [
      t(
        '{age}岁{sex}倒地没有呼吸，正在按电话指导做胸外按压，{place}。',
        '{sex} of {age} collapsed and is not breathing; compressions under way by phone at {place}.',
      ),
      t(
        '{place}有人晕倒，叫不醒，旁边有人在做心肺复苏。',
        'Someone fainted at {place} and does not wake; a bystander is giving CPR.',
      ),
    ],
  },
  fall: {
    title: t('{street}有人摔伤', 'Fall injury on {street}'),
    said: [
      t(
        '{place}工人从梯子上摔下来，约{n}米高，腰不能动。',
        'A worker at {place} fell about {n} metres from a ladder; cannot move the back.',
      ),
      t(
        '{age}岁{sex}在{street}滑倒，手腕变形，很疼。',
        '{sex} of {age} slipped on {street}; the wrist is deformed and hurts.',
      ),
    ],
  },
  transfer: {
    title: t('{street}转院', 'Transfer from {street}'),
    said: [
      t(
        '{age}岁{sex}需平车转院，吸氧，家属{n}人陪同。',
        '{sex} of {age} to be transferred lying down with oxygen; {n} relatives along.',
      ),
    ],
  },
  theft: {
    title: t('{place}被盗', 'Theft at {place}'),
    said: [
      t(
        '我的{colour}电动车停在{place}门口不见了，{minutes}分钟前还在。',
        'My {colour} e-bike is gone from outside {place}; it was there {minutes} minutes ago.',
      ),
      t(
        '{place}抓到一个偷东西的，{age}岁左右{sex}，保安拦住了。',
        'A thief was caught at {place}, {sex} of about {age}; the guards hold the person.',
      ),
    ],
  },
  assault: {
    title: t('{place}打架', 'Fight at {place}'),
    said: [
      t(
        '{place}门口{n}个人打起来了，有人拿酒瓶，一个人头破了。',
        '{n} people are fighting outside {place}, one with a bottle, one has a cut head.',
      ),
      t(
        '{street}烧烤摊有人打架，其中一个穿{colour}衣服的追着打。',
        'A fight at the barbecue stall on {street}; one in {colour} keeps chasing the other.',
      ),
    ],
  },
  quarrel: {
    title: t('{place}纠纷', 'Dispute at {place}'),
    said: [
      t(
        '{place}楼上楼下因为漏水吵起来了，{n}个人堵在门口。',
        'Neighbours at {place} quarrel over a leak; {n} people block the door.',
      ),
      t(
        '{street}{no}号，租客和房东为押金争执，要求民警到场。',
        'Tenant and landlord at {no} {street} argue over a deposit and want an officer.',
      ),
      t(
        '有个醉酒的{sex}在{place}闹事，摔东西。',
        'A drunk {sex} is making trouble at {place}, throwing things.',
      ),
    ],
  },
  missing: {
    title: t('{street}人员走失', 'Missing person near {street}'),
    said: [
      t(
        '{age}岁{sex}，穿{colour}外套，{minutes}分钟前从{place}走失，有认知障碍。',
        '{sex} of {age} in a {colour} coat, missing from {place} for {minutes} minutes, has dementia.',
      ),
    ],
  },
  waste: {
    title: t('{street}垃圾堆积', 'Waste on {street}'),
    said: [
      t(
        '{place}旁建筑垃圾堆了{n}天没人清，风一吹到处是灰。',
        'Rubble beside {place} has not been cleared for {n} days; dust everywhere.',
      ),
      t('网格巡查发现{street}{no}号垃圾桶满溢。', 'Grid patrol: bins overflow at {no} {street}.'),
    ],
  },
  noise: {
    title: t('{street}噪声扰民', 'Noise on {street}'),
    said: [
      t(
        '{place}工地夜里还在打桩，小孩睡不着。',
        'The site at {place} is still driving piles at night; the children cannot sleep.',
      ),
      t(
        '广场舞音响太大，就在{street}{no}号楼下，已经{minutes}分钟。',
        'Square-dance speakers below {no} {street} far too loud for {minutes} minutes.',
      ),
    ],
  },
  'street-light': {
    title: t('{street}路灯不亮', 'Street lights out on {street}'),
    said: [
      t(
        '{street}从{no}号起连续{n}盏路灯不亮，走路害怕。',
        '{n} lamps in a row are out on {street} from number {no}; walking feels unsafe.',
      ),
    ],
  },
  pothole: {
    title: t('{street}路面坑洞', 'Pothole on {street}'),
    said: [
      t(
        '{street}第{lane}车道有个坑，约{n}十厘米宽，骑车差点摔。',
        'A hole some {n}0 cm wide in lane {lane} of {street}; a cyclist nearly fell.',
      ),
    ],
  },
  manhole: {
    title: t('{street}井盖缺失', 'Manhole cover missing on {street}'),
    said: [
      t(
        '{street}{no}号前井盖不见了，有人放了根树枝提醒。',
        'The manhole cover outside {no} {street} is gone; someone put a branch in it.',
      ),
    ],
  },
  vendor: {
    title: t('{street}占道经营', 'Street vending on {street}'),
    said: [
      t(
        '{place}门口{n}个摊位占了人行道，油烟很大。',
        '{n} stalls block the pavement outside {place}; heavy cooking fumes.',
      ),
    ],
  },
  graffiti: {
    title: t('{street}小广告', 'Fly-posting on {street}'),
    said: [
      t(
        '{place}单元门贴满开锁小广告，共{n}处。',
        'Locksmith stickers all over the doors of {place}, {n} places.',
      ),
    ],
  },
  housing: {
    title: t('{place}房屋问题', 'Housing complaint at {place}'),
    said: [
      t(
        '{place}{floor}楼外墙渗水，物业推了{n}个月。',
        'The outer wall on floor {floor} of {place} leaks; the manager has put it off for {n} months.',
      ),
    ],
  },
  animal: {
    title: t('{street}流浪动物', 'Stray animal near {street}'),
    said: [
      t(
        '{street}附近有{n}只流浪狗追人，有老人被吓倒。',
        '{n} stray dogs chase people near {street}; an old person was knocked over by fright.',
      ),
    ],
  },
  elderly: {
    title: t('{street}老人求助', 'Elderly person needs help on {street}'),
    said: [
      t(
        '{age}岁独居老人两天没出门，邻居敲门没人应，{place}{floor}楼。',
        'A person of {age} living alone has not been out for two days and does not answer; floor {floor} of {place}.',
      ),
    ],
  },
  enquiry: {
    title: t('咨询：居住证办理', 'Enquiry: residence permit'),
    said: [
      t(
        '咨询居住证续签需要哪些材料，{street}附近哪个大厅可以办。',
        'Asks which papers renew a residence permit and which hall near {street} does it.',
      ),
    ],
  },
  roadworks: {
    title: t('{street}占道施工', 'Works on {street}'),
    said: [
      t(
        '{street}{no}号前围挡施工，占了第{lane}车道，没有看到许可公示牌。',
        'A hoarding outside {no} {street} takes lane {lane}; no permit is shown.',
      ),
      t(
        '{street}近{cross}又在挖路，前不久才铺好的。',
        'They dig up {street} near {cross} again; it was only just resurfaced.',
      ),
    ],
  },
  'power-cut': {
    title: t('{place}停电', 'Power cut at {place}'),
    said: [
      t(
        '{place}整栋楼停电{minutes}分钟了，家里有制氧机。',
        '{place} has had no power for {minutes} minutes; we have an oxygen concentrator at home.',
      ),
      t('{street}这一片都黑了，约{n}栋楼。', 'All dark around {street}, some {n} buildings.'),
    ],
  },
  'water-cut': {
    title: t('{place}停水', 'No water at {place}'),
    said: [
      t(
        '{place}从早上起没水，没有接到通知，约{n}栋楼受影响。',
        'No water at {place} since morning without notice, some {n} buildings.',
      ),
    ],
  },
  'water-burst': {
    title: t('{street}水管爆裂', 'Burst main on {street}'),
    said: [
      t(
        '{street}{no}号前水柱有{n}米高，路面开始塌陷。',
        'A jet of water {n} metres high outside {no} {street}; the road is sinking.',
      ),
    ],
  },
  waterlogging: {
    title: t('{street}积水', 'Flooding on {street}'),
    said: [
      t(
        '{street}积水到膝盖，{n}辆车熄火，{cross}方向过不去。',
        'Water knee-deep on {street}, {n} cars stalled, no way through to {cross}.',
      ),
      t(
        '{place}地下车库进水，水还在涨。',
        'Water is running into the underground car park of {place} and still rising.',
      ),
    ],
  },
  'tree-down': {
    title: t('{street}树木倒伏', 'Tree down on {street}'),
    said: [
      t(
        '{street}靠近{cross}大树倒了，压住{n}辆车，占了一条道。',
        'A big tree fell on {street} near {cross} onto {n} cars and blocks a lane.',
      ),
      t('{place}门口树枝断了挂在电线上。', 'A broken branch hangs in the wires outside {place}.'),
    ],
  },
} as const satisfies Record<string, CallText>;

export type CalmTextKey = keyof typeof callTexts;
export const textFor = (key: CalmTextKey): CallText => callTexts[key];

/**
 * Triage protocols of the emergency services. The medical one sorts by the six determinants from omega (advice is
 * enough) to echo (no sign of life); questions, answers and order are our own, taken from nobody's cards. They are
 * meant to be replaced by what the city's medical director and brigades have agreed on.
 */
import type { TriageProtocol } from '../../contract/rulebook.ts';
import { answer, ask, hurt, NOT_KNOWN } from './triage-questions.ts';
import { t } from './words.ts';

const conscious = ask(
  'conscious',
  t('病人清醒吗？能回答您吗？', 'Is the patient awake and able to answer you?'),
  answer('yes', t('清醒', 'Yes')),
  answer('drowsy', t('嗜睡、答非所问', 'Drowsy or confused'), { priority: 1, determinant: 'delta' }),
  answer('no', t('叫不醒', 'Cannot be woken'), { priority: 1, determinant: 'delta' }),
  answer('unknown', NOT_KNOWN, { priority: 1, determinant: 'charlie' }),
);
const breathing = ask(
  'breathing',
  t('呼吸怎么样？', 'How is the breathing?'),
  answer('normal', t('正常', 'Normal')),
  answer('hard', t('呼吸困难，说不成整句', 'Hard: cannot speak a whole sentence'), {
    priority: 1,
    determinant: 'delta',
  }),
  answer('none', t('没有呼吸或只有喘息样呼吸', 'None, or only gasps'), {
    priority: 1,
    determinant: 'echo',
    category: 'medical.cardiac',
  }),
  answer('unknown', NOT_KNOWN, { priority: 1, determinant: 'charlie' }),
);
const bleeding = ask(
  'bleeding',
  t('出血吗？', 'Is there bleeding?'),
  answer('no', t('没有', 'No')),
  answer('little', t('少量，已止住', 'Little, and stopped'), { priority: 3, determinant: 'alpha' }),
  answer('some', t('持续出血', 'It goes on bleeding'), { priority: 2, determinant: 'bravo' }),
  answer('heavy', t('大量出血，止不住', 'Heavy, and cannot be stopped'), {
    priority: 1,
    determinant: 'delta',
  }),
);

export const medicalTriage: readonly TriageProtocol[] = [
  {
    id: 'medical',
    name: t('急救问询', 'Medical questions'),
    match: { family: 'medical' },
    questions: [
      conscious,
      breathing,
      bleeding,
      ask(
        'complaint',
        t('主要是什么问题？', 'What is the main trouble?'),
        answer('chest', t('胸痛或胸闷', 'Pain or pressure in the chest'), {
          priority: 1,
          determinant: 'charlie',
        }),
        answer('stroke', t('口角歪斜、一侧无力、说话不清', 'Face droops, one side weak, speech slurred'), {
          priority: 1,
          determinant: 'charlie',
        }),
        answer('seizure', t('正在抽搐', 'A seizure that goes on'), { priority: 1, determinant: 'delta' }),
        answer('birth', t('临产', 'A birth'), { priority: 1, determinant: 'charlie' }),
        answer('allergy', t('全身过敏反应', 'An allergic reaction of the whole body'), {
          priority: 1,
          determinant: 'charlie',
        }),
        answer('pain', t('其他疼痛或发热', 'Other pain, or fever'), { priority: 2, determinant: 'bravo' }),
        answer('minor', t('轻微不适', 'A slight complaint'), { priority: 3, determinant: 'alpha' }),
        answer('advice', t('只需咨询', 'Advice is enough'), { priority: 4, determinant: 'omega' }),
      ),
      ask(
        'patients',
        t('有几位病人？', 'How many patients?'),
        answer('one', t('一位', 'One')),
        answer('few', t('两至三位', 'Two or three'), { priority: 1, level: 2 }),
        answer('many', t('四位以上', 'Four or more'), { priority: 1, level: 3 }),
      ),
    ],
  },
  {
    id: 'trauma',
    name: t('外伤问询', 'Injury questions'),
    match: { category: 'medical.trauma' },
    questions: [
      conscious,
      breathing,
      bleeding,
      ask(
        'cause',
        t('怎么受伤的？', 'How did it happen?'),
        answer('fall-low', t('平地摔倒', 'A fall on the level'), { priority: 3, determinant: 'alpha' }),
        answer('fall-high', t('从高处坠落（超过 3 米）', 'A fall from more than 3 m'), {
          priority: 1,
          determinant: 'delta',
        }),
        answer('crash', t('交通事故', 'A traffic accident'), {
          priority: 1,
          determinant: 'bravo',
          category: 'traffic.collision-injury',
        }),
        answer('assault', t('被人伤害', 'Hurt by somebody'), {
          priority: 1,
          determinant: 'bravo',
          category: 'crime.assault',
        }),
        answer('other', t('其他', 'Otherwise'), { priority: 2, determinant: 'bravo' }),
      ),
      ask(
        'part',
        t('伤在哪里？', 'Which part is hurt?'),
        answer('limb', t('四肢', 'Arm or leg'), { priority: 3, determinant: 'alpha' }),
        answer('trunk', t('头、颈、胸、腹', 'Head, neck, chest or belly'), {
          priority: 1,
          determinant: 'charlie',
        }),
      ),
    ],
  },
  {
    id: 'transfer',
    name: t('转院问询', 'Transfer questions'),
    match: { category: 'medical.transfer' },
    questions: [
      ask(
        'monitor',
        t('途中需要监护或用药吗？', 'Is monitoring or medication needed on the way?'),
        answer('no', t('不需要', 'No'), { priority: 4, determinant: 'alpha' }),
        answer('yes', t('需要', 'Yes'), { priority: 3, determinant: 'bravo' }),
        answer('critical', t('危重，须立即转运', 'Critical, must go at once'), {
          priority: 1,
          determinant: 'charlie',
          category: 'medical.emergency',
        }),
      ),
    ],
  },
];

export const fireTriage: readonly TriageProtocol[] = [
  {
    id: 'fire',
    name: t('火警问询', 'Fire questions'),
    match: { family: 'fire' },
    questions: [
      ask(
        'burning',
        t('什么在燃烧？', 'What is burning?'),
        answer('building', t('房屋', 'A building'), { priority: 1, category: 'fire.structure' }),
        answer('vehicle', t('车辆', 'A vehicle'), { priority: 1, category: 'fire.vehicle' }),
        answer('plants', t('树木、草地', 'Trees or grass'), { priority: 2, category: 'fire.vegetation' }),
        answer('smoke', t('只见烟或闻到焦味', 'Only smoke, or a smell of burning'), {
          priority: 2,
          category: 'fire.smoke',
        }),
        answer('alarm', t('只有报警器响', 'Only an alarm rings'), { priority: 2, category: 'fire.alarm' }),
        answer('out', t('已经熄灭', 'It is out'), { priority: 3 }),
      ),
      ask(
        'trapped',
        t('有人被困吗？', 'Is anybody trapped?'),
        answer('no', t('没有', 'No')),
        answer('yes', t('有', 'Yes'), { priority: 1, level: 2 }),
        answer('unknown', NOT_KNOWN, { priority: 1 }),
      ),
      ask(
        'building',
        t('是什么建筑？', 'What kind of building?'),
        answer('low', t('多层', 'Up to seven storeys')),
        answer('high', t('高层', 'A high-rise'), { priority: 1, level: 2 }),
        answer('crowded', t('商场、学校、医院、养老院', 'A mall, school, hospital or care home'), {
          priority: 1,
          level: 2,
        }),
        answer('industry', t('厂房、仓库', 'A factory or warehouse'), { priority: 1, level: 2 }),
        answer('none', t('不是建筑', 'Not a building')),
      ),
      hurt,
    ],
  },
  {
    id: 'rescue',
    name: t('抢险救援问询', 'Rescue questions'),
    match: { category: 'fire.rescue' },
    questions: [
      ask(
        'kind',
        t('需要什么救援？', 'What kind of rescue?'),
        answer('lift', t('电梯被困', 'Stuck in a lift'), { priority: 2 }),
        answer('water', t('落水', 'In the water'), { priority: 1 }),
        answer('height', t('高处被困或轻生', 'At a height, or about to jump'), { priority: 1 }),
        answer('buried', t('坍塌掩埋', 'Buried'), { priority: 1, level: 2 }),
        answer('machine', t('机械卡压', 'Caught in a machine'), { priority: 1 }),
        answer('other', t('其他', 'Other'), { priority: 2 }),
      ),
      hurt,
    ],
  },
];

export const trafficTriage: readonly TriageProtocol[] = [
  {
    id: 'traffic',
    name: t('交通警情问询', 'Traffic questions'),
    match: { family: 'traffic' },
    questions: [
      ask(
        'hurt',
        t('有人受伤吗？', 'Is anybody hurt?'),
        answer('no', t('没有', 'No')),
        answer('yes', t('有', 'Yes'), { priority: 1, category: 'traffic.collision-injury' }),
        answer('many', t('三人以上', 'Three or more'), {
          priority: 1,
          category: 'traffic.collision-injury',
          level: 3,
        }),
        answer('unknown', NOT_KNOWN, { priority: 2 }),
      ),
      ask(
        'trapped',
        t('有人被困在车内吗？', 'Is anybody trapped in a vehicle?'),
        answer('no', t('没有', 'No')),
        answer('yes', t('有', 'Yes'), { priority: 1, category: 'traffic.collision-injury', level: 2 }),
      ),
      ask(
        'danger',
        t('有起火、漏油或危险品吗？', 'Fire, leaking fuel, dangerous goods?'),
        answer('no', t('没有', 'No')),
        answer('fuel', t('漏油', 'Leaking fuel'), { priority: 2 }),
        answer('fire', t('起火冒烟', 'Fire or smoke'), { priority: 1, category: 'fire.vehicle' }),
        answer('goods', t('危险品车辆', 'A vehicle with dangerous goods'), {
          priority: 1,
          category: 'hazmat.spill',
        }),
      ),
      ask(
        'road',
        t('道路能通行吗？', 'Can the road be passed?'),
        answer('free', t('已移至路边', 'Moved to the side'), { priority: 3 }),
        answer('part', t('占用部分车道', 'Some lanes are blocked'), { priority: 3 }),
        answer('closed', t('完全堵塞', 'It is blocked'), { priority: 2 }),
        answer('fast', t('在快速路、隧道或桥上', 'On an expressway, in a tunnel, on a bridge'), {
          priority: 2,
        }),
      ),
    ],
  },
];

export const hazmatTriage: readonly TriageProtocol[] = [
  {
    id: 'hazmat',
    name: t('危险物质问询', 'Hazardous material questions'),
    match: { family: 'hazmat' },
    questions: [
      ask(
        'matter',
        t('是什么物质？', 'What is it?'),
        answer('gas', t('燃气', 'Fuel gas'), { priority: 1, category: 'hazmat.gas-leak' }),
        answer('chemical', t('化学品', 'A chemical'), { priority: 1, category: 'hazmat.spill' }),
        answer('oil', t('油品', 'Oil or fuel'), { priority: 2 }),
        answer('smell', t('只有异味', 'Only a smell'), { priority: 2, category: 'hazmat.odour' }),
      ),
      ask(
        'where',
        t('在哪里？', 'Where?'),
        answer('indoor', t('室内', 'Indoors'), { priority: 1 }),
        answer('outdoor', t('室外', 'Outdoors')),
        answer('water', t('流入河道或下水道', 'It runs into a river or drain'), { priority: 1, level: 2 }),
      ),
      ask(
        'symptoms',
        t('有人头晕、呕吐、呼吸困难吗？', 'Is anybody dizzy, sick or short of breath?'),
        answer('no', t('没有', 'No')),
        answer('one', t('有一人', 'One person'), { priority: 1 }),
        answer('more', t('多人', 'Several people'), { priority: 1, level: 2 }),
      ),
      ask(
        'amount',
        t('还在泄漏吗？', 'Does it still leak?'),
        answer('stopped', t('已停止', 'It has stopped')),
        answer('small', t('少量', 'A little'), { priority: 2 }),
        answer('large', t('大量', 'Much'), { priority: 1, level: 2 }),
      ),
    ],
  },
];

export const policeTriage: readonly TriageProtocol[] = [
  {
    id: 'police',
    name: t('治安警情问询', 'Police questions'),
    match: { family: 'crime' },
    questions: [
      ask(
        'now',
        t('正在发生吗？', 'Is it happening now?'),
        answer('yes', t('正在发生', 'Yes'), { priority: 2 }),
        answer('just', t('刚刚发生，人未走远', 'Just now, they are still near'), { priority: 2 }),
        answer('earlier', t('早先发生', 'Earlier'), { priority: 3 }),
      ),
      ask(
        'weapon',
        t('有凶器吗？', 'Is there a weapon?'),
        answer('no', t('没有', 'No')),
        answer('yes', t('有', 'Yes'), { priority: 1, level: 2 }),
        answer('unknown', NOT_KNOWN, { priority: 2 }),
      ),
      ask(
        'hurt',
        t('有人受伤吗？', 'Is anybody hurt?'),
        answer('no', t('没有', 'No')),
        answer('yes', t('有', 'Yes'), { priority: 1, category: 'crime.assault' }),
      ),
      ask(
        'people',
        t('涉及多少人？', 'How many people are involved?'),
        answer('few', t('五人以下', 'Fewer than five')),
        answer('group', t('五人以上', 'Five or more'), { priority: 2, level: 2 }),
      ),
    ],
  },
  {
    id: 'missing',
    name: t('人员走失问询', 'Missing person questions'),
    match: { category: 'crime.missing-person' },
    questions: [
      ask(
        'who',
        t('走失的是谁？', 'Who is missing?'),
        answer('child', t('14 岁以下儿童', 'A child under 14'), { priority: 1, level: 2 }),
        answer('frail', t('失智老人或病人', 'Somebody with dementia, or ill'), { priority: 1, level: 2 }),
        answer('suicidal', t('有轻生倾向', 'Somebody who may take their life'), { priority: 1, level: 2 }),
        answer('adult', t('一般成年人', 'Another adult'), { priority: 3 }),
      ),
      ask(
        'since',
        t('走失多久？', 'Since when?'),
        answer('hour', t('一小时内', 'Within the hour'), { priority: 2 }),
        answer('day', t('当天', 'Today'), { priority: 2 }),
        answer('longer', t('更久', 'Longer'), { priority: 3 }),
      ),
    ],
  },
];

/** Triage protocols of what the citizens' hotline and the grid bring, and the questions for everything else. */
import type { TriageProtocol } from '../../contract/rulebook.ts';
import { answer, ask, hurt, NOT_KNOWN } from './triage-questions.ts';
import { t } from './words.ts';

const danger = ask(
  'danger',
  t('会伤到人吗？', 'Can it hurt somebody?'),
  answer('no', t('不会', 'No'), { priority: 4 }),
  answer('maybe', t('可能', 'Perhaps'), { priority: 3 }),
  answer('likely', t('随时可能', 'At any moment'), { priority: 2 }),
  answer('now', t('已有人受伤', 'Somebody is hurt'), { priority: 1 }),
);

export const cityTriage: readonly TriageProtocol[] = [
  {
    id: 'urban',
    name: t('市容环境问询', 'Questions about the street'),
    match: { family: 'urban' },
    questions: [
      danger,
      ask(
        'since',
        t('持续多久了？', 'Since when?'),
        answer('now', t('刚发现', 'Just seen')),
        answer('days', t('几天', 'For days')),
        answer('again', t('反映过，未解决', 'Reported before and not solved'), { priority: 3 }),
      ),
      ask(
        'place',
        t('在什么位置？', 'Where is it?'),
        answer('home', t('小区内', 'In a housing estate')),
        answer('street', t('人行道或路边', 'On the pavement or by the road')),
        answer('lane', t('行车道上', 'In the lanes of a road'), { priority: 2 }),
        answer('school', t('学校、医院门口', 'At a school or hospital'), { priority: 3 }),
      ),
    ],
  },
  {
    id: 'manhole',
    name: t('井盖问询', 'Manhole questions'),
    match: { category: 'urban.manhole' },
    questions: [
      ask(
        'state',
        t('井盖怎么样？', 'What is wrong with the cover?'),
        answer('gone', t('缺失', 'It is gone'), { priority: 2 }),
        answer('broken', t('破损、塌陷', 'Broken or sunken'), { priority: 2 }),
        answer('noise', t('松动作响', 'It is loose and rattles'), { priority: 4 }),
        answer('overflow', t('井口冒水', 'Water comes out'), {
          priority: 2,
          category: 'utility.water-burst',
        }),
      ),
      danger,
    ],
  },
  {
    id: 'weather',
    name: t('天气灾情问询', 'Weather questions'),
    match: { family: 'weather' },
    questions: [
      ask(
        'depth',
        t('积水多深？', 'How deep is the water?'),
        answer('none', t('没有积水', 'There is none'), { priority: 3 }),
        answer('ankle', t('到脚踝', 'To the ankle'), { priority: 3 }),
        answer('knee', t('到膝盖', 'To the knee'), { priority: 2 }),
        answer('deep', t('超过膝盖或车辆熄火', 'Above the knee, or cars stall'), { priority: 1 }),
      ),
      ask(
        'trapped',
        t('有人或车被困吗？', 'Are people or cars trapped?'),
        answer('no', t('没有', 'No')),
        answer('car', t('车内有人', 'People in a car'), { priority: 1, level: 2 }),
        answer('home', t('家中有人', 'People at home'), { priority: 1 }),
      ),
      hurt,
    ],
  },
  {
    id: 'utility',
    name: t('水电故障问询', 'Power and water questions'),
    match: { family: 'utility' },
    questions: [
      ask(
        'extent',
        t('影响范围多大？', 'How far does it reach?'),
        answer('home', t('一户', 'One home'), { priority: 3 }),
        answer('building', t('整栋楼', 'A building'), { priority: 3 }),
        answer('quarter', t('整个小区或街区', 'A whole quarter'), { priority: 2, level: 2 }),
      ),
      ask(
        'depends',
        t('有人依赖用电用水维持生命吗？', 'Does a life depend on it?'),
        answer('no', t('没有', 'No')),
        answer('yes', t('有（呼吸机、透析等）', 'Yes (respirator, dialysis …)'), { priority: 1, level: 2 }),
        answer('unknown', NOT_KNOWN),
      ),
      danger,
    ],
  },
  {
    id: 'crowd',
    name: t('人群聚集问询', 'Crowd questions'),
    match: { category: 'social.crowd' },
    questions: [
      ask(
        'people',
        t('大约多少人？', 'About how many people?'),
        answer('tens', t('几十人', 'Tens'), { priority: 3 }),
        answer('hundreds', t('几百人', 'Hundreds'), { priority: 2 }),
        answer('thousands', t('上千人', 'A thousand or more'), { priority: 2, level: 2 }),
      ),
      ask(
        'moving',
        t('还能自由走动吗？', 'Can people still move freely?'),
        answer('yes', t('可以', 'Yes')),
        answer('slow', t('拥挤缓慢', 'Slowly'), { priority: 2 }),
        answer('stuck', t('无法移动、有人推挤', 'No, they push'), { priority: 1, level: 2 }),
      ),
      hurt,
    ],
  },
  {
    id: 'general',
    name: t('一般问询', 'General questions'),
    match: {},
    questions: [
      hurt,
      ask(
        'help',
        t('需要多快到场？', 'How soon is somebody needed?'),
        answer('now', t('马上', 'At once'), { priority: 2 }),
        answer('today', t('今天', 'Today'), { priority: 3 }),
        answer('later', t('只需答复', 'An answer is enough'), { priority: 4 }),
      ),
    ],
  },
];

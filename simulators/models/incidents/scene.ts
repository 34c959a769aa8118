/**
 * The truth of a case as its texts need it, and how different callers get it wrong: scattered positions, other
 * numbers, other colours, sometimes another category.
 */
import type { CategoryCode } from '../../../server/contract/categories.ts';
import type { LonLat } from '../../../server/contract/geo.ts';
import type { LocalText } from '../../../server/contract/text.ts';
import type { Random } from '../../kernel/random.ts';
import { moved, type Places } from '../places.ts';
import type { IncidentKind } from './kind.ts';
import { textFor } from './texts.ts';

export interface Scene {
  readonly position: LonLat;
  readonly street: LocalText;
  readonly cross: LocalText;
  readonly place: LocalText;
  readonly houseNo: number;
  readonly floor: number;
  readonly n: number;
  readonly colour: number;
  readonly age: number;
  readonly male: boolean;
  readonly lane: number;
  readonly minutes: number;
  readonly plate: string;
}

export interface Report {
  readonly category: CategoryCode;
  readonly title: LocalText;
  readonly detail: LocalText;
  readonly position: LonLat;
  readonly accuracyM: number;
  readonly address: string;
  readonly caller: { readonly name: string; readonly phone: string };
}

const COLOURS: readonly LocalText[] = [
  { zh: '白色', en: 'white' },
  { zh: '黑色', en: 'black' },
  { zh: '银灰色', en: 'silver' },
  { zh: '红色', en: 'red' },
  { zh: '蓝色', en: 'blue' },
  { zh: '绿色', en: 'green' },
];
const SHOPS: readonly LocalText[] = [
  { zh: '老味面馆', en: 'Old Taste noodle shop' },
  { zh: '惠民超市', en: 'Huimin supermarket' },
  { zh: '晨光药房', en: 'Chenguang pharmacy' },
  { zh: '江畔茶楼', en: 'Riverside teahouse' },
  { zh: '好运便利店', en: 'Good Luck corner shop' },
  { zh: '云杉网咖', en: 'Spruce internet café' },
  { zh: '小渔村饭店', en: 'Fishing Village restaurant' },
  { zh: '金桥建材市场', en: 'Golden Bridge building market' },
];
const ESTATES: readonly LocalText[] = [
  { zh: '桂花苑', en: 'Osmanthus Court' },
  { zh: '翠竹新村', en: 'Bamboo New Village' },
  { zh: '望江花园', en: 'Riverview Gardens' },
  { zh: '和平小区', en: 'Heping Estate' },
  { zh: '锦绣家园', en: 'Splendid Homes' },
  { zh: '春晓公寓', en: 'Spring Dawn Apartments' },
];
const SURNAMES = Array.from('王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗');
const GIVEN = [
  '伟',
  '芳',
  '敏',
  '静',
  '磊',
  '强',
  '洋',
  '艳',
  '勇',
  '杰',
  '娟',
  '涛',
  '明',
  '秀英',
  '建国',
  '雨桐',
  '子涵',
  '志强',
  '海燕',
  '丽华',
];
/** One caller's fix differs from another's by about this (1 sigma). */
export const SCATTER_M = 60;

export function makeScene(places: Places, kind: IncidentKind, position: LonLat, random: Random): Scene {
  const { street, cross } = places.roadNames(position);
  const named = kind.site === 'home' ? ESTATES : SHOPS;
  const place = random.pick(named);
  const block = 1 + random.int(28);
  return {
    position,
    street,
    cross,
    place: kind.site === 'home' ? { zh: `${place.zh}${block}幢`, en: `${place.en} block ${block}` } : place,
    houseNo: 1 + random.int(480),
    floor: 1 + random.int(18),
    n: 2 + random.int(3),
    colour: random.int(COLOURS.length),
    age: 18 + random.int(70),
    male: random.chance(0.5),
    lane: 1 + random.int(2),
    minutes: 5 * (1 + random.int(8)),
    plate: `临A·${'ABCDEFGHJK'[random.int(10)]}${1000 + random.int(9000)}`,
  };
}

/** What one caller reports. The first knows it best; the others see it from elsewhere. */
export function report(scene: Scene, kind: IncidentKind, random: Random, further: boolean): Report {
  const off = further ? SCATTER_M : 12;
  const confused = further && kind.mistakenFor.length > 0 && random.chance(0.35);
  const seen: Scene = further
    ? {
        ...scene,
        n: Math.max(1, scene.n + random.int(4) - 1),
        floor: Math.max(1, scene.floor + random.int(3) - 1),
        colour: random.chance(0.3) ? random.int(COLOURS.length) : scene.colour,
        age: scene.age + random.int(21) - 10,
        minutes: Math.max(2, scene.minutes + 5 * (random.int(3) - 1)),
        lane: random.chance(0.3) ? 1 + random.int(3) : scene.lane,
      }
    : scene;
  const texts = textFor(kind.key);
  const said = random.pick(texts.said);
  const room = `${1 + random.int(3)}单元${seen.floor}0${1 + random.int(4)}室`;
  const indoors = kind.site === 'home';
  return {
    category: confused ? random.pick(kind.mistakenFor) : kind.category,
    title: fill(texts.title, seen),
    detail: fill(said, seen),
    position: moved(scene.position, random.normal() * off, random.normal() * off),
    accuracyM: further ? Math.round(random.range(30, 120)) : Math.round(random.range(5, 30)),
    address: indoors
      ? `${scene.street.zh}${scene.houseNo}号${scene.place.zh}${room}`
      : `${scene.street.zh}${scene.houseNo}号（近${scene.cross.zh}）`,
    caller: {
      name: random.pick(SURNAMES) + random.pick(GIVEN),
      phone: `1${random.pick(['38', '39', '50', '77', '86'])}0000${String(random.int(10_000)).padStart(4, '0')}`,
    },
  };
}

function fill(text: LocalText, s: Scene): LocalText {
  const other = COLOURS[(s.colour + 2) % COLOURS.length]!;
  const own = COLOURS[s.colour]!;
  const number = (v: number): LocalText => ({ zh: String(v), en: String(v) });
  const words: Readonly<Record<string, LocalText>> = {
    street: s.street,
    cross: s.cross,
    place: s.place,
    no: number(s.houseNo),
    floor: number(s.floor),
    n: number(s.n),
    colour: own,
    colour2: other,
    age: number(s.age),
    sex: s.male ? { zh: '男性', en: 'man' } : { zh: '女性', en: 'woman' },
    lane: number(s.lane),
    minutes: number(s.minutes),
    plate: { zh: s.plate, en: s.plate },
  };
  const put = (template: string, language: 'zh' | 'en'): string => {
    const filled = template.replace(/\{(\w+)\}/g, (whole, key: string) => words[key]?.[language] ?? whole);
    return language === 'en' ? filled.charAt(0).toUpperCase() + filled.slice(1) : filled;
  };
  return { zh: put(text.zh, 'zh'), en: put(text.en, 'en') };
}

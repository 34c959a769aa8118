/** Finds a category by what a call taker types: Chinese, pinyin or its initials, English, or what people call it. Pure. */
import { categories, categoryCodes, type CategoryCode } from '../../server/contract/categories.ts';
import { categoryPinyin } from './category-pinyin.ts';

/** What callers say, where it is not the category's name. */
const spoken: Partial<Record<CategoryCode, readonly string[]>> = {
  'traffic.collision': ['车祸', '事故', '追尾', '撞车', 'accident', 'crash'],
  'traffic.collision-injury': ['撞人', '撞伤', 'injury accident'],
  'traffic.congestion': ['堵车', 'jam'],
  'fire.structure': ['火灾', '着火', '失火', '起火', '火警', 'fire', 'house fire'],
  'fire.vehicle': ['车着火', '汽车自燃', 'car fire'],
  'fire.rescue': ['电梯困人', '被困', 'trapped'],
  'medical.emergency': ['救护', '病人', '昏迷', '晕倒', 'ambulance', 'ill'],
  'medical.cardiac': ['心梗', '没有呼吸', 'heart', 'cpr'],
  'medical.trauma': ['摔伤', '受伤', 'fall', 'injured'],
  'crime.theft': ['偷', '小偷', 'stolen', 'burglary'],
  'crime.assault': ['打架', '打人', 'fight'],
  'crime.missing-person': ['走失', '失踪', 'lost'],
  'hazmat.spill': ['泄漏', 'chemical'],
  'hazmat.gas-leak': ['煤气', '天然气', 'gas'],
  'weather.flood': ['积水', '淹水', 'water on the road'],
  'utility.water-burst': ['爆管', 'burst pipe'],
  'urban.noise': ['噪音', '扰民', 'loud'],
  'urban.manhole': ['井盖', 'manhole'],
  'social.elderly': ['独居老人', 'old person'],
};

interface Entry {
  readonly code: CategoryCode;
  readonly names: readonly string[];
  readonly sounds: readonly string[];
}

const plain = (s: string): string => s.toLowerCase().replaceAll(/[\s'’-]+/g, '');
const entries: readonly Entry[] = categoryCodes.map((code) => {
  const { zh, en } = categories[code].name;
  const syllables = categoryPinyin[code].split(' ');
  return {
    code,
    names: [zh, en, code, ...(spoken[code] ?? [])].map(plain),
    sounds: [syllables.join(''), syllables.map((s) => s[0]).join('')],
  };
});

/** 0 is best; null where it does not fit. */
function rank({ names, sounds }: Entry, typed: string): number | null {
  if (names.includes(typed)) return 0;
  if (sounds.includes(typed)) return 1;
  if (names.some((name) => name.startsWith(typed))) return 2;
  if (sounds.some((sound) => sound.startsWith(typed))) return 3;
  if (names.some((name) => name.includes(typed))) return 4;
  return null;
}

/** Best first; among equals in the order of the list. All of them where nothing is typed. */
export function searchCategories(typed: string): readonly CategoryCode[] {
  const wanted = plain(typed);
  if (wanted === '') return categoryCodes;
  return entries
    .map((entry) => ({ code: entry.code, at: rank(entry, wanted) }))
    .filter((hit): hit is { code: CategoryCode; at: number } => hit.at !== null)
    .sort((a, b) => a.at - b.at)
    .map((hit) => hit.code);
}

/** The category that words mean by themselves: a whole name, its pinyin or its initials; null where they are none. */
export function categoryOf(words: string): CategoryCode | null {
  const wanted = plain(words);
  if (wanted.length < 2) return null;
  const hit = entries.find((entry) => entry.names.includes(wanted) || entry.sounds.includes(wanted));
  return hit?.code ?? null;
}

/** The longest name that Chinese text without spaces begins with, and how many characters it takes. */
export function categoryAtStart(
  text: string,
): { readonly code: CategoryCode; readonly length: number } | null {
  let best: { code: CategoryCode; length: number } | null = null;
  for (const { code, names } of entries)
    for (const name of names)
      if (name.length > (best?.length ?? 1) && /^\p{Script=Han}/u.test(name) && text.startsWith(name))
        best = { code, length: name.length };
  return best;
}

/** How far an incident is in its source's own words, read in the reader's language where the word is a common one. Pure. */
import { textIn, type Language, type LocalText } from '../../server/contract/text.ts';

const common: readonly LocalText[] = [
  { zh: '待处置', en: 'Pending' },
  { zh: '已派单', en: 'Dispatched' },
  { zh: '在途', en: 'En route' },
  { zh: '已到场', en: 'On scene' },
  { zh: '处置中', en: 'In progress' },
  { zh: '已办结', en: 'Closed' },
];
const byWord = new Map(
  common.flatMap(
    (word) =>
      [
        [word.zh, word],
        [word.en.toLowerCase(), word],
      ] as const,
  ),
);

/** The word itself where it is not a common one: what a source says is never hidden. */
export function progressIn(sourceStatus: string, language: Language): string {
  const word = byWord.get(sourceStatus.trim().toLowerCase());
  return word ? textIn(word, language) : sourceStatus;
}

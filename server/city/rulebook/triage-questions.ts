/** Short forms for triage protocols, and the questions that several of them share. */
import type { TriageProtocol } from '../../contract/rulebook.ts';
import type { LocalText } from '../../contract/text.ts';
import { t } from './words.ts';

export type Question = TriageProtocol['questions'][number];
type Option = Question['options'][number];

export const ask = (id: string, text: LocalText, ...options: readonly Option[]): Question => ({
  id,
  text,
  options: [...options],
});
export const answer = (id: string, text: LocalText, says: Omit<Option, 'id' | 'text'> = {}): Option => ({
  id,
  text,
  ...says,
});

export const NOT_KNOWN = t('不清楚', 'Not known');

export const hurt = ask(
  'hurt',
  t('有人受伤吗？', 'Is anybody hurt?'),
  answer('no', t('没有', 'No')),
  answer('light', t('轻伤，能走动', 'Lightly, they can walk'), { priority: 2 }),
  answer('badly', t('重伤或昏迷', 'Badly, or unconscious'), { priority: 1 }),
  answer('many', t('三人以上重伤', 'Three or more badly'), { priority: 1, level: 3 }),
  answer('unknown', NOT_KNOWN, { priority: 2 }),
);

/** A warning as people read it, line by line, in one language: what the preview shows and what stands on paper. Pure. */
import { textIn, type Language, type LocalText } from '../../server/contract/text.ts';
import type { WarningMessage } from '../../server/contract/warnings.ts';
import type { Translate } from '../i18n/i18n.ts';
import { isUnreal, severityLooks, statusNames } from '../ui/warning-look.ts';

/** What of a message is read; a draft has it before it is one. */
export interface WarningWords extends Pick<
  WarningMessage,
  'urgency' | 'severity' | 'certainty' | 'event' | 'headline' | 'description' | 'instruction'
> {
  readonly status: WarningMessage['status'] | null;
  readonly areas: readonly string[];
  /** How long it is in force, or until when. */
  readonly until: string;
}

const said = (text: LocalText, language: Language): string => textIn(text, language).trim();

export function warningLines(w: WarningWords, t: Translate, language: Language): readonly string[] {
  const marks =
    w.status === null || isUnreal(w.status)
      ? [`【${w.status === null ? t('warn.status.none') : textIn(statusNames[w.status], language)}】`]
      : [];
  const head = [...marks, said(w.headline, language) || said(w.event, language)].join('');
  return [
    head,
    [
      said(w.event, language),
      textIn(severityLooks[w.severity].name, language),
      t(`cap.urgency.${w.urgency}`),
      t(`cap.certainty.${w.certainty}`),
    ]
      .filter(Boolean)
      .join(' · '),
    t('warn.text.areas', { areas: w.areas.join(', ') || t('unknown') }),
    w.until,
    said(w.description, language),
    said(w.instruction, language) && t('warn.text.do', { text: said(w.instruction, language) }),
  ].filter((line) => line !== '');
}

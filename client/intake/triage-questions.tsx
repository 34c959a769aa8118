/** The questions of a category's protocol, answered by click, arrows or the number keys, with what they make of the case. */
import { useId, type KeyboardEvent } from 'react';
import type { TriageProtocol } from '../../server/contract/rulebook.ts';
import { categories } from '../../server/contract/categories.ts';
import { useText } from '../desk/hooks.ts';
import { SeverityBars } from '../ui/severity.tsx';
import type { SeverityKey } from '../ui/tokens.ts';
import { changeDraft, useDraft } from './draft.ts';
import { urgencyOf } from './rules.ts';

export function TriageQuestions({ protocol }: { readonly protocol: TriageProtocol }) {
  const { t, text } = useText();
  const answers = useDraft((s) => s.answers);
  const ids = useId();
  const answer = (question: string, option: string): void =>
    changeDraft({ answers: { ...answers, [question]: option } });
  const byNumber = (event: KeyboardEvent, question: TriageProtocol['questions'][number]): void => {
    if (!/^[1-9]$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    // A number beyond the answers is a slip of the finger, not a key of the map's layers.
    event.preventDefault();
    const option = question.options[Number(event.key) - 1];
    if (option) answer(question.id, option.id);
  };
  return (
    <section className="cb-triage" aria-label={text(protocol.name)}>
      <h4>{text(protocol.name)}</h4>
      {protocol.questions.map((question) => (
        <fieldset key={question.id} onKeyDown={(event) => byNumber(event, question)}>
          <legend>{text(question.text)}</legend>
          {question.options.map((option, i) => (
            <label key={option.id} data-chosen={answers[question.id] === option.id}>
              <input
                type="radio"
                name={`${ids}-${question.id}`}
                checked={answers[question.id] === option.id}
                onChange={() => answer(question.id, option.id)}
              />
              <kbd>{i + 1}</kbd> {text(option.text)}
            </label>
          ))}
        </fieldset>
      ))}
      <p className="cb-note">{t('intake.triage.keys')}</p>
    </section>
  );
}

/** How urgent it will be, as it changes under the fingers. */
export function LiveUrgency({ protocol }: { readonly protocol: TriageProtocol | null }) {
  const { t, text } = useText();
  const { category, answers, severity } = useDraft();
  if (category === null) return null;
  const urgency = urgencyOf(category, protocol, answers);
  const shown = (severity ?? urgency.priority) as SeverityKey;
  return (
    <p className="cb-intake-urgency" role="status">
      {t('intake.priority')}{' '}
      <b className="cb-sev" data-severity={shown}>
        <SeverityBars severity={shown} /> {t(`inc.severity.${shown}`)}
      </b>
      {urgency.determinant && <span className="cb-badge">{t(`determinant.${urgency.determinant}`)}</span>}
      {severity !== null && <small>{t('intake.priority.byHand')}</small>}
      {urgency.category !== category && (
        <small>{t('intake.becomes', { name: text(categories[urgency.category].name) })}</small>
      )}
    </p>
  );
}

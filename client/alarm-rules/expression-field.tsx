/** An expression as it is typed: what is wrong with it is underlined in its place, the sentence stands below. */
import { useId, type RefObject } from 'react';
import type { RuleProblem } from '../../server/contract/alarm-api.ts';
import { useText } from '../desk/hooks.ts';
import type { ExpressionField as FieldName } from './palette.ts';
import { piecesOf } from './problems.ts';

export function ExpressionField({
  field,
  value,
  checked,
  problems,
  missing,
  placeholder,
  box,
  onChange,
  onFocus,
}: {
  readonly field: FieldName;
  readonly value: string;
  /** The text that the problems were found in. */
  readonly checked: string;
  readonly problems: readonly RuleProblem[];
  /** What is said where nothing was written though something must. */
  readonly missing: readonly string[];
  readonly placeholder?: string;
  readonly box: RefObject<HTMLTextAreaElement | null>;
  readonly onChange: (value: string) => void;
  readonly onFocus: () => void;
}) {
  const { t, text } = useText();
  const id = useId();
  const sentences = [...new Set([...missing, ...problems.map((p) => text(p.message))])];
  const wrong = sentences.length > 0;
  return (
    <div className="cb-field cb-expression">
      <label htmlFor={id}>{t(`rules.${field}`)}</label>
      <div className="cb-expression-box">
        {/* Lies below the text with the same measures, and carries the underlines. */}
        <div aria-hidden="true">
          {piecesOf(value, checked, problems).map((piece, i) =>
            piece.wrong ? <u key={i}>{piece.text}</u> : <span key={i}>{piece.text}</span>,
          )}
          {'\u200b'}
        </div>
        <textarea
          ref={box}
          id={id}
          value={value}
          rows={1}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          placeholder={placeholder}
          {...(wrong ? { 'aria-invalid': true, 'aria-describedby': `${id}-fault` } : {})}
          onFocus={onFocus}
          onChange={(event) => onChange(event.target.value)}
        />
      </div>
      <p className="cb-note">{t(`rules.${field}.help`)}</p>
      {wrong && (
        <div id={`${id}-fault`} className="cb-field-fault" role="status" data-old={value !== checked}>
          {sentences.map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
        </div>
      )}
    </div>
  );
}

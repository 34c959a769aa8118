/** When a rule rings: what it is about, its expressions with what they may name, and how long and how often. */
import { useRef, useState } from 'react';
import { subjectKinds, subjectNames } from '../../server/contract/alarm-fields.ts';
import { formatNumber } from '../desk/format.ts';
import { useText } from '../desk/hooks.ts';
import { Choice, NumberBox } from '../ui/fields.tsx';
import { changeForm } from './editor.ts';
import { ExpressionField } from './expression-field.tsx';
import { FieldPalette } from './field-palette.tsx';
import { exampleOf, expressionFields, insertInto, type ExpressionField as Name } from './palette.ts';
import { inField } from './problems.ts';
import { blankCount, type FieldProblem, type RuleForm } from './rule-form.ts';
import type { RuleCheck } from './use-check.ts';

/** What the check found, in a line: it is whole and watches so many, or it is being looked at. */
function CheckLine({ form, check }: { readonly form: RuleForm; readonly check: RuleCheck }) {
  const { t, text, language } = useText();
  const { answer, checking, error } = check;
  const line = (): string => {
    if (form.when.trim() === '') return t('rules.check.none');
    if (checking) return t('rules.check.busy');
    if (error) return t('rules.check.failed', { reason: error.message });
    if (!answer) return t('rules.check.busy');
    if (!answer.ok) return t('rules.check.wrong', { n: answer.problems.length });
    if (answer.watches === undefined) return t('rules.check.ok');
    const params = { n: formatNumber(answer.watches, language), kind: text(subjectNames[form.subject]) };
    return t('rules.check.watches', params);
  };
  return (
    <p className="cb-check" role="status" data-ok={!checking && answer?.ok === true}>
      {line()}
    </p>
  );
}

export function EditorCondition({
  form,
  check,
  problems,
}: {
  readonly form: RuleForm;
  readonly check: RuleCheck;
  /** Those that are shown. */
  readonly problems: readonly FieldProblem[];
}) {
  const { t, text } = useText();
  const [target, setTarget] = useState<Name>('when');
  const boxes = {
    where: useRef<HTMLTextAreaElement>(null),
    when: useRef<HTMLTextAreaElement>(null),
    until: useRef<HTMLTextAreaElement>(null),
    suppressWhen: useRef<HTMLTextAreaElement>(null),
  };
  const [more, setMore] = useState(() => form.where !== '' || form.until !== '' || form.suppressWhen !== '');
  const said = (field: string): readonly string[] =>
    inField(problems, field).map((p) => t(p.said.key, p.said.params));
  const insert = (what: string): void => {
    const box = boxes[target].current;
    if (!box) return;
    const next = insertInto(form[target], box.selectionStart, box.selectionEnd, what);
    changeForm({ [target]: next.text });
    // The caret can only be placed once the new text is drawn.
    requestAnimationFrame(() => {
      box.focus();
      box.setSelectionRange(next.caret, next.caret);
    });
  };
  const shown = expressionFields.filter((field) => more || field === 'when');
  return (
    <fieldset className="cb-form-part">
      <legend>{t('rules.part.condition')}</legend>
      <Choice
        label={t('rules.subject')}
        value={form.subject}
        options={subjectKinds.map((kind) => ({ value: kind, label: text(subjectNames[kind]) }))}
        onChange={(subject) => changeForm({ subject })}
      />
      {shown.map((field) => (
        <ExpressionField
          key={field}
          field={field}
          value={form[field]}
          checked={check.about[field]}
          problems={inField(check.answer?.problems ?? [], field)}
          missing={said(field)}
          box={boxes[field]}
          {...(field === 'when' ? { placeholder: exampleOf[form.subject] } : {})}
          onChange={(value) => changeForm({ [field]: value })}
          onFocus={() => setTarget(field)}
        />
      ))}
      <CheckLine form={form} check={check} />
      {!more && (
        <button type="button" className="cb-link" onClick={() => setMore(true)}>
          {t('rules.moreExpressions')}
        </button>
      )}
      <FieldPalette
        subject={form.subject}
        field={more ? target : 'when'}
        areas={form.areas.map((area) => area.id.trim()).filter(Boolean)}
        onInsert={insert}
      />
      <div className="cb-form-two">
        <NumberBox
          label={t('rules.onDelayS')}
          help={t('rules.onDelayS.help')}
          unit={t('rules.seconds')}
          min={0}
          max={86_400}
          value={form.onDelayS}
          faults={said('onDelayS')}
          onChange={(onDelayS) => changeForm({ onDelayS })}
        />
        <NumberBox
          label={t('rules.offDelayS')}
          help={t('rules.offDelayS.help')}
          unit={t('rules.seconds')}
          min={0}
          max={86_400}
          value={form.offDelayS}
          faults={said('offDelayS')}
          onChange={(offDelayS) => changeForm({ offDelayS })}
        />
      </div>
      <label className="cb-check-box">
        <input
          type="checkbox"
          checked={form.count !== null}
          onChange={(event) => changeForm({ count: event.target.checked ? blankCount : null })}
        />
        {t('rules.count')}
      </label>
      {form.count && (
        <div className="cb-form-three">
          {(['atLeast', 'withinMin', 'withinM'] as const).map((name) => (
            <NumberBox
              key={name}
              label={t(`rules.count.${name}`)}
              value={form.count![name]}
              min={name === 'atLeast' ? 2 : 0.1}
              step={name === 'atLeast' ? 1 : 'any'}
              faults={said(`count.${name}`)}
              onChange={(value) => changeForm({ count: { ...form.count!, [name]: value } })}
            />
          ))}
        </div>
      )}
    </fieldset>
  );
}

/** A public warning is written; beside the fields stands how people will read it. It goes out only when somebody else approves. */
import { App, Button } from 'antd';
import { useMemo, useRef, useState } from 'react';
import {
  capCategories,
  capCertainties,
  capSeverities,
  capUrgencies,
  type WarningDraft,
} from '../../server/contract/warnings.ts';
import type { Language } from '../../server/contract/text.ts';
import { useGiver } from '../account/use-giver.ts';
import { formatSpan } from '../desk/format.ts';
import { useRecord, useText } from '../desk/hooks.ts';
import { translator } from '../i18n/i18n.ts';
import { BothLanguages, Choice, NumberBox } from '../ui/fields.tsx';
import { toFault } from '../ui/to-fault.ts';
import { severityLooks, statusNames } from '../ui/warning-look.ts';
import { AreaPicker } from './area-picker.tsx';
import {
  areasOf,
  changeWarning,
  readWarning,
  writeWarning,
  type WarningField,
  type WarningForm,
} from './draft.ts';
import { useDistricts } from './use-districts.ts';
import { warningLines } from './warning-text.ts';

const statuses = ['Actual', 'Exercise', 'Test'] as const satisfies readonly WarningDraft['status'][];
const MINUTE_MS = 60_000;
/** The first of them takes the focus when it cannot be handed in. */
const WRONG = '[aria-invalid="true"], [data-invalid="true"]';
const textFields = [
  ['event', 1],
  ['headline', 1],
  ['description', 3],
  ['instruction', 3],
] as const;

function Status({ form, faults }: { readonly form: WarningForm; readonly faults: readonly string[] }) {
  const { t, text } = useText();
  return (
    <fieldset className="cb-field cb-statuses" tabIndex={-1} data-invalid={faults.length > 0}>
      <legend>{t('warn.status')}</legend>
      {form.updates !== null && <p className="cb-note">{t('warn.status.stays')}</p>}
      {statuses.map((status) => (
        <label key={status}>
          <input
            type="radio"
            name="status"
            checked={form.status === status}
            disabled={form.updates !== null && form.status !== status}
            onChange={() => changeWarning({ status })}
          />
          <b>{text(statusNames[status])}</b> <small>{t(`warn.status.${status}`)}</small>
        </label>
      ))}
      {faults.map((fault) => (
        <p key={fault} className="cb-field-fault">
          {fault}
        </p>
      ))}
    </fieldset>
  );
}

function Categories({ form, faults }: { readonly form: WarningForm; readonly faults: readonly string[] }) {
  const { t } = useText();
  return (
    <fieldset className="cb-field cb-categories" tabIndex={-1} data-invalid={faults.length > 0}>
      <legend>{t('warn.categories')}</legend>
      {capCategories.map((category) => (
        <label key={category}>
          <input
            type="checkbox"
            checked={form.categories.includes(category)}
            onChange={(event) =>
              changeWarning({
                categories: event.target.checked
                  ? [...form.categories, category]
                  : form.categories.filter((c) => c !== category),
              })
            }
          />
          {t(`cap.category.${category}`)}
        </label>
      ))}
      {faults.map((fault) => (
        <p key={fault} className="cb-field-fault">
          {fault}
        </p>
      ))}
    </fieldset>
  );
}

/** As it will be read, in both languages. */
function Preview({ form, areas }: { readonly form: WarningForm; readonly areas: readonly string[] }) {
  const { t, language } = useText();
  const other = language === 'zh-CN' ? 'en-US' : 'zh-CN';
  const linesIn = (lang: Language): readonly string[] => {
    const say = translator(lang);
    const span = formatSpan(form.minutes === null ? null : form.minutes * MINUTE_MS, lang);
    return warningLines({ ...form, areas, until: say('warn.text.minutes', { span }) }, say, lang);
  };
  return (
    <section className="cb-preview" aria-label={t('warn.preview')}>
      <h4>{t('warn.preview')}</h4>
      {([language, other] as const).map((lang) => (
        <blockquote key={lang} lang={lang}>
          {linesIn(lang).map((line, i) => (
            <p key={i}>{line}</p>
          ))}
        </blockquote>
      ))}
      <p className="cb-note">{t('warn.preview.cap')}</p>
    </section>
  );
}

export function DraftForm({
  form,
  onDrafted,
}: {
  readonly form: WarningForm;
  readonly onDrafted: (id: string | undefined) => void;
}) {
  const { t, text } = useText();
  const { message } = App.useApp();
  const districts = useDistricts();
  const updated = useRecord('warning', form.updates ?? undefined);
  const { busy, said, clear, give } = useGiver();
  const [tried, setTried] = useState(false);
  const root = useRef<HTMLFormElement>(null);
  const read = useMemo(() => readWarning(form, districts), [form, districts]);
  const areas = useMemo(() => areasOf(form, districts).map((a) => a.description), [form, districts]);
  const faults = (field: WarningField): readonly string[] =>
    read.problems
      .filter((p) => p.field === field && (tried || p.said.key.startsWith('text.')))
      .map((p) => t(p.said.key, p.said.params));
  const names = (label: string) => ({
    zh: `${label} (${t('rules.inChinese')})`,
    en: `${label} (${t('rules.inEnglish')})`,
  });
  const submit = async (): Promise<void> => {
    if (busy) return;
    setTried(true);
    if (!read.draft) {
      toFault(root.current, WRONG);
      return;
    }
    const result = await give('warning.draft', { draft: read.draft });
    if (!result) return;
    writeWarning(null);
    void message.success(t('warn.drafted'), 4);
    onDrafted(result.warning);
  };
  return (
    <form
      ref={root}
      className="cb-rule-form"
      aria-label={t(form.updates === null ? 'warn.new' : 'warn.update')}
      onChange={said === null ? undefined : clear}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <h3>{t(form.updates === null ? 'warn.new' : 'warn.update')}</h3>
      {form.updates !== null && (
        <p className="cb-note">
          {t('warn.update.of', {
            name: updated ? text(updated.message.headline) || text(updated.message.event) : form.updates,
          })}
        </p>
      )}
      <p className="cb-note">{t('warn.twoPeople')}</p>
      <Status form={form} faults={faults('status')} />
      <div className="cb-form-three">
        <Choice
          label={t('warn.severity')}
          value={form.severity}
          options={capSeverities.map((value) => ({ value, label: text(severityLooks[value].name) }))}
          onChange={(severity) => changeWarning({ severity })}
        />
        <Choice
          label={t('warn.urgency')}
          value={form.urgency}
          options={capUrgencies.map((value) => ({ value, label: t(`cap.urgency.${value}`) }))}
          onChange={(urgency) => changeWarning({ urgency })}
        />
        <Choice
          label={t('warn.certainty')}
          value={form.certainty}
          options={capCertainties.map((value) => ({ value, label: t(`cap.certainty.${value}`) }))}
          onChange={(certainty) => changeWarning({ certainty })}
        />
      </div>
      {textFields.map(([field, rows]) => (
        <BothLanguages
          key={field}
          label={t(`warn.${field}`)}
          names={names(t(`warn.${field}`))}
          rows={rows}
          value={form[field]}
          faults={faults(field)}
          onChange={(value) => changeWarning({ [field]: value })}
        />
      ))}
      <Categories form={form} faults={faults('categories')} />
      <AreaPicker form={form} districts={districts} faults={faults('areas')} />
      <NumberBox
        label={t('warn.minutes')}
        help={t('warn.minutes.help')}
        unit={t('rules.minutes')}
        min={5}
        max={10_080}
        value={form.minutes}
        faults={faults('minutes')}
        onChange={(minutes) => changeWarning({ minutes })}
      />
      <Preview form={form} areas={areas} />
      <footer className="cb-form-foot">
        {tried && read.problems.length > 0 && (
          <p className="cb-field-fault" role="alert">
            {t('warn.notDrafted', { n: read.problems.length })}
          </p>
        )}
        {said !== null && (
          <p className="cb-field-fault" role="alert">
            {said}
          </p>
        )}
        <div className="cb-form-buttons">
          <Button type="primary" htmlType="submit" loading={busy}>
            {t('warn.draftIt')}
          </Button>
          <Button onClick={() => writeWarning(null)}>{t('rules.discard')}</Button>
        </div>
      </footer>
    </form>
  );
}

/**
 * A rule is written: its parts, a trial run, and the words for the log. It is saved only whole, and only over what was read;
 * whoever was faster is named, and what they wrote can be read first.
 */
import { App, Button } from 'antd';
import { useMemo, useRef, useState } from 'react';
import type { RuleRecord } from '../../server/contract/alarms.ts';
import { session, timeZone } from '../desk/desk.ts';
import { formatMoment } from '../desk/format.ts';
import { useNow, useRecord, useRecords, useText } from '../desk/hooks.ts';
import { BothLanguages, TextBox } from '../ui/fields.tsx';
import { toFault } from '../ui/to-fault.ts';
import { DryRun } from './dry-run-view.tsx';
import { EditorCondition } from './editor-condition.tsx';
import { EditorRelations } from './editor-relations.tsx';
import { EditorWork } from './editor-work.tsx';
import {
  changeForm,
  changeWriting,
  editRule,
  openRule,
  overtaken,
  stopWriting,
  type Writing,
} from './editor.ts';
import { inField } from './problems.ts';
import { formOfRule, proposeId, readRule, sameForm } from './rule-form.ts';
import { useRuleCheck } from './use-check.ts';
import { useRuleCommands } from './use-rule-commands.ts';

const noneTaken: ReadonlySet<string> = new Set();

/** Somebody changed the rule since it was read. */
function Overtaken({ by }: { readonly by: RuleRecord | 'deleted' }) {
  const { t, language } = useText();
  const nowMs = useNow();
  if (by === 'deleted')
    return (
      <div className="cb-conflict" role="alert">
        <p>{t('rules.conflict.deleted')}</p>
        <Button size="small" onClick={stopWriting}>
          {t('rules.discard')}
        </Button>
      </div>
    );
  return (
    <div className="cb-conflict" role="alert">
      <p>
        {t('rules.conflict', {
          name: by.changedBy ?? t('rules.somebody'),
          version: by.version,
          time:
            by.changedAtMs === undefined
              ? t('unknown')
              : formatMoment(by.changedAtMs, nowMs, language, timeZone()),
        })}
      </p>
      {by.reason !== undefined && <p className="cb-note">{by.reason}</p>}
      <Button size="small" onClick={() => editRule(by)}>
        {t('rules.reload')}
      </Button>
    </div>
  );
}

export function RuleEditor({ writing }: { readonly writing: Writing }) {
  const { t } = useText();
  const { message } = App.useApp();
  const { base, enabled, reason } = writing;
  const rules = useRecords('rule');
  const stored = useRecord('rule', base?.id);
  const [tried, setTried] = useState(false);
  const root = useRef<HTMLFormElement>(null);
  const { busy, said, conflict, clear, give } = useRuleCommands();
  const taken = useMemo(() => (base ? noneTaken : new Set(rules.map((r) => r.id))), [base, rules]);
  // An id that nobody chose comes of the name.
  const proposed = proposeId(writing.form.name, taken);
  const form = useMemo(
    () => (writing.form.id === '' ? { ...writing.form, id: proposed } : writing.form),
    [writing.form, proposed],
  );
  const read = useMemo(() => readRule(form, taken), [form, taken]);
  const check = useRuleCheck(form);
  const overtakenBy = overtaken(base, stored);
  const shown = read.problems.filter((p) => tried || p.missing !== true);
  const saidOf = (field: string): readonly string[] =>
    inField(shown, field).map((p) => t(p.said.key, p.said.params));
  const changed = base === null || enabled !== base.enabled || !sameForm(writing.form, formOfRule(base.rule));
  const faultless = check.answer?.ok !== false || check.checking;

  const save = async (): Promise<void> => {
    if (busy) return;
    setTried(true);
    if (!read.rule || !faultless) {
      toFault(root.current, '[aria-invalid="true"]');
      return;
    }
    const words = reason.trim();
    const payload = { rule: read.rule, enabled, ...(words === '' ? {} : { reason: words }) };
    if (!(await give('rule.save', payload, base?.version))) return;
    stopWriting();
    openRule(read.rule.id);
    void message.success(t('rules.saved'), 3);
  };
  const discard = (): void => {
    stopWriting();
    openRule(base?.id ?? null);
  };
  return (
    <form
      ref={root}
      className="cb-rule-form"
      aria-label={t(base ? 'rules.edit' : 'rules.new')}
      onChange={said === null ? undefined : clear}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        void save();
      }}
    >
      <h3>{t(base ? 'rules.edit' : 'rules.new')}</h3>
      {overtakenBy && <Overtaken by={overtakenBy} />}
      <BothLanguages
        label={t('rules.name')}
        names={{
          zh: `${t('rules.name')} (${t('rules.inChinese')})`,
          en: `${t('rules.name')} (${t('rules.inEnglish')})`,
        }}
        value={form.name}
        faults={saidOf('name')}
        onChange={(name) => changeForm({ name })}
      />
      <TextBox
        label={t('rules.id')}
        help={base ? t('rules.id.stays') : t('rules.id.help')}
        value={writing.form.id}
        placeholder={proposed}
        disabled={base !== null}
        faults={saidOf('id')}
        onChange={(id) => changeForm({ id })}
      />
      <EditorCondition form={form} check={check} problems={shown} />
      <EditorWork form={form} problems={shown} />
      <EditorRelations form={form} problems={shown.filter((p) => /^(groupM|explains|areas)/.test(p.field))} />
      <DryRun form={form} />
      <TextBox
        label={t('rules.reason')}
        maxLength={500}
        value={reason}
        placeholder={t('rules.reason.help')}
        onChange={(next) => changeWriting({ reason: next })}
      />
      <footer className="cb-form-foot">
        {tried && read.problems.length > 0 && (
          <p className="cb-field-fault" role="alert">
            {t('rules.notSaved', { n: read.problems.length })}
          </p>
        )}
        {!faultless && tried && (
          <p className="cb-field-fault" role="alert">
            {t('rules.notSaved.check')}
          </p>
        )}
        {said !== null && !conflict && (
          <p className="cb-field-fault" role="alert">
            {said}
          </p>
        )}
        {conflict && !overtakenBy && (
          <p className="cb-field-fault" role="alert">
            {said}{' '}
            <button type="button" className="cb-link" onClick={() => session().resync()}>
              {t('rules.resync')}
            </button>
          </p>
        )}
        <div className="cb-form-buttons">
          <Button type="primary" htmlType="submit" loading={busy} disabled={!changed || overtakenBy !== null}>
            {t('rules.save')} <kbd>Ctrl ⏎</kbd>
          </Button>
          <Button onClick={discard}>{t('rules.discard')}</Button>
          <label className="cb-check-box">
            <input
              type="checkbox"
              checked={enabled}
              onChange={(event) => changeWriting({ enabled: event.target.checked })}
            />
            {t('rules.enabled')}
          </label>
        </div>
      </footer>
    </form>
  );
}

/** What a rule asks of people: how urgent, why, what happens otherwise, what to do, who answers for it and who comes next. */
import { Button } from 'antd';
import { alarmPriorities, priorityTargets, type AlarmPriority } from '../../server/contract/alarms.ts';
import { categories, categoryCodes, type CategoryCode } from '../../server/contract/categories.ts';
import { roleNames, roles, type Role } from '../../server/contract/roles.ts';
import { useDepartments } from '../desk/departments.ts';
import { formatShare } from '../desk/format.ts';
import { useRecords, useText } from '../desk/hooks.ts';
import { BothLanguages, Choice, NumberBox } from '../ui/fields.tsx';
import { changeForm } from './editor.ts';
import { PriorityMark } from './priority-mark.tsx';
import { inField } from './problems.ts';
import { writtenFields, type FieldProblem, type RuleForm } from './rule-form.ts';
import { rulesByPriority } from './rule-list.ts';

interface Part {
  readonly form: RuleForm;
  readonly problems: readonly FieldProblem[];
}

/** Shares are held against what the rules that are on have, so that one sees what a third emergency rule does. */
function Priority({ form }: { readonly form: RuleForm }) {
  const { t, language } = useText();
  const shares = rulesByPriority(useRecords('rule'));
  const set = (priority: AlarmPriority): void => changeForm({ priority });
  return (
    <fieldset className="cb-field cb-priorities">
      <legend>{t('rules.priority')}</legend>
      {alarmPriorities.map((p) => (
        <label key={p} data-priority={p}>
          <input type="radio" name="priority" checked={form.priority === p} onChange={() => set(p)} />
          <b>
            <PriorityMark priority={p} named />
          </b>
          <span>{t(`rules.priority.${p}`)}</span>
          <small>
            {t('rules.priority.share', {
              target: formatShare(priorityTargets[p], language),
              now: formatShare(shares?.[p], language),
            })}
          </small>
        </label>
      ))}
    </fieldset>
  );
}

function Escalation({ form, problems }: Part) {
  const { t, text } = useText();
  const options = roles.map((role) => ({ value: role, label: text(roleNames[role]) }));
  const set = (at: number, step: RuleForm['escalate'][number] | null): void =>
    changeForm({
      escalate: form.escalate.flatMap((old, i) => (i !== at ? [old] : step === null ? [] : [step])),
    });
  return (
    <div className="cb-form-list" role="group" aria-label={t('rules.escalate')}>
      <b>{t('rules.escalate')}</b>
      <p className="cb-note">{t('rules.escalate.help')}</p>
      {form.escalate.map((step, i) => (
        <div key={i} className="cb-form-row">
          <NumberBox
            label={t('rules.escalate.afterMin')}
            unit={t('rules.minutes')}
            min={1}
            max={1_440}
            value={step.afterMin}
            faults={inField(problems, `escalate.${i}`).map((p) => t(p.said.key, p.said.params))}
            onChange={(afterMin) => set(i, { ...step, afterMin })}
          />
          <Choice
            label={t('rules.escalate.to')}
            value={step.to}
            options={options}
            onChange={(to) => set(i, { ...step, to })}
          />
          <Button size="small" onClick={() => set(i, null)}>
            {t('rules.remove')}
          </Button>
        </div>
      ))}
      <Button
        size="small"
        disabled={form.escalate.length >= 5}
        onClick={() => changeForm({ escalate: [...form.escalate, { afterMin: 5, to: 'supervisor' }] })}
      >
        {t('rules.escalate.add')}
      </Button>
    </div>
  );
}

const byFamily = (group: (code: CategoryCode) => string, label: (code: CategoryCode) => string) =>
  categoryCodes.map((code) => ({ value: code as CategoryCode | '', label: label(code), group: group(code) }));

function Template({ form }: { readonly form: RuleForm }) {
  const { t, text } = useText();
  const { incident } = form;
  return (
    <div className="cb-form-two">
      <Choice<CategoryCode | ''>
        label={t('rules.incident')}
        value={incident?.category ?? ''}
        options={[
          { value: '', label: t('rules.incident.none') },
          ...byFamily(
            (code) => t(`inc.family.${categories[code].family}`),
            (code) => text(categories[code].name),
          ),
        ]}
        onChange={(category) =>
          changeForm({
            incident: category === '' ? null : { category, severity: incident?.severity ?? null },
          })
        }
      />
      <Choice
        label={t('rules.incident.severity')}
        value={String(incident?.severity ?? '')}
        disabled={incident === null}
        options={[
          { value: '', label: t('rules.incident.byCategory') },
          ...([1, 2, 3, 4] as const).map((s) => ({ value: String(s), label: t(`inc.severity.${s}`) })),
        ]}
        onChange={(severity) =>
          incident &&
          changeForm({ incident: { ...incident, severity: severity === '' ? null : Number(severity) } })
        }
      />
    </div>
  );
}

export function EditorWork({ form, problems }: Part) {
  const { t, text } = useText();
  const departments = useDepartments();
  const said = (field: string): readonly string[] =>
    inField(problems, field).map((p) => t(p.said.key, p.said.params));
  const names = { zh: t('rules.inChinese'), en: t('rules.inEnglish') };
  const named = (field: string) => ({ zh: `${field} (${names.zh})`, en: `${field} (${names.en})` });
  return (
    <fieldset className="cb-form-part">
      <legend>{t('rules.part.work')}</legend>
      <Priority form={form} />
      {writtenFields
        .filter((field) => field !== 'name')
        .map((field) => (
          <BothLanguages
            key={field}
            label={t(`rules.${field}`)}
            help={t(`rules.${field}.help`)}
            names={named(t(`rules.${field}`))}
            rows={field === 'response' ? 3 : 2}
            value={form[field]}
            faults={said(field)}
            onChange={(value) => changeForm({ [field]: value })}
          />
        ))}
      <div className="cb-form-two">
        <Choice<Role>
          label={t('rules.owner')}
          value={form.owner.role}
          options={roles.map((role) => ({ value: role, label: text(roleNames[role]) }))}
          onChange={(role) => changeForm({ owner: { ...form.owner, role } })}
        />
        <Choice
          label={t('rules.owner.department')}
          value={form.owner.department ?? ''}
          options={[
            { value: '', label: t('rules.owner.any') },
            ...departments.map((d) => ({ value: d.id, label: text(d.name) })),
          ]}
          onChange={(department) =>
            changeForm({ owner: { ...form.owner, department: department === '' ? null : department } })
          }
        />
      </div>
      <Escalation form={form} problems={problems} />
      <Template form={form} />
    </fieldset>
  );
}

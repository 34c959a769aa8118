/** A rule as it is read: when it rings, why, what to do, who answers for it; supervisors change it from here. */
import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import type { RuleKpi } from '../../server/contract/alarm-api.ts';
import { subjectNames } from '../../server/contract/alarm-fields.ts';
import type { RuleRecord } from '../../server/contract/alarms.ts';
import { categories } from '../../server/contract/categories.ts';
import { roleNames } from '../../server/contract/roles.ts';
import { useMay } from '../account/me.ts';
import { departmentName, useDepartments } from '../desk/departments.ts';
import { timeZone } from '../desk/desk.ts';
import { formatDistance, formatMoment, formatNumber, formatShare, formatSpan } from '../desk/format.ts';
import { useNow, useRecords, useText } from '../desk/hooks.ts';
import type { MessageKey } from '../i18n/i18n.ts';
import { editRule, newRule, useRuleEditor } from './editor.ts';
import { PriorityMark } from './priority-mark.tsx';
import { useRuleCommands } from './use-rule-commands.ts';

function Line({ name, children }: { readonly name: MessageKey; readonly children: ReactNode }) {
  const { t } = useText();
  return (
    <div>
      <dt>{t(name)}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** What is done to a rule as a whole; switching and deleting say why. */
function Deeds({ record }: { readonly record: RuleRecord }) {
  const { t } = useText();
  const rules = useRecords('rule');
  const may = useMay('rule.save');
  // One at a time: what is being written is not thrown away by a click.
  const writing = useRuleEditor((s) => s.writing !== null);
  const [asked, setAsked] = useState<'switch' | 'delete' | null>(null);
  const [reason, setReason] = useState('');
  const { busy, said, give } = useRuleCommands();
  if (!may) return <p className="cb-note">{t('rules.readOnly')}</p>;
  const words = reason.trim();
  const carryOut = async (): Promise<void> => {
    const taken =
      asked === 'delete'
        ? words !== '' && (await give('rule.delete', { rule: record.id, reason: words }, record.version))
        : await give(
            'rule.switch',
            {
              rule: record.id,
              enabled: !record.enabled,
              ...(words === '' ? {} : { reason: words }),
            },
            record.version,
          );
    if (!taken) return;
    setAsked(null);
    setReason('');
  };
  const toggle = (what: 'switch' | 'delete') => () => setAsked(asked === what ? null : what);
  const switchWord = t(record.enabled ? 'rules.switchOff' : 'rules.switchOn');
  return (
    <div className="cb-rule-deeds">
      <div className="cb-form-buttons">
        <Button size="small" type="primary" disabled={writing} onClick={() => editRule(record)}>
          {t('rules.edit')}
        </Button>
        <Button size="small" aria-expanded={asked === 'switch'} onClick={toggle('switch')}>
          {switchWord}
        </Button>
        <Button
          size="small"
          disabled={writing}
          onClick={() => newRule(new Set(rules.map((r) => r.id)), record)}
        >
          {t('rules.copy')}
        </Button>
        <Button size="small" aria-expanded={asked === 'delete'} onClick={toggle('delete')}>
          {t('rules.delete')}
        </Button>
      </div>
      {asked !== null && (
        <form
          className="cb-form-row"
          onSubmit={(event) => {
            event.preventDefault();
            void carryOut();
          }}
        >
          <input
            autoFocus
            className="cb-input"
            maxLength={500}
            value={reason}
            placeholder={t(asked === 'delete' ? 'rules.delete.why' : 'rules.switch.why')}
            aria-label={t(asked === 'delete' ? 'rules.delete.why' : 'rules.switch.why')}
            onChange={(event) => setReason(event.target.value)}
          />
          <Button size="small" htmlType="submit" loading={busy} disabled={asked === 'delete' && words === ''}>
            {asked === 'delete' ? t('rules.delete') : switchWord}
          </Button>
        </form>
      )}
      {said !== null && (
        <p className="cb-field-fault" role="alert">
          {said}
        </p>
      )}
    </div>
  );
}

export function RuleCard({
  record,
  kpi,
}: {
  readonly record: RuleRecord;
  /** Of the last 24 hours; undefined where it is not known. */
  readonly kpi: RuleKpi | undefined;
}) {
  const { t, text, language } = useText();
  const nowMs = useNow();
  const departments = useDepartments();
  const rules = useRecords('rule');
  const { rule, enabled, version, changedBy, changedAtMs, reason } = record;
  const nameOf = (id: string): string => {
    const other = rules.find((r) => r.id === id);
    return other ? text(other.rule.name) : id;
  };
  const delay = (seconds: number): string =>
    seconds === 0 ? t('rules.delays.none') : formatSpan(seconds * 1_000, language);
  const expression = (name: MessageKey, value: string | undefined) =>
    value !== undefined && (
      <Line name={name}>
        <code className="cb-code">{value}</code>
      </Line>
    );
  const { owner, count, incident } = rule;
  return (
    <article className="cb-rule-card" aria-label={text(rule.name)}>
      <header>
        <h3>{text(rule.name)}</h3>
        <p className="cb-card-tags">
          <PriorityMark priority={rule.priority} named />
          <span>{text(subjectNames[rule.subject])}</span>
          <span data-off={!enabled}>{t(enabled ? 'rules.on' : 'rules.off')}</span>
          <span>{version === 0 ? t('rules.version.0') : t('rules.version', { n: version })}</span>
          <code>{rule.id}</code>
        </p>
      </header>
      <Deeds record={record} />
      <dl className="cb-rule-facts">
        {expression('rules.where', rule.where)}
        {expression('rules.when', rule.when)}
        {expression('rules.until', rule.until)}
        {expression('rules.suppressWhen', rule.suppressWhen)}
        <Line name="rules.delays">
          {t('rules.delays.value', {
            on: delay(rule.onDelayS),
            off: delay(rule.offDelayS),
          })}
        </Line>
        {count && (
          <Line name="rules.count">
            {t('rules.count.value', {
              n: count.atLeast,
              min: formatNumber(count.withinMin, language),
              distance: formatDistance(count.withinM, language),
            })}
          </Line>
        )}
        <Line name="rules.purpose">{text(rule.purpose)}</Line>
        <Line name="rules.consequence">{text(rule.consequence)}</Line>
        <Line name="rules.response">
          <b className="cb-detail">{text(rule.response)}</b>
        </Line>
        <Line name="rules.owner">
          {text(roleNames[owner.role])}
          {owner.department !== undefined && ` · ${departmentName(owner.department, departments, language)}`}
        </Line>
        {rule.escalate.length > 0 && (
          <Line name="rules.escalate">
            {rule.escalate
              .map((step) =>
                t('rules.escalate.value', {
                  n: formatNumber(step.afterMin, language),
                  role: text(roleNames[step.to]),
                }),
              )
              .join(' → ')}
          </Line>
        )}
        {rule.groupM !== undefined && (
          <Line name="rules.groupM">{formatDistance(rule.groupM, language)}</Line>
        )}
        {rule.explains.length > 0 && (
          <Line name="rules.explains">
            {rule.explains
              .map(
                (e) =>
                  nameOf(e.rule) +
                  (e.withinM === undefined
                    ? ''
                    : ` (${t('rules.within', { distance: formatDistance(e.withinM, language) })})`),
              )
              .join(', ')}
          </Line>
        )}
        {rule.areas.length > 0 && (
          <Line name="rules.areas">
            {rule.areas.map((a) => t('rules.area.value', { id: a.id, n: a.ring.length })).join(', ')}
          </Line>
        )}
        {incident && (
          <Line name="rules.incident">
            {text(categories[incident.category].name)}
            {incident.severity !== undefined &&
              ` · ${t(`inc.severity.${incident.severity as 1 | 2 | 3 | 4}`)}`}
          </Line>
        )}
        <Line name="rules.last24h">
          {kpi
            ? t('rules.last24h.value', {
                n: formatNumber(kpi.rung, language),
                share: formatShare(kpi.share, language),
                ack: formatShare(kpi.acknowledgedShare, language),
              })
            : t('rules.last24h.none')}
        </Line>
        {changedAtMs !== undefined && (
          <Line name="rules.changed">
            {[changedBy, formatMoment(changedAtMs, nowMs, language, timeZone()), reason]
              .filter(Boolean)
              .join(' · ')}
          </Line>
        )}
      </dl>
    </article>
  );
}

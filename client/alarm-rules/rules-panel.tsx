/** The alarm rules: all of them, the one that is open, and for supervisors the one that is being written. */
import { PlusOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useMemo, useState } from 'react';
import type { RuleKpi } from '../../server/contract/alarm-api.ts';
import { subjectKinds, subjectNames, type SubjectKind } from '../../server/contract/alarm-fields.ts';
import {
  alarmPriorities,
  alarmPriorityNames,
  type AlarmPriority,
  type RuleRecord,
} from '../../server/contract/alarms.ts';
import { useMay } from '../account/me.ts';
import { useKpi } from '../alarm-kpi/use-kpi.ts';
import { formatNumber, UNKNOWN } from '../desk/format.ts';
import { useRecords, useText } from '../desk/hooks.ts';
import { newRule, openRule, useRuleEditor } from './editor.ts';
import { PriorityMark } from './priority-mark.tsx';
import { RuleCard } from './rule-card.tsx';
import { RuleEditor } from './rule-editor.tsx';
import { filterRules, isFilteringRules, noRuleFilter, type RuleFilter } from './rule-list.ts';

const onlys = ['all', 'on', 'off'] as const;
const sorts = ['priority', 'name', 'rung'] as const;

function Filters({
  filter,
  change,
}: {
  readonly filter: RuleFilter;
  readonly change: (part: Partial<RuleFilter>) => void;
}) {
  const { t, text } = useText();
  return (
    <div className="cb-filters">
      <div className="cb-filter-row">
        <input
          className="cb-input"
          value={filter.text}
          placeholder={t('rules.filter')}
          aria-label={t('rules.filter')}
          onChange={(event) => change({ text: event.target.value })}
        />
      </div>
      <div className="cb-filter-row">
        <select
          className="cb-input"
          aria-label={t('rules.subject')}
          value={filter.subject}
          onChange={(event) => change({ subject: event.target.value as SubjectKind | '' })}
        >
          <option value="">{t('rules.filter.subject')}</option>
          {subjectKinds.map((kind) => (
            <option key={kind} value={kind}>
              {text(subjectNames[kind])}
            </option>
          ))}
        </select>
        <select
          className="cb-input"
          aria-label={t('rules.priority')}
          value={filter.priority}
          onChange={(event) => change({ priority: Number(event.target.value) as AlarmPriority | 0 })}
        >
          <option value={0}>{t('rules.filter.priority')}</option>
          {alarmPriorities.map((p) => (
            <option key={p} value={p}>
              {p} {text(alarmPriorityNames[p])}
            </option>
          ))}
        </select>
        <select
          className="cb-input"
          aria-label={t('rules.filter.only')}
          value={filter.only}
          onChange={(event) => change({ only: event.target.value as RuleFilter['only'] })}
        >
          {onlys.map((only) => (
            <option key={only} value={only}>
              {t(`rules.filter.${only}`)}
            </option>
          ))}
        </select>
        <select
          className="cb-input"
          aria-label={t('rules.sort')}
          value={filter.sort}
          onChange={(event) => change({ sort: event.target.value as RuleFilter['sort'] })}
        >
          {sorts.map((sort) => (
            <option key={sort} value={sort}>
              {t(`rules.sort.${sort}`)}
            </option>
          ))}
        </select>
      </div>
    </div>
  );
}

function Row({
  record,
  chosen,
  rung,
}: {
  readonly record: RuleRecord;
  readonly chosen: boolean;
  /** Null: not known. */
  readonly rung: number | null;
}) {
  const { t, text, language } = useText();
  const { rule, enabled, version } = record;
  return (
    <li>
      <button
        type="button"
        className="cb-rule-row"
        aria-current={chosen}
        data-off={!enabled}
        onClick={() => openRule(record.id)}
      >
        <PriorityMark priority={rule.priority} />
        <b>{text(rule.name)}</b>
        <span className="cb-rule-rung" title={t('rules.last24h')}>
          {rung === null ? UNKNOWN : t('rules.rung24h', { n: formatNumber(rung, language) })}
        </span>
        <small>
          {text(subjectNames[rule.subject])} · {t(enabled ? 'rules.on' : 'rules.off')} ·{' '}
          {version === 0 ? t('rules.version.0') : t('rules.version', { n: version })}
        </small>
      </button>
    </li>
  );
}

export default function RulesPanel() {
  const { t } = useText();
  const all = useRecords('rule');
  const mayWrite = useMay('rule.save');
  const { open, writing } = useRuleEditor();
  const [filter, setFilter] = useState<RuleFilter>(noRuleFilter);
  const { data: kpi } = useKpi(24);
  const kpis = useMemo(
    (): ReadonlyMap<string, RuleKpi> => new Map((kpi?.rules ?? []).map((r) => [r.rule, r])),
    [kpi],
  );
  const shown = useMemo(
    () => filterRules(all, filter, new Map([...kpis].map(([id, r]) => [id, r.rung]))),
    [all, filter, kpis],
  );
  const record = all.find((r) => r.id === open);
  const beside = record ? 'card' : writing ? 'editor' : null;
  return (
    <div className="cb-split" data-open={beside !== null}>
      <div className="cb-split-list">
        <Filters filter={filter} change={(part) => setFilter((f) => ({ ...f, ...part }))} />
        <p className="cb-panel-head">
          <span>{t('rules.shown', { shown: shown.length, total: all.length })}</span>
          {mayWrite && (
            <Button
              size="small"
              icon={<PlusOutlined />}
              disabled={writing !== null}
              onClick={() => newRule(new Set(all.map((r) => r.id)))}
            >
              {t('rules.new')}
            </Button>
          )}
        </p>
        {shown.length === 0 ? (
          <p className="cb-empty">
            {t(isFilteringRules(filter) ? 'rules.empty.filtered' : 'rules.empty')}
            {isFilteringRules(filter) && (
              <Button
                size="small"
                type="link"
                onClick={() => setFilter({ ...noRuleFilter, sort: filter.sort })}
              >
                {t('inc.filter.clear')}
              </Button>
            )}
          </p>
        ) : (
          <ul className="cb-rows-list" aria-label={t('panel.rules')}>
            {shown.map((r) => (
              <Row
                key={r.id}
                record={r}
                chosen={r.id === (open ?? writing?.base?.id)}
                rung={kpi ? (kpis.get(r.id)?.rung ?? 0) : null}
              />
            ))}
          </ul>
        )}
      </div>
      {/* What is shown anew is shown from its beginning. */}
      <div key={`${beside} ${record?.id ?? ''}`} className="cb-split-beside">
        {record && (
          <>
            <Button
              size="small"
              className="cb-back"
              data-always={writing !== null}
              onClick={() => openRule(null)}
            >
              {t(writing ? 'rules.backToWriting' : 'rules.back')}
            </Button>
            <RuleCard key={record.id} record={record} kpi={kpis.get(record.id)} />
          </>
        )}
        {!record && writing && (
          <RuleEditor key={`${writing.base?.id ?? ''}@${writing.base?.version ?? 'new'}`} writing={writing} />
        )}
        {beside === null && <p className="cb-empty">{t('rules.choose')}</p>}
      </div>
    </div>
  );
}

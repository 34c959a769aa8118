/** Public warnings: what other authorities say, and our own, which go out once a second person approved them. */
import { PlusOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useMemo, useState } from 'react';
import type { WarningRecord } from '../../server/contract/warnings.ts';
import { useMay } from '../account/me.ts';
import { useNow, useRecords, useText } from '../desk/hooks.ts';
import { DraftForm } from './draft-form.tsx';
import { blankWarning, useWarningForm, writeWarning } from './draft.ts';
import { groupWarnings, noWarningFilter, type WarningFilter, type WarningGroup } from './filter.ts';
import { ExpiryMark, SeverityMark, StateMark, StatusMark } from './parts.tsx';
import { WarningCard } from './warning-card.tsx';

const groups: readonly WarningGroup[] = ['waiting', 'in-force', 'over'];
const directions = ['all', 'in', 'out'] as const;

function Row({
  record,
  chosen,
  onOpen,
}: {
  readonly record: WarningRecord;
  readonly chosen: boolean;
  readonly onOpen: () => void;
}) {
  const { t, text } = useText();
  const { message, direction, state } = record;
  return (
    <li>
      <button
        type="button"
        className="cb-warning-row"
        aria-current={chosen}
        data-unreal={message.status !== 'Actual'}
        onClick={onOpen}
      >
        <span className="cb-warning-marks">
          <StatusMark status={message.status} />
          <SeverityMark severity={message.severity} />
          {state !== 'in-force' && <StateMark record={record} />}
          <ExpiryMark record={record} />
        </span>
        <b>{text(message.headline) || text(message.event)}</b>
        <small>
          {t(direction === 'out' ? 'warn.own' : 'warn.official')} · {message.senderName ?? message.sender} ·{' '}
          {message.areas.map((area) => area.description).join(', ')}
        </small>
      </button>
    </li>
  );
}

function Filters({
  filter,
  change,
}: {
  readonly filter: WarningFilter;
  readonly change: (part: Partial<WarningFilter>) => void;
}) {
  const { t } = useText();
  return (
    <div className="cb-filters">
      <div className="cb-filter-row">
        <input
          className="cb-input"
          value={filter.text}
          placeholder={t('warn.filter')}
          aria-label={t('warn.filter.by')}
          title={t('warn.filter.by')}
          onChange={(event) => change({ text: event.target.value })}
        />
        <select
          className="cb-input"
          aria-label={t('warn.filter.direction')}
          value={filter.direction}
          onChange={(event) => change({ direction: event.target.value as WarningFilter['direction'] })}
        >
          {directions.map((direction) => (
            <option key={direction} value={direction}>
              {t(`warn.direction.${direction}`)}
            </option>
          ))}
        </select>
        <label className="cb-check-box">
          <input
            type="checkbox"
            checked={filter.over}
            onChange={(event) => change({ over: event.target.checked })}
          />
          {t('warn.filter.over')}
        </label>
      </div>
    </div>
  );
}

export default function WarningsPanel() {
  const { t } = useText();
  const nowMs = useNow();
  const all = useRecords('warning');
  const mayDraft = useMay('warning.draft');
  const form = useWarningForm((s) => s.form);
  const [open, setOpen] = useState<string | null>(null);
  const [filter, setFilter] = useState<WarningFilter>(noWarningFilter);
  const grouped = useMemo(() => groupWarnings(all, filter, nowMs), [all, filter, nowMs]);
  const record = all.find((w) => w.id === open);
  const shown = groups.reduce((sum, group) => sum + grouped[group].length, 0);
  const beside = form !== null || record !== undefined;
  return (
    <div className="cb-split" data-open={beside}>
      <div className="cb-split-list">
        <Filters filter={filter} change={(part) => setFilter((f) => ({ ...f, ...part }))} />
        <p className="cb-panel-head">
          <span>
            {t('warn.count', { waiting: grouped.waiting.length, force: grouped['in-force'].length })}
          </span>
          {mayDraft && (
            <Button
              size="small"
              icon={<PlusOutlined />}
              disabled={form !== null}
              onClick={() => writeWarning(blankWarning)}
            >
              {t('warn.new')}
            </Button>
          )}
        </p>
        {shown === 0 && (
          <p className="cb-empty">
            {t(all.length === 0 ? 'warn.empty' : filter.over ? 'warn.empty.filtered' : 'warn.empty.now')}
          </p>
        )}
        {groups.map(
          (group) =>
            grouped[group].length > 0 && (
              <section key={group}>
                <h4 className="cb-list-head">{t(`warn.group.${group}`)}</h4>
                <ul className="cb-rows-list" aria-label={t(`warn.group.${group}`)}>
                  {grouped[group].map((w) => (
                    <Row key={w.id} record={w} chosen={w.id === open} onOpen={() => setOpen(w.id)} />
                  ))}
                </ul>
              </section>
            ),
        )}
      </div>
      {/* What is shown anew is shown from its beginning. */}
      <div key={form === null ? record?.id : 'draft'} className="cb-split-beside">
        {form === null && record && (
          <>
            <Button size="small" className="cb-back" onClick={() => setOpen(null)}>
              {t('warn.back')}
            </Button>
            <WarningCard key={record.id} record={record} />
          </>
        )}
        {form !== null && <DraftForm form={form} onDrafted={(id) => setOpen(id ?? null)} />}
        {!beside && <p className="cb-empty">{t('warn.choose')}</p>}
      </div>
    </div>
  );
}

/** The log of alarms: what rang, what people did about it, what became of rules, warnings and shifts. */
import { Button } from 'antd';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { AlarmLogLine } from '../../server/contract/alarm-api.ts';
import { PriorityMark } from '../alarm-rules/priority-mark.tsx';
import { timeZone } from '../desk/desk.ts';
import { formatMoment } from '../desk/format.ts';
import { useNow, useText } from '../desk/hooks.ts';
import { fetchLog } from '../sync/alarm-api.ts';
import { ApiError } from '../sync/api.ts';
import { filterLog, logGroups, logWord, type LogFilter, type LogGroup } from './log-lines.ts';

const FRESH_MS = 15_000;
const PAGE = 200;
/** As the server answers at most. */
const MOST = 1_000;

export function AlarmLog({ hours }: { readonly hours: number }) {
  const { t, text, language } = useText();
  const nowMs = useNow();
  const [limit, setLimit] = useState(PAGE);
  const [filter, setFilter] = useState<LogFilter>({ group: 'all', text: '' });
  const { data, error } = useQuery({
    queryKey: ['alarm-log', hours, limit],
    queryFn: ({ signal }) => fetchLog({ hours, limit }, signal),
    staleTime: FRESH_MS,
    refetchInterval: FRESH_MS,
    placeholderData: keepPreviousData,
  });
  const word = useMemo(
    () =>
      (type: string): string => {
        const key = logWord(type);
        return key === null ? type : t(key);
      },
    [t],
  );
  const lines = data ?? [];
  const shown = useMemo(() => filterLog(data ?? [], filter, word), [data, filter, word]);
  const line = (l: AlarmLogLine) => (
    <tr key={l.seq}>
      <td>
        <time>{formatMoment(l.atMs, nowMs, language, timeZone())}</time>
      </td>
      <td>
        {l.priority !== undefined && <PriorityMark priority={l.priority} />} <b>{word(l.type)}</b>{' '}
        {l.number !== undefined && `A${l.number} `}
        {l.name && text(l.name)}
        {l.text !== undefined && <span className="cb-detail"> {l.text}</span>}
      </td>
      <td>{l.by === 'system' ? t('alog.system') : l.by}</td>
    </tr>
  );
  return (
    <div className="cb-alog">
      <div className="cb-filter-row">
        <input
          className="cb-input"
          value={filter.text}
          placeholder={t('alog.filter')}
          aria-label={t('alog.filter')}
          onChange={(event) => setFilter({ ...filter, text: event.target.value })}
        />
        <select
          className="cb-input"
          aria-label={t('alog.group')}
          value={filter.group}
          onChange={(event) => setFilter({ ...filter, group: event.target.value as LogGroup })}
        >
          {logGroups.map((group) => (
            <option key={group} value={group}>
              {t(`alog.group.${group}`)}
            </option>
          ))}
        </select>
        <span className="cb-count">{t('alog.shown', { shown: shown.length, total: lines.length })}</span>
      </div>
      {error && !data && (
        <p className="cb-field-fault" role="alert">
          {t('alog.failed', { reason: error instanceof ApiError ? text(error.text) : error.message })}
        </p>
      )}
      {data && shown.length === 0 && (
        <p className="cb-empty">{t(lines.length === 0 ? 'alog.empty' : 'alog.empty.filtered', { hours })}</p>
      )}
      {shown.length > 0 && (
        <table className="cb-table cb-log-table">
          <thead>
            <tr>
              <th scope="col">{t('alog.time')}</th>
              <th scope="col">{t('alog.what')}</th>
              <th scope="col">{t('alog.who')}</th>
            </tr>
          </thead>
          <tbody>{shown.map(line)}</tbody>
        </table>
      )}
      {lines.length >= limit && limit < MOST && (
        <Button size="small" onClick={() => setLimit(Math.min(MOST, limit * 2))}>
          {t('alog.more')}
        </Button>
      )}
    </div>
  );
}

/** Search over the whole city: places, roads, links, units, incidents, vehicles; Chinese, pinyin and English. */
import { Input, type InputRef } from 'antd';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useEffect, useRef, useState } from 'react';
import type { SearchHit } from '../../server/contract/api.ts';
import { useDesk } from '../desk/desk.ts';
import { useText } from '../desk/hooks.ts';
import { ApiError, searchCity } from '../sync/api.ts';
import { goTo } from './deeds.ts';

export default function SearchPanel() {
  const { t, text } = useText();
  const q = useDesk((s) => s.searchText);
  const setQ = (searchText: string): void => {
    useDesk.setState({ searchText });
    setAt(0);
  };
  const [at, setAt] = useState(0);
  const input = useRef<InputRef>(null);
  const asked = useDesk((s) => s.searchAsked);
  useEffect(() => {
    if (asked === 0) return undefined;
    // The tab comes to the front in the same turn; only then can its field take the focus.
    const timer = setTimeout(() => input.current?.focus(), 0);
    return () => clearTimeout(timer);
  }, [asked]);
  const wanted = useDeferredValue(q.trim());
  const { data, error, isFetching } = useQuery({
    queryKey: ['search', wanted],
    queryFn: ({ signal }) => searchCity(wanted, signal),
    enabled: wanted !== '',
    placeholderData: keepPreviousData,
    staleTime: 5_000,
  });
  const hits: readonly SearchHit[] = wanted === '' ? [] : (data ?? []);
  const onKey = (event: React.KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const hit = hits[at];
    if (event.key === 'ArrowDown') setAt(Math.min(hits.length - 1, at + 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(0, at - 1));
    else if (event.key === 'Enter' && hit) goTo(hit);
    else return;
    event.preventDefault();
  };
  return (
    <div className="cb-column">
      <div className="cb-filters">
        <Input
          ref={input}
          size="small"
          allowClear
          value={q}
          placeholder={t('search.placeholder')}
          aria-label={t('panel.search')}
          aria-controls="cb-hits"
          onChange={(event) => setQ(event.target.value)}
          onKeyDown={onKey}
        />
      </div>
      {wanted === '' && <p className="cb-empty">{t('search.hint')}</p>}
      {error && (
        <p className="cb-empty" role="alert">
          {t('search.failed', { reason: error instanceof ApiError ? text(error.text) : error.message })}
        </p>
      )}
      {wanted !== '' && !error && !isFetching && hits.length === 0 && (
        <p className="cb-empty">{t('search.empty', { q: wanted })}</p>
      )}
      <ul id="cb-hits" className="cb-hits">
        {hits.map((hit, i) => (
          <li key={`${hit.kind}:${hit.id}`}>
            <button type="button" data-active={i === at} onFocus={() => setAt(i)} onClick={() => goTo(hit)}>
              <span className="cb-hit-kind">{t(`search.kind.${hit.kind}`)}</span>
              <span className="cb-hit-name">{text(hit.name)}</span>
              {hit.detail && <small>{text(hit.detail)}</small>}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

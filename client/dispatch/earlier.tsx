/** Closed cases at the same place: they come up by themselves. */
import { categories, isCategory } from '../../server/contract/categories.ts';
import type { IncidentRecord } from '../../server/contract/records.ts';
import { select } from '../desk/desk.ts';
import { formatDistance } from '../desk/format.ts';
import { useText } from '../desk/hooks.ts';
import { Clock, Section } from './bits.tsx';
import { useTimeline } from './use-timeline.ts';

export function EarlierCases({ incident }: { readonly incident: IncidentRecord }) {
  const { t, text, language } = useText();
  const { data } = useTimeline(incident);
  if (!data || data.earlier.length === 0) return null;
  return (
    <Section title={t('case.earlier', { n: data.earlier.length })}>
      <ul className="cb-plain cb-earlier">
        {data.earlier.map((e) => (
          <li key={e.incident}>
            <button type="button" onClick={() => select({ kind: 'incident', id: e.incident }, { fly: true })}>
              #{e.number}
            </button>
            <span title={text(e.title)}>
              {isCategory(e.category) ? text(categories[e.category].name) : e.category} · {text(e.title)}
            </span>
            <small>
              <Clock atMs={e.reportedAtMs} /> · {formatDistance(e.distanceM, language)}
              {e.score !== undefined && ` · ${t('case.score', { n: e.score })}`}
            </small>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** What is handed over, as it is read on the screen and on paper. */
import type { HandoverRecord } from '../../server/contract/alarms.ts';
import { alarmPriorityNames, type AlarmPriority } from '../../server/contract/alarms.ts';
import { timeZone } from '../desk/desk.ts';
import { formatClock, formatDay, formatMoment, formatSpan } from '../desk/format.ts';
import { useText } from '../desk/hooks.ts';
import { groupItems, type HandoverItem } from './handover.ts';

/** Their notes are what people said; those of others tell how they stand. */
const withReason: ReadonlySet<HandoverItem['kind']> = new Set(['shelved', 'out-of-service']);

export function ItemList({
  items,
  atMs,
}: {
  readonly items: readonly HandoverItem[];
  readonly atMs: number;
}) {
  const { t, text, language } = useText();
  const zone = timeZone();
  const groups = groupItems(items);
  if (groups.length === 0) return <p className="cb-empty">{t('handover.nothing')}</p>;
  const numberOf = (item: HandoverItem): string =>
    item.number === undefined ? '' : item.kind === 'incident' ? `#${item.number}` : `A${item.number}`;
  const urgency = (item: HandoverItem): string => {
    if (item.priority === undefined) return '';
    return item.kind === 'incident'
      ? t(`inc.severity.${item.priority as 1 | 2 | 3 | 4}`)
      : `${item.priority} ${text(alarmPriorityNames[item.priority as AlarmPriority])}`;
  };
  return (
    <>
      {groups.map((group) => (
        <section key={group.kind} className="cb-handover-group">
          <h4>{t(`handover.kind.${group.kind}`, { n: group.items.length })}</h4>
          <ul>
            {group.items.map((item) => (
              <li key={item.id}>
                <b>{numberOf(item)}</b>
                <span>
                  {text(item.name)}
                  {item.note !== undefined && item.note !== '' && (
                    <small>
                      {' '}
                      {withReason.has(item.kind) ? t('handover.itemNote', { note: item.note }) : item.note}
                    </small>
                  )}
                </span>
                <span>{urgency(item)}</span>
                <small>
                  {formatMoment(item.sinceMs, atMs, language, zone)} (
                  {formatSpan(Math.max(0, atMs - item.sinceMs), language)})
                </small>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

export function HandoverSheet({ handover }: { readonly handover: HandoverRecord }) {
  const { t, language } = useText();
  const zone = timeZone();
  // With its day: it is read on paper too, and later.
  const at = (ms: number): string => `${formatDay(ms, language, zone)} ${formatClock(ms, language, zone)}`;
  const { offeredBy, offeredAtMs, note, items, signedBy, signedAtMs } = handover;
  return (
    <article className="cb-handover-sheet">
      <header>
        <h3>{t('handover.title')}</h3>
        <p>{t('handover.offered', { name: offeredBy.name, time: at(offeredAtMs) })}</p>
        <p data-signed={signedBy !== undefined}>
          {signedBy
            ? t('handover.signed', {
                name: signedBy.name,
                time: signedAtMs === undefined ? t('unknown') : at(signedAtMs),
              })
            : t('handover.unsigned')}
        </p>
      </header>
      {note !== '' && (
        <section>
          <h4>{t('handover.note')}</h4>
          <p className="cb-detail">{note}</p>
        </section>
      )}
      <ItemList items={items} atMs={offeredAtMs} />
    </article>
  );
}

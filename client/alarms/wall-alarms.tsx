/** The alarms on the wall: the most urgent of those that stand, a few. */
import { useMemo } from 'react';
import { alarmPriorityNames, alarmStateNames } from '../../server/contract/alarms.ts';
import { formatAgo } from '../desk/format.ts';
import { useNow, useRecords, useText } from '../desk/hooks.ts';
import { PriorityShape } from '../ui/priority.tsx';
import { codeOf, isExplained, isStanding, isUnacknowledged } from './alarm-state.ts';
import { byUrgency } from './filter.ts';

const SHOWN = 6;

export function WallAlarms() {
  const { t, text, language } = useText();
  const nowMs = useNow();
  const alarms = useRecords('alarm');
  const list = useMemo(
    () =>
      alarms
        .filter((a) => isStanding(a) && !isExplained(a))
        .sort(byUrgency)
        .slice(0, SHOWN),
    [alarms],
  );
  return (
    <section className="cb-wall-severe cb-wall-alarms" aria-label={t('wall.alarms')}>
      <h2>{t('wall.alarms')}</h2>
      {list.length === 0 && <p>{t('wall.alarms.none')}</p>}
      <ul>
        {list.map((alarm) => (
          <li key={alarm.id}>
            <PriorityShape priority={alarm.priority} solid={isUnacknowledged(alarm)} size={28} />
            <span>
              <b>
                {codeOf(alarm)} {text(alarm.name)}
              </b>
              <small>
                <b className="cb-alarm-word" data-priority={alarm.priority}>
                  {text(alarmPriorityNames[alarm.priority])}
                </b>{' '}
                {text(alarmStateNames[alarm.state])} · {text(alarm.subject.name)}
              </small>
            </span>
            <time>{formatAgo(nowMs - alarm.raisedAtMs, language)}</time>
          </li>
        ))}
      </ul>
    </section>
  );
}

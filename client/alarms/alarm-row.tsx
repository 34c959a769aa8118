/** One line of the alarm list: how urgent, which, where, the value against its limit, since when, and in what state. */
import { CaretDownFilled, CaretRightFilled } from '@ant-design/icons';
import { alarmPriorityNames, alarmStateNames, type AlarmRecord } from '../../server/contract/alarms.ts';
import { roleNames } from '../../server/contract/roles.ts';
import { formatAgo } from '../desk/format.ts';
import { useDistrictNames, useNow, useText } from '../desk/hooks.ts';
import { PriorityShape } from '../ui/priority.tsx';
import { codeOf, isUnacknowledged } from './alarm-state.ts';
import { unfold } from './alarm-view.ts';
import { factLine, factShort, mainFact } from './fact-words.ts';
import type { AlarmRow } from './rows.ts';

/** All marks flash together: their clock is the page's, not the moment they were drawn. */
function flashTogether(mark: HTMLElement | null): void {
  for (const flash of mark?.getAnimations() ?? []) flash.startTime = 0;
}

/** A small mark that flashes until somebody acknowledges; a ring where it is over. */
function Unacknowledged({ returned }: { readonly returned: boolean }) {
  const { t } = useText();
  return (
    <i ref={flashTogether} className="cb-unack" data-returned={returned} title={t('alarm.unacknowledged')} />
  );
}

/** A sign to click; the keyboard folds with the arrows to the left and right. */
function Fold({ row }: { readonly row: AlarmRow }) {
  if (row.folded === null) return <span className="cb-alarm-fold" />;
  return (
    <span
      className="cb-alarm-fold"
      data-fold
      onClick={(event) => {
        event.stopPropagation();
        unfold(row.key, row.folded === true);
      }}
    >
      {row.folded ? <CaretRightFilled aria-hidden="true" /> : <CaretDownFilled aria-hidden="true" />}
    </span>
  );
}

/** Where it is: the subject, and its district where that says more. */
function Place({ alarm }: { readonly alarm: AlarmRecord }) {
  const { text } = useText();
  const names = useDistrictNames();
  const { subject } = alarm;
  const district = subject.district === undefined ? undefined : names.get(subject.district);
  const words = [text(subject.name), district && text(district)].filter(Boolean).join(' · ');
  return (
    <span className="cb-alarm-place" title={words}>
      {words}
    </span>
  );
}

function Fact({ alarm }: { readonly alarm: AlarmRecord }) {
  const { language } = useText();
  const names = useDistrictNames();
  const fact = mainFact(alarm);
  if (!fact) return null;
  return (
    <span className="cb-alarm-fact" title={factLine(fact, language, names)}>
      {factShort(fact, language, names)}
    </span>
  );
}

/** What its state and history say in words. */
function StateWords({ alarm }: { readonly alarm: AlarmRecord }) {
  const { t, text, language } = useText();
  const nowMs = useNow();
  const { state, count, active, uncertain, escalated, incident, shelved } = alarm;
  return (
    <>
      <b className="cb-alarm-state" data-state={state}>
        {text(alarmStateNames[state])}
      </b>
      {!active && state !== 'returned' && <span>{t('alarm.over')}</span>}
      {state === 'shelved' && shelved && (
        <span title={shelved.reason}>
          {t('alarm.shelved.left', { span: formatLeft(shelved.untilMs - nowMs, language) })}
        </span>
      )}
      {count > 1 && <span title={t('alarm.count', { n: count })}>×{count}</span>}
      {uncertain && <span className="cb-badge">{t('alarm.uncertain')}</span>}
      {escalated && <span>{t('alarm.escalated', { role: text(roleNames[escalated.to]) })}</span>}
      {incident && <span>→ #{incident.number}</span>}
    </>
  );
}

const formatLeft = (ms: number, language: Parameters<typeof formatAgo>[1]): string => {
  const minutes = Math.max(0, Math.ceil(ms / 60_000));
  return language === 'zh-CN' ? `${minutes} 分钟` : `${minutes} min`;
};

function OneAlarm({
  row,
  dense,
}: {
  readonly row: Extract<AlarmRow, { kind: 'alarm' }>;
  readonly dense: boolean;
}) {
  const { t, text, language } = useText();
  const nowMs = useNow();
  const { alarm, children } = row;
  const unacknowledged = isUnacknowledged(alarm);
  const name = (
    <span className="cb-alarm-name" title={`${text(alarm.name)} · ${text(alarm.subject.name)}`}>
      <span>
        <small>{codeOf(alarm)}</small> {text(alarm.name)}
      </span>
      {children > 0 && (
        <small className="cb-alarm-children">
          {t(row.folded ? 'alarm.children.folded' : 'alarm.children', { n: children })}
        </small>
      )}
    </span>
  );
  return (
    <div
      className="cb-alarm"
      data-dense={dense}
      data-depth={row.depth}
      data-unacknowledged={unacknowledged}
      data-active={alarm.active}
      data-priority={alarm.priority}
    >
      <Fold row={row} />
      <span className="cb-alarm-shape" title={text(alarmPriorityNames[alarm.priority])}>
        <PriorityShape priority={alarm.priority} solid={unacknowledged} />
        <span className="cb-hidden">{text(alarmPriorityNames[alarm.priority])}</span>
        {unacknowledged && <Unacknowledged returned={alarm.state === 'returned'} />}
      </span>
      {name}
      <span className="cb-alarm-age">{formatAgo(nowMs - alarm.raisedAtMs, language)}</span>
      <span className="cb-alarm-line">
        <Fact alarm={alarm} />
        <StateWords alarm={alarm} />
        <Place alarm={alarm} />
      </span>
    </div>
  );
}

/** Many of one kind in a flood, in one line. */
function Group({
  row,
  dense,
}: {
  readonly row: Extract<AlarmRow, { kind: 'group' }>;
  readonly dense: boolean;
}) {
  const { t, text, language } = useText();
  const nowMs = useNow();
  const names = useDistrictNames();
  const { first, members, unacknowledged } = row;
  const district = first.subject.district === undefined ? undefined : names.get(first.subject.district);
  return (
    <div
      className="cb-alarm"
      data-group
      data-dense={dense}
      data-depth={0}
      data-unacknowledged={unacknowledged > 0}
      data-priority={row.priority}
    >
      <Fold row={row} />
      <span className="cb-alarm-shape" title={text(alarmPriorityNames[row.priority])}>
        <PriorityShape priority={row.priority} solid={unacknowledged > 0} />
        <span className="cb-hidden">{text(alarmPriorityNames[row.priority])}</span>
        {unacknowledged > 0 && <Unacknowledged returned={false} />}
      </span>
      <span className="cb-alarm-name">
        <b>{t('alarm.group', { name: text(first.name), n: members.length })}</b>
      </span>
      <span className="cb-alarm-age">{formatAgo(nowMs - first.lastRaisedAtMs, language)}</span>
      <span className="cb-alarm-line">
        <span className="cb-badge">{t('alarm.group.merged')}</span>
        <span>{t('alarm.group.open', { n: unacknowledged })}</span>
        <span className="cb-alarm-place">{district ? text(district) : ''}</span>
      </span>
    </div>
  );
}

export function AlarmRowView({ row, dense }: { readonly row: AlarmRow; readonly dense: boolean }) {
  return row.kind === 'alarm' ? <OneAlarm row={row} dense={dense} /> : <Group row={row} dense={dense} />;
}

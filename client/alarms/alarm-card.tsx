/**
 * One alarm, whole: what, where, what to do, why it rang, what follows, who did what, and what happened last time.
 * Everything but the trend and the past is drawn from the live record.
 */
import { useQuery } from '@tanstack/react-query';
import type { AlarmAnswer } from '../../server/contract/alarm-api.ts';
import { alarmPriorityNames, alarmStateNames, type AlarmRecord } from '../../server/contract/alarms.ts';
import { roleNames } from '../../server/contract/roles.ts';
import { CardError, CardHead, Row, Rows } from '../app/details/parts.tsx';
import { departmentName, useDepartments } from '../desk/departments.ts';
import { select } from '../desk/desk.ts';
import { formatSpan } from '../desk/format.ts';
import { useDistrictNames, useRecord, useRecords, useText } from '../desk/hooks.ts';
import { Clock, Moment, Section } from '../dispatch/bits.tsx';
import { fetchAlarm } from '../sync/alarm-api.ts';
import { PriorityShape } from '../ui/priority.tsx';
import { AlarmActs, AskHere } from './alarm-acts.tsx';
import { AlarmChart } from './alarm-chart.tsx';
import { codeOf, isUnacknowledged } from './alarm-state.ts';
import { factsOf, factWords } from './fact-words.ts';
import { byUrgency } from './filter.ts';
import { SubjectLink } from './subject-link.tsx';
import { isTrend } from './trend.ts';

/** The past changes with the alarm, its trend with time. */
const ASK_EVERY_MS = 15_000;

function AlarmButton({ alarm }: { readonly alarm: AlarmRecord }) {
  const { text } = useText();
  return (
    <button type="button" onClick={() => select({ kind: 'alarm', id: alarm.id })}>
      {codeOf(alarm)} {text(alarm.name)} · {text(alarm.subject.name)}
    </button>
  );
}

function IncidentButton({ id, number }: { readonly id: string; readonly number: number }) {
  return (
    <button type="button" onClick={() => select({ kind: 'incident', id })}>
      #{number}
    </button>
  );
}

/** The values it rang for, and those of now where they differ. */
function Facts({ alarm }: { readonly alarm: AlarmRecord }) {
  const { t, language } = useText();
  const names = useDistrictNames();
  const then = new Map(alarm.facts.map((f) => [f.field, factWords(f, language, names).value]));
  return (
    <table className="cb-alarm-facts">
      <tbody>
        {factsOf(alarm).map((fact) => {
          const { name, value, limit } = factWords(fact, language, names);
          const before = then.get(fact.field);
          return (
            <tr key={`${fact.field} ${String(fact.limit)}`}>
              <th scope="row">{name}</th>
              <td>
                <b>{value}</b>
                {before !== undefined && before !== value && (
                  <small> {t('alarm.fact.then', { value: before })}</small>
                )}
              </td>
              <td>{limit !== null && t('alarm.fact.limit', { limit })}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Earlier({ earlier }: { readonly earlier: AlarmAnswer['earlier'] }) {
  const { t, language } = useText();
  if (earlier.length === 0) return <p className="cb-note">{t('alarm.earlier.none')}</p>;
  return (
    <ul className="cb-plain">
      {earlier.map((e) => (
        <li key={e.raisedAtMs} className="cb-alarm-earlier">
          <Clock atMs={e.raisedAtMs} />
          <span>
            {[
              e.endedAtMs === undefined
                ? null
                : t('alarm.earlier.lasted', { span: formatSpan(e.endedAtMs - e.raisedAtMs, language) }),
              e.count > 1 ? `×${e.count}` : null,
              e.acknowledgedBy === undefined
                ? t('alarm.earlier.nobody')
                : t('alarm.earlier.acknowledged', {
                    name: e.acknowledgedBy,
                    span: formatSpan(e.acknowledgedAfterMs, language),
                  }),
              e.shelvedFor === undefined ? null : t('alarm.earlier.shelved', { reason: e.shelvedFor }),
            ]
              .filter((part) => part !== null)
              .join(' · ')}
            {e.incident && (
              <span className="cb-chips">
                <IncidentButton {...e.incident} />
              </span>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Who did what to it, and who answers for its rule. */
function Story({ alarm }: { readonly alarm: AlarmRecord }) {
  const { t, text, language } = useText();
  const rule = useRecord('rule', alarm.rule)?.rule;
  const departments = useDepartments();
  const { acknowledged, shelved, outOfService, escalated, returnedAtMs, incident } = alarm;
  return (
    <Rows>
      <Row name="alarm.since" wide>
        <Moment atMs={alarm.raisedAtMs} />
      </Row>
      {alarm.count > 1 && (
        <Row name="alarm.last" wide>
          {t('alarm.count', { n: alarm.count })} · <Moment atMs={alarm.lastRaisedAtMs} />
        </Row>
      )}
      {returnedAtMs !== undefined && (
        <Row name="alarm.returned" wide>
          <Moment atMs={returnedAtMs} />
        </Row>
      )}
      <Row name="alarm.acknowledged" wide>
        {acknowledged ? (
          <>
            {acknowledged.by} · <Moment atMs={acknowledged.atMs} />
          </>
        ) : (
          t('alarm.acknowledged.nobody')
        )}
      </Row>
      {shelved && (
        <Row name="alarm.shelved" wide>
          {shelved.by}: {shelved.reason} · {t('alarm.until')} <Clock atMs={shelved.untilMs} />
        </Row>
      )}
      {outOfService && (
        <Row name="alarm.outOfService" wide>
          {outOfService.by}: {outOfService.reason} · <Moment atMs={outOfService.atMs} />
        </Row>
      )}
      {escalated && (
        <Row name="alarm.escalatedTo" wide>
          {text(roleNames[escalated.to])} · <Moment atMs={escalated.atMs} />
        </Row>
      )}
      {incident && (
        <Row name="alarm.incident" wide>
          <span className="cb-chips">
            <IncidentButton {...incident} />
          </span>
        </Row>
      )}
      {rule && (
        <>
          <Row name="alarm.owner" wide>
            {[
              text(roleNames[rule.owner.role]),
              rule.owner.department === undefined
                ? null
                : departmentName(rule.owner.department, departments, language),
            ]
              .filter(Boolean)
              .join(' · ')}
          </Row>
          <Row name="alarm.purpose" wide>
            {text(rule.purpose)}
          </Row>
        </>
      )}
    </Rows>
  );
}

function Children({ alarm }: { readonly alarm: AlarmRecord }) {
  const { t } = useText();
  const all = useRecords('alarm');
  const children = all.filter((a) => a.parent === alarm.id).sort(byUrgency);
  if (children.length === 0) return null;
  return (
    <Section title={t('alarm.childrenOf', { n: children.length })}>
      <p className="cb-chips">
        {children.map((child) => (
          <AlarmButton key={child.id} alarm={child} />
        ))}
      </p>
    </Section>
  );
}

export function AlarmCard({ id }: { readonly id: string }) {
  const { t, text } = useText();
  const alarm = useRecord('alarm', id);
  const rule = useRecord('rule', alarm?.rule)?.rule;
  const parent = useRecord('alarm', alarm?.parent);
  const { data, error } = useQuery({
    queryKey: ['alarm', id, alarm?.state, alarm?.count],
    queryFn: ({ signal }) => fetchAlarm(id, signal),
    refetchInterval: ASK_EVERY_MS,
    placeholderData: (before) => before,
    retry: false,
    enabled: alarm !== undefined,
  });
  if (!alarm) return <p className="cb-empty">{t('alarm.gone')}</p>;
  const { priority, state, subject } = alarm;
  return (
    <article className="cb-card cb-alarm-card">
      <CardHead
        kind="alarm.one"
        title={
          <>
            <span className="cb-case-number">{codeOf(alarm)}</span> {text(alarm.name)}
          </>
        }
        selection={{ kind: 'alarm', id }}
        position={subject.position}
        lead={<PriorityShape priority={priority} solid={isUnacknowledged(alarm)} size={26} />}
      />
      <p className="cb-card-tags">
        <b className="cb-alarm-word" data-priority={priority}>
          {text(alarmPriorityNames[priority])}
        </b>
        <b className="cb-alarm-state" data-state={state}>
          {text(alarmStateNames[state])}
        </b>
        {!alarm.active && state !== 'returned' && <span>{t('alarm.over')}</span>}
        {alarm.uncertain && (
          <span className="cb-badge" title={t('alarm.uncertain.tip')}>
            {t('alarm.uncertain')}
          </span>
        )}
      </p>
      <p className="cb-chips">
        <SubjectLink subject={subject} />
        {parent && <AlarmButton alarm={parent} />}
      </p>
      {parent && <p className="cb-note">{t('alarm.explainedBy', { code: codeOf(parent) })}</p>}
      <AlarmActs alarms={[alarm]} />
      <AskHere fits={(ids) => ids.length === 1 && ids[0] === id} />
      {rule ? (
        <>
          <Section title={t('alarm.response')}>
            <p className="cb-alarm-response cb-detail">{text(rule.response)}</p>
          </Section>
          <Section title={t('alarm.consequence')}>
            <p className="cb-detail">{text(rule.consequence)}</p>
          </Section>
        </>
      ) : (
        <p className="cb-note">{t('alarm.noRule')}</p>
      )}
      <Section title={t('alarm.why')}>
        <Facts alarm={alarm} />
        {data?.trends.filter(isTrend).map((trend) => (
          <AlarmChart key={trend.field} trend={trend} alarm={alarm} />
        ))}
      </Section>
      <Story alarm={alarm} />
      <Children alarm={alarm} />
      <Section title={t('alarm.earlier')}>
        {error ? <CardError error={error} /> : data && <Earlier earlier={data.earlier} />}
      </Section>
    </article>
  );
}

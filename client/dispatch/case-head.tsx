/** The head of a case: what it is, how far it is in the seven steps, who looks at it, and the one step that comes next. */
import { EyeOutlined, MoreOutlined, WarningOutlined } from '@ant-design/icons';
import { Button, Dropdown, Tooltip } from 'antd';
import { categories } from '../../server/contract/categories.ts';
import { gridStepNames, gridStepOf, gridSteps, stageNames } from '../../server/contract/cases.ts';
import type { IncidentRecord } from '../../server/contract/records.ts';
import { useMe } from '../account/me.ts';
import { CardHead } from '../app/details/parts.tsx';
import { select } from '../desk/desk.ts';
import { useNow, useRecord, useRecords, useText } from '../desk/hooks.ts';
import { familyOf } from '../incidents/filter.ts';
import { DuplicateHint, Severity } from '../incidents/incident-row.tsx';
import { Shape } from '../ui/shape.tsx';
import { asks, asksFor } from './asks.ts';
import { CountdownChip } from './bits.tsx';
import { askFor } from './case-view.ts';
import { countdownOf } from './countdown.ts';
import { caseDeeds } from './deeds.ts';
import { nextStep } from './next-step.ts';
import { othersAt } from './presence-others.ts';
import { useRun } from './use-run.ts';

function Steps({ incident }: { readonly incident: IncidentRecord }) {
  const { t, text } = useText();
  const { stage } = incident.case;
  const now = gridSteps.indexOf(gridStepOf[stage]);
  const finished = stage === 'evaluated';
  return (
    <div className="cb-steps">
      <ol aria-label={t('case.steps')}>
        {gridSteps.map((step, i) => (
          <li
            key={step}
            data-state={i < now || finished ? 'done' : i === now ? 'now' : 'todo'}
            aria-current={i === now ? 'step' : undefined}
          >
            {text(gridStepNames[step])}
          </li>
        ))}
      </ol>
      <p>
        <b>{text(stageNames[stage])}</b>{' '}
        <small>{t('case.step', { n: now + 1, total: gridSteps.length })}</small>
      </p>
    </div>
  );
}

function Next({ incident }: { readonly incident: IncidentRecord }) {
  const { t } = useText();
  const me = useMe();
  const { run, busy } = useRun();
  const step = nextStep(incident, me);
  const more = asksFor(incident, me);
  const quiet = step.kind === 'none' || step.kind === 'await' || step.kind === 'awaitTasks';
  return (
    <div className="cb-next">
      {quiet ? (
        <span className="cb-next-quiet">{t(step.blocked ?? `step.${step.kind}.short`)}</span>
      ) : (
        <Tooltip title={step.blocked ? t(step.blocked) : step.line}>
          <Button
            type="primary"
            disabled={step.blocked !== undefined}
            loading={busy}
            onClick={() => void run(() => caseDeeds.nextStep())}
          >
            {t(`step.${step.kind}`)} <kbd>.</kbd>
          </Button>
        </Tooltip>
      )}
      {step.blocked && !quiet ? (
        <small>{t(step.blocked)}</small>
      ) : (
        step.line !== undefined && <code className="cb-next-line">/{step.line}</code>
      )}
      {more.length > 0 && (
        <Dropdown
          trigger={['click']}
          menu={{
            items: more.map((kind) => ({
              key: kind,
              label: (
                <span className="cb-menu-item">
                  {t(`ask.${kind}`)} <code>/{asks[kind].command}</code>
                </span>
              ),
            })),
            onClick: ({ key }) => askFor(incident.id, key as (typeof more)[number]),
          }}
        >
          <Button icon={<MoreOutlined />}>{t('case.more')}</Button>
        </Dropdown>
      )}
    </div>
  );
}

/** Every deadline that still runs, the next first. */
function Deadlines({ incident }: { readonly incident: IncidentRecord }) {
  const { t } = useText();
  const nowMs = useNow();
  const running = incident.case.deadlines
    .filter((d) => d.state === 'running' || d.state === 'warned' || d.state === 'overdue')
    .sort((a, b) => a.dueAtMs - b.dueAtMs);
  if (running.length === 0) return null;
  return (
    <ul className="cb-deadlines" aria-label={t('case.deadlines')}>
      {running.map((d) => (
        <li key={d.reach}>
          {t(`case.deadline.${d.reach}`)} <CountdownChip of={countdownOf(d, nowMs)} />
          {d.escalations > 0 && <small>{t('case.escalated', { n: d.escalations })}</small>}
        </li>
      ))}
    </ul>
  );
}

/** Who handles it and who looks at it; two who work on the same are warned. */
function People({ incident }: { readonly incident: IncidentRecord }) {
  const { t } = useText();
  const me = useMe();
  const others = othersAt(incident.id, useRecords('presence'), me?.id);
  const { claim } = incident.case;
  // Whoever had a case that is over has let it go.
  const untaken = incident.status === 'open' ? t('case.handler.none') : null;
  const clash =
    claim?.user === me?.id
      ? others.filter((o) => o.role === 'dispatcher' || o.role === 'call-taker' || o.role === 'supervisor')
      : [];
  return (
    <p className="cb-people">
      <span>
        {claim
          ? claim.user === me?.id
            ? t('case.handler.me')
            : t('case.handler', { name: claim.name })
          : untaken}
      </span>
      {others.length > 0 && (
        <span data-clash={clash.length > 0} role={clash.length > 0 ? 'status' : undefined}>
          {clash.length > 0 ? <WarningOutlined aria-hidden="true" /> : <EyeOutlined aria-hidden="true" />}{' '}
          {t(clash.length > 0 ? 'case.alsoHere' : 'case.viewers', {
            names: others.map((o) => o.name).join(', '),
          })}
        </span>
      )}
    </p>
  );
}

function MergedInto({ incident }: { readonly incident: IncidentRecord }) {
  const { t } = useText();
  const { run, busy } = useRun();
  const into = incident.case.mergedInto;
  const main = useRecord('incident', into);
  if (into === undefined) return null;
  return (
    <p className="cb-merged-into" role="status">
      {t('case.mergedInto', { number: main?.number ?? into })}
      <Button size="small" onClick={() => select({ kind: 'incident', id: into }, { fly: true })}>
        {t('case.show')}
      </Button>
      <Button size="small" loading={busy} onClick={() => void run(() => caseDeeds.unmerge(incident.id))}>
        {t('case.unmerge')}
      </Button>
    </p>
  );
}

export function CaseHead({ incident }: { readonly incident: IncidentRecord }) {
  const { t, text } = useText();
  const family = familyOf(incident);
  const { plan, supervised, hops, returns, reopened, overdue, triage } = incident.case;
  return (
    <header className="cb-case-head">
      <CardHead
        kind={`inc.family.${family}`}
        title={
          <>
            <span className="cb-case-number">#{incident.number}</span> {text(incident.title)}
          </>
        }
        selection={{ kind: 'incident', id: incident.id }}
        lead={<Shape family={family} size={24} />}
      />
      <p className="cb-card-tags">
        <Severity severity={incident.severity} />
        <span>{text(categories[incident.category].name)}</span>
        <span>{t(`inc.channel.${incident.channel}`)}</span>
        {triage?.determinant && <span className="cb-badge">{t(`determinant.${triage.determinant}`)}</span>}
        {plan && <span className="cb-badge">{t('case.level', { n: plan.level })}</span>}
        {overdue && <span className="cb-badge cb-badge-alarm">{t('case.overdue')}</span>}
        {supervised && (
          <Tooltip title={`${supervised.by}: ${supervised.reason}`}>
            <span className="cb-badge cb-badge-alarm">{t('case.supervised')}</span>
          </Tooltip>
        )}
        {reopened > 0 && <span className="cb-badge">{t('case.reopened', { n: reopened })}</span>}
        {hops > 0 && <span className="cb-badge">{t('case.hops', { n: hops })}</span>}
        {returns > 0 && <span className="cb-badge">{t('case.returns', { n: returns })}</span>}
        <DuplicateHint incident={incident} />
      </p>
      <MergedInto incident={incident} />
      <Steps incident={incident} />
      <People incident={incident} />
      <Deadlines incident={incident} />
      <Next incident={incident} />
    </header>
  );
}

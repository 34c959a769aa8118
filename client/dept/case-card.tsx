/** One case as its department sees it: what is owed, the units at it, and what can be sent in from the scene. */
import { useState } from 'react';
import { stageNames, type Task } from '../../server/contract/cases.ts';
import { categories } from '../../server/contract/categories.ts';
import type { CommandResult } from '../../server/contract/commands.ts';
import { useGiver } from '../account/use-giver.ts';
import { useMay } from '../account/me.ts';
import { formatAgo, formatSpan } from '../desk/format.ts';
import { useDistrictNames, useNow, useText } from '../desk/hooks.ts';
import { placeOf } from '../incidents/place.ts';
import { SeverityBars } from '../ui/severity.tsx';
import type { SeverityKey } from '../ui/tokens.ts';
import { Ask, type Question } from './ask.tsx';
import { Crew } from './crew.tsx';
import { FromScene } from './from-scene.tsx';
import { Revealed } from './revealed.tsx';
import type { DeptCase } from './work.ts';

const LONGEST_REASON = 500;

function Due({ atMs, overdue }: { readonly atMs: number | undefined; readonly overdue: boolean }) {
  const { t, language } = useText();
  const nowMs = useNow();
  if (atMs === undefined && !overdue) return null;
  const sinceMs = nowMs - (atMs ?? nowMs);
  const late = overdue || sinceMs >= 0;
  return (
    <span className="cbd-due" data-overdue={late}>
      {late
        ? // What is overdue may be another's; then it is not known since when.
          t('dept.overdue', { span: sinceMs < 1_000 ? '' : formatSpan(sinceMs, language) }).trim()
        : t('dept.due', { span: formatSpan(-sinceMs, language) })}
    </span>
  );
}

type Giver = ReturnType<typeof useGiver>;

function TaskRow({
  task,
  incident,
  giver,
  ask,
}: {
  readonly task: Task;
  readonly incident: string;
  readonly giver: Giver;
  readonly ask: (question: Question) => void;
}) {
  const { t, text } = useText();
  const may = useMay('task.accept');
  const on = { incident, task: task.id };
  return (
    <li className="cbd-task">
      <p>
        <b>{text(task.title)}</b>
        <small>{t(task.lead ? 'dept.task.lead' : 'dept.task.support')}</small>
        <Due atMs={task.dueAtMs} overdue={task.overdue === true} />
      </p>
      <div className="cbd-acts" hidden={!may}>
        {task.status === 'open' && (
          <button
            type="button"
            className="cbd-main"
            disabled={giver.busy}
            onClick={() => void giver.give('task.accept', on)}
          >
            {t('dept.accept')}
          </button>
        )}
        {task.status === 'accepted' && (
          <button
            type="button"
            className="cbd-main"
            disabled={giver.busy}
            onClick={() =>
              ask({
                title: t('dept.done.result'),
                needed: false,
                most: LONGEST_REASON,
                go: async (result) =>
                  (await giver.give('task.done', result === '' ? on : { ...on, result })) !== null,
              })
            }
          >
            {t('dept.done')}
          </button>
        )}
        <button
          type="button"
          disabled={giver.busy}
          onClick={() =>
            ask({
              title: t('dept.return.reason'),
              needed: true,
              most: LONGEST_REASON,
              go: async (reason) => (await giver.give('task.return', { ...on, reason })) !== null,
            })
          }
        >
          {t('dept.return')}
        </button>
      </div>
    </li>
  );
}

export function CaseCard({ work }: { readonly work: DeptCase }) {
  const { t, text, language } = useText();
  const nowMs = useNow();
  const names = useDistrictNames();
  const giver = useGiver();
  const mayReturn = useMay('incident.return');
  const mayNote = useMay('incident.note');
  const mayResolve = useMay('incident.resolve');
  const mayReveal = useMay('incident.reveal');
  const [question, setQuestion] = useState<Question | null>(null);
  const [revealed, setRevealed] = useState<CommandResult['revealed']>();
  const { incident, tasks, assignments, leads } = work;
  const severity = incident.severity as SeverityKey;
  const { stage } = incident.case;
  const resolvable = leads && mayResolve && (stage === 'on-scene' || stage === 'at-facility');
  return (
    <article
      className="cbd-case"
      data-overdue={work.overdue}
      data-severity={severity}
      aria-labelledby={incident.id}
    >
      <header>
        <p>
          <b className="cb-sev" data-severity={severity}>
            <SeverityBars severity={severity} /> {t(`inc.severity.${severity}`)}
          </b>
          <span>#{incident.number}</span>
          <span>{text(stageNames[stage])}</span>
          <time>{formatAgo(nowMs - incident.reportedAtMs, language)}</time>
        </p>
        <h3 id={incident.id}>{text(incident.title)}</h3>
        <p>
          <span>{text(categories[incident.category].name)}</span>
          <span>{placeOf(incident, language, names)}</span>
        </p>
        {incident.detail && !revealed?.detail && <p className="cbd-detail">{text(incident.detail)}</p>}
        {revealed && <Revealed fields={revealed} />}
        {incident.masked === true && !revealed && (
          <p className="cbd-masked">
            <span>{t('dept.masked')}</span>
            {mayReveal && (
              <button
                type="button"
                disabled={giver.busy}
                onClick={() =>
                  setQuestion({
                    title: t('ask.reveal.words'),
                    needed: true,
                    most: LONGEST_REASON,
                    go: async (reason) => {
                      const result = await giver.give('incident.reveal', { incident: incident.id, reason });
                      setRevealed(result?.revealed);
                      return result !== null;
                    },
                  })
                }
              >
                {t('ask.reveal')}
              </button>
            )}
          </p>
        )}
        <Due atMs={work.dueAtMs} overdue={work.overdue} />
      </header>
      {assignments.map((assignment) => (
        <Crew key={assignment.unit} assignment={assignment} incident={incident} giver={giver} />
      ))}
      {tasks.length > 0 && (
        <ul>
          {tasks.map((task) => (
            <TaskRow key={task.id} task={task} incident={incident.id} giver={giver} ask={setQuestion} />
          ))}
        </ul>
      )}
      {leads && (mayReturn || resolvable) && (
        <div className="cbd-acts">
          {resolvable && (
            <button
              type="button"
              className="cbd-main"
              disabled={giver.busy}
              onClick={() =>
                setQuestion({
                  title: t('dept.resolve.result'),
                  needed: false,
                  most: LONGEST_REASON,
                  go: async (result) =>
                    (await giver.give('incident.resolve', {
                      incident: incident.id,
                      ...(result === '' ? {} : { result }),
                    })) !== null,
                })
              }
            >
              {t('dept.resolve')}
            </button>
          )}
          {mayReturn && (
            <button
              type="button"
              disabled={giver.busy}
              onClick={() =>
                setQuestion({
                  title: t('dept.returnCase.reason'),
                  needed: true,
                  most: LONGEST_REASON,
                  go: async (reason) =>
                    (await giver.give('incident.return', { incident: incident.id, reason })) !== null,
                })
              }
            >
              {t('dept.returnCase')}
            </button>
          )}
        </div>
      )}
      {mayNote && <FromScene incident={incident.id} giver={giver} ask={setQuestion} />}
      {question && <Ask key={question.title} question={question} onClose={() => setQuestion(null)} />}
      {giver.said !== null && (
        <p className="cb-field-fault" role="alert">
          {giver.said}
        </p>
      )}
    </article>
  );
}

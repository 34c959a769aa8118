/** What each department owes a case, and the buttons of those whose task it is. */
import { Button, Input } from 'antd';
import { useState } from 'react';
import type { Task } from '../../server/contract/cases.ts';
import type { IncidentRecord } from '../../server/contract/records.ts';
import { mayDo } from '../../server/contract/rights.ts';
import { useMay, useMe } from '../account/me.ts';
import { useNow, useText } from '../desk/hooks.ts';
import { Clock, CountdownChip, DepartmentName } from './bits.tsx';
import { askFor } from './case-view.ts';
import { caseDeeds, type TaskStep } from './deeds.ts';
import { useRun } from './use-run.ts';

/** Shown as a deadline, although it is the task's own. */
const dueOf = (task: Task, nowMs: number) => {
  if (task.dueAtMs === undefined || (task.status !== 'open' && task.status !== 'accepted')) return null;
  const leftMs = task.dueAtMs - nowMs;
  const urgency =
    task.overdue === true || leftMs < 0 ? 'overdue' : leftMs < 5 * 60_000 ? 'warned' : 'running';
  return { reach: 'resolved', leftMs, urgency } as const;
};

function TaskRow({ incident, task }: { readonly incident: IncidentRecord; readonly task: Task }) {
  const { t, text } = useText();
  const nowMs = useNow();
  const me = useMe();
  const { run, busy } = useRun();
  const [returning, setReturning] = useState(false);
  const [words, setWords] = useState('');
  const due = dueOf(task, nowMs);
  const mine =
    me !== null &&
    mayDo(me.role, 'task.accept') &&
    (me.role !== 'department' || me.department === task.department);
  const waits = task.status === 'open' || task.status === 'accepted';
  const take = async (what: TaskStep, said?: string): Promise<void> => {
    if (await run(() => caseDeeds.taskStep(incident.id, what, { id: task.id }, said))) setReturning(false);
  };
  return (
    <li className="cb-task" data-status={task.status}>
      <span className="cb-task-title">
        {task.lead && <span className="cb-badge">{t('task.lead')}</span>} {text(task.title)}
      </span>
      <span className="cb-task-state">
        {t(`task.status.${task.status}`)} {due && <CountdownChip of={due} />}
        {task.by && <small> {task.by}</small>}
        {task.doneAtMs !== undefined && <Clock atMs={task.doneAtMs} />}
      </span>
      {task.note && <small className="cb-task-note">{task.note}</small>}
      {mine && waits && (
        <span className="cb-task-do">
          {task.status === 'open' && (
            <Button size="small" loading={busy} onClick={() => void take('accept')}>
              {t('task.accept')}
            </Button>
          )}
          <Button size="small" loading={busy} onClick={() => void take('finish')}>
            {t('task.finish')}
          </Button>
          <Button size="small" type="text" aria-expanded={returning} onClick={() => setReturning(!returning)}>
            {t('task.giveback')}
          </Button>
        </span>
      )}
      {returning && (
        <form
          className="cb-task-return"
          onSubmit={(event) => {
            event.preventDefault();
            if (words.trim() !== '') void take('giveback', words.trim());
          }}
        >
          <Input
            autoFocus
            size="small"
            maxLength={500}
            value={words}
            placeholder={t('ask.return.words')}
            aria-label={t('ask.return.words')}
            onChange={(event) => setWords(event.target.value)}
          />
          <Button size="small" htmlType="submit" disabled={words.trim() === ''} loading={busy}>
            {t('task.giveback')}
          </Button>
        </form>
      )}
    </li>
  );
}

export function CaseTasks({ incident }: { readonly incident: IncidentRecord }) {
  const { t } = useText();
  const mayAdd = useMay('incident.task');
  const { tasks } = incident.case;
  const departments = [...new Set(tasks.map((task) => task.department))];
  return (
    <>
      {tasks.length === 0 && <p className="cb-note">{t('task.none')}</p>}
      {departments.map((id) => (
        <section key={id} className="cb-section">
          <h4>
            <DepartmentName id={id} />
          </h4>
          <ul className="cb-plain">
            {tasks
              .filter((task) => task.department === id)
              .map((task) => (
                <TaskRow key={task.id} incident={incident} task={task} />
              ))}
          </ul>
        </section>
      ))}
      {mayAdd && (
        <Button size="small" onClick={() => askFor(incident.id, 'task')}>
          {t('ask.task')}
        </Button>
      )}
    </>
  );
}

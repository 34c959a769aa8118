/**
 * A case, whole, in the width of a side panel: the head stays, five tabs hold the rest. Everything is drawn from the
 * live record, so that what another console does is seen at once.
 */
import { Tabs } from 'antd';
import { useEffect } from 'react';
import { useRecord, useText } from '../desk/hooks.ts';
import { AskForm } from './ask-form.tsx';
import { CaseHead } from './case-head.tsx';
import { caseTabs, showTab, turnTo, useCaseView, type CaseTab } from './case-view.ts';
import { CaseCalls } from './case-calls.tsx';
import { CaseLog } from './case-log.tsx';
import { CaseNow } from './case-now.tsx';
import { CaseTasks } from './case-tasks.tsx';
import { CaseUnits } from './case-units.tsx';
import { atWork } from './next-step.ts';

export function CaseCard({ id }: { readonly id: string }) {
  const { t } = useText();
  const incident = useRecord('incident', id);
  const tab = useCaseView((s) => s.tab);
  const ask = useCaseView((s) => s.ask);
  useEffect(() => turnTo(id), [id]);
  if (!incident) return <p className="cb-empty">{t('details.gone')}</p>;
  const { assignments, tasks, reports } = incident.case;
  const views: Readonly<Record<CaseTab, React.ReactNode>> = {
    now: <CaseNow incident={incident} />,
    units: <CaseUnits incident={incident} />,
    tasks: <CaseTasks incident={incident} />,
    calls: <CaseCalls incident={incident} />,
    log: <CaseLog incident={incident} />,
  };
  const counts: Partial<Record<CaseTab, number>> = {
    units: assignments.filter(atWork).length,
    tasks: tasks.filter((task) => task.status === 'open' || task.status === 'accepted').length,
    calls: reports.length,
  };
  return (
    <article className="cb-card cb-case">
      <CaseHead incident={incident} />
      {ask?.incident === id && <AskForm key={ask.kind} incident={incident} kind={ask.kind} />}
      <Tabs
        size="small"
        activeKey={tab}
        onChange={(key) => showTab(key as CaseTab)}
        destroyOnHidden
        items={caseTabs.map((key) => ({
          key,
          label: (
            <>
              {t(`case.tab.${key}`)} {(counts[key] ?? 0) > 0 && <small>{counts[key]}</small>}
            </>
          ),
          children: views[key],
        }))}
      />
    </article>
  );
}

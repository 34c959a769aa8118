/** Small parts that the views of cases and units share: a stage, a running time, a moment, a department, a masked field. */
import type { ReactNode } from 'react';
import { stageNames, type Stage } from '../../server/contract/cases.ts';
import { departmentName, useDepartments } from '../desk/departments.ts';
import { timeZone } from '../desk/desk.ts';
import { formatAgo, formatMoment } from '../desk/format.ts';
import { useNow, useText } from '../desk/hooks.ts';
import { countdownWords, type Countdown } from './countdown.ts';

export function StageChip({ stage }: { readonly stage: Stage }) {
  const { text } = useText();
  return (
    <span className="cb-stage" data-stage={stage}>
      {text(stageNames[stage])}
    </span>
  );
}

/** The word stands beside the colour: `soon 00:40`, `overdue 02:10`. */
export function CountdownChip({ of, title }: { readonly of: Countdown; readonly title?: string }) {
  const { language } = useText();
  return (
    <span className="cb-countdown" data-urgency={of.urgency} title={title}>
      {countdownWords(of, language)}
    </span>
  );
}

export function Moment({ atMs }: { readonly atMs: number }) {
  const { language } = useText();
  const nowMs = useNow();
  return (
    <>
      {formatMoment(atMs, nowMs, language, timeZone())}{' '}
      <span className="cb-age">{formatAgo(nowMs - atMs, language)}</span>
    </>
  );
}

export function Clock({ atMs }: { readonly atMs: number }) {
  const { language } = useText();
  const nowMs = useNow();
  return <time className="cb-age">{formatMoment(atMs, nowMs, language, timeZone())}</time>;
}

export function DepartmentName({ id }: { readonly id: string }) {
  const { language } = useText();
  return <>{departmentName(id, useDepartments(), language)}</>;
}

export function Masked() {
  const { t } = useText();
  return (
    <span className="cb-masked" title={t('masked.tip')}>
      {t('masked')}
    </span>
  );
}

export function Section({ title, children }: { readonly title: ReactNode; readonly children: ReactNode }) {
  return (
    <section className="cb-section">
      <h4>{title}</h4>
      {children}
    </section>
  );
}

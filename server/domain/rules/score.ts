/** The score of a case: 100 less so many points for each thing that went wrong. Every deduction says what it is for. */
import { stageNames, type Evaluation, type Stage } from '../../contract/cases.ts';
import type { Scoring } from '../../contract/rulebook.ts';
import type { LocalText } from '../../contract/text.ts';

export interface ScoreFacts {
  /** Stages that were not reached in time. */
  readonly overdue: readonly Stage[];
  /** Tasks that were not done in time, by id. */
  readonly overdueTasks: readonly string[];
  readonly returns: number;
  /** Hand-overs; the first one costs nothing. */
  readonly hops: number;
  readonly reopened: number;
  readonly overrides: number;
  /** 1…5, where somebody asked. */
  readonly satisfaction?: number | undefined;
}

/** Satisfaction from here on costs nothing. */
export const CONTENT = 4;

/** The score, 0…100, and what was deducted; together they may cost more than there is. */
export function scoreBy(
  scoring: Scoring,
  facts: ScoreFacts,
): { score: number; deductions: Evaluation['deductions'] } {
  const deductions: Evaluation['deductions'] = [];
  const deduct = (
    code: Evaluation['deductions'][number]['code'],
    points: number,
    times: number,
    of?: string,
  ): void => {
    if (points > 0 && times > 0)
      deductions.push({ code, points: points * times, times, ...(of === undefined ? {} : { of }) });
  };
  for (const stage of facts.overdue) deduct('overdue', scoring.overdue, 1, stage);
  for (const task of facts.overdueTasks) deduct('task-overdue', scoring.taskOverdue, 1, task);
  deduct('returned', scoring.returned, facts.returns);
  deduct('rework', scoring.rework, facts.reopened);
  deduct('override', scoring.override, facts.overrides);
  deduct('dissatisfied', scoring.dissatisfied, CONTENT - (facts.satisfaction ?? CONTENT));
  deduct('hops', scoring.hops, facts.hops - 1);
  const lost = deductions.reduce((sum, d) => sum + d.points, 0);
  return { score: Math.max(0, Math.round(100 - lost)), deductions };
}

/** The formula in words, with the numbers of this rulebook. */
export function formulaText(s: Scoring, deskReaches: readonly Stage[]): LocalText {
  const desk = (language: 'zh' | 'en'): string =>
    deskReaches.map((stage) => stageNames[stage][language]).join(language === 'zh' ? '、' : ', ');
  return {
    zh:
      `得分 = 100 − 扣分合计 ÷ 案件数（最低 0 分）。每次扣分：环节超时 ${s.overdue} 分，部门任务超时 ${s.taskOverdue} 分，` +
      `退回 ${s.returned} 分，返工重开 ${s.rework} 分，越序 ${s.override} 分，满意度低于 ${CONTENT} 分时每低 1 分扣 ${s.dissatisfied} 分，` +
      `第一次之后的每次转派 ${s.hops} 分。部门：主办案件计全部扣分，但“${desk('zh')}”环节超时属指挥台，不计入部门；` +
      `任务超时和退回计入该任务或退回的部门。街道：计辖区案件的全部扣分。`,
    en:
      `Score = 100 − points deducted ÷ cases, at least 0. Deducted each time: stage overdue ${s.overdue}, department's task overdue ` +
      `${s.taskOverdue}, returned ${s.returned}, reopened for rework ${s.rework}, order overridden ${s.override}, each point of ` +
      `satisfaction below ${CONTENT} ${s.dissatisfied}, each hand-over after the first ${s.hops}. A department answers for the cases it ` +
      `leads, but not for the desk's stages (${desk('en')}); overdue tasks and returns count for the department whose they are. ` +
      `A street counts all deductions of the cases within it.`,
  };
}

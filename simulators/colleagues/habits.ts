/** How long colleagues take for what they do, and what they write: medians as at a quiet desk. */
import type { IncidentRecord } from '../../server/contract/records.ts';
import type { Random } from '../kernel/random.ts';
import { lognormal, weightedIndex } from '../models/sampling.ts';

const S = 1_000;
const MIN = 60 * S;

/** Two hints of this score and more are one event to anybody who reads them. */
export const CLEAR_DUPLICATE = 0.75;
/** The rest is left for people. */
export const MERGED_SHARE = 0.85;
const ACCEPTED_SHARE = 0.97;
const LONGEST_TASK_MS = 35 * MIN;

/** Reports that are taken in at once; the others lie on a desk for some minutes. */
export const isUrgent = (record: IncidentRecord): boolean =>
  record.severity <= 2 || ['110', '119', '120', '122', '911'].includes(record.channel);

export const delayMs = {
  merge: (r: Random): number => lognormal(r, 30 * S, 0.4),
  dispatch: (r: Random, urgent: boolean): number => lognormal(r, urgent ? 60 * S : 4 * MIN, 0.45),
  /** A twin that was left for people and that nobody has taken. */
  leftTwin: (r: Random): number => lognormal(r, 7 * MIN, 0.3),
  /** Again where nobody was free; n: how often that was so. Where life is in danger one asks more often. */
  again: (r: Random, n: number, severity: number): number =>
    Math.min(2 * severity * MIN, 40 * S * 1.6 ** n) * r.range(0.8, 1.2),
  look: (r: Random): number => r.range(60 * S, 100 * S),
  /** Until it is seen again what a person makes of a twin. */
  wait: MIN,
  accept: (r: Random, urgent: boolean): number => lognormal(r, urgent ? 75 * S : 3 * MIN, 0.5),
  /** About half of what is allowed, now and then too long. */
  task: (r: Random, allowedMs: number): number =>
    lognormal(r, Math.max(2 * MIN, Math.min(0.45 * allowedMs, LONGEST_TASK_MS)), 0.4),
  resolve: (r: Random): number => lognormal(r, 80 * S, 0.4),
  rework: (r: Random): number => lognormal(r, 12 * MIN, 0.4),
  verify: (r: Random): number => lognormal(r, 2.5 * MIN, 0.5),
  close: (r: Random): number => lognormal(r, 25 * S, 0.4),
  evaluate: (r: Random): number => lognormal(r, 2 * MIN, 0.6),
};

/** When a crew answers before (negative) or after it is asked, ms; null: somebody has to go and look. */
export function parAnswer(r: Random): number | null {
  const kind = weightedIndex(r, [0.85, 0.12, 0.03]);
  return kind === 0 ? -r.range(5 * S, 60 * S) : kind === 1 ? r.range(10 * S, 90 * S) : null;
}

const TASK_RESULTS = ['已处理完毕', '现场已清理，恢复正常', '已到场处置，情况稳定', '已联系当事人，问题解决'];
const CASE_RESULTS = ['现场处置完毕，秩序恢复', '已办结，诉求人知晓', '处置完毕，无遗留问题'];
const REJECTIONS = ['现场复查，问题仍未解决', '照片与现场不符，请重新处置', '诉求人反映未处理完，退回重办'];
const COMPLAINTS = ['等待时间太长', '处理不够彻底', '来过两次才解决'];

export const taskResult = (r: Random): string => r.pick(TASK_RESULTS);
export const caseResult = (r: Random): string => r.pick(CASE_RESULTS);
/** Nobody had to go, and no department owed anything. */
export const BY_TELEPHONE = '电话答复，无需派员';

/** What the supervisor finds. */
export function verdict(r: Random): { accepted: true } | { accepted: false; reason: string } {
  return r.chance(ACCEPTED_SHARE) ? { accepted: true } : { accepted: false, reason: r.pick(REJECTIONS) };
}

/** What the citizen says: mostly content, less so where it took too long. */
export function opinion(r: Random, late: boolean): { satisfaction: number; comment?: string } {
  const satisfaction = 1 + weightedIndex(r, late ? [4, 8, 20, 38, 30] : [2, 4, 10, 32, 52]);
  return satisfaction > 2 ? { satisfaction } : { satisfaction, comment: r.pick(COMPLAINTS) };
}

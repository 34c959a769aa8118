/** How much time a case has left, in figures and in a word that says the same without colour. Pure. */
import type { CaseFields, Deadline, Stage } from '../../server/contract/cases.ts';
import type { Language } from '../../server/contract/text.ts';

export type Urgency = 'running' | 'warned' | 'overdue';
export interface Countdown {
  readonly reach: Stage;
  readonly urgency: Urgency;
  /** Time left, ms; below 0 once it is over. */
  readonly leftMs: number;
}

const runs = (d: Deadline): boolean => d.state === 'running' || d.state === 'warned' || d.state === 'overdue';

/** Judged by the clock too: between two words of the server time goes on. */
export function countdownOf(d: Deadline, nowMs: number): Countdown {
  const leftMs = d.dueAtMs - nowMs;
  const urgency: Urgency =
    d.state === 'overdue' || leftMs < 0
      ? 'overdue'
      : d.state === 'warned' || nowMs >= d.warnAtMs
        ? 'warned'
        : 'running';
  return { reach: d.reach, urgency, leftMs };
}

/** The deadline that ends next, or the one that is over the longest; null where none runs. */
export function nextDeadline(of: Pick<CaseFields, 'deadlines'>, nowMs: number): Countdown | null {
  const next = of.deadlines.filter(runs).sort((a, b) => a.dueAtMs - b.dueAtMs)[0];
  return next ? countdownOf(next, nowMs) : null;
}

/** Crews that have to be asked whether all is well: how long until then. */
export const parCountdown = (
  parDueAtMs: number | undefined,
  overdue: boolean,
  nowMs: number,
): Countdown | null =>
  parDueAtMs === undefined
    ? null
    : {
        reach: 'on-scene',
        leftMs: parDueAtMs - nowMs,
        urgency:
          overdue || parDueAtMs < nowMs ? 'overdue' : parDueAtMs - nowMs < 60_000 ? 'warned' : 'running',
      };

const two = (n: number): string => String(n).padStart(2, '0');

/** `04:12`, `1:04:12`, `3 d`, `3 天`: seconds while they matter. */
export function clockWords(ms: number, language: Language): string {
  const s = Math.floor(Math.abs(ms) / 1_000);
  const hours = Math.floor(s / 3_600);
  if (hours >= 48) return `${Math.floor(hours / 24)} ${language === 'zh-CN' ? '天' : 'd'}`;
  const rest = `${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

const prefix = {
  'zh-CN': { running: '剩', warned: '将超时', overdue: '超时' },
  'en-US': { running: '', warned: 'soon', overdue: 'overdue' },
} as const;

/** `04:12`, `soon 00:40`, `overdue 02:10`; in Chinese `剩 04:12`, `将超时 00:40`, `超时 02:10`. */
export const countdownWords = (c: Countdown, language: Language): string =>
  [prefix[language][c.urgency], clockWords(c.leftMs, language)].filter(Boolean).join(' ');

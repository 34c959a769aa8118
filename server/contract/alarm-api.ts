/** The answers of the HTTP interface about alarms, rules and their trial runs. */
import type { AlarmFact, AlarmPriority, AlarmRule, SubjectRef } from './alarms.ts';
import type { LocalText } from './text.ts';

/** `GET /api/v1/alarms/:id`: what one alarm's card shows beside its record. */
export interface AlarmAnswer {
  readonly id: string;
  /** The measured facts of its rule in the last hour, oldest first; null where not known. */
  readonly trends: readonly {
    readonly field: string;
    readonly atMs: readonly number[];
    readonly values: readonly (number | null)[];
    /** Limits of the rule on this field. */
    readonly limits: readonly number[];
  }[];
  /** The same alarm before, newest first. */
  readonly earlier: readonly {
    readonly raisedAtMs: number;
    readonly endedAtMs?: number;
    readonly count: number;
    readonly acknowledgedBy?: string;
    readonly acknowledgedAfterMs?: number;
    readonly incident?: { readonly id: string; readonly number: number };
    readonly shelvedFor?: string;
  }[];
  /** Ids of active alarms that it explains. */
  readonly children: readonly string[];
}

/** One line of `GET /api/v1/alarms/log?hours=&rule=&alarm=&limit=`, newest first. */
export interface AlarmLogLine {
  readonly seq: number;
  readonly atMs: number;
  /** `alarm.raised`, `alarm.acknowledged`, `rule.saved` … */
  readonly type: string;
  readonly alarm?: string;
  readonly number?: number;
  readonly rule?: string;
  readonly name?: LocalText;
  readonly priority?: AlarmPriority;
  readonly by?: string;
  readonly text?: string;
}

/** `GET /api/v1/alarms/kpi?hours=` (ISA-18.2 §16, EEMUA 191 §6). Counts are of alarms rung: children are not. */
export interface AlarmKpiAnswer {
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly rung: number;
  /** What would have rung without grouping. */
  readonly raised: number;
  /** An operator and 10 minutes; nobody on duty counts as one. Target at most 1. */
  readonly perOperator10Min: number | null;
  readonly peak10Min: { readonly atMs: number; readonly rung: number } | null;
  /** Bins of 10 minutes, oldest first. */
  readonly bins: readonly {
    readonly atMs: number;
    readonly rung: number;
    readonly raised: number;
    readonly operators: number;
  }[];
  /** Share of the time in flood; target below 0.01. */
  readonly floodShare: number;
  readonly floods: readonly {
    readonly fromMs: number;
    readonly untilMs: number | null;
    readonly rung: number;
  }[];
  readonly shares: Readonly<Record<AlarmPriority, number>> | null;
  readonly inflated: boolean;
  /** The ten that ring most. */
  readonly badActors: readonly RuleKpi[];
  readonly rules: readonly RuleKpi[];
  /** Alarms that rang three times within a minute. */
  readonly chattering: readonly KpiAlarm[];
  /** Active for over 24 hours. */
  readonly stale: readonly KpiAlarm[];
  /** Active now. */
  readonly standing: readonly KpiAlarm[];
  readonly shifts: readonly {
    readonly fromMs: number;
    readonly untilMs: number;
    readonly rung: number;
    readonly perOperator10Min: number | null;
    readonly floodShare: number;
    readonly acknowledgedP50S: number | null;
    readonly acknowledgedP90S: number | null;
  }[];
}
export interface RuleKpi {
  readonly rule: string;
  readonly name: LocalText;
  readonly priority: AlarmPriority;
  readonly rung: number;
  /** Share of everything that rang. */
  readonly share: number;
  readonly chatters: number;
  /** Returned within 30 seconds without anybody doing anything. */
  readonly fleeting: number;
  readonly acknowledgedP50S: number | null;
  /** Shares of what rang that was acknowledged, shelved, turned into an incident. */
  readonly acknowledgedShare: number;
  readonly shelvedShare: number;
  readonly incidentShare: number;
}
export interface KpiAlarm {
  readonly id: string;
  readonly name: LocalText;
  readonly subject: LocalText;
  readonly priority: AlarmPriority;
  readonly sinceMs: number;
  readonly times: number;
}

/** Where something is wrong in a rule: the field, and the place in an expression (characters from 0). */
export interface RuleProblem {
  readonly field: string;
  readonly message: LocalText;
  readonly start?: number;
  readonly end?: number;
}
/** `POST /api/v1/alarm-rules/check` with a rule. */
export interface RuleCheckAnswer {
  readonly ok: boolean;
  readonly problems: readonly RuleProblem[];
  /** How many subjects it would watch now. */
  readonly watches?: number;
}

/** `POST /api/v1/alarm-rules/dry-run` with `{rule, hours}`: the rule and, side by side, the one that is live now. */
export interface DryRunAnswer {
  /** What history there is: the span that was run over, and how coarse its samples are. */
  readonly fromMs: number;
  readonly untilMs: number;
  readonly stepS: number;
  readonly tookMs: number;
  readonly proposed: DryRunOutcome;
  /** Null: there is no such rule yet. */
  readonly current: DryRunOutcome | null;
}
export interface DryRunOutcome {
  readonly rule: AlarmRule;
  readonly rung: number;
  /** After grouping. */
  readonly annunciated: number;
  readonly activeS: {
    readonly p50: number | null;
    readonly p90: number | null;
    readonly longest: number | null;
  };
  readonly subjects: readonly {
    readonly subject: SubjectRef;
    readonly times: number;
    readonly activeS: number;
  }[];
  /** The first so many: what rang, when, for how long. */
  readonly episodes: readonly {
    readonly subject: SubjectRef;
    readonly fromMs: number;
    readonly untilMs: number | null;
    readonly facts: readonly AlarmFact[];
  }[];
  /** How often it rang in each 10 minutes. */
  readonly bins: readonly { readonly atMs: number; readonly rung: number }[];
}

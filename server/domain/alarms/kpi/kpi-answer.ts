/** The figures of the alarm system for a window of time, made of what `AlarmKpi` keeps. Bins begin at whole 10 minutes. */
import type { AlarmKpiAnswer, KpiAlarm } from '../../../contract/alarm-api.ts';
import { RATE_WINDOW_MS, type AlarmRecord, type RuleRecord } from '../../../contract/alarms.ts';
import type { Duty } from './kpi-duty.ts';
import { RAISED, RANG, type RingLog } from './kpi-rings.ts';
import {
  binOf,
  Bins,
  floodShare,
  rateOf,
  RuleTally,
  Shifts,
  tallyOf,
  type Face,
  type Flood,
} from './kpi-tallies.ts';
import { isInflated, noneYet, sharesOf } from '../life/rings.ts';
import type { ShiftClock } from './shifts.ts';

const DAY_MS = 86_400_000;
/** Figures go back so far. */
const KPI_KEPT_MS = 31 * DAY_MS;
/** Stale: active for longer (ISA-18.2 §16). */
const STALE_MS = DAY_MS;
const BAD_ACTORS = 10;
/** Alarms in a list. */
const MOST_LISTED = 500;

/** One stretch of chattering, from its third ring on. */
export interface Chatter extends Omit<KpiAlarm, 'times'> {
  readonly beganAtMs: number;
  times: number;
}

/** Records of now: for what stands, and for rules that never rang. */
export interface LiveAlarms {
  readonly alarms: Iterable<AlarmRecord>;
  readonly rules: Iterable<RuleRecord>;
}

export interface KpiSources {
  readonly rings: RingLog;
  readonly duty: Duty;
  readonly shifts: ShiftClock;
  readonly floods: readonly Flood[];
  readonly chatters: readonly Chatter[];
  /** The first event that is known. */
  readonly beganAtMs: number | null;
  /** Ids of rules by their index in rings. */
  readonly ruleIds: readonly string[];
  /** Rules as their last alarms called them. */
  readonly ruleFaces: ReadonlyMap<string, Face>;
  readonly activeSinceMs: (alarm: string) => number | undefined;
}

interface Asked {
  readonly sinceMs: number;
  readonly nowMs: number;
  readonly live: LiveAlarms;
}

export function answerKpi(sources: KpiSources, { sinceMs: wantedMs, nowMs, live }: Asked): AlarmKpiAnswer {
  const { rings, duty, floods, beganAtMs, ruleIds } = sources;
  const knownMs = Math.max(
    nowMs - KPI_KEPT_MS,
    beganAtMs ?? -Infinity,
    rings.forgottenUntilMs + RATE_WINDOW_MS,
  );
  const sinceMs = binOf(Math.min(nowMs, Math.max(wantedMs, knownMs)));
  // The time before the first event is nobody’s, though its bin is shown whole.
  const fromMs = Math.min(nowMs, Math.max(sinceMs, beganAtMs ?? -Infinity));
  const bins = new Bins(sinceMs, nowMs);
  const shifts = new Shifts(sources.shifts, sinceMs, nowMs, knownMs);
  const rules = new Map<string, RuleTally>();
  const faces = new Map(sources.ruleFaces);
  for (const { rule } of live.rules) {
    faces.set(rule.id, rule);
    rules.set(rule.id, new RuleTally());
  }
  const rung = { ...noneYet };
  let raised = 0;
  rings.each(Math.min(sinceMs, shifts.fromMs), nowMs, (ring) => {
    const rang = (ring.flags & RANG) !== 0;
    if (rang) shifts.add(ring);
    if (ring.atMs < sinceMs) return;
    bins.add(ring);
    if ((ring.flags & RAISED) !== 0) raised++;
    if (!rang) return;
    rung[ring.priority]++;
    tallyOf(rules, ruleIds[ring.rule]!).add(ring);
  });
  const all = rung[1] + rung[2] + rung[3];
  const ruleFigures = [...rules]
    .map(([id, tally]) => tally.figures(id, faces.get(id)!, all))
    .sort((a, b) => b.rung - a.rung || a.priority - b.priority || (a.rule < b.rule ? -1 : 1));
  const shares = sharesOf(rung);
  const standing = standingOf(live.alarms, sources.activeSinceMs);
  return {
    sinceMs,
    untilMs: nowMs,
    rung: all,
    raised,
    perOperator10Min: rateOf(all, duty.timeOf(fromMs, nowMs)),
    peak10Min: bins.peak(),
    bins: bins.figures(duty),
    floodShare: floodShare(floods, fromMs, nowMs),
    floods: floods.filter((f) => f.fromMs <= nowMs && (f.untilMs ?? nowMs) >= sinceMs).map((f) => ({ ...f })),
    shares: shares && { ...shares },
    inflated: isInflated(shares),
    badActors: ruleFigures.filter((r) => r.rung > 0).slice(0, BAD_ACTORS),
    rules: ruleFigures,
    chattering: chatteringOf(sources.chatters, sinceMs, nowMs),
    stale: standing.filter((a) => nowMs - a.sinceMs > STALE_MS).slice(0, MOST_LISTED),
    standing: standing.slice(0, MOST_LISTED),
    shifts: shifts.figures(duty, floods),
  };
}

/** Of each alarm that began to chatter in the window: since when, and how often it rang in that. */
function chatteringOf(chatters: readonly Chatter[], fromMs: number, untilMs: number): KpiAlarm[] {
  const byAlarm = new Map<string, KpiAlarm>();
  for (const { beganAtMs, ...c } of chatters) {
    if (beganAtMs < fromMs || beganAtMs > untilMs) continue;
    const before = byAlarm.get(c.id);
    byAlarm.set(c.id, before ? { ...before, times: before.times + c.times } : c);
  }
  return [...byAlarm.values()]
    .sort((a, b) => b.times - a.times || (a.id < b.id ? -1 : 1))
    .slice(0, MOST_LISTED);
}

/** Active, in sight, and explained by nothing else; the oldest first. */
function standingOf(
  alarms: Iterable<AlarmRecord>,
  activeSinceMs: (alarm: string) => number | undefined,
): KpiAlarm[] {
  const out: KpiAlarm[] = [];
  for (const a of alarms) {
    const inSight = a.state === 'unacknowledged' || a.state === 'acknowledged';
    if (!inSight || a.parent !== undefined) continue;
    out.push({
      id: a.id,
      name: a.name,
      subject: a.subject.name,
      priority: a.priority,
      sinceMs: activeSinceMs(a.id) ?? a.lastRaisedAtMs,
      times: a.count,
    });
  }
  return out.sort((a, b) => a.sinceMs - b.sinceMs || (a.id < b.id ? -1 : 1));
}

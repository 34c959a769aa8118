/** Sums of the alarm system’s figures: by bins of 10 minutes, by rule, by shift. */
import type { AlarmKpiAnswer, RuleKpi } from '../../../contract/alarm-api.ts';
import { RATE_WINDOW_MS, type AlarmPriority } from '../../../contract/alarms.ts';
import type { LocalText } from '../../../contract/text.ts';
import { percentile } from '../../rules/percentiles.ts';
import type { Duty } from './kpi-duty.ts';
import { ACKNOWLEDGED, CHATTERS, FLEETING, INCIDENT, RAISED, RANG, SHELVED, type Ring } from './kpi-rings.ts';
import type { Shift, ShiftClock } from './shifts.ts';

export interface Flood {
  readonly fromMs: number;
  untilMs: number | null;
  rung: number;
}
export interface Face {
  readonly name: LocalText;
  readonly priority: AlarmPriority;
}

/** The beginning of the bin that holds a moment. */
export const binOf = (ms: number): number => Math.floor(ms / RATE_WINDOW_MS) * RATE_WINDOW_MS;

/** Alarms an operator and 10 minutes; null of no time at all. */
export const rateOf = (rung: number, operatorMs: number): number | null =>
  operatorMs <= 0 ? null : rung / (operatorMs / RATE_WINDOW_MS);

export function floodShare(floods: readonly Flood[], fromMs: number, untilMs: number): number {
  let ms = 0;
  for (const f of floods)
    ms += Math.max(0, Math.min(f.untilMs ?? untilMs, untilMs) - Math.max(f.fromMs, fromMs));
  return untilMs <= fromMs ? 0 : ms / (untilMs - fromMs);
}

/** How long, in seconds, so many percent of the delays were at most. */
function secondsAt(delaysMs: readonly number[], percent: number): number | null {
  const ms = percentile(delaysMs, percent);
  return ms === null ? null : ms / 1_000;
}

export class Bins {
  private readonly sinceMs: number;
  private readonly nowMs: number;
  private readonly rung: number[];
  private readonly raised: number[];

  constructor(sinceMs: number, nowMs: number) {
    const count = (binOf(nowMs) - sinceMs) / RATE_WINDOW_MS + 1;
    this.sinceMs = sinceMs;
    this.nowMs = nowMs;
    this.rung = Array.from({ length: count }, () => 0);
    this.raised = [...this.rung];
  }

  add({ atMs, flags }: Ring): void {
    const i = Math.floor((atMs - this.sinceMs) / RATE_WINDOW_MS);
    if ((flags & RANG) !== 0) this.rung[i]!++;
    if ((flags & RAISED) !== 0) this.raised[i]!++;
  }

  peak(): AlarmKpiAnswer['peak10Min'] {
    const most = this.rung.reduce((a, b) => Math.max(a, b), 0);
    return most === 0 ? null : { atMs: this.startOf(this.rung.indexOf(most)), rung: most };
  }

  /** `operators`: the mean over the bin; over what has passed of the last one. */
  figures(duty: Duty): AlarmKpiAnswer['bins'] {
    return this.rung.map((rung, i) => {
      const atMs = this.startOf(i);
      const untilMs = Math.min(atMs + RATE_WINDOW_MS, this.nowMs);
      const operators = untilMs === atMs ? duty.when(atMs) : duty.timeOf(atMs, untilMs) / (untilMs - atMs);
      return { atMs, rung, raised: this.raised[i]!, operators };
    });
  }

  private startOf(i: number): number {
    return this.sinceMs + i * RATE_WINDOW_MS;
  }
}

export class RuleTally {
  private rung = 0;
  private acknowledged = 0;
  private shelved = 0;
  private incidents = 0;
  private fleeting = 0;
  private chatters = 0;
  private readonly delaysMs: number[] = [];

  add({ flags, acknowledgedAfterMs }: Ring): void {
    this.rung++;
    if ((flags & ACKNOWLEDGED) !== 0) this.acknowledged++;
    if ((flags & SHELVED) !== 0) this.shelved++;
    if ((flags & INCIDENT) !== 0) this.incidents++;
    if ((flags & FLEETING) !== 0) this.fleeting++;
    if ((flags & CHATTERS) !== 0) this.chatters++;
    if (acknowledgedAfterMs !== null) this.delaysMs.push(acknowledgedAfterMs);
  }

  figures(id: string, { name, priority }: Face, all: number): RuleKpi {
    const { rung, chatters, fleeting } = this;
    const share = (n: number, of: number): number => (of === 0 ? 0 : n / of);
    return {
      rule: id,
      name,
      priority,
      rung,
      share: share(rung, all),
      chatters,
      fleeting,
      acknowledgedP50S: secondsAt(this.delaysMs, 50),
      acknowledgedShare: share(this.acknowledged, rung),
      shelvedShare: share(this.shelved, rung),
      incidentShare: share(this.incidents, rung),
    };
  }
}

export function tallyOf(byRule: Map<string, RuleTally>, rule: string): RuleTally {
  let tally = byRule.get(rule);
  if (tally === undefined) byRule.set(rule, (tally = new RuleTally()));
  return tally;
}

/** Whole shifts, whatever part of the first one the window holds: the figures of a shift do not depend on who asks. */
export class Shifts {
  private readonly all: { readonly shift: Shift; readonly span: Shift; readonly tally: ShiftTally }[] = [];
  private at = 0;

  constructor(clock: ShiftClock, sinceMs: number, nowMs: number, knownMs: number) {
    for (let shift = clock.shiftAt(sinceMs); shift.fromMs <= nowMs; shift = clock.shiftAt(shift.untilMs)) {
      // What is known of it and has passed.
      const untilMs = Math.min(shift.untilMs, nowMs);
      const fromMs = Math.min(untilMs, Math.max(shift.fromMs, knownMs));
      this.all.push({ shift, span: { fromMs, untilMs }, tally: { rung: 0, delaysMs: [] } });
    }
  }

  get fromMs(): number {
    return this.all[0]!.span.fromMs;
  }

  /** Rings come nearly in order: mostly it is the shift of the one before. */
  add({ atMs, acknowledgedAfterMs }: Ring): void {
    const holds = ({ shift }: { readonly shift: Shift }): boolean =>
      shift.fromMs <= atMs && atMs < shift.untilMs;
    if (!holds(this.all[this.at]!)) this.at = this.all.findIndex(holds);
    const { tally } = this.all[this.at]!;
    tally.rung++;
    if (acknowledgedAfterMs !== null) tally.delaysMs.push(acknowledgedAfterMs);
  }

  figures(duty: Duty, floods: readonly Flood[]): AlarmKpiAnswer['shifts'] {
    return this.all.map(({ shift, span: { fromMs, untilMs }, tally: { rung, delaysMs } }) => ({
      ...shift,
      rung,
      perOperator10Min: rateOf(rung, duty.timeOf(fromMs, untilMs)),
      floodShare: floodShare(floods, fromMs, untilMs),
      acknowledgedP50S: secondsAt(delaysMs, 50),
      acknowledgedP90S: secondsAt(delaysMs, 90),
    }));
  }
}

interface ShiftTally {
  rung: number;
  readonly delaysMs: number[];
}

/** The figures against a plain computation over the whole list of events, whose rings are those of `evolveAlarms`. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlarmKpiAnswer } from '../../../../../server/contract/alarm-api.ts';
import type { AlarmEvent } from '../../../../../server/domain/alarms/life/events.ts';
import { evolveAlarms } from '../../../../../server/domain/alarms/life/evolve.ts';
import { AlarmKpi } from '../../../../../server/domain/alarms/kpi/kpi.ts';
import { makeShiftClock } from '../../../../../server/domain/alarms/kpi/shifts.ts';
import { emptyAlarms, type AlarmsState } from '../../../../../server/domain/alarms/life/state.ts';
import { percentile } from '../../../../../server/domain/rules/percentiles.ts';
import { UndoLog } from '../../../../../server/domain/undo.ts';
import {
  acknowledged,
  atSecond,
  becameIncident,
  escalated,
  flood,
  grouped,
  KPI_START_MS,
  operators,
  raised,
  repeated,
  returned,
  service,
  shelved,
  suppressed,
  unshelved,
} from '../../../../support/kpi-events.ts';

const IDS = ['emergency:1', 'high:1', 'low:1', 'low:2', 'low-b:1'] as const;
const TEN_MIN_MS = 600_000;
const EIGHT_HOURS_MS = 8 * 3_600_000;
/** All times are multiples of this, so that what lasts can be counted in steps. */
const STEP_MS = 10_000;

const step = fc.record({
  waitS: fc.constantFrom(0, 10, 10, 20, 30, 60, 600, 3_000),
  id: fc.constantFrom(...IDS),
  other: fc.constantFrom(...IDS),
  what: fc.constantFrom(
    ...(['toggle', 'toggle', 'toggle', 'burst', 'again', 'ack', 'ack', 'shelve', 'unshelve'] as const),
    ...(['service', 'suppress', 'group', 'incident', 'escalate', 'version', 'duty', 'flood'] as const),
  ),
  yes: fc.boolean(),
  n: fc.integer({ min: 0, max: 4 }),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

type Simple = Omit<Step, 'what'> & { readonly what: Exclude<Step['what'], 'burst'> };

/** A burst is a few rings, one close to the other. */
function simple(one: Step): readonly Simple[] {
  const { what } = one;
  if (what !== 'burst') return [{ ...one, what }];
  return Array.from({ length: 4 + 2 * one.n }, () => ({ ...one, what: 'toggle', waitS: 10, yes: false }));
}

/** What could happen to the alarm as it is; null where it could not. */
function eventOf(state: AlarmsState, s: number, { id, other, what, yes, n }: Simple): AlarmEvent | null {
  const a = state.byId.get(id);
  const parent = other !== id && yes && n < 3 ? { parent: other } : {};
  const hidden = n === 0 && yes ? { suppressed: true } : {};
  if (what === 'duty') return operators(s, n);
  if (what === 'flood') return flood(s, yes, 11 + n);
  if (a === undefined) return what === 'toggle' ? raised(id, s, { ...parent, ...hidden }) : null;
  const isSetAside = a.shelved !== null || a.outOfService !== null;
  switch (what) {
    case 'toggle':
      return a.active ? returned(id, s) : repeated(id, s, { ...parent, ...hidden });
    case 'version':
      return raised(id, s, { number: a.number, ruleVersion: 1, ...parent, ...(yes && { priority: 1 }) });
    case 'again':
      return a.active ? repeated(id, s) : null;
    case 'ack':
      return a.acknowledged === null && !isSetAside ? acknowledged(id, s) : null;
    case 'shelve':
      return n === 0 && !isSetAside ? shelved(id, s) : null;
    case 'unshelve':
      return a.shelved === null ? null : unshelved(id, s, yes ? 'wang' : 'system');
    case 'service':
      return n === 0 || a.outOfService !== null ? service(id, s, a.outOfService !== null) : null;
    case 'suppress':
      return a.active && (n === 0 || a.suppressed) ? suppressed(id, s, !a.suppressed) : null;
    case 'group':
      return a.active ? grouped(id, s, yes ? other : null) : null;
    case 'incident':
      return becameIncident(id, s);
    case 'escalate':
      return escalated(id, s, yes ? 'wang' : 'system');
  }
}

interface Ring {
  readonly id: string;
  readonly atMs: number;
  readonly priority: number;
  /** Which life of its record. */
  readonly life: number;
  readonly order: number;
  answered: boolean;
  ackedAfterMs: number | null;
  shelved: boolean;
  incident: boolean;
  fleeting: boolean;
}
const untouched = {
  answered: false,
  ackedAfterMs: null,
  shelved: false,
  incident: false,
  fleeting: false,
};
interface Told {
  readonly events: readonly AlarmEvent[];
  readonly rings: readonly Ring[];
  readonly raisedAtMs: readonly number[];
  readonly untilS: number;
}

/** Events that can be, the rings that follow from them and what became of each, by looking through all of them. */
function tell(steps: readonly Step[]): Told {
  const state = emptyAlarms(new UndoLog(), []);
  // The same without grouping.
  const flat = emptyAlarms(new UndoLog(), []);
  const events: AlarmEvent[] = [operators(0, 1)];
  const rings: Ring[] = [];
  const raisedAtMs: number[] = [];
  const lives = new Map<string, number>();
  /** Of each alarm: the order of the event with which its activation began. */
  const begun = new Map<string, number>();
  const acts: { readonly id: string; readonly order: number }[] = [];
  let s = 0;
  for (const one of steps.flatMap(simple)) {
    s += one.waitS;
    const event = eventOf(state, s, one);
    if (event === null) continue;
    const order = events.push(event);
    const { id } = one;
    const before = state.byId.get(id);
    if (before === undefined) lives.set(id, (lives.get(id) ?? 0) + 1);
    const own = rings.filter((r) => r.id === id && r.life === lives.get(id));
    if (event.type === 'alarm.returned' && before?.rangAtMs != null) {
      const quick = event.payload.atMs - before.rangAtMs <= 30_000;
      const touched = acts.some((act) => act.id === id && act.order >= begun.get(id)!);
      if (quick && !touched) own.at(-1)!.fleeting = true;
    }
    if ('by' in event.payload && event.payload.by.id !== 'system') acts.push({ id, order });
    const { atMs } = event.payload;
    for (const r of own) {
      if (event.type === 'alarm.acknowledged' && !r.answered) {
        r.ackedAfterMs = atMs - r.atMs;
        r.answered = true;
      }
      if (event.type === 'alarm.shelved') r.shelved = r.answered = true;
      if (event.type === 'alarm.became-incident') r.incident = true;
      if (event.type === 'alarm.service-changed' && !event.payload.inService) r.answered = true;
    }
    const rang = evolveAlarms(state, event);
    const after = state.byId.get(id);
    const afresh =
      (event.type === 'alarm.unshelved' ||
        (event.type === 'alarm.service-changed' && event.payload.inService) ||
        before === undefined ||
        (!before.active && after?.active === true) ||
        (event.type === 'alarm.raised' && event.payload.priority < before.priority)) &&
      after !== undefined;
    if (afresh) begun.set(id, order);
    for (const of of rang)
      rings.push({
        ...untouched,
        id: of,
        atMs,
        priority: after!.priority,
        life: lives.get(of)!,
        order,
      });
    const without = withoutParents(event);
    if (without) for (const _ of evolveAlarms(flat, without)) raisedAtMs.push(atMs);
  }
  return { events, rings, raisedAtMs, untilS: s };
}

function withoutParents(event: AlarmEvent): AlarmEvent | null {
  if (event.type === 'alarm.grouped') return null;
  return JSON.parse(
    JSON.stringify(event, (key, value: unknown) => (key === 'parent' ? undefined : value)),
  ) as AlarmEvent;
}

const between = (fromMs: number, untilMs: number): number[] =>
  Array.from({ length: Math.max(0, (untilMs - fromMs) / STEP_MS) }, (_, i) => fromMs + i * STEP_MS);
const ratio = (a: number, b: number): number => (b === 0 ? 0 : a / b);
const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1_000);

/** The figures of a window, each from the whole lists. */
function naive({ events, rings, raisedAtMs }: Told, sinceMs: number, nowMs: number): object {
  const duty = events.flatMap((e) => (e.type === 'alarm.operators-changed' ? [e.payload] : []));
  const dutyAt = (ms: number): number => Math.max(1, duty.findLast((d) => d.atMs <= ms)?.operators ?? 0);
  const floods: { fromMs: number; untilMs: number | null; rung: number; order: number; ended: number }[] = [];
  for (const [i, e] of events.entries()) {
    const last = floods.at(-1);
    const lasts = last?.untilMs === null;
    if (e.type === 'alarm.flood-began' && !lasts)
      floods.push({
        fromMs: e.payload.atMs,
        untilMs: null,
        rung: e.payload.rung,
        order: i + 1,
        ended: Infinity,
      });
    if (e.type === 'alarm.flood-ended' && lasts)
      Object.assign(last, { untilMs: e.payload.atMs, ended: i + 1 });
  }
  const floodAt = (ms: number): boolean => floods.some((f) => f.fromMs <= ms && ms < (f.untilMs ?? Infinity));
  const share = (fromMs: number, untilMs: number): number => {
    const steps = between(fromMs, untilMs);
    return ratio(steps.filter(floodAt).length, steps.length);
  };
  const rate = (rung: number, fromMs: number, untilMs: number): number | null => {
    const operatorSteps = between(fromMs, untilMs).reduce((sum, ms) => sum + dutyAt(ms), 0);
    return operatorSteps === 0 ? null : (rung * TEN_MIN_MS) / (operatorSteps * STEP_MS);
  };
  const within = (ms: number): boolean => ms >= sinceMs && ms <= nowMs;
  const rang = rings.filter((r) => within(r.atMs));
  const bins = Array.from({ length: Math.floor((nowMs - sinceMs) / TEN_MIN_MS) + 1 }, (_, i) => {
    const atMs = sinceMs + i * TEN_MIN_MS;
    const inBin = (ms: number): boolean => ms >= atMs && ms < atMs + TEN_MIN_MS && ms <= nowMs;
    const steps = between(atMs, Math.min(atMs + TEN_MIN_MS, nowMs));
    return {
      atMs,
      rung: rings.filter((r) => inBin(r.atMs)).length,
      raised: raisedAtMs.filter(inBin).length,
      operators:
        steps.length === 0 ? dutyAt(atMs) : steps.reduce((sum, ms) => sum + dutyAt(ms), 0) / steps.length,
    };
  });
  const most = Math.max(...bins.map((b) => b.rung));
  /** Stretches of rings of one alarm in which each is the third within a minute. */
  const chatters = IDS.flatMap((id) => {
    const times = rings.filter((r) => r.id === id).map((r) => r.atMs);
    const third = times.map((ms, i) => i >= 2 && ms - times[i - 2]! <= 60_000);
    return third.flatMap((is, i) => {
      if (!is || third[i - 1] === true) return [];
      const end = third.indexOf(false, i);
      return [{ id, beganAtMs: times[i]!, times: (end < 0 ? third.length : end) - i + 2 }];
    });
  }).filter((c) => within(c.beganAtMs));
  const rules = ['emergency', 'high', 'low', 'low-b']
    .map((rule) => {
      const own = rang.filter((r) => r.id.startsWith(`${rule}:`));
      const acked = own.flatMap((r) => r.ackedAfterMs ?? []);
      return {
        rule,
        rung: own.length,
        share: ratio(own.length, rang.length),
        chatters: chatters.filter((c) => c.id.startsWith(`${rule}:`)).length,
        fleeting: own.filter((r) => r.fleeting).length,
        acknowledgedP50S: seconds(percentile(acked, 50)),
        acknowledgedShare: ratio(acked.length, own.length),
        shelvedShare: ratio(own.filter((r) => r.shelved).length, own.length),
        incidentShare: ratio(own.filter((r) => r.incident).length, own.length),
      };
    })
    .filter((r) => r.rung > 0);
  const firstShift =
    Math.floor((sinceMs + EIGHT_HOURS_MS) / EIGHT_HOURS_MS) * EIGHT_HOURS_MS - EIGHT_HOURS_MS;
  const shifts = [];
  for (let fromMs = firstShift; fromMs <= nowMs; fromMs += EIGHT_HOURS_MS) {
    const untilMs = fromMs + EIGHT_HOURS_MS;
    const [first, last] = [Math.max(fromMs, KPI_START_MS), Math.min(untilMs, nowMs)];
    const own = rings.filter((r) => r.atMs >= fromMs && r.atMs < untilMs && r.atMs <= nowMs);
    const acked = own.flatMap((r) => r.ackedAfterMs ?? []);
    shifts.push({
      fromMs,
      untilMs,
      rung: own.length,
      perOperator10Min: rate(own.length, first, last),
      floodShare: share(first, last),
      acknowledgedP50S: seconds(percentile(acked, 50)),
      acknowledgedP90S: seconds(percentile(acked, 90)),
    });
  }
  return {
    rung: rang.length,
    raised: raisedAtMs.filter(within).length,
    perOperator10Min: rate(rang.length, sinceMs, nowMs),
    peak10Min: most === 0 ? null : { atMs: bins.find((b) => b.rung === most)!.atMs, rung: most },
    bins,
    floodShare: share(sinceMs, nowMs),
    floods: floods
      .filter((f) => f.fromMs <= nowMs && (f.untilMs ?? nowMs) >= sinceMs)
      .map(({ order, ended, ...f }) => ({
        ...f,
        rung: f.rung + rings.filter((r) => r.order > order && r.order < ended).length,
      })),
    counts: ([1, 2, 3] as const).map((p) => rang.filter((r) => r.priority === p).length),
    rules: Object.fromEntries(rules.map((r) => [r.rule, r])),
    chattering: Object.fromEntries(
      chatters.map(({ id }) => [
        id,
        chatters.filter((c) => c.id === id).reduce((sum, c) => sum + c.times, 0),
      ]),
    ),
    shifts,
  };
}

/** The same parts of the answer, as the naive figures have them. */
function seen(answer: AlarmKpiAnswer): object {
  const {
    rung,
    raised: would,
    perOperator10Min,
    peak10Min,
    bins,
    floodShare,
    floods,
    shares,
    shifts,
  } = answer;
  const counts = shares && ([1, 2, 3] as const).map((p) => Math.round(shares[p] * rung));
  const ruleFigures = answer.rules.map((r) => [r.rule, { ...r, name: undefined, priority: undefined }]);
  return {
    rung,
    raised: would,
    perOperator10Min,
    peak10Min,
    bins,
    floodShare,
    floods,
    counts,
    shifts,
    rules: Object.fromEntries(ruleFigures) as object,
    chattering: Object.fromEntries(answer.chattering.map((c) => [c.id, c.times])),
  };
}
/** Sums of many small parts differ in their last digits. */
const rounded = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, v: unknown) => (typeof v === 'number' ? Number(v.toPrecision(10)) : v)),
  );

describe('figures', () => {
  it('AL-134 are those of a plain computation over the whole list of events', () => {
    const met = {
      rung: 0,
      hidden: 0,
      chatters: 0,
      fleeting: 0,
      acknowledged: 0,
      shelved: 0,
      incidents: 0,
      shares: 0,
    };
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 20, maxLength: 300, size: 'max' }),
        fc.constantFrom(0, 0, 35, 70),
        fc.constantFrom(0, 10, 600, 2_500),
        (steps, windowPct, waitS) => {
          const told = tell(steps);
          const kpi = new AlarmKpi(makeShiftClock('Asia/Shanghai'));
          for (const event of told.events) kpi.take(event);
          const nowMs = atSecond(told.untilS + waitS);
          const wantedMs = atSecond(Math.floor((told.untilS * windowPct) / 1_000) * 10);
          const answer = kpi.kpi(wantedMs, nowMs, { alarms: [], rules: [] });
          const sinceMs = Math.floor(wantedMs / TEN_MIN_MS) * TEN_MIN_MS;
          expect(answer.sinceMs).toBe(sinceMs);
          const expected = naive(told, sinceMs, nowMs);
          const shown = seen(answer);
          // Shares of priorities are told from 20 alarms on.
          const few = answer.rung < 20 ? { counts: null } : {};
          expect(rounded(shown)).toEqual(rounded({ ...expected, ...few }));
          met.rung += answer.rung;
          met.hidden += answer.raised - answer.rung;
          if (answer.shares !== null) met.shares++;
          for (const r of answer.rules) {
            met.chatters += r.chatters;
            met.fleeting += r.fleeting;
            met.acknowledged += r.acknowledgedShare * r.rung;
            met.shelved += r.shelvedShare * r.rung;
            met.incidents += r.incidentShare * r.rung;
          }
        },
      ),
      // A smaller counterexample takes minutes to find: taken out by hand where it is looked for.
      { numRuns: 120, seed: 20_261_126, endOnFailure: true },
    );
    // Nothing was compared that hardly happened.
    for (const [what, times] of Object.entries(met)) expect([what, times > 20]).toEqual([what, true]);
  });
});

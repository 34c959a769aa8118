import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlarmRule } from '../../../../../server/contract/alarms.ts';
import type { LonLat } from '../../../../../server/contract/geo.ts';
import { Evaluator } from '../../../../../server/domain/alarms/evaluation/evaluator.ts';
import { compileRule } from '../../../../../server/domain/alarms/expressions/expression.ts';
import type {
  Baselines,
  FactUpdate,
  FactValue,
  LiveRule,
  LocalClock,
  Transition,
} from '../../../../../server/domain/alarms/evaluation/facts.ts';
import { aRule } from '../../../../support/alarm-life.ts';
import { roundPlaces, NaiveAlarms } from '../../../../support/naive-alarms.ts';

const MIDNIGHT_MS = 20_000 * 86_400_000;
const clock: LocalClock = {
  at: (ms) => {
    const weekday = (Math.floor(ms / 86_400_000) % 7) + 1;
    return { hour: (ms % 86_400_000) / 3_600_000, weekday, workday: weekday < 6 };
  },
};
/** What is usual differs by minute, and is not known in every fifth. */
const baselines: Baselines = {
  learn: () => undefined,
  usual: (series, atMs) => {
    const minute = Math.floor(atMs / 60_000);
    return minute % 5 === 4
      ? null
      : { median: 10 + (minute % 3) * 5, spread: series.endsWith('kph') ? 2 : 5 };
  },
};

const one = <T>(...of: readonly T[]) => fc.constantFrom(...of);
const operator = one('<', '<=', '>', '>=', '==', '!=');
const text = (...parts: readonly (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> =>
  fc.tuple(...parts.map((p) => (typeof p === 'string' ? fc.constant(p) : p))).map((p) => p.join(''));

/** Comparisons of a number with a limit, either way round. */
const limit = (field: string, ...limits: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(text(field, ' ', operator, ' ', one(...limits)), text(one(...limits), ' ', operator, ' ', field));

/** Around midnight. */
const city = (seconds: number) =>
  fc.oneof(
    limit('city.congestionIndex', '1.5', '2'),
    limit('clock.hour', String(24 - seconds * 0.005), String(seconds * 0.005), '12.0'),
    one('clock.workday', 'clock.weekday in [3, 4]'),
  );
const common = (kind: string) =>
  fc.oneof(
    one(`${kind}.inside("centre")`, `!${kind}.inside("market")`),
    limit(`${kind}.metresTo("school")`, '200.0', '600'),
    one(`${kind}.district == "d1"`, `${kind}.district in ["d2", "d3"]`, `has(${kind}.district)`),
  );
const speeds = ['10', '15.0', '20'] as const;
const ofLink = (seconds: number) =>
  fc.oneof(
    limit('link.speedKph', ...speeds),
    limit('link.speedKph', ...speeds),
    limit('link.vehicles', '3', '6.0'),
    limit('link.silentS', String(3 * seconds), `${5 * seconds}.0`),
    limit('link.speedKph_rate', '0.0', '-2.5'),
    limit('link.speedKph_dev', '-1.0', '2'),
    limit('link.speedKph', 'link.limitKph * 0.5', 'link.vehicles', 'link.limitKph - link.vehicles'),
    limit('link.limitKph', 'link.speedKph * 2', 'link.lanes * 10.0'),
    limit('link.speedKph', 'city.congestionIndex * 10', 'link.speedKph_usual * 0.9'),
    one(
      'link.speedKph in [10, 15]',
      'link.vehicles + link.lanes > 5.0',
      'has(link.vehicles)',
      'has(link.silentS)',
      '(link.vehicles > 3 ? link.speedKph : 12.0) < 13',
      'link.class.startsWith("a")',
    ),
    common('link'),
    city(seconds),
  );
const ofIncident = (seconds: number) =>
  fc.oneof(
    limit('incident.severity', '2', '3.0'),
    limit('incident.lateMin', String((2 * seconds) / 60), String(-seconds / 60)),
    one(
      'incident.claimed',
      'incident.claimed == (incident.severity > 2)',
      'incident.stage == "open"',
      '"closed" != incident.stage',
    ),
    common('incident'),
    city(seconds),
  );
const combined = (atom: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 3, arbitrary: atom },
    { weight: 3, arbitrary: text(atom, one(' && ', ' || '), atom) },
    { weight: 1, arbitrary: text('!(', atom, one(' && ', ' || '), atom, ')') },
    { weight: 1, arbitrary: text('(', atom, ' || ', atom, ') && ', atom) },
    { weight: 1, arbitrary: text(atom, ' ? ', atom, ' : ', atom) },
  );
const wheres = {
  link: one(
    'link.class == "a1"',
    'link.lanes >= 2',
    'link.district == "d1" || link.lanes == 2',
    'link.inside("centre")',
    'link.limitKph > 30 && link.metresTo("school") < 600',
  ),
  incident: one('incident.district == "d1"', 'incident.handledBySource', 'incident.inside("centre")'),
} as const;

const maybe = <T>(weight: number, of: fc.Arbitrary<T>) =>
  fc.oneof({ weight, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: of });

function ruleOf(id: string, seconds: number): fc.Arbitrary<AlarmRule> {
  return one('link' as const, 'incident' as const).chain((subject) => {
    const atom = subject === 'link' ? ofLink(seconds) : ofIncident(seconds);
    return fc
      .record({
        when: combined(atom),
        where: maybe(1, wheres[subject]),
        until: maybe(2, combined(atom)),
        suppressWhen: maybe(2, combined(atom)),
        onDelayS: one(0, 0, seconds, 3 * seconds),
        offDelayS: one(0, 0, seconds, 2 * seconds),
      })
      .map(({ where, until, suppressWhen, ...rule }) =>
        aRule(id, {
          subject,
          ...rule,
          ...(where !== undefined && { where }),
          ...(until !== undefined && { until }),
          ...(suppressWhen !== undefined && { suppressWhen }),
        }),
      );
  });
}

const number = (...of: readonly (number | null)[]): fc.Arbitrary<FactValue> => one(...of);
const places = one<LonLat | null>([0.001, 0], [0.004, 0], [0.0055, 0], [0.01, 0], null);
/** Facts that change, and those that stay, of which some are told late. What runs with the clock: ms before now. */
function factsOf(kind: 'link' | 'incident', seconds: number): Record<string, fc.Arbitrary<FactValue>> {
  const ago = one<number | null>(0, 0, seconds, 4 * seconds, -3 * seconds, null).map((s) =>
    s === null ? null : -s * 1_000,
  );
  return kind === 'link'
    ? {
        speedKph: number(5, 10, 12, 15, 20, 25, null),
        vehicles: number(0, 3, 4, 6, 9, null),
        silentS: ago,
        class: one<FactValue>('a1', 'b1'),
        lanes: number(1, 2),
        limitKph: number(20, 30, 40),
        district: one<FactValue>('d1', 'd2'),
      }
    : {
        severity: number(1, 2, 3, 4, null),
        lateMin: ago,
        claimed: one<FactValue>(true, false, null),
        stage: one<FactValue>('open', 'closed', null),
        handledBySource: one<FactValue>(true, false),
        district: one<FactValue>('d1', 'd3'),
      };
}

type Step = { readonly afterS: number } & (
  | { readonly does: 'update'; readonly update: FactUpdate; readonly ago: readonly string[] }
  | { readonly does: 'remove'; readonly kind: 'link' | 'incident'; readonly id: string }
  | { readonly does: 'rules'; readonly slot: number; readonly rule: AlarmRule | null }
);

function updateOf(kind: 'link' | 'incident', seconds: number) {
  const fields = factsOf(kind, seconds);
  return fc
    .record({
      id: one('a', 'b', 'c'),
      facts: fc.record(fields, { requiredKeys: [] }),
      few: fc.boolean(),
      position: maybe(3, places),
    })
    .map(({ id, facts, few, position }) => ({
      does: 'update' as const,
      ago: ['silentS', 'lateMin'],
      update: {
        kind,
        id,
        atMs: 0,
        facts: Object.fromEntries(Object.entries(facts).slice(0, few ? 1 : undefined)),
        ...(position !== undefined && { position }),
      },
    }));
}

function stepOf(seconds: number): fc.Arbitrary<Step> {
  const does = fc.oneof(
    { weight: 10, arbitrary: updateOf('link', seconds) },
    { weight: 6, arbitrary: updateOf('incident', seconds) },
    {
      weight: 2,
      arbitrary: number(1, 1.5, 2, 2.5, null).map((congestionIndex) => ({
        does: 'update' as const,
        ago: [],
        update: { kind: 'city' as const, id: 'city', atMs: 0, facts: { congestionIndex } },
      })),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        does: fc.constant('remove' as const),
        kind: one('link' as const, 'incident' as const),
        id: one('a', 'b', 'c'),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.integer({ min: 0, max: 4 }).chain((slot) =>
        fc.record({
          does: fc.constant('rules' as const),
          slot: fc.constant(slot),
          rule: maybe(0, ruleOf(`r${slot}`, seconds)).map((r) => r ?? null),
        }),
      ),
    },
  );
  return fc
    .tuple(does, one(0, 1, 1, 1, 2, 3, 5))
    .map(([step, after]) => ({ ...step, afterS: after * seconds }) as Step);
}

/** Either seconds, in which delays and silences lie, or twenty times as long, in which rates are known and forgotten. */
const scenario = one(1, 20).chain((seconds) =>
  fc.record({
    seconds: fc.constant(seconds),
    rules: fc.tuple(...[0, 1, 2, 3, 4].map((i) => ruleOf(`r${i}`, seconds))),
    steps: fc.array(stepOf(seconds), { minLength: 10, maxLength: 40 }),
  }),
);

type Told = Pick<Transition, 'alarm' | 'to' | 'atMs'> & { readonly suppressed?: boolean };
const byAlarm = (said: readonly Told[] | readonly { alarm: string; to: string; atMs: number }[]) => {
  const out: Record<string, string[]> = {};
  for (const t of said) {
    const to = 'suppressed' in t && t.suppressed === true && t.to === 'raised' ? 'raised, suppressed' : t.to;
    (out[t.alarm] ??= []).push(`${(t.atMs - MIDNIGHT_MS) / 1_000} ${to}`);
  }
  return out;
};

interface Outcome {
  readonly naive: Record<string, string[]>;
  /** Looked at all the time, and seldom, with numbers taken by the fast way. */
  readonly often: Record<string, string[]>;
  readonly seldom: Record<string, string[]>;
}

function run({ rules, steps, seconds }: typeof scenario extends fc.Arbitrary<infer S> ? S : never): Outcome {
  const often = new Evaluator({ places: roundPlaces, clock, baselines });
  const seldom = new Evaluator({ places: roundPlaces, clock, baselines });
  const naive = new NaiveAlarms({
    places: roundPlaces,
    clock,
    derived: (kind, id, field) => often.valueOf(kind, id, field),
  });
  const said: Transition[] = [];
  const seldomSaid: Transition[] = [];
  let nowMs = MIDNIGHT_MS - 30_000 * seconds;
  const live = new Map<string, LiveRule>();
  let version = 1;
  const set = (rule: AlarmRule): void => {
    expect(compileRule(rule, roundPlaces)).toMatchObject({ ok: true });
    live.set(rule.id, { rule, version: version++ });
  };
  const setRules = (): void => {
    for (const evaluator of [often, seldom]) evaluator.setRules([...live.values()], nowMs);
    naive.setRules([...live.values()], nowMs);
  };
  // Limits lie on whole seconds; delays that stood still for a while end anywhere.
  const look = (atMs: number): void => {
    for (let due = naive.nextDueMs; due < atMs; due = naive.nextDueMs) {
      said.push(...often.advance(due));
      naive.look(due);
    }
    said.push(...often.advance(atMs));
    naive.look(atMs);
  };
  const goTo = (ms: number): void => {
    for (let t = nowMs; t <= ms; t += seconds * 1_000) {
      look(t);
      if (t + 1 <= ms) look(t + 1);
    }
    nowMs = ms;
  };
  for (const rule of rules) set(rule);
  setRules();
  for (const step of steps) {
    goTo(nowMs + step.afterS * 1_000);
    if (step.does === 'update') {
      const facts = Object.fromEntries(
        Object.entries(step.update.facts).map(([field, v]) => [
          field,
          step.ago.includes(field) && typeof v === 'number' ? nowMs + v : v,
        ]),
      );
      const update: FactUpdate = { ...step.update, atMs: nowMs, facts };
      often.update(update);
      said.push(...often.advance(nowMs));
      naive.update(update);
      // What the fast way is told of a subject at one moment counts together.
      if (step.afterS === 0) seldomSaid.push(...seldom.advance(nowMs));
      updateFast(seldom, update);
    } else if (step.does === 'remove') {
      for (const evaluator of [often, seldom]) evaluator.remove(step.kind, step.id, nowMs);
      naive.remove(step.kind, step.id, nowMs);
    } else {
      if (step.rule) set(step.rule);
      else live.delete(`r${step.slot}`);
      setRules();
    }
  }
  goTo(nowMs + 10 * seconds * 1_000);
  seldomSaid.push(...seldom.advance(nowMs));
  return { naive: byAlarm(naive.said), often: byAlarm(said), seldom: byAlarm(seldomSaid) };
}

/** Lone numbers of subjects that are known go the fast way. */
function updateFast(evaluator: Evaluator, u: FactUpdate): void {
  const [lone, ...more] = Object.entries(u.facts);
  const isKnown = evaluator.valueOf(u.kind, u.id, 'id') !== null;
  if (!isKnown || !lone || more.length > 0 || u.position !== undefined || typeof lone[1] === 'string') {
    evaluator.update(u);
    return;
  }
  const value = lone[1] === null ? NaN : Number(lone[1]);
  if (['stage', 'class', 'district'].includes(lone[0])) evaluator.update(u);
  else evaluator.set(evaluator.column(u.kind, lone[0]), evaluator.slot(u.kind, u.id), value, u.atMs);
}

describe('the evaluator against the plain way', () => {
  it(
    'AL-1 says what evaluating every rule on every subject all the time says, whoever looks how often',
    { timeout: 120_000 },
    () => {
      let transitions = 0;
      fc.assert(
        fc.property(scenario, (s) => {
          const { naive, often, seldom } = run(s);
          expect(often).toEqual(naive);
          expect(seldom).toEqual(naive);
          transitions += Object.values(naive).flat().length;
        }),
        { seed: Number(process.env['ALARM_SEED'] ?? 1), numRuns: Number(process.env['ALARM_RUNS'] ?? 60) },
      );
      expect(transitions).toBeGreaterThan(300);
    },
  );
});

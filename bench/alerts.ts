/**
 * Alarms: 1,000 rules on 100,000 objects that report once a second: links with speeds that wander and jam, facilities and
 * stations. `node bench/alerts.ts [--quick] [--seed n]`.
 *
 * Ours: the evaluator as the server feeds it, with what is usual learnt and looked up as it goes; an update is an object that
 * reports (a link: its speed, the share of free flow, that it spoke). Naive: each rule of the object's kind evaluated on each
 * update by the library's compiled expressions, `where` first and `when` only where it holds; it is given the derived facts
 * (rates, deviations, distances) ready-made. It is run on a sample of the objects, in the same process and second by second
 * in turn with ours, and its cost an update is what is compared: on all objects it would take minutes for a second.
 *
 * `naive_chosen_vs_cpu` is the harder comparison: the naive way where somebody has worked out beforehand which rules concern
 * which object, so that no `where` is left to evaluate.
 *
 * What both say of the sampled objects is held against each other, from the first second on: the same transitions in the same
 * order, no more than a second apart (ours fires at the millisecond, the naive way looks once a second).
 */
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { SubjectKind } from '../server/contract/alarm-fields.ts';
import { StreamingBaselines } from '../server/domain/alarms/usual/baseline.ts';
import { Evaluator } from '../server/domain/alarms/evaluation/evaluator.ts';
import type { FactUpdate, FactValue, Transition } from '../server/domain/alarms/evaluation/facts.ts';
import { createRandom } from '../simulators/kernel/random.ts';
import { rigClock, RIG_START_MS } from '../tests/support/alarm-rig.ts';
import { NaiveAlarms, type NaiveSubject } from '../tests/support/naive-alarms.ts';
import { benchPlaces, makeRules, makeSubjects, placesWithAreas, Speeds } from './support/alarm-city.ts';
import { AlarmFeed } from './support/alarm-feed.ts';
import { Budget } from './support/budget.ts';

const { values: args } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, seed: { type: 'string', default: '1' } },
});
const { quick } = args;
const seed = Number(args.seed);
const RULES = 1_000;
const OBJECTS = 100_000;
/** Rates are known after two minutes. */
const WARM_UP_S = 125;
const ROUND_S = 5;
const ROUNDS = quick ? 6 : 40;
const SAMPLED = quick ? 40 : 100;
/** So many minutes of what is usual are learnt before. */
const LEARNT_MIN = 35;
const budget = new Budget(quick ? 50_000 : 600_000);
/** Two minutes before 7 on a Friday. */
const START_MS = RIG_START_MS + 58 * 60_000;

const cpuS = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
};
const median = (v: readonly number[]): number => v.toSorted((a, b) => a - b)[Math.floor(v.length / 2)]!;
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const heapMb = (): number => {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 2 ** 20;
};

const random = createRandom(seed);
const subjects = makeSubjects(OBJECTS, random);
const rules = makeRules(RULES, random);
/** Objects of all kinds, links mostly. They jam more often than others, so that there is something to compare. */
const sampled = Array.from(
  { length: SAMPLED },
  (_, i) => Math.floor(((i + 0.5) * OBJECTS) / SAMPLED / 100) * 100 + ((i * 37) % 100),
);
const speeds = new Speeds(subjects, sampled, random);
const feed = new AlarmFeed(subjects, speeds, random);
const baselines = new StreamingBaselines(rigClock);
feed.learn(baselines, LEARNT_MIN, START_MS);

const heapBefore = heapMb();
const setUp = process.cpuUsage();
const evaluator = new Evaluator({
  places: benchPlaces,
  clock: rigClock,
  baselines,
  learn: ['link', 'facility', 'station'],
});
const refused = evaluator.setRules(rules, START_MS);
if (refused.size > 0) throw new Error(`rules that do not compile: ${JSON.stringify([...refused])}`);
feed.connect(evaluator, START_MS);
const setUpS = cpuS(setUp);
const heapMbOurs = heapMb() - heapBefore;

/**
 * What is derived, for the naive way: as ours has it now or, while `isBefore`, as the naive way was told last: ours has taken
 * the whole second by then.
 */
const told = new Map<string, FactValue>();
let isBefore = false;
const derived = (kind: SubjectKind, id: string, field: string): FactValue => {
  const key = `${id} ${field}`;
  const before = isBefore ? told.get(key) : undefined;
  if (before !== undefined) return before;
  const value = evaluator.valueOf(kind, id, field);
  told.set(key, value);
  return value;
};
const naive = new NaiveAlarms({ places: placesWithAreas(rules), clock: rigClock, derived });
naive.setRules(rules, START_MS);
naive.note(feed.cityUpdate(START_MS));
const ofNaive = new Map<number, NaiveSubject>(sampled.map((i) => [i, naive.note(feed.first(i, START_MS))]));
/** The same, each with those rules only that concern the object. */
const chosen = new Map(
  [...ofNaive].map(([i, subject]) => {
    const alarms = new NaiveAlarms({ places: placesWithAreas(rules), clock: rigClock, derived });
    alarms.setRules(naive.concerning(subject), START_MS);
    alarms.note(feed.cityUpdate(START_MS));
    return [subject, { alarms, subject: alarms.note(feed.first(i, START_MS)) }] as const;
  }),
);
const ours: Transition[] = [];
const sampledIds = new Set(sampled.map((i) => subjects[i]!.id));
const keep = (said: readonly Transition[]): number => {
  for (const t of said) if (sampledIds.has(t.subject.id)) ours.push(t);
  return said.length;
};
for (const subject of ofNaive.values()) naive.lookAt(subject, START_MS);
keep(evaluator.advance(START_MS));

interface Second {
  readonly oursS: number;
  readonly updates: number;
  readonly naiveS: number;
  readonly chosenS: number;
  readonly naiveUpdates: number;
  /** That the naive way ran. */
  readonly expressions: number;
  readonly said: number;
}

/** What both are told within a second, in the order of time. */
function second(s: number): Second {
  speeds.step();
  const city = feed.city(s, START_MS);
  if (city) {
    for (const subject of ofNaive.values()) naive.lookAt(subject, city.atMs);
    naive.note(city);
    for (const { alarms } of chosen.values()) alarms.note(city);
  }
  const before = process.cpuUsage();
  if (city) evaluator.update(city);
  const updates = feed.report(s, START_MS);
  const transitions = evaluator.advance(feed.endOf(s, START_MS));
  const oursS = cpuS(before);
  const said = keep(transitions);
  const heard: (readonly [NaiveSubject, FactUpdate])[] = [];
  for (const [i, subject] of ofNaive) {
    const update = feed.updateOf(i, s, START_MS);
    isBefore = update !== null;
    if (city) naive.lookAt(subject, city.atMs);
    // Delays end before what is told at that moment.
    naive.lookAt(subject, feed.atMs(i, s, START_MS));
    if (update) heard.push([subject, update]);
  }
  isBefore = false;
  const { runs } = naive;
  const naiveBefore = process.cpuUsage();
  for (const [subject, update] of heard) {
    naive.note(update);
    naive.lookAt(subject, update.atMs);
  }
  const naiveS = cpuS(naiveBefore);
  const expressions = naive.runs - runs;
  const chosenBefore = process.cpuUsage();
  for (const [subject, update] of heard) {
    const own = chosen.get(subject)!;
    own.alarms.note(update);
    own.alarms.lookAt(own.subject, update.atMs);
  }
  const chosenS = cpuS(chosenBefore);
  return { oursS, updates, naiveS, chosenS, naiveUpdates: heard.length, expressions, said };
}

/** Sums of several seconds. */
function sum(seconds: readonly Second[]): Second {
  const of = (name: keyof Second): number => seconds.reduce((s, one) => s + one[name], 0);
  return {
    oursS: of('oursS'),
    updates: of('updates'),
    naiveS: of('naiveS'),
    chosenS: of('chosenS'),
    naiveUpdates: of('naiveUpdates'),
    expressions: of('expressions'),
    said: of('said'),
  };
}

let now = 1;
while (now <= WARM_UP_S) second(now++);
const rounds: Second[] = [];
while (rounds.length < ROUNDS && (rounds.length < 3 || budget.leftMs > 0)) {
  const seconds: Second[] = [];
  for (let k = 0; k < ROUND_S; k++) seconds.push(second(now++));
  rounds.push(sum(seconds));
}

/** What was said of each alarm of the sampled objects, in order; and when. */
function byAlarm(
  said: readonly { alarm: string; to: string; atMs: number }[],
): Map<string, [string, number][]> {
  const out = new Map<string, [string, number][]>();
  for (const { alarm, to, atMs } of said) {
    const list = out.get(alarm) ?? [];
    out.set(alarm, list);
    list.push([to.split(',')[0]!, atMs]);
  }
  return out;
}
const oursSaid = byAlarm(ours);
const naiveSaid = byAlarm(naive.said);
const differing = [...new Set([...oursSaid.keys(), ...naiveSaid.keys()])].filter((alarm) => {
  const a = oursSaid.get(alarm) ?? [];
  const b = naiveSaid.get(alarm) ?? [];
  const same = (one: [string, number], other: [string, number] | undefined): boolean =>
    other !== undefined && one[0] === other[0] && Math.abs(one[1] - other[1]) <= 1_000;
  return a.length !== b.length || !a.every((one, i) => same(one, b[i]));
});

const perUpdate = (s: number, n: number): number => (s / n) * 1e6;
const rows = rounds.map((r) => ({
  ours: perUpdate(r.oursS, r.updates),
  naive: perUpdate(r.naiveS, r.naiveUpdates),
  chosen: perUpdate(r.chosenS, r.naiveUpdates),
}));
const us = (name: keyof (typeof rows)[number]): number => median(rows.map((r) => r[name]));
const ratios = {
  naive_vs_cpu: Number(median(rows.map((r) => r.naive / r.ours)).toFixed(1)),
  naive_chosen_vs_cpu: Number(median(rows.map((r) => r.chosen / r.ours)).toFixed(1)),
};
const all = sum(rounds);
const figures = {
  updates_per_cpu_s: Math.round(median(rounds.map((r) => r.updates / r.oursS))),
  core_share_1hz: Number(median(rounds.map((r) => r.oursS / ROUND_S)).toFixed(3)),
  transitions_per_s: Number((all.said / (rounds.length * ROUND_S)).toFixed(1)),
  set_up_s: Number(setUpS.toFixed(2)),
  heap_mb: Math.round(heapMbOurs),
  compared_transitions: naive.said.length,
};
console.log(
  `${RULES} rules on ${OBJECTS} objects at 1 Hz, after ${WARM_UP_S} s; ${rounds.length} rounds of ${ROUND_S} s. ` +
    `Naive on ${SAMPLED} of the objects, ${Math.round(all.expressions / all.naiveUpdates)} expressions an update, and ` +
    'taken as the same on the others.',
);
console.table({
  ours: { 'µs CPU an update': us('ours'), 'updates a CPU second': figures.updates_per_cpu_s },
  naive: { 'µs CPU an update': us('naive'), 'updates a CPU second': Math.round(1e6 / us('naive')) },
  'naive, rules chosen before': {
    'µs CPU an update': us('chosen'),
    'updates a CPU second': Math.round(1e6 / us('chosen')),
  },
});
console.log(
  `${figures.core_share_1hz} of a core for ${OBJECTS} updates a second; ${figures.transitions_per_s} transitions a second; ` +
    `set up in ${figures.set_up_s} CPU s; ${figures.heap_mb} MB without what is usual`,
);
console.log(
  differing.length === 0
    ? `the same ${naive.said.length} transitions of the sampled objects on both sides`
    : `NOT THE SAME: ${differing.length} alarms, first ${differing[0]}: ours ${JSON.stringify(oursSaid.get(differing[0]!))}, ` +
        `naive ${JSON.stringify(naiveSaid.get(differing[0]!))}`,
);
if (differing.length > 0) process.exitCode = 1;
console.log(JSON.stringify({ bench: 'alerts', seed, ratios, figures }));

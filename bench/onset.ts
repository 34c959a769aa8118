/**
 * Congestion onset on recorded loop detectors: how many onsets the built-in rule finds, how late, and how often it rings for
 * none. `node bench/onset.ts [--file metr-la-speed.csv.gz] [--locations metr-la-locations.csv] [--start 2012-03-01]
 * [--zone America/Los_Angeles]`. The file: a row
 * of detector ids, then a row every five minutes, miles an hour, 0 where there was no reading. Without the file nothing is
 * measured, and that is said.
 *
 * The rule is `congestion-onset` as it ships, run by the product's evaluator with the product's baselines: at every moment
 * they have learnt from the readings before it and from nothing else. Free flow, which a city knows of its roads, is each
 * detector's 85th percentile in the first four days. The rule was tuned on these (but the first, on which nothing is usual
 * yet); the figures are of the last three.
 *
 * Ground truth, in hindsight out of the whole week: a detector is slow below 60 % of its free flow (85th percentile of the
 * week). An onset is the first of at least 15 minutes of slow readings after at least 15 minutes of readings that are not
 * slow. An alarm finds an onset of its detector from 5 minutes before its first slow reading to 20 minutes after it; each
 * counts once. The delay runs from that reading. Two ways to count:
 *
 * - all: every onset. A rule that knows what is usual is silent on purpose about the jam of every morning, and is charged
 *   with it here.
 * - unusual: onsets at a time of day (± 30 minutes) at which the detector is slow on less than half of the other days of the
 *   kind. What rings at a daily jam counts as false: nobody at the desk can do anything about it.
 *
 * Where the detectors' places are known, it is also said how many alarms stand on the screen once those near another of the
 * rule are grouped under it.
 *
 * `in a jam`: share of the alarms that rang while a jam stood there, found in time or not; it is the same in both.
 *
 * Held against it: one speed for all detectors with the rule's delays, chosen on the first four days, and the best one in
 * hindsight; and the rule without what is usual.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parse } from 'csv-parse/sync';
import { defaultAlarmRules } from '../server/city/alarms/default-rules.ts';
import { alarmRule, type AlarmRule } from '../server/contract/alarms.ts';
import { distanceM, type LonLat } from '../server/contract/geo.ts';
import { StreamingBaselines } from '../server/domain/alarms/usual/baseline.ts';
import { Evaluator } from '../server/domain/alarms/evaluation/evaluator.ts';
import type { Transition } from '../server/domain/alarms/evaluation/facts.ts';
import { freeFlows, onsetsOf, score, type Onset, type Rung, type Score } from './support/onset-truth.ts';
import { KPH_PER_MPH, plainClock, readWeek, RECORDING_FILE, STEPS_A_DAY } from './support/metr-la.ts';

const { values: args } = parseArgs({
  options: {
    file: {
      type: 'string',
      default: RECORDING_FILE,
    },
    locations: {
      type: 'string',
      default: fileURLToPath(new URL('../../shared/data/sensors/metr-la-locations.csv', import.meta.url)),
    },
    start: { type: 'string', default: '2012-03-01' },
    zone: { type: 'string', default: 'America/Los_Angeles' },
    quick: { type: 'boolean', default: false },
  },
});

const STEP_MIN = 5;
const STEP_MS = STEP_MIN * 60_000;
const TRAIN_DAYS = 4;
/** A fixed limit is left again this much above it. */
const DEADBAND_MPH = 5;
const LIMITS_MPH = args.quick
  ? [25, 30, 35, 40, 45]
  : [20, 22.5, 25, 27.5, 30, 32.5, 35, 37.5, 40, 42.5, 45, 50];

if (!existsSync(args.file)) {
  console.log(`nothing measured: there is no recording at ${args.file} (give one with --file)`);
  console.log(JSON.stringify({ bench: 'onset', ratios: {}, figures: {} }));
  process.exit();
}

const clock = plainClock(args.zone);
const recording = readWeek(args);
const { detectors, speeds, startMs } = recording;
const onsets = onsetsOf(recording);

const shipped = defaultAlarmRules.find((r) => r.id === 'congestion-onset')!;
const named = (id: string, more: Partial<AlarmRule>): AlarmRule =>
  alarmRule.parse({ ...shipped, ...more, id });
const limitId = (mph: number): string => `below-${mph.toString().replace('.', '-')}`;
const rules: readonly AlarmRule[] = [
  shipped,
  named('without-usual', { when: 'link.ratio < 0.55' }),
  ...LIMITS_MPH.map((mph) =>
    named(limitId(mph), {
      when: `link.speedKph < ${(mph * KPH_PER_MPH).toFixed(2)}`,
      until: `link.speedKph > ${((mph + DEADBAND_MPH) * KPH_PER_MPH).toFixed(2)}`,
    }),
  ),
];

/** Places by detector; those of the file's columns `sensor_id`, `latitude`, `longitude`. */
function readPlaces(): ReadonlyMap<string, LonLat> {
  if (!existsSync(args.locations)) return new Map();
  const rows: Record<string, string>[] = parse(readFileSync(args.locations), { columns: true });
  return new Map(rows.map((r) => [r['sensor_id']!, [Number(r['longitude']), Number(r['latitude'])]]));
}

/** Alarms of the shipped rule that no other one of it near by was already standing for. */
const groups: number[] = [];
const standing = new Map<string, LonLat>();
function group(t: Transition): void {
  if (t.to === 'returned') standing.delete(t.subject.id);
  const here = places.get(t.subject.id);
  if (t.to !== 'raised' || !here) return;
  const isChild = [...standing.values()].some((p) => distanceM(p, here) <= shipped.groupM!);
  if (!isChild) groups.push((t.atMs - startMs) / 60_000);
  standing.set(t.subject.id, here);
}

/** Plays the recording once, all rules at a time. */
function play(): ReadonlyMap<string, readonly Rung[]> {
  const evaluator = new Evaluator({
    places: { metresTo: () => Infinity, insideDistrict: () => undefined },
    baselines: new StreamingBaselines(clock),
    learn: ['link'],
    clock,
  });
  const free = freeFlows(recording, TRAIN_DAYS * STEPS_A_DAY);
  const problems = evaluator.setRules(
    rules.map((rule) => ({ rule, version: 0 })),
    startMs,
  );
  if (problems.size > 0) throw new Error(`rules that can not be used: ${[...problems.keys()].join(', ')}`);
  for (const [i, id] of detectors.entries()) {
    const facts = { id, class: 'motorway', lanes: 4, lengthM: 500, freeFlowKph: free[i]!, vehicles: 0 };
    evaluator.update({ kind: 'link', id, atMs: startMs, facts });
  }
  const numbers = new Map(detectors.map((id, i) => [id, i]));
  const rung = new Map<string, Rung[]>(rules.map((r) => [r.id, []]));
  for (const [step, row] of speeds.entries()) {
    const atMs = startMs + step * STEP_MS;
    for (const [i, id] of detectors.entries()) {
      const speedKph = Number.isNaN(row[i]!) ? null : row[i]!;
      const ratio = speedKph === null ? null : speedKph / free[i]!;
      evaluator.update({ kind: 'link', id, atMs, facts: { speedKph, ratio } });
    }
    for (const t of evaluator.advance(atMs)) {
      if (t.rule === shipped.id) group(t);
      if (t.to !== 'raised') continue;
      rung.get(t.rule)!.push({ detector: numbers.get(t.subject.id)!, atMin: (t.atMs - startMs) / 60_000 });
    }
  }
  return rung;
}

const places = readPlaces();
const rung = play();
const dayMin = 24 * 60;
const spans = { train: [dayMin, TRAIN_DAYS * dayMin], test: [TRAIN_DAYS * dayMin, Infinity] } as const;
const truths = { all: onsets, unusual: onsets.filter((o) => !o.usual) } as const;
const scoreOf = (rule: string, truth: readonly Onset[], span: keyof typeof spans): Score => ({
  ...score(rung.get(rule)!, truth, STEP_MIN, spans[span]),
  inJam: score(rung.get(rule)!, onsets, STEP_MIN, spans[span]).inJam,
});
const bestLimit = (truth: readonly Onset[], span: keyof typeof spans): number =>
  LIMITS_MPH.toSorted(
    (a, b) => (scoreOf(limitId(b), truth, span).f1 ?? 0) - (scoreOf(limitId(a), truth, span).f1 ?? 0),
  )[0]!;

const shown = (v: number | null, digits: number): string => (v === null ? '—' : v.toFixed(digits));
const line = (name: string, s: Score): string =>
  [
    name.padEnd(36),
    String(s.alarms).padStart(7),
    shown(s.precision, 3).padStart(10),
    shown(s.recall, 3).padStart(7),
    shown(s.f1, 3).padStart(6),
    `${shown(s.delayMin, 0)} / ${shown(s.delayP90Min, 0)}`.padStart(10),
    shown(s.inJam, 3).padStart(10),
  ].join(' ');

const figures: Record<string, number> = {};
const ratios: Record<string, number> = {};
const put = (into: Record<string, number>, name: string, v: number | null): void => {
  if (v !== null) into[name] = Math.round(v * 1_000) / 1_000;
};
console.log(
  `${detectors.length} detectors, ${speeds.length} steps of ${STEP_MIN} minutes, from ${args.start} (${args.zone})`,
);
for (const [way, truth] of Object.entries(truths)) {
  const tuned = bestLimit(truth, 'train');
  const hindsight = bestLimit(truth, 'test');
  const rows: readonly (readonly [string, string, string])[] = [
    ['ours', 'congestion-onset, as it ships', shipped.id],
    ['absolute', 'the same without what is usual', 'without-usual'],
    ['fixed', `below ${tuned} mph (chosen on days 2–4)`, limitId(tuned)],
    ['hindsight', `below ${hindsight} mph (best in hindsight)`, limitId(hindsight)],
  ];
  for (const span of ['train', 'test'] as const) {
    const n = scoreOf(shipped.id, truth, span).onsets;
    console.log(`\n${way} onsets, ${span === 'train' ? 'days 2–4 (tuned on)' : 'days 5–7 (reported)'}: ${n}`);
    console.log(`${''.padEnd(36)}  alarms  precision  recall     F1 delay, min   in a jam`);
    for (const [, name, rule] of rows) console.log(line(name, scoreOf(rule, truth, span)));
  }
  put(figures, `${way}_onsets`, scoreOf(shipped.id, truth, 'test').onsets);
  for (const [key, , rule] of rows) {
    const s = scoreOf(rule, truth, 'test');
    put(figures, `${way}_${key}_alarms`, s.alarms);
    put(figures, `${way}_${key}_precision`, s.precision);
    put(figures, `${way}_${key}_recall`, s.recall);
    put(figures, `${way}_${key}_f1`, s.f1);
    put(figures, `${way}_${key}_delay_min`, s.delayMin);
    put(figures, `${way}_${key}_delay_p90_min`, s.delayP90Min);
    put(figures, `${way}_${key}_in_jam`, s.inJam);
  }
  const best = scoreOf(limitId(hindsight), truth, 'test').f1;
  const ours = scoreOf(shipped.id, truth, 'test').f1;
  if (ours !== null && best !== null) put(ratios, `${way}_f1_vs_best_fixed`, ours / best);
}
if (places.size > 0) {
  const grouped = groups.filter((atMin) => atMin >= spans.test[0]).length;
  put(figures, 'ours_grouped', grouped);
  console.log(
    `\ngrouped within ${shipped.groupM} m, the alarms of days 5–7 stand as ${grouped} on the screen`,
  );
}
console.log(JSON.stringify({ bench: 'onset', ratios, figures }));

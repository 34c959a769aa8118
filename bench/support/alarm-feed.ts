/** What the objects of `bench:alerts` report, second by second: to the evaluator by its fast way, to the naive one as updates. */
import type { Baselines, FactUpdate, FactValue } from '../../server/domain/alarms/evaluation/facts.ts';
import type { Evaluator } from '../../server/domain/alarms/evaluation/evaluator.ts';
import type { Random } from '../../simulators/kernel/random.ts';
import type { BenchSubject, Speeds } from './alarm-city.ts';

type Handle = ReturnType<Evaluator['column']>;

const MINUTE_MS = 60_000;
const CITY_EVERY_S = 10;
/** Objects that fall silent in a second, for two to twelve minutes. */
const FALL_SILENT = 3;

export class AlarmFeed {
  private readonly subjects: readonly BenchSubject[];
  private readonly speeds: Speeds;
  private readonly random: Random;
  private readonly silentUntilS: Int32Array;
  private readonly slots: Int32Array;
  private readonly isLink: Uint8Array;
  private readonly isFacility: Uint8Array;
  private congestionIndex = 1.4;
  private evaluator: Evaluator | null = null;
  private columns: Readonly<
    Record<'speed' | 'ratio' | 'silent' | 'people' | 'peoplePct' | 'level', Handle>
  > | null = null;

  constructor(subjects: readonly BenchSubject[], speeds: Speeds, random: Random) {
    this.subjects = subjects;
    this.speeds = speeds;
    this.random = random;
    this.silentUntilS = new Int32Array(subjects.length);
    this.slots = new Int32Array(subjects.length);
    this.isLink = Uint8Array.from(subjects, (s) => Number(s.kind === 'link'));
    this.isFacility = Uint8Array.from(subjects, (s) => Number(s.kind === 'facility'));
  }

  /** What is usual, from the minutes before. */
  learn(baselines: Baselines, minutes: number, untilMs: number): void {
    const fields = { link: ['speedKph'], facility: ['people', 'peoplePct'], station: ['levelM'] } as const;
    for (const [i, { kind, id }] of this.subjects.entries()) {
      const facts = this.measured(i);
      for (const field of fields[kind]) {
        const usual = Number(facts[field]);
        for (let m = minutes; m > 0; m--) {
          const value = usual * (1 + (this.random.next() - 0.5) * 0.2);
          baselines.learn(`${kind}:${id}:${field}`, value, untilMs - m * MINUTE_MS);
        }
      }
    }
  }

  /** All objects as they are at first. */
  connect(evaluator: Evaluator, atMs: number): void {
    for (let i = 0; i < this.subjects.length; i++) evaluator.update(this.first(i, atMs));
    evaluator.update(this.cityUpdate(atMs));
    for (const [i, { kind, id }] of this.subjects.entries()) this.slots[i] = evaluator.slot(kind, id);
    this.evaluator = evaluator;
    this.columns = {
      speed: evaluator.column('link', 'speedKph'),
      ratio: evaluator.column('link', 'ratio'),
      silent: evaluator.column('link', 'silentS'),
      people: evaluator.column('facility', 'people'),
      peoplePct: evaluator.column('facility', 'peoplePct'),
      level: evaluator.column('station', 'levelM'),
    };
  }

  first(i: number, atMs: number): FactUpdate {
    const { kind, id, position, fixed } = this.subjects[i]!;
    return { kind, id, atMs, position, facts: { ...fixed, ...this.measured(i), ...this.spoke(i, atMs) } };
  }

  cityUpdate(atMs: number): FactUpdate {
    return { kind: 'city', id: 'city', atMs, facts: { congestionIndex: this.congestionIndex, rainMmH: 0 } };
  }

  /** At the beginning of a second: who falls silent, and what the city says now and then. */
  city(s: number, startMs: number): FactUpdate | null {
    for (let k = 0; k < FALL_SILENT; k++) {
      const i = this.random.int(this.subjects.length);
      this.silentUntilS[i] = s + 120 + this.random.int(600);
    }
    if (s % CITY_EVERY_S !== 0) return null;
    this.congestionIndex = Math.min(2, Math.max(1, this.congestionIndex + (this.random.next() - 0.5) * 0.1));
    return this.cityUpdate(startMs + s * 1_000);
  }

  /** Objects report one after the other within the second. */
  atMs(i: number, s: number, startMs: number): number {
    return startMs + s * 1_000 + 1 + Math.floor((i * 998) / this.subjects.length);
  }

  endOf(s: number, startMs: number): number {
    return startMs + s * 1_000 + 999;
  }

  /** How many reported. */
  report(s: number, startMs: number): number {
    const evaluator = this.evaluator!;
    const { speed, ratio, silent, people, peoplePct, level } = this.columns!;
    const { slots, silentUntilS, isLink, isFacility } = this;
    const { kph, free } = this.speeds;
    let n = 0;
    for (let i = 0; i < slots.length; i++) {
      if (silentUntilS[i]! > s) continue;
      n++;
      const at = this.atMs(i, s, startMs);
      const slot = slots[i]!;
      const v = kph[i]!;
      if (isLink[i]) {
        evaluator.set(speed, slot, v, at);
        evaluator.set(ratio, slot, v / free[i]!, at);
        evaluator.set(silent, slot, at, at);
      } else if (isFacility[i]) {
        evaluator.set(people, slot, peopleOf(v), at);
        evaluator.set(peoplePct, slot, peoplePctOf(v), at);
      } else evaluator.set(level, slot, levelOf(v), at);
    }
    return n;
  }

  /** The same as an update; null: it is silent. */
  updateOf(i: number, s: number, startMs: number): FactUpdate | null {
    if (this.silentUntilS[i]! > s) return null;
    const { kind, id } = this.subjects[i]!;
    const atMs = this.atMs(i, s, startMs);
    return { kind, id, atMs, facts: { ...this.measured(i), ...this.spoke(i, atMs) } };
  }

  private spoke(i: number, atMs: number): Record<string, FactValue> {
    return this.isLink[i] ? { silentS: atMs } : {};
  }

  private measured(i: number): Record<string, FactValue> {
    const v = this.speeds.kph[i]!;
    if (this.isLink[i]) return { speedKph: v, ratio: v / this.speeds.free[i]! };
    return this.isFacility[i] ? { people: peopleOf(v), peoplePct: peoplePctOf(v) } : { levelM: levelOf(v) };
  }
}

/** Objects without a speed of their own borrow its wandering. */
const peopleOf = (kph: number): number => Math.round(1_000 - kph * 10);
const peoplePctOf = (kph: number): number => 100 - kph;
const levelOf = (kph: number): number => 3.6 - kph / 50;

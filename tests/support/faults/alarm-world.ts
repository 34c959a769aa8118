/**
 * The truth of the alarm faults: a few dozen instruments whose values cross the limits of rules and come back, and what each
 * server was told of them, when. An instrument changes only when every server that runs has heard its last change, so that
 * whatever rings belongs to one activation. Times are those of the servers' clock.
 */
import type { LonLat } from '../../../server/contract/geo.ts';
import type { StationObservation } from '../../../server/contract/observations.ts';
import type { Random } from '../../../simulators/kernel/random.ts';
import { aRule } from '../alarm-life.ts';
import { smallPackAt } from '../small-pack.ts';

/** Servers of these faults live so many of their seconds in one of ours: minutes of shelving and escalation pass in a run. */
export const SPEED = 10;
/** What it is for a process that began to count at `zeroMs` of the machine's clock. */
export const fastClock = (zeroMs: number) => (): number => zeroMs + (Date.now() - zeroMs) * SPEED;

interface Kind {
  readonly rule: string;
  readonly metric: 'levelM' | 'pm25' | 'people';
  readonly count: number;
  /** Values beyond the limit, between the limits (it goes on there, and does not begin), and well below. */
  readonly high: readonly [number, number];
  readonly between?: readonly [number, number];
  readonly low: readonly [number, number];
}
const kinds: readonly Kind[] = [
  { rule: 'river', metric: 'levelM', count: 12, high: [8.1, 12], between: [7.1, 8], low: [2, 6.9] },
  { rule: 'dust', metric: 'pm25', count: 12, high: [151, 300], low: [5, 149] },
  { rule: 'crowd', metric: 'people', count: 8, high: [101, 900], low: [0, 99] },
];
export const faultRules = [
  aRule('river', { subject: 'station', when: 'station.levelM > 8.0', until: 'station.levelM < 7.0' }),
  aRule('dust', {
    subject: 'station',
    when: 'station.pm25 > 150.0',
    onDelayS: 2,
    offDelayS: 3,
    priority: 2,
  }),
  aRule('crowd', {
    subject: 'station',
    when: 'station.people > 100.0',
    priority: 1,
    escalate: [{ afterMin: 1, to: 'supervisor' }],
  }),
];
const delaysOf = new Map(
  faultRules.map(({ id, onDelayS, offDelayS }) => [id, { onMs: onDelayS * 1_000, offMs: offDelayS * 1_000 }]),
);

export interface Instrument extends Kind {
  readonly id: string;
  readonly alarm: string;
  readonly position: LonLat;
  readonly onMs: number;
  readonly offMs: number;
  /** When it changed; it begins below its limit, so that after an odd number of changes it is beyond. */
  readonly changedMs: number[];
}
export const isBeyond = (i: Instrument): boolean => i.changedMs.length % 2 === 1;

/** One life of a server: from when it listens to when it was killed. */
export interface Life {
  readonly node: number;
  readonly beganMs: number;
  /** By instrument, of each of its changes that the server heard: when it had certainly heard it. */
  readonly heard: Map<string, readonly Hearing[]>;
  /** Moments at which its watch over all alarms was made anew: a tick of its own. */
  readonly ticksMs: number[];
  endedMs: number;
}
export interface Hearing {
  /** How often the instrument had changed. */
  readonly change: number;
  /** Not before and not after. */
  readonly sentMs: number;
  readonly takenMs: number;
  /** From when on it had heard a value beyond the limit, where it is; what lies between the limits begins nothing. */
  readonly beyondMs: number;
}
/** What one server is told at once. */
export interface Telling {
  readonly observations: readonly StationObservation[];
  readonly said: readonly { readonly of: Instrument; readonly change: number; readonly beyond: boolean }[];
  readonly sentMs: number;
}

/** A tenth of what is told says how everything is, as feeds do that report on a schedule. */
const EVERYTHING = 0.1;
const BETWEEN = 0.3;

export class AlarmWorld {
  readonly instruments: readonly Instrument[];
  readonly lives: Life[] = [];
  private readonly running = new Map<number, Life>();
  private readonly now: () => number;
  private readonly random: Random;
  /** There is one server. */
  private readonly alone: boolean;
  private lastMs = 0;

  constructor(now: () => number, random: Random, alone: boolean) {
    this.now = now;
    this.alone = alone;
    this.random = random;
    this.instruments = kinds.flatMap((kind) =>
      Array.from({ length: kind.count }, (_, n): Instrument => {
        const id = `${kind.rule}-${n}`;
        const position = smallPackAt(50 * n, 100);
        const delays = delaysOf.get(kind.rule)!;
        return { ...kind, ...delays, id, alarm: `${kind.rule}:${id}`, position, changedMs: [] };
      }),
    );
  }

  began(node: number): void {
    const life: Life = { node, beganMs: this.now(), heard: new Map(), ticksMs: [], endedMs: Infinity };
    this.lives.push(life);
    this.running.set(node, life);
  }

  /** It is gone: to be said when nothing that it does can come any more. */
  ended(node: number): void {
    const life = this.running.get(node);
    if (life) life.endedMs = this.now();
    this.running.delete(node);
  }

  isRunning(node: number): boolean {
    return this.running.has(node);
  }

  /** Lets one of the instruments change, where it may. */
  turn(): void {
    const instrument = this.random.pick(this.instruments);
    if (this.mayChange(instrument)) instrument.changedMs.push(this.now());
  }

  /** What a server is told next. */
  telling(node: number): Telling {
    const { random } = this;
    const heard = this.running.get(node)?.heard;
    const all = heard === undefined || heard.size === 0 || random.chance(EVERYTHING);
    const sentMs = this.now();
    // What bears the same time is the same report again.
    this.lastMs = Math.max(sentMs, this.lastMs + 1);
    const told = this.instruments.filter(
      (i) => all || heard.get(i.id)?.at(-1)?.change !== i.changedMs.length,
    );
    const said = told.map((of) => {
      const mayBeBetween = isBeyond(of) && of.between !== undefined && this.hasSeen(heard, of);
      const between = mayBeBetween && random.chance(BETWEEN);
      return { of, change: of.changedMs.length, beyond: isBeyond(of) && !between, between };
    });
    const observations = said.map(({ of, beyond, between }): StationObservation => ({
      type: 'station',
      id: of.id,
      at: this.lastMs,
      kind: 'crowd',
      position: of.position,
      metrics: { [of.metric]: random.range(...(between ? of.between! : beyond ? of.high : of.low)) },
    }));
    return { observations, said, sentMs };
  }

  /** Two servers both see each value beyond the limit, as what one alone saw is another truth. */
  private hasSeen(heard: Life['heard'] | undefined, i: Instrument): boolean {
    const last = heard?.get(i.id)?.at(-1);
    const now = last?.change === i.changedMs.length && last.beyondMs < Infinity;
    return now || (this.alone && i.changedMs.length > 0);
  }

  /** A server has taken it all, and made its watch anew last at `watchMs`. */
  taken(node: number, { said, sentMs }: Telling, watchMs: number): void {
    const life = this.running.get(node);
    if (!life) return;
    const takenMs = this.now();
    for (const { of, change, beyond } of said) {
      const before = life.heard.get(of.id) ?? [];
      const known = before.at(-1)?.change === change ? before.at(-1) : undefined;
      const first = known ?? { change, sentMs, takenMs, beyondMs: Infinity };
      const hearing = beyond && first.beyondMs === Infinity ? { ...first, beyondMs: takenMs } : first;
      life.heard.set(of.id, [...(known ? before.slice(0, -1) : before), hearing]);
    }
    if (watchMs !== life.ticksMs.at(-1)) life.ticksMs.push(watchMs);
  }

  /** Every server that runs has heard the last change, and long enough ago to have said that it is over. */
  private mayChange(i: Instrument): boolean {
    const restMs = isBeyond(i) ? 0 : i.offMs;
    const now = this.now();
    return [...this.running.values()].every((life) => {
      const last = life.heard.get(i.id)?.at(-1);
      return last?.change === i.changedMs.length && now - last.takenMs > restMs;
    });
  }
}

/**
 * Running measurements: at the end of each block what its signals cost, from counts that only grow. What the way before left
 * behind (the first minute) is not counted; a block of which too little was seen is left out.
 */
import { beforeAfterEffect, CARRY_OVER_MS, pairedEffect } from '../../domain/signals/control/measurement.ts';
import type { MeasuredBlock, SignalEvent } from '../../domain/signals/control/events.ts';
import type { ControlState, Measurement } from '../../domain/signals/control/state.ts';
import { SYSTEM } from '../../domain/cases/events.ts';

const MINUTE_MS = 60_000;
/** Counts are remembered so often, for what was before a change. */
const REMEMBER_EVERY_MS = 5 * MINUTE_MS;
const REMEMBERED = 7;
/** Of a block, so much has to be seen. */
const SEEN_SHARE = 0.5;

/** What vehicles lost and how many crossed, since the signal was first heard of. */
export interface SignalTotals {
  readonly vehicles: number;
  readonly lostVehS: number;
}
export type TotalsOf = (signal: string) => SignalTotals | null;

interface Counts {
  readonly atMs: number;
  readonly of: ReadonlyMap<string, SignalTotals>;
}

export class Measuring {
  private readonly state: ControlState;
  private readonly totals: TotalsOf;
  /** By measurement, the block that runs and the counts when it began to count. */
  private readonly begun = new Map<string, { readonly index: number; readonly counts: Counts }>();
  private remembered: Counts[] = [];

  constructor(state: ControlState, totals: TotalsOf) {
    this.state = state;
    this.totals = totals;
  }

  /** Which way rules a block that runs. */
  static armAt(m: Measurement, nowMs: number): MeasuredBlock['arm'] | undefined {
    return m.arms[blockIndex(m, nowMs)];
  }

  /** What is to be journalled now: blocks that are over, and measurements whose last one is. `described`: all signals. */
  tick(nowMs: number, described: Iterable<string>): SignalEvent[] {
    const last = this.remembered.at(-1);
    if (last === undefined || nowMs - last.atMs >= REMEMBER_EVERY_MS) {
      this.remembered.push(this.count(described, nowMs));
      if (this.remembered.length > REMEMBERED) this.remembered.shift();
    }
    const events: SignalEvent[] = [];
    for (const m of this.state.measurements.values()) {
      if (m.state === 'running') events.push(...this.step(m, nowMs));
      else this.begun.delete(m.id);
    }
    return events;
  }

  /** Blocks of the last half hour, of the way as it is now, oldest first. */
  before(signals: readonly string[], controls: readonly string[]): MeasuredBlock[] {
    return this.remembered.slice(1).flatMap((end, i) => {
      const block = blockOf(this.remembered[i]!, end, signals, controls, 'base');
      return block.vehicles > 0 ? [block] : [];
    });
  }

  private step(m: Measurement, nowMs: number): SignalEvent[] {
    const index = blockIndex(m, nowMs);
    const running = this.begun.get(m.id);
    const events: SignalEvent[] = [];
    if (running !== undefined && running.index !== index) {
      this.begun.delete(m.id);
      events.push(...this.blockEnded(m, running.index, running.counts, nowMs));
    }
    if (index >= m.arms.length) {
      const payload = { id: m.id, atMs: nowMs, by: SYSTEM, state: 'done' as const };
      events.push({ type: 'measurement.ended', payload });
    } else if (!this.begun.has(m.id) && nowMs - blockBeganMs(m, index) >= CARRY_OVER_MS) {
      this.begun.set(m.id, { index, counts: this.count([...m.signals, ...m.controls], nowMs) });
    }
    return events;
  }

  private blockEnded(m: Measurement, index: number, from: Counts, nowMs: number): SignalEvent[] {
    const countedMs = m.blockMin * MINUTE_MS - CARRY_OVER_MS;
    if (nowMs - from.atMs < SEEN_SHARE * countedMs) return [];
    const until = this.count([...m.signals, ...m.controls], nowMs);
    const block = {
      ...blockOf(from, until, m.signals, m.controls, m.arms[index]!),
      fromMs: blockBeganMs(m, index),
    };
    const blocks = [...m.blocks, block];
    const effect =
      m.design === 'switch-back' ? pairedEffect(blocks, m.atMs, m.blockMin) : beforeAfterEffect(blocks);
    const payload = { atMs: nowMs, id: m.id, block, ...(effect && { effect }) };
    return [{ type: 'measurement.block', payload }];
  }

  private count(signals: Iterable<string>, atMs: number): Counts {
    const of = new Map<string, SignalTotals>();
    for (const id of signals) {
      const totals = this.totals(id);
      if (totals !== null) of.set(id, { vehicles: totals.vehicles, lostVehS: totals.lostVehS });
    }
    return { atMs, of };
  }
}

const blockIndex = (m: Measurement, nowMs: number): number =>
  Math.floor((nowMs - m.atMs) / (m.blockMin * MINUTE_MS));
const blockBeganMs = (m: Measurement, index: number): number => m.atMs + index * m.blockMin * MINUTE_MS;

function blockOf(
  from: Counts,
  until: Counts,
  signals: readonly string[],
  controls: readonly string[],
  arm: MeasuredBlock['arm'],
): MeasuredBlock {
  const own = between(from, until, signals);
  const control = between(from, until, controls);
  const hours = (until.atMs - from.atMs) / 3_600_000;
  return {
    fromMs: from.atMs,
    untilMs: until.atMs,
    arm,
    lostVehH: hours > 0 ? hundredth(own.lostVehS / 3_600 / hours) : 0,
    vehicles: own.vehicles,
    delayS: meanS(own),
    ...(control.vehicles > 0 && { controlDelayS: meanS(control) }),
  };
}

const hundredth = (x: number): number => Math.round(x * 100) / 100;
const meanS = ({ vehicles, lostVehS }: SignalTotals): number =>
  vehicles > 0 ? hundredth(lostVehS / vehicles) : 0;

/** Of the signals that were known at both times. */
function between(from: Counts, until: Counts, signals: readonly string[]): SignalTotals {
  let vehicles = 0;
  let lostVehS = 0;
  for (const id of signals) {
    const [a, b] = [from.of.get(id), until.of.get(id)];
    // One that counts less than before began anew in between.
    if (a === undefined || b === undefined || b.vehicles < a.vehicles) continue;
    vehicles += b.vehicles - a.vehicles;
    lostVehS += b.lostVehS - a.lostVehS;
  }
  return { vehicles, lostVehS };
}

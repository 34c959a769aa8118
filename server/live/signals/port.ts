/**
 * The signal port: takes what controllers see, and answers which phase is wanted where. Whatever is wrong with one junction
 * ends nothing for the others, and nothing is wished where it is not known what happens there.
 */
import type { z } from 'zod';
import {
  portJunction,
  portState,
  SIGNAL_WISH_VALID_S,
  type PortAnswer,
  type PortJunction,
  type PortPlan,
  type PortState,
} from '../../contract/signal-port.ts';
import type { Refusal } from '../../contract/refusals.ts';
import { groundOf, STALE_MS, type Order } from '../../domain/signals/control/ground.ts';
import { overdue } from '../../domain/signals/control/longest-red.ts';
import { misfit } from '../../domain/signals/control/lane-health.ts';
import { contradiction, inPlan, leastGreenS } from '../../domain/signals/contradiction.ts';
import { planned } from '../../domain/signals/plan.ts';
import { Junctions, type LiveJunction } from './junctions.ts';
import { Methods, type MakeMethod, type RulingMethod } from './methods.ts';

/** Descriptions are asked for at most so often: one that is refused would be sent for ever. */
const ASK_EVERY_MS = 10_000;
/** Controllers report once a second. */
const DECIDED_EVERY_S = 1;
const PLAN_AGAIN_MS = 60_000;
/** A controllers' clock that jumps back by more begins anew; by less, the report is late. */
const SET_BACK_S = 60;
/** A report whose answer takes longer is told of. */
const SLOW_MS = 200;
const TELL_SLOW_EVERY_MS = 60_000;

/** What is to be shown, by those who decide it. */
export interface SignalOrders {
  orderOf(signal: string): Order;
  /** The plan instead of its own; null: its own. */
  planOf(signal: string): PortPlan | null;
  maxRedS(signal: string): number;
  /** The phase held for an emergency unit. */
  waveAt(signal: string): number | null;
  /** What emergency units that come let be shown where a phase is intended. */
  underWaves(signal: string, intended: number): number;
}

/** Who learns from what controllers see. */
export interface SignalWatcher {
  described(junctions: readonly PortJunction[], feed: string): void;
  seen(states: readonly PortState[], atMs: number, atS: number): void;
}

export interface SignalPortDeps {
  readonly isSignal: (id: string) => boolean;
  readonly orders: SignalOrders;
  readonly watcher: SignalWatcher;
  readonly makeMethod: MakeMethod;
  readonly log: (level: 'info' | 'warn' | 'error', message: string, detail?: unknown) => void;
  /** A clock for durations, ms. */
  readonly stopwatch: () => number;
}

/** A report whose parts are looked at one by one. */
export interface RawReport {
  readonly atS: number;
  readonly describe?: readonly unknown[] | undefined;
  readonly states: readonly unknown[];
  readonly forks?: boolean | undefined;
}
export interface PortOutcome {
  readonly answer: PortAnswer;
  readonly taken: number;
  readonly late: boolean;
  readonly refusals: readonly Refusal[];
}

interface FeedPort {
  lastS: number;
  answer: PortAnswer;
  askedAtMs: number;
  readonly methods: Methods;
  /** In the order of `methods`, as of a version of the descriptions, and the longest red of each. */
  junctions: readonly LiveJunction[];
  version: number;
  limits: readonly number[];
}

const NOTHING: PortAnswer = { describe: false, validS: SIGNAL_WISH_VALID_S, wanted: {}, plans: {} };

export class SignalPort {
  readonly junctions = new Junctions();
  /** How long the last answer took, ms. */
  tookMs = 0;
  private readonly deps: SignalPortDeps;
  private toldSlowAtMs = -Infinity;
  private readonly feeds = new Map<string, FeedPort>();

  constructor(deps: SignalPortDeps) {
    this.deps = deps;
  }

  report(feedId: string, report: RawReport, nowMs: number): PortOutcome {
    const startedAtMs = this.deps.stopwatch();
    const feed = this.feed(feedId);
    const refusals: Refusal[] = [];
    const { atS } = report;
    if (report.describe !== undefined) this.describe(feedId, report.describe, nowMs, refusals);
    if (atS <= feed.lastS && atS > feed.lastS - SET_BACK_S)
      return { answer: feed.answer, taken: 0, late: true, refusals };
    if (atS <= feed.lastS) for (const j of this.junctions.of(feedId)) j.clockSetBack();
    feed.lastS = atS;
    const { states, unknown } = this.read(feedId, report.states, refusals);
    this.deps.watcher.seen(states, nowMs, atS);
    for (const state of states) this.junctions.get(state.id)!.see(state, atS, nowMs);
    const describe = unknown && nowMs - feed.askedAtMs >= ASK_EVERY_MS;
    if (describe) feed.askedAtMs = nowMs;
    feed.answer = { ...NOTHING, describe, wanted: this.wanted(feedId, feed, atS, nowMs), plans: {} };
    const answer = { ...feed.answer, plans: this.plans(states, nowMs) };
    this.tookMs = this.deps.stopwatch() - startedAtMs;
    if (this.tookMs > SLOW_MS && nowMs - this.toldSlowAtMs >= TELL_SLOW_EVERY_MS) {
      this.toldSlowAtMs = nowMs;
      this.deps.log('warn', 'the signal port is slow', { feed: feedId, tookMs: Math.round(this.tookMs) });
    }
    return { answer, taken: states.length, late: false, refusals };
  }

  /** Lets time pass: what was not heard of any more. */
  tick(nowMs: number): void {
    for (const j of this.junctions.byId.values()) this.ground(j, nowMs);
  }

  /** How many junctions a feed has described. */
  countOf(feedId: string): number {
    return [...this.junctions.of(feedId)].length;
  }

  private feed(id: string): FeedPort {
    let feed = this.feeds.get(id);
    if (feed === undefined) {
      const methods = new Methods(this.deps.makeMethod);
      feed = {
        lastS: -Infinity,
        answer: NOTHING,
        askedAtMs: -Infinity,
        methods,
        junctions: [],
        version: -1,
        limits: [],
      };
      this.feeds.set(id, feed);
    }
    return feed;
  }

  private describe(feedId: string, raw: readonly unknown[], nowMs: number, refusals: Refusal[]): void {
    const good: PortJunction[] = [];
    for (const item of raw) {
      const read = portJunction.safeParse(item);
      const wrong = read.success ? this.wrongIn(read.data, feedId) : badField(item, read.error);
      if (wrong !== null) refusals.push(wrong);
      else if (read.success) good.push(read.data);
    }
    for (const junction of good) this.junctions.describe(feedId, junction, nowMs);
    if (good.length > 0) this.deps.watcher.described(good, feedId);
  }

  private wrongIn(junction: PortJunction, feedId: string): Refusal | null {
    if (!this.deps.isSignal(junction.id)) return { code: 'unknown-object', detail: junction.id };
    const other = this.junctions.get(junction.id)?.feed;
    if (other !== undefined && other !== feedId)
      return { code: 'bad-junction', detail: `${junction.id}: ${other}` };
    const wrong = contradiction(junction);
    return wrong === null ? null : { code: 'bad-junction', detail: wrong.slice(0, 300) };
  }

  /** The states that can be of the junctions as described. `unknown`: of some there is no description, or another one. */
  private read(
    feedId: string,
    raw: readonly unknown[],
    refusals: Refusal[],
  ): { readonly states: PortState[]; readonly unknown: boolean } {
    const states: PortState[] = [];
    let unknown = false;
    for (const item of raw) {
      const read = portState.safeParse(item);
      if (!read.success) {
        refusals.push(badField(item, read.error));
        continue;
      }
      const known = this.junctions.get(read.data.id);
      if (known === undefined || known.feed !== feedId) {
        unknown = true;
        continue;
      }
      const wrong = misfit(known.junction, read.data);
      if (wrong === null) states.push(read.data);
      else {
        unknown = true;
        refusals.push({ code: 'bad-field', detail: wrong });
      }
    }
    return { states, unknown };
  }

  private wanted(feedId: string, feed: FeedPort, atS: number, nowMs: number): Record<string, number> {
    this.renew(feedId, feed);
    const ruled: { readonly j: LiveJunction; readonly method: RulingMethod }[] = [];
    const needed = new Set<RulingMethod>();
    for (const j of feed.junctions) {
      const order = this.ground(j, nowMs);
      const { ground } = j.grounded;
      if (order.by !== 'method' || (ground !== 'method' && ground !== 'actuated')) continue;
      const method = ground === 'actuated' ? 'actuated' : order.method;
      needed.add(method);
      ruled.push({ j, method });
    }
    feed.methods.see(feed.junctions, needed, atS, atS - STALE_MS / 1_000);
    const wanted: Record<string, number> = {};
    for (const j of feed.junctions) j.wish = null;
    for (const { j, method } of ruled) j.wish = this.wishOf(j, feed.methods, method);
    for (const j of feed.junctions) {
      if (j.atS === atS) this.letWavesChange(j);
      if (j.wish !== null) wanted[j.junction.id] = j.wish;
    }
    return wanted;
  }

  /** A phase that is held is wished even where the plan shows it by itself: a second later it may not. */
  private letWavesChange(j: LiveJunction): void {
    const { junction, atS, sentPlan } = j;
    const { orders } = this.deps;
    const intended = j.wish ?? planned(junction, sentPlan ?? junction.plan, atS + DECIDED_EVERY_S).phase;
    const phase = orders.underWaves(junction.id, intended);
    if (phase !== intended || orders.waveAt(junction.id) !== null) j.wish = phase;
  }

  private wishOf(j: LiveJunction, methods: Methods, method: RulingMethod): number | null {
    const { state, junction } = j;
    if (state === null || state.phase < 0 || state.stage === 'dark') return null;
    if (state.stage !== 'green' || state.sinceS < leastGreenS(junction, state.phase)) return state.phase;
    const due = overdue(junction, state, this.deps.orders.maxRedS(junction.id));
    const wish = due ?? methods.wanted(method, junction.id) ?? state.phase;
    return junction.phases[wish] === undefined ? state.phase : wish;
  }

  private ground(j: LiveJunction, nowMs: number): Order {
    const order = this.deps.orders.orderOf(j.junction.id);
    j.grounded = groundOf(order, j.health(nowMs));
    return order;
  }

  /** Methods begin anew with other descriptions or other limits. */
  private renew(feedId: string, feed: FeedPort): void {
    const { orders } = this.deps;
    if (feed.version !== this.junctions.version) {
      feed.version = this.junctions.version;
      feed.junctions = [...this.junctions.of(feedId)];
      feed.limits = [];
    }
    const limits = feed.junctions.map(({ junction }) => orders.maxRedS(junction.id));
    if (limits.length === feed.limits.length && limits.every((s, i) => s === feed.limits[i])) return;
    feed.limits = limits;
    feed.methods.begin(feed.junctions, limits);
  }

  /** Plans that the controllers may not run yet: told when they change, and again in case that an answer was lost. */
  private plans(states: readonly PortState[], nowMs: number): Record<string, PortPlan | null> {
    const plans: Record<string, PortPlan | null> = {};
    for (const { id } of states) {
      const j = this.junctions.get(id)!;
      const given = this.deps.orders.planOf(id);
      const plan = given !== null && inPlan(j.junction, given) === null ? given : null;
      if (j.sentPlan === plan && nowMs - j.sentAtMs < PLAN_AGAIN_MS) continue;
      j.sentPlan = plan;
      j.sentAtMs = nowMs;
      plans[id] = plan;
    }
    return plans;
  }
}

/** Names the junction, as far as the item tells. */
function badField(item: unknown, error: z.core.$ZodError): Refusal {
  const { path = [], message = '' } = error.issues[0] ?? {};
  const id = typeof item === 'object' && item !== null && 'id' in item ? String(item.id).slice(0, 160) : '?';
  return { code: 'bad-field', detail: `${id}: ${path.join('.')}: ${message}`.slice(0, 300) };
}

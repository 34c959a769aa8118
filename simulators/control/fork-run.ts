/** One fork of the traffic from a snapshot: its changes made, run on, and what came of it. */
import type { PortAnswer, PortReport } from '../../server/contract/signal-port.ts';
import { STANDING } from '../models/traffic/car-following.ts';
import { TrafficModel } from '../models/traffic/traffic-model.ts';
import type { ForkChanges, ForkOrder, ForkOutcome } from './fork.ts';
import { SignalPort } from './port.ts';
import { restore } from './snapshot.ts';

const SAMPLE_EVERY_S = 5;
const TOLD_EVERY_S = 60;
const ADVICE_TIMEOUT_MS = 10_000;

/** `onShare`: how far it is, each simulated minute. @throws Error where nobody advises whom the changes name. */
export async function runFork(
  order: ForkOrder,
  onShare: (share: number) => void = () => undefined,
): Promise<ForkOutcome> {
  const model = new TrafficModel(order.pack, order.options, true);
  restore(model, order.state);
  // Nobody reads the loops of a fork: its port and its tally look at the vehicles themselves.
  model.kernel.observer = null;
  change(model, order.changes);
  const tally = new Tally(model);
  const { dtS } = model.kernel;
  const steps = Math.round(order.seconds / dtS);
  const everySecond = Math.round(1 / dtS);
  const advice = order.changes.advisedBy === undefined ? null : new Advice(model, order.changes.advisedBy);
  for (let i = 0; i < steps; i++) {
    if (advice !== null && i % everySecond === 0) await advice.take();
    model.step();
    if ((i + 1) % (SAMPLE_EVERY_S * everySecond) === 0) tally.sample(SAMPLE_EVERY_S);
    if ((i + 1) % (TOLD_EVERY_S * everySecond) === 0) onShare((i + 1) / steps);
  }
  return tally.outcome(order.seconds);
}

function change(model: TrafficModel, changes: ForkChanges): void {
  for (const link of changes.closeLinks) model.closeLink(link);
  for (const link of changes.reopenLinks) model.reopenLink(link);
  if (changes.demandFactor !== undefined) model.setDemandFactor(changes.demandFactor);
  const { signals } = model.kernel;
  model.network.pack.signals.forEach(({ id }, s) => {
    const plan = changes.plans[id];
    if (plan === undefined) return;
    if (!signals.setPlan(s, plan))
      throw new RangeError(`signal ${id} cannot run this plan: a phase is missing or too short`);
  });
}

/** Asks over the signal port each second and waits for the answer: a fork has no clock that runs away. */
class Advice {
  private readonly port: SignalPort;
  private readonly model: TrafficModel;
  private readonly url: string;
  private describe = true;

  constructor(model: TrafficModel, url: string) {
    this.model = model;
    this.port = new SignalPort(model);
    this.url = url;
  }

  async take(): Promise<void> {
    const atS = this.model.timeS;
    const report: PortReport = {
      feed: 'sim-fork',
      atS,
      ...(this.describe ? { describe: this.port.describe() } : {}),
      states: this.port.states(),
    };
    const response = await fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(report),
      signal: AbortSignal.timeout(ADVICE_TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`${this.url} answers ${response.status}`);
    const answer = (await response.json()) as PortAnswer;
    this.describe = answer.describe;
    this.port.apply(answer, atS);
  }
}

/** What is lost and gained on the roads from its making on. */
export class Tally {
  private readonly model: TrafficModel;
  private readonly outBefore: Uint32Array;
  private readonly vehicleS: Float64Array;
  private readonly metres: Float64Array;
  private readonly entered: number;
  private readonly left: number;
  private lostS = 0;
  private sampledS = 0;

  constructor(model: TrafficModel) {
    this.model = model;
    this.outBefore = model.kernel.linkOut.slice();
    this.vehicleS = new Float64Array(model.network.linkCount);
    this.metres = new Float64Array(model.network.linkCount);
    this.entered = model.trips.entered;
    this.left = model.trips.left;
  }

  sample(seconds: number): void {
    this.sampleLanes(seconds);
    this.lostS += this.model.queuedOutside * seconds;
    this.sampledS += (this.model.vehicleCount + this.model.queuedOutside) * seconds;
  }

  /** Apart from the rest of `sample`: a loop that is compiled while it runs is thrown away where untried code follows. */
  private sampleLanes(seconds: number): void {
    const { net, lanes } = this.model.kernel;
    for (let l = 0; l < net.laneCount; l++) if (lanes.holds(l)) this.sampleLane(l, seconds);
  }

  private sampleLane(l: number, seconds: number): void {
    const { net, lanes, laneSpeed } = this.model.kernel;
    const link = net.laneLink[l]!;
    const onLink = l < net.linkLanes;
    for (let i = lanes.head[l]!, e = i + lanes.count[l]!; i < e; i++) {
      if (lanes.driver(i) === STANDING) continue;
      const v = lanes.vel(i);
      this.lostS += Math.max(0, 1 - v / (laneSpeed[l]! * lanes.factor(i))) * seconds;
      if (!onLink) continue;
      this.vehicleS[link]! += seconds;
      this.metres[link]! += v * seconds;
    }
  }

  /** Share of their time that vehicles lose against their desired speed. */
  get lostShare(): number {
    return this.sampledS > 0 ? this.lostS / this.sampledS : 0;
  }

  outcome(seconds: number): ForkOutcome {
    const { network, kernel, trips } = this.model;
    const sum = (of: Float64Array): number => of.reduce((a, b) => a + b, 0);
    const tenth = (v: number): number => Math.round(v * 10) / 10;
    const allS = sum(this.vehicleS);
    return {
      seconds,
      delayH: tenth(this.lostS / 3_600),
      meanSpeedKph: tenth(allS > 0 ? (sum(this.metres) / allS) * 3.6 : 0),
      arrived: trips.left - this.left,
      entered: trips.entered - this.entered,
      vehiclesAtEnd: this.model.vehicleCount,
      waitingOutside: this.model.queuedOutside,
      links: network.pack.links.map(({ id }, k) => ({
        link: id,
        speedKph: this.vehicleS[k]! > 0 ? tenth((this.metres[k]! / this.vehicleS[k]!) * 3.6) : null,
        flowVph: Math.round(((kernel.linkOut[k]! - this.outBefore[k]!) * 3_600) / seconds),
      })),
    };
  }
}

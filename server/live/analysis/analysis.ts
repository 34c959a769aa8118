/**
 * Traffic analysis: what signals, corridors, districts and the city do now, from what controllers, loops and vehicles say.
 * Invariant: what arrives costs by what it says; answers are put together when somebody asks.
 */
import type { City } from '../../city/city.ts';
import type {
  CorridorAnswer,
  CorridorLine,
  LinkForecastAnswer,
  SignalAnswer,
  SignalLine,
  TrafficAnswer,
} from '../../contract/signal-api.ts';
import type { PortJunction, PortState } from '../../contract/signal-port.ts';
import type { LinkStates } from '../link-states.ts';
import type { History } from '../ports.ts';
import type { Positions } from '../positions.ts';
import type { Records } from '../records.ts';
import type { SignalStates } from '../signals.ts';
import { AreaTraffics } from './area-traffic.ts';
import { CorridorAnswers } from './corridor-answers.ts';
import { LinkForecasts } from './link-forecasts.ts';
import { LinkTraffics } from './link-traffic.ts';
import { PackSignals } from './pack-signals.ts';
import { PortSignals } from './port-signals.ts';
import { SignalAnswers } from './signal-answers.ts';
import type { UsualValues } from './usual-values.ts';

export interface AnalysisDeps {
  readonly city: City;
  readonly records: Pick<Records, 'get'>;
  readonly links: LinkStates;
  readonly positions: Positions;
  readonly signals: SignalStates;
  readonly usual: UsualValues;
  readonly history: Pick<History, 'vitals'>;
  readonly nowMs: () => number;
}

/** Counts since the signal was described; the difference of two moments is what happened between them. */
export interface SignalTotals {
  /** Vehicles that crossed the stop lines. */
  readonly vehicles: number;
  /** Seconds that vehicles lost against driving at the free speed. */
  readonly lostVehS: number;
}

/** What a plan is made from. */
export interface SignalFlows {
  /** By connection, vehicles an hour over the last 15 minutes. */
  readonly connectionVph: readonly number[];
  /** By lane, vehicles an hour of green; the default where it was not seen yet. */
  readonly saturationVph: readonly number[];
  /** 0…1. */
  readonly confidence: number;
}

export class TrafficAnalysis {
  private readonly nowMs: () => number;
  private readonly ports = new PortSignals();
  private readonly pack: PackSignals;
  private readonly answers: SignalAnswers;
  private readonly corridors: CorridorAnswers;
  private readonly areas: AreaTraffics;
  private readonly linkForecasts: LinkForecasts;
  private readonly city: City;

  constructor(deps: AnalysisDeps) {
    const { city, records, links, positions, usual, history } = deps;
    const { ports } = this;
    this.nowMs = deps.nowMs;
    this.city = city;
    this.pack = new PackSignals(city, deps.signals);
    const { pack } = this;
    const traffic = new LinkTraffics(city, links, positions);
    this.answers = new SignalAnswers({ city, records, ports, pack, traffic });
    this.corridors = new CorridorAnswers({ city, records, positions, ports, pack, answers: this.answers });
    this.areas = new AreaTraffics({ city, links, traffic, ports, usual, history });
    this.linkForecasts = new LinkForecasts(city, links, usual);
  }

  /** What the history still knows. */
  async start(): Promise<void> {
    await this.areas.start(this.nowMs());
  }

  /** Controllers describe their junctions; one that is described as before keeps what was learnt of it. */
  described(junctions: readonly PortJunction[]): void {
    this.ports.described(junctions);
  }

  /** One report of controllers. `atMs`: when it came; `atS`: on the controllers' clock. */
  seen(states: readonly PortState[], atMs: number, atS: number): void {
    this.ports.seen(states, atMs, atS);
  }

  /** Lets time pass; call about once a second. */
  tick(nowMs: number): void {
    this.ports.tick(nowMs);
    this.pack.tick(nowMs);
    this.corridors.tick(nowMs);
    this.areas.tick(nowMs);
    this.linkForecasts.tick(nowMs);
  }

  /** Null: no controller has described it. */
  totals(signal: string): SignalTotals | null {
    const analysis = this.ports.get(signal)?.analysis;
    return analysis === undefined ? null : { vehicles: analysis.vehicles, lostVehS: analysis.lostVehS };
  }

  /** Null: no controller has described it. */
  flows(signal: string): SignalFlows | null {
    const port = this.ports.get(signal);
    if (port === undefined) return null;
    const { analysis } = port;
    return {
      connectionVph: analysis.connectionVph(),
      saturationVph: analysis.saturation.map((s) => s.vph),
      confidence: this.confidence(signal),
    };
  }

  /** 0…1: how much of a signal's lanes its controller has seen in the last minutes; 0 where it is silent. */
  confidence(signal: string): number {
    const port = this.ports.get(signal);
    return port?.isFresh(this.nowMs()) ? port.analysis.confidence : 0;
  }

  signalLines(): readonly SignalLine[] {
    return this.answers.all(this.nowMs());
  }

  /** Null: there is no such signal. */
  signalAnswer(id: string): SignalAnswer | null {
    return this.answers.answer(id, this.nowMs());
  }

  corridorLines(): readonly CorridorLine[] {
    return this.corridors.all(this.nowMs());
  }

  /** Asking keeps a corridor watched for a minute: vehicles along it are followed only then. Null: no such corridor. */
  corridorAnswer(id: string, minutes: number): CorridorAnswer | null {
    return this.corridors.answer(id, minutes, this.nowMs());
  }

  linkForecast(minutes: LinkForecastAnswer['minutes']): LinkForecastAnswer {
    return this.linkForecasts.answer(minutes, this.nowMs());
  }

  trafficAnswer(): TrafficAnswer {
    const districtOf = ({ id, position }: SignalLine): string | undefined =>
      this.pack.place(id)?.district ?? this.city.districtAt(position).district?.id;
    return this.areas.answer(this.signalLines(), districtOf, this.nowMs());
  }
}

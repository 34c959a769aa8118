/** The answers of the HTTP interface about traffic at signals: analysis, one junction, corridors, forecasts, what-if. */
import type { LonLat } from './geo.ts';
import type { ControlMethod, SignalGround, SignalMode } from './signal-control.ts';
import type { PortJunction, PortState } from './signal-port.ts';
import type { LocalText } from './text.ts';
import type { WhatIfRequest } from './what-if.ts';

/** Level of service at signals by control delay (HCM 7th ed., exhibit 19-8). */
export const signalServiceLevels = ['A', 'B', 'C', 'D', 'E', 'F'] as const;
export type SignalServiceLevel = (typeof signalServiceLevels)[number];
export const measuredBy = ['loops', 'probes', 'both', 'video'] as const;
export type MeasuredBy = (typeof measuredBy)[number];

/** One line of `GET /api/v1/signals`: every signal that has been heard of, in no order. */
export interface SignalLine {
  readonly id: string;
  readonly position: LonLat;
  readonly mode: SignalMode;
  readonly ground: SignalGround;
  readonly method: ControlMethod;
  /** Mean control delay of the vehicles that crossed in the last 5 minutes, s; null: not known. */
  readonly delayS: number | null;
  readonly los: SignalServiceLevel | null;
  /** Vehicles standing now. */
  readonly queue: number | null;
  /** Vehicles an hour that crossed in the last 5 minutes. */
  readonly flowVph: number | null;
  /** An approach whose queue reaches back to the junction before. */
  readonly spillBack: boolean;
  readonly measuredBy: MeasuredBy | null;
  /** 0…1. */
  readonly confidence: number;
}

export interface ApproachAnswer {
  readonly link: string;
  readonly name?: LocalText;
  /** Degrees from north in which it is driven. */
  readonly headingDeg: number;
  readonly lanes: number;
  readonly queue: number;
  readonly queueM: number;
  readonly delayS: number | null;
  readonly los: SignalServiceLevel | null;
  readonly arrivalVph: number;
  /** Learned from what discharges; the default until it has been seen (`seen` false). */
  readonly saturation: { readonly vph: number; readonly seen: boolean };
  readonly turns: readonly { readonly turn: string; readonly share: number }[];
  readonly spillBack: boolean;
  readonly measuredBy: MeasuredBy;
  readonly confidence: number;
}

/** `GET /api/v1/signals/:id`. */
export interface SignalAnswer {
  readonly line: SignalLine;
  readonly name: LocalText;
  readonly junction: PortJunction;
  readonly state: PortState | null;
  readonly stateAtMs: number | null;
  readonly approaches: readonly ApproachAnswer[];
  /** The last ten minutes: which phase was green when; the last one may still run (`untilMs` null). */
  readonly greens: readonly {
    readonly phase: number;
    readonly fromMs: number;
    readonly untilMs: number | null;
  }[];
  /** A point a minute, the last two hours; null where not known. */
  readonly history: {
    readonly atMs: readonly number[];
    readonly delayS: readonly (number | null)[];
    readonly queue: readonly (number | null)[];
  };
}

export interface CorridorLine {
  readonly id: string;
  readonly name: LocalText;
  readonly lengthM: number;
  /** In the order of the way. */
  readonly signals: readonly string[];
  readonly delayS: number | null;
}
/** `GET /api/v1/corridors/:id`: what a time–space diagram draws. Metres run from the first signal's stop line. */
export interface CorridorAnswer extends CorridorLine {
  readonly speedMps: number;
  readonly fromMs: number;
  readonly nowMs: number;
  /** So far the plan or the method lets it be foreseen. */
  readonly untilMs: number;
  readonly stops: readonly {
    readonly signal: string;
    readonly name: LocalText;
    readonly metres: number;
    /** When it was known what it showed, or a plan foretells it: what is not green then is red. */
    readonly known: readonly { readonly fromMs: number; readonly untilMs: number }[];
    /** Green for through traffic along the corridor, forth and back; `planned`: not yet happened. */
    readonly forth: readonly {
      readonly fromMs: number;
      readonly untilMs: number;
      readonly planned?: boolean;
    }[];
    readonly back: readonly {
      readonly fromMs: number;
      readonly untilMs: number;
      readonly planned?: boolean;
    }[];
  }[];
  /** Vehicles that were seen along it: time and metres in turn (ms, m, ms, m …). */
  readonly trajectories: readonly { readonly way: 'forth' | 'back'; readonly points: readonly number[] }[];
  /** Green bands at the corridor's speed: leaves the first stop between `fromMs` and `untilMs` and meets green at each. */
  readonly bands: readonly {
    readonly way: 'forth' | 'back';
    readonly fromMs: number;
    readonly untilMs: number;
  }[];
}

export interface AreaTraffic {
  /** `city`, or a district's id. */
  readonly id: string;
  readonly name: LocalText;
  readonly congestionIndex: number | null;
  /** Vehicle-hours lost an hour, now. */
  readonly lostVehH: number | null;
  /** A point each 5 minutes, the last 3 hours. */
  readonly trend: readonly (number | null)[];
  readonly signals: number;
  readonly automatic: number;
  /** Mean delay at its signals, s: where they run automatically and where not. */
  readonly delayS: number | null;
}
/** `GET /api/v1/traffic`. */
export interface TrafficAnswer {
  readonly atMs: number;
  readonly areas: readonly AreaTraffic[];
  /** Worst first. */
  readonly bottlenecks: readonly {
    readonly link: string;
    readonly name?: LocalText;
    readonly position: LonLat;
    readonly lostVehH: number;
    readonly queue: number;
    readonly sinceMs: number;
  }[];
  /** Congestion index of the city in so many minutes. */
  readonly forecast: readonly {
    readonly minutes: 15 | 30 | 60;
    readonly value: number | null;
    /** Mean absolute error over the last day, of this and of the two simple ways; null: not measured yet. */
    readonly error: number | null;
    readonly errorAsNow: number | null;
    readonly errorAsLastWeek: number | null;
  }[];
}

/** `GET /api/v1/traffic/links?minutes=`: roads whose speed is going to differ by a tenth or more. */
export interface LinkForecastAnswer {
  readonly atMs: number;
  readonly minutes: 15 | 30 | 60;
  readonly links: readonly { readonly link: string; readonly nowKph: number; readonly thenKph: number }[];
}

/** `GET /api/v1/what-if/:id`. */
export interface WhatIfAnswer {
  readonly id: string;
  readonly state: 'running' | 'done' | 'failed';
  readonly progress: number;
  readonly reason?: LocalText;
  readonly request: WhatIfRequest;
  /** Index of link → speed in km/h today and then; only those that differ by a tenth or more. */
  readonly links?: readonly { readonly link: string; readonly nowKph: number; readonly thenKph: number }[];
  readonly totals?: {
    readonly delayNowS: number;
    readonly delayThenS: number;
    readonly arrivedNow: number;
    readonly arrivedThen: number;
  };
  readonly tookMs?: number;
}

/** The answers of the HTTP interface that our own client relies on (the rest is in the OpenAPI document). */
import type { AssignmentStatus } from './cases.ts';
import type { Manifest, RoadClass } from './city-pack.ts';
import type { Bbox, LonLat } from './geo.ts';
import type { MoverKind } from './observations.ts';
import type { Person } from './roles.ts';
import type { LocalText } from './text.ts';

/** `GET /api/v1/client-config`: what a screen needs before anything else. */
export interface ClientConfig {
  readonly demo: boolean;
  readonly version: string;
  readonly tickHz: number;
  /** Absent: the server runs without a city pack, on a plain base map (`view` says where to look). */
  readonly city: (Manifest & { readonly counts: Readonly<Record<string, number>> }) | null;
  readonly view: { readonly center: LonLat; readonly zoom: number; readonly bbox: Bbox };
  /** An own base map instead of the product's: a MapLibre style, or a PMTiles file in the product's schema. */
  readonly baseMap: { readonly style?: string; readonly pmtiles?: string };
}

/**
 * `GET /api/v1/city/network`: geometry of all links in the order of their indices (the index is what telemetry frames
 * name), as JSON. `path` is flat: lon, lat, lon, lat… in 1e-6 degrees, each after the first pair relative to the one
 * before.
 */
export interface NetworkAnswer {
  readonly links: readonly {
    readonly id: string;
    readonly class: RoadClass;
    readonly lanes: number;
    readonly limit: number;
    readonly name?: LocalText;
    readonly path: readonly number[];
    /** 1 bridge, 2 tunnel. */
    readonly structure?: 1 | 2;
  }[];
  readonly signals: readonly {
    readonly id: string;
    readonly position: LonLat;
    readonly phases: number;
    /** Per phase: indices of the links that have green in it. */
    readonly greens: readonly (readonly number[])[];
  }[];
}

/** A number with where it comes from and how old it is. */
export interface Sourced {
  readonly feed: string;
  readonly observedAtMs: number;
  readonly receivedAtMs?: number;
}

/** `GET /api/v1/objects/:slot`. */
export interface ObjectAnswer extends Sourced {
  readonly slot: number;
  readonly id: string;
  readonly mover: MoverKind;
  readonly position: LonLat;
  readonly headingDeg: number;
  readonly speedKph: number | null;
  /** What its feed does not tell and the server works out from its successive positions. */
  readonly derived?: readonly ('speed' | 'heading')[];
  readonly link?: string;
  readonly linkName?: LocalText;
}

/** `GET /api/v1/links/:index`. */
export interface LinkAnswer {
  readonly index: number;
  readonly id: string;
  readonly name?: LocalText;
  readonly class: RoadClass;
  readonly lanes: number;
  readonly limitKph: number;
  readonly lengthM: number;
  readonly freeFlowKph: number;
  readonly speedKph: number | null;
  readonly travelTimeRatio: number | null;
  readonly los: string | null;
  readonly flowVph: number | null;
  readonly queueVehicles?: number | null;
  readonly probes: (Sourced & { readonly vehicles: number; readonly speedKph: number }) | null;
  readonly loops:
    | (Sourced & {
        readonly detectors: readonly string[];
        readonly speedKph: number;
        readonly flowVph: number | null;
      })
    | null;
  /** Mean speed in the last minutes, oldest first, for a small chart. */
  readonly trend: readonly { readonly atMs: number; readonly speedKph: number }[];
}

/** `GET /api/v1/search?q=`: Chinese, pinyin (whole or initials) and English. */
export interface SearchHit {
  readonly kind:
    'road' | 'place' | 'facility' | 'district' | 'unit' | 'incident' | 'vehicle' | 'station' | 'link';
  readonly id: string;
  readonly name: LocalText;
  readonly detail?: LocalText;
  readonly position?: LonLat;
  readonly bbox?: Bbox;
}

/** `GET /api/v1/history/vitals?minutes=`. Columns of equal length, oldest first; null where it was not known. */
export interface VitalsHistory {
  readonly atMs: readonly number[];
  readonly series: Readonly<Record<string, readonly (number | null)[]>>;
}

/** `GET /api/v1/incidents/:id/recommendation?level=`: what the plan would send now, and why. */
export interface RecommendationAnswer {
  readonly incident: string;
  readonly plan: { readonly id: string; readonly name: LocalText; readonly level: number };
  /** In the order of the plan; `units` are those picked for it, fewer than `count` where none fits. */
  readonly needs: readonly {
    readonly kinds: readonly string[];
    readonly capability?: string;
    readonly count: number;
    /** Units that already work on the case and count for this need. */
    readonly there: readonly string[];
    readonly units: readonly string[];
  }[];
  readonly candidates: readonly RecommendedUnit[];
  /** Homes that would fall below their minimum, and who could move up. */
  readonly uncovered: readonly {
    readonly facility: string;
    readonly name: LocalText;
    readonly kinds: readonly string[];
    readonly left: number;
    readonly minimum: number;
    readonly moveUp?: { readonly unit: string; readonly callsign: string; readonly seconds: number };
  }[];
  readonly tasks: readonly {
    readonly department: string;
    readonly title: LocalText;
    readonly minutes: number;
  }[];
  readonly notify: readonly {
    readonly facility: string;
    readonly name: LocalText;
    readonly distanceM: number;
    readonly bedsFree?: number;
  }[];
  /** Who leads and who supports, by the duty list. */
  readonly lead: string | null;
  readonly support: readonly string[];
}

export const pickReasons = ['fastest', 'capability', 'only', 'unplaced'] as const;
export const passReasons = [
  'slower',
  'busy',
  'out-of-service',
  'stale-position',
  'no-position',
  'no-way',
  'keeps-minimum',
  'off-shift',
] as const;
export interface RecommendedUnit {
  readonly unit: string;
  readonly callsign: string;
  readonly department: string;
  readonly kind: string;
  readonly picked: boolean;
  /** Why it was picked, or why not. */
  readonly why: (typeof pickReasons)[number] | (typeof passReasons)[number];
  /** Routed travel time on the live speeds; absent where there is no position or no way. */
  readonly seconds?: number;
  readonly metres?: number;
  /** Age of its position, ms. */
  readonly positionAgeMs?: number;
}

/** `GET /api/v1/incidents/:id/route/:unit`, and one for each unit under way in `/incidents/:id/routes`. */
export interface RouteAnswer {
  readonly seconds: number;
  readonly metres: number;
  readonly path: readonly LonLat[];
}

/** `GET /api/v1/incidents/:id/timeline`: everything that was done, oldest first. */
export interface TimelineAnswer {
  readonly incident: string;
  readonly entries: readonly TimelineEntry[];
  /** Closed cases at the same place, newest first. */
  readonly earlier: readonly {
    readonly incident: string;
    readonly number: number;
    readonly category: string;
    readonly title: LocalText;
    readonly reportedAtMs: number;
    readonly distanceM: number;
    readonly score?: number;
  }[];
}
export interface TimelineEntry {
  /** Journal seq; unique, in order. */
  readonly seq: number;
  readonly atMs: number;
  /** Type of the event (`incident.assigned`). */
  readonly type: string;
  /** Who, by name; `feed:ID` or `system` where no person did it. */
  readonly by: string;
  readonly from?: string;
  /** What the sentence of the type is filled with. */
  readonly facts: Readonly<Record<string, string | number | boolean>>;
  readonly text?: string;
  readonly attachments?: readonly string[];
}

/** `GET /api/v1/session`. */
export interface SessionAnswer {
  readonly person: Person | null;
  readonly csrf: string | null;
  readonly demo: boolean;
  /** Who one can sign in as by a click; demo only. */
  readonly demoAccounts?: readonly Person[];
}

/**
 * `GET /api/v1/orders` (with a feed's token; waits up to 25 s for a change after `?after=`): what each unit should do
 * now. Level-triggered: a terminal that was away reads the whole and acts on the difference.
 */
export interface OrdersAnswer {
  /** Grows with every change. */
  readonly version: number;
  readonly orders: readonly Order[];
  /** Cases of the asking vendor's feeds that somebody handles here, by the source's own number. */
  readonly handled: readonly {
    readonly feed: string;
    readonly externalId: string;
    readonly incident: string;
    readonly closed: boolean;
  }[];
}
export interface Order {
  readonly unit: string;
  readonly incident: string;
  readonly number: number;
  /** The feed and number of the source, where it came from one. */
  readonly source?: { readonly feed: string; readonly externalId: string };
  readonly status: AssignmentStatus;
  readonly assignedAtMs: number;
  /** Where to go: the scene, or the facility while transporting. Absent where the place is not known. */
  readonly position?: LonLat;
  readonly facility?: string;
  readonly category: string;
  readonly severity: number;
}

/** `GET /api/v1/evaluation?days=`: how work went, by department and by street. */
export interface EvaluationAnswer {
  readonly sinceMs: number;
  /** The formula in words of both languages. */
  readonly formula: LocalText;
  readonly departments: readonly EvaluationRow[];
  readonly streets: readonly EvaluationRow[];
  /** Percentiles of the phases over all closed cases, seconds: p50, p90, p95. */
  readonly phases: readonly {
    readonly phase: 'call-handling' | 'turnout' | 'travel' | 'first-on-scene' | 'full-response' | 'closure';
    readonly count: number;
    readonly p50: number | null;
    readonly p90: number | null;
    readonly p95: number | null;
  }[];
}
export interface EvaluationRow {
  readonly id: string;
  readonly name: LocalText;
  readonly cases: number;
  readonly score: number | null;
  readonly onTimeShare: number | null;
  readonly reworkShare: number | null;
  readonly satisfaction: number | null;
  readonly deductions: readonly {
    readonly incident: string;
    readonly number: number;
    readonly code: string;
    readonly points: number;
    readonly times: number;
  }[];
}

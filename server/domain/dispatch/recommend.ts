/**
 * What a response plan would send now, and why: the quickest units by routed travel time that can do what is needed,
 * without stripping a station below its minimum where somebody else is nearly as quick (DI-20 to DI-27). Pure: positions,
 * statuses and travel times are handed in.
 */
import type { PlanNeed, ResponsePlan, Rulebook } from '../../contract/rulebook.ts';
import type { RecommendationAnswer, RecommendedUnit } from '../../contract/api.ts';
import type { Assignment } from '../../contract/cases.ts';
import type { UnitDescription } from '../../contract/city-pack.ts';
import { distanceM, type LonLat } from '../../contract/geo.ts';
import type { unitStatuses } from '../../contract/observations.ts';
import type { LocalText } from '../../contract/text.ts';

/** What is known of a unit when it is decided on. */
export interface UnitFacts {
  readonly id: string;
  readonly callsign: string;
  readonly department: string;
  readonly kind: UnitDescription['kind'];
  readonly capabilities: readonly string[];
  readonly home: string;
  /** As its terminal says, or as it was set here. */
  readonly status: (typeof unitStatuses)[number];
  readonly position?: LonLat;
  readonly positionAgeMs?: number;
  readonly onShift: boolean;
}

export interface Travel {
  readonly seconds: number;
  readonly metres: number;
}
/** Routed travel from each of `from` to `to`; null where there is no way. */
export type TravelTimes = (to: LonLat, from: readonly LonLat[]) => readonly (Travel | null)[];

export interface Home {
  readonly id: string;
  readonly name: LocalText;
  readonly position: LonLat;
}

export interface RecommendInput {
  readonly plan: ResponsePlan;
  readonly level: number;
  readonly position: LonLat | undefined;
  readonly assignments: readonly Assignment[];
  readonly units: readonly UnitFacts[];
  /** The case a unit was sent to from here; undefined: none. */
  readonly sentTo: (unit: string) => string | undefined;
  readonly travel: TravelTimes;
  readonly minimums: Rulebook['minimums'];
  readonly home: (id: string) => Home | undefined;
  /** Positions older than this say nothing about who is near, ms. */
  readonly staleAfterMs: number;
}
export type Recommendation = Pick<RecommendationAnswer, 'needs' | 'candidates' | 'uncovered'>;

/** A unit that would strip its station is taken only where the next one is slower by more than this. */
const MINIMUM_WORTH_S = 180;
/** A unit of the plan's second choice of kind is taken only where it is quicker by more than this. */
const KIND_WORTH_S = 60;
/** Not picked units that are told for each need. */
const NEXT_BEST = 3;
/** Who could move up is looked for among so many of the nearest. */
const MOVE_UP_LOOKED_AT = 8;

interface Candidate {
  readonly unit: UnitFacts;
  readonly travel: Travel | null;
  /** Null: it can be sent. */
  readonly barred: RecommendedUnit['why'] | null;
}

export function isFree(unit: UnitFacts, sentTo: string | undefined): boolean {
  return sentTo === undefined && (unit.status === 'available' || unit.status === 'returning');
}

export function fits(unit: Pick<UnitFacts, 'kind' | 'capabilities'>, need: PlanNeed): boolean {
  return (
    need.kinds.includes(unit.kind) &&
    (need.capability === undefined || unit.capabilities.includes(need.capability))
  );
}

export function recommend(input: RecommendInput): Recommendation {
  const needs = input.plan.needs.filter((n) => n.level <= input.level);
  const candidates = candidatesFor(input, needs);
  const stations = new Stations(input);
  const there = new Set(input.assignments.filter(counts).map((a) => a.unit));
  const byId = new Map(input.units.map((u) => [u.id, u]));
  const picked = new Map<string, RecommendedUnit['why']>();
  const passed = new Map<string, RecommendedUnit['why']>();
  const outNeeds: RecommendationAnswer['needs'][number][] = [];

  for (const need of needs) {
    const already = [...there]
      .filter((id) => {
        const unit = byId.get(id);
        return unit !== undefined && fits(unit, need);
      })
      .slice(0, need.count);
    for (const id of already) there.delete(id);
    const fitting = candidates.filter((c) => fits(c.unit, need) && !picked.has(c.unit.id));
    const free = fitting.filter((c) => c.barred === null);
    const units: string[] = [];
    while (units.length < need.count - already.length) {
      const left = free.filter((c) => !picked.has(c.unit.id));
      const best = quickest(left, (c) => cost(c, need, stations));
      if (best === undefined) break;
      picked.set(best.unit.id, whyPicked(best, left, candidates, need));
      stations.take(best.unit);
      units.push(best.unit.id);
      const slowest = best.travel?.seconds ?? Infinity;
      for (const c of left) {
        if (c !== best && (c.travel?.seconds ?? Infinity) < slowest && stations.strips(c.unit))
          passed.set(c.unit.id, 'keeps-minimum');
      }
    }
    const rest = fitting.filter((c) => !picked.has(c.unit.id)).slice(0, NEXT_BEST + units.length);
    for (const c of rest) if (!passed.has(c.unit.id)) passed.set(c.unit.id, c.barred ?? 'slower');
    outNeeds.push({
      kinds: need.kinds,
      ...(need.capability !== undefined && { capability: need.capability }),
      count: need.count,
      there: already,
      units,
    });
  }
  const told = candidates.flatMap((c): RecommendedUnit[] => {
    const why = picked.get(c.unit.id) ?? passed.get(c.unit.id);
    return why === undefined ? [] : [answerOf(c, picked.has(c.unit.id), why)];
  });
  return { needs: outNeeds, candidates: told, uncovered: stations.uncovered() };
}

/** Who counts as sent: everybody who is on the case or has been at its scene. */
const counts = (a: Assignment): boolean => a.status !== 'cleared' || a.onSceneAtMs !== undefined;

/**
 * Units of the kinds that are needed, the quickest first; those without the capability too: that one of them is quicker is
 * why another is picked. Travel is asked for once, for those who have a place.
 */
function candidatesFor(input: RecommendInput, needs: readonly PlanNeed[]): Candidate[] {
  const ofKind = input.units.filter((u) => needs.some((n) => n.kinds.includes(u.kind)));
  const placed = ofKind.filter((u) => u.position !== undefined);
  const times =
    input.position === undefined
      ? []
      : input.travel(
          input.position,
          placed.map((u) => u.position!),
        );
  const travelOf = new Map(placed.map((u, i) => [u.id, times[i] ?? null]));
  return ofKind
    .map((unit): Candidate => {
      const travel = travelOf.get(unit.id) ?? null;
      return { unit, travel, barred: barred(unit, travel, input) };
    })
    .sort((a, b) => seconds(a) - seconds(b) || (a.unit.id < b.unit.id ? -1 : 1));
}

const seconds = (c: Candidate): number => c.travel?.seconds ?? Infinity;

function barred(
  unit: UnitFacts,
  travel: Travel | null,
  input: RecommendInput,
): RecommendedUnit['why'] | null {
  if (unit.status === 'out-of-service') return 'out-of-service';
  if (!isFree(unit, input.sentTo(unit.id))) return 'busy';
  if (!unit.onShift) return 'off-shift';
  // A case without a place: whoever is free is as near as anybody.
  if (input.position === undefined) return null;
  if (unit.position === undefined) return 'no-position';
  if ((unit.positionAgeMs ?? Infinity) > input.staleAfterMs) return 'stale-position';
  return travel === null ? 'no-way' : null;
}

function cost(c: Candidate, need: PlanNeed, stations: Stations): number {
  const way = c.travel?.seconds ?? 0;
  const choice = need.kinds.indexOf(c.unit.kind) * KIND_WORTH_S;
  return way + choice + (stations.strips(c.unit) ? MINIMUM_WORTH_S : 0);
}

function quickest(of: readonly Candidate[], costOf: (c: Candidate) => number): Candidate | undefined {
  let best: Candidate | undefined;
  let least = Infinity;
  for (const c of of) {
    const cost = costOf(c);
    if (cost < least) [best, least] = [c, cost];
  }
  return best;
}

function whyPicked(
  best: Candidate,
  left: readonly Candidate[],
  all: readonly Candidate[],
  need: PlanNeed,
): RecommendedUnit['why'] {
  // Where the case has no place nobody is nearer than another.
  if (best.travel === null) return 'unplaced';
  if (left.length === 1) return 'only';
  const quicker = all.some(
    (c) =>
      c.barred === null &&
      need.kinds.includes(c.unit.kind) &&
      !fits(c.unit, need) &&
      seconds(c) < seconds(best),
  );
  return quicker ? 'capability' : 'fastest';
}

const answerOf = (c: Candidate, picked: boolean, why: RecommendedUnit['why']): RecommendedUnit => ({
  unit: c.unit.id,
  callsign: c.unit.callsign,
  department: c.unit.department,
  kind: c.unit.kind,
  picked,
  why,
  ...(c.travel && { seconds: Math.round(c.travel.seconds), metres: Math.round(c.travel.metres) }),
  ...(c.unit.positionAgeMs !== undefined && { positionAgeMs: Math.round(c.unit.positionAgeMs) }),
});

/** How many free units each home keeps, against its minimums; a home that never had so many owes none. */
class Stations {
  private readonly input: RecommendInput;
  private readonly taken = new Set<string>();
  private readonly touched = new Set<string>();
  /** By home and minimum: free units, and all that live there. */
  private readonly left = new Map<string, { free: number; all: number }[]>();

  constructor(input: RecommendInput) {
    this.input = input;
    for (const unit of input.units) {
      let at = this.left.get(unit.home);
      if (!at) this.left.set(unit.home, (at = input.minimums.map(() => ({ free: 0, all: 0 }))));
      const free = isFree(unit, input.sentTo(unit.id)) && unit.onShift;
      for (const [k, m] of input.minimums.entries()) {
        if (!m.kinds.includes(unit.kind)) continue;
        at[k]!.all++;
        if (free) at[k]!.free++;
      }
    }
  }

  /** True where sending it would leave its home below a minimum that the home can have. */
  strips(unit: UnitFacts): boolean {
    const at = this.left.get(unit.home);
    return this.input.minimums.some((m, k) => {
      if (!m.kinds.includes(unit.kind)) return false;
      const { free, all } = at![k]!;
      return all > m.count && free - 1 < m.count;
    });
  }

  take(unit: UnitFacts): void {
    this.taken.add(unit.id);
    this.touched.add(unit.home);
    for (const [k, m] of this.input.minimums.entries())
      if (m.kinds.includes(unit.kind)) this.left.get(unit.home)![k]!.free--;
  }

  /** Homes that what was taken leaves below their minimum, with who could move up. */
  uncovered(): RecommendationAnswer['uncovered'] {
    const out: RecommendationAnswer['uncovered'][number][] = [];
    for (const homeId of this.touched) {
      const home = this.input.home(homeId);
      if (!home) continue;
      for (const [k, m] of this.input.minimums.entries()) {
        const { free, all } = this.left.get(homeId)![k]!;
        if (all < m.count || free >= m.count) continue;
        const moveUp = this.moveUp(home, m);
        out.push({
          facility: homeId,
          name: home.name,
          kinds: m.kinds,
          left: free,
          minimum: m.count,
          ...(moveUp && { moveUp }),
        });
      }
    }
    return out;
  }

  /** The quickest free unit of the kinds whose own home can spare it. */
  private moveUp(
    home: Home,
    m: Rulebook['minimums'][number],
  ): RecommendationAnswer['uncovered'][number]['moveUp'] {
    const { units, sentTo, staleAfterMs, travel } = this.input;
    const near = units
      .filter(
        (u) =>
          m.kinds.includes(u.kind) &&
          u.home !== home.id &&
          !this.taken.has(u.id) &&
          isFree(u, sentTo(u.id)) &&
          u.onShift &&
          u.position !== undefined &&
          (u.positionAgeMs ?? Infinity) <= staleAfterMs &&
          !this.strips(u),
      )
      .sort((a, b) => distanceM(a.position!, home.position) - distanceM(b.position!, home.position))
      .slice(0, MOVE_UP_LOOKED_AT);
    const times = travel(
      home.position,
      near.map((u) => u.position!),
    );
    let best: { unit: string; callsign: string; seconds: number } | undefined;
    for (const [i, u] of near.entries()) {
      const t = times[i];
      if (t && t.seconds < (best?.seconds ?? Infinity))
        best = { unit: u.id, callsign: u.callsign, seconds: Math.round(t.seconds) };
    }
    return best;
  }
}

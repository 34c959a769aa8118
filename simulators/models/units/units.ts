/**
 * All units of the city: at home, on patrol, on the way, on scene, at the hospital, on the way back. Emergency
 * vehicles drive through the traffic model; the others, and all on their way home, drive the fastest way by themselves.
 * A unit has at most one case.
 */
import { unitKinds, type UnitDescription } from '../../../server/contract/city-pack.ts';
import { bearingDeg, distanceM, type LonLat } from '../../../server/contract/geo.ts';
import type { UnitObservation, unitStatuses } from '../../../server/contract/observations.ts';
import type { Random } from '../../kernel/random.ts';
import type { Places } from '../places.ts';
import type { EmergencyKind, Roads } from '../roads.ts';
import { lognormal } from '../sampling.ts';
import { Drive, Router } from './route.ts';

export type UnitStatus = (typeof unitStatuses)[number];
export type UnitKind = (typeof unitKinds)[number];

export interface UnitState {
  readonly description: UnitDescription;
  readonly home: LonLat;
  status: UnitStatus;
  position: LonLat;
  headingDeg: number;
  speedKph: number;
  case: string | null;
  target: LonLat | null;
  drive: Drive | null;
  inTraffic: boolean;
  /** End of the present stage where it is timed (turn-out, handover), or of its patience on the way. */
  untilMs: number;
  nextPatrolMs: number;
  changed: boolean;
  sentAtMs: number;
}

export interface UnitArrival {
  readonly unit: string;
  readonly case: string;
}

const TRAFFIC_KINDS: Partial<Record<UnitKind, EmergencyKind>> = {
  ambulance: 'ambulance',
  'fire-engine': 'fire-engine',
  ladder: 'fire-engine',
  rescue: 'fire-engine',
  hazmat: 'fire-engine',
  'police-car': 'police-car',
  'traffic-car': 'police-car',
};
/** Kinds that are on the road between their cases. */
const PATROLS = new Set<UnitKind>(['police-car', 'traffic-car', 'traffic-motorcycle', 'urban-patrol']);
const OUT_OF_SERVICE_SHARE = 0.03;
/** Longer than this on the way through the traffic model means stuck: then the rest is driven outside it. */
const PATIENCE_MS = 20 * 60_000;
const MOVING_EVERY_MS = 2_000;
const STILL_EVERY_MS = 30_000;
/** Share of the limits driven: on patrol, normal, with lights. */
const PATROL_SHARE = 0.45;
const NORMAL_SHARE = 0.6;
const URGENT_SHARE = 0.85;
const DRONE_KPH = 55;

export class UnitsModel {
  readonly #places: Places;
  readonly #roads: Roads;
  readonly #random: Random;
  readonly #router: Router;
  readonly #units = new Map<string, UnitState>();
  #handovers: LonLat[] = [];

  constructor(places: Places, roads: Roads, random: Random, nowMs: number) {
    this.#places = places;
    this.#roads = roads;
    this.#random = random;
    this.#router = new Router(places);
    for (const description of places.pack.units) {
      const home = places.facility(description.home)?.position ?? places.pack.manifest.center;
      const out = random.chance(OUT_OF_SERVICE_SHARE);
      this.#units.set(description.id, {
        description,
        home,
        status: out ? 'out-of-service' : 'available',
        position: home,
        headingDeg: 0,
        speedKph: 0,
        case: null,
        target: null,
        drive: null,
        inTraffic: false,
        untilMs: 0,
        nextPatrolMs: nowMs + random.range(5_000, 300_000),
        changed: true,
        sentAtMs: nowMs - random.range(0, STILL_EVERY_MS),
      });
    }
  }

  get router(): Router {
    return this.#router;
  }

  unit(id: string): UnitState | undefined {
    return this.#units.get(id);
  }

  all(): Iterable<UnitState> {
    return this.#units.values();
  }

  /** The nearest unit that is free and of one of the kinds. */
  nearest(kinds: readonly UnitKind[], to: LonLat): UnitState | null {
    let best: UnitState | null = null;
    let bestM = Infinity;
    for (const unit of this.#units.values()) {
      if (unit.case !== null || (unit.status !== 'available' && unit.status !== 'returning')) continue;
      if (!kinds.includes(unit.description.kind)) continue;
      const d = distanceM(unit.position, to);
      if (d < bestM) [best, bestM] = [unit, d];
    }
    return best;
  }

  /** `turnOut: false`: the crew is under way already, as far as anybody knows. */
  assign(unitId: string, caseId: string, target: LonLat, nowMs: number, turnOut = true): void {
    const unit = this.#need(unitId);
    // Turn-out: the crew is out of the door after about a minute, at once when already on the road.
    const onRoad = unit.speedKph > 0 || unit.status === 'returning';
    unit.case = caseId;
    unit.target = target;
    unit.drive = null;
    if (turnOut) {
      this.#enter(unit, 'dispatched', nowMs + (onRoad ? 5_000 : 1000 * lognormal(this.#random, 55, 0.35)));
    } else {
      this.#send(unit, nowMs, target, true);
      this.#enter(unit, 'en-route', nowMs + PATIENCE_MS);
    }
  }

  /** Another place, for a unit that is not there yet. */
  retarget(unitId: string, target: LonLat, nowMs: number): void {
    const unit = this.#need(unitId);
    unit.target = target;
    if (unit.status !== 'en-route') return;
    this.#send(unit, nowMs, target, true);
    unit.untilMs = nowMs + PATIENCE_MS;
  }

  /** What the unit works on goes by another number from now on. */
  rename(unitId: string, caseId: string): void {
    this.#need(unitId).case = caseId;
  }

  /** The work on scene is over; with a hospital, a patient is taken there first. */
  clear(unitId: string, nowMs: number, hospital?: LonLat): void {
    const unit = this.#need(unitId);
    if (hospital) {
      unit.target = hospital;
      this.#send(unit, nowMs, hospital, true);
      this.#enter(unit, 'transporting', nowMs + PATIENCE_MS);
    } else this.#goHome(unit, nowMs);
  }

  /** A case is withdrawn: whoever is on the way turns back. */
  recall(unitId: string, nowMs: number): void {
    const unit = this.#need(unitId);
    if (unit.status !== 'transporting' && unit.status !== 'at-facility') this.#goHome(unit, nowMs);
  }

  step(nowMs: number, dtS: number): UnitArrival[] {
    const arrived = new Set(this.#roads.takeArrivals().map((a) => a.key));
    const arrivals: UnitArrival[] = [];
    for (const unit of this.#units.values()) {
      this.#move(unit, dtS);
      switch (unit.status) {
        case 'dispatched':
          if (nowMs >= unit.untilMs && unit.target) {
            this.#send(unit, nowMs, unit.target, true);
            this.#enter(unit, 'en-route', nowMs + PATIENCE_MS);
          }
          break;
        case 'en-route':
          if (this.#there(unit, arrived, nowMs)) {
            this.#halt(unit);
            this.#enter(unit, 'on-scene', 0);
            if (unit.case !== null) arrivals.push({ unit: unit.description.id, case: unit.case });
          }
          break;
        case 'transporting':
          if (this.#there(unit, arrived, nowMs)) {
            this.#halt(unit);
            this.#handovers.push(unit.position);
            this.#enter(unit, 'at-facility', nowMs + 60_000 * lognormal(this.#random, 9, 0.4));
          }
          break;
        case 'at-facility':
          if (nowMs >= unit.untilMs) this.#goHome(unit, nowMs);
          break;
        case 'returning':
          if (this.#there(unit, arrived, nowMs)) {
            this.#halt(unit);
            this.#enter(unit, 'available', 0);
            unit.nextPatrolMs = nowMs + this.#random.range(60_000, 600_000);
          }
          break;
        case 'available':
          this.#patrol(unit, nowMs);
          break;
        case 'on-scene':
        case 'out-of-service':
          break;
      }
    }
    return arrivals;
  }

  /** Where patients were brought to a hospital since the last call. */
  takeHandovers(): LonLat[] {
    const out = this.#handovers;
    this.#handovers = [];
    return out;
  }

  /** What each unit's radio reports now: at once on a change, each 2 s on the move, each 30 s at rest. */
  collect(nowMs: number): UnitObservation[] {
    const out: UnitObservation[] = [];
    for (const unit of this.#units.values()) {
      const every = unit.speedKph > 0 ? MOVING_EVERY_MS : STILL_EVERY_MS;
      if (!unit.changed && nowMs - unit.sentAtMs < every) continue;
      unit.changed = false;
      unit.sentAtMs = nowMs;
      out.push({
        type: 'unit',
        id: unit.description.id,
        at: nowMs,
        status: unit.status,
        lon: Math.round(unit.position[0] * 1e6) / 1e6,
        lat: Math.round(unit.position[1] * 1e6) / 1e6,
        headingDeg: Math.round(unit.headingDeg) % 360,
        speedKph: Math.round(unit.speedKph),
        ...(unit.case === null ? {} : { incident: unit.case }),
      });
    }
    return out;
  }

  #need(id: string): UnitState {
    const unit = this.#units.get(id);
    if (!unit) throw new Error(`no unit ${id}`);
    return unit;
  }

  #enter(unit: UnitState, status: UnitStatus, untilMs: number): void {
    unit.status = status;
    unit.untilMs = untilMs;
    unit.changed = true;
  }

  /** Stands still; an emergency vehicle at its scene stays on the road, where it is in the way. */
  #halt(unit: UnitState): void {
    unit.drive = null;
    unit.speedKph = 0;
  }

  #goHome(unit: UnitState, nowMs: number): void {
    unit.case = null;
    unit.target = unit.home;
    this.#send(unit, nowMs, unit.home, false);
    this.#enter(unit, 'returning', nowMs + PATIENCE_MS);
  }

  #patrol(unit: UnitState, nowMs: number): void {
    if (unit.drive?.arrived) {
      this.#halt(unit);
      unit.changed = true;
      unit.nextPatrolMs = nowMs + this.#random.range(60_000, 480_000);
    }
    if (unit.drive !== null || nowMs < unit.nextPatrolMs || !PATROLS.has(unit.description.kind)) return;
    const m = 1_500;
    const around: LonLat = [
      unit.home[0] + (this.#random.normal() * m) / 95_000,
      unit.home[1] + (this.#random.normal() * m) / 111_000,
    ];
    unit.drive = this.#driveTo(unit.position, around, PATROL_SHARE);
    unit.changed = true;
    if (unit.drive === null) unit.nextPatrolMs = nowMs + 120_000;
  }

  #send(unit: UnitState, nowMs: number, to: LonLat, urgent: boolean): void {
    const { kind, id } = unit.description;
    const wasInTraffic = unit.inTraffic;
    unit.drive = null;
    unit.inTraffic = false;
    if (kind === 'drone') return;
    const vehicle = TRAFFIC_KINDS[kind];
    if (urgent && vehicle !== undefined) {
      const from = this.#places.nearestLink(unit.position, drivable);
      const goal = this.#places.nearestLink(to, drivable);
      const sent =
        from !== null &&
        goal !== null &&
        this.#roads.dispatch({
          key: id,
          kind: vehicle,
          fromLink: this.#places.link(from.index).id,
          fromOffsetM: from.offsetM,
          toLink: this.#places.link(goal.index).id,
          offsetM: goal.offsetM,
          priority: true,
        });
      if (sent) {
        unit.inTraffic = true;
        unit.untilMs = nowMs + PATIENCE_MS;
        return;
      }
    }
    if (wasInTraffic) this.#roads.dismiss(id);
    unit.drive = this.#driveTo(unit.position, to, urgent ? URGENT_SHARE : NORMAL_SHARE);
  }

  #driveTo(from: LonLat, to: LonLat, share: number): Drive | null {
    const a = this.#places.nearestLink(from, drivable);
    const b = this.#places.nearestLink(to, drivable);
    if (!a || !b) return null;
    const links = this.#router.route(a.index, b.index);
    if (!links) return null;
    // On one link with the goal behind: it is at the goal for our purposes.
    const start = links.length === 1 ? Math.min(a.offsetM, b.offsetM) : a.offsetM;
    return new Drive(this.#places, links, start, b.offsetM, share);
  }

  #move(unit: UnitState, dtS: number): void {
    if (unit.inTraffic) {
      const seen = this.#roads.vehicleOf(unit.description.id);
      if (seen) {
        unit.position = [seen.lon, seen.lat];
        unit.headingDeg = seen.headingDeg;
        unit.speedKph = seen.speedKph;
      }
    } else if (unit.drive) {
      Object.assign(unit, unit.drive.step(dtS));
    } else if (unit.target && ['en-route', 'transporting', 'returning'].includes(unit.status)) {
      // Drones, and whoever no road leads to: straight on.
      flyTowards(unit, unit.target, dtS);
    }
  }

  #there(unit: UnitState, arrived: ReadonlySet<string>, nowMs: number): boolean {
    if (unit.inTraffic) {
      if (arrived.has(unit.description.id)) return true;
      if (nowMs < unit.untilMs) return false;
      this.#roads.dismiss(unit.description.id);
      unit.inTraffic = false;
      unit.drive = this.#driveTo(unit.position, unit.target ?? unit.home, URGENT_SHARE);
      return false;
    }
    if (unit.drive) return unit.drive.arrived;
    return unit.target === null || distanceM(unit.position, unit.target) < 15;
  }
}

const drivable = (link: { class: string }): boolean => link.class !== 'service' && link.class !== 'motorway';

function flyTowards(unit: UnitState, to: LonLat, dtS: number): void {
  const left = distanceM(unit.position, to);
  const t = left === 0 ? 1 : Math.min(1, ((DRONE_KPH / 3.6) * dtS) / left);
  unit.headingDeg = bearingDeg(unit.position, to);
  unit.position = [
    unit.position[0] + (to[0] - unit.position[0]) * t,
    unit.position[1] + (to[1] - unit.position[1]) * t,
  ];
  unit.speedKph = t >= 1 ? 0 : DRONE_KPH;
}

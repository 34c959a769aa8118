/**
 * What facilities and instruments report of themselves: queues as M/M/c systems, parking and beds as inertial
 * processes around daily curves, air and water after the weather. Values move in small steps and stay within capacity.
 */
import type { Facility } from '../../../server/contract/city-pack.ts';
import type { LonLat } from '../../../server/contract/geo.ts';
import type {
  FacilityObservation,
  MetricName,
  StationObservation,
} from '../../../server/contract/observations.ts';
import type { Random } from '../../kernel/random.ts';
import { hourly, poisson } from '../sampling.ts';
import type { Places } from '../places.ts';
import type { Conditions, WeatherModel } from '../weather/weather.ts';
import {
  erArrivals,
  hallArrivals,
  hallOpen,
  parkingHome,
  parkingOffice,
  parkingShops,
  pollution,
} from './curves.ts';

export interface ServiceSurroundings {
  readonly hour: number;
  readonly minute: number;
  readonly conditions: Conditions;
  /** People at a facility beyond the usual, as the scenario has it. */
  readonly crowdAt: (facility: Facility) => number;
  /** Patients an hour who come to a hospital by themselves beyond the usual, and those of them that stay. */
  readonly patientsAt: (facility: Facility) => { readonly perHour: number; readonly admitted: number };
  /** Factor on emergency-room arrivals. */
  readonly erFactor: number;
  /** Extra particles (µg/m³) at a place, as of a plume. */
  readonly plumeAt: (position: LonLat) => number;
}

export interface BusCall {
  readonly position: LonLat;
  readonly headwayS: number;
  readonly plannedS: number;
}

/** Lets time pass at one facility and says its numbers. */
interface Service {
  step(dtS: number, around: ServiceSurroundings): void;
  metrics(): Partial<Record<MetricName, number>>;
}

interface Reporter {
  readonly id: string;
  readonly everyMs: number;
  nextMs: number;
}

/** Mean time in which guests of a home are brought. */
const GUESTS_MOVE_S = 300;
const REPORT_EVERY_MS: readonly [number, number] = [15_000, 60_000];
const clamp = (v: number, low: number, high: number): number => Math.max(low, Math.min(high, v));

/** A queue with exponential service at c servers (M/M/c), stepped with Poisson counts. */
export class Queue {
  waiting: number;
  busy: number;
  constructor(waiting: number, busy: number) {
    this.waiting = waiting;
    this.busy = busy;
  }
  step(random: Random, dtS: number, arrivals: number, servers: number, serviceS: number): void {
    const left = Math.min(this.busy, poisson(random, (this.busy * dtS) / serviceS));
    this.busy -= left;
    this.waiting += poisson(random, arrivals * dtS);
    const started = Math.max(0, Math.min(this.waiting, servers - this.busy));
    this.waiting -= started;
    this.busy += started;
  }
}

class Hospital implements Service {
  readonly #random: Random;
  readonly #beds: number;
  readonly #bays: number;
  readonly #er: Queue;
  readonly #facility: Facility;
  #occupied: number;
  /** Patients that ambulances brought and that are still to be taken in. */
  brought = 0;

  constructor(facility: Facility, random: Random) {
    this.#random = random;
    this.#facility = facility;
    this.#beds = facility.capacity.beds ?? 400;
    this.#bays = facility.capacity.erBays ?? Math.max(4, Math.round(this.#beds / 40));
    this.#occupied = Math.round(this.#beds * random.range(0.72, 0.92));
    this.#er = new Queue(random.int(6), Math.round(this.#bays * 0.7));
  }

  step(dtS: number, around: ServiceSurroundings): void {
    const perHour = this.#bays * 0.95 * hourly(erArrivals, around.hour) * around.erFactor;
    const more = around.patientsAt(this.#facility);
    this.#er.waiting += this.brought;
    const stay = perHour * 0.06 + more.admitted;
    const admitted = poisson(this.#random, this.brought * 0.35 + (stay * dtS) / 3600);
    this.brought = 0;
    this.#er.step(this.#random, dtS, (perHour + more.perHour) / 3600, this.#bays, 2_700);
    // Length of stay of about six days; planned admissions keep beds near 85%.
    const left = poisson(this.#random, (this.#occupied * dtS) / (6 * 86_400));
    const planned = poisson(this.#random, (this.#beds * 0.85 * dtS) / (6 * 86_400));
    this.#occupied = clamp(this.#occupied + admitted + planned - left, 0, this.#beds);
  }

  metrics(): Partial<Record<MetricName, number>> {
    return {
      bedsFree: this.#beds - this.#occupied,
      erQueue: this.#er.waiting,
      erBaysFree: Math.max(0, this.#bays - this.#er.busy),
      // Erlang: those before me, at the rate the bays get free.
      erWaitMin: Math.round((this.#er.waiting * 45) / this.#bays),
    };
  }
}

class Parking implements Service {
  readonly #random: Random;
  readonly #spaces: number;
  readonly #curve: readonly number[];
  readonly #facility: Facility;
  #taken: number | null = null;

  constructor(facility: Facility, random: Random) {
    this.#random = random;
    this.#facility = facility;
    this.#spaces = facility.capacity.spaces ?? 200;
    this.#curve = random.pick([parkingOffice, parkingHome, parkingShops]);
  }

  step(dtS: number, around: ServiceSurroundings): void {
    const wanted = this.#spaces * hourly(this.#curve, around.hour) + around.crowdAt(this.#facility) * 0.2;
    this.#taken ??= Math.round(wanted * this.#random.range(0.9, 1.05));
    // Cars stay 100 minutes on average; arrivals make up for them and follow the curve.
    const leave = poisson(this.#random, (this.#taken * dtS) / 6_000);
    const come = poisson(this.#random, (Math.max(0, wanted) * dtS) / 6_000);
    this.#taken = clamp(this.#taken + come - leave, 0, this.#spaces);
  }

  metrics(): Partial<Record<MetricName, number>> {
    return { spacesFree: this.#spaces - Math.round(this.#taken ?? 0) };
  }
}

class Hall implements Service {
  readonly #random: Random;
  readonly #counters: number;
  readonly #queue = new Queue(0, 0);
  #open = 0;

  constructor(facility: Facility, random: Random) {
    this.#random = random;
    this.#counters = facility.capacity.counters ?? 12;
  }

  step(dtS: number, around: ServiceSurroundings): void {
    this.#open = Math.round(this.#counters * hourly(hallOpen, around.hour));
    const perS = (this.#counters * 0.78 * hourly(hallArrivals, around.hour)) / 480;
    this.#queue.step(this.#random, dtS, this.#open > 0 ? perS : 0, this.#open, 480);
    if (this.#open === 0) this.#queue.waiting = Math.max(0, this.#queue.waiting - 1);
  }

  metrics(): Partial<Record<MetricName, number>> {
    return {
      hallQueue: this.#queue.waiting,
      hallWaitMin: this.#open === 0 ? 0 : Math.round((this.#queue.waiting * 8) / this.#open),
      countersOpen: this.#open,
    };
  }
}

class ElderlyCare implements Service {
  readonly #random: Random;
  readonly #facility: Facility;
  readonly #places: number;
  #residents: number;
  /** Moved here from their homes for a time. */
  #guests = 0;

  constructor(facility: Facility, random: Random) {
    this.#random = random;
    this.#facility = facility;
    this.#places = facility.capacity.places ?? 60;
    this.#residents = Math.round(this.#places * random.range(0.7, 0.97));
  }

  step(dtS: number, around: ServiceSurroundings): void {
    const wanted = Math.min(this.#places - this.#residents, around.crowdAt(this.#facility));
    this.#guests += (wanted - this.#guests) * (1 - Math.exp(-dtS / GUESTS_MOVE_S));
    // A move-in or move-out each few days a home, a day guest now and then.
    if (this.#random.chance(dtS / 7_200)) {
      this.#residents = clamp(this.#residents + (this.#random.chance(0.5) ? 1 : -1), 0, this.#places);
    }
  }

  metrics(): Partial<Record<MetricName, number>> {
    return { residents: Math.min(this.#places, this.#residents + Math.round(this.#guests)) };
  }
}

class Crowd implements Service {
  readonly #facility: Facility;
  readonly #random: Random;
  #people = 0;

  constructor(facility: Facility, random: Random) {
    this.#facility = facility;
    this.#random = random;
  }

  step(dtS: number, around: ServiceSurroundings): void {
    const capacity = this.#facility.capacity.places ?? 30_000;
    const usual = around.hour > 6 && around.hour < 22 ? 120 : 10;
    const wanted = Math.min(capacity, usual + around.crowdAt(this.#facility));
    this.#people += (wanted - this.#people) * (1 - Math.exp(-dtS / 400)) + this.#random.normal() * 2;
    this.#people = clamp(this.#people, 0, capacity);
  }

  metrics(): Partial<Record<MetricName, number>> {
    return { people: Math.round(this.#people) };
  }
}

type MakeService = (facility: Facility, random: Random) => Service;
const makers: Partial<Record<Facility['kind'], MakeService>> = {
  hospital: (facility, random) => new Hospital(facility, random),
  parking: (facility, random) => new Parking(facility, random),
  'service-hall': (facility, random) => new Hall(facility, random),
  'elderly-care': (facility, random) => new ElderlyCare(facility, random),
  stadium: (facility, random) => new Crowd(facility, random),
};

export class ServicesModel {
  readonly #places: Places;
  readonly #random: Random;
  readonly #weather: WeatherModel;
  readonly #services = new Map<string, Service>();
  readonly #facilityReports: Reporter[] = [];
  readonly #stationReports: Reporter[] = [];
  readonly #air = new Map<string, number>();
  readonly #headways = new Map<string, { headways: number[]; ratios: number[] }>();

  constructor(places: Places, weather: WeatherModel, random: Random, nowMs: number) {
    this.#places = places;
    this.#random = random;
    this.#weather = weather;
    for (const facility of places.pack.facilities) {
      const service = makers[facility.kind]?.(facility, random.fork(facility.id)) ?? null;
      if (service === null && facility.kind !== 'bus-terminal') continue;
      if (service) this.#services.set(facility.id, service);
      this.#facilityReports.push(this.#reporter(facility.id, nowMs));
    }
    for (const s of places.pack.stations) {
      if (s.kind !== 'loop') this.#stationReports.push(this.#reporter(s.id, nowMs));
    }
  }

  /** Each at its own rhythm, the first of all within the shortest of them. */
  #reporter(id: string, nowMs: number): Reporter {
    const everyMs = this.#random.range(...REPORT_EVERY_MS);
    return { id, everyMs, nextMs: nowMs + this.#random.range(0, REPORT_EVERY_MS[0]) };
  }

  /** A patient handed over at the hospital nearest to a place. */
  handOver(at: LonLat): void {
    const hospital = this.#places.nearestFacility('hospital', at);
    const service = hospital && this.#services.get(hospital.id);
    if (service instanceof Hospital) service.brought++;
  }

  busCalled(call: BusCall): void {
    const terminal = this.#places.nearestFacility('bus-terminal', call.position);
    if (!terminal) return;
    const seen = this.#headways.get(terminal.id) ?? { headways: [], ratios: [] };
    seen.headways.push(call.headwayS);
    seen.ratios.push(call.headwayS / Math.max(1, call.plannedS));
    if (seen.headways.length > 30) {
      seen.headways.shift();
      seen.ratios.shift();
    }
    this.#headways.set(terminal.id, seen);
  }

  /** To be called each few seconds. */
  step(dtS: number, around: ServiceSurroundings): void {
    for (const service of this.#services.values()) service.step(dtS, around);
    for (const s of this.#places.pack.stations) {
      if (s.kind !== 'air') continue;
      const washed = 1 / (1 + around.conditions.rainMmH / 8);
      const blown = 1 / (1 + Math.max(0, around.conditions.windKph - 10) / 40);
      const target = 42 * hourly(pollution, around.hour) * washed * blown + around.plumeAt(s.position);
      const old = this.#air.get(s.id) ?? target * this.#random.range(0.85, 1.2);
      const pull = 1 - Math.exp(-dtS / 240);
      this.#air.set(
        s.id,
        Math.max(2, old + (target - old) * pull + this.#random.normal() * 0.15 * Math.sqrt(dtS)),
      );
    }
  }

  facilities(nowMs: number): FacilityObservation[] {
    const out: FacilityObservation[] = [];
    for (const reporter of due(this.#facilityReports, nowMs)) {
      const metrics = this.#services.get(reporter.id)?.metrics() ?? this.#headwayMetrics(reporter.id);
      if (metrics !== null)
        out.push({ type: 'facility', id: reporter.id, at: nowMs, metrics: { ...metrics } });
    }
    return out;
  }

  #headwayMetrics(id: string): Record<string, number> | null {
    const seen = this.#headways.get(id);
    if (!seen) return null;
    const mean = (v: readonly number[]): number => v.reduce((a, b) => a + b, 0) / v.length;
    return {
      headwayS: Math.round(mean(seen.headways)),
      headwayRatio: Math.round(mean(seen.ratios) * 100) / 100,
    };
  }

  stations(nowMs: number, around: ServiceSurroundings): StationObservation[] {
    const out: StationObservation[] = [];
    const byId = new Map(this.#places.pack.stations.map((s) => [s.id, s]));
    for (const reporter of due(this.#stationReports, nowMs)) {
      const s = byId.get(reporter.id)!;
      const metrics = this.#stationMetrics(s.kind, s.id, s.position, around);
      if (metrics !== null) out.push({ type: 'station', id: s.id, at: nowMs, metrics });
    }
    return out;
  }

  #stationMetrics(
    kind: 'air' | 'rain' | 'river' | 'loop' | 'crowd',
    id: string,
    position: LonLat,
    around: ServiceSurroundings,
  ): Record<string, number> | null {
    switch (kind) {
      case 'air': {
        const pm25 = this.#air.get(id);
        return pm25 === undefined ? null : { pm25: Math.round(pm25), aqi: aqiOfPm25(pm25) };
      }
      case 'rain':
        return { rainMmH: Math.round(this.#weather.rainAt(position, around.minute) * 10) / 10 };
      case 'river':
        return { levelM: Math.round(this.#weather.riverLevelM * 100) / 100 };
      case 'crowd': {
        const stadium = this.#places.nearestFacility('stadium', position);
        const service = stadium && this.#services.get(stadium.id);
        return service ? { people: service.metrics().people ?? 0 } : null;
      }
      case 'loop':
        return null;
    }
  }
}

function due(reporters: readonly Reporter[], nowMs: number): Reporter[] {
  const out: Reporter[] = [];
  for (const r of reporters) {
    if (nowMs < r.nextMs) continue;
    r.nextMs += r.everyMs * Math.max(1, Math.ceil((nowMs - r.nextMs) / r.everyMs));
    out.push(r);
  }
  return out;
}

/** Individual AQI of PM2.5 (24 h), HJ 633-2012 table 1: linear between the break points. */
export function aqiOfPm25(pm25: number): number {
  const points: readonly [number, number][] = [
    [0, 0],
    [35, 50],
    [75, 100],
    [115, 150],
    [150, 200],
    [250, 300],
    [350, 400],
    [500, 500],
  ];
  for (let i = 1; i < points.length; i++) {
    const [c1, a1] = points[i]!;
    const [c0, a0] = points[i - 1]!;
    if (pm25 <= c1) return Math.round(a0 + ((a1 - a0) * (pm25 - c0)) / (c1 - c0));
  }
  return 500;
}

/**
 * Plays a scenario's script in a city: finds its places there, and starts and ends its events at their minutes.
 * Whatever it closed or blocked is undone when another scenario takes over.
 */
import type { Facility } from '../../server/contract/city-pack.ts';
import { bearingDeg, distanceM, metresPerDegree, type LonLat } from '../../server/contract/geo.ts';
import type { Random } from '../kernel/random.ts';
import type { ScriptedCase } from '../models/incidents/incidents.ts';
import { moved, randomIn, type Places } from '../models/places.ts';
import type { Roads, TrafficSource } from '../models/roads.ts';
import type { Router } from '../models/units/route.ts';
import type { PlaceSpec, Scenario, ScenarioEvent, ScenarioWarning } from './schema.ts';

/** Who comes by car parks within so far, a tenth of them at each place. */
const AROUND_CROWD_M = 1_500;
const PARKED_SHARE = 0.1;

interface Task {
  readonly atMin: number;
  readonly run: () => void;
}

export interface Stage {
  readonly places: Places;
  readonly roads: Roads;
  readonly traffic: Pick<TrafficSource, 'addDemand'>;
  readonly router: Router;
  readonly random: Random;
  readonly openCase: (scripted: ScriptedCase) => void;
  readonly warn: (warning: ScenarioWarning) => void;
  readonly log: (line: string) => void;
}

export class Director {
  readonly scenario: Scenario;
  readonly #stage: Stage;
  #tasks: Task[] = [];
  readonly #closed = new Map<string, number>();
  readonly #dark = new Map<string, number>();
  readonly #crowds: { at: Facility; people: number }[] = [];
  readonly #patients: { at: Facility; perHour: number; admitted: number }[] = [];
  readonly #plumes: { from: LonLat; pm25: number; reachM: number }[] = [];

  constructor(scenario: Scenario, stage: Stage) {
    this.scenario = scenario;
    this.#stage = stage;
    for (const [i, event] of scenario.events.entries()) this.#plan(event, stage.random.fork(`event-${i}`));
    this.#tasks.sort((a, b) => a.atMin - b.atMin);
  }

  /** To be called about once a second. `minute`: since the scenario began. */
  step(minute: number): void {
    while (this.#tasks.length > 0 && this.#tasks[0]!.atMin <= minute) this.#tasks.shift()!.run();
  }

  get closedLinks(): number {
    return this.#closed.size;
  }

  crowdAt(facility: Facility): number {
    let people = 0;
    for (const { at, people: n } of this.#crowds) {
      if (at.id === facility.id) people += n;
      else if (facility.kind === 'parking' && distanceM(at.position, facility.position) < AROUND_CROWD_M)
        people += n * PARKED_SHARE;
    }
    return people;
  }

  /** Who comes to a hospital by themselves beyond the usual: an hour, and those of them that stay. */
  patientsAt(facility: Facility): { readonly perHour: number; readonly admitted: number } {
    const here = this.#patients.filter(({ at }) => at.id === facility.id);
    return {
      perHour: here.reduce((n, p) => n + p.perHour, 0),
      admitted: here.reduce((n, p) => n + p.perHour * p.admitted, 0),
    };
  }

  /** µg/m³ at a place, for the wind that blows now: a Gaussian across the axis, thinning along it. */
  plumeAt(position: LonLat, windFromDeg: number): number {
    let sum = 0;
    for (const plume of this.#plumes) {
      const d = distanceM(plume.from, position);
      if (d > plume.reachM) continue;
      if (d < 1) {
        sum += plume.pm25;
        continue;
      }
      const off = ((bearingDeg(plume.from, position) - (windFromDeg + 180) + 540) % 360) - 180;
      sum += plume.pm25 * Math.exp(-0.5 * (off / 25) ** 2) * Math.exp(-d / (plume.reachM / 2.5));
    }
    return sum;
  }

  /** Takes back everything this scenario has done to the roads. */
  end(): void {
    this.#tasks = [];
    for (const link of this.#closed.keys()) while (this.#closed.has(link)) this.#open(link);
    for (const signal of this.#dark.keys()) while (this.#dark.has(signal)) this.#light(signal);
    this.#crowds.length = 0;
    this.#patients.length = 0;
    this.#plumes.length = 0;
  }

  find(spec: PlaceSpec, random: Random): LonLat {
    const { places } = this.#stage;
    const { center, bbox } = places.pack.manifest;
    switch (spec.at) {
      case 'centre':
        return center;
      case 'position':
        return spec.position;
      case 'facility':
        return (
          places.facilities(spec.kind)[spec.nth]?.position ??
          places.facilities(spec.kind)[0]?.position ??
          center
        );
      case 'area': {
        const areas = places.areas(spec.kind);
        // The same point for all events that name the area: its first polygon's middle, where that is dry land.
        const ring = areas[0]?.polygons[0]?.[0];
        if (!ring) return places.inArea('industrial', random) ?? center;
        const mean: LonLat = [
          ring.reduce((a, p) => a + p[0], 0) / ring.length,
          ring.reduce((a, p) => a + p[1], 0) / ring.length,
        ];
        return places.inWater(mean) ? randomIn(areas[0]!.polygons, random) : mean;
      }
      case 'towards': {
        const m = metresPerDegree(center[1]);
        const reachM = Math.min((bbox[2] - bbox[0]) * m.lon, (bbox[3] - bbox[1]) * m.lat) / 2;
        const angle = (spec.bearingDeg * Math.PI) / 180;
        const r = reachM * spec.share;
        return moved(center, Math.sin(angle) * r, Math.cos(angle) * r);
      }
    }
  }

  #at(atMin: number, run: () => void): void {
    this.#tasks.push({ atMin, run });
  }

  /** An effect that lies in a list while it lasts. */
  #during<T>({ atMin, untilMin }: { atMin: number; untilMin: number }, list: T[], effect: T): void {
    this.#at(atMin, () => list.push(effect));
    this.#at(untilMin, () => remove(list, effect));
  }

  #plan(event: ScenarioEvent, random: Random): void {
    const { places, traffic, openCase } = this.#stage;
    switch (event.do) {
      case 'incident':
        this.#at(event.atMin, () => {
          const { do: _do, atMin: _at, place, ...rest } = event;
          const wanted = this.find(place, random);
          // Things happen where one can get to.
          const road = places.nearestLink(wanted, (l) => l.class !== 'motorway');
          openCase({ ...rest, position: place.at === 'area' || !road ? wanted : road.position });
        });
        break;
      case 'crowd': {
        const [at] = places.facilities(event.facility);
        if (at) this.#during(event, this.#crowds, { at, people: event.people });
        break;
      }
      case 'patients': {
        const at = places.nearestFacility('hospital', this.find(event.place, random));
        const { perHour, admitted } = event;
        if (at) this.#during(event, this.#patients, { at, perHour, admitted });
        break;
      }
      case 'plume': {
        const from = this.find(event.place, random);
        this.#during(event, this.#plumes, { from, pm25: event.pm25AtSource, reachM: event.reachM });
        break;
      }
      case 'warning':
        this.#at(event.atMin, () => this.#stage.warn(event));
        break;
      case 'blackout': {
        const signals = places.signalsWithin(this.find(event.place, random), event.radiusM);
        this.#at(event.atMin, () => signals.forEach((id) => this.#darken(id)));
        this.#at(event.untilMin, () => signals.forEach((id) => this.#light(id)));
        break;
      }
      case 'demand':
        this.#at(event.atMin, () => {
          const around = disc(this.find(event.place, random), 500);
          traffic.addDemand({
            fromArea: event.direction === 'out' ? around : null,
            toArea: event.direction === 'in' ? around : null,
            vehiclesPerHour: event.vehiclesPerHour,
            seconds: (event.untilMin - event.atMin) * 60,
          });
        });
        break;
      case 'cordon': {
        const inside = (): string[] => {
          const middle = this.find(event.place, random);
          return places.pack.links
            .filter(
              (_, i) => distanceM(places.along(i, places.lengthM(i) / 2).position, middle) < event.radiusM,
            )
            .map((l) => l.id);
        };
        const links = inside();
        this.#at(event.atMin, () => links.forEach((id) => this.#close(id)));
        this.#at(event.untilMin, () => links.forEach((id) => this.#open(id)));
        break;
      }
      case 'close-route':
        this.#planRoute(event, random);
        break;
    }
  }

  #planRoute(event: Extract<ScenarioEvent, { do: 'close-route' }>, random: Random): void {
    const { places, router, log } = this.#stage;
    const stops = event.via.map((spec) =>
      places.nearestLink(this.find(spec, random), (l) => l.class !== 'motorway' && l.class !== 'service'),
    );
    let runM = 0;
    for (let k = 1; k < stops.length; k++) {
      const [a, b] = [stops[k - 1], stops[k]];
      const links = a && b ? router.route(a.index, b.index, (l) => l.class !== 'motorway') : null;
      if (!links) {
        log(`scenario ${this.scenario.name}: no way for leg ${k} of the route; left out`);
        continue;
      }
      for (const index of links) {
        const id = places.link(index).id;
        const reachedMin = event.atMin + (runM / 1000 / event.fieldKph) * 60;
        this.#at(Math.max(event.atMin, reachedMin - event.beforeMin), () => this.#close(id));
        this.#at(reachedMin + event.afterMin, () => this.#open(id));
        runM += places.lengthM(index);
      }
    }
  }

  #close(linkId: string): void {
    this.#closed.set(linkId, (this.#closed.get(linkId) ?? 0) + 1);
    this.#stage.roads.closeLink(linkId);
  }

  #open(linkId: string): void {
    if (once(this.#closed, linkId)) this.#stage.roads.reopenLink(linkId);
  }

  #darken(signalId: string): void {
    this.#dark.set(signalId, (this.#dark.get(signalId) ?? 0) + 1);
    this.#stage.roads.setSignalDark(signalId, true);
  }

  #light(signalId: string): void {
    if (once(this.#dark, signalId)) this.#stage.roads.setSignalDark(signalId, false);
  }
}

/** Takes one of the times back. False: there is none. */
function once(times: Map<string, number>, id: string): boolean {
  const n = times.get(id);
  if (n === undefined) return false;
  if (n > 1) times.set(id, n - 1);
  else times.delete(id);
  return true;
}

function remove<T>(list: T[], item: T): void {
  const i = list.indexOf(item);
  if (i >= 0) list.splice(i, 1);
}

/** A ring of 16 points. */
function disc(centre: LonLat, radiusM: number): LonLat[] {
  return Array.from({ length: 17 }, (_, i) =>
    moved(centre, Math.cos((i / 8) * Math.PI) * radiusM, Math.sin((i / 8) * Math.PI) * radiusM),
  );
}

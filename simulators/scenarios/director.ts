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
import type { PlaceSpec, Scenario, ScenarioEvent } from './schema.ts';

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
  readonly log: (line: string) => void;
}

export class Director {
  readonly scenario: Scenario;
  readonly #stage: Stage;
  #tasks: Task[] = [];
  readonly #closed = new Map<string, number>();
  readonly #crowds: { kind: Facility['kind']; people: number }[] = [];
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
    for (const c of this.#crowds) {
      if (c.kind === facility.kind) people += c.people;
      else if (this.#nearCrowd(facility, c.kind)) people += c.people * 0.02;
    }
    return people;
  }

  #nearCrowd(facility: Facility, kind: Facility['kind']): boolean {
    const centre = this.#stage.places.facilities(kind)[0];
    return centre !== undefined && distanceM(centre.position, facility.position) < 1_500;
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
    for (const [link, times] of this.#closed) {
      for (let i = 0; i < times; i++) this.#stage.roads.reopenLink(link);
    }
    this.#closed.clear();
    this.#crowds.length = 0;
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
        const crowd = { kind: event.facility, people: event.people };
        this.#at(event.atMin, () => this.#crowds.push(crowd));
        this.#at(event.untilMin, () => remove(this.#crowds, crowd));
        break;
      }
      case 'plume': {
        const plume = {
          from: this.find(event.place, random),
          pm25: event.pm25AtSource,
          reachM: event.reachM,
        };
        this.#at(event.atMin, () => this.#plumes.push(plume));
        this.#at(event.untilMin, () => remove(this.#plumes, plume));
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
    const times = this.#closed.get(linkId);
    if (times === undefined) return;
    if (times > 1) this.#closed.set(linkId, times - 1);
    else this.#closed.delete(linkId);
    this.#stage.roads.reopenLink(linkId);
  }
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

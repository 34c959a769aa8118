/** Buses on the pack's routes: a departure every headway, a dwell at each stop, arrivals with the headway seen there. */
import type { Random } from '../../kernel/random.ts';
import { EventHeap } from '../../kernel/event-heap.ts';
import { movementBetween, type Network } from './network.ts';
import { MOVE_EXIT, NO_STOP } from './lanes.ts';
import type { Kernel } from './kernel.ts';
import { kindIndex } from './vehicles.ts';

export interface BusArrival {
  readonly route: string;
  readonly stopIndex: number;
  readonly atS: number;
  /** Since the bus before; null for the first. */
  readonly headwayS: number | null;
}

interface Route {
  readonly id: string;
  readonly links: readonly number[];
  readonly movements: readonly number[];
  /** Stops in order of driving: leg, lane metres, number in the pack's list. */
  readonly stops: readonly { leg: number; at: number; index: number }[];
  readonly headwayS: number;
  readonly lastArrivalS: number[];
}

export class Buses {
  private readonly routes: Route[];
  private readonly departures = new EventHeap<number>();
  /** Buses that came onto the road. */
  entered = 0;
  private arrivals: BusArrival[] = [];
  private readonly kernel: Kernel;
  private readonly random: Random;
  /** Routes of the pack that cannot be driven as listed. */
  readonly broken: string[] = [];

  constructor(kernel: Kernel, random: Random) {
    this.kernel = kernel;
    this.random = random;
    this.routes = kernel.net.pack.busRoutes.flatMap((r) => {
      const route = readRoute(kernel.net, r);
      if (route === null) this.broken.push(r.id);
      return route ?? [];
    });
    this.routes.forEach((r, i) => this.departures.push(kernel.nowS + random.range(0, r.headwayS), i));
  }

  /** Buses that were on their way when the simulation begins, a headway apart. */
  placeAlong(speedMps: number): void {
    const { net } = this.kernel;
    this.routes.forEach((r, n) => {
      let due = r.headwayS * speedMps * this.random.range(0.5, 1);
      let at = 0;
      for (let leg = 0; leg < r.links.length - 1; leg++) {
        const L = net.linkLengthM[r.links[leg]!]!;
        at += L;
        if (at < due || L < 40) continue;
        due = at + r.headwayS * speedMps;
        this.place(n, leg, L / 2);
      }
    });
  }

  step(): void {
    for (;;) {
      const n = this.departures.popDue(this.kernel.nowS);
      if (n === undefined) return;
      const placed = this.place(
        n,
        0,
        Math.min(this.kernel.net.linkLengthM[this.routes[n]!.links[0]!]! - 1, 14),
      );
      this.departures.push(this.kernel.nowS + (placed ? this.routes[n]!.headwayS : 5), n);
    }
  }

  next(vehicle: number, link: number): number {
    const { vehicles } = this.kernel;
    const route = this.routes[vehicles.route[vehicle]!]!;
    let leg = vehicles.leg[vehicle]!;
    if (route.links[leg] !== link) leg++;
    if (route.links[leg] !== link) return MOVE_EXIT;
    vehicles.leg[vehicle] = leg;
    return route.movements[leg] ?? MOVE_EXIT;
  }

  stopAt(vehicle: number): number {
    const { vehicles } = this.kernel;
    const route = this.routes[vehicles.route[vehicle]!]!;
    const stop = route.stops[vehicles.stop[vehicle]!];
    return stop !== undefined && stop.leg === vehicles.leg[vehicle] ? stop.at : NO_STOP;
  }

  /** A bus has stopped: notes the arrival, answers the dwell time. */
  atStop(vehicle: number): number {
    const { vehicles, nowS } = this.kernel;
    const route = this.routes[vehicles.route[vehicle]!]!;
    const stop = route.stops[vehicles.stop[vehicle]!];
    vehicles.stop[vehicle]!++;
    if (stop === undefined) return 0;
    const last = route.lastArrivalS[stop.index];
    route.lastArrivalS[stop.index] = nowS;
    this.arrivals.push({
      route: route.id,
      stopIndex: stop.index,
      atS: nowS,
      headwayS: last === undefined ? null : nowS - last,
    });
    // People who came since the last bus get on: 8 s and 1.8 s for each of them, 1 in 40 s.
    const waited = Math.min(2 * route.headwayS, last === undefined ? route.headwayS : nowS - last);
    return Math.min(60, 8 + (1.8 * waited * this.random.range(0.5, 1.5)) / 40);
  }

  takeArrivals(): BusArrival[] {
    const out = this.arrivals;
    this.arrivals = [];
    return out;
  }

  private place(n: number, leg: number, x: number): boolean {
    const { vehicles, net } = this.kernel;
    const route = this.routes[n]!;
    const v = vehicles.add(kindIndex.bus);
    vehicles.route[v] = n;
    vehicles.leg[v] = leg;
    const first = route.stops.findIndex((s) => s.leg > leg || (s.leg === leg && s.at > x + 5));
    vehicles.stop[v] = first < 0 ? route.stops.length : first;
    vehicles.exitShare[v] = 0.95;
    const slot = this.kernel.insert(v, net.laneStart[route.links[leg]!]!, x, 3, 0.9);
    if (slot < 0) vehicles.release(v);
    else this.entered++;
    return slot >= 0;
  }
}

function readRoute(
  net: Network,
  r: {
    id: string;
    links: readonly string[];
    stops: readonly { link: string; offsetM: number }[];
    headwayS: number;
  },
): Route | null {
  const links = r.links.map((id) => net.linkIndex.get(id) ?? -1);
  if (links.includes(-1)) return null;
  const movements: number[] = [];
  for (let i = 0; i + 1 < links.length; i++) {
    const m = movementBetween(net, links[i]!, links[i + 1]!);
    if (m < 0) return null;
    movements.push(m);
  }
  let leg = 0;
  const stops: { leg: number; at: number; index: number }[] = [];
  for (let index = 0; index < r.stops.length; index++) {
    const stop = r.stops[index]!;
    const found = r.links.indexOf(stop.link, leg);
    if (found < 0) continue;
    leg = found;
    const L = net.linkLengthM[links[leg]!]!;
    stops.push({
      leg,
      at: Math.max(Math.min(13, L - 2), Math.min(L - 4, stop.offsetM - net.linkTrimM[links[leg]!]!)),
      index,
    });
  }
  stops.sort((a, b) => a.leg - b.leg || a.at - b.at);
  return { id: r.id, links, movements, stops, headwayS: r.headwayS, lastArrivalS: [] };
}

/**
 * What crews make of the server's orders: they turn out, drive, work, take somebody to a hospital and come home, and a
 * mobile terminal says so. Orders are level-triggered: each answer is the whole of what is wanted, and only the
 * difference to what a unit does already is acted on. A unit follows at most one order.
 */
import type { Order, OrdersAnswer } from '../../../server/contract/api.ts';
import { isCategory } from '../../../server/contract/categories.ts';
import { distanceM, type LonLat } from '../../../server/contract/geo.ts';
import type { Random } from '../../kernel/random.ts';
import type { IncidentsModel } from '../incidents/incidents.ts';
import type { Places } from '../places.ts';
import type { UnitArrival, UnitsModel, UnitState } from './units.ts';

/** The feed by which the simulated cases are reported; its numbers are the simulation's own. */
export const REPORTS_FEED = 'sim-incidents';
/** A place that was changed by less is the same place. */
const SAME_PLACE_M = 20;

interface Task {
  order: Order;
  /** The case as it is called in the unit's reports. */
  label: string;
  target: LonLat;
  /** When its work on scene is over; null: it is not there yet. */
  leaveAtMs: number | null;
  /** It will take somebody to a hospital. */
  brings: boolean;
}

interface Work {
  readonly endsAtMs: number;
  done: boolean;
}

export class Crews {
  readonly #places: Places;
  readonly #units: UnitsModel;
  readonly #incidents: IncidentsModel;
  readonly #random: Random;
  readonly #tasks = new Map<string, Task>();
  /** Orders that a unit has finished and that the server has not taken back yet. */
  readonly #finished = new Map<string, Order>();
  /** Work on scene by the server's case. */
  readonly #works = new Map<string, Work>();
  #handled = new Set<string>();
  #briefed = false;

  constructor(places: Places, units: UnitsModel, incidents: IncidentsModel, random: Random) {
    this.#places = places;
    this.#units = units;
    this.#incidents = incidents;
    this.#random = random;
  }

  /**
   * Whether orders were heard yet. Until then no unit reports: “available” from one that begins anew would be taken for
   * the end of what it was sent to.
   */
  get briefed(): boolean {
    return this.#briefed;
  }

  /** Takes what the server wants now. */
  hear(answer: OrdersAnswer, nowMs: number): void {
    this.#briefed = true;
    const wanted = new Map<string, Order>();
    for (const order of answer.orders) {
      const other = wanted.get(order.unit);
      if (order.status === 'cleared' || (other && other.assignedAtMs > order.assignedAtMs)) continue;
      wanted.set(order.unit, order);
    }
    for (const [unit, task] of this.#tasks) {
      if (wanted.has(unit)) continue;
      this.#drop(unit, task);
      this.#units.clear(unit, nowMs);
    }
    for (const [unit, order] of this.#finished) {
      if (!same(wanted.get(unit), order)) this.#finished.delete(unit);
    }
    for (const [id, order] of wanted) this.#follow(id, order, nowMs);
    this.#hearHandled(answer);
  }

  /** To be called after each step of the units, with who has arrived. */
  step(nowMs: number, arrivals: readonly UnitArrival[]): void {
    for (const { unit } of arrivals) {
      const task = this.#tasks.get(unit);
      if (task) this.#arrive(this.#units.unit(unit)!, task, nowMs);
    }
    for (const [incident, work] of this.#works) {
      if (work.done || nowMs < work.endsAtMs) continue;
      work.done = true;
      for (const task of this.#tasks.values()) {
        const report = reportOf(task.order);
        if (task.order.incident === incident && report !== null) this.#incidents.workDone(report);
      }
    }
    for (const [id, task] of this.#tasks) {
      const unit = this.#units.unit(id)!;
      if (unit.case !== task.label) this.#finish(id, task);
      else if (unit.status === 'on-scene' && task.leaveAtMs !== null && nowMs >= task.leaveAtMs) {
        this.#leave(unit, task, nowMs);
      }
    }
  }

  /** Cases the server no longer names it is done with: it keeps closed ones for a while only. */
  #hearHandled(answer: OrdersAnswer): void {
    const reports = answer.handled.filter((h) => h.feed === REPORTS_FEED);
    const named = new Set(reports.map((h) => h.externalId));
    const gone = [...this.#handled].filter((id) => !named.has(id));
    this.#incidents.hear([...reports, ...gone.map((externalId) => ({ externalId, closed: true }))]);
    this.#handled = named;
  }

  #follow(id: string, order: Order, nowMs: number): void {
    const unit = this.#units.unit(id);
    if (!unit || unit.status === 'out-of-service' || same(this.#finished.get(id), order)) return;
    const task = this.#tasks.get(id);
    if (task && task.order.assignedAtMs === order.assignedAtMs) this.#adjust(unit, task, order, nowMs);
    else {
      if (task) this.#drop(id, task);
      // A crew that was not told where to cannot set out; it waits for the place.
      if (order.status === 'dispatched' && this.#targetOf(order) === undefined) return;
      this.#begin(unit, order, nowMs);
    }
  }

  #begin(unit: UnitState, order: Order, nowMs: number): void {
    const { id } = unit.description;
    const label = labelOf(order);
    const target = this.#targetOf(order) ?? unit.position;
    this.#tasks.set(id, { order, label, target, leaveAtMs: null, brings: false });
    // An order that somebody carries out already: taken up by a simulation that has begun anew.
    this.#units.assign(id, label, target, nowMs, order.status === 'dispatched');
    if (brings(order)) this.#units.clear(id, nowMs, this.#hospital(order, unit.position));
  }

  #targetOf(order: Order): LonLat | undefined {
    return order.position ?? this.#sceneOf(order);
  }

  #adjust(unit: UnitState, task: Task, order: Order, nowMs: number): void {
    const { id } = unit.description;
    const before = task.order;
    task.order = order;
    task.label = labelOf(order);
    if (unit.case !== null) this.#units.rename(id, task.label);
    const work = this.#works.get(before.incident);
    // Merged into another case meanwhile: the work goes with it.
    if (work && !this.#works.has(order.incident)) this.#works.set(order.incident, work);
    if (before.incident !== order.incident) this.#forgetWork(before.incident);
    const onItsWay = unit.status === 'dispatched' || unit.status === 'en-route';
    if (brings(order)) {
      const elsewhere = unit.status === 'transporting' && order.facility !== before.facility;
      if (onItsWay || unit.status === 'on-scene' || elsewhere) {
        this.#units.clear(id, nowMs, this.#hospital(order, unit.position));
      }
    } else if (onItsWay && order.position && distanceM(order.position, task.target) > SAME_PLACE_M) {
      task.target = order.position;
      this.#units.retarget(id, order.position, nowMs);
    }
  }

  #arrive(unit: UnitState, task: Task, nowMs: number): void {
    const { incident } = task.order;
    const category = isCategory(task.order.category) ? task.order.category : null;
    const report = reportOf(task.order);
    const share = this.#incidents.transportShare(report, category);
    task.brings = unit.description.kind === 'ambulance' && this.#random.chance(share);
    let work = this.#works.get(incident);
    if (!work) {
      const minutes = this.#incidents.workMinutes(report, category);
      work = { endsAtMs: nowMs + minutes * 60_000, done: false };
      this.#works.set(incident, work);
    }
    // Who comes late still has a look; nobody leaves in the same second as the others.
    const look = nowMs + this.#random.range(60_000, 180_000);
    task.leaveAtMs = Math.max(work.endsAtMs + this.#random.range(0, 60_000), look);
  }

  #leave(unit: UnitState, task: Task, nowMs: number): void {
    const { id } = unit.description;
    const takes = task.brings || task.order.facility !== undefined;
    task.leaveAtMs = null;
    this.#units.clear(id, nowMs, takes ? this.#hospital(task.order, unit.position) : undefined);
    if (!takes) this.#finish(id, task);
  }

  #finish(unit: string, task: Task): void {
    this.#drop(unit, task);
    this.#finished.set(unit, task.order);
  }

  #drop(unit: string, task: Task): void {
    this.#tasks.delete(unit);
    this.#forgetWork(task.order.incident);
  }

  /** Work that nobody is at any more. */
  #forgetWork(incident: string): void {
    for (const other of this.#tasks.values()) if (other.order.incident === incident) return;
    this.#works.delete(incident);
  }

  #sceneOf(order: Order): LonLat | undefined {
    const report = reportOf(order);
    return report === null ? undefined : this.#incidents.caseOf(report)?.scene.position;
  }

  #hospital(order: Order, from: LonLat): LonLat {
    const named = order.facility === undefined ? undefined : this.#places.facility(order.facility)?.position;
    return named ?? this.#places.nearestFacility('hospital', from)?.position ?? from;
  }
}

const same = (a: Order | undefined, b: Order | undefined): boolean =>
  a !== undefined && b !== undefined && a.assignedAtMs === b.assignedAtMs && a.unit === b.unit;
const brings = (order: Order): boolean => order.status === 'transporting' || order.status === 'at-facility';
const labelOf = (order: Order): string => order.source?.externalId ?? order.incident;
const reportOf = (order: Order): string | null =>
  order.source?.feed === REPORTS_FEED ? order.source.externalId : null;

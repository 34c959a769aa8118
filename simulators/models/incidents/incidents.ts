/**
 * Cases of a city as its call centres would report them: they arise as an inhomogeneous Poisson process, are reported
 * by one or several callers, worked by units, and closed. The case is the truth; what is published is what callers and
 * dispatchers say of it. Dispatched by the vendor itself, every report that is opened is closed in the end; dispatched
 * by the server, reports wait, the server closes them, and the work on scene is all that is decided here.
 */
import { categories, type CategoryCode, type Channel } from '../../../server/contract/categories.ts';
import type { LonLat } from '../../../server/contract/geo.ts';
import type { IncidentObservation } from '../../../server/contract/observations.ts';
import type { LocalText } from '../../../server/contract/text.ts';
import type { Random } from '../../kernel/random.ts';
import type { Places } from '../places.ts';
import type { Roads } from '../roads.ts';
import { exponential, lognormal, poisson } from '../sampling.ts';
import type { UnitArrival, UnitKind, UnitsModel } from '../units/units.ts';
import type { IncidentKind } from './kind.ts';
import { incidentKinds } from './kinds.ts';
import { Rates, type Surroundings } from './rates.ts';
import { makeScene, report, type Report, type Scene } from './scene.ts';
import { serviceOf } from './service.ts';
import { siteOf } from './site.ts';

/** Who sends units: the vendor its own (as without a dispatching server), or the server by its orders. */
export type Dispatch = 'own' | 'server';

interface Told {
  readonly id: string;
  readonly channel: Channel;
  readonly report: Report;
  readonly atMs: number;
  /** What the server has made of it. */
  fate: 'waiting' | 'handled' | 'closed';
}

/** What the server says of a report it handles. */
export interface HandledReport {
  readonly externalId: string;
  readonly closed: boolean;
}

type Stage = 'queued' | 'responding' | 'working' | 'done';

export interface Case {
  readonly id: string;
  readonly kind: IncidentKind;
  readonly scene: Scene;
  readonly openedMs: number;
  readonly isFalse: boolean;
  readonly severity: number;
  readonly extra: { readonly title?: LocalText; readonly detail?: LocalText };
  stage: Stage;
  sourceStatus: string;
  readonly told: Told[];
  furtherAtMs: number[];
  /** Kinds of units that still have to be found. */
  wanted: (readonly UnitKind[])[];
  units: string[];
  onScene: number;
  nextMs: number;
  /** Takes back what it does to the roads. */
  undo: (() => void)[];
}

/** A case of a scenario's script: where and what is given, the rest as ever. */
export interface ScriptedCase {
  readonly key: IncidentKind['key'];
  readonly position: LonLat;
  readonly category?: CategoryCode;
  readonly severity?: number;
  readonly title?: LocalText;
  readonly detail?: LocalText;
  readonly furtherCallers?: number;
  readonly serviceMin?: number;
  readonly units?: readonly (readonly UnitKind[])[];
  /** It was reported so many days before, and is long closed. */
  readonly daysAgo?: number | undefined;
}

const DAY_MS = 86_400_000;
/** What was closed long ago had taken so long. */
const PAST_WORK_MS = 5 * 3_600_000;
/** Rates are looked at anew this often; the process is exact for rates that are constant in between. */
const RATE_STEP_S = 1;
const MAX_OPEN = 400;
const MAX_BLOCK_S = 3 * 3_600;
const LONGEST_WORK_MIN = 6 * 60;
const EMERGENCY = new Set<Channel>(['110', '119', '120', '122', 'sensor']);
const AGENCIES: Partial<Record<Channel, string>> = {
  '110': '公安指挥中心',
  '119': '消防救援指挥中心',
  '120': '急救中心',
  '122': '交警指挥中心',
  '12345': '市民热线',
  grid: '网格中心',
  sensor: '消防物联网',
};

export class IncidentsModel {
  readonly #places: Places;
  readonly #roads: Roads;
  readonly #units: UnitsModel;
  readonly #random: Random;
  readonly #tag: string;
  readonly #dispatchBy: Dispatch;
  readonly #rates: Rates;
  readonly #cases = new Map<string, Case>();
  /** The case of each report, by the report's number. */
  readonly #byReport = new Map<string, Case>();
  #out: IncidentObservation[] = [];
  #last: IncidentObservation | null = null;
  #serial = 0;
  #carryS = 0;

  /** `tag` keeps the numbers of this run apart from those of earlier runs on the same server. */
  constructor(
    places: Places,
    roads: Roads,
    units: UnitsModel,
    random: Random,
    tag: string,
    dispatchBy: Dispatch = 'own',
  ) {
    this.#dispatchBy = dispatchBy;
    this.#places = places;
    this.#roads = roads;
    this.#units = units;
    this.#random = random;
    this.#tag = tag;
    this.#rates = new Rates(places, roads);
  }

  get openCases(): number {
    return this.#cases.size;
  }

  get openReports(): number {
    let n = 0;
    for (const c of this.#cases.values()) n += c.told.length;
    return n;
  }

  cases(): Iterable<Case> {
    return this.#cases.values();
  }

  /** The last message again, word for word. */
  repeatLast(): IncidentObservation | null {
    return this.#last;
  }

  /** What was said since the last call. */
  take(): IncidentObservation[] {
    const out = this.#out;
    this.#last = out.at(-1) ?? this.#last;
    this.#out = [];
    return out;
  }

  /** The cases an ordinary hour left open, so that a run does not begin with an empty board. */
  seedBoard(nowMs: number, around: Surroundings): void {
    for (const kind of incidentKinds) {
      const perMs = this.ratePerHour(kind, around, nowMs) / 3_600_000;
      const stayMs = (kind.serviceMin + (kind.units.length > 0 ? 6 : 2)) * 60_000;
      const open = poisson(this.#random, perMs * stayMs);
      for (let i = 0; i < open; i++)
        this.#open(kind, Math.round(nowMs - this.#random.range(0, stayMs * 0.6)), null);
    }
  }

  /** Expected cases an hour of a kind. */
  ratePerHour(kind: IncidentKind, around: Surroundings, nowMs: number): number {
    return this.#rates.perHour(kind, around, nowMs);
  }

  step(nowMs: number, dtS: number, around: Surroundings, arrivals: readonly UnitArrival[]): void {
    this.#carryS += dtS;
    if (this.#carryS >= RATE_STEP_S) {
      for (const kind of incidentKinds) {
        const expected = (this.ratePerHour(kind, around, nowMs) * this.#carryS) / 3600;
        for (let n = poisson(this.#random, expected); n > 0; n--) {
          if (this.#cases.size < MAX_OPEN) this.#open(kind, nowMs, null);
        }
      }
      this.#carryS = 0;
    }
    for (const arrival of arrivals) this.#arrived(arrival, nowMs);
    for (const c of this.#cases.values()) this.#advance(c, nowMs);
  }

  /** At the end of a run: closes what nobody will close otherwise. */
  closeAll(nowMs: number): void {
    for (const c of this.#cases.values()) {
      if (this.#dispatchBy === 'own') this.#close(c, nowMs);
      else this.#withdraw(c, nowMs);
    }
  }

  /** The case that a report is about; undefined where this run does not know it, or no longer. */
  caseOf(reportId: string): Case | undefined {
    return this.#byReport.get(reportId);
  }

  /** Minutes that units work on scene: as long as the case takes, hardly any where nothing is (left) to be done. */
  workMinutes(reportId: string | null, category: CategoryCode | null): number {
    const c = reportId === null ? undefined : this.#byReport.get(reportId);
    if (c && (c.isFalse || c.stage === 'done')) return this.#random.range(3, 9);
    const { serviceMin, serviceSigma } = c?.kind ?? serviceOf(category);
    return Math.min(lognormal(this.#random, serviceMin, serviceSigma), LONGEST_WORK_MIN);
  }

  /** Share of ambulances that take somebody to a hospital afterwards. */
  transportShare(reportId: string | null, category: CategoryCode | null): number {
    const c = reportId === null ? undefined : this.#byReport.get(reportId);
    if (c && (c.isFalse || c.stage === 'done')) return 0;
    return (c?.kind ?? serviceOf(category)).transportShare ?? 0;
  }

  /** The work on scene is done: its roads are free, and nobody calls about it any more. */
  workDone(reportId: string): void {
    const c = this.#byReport.get(reportId);
    if (c) this.#settle(c);
  }

  /** What the server handles and has closed; a case all of whose reports it closed is over. */
  hear(handled: Iterable<HandledReport>): void {
    for (const { externalId, closed } of handled) {
      const c = this.#byReport.get(externalId);
      const told = c?.told.find((t) => t.id === externalId);
      if (!c || !told || told.fate === 'closed') continue;
      told.fate = closed ? 'closed' : 'handled';
      if (c.told.every((t) => t.fate === 'closed')) this.#forget(c);
    }
  }

  #settle(c: Case): void {
    c.stage = 'done';
    c.furtherAtMs = [];
    for (const undo of c.undo.splice(0)) undo();
  }

  #forget(c: Case): void {
    this.#settle(c);
    this.#cases.delete(c.id);
    for (const told of c.told) this.#byReport.delete(told.id);
  }

  /** Closes the reports that the server has not taken in hand; the others are its own. */
  #withdraw(c: Case, nowMs: number): void {
    this.#forget(c);
    c.sourceStatus = c.isFalse ? '虚假警情，已销案' : '已办结';
    for (const told of c.told) {
      if (told.fate === 'waiting') this.#out.push(this.#observation(c, told, nowMs));
    }
  }

  /** Opens a case of a scenario's script; gives its id. */
  script(scripted: ScriptedCase, nowMs: number): string {
    const base = incidentKinds.find((k) => k.key === scripted.key)!;
    const kind: IncidentKind = {
      ...base,
      category: scripted.category ?? base.category,
      furtherCallers: scripted.furtherCallers ?? base.furtherCallers,
      serviceMin: scripted.serviceMin ?? base.serviceMin,
      units: scripted.units ?? base.units,
      falseShare: 0,
    };
    if (scripted.daysAgo === undefined) return this.#open(kind, nowMs, scripted);
    const past = this.#make(kind, nowMs - scripted.daysAgo * DAY_MS, scripted);
    past.stage = 'done';
    past.sourceStatus = '已办结';
    this.#tell(past, past.openedMs, false, past.openedMs + PAST_WORK_MS);
    this.#forget(past);
    return past.id;
  }

  #open(kind: IncidentKind, openedMs: number, scripted: ScriptedCase | null): string {
    const random = this.#random;
    const c = this.#make(kind, openedMs, scripted);
    let at = openedMs;
    for (let n = poisson(random, kind.furtherCallers); n > 0; n--) {
      at += exponential(random, 100_000);
      c.furtherAtMs.push(at);
    }
    this.#cases.set(c.id, c);
    this.#tell(c, openedMs, false);
    if (!c.isFalse) this.#hinder(c);
    return c.id;
  }

  #make(kind: IncidentKind, openedMs: number, scripted: ScriptedCase | null): Case {
    const random = this.#random;
    const position = scripted?.position ?? siteOf(kind, this.#places, this.#roads, random);
    const scene = makeScene(this.#places, kind, position, random);
    const usual = categories[kind.category].severity;
    const id = `${this.#tag}-${String(++this.#serial).padStart(4, '0')}`;
    return {
      id,
      kind,
      scene,
      openedMs,
      isFalse: random.chance(kind.falseShare),
      severity: scripted?.severity ?? Math.max(1, Math.min(4, usual + (random.chance(0.15) ? 1 : 0))),
      extra: {
        ...(scripted?.title ? { title: scripted.title } : {}),
        ...(scripted?.detail ? { detail: scripted.detail } : {}),
      },
      stage: 'queued',
      sourceStatus: '待处置',
      told: [],
      furtherAtMs: [],
      wanted: [...kind.units],
      units: [],
      onScene: 0,
      // Call handling: about a minute for emergencies, some minutes at a desk.
      nextMs: openedMs + 1000 * lognormal(random, EMERGENCY.has(kind.channel) ? 70 : 240, 0.4),
      undo: [],
    };
  }

  /** What it does to the roads until it is closed. */
  #hinder(c: Case): void {
    const { position } = c.scene;
    if (c.kind.blocksLanes !== undefined) {
      const on = this.#places.nearestLink(position);
      if (!on) return;
      const { id } = this.#places.link(on.index);
      const handle = this.#roads.blockLanes(id, on.offsetM, c.kind.blocksLanes, MAX_BLOCK_S);
      c.undo.push(() => this.#roads.unblock(handle));
    }
    if (c.kind.site === 'signal') {
      const signal = this.#places.nearestSignal(position);
      if (!signal) return;
      this.#roads.setSignalDark(signal, true);
      c.undo.push(() => this.#roads.setSignalDark(signal, false));
    }
  }

  #tell(c: Case, atMs: number, further: boolean, saidMs = atMs): void {
    const said = report(c.scene, c.kind, this.#random, further);
    const [other, share] = c.kind.alsoBy ?? [c.kind.channel, 0];
    const told: Told = {
      id: further ? `${c.id}-${c.told.length + 1}` : c.id,
      channel: this.#random.chance(share) ? other : c.kind.channel,
      report: further ? said : { ...said, ...c.extra },
      atMs,
      fate: 'waiting',
    };
    c.told.push(told);
    this.#byReport.set(told.id, c);
    this.#out.push(this.#observation(c, told, saidMs));
  }

  #observation(c: Case, told: Told, nowMs: number): IncidentObservation {
    const { report: r } = told;
    const closed = c.stage === 'done';
    const agency = AGENCIES[told.channel];
    return {
      type: 'incident',
      id: told.id,
      at: told.atMs,
      channel: told.channel,
      category: r.category,
      severity: c.severity,
      title: r.title,
      detail: r.detail,
      lon: Math.round(r.position[0] * 1e6) / 1e6,
      lat: Math.round(r.position[1] * 1e6) / 1e6,
      accuracyM: r.accuracyM,
      address: r.address,
      ...(told.channel === 'sensor' || told.channel === 'grid' ? {} : { caller: r.caller }),
      status: closed ? 'closed' : 'open',
      sourceStatus: c.sourceStatus,
      ...(agency === undefined ? {} : { agency }),
      ...(EMERGENCY.has(told.channel) ? {} : { dueAt: told.atMs + 24 * 3_600_000 }),
      units: c.units.map((id) => this.#units.unit(id)?.description.callsign ?? id),
      ...(nowMs > told.atMs ? { updatedAt: nowMs } : {}),
    };
  }

  #update(c: Case, nowMs: number, sourceStatus: string): void {
    c.sourceStatus = sourceStatus;
    for (const told of c.told) this.#out.push(this.#observation(c, told, nowMs));
  }

  #advance(c: Case, nowMs: number): void {
    const due = c.furtherAtMs.findIndex((at) => at <= nowMs);
    if (due >= 0) {
      c.furtherAtMs.splice(due, 1);
      this.#tell(c, nowMs, true);
    }
    if (this.#dispatchBy === 'server' || nowMs < c.nextMs) return;
    switch (c.stage) {
      case 'queued':
        this.#dispatch(c, nowMs);
        break;
      case 'responding':
        // Reinforcement that could not be sent at first.
        if (c.wanted.length > 0) this.#dispatch(c, nowMs);
        else c.nextMs = nowMs + 30_000;
        break;
      case 'working':
        this.#close(c, nowMs);
        break;
      case 'done':
        break;
    }
  }

  #dispatch(c: Case, nowMs: number): void {
    if (c.kind.units.length === 0) {
      this.#work(c, nowMs, '处置中');
      return;
    }
    const missing: (readonly UnitKind[])[] = [];
    let sent = false;
    for (const kinds of c.wanted) {
      const unit = this.#units.nearest(kinds, c.scene.position);
      if (unit === null) missing.push(kinds);
      else {
        this.#units.assign(unit.description.id, c.id, c.scene.position, nowMs);
        c.units.push(unit.description.id);
        sent = true;
      }
    }
    c.wanted = missing;
    // Nobody free: look again soon; where nobody of the kind exists at all, do it without.
    c.nextMs = nowMs + 10_000;
    if (c.units.length === 0 && !this.#exists(missing)) this.#work(c, nowMs, '处置中');
    else if (sent && c.stage === 'queued') {
      c.stage = 'responding';
      this.#update(c, nowMs, '已派单');
    } else if (sent) this.#update(c, nowMs, c.sourceStatus);
    if (c.units.length > 0 && !this.#exists(missing)) c.wanted = [];
  }

  #exists(kinds: readonly (readonly UnitKind[])[]): boolean {
    for (const u of this.#units.all()) if (kinds.some((k) => k.includes(u.description.kind))) return true;
    return false;
  }

  #arrived(arrival: UnitArrival, nowMs: number): void {
    const c = this.#cases.get(arrival.case);
    if (!c) {
      this.#units.clear(arrival.unit, nowMs);
      return;
    }
    c.onScene++;
    if (c.onScene === 1) this.#work(c, nowMs, '已到场');
  }

  #work(c: Case, nowMs: number, word: string): void {
    const minutes = c.isFalse
      ? this.#random.range(3, 9)
      : lognormal(this.#random, c.kind.serviceMin, c.kind.serviceSigma);
    c.stage = 'working';
    c.nextMs = nowMs + Math.min(minutes, LONGEST_WORK_MIN) * 60_000;
    this.#update(c, nowMs, word);
  }

  #close(c: Case, nowMs: number): void {
    this.#forget(c);
    for (const id of c.units) {
      const unit = this.#units.unit(id);
      if (!unit || unit.case !== c.id) continue;
      const takes = unit.status === 'on-scene' && unit.description.kind === 'ambulance' && !c.isFalse;
      const hospital =
        takes && this.#random.chance(c.kind.transportShare ?? 0)
          ? this.#places.nearestFacility('hospital', c.scene.position)?.position
          : undefined;
      if (unit.status === 'on-scene') this.#units.clear(id, nowMs, hospital);
      else this.#units.recall(id, nowMs);
    }
    this.#update(c, nowMs, c.isFalse ? '虚假警情，已销案' : '已办结');
  }
}

/**
 * Who decides the lights: what people set, measurements, special plans and green waves over it, and the records that show
 * it. It gives the signal port its orders; what is decided goes through the desk, as all that must not be lost.
 */
import type { City } from '../../city/city.ts';
import type { Routing } from '../../city/routing/routing.ts';
import { distanceM, type LonLat } from '../../contract/geo.ts';
import type { UnitRecord } from '../../contract/records.ts';
import type { ControlRecord } from '../../contract/signal-control.ts';
import type { PortPlan } from '../../contract/signal-port.ts';
import type { CommandAnswer } from '../../contract/sync.ts';
import type { LocalText } from '../../contract/text.ts';
import { SYSTEM, type By } from '../../domain/cases/events.ts';
import type { CasesState } from '../../domain/cases/state.ts';
import {
  decideSignalCommand,
  type SignalCommand,
  type SignalWorld,
} from '../../domain/signals/control/decide.ts';
import type { SignalEvent } from '../../domain/signals/control/events.ts';
import type { Order } from '../../domain/signals/control/ground.ts';
import {
  controlRecord,
  measurementRecord,
  specialPlanRecord,
  waveRecord,
} from '../../domain/signals/control/record.ts';
import { specialPlanFor } from '../../domain/signals/control/special-plan.ts';
import {
  forgetControl,
  measurementOf,
  settingOf,
  specialPlanOf,
  switchBackOf,
  WAVE_SHOWN_MS,
  type ControlState,
} from '../../domain/signals/control/state.ts';
import type { SignalPlace } from '../analysis/signal-places.ts';
import type { Desk } from '../desk.ts';
import type { Records } from '../records.ts';
import { Advice, type SignalFlows } from './advice.ts';
import type { LiveJunction } from './junctions.ts';
import { Measuring, type SignalTotals } from './measuring.ts';
import type { MakeMethod } from './methods.ts';
import { SignalPort, type PortOutcome, type RawReport, type SignalWatcher } from './port.ts';
import { Waves } from './waves.ts';
import { Ways } from './way.ts';
import { WhatIfRuns } from './what-if.ts';

/** So many signals that nobody touches are enough to see what changes by itself. */
const CONTROL_GROUP = 20;
/** And they have not been touched for so long. */
const UNTOUCHED_MS = 30 * 60_000;

/** What is measured at signals. */
export interface SignalMeasures extends SignalWatcher {
  totals(signal: string): SignalTotals | null;
  flows(signal: string): SignalFlows | null;
}

/** What of the live picture control needs; the engine has it. */
export interface SignalControlWorld {
  readonly city: City;
  readonly routing: Routing | null;
  readonly places: readonly SignalPlace[];
  readonly measures: SignalMeasures;
  readonly makeMethod: MakeMethod;
  readonly unit: (id: string) => UnitRecord | undefined;
}

export interface SignalControlDeps extends SignalControlWorld {
  readonly state: ControlState;
  readonly cases: CasesState;
  readonly desk: Desk;
  readonly records: Records;
  readonly nowMs: () => number;
  readonly log: (level: 'info' | 'warn' | 'error', message: string, detail?: unknown) => void;
}

export class SignalControl {
  readonly port: SignalPort;
  readonly whatIf: WhatIfRuns;
  private readonly deps: SignalControlDeps;
  private readonly places: ReadonlyMap<string, SignalPlace>;
  private readonly waves: Waves;
  private readonly measuring: Measuring;
  private readonly advice: Advice;
  private readonly world: SignalWorld;
  private timersWait = false;
  private readonly pending: SignalEvent[] = [];
  /** By signal, what of its record can change by itself, as it is shown. */
  private readonly shown = new Map<string, string>();

  constructor(deps: SignalControlDeps) {
    this.deps = deps;
    const { state, measures, city } = deps;
    this.places = new Map(deps.places.map((p) => [p.id, p]));
    this.port = new SignalPort({
      isSignal: (id) => this.places.has(id),
      orders: {
        orderOf: (id) => this.orderOf(id),
        planOf: (id) => this.planOf(id),
        maxRedS: (id) => settingOf(state, id).limits.maxRedS,
        waveAt: (id) => this.waves.at(id),
        underWaves: (id, intended) => this.waves.under(id, intended),
      },
      watcher: measures,
      makeMethod: deps.makeMethod,
      log: deps.log,
      stopwatch: () => performance.now(),
    });
    const { junctions } = this.port;
    this.waves = new Waves({
      state,
      cases: deps.cases,
      junctions,
      ways: new Ways(city, deps.routing),
      unit: deps.unit,
      facility: (id) => city.facility(id),
      nameOf: (id) => this.nameOf(id),
      mayTake: (id) => settingOf(state, id).limits.waves,
      planRunning: (id) => this.planRunning(id),
    });
    this.measuring = new Measuring(state, (id) => measures.totals(id));
    this.advice = new Advice({
      junctions,
      flows: (id) => measures.flows(id),
      setting: (id) => settingOf(state, id),
      isFree: (id) => measurementOf(state, id) === undefined && specialPlanOf(state, id) === undefined,
    });
    this.world = this.makeWorld();
    this.whatIf = new WhatIfRuns({ isLink: (id) => city.linkIndex(id) >= 0, nowMs: deps.nowMs });
  }

  /** What controllers say, and what they are answered. */
  report(feed: string, report: RawReport, nowMs: number): PortOutcome {
    const outcome = this.port.report(feed, report, nowMs);
    // Only whose controllers are known by their descriptions is asked for more.
    if (report.forks !== true || this.port.countOf(feed) === 0) return outcome;
    const whatIf = this.whatIf.offer(feed);
    return whatIf ? { ...outcome, answer: { ...outcome.answer, whatIf } } : outcome;
  }

  command(id: string, command: SignalCommand, by: By): Promise<CommandAnswer> {
    const { state, desk, nowMs } = this.deps;
    return desk.answer(by.id, id, () =>
      decideSignalCommand(state, command, { nowMs: nowMs(), by, world: this.world }),
    );
  }

  /** Lets time pass; call once a second. */
  tick(nowMs: number): void {
    const { desk } = this.deps;
    this.port.tick(nowMs);
    this.advice.tick(nowMs);
    this.whatIf.tick(nowMs);
    if (desk.settled) {
      const events = [
        ...this.endedPlans(nowMs),
        ...this.measuring.tick(nowMs, this.port.junctions.byId.keys()),
      ];
      const { events: ofWaves, show } = this.waves.tick(nowMs);
      this.write([...events, ...ofWaves]);
      for (const unit of show) this.showWave(unit);
    }
    for (const j of this.port.junctions.byId.values()) {
      if (this.shown.get(j.junction.id) !== this.liveKey(j)) this.showSignal(j);
    }
  }

  /** Takes what ended long ago off the screens; the journal keeps it. */
  retire(nowMs: number): void {
    const { state, desk, records } = this.deps;
    if (!desk.settled) return;
    forgetControl(state, nowMs);
    for (const { unit, ended } of state.waves.values())
      if (ended !== null && ended.atMs < nowMs - WAVE_SHOWN_MS) records.delete('wave', `wave:${unit}`);
    this.show();
  }

  /** Puts the records of all that was touched. */
  show(): void {
    const { state, records } = this.deps;
    const { touched } = state;
    for (const id of touched.signals) {
      const junction = this.port.junctions.get(id);
      if (junction) this.showSignal(junction);
    }
    for (const id of touched.measurements) {
      const record = measurementRecord(state, id);
      if (record === undefined) records.delete('measurement', id);
      else records.put('measurement', record);
    }
    for (const id of touched.specialPlans) {
      const record = specialPlanRecord(state, id);
      if (record === undefined) records.delete('special-plan', id);
      else records.put('special-plan', record);
    }
    for (const unit of touched.waves) this.showWave(unit);
    for (const set of Object.values(touched)) set.clear();
  }

  private liveKey({ junction: { id }, feed, grounded }: LiveJunction): string {
    const { ground, reason } = grounded;
    return [feed, ground, reason?.en, this.waves.at(id), this.advice.proposal(id)?.id].join('\n');
  }

  private showSignal(j: LiveJunction): void {
    this.shown.set(j.junction.id, this.liveKey(j));
    const { state, records } = this.deps;
    const { id } = j.junction;
    const { position, district } = this.places.get(id)!;
    const isHeld = j.grounded.ground !== 'silent' && this.waves.at(id) !== null;
    const { ground, reason } = j.grounded;
    const proposal = this.advice.proposal(id);
    const record: ControlRecord = controlRecord(state, {
      id,
      name: this.nameOf(id),
      position: position ?? this.deps.city.pack?.manifest.center ?? [0, 0],
      ...(district !== undefined && { district }),
      feed: j.feed,
      ground: isHeld ? 'wave' : ground,
      ...(reason && { groundReason: reason }),
      ...(proposal && { proposal }),
    });
    records.put('control', record);
  }

  private showWave(unit: string): void {
    const { state, records, nowMs } = this.deps;
    const ended = state.waves.get(unit)?.ended ?? null;
    const isOld = ended !== null && ended.atMs < nowMs() - WAVE_SHOWN_MS;
    const record = isOld ? undefined : waveRecord(state, unit, this.waves.shown(unit));
    if (record === undefined) records.delete('wave', `wave:${unit}`);
    else records.put('wave', record);
  }

  /** What the clock led to is journalled; what could not be stored waits for the next second. */
  private write(events: readonly SignalEvent[]): void {
    this.pending.push(...events);
    if (this.pending.length === 0 || this.timersWait) return;
    this.timersWait = true;
    const batch = this.pending.splice(0);
    this.deps.desk.submit({
      actor: SYSTEM.id,
      decide: (write) => {
        for (const event of batch) if (this.holds(event)) write(event);
        return () => {
          this.timersWait = false;
        };
      },
      refuse: () => {
        this.timersWait = false;
        this.pending.unshift(...batch);
      },
    });
  }

  /** Whether what the clock led to still is so: somebody may have been first. */
  private holds(event: SignalEvent): boolean {
    const { measurements, specialPlans, waves } = this.deps.state;
    switch (event.type) {
      case 'measurement.block':
      case 'measurement.ended':
        return measurements.get(event.payload.id)?.state === 'running';
      case 'special-plan.ended':
        return specialPlans.has(event.payload.id);
      case 'wave.began': {
        const known = waves.get(event.payload.unit);
        return known === undefined || known.ended !== null;
      }
      case 'wave.ended':
        return waves.get(event.payload.unit)?.ended === null;
      case 'measurement.began':
      case 'special-plan.began':
      case 'signal.mode-changed':
      case 'signal.plan-changed':
      case 'signal.proposal-refused':
        return true;
    }
  }

  private endedPlans(nowMs: number): SignalEvent[] {
    return [...this.deps.state.specialPlans.values()]
      .filter((p) => p.endsAtMs <= nowMs)
      .map(({ id }) => ({ type: 'special-plan.ended', payload: { id, atMs: nowMs, by: SYSTEM } }));
  }

  private orderOf(id: string): Order {
    const { state, nowMs } = this.deps;
    const measurement = switchBackOf(state, id);
    const arm = measurement && Measuring.armAt(measurement, nowMs());
    const { mode, method: set } = settingOf(state, id);
    const method = measurement && arm ? measurement[arm] : mode === 'auto' ? set : 'fixed';
    const isPlanned = measurement === undefined && specialPlanOf(state, id) !== undefined;
    if (method !== 'fixed' && !isPlanned) return { by: 'method', method };
    return this.planOf(id) === null ? { by: 'own' } : { by: 'plan' };
  }

  private planOf(id: string): PortPlan | null {
    const { state } = this.deps;
    // Both arms of a measurement stand on the controller's own plan.
    if (switchBackOf(state, id) !== undefined) return null;
    return specialPlanOf(state, id)?.plans[id] ?? settingOf(state, id).plan;
  }

  private planRunning(id: string): PortPlan | null {
    const j = this.port.junctions.get(id);
    if (j === undefined || j.grounded.ground === 'method' || j.grounded.ground === 'actuated') return null;
    return this.planOf(id) ?? j.junction.plan;
  }

  private nameOf(id: string): LocalText {
    return this.places.get(id)?.name ?? { zh: id, en: id };
  }

  private makeWorld(): SignalWorld {
    const { measures, nowMs } = this.deps;
    const { junctions } = this.port;
    return {
      isDescribed: (id) => junctions.get(id) !== undefined,
      proposal: (id) => this.advice.proposal(id),
      signalsNear: (position, radiusM) =>
        [...junctions.byId.keys()].filter((id) => this.awayM(id, position) <= radiusM),
      controlsFor: (signals) => this.controlsFor(signals, nowMs()),
      measuredBefore: (signals, controls) => this.measuring.before(signals, controls),
      specialPlans: (signals, { kind, position, direction }) =>
        Object.fromEntries(
          signals.flatMap((id) => {
            const j = junctions.get(id);
            if (j === undefined) return [];
            const towards = (link: string): number => this.towards(link, position);
            const plan = specialPlanFor(j.junction, measures.flows(id), kind, direction, towards);
            return [[id, plan]];
          }),
        ),
      wayOf: (unit) => this.waves.wayOf(unit),
      waveSoFar: (unit) => this.waves.soFar(unit),
    };
  }

  private awayM(id: string, position: LonLat): number {
    const at = this.places.get(id)?.position;
    return at === undefined ? Infinity : distanceM(at, position);
  }

  /** Metres by which a link comes nearer to a place from its begin to its end. */
  private towards(link: string, place: LonLat): number {
    const index = this.deps.city.linkIndex(link);
    if (index < 0) return 0;
    const { path } = this.deps.city.linkAt(index);
    return distanceM(path[0]!, place) - distanceM(path.at(-1)!, place);
  }

  /** Signals of the same districts that nobody has touched lately, and that take part in nothing. */
  private controlsFor(signals: readonly string[], nowMs: number): string[] {
    const { state } = this.deps;
    const own = new Set(signals);
    const districts = new Set(signals.map((id) => this.places.get(id)?.district));
    return [...this.port.junctions.byId.keys()]
      .filter((id) => {
        const touchedAtMs = settingOf(state, id).changed?.atMs ?? -Infinity;
        const isCalm = touchedAtMs < nowMs - UNTOUCHED_MS && measurementOf(state, id) === undefined;
        const isNear = districts.has(this.places.get(id)?.district);
        return !own.has(id) && isCalm && isNear && specialPlanOf(state, id) === undefined;
      })
      .slice(0, CONTROL_GROUP);
  }
}

/**
 * Green waves as they run: where each unit is on its way, which junctions are held for it, and what it gained. Units with
 * blue lights on their way to severe incidents get one by themselves, others by hand.
 */
import type { LonLat } from '../../contract/geo.ts';
import type { UnitRecord } from '../../contract/records.ts';
import type { WaveRecord } from '../../contract/signal-control.ts';
import type { LocalText } from '../../contract/text.ts';
import { SYSTEM } from '../../domain/cases/events.ts';
import { activeAssignments, isOpen, type CasesState } from '../../domain/cases/state.ts';
import type { WaveFacts } from '../../domain/signals/control/decide.ts';
import type { SignalEvent } from '../../domain/signals/control/events.ts';
import { STALE_MS } from '../../domain/signals/control/ground.ts';
import type { ControlState, Wave } from '../../domain/signals/control/state.ts';
import {
  decideWaves,
  meanPlanWaitS,
  phasesFor,
  planWaitS,
  underWaves,
  type WaveDecision,
  type WaveSignal,
  type WaveStanding,
} from '../../domain/signals/wave.ts';
import { distanceM } from '../../contract/geo.ts';
import type { Junctions, LiveJunction } from './junctions.ts';
import type { Ways, WaySignal } from './way.ts';

/** These severities get a wave without being asked. */
const SEVERE = 2;
const blueLights: ReadonlySet<string> = new Set([
  'ambulance',
  'fire-engine',
  'ladder',
  'rescue',
  'hazmat',
  'police-car',
]);
/** Shown of what lies ahead. */
const SHOWN_AHEAD = 40;
const SHOW_EVERY_MS = 2_000;
/** The nearest junction, gone from what lies ahead, was passed if it was this near. */
const PASSED_WITHIN_M = 200;
/** A unit slower than this near a stop line waits at it. */
const WAITS_MPS = 1.5;
const WAITS_WITHIN_M = 150;
/** A unit that says nothing of its place for so long has no wave any more. */
const LOST_MS = 120_000;

export interface WavesDeps {
  readonly state: ControlState;
  readonly cases: CasesState;
  readonly junctions: Junctions;
  readonly ways: Ways;
  /** As its source says, newest. */
  readonly unit: (id: string) => UnitRecord | undefined;
  readonly facility: (id: string) => { readonly position: LonLat } | undefined;
  readonly nameOf: (signal: string) => LocalText;
  readonly mayTake: (signal: string) => boolean;
  /** Whether it runs a plan, its own or one of ours, by its clock. */
  readonly planRunning: (signal: string) => LiveJunction['junction']['plan'] | null;
}

interface Errand {
  readonly incident: string;
  readonly severity: number;
  readonly kind: string;
  readonly status: string;
  readonly target: LonLat;
}

interface Course {
  position: LonLat | null;
  movedAtMs: number;
  ahead: readonly WaySignal[];
  standing: readonly WaveStanding[];
  readonly passed: WaveRecord['junctions'];
  /** By signal, how long it would have waited there. */
  readonly expectedS: Map<string, number>;
  /** How long it has waited at the nearest one. */
  waitedS: number;
  savedS: number | null;
  tickedAtMs: number;
  shownAtMs: number;
}

export class Waves {
  private readonly deps: WavesDeps;
  private readonly courses = new Map<string, Course>();
  private decision: Pick<WaveDecision, 'wanted' | 'guards'> = { wanted: new Map(), guards: new Map() };

  constructor(deps: WavesDeps) {
    this.deps = deps;
  }

  /** The phase held at a signal; null: none. */
  at(signal: string): number | null {
    return this.decision.wanted.get(signal) ?? null;
  }

  /** What is to be shown at a signal where whoever decides there would show a phase. */
  under(signal: string, intended: number): number {
    return underWaves(this.decision, signal, intended);
  }

  wayOf(unit: string): WaveFacts | 'unknown' | 'no-way' {
    if (this.deps.unit(unit) === undefined) return 'unknown';
    const errand = this.errands().get(unit);
    const ahead = errand === undefined ? null : this.ahead(unit, errand.target);
    if (errand === undefined || ahead === null || ahead.length === 0) return 'no-way';
    return { incident: errand.incident, priority: errand.severity, junctions: ahead.length };
  }

  soFar(unit: string): { readonly junctions: number; readonly savedS?: number } {
    const course = this.courses.get(unit);
    return {
      junctions: course?.passed.length ?? 0,
      ...(course && course.savedS !== null && { savedS: Math.round(course.savedS) }),
    };
  }

  /** What a record shows of a wave that runs or ran. */
  shown(unit: string): { readonly junctions: WaveRecord['junctions']; readonly savedS?: number } {
    const course = this.courses.get(unit);
    if (course === undefined) return { junctions: [] };
    const ahead = course.ahead.slice(0, SHOWN_AHEAD).map(({ signal, metres, etaS }, i) => ({
      signal,
      name: this.deps.nameOf(signal),
      metres: Math.round(metres),
      etaS: Math.round(etaS),
      state: course.standing[i] ?? ('ahead' as const),
    }));
    const isOver = this.deps.state.waves.get(unit)?.ended !== null;
    const { savedS } = this.soFar(unit);
    return {
      junctions: isOver ? course.passed : [...course.passed, ...ahead],
      ...(savedS !== undefined && { savedS }),
    };
  }

  /** Moves every wave on. Answers what is to be journalled, and of which units the record is to be shown. */
  tick(nowMs: number): { readonly events: readonly SignalEvent[]; readonly show: readonly string[] } {
    const { state } = this.deps;
    const arrived = new Set<string>();
    const errands = this.errands(arrived);
    const events: SignalEvent[] = [];
    const show: string[] = [];
    for (const [unit, errand] of errands) {
      if (!this.isDue(unit, errand)) continue;
      const way = this.wayOf(unit);
      if (typeof way === 'string') continue;
      events.push({ type: 'wave.began', payload: { atMs: nowMs, by: SYSTEM, unit, ...way } });
    }
    const running: Wave[] = [];
    for (const wave of state.waves.values()) {
      if (wave.ended !== null) continue;
      const { unit } = wave;
      const course = this.course(unit, nowMs);
      const errand = errands.get(unit);
      const over = arrived.has(unit) ? ('done' as const) : ('cancelled' as const);
      const ended = errand ? this.follow(unit, course, errand, nowMs) : over;
      if (ended === null) running.push(wave);
      else {
        const payload = { atMs: nowMs, by: SYSTEM, unit, state: ended, ...this.soFar(unit) };
        events.push({ type: 'wave.ended', payload });
      }
      if (nowMs - course.shownAtMs < SHOW_EVERY_MS) continue;
      course.shownAtMs = nowMs;
      show.push(unit);
    }
    for (const unit of this.courses.keys()) if (!state.waves.has(unit)) this.courses.delete(unit);
    this.hold(running, nowMs);
    return { events, show };
  }

  /** Where each unit that was sent has to go; in `arrived`, who is there. */
  private errands(arrived = new Set<string>()): Map<string, Errand> {
    const out = new Map<string, Errand>();
    for (const i of this.deps.cases.byId.values()) {
      if (!isOpen(i)) continue;
      for (const a of activeAssignments(i)) {
        const { status } = a;
        if (status === 'on-scene' || status === 'at-facility') arrived.add(a.unit);
        const goes = status === 'dispatched' || status === 'en-route';
        const target = goes
          ? i.facts.position
          : status === 'transporting' && a.facility !== undefined
            ? this.deps.facility(a.facility)?.position
            : undefined;
        if (target === undefined) continue;
        out.set(a.unit, { incident: i.id, severity: i.facts.severity, kind: a.kind, status, target });
      }
    }
    return out;
  }

  /** A wave begins by itself once for each errand: who cancelled it does not want it again. */
  private isDue(unit: string, { incident, severity, kind, status }: Errand): boolean {
    if (status !== 'en-route' || severity > SEVERE || !blueLights.has(kind)) return false;
    const known = this.deps.state.waves.get(unit);
    return known === undefined || (known.ended !== null && known.incident !== incident);
  }

  private ahead(unit: string, target: LonLat): readonly WaySignal[] | null {
    const { position, headingDeg } = this.deps.unit(unit) ?? {};
    const ahead = position && this.deps.ways.ahead(position, headingDeg, target);
    return ahead ? ahead.filter(({ signal }) => this.deps.junctions.get(signal) !== undefined) : null;
  }

  private course(unit: string, nowMs: number): Course {
    const { atMs } = this.deps.state.waves.get(unit)!;
    let course = this.courses.get(unit);
    // Of a wave before, or none yet.
    if (course === undefined || course.tickedAtMs < atMs) {
      course = {
        position: null,
        movedAtMs: nowMs,
        ahead: [],
        standing: [],
        passed: [],
        expectedS: new Map(),
        waitedS: 0,
        savedS: null,
        tickedAtMs: nowMs,
        shownAtMs: -Infinity,
      };
      this.courses.set(unit, course);
    }
    return course;
  }

  /** Follows a unit; answers that its wave is over where nothing is heard of it any more. */
  private follow(unit: string, course: Course, errand: Errand, nowMs: number): 'cancelled' | null {
    const elapsedS = (nowMs - course.tickedAtMs) / 1_000;
    course.tickedAtMs = nowMs;
    const position = this.deps.unit(unit)?.position ?? null;
    if (position === null) return nowMs - course.movedAtMs > LOST_MS ? 'cancelled' : null;
    const movedM = course.position === null ? 0 : distanceM(course.position, position);
    if (course.position === null || movedM > 0) {
      course.position = position;
      course.movedAtMs = nowMs;
      const ahead = this.ahead(unit, errand.target);
      if (ahead !== null) this.advance(course, ahead);
    } else if (nowMs - course.movedAtMs > LOST_MS) return 'cancelled';
    const [nearest] = course.ahead;
    const isSlow = elapsedS > 0 && movedM / elapsedS < WAITS_MPS;
    if (nearest !== undefined && isSlow && nearest.metres < WAITS_WITHIN_M) course.waitedS += elapsedS;
    return null;
  }

  private advance(course: Course, ahead: readonly WaySignal[]): void {
    const still = new Set(ahead.map((a) => a.signal));
    for (const { signal, metres } of course.ahead) {
      if (still.has(signal) || metres > PASSED_WITHIN_M) break;
      const name = this.deps.nameOf(signal);
      course.passed.push({ signal, name, metres: 0, etaS: 0, state: 'passed' });
      const expectedS = course.expectedS.get(signal);
      if (expectedS !== undefined) course.savedS = (course.savedS ?? 0) + expectedS - course.waitedS;
      course.waitedS = 0;
    }
    const held = new Map(course.ahead.map((a, i) => [a.signal, course.standing[i]]));
    course.ahead = ahead;
    course.standing = ahead.map(({ signal }) => held.get(signal) ?? 'ahead');
  }

  private hold(running: readonly Wave[], nowMs: number): void {
    const ways = running.map((wave) => {
      const { ahead, standing } = this.courses.get(wave.unit)!;
      return {
        id: wave.unit,
        priority: wave.priority,
        startedAtS: wave.atMs / 1_000,
        ahead: ahead.map((at, i) => ({ ...at, held: standing[i] === 'held' })),
      };
    });
    const decision = decideWaves(ways, (id) => this.signal(id, nowMs));
    this.decision = decision;
    for (const { unit } of running) {
      const course = this.courses.get(unit)!;
      const now = decision.standing.get(unit) ?? [];
      for (const [i, at] of course.ahead.entries()) {
        if (now[i] === 'held' && !course.expectedS.has(at.signal))
          course.expectedS.set(at.signal, this.expectedWaitS(at));
      }
      course.standing = now;
    }
  }

  private signal(id: string, nowMs: number): WaveSignal | undefined {
    const j = this.deps.junctions.get(id);
    if (j === undefined) return undefined;
    const isFresh = nowMs - j.heardAtMs < STALE_MS;
    return {
      junction: j.junction,
      state: isFresh ? j.state : null,
      waitedS: j.standing.waitedS,
      waves: this.deps.mayTake(id),
    };
  }

  /** How long it would have waited: by the clock where a plan runs, else as anybody does on average. */
  private expectedWaitS({ signal, etaS, from, to }: WaySignal): number {
    const j = this.deps.junctions.get(signal)!;
    const phases = phasesFor(j.junction, from, to);
    const plan = this.deps.planRunning(signal);
    return plan === null
      ? meanPlanWaitS(j.junction, j.junction.plan, phases)
      : planWaitS(j.junction, plan, phases, j.atS + etaS);
  }
}

/**
 * Cases without a server: the state, a world of the small city's departments whose units stand still and drive in straight
 * lines, and a desk whose people decide on it. Events go through JSON before they are applied, as from a journal.
 */
import { defaultRulebook } from '../../server/city/rulebook/default-rulebook.ts';
import type { Stage } from '../../server/contract/cases.ts';
import type { CommandPayloads, CommandResult } from '../../server/contract/commands.ts';
import type { Department } from '../../server/contract/city-pack.ts';
import { distanceM, type LonLat } from '../../server/contract/geo.ts';
import type { IncidentObservation } from '../../server/contract/observations.ts';
import type { IncidentRecord } from '../../server/contract/records.ts';
import type { Refusal } from '../../server/contract/refusals.ts';
import type { Rulebook } from '../../server/contract/rulebook.ts';
import { decideUnitReport } from '../../server/domain/cases/commands-dispatch.ts';
import { obligationsOf, type CaseWorld } from '../../server/domain/cases/context.ts';
import { decideCommand, type CaseCommand, type CaseCommandType } from '../../server/domain/cases/decide.ts';
import type { By, CaseEvent } from '../../server/domain/cases/events.ts';
import { evolveCases } from '../../server/domain/cases/evolve.ts';
import { incidentRecord } from '../../server/domain/cases/record.ts';
import { decideReport } from '../../server/domain/cases/report.ts';
import { emptyCases, type CasesState, type Incident } from '../../server/domain/cases/state.ts';
import { decideTimers } from '../../server/domain/cases/timers.ts';
import type { UnitFacts } from '../../server/domain/dispatch/recommend.ts';
import { makeRules } from '../../server/domain/rules/rules.ts';
import { smallPack, smallPackAt } from './small-pack.ts';

/** A Friday, 16:00 in Shanghai: working hours. */
export const CASE_START_MS = 1_800_000_000_000;
export const MINUTE_MS = 60_000;
const SPEED_MPS = 10;

const pack = smallPack();
/** The small city's, and those that the default duty list hands cases on to. */
export const departments: readonly Department[] = [
  ...pack.departments,
  { id: 'dep-emergency', kind: 'emergency', name: { zh: '应急局', en: 'Emergency' } },
  { id: 'dep-jie-west', kind: 'street', name: { zh: '城西街道', en: 'Chengxi' } },
];

/** People by the name a test calls them. */
export const people = {
  li: { id: 'li', name: '李接警', role: 'call-taker' },
  wang: { id: 'wang', name: '王调度', role: 'dispatcher' },
  zhao: { id: 'zhao', name: '赵调度', role: 'dispatcher' },
  sun: { id: 'sun', name: '孙值班长', role: 'supervisor' },
  fire: { id: 'fire', name: '刘消防', role: 'department', department: 'dep-fire' },
  ambulance: { id: 'ambulance', name: '杨急救', role: 'department', department: 'dep-ambulance' },
  police: { id: 'police', name: '陈民警', role: 'department', department: 'dep-police' },
  urban: { id: 'urban', name: '吴城管', role: 'department', department: 'dep-urban' },
  viewer: { id: 'viewer', name: '钱观察', role: 'viewer' },
} as const satisfies Record<string, By>;
export type PersonName = keyof typeof people;

/** A unit that stands `eastM`, `northM` of the small city's corner, free and heard of just now. */
export function aFreeUnit(id: string, kind: UnitFacts['kind'], more: Partial<UnitFacts> = {}): UnitFacts {
  return {
    id,
    callsign: id.toUpperCase(),
    department: 'dep-fire',
    kind,
    capabilities: [],
    home: 'f-fire',
    status: 'available',
    position: smallPackAt(0, 0),
    positionAgeMs: 1_000,
    onShift: true,
    ...more,
  };
}

/** The small city's own units, all free at their homes, able to do what the default plans ask of their kind. */
const abilities: Readonly<Record<string, readonly string[]>> = {
  'fire-engine': ['fire-suppression', 'pumping'],
  ladder: ['aerial'],
  ambulance: ['advanced-life-support'],
};
export const cityUnits = (): UnitFacts[] =>
  pack.units.map((u) =>
    aFreeUnit(u.id, u.kind, {
      callsign: u.callsign,
      department: u.department,
      home: u.home,
      capabilities: abilities[u.kind] ?? [],
      position: pack.facilities.find((f) => f.id === u.home)!.position,
    }),
  );

/** Straight, at 36 km/h. */
export const straight: CaseWorld['travel'] = (to, from) =>
  from.map((p) => {
    const metres = distanceM(p, to);
    return { metres, seconds: metres / SPEED_MPS };
  });

export interface DeskOptions {
  readonly units?: readonly UnitFacts[];
  readonly rulebook?: Partial<Rulebook>;
}

export type Answer =
  | { readonly ok: true; readonly events: readonly CaseEvent[]; readonly result: CommandResult | undefined }
  | { readonly ok: false; readonly refusal: Refusal };

/** People and terminals around one state of cases, on a clock that the test moves. */
export class TestDesk {
  readonly state: CasesState;
  readonly world: CaseWorld;
  readonly units: Map<string, UnitFacts>;
  /** All that was applied, as the journal would hold it. */
  readonly journal: CaseEvent[] = [];
  nowMs = CASE_START_MS;
  private commands = 0;

  constructor({ units = cityUnits(), rulebook = {} }: DeskOptions = {}) {
    this.units = new Map(units.map((u) => [u.id, u]));
    const rules = makeRules({ ...defaultRulebook, ...rulebook }, departments, 'Asia/Shanghai');
    this.state = emptyCases((category) => rules.nearness(category));
    this.world = {
      rules,
      unit: (id) => this.unit(id),
      units: () => [...this.units.keys()].map((id) => this.unit(id)!),
      travel: straight,
      home: (id) => pack.facilities.find((f) => f.id === id),
      placeOf: (p) => ({ district: 'qu', street: p[0] < smallPackAt(460, 0)[0] ? 'jie-west' : 'jie-east' }),
      inCity: ([lon, lat]) => lon > 118.5 && lon < 118.7 && lat > 30.1 && lat < 30.3,
      facilityExists: (id) => pack.facilities.some((f) => f.id === id),
      notify: (wanted, level, position) =>
        position === undefined
          ? []
          : wanted
              .filter((w) => w.level <= level)
              .flatMap((w) =>
                pack.facilities
                  .filter((f) => f.kind === w.kind)
                  .slice(0, w.count)
                  .map((f) => ({ facility: f.id, name: f.name, distanceM: distanceM(f.position, position) })),
              ),
    };
  }

  /** What `who` asks for, decided and applied. */
  ask<T extends CaseCommandType>(
    who: PersonName | By,
    type: T,
    payload: CommandPayloads[T],
    expected?: number,
  ): Answer {
    const by = typeof who === 'string' ? people[who] : who;
    const command = { type, payload, expected } as CaseCommand;
    const ctx = { nowMs: this.nowMs, by, commandId: `command-${++this.commands}`, world: this.world };
    const decided = decideCommand(this.state, command, ctx);
    if (!decided.ok) return { ok: false, refusal: decided.error };
    return { ok: true, events: this.apply(decided.value.events), result: decided.value.result };
  }

  /** Like `ask`, where a refusal is a fault of the test. */
  must<T extends CaseCommandType>(
    who: PersonName,
    type: T,
    payload: CommandPayloads[T],
  ): Extract<Answer, { ok: true }> {
    const answer = this.ask(who, type, payload);
    if (!answer.ok) throw new Error(`${type}: ${answer.refusal.code} ${answer.refusal.detail ?? ''}`);
    return answer;
  }

  /** A new case in the middle of the small city; its id. */
  call(more: Partial<CommandPayloads['incident.create']> = {}): string {
    const payload = { channel: '119', category: 'fire.structure', position: smallPackAt(300, 400), ...more };
    return this.must('li', 'incident.create', payload as CommandPayloads['incident.create']).result!
      .incident!;
  }

  /** What a source says; the events that came of it. */
  report(o: Partial<IncidentObservation> & { readonly id: string }, ours = true): readonly CaseEvent[] {
    const full: IncidentObservation = {
      type: 'incident',
      at: CASE_START_MS,
      updatedAt: this.nowMs,
      channel: '119',
      category: 'fire.structure',
      status: 'open',
      ...o,
    };
    const decided = decideReport(this.state, full, {
      feedId: 'calls',
      nowMs: this.nowMs,
      place: {},
      ...(ours && { obligations: (facts, atMs) => obligationsOf(this.world.rules, facts, atMs) }),
    });
    if (!decided.ok) throw new Error(decided.error.code);
    return this.apply(decided.value);
  }

  /** What a unit's terminal says of its status. */
  terminal(unit: string, status: UnitFacts['status'], atMs = this.nowMs): readonly CaseEvent[] {
    this.units.set(unit, { ...this.units.get(unit)!, status });
    return this.apply(decideUnitReport(this.state, { unit, status, atMs }, this.nowMs, this.world));
  }

  /** Lets time pass. */
  pass(minutes: number): readonly CaseEvent[] {
    this.nowMs += minutes * MINUTE_MS;
    return this.apply(decideTimers(this.state, this.world.rules, this.nowMs));
  }

  incident(id: string): Incident {
    return this.state.byId.get(id)!;
  }

  record(id: string): IncidentRecord {
    return incidentRecord(this.state, id)!;
  }

  stage(id: string): Stage {
    return this.incident(id).stage;
  }

  apply(events: readonly CaseEvent[]): readonly CaseEvent[] {
    const stored = JSON.parse(JSON.stringify(events)) as CaseEvent[];
    for (const event of stored) {
      evolveCases(this.state, event);
      this.journal.push(event);
    }
    return stored;
  }

  private unit(id: string): UnitFacts | undefined {
    const known = this.units.get(id);
    const service = this.state.service.get(id);
    return known && service?.inService === false ? { ...known, status: 'out-of-service' } : known;
  }
}

/** The refusal's code of an answer, or `done`. */
export const codeOf = (answer: Answer): string => (answer.ok ? 'done' : answer.refusal.code);

/** Somewhere in the small city. */
export const at = (eastM: number, northM: number): LonLat => smallPackAt(eastM, northM);

/**
 * What is decided here, in one place: cases, alarms, public warnings, shifts, notifications and the control of signals share
 * one state, one queue and one journal, so that a decision about several of them is one.
 */
import type { AlarmRule } from '../contract/alarms.ts';
import {
  isAlarmCommand,
  isSignalCommand,
  type AlarmCommandType,
  type CommandPayloads,
  type CommandType,
  type SignalCommandType,
} from '../contract/commands.ts';
import type { CommandAnswer } from '../contract/sync.ts';
import type { AlarmContext } from '../domain/alarms/life/context.ts';
import type { Evaluator } from '../domain/alarms/evaluation/evaluator.ts';
import type { Places } from '../domain/alarms/evaluation/facts.ts';
import type { CaseWorld } from '../domain/cases/context.ts';
import { decideCommand } from '../domain/cases/decide.ts';
import { isCaseEvent, type By, type CaseEvent } from '../domain/cases/events.ts';
import { caseOf, isOpen } from '../domain/cases/state.ts';
import type { CityEvent } from '../domain/city-event.ts';
import { emptyCity, evolveCity, type CityState } from '../domain/city-state.ts';
import type { Settlement } from '../domain/notifications/decide.ts';
import type { Route } from '../domain/notifications/route.ts';
import { Alarms } from './alarms/alarms.ts';
import { AlarmMemory } from './alarms/alarm-memory.ts';
import { Cases } from './cases.ts';
import { Desk, type AuditEvent, type DeskLog } from './desk.ts';
import { Handovers } from './handovers.ts';
import { Notifications, type NotificationOutlet } from './notifications.ts';
import type { Journal, JournalEntry } from './ports.ts';
import type { Records } from './records.ts';
import { SignalControl, type SignalControlWorld } from './signals/control.ts';
import { Warnings, type WarningsDeps } from './warnings.ts';

export interface DecisionsDeps {
  readonly journal: Journal;
  readonly records: Records;
  readonly world: CaseWorld;
  readonly nowMs: () => number;
  readonly log: DeskLog;
  readonly timeZone: string;
  readonly evaluator: Evaluator;
  readonly places: Places;
  /** The alarm rules that come with the product. */
  readonly builtInRules: readonly AlarmRule[];
  /** Who outside is told what. */
  readonly routes: readonly Route[];
  readonly sender: WarningsDeps['sender'];
  readonly signals: SignalControlWorld;
  /** Told of the units about which something was decided. */
  readonly onUnits: (units: ReadonlySet<string>) => void;
  /** Told of every incident that was ever reported, in order. */
  readonly onReported: (event: Extract<CaseEvent, { type: 'incident.reported' }>) => void;
}

type GivenType = Exclude<CommandType, 'presence.view'>;
export type GivenCommand = {
  [T in GivenType]: {
    readonly id: string;
    readonly type: T;
    readonly payload: CommandPayloads[T];
    readonly expected?: number;
  };
}[GivenType];

type AlarmGiven = Extract<GivenCommand, { type: AlarmCommandType }>;
type SignalGiven = Extract<GivenCommand, { type: SignalCommandType }>;
const isOfSignals = (command: GivenCommand): command is SignalGiven => isSignalCommand(command.type);
const isOfAlarms = (command: GivenCommand): command is AlarmGiven => isAlarmCommand(command.type);

export class Decisions {
  readonly state: CityState;
  readonly cases: Cases;
  readonly alarms: Alarms;
  /** What became of alarms before: the log, the figures, what happened last time. */
  readonly memory: AlarmMemory;
  readonly warnings: Warnings;
  readonly signals: SignalControl;
  private readonly handovers: Handovers;
  private readonly notifications: Notifications;
  private readonly deps: DecisionsDeps;
  private readonly desk: Desk;

  constructor(deps: DecisionsDeps) {
    this.deps = deps;
    const { journal, records, nowMs, log, world, timeZone } = deps;
    const state = emptyCity((category) => world.rules.nearness(category), deps.builtInRules);
    this.state = state;
    this.notifications = new Notifications({ state, routes: deps.routes, timeZone, nowMs });
    const desk = new Desk({
      undo: state.undo,
      evolve: (event) => this.notifications.follow(event, evolveCity(state, event)),
      journal,
      nowMs,
      log,
      onEntry: (entry, event, own) => {
        if (event !== null) this.entered(entry, event, own);
      },
      onSettled: () => this.show(),
    });
    this.desk = desk;
    this.memory = new AlarmMemory(timeZone);
    this.cases = new Cases({ ...deps, state: state.cases, desk });
    const shared = { desk, records, nowMs };
    this.alarms = new Alarms({
      ...shared,
      log,
      state: state.alarms,
      evaluator: deps.evaluator,
      places: deps.places,
      cases: (by, commandId) => this.casesFor(by, commandId),
    });
    this.warnings = new Warnings({ ...shared, state: state.warnings, sender: deps.sender });
    this.handovers = new Handovers({ ...shared, state: state.handovers, timeZone });
    const { control, cases: ofCases } = state;
    this.signals = new SignalControl({ ...shared, ...deps.signals, log, state: control, cases: ofCases });
  }

  /** Reads the journal and shows what it holds. */
  async start(): Promise<void> {
    await this.desk.start();
    this.retire(this.deps.nowMs());
    this.alarms.start();
  }

  /** Resolves when everything taken in so far is answered. */
  async stop(): Promise<void> {
    await this.desk.stop();
  }

  /** Lets time pass. */
  tick(nowMs: number): void {
    this.cases.tick(nowMs);
    this.alarms.tick(nowMs);
    this.warnings.tick(nowMs);
    this.signals.tick(nowMs);
  }

  /** Takes what ended long ago off the screens; the journal keeps it. */
  retire(nowMs: number): void {
    this.cases.retire(nowMs);
    this.warnings.retire(nowMs);
    this.handovers.retire(nowMs);
    this.signals.retire(nowMs);
  }

  /** Answers a person's command; the same id asked again gets the answer it had, after a restart too (SY-50). */
  execute(command: GivenCommand, by: By): Promise<CommandAnswer> {
    const { id } = command;
    if (isOfSignals(command)) return this.signals.command(id, command, by);
    if (!isOfAlarms(command)) return this.cases.command(command, by);
    switch (command.type) {
      case 'alarm.acknowledge':
      case 'alarm.shelve':
      case 'alarm.unshelve':
      case 'alarm.service':
      case 'alarm.escalate':
      case 'alarm.incident':
      case 'rule.save':
      case 'rule.switch':
      case 'rule.delete':
        return this.alarms.command(id, command, by);
      case 'warning.draft':
      case 'warning.decide':
      case 'warning.cancel':
        return this.warnings.command(id, command, by);
      case 'handover.offer':
      case 'handover.sign':
        return this.handovers.command(id, command, by);
    }
  }

  /** Notifications that are pending, and those to come, are delivered by this. */
  deliverBy(outlet: NotificationOutlet): void {
    this.notifications.deliverBy(outlet);
  }

  /** Resolves when it is durable what became of a notification. @throws where it could not be stored. */
  settle(settlement: Settlement): Promise<void> {
    return this.notifications.settle(this.desk, settlement);
  }

  /** Keeps what happened to accounts and sessions. @throws where it could not be stored. */
  note(entry: AuditEvent & { readonly actor: string }): Promise<void> {
    const { actor, type, payload } = entry;
    return new Promise((resolve, reject) => {
      this.desk.submit({
        actor,
        decide: (write) => {
          write({ type, payload });
          return () => resolve();
        },
        refuse: () => reject(new Error('the audit trail could not be written')),
      });
    });
  }

  private entered(entry: JournalEntry, event: CityEvent, own: boolean): void {
    if (isCaseEvent(event)) {
      this.cases.entered(entry, event as CaseEvent);
      if (event.type === 'incident.reported') this.deps.onReported(event);
      return;
    }
    this.memory.entered(entry, event);
    this.notifications.entered(event, own);
  }

  private show(): void {
    this.cases.show();
    this.alarms.show();
    this.warnings.show();
    this.handovers.show();
    this.signals.show();
  }

  private casesFor(by: By, commandId: string): Pick<AlarmContext, 'createIncident' | 'openIncident'> {
    const { cases } = this.state;
    const { nowMs, world } = this.deps;
    return {
      createIncident: (payload) => {
        const ctx = { nowMs: nowMs(), by, commandId, world };
        const decided = decideCommand(cases, { type: 'incident.create', payload }, ctx);
        if (!decided.ok) return decided;
        const { events, result } = decided.value;
        const { incident, number } = result ?? {};
        if (incident === undefined || number === undefined)
          throw new Error('a new incident without its number');
        return { ok: true, value: { events, incident, number } };
      },
      openIncident: (id) => {
        const found = caseOf(cases, id);
        return found && isOpen(found) ? { incident: found.id, number: found.number } : undefined;
      },
    };
  }
}

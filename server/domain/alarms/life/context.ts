/** What a decision about alarms may ask of the rest of the domain, and how it answers. Everything is as of one moment. */
import type { RuleProblem } from '../../../contract/alarm-api.ts';
import type { AlarmRule } from '../../../contract/alarms.ts';
import type { CommandPayloads, CommandResult } from '../../../contract/commands.ts';
import type { Refusal } from '../../../contract/refusals.ts';
import { ok, type Result } from '../../../contract/result.ts';
import type { By, CaseEvent } from '../../cases/events.ts';
import type { AlarmEvent } from './events.ts';

export interface IncidentRef {
  readonly incident: string;
  readonly number: number;
}

export interface AlarmContext {
  readonly nowMs: number;
  readonly by: By;
  /** What taking a call decides; nothing is written yet. */
  readonly createIncident: (
    payload: CommandPayloads['incident.create'],
  ) => Result<IncidentRef & { readonly events: readonly CaseEvent[] }, Refusal>;
  /** The open case that an incident is, or is part of; undefined: it is closed, or nobody knows it. */
  readonly openIncident: (id: string) => IncidentRef | undefined;
  /** What is wrong with a rule's expressions; nothing: it compiles. */
  readonly checkRule: (rule: AlarmRule) => readonly RuleProblem[];
}

export interface AlarmDecision {
  readonly events: readonly (AlarmEvent | CaseEvent)[];
  readonly result?: CommandResult;
}
export type AlarmDecided = Result<AlarmDecision, Refusal>;

export const decide = (events: AlarmDecision['events'], result?: CommandResult): AlarmDecided =>
  ok(result === undefined ? { events } : { events, result });

/** Shifts handed over: what stands is collected here, from the live records; records show offers and signatures. */
import type { CommandAnswer } from '../contract/sync.ts';
import type { By } from '../domain/cases/events.ts';
import { decideHandoverCommand, type HandoverCommand } from '../domain/handover/decide.ts';
import { handoverItems } from '../domain/handover/items.ts';
import { handoverRecord } from '../domain/handover/record.ts';
import { forgetHandovers, type HandoverState } from '../domain/handover/state.ts';
import type { Desk } from './desk.ts';
import type { Records } from './records.ts';

export interface HandoversDeps {
  readonly state: HandoverState;
  readonly desk: Desk;
  readonly records: Records;
  readonly nowMs: () => number;
  readonly timeZone: string;
}

export class Handovers {
  private readonly deps: HandoversDeps;

  constructor(deps: HandoversDeps) {
    this.deps = deps;
  }

  command(id: string, command: HandoverCommand, by: By): Promise<CommandAnswer> {
    const { state, desk, records, nowMs, timeZone } = this.deps;
    return desk.answer(by.id, id, () =>
      decideHandoverCommand(state, command, {
        nowMs: nowMs(),
        by,
        items: () =>
          handoverItems({
            alarms: records.values('alarm'),
            incidents: records.values('incident'),
            warnings: records.values('warning'),
            timeZone,
          }),
      }),
    );
  }

  /** Takes old ones off the screens; the journal keeps them. */
  retire(nowMs: number): void {
    const { state, desk, records } = this.deps;
    if (desk.settled) for (const id of forgetHandovers(state, nowMs)) records.delete('handover', id);
  }

  /** Puts the records of all that was touched. */
  show(): void {
    const { state, records } = this.deps;
    for (const id of state.touched) {
      const record = handoverRecord(state, id);
      if (record === undefined) records.delete('handover', id);
      else records.put('handover', record);
    }
    state.touched.clear();
  }
}

/** Public warnings: those of other authorities come in by feeds, our own by people; records show them. */
import type { WarningObservation } from '../contract/observations.ts';
import type { Refusal } from '../contract/refusals.ts';
import type { WarningMessage } from '../contract/warnings.ts';
import type { CommandAnswer } from '../contract/sync.ts';
import { SYSTEM, type By } from '../domain/cases/events.ts';
import { decideWarningCommand, type WarningCommand } from '../domain/warnings/decide.ts';
import { decideReceived, decideWarningTimers, isLateMessage } from '../domain/warnings/receive.ts';
import { warningRecord } from '../domain/warnings/record.ts';
import { forgetEnded, type WarningsState } from '../domain/warnings/state.ts';
import type { Desk } from './desk.ts';
import type { Records } from './records.ts';

export type WarningOutcome = 'taken' | 'late' | 'duplicate' | Refusal;

export interface WarningsDeps {
  readonly state: WarningsState;
  readonly desk: Desk;
  readonly records: Records;
  readonly nowMs: () => number;
  /** Who we are to other systems. */
  readonly sender: { readonly id: string; readonly name: string };
}

export class Warnings {
  private readonly deps: WarningsDeps;
  private timersWait = false;

  constructor(deps: WarningsDeps) {
    this.deps = deps;
  }

  /** Answers one outcome an observation, in their order, when they are durable. */
  receive(feed: string, observations: readonly WarningObservation[]): Promise<WarningOutcome[]> {
    const { state, desk, nowMs } = this.deps;
    return new Promise((resolve) => {
      desk.submit({
        actor: `feed:${feed}`,
        decide: (write) => {
          const outcomes = observations.map(({ message }): WarningOutcome => {
            const late = isLateMessage(state, message);
            const decided = decideReceived(state, message, { feed, nowMs: nowMs() });
            if (!decided.ok) return decided.error;
            for (const event of decided.value) write(event);
            return decided.value.length > 0 ? 'taken' : late ? 'late' : 'duplicate';
          });
          return () => resolve(outcomes);
        },
        refuse: (refusal) => resolve(observations.map(() => refusal)),
      });
    });
  }

  command(id: string, command: WarningCommand, by: By): Promise<CommandAnswer> {
    const { state, desk, nowMs, sender } = this.deps;
    return desk.answer(by.id, id, () =>
      decideWarningCommand(state, command, {
        nowMs: nowMs(),
        by,
        commandId: id,
        sender: sender.id,
        senderName: sender.name,
      }),
    );
  }

  /** Lets time pass: what has expired. */
  tick(nowMs: number): void {
    const { state, desk } = this.deps;
    if (!desk.settled || this.timersWait || decideWarningTimers(state, nowMs).length === 0) return;
    this.timersWait = true;
    const after = (): void => {
      this.timersWait = false;
    };
    desk.submit({
      actor: SYSTEM.id,
      decide: (write) => {
        for (const event of decideWarningTimers(state, nowMs)) write(event);
        return after;
      },
      refuse: after,
    });
  }

  /** Takes what ended long ago off the screens; the journal keeps it. */
  retire(nowMs: number): void {
    const { state, desk, records } = this.deps;
    if (desk.settled) for (const id of forgetEnded(state, nowMs)) records.delete('warning', id);
  }

  /** The message that cancelled a warning of ours. */
  cancellationOf(id: string): WarningMessage | null {
    return this.deps.state.byId.get(id)?.cancellation ?? null;
  }

  /** How many of a feed are in force. */
  standingOf(feed: string): number {
    let n = 0;
    for (const w of this.deps.state.byId.values()) if (w.feed === feed && w.state === 'in-force') n++;
    return n;
  }

  /** Puts the records of all that was touched. */
  show(): void {
    const { state, records } = this.deps;
    for (const id of state.touched) {
      const record = warningRecord(state, id);
      if (record === undefined) records.delete('warning', id);
      else records.put('warning', record);
    }
    state.touched.clear();
  }
}

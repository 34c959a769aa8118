/**
 * Public warnings without a server: the state, feeds that bring messages, people who draft and approve. Events go through
 * JSON before they are applied, as from a journal.
 */
import type { CommandResult } from '../../server/contract/commands.ts';
import type { Refusal } from '../../server/contract/refusals.ts';
import type { WarningDraft, WarningMessage, WarningRecord } from '../../server/contract/warnings.ts';
import { capReference } from '../../server/domain/warnings/cap-out.ts';
import { decideWarningCommand, type WarningCommand } from '../../server/domain/warnings/decide.ts';
import type { WarningEvent } from '../../server/domain/warnings/events.ts';
import { evolveWarnings } from '../../server/domain/warnings/evolve.ts';
import { decideReceived, decideWarningTimers } from '../../server/domain/warnings/receive.ts';
import { warningRecord } from '../../server/domain/warnings/record.ts';
import { emptyWarnings } from '../../server/domain/warnings/state.ts';
import { UndoLog } from '../../server/domain/undo.ts';
import { people, type PersonName } from './case-world.ts';

export const WARNINGS_START_MS = 1_800_000_000_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const OUR_SENDER = 'city-brain@guixi.example';

/** A message of the weather service; `minute` is when it was sent. */
export function aMessage(
  identifier: string,
  minute: number,
  more: Partial<WarningMessage> = {},
): WarningMessage {
  return {
    identifier,
    sender: 'met@example',
    sentAtMs: WARNINGS_START_MS + minute * MINUTE_MS,
    messageType: 'Alert',
    references: [],
    signed: false,
    status: 'Actual',
    scope: 'Public',
    categories: ['Met'],
    event: { zh: '暴雨', en: 'Rainstorm' },
    urgency: 'Expected',
    severity: 'Severe',
    certainty: 'Likely',
    headline: { zh: '暴雨橙色预警', en: 'Rainstorm orange' },
    description: { zh: '', en: '' },
    instruction: { zh: '', en: '' },
    expiresAtMs: WARNINGS_START_MS + 48 * HOUR_MS,
    areas: [],
    ...more,
  };
}
export const about = (
  messageType: 'Update' | 'Cancel',
  ...messages: readonly WarningMessage[]
): Pick<WarningMessage, 'messageType' | 'references'> => ({
  messageType,
  references: messages.map(capReference),
});

export function aDraft(more: Partial<WarningDraft> = {}): WarningDraft {
  return {
    status: 'Actual',
    categories: ['Met'],
    event: { zh: '内涝', en: 'Flooding' },
    urgency: 'Immediate',
    severity: 'Severe',
    certainty: 'Observed',
    headline: { zh: '城西内涝', en: 'Flooding in the west' },
    description: { zh: '多处积水', en: 'Water in many places' },
    instruction: { zh: '请绕行', en: 'Avoid the area' },
    minutes: 90,
    areas: [
      {
        description: '城西 Chengxi',
        polygons: [
          [
            [118.6, 30.2],
            [118.61, 30.2],
            [118.61, 30.21],
            [118.6, 30.2],
          ],
        ],
        circles: [],
        geocodes: ['district=qu'],
      },
    ],
    ...more,
  };
}

export type WarningReply =
  | { readonly ok: true; readonly events: readonly WarningEvent[]; readonly result?: CommandResult }
  | { readonly ok: false; readonly refusal: Refusal };

export class WarningDesk {
  readonly state = emptyWarnings(new UndoLog());
  readonly journal: WarningEvent[] = [];
  nowMs = WARNINGS_START_MS;
  private commands = 0;

  receive(message: WarningMessage, feed = 'met'): WarningReply {
    const decided = decideReceived(this.state, message, { feed, nowMs: this.nowMs });
    if (!decided.ok) return { ok: false, refusal: decided.error };
    return { ok: true, events: this.apply(decided.value) };
  }

  ask(who: PersonName, command: WarningCommand): WarningReply {
    const decided = decideWarningCommand(this.state, command, {
      nowMs: this.nowMs,
      by: people[who],
      commandId: `command-${++this.commands}`,
      sender: OUR_SENDER,
      senderName: '市应急指挥中心',
    });
    if (!decided.ok) return { ok: false, refusal: decided.error };
    const { events, result } = decided.value;
    return { ok: true, events: this.apply(events), result };
  }

  /** The id of a new draft of the dispatcher. @throws where it is refused */
  draft(more: Partial<WarningDraft> = {}): string {
    const reply = this.ask('wang', { type: 'warning.draft', payload: { draft: aDraft(more) } });
    if (!reply.ok) throw new Error(`${reply.refusal.code} ${reply.refusal.detail ?? ''}`);
    return reply.result!.warning!;
  }

  /** By the supervisor. */
  approve(warning: string): WarningReply {
    return this.ask('sun', { type: 'warning.decide', payload: { warning, approved: true } });
  }

  cancel(warning: string, reason = '水已退'): WarningReply {
    return this.ask('sun', { type: 'warning.cancel', payload: { warning, reason } });
  }

  pass(minutes: number): readonly WarningEvent[] {
    this.nowMs += minutes * MINUTE_MS;
    return this.apply(decideWarningTimers(this.state, this.nowMs));
  }

  record(id: string): WarningRecord {
    return warningRecord(this.state, id)!;
  }

  /** States by identifier of what others sent. */
  received(): Readonly<Record<string, string>> {
    const incoming = [...this.state.byId.values()].filter((w) => w.direction === 'in');
    return Object.fromEntries(incoming.map((w) => [w.message.identifier, w.state]));
  }

  private apply(events: readonly WarningEvent[]): readonly WarningEvent[] {
    const stored = JSON.parse(JSON.stringify(events)) as WarningEvent[];
    for (const event of stored) {
      evolveWarnings(this.state, event);
      this.journal.push(event);
    }
    return stored;
  }
}

/** The refusal’s code, or `done`; `nothing` where there was nothing to decide. */
export function replyCode(reply: WarningReply): string {
  if (!reply.ok) return reply.refusal.code;
  return reply.events.length === 0 ? 'nothing' : 'done';
}

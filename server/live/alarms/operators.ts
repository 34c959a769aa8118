/**
 * How many operators are on duty: people of the desk with a screen that is connected. Each server sees its own screens; the
 * number of the one that sees most holds, so that two of them never contradict each other for ever.
 */
import { demoColleagues } from '../../contract/accounts.ts';
import type { PresenceRecord } from '../../contract/records.ts';
import type { Role } from '../../contract/roles.ts';

/** A screen that is reloaded, or comes back after a cut or a restart, is nobody who went home. */
const HOLDS_MS = 60_000;

const deskRoles: ReadonlySet<Role> = new Set(['call-taker', 'dispatcher', 'supervisor']);
/** They work cases and hear no alarm. */
const simulated: ReadonlySet<string> = new Set(Object.values(demoColleagues).map((c) => c.id));

export class OperatorsOnDuty {
  private shown = 0;
  private seen = 0;
  private sinceMs = -Infinity;
  /** What it was when something was said last. */
  private told = 0;

  /** `before`: who was on duty when the journal was written. */
  begin(before: number, nowMs: number): void {
    this.shown = before;
    this.told = before;
    this.sinceMs = nowMs;
  }

  /** The number that has held for a minute; more are believed at once. */
  count(present: Iterable<PresenceRecord>, nowMs: number): number {
    const people = new Set<string>();
    for (const { user, role } of present) if (deskRoles.has(role) && !simulated.has(user)) people.add(user);
    if (people.size !== this.seen) {
      this.seen = people.size;
      this.sinceMs = nowMs;
    }
    if (this.seen > this.shown || nowMs - this.sinceMs >= HOLDS_MS || nowMs < this.sinceMs) {
      this.shown = this.seen;
    }
    return this.shown;
  }

  /** What holds from now on, where `known` has held for all servers: ours where it is larger, or was what held. */
  say(known: number): number {
    const wasOurs = this.shown < this.told && known <= this.told;
    if (this.shown > known || wasOurs) return this.shown;
    this.told = this.shown;
    return known;
  }

  /** What was to be said is durable. */
  said(): void {
    this.told = this.shown;
  }
}

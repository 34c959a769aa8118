/**
 * The one place where facts of the city are decided. Reports, commands, units' statuses, alarms and the clock wait in one queue; all that wait are
 * decided one after the other, appended to the journal together (one commit), and only when they are durable shown and
 * acknowledged (IN-20, IN-21, IN-22, IN-42). The state runs ahead of the journal only inside such a batch; where the append
 * fails or somebody else was first, the batch is taken back and decided again.
 */
import { LRUCache } from 'lru-cache';
import type { CommandResult } from '../contract/commands.ts';
import type { Result } from '../contract/result.ts';
import type { CommandAnswer } from '../contract/sync.ts';
import type { Refusal } from '../contract/refusals.ts';
import { isCaseEvent, type CaseEvent } from '../domain/cases/events.ts';
import { isCityEvent, type CityEvent } from '../domain/city-event.ts';
import { isHandoverEvent, type HandoverEvent } from '../domain/handover/events.ts';
import type { UndoLog } from '../domain/undo.ts';
import { isWarningEvent, type WarningEvent } from '../domain/warnings/events.ts';
import type { Journal, JournalEntry, NewEntry } from './ports.ts';

/** After a failed append nothing is tried for so long, so that a full disk does not keep the process busy. */
const PAUSE_AFTER_FAILURE_MS = 1_000;
/** Others who append may be first this often before a batch is given back. */
const MAX_CONFLICTS = 12;
/** Jobs in one append. */
const BATCH = 256;
/** Ids of commands whose answer is known, across restarts. */
const KEPT_COMMANDS = 100_000;

export type DeskLog = (level: 'info' | 'warn' | 'error', message: string, detail?: unknown) => void;

/** What is told to the audit trail and changes nothing of the city. */
export interface AuditEvent {
  readonly type: `user.${string}` | 'account.changed';
  readonly payload: Readonly<Record<string, unknown>>;
}
/** Applies an event to the state and puts it on the list of what is appended. */
export type Write = (event: CityEvent | AuditEvent) => void;
/** What a command leads to, or why it is refused. */
export type Decided = Result<
  { readonly events: readonly CityEvent[]; readonly result?: CommandResult },
  Refusal
>;
/** Called when what a job wrote is durable (or it wrote nothing), with the seq of its last event. */
export type Accept = (seq: number) => void;
export interface Job {
  readonly actor: string;
  readonly command?: string;
  /** Decides on the state as it is then, writes what follows, and says how to go on. It may be asked again. */
  readonly decide: (write: Write) => Accept;
  readonly refuse: (refusal: Refusal) => void;
}

export interface DeskDeps {
  /** Of all state that events change. */
  readonly undo: UndoLog;
  /** Applies an event, and answers what else follows: written with it, so that both are durable or neither is. */
  readonly evolve: (event: CityEvent) => readonly CityEvent[];
  readonly journal: Journal;
  readonly nowMs: () => number;
  readonly log: DeskLog;
  /** Told of every entry once it is durable, in order: those decided here, and those read from the journal. */
  readonly onEntry: (entry: JournalEntry, event: CityEvent | null, own: boolean) => void;
  /** Told after each batch, when what was touched may be shown. */
  readonly onSettled: () => void;
}

interface Written {
  readonly entry: NewEntry;
  readonly event: CityEvent | null;
}

const cityEvent = ({
  type,
  payload,
}: {
  readonly type: string;
  readonly payload: unknown;
}): CityEvent | null => (isCityEvent({ type }) ? ({ type, payload } as CityEvent) : null);

/** An id belongs to who used it: nobody's command is done because another's had the same id. */
const commandKey = (actor: string, command: string): string => `${actor}\u0000${command}`;

/** What the command that an event came of had made or found, as far as the event tells. */
function resultOf(event: CityEvent): CommandResult | undefined {
  if (isCaseEvent(event)) return { incident: (event as CaseEvent).payload.id };
  if (isWarningEvent(event)) return { warning: (event as WarningEvent).payload.id };
  if (isHandoverEvent(event)) return { handover: (event as HandoverEvent).payload.id };
  if (event.type === 'measurement.began') return { measurement: event.payload.id };
  if (event.type === 'special-plan.began') return { specialPlan: event.payload.id };
  if (event.type !== 'alarm.became-incident') return undefined;
  const { incident, number } = event.payload;
  return { incident, number };
}

interface Done {
  readonly seq: number;
  readonly result?: CommandResult;
}

export class Desk {
  private readonly deps: DeskDeps;
  /** Up to which entry of the journal the state goes. */
  private seq = 0;
  private queue: Job[] = [];
  private working: Promise<void> | null = null;
  private pausedUntilMs = -Infinity;
  /** A Map would walk over all it has forgotten to find its oldest. */
  private readonly done = new LRUCache<string, Done>({ max: KEPT_COMMANDS });
  private stopWatching: (() => void) | null = null;
  private behind = false;
  /** False until the journal has been read, and while a batch runs ahead of it. */
  settled = false;

  constructor(deps: DeskDeps) {
    this.deps = deps;
  }

  /** Reads the journal, and from then on what others append. */
  async start(): Promise<void> {
    await this.catchUp();
    this.stopWatching = this.deps.journal.watch(() => {
      this.behind = true;
      this.wake();
    });
  }

  /** Resolves when everything that waits is answered; nothing of others is taken in afterwards. */
  async stop(): Promise<void> {
    this.stopWatching?.();
    while (this.working) await this.working;
  }

  submit(job: Job): void {
    this.queue.push(job);
    this.wake();
  }

  /** The answer to an actor's command that is known to be done; undefined where it is not known. */
  private doneAnswer(actor: string, commandId: string): CommandAnswer | undefined {
    const known = this.done.get(commandKey(actor, commandId));
    if (known === undefined) return undefined;
    return { ok: true, ...known };
  }

  /** Answers a person's command; the same id asked again gets the answer it had, after a restart too (SY-50). */
  answer(person: string, commandId: string, decide: () => Decided): Promise<CommandAnswer> {
    const actor = `user:${person}`;
    const known = this.doneAnswer(actor, commandId);
    if (known) return Promise.resolve(known);
    return new Promise((resolve) => {
      this.submit({
        actor,
        command: commandId,
        decide: (write) => {
          // It may have come in by another server process while this one waited.
          const done = this.doneAnswer(actor, commandId);
          if (done) return () => resolve(done);
          const decided = decide();
          if (!decided.ok) {
            const refusal = decided.error;
            return () => resolve({ ok: false, refusal });
          }
          const { events, result } = decided.value;
          for (const event of events) write(event);
          return (seq) => resolve({ ok: true, seq, ...(result && { result }) });
        },
        refuse: (refusal) => resolve({ ok: false, refusal }),
      });
    });
  }

  private wake(): void {
    this.working ??= this.work().finally(() => {
      this.working = null;
      // What came in the last moment of the work before.
      if (this.queue.length > 0 || this.behind) this.wake();
    });
  }

  private async work(): Promise<void> {
    // A turn of the loop later, so that what arrives together is written together.
    await Promise.resolve();
    while (this.queue.length > 0 || this.behind) {
      const jobs = this.queue.splice(0, BATCH);
      const refuse = (): void => jobs.forEach((job) => job.refuse({ code: 'journal-failed' }));
      if (jobs.length > 0 && this.deps.nowMs() < this.pausedUntilMs) {
        refuse();
        continue;
      }
      try {
        if (!(await this.batch(jobs))) refuse();
      } catch (error) {
        this.pausedUntilMs = this.deps.nowMs() + PAUSE_AFTER_FAILURE_MS;
        this.deps.log('error', 'what was decided could not be stored', { jobs: jobs.length, error });
        refuse();
      }
    }
  }

  /** False where others kept appending first. */
  private async batch(jobs: readonly Job[]): Promise<boolean> {
    const { journal, log } = this.deps;
    for (let attempt = 0; attempt < MAX_CONFLICTS; attempt++) {
      if (this.behind || this.seq < journal.lastSeq) await this.catchUp();
      const { accepts, entries } = this.decide(jobs);
      if (entries.length === 0 || (await this.append(entries))) {
        for (const accept of accepts) accept();
        return true;
      }
    }
    log('warn', 'given back: others kept appending first', { jobs: jobs.length });
    return false;
  }

  /** Decides a batch, each job seeing what those before it did. The state is then ahead of the journal. */
  private decide(jobs: readonly Job[]): { accepts: (() => void)[]; entries: Written[] } {
    const { undo, evolve, nowMs, log } = this.deps;
    const accepts: (() => void)[] = [];
    const entries: Written[] = [];
    const from = this.seq;
    undo.begin();
    this.settled = false;
    const atMs = nowMs();
    for (const job of jobs) {
      const command = job.command === undefined ? {} : { command: job.command };
      try {
        const write: Write = (event) => {
          const known = cityEvent(event);
          const follows = known === null ? [] : evolve(known);
          entries.push({ event: known, entry: { ...event, actor: job.actor, atMs, ...command } });
          for (const next of follows) write(next);
        };
        const accept = job.decide(write);
        const seq = from + entries.length;
        accepts.push(() => accept(seq));
      } catch (error) {
        // A fault in one decision is that one's alone: the others are decided without what it wrote.
        log('error', 'a decision failed', { actor: job.actor, error });
        job.refuse({ code: 'internal' });
        undo.takeBack();
        return this.decide(jobs.filter((other) => other !== job));
      }
    }
    if (entries.length === 0) {
      undo.keep();
      this.settled = true;
    }
    return { accepts, entries };
  }

  /** False where somebody else was first. What was not appended is taken back. */
  private async append(entries: readonly Written[]): Promise<boolean> {
    const { undo, journal } = this.deps;
    const from = this.seq;
    let taken = false;
    try {
      const answer = await journal.append(
        from,
        entries.map((e) => e.entry),
      );
      taken = answer.ok;
      if (!answer.ok) this.behind = true;
    } finally {
      if (taken) undo.keep();
      else undo.takeBack();
      this.settled = true;
    }
    if (!taken) return false;
    this.seq = from + entries.length;
    for (const [k, { entry, event }] of entries.entries()) {
      this.noted({ ...entry, seq: from + k + 1 }, event, true);
    }
    this.deps.onSettled();
    return true;
  }

  /** Reads on in the journal from where the state is, and shows what that changed. */
  private async catchUp(): Promise<void> {
    this.behind = false;
    try {
      for await (const entry of this.deps.journal.read(this.seq)) {
        const event = cityEvent(entry);
        if (event !== null) this.deps.evolve(event);
        this.seq = entry.seq;
        this.noted(entry, event, false);
      }
    } finally {
      this.deps.onSettled();
    }
    this.settled = true;
  }

  private noted(entry: JournalEntry, event: CityEvent | null, own: boolean): void {
    const key = entry.command === undefined ? undefined : commandKey(entry.actor, entry.command);
    if (key !== undefined) {
      const result = this.done.get(key)?.result ?? (event === null ? undefined : resultOf(event));
      this.done.set(key, { seq: entry.seq, ...(result && { result }) });
    }
    this.deps.onEntry(entry, event, own);
  }
}

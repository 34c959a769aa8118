/**
 * The colleagues' heads: which case to turn to next, and what to do about it. Knows no network and no clock; it is told
 * what changed and what was answered, and gives one act after another as they fall due. Work goes with what changes and
 * falls due, never with how much is open. At most one act of a case is under way at a time.
 */
import type { RecommendationAnswer } from '../../server/contract/api.ts';
import type { IncidentRecord, RecordMaps } from '../../server/contract/records.ts';
import type { RefusalCode } from '../../server/contract/refusals.ts';
import type { CommandAnswer } from '../../server/contract/sync.ts';
import { EventHeap } from '../kernel/event-heap.ts';
import { createRandom, type Random } from '../kernel/random.ts';
import { wantedSteps, type Act, type Memory, type Sight } from './steps.ts';

export interface DeskOptions {
  readonly seed: number;
  /** The mirror's records, as they stand when asked. */
  readonly records: Pick<RecordMaps, 'incident' | 'feed'>;
  /** Simulated seconds a second: colleagues think as much faster. */
  readonly speed: number;
  /** Accounts that colleagues sign in with; what these do was done by no person. */
  readonly own: readonly { readonly id: string; readonly name: string }[];
}

export interface Due {
  readonly incident: string;
  readonly key: string;
  readonly act: Exclude<Act, { do: 'wait' }>;
  /** The version of the case it was decided on; absent where the act does not concern the case as a whole. */
  readonly expected?: number;
}

interface Remembered extends Memory {
  readonly due: Map<string, number>;
  readonly done: Set<string>;
  /** When it is to be looked at next; of two entries of the agenda for one case this one counts. */
  nextMs: number;
  busy: boolean;
  failures: number;
}

/** Nothing more will come of it. */
const FINAL = new Set<RefusalCode>(['already-done', 'case-closed', 'merged-elsewhere']);
/** Somebody was quicker: the next look shows what they made of it. */
const OVERTAKEN = new Set<RefusalCode>(['version-conflict', 'claimed-by-other']);
const OVERTAKEN_MS = 3_000;
const RETRY_MS = 15_000;
const LONGEST_RETRY_MS = 10 * 60_000;
/** So often it is looked whether more can be sent. */
const MOST_LOOKS = 8;

export class Desk {
  readonly #options: DeskOptions;
  readonly #random: Random;
  readonly #memory = new Map<string, Remembered>();
  /** What each merged incident is, or was, part of. */
  readonly #partOf = new Map<string, string>();
  readonly #agenda = new EventHeap<string>();
  readonly #sight: Sight;
  #speed: number;

  constructor(options: DeskOptions) {
    this.#options = options;
    this.#speed = options.speed;
    this.#random = createRandom(options.seed).fork('colleagues');
    this.#sight = {
      incident: (id) => options.records.incident.get(id),
      isPersons: (record) => this.#isPersons(record),
      chance: (label) => this.#random.fork(label),
    };
  }

  get cases(): number {
    return this.#memory.size;
  }

  setSpeed(speed: number): void {
    this.#speed = speed;
  }

  /** A case has changed, or is there or gone. */
  changed(id: string, nowMs: number): void {
    const record = this.#options.records.incident.get(id);
    const memory = this.#memory.get(id);
    const into = record?.case.mergedInto;
    if (into !== undefined) this.#partOf.set(id, into);
    else if (!record) this.#partOf.delete(id);
    if (!record || into !== undefined || isOver(record, memory)) this.#memory.delete(id);
    else if (memory) this.#consider(record, memory, nowMs);
    else {
      // Taken out of another case by a person: it is not put back.
      const apart = this.#partOf.get(id);
      const fresh: Remembered = {
        plan: 'send',
        tries: 0,
        short: 0,
        touched: false,
        apart: new Set(apart === undefined ? [] : [apart]),
        due: new Map(),
        done: new Set(),
        nextMs: Infinity,
        busy: false,
        failures: 0,
      };
      this.#memory.set(id, fresh);
      this.#consider(record, fresh, nowMs);
    }
  }

  /** The next act that is due; null: none now. Each must be answered. */
  next(nowMs: number): Due | null {
    for (;;) {
      const atMs = this.#agenda.nextAt;
      const id = this.#agenda.popDue(nowMs);
      if (id === undefined) return null;
      const memory = this.#memory.get(id);
      const record = this.#options.records.incident.get(id);
      if (!memory || !record || memory.nextMs !== atMs) continue;
      memory.nextMs = Infinity;
      const due = this.#take(record, memory, nowMs);
      if (due) return due;
    }
  }

  /** What came of a command; null: it could not be delivered. */
  answered(due: Due, answer: CommandAnswer | null, nowMs: number): void {
    const memory = this.#memory.get(due.incident);
    if (!memory) return;
    memory.busy = false;
    if (answer?.ok) {
      memory.failures = 0;
      memory.touched = true;
      memory.done.add(due.key);
      if (isDispatch(due)) {
        const sent = (answer.result?.units?.length ?? 0) > 0;
        this.#planned(memory, sent ? 'look' : 'settled');
        memory.short = 0;
      }
    } else this.#refused(due, memory, answer?.refusal.code ?? 'internal', nowMs);
    this.changed(due.incident, nowMs);
  }

  /** What the plan lacks; null: it could not be learned. */
  looked(due: Due, answer: RecommendationAnswer | null, nowMs: number): void {
    const memory = this.#memory.get(due.incident);
    if (!memory) return;
    memory.busy = false;
    const lacking = answer?.needs.filter((n) => n.there.length < n.count) ?? [];
    if (lacking.length === 0 || memory.short >= MOST_LOOKS) this.#planned(memory, 'settled');
    else if (lacking.some((n) => n.units.length > 0)) {
      memory.short = 0;
      this.#planned(memory, 'send');
    } else {
      memory.short++;
      this.#planned(memory, 'look');
    }
    this.changed(due.incident, nowMs);
  }

  #planned(memory: Remembered, plan: Memory['plan']): void {
    memory.plan = plan;
    memory.tries++;
  }

  #refused(due: Due, memory: Remembered, code: RefusalCode, nowMs: number): void {
    if (isDispatch(due) && code === 'no-units') {
      memory.short++;
      this.#planned(memory, 'send');
      return;
    }
    if (due.act.do === 'command' && due.act.type === 'incident.merge' && !OVERTAKEN.has(code)) {
      memory.apart.add(due.act.payload.into);
      return;
    }
    if (FINAL.has(code)) {
      memory.done.add(due.key);
      if (isDispatch(due)) this.#planned(memory, 'settled');
      return;
    }
    const waitMs = OVERTAKEN.has(code)
      ? OVERTAKEN_MS
      : Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** Math.min(memory.failures++, 10));
    memory.due.set(due.key, nowMs + waitMs);
  }

  /** Puts down what is wanted and when; what is not wanted any more is dropped. */
  #consider(record: IncidentRecord, memory: Remembered, nowMs: number): void {
    if (memory.busy) return;
    const wanted = wantedSteps(record, memory, this.#sight).filter((s) => !memory.done.has(s.key));
    const keys = new Set(wanted.map((s) => s.key));
    for (const key of memory.due.keys()) if (!keys.has(key)) memory.due.delete(key);
    let nextMs = Infinity;
    for (const { key, due } of wanted) {
      let atMs = memory.due.get(key);
      if (atMs === undefined) {
        atMs = 'atMs' in due ? due.atMs : nowMs + due.afterMs / this.#speed;
        memory.due.set(key, atMs);
      }
      nextMs = Math.min(nextMs, atMs);
    }
    if (nextMs === memory.nextMs) return;
    memory.nextMs = nextMs;
    if (nextMs !== Infinity) this.#agenda.push(nextMs, record.id);
  }

  #take(record: IncidentRecord, memory: Remembered, nowMs: number): Due | null {
    const steps = wantedSteps(record, memory, this.#sight).filter((s) => !memory.done.has(s.key));
    const ready = steps.filter((s) => (memory.due.get(s.key) ?? Infinity) <= nowMs);
    const first = ready.toSorted((a, b) => memory.due.get(a.key)! - memory.due.get(b.key)!)[0];
    if (!first || memory.busy) {
      this.#consider(record, memory, nowMs);
      return null;
    }
    const { key, act } = first;
    if (act.do === 'wait') {
      memory.due.delete(key);
      this.#consider(record, memory, nowMs);
      return null;
    }
    memory.busy = true;
    const whole = act.do === 'command' && act.type !== 'unit.par' && !act.type.startsWith('task.');
    return {
      incident: record.id,
      key,
      act,
      ...(whole ? { expected: record.case.version } : {}),
    };
  }

  #isPersons(record: IncidentRecord): boolean {
    const { claim, assignments } = record.case;
    const { own } = this.#options;
    if (claim && !own.some((a) => a.id === claim.user)) return true;
    // Somebody else has sent units: it is theirs, though they have not claimed it.
    if (assignments.some((sent) => !own.some((a) => a.name === sent.by))) return true;
    // Typed in here, or played from a recording of another city.
    const feed = this.#options.records.feed.get(record.provenance.feed);
    return feed === undefined || feed.replaying === true;
  }
}

/** Closed cases are left to be judged by who has worked them. */
const isOver = (record: IncidentRecord, memory: Memory | undefined): boolean =>
  record.status === 'closed' && !(record.case.stage === 'closed' && memory?.touched === true);
const isDispatch = (due: Due): boolean => due.act.do === 'command' && due.act.type === 'incident.dispatch';

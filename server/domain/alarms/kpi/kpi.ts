/**
 * How the alarm system does (ISA-18.2 §16, EEMUA 191 §6), from the events of the journal in their order and in bounded
 * memory. An alarm rings as in `evolve`: once in an activation, when it first calls for somebody. `raised` is the same
 * without grouping: children count, what is suppressed by design or taken out of sight does not.
 */
import type { AlarmKpiAnswer } from '../../../contract/alarm-api.ts';
import type { AlarmPriority } from '../../../contract/alarms.ts';
import type { LocalText } from '../../../contract/text.ts';
import { SYSTEM, type By } from '../../cases/events.ts';
import type { AlarmEvent, AlarmEventPayloads } from '../life/events.ts';
import { answerKpi, type Chatter, type LiveAlarms } from './kpi-answer.ts';
import { Duty } from './kpi-duty.ts';
import {
  ACKNOWLEDGED,
  CHATTERS,
  FLEETING,
  INCIDENT,
  OUT_OF_SERVICE,
  RAISED,
  RANG,
  RingLog,
  SHELVED,
} from './kpi-rings.ts';
import type { Flood } from './kpi-tallies.ts';
import type { ShiftClock } from './shifts.ts';

/** Chattering: so many rings within so long (ISA-18.2 §16; EEMUA 191 §6). */
const CHATTER_RINGS = 3;
const CHATTER_MS = 60_000;
/** Fleeting: over within so long, with nobody having done anything. */
const FLEETING_MS = 30_000;
/** The newest ones are kept. */
const MOST_FLOODS = 5_000;
const MOST_CHATTERS = 5_000;
/** Those that are over and rang long ago are let go when there are so many more. */
const SWEEP_EVERY = 1_000;

/** An alarm as far as figures need it. */
interface Track {
  readonly id: string;
  /** Its index in `ruleIds`. */
  readonly rule: number;
  readonly name: LocalText;
  readonly subject: LocalText;
  readonly priority: AlarmPriority;
  readonly active: boolean;
  readonly activeSinceMs: number;
  readonly isChild: boolean;
  readonly suppressed: boolean;
  readonly shelved: boolean;
  readonly outOfService: boolean;
  readonly acknowledged: boolean;
  /** In this activation: whether it counts as raised, when it rang, and where that stands. */
  readonly raised: boolean;
  readonly rangAtMs: number | null;
  readonly ring: number;
  /** Somebody did something about it in this activation. */
  readonly acted: boolean;
  /** The place of its newest ring since it is a record. */
  readonly head: number;
  /** Times of its last rings, oldest first: one fewer than make a chatter. */
  readonly lastRings: readonly number[];
  readonly chatter: Chatter | null;
}
/** What is remembered of an alarm that is over. */
type Rest = Pick<Track, 'lastRings' | 'chatter'>;

/** What was taken out of sight before anybody acknowledged it was answered by that. */
const ANSWERED = ACKNOWLEDGED | SHELVED | OUT_OF_SERVICE;

const unanswered = { acknowledged: false, raised: false, rangAtMs: null, ring: 0, acted: false } as const;

export class AlarmKpi {
  private readonly shifts: ShiftClock;
  private readonly rings: RingLog;
  private readonly duty = new Duty();
  private readonly tracks = new Map<string, Track>();
  private readonly resting = new Map<string, Rest>();
  private sweepAt = SWEEP_EVERY;
  private floods: Flood[] = [];
  private chatters: Chatter[] = [];
  private readonly ruleIds: string[] = [];
  private readonly ruleIndex = new Map<string, number>();
  /** As its last alarm called it. */
  private readonly ruleFaces = new Map<
    string,
    { readonly name: LocalText; readonly priority: AlarmPriority }
  >();
  private beganAtMs: number | null = null;

  constructor(shifts: ShiftClock, rings: RingLog = new RingLog()) {
    this.shifts = shifts;
    this.rings = rings;
  }

  /** Takes in a durable event, in the order of the journal. */
  take(event: AlarmEvent): void {
    this.beganAtMs ??= event.payload.atMs;
    switch (event.type) {
      case 'alarm.raised':
        this.takeRaised(event.payload);
        return;
      case 'alarm.repeated': {
        const { atMs, parent, suppressed = false } = event.payload;
        const back = { active: true, activeSinceMs: atMs, isChild: parent !== undefined, suppressed };
        this.change(event.payload, (t) => (t.active ? t : { ...t, ...unanswered, ...back }));
        return;
      }
      case 'alarm.returned':
        this.change(event.payload, (t) => {
          const isQuick = t.rangAtMs !== null && event.payload.atMs - t.rangAtMs <= FLEETING_MS;
          if (t.active && isQuick && !t.acted) this.rings.mark(t.ring, FLEETING);
          return { ...t, active: false, suppressed: false };
        });
        return;
      case 'alarm.suppressed': {
        const { suppressed } = event.payload;
        this.change(event.payload, (t) => ({ ...t, suppressed, isChild: !suppressed && t.isChild }));
        return;
      }
      case 'alarm.grouped':
        this.change(event.payload, (t) => ({ ...t, isChild: event.payload.parent !== null }));
        return;
      case 'alarm.acknowledged':
        this.act(event.payload, (t) => {
          this.rings.markBack(t.head, ACKNOWLEDGED, ANSWERED, event.payload.atMs);
          return { ...t, acknowledged: true };
        });
        return;
      case 'alarm.shelved':
        this.act(event.payload, (t) => {
          this.rings.markBack(t.head, SHELVED, SHELVED);
          return { ...t, shelved: true };
        });
        return;
      case 'alarm.unshelved':
        this.act(event.payload, (t) => ({ ...t, ...unanswered, shelved: false }));
        return;
      case 'alarm.service-changed':
        this.act(event.payload, (t) => {
          if (event.payload.inService) return { ...t, ...unanswered, outOfService: false };
          this.rings.markBack(t.head, OUT_OF_SERVICE, OUT_OF_SERVICE);
          return { ...t, outOfService: true, shelved: false };
        });
        return;
      case 'alarm.escalated':
        this.act(event.payload, (t) => t);
        return;
      case 'alarm.became-incident':
        this.act(event.payload, (t) => {
          this.rings.markBack(t.head, INCIDENT, INCIDENT);
          return t;
        });
        return;
      case 'alarm.flood-began': {
        const { atMs, rung } = event.payload;
        if (this.floods.at(-1)?.untilMs === null) return;
        this.floods = newest([...this.floods, { fromMs: atMs, untilMs: null, rung }], MOST_FLOODS);
        return;
      }
      case 'alarm.flood-ended': {
        const flood = this.floods.at(-1);
        if (flood) flood.untilMs ??= event.payload.atMs;
        return;
      }
      case 'alarm.operators-changed':
        this.duty.change(event.payload.atMs, event.payload.operators);
        return;
      case 'rule.saved':
      case 'rule.switched':
      case 'rule.deleted':
    }
  }

  /** The figures from `sinceMs`, or as far back as is known, to `nowMs`. */
  kpi(sinceMs: number, nowMs: number, live: LiveAlarms): AlarmKpiAnswer {
    const { rings, duty, shifts, floods, chatters, beganAtMs, ruleIds, ruleFaces } = this;
    const activeSinceMs = (alarm: string): number | undefined => this.tracks.get(alarm)?.activeSinceMs;
    const sources = { rings, duty, shifts, floods, chatters, beganAtMs, ruleIds, ruleFaces, activeSinceMs };
    return answerKpi(sources, { sinceMs, nowMs, live });
  }

  private takeRaised(p: AlarmEventPayloads['alarm.raised']): void {
    const { id, atMs, name, priority, suppressed = false } = p;
    const told = {
      id,
      name,
      priority,
      suppressed,
      rule: this.indexOf(p.rule),
      subject: p.subject.name,
      isChild: p.parent !== undefined,
      active: true,
    };
    this.ruleFaces.set(p.rule, { name, priority });
    const before = this.tracks.get(id);
    if (before === undefined) {
      const { lastRings, chatter } = this.resting.get(id) ?? { lastRings: [], chatter: null };
      this.resting.delete(id);
      const inSight = { shelved: false, outOfService: false };
      const track = { ...told, ...unanswered, ...inSight, activeSinceMs: atMs, head: 0, lastRings, chatter };
      this.settle(track, atMs);
      return;
    }
    // Under a new version of its rule an active one goes on, as in `evolve`.
    const goesOn = before.active && priority >= before.priority;
    const activeSinceMs = before.active ? before.activeSinceMs : atMs;
    this.settle({ ...before, ...(goesOn ? {} : unanswered), ...told, activeSinceMs }, atMs);
  }

  private change(
    { id, atMs }: { readonly id: string; readonly atMs: number },
    how: (t: Track) => Track,
  ): void {
    const track = this.tracks.get(id);
    if (track !== undefined) this.settle(how(track), atMs);
  }

  /** What somebody, or the system, did about some of them. */
  private act(
    { alarms, atMs, by }: { readonly alarms: readonly string[]; readonly atMs: number; readonly by: By },
    how: (t: Track) => Track,
  ): void {
    const isPerson = by.id !== SYSTEM.id;
    for (const id of alarms) {
      this.change({ id, atMs }, (t) => {
        const after = how(t);
        return isPerson ? { ...after, acted: true } : after;
      });
    }
  }

  /** It rings where it calls and has not yet; it is let go where it is over. */
  private settle(t: Track, atMs: number): void {
    const isSetAside = t.shelved || t.outOfService;
    if (!t.active && !isSetAside && (t.acknowledged || t.rangAtMs === null)) {
      this.tracks.delete(t.id);
      this.rest(t, atMs);
      return;
    }
    const calls = t.active && !t.acknowledged && !isSetAside && !t.suppressed;
    const rings = calls && !t.isChild && t.rangAtMs === null;
    if (rings) this.tracks.set(t.id, this.rung(t, atMs));
    else if (calls && !t.raised)
      this.tracks.set(t.id, { ...t, raised: true, head: this.push(t, atMs, RAISED) });
    else this.tracks.set(t.id, t);
  }

  private rung(t: Track, atMs: number): Track {
    const flood = this.floods.at(-1);
    if (flood?.untilMs === null) flood.rung++;
    const chatter = this.chatterOf(t, atMs);
    const begins = chatter !== null && t.chatter === null;
    const flags = RANG | (t.raised ? 0 : RAISED) | (begins ? CHATTERS : 0);
    const ring = this.push(t, atMs, flags);
    const lastRings = [...t.lastRings, atMs].slice(1 - CHATTER_RINGS);
    return { ...t, raised: true, rangAtMs: atMs, ring, head: ring, lastRings, chatter };
  }

  private push({ rule, priority, head }: Track, atMs: number, flags: number): number {
    return this.rings.push({ atMs, rule, priority, flags }, head);
  }

  /** The stretch of chattering that a ring begins or goes on with; null: it does not chatter. */
  private chatterOf(
    { id, name, subject, priority, lastRings, chatter }: Track,
    atMs: number,
  ): Chatter | null {
    const [first] = lastRings;
    const isFull = lastRings.length === CHATTER_RINGS - 1;
    if (!isFull || first === undefined || atMs - first > CHATTER_MS) return null;
    if (chatter !== null) {
      chatter.times++;
      return chatter;
    }
    const face = { id, name, subject, priority };
    const begun = { ...face, sinceMs: first, beganAtMs: atMs, times: CHATTER_RINGS };
    this.chatters = newest([...this.chatters, begun], MOST_CHATTERS);
    return begun;
  }

  /** It may ring again within the time of a chatter. */
  private rest({ id, lastRings, chatter }: Track, atMs: number): void {
    if (lastRings.length === 0) return;
    this.resting.set(id, { lastRings, chatter });
    if (this.resting.size < this.sweepAt) return;
    for (const [other, { lastRings: rings }] of this.resting)
      if (rings.at(-1)! < atMs - CHATTER_MS) this.resting.delete(other);
    this.sweepAt = this.resting.size + SWEEP_EVERY;
  }

  private indexOf(rule: string): number {
    let index = this.ruleIndex.get(rule);
    if (index === undefined) {
      index = this.ruleIds.push(rule) - 1;
      this.ruleIndex.set(rule, index);
    }
    return index;
  }
}

const newest = <T>(list: T[], most: number): T[] => (list.length > most ? list.slice(-most) : list);

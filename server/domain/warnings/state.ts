/**
 * The state of public warnings. A warning is an immutable value that `evolve` replaces; the maps note how to take a change
 * back. What ended is forgotten after a day, but not that it was here: a feed that goes on listing it brings nothing back.
 */
import type { WarningMessage, WarningState } from '../../contract/warnings.ts';
import { UndoMap, type UndoLog } from '../undo.ts';
import { endedReferences, wholeSecond, type Reference } from './references.ts';

const DAY_MS = 86_400_000;
/** CAP leaves it to who receives a message without an end how long it holds (CAP 1.2 §3.2.2, expires). */
const HOLDS_WITHOUT_END_MS = DAY_MS;
const ENDED_KEPT_MS = DAY_MS;
/** Messages known by their name alone. */
const MAX_KNOWN = 50_000;
/** Messages that others spoke of and that have not come. */
const MAX_AWAITED = 20_000;

interface Named {
  readonly id: string;
  readonly name: string;
}

export interface Warning {
  readonly id: string;
  readonly direction: 'in' | 'out';
  readonly state: WarningState;
  readonly message: WarningMessage;
  /** Null: our own. */
  readonly feed: string | null;
  readonly receivedAtMs: number;
  readonly changedAtMs: number;
  readonly draftedBy: Named | null;
  readonly decidedBy: Named | null;
  readonly reason: string | null;
  /** Of our own: the warning whose place it takes once it is approved. */
  readonly updates: string | null;
  /** Of our own: the message that cancelled it. */
  readonly cancellation: WarningMessage | null;
}

export type Ended = Extract<WarningState, 'superseded' | 'cancelled'>;

export interface FeedCount {
  readonly kept: number;
  readonly standing: number;
}

export interface WarningsState {
  readonly undo: UndoLog;
  readonly byId: UndoMap<string, Warning>;
  /** The newest message under a name (`nameOf`), also where its warning is forgotten. */
  readonly known: UndoMap<string, { readonly id: string; readonly sentAtMs: number }>;
  /** Messages that were updated or cancelled before they came (`momentOf`). */
  readonly awaited: UndoMap<string, Ended>;
  /** How many warnings of each feed are in `byId`. */
  readonly countOf: UndoMap<string, FeedCount>;
  /** `last`: the number of the newest id. */
  readonly numbers: UndoMap<'last', number>;
  /** Ids that were written since somebody emptied this: whose records have to be made anew, or taken away. */
  readonly touched: Set<string>;
}

export function emptyWarnings(undo: UndoLog): WarningsState {
  const touched = new Set<string>();
  return {
    undo,
    touched,
    byId: new UndoMap(undo, (id) => touched.add(id)),
    known: new UndoMap(undo),
    awaited: new UndoMap(undo),
    countOf: new UndoMap(undo),
    numbers: new UndoMap(undo),
  };
}

export const nextId = (state: WarningsState): string => `warn-${(state.numbers.get('last') ?? 0) + 1}`;

/** It holds, or may come to hold. */
export const isStanding = (w: Pick<Warning, 'state'>): boolean =>
  w.state === 'in-force' || w.state === 'draft';

export const endsAtMs = (m: WarningMessage): number =>
  m.expiresAtMs ??
  Math.max(m.sentAtMs, m.effectiveAtMs ?? -Infinity, m.onsetAtMs ?? -Infinity) + HOLDS_WITHOUT_END_MS;

type Name = Pick<WarningMessage, 'sender' | 'identifier' | 'status'>;
/** An identifier is its sender’s; an exercise under the same one is another message, and touches no real one. */
export const nameOf = (m: Name): string => `${m.sender}\u0000${m.identifier}\u0000${m.status}`;
export const momentOf = (m: Name & { readonly sentAtMs: number }): string =>
  `${nameOf(m)}\u0000${wholeSecond(m.sentAtMs)}`;
/** A reference speaks of messages that are meant as seriously as the one it stands in. */
const named = (r: Reference, m: WarningMessage): Name & Reference => ({ ...r, status: m.status });

/** What a message makes of those it is about. */
export const endingOf = (m: WarningMessage): Ended =>
  m.messageType === 'Cancel' ? 'cancelled' : 'superseded';

/** Ids of standing warnings of others that a message takes the place of or cancels. */
export function endedBy(state: WarningsState, m: WarningMessage): string[] {
  const referenced = endedReferences(m).flatMap((r) => {
    const known = state.known.get(nameOf(named(r, m)));
    return known?.sentAtMs === r.sentAtMs ? [known.id] : [];
  });
  const before = state.known.get(nameOf(m));
  const ids = new Set([...referenced, ...(before === undefined ? [] : [before.id])]);
  return [...ids].filter((id) => {
    const w = state.byId.get(id);
    return w?.direction === 'in' && isStanding(w);
  });
}

/** The messages it speaks of that have not come (`momentOf`). */
export const notYetCome = (state: WarningsState, m: WarningMessage): string[] =>
  endedReferences(m).flatMap((r) => {
    const known = state.known.get(nameOf(named(r, m)));
    return known === undefined || known.sentAtMs < r.sentAtMs ? [momentOf(named(r, m))] : [];
  });

/** What a message is as it comes. A cancel is no warning: it is kept as what was said. */
export function stateOnArrival(state: WarningsState, m: WarningMessage, atMs: number): WarningState {
  if (m.messageType === 'Cancel') return 'cancelled';
  const ended = state.awaited.get(momentOf(m));
  if (ended !== undefined) return ended;
  if (endsAtMs(m) <= atMs) return 'expired';
  return m.status === 'Draft' ? 'draft' : 'in-force';
}

/** Drops warnings that ended more than a day ago from memory and names them; the journal keeps them. */
export function forgetEnded(state: WarningsState, nowMs: number): string[] {
  const gone = [...state.byId.values()].filter(
    (w) => !isStanding(w) && w.changedAtMs < nowMs - ENDED_KEPT_MS,
  );
  for (const w of gone) {
    state.byId.delete(w.id);
    count(state, w.feed, -1, 0);
  }
  trim(state.known, MAX_KNOWN, ({ id }) => !state.byId.has(id));
  trim(state.awaited, MAX_AWAITED, () => true);
  return gone.map((w) => w.id);
}

const none: FeedCount = { kept: 0, standing: 0 };
export const countOf = (state: WarningsState, feed: string): FeedCount => state.countOf.get(feed) ?? none;

function count(state: WarningsState, feed: string | null, kept: number, standing: number): void {
  if (feed === null || (kept === 0 && standing === 0)) return;
  const before = countOf(state, feed);
  state.countOf.set(feed, { kept: before.kept + kept, standing: before.standing + standing });
}

/** Stores a warning, new or as it is now. */
export function put(state: WarningsState, w: Warning): void {
  const before = state.byId.get(w.id);
  const standing = Number(isStanding(w)) - Number(before !== undefined && isStanding(before));
  count(state, w.feed, before === undefined ? 1 : 0, standing);
  state.byId.set(w.id, w);
}

/** The oldest go first. */
function trim<V>(map: UndoMap<string, V>, most: number, may: (value: V) => boolean): void {
  let over = map.size - most;
  if (over <= 0) return;
  for (const [key, value] of map.entries()) {
    if (!may(value)) continue;
    map.delete(key);
    if (--over === 0) return;
  }
}

/** Applies an event to the state of warnings. Events about warnings that the state has forgotten change nothing. */
import type { WarningMessage } from '../../contract/warnings.ts';
import type { By } from '../cases/events.ts';
import type { WarningEvent, WarningEventPayloads } from './events.ts';
import { wholeSecond } from './references.ts';
import {
  endingOf,
  isStanding,
  momentOf,
  nameOf,
  notYetCome,
  put,
  stateOnArrival,
  type Warning,
  type WarningsState,
} from './state.ts';

export function evolveWarnings(state: WarningsState, event: WarningEvent): void {
  switch (event.type) {
    case 'warning.received':
      received(state, event.payload);
      return;
    case 'warning.drafted':
      drafted(state, event.payload);
      return;
    case 'warning.decided':
      decided(state, event.payload);
      return;
    case 'warning.cancelled': {
      const { id, atMs, reason, message } = event.payload;
      change(state, id, atMs, { state: 'cancelled', reason, cancellation: message });
      know(state, id, message);
      return;
    }
    case 'warning.expired':
      change(state, event.payload.id, event.payload.atMs, { state: 'expired' });
  }
}

function received(state: WarningsState, p: WarningEventPayloads['warning.received']): void {
  const { id, feed, atMs, message, ends } = p;
  add(state, {
    id,
    direction: 'in',
    state: stateOnArrival(state, message, atMs),
    message,
    feed,
    receivedAtMs: atMs,
    changedAtMs: atMs,
    ...undecided,
  });
  for (const ended of ends) change(state, ended, atMs, { state: endingOf(message) });
  for (const moment of notYetCome(state, message))
    if (!state.awaited.has(moment)) state.awaited.set(moment, endingOf(message));
  know(state, id, message);
}

function drafted(state: WarningsState, p: WarningEventPayloads['warning.drafted']): void {
  add(state, {
    id: p.id,
    direction: 'out',
    state: 'draft',
    message: p.message,
    feed: null,
    receivedAtMs: p.atMs,
    changedAtMs: p.atMs,
    ...undecided,
    draftedBy: named(p.by),
    updates: p.updates ?? null,
  });
}

function decided(state: WarningsState, p: WarningEventPayloads['warning.decided']): void {
  const { id, atMs, approved, reason = null, message, ends } = p;
  const decision = { decidedBy: named(p.by), reason };
  if (!approved || message === undefined) {
    change(state, id, atMs, { ...decision, state: 'rejected' });
    return;
  }
  change(state, id, atMs, { ...decision, state: 'in-force', message });
  know(state, id, message);
  for (const ended of ends) change(state, ended, atMs, { state: 'superseded' });
}

const undecided = { draftedBy: null, decidedBy: null, reason: null, updates: null, cancellation: null };
const named = ({ id, name }: By): { id: string; name: string } => ({ id, name });

function add(state: WarningsState, w: Warning): void {
  put(state, w);
  state.numbers.set('last', (state.numbers.get('last') ?? 0) + 1);
}

/** What has ended stays as it ended. */
function change(state: WarningsState, id: string, atMs: number, changes: Partial<Warning>): void {
  const w = state.byId.get(id);
  if (w !== undefined && isStanding(w)) put(state, { ...w, ...changes, changedAtMs: atMs });
}

function know(state: WarningsState, id: string, message: WarningMessage): void {
  state.known.set(nameOf(message), { id, sentAtMs: wholeSecond(message.sentAtMs) });
  if (state.awaited.has(momentOf(message))) state.awaited.delete(momentOf(message));
}

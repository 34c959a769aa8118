/** Applies an event to the state of handovers. What a new offer of the same person replaces is gone. */
import type { HandoverEvent, HandoverEventPayloads } from './events.ts';
import type { HandoverState } from './state.ts';

export function evolveHandovers(state: HandoverState, event: HandoverEvent): void {
  if (event.type === 'handover.offered') {
    offered(state, event.payload);
    return;
  }
  const { id, atMs, by } = event.payload;
  const known = state.byId.get(id);
  if (known) state.byId.set(id, { ...known, signed: { id: by.id, name: by.name, atMs } });
}

function offered(state: HandoverState, p: HandoverEventPayloads['handover.offered']): void {
  const { id, atMs, by, note, items } = p;
  const replaced = [...state.byId.values()].filter((h) => h.offeredBy.id === by.id && h.signed === null);
  for (const h of replaced) state.byId.delete(h.id);
  const offeredBy = { id: by.id, name: by.name };
  state.byId.set(id, { id, offeredBy, offeredAtMs: atMs, note, items, signed: null });
  state.numbers.set('last', (state.numbers.get('last') ?? 0) + 1);
}

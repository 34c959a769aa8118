/**
 * Takes back what a batch of events did to the state of incidents, where the journal did not take them: afterwards the
 * state is as it was before the first of them.
 */
import {
  placeIncident,
  sourceKey,
  type Incident,
  type IncidentEvent,
  type IncidentsState,
} from './incidents.ts';

export class IncidentsUndo {
  private readonly state: IncidentsState;
  private readonly lastNumber: number;
  private readonly incidents = new Map<string, Incident | undefined>();
  private readonly sources = new Map<string, string | undefined>();

  constructor(state: IncidentsState) {
    this.state = state;
    this.lastNumber = state.lastNumber;
  }

  /** Before `event` is applied; `affected` as `affectedBy` names them then. */
  remember(event: IncidentEvent, affected: readonly string[]): void {
    const { state } = this;
    for (const id of affected) {
      if (this.incidents.has(id)) continue;
      const known = state.byId.get(id);
      this.incidents.set(id, known && { ...known, hints: [...known.hints] });
    }
    if (event.type !== 'incident.reported') return;
    const key = sourceKey(event.payload.feed, event.payload.externalId);
    if (!this.sources.has(key)) this.sources.set(key, state.bySource.get(key));
  }

  undo(): void {
    const { state } = this;
    state.lastNumber = this.lastNumber;
    for (const [key, id] of this.sources) {
      if (id === undefined) state.bySource.delete(key);
      else state.bySource.set(key, id);
    }
    for (const [id, before] of this.incidents) {
      if (before === undefined) state.byId.delete(id);
      else state.byId.set(id, before);
      if (before?.closedAtMs === null) placeIncident(state, before);
      else state.openByPlace.remove(id);
    }
  }
}

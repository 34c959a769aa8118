/**
 * Which incident each unit works on. A source names it by its own number; the record carries ours, as soon as the
 * incident is known and for as long as it is open (IN-24).
 */
import type { UnitObservation } from '../contract/observations.ts';

/** Our id of the open incident that a source means; `feedId` is the feed that says so. */
export type FindIncident = (externalId: string, feedId: string) => string | undefined;

/** Who says one of these and names no task has none any more. */
const freeStatuses: ReadonlySet<string> = new Set(['available', 'returning', 'out-of-service']);

interface Told {
  readonly externalId: string;
  readonly feedId: string;
}

export class UnitIncidents {
  private readonly find: FindIncident;
  private readonly told = new Map<string, Told>();

  constructor(find: FindIncident) {
    this.find = find;
  }

  /** Takes what a report says of the unit's task, or that it has none. */
  report(o: UnitObservation, feedId: string): void {
    if (o.incident !== undefined) this.told.set(o.id, { externalId: o.incident, feedId });
    else if (o.status !== undefined && freeStatuses.has(o.status)) this.told.delete(o.id);
  }

  of(unitId: string): string | undefined {
    const told = this.told.get(unitId);
    return told && this.find(told.externalId, told.feedId);
  }

  /** Units of which a source has named an incident. */
  units(): Iterable<string> {
    return this.told.keys();
  }
}

/**
 * The feeds that may know an incident which `feedId` speaks of, likeliest first: itself, then the one whose id begins
 * most alike (`sim-units`, `sim-incidents`), then the others in their configured order.
 */
export function sisterFeeds(feedId: string, incidentFeeds: readonly string[]): string[] {
  const likeness = (other: string): number => {
    if (other === feedId) return Infinity;
    let n = 0;
    while (n < other.length && other[n] === feedId[n]) n++;
    return n;
  };
  return incidentFeeds.toSorted((a, b) => likeness(b) - likeness(a));
}

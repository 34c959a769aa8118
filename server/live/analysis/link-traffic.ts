/**
 * What loops and vehicles that report say of a link's traffic: delay from its travel time over the free one, vehicles lost in
 * it, who stands. It is coarser than what a controller sees, and says so in its confidence.
 */
import type { City } from '../../city/city.ts';
import { LINK_FROM_LOOPS, LINK_FROM_PROBES, LOS_UNKNOWN, SPEED_UNKNOWN } from '../../contract/frames.ts';
import type { MeasuredBy } from '../../contract/signal-api.ts';
import { QUEUED_MPS } from '../../domain/signals/model.ts';
import type { LinkStates } from '../link-states.ts';
import type { Positions } from '../positions.ts';

const COUNT_EVERY_MS = 1_000;
const STANDING_KPH = QUEUED_MPS * 3.6;
/** A speed near 0 says only that it takes long. */
const SLOWEST_KPH = 2;
const confidences: Readonly<Record<MeasuredBy, number>> = { loops: 0.5, probes: 0.5, both: 0.7, video: 0.95 };

export interface LinkTraffic {
  readonly delayS: number;
  readonly queue: number;
  readonly flowVph: number | null;
  /** Vehicles an hour of those that are known, for weighing one road against another. */
  readonly knownVph: number;
  /** Vehicle-hours lost an hour. */
  readonly lostVehH: number;
  readonly measuredBy: MeasuredBy;
  readonly confidence: number;
}

export class LinkTraffics {
  private readonly city: City;
  private readonly links: LinkStates;
  private readonly positions: Positions;
  private readonly standing: Uint16Array;
  private countedAtMs = -Infinity;

  constructor(city: City, links: LinkStates, positions: Positions) {
    this.city = city;
    this.links = links;
    this.positions = positions;
    this.standing = new Uint16Array(city.linkCount);
  }

  /** Null: nothing fresh is known of it. */
  of(link: number, nowMs: number): LinkTraffic | null {
    const { links, city } = this;
    const state = links.columns.state[link];
    if (state === undefined || (state & 7) === LOS_UNKNOWN || links.isStale(link)) return null;
    this.countStanding(nowMs);
    const probes = (state & LINK_FROM_PROBES) !== 0;
    const loops = (state & LINK_FROM_LOOPS) !== 0;
    const measuredBy = probes && loops ? 'both' : loops ? 'loops' : 'probes';
    const free = city.freeFlowKph(link);
    const speed = Math.max(SLOWEST_KPH, Math.min(free, links.speedKph[link]!));
    const delayS = (city.linkLengthM(link) / 1_000) * (1 / speed - 1 / free) * 3_600;
    const flowVph = loops ? links.loopFlowVph(link) : null;
    // Flow times what each loses; without a count of all, what those lose that report (Little's law).
    const lostVehH =
      flowVph === null ? links.vehicles[link]! * (1 - speed / free) : (flowVph * delayS) / 3_600;
    return {
      delayS,
      queue: probes ? this.standing[link]! : Math.round(lostVehH),
      flowVph,
      // Density times speed where nobody counts.
      knownVph: flowVph ?? (links.vehicles[link]! * 1_000 * speed) / city.linkLengthM(link),
      lostVehH,
      measuredBy,
      confidence: confidences[measuredBy],
    };
  }

  private countStanding(nowMs: number): void {
    if (nowMs - this.countedAtMs < COUNT_EVERY_MS && nowMs >= this.countedAtMs) return;
    this.countedAtMs = nowMs;
    this.standing.fill(0);
    const { link, slots, columns } = this.positions;
    for (let s = 0; s < slots; s++) {
      const speed = columns.speed[s]!;
      if (link[s]! >= 0 && speed !== SPEED_UNKNOWN && speed < STANDING_KPH) this.standing[link[s]!]!++;
    }
  }
}

/** What people ask of single objects in the live picture: vehicles by name, one vehicle, one link. */
import type { City } from '../city/city.ts';
import type { LinkAnswer, ObjectAnswer } from '../contract/api.ts';
import { SPEED_UNKNOWN } from '../contract/frames.ts';
import type { LonLat } from '../contract/geo.ts';
import { moverKinds } from '../contract/observations.ts';
import type { LinkStates } from './link-states.ts';
import type { History } from './ports.ts';
import { DERIVED_HEADING, DERIVED_SPEED, type Positions } from './positions.ts';

const TREND_MS = 60 * 60_000;

export interface PictureDeps {
  readonly city: City;
  readonly positions: Positions;
  readonly links: LinkStates;
  readonly history: Pick<History, 'linkTrend'>;
  /** Ids of feeds by their numbers. */
  readonly feedIds: readonly string[];
  readonly nowMs: () => number;
}

export class PictureQueries {
  private readonly deps: PictureDeps;

  constructor(deps: PictureDeps) {
    this.deps = deps;
  }

  /** Vehicles whose id begins with `prefix`, whatever its case. */
  searchVehicles(
    prefix: string,
    limit: number,
  ): { slot: number; id: string; feed: string; position: LonLat }[] {
    const wanted = prefix.toLowerCase();
    const hits: { slot: number; id: string; feed: string; position: LonLat }[] = [];
    const { positions, feedIds } = this.deps;
    for (let slot = 0; slot < positions.slots && hits.length < limit; slot++) {
      if (!positions.isLive(slot)) continue;
      const id = positions.idOf(slot);
      if (!id.toLowerCase().startsWith(wanted)) continue;
      const feed = feedIds[positions.feed[slot]!]!;
      hits.push({ slot, id, feed, position: positions.positionOf(slot) });
    }
    return hits;
  }

  objectAnswer(slot: number): ObjectAnswer | null {
    const { positions, city, feedIds } = this.deps;
    if (!Number.isInteger(slot) || slot < 0 || !positions.isLive(slot)) return null;
    const c = positions.columns;
    const speed = c.speed[slot]!;
    const linkIndex = positions.link[slot]!;
    const link = linkIndex >= 0 ? city.linkAt(linkIndex) : undefined;
    const bits = positions.derived[slot]!;
    const derived = [
      ...(bits & DERIVED_SPEED && speed !== SPEED_UNKNOWN ? (['speed'] as const) : []),
      ...(bits & DERIVED_HEADING ? (['heading'] as const) : []),
    ];
    return {
      slot,
      id: positions.idOf(slot),
      mover: moverKinds[c.kind[slot]!]!,
      position: positions.positionOf(slot),
      headingDeg: (c.heading[slot]! * 360) / 256,
      speedKph: speed === SPEED_UNKNOWN ? null : speed,
      ...(derived.length > 0 ? { derived } : {}),
      ...(link ? { link: link.id, ...(link.name ? { linkName: link.name } : {}) } : {}),
      feed: feedIds[positions.feed[slot]!]!,
      // A source whose clock is ahead does not know the future: nothing is younger than its arrival.
      observedAtMs: Math.min(positions.eventAtMs[slot]!, positions.arrivedAtMs[slot]!),
      receivedAtMs: positions.arrivedAtMs[slot]!,
    };
  }

  async linkAnswer(index: number): Promise<LinkAnswer | null> {
    const { city, links, history, feedIds } = this.deps;
    if (!Number.isInteger(index) || index < 0 || index >= city.linkCount) return null;
    const link = city.linkAt(index);
    const nowMs = this.deps.nowMs();
    return {
      index,
      id: link.id,
      ...(link.name ? { name: link.name } : {}),
      class: link.class,
      lanes: link.lanes,
      limitKph: link.speedLimitKph,
      lengthM: Math.round(city.linkLengthM(index)),
      freeFlowKph: Math.round(city.freeFlowKph(index)),
      ...links.answer(index, nowMs, feedIds),
      trend: await history.linkTrend(index, nowMs - TREND_MS),
    };
  }
}

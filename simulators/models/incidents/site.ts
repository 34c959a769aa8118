/** Where a kind of incident happens: a point drawn from the places that fit it. */
import type { LonLat } from '../../../server/contract/geo.ts';
import type { Random } from '../../kernel/random.ts';
import type { Places } from '../places.ts';
import type { Roads } from '../roads.ts';
import { weightedIndex } from '../sampling.ts';
import type { IncidentKind } from './kind.ts';

/** A place for the next case of a kind. */
export function siteOf(kind: IncidentKind, places: Places, roads: Roads, random: Random): LonLat {
  const beside = (index: number): LonLat =>
    places.along(index, random.next() * places.lengthM(index)).position;
  switch (kind.site) {
    case 'home':
      return places.home(random);
    case 'work':
      return places.work(random);
    case 'park':
      return places.inArea('park', random) ?? places.home(random);
    case 'industry':
      return places.inArea('industrial', random) ?? places.work(random);
    case 'road': {
      // Where people walk: not on an expressway, unless five draws find nothing else.
      const draws = Array.from({ length: 5 }, () => places.linkByLength(random));
      return beside(draws.find((i) => !isExpressway(places.link(i).class)) ?? draws[0]!);
    }
    case 'busy-road': {
      // Importance resampling: from links by length, one by its flow, which is by vehicle-kilometres.
      const draws = Array.from({ length: 24 }, () => places.linkByLength(random));
      return beside(
        draws[
          weightedIndex(
            random,
            draws.map((i) => roads.linkFlow(i) + 0.01),
          )
        ]!,
      );
    }
    case 'signal':
      return places.signalPosition(random) ?? beside(places.linkByLength(random));
    case 'low-road': {
      const draws = Array.from({ length: 12 }, () => beside(places.linkByLength(random)));
      const shore = draws.map((p) => 1 / (30 + places.distanceToWaterM(p, 600)) ** 2);
      return draws[weightedIndex(random, shore)]!;
    }
  }
}

const isExpressway = (roadClass: string): boolean => roadClass === 'motorway' || roadClass === 'trunk';

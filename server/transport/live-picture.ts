/** What the HTTP interface reads of the live picture; the engine is one. */
import type { LinkAnswer, ObjectAnswer } from '../contract/api.ts';
import type { LonLat } from '../contract/geo.ts';
import type { RecordKind, RecordTypes } from '../contract/records.ts';

export interface LivePicture {
  readonly records: {
    readonly epoch: string;
    readonly seq: number;
    get<K extends RecordKind>(kind: K, id: string): RecordTypes[K] | undefined;
    all<K extends RecordKind>(kind: K): Iterable<RecordTypes[K]>;
  };
  /** Single objects. */
  readonly picture: {
    objectAnswer(slot: number): ObjectAnswer | null;
    linkAnswer(index: number): LinkAnswer | null | Promise<LinkAnswer | null>;
    searchVehicles(
      prefix: string,
      limit: number,
    ): readonly {
      readonly slot: number;
      readonly id: string;
      readonly feed: string;
      readonly position: LonLat;
    }[];
  };
}

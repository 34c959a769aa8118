/** OpenStreetMap's elements as the readers give them, and the one error they refuse a file with. */
import type { Bbox } from '../../contract/geo.ts';

export type Tags = Readonly<Record<string, string>>;

export interface OsmNode {
  readonly type: 'node';
  readonly id: number;
  readonly lon: number;
  readonly lat: number;
  readonly tags?: Tags;
}

export interface OsmWay {
  readonly type: 'way';
  readonly id: number;
  readonly refs: readonly number[];
  readonly tags?: Tags;
}

export interface OsmMember {
  readonly type: 'node' | 'way' | 'relation';
  readonly ref: number;
  readonly role: string;
}

export interface OsmRelation {
  readonly type: 'relation';
  readonly id: number;
  readonly members: readonly OsmMember[];
  readonly tags?: Tags;
}

export interface OsmBounds {
  readonly type: 'bounds';
  readonly bbox: Bbox;
}

export type OsmElement = OsmNode | OsmWay | OsmRelation | OsmBounds;

/** Which elements a pass over the file asks for. */
export interface Wanted {
  readonly node?: boolean;
  readonly way?: boolean;
  readonly relation?: boolean;
}

/** The file cannot be imported; the message is a sentence for the person who gave it. */
export class OsmFileError extends Error {
  override readonly name = 'OsmFileError';
}

export const because = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

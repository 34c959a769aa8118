/** What a parser of a feed's format is: raw payload in, observations and refusals out; it never throws on bad input. */
import type { Bbox, LonLat } from '../contract/geo.ts';
import type { Observation } from '../contract/observations.ts';
import type { IncidentRecord } from '../contract/records.ts';
import type { Refusal } from '../contract/refusals.ts';
import type { FeedConfig } from './config.ts';
import type { ReplayClock } from './replay-clock.ts';

/** Where positions may lie. */
export interface Area {
  readonly bbox: Bbox;
  contains(p: LonLat): boolean;
}

export interface ParseContext {
  readonly arrivedAtMs: number;
  /** Set while a recording is played. */
  readonly clock: ReplayClock | null;
  /** 1-based line of the payload in its request. */
  readonly line: number;
}

export interface Parsed {
  readonly observations: readonly Observation[];
  readonly lines: readonly number[];
  readonly refusals: readonly Refusal[];
  /**
   * For parsers that remember: called once the observations were taken, with those that could not be true and were
   * not, so that nothing is remembered that was lost.
   */
  readonly commit?: (lost: ReadonlySet<Observation>) => void;
}

export interface FeedParser {
  parse(raw: unknown, ctx: ParseContext): Parsed;
}

/** What a parser with memory is told at its start, so that a restart does not forget what was open. */
export interface ParserSetup {
  readonly feed: FeedConfig;
  readonly area: Area;
  /** The incidents this feed has open in the live picture, by the source's own id. */
  readonly openIncidents: () => readonly { readonly externalId: string; readonly record: IncidentRecord }[];
}

export const nothing = (refusal: Refusal): Parsed => ({ observations: [], lines: [], refusals: [refusal] });

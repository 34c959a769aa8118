/** What a parser of a feed's format is: raw payload in, observations and refusals out; bad input is never thrown back. */
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
  /** Its payloads are bytes (see `payloadBytes`), not JSON. */
  readonly takesBytes?: boolean;
  /** One that takes its time is waited for, so that a feed's payloads are read in their order. */
  parse(raw: unknown, ctx: ParseContext): Parsed | Promise<Parsed>;
}

/** What a parser with memory is told at its start, so that a restart does not forget what was open. */
export interface ParserSetup {
  readonly feed: FeedConfig;
  readonly area: Area;
  /** The incidents this feed has open in the live picture, by the source's own id. */
  readonly openIncidents: () => readonly { readonly externalId: string; readonly record: IncidentRecord }[];
}

/** A payload of bytes from the wire, as the recorder wrote it, or as text; null where it is none of these. */
export function payloadBytes(raw: unknown): Uint8Array | null {
  if (raw instanceof Uint8Array) return raw;
  // The mark says that it is UTF-8, whatever the text says of its encoding.
  if (typeof raw === 'string') return Buffer.from(`\ufeff${raw}`);
  if (typeof raw !== 'object' || raw === null) return null;
  const { base64 } = raw as { base64?: unknown };
  return typeof base64 === 'string' ? Buffer.from(base64, 'base64') : null;
}

export const nothing = (refusal: Refusal): Parsed => ({ observations: [], lines: [], refusals: [refusal] });

/**
 * How often a feed usually sends. A vendor that sends its round in a burst of requests has one rhythm, the round's: gaps
 * much shorter than the usual one lie inside a round and are no interval (FE-55).
 */
import { medianOf, RecentSamples } from './recent-samples.ts';

/** Until an interval is known, requests that follow each other closer than this are one round. */
const FIRST_ROUND_GAP_MS = 1_000;
/** A gap shorter than this share of the usual interval lies inside a round… */
const INSIDE_ROUND = 0.1;
/** …unless the round has lasted for this share of it already: then the feed has become faster. */
const LONGEST_ROUND = 0.5;
const KEPT = 31;
/** Which of the longest gaps is compared with: two outages among the recent gaps change nothing. */
const OUTAGES = 2;
/** Heard for so long, a feed has shown how often it sends, however seldom that is. */
const KNOWN_AFTER_MS = 60_000;

export class ArrivalRhythm {
  /** The last arrival, whatever it belonged to. */
  lastAtMs: number | undefined;
  private firstAtMs = 0;
  private roundAtMs = 0;
  private readonly gapsMs = new RecentSamples(KEPT);
  private intervalMs: number | undefined;

  arrived(atMs: number): void {
    const last = this.lastAtMs;
    if (last === undefined) {
      this.firstAtMs = this.roundAtMs = this.lastAtMs = atMs;
      return;
    }
    if (atMs <= last) return;
    this.lastAtMs = atMs;
    const sinceRoundMs = atMs - this.roundAtMs;
    const usual = this.intervalMs;
    const insideMs = usual === undefined ? FIRST_ROUND_GAP_MS : INSIDE_ROUND * usual;
    const longestMs = usual === undefined ? FIRST_ROUND_GAP_MS : LONGEST_ROUND * usual;
    if (atMs - last < insideMs && sinceRoundMs < longestMs) return;
    this.roundAtMs = atMs;
    this.gapsMs.add(sinceRoundMs);
    this.intervalMs = medianOfRounds(this.gapsMs);
  }

  /** The median interval between rounds, as far as it is seen. */
  get medianMs(): number | undefined {
    return this.intervalMs;
  }

  /** The same, once enough was heard to judge the feed's silence by it. */
  knownMs(nowMs: number): number | undefined {
    const known =
      this.gapsMs.count === KEPT || (this.gapsMs.count > 0 && nowMs - this.firstAtMs >= KNOWN_AFTER_MS);
    return known ? this.intervalMs : undefined;
  }
}

function medianOfRounds(gapsMs: RecentSamples): number | undefined {
  const sorted = gapsMs.sorted();
  const outages = sorted.length === KEPT ? OUTAGES : 0;
  const longest = sorted.at(-1 - outages);
  if (longest === undefined) return undefined;
  const from = sorted.findIndex((gap) => gap >= INSIDE_ROUND * longest);
  return medianOf(sorted.subarray(from));
}

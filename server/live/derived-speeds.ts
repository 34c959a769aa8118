/**
 * Speeds of objects whose feed tells none, from their successive positions (TR-10). What cannot be true of a vehicle on
 * a road is left out, never shown.
 */
import { metresPerDegree } from '../contract/geo.ts';

/** Positions closer together in time say more of their own error than of the speed. */
const LEAST_GAP_S = 5;
/** Event times have milliseconds: below this a gap between two of them is mostly rounding. */
const LEAST_EVENT_GAP_MS = 50;
/** Farther apart in time the straight line between them is no longer the way that was driven. */
const LONGEST_GAP_S = 180;
/** Less than this is the error of the positions. */
const NOISE_M = 15;
/** Faster is a jump of the positions. */
const FASTEST_KPH = 160;

interface Anchor {
  lon: number;
  lat: number;
  atMs: number;
  speedKph: number | undefined;
}

export class DerivedSpeeds {
  private readonly anchors = new Map<number, Anchor>();

  /**
   * The speed of the object of a slot, undefined where it cannot be told. `pace` is how much faster than the world the
   * event times run: a recording played at 60× brings positions 60 times closer together in time than they were.
   */
  speedKph(slot: number, lon: number, lat: number, atMs: number, pace: number): number | undefined {
    const anchor = this.anchors.get(slot);
    if (anchor === undefined) {
      this.anchors.set(slot, { lon, lat, atMs, speedKph: undefined });
      return undefined;
    }
    const gapMs = atMs - anchor.atMs;
    const gapS = (gapMs / 1000) * pace;
    if (gapS < LEAST_GAP_S || gapMs < LEAST_EVENT_GAP_MS) return anchor.speedKph;
    const perDegree = metresPerDegree(lat);
    const metres = Math.hypot((lon - anchor.lon) * perDegree.lon, (lat - anchor.lat) * perDegree.lat);
    const kph = metres < NOISE_M ? 0 : (metres / gapS) * 3.6;
    anchor.speedKph = gapS > LONGEST_GAP_S || kph > FASTEST_KPH ? undefined : kph;
    anchor.lon = lon;
    anchor.lat = lat;
    anchor.atMs = atMs;
    return anchor.speedKph;
  }

  forget(slot: number): void {
    this.anchors.delete(slot);
  }
}

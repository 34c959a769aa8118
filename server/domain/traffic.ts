/**
 * The state of one link from what vehicles and loop detectors say about it (TR). Pure: times and numbers in, an
 * estimate with its level of service out.
 *
 * Probes. The space-mean speed is total distance over total time of all vehicles in a stretch of road and time (Edie,
 * "Discussion of traffic stream measurements and definitions", 1963). A vehicle reported every Δt adds v·Δt of distance
 * and Δt of time, so one that waits at a red light counts for as long as it waits. Both sums fade with
 * `PROBE_WINDOW_S`, about one signal cycle, so that a link does not turn red and green with its signal.
 * Loops. They see vehicles at a point, where fast ones pass more often: detectors are joined by the harmonic mean
 * weighted by flow (Wardrop, "Some theoretical aspects of road traffic research", 1952). Where only flow and occupancy
 * are known, v = q·L/o with the effective vehicle length L (Athol, "Interdependence of certain operational
 * characteristics within a moving traffic stream", 1965).
 * Both. Inverse-variance weighting: w = 1/σ², σ² = σ₀²/n + b² + q·age, with the sample count n, a bias b for what a
 * point does not see of the queue, and a random walk q for what may have changed since.
 */

/** Fading time of the sums over probes. */
export const PROBE_WINDOW_S = 90;
/** One report may stand for at most so long: a vehicle silent for longer did not necessarily wait. */
export const MAX_PROBE_STEP_S = 15;
/** Reports of one vehicle this close together say the same thing. */
const INDEPENDENT_S = 10;
/** Standard deviation of single speeds, as a share of the free-flow speed. */
const SPEED_SPREAD = 0.35;
/** What a loop may miss of the link it lies in, as a share of the free-flow speed. */
const LOOP_BIAS = 0.15;
/** Variance that a second of age adds, (km/h)². */
const DRIFT_PER_S = 0.2;
/** Vehicle plus detector length in metres. */
export const EFFECTIVE_VEHICLE_LENGTH_M = 6.5;
/** Below this occupancy (percent) flow over occupancy is mostly rounding. */
const LEAST_OCCUPANCY_PCT = 2;
/** Speed below which a ratio of travel times says nothing more. */
const SLOWEST_KPH = 1;

export const PROBES_STALE_AFTER_MS = 180_000;
export const LOOPS_STALE_AFTER_INTERVALS = 5;
export const LOOP_INTERVAL_S = 60;
/** Older than this nothing is said of a link at all. */
export const FORGOTTEN_AFTER_MS = 15 * 60_000;

/** What is left of a sum after `seconds`. */
export const fading = (seconds: number): number => (seconds <= 0 ? 1 : Math.exp(-seconds / PROBE_WINDOW_S));

export interface SpeedSource {
  readonly speedKph: number;
  /** Independent samples behind it. */
  readonly samples: number;
  readonly ageS: number;
}

/** Samples in `timeS` seconds of probes. */
export const probeSamples = (timeS: number): number => timeS / INDEPENDENT_S;

/** The speed at a loop that measures no speed itself; undefined where there is too little on it to tell. */
export function loopSpeedKph(flowVph: number, occupancyPct: number): number | undefined {
  if (occupancyPct < LEAST_OCCUPANCY_PCT || flowVph <= 0) return undefined;
  return ((flowVph * EFFECTIVE_VEHICLE_LENGTH_M) / 1000 / occupancyPct) * 100;
}

/** Harmonic mean of the loops of one link, weighted by flow; a loop that does not know its flow counts as one vehicle. */
export function joinLoops(
  loops: readonly { readonly speedKph: number; readonly flowVph: number | null }[],
): number | undefined {
  let flow = 0;
  let density = 0;
  for (const loop of loops) {
    const weight = Math.max(1, loop.flowVph ?? 1);
    flow += weight;
    density += weight / Math.max(SLOWEST_KPH, loop.speedKph);
  }
  return density > 0 ? flow / density : undefined;
}

function variance(source: SpeedSource, freeFlowKph: number, bias: number): number {
  return (
    (SPEED_SPREAD * freeFlowKph) ** 2 / Math.max(0.1, source.samples) +
    (bias * freeFlowKph) ** 2 +
    DRIFT_PER_S * Math.max(0, source.ageS)
  );
}

/** The link's speed from both; `sdKph` says how well it is known (TR-3). */
export function mergeSpeeds(
  freeFlowKph: number,
  probes: SpeedSource | undefined,
  loops: SpeedSource | undefined,
): { readonly speedKph: number; readonly sdKph: number } | undefined {
  const wProbes = probes ? 1 / variance(probes, freeFlowKph, 0) : 0;
  const wLoops = loops ? 1 / variance(loops, freeFlowKph, LOOP_BIAS) : 0;
  const w = wProbes + wLoops;
  if (w === 0) return undefined;
  return {
    speedKph: (wProbes * (probes?.speedKph ?? 0) + wLoops * (loops?.speedKph ?? 0)) / w,
    sdKph: Math.sqrt(1 / w),
  };
}

/**
 * Level of service of an urban street by travel speed as a share of the base free-flow speed: Highway Capacity Manual,
 * 6th ed. (2016), chapter 16, exhibit 16-3: A > 80 %, B > 67 %, C > 50 %, D > 40 %, E > 30 %, else F.
 */
export const losShares = [0.8, 0.67, 0.5, 0.4, 0.3] as const;

/** 0 (A) … 5 (F). */
export function levelOfService(speedKph: number, freeFlowKph: number): number {
  const share = speedKph / freeFlowKph;
  let level = 0;
  while (level < losShares.length && share <= losShares[level]!) level++;
  return level;
}

/** Travel time over free-flow travel time; 1 = free. */
export const travelTimeRatio = (speedKph: number, freeFlowKph: number): number =>
  freeFlowKph / Math.max(SLOWEST_KPH, speedKph);

const MOST_CONGESTED = 10;

/**
 * Vehicle-hours travelled over those the same distance takes at free flow (travel time index weighted by distance: FHWA,
 * Travel Time Reliability, 2006). In one instant that is the vehicles on the road over the sum of their shares of
 * free-flow speed, so that a queue at a red light counts by its vehicles and not by its speed near 0.
 */
export const travelTimeIndex = (vehicles: number, vehiclesIfFree: number): number =>
  Math.min(MOST_CONGESTED, vehicles / Math.max(vehiclesIfFree, Number.MIN_VALUE));

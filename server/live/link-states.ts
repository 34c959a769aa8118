/**
 * One state per link, merged from probe vehicles and loop detectors (TR). Only links with news are evaluated, and only
 * those whose state on the wire changed are stamped and sent again.
 */
import type { City } from '../city/city.ts';
import type { LinkAnswer } from '../contract/api.ts';
import {
  beginFrame,
  encodeLinks,
  endFrame,
  LINK_FROM_LOOPS,
  LINK_FROM_PROBES,
  LINK_STALE,
  LOS_UNKNOWN,
  losLetters,
  MODE_DELTA,
  MODE_KEY,
  RATIO_STEP,
  type ByteWriter,
  type LinkColumns,
} from '../contract/frames.ts';
import { tileXOfKey, tileYOfKey } from '../contract/geo.ts';
import type { DetectorObservation } from '../contract/observations.ts';
import {
  fading,
  FORGOTTEN_AFTER_MS,
  joinLoops,
  levelOfService,
  LOOP_INTERVAL_S,
  LOOPS_STALE_AFTER_INTERVALS,
  loopSpeedKph,
  MAX_PROBE_STEP_S,
  mergeSpeeds,
  PROBES_STALE_AFTER_MS,
  probeSamples,
  travelTimeRatio,
  type SpeedSource,
} from '../domain/traffic.ts';
import type { LinkSample } from './ports.ts';
import type { Positions } from './positions.ts';
import type { TileSource, Version } from './tile-source.ts';

/** All links are looked at again in this time, for those that grow old without news. */
const SWEEP_MS = 5_000;
/** A change of speed smaller than this is not sent by itself. */
const SPEED_STEP_KPH = 2;
/** What a vehicle in a standing queue takes of its lane, with the gap before it. */
export const VEHICLE_ROOM_M = 7.5;
/** A first report of a vehicle on a link stands for so long. */
const FIRST_STEP_S = 1;

interface Loop {
  readonly id: string;
  speedKph: number | null;
  flowVph: number | null;
  atMs: number;
  receivedAtMs: number;
  intervalS: number;
  feed: number;
}

/** What of a link is measured now; made when asked for. */
interface LinkSources {
  readonly probes: (SpeedSource & { readonly stale: boolean }) | undefined;
  readonly loops: (SpeedSource & { readonly stale: boolean; readonly of: readonly Loop[] }) | undefined;
}

/** A link as it was just evaluated; NaN: not known. */
export interface LinkNow {
  readonly speedKph: number;
  readonly vehicles: number;
  readonly fullPct: number;
  /** When something on it last reported, ms; NaN: never. */
  readonly heardAtMs: number;
}

export class LinkStates implements TileSource {
  /** Told of every link that was evaluated. */
  onEvaluated: ((link: number, now: LinkNow, atMs: number) => void) | null = null;
  readonly layer = 'links';
  readonly columns: LinkColumns;
  /** Merged speed, km/h; NaN = not measured. */
  readonly speedKph: Float32Array;
  /** Vehicles on each link, by the last count. */
  readonly vehicles: Uint16Array;
  private readonly city: City;
  private readonly version: Version;
  private readonly probeTimeS: Float32Array;
  private readonly probeDistance: Float32Array;
  private readonly probeAtMs: Float64Array;
  private readonly probeReceivedAtMs: Float64Array;
  private readonly probeFeed: Uint16Array;
  private readonly loopsOf = new Map<number, Loop[]>();
  private readonly loops = new Map<string, Loop>();
  private readonly loopCounts = new Map<number, number>();
  private readonly changedIn: Uint32Array;
  private readonly dirty: Uint8Array;
  private dirtyLinks: number[] = [];
  private readonly tiles = new Map<number, Uint32Array>();
  private readonly scratch: Uint32Array;
  private sweptAtMs = 0;

  constructor(city: City, version: Version) {
    const n = city.linkCount;
    this.city = city;
    this.version = version;
    this.columns = {
      state: new Uint8Array(n).fill(LOS_UNKNOWN),
      speed: new Uint8Array(n),
      ratio: new Uint8Array(n),
    };
    this.speedKph = new Float32Array(n).fill(NaN);
    this.vehicles = new Uint16Array(n);
    this.probeTimeS = new Float32Array(n);
    this.probeDistance = new Float32Array(n);
    this.probeAtMs = new Float64Array(n);
    this.probeReceivedAtMs = new Float64Array(n);
    this.probeFeed = new Uint16Array(n);
    this.changedIn = new Uint32Array(n);
    this.dirty = new Uint8Array(n);
    this.scratch = new Uint32Array(n);
    const byTile = new Map<number, number[]>();
    for (let i = 0; i < n; i++) {
      const key = city.linkTile(i);
      const list = byTile.get(key);
      if (list) list.push(i);
      else byTile.set(key, [i]);
    }
    for (const [key, list] of byTile) this.tiles.set(key, Uint32Array.from(list));
  }

  /** Tiles that have links. */
  tileKeys(): Iterable<number> {
    return this.tiles.keys();
  }

  /** A vehicle drove on the link at this speed; `gapMs` since its report before (0: none). */
  probe(
    link: number,
    speedKph: number,
    atMs: number,
    gapMs: number,
    receivedAtMs: number,
    feed: number,
  ): void {
    const stepS = gapMs <= 0 ? FIRST_STEP_S : Math.min(MAX_PROBE_STEP_S, gapMs / 1000);
    const last = this.probeAtMs[link]!;
    // A report from before the newest one has faded by as much as it is older.
    const keep = last === 0 ? 0 : fading((atMs - last) / 1000);
    const weight = atMs >= last ? stepS : stepS * fading((last - atMs) / 1000);
    this.probeTimeS[link] = this.probeTimeS[link]! * keep + weight;
    this.probeDistance[link] = this.probeDistance[link]! * keep + weight * speedKph;
    if (atMs > last) this.probeAtMs[link] = atMs;
    this.probeReceivedAtMs[link] = receivedAtMs;
    this.probeFeed[link] = feed;
    this.mark(link);
  }

  /** A loop of the city pack reported. */
  loop(
    link: number,
    o: DetectorObservation,
    receivedAtMs: number,
    feed: number,
  ): 'taken' | 'late' | 'duplicate' {
    let loop = this.loops.get(o.id);
    if (loop && o.at <= loop.atMs) return o.at === loop.atMs ? 'duplicate' : 'late';
    if (!loop) {
      loop = {
        id: o.id,
        speedKph: null,
        flowVph: null,
        atMs: 0,
        receivedAtMs,
        intervalS: LOOP_INTERVAL_S,
        feed,
      };
      this.loops.set(o.id, loop);
      this.loopCounts.set(feed, this.loopsOfFeed(feed) + 1);
      const of = this.loopsOf.get(link);
      if (of) of.push(loop);
      else this.loopsOf.set(link, [loop]);
    }
    loop.speedKph =
      o.speedKph ??
      (o.flowVph !== undefined && o.occupancyPct !== undefined
        ? loopSpeedKph(o.flowVph, o.occupancyPct)
        : undefined) ??
      null;
    loop.flowVph = o.flowVph ?? null;
    loop.intervalS = o.intervalS ?? LOOP_INTERVAL_S;
    loop.atMs = o.at;
    loop.receivedAtMs = receivedAtMs;
    loop.feed = feed;
    this.mark(link);
    return 'taken';
  }

  /** How many loops a feed has reported on. */
  loopsOfFeed(feed: number): number {
    return this.loopCounts.get(feed) ?? 0;
  }

  /** Evaluates the links with news, and now and then all that have a state, for their age. */
  tick(nowMs: number, positions: Positions): void {
    this.countVehicles(positions);
    for (const link of this.dirtyLinks) {
      this.dirty[link] = 0;
      this.evaluate(link, nowMs);
    }
    this.dirtyLinks = [];
    if (nowMs - this.sweptAtMs < SWEEP_MS) return;
    this.sweptAtMs = nowMs;
    for (let i = 0; i < this.city.linkCount; i++) {
      if (this.columns.state[i] !== LOS_UNKNOWN) this.evaluate(i, nowMs);
    }
  }

  /** Vehicles on a link by what its loops count, where no vehicle reports: density times length. */
  estimatedVehicles(link: number): number {
    const counted = this.vehicles[link]!;
    if (counted > 0) return counted;
    const flow = this.loopFlowVph(link) ?? 0;
    const speed = this.speedKph[link]!;
    return flow > 0 && speed > 0 ? (flow / speed) * (this.city.linkLengthM(link) / 1000) : 0;
  }

  /** Vehicles an hour that the loops of a link count; null: none of them tells. */
  loopFlowVph(link: number): number | null {
    let flow: number | null = null;
    for (const loop of this.loopsOf.get(link) ?? [])
      if (loop.flowVph !== null) flow = (flow ?? 0) + loop.flowVph;
    return flow;
  }

  /** How much of a link's room the vehicles on it take, %; over 100 where they stand closer than that. */
  fullPct(link: number): number {
    const roomM = this.city.linkLengthM(link) * this.city.linkAt(link).lanes;
    return roomM > 0 ? (100 * this.vehicles[link]! * VEHICLE_ROOM_M) / roomM : 0;
  }

  /** Links measured now, for the history. */
  measured(): LinkSample[] {
    const out: LinkSample[] = [];
    for (let i = 0; i < this.city.linkCount; i++) {
      if (this.columns.state[i] === LOS_UNKNOWN || this.isStale(i)) continue;
      out.push({ index: i, speedKph: Math.round(this.speedKph[i]! * 10) / 10, fullPct: this.fullPct(i) });
    }
    return out;
  }

  isStale(link: number): boolean {
    return (this.columns.state[link]! & LINK_STALE) !== 0;
  }

  answer(
    link: number,
    nowMs: number,
    feedIds: readonly string[],
  ): Pick<LinkAnswer, 'speedKph' | 'travelTimeRatio' | 'los' | 'flowVph' | 'probes' | 'loops'> {
    const { probes, loops } = this.sources(link, nowMs);
    const speed = this.speedKph[link]!;
    const level = this.columns.state[link]! & 7;
    const newest = loops?.of.reduce((a, b) => (b.atMs > a.atMs ? b : a));
    const flows = loops?.of.flatMap((l) => (l.flowVph === null ? [] : [l.flowVph])) ?? [];
    const flowVph = flows.length > 0 ? flows.reduce((a, b) => a + b, 0) : null;
    return {
      speedKph: Number.isNaN(speed) ? null : round1(speed),
      travelTimeRatio: Number.isNaN(speed)
        ? null
        : Math.round(100 * travelTimeRatio(speed, this.city.freeFlowKph(link))) / 100,
      los: level === LOS_UNKNOWN ? null : losLetters[level]!,
      flowVph,
      probes: probes
        ? {
            feed: feedIds[this.probeFeed[link]!] ?? '',
            observedAtMs: this.probeAtMs[link]!,
            receivedAtMs: this.probeReceivedAtMs[link]!,
            vehicles: this.vehicles[link]!,
            speedKph: round1(probes.speedKph),
          }
        : null,
      loops:
        loops && newest
          ? {
              feed: feedIds[newest.feed] ?? '',
              observedAtMs: Math.min(newest.atMs, newest.receivedAtMs),
              receivedAtMs: newest.receivedAtMs,
              detectors: loops.of.map((l) => l.id),
              speedKph: round1(loops.speedKph),
              flowVph,
            }
          : null,
    };
  }

  encodeKey(w: ByteWriter, tile: number): void {
    this.encode(w, tile, MODE_KEY, 0);
  }

  encodeSince(w: ByteWriter, tile: number, since: number): boolean {
    return this.encode(w, tile, MODE_DELTA, since);
  }

  private encode(w: ByteWriter, tile: number, mode: number, since: number): boolean {
    const links = this.tiles.get(tile);
    let n = 0;
    if (links) {
      for (const link of links) {
        const measured = mode === MODE_DELTA || this.columns.state[link] !== LOS_UNKNOWN;
        if (measured && this.changedIn[link]! > since) this.scratch[n++] = link;
      }
    }
    if (n === 0 && mode === MODE_DELTA) return false;
    const body = beginFrame(w, this.layer, mode, tileXOfKey(tile), tileYOfKey(tile));
    encodeLinks(w, this.columns, this.scratch, n);
    endFrame(w, body);
    return true;
  }

  private mark(link: number): void {
    if (this.dirty[link] === 1) return;
    this.dirty[link] = 1;
    this.dirtyLinks.push(link);
  }

  private countVehicles(positions: Positions): void {
    this.vehicles.fill(0);
    const { link, slots } = positions;
    for (let s = 0; s < slots; s++) {
      const l = link[s]!;
      if (l >= 0) this.vehicles[l]!++;
    }
  }

  private sources(link: number, nowMs: number): LinkSources {
    const probeAgeMs = nowMs - this.probeAtMs[link]!;
    const timeS = this.probeTimeS[link]!;
    const probes =
      timeS > 0 && probeAgeMs <= FORGOTTEN_AFTER_MS
        ? {
            speedKph: this.probeDistance[link]! / timeS,
            samples: probeSamples(timeS * fading(probeAgeMs / 1000)),
            ageS: probeAgeMs / 1000,
            stale: probeAgeMs > PROBES_STALE_AFTER_MS,
          }
        : undefined;
    return { probes, loops: this.joined(link, nowMs) };
  }

  private joined(link: number, nowMs: number): LinkSources['loops'] {
    const all = this.loopsOf.get(link);
    if (!all) return undefined;
    const known = all.filter(
      (l): l is Loop & { speedKph: number } =>
        l.speedKph !== null &&
        nowMs - l.atMs <= Math.max(FORGOTTEN_AFTER_MS, LOOPS_STALE_AFTER_INTERVALS * l.intervalS * 1000),
    );
    if (known.length === 0) return undefined;
    const isOld = (l: Loop): boolean => nowMs - l.atMs > LOOPS_STALE_AFTER_INTERVALS * l.intervalS * 1000;
    const fresh = known.filter((l) => !isOld(l));
    const of = fresh.length > 0 ? fresh : known;
    const speedKph = joinLoops(of);
    if (speedKph === undefined) return undefined;
    let samples = 0;
    let atMs = 0;
    for (const l of of) {
      samples += Math.max(1, ((l.flowVph ?? 0) * l.intervalS) / 3600);
      atMs = Math.max(atMs, l.atMs);
    }
    return { speedKph, samples, ageS: (nowMs - atMs) / 1000, stale: fresh.length === 0, of };
  }

  private evaluate(link: number, nowMs: number): void {
    this.merge(link, nowMs);
    this.onEvaluated?.(link, this.nowOf(link), nowMs);
  }

  /** What is stale is not known: whoever looks at speeds must not take an old one for today's. */
  private nowOf(link: number): LinkNow {
    const known = this.columns.state[link] !== LOS_UNKNOWN && !this.isStale(link);
    let heardAtMs = this.probeReceivedAtMs[link]!;
    for (const loop of this.loopsOf.get(link) ?? []) heardAtMs = Math.max(heardAtMs, loop.receivedAtMs);
    return {
      speedKph: known ? this.speedKph[link]! : NaN,
      vehicles: known ? this.vehicles[link]! : NaN,
      fullPct: known ? this.fullPct(link) : NaN,
      heardAtMs: heardAtMs > 0 ? heardAtMs : NaN,
    };
  }

  private merge(link: number, nowMs: number): void {
    const { probes, loops } = this.sources(link, nowMs);
    // What is old counts only where there is nothing newer.
    const stale = (probes?.stale ?? true) && (loops?.stale ?? true);
    const useProbes = probes && (stale || !probes.stale) ? probes : undefined;
    const useLoops = loops && (stale || !loops.stale) ? loops : undefined;
    const freeFlow = this.city.freeFlowKph(link);
    const merged = mergeSpeeds(freeFlow, useProbes, useLoops);
    if (!merged) {
      this.speedKph[link] = NaN;
      this.write(link, LOS_UNKNOWN, 0, 0);
      return;
    }
    this.speedKph[link] = merged.speedKph;
    const state =
      levelOfService(merged.speedKph, freeFlow) |
      (useProbes ? LINK_FROM_PROBES : 0) |
      (useLoops ? LINK_FROM_LOOPS : 0) |
      (stale ? LINK_STALE : 0);
    const ratio = travelTimeRatio(merged.speedKph, freeFlow);
    this.write(
      link,
      state,
      Math.min(255, Math.round(merged.speedKph)),
      Math.min(255, Math.round(ratio * RATIO_STEP)),
    );
  }

  private write(link: number, state: number, speed: number, ratio: number): void {
    const { columns } = this;
    const same = columns.state[link] === state && Math.abs(columns.speed[link]! - speed) < SPEED_STEP_KPH;
    if (same) return;
    columns.state[link] = state;
    columns.speed[link] = speed;
    columns.ratio[link] = ratio;
    this.changedIn[link] = this.version.current;
  }
}

const round1 = (v: number): number => Math.round(v * 10) / 10;

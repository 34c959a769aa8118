/** What the road's instruments would see: loop detectors by real crossings, speed and flow of links. */
import { STANDING } from './car-following.ts';
import type { Kernel, LaneObserver } from './kernel.ts';

export interface DetectorReading {
  readonly id: string;
  /** Mean over the vehicles that crossed; null when none did. */
  readonly speedKph: number | null;
  readonly flowVph: number;
  readonly occupancyPct: number;
}

/** Length of a loop in the road, m. */
const LOOP_M = 2;
const LINK_EVERY_S = 5;

export class Measures implements LaneObserver {
  readonly watched: Uint8Array;
  private readonly kernel: Kernel;
  /** Loops in the order of lanes: where, whose, how many vehicles were beyond it; and by lane the first of its loops. */
  private readonly loopStart: Int32Array;
  private readonly at: Float32Array;
  private readonly owner: Int32Array;
  private readonly beyond: Int32Array;
  private readonly crossings: Uint32Array;
  private readonly speedSum: Float64Array;
  private readonly occupiedS: Float64Array;
  private sinceS: number;
  private linkAtS: number;
  /** Smoothed mean speed of a link's vehicles, m/s; its desired speed where none were. */
  readonly linkSpeed: Float32Array;
  /** Vehicles an hour that leave a link, smoothed over minutes. */
  readonly linkFlow: Float32Array;
  private readonly lastOut: Uint32Array;
  networkSpeedMps = 0;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    const { net } = kernel;
    const detectors = net.pack.detectors;
    const loops: { lane: number; at: number; owner: number }[] = [];
    detectors.forEach((d, n) => {
      const link = net.linkIndex.get(d.link) ?? -1;
      if (link < 0) return;
      const at = Math.max(1, Math.min(net.linkLengthM[link]! - 1, d.offsetM - net.linkTrimM[link]!));
      for (let lane = net.laneStart[link]!; lane < net.laneStart[link + 1]!; lane++)
        loops.push({ lane, at, owner: n });
    });
    loops.sort((a, b) => a.lane - b.lane);
    this.watched = new Uint8Array(net.laneCount);
    this.loopStart = new Int32Array(net.linkLanes + 1);
    for (const { lane } of loops) {
      this.watched[lane] = 1;
      this.loopStart[lane + 1]!++;
    }
    for (let l = 0; l < net.linkLanes; l++) this.loopStart[l + 1]! += this.loopStart[l]!;
    this.at = Float32Array.from(loops, (l) => l.at);
    this.owner = Int32Array.from(loops, (l) => l.owner);
    this.beyond = new Int32Array(loops.length);
    this.crossings = new Uint32Array(detectors.length);
    this.speedSum = new Float64Array(detectors.length);
    this.occupiedS = new Float64Array(detectors.length);
    this.sinceS = kernel.nowS;
    this.linkAtS = kernel.nowS;
    this.linkSpeed = Float32Array.from(net.linkLimitMps);
    this.linkFlow = new Float32Array(net.linkCount);
    this.lastOut = new Uint32Array(net.linkCount);
  }

  before(lane: number): void {
    const { lanes } = this.kernel;
    for (let k = this.loopStart[lane]!, e = this.loopStart[lane + 1]!; k < e; k++)
      this.beyond[k] = lanes.rankAt(lane, this.at[k]!);
  }

  after(lane: number): void {
    const { lanes, dtS } = this.kernel;
    const head = lanes.head[lane]!;
    const n = lanes.count[lane]!;
    for (let k = this.loopStart[lane]!, e = this.loopStart[lane + 1]!; k < e; k++) {
      const at = this.at[k]!;
      const owner = this.owner[k]!;
      let r = this.beyond[k]!;
      while (r < n && lanes.pos(head + r) >= at) {
        this.crossings[owner]!++;
        this.speedSum[owner]! += lanes.vel(head + r);
        r++;
      }
      if (r > 0 && lanes.pos(head + r - 1) - lanes.length(head + r - 1) < at + LOOP_M)
        this.occupiedS[owner]! += dtS;
    }
  }

  takeReadings(): DetectorReading[] {
    const { net, nowS } = this.kernel;
    const spanS = Math.max(this.kernel.dtS, nowS - this.sinceS);
    this.sinceS = nowS;
    const lanes = net.pack.detectors.map(() => 0);
    for (const owner of this.owner) lanes[owner]!++;
    const out = net.pack.detectors.map((d, n) => {
      const crossed = this.crossings[n]!;
      return {
        id: d.id,
        speedKph: crossed > 0 ? (this.speedSum[n]! / crossed) * 3.6 : null,
        flowVph: (crossed * 3_600) / spanS,
        occupancyPct: Math.min(100, (100 * this.occupiedS[n]!) / (spanS * Math.max(1, lanes[n]!))),
      };
    });
    this.crossings.fill(0);
    this.speedSum.fill(0);
    this.occupiedS.fill(0);
    return out;
  }

  /** Link speeds and travel times; `liveS` is what drivers with navigation see. */
  sampleLinks(liveS: Float32Array): void {
    const { kernel } = this;
    const { net, lanes, laneSpeed } = kernel;
    const spanS = kernel.nowS - this.linkAtS;
    if (spanS < LINK_EVERY_S) return;
    this.linkAtS = kernel.nowS;
    const blend = 1 - Math.exp(-spanS / 40);
    const flowBlend = 1 - Math.exp(-spanS / 180);
    let all = 0;
    let sum = 0;
    for (let link = 0; link < net.linkCount; link++) {
      let n = 0;
      let v = 0;
      const first = net.laneStart[link]!;
      for (let l = first; l < net.laneStart[link + 1]!; l++)
        for (let i = lanes.head[l]!, e = i + lanes.count[l]!; i < e; i++) {
          if (lanes.driver(i) === STANDING) continue;
          n++;
          v += lanes.vel(i);
        }
      all += n;
      sum += v;
      const free = laneSpeed[first]!;
      const seen = n > 0 ? v / n : free;
      this.linkSpeed[link]! += (seen - this.linkSpeed[link]!) * blend * (n > 0 ? 1 : 0.5);
      const out = kernel.linkOut[link]! - this.lastOut[link]!;
      this.lastOut[link] = kernel.linkOut[link]!;
      this.linkFlow[link]! += ((out * 3_600) / spanS - this.linkFlow[link]!) * flowBlend;
      liveS[link] = net.linkLengthM[link]! / Math.max(0.8, Math.min(free, this.linkSpeed[link]!));
    }
    this.networkSpeedMps = all > 0 ? sum / all : 0;
  }
}

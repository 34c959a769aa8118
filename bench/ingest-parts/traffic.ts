/** Observations as vendors send them, the same for a seed: vehicles that drive along the links of the demo city. */
import type { CityPack } from '../../server/contract/city-pack.ts';
import { bearingDeg, distanceM } from '../../server/contract/geo.ts';
import { generateCity } from '../../simulators/city/generate.ts';

/** A small generator (mulberry32), so that the benchmark needs nothing of the simulators' insides. */
export function randomOf(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const round6 = (v: number): number => Math.round(v * 1e6) / 1e6;

export class Fleet {
  private readonly pack: CityPack;
  private readonly random: () => number;
  private readonly link: Int32Array;
  private readonly alongM: Float64Array;
  private readonly speedKph: Float64Array;
  private next = 0;
  private atMs: number;
  private readonly outgoing = new Map<string, number[]>();

  constructor(seed: number, vehicles: number, startMs: number) {
    this.pack = generateCity({ seed });
    this.random = randomOf(seed);
    const { links } = this.pack;
    for (const [i, l] of links.entries()) {
      const list = this.outgoing.get(l.from);
      if (list === undefined) this.outgoing.set(l.from, [i]);
      else list.push(i);
    }
    this.link = Int32Array.from({ length: vehicles }, () => Math.floor(this.random() * links.length));
    this.alongM = new Float64Array(vehicles);
    this.speedKph = Float64Array.from({ length: vehicles }, () => 15 + this.random() * 45);
    this.atMs = startMs;
  }

  /** The next report: every vehicle in turn, two seconds of driving further each round. */
  report(): object {
    const v = this.next;
    this.next = (v + 1) % this.link.length;
    if (this.next === 0) this.atMs += 2_000;
    this.alongM[v]! += (this.speedKph[v]! / 3.6) * 2;
    for (;;) {
      const link = this.pack.links[this.link[v]!]!;
      let left = this.alongM[v]!;
      for (let i = 1; i < link.path.length; i++) {
        const [a, b] = [link.path[i - 1]!, link.path[i]!];
        const length = distanceM(a, b);
        if (left <= length && length > 0) {
          const t = left / length;
          return {
            type: 'position',
            id: `sim-${String(v).padStart(6, '0')}`,
            at: this.atMs + Math.floor((v / this.link.length) * 2_000),
            lon: round6(a[0] + (b[0] - a[0]) * t),
            lat: round6(a[1] + (b[1] - a[1]) * t),
            headingDeg: Math.round(bearingDeg(a, b)) % 360,
            speedKph: Math.round(this.speedKph[v]! * 10) / 10,
            mover: 'car',
          };
        }
        left -= length;
      }
      this.alongM[v] = Math.max(0, left);
      const onwards = this.outgoing.get(link.to) ?? [];
      this.link[v] =
        onwards[Math.floor(this.random() * onwards.length)] ??
        Math.floor(this.random() * this.pack.links.length);
    }
  }

  /** The next `n` reports as lines. */
  lines(n: number): Buffer {
    const out: string[] = [];
    for (let i = 0; i < n; i++) out.push(JSON.stringify(this.report()));
    return Buffer.from(out.join('\n') + '\n');
  }

  incidents(n: number, from: number): Buffer {
    const out: string[] = [];
    for (let i = 0; i < n; i++) {
      const link = this.pack.links[Math.floor(this.random() * this.pack.links.length)]!;
      const [lon, lat] = link.path[0]!;
      out.push(
        JSON.stringify({
          type: 'incident',
          id: `call-${from + i}`,
          at: this.atMs,
          channel: '110',
          category: 'traffic.collision',
          detail: { zh: '两车追尾，占一条车道', en: 'Rear-end collision, one lane blocked' },
          lon,
          lat,
          accuracyM: 30,
          caller: { phone: '13800000000' },
        }),
      );
    }
    return Buffer.from(out.join('\n') + '\n');
  }
}

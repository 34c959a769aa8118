/**
 * The only source of chance in the simulators: a seeded stream of numbers. The same seed gives the same stream on
 * every machine; `fork(label)` gives an independent stream that does not depend on how far this one was read.
 *
 * Generator: sfc32 (C. Doty-Humphrey, PractRand), seeded through splitmix32 (G. Steele et al., "Fast splittable
 * pseudorandom number generators", OOPSLA 2014, finaliser of MurmurHash3 by A. Appleby).
 */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer in [0, n). */
  int(n: number): number;
  /** Uniform in [a, b). */
  range(a: number, b: number): number;
  /** One element, each equally likely. @throws on an empty array. */
  pick<T>(items: readonly T[]): T;
  /** Standard normal deviate. */
  normal(): number;
  /** True with probability `p`. */
  chance(p: number): boolean;
  /** An independent stream, decided by this one's seed and the label only. */
  fork(label: string): Random;
  /** Where the stream stands, as numbers; `restore` goes on from there. */
  save(): number[];
  restore(saved: readonly number[]): void;
}

const mix = (h: number): number => {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
};

/** FNV-1a over UTF-16 units, started from the seed. */
const hashLabel = (seed: number, label: string): number => {
  let h = (0x811c9dc5 ^ mix(seed)) >>> 0;
  for (let i = 0; i < label.length; i++) h = Math.imul(h ^ label.charCodeAt(i), 0x01000193) >>> 0;
  return mix(h);
};

export function createRandom(seed: number): Random {
  const root = Math.trunc(seed) >>> 0;
  let s = root;
  const word = (): number => mix((s = (s + 0x9e3779b9) >>> 0));
  let a = word();
  let b = word();
  let c = word();
  let counter = 1;
  const bits = (): number => {
    const t = (a + b + counter) >>> 0;
    counter = (counter + 1) >>> 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) >>> 0;
    c = ((c << 21) | (c >>> 11)) >>> 0;
    c = (c + t) >>> 0;
    return t;
  };
  for (let i = 0; i < 12; i++) bits();

  const next = (): number => bits() / 4_294_967_296;
  let spare: number | null = null;
  return {
    next,
    int: (n) => Math.floor(next() * n),
    range: (from, to) => from + (to - from) * next(),
    pick: (items) => {
      if (items.length === 0) throw new RangeError('pick from nothing');
      return items[Math.floor(next() * items.length)]!;
    },
    normal() {
      if (spare !== null) {
        const value = spare;
        spare = null;
        return value;
      }
      // Marsaglia's polar method: two deviates at a time.
      for (;;) {
        const x = 2 * next() - 1;
        const y = 2 * next() - 1;
        const r = x * x + y * y;
        if (r === 0 || r >= 1) continue;
        const scale = Math.sqrt((-2 * Math.log(r)) / r);
        spare = y * scale;
        return x * scale;
      }
    },
    chance: (p) => next() < p,
    fork: (label) => createRandom(hashLabel(root, label)),
    save: () => [a, b, c, counter, spare ?? Number.NaN],
    restore(saved) {
      [a, b, c, counter] = saved as [number, number, number, number];
      spare = Number.isNaN(saved[4]) ? null : saved[4]!;
    },
  };
}

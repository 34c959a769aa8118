/** Signals as small as they can be, for tests of what screens make of them. */
import type { CorridorAnswer, SignalLine } from '../../../server/contract/signal-api.ts';
import type { ControlRecord, WaveRecord } from '../../../server/contract/signal-control.ts';
import type { PortJunction } from '../../../server/contract/signal-port.ts';
import type { LonLat } from '../../../server/contract/geo.ts';

export const here: LonLat = [118.6, 30.2];

/** Signal `s1` of district `d1`, left to its own plan. */
export const aControl = (id: string, part: Partial<ControlRecord> = {}): ControlRecord => ({
  id,
  name: { zh: `路口${id}`, en: `Junction ${id}` },
  position: [...here],
  district: 'd1',
  mode: 'local',
  method: 'ours',
  ground: 'local',
  limits: { maxRedS: 120, waves: true },
  feed: 'sim-signals',
  ...part,
});

export const aLine = (id: string, part: Partial<SignalLine> = {}): SignalLine => ({
  id,
  position: here,
  mode: 'local',
  ground: 'local',
  method: 'ours',
  delayS: 30,
  los: 'C',
  queue: 4,
  flowVph: 900,
  spillBack: false,
  measuredBy: 'both',
  confidence: 0.9,
  ...part,
});

/** North to south (`n>s`, two lanes) with a left turn (`n>e`), and west to east (`w>e`). */
export const crossing: PortJunction = {
  id: 's1',
  lanes: ['n', 'n', 'w'].map((link, i) => ({ id: `${link}${i}`, link, lengthM: 100, speedMps: 14 })),
  exits: ['s', 'e'].map((link) => ({ id: link, link, lengthM: 100, speedMps: 14 })),
  connections: [
    { lane: 0, exit: 0, turn: 'through', conflicts: [3] },
    { lane: 1, exit: 0, turn: 'through', conflicts: [3] },
    { lane: 0, exit: 1, turn: 'left', conflicts: [] },
    { lane: 2, exit: 1, turn: 'through', conflicts: [0, 1] },
  ],
  phases: [
    { minGreenS: 8, maxGreenS: 60, yellowS: 3, allRedS: 2, pedestrianS: 0, green: [0, 1], yields: [2] },
    { minGreenS: 8, maxGreenS: 60, yellowS: 3, allRedS: 2, pedestrianS: 0, green: [3], yields: [] },
  ],
  plan: {
    offsetS: 0,
    steps: [
      { phase: 0, greenS: 40 },
      { phase: 1, greenS: 30 },
    ],
  },
  maxRedS: 120,
};

/** Three stops over 600 m at 10 m/s, seen from 0 to 120 s, now at 60 s. */
export const corridor: CorridorAnswer = {
  id: 'c1',
  name: { zh: '干线', en: 'Corridor' },
  lengthM: 600,
  signals: ['s1', 's2', 's3'],
  delayS: 20,
  speedMps: 10,
  fromMs: 0,
  nowMs: 60_000,
  untilMs: 120_000,
  stops: [0, 240, 600].map((metres, i) => ({
    signal: `s${i + 1}`,
    name: { zh: `路口${i}`, en: `Stop ${i}` },
    metres,
    known: [{ fromMs: 0, untilMs: 120_000 }],
    forth: [
      { fromMs: -10_000, untilMs: 20_000 },
      { fromMs: 90_000, untilMs: 150_000, planned: true },
    ],
    back: [],
  })),
  trajectories: [{ way: 'forth', points: [0, 0, 60_000, 600] }],
  bands: [{ way: 'forth', fromMs: 0, untilMs: 12_000 }],
};

export const aWave = (part: Partial<WaveRecord> = {}): WaveRecord => ({
  id: 'wave:u1',
  unit: 'u1',
  priority: 1,
  state: 'running',
  startedAtMs: 0,
  junctions: (['passed', 'held', 'ahead', 'yielded'] as const).map((state, i) => ({
    signal: `s${i + 1}`,
    name: { zh: `路口${i + 1}`, en: `Junction ${i + 1}` },
    metres: i * 300,
    etaS: i * 20.4,
    state,
  })),
  by: { id: 'p1', name: '王调度' },
  ...part,
});

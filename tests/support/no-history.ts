/** A history that keeps nothing, for servers whose past nobody asks for. */
import type { History } from '../../server/live/ports.ts';

export const noHistory: History = {
  sampleVitals: () => undefined,
  sampleLinks: () => undefined,
  sampleFacts: () => undefined,
  vitals: async () => ({ atMs: [], series: {} }),
  linkTrend: async () => [],
  rows: async () => [],
  fullBefore: async () => null,
  factTrend: async () => [],
  keepBaselines: () => undefined,
  baselines: async () => null,
  close: async () => undefined,
};

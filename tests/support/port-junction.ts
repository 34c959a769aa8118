/** A crossing of two roads as a controller describes it, and what it says it sees. */
import type { PortJunction, PortState } from '../../server/contract/signal-port.ts';

export const SPEED_MPS = 15;
const LENGTH_M = 200;

/** Lanes: two from the south (straight on; left, which gives way), one from the west. Phases: south, west. */
export const portCrossing = (
  id = 's-1',
  links = { south: 'south', west: 'west', out: 'out' },
): PortJunction => {
  const piece = (name: string, link: string): PortJunction['lanes'][number] => ({
    id: `${id}/${name}`,
    link,
    lengthM: LENGTH_M,
    speedMps: SPEED_MPS,
  });
  const phase = { minGreenS: 10, maxGreenS: 60, yellowS: 3, allRedS: 2, pedestrianS: 0 };
  return {
    id,
    lanes: [piece('south-0', links.south), piece('south-1', links.south), piece('west-0', links.west)],
    exits: [piece('north', links.out), piece('east', `${links.out}-east`)],
    connections: [
      { lane: 0, exit: 0, turn: 'through', conflicts: [2] },
      { lane: 1, exit: 1, turn: 'left', conflicts: [2] },
      { lane: 2, exit: 1, turn: 'through', conflicts: [0, 1] },
    ],
    phases: [
      { ...phase, green: [0], yields: [1] },
      { ...phase, green: [2], yields: [] },
    ],
    plan: {
      offsetS: 0,
      steps: [
        { phase: 0, greenS: 30 },
        { phase: 1, greenS: 20 },
      ],
    },
    maxRedS: 120,
  };
};

export const portSees = (more: Partial<PortState> = {}): PortState => ({
  id: 's-1',
  phase: 1,
  stage: 'green',
  sinceS: 0,
  redS: [10, 0],
  obeys: 'plan',
  lanes: [[], [], []],
  exits: [
    [0, 200],
    [0, 200],
  ],
  ...more,
});

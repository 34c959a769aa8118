/** A junction of two streets with one lane each way, and the decisions about signals on it without an engine. */
import type { PortJunction, PortState } from '../../server/contract/signal-port.ts';
import type { SignalProposal } from '../../server/contract/signal-control.ts';
import {
  decideSignalCommand,
  type SignalCommand,
  type SignalWorld,
} from '../../server/domain/signals/control/decide.ts';
import type { SignalEvent } from '../../server/domain/signals/control/events.ts';
import { evolveControl } from '../../server/domain/signals/control/evolve.ts';
import { emptyControl, type ControlState } from '../../server/domain/signals/control/state.ts';
import { UndoLog } from '../../server/domain/undo.ts';
import { people, type PersonName } from './case-world.ts';

/** Lanes and exits n, e, s, w; phase 0 north–south, 1 east–west; straight on only. */
export function crossing(id = 'x', more: Partial<PortJunction> = {}): PortJunction {
  const piece = (link: string) => ({ id: link, link, lengthM: 200, speedMps: 14 });
  const phase = (green: number[]) => ({
    minGreenS: 6,
    maxGreenS: 60,
    yellowS: 3,
    allRedS: 2,
    pedestrianS: 8,
    green,
    yields: [],
  });
  return {
    id,
    lanes: ['n', 'e', 's', 'w'].map((d) => piece(`${id}-in-${d}`)),
    exits: ['s', 'w', 'n', 'e'].map((d) => piece(`${id}-out-${d}`)),
    connections: [0, 1, 2, 3].map((i) => ({
      lane: i,
      exit: i,
      turn: 'through' as const,
      conflicts: i % 2 === 0 ? [1, 3] : [0, 2],
    })),
    phases: [phase([0, 2]), phase([1, 3])],
    plan: {
      offsetS: 0,
      steps: [
        { phase: 0, greenS: 25 },
        { phase: 1, greenS: 25 },
      ],
    },
    maxRedS: 120,
    ...more,
  };
}

export const stateOf = (junction: PortJunction, more: Partial<PortState> = {}): PortState => ({
  id: junction.id,
  phase: 0,
  stage: 'green',
  sinceS: 20,
  redS: [0, 20],
  obeys: 'wishes',
  lanes: junction.lanes.map(() => []),
  exits: junction.exits.map((e): [number, number] => [0, e.lengthM]),
  ...more,
});

/** So many vehicles that stand one behind the other at the line. */
export const queue = (n: number, connection = -1): number[] =>
  Array.from({ length: n }, (_, i) => [1 + i * 7, 0, connection]).flat();

export const aProposal = (signal = 'x', more: Partial<SignalProposal> = {}): SignalProposal => ({
  id: `proposal:${signal}:1`,
  atMs: 1,
  plan: {
    offsetS: 3,
    steps: [
      { phase: 0, greenS: 20 },
      { phase: 1, greenS: 30 },
    ],
  },
  cycleS: 60,
  delayNowS: 40,
  delayThenS: 30,
  confidence: 0.8,
  reason: { zh: '流量', en: 'flows' },
  ...more,
});

export class SignalDesk {
  readonly state: ControlState = emptyControl(new UndoLog());
  readonly journal: SignalEvent[] = [];
  nowMs = 1_800_000_000_000;
  world: SignalWorld = {
    isDescribed: (id) => id.startsWith('x'),
    proposal: (id) => aProposal(id),
    signalsNear: () => ['x', 'x2'],
    controlsFor: () => ['x8', 'x9'],
    measuredBefore: () => [],
    specialPlans: (signals) => Object.fromEntries(signals.map((id) => [id, aProposal(id).plan])),
    wayOf: (unit) => (unit === 'u' ? { incident: 'inc-1', priority: 1, junctions: 3 } : 'unknown'),
    waveSoFar: () => ({ junctions: 2, savedS: 31 }),
  };

  /** `done`, or the code of the refusal. Events go through JSON, as the journal keeps them. */
  ask(who: PersonName, type: SignalCommand['type'], payload: unknown): string {
    const command = { type, payload } as SignalCommand;
    const ctx = { nowMs: this.nowMs, by: people[who], world: this.world };
    const decided = decideSignalCommand(this.state, command, ctx);
    if (!decided.ok) return decided.error.code;
    this.write(...decided.value.events);
    return 'done';
  }

  write(...events: readonly SignalEvent[]): void {
    for (const event of JSON.parse(JSON.stringify(events)) as SignalEvent[]) {
      evolveControl(this.state, event);
      this.journal.push(event);
    }
  }
}

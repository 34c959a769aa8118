/**
 * What control methods see and answer. A method is asked once a second, for each junction whose green may end; it wishes a
 * phase, and whoever shows the lights keeps the rules below it (`safety.ts`). Pure: time and states come from the caller.
 */
import type { PortJunction, PortState } from '../../contract/signal-port.ts';

export type Junction = PortJunction;
export type JunctionState = PortState;

/** Junctions in a fixed order; roads join them: an exit's `link` is the `link` of the lanes it leads to. */
export interface ControlNetwork {
  readonly junctions: readonly Junction[];
}

export interface SignalMethod {
  /** Before the junctions are asked, once a second: what all of them see; null: nothing fresh from it. */
  see(states: readonly (JunctionState | null)[], nowS: number): void;
  /** The phase wanted now at a junction; the one shown, to stay. Asked in green only, once its minimum is over. */
  wanted(junction: number): number;
}

export const methodNames = [
  'fixed',
  'webster',
  'actuated',
  'maxpressure',
  'efficient',
  'advanced',
  'capacity',
  'ours',
] as const;
export type MethodName = (typeof methodNames)[number];

/** Numbers of one vehicle in `PortState.lanes`. */
export const PER_VEHICLE = 3;
/** Slower than this a vehicle stands in a queue, m/s (SUMO's halting speed is 0.1; the HCM's queued state 5 mph). */
export const QUEUED_MPS = 2;

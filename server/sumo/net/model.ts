/** A SUMO network as read from its file: every reference between its parts is resolved or was refused. */

/** The file is no usable SUMO network or configuration; the message is a sentence that names the element. */
export class SumoFileError extends Error {
  override readonly name = 'SumoFileError';
}

/** Metres east and north, on the network's own plane. */
export type NetPoint = readonly [x: number, y: number];

export interface NetLane {
  readonly id: string;
  readonly edge: NetEdge;
  readonly index: number;
  readonly lengthM: number;
  readonly speedMps: number;
  readonly shape: readonly NetPoint[];
  /** Classes of vehicle that may use it; null: all. */
  readonly allow: ReadonlySet<string> | null;
  readonly disallow: ReadonlySet<string>;
  /** Connections that leave it. */
  readonly out: NetConnection[];
}

export const edgeFunctions = ['normal', 'internal', 'crossing', 'walkingarea', 'connector'] as const;
export type EdgeFunction = (typeof edgeFunctions)[number];

export interface NetEdge {
  readonly id: string;
  readonly function: EdgeFunction;
  /** Junctions it leads from and to; '' of an edge inside a junction. */
  readonly from: string;
  readonly to: string;
  readonly name: string;
  readonly type: string;
  readonly priority: number;
  readonly shape: readonly NetPoint[];
  readonly lanes: NetLane[];
}

export interface NetConnection {
  readonly from: NetLane;
  readonly to: NetLane;
  /** The first lane inside the junction; null where the network was built without. */
  readonly via: NetLane | null;
  /** Its signal and its place in the signal's states; null where none. */
  readonly signal: string | null;
  readonly link: number;
  /** s straight, l left, r right, L and R partially, t turn, invalid otherwise. */
  readonly direction: string;
}

export interface NetRequest {
  /** By link of the junction: with which it may collide, and to which it gives way without lights. */
  readonly foes: readonly boolean[];
  readonly response: readonly boolean[];
}

export interface NetJunction {
  readonly id: string;
  readonly type: string;
  readonly at: NetPoint;
  readonly shape: readonly NetPoint[];
  readonly incoming: readonly NetLane[];
  readonly requests: readonly NetRequest[];
}

export interface ProgramPhase {
  readonly durationS: number;
  readonly minS: number | null;
  readonly maxS: number | null;
  readonly state: string;
}

export interface SignalProgram {
  readonly signal: string;
  readonly id: string;
  readonly type: string;
  readonly offsetS: number;
  readonly phases: readonly ProgramPhase[];
}

export interface NetLocation {
  readonly offset: NetPoint;
  /** PROJ's words; '!' where the network has no place on earth. */
  readonly projection: string;
}

export interface SumoNet {
  readonly location: NetLocation;
  readonly edges: ReadonlyMap<string, NetEdge>;
  readonly lanes: ReadonlyMap<string, NetLane>;
  readonly connections: readonly NetConnection[];
  readonly junctions: ReadonlyMap<string, NetJunction>;
  /** By signal, its programs, the one that runs first in front. */
  readonly programs: ReadonlyMap<string, readonly SignalProgram[]>;
  /** What is odd in the file and was lived with. */
  readonly notes: readonly string[];
}

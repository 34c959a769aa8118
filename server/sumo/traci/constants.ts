/** Numbers of the TraCI protocol (Traffic Control Interface of SUMO, API 20 and later) that this client speaks. */

/** The oldest API this client understands: before it, subscription answers differ. */
export const OLDEST_API = 20;
/** The newest API it was tried with; a newer one is spoken to all the same, with a warning. */
export const NEWEST_TRIED_API = 20;

export const command = {
  getVersion: 0x00,
  simulationStep: 0x02,
  close: 0x7f,
} as const;

/** A domain's commands are these numbers added to its own. */
export const verb = {
  contextSubscription: 0x80,
  contextAnswer: 0x90,
  get: 0xa0,
  getAnswer: 0xb0,
  set: 0xc0,
  subscription: 0xd0,
  subscriptionAnswer: 0xe0,
} as const;

export const domain = {
  trafficLight: 0x2,
  lane: 0x3,
  vehicle: 0x4,
  junction: 0x9,
  simulation: 0xb,
} as const;
export type Domain = (typeof domain)[keyof typeof domain];

export const variable = {
  idList: 0x00,
  lightState: 0x20,
  lightPhase: 0x22,
  lightProgram: 0x23,
  speedMps: 0x40,
  position: 0x42,
  angle: 0x43,
  lengthM: 0x44,
  vehicleClass: 0x49,
  laneId: 0x51,
  routeId: 0x53,
  edges: 0x54,
  lanePositionM: 0x56,
  timeS: 0x66,
  routeIndex: 0x69,
  departedIds: 0x74,
  teleportStartedIds: 0x76,
  arrivedIds: 0x7a,
  expectedVehicles: 0x7d,
} as const;

export const valueType = {
  position2d: 0x01,
  position3d: 0x03,
  polygon: 0x06,
  unsignedByte: 0x07,
  byte: 0x08,
  integer: 0x09,
  double: 0x0b,
  string: 0x0c,
  stringList: 0x0e,
  compound: 0x0f,
  doubleList: 0x10,
  color: 0x11,
} as const;

export const resultOk = 0x00;
export const resultNotImplemented = 0x01;

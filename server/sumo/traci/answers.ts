/** Reads what SUMO answers to commands: whether it did them, and what it tells. */
import { resultNotImplemented, resultOk, verb, type Domain } from './constants.ts';
import { TraciError } from './errors.ts';
import type { MessageReader, TraciValue } from './wire.ts';

/** Values by variable number. */
export type Values = ReadonlyMap<number, TraciValue>;
/** What subscriptions say after a step: by domain, by object. */
export interface StepAnswer {
  readonly variables: ReadonlyMap<Domain, ReadonlyMap<string, Values>>;
  readonly contexts: ReadonlyMap<Domain, ReadonlyMap<string, ReadonlyMap<string, Values>>>;
}

export function readStatus(reader: MessageReader, asked: number): TraciError | null {
  const { number, end } = reader.command();
  if (number !== asked) {
    throw new TraciError('malformed', `SUMO answered to command ${number} where ${asked} was asked`);
  }
  const result = reader.ubyte();
  const said = reader.text();
  reader.moveTo(end);
  if (result === resultOk) return null;
  const what = result === resultNotImplemented ? 'SUMO cannot do this' : 'SUMO refused';
  return new TraciError('refused', said === '' ? what : `${what}: ${said}`);
}

export function readHeader(reader: MessageReader, expected: number): void {
  const { number } = reader.command();
  if (number !== expected) {
    throw new TraciError('malformed', `SUMO sent an answer of kind ${number} where ${expected} was due`);
  }
}

export function readValues(reader: MessageReader, count: number): Values {
  const values = new Map<number, TraciValue>();
  for (let i = 0; i < count; i++) {
    const which = reader.ubyte();
    const status = reader.ubyte();
    const value = reader.value();
    // One that could not be had now (a vehicle that is being teleported has no lane) is left out.
    if (status === resultOk) values.set(which, value);
  }
  return values;
}

export function readContext(reader: MessageReader): ReadonlyMap<string, Values> {
  reader.ubyte();
  const variables = reader.ubyte();
  const count = reader.integer();
  const objects = new Map<string, Values>();
  for (let i = 0; i < count; i++) objects.set(reader.text(), readValues(reader, variables));
  return objects;
}

export function readStep(reader: MessageReader): StepAnswer {
  const variables = new Map<Domain, Map<string, Values>>();
  const contexts = new Map<Domain, Map<string, ReadonlyMap<string, Values>>>();
  const count = reader.integer();
  for (let i = 0; i < count; i++) {
    const { number, end } = reader.command();
    const object = reader.text();
    const domain = (number & 0x0f) as Domain;
    if ((number & 0xf0) === verb.subscriptionAnswer) {
      inner(variables, domain).set(object, readValues(reader, reader.ubyte()));
    } else if ((number & 0xf0) === verb.contextAnswer) {
      inner(contexts, domain).set(object, readContext(reader));
    }
    reader.moveTo(end);
  }
  return { variables, contexts };
}

function inner<T>(map: Map<Domain, Map<string, T>>, key: Domain): Map<string, T> {
  let found = map.get(key);
  if (!found) map.set(key, (found = new Map()));
  return found;
}

/**
 * Reads a SUMO network (`.net.xml`, also `.gz`) and programs that further files add to its signals. What does not fit
 * together is refused with a sentence that names the element: a network half understood would show wrong lights.
 */
import {
  edgeFunctions,
  SumoFileError,
  type EdgeFunction,
  type NetConnection,
  type NetEdge,
  type NetJunction,
  type NetLane,
  type NetLocation,
  type NetPoint,
  type NetRequest,
  type ProgramPhase,
  type SignalProgram,
  type SumoNet,
} from './model.ts';
import { checkSignals } from './check-signals.ts';
import { readXml, type Attributes } from './xml.ts';

interface RawJunction {
  readonly attributes: Attributes;
  readonly requests: NetRequest[];
}

export function readNet(file: string, additionalFiles: readonly string[] = []): SumoNet {
  const reader = new NetReader(file);
  readXml(file, ['net'], reader);
  const programs = reader.programs;
  for (const additional of additionalFiles) addPrograms(additional, programs);
  return reader.build();
}

/** A program added later is the one that runs. */
function addPrograms(file: string, programs: Map<string, SignalProgram[]>): void {
  const added = new ProgramReader(file);
  readXml(file, ['additional', 'add'], added);
  for (const program of added.programs) {
    const known = programs.get(program.signal);
    if (!known)
      throw new SumoFileError(`${file}: a program for the signal ${program.signal}, which the network lacks`);
    const others = known.filter((p) => p.id !== program.id);
    programs.set(program.signal, [program, ...others]);
  }
}

/** `tlLogic` elements, wherever they stand. */
class ProgramReader {
  readonly #file: string;
  readonly programs: SignalProgram[] = [];
  #phases: ProgramPhase[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  open(name: string, a: Attributes): void {
    if (name === 'tlLogic') {
      this.#phases = [];
      this.programs.push({
        signal: a['id'] ?? '',
        id: a['programID'] ?? '0',
        type: a['type'] ?? 'static',
        offsetS: Number(a['offset'] ?? 0) || 0,
        phases: this.#phases,
      });
    } else if (name === 'phase') {
      const program = this.programs.at(-1);
      const what = `${this.#file}: phase ${this.#phases.length} of the signal ${program?.signal ?? '?'}`;
      this.#phases.push({
        durationS: positive(a['duration'], `${what} has no duration`),
        minS: a['minDur'] === undefined ? null : Number(a['minDur']),
        maxS: a['maxDur'] === undefined ? null : Number(a['maxDur']),
        state: a['state'] ?? '',
      });
    }
  }
}

class NetReader {
  readonly #file: string;
  readonly programs = new Map<string, SignalProgram[]>();
  readonly #logic: ProgramReader;
  readonly #edges = new Map<string, NetEdge>();
  readonly #lanes = new Map<string, NetLane>();
  readonly #connections: Attributes[] = [];
  readonly #junctions: RawJunction[] = [];
  #edge: NetEdge | null = null;
  #location: NetLocation = { offset: [0, 0], projection: '!' };

  constructor(file: string) {
    this.#file = file;
    this.#logic = new ProgramReader(file);
  }

  open(name: string, a: Attributes): void {
    switch (name) {
      case 'location':
        this.#location = {
          offset: points(a['netOffset'] ?? '0,0')[0] ?? [0, 0],
          projection: a['projParameter'] ?? '!',
        };
        break;
      case 'edge':
        this.#openEdge(a);
        break;
      case 'lane':
        this.#openLane(a);
        break;
      case 'junction':
        this.#junctions.push({ attributes: a, requests: [] });
        break;
      case 'request':
        this.#junctions.at(-1)?.requests.push({ foes: bits(a['foes']), response: bits(a['response']) });
        break;
      case 'connection':
        this.#connections.push(a);
        break;
      case 'tlLogic':
      case 'phase':
        this.#logic.open(name, a);
        break;
      default:
    }
  }

  close(name: string): void {
    if (name === 'edge') this.#edge = null;
    if (name === 'net') {
      for (const program of this.#logic.programs) {
        const known = this.programs.get(program.signal);
        if (known) known.push(program);
        else this.programs.set(program.signal, [program]);
      }
    }
  }

  build(): SumoNet {
    const connections = this.#connections.map((a) => this.#connection(a));
    const junctions = new Map(
      this.#junctions.map((raw) => [raw.attributes['id'] ?? '', this.#junction(raw)]),
    );
    for (const edge of this.#edges.values()) {
      if (edge.function !== 'normal') continue;
      if (edge.lanes.length === 0) this.#refuse(`the edge ${edge.id} has no lane`);
      for (const end of [edge.from, edge.to]) {
        if (!junctions.has(end)) this.#refuse(`the edge ${edge.id} ends at the unknown junction ${end}`);
      }
    }
    const notes = checkSignals(this.#file, connections, this.programs);
    return {
      location: this.#location,
      edges: this.#edges,
      lanes: this.#lanes,
      connections,
      junctions,
      programs: this.programs,
      notes,
    };
  }

  #openEdge(a: Attributes): void {
    const id = a['id'] ?? '';
    if (this.#edges.has(id)) this.#refuse(`the edge ${id} occurs twice`);
    const use = (a['function'] ?? 'normal') as EdgeFunction;
    if (!edgeFunctions.includes(use)) this.#refuse(`the edge ${id} has the unknown function ${use}`);
    this.#edge = {
      id,
      function: use,
      from: a['from'] ?? '',
      to: a['to'] ?? '',
      name: a['name'] ?? '',
      type: a['type'] ?? '',
      priority: Number(a['priority'] ?? 0) || 0,
      shape: points(a['shape'] ?? ''),
      lanes: [],
    };
    this.#edges.set(id, this.#edge);
  }

  #openLane(a: Attributes): void {
    const id = a['id'] ?? '';
    const edge = this.#edge;
    if (!edge) return this.#refuse(`the lane ${id} stands outside of an edge`);
    const lane: NetLane = {
      id,
      edge,
      index: Number(a['index'] ?? edge.lanes.length),
      lengthM: positive(a['length'], `${this.#file}: the lane ${id} has no length`),
      speedMps: positive(a['speed'], `${this.#file}: the lane ${id} has no speed`),
      shape: points(a['shape'] ?? ''),
      allow: a['allow'] === undefined ? null : new Set(a['allow'].split(' ')),
      disallow: new Set((a['disallow'] ?? '').split(' ').filter(Boolean)),
      out: [],
    };
    if (lane.index !== edge.lanes.length) this.#refuse(`the lane ${id} is out of its order`);
    if (lane.shape.length < 2) this.#refuse(`the lane ${id} has no shape`);
    edge.lanes.push(lane);
    this.#lanes.set(id, lane);
  }

  #connection(a: Attributes): NetConnection {
    const name = `the connection from ${a['from']}_${a['fromLane']} to ${a['to']}_${a['toLane']}`;
    const from = this.#edges.get(a['from'] ?? '')?.lanes[Number(a['fromLane'])];
    const to = this.#edges.get(a['to'] ?? '')?.lanes[Number(a['toLane'])];
    if (!from) return this.#refuse(`${name} begins on a lane the network lacks`);
    if (!to) return this.#refuse(`${name} ends on a lane the network lacks`);
    const via = a['via'] === undefined ? null : this.#lanes.get(a['via']);
    if (via === undefined) return this.#refuse(`${name} runs over the unknown lane ${a['via']}`);
    const signal = a['tl'] ?? null;
    const link = Number(a['linkIndex'] ?? -1);
    if (signal !== null && !(Number.isInteger(link) && link >= 0)) {
      this.#refuse(`${name} has the signal ${signal} and no place in its states`);
    }
    const connection: NetConnection = { from, to, via, signal, link, direction: a['dir'] ?? 'invalid' };
    from.out.push(connection);
    return connection;
  }

  #junction({ attributes: a, requests }: RawJunction): NetJunction {
    const id = a['id'] ?? '';
    const incoming = words(a['incLanes']).map(
      (lane) => this.#lanes.get(lane) ?? this.#refuse(`the junction ${id} names the unknown lane ${lane}`),
    );
    const x = Number(a['x']);
    const y = Number(a['y']);
    if (!Number.isFinite(x) || !Number.isFinite(y)) this.#refuse(`the junction ${id} has no place`);
    return {
      id,
      type: a['type'] ?? '',
      at: [x, y],
      shape: points(a['shape'] ?? ''),
      incoming,
      requests,
    };
  }

  #refuse(sentence: string): never {
    throw new SumoFileError(`${this.#file}: ${sentence}`);
  }
}

const words = (text: string | undefined): string[] => (text ?? '').split(' ').filter(Boolean);

/** Written from the last link to the first. */
const bits = (text: string | undefined): boolean[] =>
  Array.from(text ?? '')
    .toReversed()
    .map((bit) => bit === '1');

function points(text: string): NetPoint[] {
  const found: NetPoint[] = [];
  for (const word of words(text)) {
    const [x, y] = word.split(',').map(Number);
    if (Number.isFinite(x) && Number.isFinite(y)) found.push([x!, y!]);
  }
  return found;
}

function positive(text: string | undefined, otherwise: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new SumoFileError(otherwise);
  return value;
}

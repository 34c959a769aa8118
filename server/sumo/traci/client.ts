/**
 * A TraCI client (Traffic Control Interface of SUMO) over TCP. Commands are gathered and go out as one message with `flush`;
 * each has its answer in the same order. Whatever the other side does, every call ends: with its answer, or with a
 * `TraciError` that says what happened. After an error nothing more can be asked of it.
 */
import { connect, type Socket } from 'node:net';
import {
  command,
  domain,
  NEWEST_TRIED_API,
  OLDEST_API,
  valueType,
  variable,
  verb,
  type Domain,
} from './constants.ts';
import {
  readContext,
  readHeader,
  readStatus,
  readStep,
  readValues,
  type StepAnswer,
  type Values,
} from './answers.ts';
import { TraciError } from './errors.ts';
import { Framer } from './framer.ts';
import { MessageReader, MessageWriter, type TraciValue } from './wire.ts';

export interface TraciOptions {
  readonly host?: string;
  readonly port: number;
  /** How long one message may take to be answered: a step of a large network is slow, a hanging SUMO never answers. */
  readonly timeoutMs?: number;
  readonly onWarning?: (sentence: string) => void;
}

const TIMEOUT_MS = 60_000;

type Parse = (reader: MessageReader) => unknown;
interface Pending {
  readonly command: number;
  readonly parse: Parse | null;
  readonly resolve: (value: never) => void;
  readonly reject: (cause: Error) => void;
}

export class TraciClient {
  readonly #socket: Socket;
  readonly #timeoutMs: number;
  readonly #writer = new MessageWriter();
  readonly #framer: Framer;
  #gathered: Pending[] = [];
  /** Messages that wait for their answer, oldest first: one message, one answer. */
  readonly #asked: { readonly commands: readonly Pending[]; readonly deadline: NodeJS.Timeout }[] = [];
  #failure: TraciError | null = null;
  #api = 0;
  #software = '';

  private constructor(socket: Socket, timeoutMs: number) {
    this.#socket = socket;
    this.#timeoutMs = timeoutMs;
    this.#framer = new Framer((message) => this.#answered(message));
    socket.setNoDelay(true);
    socket.on('data', (bytes) => {
      try {
        this.#framer.push(bytes);
      } catch (cause) {
        this.#fail(cause instanceof TraciError ? cause : new TraciError('malformed', String(cause)));
      }
    });
    socket.on('error', (cause) =>
      this.#fail(new TraciError('lost', `SUMO’s connection broke: ${cause.message}`)),
    );
    socket.on('close', () => this.#fail(new TraciError('lost', 'SUMO closed the connection')));
  }

  /** Connects and agrees on the version; refuses one it does not speak. */
  static async connect(options: TraciOptions): Promise<TraciClient> {
    const { host = '127.0.0.1', port, timeoutMs = TIMEOUT_MS } = options;
    const socket = await opened(host, port, timeoutMs);
    const client = new TraciClient(socket, timeoutMs);
    try {
      await client.#agree(options.onWarning);
      return client;
    } catch (cause) {
      client.destroy();
      throw cause;
    }
  }

  get api(): number {
    return this.#api;
  }

  /** As it calls itself, such as `SUMO 1.15.0`. */
  get software(): string {
    return this.#software;
  }

  /** Sends what was gathered; the calls' own promises carry the answers. */
  flush(): void {
    if (this.#gathered.length === 0) return;
    const commands = this.#gathered;
    this.#gathered = [];
    if (this.#failure) {
      for (const { reject } of commands) reject(this.#failure);
      this.#writer.clear();
      return;
    }
    const deadline = setTimeout(() => {
      this.#fail(new TraciError('timeout', `SUMO answered nothing for ${this.#timeoutMs / 1_000} s`));
    }, this.#timeoutMs);
    this.#asked.push({ commands, deadline });
    // The writer is used again at once, while the socket may still hold what it was given.
    this.#socket.write(Buffer.from(this.#writer.message()));
    this.#writer.clear();
  }

  get(domain: Domain, object: string, variable: number): Promise<TraciValue> {
    return this.#call(
      verb.get + domain,
      () => {
        this.#writer.ubyte(variable);
        this.#writer.text(object);
      },
      (reader) => {
        readHeader(reader, verb.getAnswer + domain);
        reader.ubyte();
        reader.text();
        return reader.value();
      },
    );
  }

  /** Lights of a signal, a letter for each of its links, from now on and until told otherwise. */
  setLights(signal: string, state: string): Promise<void> {
    return this.#setText(domain.trafficLight, variable.lightState, signal, state);
  }

  setProgram(signal: string, program: string): Promise<void> {
    return this.#setText(domain.trafficLight, variable.lightProgram, signal, program);
  }

  setPhase(signal: string, phase: number): Promise<void> {
    return this.#set(domain.trafficLight, variable.lightPhase, signal, () => {
      this.#writer.ubyte(valueType.integer);
      this.#writer.integer(phase);
    });
  }

  /** From now on each step tells these variables of the object; answers with their values now. */
  subscribe(domain: Domain, object: string, variables: readonly number[]): Promise<Values> {
    return this.#call(
      verb.subscription + domain,
      () => {
        this.#always();
        this.#writer.text(object);
        this.#list(variables);
      },
      (reader) => {
        readHeader(reader, verb.subscriptionAnswer + domain);
        reader.text();
        return readValues(reader, reader.ubyte());
      },
    );
  }

  /** From now on each step tells these variables of everything of `around` within a radius of the object. */
  subscribeContext(
    domain: Domain,
    object: string,
    around: Domain,
    radiusM: number,
    variables: readonly number[],
  ): Promise<ReadonlyMap<string, Values>> {
    return this.#call(
      verb.contextSubscription + domain,
      () => {
        this.#always();
        this.#writer.text(object);
        this.#writer.ubyte(verb.get + around);
        this.#writer.double(radiusM);
        this.#list(variables);
      },
      (reader) => {
        readHeader(reader, verb.contextAnswer + domain);
        reader.text();
        return readContext(reader);
      },
    );
  }

  /**
   * One step, or all of them up to a time. What was gathered goes out before it, as a message of its own: SUMO forgets what
   * it had to answer to commands that share a message with more than one step.
   */
  step(untilS = 0): Promise<StepAnswer> {
    this.#socket.cork();
    this.flush();
    const answer = this.#call<StepAnswer>(
      command.simulationStep,
      () => this.#writer.double(untilS),
      readStep,
    );
    this.flush();
    this.#socket.uncork();
    return answer;
  }

  /** Ends the simulation on SUMO's side too. */
  async close(): Promise<void> {
    const answer = this.#call<void>(command.close, () => undefined, null);
    this.flush();
    await answer;
    this.destroy();
  }

  /** Lets go of the connection without a word. */
  destroy(): void {
    this.#fail(new TraciError('lost', 'the connection to SUMO is closed'));
  }

  async #agree(onWarning?: (sentence: string) => void): Promise<void> {
    const answer = this.#call<{ api: number; software: string }>(
      command.getVersion,
      () => undefined,
      (reader) => {
        readHeader(reader, command.getVersion);
        return { api: reader.integer(), software: reader.text() };
      },
    );
    this.flush();
    const { api, software } = await answer;
    this.#api = api;
    this.#software = software;
    if (api < OLDEST_API) {
      throw new TraciError(
        'version',
        `${software} speaks TraCI ${api}; this client speaks ${OLDEST_API} and later: use SUMO 1.3 or newer`,
      );
    }
    if (api > NEWEST_TRIED_API) {
      onWarning?.(
        `${software} speaks TraCI ${api}; the newest this client was tried with is ${NEWEST_TRIED_API}`,
      );
    }
  }

  #setText(domain: Domain, variable: number, object: string, value: string): Promise<void> {
    return this.#set(domain, variable, object, () => {
      this.#writer.ubyte(valueType.string);
      this.#writer.text(value);
    });
  }

  #set(domain: Domain, variable: number, object: string, content: () => void): Promise<void> {
    return this.#call(
      verb.set + domain,
      () => {
        this.#writer.ubyte(variable);
        this.#writer.text(object);
        content();
      },
      null,
    );
  }

  #always(): void {
    this.#writer.double(0);
    this.#writer.double(Number.MAX_VALUE);
  }

  #list(variables: readonly number[]): void {
    this.#writer.ubyte(variables.length);
    for (const each of variables) this.#writer.ubyte(each);
  }

  #call<T>(command: number, content: () => void, parse: Parse | null): Promise<T> {
    if (this.#failure) return Promise.reject(this.#failure);
    this.#writer.begin(command);
    content();
    this.#writer.end();
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#gathered.push({ command, parse, resolve, reject });
    return promise;
  }

  #answered(message: Buffer): void {
    const asked = this.#asked.shift();
    if (!asked) throw new TraciError('malformed', 'SUMO answered what nobody asked');
    clearTimeout(asked.deadline);
    // Nobody is answered before the whole message made sense.
    const outcomes: unknown[] = [];
    try {
      const reader = new MessageReader(message);
      for (const { command, parse } of asked.commands) {
        outcomes.push(readStatus(reader, command) ?? parse?.(reader));
      }
      if (reader.left > 0) {
        throw new TraciError('malformed', `SUMO sent ${reader.left} bytes more than what was asked`);
      }
    } catch (cause) {
      for (const { reject } of asked.commands) reject(cause as Error);
      throw cause;
    }
    for (const [i, { resolve, reject }] of asked.commands.entries()) {
      const outcome = outcomes[i];
      if (outcome instanceof TraciError) reject(outcome);
      else resolve(outcome as never);
    }
  }

  #fail(cause: TraciError): void {
    if (this.#failure) return;
    this.#failure = cause;
    this.#socket.destroy();
    for (const { commands, deadline } of this.#asked.splice(0)) {
      clearTimeout(deadline);
      for (const { reject } of commands) reject(cause);
    }
    for (const { reject } of this.#gathered.splice(0)) reject(cause);
  }
}

function opened(host: string, port: number, timeoutMs: number): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connect({ host, port });
  const failed = (kind: 'unreachable' | 'timeout', why: string): void => {
    socket.destroy();
    reject(new TraciError(kind, `no SUMO at ${host}:${port}: ${why}`));
  };
  const deadline = setTimeout(
    () => failed('timeout', `it did not take the connection in ${timeoutMs / 1_000} s`),
    timeoutMs,
  );
  const onError = (cause: Error): void => {
    clearTimeout(deadline);
    failed('unreachable', cause.message);
  };
  socket.once('error', onError);
  socket.once('connect', () => {
    clearTimeout(deadline);
    socket.off('error', onError);
    resolve(socket);
  });
  return promise;
}

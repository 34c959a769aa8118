/** Starts a SUMO of our own and waits until it listens; ends this child and nothing else. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { TraciClient } from './traci/client.ts';
import { TraciError } from './traci/errors.ts';

export interface SumoOptions {
  /** The program to start; found on the path where it has no slash. */
  readonly binary?: string;
  readonly configFile: string;
  readonly seed: number;
  readonly port?: number;
  readonly arguments?: readonly string[];
  readonly timeoutMs?: number;
  readonly onWarning?: (sentence: string) => void;
}

export class SumoStartError extends Error {
  override readonly name = 'SumoStartError';
}

export interface RunningSumo {
  readonly traci: TraciClient;
  readonly pid: number;
  /** What it said on its error channel so far. */
  said(): string;
  /** Asks it to end, ends it where it does not; resolves once it has ended. */
  end(): Promise<void>;
}

/** A SUMO that does not know where its schemas lie looks for them on the internet, and refuses every file without it. */
const noValidation = ['', '.net', '.routes'].flatMap((of) => [`--xml-validation${of}`, 'never']);
const quiet = ['--no-step-log', '--duration-log.disable', '--no-warnings'];
const START_MS = 30_000;
const RETRY_MS = 25;
const LAST_WORDS = 4_000;
const LAST_WORDS_MS = 1_000;
const END_MS = 10_000;

export async function startSumo(options: SumoOptions): Promise<RunningSumo> {
  const { binary = 'sumo', configFile, seed } = options;
  const port = options.port ?? (await freePort());
  const child = spawn(
    binary,
    [
      '-c',
      configFile,
      '--remote-port',
      String(port),
      '--seed',
      String(seed),
      ...quiet,
      ...noValidation,
      ...(options.arguments ?? []),
    ],
    // A group of its own: Ctrl-C is for us, who end it in order. It ends by itself where its connection does.
    { stdio: ['ignore', 'ignore', 'pipe'], detached: true },
  );
  const watch = new Child(child, binary);
  try {
    const traci = await listening(watch, port, options);
    return { traci, pid: child.pid ?? 0, said: () => watch.said, end: () => watch.end(traci) };
  } catch (cause) {
    await watch.kill();
    throw cause;
  }
}

/** null where there is a SUMO to start; else why not. */
export async function findSumo(binary = 'sumo'): Promise<string | null> {
  const child = new Child(spawn(binary, ['--version'], { stdio: ['ignore', 'ignore', 'pipe'] }), binary);
  await child.endsWithin(START_MS);
  await child.kill();
  return child.wentWell ? null : (child.failure?.message ?? `“${binary}” does not answer`);
}

class Child {
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;
  /** Why it will not answer any more; null while it runs. */
  failure: SumoStartError | null = null;
  said = '';
  wentWell = false;

  constructor(process: ChildProcess, binary: string) {
    this.#process = process;
    process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.said = (this.said + text).slice(-LAST_WORDS);
    });
    this.#ended = new Promise((resolve) => {
      process.once('error', (cause: NodeJS.ErrnoException) => {
        this.failure = new SumoStartError(
          cause.code === 'ENOENT'
            ? `SUMO is not installed here: there is no program “${binary}”; install it, or name it with --sumo`
            : `SUMO could not be started: ${cause.message}`,
        );
        resolve();
      });
      process.once('close', (code, signal) => {
        this.wentWell = code === 0;
        const last = this.said.trim();
        this.failure ??= new SumoStartError(
          `SUMO ended (${signal ?? `code ${code}`})${last === '' ? ' and said nothing' : `: ${last}`}`,
        );
        resolve();
      });
    });
  }

  async end(traci: TraciClient): Promise<void> {
    if (this.failure === null) {
      const closed = await traci.close().then(
        () => true,
        () => false,
      );
      // One that is going by itself still has its last words to say; one that hangs says none.
      await this.endsWithin(closed ? END_MS : LAST_WORDS_MS);
    }
    traci.destroy();
    await this.kill();
  }

  async endsWithin(ms: number): Promise<void> {
    const enough = new AbortController();
    const late = wait(ms, undefined, { signal: enough.signal }).catch(() => undefined);
    await Promise.race([this.#ended, late]);
    enough.abort();
  }

  async kill(): Promise<void> {
    if (this.failure === null) this.#process.kill('SIGKILL');
    await this.#ended;
  }
}

async function listening(child: Child, port: number, options: SumoOptions): Promise<TraciClient> {
  const { timeoutMs, onWarning } = options;
  for (let waitedMs = 0; waitedMs < START_MS; waitedMs += RETRY_MS) {
    if (child.failure) throw child.failure;
    try {
      return await TraciClient.connect({ port, timeoutMs, onWarning });
    } catch (cause) {
      if (!(cause instanceof TraciError) || cause.kind !== 'unreachable') {
        // A SUMO that ends just then says why a moment later.
        await child.endsWithin(LAST_WORDS_MS);
        throw child.failure ?? cause;
      }
    }
    await wait(RETRY_MS);
  }
  throw new SumoStartError(`SUMO did not listen on port ${port} within ${START_MS / 1_000} s`);
}

function freePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = createServer();
  server.once('error', reject);
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    server.close(() => {
      if (address !== null && typeof address === 'object') resolve(address.port);
      else reject(new SumoStartError('no free port'));
    });
  });
  return promise;
}

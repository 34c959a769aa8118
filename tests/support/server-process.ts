/** The product's server as a process of its own, as a user runs it: for tests that kill it, or that look at it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** None outlives who started it. */
const running = new Set<ChildProcess>();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

export interface ServerProcess {
  readonly url: string;
  readonly port: number;
  /** What it logged, a line each. */
  readonly log: readonly string[];
  /** Ends it at once, as a power cut does. */
  kill(): Promise<void>;
  /** Asks it to end; resolves with its exit code. */
  stop(): Promise<number | null>;
}

export interface ServerOptions {
  readonly dataDir: string;
  readonly city?: string;
  readonly port?: number;
  /** False: in earnest; the feeds stand in `args` then. */
  readonly demo?: boolean;
  readonly args?: readonly string[];
}

/** Starts `server/main.ts`, in demo mode unless told otherwise. @throws with its log where it does not listen within 20 s. */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const { dataDir, city = 'none', port = 0, demo = true, args = [] } = options;
  const argv = [
    'server/main.ts',
    ...(demo ? ['--demo'] : []),
    '--city',
    city,
    '--data',
    dataDir,
    '--port',
    String(port),
    ...args,
  ];
  const child = spawn(process.execPath, argv, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const log: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => log.push(text));
  const url = await new Promise<string>((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`the server ${why}:\n${log.join('\n')}`));
    const late = setTimeout(() => fail('did not listen within 20 s'), 20_000);
    child.once('exit', (code) => fail(`ended with code ${code}`));
    createInterface({ input: child.stdout }).on('line', (line) => {
      log.push(line);
      const listening = /"listening":"(http:[^"]+)"/.exec(line);
      if (listening) {
        clearTimeout(late);
        resolve(listening[1]!);
      }
    });
  });
  return {
    url,
    port: Number(new URL(url).port),
    log,
    kill: () => end(child, 'SIGKILL').then(() => undefined),
    stop: () => end(child, 'SIGTERM'),
  };
}

function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => {
    child.once('exit', resolve);
    child.kill(signal);
  });
}

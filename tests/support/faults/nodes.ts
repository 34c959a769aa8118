/** Servers that faults restart: in this process on SQLite, in processes of their own, and really killed, on PostgreSQL or for their alarms. */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Observation } from '../../../server/contract/observations.ts';
import { startNode, type NodeOptions, type Observed, type RunningNode, type Truth } from './node.ts';
import type { NodeAnswer, NodeQuestion } from './node-main.ts';

export interface ScheduledNode {
  /** Another one after every restart. */
  url(): string;
  truth(): Promise<Truth>;
  tick(): Promise<void>;
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Runs jobs one after the other, whoever asks. */
function turns(): <T>(job: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (job) => {
    const turn = last.then(job);
    last = turn.catch(() => undefined);
    return turn;
  };
}

export async function nodeHere(options: NodeOptions): Promise<ScheduledNode> {
  let node: RunningNode = await startNode(options);
  const inTurn = turns();
  return {
    url: () => node.url,
    truth: () => inTurn(async () => node.truth()),
    tick: () => inTurn(async () => node.tick()),
    restart: () =>
      inTurn(async () => {
        await node.abandon();
        node = await startNode(options);
      }),
    close: () => inTurn(() => node.abandon()),
  };
}

const entry = fileURLToPath(new URL('./node-main.ts', import.meta.url));

/** A server process that is killed in whatever it does, and is started again by itself. */
export interface MortalNode {
  /** Another one after every start. */
  url(): string;
  truth(): Promise<Truth>;
  tick(): Promise<void>;
  /** @throws where it is killed before it answers. */
  observe(observations: readonly Observation[]): Promise<Observed>;
  rest(): Promise<void>;
  /** Resolves when it is gone. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

export async function mortalNode(options: NodeOptions): Promise<MortalNode> {
  let child: ChildProcess;
  let url = '';
  const start = async (): Promise<void> => {
    child = fork(entry, [JSON.stringify(options)], { execArgv: [] });
    ({ url } = await next<{ url: string }>(child));
  };
  const inTurn = turns();
  const ask = <T extends NodeAnswer>(question: NodeQuestion): Promise<T> =>
    inTurn(async () => {
      const answer = next<T>(child);
      child.send(question, () => undefined);
      return answer;
    });
  await start();
  return {
    url: () => url,
    truth: async () => (await ask<{ truth: Truth }>('truth')).truth,
    tick: async () => {
      await ask('tick');
    },
    observe: async (observe) => (await ask<{ observed: Observed }>({ observe })).observed,
    rest: async () => {
      await ask('rest');
    },
    kill: () => kill(child),
    start,
  };
}

/** For schedules: it is restarted when what it was asked before is answered. */
export async function nodeProcess(options: NodeOptions): Promise<ScheduledNode> {
  const node = await mortalNode(options);
  const inTurn = turns();
  return {
    url: () => node.url(),
    truth: () => inTurn(() => node.truth()),
    tick: () => inTurn(() => node.tick()),
    restart: () =>
      inTurn(async () => {
        await node.kill();
        await node.start();
      }),
    close: () => inTurn(() => node.kill()),
  };
}

function next<T extends NodeAnswer>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    if (isGone(child)) throw new Error('a server of the faults is gone');
    const ended = (code: number | null): void => reject(new Error(`a server of the faults ended: ${code}`));
    child.once('exit', ended);
    child.once('message', (answer: T) => {
      child.off('exit', ended);
      resolve(answer);
    });
  });
}

const isGone = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

function kill(child: ChildProcess): Promise<void> {
  if (isGone(child)) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

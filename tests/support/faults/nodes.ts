/** Servers that a schedule restarts: in this process on SQLite, in processes of their own, and really killed, on PostgreSQL. */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startNode, type NodeOptions, type RunningNode, type Truth } from './node.ts';
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

export async function nodeProcess(options: NodeOptions): Promise<ScheduledNode> {
  let child: ChildProcess;
  let url = '';
  const started = async (): Promise<void> => {
    child = fork(entry, [JSON.stringify(options)], { execArgv: [] });
    ({ url } = await next<{ url: string }>(child));
  };
  const inTurn = turns();
  const ask = <T extends NodeAnswer>(question: NodeQuestion): Promise<T> =>
    inTurn(async () => {
      const answer = next<T>(child);
      child.send(question);
      return answer;
    });
  await started();
  return {
    url: () => url,
    truth: async () => (await ask<{ truth: Truth }>('truth')).truth,
    tick: async () => {
      await ask('tick');
    },
    restart: () =>
      inTurn(async () => {
        await kill(child);
        await started();
      }),
    close: () => inTurn(() => kill(child)),
  };
}

function next<T extends NodeAnswer>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void =>
      reject(new Error(`a server of the schedules ended: ${code}`));
    child.once('exit', ended);
    child.once('message', (answer: T) => {
      child.off('exit', ended);
      resolve(answer);
    });
  });
}

function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

/**
 * Puts a stream of timed lines in the order of their times with bounded memory: sorted runs, spilled to temporary
 * files when there is more than one, then merged. Lines of one time keep their order.
 */
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TimedLine } from './sources.ts';

const RUN_LINES = 200_000;

const byTime = (a: TimedLine, b: TimedLine): number => a.atMs - b.atMs;

export async function* inOrder(
  lines: AsyncIterable<TimedLine>,
  runLines: number = RUN_LINES,
): AsyncGenerator<TimedLine> {
  let run: TimedLine[] = [];
  const runs: string[] = [];
  let dir: string | null = null;
  try {
    for await (const line of lines) {
      run.push(line);
      if (run.length < runLines) continue;
      dir ??= await mkdtemp(join(tmpdir(), 'replay-'));
      const path = join(dir, `run-${runs.length}`);
      run.sort(byTime);
      await writeFile(path, run.map((l) => JSON.stringify(l) + '\n').join(''));
      runs.push(path);
      run = [];
    }
    run.sort(byTime);
    yield* merge([...runs.map(readRun), fromArray(run)]);
  } finally {
    if (dir !== null) await rm(dir, { recursive: true, force: true });
  }
}

async function* readRun(path: string): AsyncGenerator<TimedLine> {
  const reader = createInterface({ input: createReadStream(path), crlfDelay: Infinity });
  for await (const line of reader) yield JSON.parse(line) as TimedLine;
}

async function* fromArray(items: readonly TimedLine[]): AsyncGenerator<TimedLine> {
  yield* await Promise.resolve(items);
}

/** Merges ordered streams; of equal times the earlier stream's comes first. */
export async function* merge(streams: readonly AsyncGenerator<TimedLine>[]): AsyncGenerator<TimedLine> {
  const heads = await Promise.all(streams.map((s) => s.next()));
  for (;;) {
    let least = -1;
    for (const [i, head] of heads.entries()) {
      if (head.done) continue;
      const best = least < 0 ? null : heads[least]!;
      if (best === null || best.done || head.value.atMs < best.value.atMs) least = i;
    }
    if (least < 0) return;
    yield heads[least]!.value as TimedLine;
    heads[least] = await streams[least]!.next();
  }
}

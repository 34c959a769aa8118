import { afterEach, describe, expect, it } from 'vitest';
import { CapReader } from '../../../../server/feeds/cap/cap-reader.ts';
import { capText } from '../../../support/cap.ts';

let reader: CapReader;
afterEach(() => reader.close());

/** A thread that does as it is told, and answers with its number. */
const obedient = (ready = "port.postMessage('ready');"): URL =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`
      import { parentPort as port, threadId } from 'node:worker_threads';
      port.on('message', (bytes) => {
        const told = Buffer.from(bytes).toString();
        if (told === 'hang') for (;;);
        if (told === 'throw') throw new Error('told to');
        if (told === 'leave') process.exit(0);
        port.postMessage({ ok: true, value: { kind: 'index', entries: [{ key: told + ' ' + threadId }] } });
      });
      ${ready}`)}`,
  );
const told = async (word: string): Promise<string[]> => {
  const answer = await reader.read(Buffer.from(word));
  if (!answer.ok) return [`${answer.error.code} ${answer.error.detail ?? ''}`.trim()];
  return answer.value.kind === 'index' ? answer.value.entries[0]!.key.split(' ') : ['a message'];
};

describe('the thread that reads CAP', () => {
  it('FE-82 gives what the reading gives, and leaves the bytes to whom they belong', async () => {
    reader = new CapReader();
    const bytes = Buffer.from(capText());
    const [good, bad] = await Promise.all([reader.read(bytes), reader.read(Buffer.from('<!DOCTYPE a><a/>'))]);
    expect(good).toMatchObject({
      ok: true,
      value: { kind: 'message', message: { identifier: 'EX-2026-1' } },
    });
    expect(bad).toEqual({ ok: false, error: { code: 'unsafe-xml', detail: 'DOCTYPE' } });
    expect(bytes.toString()).toBe(capText());
  });

  it('FE-90 reads one after another, in the order asked, by one thread', async () => {
    reader = new CapReader({ script: obedient() });
    const done: string[] = [];
    const answers = await Promise.all(
      ['a', 'b', 'c'].map(async (word) => {
        const answer = await told(word);
        done.push(word);
        return answer;
      }),
    );
    expect(done).toEqual(['a', 'b', 'c']);
    expect(new Set(answers.map(([, thread]) => thread)).size).toBe(1);
  });

  it.each([
    ['takes too long', 'hang', 'unsafe-xml time > 300 ms'],
    ['makes the reading fail', 'throw', 'internal'],
    ['makes the thread leave', 'leave', 'internal'],
  ])('FE-82 refuses what %s, and reads what waits by a new thread', async (_name, word, refusal) => {
    reader = new CapReader({ script: obedient(), withinMs: word === 'hang' ? 300 : 60_000 });
    const before = await told('before');
    const [ill, after, last] = await Promise.all([told(word), told('after'), told('last')]);
    expect(ill).toEqual([refusal]);
    expect([after[0], last[0]]).toEqual(['after', 'last']);
    expect(after[1]).not.toBe(before[1]);
    expect(last[1]).toBe(after[1]);
  });

  it('FE-82 does not count the time that a thread needs to start', async () => {
    reader = new CapReader({
      script: obedient("setTimeout(() => port.postMessage('ready'), 400);"),
      withinMs: 200,
    });
    expect((await told('a'))[0]).toBe('a');
  });

  it('FE-82 refuses when it is closed, what waits and what comes', async () => {
    reader = new CapReader({ script: obedient(), withinMs: 60_000 });
    const waiting = Promise.all([told('hang'), told('a'), told('b')]);
    await reader.close();
    expect(await waiting).toEqual([['shutting-down'], ['shutting-down'], ['shutting-down']]);
    expect(await told('c')).toEqual(['shutting-down']);
  });
});

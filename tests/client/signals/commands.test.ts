/** Signals by key and command line. */
import { describe, expect, it } from 'vitest';
import { actionOfCommand, actionOfKey, commandSpecs, type Deeds } from '../../../client/app/actions.ts';
import { parseCommand } from '../../../client/app/command-parser.ts';
import { done, type Outcome } from '../../../client/desk/outcome.ts';

async function run(line: string): Promise<unknown[]> {
  const parsed = parseCommand(line, commandSpecs, (key) => key);
  if (!parsed.ok) throw new Error(parsed.reason.key);
  return calledBy((deeds) => actionOfCommand(parsed.command)!.run(deeds, parsed.args));
}

async function calledBy(act: (deeds: Deeds) => unknown): Promise<unknown[]> {
  const calls: unknown[] = [];
  const deeds = new Proxy({} as Deeds, {
    get:
      (_target, name) =>
      (...args: unknown[]): Outcome => {
        calls.push(name, ...args);
        return done();
      },
  });
  await act(deeds);
  return calls;
}

describe('signals by keys and lines', () => {
  it.each([
    ['U', ['askMode', 'auto']],
    ['P', ['askMode', 'advice']],
    ['L', ['askMode', 'local']],
    ['X', ['askPlan']],
    ['G', ['openPanel', 'signals']],
    ['C', ['openPanel', 'corridors']],
    ['T', ['openPanel', 'traffic']],
  ])('UI-231 %s is %j', async (key, called) => {
    expect(await calledBy((deeds) => actionOfKey(key)!.run(deeds, []))).toEqual(called);
  });

  it.each([
    ['auto', ['modeByWords', 'auto', undefined]],
    ['自动 古城区 早高峰', ['modeByWords', 'auto', '古城区 早高峰']],
    ['advice Gucheng District', ['modeByWords', 'advice', 'Gucheng District']],
    ['special', ['askPlan']],
  ])('UI-231 “%s” is %j', async (line, called) => {
    expect(await run(line)).toEqual(called);
  });
});

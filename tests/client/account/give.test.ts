/** Commands whose answer did not come are given again under the same id; refusals are sentences. */
import { expect, it } from 'vitest';
import { Giver, sentenceOf } from '../../../client/account/give.ts';
import { translator } from '../../../client/i18n/i18n.ts';
import type { CommandAnswer } from '../../../server/contract/sync.ts';

function rig(...answers: CommandAnswer[]) {
  const ids: string[] = [];
  let n = 0;
  const session = {
    command: (_type: string, _payload: unknown, _expected?: number, id = ''): Promise<CommandAnswer> => {
      ids.push(id);
      return Promise.resolve(answers.shift()!);
    },
  };
  return {
    ids,
    giver: new Giver(
      () => session,
      () => `id-${++n}`,
    ),
  };
}
const noAnswer: CommandAnswer = { ok: false, refusal: { code: 'internal', detail: 'no answer' } };
const done: CommandAnswer = { ok: true, seq: 4, result: { incident: 'i', number: 7 } };

it('UI-104 keeps the id of what stayed unanswered, and takes a new one for anything else', async () => {
  const { ids, giver } = rig(noAnswer, done, done, noAnswer, done);
  const call = { channel: '110' as const, category: 'other' as const };
  expect((await giver.give('incident.create', call)).ok).toBe(false);
  expect(await giver.give('incident.create', call)).toEqual({
    ok: true,
    result: { incident: 'i', number: 7 },
  });
  await giver.give('incident.create', call);
  await giver.give('unit.par', { unit: 'a' });
  await giver.give('unit.par', { unit: 'b' });
  expect(ids).toEqual(['id-1', 'id-1', 'id-2', 'id-3', 'id-4']);
});

it('UI-104 says what a person can do about it', () => {
  const t = translator('en-US');
  expect(sentenceOf({ code: 'internal', detail: 'no answer' }, t, 'en-US')).toContain('Press again');
  expect(sentenceOf({ code: 'internal', detail: 'not connected' }, t, 'en-US')).toContain('not sent');
  expect(sentenceOf({ code: 'case-closed', detail: '1042' }, t, 'en-US')).toBe('Case #1042 is closed');
});

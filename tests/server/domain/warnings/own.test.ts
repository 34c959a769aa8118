import { describe, expect, it } from 'vitest';
import { mayDo } from '../../../../server/contract/rights.ts';
import { warningRecord as schema, type WarningArea } from '../../../../server/contract/warnings.ts';
import { capReference, capXml } from '../../../../server/domain/warnings/cap-out.ts';
import { publishedMessages } from '../../../../server/domain/warnings/record.ts';
import { forgetEnded } from '../../../../server/domain/warnings/state.ts';
import { people, type PersonName } from '../../../support/case-world.ts';
import {
  about,
  aDraft,
  aMessage,
  MINUTE_MS,
  OUR_SENDER,
  replyCode,
  WarningDesk,
  WARNINGS_START_MS as T,
} from '../../../support/warning-desk.ts';

const decide = (desk: WarningDesk, who: PersonName, warning: string, approved: boolean, reason?: string) =>
  desk.ask(who, { type: 'warning.decide', payload: { warning, approved, reason } });
const area = (more: Partial<WarningArea>): WarningArea[] => [{ ...aDraft().areas[0]!, ...more }];

describe('our own warnings', () => {
  it('AL-109 a warning goes out only when somebody else approved it', () => {
    const desk = new WarningDesk();
    const reply = desk.ask('sun', { type: 'warning.draft', payload: { draft: aDraft() } });
    const id = (reply.ok && reply.result?.warning) || '';
    expect(desk.record(id)).toMatchObject({ direction: 'out', state: 'draft', draftedBy: { id: 'sun' } });
    expect(publishedMessages(desk.state)).toEqual([]);
    expect(replyCode(decide(desk, 'sun', id, true))).toBe('author-approves');
    const other = desk.draft();
    expect(replyCode(decide(desk, 'wang', other, true))).toBe('not-allowed');
    expect(replyCode(desk.approve(other))).toBe('done');
    expect(desk.record(other)).toMatchObject({
      state: 'in-force',
      decidedBy: { id: 'sun', name: '孙值班长' },
    });
    expect(publishedMessages(desk.state)).toEqual([desk.record(other).message]);
    const again = desk.approve(other);
    expect(replyCode(again)).toBe('already-done');
    expect(!again.ok && again.refusal.detail).toContain('孙值班长');
  });

  it('AL-109 who rejects one says why; its author may take it back', () => {
    const desk = new WarningDesk();
    const id = desk.draft();
    expect(replyCode(decide(desk, 'sun', id, false))).toBe('reason-needed');
    expect(replyCode(decide(desk, 'sun', id, false, '范围过大'))).toBe('done');
    expect(desk.record(id)).toMatchObject({
      state: 'rejected',
      reason: '范围过大',
      decidedBy: { id: 'sun' },
    });
    expect(replyCode(desk.approve(id))).toBe('already-done');
    const reply = desk.ask('sun', { type: 'warning.draft', payload: { draft: aDraft() } });
    const own = (reply.ok && reply.result?.warning) || '';
    expect(replyCode(decide(desk, 'sun', own, false, '重写'))).toBe('done');
    expect(publishedMessages(desk.state)).toEqual([]);
  });

  it('AL-110 the message is made when it is approved, and holds for as long as was asked for from then on', () => {
    const desk = new WarningDesk();
    const id = desk.draft({ minutes: 90 });
    desk.nowMs += 20 * MINUTE_MS + 345;
    desk.approve(id);
    const { message } = desk.record(id);
    const sentAtMs = T + 20 * MINUTE_MS;
    expect(message).toMatchObject({
      sender: OUR_SENDER,
      senderName: '市应急指挥中心',
      messageType: 'Alert',
      references: [],
      status: 'Actual',
      scope: 'Public',
      sentAtMs,
      effectiveAtMs: sentAtMs,
      expiresAtMs: sentAtMs + 90 * MINUTE_MS,
    });
    expect(message.identifier).toBe('warn-1.command-2');
    expect(schema.safeParse(desk.record(id)).success).toBe(true);
    expect(capXml(message)).toContain('<sent>2027-01-15T08:20:00-00:00</sent>');
    expect(desk.pass(89).length).toBe(0);
    expect(desk.pass(1)).toMatchObject([{ type: 'warning.expired', payload: { id } }]);
    expect(publishedMessages(desk.state)).toEqual([]);
  });

  it.each([
    ['no event', { event: { zh: '', en: '' } }, 'bad-warning'],
    ['no headline', { headline: { zh: '', en: '' } }, 'bad-warning'],
    ['an area without a name', { areas: area({ description: ' ' }) }, 'bad-warning'],
    ['a hidden character in an area', { areas: area({ description: '城西\u202e' }) }, 'bad-text'],
    ['markup in a code', { areas: area({ geocodes: ['<b>=1'] }) }, 'bad-text'],
    [
      'a ring that does not close',
      { areas: area({ polygons: [[...aDraft().areas[0]!.polygons[0]!.slice(0, 3), [118.7, 30.3]]] }) },
      'bad-warning',
    ],
    ['one language', { event: { zh: '内涝', en: '' }, headline: { zh: '内涝', en: '' } }, 'done'],
  ])('AL-110 a draft with %s is answered as it should', (_, more, expected) => {
    const desk = new WarningDesk();
    const draft = aDraft(more);
    expect(replyCode(desk.ask('wang', { type: 'warning.draft', payload: { draft } }))).toBe(expected);
  });

  it('AL-111 an update names what it updates, and takes its place only when it is approved', () => {
    const desk = new WarningDesk();
    const first = desk.draft();
    const draftUpdate = (updates: string, more = {}) =>
      desk.ask('wang', { type: 'warning.draft', payload: { draft: aDraft({ updates, ...more }) } });
    expect(replyCode(draftUpdate('warn-9'))).toBe('not-found');
    expect(replyCode(draftUpdate(first))).toBe('bad-warning');
    desk.approve(first);
    expect(replyCode(draftUpdate(first, { status: 'Exercise' }))).toBe('bad-warning');
    desk.pass(10);
    const second = desk.draft({ updates: first });
    expect(desk.record(first).state).toBe('in-force');
    desk.pass(10);
    desk.approve(second);
    expect(desk.record(first).state).toBe('superseded');
    expect(desk.record(second).message).toMatchObject({
      messageType: 'Update',
      references: [capReference(desk.record(first).message)],
    });
    expect(publishedMessages(desk.state)).toEqual([desk.record(second).message]);
    // Whoever missed the second has the first in force: the third names both.
    const third = desk.draft({ updates: second });
    desk.approve(third);
    expect(desk.record(third).message.references).toEqual(
      [second, first].map((id) => capReference(desk.record(id).message)),
    );
    expect(replyCode(draftUpdate(first))).toBe('already-done');
  });

  it('AL-111 two updates of the same warning do not both go out', () => {
    const desk = new WarningDesk();
    const first = desk.draft();
    desk.approve(first);
    const [x, y] = [desk.draft({ updates: first }), desk.draft({ updates: first })];
    desk.approve(x);
    expect(replyCode(desk.approve(y))).toBe('version-conflict');
    const z = desk.draft({ updates: x });
    desk.cancel(x);
    expect(replyCode(desk.approve(z))).toBe('version-conflict');
  });

  it('AL-111 what has run out meanwhile may still be updated', () => {
    const desk = new WarningDesk();
    const first = desk.draft({ minutes: 5 });
    desk.approve(first);
    const second = desk.draft({ updates: first });
    desk.pass(5);
    expect(desk.record(first).state).toBe('expired');
    expect(replyCode(desk.approve(second))).toBe('done');
    expect(desk.record(first).state).toBe('expired');
    expect(desk.record(second).message.references).toHaveLength(1);
  });

  it('AL-112 a cancel is a message of its own, and tells nobody what to do any more', () => {
    const desk = new WarningDesk();
    const first = desk.draft();
    expect(replyCode(desk.cancel(first))).toBe('bad-warning');
    expect(replyCode(desk.cancel('warn-9'))).toBe('not-found');
    desk.approve(first);
    const second = desk.draft({ updates: first });
    desk.approve(second);
    desk.pass(10);
    expect(replyCode(desk.cancel(second, '水已退'))).toBe('done');
    expect(desk.record(second)).toMatchObject({
      state: 'cancelled',
      reason: '水已退',
      decidedBy: { id: 'sun' },
      message: { messageType: 'Update' },
    });
    const [cancel, ...others] = publishedMessages(desk.state);
    expect(others).toEqual([]);
    expect(cancel).toMatchObject({
      messageType: 'Cancel',
      sender: OUR_SENDER,
      sentAtMs: T + 10 * MINUTE_MS,
      urgency: 'Past',
      description: { zh: '水已退', en: '水已退' },
      instruction: { zh: '', en: '' },
    });
    expect(cancel!.references).toEqual([second, first].map((id) => capReference(desk.record(id).message)));
    expect(cancel!.identifier).not.toBe(desk.record(second).message.identifier);
    expect(replyCode(desk.cancel(second))).toBe('already-done');
    desk.pass(24 * 60 + 1);
    expect(forgetEnded(desk.state, desk.nowMs)).toEqual([first, second]);
    expect(publishedMessages(desk.state)).toEqual([]);
  });

  it('AL-112 a cancel speaks the languages of its warning', () => {
    const desk = new WarningDesk();
    const id = desk.draft({ headline: { zh: '内涝', en: '' } });
    desk.approve(id);
    desk.cancel(id, '水已退');
    expect(publishedMessages(desk.state)[0]!.description).toEqual({ zh: '水已退', en: '' });
  });

  it('AL-113 a draft that nobody decided on within a shift is void, however short it was to hold', () => {
    const desk = new WarningDesk();
    const id = desk.draft({ minutes: 5 });
    expect(desk.pass(8 * 60 - 1)).toEqual([]);
    expect(desk.record(id).state).toBe('draft');
    expect(desk.pass(1)).toMatchObject([{ type: 'warning.expired', payload: { id } }]);
    expect(replyCode(desk.approve(id))).toBe('already-done');
  });

  it('AL-115 nothing that comes in ends our own warning, nor comes back as somebody’s', () => {
    const desk = new WarningDesk();
    const id = desk.draft();
    desk.approve(id);
    const { message } = desk.record(id);
    expect(replyCode(desk.receive(message, 'aggregator'))).toBe('nothing');
    for (const type of ['Update', 'Cancel'] as const)
      desk.receive(aMessage(type, 5, { ...about(type, message), sender: OUR_SENDER }));
    expect(desk.record(id).state).toBe('in-force');
    desk.cancel(id);
    expect(replyCode(desk.receive(publishedMessages(desk.state)[0]!))).toBe('nothing');
  });

  it('AL-115 what others warned of is not ours to decide on', () => {
    const desk = new WarningDesk();
    desk.receive(aMessage('a', 0));
    expect(replyCode(desk.cancel('warn-1'))).toBe('not-found');
    expect(replyCode(desk.approve('warn-1'))).toBe('not-found');
    const draft = aDraft({ updates: 'warn-1' });
    expect(replyCode(desk.ask('wang', { type: 'warning.draft', payload: { draft } }))).toBe('not-found');
  });

  it.each(['warning.draft', 'warning.decide', 'warning.cancel'] as const)(
    'AL-117 %s is for the roles of the table',
    (type) => {
      for (const who of Object.keys(people) as PersonName[]) {
        const desk = new WarningDesk();
        const draft = aDraft();
        const warning = desk.draft();
        if (type === 'warning.cancel') desk.approve(warning);
        const payload = { draft, warning, approved: false, reason: '理由' };
        const code = replyCode(desk.ask(who, { type, payload }));
        expect([who, code]).toEqual([who, mayDo(people[who].role, type) ? 'done' : 'not-allowed']);
      }
    },
  );
});

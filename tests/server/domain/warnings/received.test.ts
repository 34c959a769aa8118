import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { warningRecord as schema, type WarningMessage } from '../../../../server/contract/warnings.ts';
import { evolveWarnings } from '../../../../server/domain/warnings/evolve.ts';
import {
  decideReceived,
  decideWarningTimers,
  isLateMessage,
  MAX_KEPT_OF_FEED,
  MAX_STANDING_OF_FEED,
} from '../../../../server/domain/warnings/receive.ts';
import { warningRecord } from '../../../../server/domain/warnings/record.ts';
import { countOf, emptyWarnings, forgetEnded } from '../../../../server/domain/warnings/state.ts';
import { UndoLog } from '../../../../server/domain/undo.ts';
import {
  about,
  aMessage,
  HOUR_MS,
  MINUTE_MS,
  replyCode,
  WarningDesk,
  WARNINGS_START_MS as T,
} from '../../../support/warning-desk.ts';

const a = aMessage('a', 0);
const b = aMessage('b', 0);
const after = (...messages: readonly WarningMessage[]): Readonly<Record<string, string>> => {
  const desk = new WarningDesk();
  for (const message of messages) desk.receive(message);
  return desk.received();
};

describe('warnings of others', () => {
  it('AL-100 the same message again changes nothing, whichever feed brings it', () => {
    const desk = new WarningDesk();
    expect(replyCode(desk.receive(a))).toBe('done');
    expect(replyCode(desk.receive(a))).toBe('nothing');
    expect(replyCode(desk.receive({ ...a, description: { zh: '改', en: '' } }, 'aggregator'))).toBe(
      'nothing',
    );
    // Tenths of seconds are none of CAP’s.
    expect(replyCode(desk.receive({ ...a, sentAtMs: a.sentAtMs + 400 }))).toBe('nothing');
    expect(replyCode(desk.receive({ ...a, sender: 'other@example' }))).toBe('done');
    expect(desk.state.byId.size).toBe(2);
  });

  it('AL-101 an update takes the place of the messages that it references, and of no others', () => {
    const u = aMessage('u', 5, about('Update', a));
    expect(after(a, b, u)).toEqual({ a: 'superseded', b: 'in-force', u: 'in-force' });
    expect(after(a, b, aMessage('u', 5, about('Update', a, b)))).toMatchObject({
      a: 'superseded',
      b: 'superseded',
    });
    // An alert ends nothing, whatever it references.
    expect(after(a, { ...u, messageType: 'Alert' })).toEqual({ a: 'in-force', u: 'in-force' });
  });

  it.each([
    ['another sender', { sender: 'met@other' }, {}],
    ['another moment of sending', { sentAtMs: a.sentAtMs - 1_000 }, {}],
    ['another identifier', { identifier: 'A' }, {}],
    ['a sender that is not its own', {}, { sender: 'met@other' }],
  ])('AL-101 a reference to %s does not touch it', (_, named, by) => {
    const u = aMessage('u', 5, { ...about('Update', { ...a, ...named }), ...by });
    expect(after(a, u)).toEqual({ a: 'in-force', u: 'in-force' });
    expect(after(u, a)).toEqual({ a: 'in-force', u: 'in-force' });
  });

  it.each([
    ['with another offset', 'superseded', '2027-01-15T16:00:00+08:00'],
    ['west of Greenwich', 'superseded', '2027-01-15T00:30:00-07:30'],
    ['with fractions and a Z, as some write it', 'superseded', '2027-01-15T08:00:00.000Z'],
    ['of a second later', 'in-force', '2027-01-15T08:00:01-00:00'],
    ['without its offset', 'in-force', '2027-01-15T08:00:00'],
    ['of a day that is none', 'in-force', '2027-02-30T08:00:00-00:00'],
    ['as nothing', 'in-force', ''],
  ])('AL-101 a reference written %s leaves it %s', (_, expected, sent) => {
    const u = aMessage('u', 5, { messageType: 'Update', references: [`met@example,a,${sent}`] });
    expect(after(a, u)['a']).toBe(expected);
  });

  it('AL-101 one that references itself stands; one that came again newer is ended by its own moment', () => {
    const itself = aMessage('u', 5);
    expect(after({ ...itself, ...about('Update', itself) })).toEqual({ u: 'in-force' });
    const newer = { ...a, sentAtMs: a.sentAtMs + MINUTE_MS };
    const u = aMessage('u', 5, about('Update', newer));
    expect(after(a, u)).toEqual({ a: 'in-force', u: 'in-force' });
    expect(after(a, u, newer)).toEqual({ a: 'superseded', u: 'in-force' });
  });

  it('AL-101 what has ended is not ended again, and stays as it ended', () => {
    const desk = new WarningDesk();
    desk.receive({ ...a, expiresAtMs: T + MINUTE_MS });
    desk.pass(1);
    const reply = desk.receive(aMessage('u', 5, about('Update', a)));
    expect(reply.ok && reply.events).toMatchObject([{ payload: { ends: [] } }]);
    evolveWarnings(desk.state, { type: 'warning.expired', payload: { id: 'warn-2', atMs: T } });
    evolveWarnings(desk.state, {
      type: 'warning.received',
      payload: {
        id: 'warn-3',
        feed: 'met',
        atMs: T,
        message: aMessage('c', 6, { messageType: 'Cancel' }),
        ends: ['warn-1', 'warn-2'],
      },
    });
    expect(desk.received()).toEqual({ a: 'expired', u: 'expired', c: 'cancelled' });
  });

  it('AL-102 a cancel ends what it references; of something unknown it is kept as what was said', () => {
    const c = aMessage('c', 5, about('Cancel', a));
    expect(after(a, b, c)).toEqual({ a: 'cancelled', b: 'in-force', c: 'cancelled' });
    expect(after(b, c)).toEqual({ b: 'in-force', c: 'cancelled' });
    expect(after(b, { ...c, references: [] })).toEqual({ b: 'in-force', c: 'cancelled' });
  });

  it('AL-103 what was updated or cancelled before it came never holds', () => {
    const desk = new WarningDesk();
    desk.receive(aMessage('u', 5, about('Update', a)));
    desk.receive(aMessage('c', 5, about('Cancel', b)));
    const late = desk.receive(a);
    desk.receive(b);
    expect(late.ok && late.events).toHaveLength(1);
    expect(desk.received()).toEqual({ a: 'superseded', b: 'cancelled', c: 'cancelled', u: 'in-force' });
  });

  it('AL-103 the same warnings hold, in whatever order their messages come', () => {
    const message = fc.record({
      sender: fc.constantFrom('met@example', 'river@example'),
      minute: fc.integer({ min: 0, max: 4 }),
      messageType: fc.constantFrom('Alert' as const, 'Update' as const, 'Cancel' as const),
      status: fc.constantFrom('Actual' as const, 'Actual' as const, 'Exercise' as const),
      references: fc.array(fc.nat({ max: 7 }), { maxLength: 3 }),
      expired: fc.boolean(),
    });
    const isOver = (m: WarningMessage): boolean => m.expiresAtMs! <= T + 10 * MINUTE_MS;
    fc.assert(
      fc.property(fc.array(message, { maxLength: 8 }), fc.infiniteStream(fc.nat()), (told, random) => {
        const plain = told.map((m, i) =>
          aMessage(`m${i}`, m.minute, {
            sender: m.sender,
            status: m.status,
            ...(m.expired && { expiresAtMs: T + 9 * MINUTE_MS }),
          }),
        );
        const all = plain.map((m, i): WarningMessage => {
          const { messageType, references } = told[i]!;
          const named = references.flatMap((n) => plain[n % plain.length]!);
          return messageType === 'Alert' ? m : { ...m, ...about(messageType, ...named) };
        });
        // Said again from the rules, without any order: nothing of the same sender and status ends it.
        const holds = all.filter(
          (m) =>
            m.messageType !== 'Cancel' &&
            !isOver(m) &&
            !all.some(
              (n) =>
                n !== m &&
                n.messageType !== 'Alert' &&
                n.sender === m.sender &&
                n.status === m.status &&
                n.sentAtMs >= m.sentAtMs &&
                n.references.some((r) => r.startsWith(`${m.sender},${m.identifier},`)),
            ),
        );
        const shuffled = all
          .map((m) => ({ m, key: random.next().value as number }))
          .sort((x, y) => x.key - y.key)
          .map(({ m }) => m);
        const desk = new WarningDesk();
        desk.nowMs = T + 10 * MINUTE_MS;
        for (const m of [...shuffled, ...all]) desk.receive(m);
        const held = [...desk.state.byId.values()].filter((w) => w.state === 'in-force');
        expect(held.map((w) => w.message.identifier).sort()).toEqual(holds.map((m) => m.identifier).sort());
        expect(desk.state.byId.size).toBe(all.length);
      }),
      { numRuns: 500, seed: 20_261_126 },
    );
  });

  it('AL-104 an older message never overrides a newer one', () => {
    const older = aMessage('u', -5, about('Update', a));
    const cancel = aMessage('u', -5, about('Cancel', a));
    expect(after(a, older)).toEqual({ a: 'in-force', u: 'in-force' });
    expect(after(older, a)).toEqual({ a: 'in-force', u: 'in-force' });
    expect(after(a, cancel)).toEqual({ a: 'in-force', u: 'cancelled' });
    expect(after(cancel, a)).toEqual({ a: 'in-force', u: 'cancelled' });
  });

  it('AL-104 a newer message under the same identifier takes its place; an older one comes too late', () => {
    const newer = { ...a, sentAtMs: a.sentAtMs + MINUTE_MS };
    const desk = new WarningDesk();
    desk.receive(a);
    desk.receive(newer);
    expect([...desk.state.byId.values()].map((w) => w.state)).toEqual(['superseded', 'in-force']);
    expect(isLateMessage(desk.state, a)).toBe(true);
    expect(isLateMessage(desk.state, newer)).toBe(false);
    expect(replyCode(desk.receive(a))).toBe('nothing');
    // A reference to the older one is about what is over already.
    desk.receive(aMessage('u', 5, about('Update', a)));
    expect(desk.record('warn-2').state).toBe('in-force');
  });

  it('AL-105 a message whose time is over holds for nobody, but still ends those it is about', () => {
    const desk = new WarningDesk();
    desk.nowMs = T + 10 * MINUTE_MS;
    desk.receive(a);
    desk.receive(aMessage('u', 5, { ...about('Update', a), expiresAtMs: desk.nowMs }));
    expect(desk.received()).toEqual({ a: 'superseded', u: 'expired' });
  });

  it('AL-105 a warning expires at its time, once; without one after a day of what it speaks of', () => {
    const desk = new WarningDesk();
    desk.receive({ ...a, expiresAtMs: T + 10 * MINUTE_MS });
    desk.receive(aMessage('open', 0, { expiresAtMs: undefined }));
    desk.receive(aMessage('onset', 0, { expiresAtMs: undefined, onsetAtMs: T + HOUR_MS }));
    expect(desk.pass(9)).toEqual([]);
    expect(desk.pass(1)).toEqual([
      { type: 'warning.expired', payload: { id: 'warn-1', atMs: T + 10 * MINUTE_MS } },
    ]);
    expect(decideWarningTimers(desk.state, desk.nowMs)).toEqual([]);
    expect(desk.pass(24 * 60 - 11)).toEqual([]);
    desk.pass(1);
    expect(desk.received()).toEqual({ a: 'expired', open: 'expired', onset: 'in-force' });
    desk.pass(60);
    expect(desk.received()['onset']).toBe('expired');
  });

  it.each(['Exercise', 'System', 'Test'] as const)(
    'AL-106 what has the status %s is kept under it, and ends nothing that is meant',
    (status) => {
      const u = aMessage('u', 5, { ...about('Update', a), status });
      const desk = new WarningDesk();
      for (const m of [a, u, { ...a, sentAtMs: a.sentAtMs + MINUTE_MS, status }]) desk.receive(m);
      expect(desk.record('warn-1').state).toBe('in-force');
      expect(desk.record('warn-2').message.status).toBe(status);
      expect(after(u, a)).toEqual({ a: 'in-force', u: 'in-force' });
      const test = { ...a, status };
      expect(after(test, u)).toEqual({ a: 'superseded', u: 'in-force' });
    },
  );

  it('AL-106 what is marked as a draft is never in force', () => {
    const desk = new WarningDesk();
    desk.receive({ ...a, status: 'Draft', expiresAtMs: T + MINUTE_MS });
    expect(desk.record('warn-1').state).toBe('draft');
    expect(replyCode(desk.approve('warn-1'))).toBe('not-found');
    desk.pass(1);
    expect(desk.record('warn-1').state).toBe('expired');
  });

  it.each(['Ack', 'Error'] as const)('AL-107 %s is an answer to a message, no warning', (messageType) => {
    const reply = new WarningDesk().receive({ ...a, messageType });
    expect(replyCode(reply)).toBe('bad-warning');
    expect(!reply.ok && reply.refusal.detail).toContain(messageType);
  });

  it('AL-108 a feed may have only so many standing; what ends another is taken all the same', () => {
    const desk = new WarningDesk();
    for (let i = 0; i < MAX_STANDING_OF_FEED; i++) desk.receive(aMessage(`m${i}`, 0));
    expect(replyCode(desk.receive(aMessage('more', 0)))).toBe('too-many-objects');
    expect(replyCode(desk.receive(aMessage('more', 0), 'other'))).toBe('done');
    expect(replyCode(desk.receive(aMessage('c', 1, about('Cancel', aMessage('m7', 0)))))).toBe('done');
    expect(replyCode(desk.receive(aMessage('more', 0, { sender: 'x' })))).toBe('done');
    expect(replyCode(desk.receive(aMessage('again', 0)))).toBe('too-many-objects');
  });

  it('AL-108 and only so many that are kept, until they are forgotten', () => {
    const desk = new WarningDesk();
    const over = { expiresAtMs: T - 1 };
    for (let i = 0; i < MAX_KEPT_OF_FEED; i++) desk.receive(aMessage(`m${i}`, -10, over));
    expect(replyCode(desk.receive(a))).toBe('too-many-objects');
    desk.pass(24 * 60 + 1);
    expect(forgetEnded(desk.state, desk.nowMs)).toHaveLength(MAX_KEPT_OF_FEED);
    expect(replyCode(desk.receive(a))).toBe('done');
  });

  it('AL-114 what ended a day ago is forgotten, and comes back from no list that still holds it', () => {
    const desk = new WarningDesk();
    const u = aMessage('u', 5, about('Update', a, b));
    desk.receive(a);
    desk.receive(u);
    desk.pass(24 * 60);
    expect(forgetEnded(desk.state, desk.nowMs)).toEqual([]);
    desk.pass(1);
    expect(forgetEnded(desk.state, desk.nowMs)).toEqual(['warn-1']);
    expect(warningRecord(desk.state, 'warn-1')).toBeUndefined();
    expect(replyCode(desk.receive(a))).toBe('nothing');
    expect(replyCode(desk.receive(u))).toBe('nothing');
    desk.receive(b);
    expect(desk.received()).toEqual({ u: 'in-force', b: 'superseded' });
    // Ids are not given twice.
    expect([...desk.state.byId.keys()]).toEqual(['warn-2', 'warn-3']);
  });

  it('AL-116 the journal leads to the same state, and what is taken back leaves no trace', () => {
    const message = fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd'),
      minute: fc.integer({ min: -3, max: 3 }),
      messageType: fc.constantFrom('Alert' as const, 'Update' as const, 'Cancel' as const),
      of: fc.constantFrom('a', 'b', 'c', 'd'),
      ofMinute: fc.integer({ min: -3, max: 3 }),
      minutes: fc.constantFrom(1, 60),
    });
    const seen = (state: ReturnType<typeof emptyWarnings>): unknown => ({
      byId: new Map(state.byId.entries()),
      known: new Map(state.known.entries()),
      awaited: new Map(state.awaited.entries()),
      counts: new Map(state.countOf.entries()),
      numbers: [...state.numbers.entries()],
    });
    const take = (
      desk: WarningDesk,
      told: readonly (typeof message extends fc.Arbitrary<infer M> ? M : never)[],
    ) => {
      for (const m of told) {
        const references = about('Update', aMessage(m.of, m.ofMinute)).references;
        const expiresAtMs = desk.nowMs + (m.minutes - 1) * MINUTE_MS;
        desk.receive(aMessage(m.id, m.minute, { messageType: m.messageType, references, expiresAtMs }));
        desk.pass(1);
      }
    };
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 12 }),
        fc.array(message, { maxLength: 12 }),
        (first, batch) => {
          const desk = new WarningDesk();
          take(desk, first);
          const before = structuredClone(seen(desk.state));
          desk.state.undo.begin();
          take(desk, batch);
          for (const id of desk.state.byId.keys())
            expect(schema.safeParse(desk.record(id)).success).toBe(true);
          const kept = [...desk.state.byId.values()];
          const standing = kept.filter((w) => w.state === 'in-force').length;
          expect(countOf(desk.state, 'met')).toEqual({ kept: kept.length, standing });
          const journalled = structuredClone(seen(desk.state));
          desk.state.undo.takeBack();
          expect(seen(desk.state)).toEqual(before);
          const read = emptyWarnings(new UndoLog());
          for (const event of desk.journal) evolveWarnings(read, event);
          expect(seen(read)).toEqual(journalled);
        },
      ),
      { numRuns: 200, seed: 20_261_126 },
    );
  });

  it('AL-116 events about what is forgotten change nothing', () => {
    const state = emptyWarnings(new UndoLog());
    evolveWarnings(state, { type: 'warning.expired', payload: { id: 'warn-9', atMs: T } });
    expect(state.byId.size).toBe(0);
    expect(decideReceived(state, a, { feed: 'met', nowMs: T })).toMatchObject({ ok: true });
  });
});

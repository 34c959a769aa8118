/** A shift that is handed over: who still has to sign, and what is on the list. */
import { describe, expect, it } from 'vitest';
import {
  groupItems,
  isOwnOffer,
  itemsNow,
  signedAmong,
  unsignedAmong,
  type HandoverItem,
} from '../../../client/handover/handover.ts';
import type { AlarmRecord, HandoverRecord } from '../../../server/contract/alarms.ts';
import { handoverItems } from '../../../server/domain/handover/items.ts';
import { aCase, anIncident } from '../../support/records.ts';
import { aWarning } from '../warnings/warning.ts';

const handover = (id: string, offeredAtMs: number, more: Partial<HandoverRecord> = {}): HandoverRecord => ({
  id,
  offeredBy: { id: 'wang', name: '王' },
  offeredAtMs,
  note: '',
  items: [],
  ...more,
});
const signed = { signedBy: { id: 'li', name: '李' }, signedAtMs: 9 };

const alarm = (number: number, more: Partial<AlarmRecord> = {}): AlarmRecord => ({
  id: `a${number}`,
  number,
  rule: 'jam',
  ruleVersion: 1,
  name: { zh: '拥堵', en: '' },
  priority: 2,
  state: 'unacknowledged',
  active: true,
  subject: { kind: 'link', id: 'L1', name: { zh: '中山路', en: 'Zhongshan Rd' } },
  facts: [],
  raisedAtMs: number,
  lastRaisedAtMs: number,
  count: 1,
  children: 0,
  ...more,
});

describe('a handover', () => {
  it('UI-194 waits until it is signed, the newest first', () => {
    const all = [handover('a', 1), handover('b', 2, signed), handover('c', 3)];
    expect(unsignedAmong(all).map((h) => h.id)).toEqual(['c', 'a']);
    expect(unsignedAmong([handover('b', 2, signed)])).toEqual([]);
  });

  it('UI-194 is not signed by who offers it', () => {
    expect(isOwnOffer(handover('a', 1), { id: 'wang', name: '王', role: 'dispatcher' })).toBe(true);
    expect(isOwnOffer(handover('a', 1), { id: 'li', name: '李', role: 'dispatcher' })).toBe(false);
    expect(isOwnOffer(handover('a', 1), null)).toBe(false);
  });

  it('UI-194 keeps those before it, the newest first', () => {
    const all = [handover('a', 1, signed), handover('c', 3), handover('b', 2, signed)];
    expect(signedAmong(all).map((h) => h.id)).toEqual(['b', 'a']);
  });

  it('UI-195 lists by kind: the most urgent first, then what has stood longest', () => {
    const item = (
      id: string,
      kind: HandoverItem['kind'],
      priority: number,
      sinceMs: number,
    ): HandoverItem => ({
      kind,
      id,
      name: { zh: id, en: id },
      priority,
      sinceMs,
    });
    const groups = groupItems([
      item('w', 'warning', 1, 0),
      item('late', 'alarm', 2, 5),
      item('early', 'alarm', 2, 1),
      item('urgent', 'alarm', 1, 9),
      item('case', 'incident', 3, 0),
    ]);
    expect(groups.map((g) => [g.kind, g.items.map((i) => i.id)])).toEqual([
      ['alarm', ['urgent', 'early', 'late']],
      ['incident', ['case']],
      ['warning', ['w']],
    ]);
  });

  it('UI-196 is of what needs somebody: alarms that stand, those put aside, the worst cases, our warnings', () => {
    const items = itemsNow({
      alarms: [
        alarm(1),
        alarm(2, { state: 'acknowledged' }),
        alarm(3, { state: 'suppressed' }),
        alarm(4, { parent: 'a1' }),
        alarm(5, { state: 'shelved', shelved: { by: '王', atMs: 77, untilMs: 99, reason: '维修' } }),
        alarm(6, { state: 'out-of-service', outOfService: { by: '王', atMs: 88, reason: '停电' } }),
        alarm(7, { state: 'returned', active: false }),
      ],
      incidents: [
        anIncident({ number: 1001, severity: 1 }),
        anIncident({ number: 1002, severity: 1, status: 'closed' }),
        anIncident({ number: 1003, severity: 1, case: aCase({ mergedInto: 'inc-1001' }) }),
        anIncident({ number: 1004, severity: 2 }),
      ],
      warnings: [
        aWarning(),
        aWarning({ id: 'w-2', state: 'draft' }),
        aWarning({ id: 'w-3', direction: 'in' }),
      ],
    });
    expect(items.map((i) => [i.kind, i.id, i.sinceMs, i.note])).toEqual([
      ['alarm', 'a1', 1, undefined],
      ['alarm', 'a2', 2, undefined],
      ['shelved', 'a5', 77, '维修'],
      ['out-of-service', 'a6', 88, '停电'],
      ['incident', 'inc-1001', 0, undefined],
      ['warning', 'w-1', 0, undefined],
    ]);
    expect(items[0]!.name).toEqual({ zh: '拥堵 · 中山路', en: '拥堵 · Zhongshan Rd' });
  });

  it('UI-196 is what the server will collect', () => {
    const alarms = [
      alarm(1),
      alarm(4, { parent: 'a1' }),
      alarm(5, { state: 'shelved', shelved: { by: '王', atMs: 77, untilMs: 99, reason: '维修' } }),
      alarm(7, { state: 'returned', active: false }),
    ];
    const incidents = [anIncident({ number: 1001, severity: 1 }), anIncident({ number: 1004, severity: 2 })];
    const warnings = [aWarning(), aWarning({ id: 'w-3', direction: 'in' })];
    const standing = { alarms, incidents, warnings };
    const theirs = handoverItems({ ...standing, timeZone: 'Asia/Shanghai' });
    // Notes are the server's own words.
    const bare = (items: readonly HandoverItem[]) => items.map((item) => ({ ...item, note: undefined }));
    expect(bare(itemsNow(standing))).toEqual(bare(theirs));
  });
});

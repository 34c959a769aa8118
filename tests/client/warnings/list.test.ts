/** Public warnings as they are listed, decided on, and drawn on the map. */
import { describe, expect, it } from 'vitest';
import {
  shownWarnings,
  warningLabels,
  warningLabelText,
  warningShapes,
} from '../../../client/map/layers/warnings-shown.ts';
import { severityLooks } from '../../../client/ui/warning-look.ts';
import { deedsFor, isOwnDraft, type WarningDeed } from '../../../client/warnings/deeds.ts';
import {
  expiryOf,
  groupOf,
  groupWarnings,
  noWarningFilter,
  type WarningFilter,
} from '../../../client/warnings/filter.ts';
import { distanceM } from '../../../server/contract/geo.ts';
import type { Person } from '../../../server/contract/roles.ts';
import { capSeverities, type WarningRecord } from '../../../server/contract/warnings.ts';
import { aWarning, square } from './warning.ts';

const NOW = 1_000_000;
const MINUTE = 60_000;
const ids = (all: readonly WarningRecord[]): string => all.map((w) => w.id).join(' ');

describe('the list of warnings', () => {
  const all = [
    aWarning({ id: 'minor' }, { severity: 'Minor' }),
    aWarning({ id: 'drill' }, { severity: 'Extreme', status: 'Exercise' }),
    aWarning({ id: 'old' }, { severity: 'Extreme', sentAtMs: 1 }),
    aWarning({ id: 'new', direction: 'in' }, { severity: 'Extreme', sentAtMs: 2, senderName: '气象台' }),
    aWarning({ id: 'ran-out' }, { expiresAtMs: NOW }),
    aWarning({ id: 'rejected', state: 'rejected', changedAtMs: 5 }),
    aWarning({ id: 'draft', state: 'draft' }),
  ];
  const grouped = (part: Partial<WarningFilter>) => groupWarnings(all, { ...noWarningFilter, ...part }, NOW);

  it('UI-186 puts what is meant above what is practised, then by severity, then the newest', () => {
    const groups = grouped({});
    expect(ids(groups['in-force'])).toBe('new old minor drill');
    expect(ids(groups.waiting)).toBe('draft');
    expect(groups.over).toEqual([]);
  });

  it('UI-186 takes what has run out for over, whatever the server has said by then', () => {
    expect(groupOf(all[4]!, NOW - 1)).toBe('in-force');
    expect(groupOf(all[4]!, NOW)).toBe('over');
    expect(ids(grouped({ over: true }).over)).toBe('rejected ran-out');
  });

  it.each<readonly [string, Partial<WarningFilter>, string]>([
    ['from outside', { direction: 'in' }, 'new'],
    ['our own', { direction: 'out' }, 'old minor drill'],
    ['by sender', { text: '气象' }, 'new'],
    ['by the word of its status', { text: 'exercise' }, 'drill'],
    ['by the word of its severity', { text: 'Minor' }, 'minor'],
    ['by area', { text: 'EAST' }, 'new old minor drill'],
    ['nothing', { text: 'snow' }, ''],
  ])('UI-186 finds %s', (_name, part, expected) => {
    expect(ids(grouped(part)['in-force'])).toBe(expected);
  });

  it.each([
    [undefined, 'never', 0],
    [NOW + 31 * MINUTE, 'later', 31 * MINUTE],
    [NOW + 30 * MINUTE, 'soon', 30 * MINUTE],
    [NOW, 'over', 0],
    [NOW - MINUTE, 'over', MINUTE],
  ])('UI-187 counts down to its end at %s', (expiresAtMs, state, ms) => {
    const record = aWarning({}, expiresAtMs === undefined ? {} : { expiresAtMs });
    expect(expiryOf(record, NOW)).toEqual({ state, ms });
  });

  it('UI-187 tells every severity by a shape of its own', () => {
    const paths = capSeverities.map((severity) => severityLooks[severity].path);
    expect(new Set(paths).size).toBe(capSeverities.length);
  });
});

describe('what may be done to a warning', () => {
  const wang: Person = { id: 'wang', name: '王', role: 'supervisor' };
  const li: Person = { id: 'li', name: '李', role: 'dispatcher' };
  const draft = aWarning({ state: 'draft', draftedBy: { id: 'li', name: '李' } });
  const ofWang = aWarning({ state: 'draft', draftedBy: { id: 'wang', name: '王' } });
  it.each<readonly [string, WarningRecord, Person | null, readonly WarningDeed[]]>([
    ['a second person decides on a draft', draft, wang, ['approve', 'reject']],
    ['who drafted it does not', ofWang, wang, []],
    ['a dispatcher does not', ofWang, li, []],
    ['in force it is updated or cancelled', aWarning(), wang, ['update', 'cancel']],
    ['a dispatcher drafts the update, and cancels nothing', aWarning(), li, ['update']],
    ['what came in is the sender’s', aWarning({ direction: 'in' }), wang, []],
    ['what is over is written anew', aWarning({ state: 'rejected' }), li, ['copy']],
    ['what has run out, too', aWarning({}, { expiresAtMs: NOW }), wang, ['copy']],
    ['nobody does nothing', draft, null, []],
    ['an observer does nothing', aWarning(), { ...li, role: 'viewer' }, []],
  ])('UI-191 %s', (_name, record, me, deeds) => {
    expect(deedsFor(record, me, NOW)).toEqual(deeds);
  });

  it('UI-191 tells who drafted it that somebody else has to approve', () => {
    expect(isOwnDraft(ofWang, wang)).toBe(true);
    expect(isOwnDraft(draft, wang)).toBe(false);
    expect(isOwnDraft(aWarning({ draftedBy: { id: 'wang', name: '王' } }), wang)).toBe(false);
  });
});

describe('warnings on the map', () => {
  const records = [
    aWarning({ id: 'worst' }, { severity: 'Extreme' }),
    aWarning({ id: 'drill' }, { severity: 'Minor', status: 'Exercise' }),
    aWarning({ id: 'draft', state: 'draft' }),
    aWarning({ id: 'cancelled', state: 'cancelled' }),
    aWarning({ id: 'ran-out' }, { expiresAtMs: NOW }),
  ];

  it('UI-193 shows what is in force and what waits for approval, the worst on top', () => {
    expect(ids(shownWarnings(records, NOW))).toBe('drill draft worst');
    expect(ids(shownWarnings(records, NOW - 1))).toContain('ran-out');
  });

  it('UI-193 fills only areas that are in force and meant', () => {
    const filled = warningShapes(shownWarnings(records, NOW)).map((s) => [s.id, s.filled]);
    expect(filled).toEqual([
      ['drill', false],
      ['draft', false],
      ['worst', true],
    ]);
  });

  it('UI-193 draws a circle as wide as it is, closed', () => {
    const center = [118.6, 30.2] as const;
    const round = { ...square, polygons: [], circles: [{ center, radiusM: 1_500 }] };
    const [shape] = warningShapes([aWarning({}, { areas: [round] })]);
    expect(shape!.ring.at(-1)).toEqual(shape!.ring[0]);
    for (const point of shape!.ring) expect(distanceM(center, point)).toBeCloseTo(1_500, -1);
  });

  it('UI-193 words each at the north of its first area, saying first what is not meant', () => {
    const labels = warningLabels(shownWarnings(records, NOW));
    expect(labels.map((l) => l.position[1])).toEqual([30.3, 30.3, 30.3]);
    expect(labels.map((l) => warningLabelText(l.record, 'zh-CN'))).toEqual([
      '演习 · 暴雨 · 一般',
      '草稿 · 暴雨 · 严重',
      '暴雨 · 特别严重',
    ]);
    expect(warningLabelText(records[1]!, 'en-US')).toBe('Exercise · Rainstorm · Minor');
    expect(warningLabels([aWarning({}, { areas: [] })])).toEqual([]);
  });
});

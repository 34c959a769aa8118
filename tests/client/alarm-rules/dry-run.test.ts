/** What a trial run says. */
import { describe, expect, it } from 'vitest';
import { isShort, perDay, sideBySide, topSubjects } from '../../../client/alarm-rules/dry-run.ts';
import { selectionOfSubject } from '../../../client/alarm-rules/subject.ts';
import type { DryRunAnswer, DryRunOutcome } from '../../../server/contract/alarm-api.ts';
import type { SubjectRef } from '../../../server/contract/alarms.ts';
import { aRule } from './rule.ts';

const TEN = 600_000;
const subject = (id: string, more: Partial<SubjectRef> = {}): SubjectRef => ({
  kind: 'link',
  id,
  name: { zh: id, en: id },
  ...more,
});
const outcome = (more: Partial<DryRunOutcome> = {}): DryRunOutcome => ({
  rule: aRule(),
  rung: 4,
  annunciated: 3,
  activeS: { p50: null, p90: null, longest: null },
  subjects: [],
  episodes: [],
  bins: [],
  ...more,
});
const answer = (more: Partial<DryRunAnswer> = {}): DryRunAnswer => ({
  fromMs: 0,
  untilMs: 3 * TEN,
  stepS: 10,
  tookMs: 5,
  proposed: outcome(),
  current: null,
  ...more,
});

describe('a trial run', () => {
  it('UI-178 is drawn for every ten minutes, with nothing where nothing rang', () => {
    const bins = sideBySide(
      answer({
        fromMs: 90_000,
        proposed: outcome({ bins: [{ atMs: TEN, rung: 2 }] }),
        current: outcome({
          bins: [
            { atMs: 0, rung: 5 },
            { atMs: 3 * TEN, rung: 1 },
          ],
        }),
      }),
    );
    expect(bins).toEqual([
      { atMs: 0, proposed: 0, current: 5 },
      { atMs: TEN, proposed: 2, current: 0 },
      { atMs: 2 * TEN, proposed: 0, current: 0 },
      { atMs: 3 * TEN, proposed: 0, current: 1 },
    ]);
  });

  it('UI-178 is compared with nothing where there is no such rule yet', () => {
    expect(sideBySide(answer()).map((bin) => bin.current)).toEqual([null, null, null, null]);
  });

  it('UI-178 says how often a day, and nothing where there was no history', () => {
    expect(perDay(outcome({ annunciated: 3 }), { fromMs: 0, untilMs: 12 * 3_600_000 })).toBe(6);
    expect(perDay(outcome(), { fromMs: 5, untilMs: 5 })).toBeNull();
  });

  it('UI-178 names what rang most, with its share of all that rang', () => {
    const subjects = [
      { subject: subject('a'), times: 1, activeS: 10 },
      { subject: subject('b'), times: 6, activeS: 10 },
      { subject: subject('d'), times: 1, activeS: 99 },
      { subject: subject('c'), times: 2, activeS: 10 },
    ];
    const top = topSubjects(outcome({ subjects }), 3);
    expect(top.map((s) => [s.subject.id, s.share])).toEqual([
      ['b', 0.6],
      ['c', 0.2],
      ['d', 0.1],
    ]);
  });

  it.each([
    [24 * 3_600_000, false],
    [23.5 * 3_600_000, false],
    [20 * 3_600_000, true],
  ])('UI-178 says where less history was there than asked for: %i ms', (untilMs, short) => {
    expect(isShort(answer({ untilMs }), 24)).toBe(short);
  });

  it('UI-197 shows on the map what an episode was about, where it has a place', () => {
    const position = [118.6, 30.2] as const;
    expect(selectionOfSubject(subject('i', { kind: 'incident' }))).toEqual({ kind: 'incident', id: 'i' });
    expect(selectionOfSubject(subject('L1', { position }))).toEqual({
      kind: 'place',
      position,
      name: { zh: 'L1', en: 'L1' },
    });
    expect(selectionOfSubject(subject('feed', { kind: 'feed' }))).toBeNull();
  });
});

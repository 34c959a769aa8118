/** Every kind of event in words of both languages. */
import { describe, expect, it } from 'vitest';
import { timelineTypes, timelineWords, type Names } from '../../../client/dispatch/timeline.ts';
import { translator } from '../../../client/i18n/i18n.ts';
import { languages, type Language } from '../../../server/contract/text.ts';
import type { TimelineEntry } from '../../../server/contract/api.ts';
import { isCaseEvent, type CaseEventType } from '../../../server/domain/cases/events.ts';

const names = (language: Language): Names => ({
  t: translator(language),
  language,
  department: (id) => `<${id}>`,
  unit: (id) => id.replace('unit-', ''),
  facility: (id) => `[${id}]`,
  feed: (id) => `feed ${id}`,
  incident: (id) => id.replace('inc-', ''),
  task: (id) => `task ${id}`,
});
const entry = (type: string, facts: TimelineEntry['facts'] = {}, by = '王'): TimelineEntry => ({
  seq: 1,
  atMs: 0,
  type,
  by,
  facts,
});
const words = (type: string, facts: TimelineEntry['facts'] = {}, language: Language = 'en-US') =>
  timelineWords(entry(type, facts), names(language));

describe('a timeline', () => {
  it('UI-90 has a sentence for every kind of event, without any fact too', () => {
    // A kind that the journal knows and this list lacks does not compile.
    const all = timelineTypes satisfies readonly CaseEventType[];
    const listed: Readonly<Record<CaseEventType, true>> = Object.fromEntries(
      all.map((type) => [type, true]),
    ) as Record<(typeof timelineTypes)[number], true>;
    expect(Object.keys(listed).filter((type) => !isCaseEvent({ type }))).toEqual([]);
    for (const language of languages) {
      const sentences = all.map((type) => words(type, {}, language));
      expect(new Set(sentences.map((s) => s.what)).size).toBeGreaterThan(all.length - 3);
      expect(sentences.flatMap((s) => s.facts)).toEqual([]);
      expect(sentences.filter((s) => s.what.includes('{{') || s.what.startsWith('ev.'))).toEqual([]);
    }
  });

  it.each<[string, TimelineEntry['facts'], string, string]>([
    [
      'incident.assigned',
      { units: 'M21 E3', level: 2, tasks: 1, notified: 'h1' },
      'M21, E3 · Level 2 · 1 tasks · Notified: [h1]',
      'M21、E3 · 2 级响应 · 1 项部门任务 · 已通知：[h1]',
    ],
    ['assignment.progressed', { unit: 'unit-M21', status: 'on-scene' }, 'M21 · On scene', 'M21 · 到场处置'],
    ['assignment.progressed', { unit: 'unit-M21', status: 'cleared' }, 'M21 · Available', 'M21 · 待命'],
    [
      'incident.triaged',
      { category: 'medical.cardiac', severity: 1, determinant: 'echo' },
      'Cardiac arrest · Critical · Echo',
      '心脏骤停 · 危急 · E 濒危',
    ],
    [
      'incident.transferred',
      { from: 'a', department: 'b', returned: true, arbiter: false },
      'from: <a> · <b> · returned',
      '原部门：<a> · <b> · 退回',
    ],
    ['incident.merged', { number: 1042, incident: 'inc-1043' }, '#1043 – #1042', '#1043 – #1042'],
    ['task.done', { task: 't1' }, 'task t1', 'task t1'],
    [
      'deadline.changed',
      { reach: 'on-scene', state: 'overdue', to: 'supervisor' },
      'On scene · overdue · to: Supervisor',
      '到场 · 超时 · 上报：值班长',
    ],
    ['incident.edited', { fields: 'severity address' }, 'Severity, Address', '级别、地址'],
    ['incident.evaluated', { score: 95, satisfaction: 5 }, 'score 95 · satisfaction: 5', '95 分 · 满意度：5'],
  ])('UI-90 says the facts of %s', (type, facts, en, zh) => {
    expect(words(type, facts).facts.join(' · ')).toBe(en);
    expect(words(type, facts, 'zh-CN').facts.join(' · ')).toBe(zh);
  });

  it('UI-90 names a kind it does not know, and leaves facts out that it does not know', () => {
    expect(words('incident.danced', { shoes: 'red' })).toEqual({
      what: 'Other entry (incident.danced)',
      facts: [],
      who: '王',
    });
  });

  it('UI-90 says who did it', () => {
    const who = (by: string): string => timelineWords(entry('incident.noted', {}, by), names('en-US')).who;
    expect([who('王'), who('system'), who('feed:f1'), who('feed')]).toEqual([
      '王',
      'System',
      'feed f1',
      'its source',
    ]);
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Department } from '../../../server/contract/city-pack.ts';
import { defaultRulebook } from '../../../server/city/rulebook/default-rulebook.ts';
import { parseRulebook, readRulebook } from '../../../server/city/rulebook/read-rulebook.ts';

const departments: Department[] = [{ id: 'dep-1', kind: 'fire', name: { zh: '消防', en: 'Fire' } }];
/** The default book as its file would be, with changes. */
type Json = { [key: string]: Json } & Json[];
const faultsOf = (change: (book: Json) => void): string[] => {
  const book = JSON.parse(JSON.stringify(defaultRulebook)) as Json;
  change(book);
  const read = parseRulebook(JSON.stringify(book), departments);
  return read.ok ? [] : read.error;
};
const set = (place: object, key: string, value: unknown): void => void Object.assign(place, { [key]: value });

describe('reading a rulebook', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rulebook-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('DI-72 without a file the product’s own holds', async () => {
    expect(await readRulebook(undefined, departments)).toEqual({ ok: true, value: defaultRulebook });
  });

  it('DI-72 reads what was written, with the defaults of what was left out', async () => {
    const file = join(folder, 'book.json');
    const { plans, ...rest } = defaultRulebook;
    const short = { id: 'x', name: { zh: '一', en: 'X' }, match: {}, needs: [], tasks: [], notify: [] };
    await writeFile(file, JSON.stringify({ ...rest, plans: [short] }));
    const read = await readRulebook(file, departments);
    expect(read.ok && read.value.plans).toEqual([{ ...short, kind: 'ordinary' }]);
    expect(read.ok && read.value.duties).toEqual(plans.length > 0 && defaultRulebook.duties);
  });

  it('DI-72 says why a file cannot be read', async () => {
    expect(await readRulebook(join(folder, 'none.json'), departments)).toMatchObject({ ok: false });
    const file = join(folder, 'half.json');
    await writeFile(file, '{"format":');
    expect(await readRulebook(file, departments)).toMatchObject({
      ok: false,
      error: [expect.stringMatching(/^not valid JSON: /)],
    });
    await writeFile(file, Buffer.from([0x22, 0xff, 0x22]));
    expect(await readRulebook(file, departments)).toMatchObject({
      ok: false,
      error: [expect.stringContaining('cannot be read')],
    });
  });

  it.each<[string, (book: Json) => void, string]>([
    ['a misspelt field', (b) => set(b['plans']![0]!['match']!, 'categry', 'x'), 'plans.0.match: '],
    [
      'an unknown category',
      (b) => set(b['duties']![1]!['match']!, 'category', 'x'),
      'duties.1.match.category: ',
    ],
    [
      'an unknown kind of unit',
      (b) => set(b['plans']![2]!['needs']![0]!, 'kinds', ['tank']),
      'plans.2.needs.0.kinds.0: ',
    ],
    ['an unknown role', (b) => set(b['arbiter']!, 'role', 'king'), 'arbiter.role: '],
    ['a missing part', (b) => set(b, 'duties', undefined), 'duties: '],
    [
      'an id used twice',
      (b) => set(b['plans']![1]!, 'id', 'structure-fire-life'),
      'plans.1.id: “structure-fire-life” is already used by plans.0',
    ],
    [
      'a question used twice',
      (b) => set(b['triage']![0]!['questions']![1]!, 'id', 'conscious'),
      'triage.0.questions.1.id: ',
    ],
    [
      'an answer used twice',
      (b) => set(b['triage']![0]!['questions']![0]!['options']![1]!, 'id', 'yes'),
      'triage.0.questions.0.options.1.id: ',
    ],
    ['no plan for the rest', (b) => set(b['plans']!.at(-1)!, 'match', { priority: 2 }), 'plans: '],
    [
      'a match that contradicts itself',
      (b) => set(b['nearness']![0]!['match']!, 'family', 'fire'),
      'nearness.0.match: ',
    ],
    [
      'nearness by priority',
      (b) => set(b['nearness']![0]!['match']!, 'priority', 1),
      'nearness.0.match.priority: ',
    ],
    [
      'an unknown department that leads',
      (b) => set(b['duties']![0]!, 'lead', 'dep-2'),
      'duties.0.lead: “dep-2”',
    ],
    [
      'an unknown department that supports',
      (b) => set(b['duties']![1]!['support']!, '0', 'dep-2'),
      'duties.1.support.0: ',
    ],
    ['an unknown arbiter', (b) => set(b['arbiter']!, 'department', 'nobody'), 'arbiter.department: '],
    ['both minutes and working hours', (b) => set(b['deadlines']![0]!, 'workingHours', 1), 'deadlines.0: '],
    [
      'neither minutes nor working hours',
      (b) => set(b['deadlines']![0]!, 'minutes', undefined),
      'deadlines.0: ',
    ],
    [
      'a span that ends before it begins',
      (b) => set(b['calendar']!['hours']![0]!, 'to', '08:00'),
      'calendar.hours.0: ',
    ],
    [
      'spans that overlap',
      (b) => set(b['calendar']!['hours']![1]!, 'from', '11:00'),
      'calendar.hours.1: overlaps calendar.hours.0',
    ],
    [
      'a day that is none',
      (b) => set(b['calendar']!['holidays']!, '3', '2026-02-30'),
      'calendar.holidays.3: ',
    ],
    [
      'a holiday that is worked',
      (b) => set(b['calendar']!['extraWorkdays']!, '0', '2026-01-01'),
      'calendar.extraWorkdays.0: ',
    ],
    ['a text in no language', (b) => set(b['plans']![0]!, 'name', { zh: ' ', en: '' }), 'plans.0.name: '],
  ])('DI-72 names the place of %s', (_, change, expected) => {
    const faults = faultsOf(change);
    expect(faults).toEqual([expect.stringContaining(expected)]);
    expect(faults[0]!.indexOf(expected)).toBe(0);
  });

  it('DI-72 tells all faults at once, and takes ids of the city’s own departments', () => {
    expect(
      faultsOf((b) => {
        set(b['duties']![0]!, 'lead', 'a');
        set(b['duties']![1]!, 'lead', 'b');
      }),
    ).toHaveLength(2);
    expect(faultsOf((b) => set(b['duties']![0]!, 'lead', 'dep-1'))).toEqual([]);
  });
});

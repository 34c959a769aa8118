/** What an expression may name, and how it gets into the text. */
import { describe, expect, it } from 'vitest';
import { exampleOf, insertInto, paletteOf, searchPalette } from '../../../client/alarm-rules/palette.ts';
import { subjectFields, subjectKinds } from '../../../server/contract/alarm-fields.ts';

const names = (...args: Parameters<typeof paletteOf>): readonly string[] =>
  paletteOf(...args).map((entry) => entry.insert);

describe('the palette', () => {
  it('UI-174 offers every fact of the subject, of the city and of the clock', () => {
    const offered = names('station', 'when', []);
    for (const field of Object.keys(subjectFields.station)) expect(offered).toContain(`station.${field}`);
    expect(offered).toEqual(expect.arrayContaining(['city.openIncidents', 'clock.hour']));
    expect(offered.filter((name) => name.startsWith('link.'))).toEqual([]);
  });

  it('UI-174 offers what is usual beside facts that have it, with the unit of each', () => {
    const usual = paletteOf('station', 'when', []).filter((entry) => entry.group === 'usual');
    const units = new Map(usual.map((entry) => [entry.insert, entry.unit]));
    expect(units.get('station.pm25_usual')).toBe('µg/m³');
    expect(units.get('station.pm25_rate')).toBe('µg/m³/min');
    expect(units.has('station.pm25_dev')).toBe(true);
    expect(units.get('station.pm25_dev')).toBeUndefined();
    expect([...units.keys()].some((name) => name.startsWith('station.rainMmH'))).toBe(false);
  });

  it('UI-174 offers only what does not move for what a rule watches', () => {
    const offered = names('link', 'where', []);
    expect(offered).toContain('link.class');
    expect(offered).toContain('link.metresTo("school")');
    for (const moving of ['link.speedKph', 'link.silentS', 'city.vehicles', 'clock.hour'])
      expect(offered).not.toContain(moving);
  });

  it('UI-174 offers places only of what stands somewhere, and what was before only of incidents', () => {
    for (const subject of ['feed', 'city'] as const)
      expect(names(subject, 'when', ['market']).filter((name) => name.includes('('))).toEqual([]);
    expect(names('incident', 'when', []).some((name) => name.includes('earlier('))).toBe(true);
    expect(names('unit', 'when', []).some((name) => name.includes('earlier('))).toBe(false);
  });

  it('UI-174 offers the areas of the rule by name', () => {
    expect(names('link', 'where', ['market', 'port'])).toEqual(
      expect.arrayContaining(['link.inside("market")', 'link.inside("port")']),
    );
  });

  it('UI-174 offers nothing twice, for any subject', () => {
    for (const subject of subjectKinds) {
      const offered = names(subject, 'when', ['market']);
      expect(new Set(offered).size).toBe(offered.length);
    }
  });

  it.each([
    ['pm25', 'station.pm25'],
    ['雨强', 'station.rainMmH'],
    ['aqi', 'station.aqi'],
  ])('UI-174 is searched by word and by name: %s', (q, found) => {
    const entries = paletteOf('station', 'when', []);
    const hits = searchPalette(entries, q).map((entry) => entry.insert);
    expect(hits).toContain(found);
    expect(hits.length).toBeLessThan(entries.length);
    expect(searchPalette(entries, ' ')).toBe(entries);
  });

  it.each([
    ['', 0, 0, 'link.ratio', 'link.ratio|'],
    ['< 0.3', 0, 0, 'link.ratio', 'link.ratio|< 0.3'],
    ['link.ratio < ', 13, 13, 'link.lanes', 'link.ratio < link.lanes|'],
    ['link.ratio', 10, 10, 'link.lanes', 'link.ratio link.lanes|'],
    ['!()', 2, 2, 'signal.dark', '!(signal.dark|)'],
    ['a && b', 0, 1, 'signal.dark', 'signal.dark| && b'],
    ['b', 0, 0, 'a', 'a| b'],
  ])('UI-174 puts a name into %j at %i–%i', (text, from, to, what, expected) => {
    const next = insertInto(text, from, to, what);
    expect(`${next.text.slice(0, next.caret)}|${next.text.slice(next.caret)}`).toBe(expected);
  });

  it('UI-174 begins each kind of subject with an example of its own facts', () => {
    for (const subject of subjectKinds) {
      const used = [...exampleOf[subject].matchAll(/([a-z]+)\.([a-zA-Z0-9]+)(?=_|\b)/g)].filter(
        (m) => m[1] === subject,
      );
      expect(used.length).toBeGreaterThan(0);
      for (const [, , field] of used) expect(Object.keys(subjectFields[subject])).toContain(field);
    }
  });
});

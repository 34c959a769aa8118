/** Areas as they are pasted. */
import { describe, expect, it } from 'vitest';
import { readRing, ringOfBox, writeRing } from '../../../client/alarm-rules/areas.ts';

const triangle = [
  [118.6, 30.2],
  [118.61, 30.2],
  [118.61, 30.21],
] as const;

describe('an area that is pasted', () => {
  it.each([
    ['a line each', '118.6,30.2\n118.61,30.2\n118.61,30.21'],
    ['with spaces and blank lines', ' 118.6 , 30.2\n\n118.61, 30.2\n118.61,30.21\n'],
    ['as GeoJSON', '[[118.6, 30.2], [118.61, 30.2], [118.61, 30.21]]'],
    ['closed', '118.6,30.2;118.61,30.2;118.61,30.21;118.6,30.2'],
    ['as it is written here', writeRing(triangle)],
  ])('UI-175 is read however its corners are set apart: %s', (_name, text) => {
    expect(readRing(text)).toEqual({ ok: true, ring: triangle });
  });

  it.each([
    ['swapped', '30.2,118.6\n30.2,118.61\n30.21,118.61', 'rules.area.swapped'],
    ['off the Earth', '200,100\n1,1\n2,2', 'rules.area.outside'],
    ['half a corner', '118.6,30.2\n118.61', 'rules.area.odd'],
    ['two corners', '1,2\n3,4', 'rules.area.few'],
    ['empty', '', 'rules.area.few'],
    ['words', '118.6E 30.2N', 'rules.area.strange'],
    ['too many', Array.from({ length: 201 }, (_, i) => `${i / 10},1`).join('\n'), 'rules.area.many'],
  ])('UI-175 is refused with a sentence: %s', (_name, text, key) => {
    expect(readRing(text)).toMatchObject({ ok: false, said: { key } });
  });

  it('UI-175 takes what the map shows, to the metre', () => {
    const ring = ringOfBox([118.123456789, 30.2, 118.7, 30.3]);
    expect(ring).toEqual([
      [118.12346, 30.2],
      [118.7, 30.2],
      [118.7, 30.3],
      [118.12346, 30.3],
    ]);
    expect(readRing(writeRing(ring))).toEqual({ ok: true, ring });
  });
});

/** Hits of a search as places of a call. */
import { expect, it } from 'vitest';
import { addressTaking, placesAmong } from '../../../client/intake/places.ts';
import type { SearchHit } from '../../../server/contract/api.ts';

const hit = (id: string, part: Partial<SearchHit> = {}): SearchHit => ({
  kind: 'road',
  id,
  name: { zh: '人民路', en: 'Renmin Road' },
  detail: { zh: '城西', en: 'West' },
  position: [118, 30],
  ...part,
});

it('UI-120 what moves or stands nowhere is no place, and what reads the same is offered once', () => {
  const { position: _, ...nowhere } = hit('nowhere');
  const hits = [
    hit('car', { kind: 'vehicle' }),
    nowhere,
    hit('a'),
    hit('b'),
    hit('c', { detail: { zh: '城东', en: 'East' } }),
    hit('d', { name: { zh: '解放路', en: 'Jiefang Road' } }),
  ];
  expect(placesAmong(hits, 8).map((h) => h.id)).toEqual(['a', 'c', 'd']);
  expect(placesAmong(hits, 2).map((h) => h.id)).toEqual(['a', 'c']);
});

it.each([
  ['人民', '人民路'],
  ['人民路12号3单元', '人民路12号3单元'],
  ['renmin road 12', 'renmin road 12'],
  ['rml', '人民路'],
])('UI-120 “%s” becomes “%s” where the road is taken', (typed, address) => {
  expect(addressTaking(typed, { zh: '人民路', en: 'Renmin Road' }, '人民路')).toBe(address);
});

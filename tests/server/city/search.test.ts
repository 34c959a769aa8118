import { describe, expect, it } from 'vitest';
import { City } from '../../../server/city/city.ts';
import { smallPack, smallPackAt } from '../../support/small-pack.ts';

const base = smallPack();
const city = City.fromPack({
  ...base,
  facilities: [
    ...base.facilities,
    {
      id: 'f-cafe',
      kind: 'stadium',
      name: { zh: '埃菲尔体育场', en: 'Stade Éiffel' },
      position: smallPackAt(200, 200),
      capacity: {},
    },
  ],
});
const first = (q: string): string | undefined => {
  const hit = city.search(q, 10)[0];
  return hit && `${hit.kind} ${hit.name.zh}`;
};

describe('search', () => {
  it.each([
    ['人民路', 'road 人民路'],
    ['人民', 'road 人民路'],
    ['民公', 'place 人民公园'],
    ['renminlu', 'road 人民路'],
    ['ren min lu', 'road 人民路'],
    ['RML', 'road 人民路'],
    ['renmin road', 'road 人民路'],
    ['renmin rd', 'road 人民路'],
    ['rmgy', 'place 人民公园'],
    ['chongqing', 'road 重庆路'],
    ['cql', 'road 重庆路'],
    ['zhongqinglu', 'road 重庆路'],
    ['xiaochengdyyiyuan', 'facility 小城第一医院'],
    ['first hospital', 'facility 小城第一医院'],
    ['hospital first', undefined],
    ['eiffel', 'facility 埃菲尔体育场'],
    ['Éiffel', 'facility 埃菲尔体育场'],
    ["people's park", 'place 人民公园'],
    ['城东街道', 'district 城东街道'],
    ['中心路口', 'place 中心路口'],
    ['st-air', undefined],
    ['空气', 'station 中心空气站'],
    ['j-2-1>j-2-2', 'link 人民路'],
    ['', undefined],
    ['   ', undefined],
    ['zzzz', undefined],
  ])('CI-6 “%s” finds %s first', (q, wanted) => {
    expect(first(q)).toBe(wanted);
  });

  it('CI-6 puts the whole name before its beginning before a part', () => {
    const names = city.search('小城', 20).map((h) => h.name.zh);
    expect(names.slice(0, 2)).toEqual(['小城区', '小城第一医院']);
    const park = city.search('park', 20).map((h) => h.name.en);
    expect(park).toContain("People's Park");
    expect(park).toContain('Central Car Park');
  });

  it('CI-6 gives a road once, with the box it fills, and says where it is', () => {
    const roads = city.search('人民路', 20).filter((h) => h.kind === 'road');
    expect(roads).toHaveLength(1);
    const [w, , e] = roads[0]!.bbox!;
    expect(w).toBeLessThan(smallPackAt(-290, 0)[0]);
    expect(e).toBeGreaterThan(smallPackAt(1_170, 0)[0]);
    expect(roads[0]!.detail?.zh).toMatch(/街道$/);
    // Two parallel streets of one name, 440 m apart, are two.
    expect(city.search('重庆路', 20).filter((h) => h.kind === 'road')).toHaveLength(2);
  });

  it('CI-6 stays within the limit and takes any text', () => {
    expect(city.search('x', 3).length).toBeLessThanOrEqual(3);
    expect(city.search('小', 2)).toHaveLength(2);
    for (const odd of ['(', '\\', '*', '\u0000', '😀', '人'.repeat(10_000), '.*+?^${}()|[]']) {
      expect(() => city.search(odd, 5)).not.toThrow();
    }
    expect(city.search('人民', 0)).toEqual([]);
    expect(City.plain({ center: [1, 1], zoom: 9, bbox: [0, 0, 2, 2] }).search('a', 5)).toEqual([]);
  });
});

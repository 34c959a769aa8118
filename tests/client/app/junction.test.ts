/** Names and directions of what the network says by index. */
import { describe, expect, it } from 'vitest';
import { approachesOf, linkMiddleOf, roadsAt } from '../../../client/app/details/junction.ts';
import { compassWord } from '../../../client/desk/format.ts';
import type { NetworkAnswer } from '../../../server/contract/api.ts';

const road = (zh: string, ...path: number[]): NetworkAnswer['links'][number] => ({
  id: zh,
  class: 'primary',
  lanes: 1,
  limit: 50,
  name: { zh, en: `${zh} Road` },
  path,
});
/** Two roads that meet at 0°, 0°: A from the west and the east, B from the south. */
const network: NetworkAnswer = {
  links: [
    road('乙', 0, -2_000, 0, 2_000),
    road('甲', -2_000, 0, 2_000, 0),
    road('甲', 2_000, 0, -1_000, 0, -1_000, 0),
  ],
  signals: [{ id: 's1', position: [0, 0], phases: 2, greens: [[0], [1, 2]] }],
};

describe('a junction in words', () => {
  it('UI-17 is named by its roads, the one with more approaches first', () => {
    expect(roadsAt(network, 0).map((name) => name.zh)).toEqual(['甲', '乙']);
    expect(roadsAt(network, 7)).toEqual([]);
  });
  it('UI-17 names its approaches by the way they are driven', () => {
    const words = approachesOf(network, [0, 1, 2]).map((a) => compassWord(a.headingDeg, 'zh-CN'));
    expect(words).toEqual(['北', '东', '西']);
  });
  it('finds the middle of a link along its length', () => {
    expect(linkMiddleOf(network, 0)).toEqual([0, -0.001]);
    expect(linkMiddleOf(network, 2)).toEqual([0.001, 0]);
    expect(linkMiddleOf(network, 9)).toBeUndefined();
  });
});

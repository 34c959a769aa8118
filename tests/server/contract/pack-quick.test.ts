import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { building, link } from '../../../server/contract/city-pack.ts';
import { packToFiles, parsePart } from '../../../server/contract/pack-files.ts';
import { quickChecks } from '../../../server/contract/pack-quick.ts';
import { smallPack } from '../../support/small-pack.ts';

const schemas = { buildings: building, links: link };
const sound = {
  buildings: {
    id: 'b1',
    polygon: [
      [
        [118, 30],
        [118.1, 30],
        [118.1, 30.1],
        [118, 30],
      ],
    ],
    heightM: 12,
    kind: 'civic',
    name: { zh: '楼', en: 'House' },
  },
  links: {
    id: 'l1',
    from: 'a',
    to: 'b',
    path: [
      [118, 30],
      [118.1, 30],
    ],
    class: 'primary',
    lanes: 2,
    speedLimitKph: 60,
    bridge: false,
    tunnel: true,
    name: { zh: '路', en: 'Road' },
    bannedTurns: ['l2'],
  },
};

/** Values that stand at the edges of what a field may be. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    '',
    'x',
    'x'.repeat(80),
    'x'.repeat(81),
    true,
    0,
    1,
    1.5,
    2,
    5,
    12,
    13,
    140,
    141,
    1_000,
    1_001,
    Number.NaN,
    Infinity,
    [],
    {},
    [[]],
    [[[118, 30]]],
    [
      [118, 30],
      [118, 91],
    ],
    [
      [118, 30, 5],
      [118, 30],
    ],
    [
      [118, 30],
      [181, 30],
    ],
    { zh: 'a', en: 'b' },
    { zh: 'a' },
    { zh: 'a', en: 'b', fr: 'c' },
    ['l2', ''],
    'service',
  ),
  fc.jsonValue(),
);

describe('the quick look at features of a pack', () => {
  it.each(['buildings', 'links'] as const)(
    'CI-1: takes of %s only what the schema takes and gives back unchanged',
    (part) => {
      const [quick, schema, good] = [quickChecks[part]!, schemas[part], sound[part]];
      expect(quick(good)).toBe(true);
      const fields = [...Object.keys(good), 'extra'];
      fc.assert(
        fc.property(
          fc.dictionary(fc.constantFrom(...fields), odd, { maxKeys: 3 }),
          fc.subarray(fields),
          (change, without) => {
            const item: Record<string, unknown> = { ...good, ...change };
            for (const key of without.slice(0, 2)) delete item[key];
            if (!quick(item)) return;
            const parsed = schema.safeParse(item);
            expect(parsed.success && parsed.data).toEqual(item);
          },
        ),
        { numRuns: 3_000, seed: 20_261_123 },
      );
    },
  );

  it('CI-1: a wrong feature among sound ones is still named with its field', () => {
    const text = packToFiles(smallPack()).get('links.geojson')!;
    const wrong = parsePart('links', text.replace(/"lanes":\d+/, '"lanes":99'));
    expect(!wrong.ok && wrong.error).toMatchObject([{ file: 'links.geojson', field: 'lanes' }]);
  });
});

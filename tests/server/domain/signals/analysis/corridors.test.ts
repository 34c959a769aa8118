import { describe, expect, it } from 'vitest';
import { corridorsOf } from '../../../../../server/domain/signals/analysis/corridors.ts';
import { roadPack, type RoadIn } from '../../../../support/road-pack.ts';
import { smallPack } from '../../../../support/small-pack.ts';
import type { CityPack } from '../../../../../server/contract/city-pack.ts';

const of = ({ links, signals }: Pick<CityPack, 'links' | 'signals'>): ReturnType<typeof corridorsOf> =>
  corridorsOf({ links, signalAt: new Map(signals.map((s) => [s.junction, s.id])) });

/** Junctions a, b, c … east of each other, so many metres apart; roads both ways; a signal at each but the ends. */
function street(metres: readonly number[], more: (i: number) => Partial<RoadIn> = () => ({})): CityPack {
  const names = metres.map((_, i) => String.fromCodePoint(97 + i));
  const roads = names.slice(1).flatMap((to, i): RoadIn[] => [
    { id: `${names[i]!}${to}`, from: names[i]!, to, ...more(i) },
    { id: `${to}${names[i]!}`, from: to, to: names[i]!, ...more(i) },
  ]);
  const pack = roadPack(Object.fromEntries(names.map((n, i) => [n, [metres[i]!, 0]])), roads);
  const signals = names
    .slice(1, -1)
    .map((junction) => ({ id: `s-${junction}`, junction, offsetS: 0, phases: [] }));
  return { ...pack, signals };
}

describe('corridors', () => {
  it('TR-228 a road with three signals or more is one, in both directions', () => {
    const corridors = of(smallPack());
    expect(corridors.map((c) => [c.name.en, c.signals])).toEqual([
      ['Renmin Road', ['s-j-2-1', 's-j-2-2', 's-j-2-3']],
      ['Jiefang Road', ['s-j-1-2', 's-j-2-2', 's-j-3-2']],
    ]);
    const pack = smallPack();
    const { forth, back } = corridors[0]!;
    expect(forth.into.map((p) => pack.links[forth.links[p]!]!.id)).toEqual([
      'j-2-0>j-2-1',
      'j-2-1>j-2-2',
      'j-2-2>j-2-3',
    ]);
    expect(back!.into.map((p) => pack.links[back!.links[p]!]!.id)).toEqual([
      'j-2-2>j-2-1',
      'j-2-3>j-2-2',
      'j-2-4>j-2-3',
    ]);
  });

  it('TR-228 two signals are none, nor is a small road', () => {
    expect(of(street([0, 200, 400, 600]))).toEqual([]);
    expect(of(street([0, 200, 400, 600, 800], () => ({ class: 'tertiary' })))).toEqual([]);
    expect(of(street([0, 200, 400, 600, 800]))).toHaveLength(1);
  });

  it('TR-228 it is cut where two signals are far apart, and where there are too many', () => {
    const far = of(street([0, 200, 400, 600, 1_500, 1_700, 1_900, 2_100]));
    expect(far.map((c) => c.signals)).toEqual([
      ['s-b', 's-c', 's-d'],
      ['s-e', 's-f', 's-g'],
    ]);
    const many = of(street(Array.from({ length: 20 }, (_, i) => i * 200 + (i > 8 ? 50 : 0))));
    expect(many.map((c) => c.signals.length)).toEqual([8, 10]);
    expect(new Set(many.map((c) => c.name.en)).size).toBe(2);
  });

  it('TR-228 it does not go round a corner, nor into a road of another name', () => {
    const pack = street([0, 200, 400, 600, 800]);
    const named = (from: string, to: string, en: string): CityPack['links'] =>
      pack.links.map((l) => ({
        ...l,
        name: l.from >= from && l.to >= from ? { zh: en, en } : { zh: to, en: to },
      }));
    expect(of({ ...pack, links: named('c', 'First', 'Second') })).toEqual([]);
    const bent = { ...pack, links: pack.links.map((l) => ({ ...l })) };
    const corner = bent.links.find((l) => l.id === 'cd')!;
    Object.assign(corner, {
      path: [corner.path[0], [corner.path[0]![0], corner.path[0]![1] + 0.001], corner.path.at(-1)],
    });
    expect(of(bent).every((c) => !c.forth.links.includes(bent.links.indexOf(corner)))).toBe(true);
  });

  it('TR-228 a one-way road has no way back', () => {
    const pack = street([0, 200, 400, 600, 800]);
    const oneWay = { ...pack, links: pack.links.filter((l) => l.from < l.to) };
    expect(of(oneWay)).toMatchObject([{ signals: ['s-b', 's-c', 's-d'], back: null }]);
  });
});

import { describe, expect, it } from 'vitest';
import { validatePack } from '../../../server/city/validate.ts';
import type { CityPack } from '../../../server/contract/city-pack.ts';
import { packErrorText } from '../../../server/contract/pack-files.ts';
import { smallPack } from '../../support/small-pack.ts';

type Draft = { -readonly [K in keyof CityPack]: CityPack[K] };

/** A sound pack with one thing changed. */
function broken(change: (pack: Draft) => void): CityPack {
  const pack: Draft = { ...smallPack() };
  change(pack);
  return pack;
}

/** The list with its item of this id changed. */
const put = <T extends { readonly id: string }>(list: readonly T[], id: string, change: Partial<T>): T[] => {
  if (!list.some((item) => item.id === id)) throw new Error(`no “${id}” in the small pack`);
  return list.map((item) => (item.id === id ? { ...item, ...change } : item));
};
const at = (pack: CityPack, id: string) => pack.links.find((l) => l.id === id)!;

describe('validatePack', () => {
  it('CI-1 finds nothing wrong with a sound pack', () => {
    expect(validatePack(smallPack())).toEqual({ errors: [], warnings: [] });
  });

  const link = 'j-2-1>j-2-2';
  it.each<[string, (pack: Draft) => void, string]>([
    [
      'a link from nowhere',
      (p) => (p.links = put(p.links, link, { from: 'j-9-9' })),
      `links.geojson › ${link} › from: no junction “j-9-9”`,
    ],
    [
      'a link that ends away from its junction',
      (p) => (p.links = put(p.links, link, { path: at(p, link).path.slice(0, 2) })),
      `links.geojson › ${link} › path: ends 104 m away from junction “j-2-2”`,
    ],
    [
      'a link without length',
      (p) => (p.links = put(p.links, link, { path: [at(p, link).path[0]!, at(p, link).path[0]!] })),
      `links.geojson › ${link} › path: has no length`,
    ],
    [
      'a place on another continent',
      (p) => (p.facilities = put(p.facilities, 'f-fire', { position: [30.2, 118.6] as never })),
      'facilities.geojson › f-fire › position: [30.2, 118.6] lies outside the city’s bbox'.replace('’', "'"),
    ],
    [
      'a banned turn elsewhere',
      (p) => (p.links = put(p.links, link, { bannedTurns: ['j-0-0>j-0-1'] })),
      `links.geojson › ${link} › bannedTurns: “j-0-0>j-0-1” does not leave junction “j-2-2”`,
    ],
    [
      'a signal at no junction',
      (p) => (p.signals = put(p.signals, 's-j-2-2', { junction: 'nowhere' })),
      'signals.json › s-j-2-2 › junction: no junction “nowhere”',
    ],
    [
      'a movement into a link that leaves elsewhere',
      (p) =>
        (p.signals = put(p.signals, 's-j-2-2', {
          phases: p.signals
            .find((s) => s.id === 's-j-2-2')!
            .phases.map((phase, i) =>
              i === 0
                ? { ...phase, movements: [...phase.movements, { from: link, to: 'j-0-0>j-0-1' }] }
                : phase,
            ),
        })),
      'signals.json › s-j-2-2 › phases.0.movements.6.to: “j-0-0>j-0-1” does not leave junction “j-2-2”',
    ],
    [
      'a detector past the end',
      (p) => (p.detectors = put(p.detectors, 'd-1', { offsetM: 900 })),
      'detectors.json › d-1 › offsetM: 900 m lies past the link’s end'.replace('’', "'"),
    ],
    [
      'a ring left open',
      (p) =>
        (p.areas = put(p.areas, 'a-park', {
          polygons: [[p.areas.find((a) => a.id === 'a-park')!.polygons[0]![0]!.slice(0, 4)]],
        })),
      'areas.geojson › a-park › polygons: has a ring that is not closed',
    ],
    [
      'a street in a street',
      (p) => (p.districts = put(p.districts, 'jie-west', { parent: 'jie-east' })),
      'districts.geojson › jie-west › parent: a street cannot lie in a street',
    ],
    [
      'a district without its parent',
      (p) => (p.districts = put(p.districts, 'g-sw', { parent: 'gone' })),
      'districts.geojson › g-sw › parent: no district “gone”',
    ],
    [
      'a unit without a home',
      (p) => (p.units = put(p.units, 'u-a1', { home: 'f-gone' })),
      'units.json › u-a1 › home: no facility “f-gone”',
    ],
    [
      'a unit of no department',
      (p) => (p.units = put(p.units, 'u-a1', { department: 'dep-gone' })),
      'units.json › u-a1 › department: no department “dep-gone”',
    ],
    [
      'a bus that jumps',
      (p) => (p.busRoutes = put(p.busRoutes, 'r-1', { links: p.busRoutes[0]!.links.toSpliced(2, 1) })),
      'bus-routes.json › r-1 › links.2: “j-2-2>j-2-3” does not begin where “j-2-0>j-2-1” ends',
    ],
    [
      'an unknown time zone',
      (p) => (p.manifest = { ...p.manifest, timezone: 'Asia/Linjiang' }),
      'city.json › timezone: “Asia/Linjiang” is not an IANA time zone',
    ],
    [
      'a centre outside',
      (p) => (p.manifest = { ...p.manifest, center: [0, 0] }),
      'city.json › center: lies outside bbox',
    ],
  ])('CI-2 names file, feature and field of %s', (_, change, wanted) => {
    const told = validatePack(broken(change)).errors.map(packErrorText);
    expect(told.join('\n')).toContain(wanted);
  });

  it('CI-1 tells many faults at once, and counts a flood of one kind', () => {
    const pack = broken((p) => {
      p.units = p.units.map((u) => ({ ...u, home: 'gone' }));
      p.links = p.links.map((l) => ({ ...l, to: 'gone' }));
    });
    const { errors } = validatePack(pack);
    expect(errors.filter((e) => e.file === 'units.json')).toHaveLength(pack.units.length);
    const ofLinks = errors.filter((e) => e.file === 'links.geojson' && e.field === 'to');
    expect(ofLinks).toHaveLength(21);
    expect(ofLinks.at(-1)!.problem).toContain(String(pack.links.length - 20));
  });

  it('CI-1 keeps warnings apart: a link that never has green can still be driven on', () => {
    const { errors, warnings } = validatePack(
      broken((p) => {
        p.signals = put(p.signals, 's-j-2-2', {
          phases: p.signals.find((s) => s.id === 's-j-2-2')!.phases.slice(0, 1),
        });
      }),
    );
    expect(errors).toEqual([]);
    expect(warnings.map(packErrorText)).toContain(
      'signals.json › s-j-2-2 › phases: link “j-2-1>j-2-2” never has green',
    );
  });

  it('TR-109 a link whose only green is on request never has it by the plan, and is named', () => {
    const { phases } = smallPack().signals.find((s) => s.id === 's-j-2-2')!;
    const [first, ...others] = phases;
    const more = others.map((p) => ({ ...p, onRequest: true }));
    const checked = validatePack(
      broken((p) => (p.signals = put(p.signals, 's-j-2-2', { phases: [first!, ...more] }))),
    );
    expect(checked.errors).toEqual([]);
    expect(checked.warnings.map(packErrorText)).toContain(
      'signals.json › s-j-2-2 › phases: link “j-2-1>j-2-2” never has green',
    );
    expect(
      validatePack(broken((p) => (p.signals = put(p.signals, 's-j-2-2', { phases: [...phases, ...more] })))),
    ).toEqual({ errors: [], warnings: [] });
  });
});

import { describe, expect, it } from 'vitest';
import { City } from '../../../server/city/city.ts';
import { CityPlaces } from '../../../server/city/places.ts';
import { distanceM } from '../../../server/contract/geo.ts';
import { smallPack, smallPackAt } from '../../support/small-pack.ts';

const pack = smallPack();
const places = new CityPlaces(pack);
const at = smallPackAt;
const positionOf = (id: string) => pack.facilities.find((f) => f.id === id)!.position;

describe('places as alarm rules ask', () => {
  it('AL-196 how far it is to the nearest of a kind, or to the one of an id', () => {
    const here = at(330, 700);
    expect(places.metresTo(here, 'school')).toBeCloseTo(60, 0);
    expect(places.metresTo(here, 'f-hospital')).toBeCloseTo(distanceM(here, positionOf('f-hospital')), 6);
    expect(places.metresTo(here, 'stadium')).toBe(Infinity);
    expect(places.metresTo(here, 'f-nowhere')).toBe(Infinity);
  });

  it('AL-196 of several of a kind the nearest counts, in whatever order they come', () => {
    const school = { kind: 'school', position: at(0, 0) } as const;
    const facilities = [
      { ...school, id: 'a', position: at(500, 0) },
      { ...school, id: 'b', position: at(100, 0) },
      { ...school, id: 'c', position: at(900, 0) },
      // An id may be the name of a kind.
      { id: 'school', kind: 'hospital', position: at(50, 0) } as const,
    ];
    for (const order of [facilities, facilities.toReversed()]) {
      const of = new CityPlaces({ facilities: order, districts: [] });
      expect(of.metresTo(at(0, 0), 'school')).toBeCloseTo(50, 0);
      expect(of.metresTo(at(520, 0), 'school')).toBeCloseTo(20, 0);
      expect(of.metresTo(at(0, 0), 'hospital')).toBeCloseTo(50, 0);
    }
  });

  it('AL-196 whether it lies in a district, street or grid cell, as the city itself says', () => {
    const city = City.fromPack(pack);
    for (let east = -500; east <= 1_500; east += 90) {
      const p = at(east, 333);
      const { district, street, grid } = city.districtAt(p);
      for (const { id } of pack.districts)
        expect(places.insideDistrict(p, id)).toBe([district?.id, street?.id, grid?.id].includes(id));
    }
    expect(places.insideDistrict(at(0, 0), 'nowhere')).toBeUndefined();
  });

  it('AL-196 with a hole, or in several pieces', () => {
    const ring = (west: number, east: number) => [
      at(west, 0),
      at(east, 0),
      at(east, 100),
      at(west, 100),
      at(west, 0),
    ];
    const of = new CityPlaces({
      facilities: [],
      districts: [{ id: 'd', polygons: [[ring(0, 300), ring(100, 200)], [ring(500, 600)]] }],
    });
    const inside = [50, 150, 250, 400, 550].map((east) => of.insideDistrict(at(east, 50), 'd'));
    expect(inside).toEqual([true, false, true, false, true]);
  });
});

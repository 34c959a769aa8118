import { describe, expect, it } from 'vitest';
import {
  areaKind,
  facilityKind,
  lineKind,
  readBuilding,
  readLength,
} from '../../../server/city/import-osm/land-tags.ts';
import type { Tags } from '../../../server/city/import-osm/osm.ts';
import {
  readDirection,
  readName,
  readRoad,
  readSpeed,
  type Road,
} from '../../../server/city/import-osm/tags.ts';

const road = (tags: Tags): Road => {
  const found = readRoad({ highway: 'secondary', ...tags });
  if (typeof found === 'string') throw new Error(found);
  return found;
};

describe('OpenStreetMap tags', () => {
  it.each<[Tags, string]>([
    [{}, 'both'],
    [{ oneway: 'yes' }, 'forward'],
    [{ oneway: 'true' }, 'forward'],
    [{ oneway: '1' }, 'forward'],
    [{ oneway: ' Yes ' }, 'forward'],
    [{ oneway: '-1' }, 'backward'],
    [{ oneway: 'reverse' }, 'backward'],
    [{ oneway: 'no' }, 'both'],
    [{ oneway: '0' }, 'both'],
    [{ oneway: 'alternating' }, 'both'],
    [{ oneway: 'reversible' }, 'reversible'],
    [{ oneway: 'sometimes' }, 'both'],
    [{ junction: 'roundabout' }, 'forward'],
    [{ junction: 'circular' }, 'forward'],
    [{ junction: 'roundabout', oneway: '-1' }, 'backward'],
    [{ highway: 'motorway' }, 'forward'],
    [{ highway: 'motorway', oneway: 'no' }, 'both'],
    [{ oneway: 'yes', 'oneway:motor_vehicle': 'no' }, 'both'],
  ])('CI-8 %o goes %s', (tags, wanted) => {
    expect(readDirection(tags)).toBe(wanted);
  });

  it.each<[string | undefined, number | undefined]>([
    ['50', 50],
    ['50 km/h', 50],
    ['30 mph', 48],
    ['30mph', 48],
    ['10 knots', 19],
    ['none', 130],
    ['walk', 7],
    ['CN:urban', 50],
    ['CN:rural', 70],
    ['DE:rural', 100],
    ['RU:urban', 60],
    ['DE:zone30', 30],
    ['FR:zone:30', 30],
    ['IT:30', 30],
    ['60;40', 60],
    ['500', 140],
    ['signals', undefined],
    ['fast', undefined],
    ['0', undefined],
    ['-20', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('CI-8 maxspeed %s is %s km/h', (value, wanted) => {
    expect(readSpeed(value)).toBe(wanted);
  });

  it.each<[Tags, number, number]>([
    [{}, 1, 1],
    [{ highway: 'primary' }, 2, 2],
    [{ lanes: '4' }, 2, 2],
    [{ lanes: '3' }, 2, 1],
    [{ lanes: '1' }, 1, 1],
    [{ lanes: '3', oneway: 'yes' }, 3, 3],
    [{ lanes: '5', 'lanes:forward': '3' }, 3, 2],
    [{ lanes: '5', 'lanes:both_ways': '1' }, 2, 2],
    [{ 'lanes:forward': '2', 'lanes:backward': '1' }, 2, 1],
    [{ lanes: '2;3' }, 1, 1],
    [{ lanes: 'many' }, 1, 1],
    [{ lanes: '99', oneway: 'yes' }, 12, 12],
  ])('CI-8 %o has %d lanes on and %d back', (tags, forward, backward) => {
    const found = road(tags);
    expect([found.forward.lanes, found.backward.lanes]).toEqual([forward, backward]);
  });

  it.each<[Tags, string]>([
    [{ highway: 'footway' }, 'not for cars'],
    [{ highway: 'track' }, 'not for cars'],
    [{ access: 'private' }, 'no access for the public'],
    [{ access: 'no' }, 'no access for the public'],
    [{ motor_vehicle: 'agricultural;forestry' }, 'no access for the public'],
    [{ area: 'yes' }, 'an area'],
    [{ highway: 'construction' }, 'under construction or planned'],
    [{ highway: 'service', service: 'driveway' }, 'driveway or parking aisle'],
    [{ oneway: 'reversible' }, 'reversible lane'],
    [{ highway: 'razed' }, 'out of use'],
  ])('CI-10 %o is left out: %s', (tags, why) => {
    expect(readRoad({ highway: 'secondary', ...tags })).toBe(why);
  });

  it('CI-8 lets the more specific access tag decide', () => {
    expect(road({ access: 'no', motor_vehicle: 'yes' }).class).toBe('secondary');
    expect(road({ access: 'destination' }).class).toBe('secondary');
    expect(readRoad({ highway: 'residential', motor_vehicle: 'no' })).toBe('no access for the public');
  });

  it('CI-8 takes direction-wise limits, bridges and tunnels', () => {
    const found = road({ maxspeed: '60', 'maxspeed:backward': '40', bridge: 'viaduct', tunnel: 'no' });
    expect([found.forward.speedKph, found.backward.speedKph]).toEqual([60, 40]);
    expect([found.bridge, found.tunnel]).toEqual([true, false]);
  });

  it.each<[Tags, { zh: string; en: string } | undefined]>([
    [{ name: '中山路' }, { zh: '中山路', en: '中山路' }],
    [
      { name: '中山路', 'name:en': 'Zhongshan Road' },
      { zh: '中山路', en: 'Zhongshan Road' },
    ],
    [{ name: 'Rue Grimaldi' }, { zh: 'Rue Grimaldi', en: 'Rue Grimaldi' }],
    [
      { name: 'Rue Grimaldi', 'name:zh': '格里马尔迪街' },
      { zh: '格里马尔迪街', en: 'Rue Grimaldi' },
    ],
    [{ 'name:en': 'Main Street' }, { zh: 'Main Street', en: 'Main Street' }],
    [{ name: '  ' }, undefined],
    [{}, undefined],
  ])('names of %o', (tags, wanted) => {
    expect(readName(tags)).toEqual(wanted);
  });

  it('names a nameless road by its number', () => {
    expect(road({ ref: 'S206;X01' }).name).toEqual({ zh: 'S206', en: 'S206' });
  });

  it.each<[Tags, string, number]>([
    [{ building: 'yes', height: '12.5 m' }, 'other', 12.5],
    [{ building: 'apartments', 'building:levels': '10' }, 'residential', 32],
    [{ building: 'office', height: "40'" }, 'commercial', 12.2],
    [{ building: 'house' }, 'residential', 7],
    [{ building: 'yes', height: 'tall' }, 'other', 6.4],
    [{ building: 'tower', height: '5000' }, 'other', 1_000],
    [{ building: 'shed', 'building:levels': '0' }, 'other', 3],
  ])('building %o: %s, %d m', (tags, kind, heightM) => {
    expect(readBuilding(tags)).toEqual({ kind, heightM });
  });

  it('reads lengths', () => {
    expect(['6\'6"', '3,5', '-4', '', 'x'].map(readLength)).toEqual([
      1.9812,
      3.5,
      undefined,
      undefined,
      undefined,
    ]);
    expect(readBuilding({ building: 'no' })).toBeUndefined();
  });

  it.each<[Tags, string | undefined]>([
    [{ amenity: 'hospital' }, 'hospital'],
    [{ amenity: 'clinic' }, 'health-centre'],
    [{ amenity: 'fire_station' }, 'fire-station'],
    [{ amenity: 'police' }, 'police-station'],
    [{ amenity: 'social_facility', 'social_facility:for': 'senior' }, 'elderly-care'],
    [{ amenity: 'social_facility' }, undefined],
    [{ amenity: 'parking', access: 'private' }, undefined],
    [{ amenity: 'townhall' }, 'government'],
    [{ amenity: 'cafe' }, undefined],
    [{ constructor: 'x' }, undefined],
  ])('%o is a facility: %s', (tags, wanted) => {
    expect(facilityKind(tags)).toBe(wanted);
  });

  it('tells areas and lines', () => {
    expect(areaKind({ natural: 'water' })).toBe('water');
    expect(areaKind({ landuse: 'retail' })).toBe('commercial');
    expect(areaKind({ building: 'school', amenity: 'school' })).toBeUndefined();
    expect(areaKind({ natural: 'toString' })).toBeUndefined();
    expect(lineKind({ railway: 'rail' })).toBe('rail');
    expect(lineKind({ railway: 'abandoned' })).toBeUndefined();
    expect(lineKind({ waterway: 'river', tunnel: 'culvert' })).toBeUndefined();
    expect(lineKind({ highway: 'steps' })).toBe('footway');
  });
});

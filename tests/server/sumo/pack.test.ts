import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { distanceM, pathLengthM } from '../../../server/contract/geo.ts';
import { packFromFiles, packToFiles } from '../../../server/contract/pack-files.ts';
import { signalsOf } from '../../../server/sumo/junctions.ts';
import { toLonLat } from '../../../server/sumo/net/projection.ts';
import { readConfig } from '../../../server/sumo/net/read-config.ts';
import { readNet } from '../../../server/sumo/net/read-net.ts';
import { packOf, type PackOptions } from '../../../server/sumo/pack.ts';
import { crossingNet } from '../../support/sumo-crossing.ts';
import { networksAbsent, networksNote, sumoNetwork } from '../../support/sumo.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const options: PackOptions = {
  id: 'crossing',
  name: { zh: '路口', en: 'Crossing' },
  timezone: 'Asia/Shanghai',
  attribution: 'test',
  drivesOn: 'right',
  centre: [120, 30],
};
const netOf = async (text = crossingNet()) => {
  const file = join(temporaryFolder(), 'a.net.xml');
  await writeFile(file, text);
  return readNet(file);
};

describe('where a SUMO network lies', () => {
  const utm = (zone: number, more = '') => ({
    offset: [0, 0] as const,
    projection: `+proj=utm +zone=${zone} +ellps=WGS84 +datum=WGS84 +units=m +no_defs${more}`,
  });

  it('TR-122 is where the projection says: known points of UTM', () => {
    // On the central meridian the way from the equator to 45° is the quarter of the meridian known to the millimetre.
    const [lon, lat] = toLonLat(utm(32), null)([500_000, 4_984_944.378 * 0.9996]);
    expect(lon).toBeCloseTo(9, 9);
    expect(lat).toBeCloseTo(45, 8);
    // Toronto’s CN Tower, given to the metre.
    const tower = toLonLat(utm(17), null)([630_084, 4_833_438]);
    expect(distanceM(tower, [-79.387139, 43.642567])).toBeLessThan(2);
    const south = toLonLat(utm(33, ' +south'), null)([500_000, 10_000_000 - 4_984_944.378 * 0.9996]);
    expect(south[1]).toBeCloseTo(-45, 8);
  });

  it('TR-122 takes off the network’s own shift, and knows any transverse Mercator', () => {
    const projection = '+proj=tmerc +lat_0=45 +lon_0=10 +k=1 +x_0=1000 +y_0=2000 +ellps=WGS84';
    const place = toLonLat({ offset: [-1_000, 500], projection }, null)([0, 2_500]);
    expect(place[0]).toBeCloseTo(10, 9);
    expect(place[1]).toBeCloseTo(45, 9);
  });

  it('TR-122 is metres around a centre for a network without a place, and must be told which', () => {
    const nowhere = { offset: [0, 0] as const, projection: '!' };
    const place = toLonLat(nowhere, [120, 30])([1_000, 0]);
    expect(distanceM(place, [120, 30])).toBeCloseTo(1_000, 0);
    expect(() => toLonLat(nowhere, null)).toThrow('say with --center where it lies');
    expect(() => toLonLat({ offset: [0, 0], projection: '+proj=lcc +lat_1=1' }, null)).toThrow(
      'is not known here',
    );
    expect(() => toLonLat({ offset: [0, 0], projection: '+proj=utm +zone=x' }, null)).toThrow('no number');
  });
});

describe('a city pack of a SUMO network', () => {
  it('TR-123 has its roads, junctions and signals, and can be read again', async () => {
    const { pack, notes } = packOf(await netOf(), options);
    expect(notes).toEqual([]);
    const files = packToFiles(pack);
    const again = packFromFiles((file) => files.get(file) ?? null);
    expect(again.ok).toBe(true);
    expect(pack.links.length).toBe(10);
    const north = pack.links.find(({ id }) => id === 'northIn')!;
    expect(north).toMatchObject({
      from: 'north',
      to: 'C',
      lanes: 1,
      speedLimitKph: 50,
      name: { en: 'northIn road' },
    });
    expect(pathLengthM(north.path)).toBeCloseTo(210, -1);
    expect(pack.junctions.map(({ id, kind }) => [id, kind])).toContainEqual(['C', 'signal']);
    expect(pack.manifest).toMatchObject({ fictional: true, timezone: 'Asia/Shanghai' });
  });

  it('TR-123 knows its signals by the names and the phases of the signal port', async () => {
    const net = await netOf();
    const { pack } = packOf(net, options);
    const [layout] = signalsOf(net).layouts;
    const [signal] = pack.signals;
    expect(signal?.id).toBe(layout?.junction.id);
    expect(signal?.phases.length).toBe(layout?.junction.phases.length);
    expect(signal?.phases[0]).toMatchObject({
      greenS: 30,
      yellowS: 4,
      allRedS: 1,
      minGreenS: 6,
      maxGreenS: 45,
    });
    expect(signal?.phases[0]?.movements).toContainEqual({ from: 'northIn', to: 'southOut' });
    expect(signal?.phases[0]?.movements).toContainEqual({ from: 'northIn', to: 'eastOut', yields: true });
    const links = new Set(pack.links.map(({ id }) => id));
    const used = [...layout!.junction.lanes, ...layout!.junction.exits].map(({ link }) => link);
    expect(used.filter((link) => !links.has(link))).toEqual([]);
  });

  it('TR-123 refuses a network without roads for vehicles', async () => {
    const net = await netOf(crossingNet().replaceAll('<lane ', '<lane allow="pedestrian" '));
    expect(() => packOf(net, options)).toThrow('no road for vehicles');
  });
});

describe.skipIf(networksAbsent)(`networks of real junctions${networksNote}`, () => {
  it.each([
    ['cologne1', [6.92, 50.93]],
    ['ingolstadt1', [11.41, 48.77]],
  ] as const)('TR-123 become a sound city in their place: %s', (name, place) => {
    const { pack, notes } = packOf(readNet(readConfig(sumoNetwork(name)).netFile), {
      ...options,
      centre: null,
    });
    expect(notes).toEqual([]);
    expect(distanceM(pack.manifest.center, place)).toBeLessThan(3_000);
    expect(pack.signals.length).toBe(1);
    expect(pack.manifest.fictional).toBe(false);
  });
});

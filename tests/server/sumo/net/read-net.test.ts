import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../../../server/sumo/net/read-config.ts';
import { readNet } from '../../../../server/sumo/net/read-net.ts';
import { crossingNet, writeCrossing } from '../../../support/sumo-crossing.ts';
import { makeFolder } from '../../../support/temporary.ts';

const kept = makeFolder();
const folder = kept.dir;
afterAll(() => kept.remove());
const written = async (name: string, content: string | Buffer): Promise<string> => {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
};

describe('a SUMO network', () => {
  it('TR-120 is read with its lanes, connections, junctions and programs', async () => {
    const net = readNet(await written('good.net.xml', crossingNet()));
    expect(net.notes).toEqual([]);
    expect([...net.edges.values()].filter((e) => e.function === 'normal').length).toBe(10);
    expect(net.lanes.get('northIn_0')).toMatchObject({ lengthM: 200, speedMps: 13.89 });
    const left = net.connections.find((c) => c.signal === 'C' && c.link === 2)!;
    expect([left.from.id, left.to.id, left.via?.id, left.direction]).toEqual([
      'northIn_0',
      'eastOut_0',
      ':C_2_0',
      'l',
    ]);
    expect(net.programs.get('C')?.[0]).toMatchObject({ offsetS: 10, type: 'static' });
    expect(net.programs.get('C')?.[0]?.phases[0]).toEqual({
      durationS: 30,
      minS: 6,
      maxS: 45,
      state: 'GGgrrrGGgrrr',
    });
    expect(net.junctions.get('C')?.requests[0]?.foes.map(Number).join('')).toBe('000010001000');
  });

  it('TR-120 is read from a gzip file just as well', async () => {
    const net = readNet(await written('good.net.xml.gz', gzipSync(crossingNet())));
    expect(net.connections.filter((c) => c.signal === 'C').length).toBe(12);
  });

  it('TR-120 takes the program that a further file adds for the one that runs', async () => {
    const file = await written('good.net.xml', crossingNet());
    const added = await written(
      'other.add.xml',
      '<additional><tlLogic id="C" type="static" programID="night" offset="0"><phase duration="9" state="GGgrrrGGgrrr"/><phase duration="3" state="rrrGGgrrrGGg"/></tlLogic></additional>',
    );
    expect(
      readNet(file, [added])
        .programs.get('C')
        ?.map(({ id }) => id),
    ).toEqual(['night', '0']);
    const astray = await written(
      'astray.add.xml',
      '<additional><tlLogic id="X" programID="1"><phase duration="9" state="G"/></tlLogic></additional>',
    );
    expect(() => readNet(file, [astray])).toThrow('a program for the signal X, which the network lacks');
  });

  const broken: readonly (readonly [string, string | RegExp, string, string])[] = [
    [
      'a connection to an unknown lane',
      'to="eastOut" fromLane="0" toLane="0" via=":C_2_0"',
      'to="eastOut" fromLane="0" toLane="4" via=":C_2_0"',
      'the connection from northIn_0 to eastOut_4 ends on a lane the network lacks',
    ],
    [
      'a connection from an unknown edge',
      'from="farIn" to="westIn"',
      'from="nowhere" to="westIn"',
      'the connection from nowhere_0 to westIn_0 begins on a lane the network lacks',
    ],
    ['a way over an unknown lane', 'via=":C_2_0"', 'via=":C_99_0"', 'runs over the unknown lane :C_99_0'],
    ['a lane without length', 'length="200.00"', 'length="0.00"', 'the lane northIn_0 has no length'],
    ['a lane without speed', 'speed="13.89"', 'speed="fast"', 'the lane northIn_0 has no speed'],
    ['a signal without phases', /<phase [^>]*>/g, '', 'the program 0 of the signal C has no phases'],
    [
      'a state of the wrong length',
      'state="yyyrrryyyrrr"',
      'state="yyyrrryyyrr"',
      'the program 0 of the signal C has 11 lights in its phase 1; it has 12 links',
    ],
    [
      'a light nobody knows',
      'state="yyyrrryyyrrr"',
      'state="yyyrrryyyrrq"',
      'has an unknown light in its phase 1: yyyrrryyyrrq',
    ],
    ['a phase without duration', 'duration="30"', 'duration="x"', 'phase 0 of the signal C has no duration'],
    [
      'a signal without program',
      'tl="C" linkIndex="0"',
      'tl="D" linkIndex="0"',
      'has the signal D, which has no program',
    ],
    [
      'a connection without a link',
      'tl="C" linkIndex="0"',
      'tl="C"',
      'has the signal C and no place in its states',
    ],
    [
      'an edge to an unknown junction',
      'to="C" priority',
      'to="Q" priority',
      'the edge northIn ends at the unknown junction Q',
    ],
    [
      'a junction with an unknown lane',
      'incLanes="farIn_0',
      'incLanes="farIn_7',
      'the junction W names the unknown lane farIn_7',
    ],
    ['the same edge twice', '<edge id="farOut"', '<edge id="farIn"', 'the edge farIn occurs twice'],
    ['a DOCTYPE', '<net ', '<!DOCTYPE net [<!ENTITY a "b">]><net ', 'it has a DOCTYPE'],
    ['another file', /net>/g, 'routes>', 'not well-formed XML'],
    ['a file cut off', /<\/net>\s*$/, '', 'not well-formed XML'],
  ];
  it.each(broken)('TR-120 is refused by name: %s', async (_, good, bad, sentence) => {
    const text = crossingNet().replace(good, bad);
    expect(text).not.toBe(crossingNet());
    const file = await written('broken.net.xml', text);
    expect(() => readNet(file)).toThrow(sentence);
    expect(() => readNet(file)).toThrow(file);
  });

  it('TR-120 says of lights that are for nobody, and reads on', async () => {
    const text = crossingNet().replaceAll(/state="([Ggyr]{12})"/g, 'state="$1r"');
    const net = readNet(await written('odd.net.xml', text));
    expect(net.notes).toEqual([expect.stringContaining('a light for link 12, which has no connection')]);
  });

  it('TR-120 is refused where the file is missing, empty or damaged', async () => {
    expect(() => readNet(join(folder, 'none.net.xml'))).toThrow('cannot be read');
    const empty = await written('empty.net.xml', '');
    expect(() => readNet(empty)).toThrow('empty');
    const packed = gzipSync(crossingNet());
    const cut = await written('cut.net.xml.gz', packed.subarray(0, packed.length >> 1));
    expect(() => readNet(cut)).toThrow('cannot be read');
  });
});

describe('a SUMO configuration', () => {
  it('TR-120 names its files from where it lies, and its times', async () => {
    const config = readConfig(await writeCrossing(folder));
    expect(config).toEqual({
      netFile: join(folder, 'crossing.net.xml'),
      additionalFiles: [],
      beginS: 0,
      endS: 600,
    });
  });

  it('TR-120 is refused without a network, or with a time that is none', async () => {
    const none = await written('none.sumocfg', '<configuration><input/></configuration>');
    expect(() => readConfig(none)).toThrow('it names no network');
    const late = await written(
      'late.sumocfg',
      '<sumoConfiguration><net-file value="a.net.xml"/><end value="soon"/></sumoConfiguration>',
    );
    expect(() => readConfig(late)).toThrow('“soon” is no time');
  });
});

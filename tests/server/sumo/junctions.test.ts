import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { portJunction } from '../../../server/contract/signal-port.ts';
import { cycleS, planned } from '../../../server/domain/signals/plan.ts';
import { SafeJunction } from '../../../server/domain/signals/safety.ts';
import { signalsOf, type NetSignals } from '../../../server/sumo/junctions.ts';
import { lightsOf } from '../../../server/sumo/lights.ts';
import { shortId } from '../../../server/sumo/net/ids.ts';
import { readNet } from '../../../server/sumo/net/read-net.ts';
import { crossingNet } from '../../support/sumo-crossing.ts';
import { makeFolder } from '../../support/temporary.ts';

const kept = makeFolder();
afterAll(() => kept.remove());

async function signals(change: (net: string) => string = (net) => net): Promise<NetSignals> {
  const file = join(kept.dir, 'net.xml');
  await writeFile(file, change(crossingNet()));
  return signalsOf(readNet(file));
}
/** The crossing with another program; states have twelve letters. */
const program =
  (...phases: readonly (readonly [number, string])[]) =>
  (net: string): string =>
    net.replace(
      /(<tlLogic[^>]*>)[^]*?<\/tlLogic>/,
      `$1${phases.map(([s, state]) => `<phase duration="${s}" state="${state}"/>`).join('')}</tlLogic>`,
    );
const only = async (change?: (net: string) => string) => {
  const { layouts, notes } = await signals(change);
  expect(notes).toEqual([]);
  expect(layouts.length).toBe(1);
  return layouts[0]!;
};

describe('a SUMO signal as a junction of the signal port', () => {
  it('TR-121 has its green stages as phases, with the yellow and all-red that follow them', async () => {
    const { junction } = await only();
    expect(portJunction.parse(junction)).toEqual(junction);
    expect(junction.phases).toEqual([
      {
        minGreenS: 6,
        maxGreenS: 45,
        yellowS: 4,
        allRedS: 1,
        pedestrianS: 0,
        green: [0, 1, 6, 7],
        yields: [2, 8],
      },
      {
        minGreenS: 5,
        maxGreenS: 60,
        yellowS: 3,
        allRedS: 2,
        pedestrianS: 0,
        green: [3, 4, 9, 10],
        yields: [5, 11],
      },
    ]);
    expect(junction.plan.steps).toEqual([
      { phase: 0, greenS: 30 },
      { phase: 1, greenS: 20 },
    ]);
    expect(cycleS(junction, junction.plan)).toBe(60);
    // SUMO’s offset of 10 s lets the program begin later.
    expect(planned(junction, junction.plan, 10)).toEqual({ phase: 0, sinceS: 0 });
    expect(planned(junction, junction.plan, 69).phase).toBe(0);
  });

  it('TR-121 has lanes, exits, turns and conflicts of the network', async () => {
    const { junction } = await only();
    const of = (link: number): (typeof junction.connections)[number] => junction.connections[link]!;
    expect(junction.lanes.map(({ id, lengthM }) => [id, lengthM])).toEqual([
      ['northIn_0', 200],
      ['eastIn_0', 200],
      ['southIn_0', 200],
      // 60 m of its own and 100 m upstream of a node without a signal.
      ['westIn_0', 160],
    ]);
    expect(junction.exits.find(({ id }) => id === 'westOut_0')?.lengthM).toBe(160);
    expect([0, 1, 2].map((link) => of(link).turn)).toEqual(['right', 'through', 'left']);
    // North’s left turn meets the south’s straight and right, all of the side roads but the right turn out of its way.
    expect(of(2).conflicts).toEqual([4, 5, 6, 7, 10, 11]);
    expect(of(6).conflicts).toContain(2);
  });

  it('TR-121 takes a yellow from the green where the program goes over without', async () => {
    const { junction } = await only(program([30, 'GGgrrrGGgrrr'], [20, 'rrrGGgrrrGGg']));
    expect(junction.phases.map(({ yellowS }) => yellowS)).toEqual([3, 3]);
    expect(junction.plan.steps.map(({ greenS }) => greenS)).toEqual([27, 17]);
    expect(cycleS(junction, junction.plan)).toBe(50);
  });

  it('TR-121 makes one phase of a green that comes twice, and none of a moment of clearing', async () => {
    const { junction } = await only(
      program(
        [20, 'GGgrrrGGgrrr'],
        [3, 'yygrrryygrrr'],
        [2, 'rrgrrrrrgrrr'],
        [8, 'rrGrrrrrGrrr'],
        [3, 'rryrrrrryrrr'],
        [15, 'rrrGGgrrrGGg'],
        [3, 'rrryyyrrryyy'],
        [10, 'GGgrrrGGgrrr'],
        [3, 'yyyrrryyyrrr'],
        [15, 'rrrGGgrrrGGg'],
        [3, 'rrryyyrrryyy'],
      ),
    );
    expect(junction.phases.map(({ green }) => green)).toEqual([
      [0, 1, 6, 7],
      [2, 8],
      [3, 4, 9, 10],
    ]);
    expect(junction.plan.steps.map(({ phase }) => phase)).toEqual([0, 1, 2, 0, 2]);
    expect(junction.phases[0]).toMatchObject({ yellowS: 3, allRedS: 2 });
  });

  it('TR-121 lets one of two that conflict give way where the program gives both the right of way', async () => {
    const { junction } = await only(
      program([30, 'GGGrrrGGGrrr'], [3, 'yyyrrryyyrrr'], [20, 'rrrGGgrrrGGg'], [3, 'rrryyyrrryyy']),
    );
    expect(junction.phases[0]).toMatchObject({ green: [0, 1, 6, 7], yields: [2, 8] });
  });

  it('TR-121 begins its plan with the first green, wherever the program begins', async () => {
    const { junction } = await only(
      program([3, 'rrryyyrrryyy'], [30, 'GGgrrrGGgrrr'], [4, 'yyyrrryyyrrr'], [20, 'rrrGGgrrrGGg']),
    );
    expect(planned(junction, junction.plan, 13)).toEqual({ phase: 0, sinceS: 0 });
    expect(cycleS(junction, junction.plan)).toBe(57);
  });

  it('TR-126 has beside them, where asked for, what else may be green together; its plan is the program found', async () => {
    const file = join(kept.dir, 'combined.net.xml');
    await writeFile(file, crossingNet());
    const net = readNet(file);
    const found = signalsOf(net).layouts[0]!;
    const combined = signalsOf(net, 'combined').layouts[0]!;
    expect(combined.junction.phases.slice(0, 2)).toEqual(found.junction.phases);
    expect(combined.junction.plan).toEqual(found.junction.plan);
    expect(combined.junction.maxRedS).toBe(found.junction.maxRedS);
    const south = combined.junction.phases.findIndex(({ green }) =>
      [6, 7, 8].every((c) => green.includes(c)),
    );
    expect(south).toBeGreaterThan(1);
    const safe = new SafeJunction(combined.junction, 0);
    let shown = safe.step(0, null);
    for (let s = 1; s < 60 && shown.phase !== south; s++) shown = safe.step(s, south);
    const lights = lightsOf(combined, safe, shown);
    expect(lights.slice(6, 9)).toBe('GGG');
    expect(lights.slice(0, 6)).not.toMatch(/[gG]{2}/);
  });

  it('TR-121 leaves to SUMO, with the reason, what it cannot drive', async () => {
    const dark = await signals(program([30, 'oooooooooooo']));
    expect(dark.layouts).toEqual([]);
    expect(dark.notes).toEqual(['the signal C is left to SUMO: its program never shows green alone']);
    const rail = await signals((net) => net.replace('type="static"', 'type="rail_signal"'));
    expect(rail.notes).toEqual(['the signal C is left to SUMO: its program is of the kind rail_signal']);
  });

  it('TR-121 shows in SUMO what the safety rules show, second by second as the program that was found', async () => {
    const layout = await only();
    const safe = new SafeJunction(layout.junction, 10);
    const seen: string[] = [];
    for (let nowS = 10; nowS < 70; nowS++) {
      const shown = safe.step(nowS, null);
      seen.push(lightsOf(layout, safe, shown));
    }
    const found: string[] = [];
    for (const [s, state] of [
      [30, 'GGgrrrGGgrrr'],
      [4, 'yyyrrryyyrrr'],
      [1, 'rrrrrrrrrrrr'],
      [20, 'rrrGGgrrrGGg'],
      [3, 'rrryyyrrryyy'],
      [2, 'rrrrrrrrrrrr'],
    ] as const)
      found.push(...Array<string>(s).fill(state));
    expect(seen).toEqual(found);
  });

  it('TR-121 gives pedestrians the time to cross, and shows them their walk at the begin of the phase', async () => {
    const withCrossing = (net: string): string =>
      net
        .replace(
          '</net>',
          `<edge id=":C_c0" function="crossing" crossingEdges="northIn northOut"><lane id=":C_c0_0" index="0" allow="pedestrian" speed="1.00" length="12.00" width="4.00" shape="490,512 510,512"/></edge>
<edge id=":C_w0" function="walkingarea"><lane id=":C_w0_0" index="0" allow="pedestrian" speed="1.00" length="2.00" shape="488,512 490,512"/></edge>
<connection from=":C_w0" to=":C_c0" fromLane="0" toLane="0" tl="C" linkIndex="12" dir="s" state="M"/></net>`,
        )
        .replaceAll(/state="(rrrGGg\w{6})"/g, 'state="$1G"')
        .replaceAll(/state="([Ggyr]{12})"/g, 'state="$1r"');
    const layout = await only(withCrossing);
    // 4 s to begin and 12 m at 1.2 m/s.
    expect(layout.junction.phases.map(({ pedestrianS }) => pedestrianS)).toEqual([0, 14]);
    const safe = new SafeJunction(layout.junction, 45);
    const walks: string[] = [];
    for (let nowS = 45; nowS < 65; nowS++) walks.push(lightsOf(layout, safe, safe.step(nowS, null))[12]!);
    expect(walks.join('')).toBe('GGGGrrrrrrrrrrrrrrrr');
  });

  it('TR-121 keeps ids that the product can take', () => {
    const long = `cluster_${'123456789_'.repeat(20)}`;
    expect(shortId('short')).toBe('short');
    expect(shortId(long).length).toBe(80);
    expect(shortId(long)).not.toBe(shortId(`${long}x`));
  });
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { controllerNames, runController } from '../../../server/sumo/controllers.ts';
import type { SumoDriver } from '../../../server/sumo/driver.ts';
import { startSumo } from '../../../server/sumo/process.ts';
import { runSumo } from '../../../server/sumo/run.ts';
import { domain, variable } from '../../../server/sumo/traci/constants.ts';
import { crossingNet, writeCrossing } from '../../support/sumo-crossing.ts';
import { networksAbsent, networksNote, sumoAbsent, sumoNetwork, sumoNote } from '../../support/sumo.ts';
import { temporaryFolder } from '../../support/temporary.ts';

describe('a SUMO that does not run', () => {
  it('TR-116 is told from one that is not installed', async () => {
    const start = startSumo({ binary: 'no-such-sumo', configFile: 'x.sumocfg', seed: 1 });
    await expect(start).rejects.toThrow('SUMO is not installed here: there is no program “no-such-sumo”');
  });

  it('TR-116 tells what a program that ends at once said', async () => {
    const folder = temporaryFolder();
    const program = join(folder, 'sumo.sh');
    await writeFile(program, '#!/bin/sh\necho "Error: nothing to run" >&2\nexit 3\n', { mode: 0o755 });
    const start = startSumo({ binary: program, configFile: 'x.sumocfg', seed: 1 });
    await expect(start).rejects.toThrow('SUMO ended (code 3): Error: nothing to run');
  });
});

describe.skipIf(sumoAbsent)(`a SUMO that runs${sumoNote}`, () => {
  it('TR-116 tells what SUMO says of a file it cannot use', async () => {
    const configFile = join(temporaryFolder(), 'bad.sumocfg');
    await writeFile(
      configFile,
      '<configuration><input><net-file value="none.net.xml"/></input></configuration>',
    );
    await expect(startSumo({ configFile, seed: 1 })).rejects.toThrow(/SUMO ended .*none\.net\.xml/s);
  });

  it.each(controllerNames)('TR-117 runs a minute under %s and loses nobody', async (controller) => {
    const configFile = await writeCrossing(temporaryFolder());
    const run = await runController(controller, { configFile, seed: 1, endS: 60 });
    expect(run).toMatchObject({ simulatedS: 60, junctions: 1, teleports: 0, refused: 0 });
    expect(run.trips).toBe(run.arrived + run.unfinished + run.undeparted);
    expect(run.trips).toBeGreaterThan(10);
  });

  it('TR-115 sets phases and programs, and hears of everything around a place', async () => {
    const sumo = await startSumo({ configFile: await writeCrossing(temporaryFolder()), seed: 1 });
    onTestFinished(() => sumo.end());
    const { traci } = sumo;
    const lights = async (): Promise<unknown> => {
      const state = traci.get(domain.trafficLight, 'C', variable.lightState);
      traci.flush();
      return state;
    };
    const around = traci.subscribeContext(domain.junction, 'C', domain.vehicle, 150, [variable.speedMps]);
    const phase = traci.setPhase('C', 3);
    traci.flush();
    expect((await around).size).toBe(0);
    await phase;
    expect(await lights()).toBe('rrrGGgrrrGGg');
    const dark = traci.setLights('C', 'rrrrrrrrrrrr');
    traci.flush();
    await dark;
    expect(await lights()).toBe('rrrrrrrrrrrr');
    const program = traci.setProgram('C', '0');
    const { contexts } = await traci.step(40);
    await program;
    const near = contexts.get(domain.junction)?.get('C');
    expect(near?.size).toBeGreaterThan(0);
    expect([...near!.values()].every((values) => Number(values.get(variable.speedMps)) >= 0)).toBe(true);
    const unknown = traci.setProgram('C', 'none');
    traci.flush();
    await expect(unknown).rejects.toThrow('SUMO refused');
  });

  it('TR-117 costs the same under the plan that was found, whoever runs it', async () => {
    const configFile = await writeCrossing(temporaryFolder());
    const [ours, theirs] = [
      await runController('fixed', { configFile, seed: 3, endS: 300 }),
      await runController('sumo-fixed', { configFile, seed: 3, endS: 300 }),
    ];
    expect(ours.meanDelayS).toBeCloseTo(theirs.meanDelayS, 6);
    expect(ours.meanDelayS).toBeGreaterThan(1);
  });

  it('TR-117 lets SUMO’s actuated control end greens at gaps', async () => {
    const configFile = await writeCrossing(temporaryFolder());
    const actuated = await runController('sumo-actuated', { configFile, seed: 3, endS: 300 });
    const fixed = await runController('sumo-fixed', { configFile, seed: 3, endS: 300 });
    expect(actuated.meanDelayS).toBeLessThan(fixed.meanDelayS);
  });

  it('TR-117 is the same run again with the same seed, and another with another', async () => {
    const configFile = await writeCrossing(temporaryFolder());
    const delayS = async (seed: number): Promise<number> =>
      (await runController('fixed', { configFile, seed, endS: 200 })).meanDelayS;
    const first = await delayS(1);
    expect(await delayS(1)).toBe(first);
    expect(await delayS(2)).not.toBe(first);
  });

  it('TR-118 sees vehicles from the stop line back, with the way they will take, also upstream', async () => {
    const configFile = await writeCrossing(temporaryFolder());
    const wrong: string[] = [];
    let upstream = 0;
    const look = (driver: SumoDriver): void => {
      const { junction } = driver.layouts[0]!;
      for (const [lane, seen] of (driver.states[0]?.lanes ?? []).entries()) {
        for (let at = 0; at < seen!.length; at += 3) {
          const [distanceM, speedMps, connection] = seen!.slice(at, at + 3) as [number, number, number];
          const { lane: of } = junction.connections[connection] ?? { lane: -1 };
          if (of !== lane) wrong.push(`connection ${connection} in lane ${lane}`);
          if (distanceM > junction.lanes[lane]!.lengthM || speedMps < 0) wrong.push(`${distanceM} m`);
          if (at > 0 && seen![at - 3]! > distanceM) wrong.push('out of order');
          if (lane === 3 && distanceM > 65) upstream++;
        }
      }
    };
    await runSumo({
      configFile,
      seed: 1,
      endS: 120,
      makeMethod: () => ({ see: () => undefined, wanted: () => 0 }),
      onStep: look,
    });
    expect(wrong).toEqual([]);
    expect(upstream).toBeGreaterThan(20);
  });

  it('TR-118 holds a stubborn wish to the longest red', async () => {
    const configFile = await writeCrossing(temporaryFolder());
    const eastGreenS: number[] = [];
    await runSumo({
      configFile,
      seed: 1,
      endS: 400,
      makeMethod: () => ({ see: () => undefined, wanted: () => 0 }),
      onStep: ({ states, traffic }) => {
        const [state] = states;
        if (state?.phase === 1 && state.stage === 'green') eastGreenS.push(traffic.nowS);
      },
    });
    expect(eastGreenS.length).toBeGreaterThan(10);
    expect(eastGreenS[0]).toBeLessThan(130);
  });

  it('TR-104 counts wishes for a phase that is not there', async () => {
    const configFile = await writeCrossing(temporaryFolder());
    const makeMethod = () => ({ see: () => undefined, wanted: () => 7 });
    const run = await runSumo({ configFile, seed: 1, endS: 60, makeMethod });
    expect(run.refused).toBeGreaterThan(10);
  });

  it('TR-119 ends with a sentence where SUMO dies on the way', async () => {
    const configFile = await writeCrossing(temporaryFolder());
    const run = runSumo({
      configFile,
      seed: 1,
      makeMethod: null,
      onStep: ({ traffic }) => {
        if (traffic.nowS === 20) traffic.traci.destroy();
      },
    });
    await expect(run).rejects.toThrow('the connection to SUMO is closed');
  });

  it('TR-119 tells of a SUMO that is killed, and is not held up by it', async () => {
    const configFile = await writeCrossing(temporaryFolder());
    const sumo = await startSumo({ configFile, seed: 1 });
    await sumo.traci.step();
    process.kill(sumo.pid, 'SIGKILL');
    await expect(sumo.traci.step(600)).rejects.toThrow(/SUMO(’s connection broke| closed the connection)/);
    await sumo.end();
    expect(() => process.kill(sumo.pid, 0)).toThrow('ESRCH');
  });

  it('TR-119 ends a SUMO that hangs', async () => {
    const configFile = await writeCrossing(temporaryFolder());
    const sumo = await startSumo({ configFile, seed: 1, timeoutMs: 500 });
    process.kill(sumo.pid, 'SIGSTOP');
    await expect(sumo.traci.step()).rejects.toThrow('SUMO answered nothing for 0.5 s');
    await sumo.end();
    expect(() => process.kill(sumo.pid, 0)).toThrow('ESRCH');
  });

  it('TR-119 says why a SUMO ended on the way, in its own words', async () => {
    const folder = temporaryFolder();
    const configFile = await writeCrossing(folder);
    const trips = '<routes><trip id="lost" depart="30" from="eastOut" to="westIn"/></routes>';
    await writeFile(join(folder, 'crossing.rou.xml'), trips);
    const run = runSumo({ configFile, seed: 1, makeMethod: null });
    await expect(run).rejects.toThrow(/Vehicle 'lost' has no valid route/);
  });

  it('TR-119 leaves a signal to SUMO where it cannot be driven, and says so', async () => {
    const folder = temporaryFolder();
    const configFile = await writeCrossing(
      folder,
      crossingNet().replace(
        /(<tlLogic[^>]*>)[^]*?<\/tlLogic>/,
        '$1<phase duration="30" state="oooooooooooo"/></tlLogic>',
      ),
    );
    const notes: string[] = [];
    const run = await runController('fixed', {
      configFile,
      seed: 1,
      endS: 60,
      onNote: (note) => notes.push(note),
    });
    expect(run.junctions).toBe(0);
    expect(notes).toEqual(['the signal C is left to SUMO: its program never shows green alone']);
  });
});

describe.skipIf(sumoAbsent || networksAbsent)(`networks of real junctions${sumoNote}${networksNote}`, () => {
  it.each(['cologne1', 'ingolstadt1'])('TR-117 is driven as found: %s', async (name) => {
    const configFile = sumoNetwork(name);
    const endS = name === 'cologne1' ? 25_500 : 57_900;
    const ours = await runController('fixed', { configFile, seed: 1, endS });
    const theirs = await runController('sumo-fixed', { configFile, seed: 1, endS });
    expect(ours.junctions).toBe(1);
    expect(Math.abs(ours.meanDelayS / theirs.meanDelayS - 1)).toBeLessThan(0.05);
  });
});

/**
 * SUMO's own actuated control for a network's signals: a copy of each program that runs there with the type changed, so
 * that greens end at a gap in the traffic, between the same shortest and longest greens that our methods keep.
 */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SignalLayout } from './junctions.ts';
import type { SignalProgram, SumoNet } from './net/model.ts';

/** Writes the additional file for SUMO; answers with its name. */
export async function writeActuated(
  net: SumoNet,
  layouts: readonly SignalLayout[],
  folder: string,
): Promise<string> {
  const logics = layouts.map((layout) => logicOf(net.programs.get(layout.signal)![0]!, layout));
  const file = join(folder, 'actuated.add.xml');
  await rm(file, { force: true });
  await writeFile(file, `<additional>\n${logics.join('\n')}\n</additional>\n`);
  return file;
}

function logicOf(program: SignalProgram, { junction, connections }: SignalLayout): string {
  const shortest = Math.min(...junction.phases.map((p) => Math.max(p.minGreenS, p.pedestrianS)));
  const longest = Math.max(...junction.phases.map((p) => p.maxGreenS));
  const phases = program.phases.map(({ durationS, minS, maxS, state }) => {
    const lights = connections.map(({ link }) => state[link]!);
    const isGreen = lights.some((l) => l === 'G' || l === 'g') && !lights.some((l) => 'yYu'.includes(l));
    const extent = isGreen
      ? ` minDur="${minS ?? Math.min(shortest, durationS)}" maxDur="${maxS ?? longest}"`
      : '';
    return `    <phase duration="${durationS}"${extent} state="${state}"/>`;
  });
  return [
    `  <tlLogic id="${escaped(program.signal)}" type="actuated" programID="actuated" offset="${program.offsetS}">`,
    ...phases,
    '  </tlLogic>',
  ].join('\n');
}

const escaped = (text: string): string => text.replace(/[<>&"]/g, (c) => `&#${c.charCodeAt(0)};`);

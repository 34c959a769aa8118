/** Reads what we need of a SUMO configuration (`.sumocfg`): where its files lie, and from when to when it runs. */
import { dirname, resolve } from 'node:path';
import { SumoFileError } from './model.ts';
import { readXml } from './xml.ts';

export interface SumoConfig {
  readonly netFile: string;
  readonly additionalFiles: readonly string[];
  readonly beginS: number;
  /** null: until the last vehicle has arrived. */
  readonly endS: number | null;
}

export function readConfig(file: string): SumoConfig {
  const values = new Map<string, string>();
  let root = true;
  readXml(file, ['configuration', 'sumoConfiguration'], {
    open(name, attributes) {
      const value = attributes['value'] ?? attributes['v'];
      if (!root && value !== undefined) values.set(name, value);
      root = false;
    },
  });
  const folder = dirname(file);
  const files = (names: readonly string[]): string[] => {
    const found = names.map((name) => values.get(name)).find((value) => value !== undefined);
    return (found ?? '')
      .split(',')
      .map((each) => each.trim())
      .filter(Boolean)
      .map((each) => resolve(folder, each));
  };
  const [netFile] = files(['net-file', 'net', 'n']);
  if (netFile === undefined) throw new SumoFileError(`${file}: it names no network (net-file)`);
  const endS = seconds(file, values.get('end') ?? values.get('e'), -1);
  return {
    netFile,
    additionalFiles: files(['additional-files', 'additional', 'a']),
    beginS: seconds(file, values.get('begin') ?? values.get('b'), 0),
    endS: endS < 0 ? null : endS,
  };
}

/** Seconds, or SUMO's other way to write a time: hours, minutes and seconds, days in front of them. */
function seconds(file: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const parts = text.split(':').map(Number);
  const weights = [1, 60, 3_600, 86_400];
  if (parts.length > weights.length || !parts.every(Number.isFinite)) {
    throw new SumoFileError(`${file}: “${text}” is no time`);
  }
  return parts.toReversed().reduce((sum, part, i) => sum + part * weights[i]!, 0);
}

/** The words of a county dispatch board: call types to categories, unit lists to ids, locations without the dwelling. */
import type { CategoryCode } from '../contract/categories.ts';

/** Call types as the board writes them, in small letters. */
const exact: Readonly<Record<string, CategoryCode>> = {
  'medical aid': 'medical.emergency',
  'unspecified ems incident': 'medical.emergency',
  'mci - multi casualty incident': 'medical.trauma',
  'traffic accident': 'traffic.collision',
  'traffic accident pd request c2': 'traffic.collision',
  'traffic accident pd request c3': 'traffic.collision',
  'traffic accident - structure': 'traffic.collision-injury',
  'traffic accident - train': 'traffic.collision-injury',
  'bart track response': 'fire.rescue',
  'public assist': 'fire.service',
  'public assist, ladder request': 'fire.service',
  'public assist, water problem': 'utility.water-burst',
  'structure fire': 'fire.structure',
  'structure fire - working': 'fire.structure',
  'full assignment response': 'fire.structure',
  'boat/marine fire': 'fire.structure',
  explosion: 'fire.structure',
  'unspecified fire incident': 'fire.smoke',
  'vehicle fire': 'fire.vehicle',
  'grass fire': 'fire.vegetation',
  'landscape fire': 'fire.vegetation',
  'trash fire': 'fire.smoke',
  'pole fire': 'fire.smoke',
  'smoke investigation': 'fire.smoke',
  'carbon monoxide alarm': 'hazmat.gas-leak',
  'gas main break': 'hazmat.gas-leak',
  'odor investigation': 'hazmat.odour',
  'elevator rescue': 'fire.rescue',
  'cliff rescue': 'fire.rescue',
  'boat in distress': 'fire.rescue',
  'air crash - small aircraft': 'fire.rescue',
  'tree down': 'weather.tree-down',
  'wires down (not sparking)': 'utility.power-outage',
  'sparking/arcing wires down': 'utility.power-outage',
  'active assailant - fire': 'crime.assault',
};
/** Families of call types that share a beginning. */
const beginnings: readonly (readonly [string, CategoryCode])[] = [
  ['fire alarm', 'fire.alarm'],
  ['water rescue', 'fire.rescue'],
  ['hazardous material', 'hazmat.spill'],
  ['lock out', 'fire.service'],
  ['public assist', 'fire.service'],
  ['traffic accident', 'traffic.collision'],
  ['medical', 'medical.emergency'],
];

export function categoryOf(words: string): CategoryCode {
  const text = words.trim().toLowerCase().replace(/\s+/g, ' ');
  if (Object.hasOwn(exact, text)) return exact[text]!;
  return beginnings.find(([start]) => text.startsWith(start))?.[1] ?? 'other';
}

const MAX_UNITS = 100;

/**
 * The ids in a list of units. The board puts marks (`>`, `*`, `?`) before some and leaves out the blank between others;
 * what the marks mean is documented nowhere, so they are shown as they are and are no part of an id.
 */
export function unitIds(units: string): string[] {
  const ids = units.match(/[A-Za-z0-9][A-Za-z0-9_/-]*/g) ?? [];
  return [...new Set(ids.map((id) => id.slice(0, 40)))].slice(0, MAX_UNITS);
}

const DWELLING =
  /\s*(?:#\s*[\w-]+|\b(?:apt|apartment|unit|suite|ste|rm|room|spc|space)\b\.?\s*#?\s*[\w-]+)/gi;

/** A location without the flat, which says who it is about: `BALTIC CIR #202 ,RWS` → `BALTIC CIR, RWS`. */
export function addressOf(location: string, keepDwelling: boolean): string {
  const text = keepDwelling ? location : location.replace(DWELLING, '');
  return text
    .replace(/\s*,\s*/g, ', ')
    .replace(/\s+/g, ' ')
    .replace(/^[, ]+|[, ]+$/g, '')
    .slice(0, 200);
}

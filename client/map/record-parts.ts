/** What the layers of records and who feeds them agree on, without the code that draws. */
export type Part =
  | 'warnings'
  | 'whatIf'
  | 'routes'
  | 'stations'
  | 'facilities'
  | 'signalDelay'
  | 'signalControl'
  | 'greenWave'
  | 'signals'
  | 'units'
  | 'incidents'
  | 'alarmHalos'
  | 'alarms'
  | 'selection';

/** From the bottom to the top. */
export const everyPart: readonly Part[] = [
  'warnings',
  'whatIf',
  'routes',
  'stations',
  'facilities',
  'signalDelay',
  'signalControl',
  'greenWave',
  'signals',
  'units',
  'incidents',
  'alarmHalos',
  'alarms',
  'selection',
];

export interface RecordLayers {
  /** Makes these parts anew. */
  remake(parts: readonly Part[], nowMs: number): void;
  /** The base map has drawn a frame: draws at its size and by its camera. */
  follow(): void;
  destroy(): void;
}

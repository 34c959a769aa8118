/** The panels there are. */
export const panelIds = [
  'vitals',
  'incidents',
  'details',
  'units',
  'services',
  'feeds',
  'layers',
  'legend',
  'search',
  'intake',
  'evaluation',
  'alarms',
  'rules',
  'alarm-kpi',
  'warnings',
  'handover',
  'signals',
  'corridors',
  'traffic',
] as const;
export type PanelId = (typeof panelIds)[number];

/** Where a panel may be sent by the keyboard. */
export type DockSide = 'left' | 'right' | 'top' | 'bottom' | 'float';

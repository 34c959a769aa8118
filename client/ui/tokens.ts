/**
 * The one table of colours, shapes and sizes, as data for the map and as CSS variables for the panels. Text colours
 * hold WCAG AA (4.5:1) on every surface of their theme; level-of-service colours stay apart for colour-blind eyes.
 * Both are tested, so change a colour here and nowhere else.
 */
export const themes = ['dark', 'light'] as const;
export type Theme = (typeof themes)[number];
export type Hex = `#${string}`;

/** Level of service A (free) … F (jammed), and what is not one: never measured, measured too long ago. */
export type LosKey = 'A' | 'B' | 'C' | 'D' | 'E' | 'F' | 'none' | 'stale';
export type FamilyKey =
  'traffic' | 'fire' | 'medical' | 'crime' | 'hazmat' | 'weather' | 'utility' | 'urban' | 'social' | 'other';
export type SeverityKey = 1 | 2 | 3 | 4;
export type PriorityKey = 1 | 2 | 3;
export type UnitStatusKey =
  | 'available'
  | 'dispatched'
  | 'en-route'
  | 'on-scene'
  | 'transporting'
  | 'at-facility'
  | 'returning'
  | 'out-of-service';
export type MoverKey =
  'car' | 'taxi' | 'bus' | 'truck' | 'ambulance' | 'fire-engine' | 'police-car' | 'other';
export type ConnectionKey = 'live' | 'lagging' | 'reconnecting' | 'stale';

export interface ThemeTokens {
  /** Surfaces from the back to the front. */
  readonly surface: {
    readonly base: Hex;
    readonly panel: Hex;
    readonly raised: Hex;
    readonly hover: Hex;
    readonly selected: Hex;
  };
  readonly border: { readonly line: Hex; readonly strong: Hex };
  readonly text: { readonly main: Hex; readonly muted: Hex; readonly onAccent: Hex };
  /** The one accent: selection, focus, links. */
  readonly accent: Hex;
  readonly focus: Hex;
  readonly los: Readonly<Record<LosKey, Hex>>;
  readonly family: Readonly<Record<FamilyKey, Hex>>;
  readonly severity: Readonly<Record<SeverityKey, Hex>>;
  /** Priorities of alarms. */
  readonly alarm: Readonly<Record<PriorityKey, Hex>>;
  readonly unitStatus: Readonly<Record<UnitStatusKey, Hex>>;
  readonly mover: Readonly<Record<MoverKey, Hex>>;
  readonly connection: Readonly<Record<ConnectionKey, Hex>>;
  readonly signal: Readonly<Record<'green' | 'yellow' | 'all-red' | 'dark' | 'flashing', Hex>>;
  /** The base map, and what is drawn round symbols so that they stand off it. */
  readonly map: {
    readonly land: Hex;
    readonly water: Hex;
    readonly green: Hex;
    readonly built: Hex;
    readonly building: Hex;
    readonly buildingEdge: Hex;
    readonly roadCasing: Hex;
    readonly road: Hex;
    readonly roadMajor: Hex;
    readonly rail: Hex;
    readonly boundary: Hex;
    readonly label: Hex;
    readonly labelHalo: Hex;
    readonly symbolHalo: Hex;
    readonly facility: Hex;
    readonly station: Hex;
    readonly selection: Hex;
  };
}

const dark: ThemeTokens = {
  surface: { base: '#141618', panel: '#1b1e21', raised: '#24282c', hover: '#2c3136', selected: '#1d3550' },
  border: { line: '#33383e', strong: '#6b747e' },
  text: { main: '#e6e9ec', muted: '#a7afb8', onAccent: '#0b1a2b' },
  accent: '#62aefc',
  focus: '#8cc6ff',
  los: {
    A: '#3f83ad',
    B: '#62b3ba',
    C: '#f0d569',
    D: '#f49a3c',
    E: '#e4523c',
    F: '#b5308f',
    none: '#4b5157',
    stale: '#6f767e',
  },
  family: {
    traffic: '#f2b134',
    fire: '#ff7460',
    medical: '#ff94c4',
    crime: '#7fb2ff',
    hazmat: '#c6e254',
    weather: '#52c9e6',
    utility: '#c9a5ff',
    urban: '#9ad07a',
    social: '#dcb68f',
    other: '#b4bbc4',
  },
  severity: { 1: '#ff766b', 2: '#ffa64d', 3: '#e8d36a', 4: '#a5b6c8' },
  alarm: { 1: '#ff766b', 2: '#f2c94c', 3: '#9cc4ee' },
  unitStatus: {
    available: '#5fcfa5',
    dispatched: '#f2cf5b',
    'en-route': '#ffa64d',
    'on-scene': '#ff7d72',
    transporting: '#ff94c4',
    'at-facility': '#c9a5ff',
    returning: '#7fb2ff',
    'out-of-service': '#9ca4ad',
  },
  mover: {
    car: '#c3cad1',
    taxi: '#f2cf5b',
    bus: '#5fcfa5',
    truck: '#c9a98a',
    ambulance: '#ff94c4',
    'fire-engine': '#ff7460',
    'police-car': '#7fb2ff',
    other: '#9aa2ab',
  },
  connection: { live: '#5fcfa5', lagging: '#f2cf5b', reconnecting: '#ffa64d', stale: '#ff766b' },
  signal: {
    green: '#3fcf9b',
    yellow: '#f5d04e',
    'all-red': '#ff6b5e',
    dark: '#6f767e',
    flashing: '#ffa64d',
  },
  map: {
    land: '#1a1c1f',
    water: '#172833',
    green: '#1b2520',
    built: '#1e2124',
    building: '#2a2e33',
    buildingEdge: '#353a40',
    roadCasing: '#121416',
    road: '#31363b',
    roadMajor: '#3d434a',
    rail: '#3a3f45',
    boundary: '#59616a',
    label: '#b9c0c8',
    labelHalo: '#141618',
    symbolHalo: '#0c0d0e',
    facility: '#b9c7d6',
    station: '#52c9e6',
    selection: '#ffffff',
  },
};

const light: ThemeTokens = {
  surface: { base: '#e9ebee', panel: '#ffffff', raised: '#f4f5f7', hover: '#e8ebef', selected: '#dcebfb' },
  border: { line: '#d3d8de', strong: '#7b8590' },
  text: { main: '#1a1e23', muted: '#4f5862', onAccent: '#ffffff' },
  accent: '#0a5fb8',
  focus: '#0a5fb8',
  los: {
    A: '#3578a8',
    B: '#3fa3a8',
    C: '#e3b92c',
    D: '#e07b16',
    E: '#c8321f',
    F: '#7d1163',
    none: '#b9c0c8',
    stale: '#98a1ab',
  },
  family: {
    traffic: '#855400',
    fire: '#b92a13',
    medical: '#ad2069',
    crime: '#1d53b0',
    hazmat: '#506400',
    weather: '#006a84',
    utility: '#663aab',
    urban: '#2c6927',
    social: '#744d2c',
    other: '#545c66',
  },
  severity: { 1: '#b3190f', 2: '#984400', 3: '#6d5800', 4: '#475c70' },
  alarm: { 1: '#c8102e', 2: '#5a4600', 3: '#1d53b0' },
  unitStatus: {
    available: '#086b4d',
    dispatched: '#6d5800',
    'en-route': '#984400',
    'on-scene': '#b3190f',
    transporting: '#ad2069',
    'at-facility': '#663aab',
    returning: '#1d53b0',
    'out-of-service': '#545c66',
  },
  mover: {
    car: '#4a535d',
    taxi: '#8a6d00',
    bus: '#08734f',
    truck: '#7a5534',
    ambulance: '#ad2069',
    'fire-engine': '#b92a13',
    'police-car': '#1d53b0',
    other: '#6b747e',
  },
  connection: { live: '#086b4d', lagging: '#6d5800', reconnecting: '#984400', stale: '#b3190f' },
  signal: {
    green: '#0a8f63',
    yellow: '#c79a00',
    'all-red': '#c8321f',
    dark: '#7b8590',
    flashing: '#c76a00',
  },
  map: {
    land: '#f1f2f3',
    water: '#c6dbe8',
    green: '#dde8da',
    built: '#eaebed',
    building: '#dcdfe3',
    buildingEdge: '#c7ccd2',
    roadCasing: '#c4cad1',
    road: '#ffffff',
    roadMajor: '#fdfdfd',
    rail: '#b3bac2',
    boundary: '#8c95a0',
    label: '#3a424b',
    labelHalo: '#ffffff',
    symbolHalo: '#ffffff',
    facility: '#4a5a6b',
    station: '#006a84',
    selection: '#10141a',
  },
};

export const tokens: Readonly<Record<Theme, ThemeTokens>> = { dark, light };

/** Shape of an incident family, so that colour is never the only sign. */
export const familyShapes = {
  traffic: 'triangle',
  fire: 'flame',
  medical: 'cross',
  crime: 'shield',
  hazmat: 'hexagon',
  weather: 'triangle-down',
  utility: 'square',
  urban: 'circle',
  social: 'pentagon',
  other: 'ring',
} as const satisfies Record<FamilyKey, string>;
export type ShapeName = (typeof familyShapes)[FamilyKey];

/** SVG path data of the shapes in a box of 24 × 24 (fill rule: evenodd). */
export const shapePaths: Readonly<Record<ShapeName, string>> = {
  triangle: 'M12 2.5 22.5 21h-21z',
  flame:
    'M12.6 1.5c.6 4.2 6.9 6.9 6.9 13A7.5 7.5 0 0 1 12 22.5a7.5 7.5 0 0 1-7.5-8c0-3.4 1.9-5.4 3.2-7.2.5 2 1.2 2.9 2.2 3.4.2-3.4 1-6.4 2.7-9.2z',
  cross: 'M8.5 2h7v6.5H22v7h-6.5V22h-7v-6.5H2v-7h6.5z',
  shield: 'M12 1.8 21 5v7c0 5-3.8 8.4-9 10.2C6.8 20.4 3 17 3 12V5z',
  hexagon: 'M12 1.5 21.1 6.75v10.5L12 22.5 2.9 17.25V6.75z',
  'triangle-down': 'M12 21.5 1.5 3h21z',
  square: 'M3.5 3.5h17v17h-17z',
  circle: 'M12 2a10 10 0 1 1 0 20 10 10 0 0 1 0-20z',
  pentagon: 'M12 1.8 22.5 9.5l-4 12.4h-13l-4-12.4z',
  ring: 'M12 2a10 10 0 1 1 0 20 10 10 0 0 1 0-20zm0 5a5 5 0 1 0 0 10 5 5 0 0 0 0-10z',
};

/** Shape of an alarm's priority, which no incident has: a diamond, a dome, a bar (24 × 24). Its figure stands in it. */
export const priorityShapes: Readonly<Record<PriorityKey, string>> = {
  1: 'M12 .8 23.2 12 12 23.2.8 12z',
  2: 'M1.5 20.5v-3a10.5 10.5 0 0 1 21 0v3z',
  3: 'M5 5.5h14a3 3 0 0 1 3 3v7a3 3 0 0 1-3 3H5a3 3 0 0 1-3-3v-7a3 3 0 0 1 3-3z',
};

/** Width of the outline and the scale of an incident's symbol by severity. */
export const severityScale: Readonly<Record<SeverityKey, number>> = { 1: 1.35, 2: 1.15, 3: 1, 4: 0.85 };

/** Font stacks: one family for words, the same with tabular figures for numbers. */
export const fontStack =
  "'Noto Sans SC Variable', 'Noto Sans SC', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', system-ui, sans-serif";

/** A hex colour as `[r, g, b]`, 0…255, for layers that want numbers. */
export function rgb(hex: Hex): [r: number, g: number, b: number] {
  const v = Number.parseInt(hex.slice(1), 16);
  return [(v >> 16) & 255, (v >> 8) & 255, v & 255];
}

/** The theme as CSS custom properties, e.g. `--cb-surface-panel`, `--cb-los-a`. */
export function cssVariables(theme: Theme): Record<string, string> {
  const out: Record<string, string> = {};
  const walk = (prefix: string, value: unknown): void => {
    if (typeof value === 'string') out[prefix] = value;
    else if (typeof value === 'object' && value !== null)
      for (const [key, child] of Object.entries(value)) walk(`${prefix}-${key.toLowerCase()}`, child);
  };
  walk('--cb', tokens[theme]);
  return out;
}

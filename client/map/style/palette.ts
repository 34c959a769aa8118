/** Colours of the base map by theme: quiet, so that what is live stands out; a hue for each kind of ground. */
import type { Theme } from '../../ui/tokens.ts';

export interface MapPalette {
  readonly land: string;
  readonly area: Readonly<Record<string, string>>;
  readonly park: string;
  readonly parkEdge: string;
  readonly water: string;
  readonly shore: string;
  readonly waterLabel: string;
  readonly parkLabel: string;
  readonly building: string;
  readonly buildingEdge: string;
  readonly building3d: readonly [low: string, high: string];
  readonly road: Readonly<
    Record<'motorway' | 'trunk' | 'primary' | 'secondary' | 'minor' | 'service', string>
  >;
  readonly casing: Readonly<Record<'great' | 'minor' | 'bridge' | 'tunnel', string>>;
  readonly rail: readonly [bed: string, ties: string];
  readonly path: string;
  readonly boundary: string;
  readonly label: string;
  readonly labelMinor: string;
  readonly district: string;
  readonly halo: string;
  readonly poi: string;
  readonly graticule: string;
}

const dark: MapPalette = {
  land: '#171b20',
  area: {
    residential: '#1b1f25',
    commercial: '#201f29',
    industrial: '#1f2022',
    port: '#1c222a',
    university: '#1f2327',
    hospital: '#281d25',
    school: '#22241f',
    stadium: '#19221f',
    plaza: '#23272c',
    farmland: '#171c19',
    sand: '#201f1b',
    airport: '#1a1d22',
  },
  park: '#172a21',
  parkEdge: '#21392e',
  water: '#0f2a3d',
  shore: '#22506e',
  waterLabel: '#5d8fb0',
  parkLabel: '#5f8f74',
  building: '#252a31',
  buildingEdge: '#333a43',
  building3d: ['#2a3038', '#48525f'],
  road: {
    motorway: '#525a6a',
    trunk: '#4a5260',
    primary: '#434a56',
    secondary: '#3b414b',
    minor: '#31363e',
    service: '#2a2f36',
  },
  casing: { great: '#0e1013', minor: '#101317', bridge: '#5b6675', tunnel: '#4a525e' },
  rail: ['#343a42', '#20242a'],
  path: '#2a2f35',
  boundary: '#6a7a90',
  label: '#aeb8c4',
  labelMinor: '#87919d',
  district: '#d3dbe5',
  halo: '#101317',
  poi: '#8fa3b8',
  graticule: '#262b31',
};

const light: MapPalette = {
  land: '#f3f4f3',
  area: {
    residential: '#f1f1ef',
    commercial: '#f6efe8',
    industrial: '#ececed',
    port: '#e7ebef',
    university: '#f3eee2',
    hospital: '#f8e9ea',
    school: '#f4f0e1',
    stadium: '#e1efdf',
    plaza: '#efeeea',
    farmland: '#eef2e2',
    sand: '#f5efdd',
    airport: '#e9ebef',
  },
  park: '#d3e8cf',
  parkEdge: '#bddab8',
  water: '#a9d0ea',
  shore: '#86b6d6',
  waterLabel: '#3f749c',
  parkLabel: '#4b7d50',
  building: '#e3e4e6',
  buildingEdge: '#cdd0d4',
  building3d: ['#e6e7e9', '#cfd4da'],
  road: {
    motorway: '#f6c77d',
    trunk: '#f9d79a',
    primary: '#fdeab8',
    secondary: '#fff8e2',
    minor: '#ffffff',
    service: '#fbfbfb',
  },
  casing: { great: '#d79c52', minor: '#c9cfd5', bridge: '#7f8a96', tunnel: '#a9b2bc' },
  rail: ['#aab1b9', '#f1f2f3'],
  path: '#d5cfc3',
  boundary: '#8b8fae',
  label: '#3d4650',
  labelMinor: '#66707b',
  district: '#2b3440',
  halo: '#ffffff',
  poi: '#52677d',
  graticule: '#d9dde1',
};

export const palettes: Readonly<Record<Theme, MapPalette>> = { dark, light };

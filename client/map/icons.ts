/**
 * Symbols drawn in code: badges of facilities for the base map, and one atlas of incident shapes for deck.gl. Shape,
 * outline and size tell family and severity without colour.
 */
import { alarmPriorities, type AlarmPriority } from '../../server/contract/alarms.ts';
import type { FacilityKind } from '../../server/contract/city-pack.ts';
import { incidentFamilies, type IncidentFamily } from '../../server/contract/categories.ts';
import {
  familyShapes,
  priorityShapes,
  rgb,
  shapePaths,
  tokens,
  type Hex,
  type SeverityKey,
  type Theme,
} from '../ui/tokens.ts';

type Group = 'health' | 'fire' | 'police' | 'education' | 'transport' | 'civic' | 'care';

/** Pictograms in a box of 24 × 24; a single letter is written instead of drawn. */
const pictograms: Readonly<Record<FacilityKind, { readonly group: Group; readonly path: string }>> = {
  hospital: { group: 'health', path: 'M9.5 4h5v5.5H20v5h-5.5V20h-5v-5.5H4v-5h5.5z' },
  'health-centre': {
    group: 'health',
    path: 'M12 20.5C6 16 3.5 13 3.5 9.4A4.4 4.4 0 0 1 12 7.7a4.4 4.4 0 0 1 8.5 1.7c0 3.6-2.5 6.6-8.5 11.1z',
  },
  'ambulance-post': {
    group: 'health',
    path: 'M10.4 3.5h3.2v5.7l4.9-2.9 1.6 2.8-4.9 2.9 4.9 2.9-1.6 2.8-4.9-2.9v5.7h-3.2v-5.7l-4.9 2.9-1.6-2.8 4.9-2.9-4.9-2.9 1.6-2.8 4.9 2.9z',
  },
  'fire-station': { group: 'fire', path: shapePaths.flame },
  'police-station': { group: 'police', path: shapePaths.shield },
  'traffic-police': {
    group: 'police',
    path: 'M12 2.5a4 4 0 0 1 4 4v11a4 4 0 0 1-8 0v-11a4 4 0 0 1 4-4zm0 2.2a1.9 1.9 0 1 0 0 3.8 1.9 1.9 0 0 0 0-3.8zm0 5.4a1.9 1.9 0 1 0 0 3.8 1.9 1.9 0 0 0 0-3.8zm0 5.4a1.9 1.9 0 1 0 0 3.8 1.9 1.9 0 0 0 0-3.8z',
  },
  school: {
    group: 'education',
    path: 'M12 4 1.8 9 12 14l7.6-3.7v5.2h1.8V9zM5.6 12.6v4c1.7 1.7 4 2.5 6.4 2.5s4.7-.8 6.4-2.500v-4L12 15.700z',
  },
  'elderly-care': {
    group: 'care',
    path: 'M10 3a2.3 2.3 0 1 1 0 4.600A2.3 2.3 0 0 1 10 3zM8.2 8.600h3.300l1.8 3.3 2.9 1v8.100h-1.500v-6.900l-2.4-.8-.9-1.500v3.300l2 6h-2.300l-1.8-5.2-1.3 5.200H5.800l1.6-7z',
  },
  'service-hall': {
    group: 'civic',
    path: 'M12 3 3 8v1.800h18V8zM5 11.200h2.600v6.200H5zm5.7 0h2.600v6.200h-2.600zm5.7 0H19v6.200h-2.600zM3 18.800h18V21H3z',
  },
  parking: { group: 'transport', path: 'P' },
  stadium: {
    group: 'civic',
    path: 'M12 5c5.5 0 10 3.1 10 7s-4.5 7-10 7S2 15.9 2 12s4.5-7 10-7zm0 3.500c-3.6 0-6.5 1.6-6.5 3.500s2.9 3.5 6.5 3.5 6.5-1.6 6.5-3.500S15.6 8.5 12 8.500z',
  },
  'metro-station': { group: 'transport', path: 'M' },
  'bus-terminal': {
    group: 'transport',
    path: 'M6.5 3h11A2.5 2.5 0 0 1 20 5.500V17a2 2 0 0 1-1.5 1.900V21h-2.500v-2H8v2H5.500v-2.100A2 2 0 0 1 4 17V5.500A2.5 2.5 0 0 1 6.5 3zM6 7v5h12V7zm1.8 7a1.4 1.4 0 1 0 0 2.8 1.4 1.4 0 0 0 0-2.800zm8.4 0a1.4 1.4 0 1 0 0 2.8 1.4 1.4 0 0 0 0-2.800z',
  },
  shelter: { group: 'civic', path: 'M12 3.5 2.5 12H5v8h5.300v-5h3.400v5H19v-8h2.500z' },
  government: {
    group: 'civic',
    path: 'M12 2.500l2.8 6.2 6.7.7-5 4.5 1.4 6.600L12 17.100l-5.9 3.4 1.4-6.6-5-4.5 6.7-.7z',
  },
};

const groupColours: Readonly<Record<Theme, Readonly<Record<Group, Hex>>>> = {
  dark: {
    health: '#d9628f',
    fire: '#dc6a4d',
    police: '#5285d6',
    education: '#a98a3d',
    transport: '#3f93a8',
    civic: '#7d78c9',
    care: '#a9785a',
  },
  light: {
    health: '#c42f6d',
    fire: '#c9421f',
    police: '#2b61b8',
    education: '#9a7414',
    transport: '#17788f',
    civic: '#5a52b0',
    care: '#8c5a37',
  },
};

export const facilityColour = (kind: FacilityKind, theme: Theme): Hex =>
  groupColours[theme][pictograms[kind].group];

function canvas2d(width: number, height: number): CanvasRenderingContext2D {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('no 2d canvas');
  return context;
}

function pictogram(c: CanvasRenderingContext2D, path: string, cx: number, cy: number, size: number): void {
  c.save();
  if (path.length === 1) {
    c.font = `700 ${size * 1.05}px 'Noto Sans SC Variable', sans-serif`;
    c.textAlign = 'center';
    c.textBaseline = 'middle';
    c.fillText(path, cx, cy + size * 0.05);
  } else {
    c.translate(cx - size / 2, cy - size / 2);
    c.scale(size / 24, size / 24);
    // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- a canvas, not an array
    c.fill(new Path2D(path), 'evenodd');
  }
  c.restore();
}

/** Pixel ratio of the badges given to MapLibre. */
export const BADGE_RATIO = 2;

/** The image of a name the base style asks for; null for a name that is not ours. */
export function styleImage(name: string, theme: Theme): ImageData | null {
  if (name === 'oneway') return onewayImage(theme);
  if (!name.startsWith('poi-')) return null;
  const kind = name.slice(4);
  const size = 22 * BADGE_RATIO;
  const c = canvas2d(size, size);
  drawBadge(c, size / 2, size / 2, size / 2 - 2, kind in pictograms ? (kind as FacilityKind) : null, theme);
  return c.getImageData(0, 0, size, size);
}

function drawBadge(
  c: CanvasRenderingContext2D,
  cx: number,
  cy: number,
  radius: number,
  kind: FacilityKind | null,
  theme: Theme,
): void {
  c.beginPath();
  c.arc(cx, cy, radius, 0, Math.PI * 2);
  c.fillStyle = kind ? facilityColour(kind, theme) : tokens[theme].map.facility;
  c.fill();
  c.lineWidth = Math.max(1.5, radius * 0.1);
  c.strokeStyle = theme === 'dark' ? '#0c0e10' : '#ffffff';
  c.stroke();
  c.fillStyle = '#ffffff';
  if (kind) pictogram(c, pictograms[kind].path, cx, cy, radius * 1.3);
  else {
    c.beginPath();
    c.arc(cx, cy, radius * 0.4, 0, Math.PI * 2);
    c.fill();
  }
}

function onewayImage(theme: Theme): ImageData {
  const c = canvas2d(36, 20);
  c.strokeStyle = theme === 'dark' ? '#c7d0da' : '#55606c';
  c.lineWidth = 3;
  c.lineCap = 'round';
  c.lineJoin = 'round';
  c.beginPath();
  c.moveTo(4, 10);
  c.lineTo(31, 10);
  c.moveTo(24, 4);
  c.lineTo(31, 10);
  c.lineTo(24, 16);
  c.stroke();
  return c.getImageData(0, 0, 36, 20);
}

export interface Atlas {
  /** deck.gl takes any image here, though its type only knows addresses and textures. */
  readonly image: string;
  readonly mapping: Readonly<
    Record<string, { x: number; y: number; width: number; height: number; anchorY: number; mask: boolean }>
  >;
}

const CELL = 72;
const severities: readonly SeverityKey[] = [1, 2, 3, 4];
export const incidentIcon = (family: IncidentFamily, severity: number): string => `${family}-${severity}`;

/**
 * Incidents: a shape a family; the worst severity is filled with a thick double outline, the next filled, the third
 * filled with a thin outline, the least hollow.
 */
export function incidentAtlas(theme: Theme): Atlas {
  const c = canvas2d(CELL * severities.length, CELL * incidentFamilies.length);
  const mapping: Record<string, Atlas['mapping'][string]> = {};
  const t = tokens[theme];
  incidentFamilies.forEach((family, row) => {
    severities.forEach((severity, column) => {
      const x = column * CELL;
      const y = row * CELL;
      const path = new Path2D(shapePaths[familyShapes[family]]);
      const size = 40;
      c.save();
      c.translate(x + (CELL - size) / 2, y + (CELL - size) / 2);
      c.scale(size / 24, size / 24);
      c.lineJoin = 'round';
      if (severity === 1) {
        c.strokeStyle = t.severity[1];
        c.lineWidth = 8.5;
        c.stroke(path);
      }
      c.strokeStyle = t.map.symbolHalo;
      c.lineWidth = severity === 1 ? 4.5 : 4;
      c.stroke(path);
      c.fillStyle = severity === 4 ? t.surface.panel : t.family[family];
      // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- a canvas, not an array
      c.fill(path, 'evenodd');
      if (severity === 4) {
        c.strokeStyle = t.family[family];
        c.lineWidth = 2.4;
        c.stroke(path);
      }
      if (severity <= 2) {
        c.strokeStyle = theme === 'dark' ? '#ffffff' : '#ffffff';
        c.lineWidth = 1.3;
        c.stroke(path);
      }
      c.restore();
      mapping[incidentIcon(family, severity)] = {
        x,
        y,
        width: CELL,
        height: CELL,
        anchorY: CELL / 2,
        mask: false,
      };
    });
  });
  return { image: c.canvas as unknown as string, mapping };
}

/** How much larger an alarm's cell is than its shape: the halo needs the room. */
const ALARM_SHAPE = 38;
export const ALARM_CELL_RATIO = CELL / ALARM_SHAPE;
const alarmLooks = ['open', 'seen', 'halo'] as const;
export const alarmIcon = (priority: AlarmPriority, look: (typeof alarmLooks)[number]): string =>
  `alarm-${priority}-${look}`;

/** Alarms: a shape a priority with its figure, solid while nobody has acknowledged it, hollow after; and its halo. */
export function alarmAtlas(theme: Theme): Atlas {
  const c = canvas2d(CELL * alarmLooks.length, CELL * alarmPriorities.length);
  const mapping: Record<string, Atlas['mapping'][string]> = {};
  const t = tokens[theme];
  alarmPriorities.forEach((priority, row) => {
    const path = new Path2D(priorityShapes[priority]);
    alarmLooks.forEach((look, column) => {
      const x = column * CELL;
      const y = row * CELL;
      const side = ALARM_SHAPE / 24;
      c.save();
      c.translate(x + (CELL - ALARM_SHAPE) / 2, y + (CELL - ALARM_SHAPE) / 2);
      c.scale(side, side);
      c.lineJoin = 'round';
      const stroke = (colour: Hex, width: number): void => {
        c.strokeStyle = colour;
        c.lineWidth = width;
        c.stroke(path);
      };
      if (look === 'halo') {
        stroke(t.alarm[priority], 12);
        stroke(t.map.symbolHalo, 5);
      } else {
        stroke(t.map.symbolHalo, 4);
        c.fillStyle = look === 'open' ? t.alarm[priority] : t.surface.panel;
        // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- a canvas, not an array
        c.fill(path);
        if (look === 'seen') stroke(t.alarm[priority], 2.4);
        c.fillStyle = look === 'open' ? t.surface.base : t.alarm[priority];
        c.font = `700 13px 'Noto Sans SC Variable', sans-serif`;
        c.textAlign = 'center';
        c.textBaseline = 'middle';
        c.fillText(String(priority), 12, priority === 2 ? 14 : 12.6);
      }
      c.restore();
      const cell = { x, y, width: CELL, height: CELL, anchorY: CELL / 2, mask: false };
      mapping[alarmIcon(priority, look)] = cell;
    });
  });
  return { image: c.canvas as unknown as string, mapping };
}

export const RING_STEPS = 24;

/** Facility badges with room for a ring, and rings in steps of occupancy (as masks, coloured by the layer). */
export function facilityAtlas(theme: Theme): Atlas {
  const kinds = Object.keys(pictograms) as FacilityKind[];
  const columns = 8;
  const rows = Math.ceil((kinds.length + RING_STEPS + 1) / columns);
  const c = canvas2d(CELL * columns, CELL * rows);
  const mapping: Record<string, Atlas['mapping'][string]> = {};
  const cell = (i: number, name: string, mask: boolean): [number, number] => {
    const x = (i % columns) * CELL;
    const y = Math.floor(i / columns) * CELL;
    mapping[name] = { x, y, width: CELL, height: CELL, anchorY: CELL / 2, mask };
    return [x + CELL / 2, y + CELL / 2];
  };
  kinds.forEach((kind, i) => {
    const [x, y] = cell(i, kind, false);
    drawBadge(c, x, y, 21, kind, theme);
  });
  for (let step = 0; step <= RING_STEPS; step++) {
    const [x, y] = cell(kinds.length + step, `ring-${step}`, true);
    c.lineWidth = 7;
    c.lineCap = 'butt';
    c.strokeStyle = 'rgba(255,255,255,0.25)';
    c.beginPath();
    c.arc(x, y, 28, 0, Math.PI * 2);
    c.stroke();
    if (step === 0) continue;
    c.strokeStyle = '#ffffff';
    c.beginPath();
    c.arc(x, y, 28, -Math.PI / 2, -Math.PI / 2 + (step / RING_STEPS) * Math.PI * 2);
    c.stroke();
  }
  return { image: c.canvas as unknown as string, mapping };
}

export const rgba = (hex: Hex, alpha = 255): [number, number, number, number] => [...rgb(hex), alpha];

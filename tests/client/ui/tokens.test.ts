/** Colours that can be read (WCAG 2.2, 1.4.3) and told apart by colour-blind eyes. */
import { describe, expect, it } from 'vitest';
import {
  cssVariables,
  priorityShapes,
  rgb,
  shapePaths,
  themes,
  tokens,
  type Hex,
  type LosKey,
} from '../../../client/ui/tokens.ts';
import { incidentFamilies } from '../../../server/contract/categories.ts';
import { moverKinds, unitStatuses } from '../../../server/contract/observations.ts';

const linear = (channel: number): number =>
  channel / 255 <= 0.04045 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4;
const linearRgb = (hex: Hex): number[] => rgb(hex).map(linear);
const luminance = (hex: Hex): number => {
  const [r, g, b] = linearRgb(hex);
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
};
const contrast = (a: Hex, b: Hex): number => {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high! + 0.05) / (low! + 0.05);
};

/** Machado, Oliveira, Fernandes 2009, severity 1.0, on linear RGB. */
const eyes: Record<string, number[][]> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};
/** CIE 1976 L*a*b*, D65. */
function lab(hex: Hex, eye: number[][]): number[] {
  const c = linearRgb(hex);
  const [r, g, b] = eye.map((row) =>
    Math.max(0, Math.min(1, row[0]! * c[0]! + row[1]! * c[1]! + row[2]! * c[2]!)),
  );
  const f = (v: number): number => (v > 0.008856 ? Math.cbrt(v) : 7.787 * v + 16 / 116);
  const x = f((0.4124 * r! + 0.3576 * g! + 0.1805 * b!) / 0.95047);
  const y = f(0.2126 * r! + 0.7152 * g! + 0.0722 * b!);
  const z = f((0.0193 * r! + 0.1192 * g! + 0.9505 * b!) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

describe.each(themes)('the %s theme', (theme) => {
  const k = tokens[theme];
  it('UI-11 keeps 4.5:1 for every text on every surface', () => {
    const texts: Hex[] = [
      k.text.main,
      k.text.muted,
      k.accent,
      ...Object.values(k.family),
      ...Object.values(k.severity),
      ...Object.values(k.alarm),
      ...Object.values(k.unitStatus),
      ...Object.values(k.connection),
    ];
    for (const surface of Object.values(k.surface))
      for (const text of texts)
        expect(contrast(text, surface), `${text} on ${surface}`).toBeGreaterThanOrEqual(4.5);
    expect(contrast(k.text.onAccent, k.accent)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(k.border.strong, k.surface.panel)).toBeGreaterThanOrEqual(3);
  });
  it.each(Object.keys(eyes))('UI-12 keeps the levels of service apart for %s eyes', (eye) => {
    const keys: LosKey[] = ['A', 'B', 'C', 'D', 'E', 'F', 'none'];
    for (const [i, a] of keys.entries())
      for (const b of keys.slice(i + 1)) {
        const [p, q] = [lab(k.los[a], eyes[eye]!), lab(k.los[b], eyes[eye]!)];
        const distance = Math.hypot(p[0]! - q[0]!, p[1]! - q[1]!, p[2]! - q[2]!);
        expect(distance, `${a}–${b}`).toBeGreaterThan(12);
      }
  });
  it.each(Object.keys(eyes))('UI-156 keeps the priorities of alarms apart for %s eyes', (eye) => {
    const colours = Object.values(k.alarm).map((hex) => lab(hex, eyes[eye]!));
    for (const [i, p] of colours.entries())
      for (const q of colours.slice(i + 1))
        expect(Math.hypot(p[0]! - q[0]!, p[1]! - q[1]!, p[2]! - q[2]!)).toBeGreaterThan(12);
    expect(new Set(Object.values(priorityShapes)).size).toBe(3);
    const incidents = new Set<string>(Object.values(shapePaths));
    expect(Object.values(priorityShapes).filter((path) => incidents.has(path))).toEqual([]);
    for (const hex of Object.values(k.alarm))
      expect(contrast(k.surface.base, hex)).toBeGreaterThanOrEqual(4.5);
  });
  it('UI-12 darkens from C to F, so that worse stays worse in grey', () => {
    const order = (['C', 'D', 'E', 'F'] as const).map((los) => luminance(k.los[los]));
    expect(order).toEqual([...order].sort((a, b) => b - a));
  });
  it('has a colour for everything the contract names', () => {
    for (const family of incidentFamilies) expect(k.family[family]).toMatch(/^#/);
    for (const mover of moverKinds) expect(k.mover[mover]).toMatch(/^#/);
    for (const status of unitStatuses) expect(k.unitStatus[status]).toMatch(/^#/);
    expect(cssVariables(theme)['--cb-los-a']).toBe(k.los.A);
  });
});

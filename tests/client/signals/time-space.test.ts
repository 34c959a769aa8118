/** The time–space diagram of a corridor. */
import { describe, expect, it } from 'vitest';
import {
  bandPoints,
  bandShare,
  barParts,
  crossingName,
  namedStops,
  scaleOf,
  ticksOf,
  trackPoints,
} from '../../../client/signals/time-space.ts';
import { corridor } from './records.ts';

const scale = scaleOf(corridor, { left: 100, top: 10, width: 1_200, height: 300 });

describe('the time–space diagram', () => {
  it('UI-221 has time to the right and the corridor from the bottom up', () => {
    expect([scale.x(0), scale.x(120_000)]).toEqual([100, 1_300]);
    expect([scale.y(0), scale.y(600)]).toEqual([310, 10]);
    expect(trackPoints(corridor.trajectories[0]!.points, scale)).toBe('100.0,310.0 700.0,10.0');
  });

  it('UI-221 cuts greens to what is shown, and tells those to come from those that were', () => {
    expect(barParts(corridor.stops[0]!.forth, corridor, scale)).toEqual([
      { x: 100, width: 200, planned: false },
      { x: 1_000, width: 300, planned: true },
    ]);
  });

  it('UI-222 has bands that run at the speed of the corridor, up on the way forth and down on the way back', () => {
    const [forth] = corridor.bands;
    expect(bandPoints(forth!, corridor, scale)).toBe('100.0,310.0 220.0,310.0 820.0,10.0 700.0,10.0');
    const back = bandPoints({ ...forth!, way: 'back' }, corridor, scale);
    expect(back).toBe('100.0,10.0 220.0,10.0 820.0,310.0 700.0,310.0');
    expect(bandShare(corridor, 'forth')).toBeCloseTo(0.1);
    expect(bandShare(corridor, 'back')).toBe(0);
    expect(bandShare({ ...corridor, stops: corridor.stops.slice(0, 1) }, 'forth')).toBeNull();
  });

  it('UI-223 writes moments and names no nearer than they can be read', () => {
    expect(ticksOf(corridor, scale, 150)).toEqual([0, 20_000, 40_000, 60_000, 80_000, 100_000, 120_000]);
    expect(ticksOf(corridor, scale, 250)).toEqual([0, 30_000, 60_000, 90_000, 120_000]);
    expect([...namedStops(corridor.stops, scale, 100)]).toEqual(['s1', 's2', 's3']);
    expect([...namedStops(corridor.stops, scale, 130)]).toEqual(['s1', 's3']);
  });

  it.each([
    ['中山北路与星湖路路口', '中山北路 1段', '星湖路'],
    ['Zhongshan Road North & Xinghu Road', 'Zhongshan Road North, part 1', 'Xinghu Road'],
    ['环城路 / 中山北路', '中山北路 1段', '环城路'],
    ['Three corners', 'Ring Road', 'Three corners'],
  ])('UI-223 calls “%s” on “%s” by what crosses: %s', (stop, of, name) => {
    expect(crossingName(stop, of)).toBe(name);
  });
});

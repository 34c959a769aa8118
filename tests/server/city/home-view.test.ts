import { describe, expect, it } from 'vitest';
import { homeView } from '../../../server/city/home-view.ts';

describe('the first view of a city', () => {
  it('CI-34: shows a town as a whole', () => {
    const guixi = homeView({ center: [117.2387, 28.2918], bbox: [117.1864, 28.275, 117.2589, 28.3391] });
    expect(guixi.center[0]).toBeCloseTo(117.22265);
    expect(guixi.zoom).toBeGreaterThan(12.8);
    expect(guixi.zoom).toBeLessThan(13.5);
  });

  it('CI-34: shows the middle of what is too large', () => {
    expect(homeView({ center: [1.52, 42.53], bbox: [1.41, 42.43, 1.74, 42.64] })).toMatchObject({
      center: [1.52, 42.53],
      zoom: 13,
    });
  });

  it('CI-34: does not go nearer than streets, however small the place', () => {
    expect(homeView({ center: [0, 0], bbox: [-0.001, -0.001, 0.001, 0.001] }).zoom).toBe(15);
  });
});

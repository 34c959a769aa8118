import { describe, expect, it } from 'vitest';
import { LabelSpace, textWidthPx } from '../../../client/map/layers/label-space.ts';
import { stationNoteworthy, unitShown } from '../../../client/map/layers/places-shown.ts';
import type { StationRecord, UnitRecord } from '../../../server/contract/records.ts';

const label = { dx: 0, dy: -16, width: 40, height: 16 };

describe('room for labels', () => {
  it('UI-48 refuses a label over another and takes it again closer up, where there is room', () => {
    const far = new LabelSpace(13, 0);
    expect(far.take([118.7, 30.1], label)).toBe(true);
    expect(far.take([118.7005, 30.1], label)).toBe(false);
    const near = new LabelSpace(17, 0);
    expect(near.take([118.7, 30.1], label)).toBe(true);
    expect(near.take([118.7005, 30.1], label)).toBe(true);
  });

  it('UI-48 keeps labels off symbols that are drawn anyway', () => {
    const space = new LabelSpace(13, 0);
    space.block([118.7, 30.1], { dx: 0, dy: 0, width: 30, height: 30 });
    space.block([118.7, 30.1], { dx: 0, dy: 0, width: 30, height: 30 });
    expect(space.take([118.7, 30.1], { ...label, dy: -20 })).toBe(false);
    expect(space.take([118.7, 30.1], { ...label, dy: -24 })).toBe(true);
  });

  it('turns with the map', () => {
    // Side by side from west to east; with the east at the top one stands above the other.
    const wide = { dx: 0, dy: 0, width: 60, height: 10 };
    const places = [
      [118.7, 30.1],
      [118.703, 30.1],
    ] as const;
    const fits = (bearing: number): boolean => {
      const space = new LabelSpace(13, bearing);
      return places.every((p) => space.take(p, wide));
    };
    expect(fits(0)).toBe(false);
    expect(fits(90)).toBe(true);
  });

  it('knows that Han characters are wide', () => {
    expect(textWidthPx('仓库', 12)).toBe(24);
    expect(textWidthPx('AB', 12)).toBeLessThan(16);
  });
});

describe('what is worth a place on the map', () => {
  const rain = (mm: number) => ({ kind: 'rain', metrics: { rainMmH: mm } }) as unknown as StationRecord;

  it('UI-48 is silent on rain that does not fall', () => {
    expect(stationNoteworthy(rain(0))).toBe(false);
    expect(stationNoteworthy(rain(8.4))).toBe(true);
  });

  it('UI-48 shows a unit at work from afar, one that waits only closer up', () => {
    const unit = (status: string) => ({ status }) as unknown as UnitRecord;
    expect(unitShown(unit('en-route'), 11.5)).toBe(true);
    expect(unitShown(unit('available'), 11.5)).toBe(false);
    expect(unitShown(unit('available'), 14)).toBe(true);
  });
});

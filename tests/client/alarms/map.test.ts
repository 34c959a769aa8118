/** Alarms on the map: which, how they gather, what lies under the pointer, and that a flash uploads nothing. */
import { describe, expect, it } from 'vitest';
import { alarmHaloLayer } from '../../../client/map/layers/alarms.ts';
import {
  alarmClusters,
  LIFT_PX,
  pickAlarm,
  placedAlarms,
  sameAlarms,
} from '../../../client/map/layers/alarms-shown.ts';
import type { AlarmRecord } from '../../../server/contract/alarms.ts';
import type { LonLat } from '../../../server/contract/geo.ts';
import { anAlarm } from './records.ts';

const at = (number: number, position: LonLat, part: Partial<AlarmRecord> = {}): AlarmRecord => {
  const alarm = anAlarm(number, part);
  return { ...alarm, subject: { ...alarm.subject, ...part.subject, position } };
};
const here: LonLat = [118.6, 30.2];
const far: LonLat = [118.7, 30.2];

describe('alarms on the map', () => {
  it('UI-154 are the active ones that stand for themselves and have a place, the most urgent on top', () => {
    const alarms = [
      at(1, here, { priority: 1 }),
      at(2, here, { priority: 3 }),
      at(3, here, { state: 'acknowledged', priority: 1 }),
      at(4, here, { state: 'returned', active: false }),
      at(5, here, { state: 'shelved' }),
      at(6, here, { state: 'suppressed' }),
      at(7, here, { state: 'out-of-service' }),
      at(8, here, { parent: 'slow:l1' }),
      at(9, here, { parent: 'slow:l1', priority: 1 }),
      anAlarm(10),
    ];
    const placed = placedAlarms(alarms);
    expect(placed.map((a) => a.id)).toEqual(['slow:l2', 'slow:l3', 'slow:l1', 'slow:l9']);
    expect(placed.map((a) => a.unacknowledged)).toEqual([true, false, true, true]);
  });

  it('UI-154 gather with their most urgent one on top, the unacknowledged before the others', () => {
    const placed = placedAlarms([
      at(1, here, { priority: 2, state: 'acknowledged' }),
      at(2, here, { priority: 2 }),
      at(3, here, { priority: 3 }),
      at(4, far, { priority: 3 }),
    ]);
    const clusters = alarmClusters(placed, 12);
    expect(clusters.map((c) => c.members.map((m) => m.id))).toEqual([
      ['slow:l4'],
      ['slow:l2', 'slow:l1', 'slow:l3'],
    ]);
  });

  it('UI-154 are drawn anew only when something of the picture differs', () => {
    const before = placedAlarms([at(1, here)]);
    const again = placedAlarms([at(1, here, { count: 7, factsNow: [], lastRaisedAtMs: 99 })]);
    expect(sameAlarms(before, again)).toBe(true);
    for (const other of [
      [at(1, far)],
      [at(1, here, { state: 'acknowledged' })],
      [at(2, here)],
      [at(1, here), at(2, here)],
    ])
      expect(sameAlarms(before, placedAlarms(other))).toBe(false);
  });

  it('UI-154 are found under the pointer, beside the symbol of what they are about, the most urgent first', () => {
    const project = (p: LonLat) => ({ x: (p[0] - here[0]) * 10_000, y: 0 });
    const placed = placedAlarms([
      at(1, here, { priority: 3 }),
      at(2, here, { priority: 1 }),
      at(3, far, { subject: { kind: 'incident', id: 'i', name: { zh: '火', en: 'Fire' } } }),
    ]);
    expect(pickAlarm(placed, { x: 3, y: 2 }, project)?.id).toBe('slow:l2');
    expect(pickAlarm(placed, { x: 40, y: 0 }, project)).toBeNull();
    const [dx, dy] = LIFT_PX;
    expect(pickAlarm(placed, { x: 1_000 + dx, y: dy }, project)?.id).toBe('slow:l3');
    expect(pickAlarm(placed, { x: 1_000, y: 8 }, project)).toBeNull();
  });

  it('UI-155 flash by a layer that is switched: the same data, the same triggers, nothing to upload', () => {
    const data = alarmClusters(placedAlarms([at(1, here)]), 12);
    const atlas = { image: 'a.png', mapping: {} };
    const lit = alarmHaloLayer(data, true, { atlas }).props as Record<string, unknown>;
    const dark = alarmHaloLayer(data, false, { atlas }).props as Record<string, unknown>;
    expect([lit['visible'], dark['visible']]).toEqual([true, false]);
    for (const prop of ['id', 'data', 'iconAtlas', 'iconMapping', 'updateTriggers'])
      expect(dark[prop]).toBe(lit[prop]);
  });
});

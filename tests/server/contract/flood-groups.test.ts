import { describe, expect, it } from 'vitest';
import type { AlarmRecord } from '../../../server/contract/alarms.ts';
import { floodGroups, type FloodAlarm } from '../../../server/contract/flood-groups.ts';

let number = 0;
function alarm(id: string, more: Partial<FloodAlarm> & { readonly district?: string } = {}): FloodAlarm {
  const { district = 'east', ...rest } = more;
  return {
    id,
    number: ++number,
    rule: 'jam',
    name: { zh: '拥堵', en: 'Jam' },
    priority: 3,
    state: 'unacknowledged',
    subject: { kind: 'link', id, name: { zh: id, en: id }, district },
    ...rest,
  };
}
const many = (n: number, name: string, more: Parameters<typeof alarm>[1] = {}): FloodAlarm[] =>
  Array.from({ length: n }, (_, k) => alarm(`${name}${k}`, more));

describe('a flood made readable', () => {
  it('AL-90 what one alarm explains is one line, and so is what one rule says of one district', () => {
    const picture = floodGroups([
      ...many(2, 'few'),
      ...many(3, 'west', { district: 'west', state: 'acknowledged' }),
      ...many(4, 'rain', { rule: 'rain', priority: 2, state: 'returned' }),
      alarm('dark', { rule: 'dark', name: { zh: '熄灭', en: 'Dark' }, district: 'north' }),
      alarm('child', { parent: 'dark', priority: 2, state: 'acknowledged' }),
    ]);
    expect(picture).toEqual({
      emergencies: [],
      groups: [
        {
          id: 'cause:dark',
          cause: 'dark',
          rule: 'dark',
          name: { zh: '熄灭', en: 'Dark' },
          district: 'north',
          priority: 2,
          counts: { 1: 0, 2: 1, 3: 1 },
          unacknowledged: 1,
          alarms: ['child', 'dark'],
        },
        expect.objectContaining({
          id: 'area:rain@east',
          cause: null,
          priority: 2,
          counts: { 1: 0, 2: 4, 3: 0 },
          unacknowledged: 4,
        }),
        expect.objectContaining({
          id: 'area:jam@west',
          district: 'west',
          unacknowledged: 0,
          alarms: ['west0', 'west1', 'west2'],
        }),
      ],
      single: ['few0', 'few1'],
    });
  });

  it('AL-90 an emergency stays by itself: alone, as a cause, and under another', () => {
    const fire = { rule: 'fire', priority: 1 } as const;
    const { emergencies, groups } = floodGroups([
      ...many(5, 'fire', fire),
      alarm('gas', fire),
      alarm('smoke', { ...fire, parent: 'gas' }),
      alarm('jam', { parent: 'gas' }),
    ]);
    expect(emergencies).toEqual(['fire0', 'fire1', 'fire2', 'fire3', 'fire4', 'gas', 'smoke']);
    expect(groups.map((g) => [g.cause, g.alarms])).toEqual([['gas', ['jam']]]);
  });

  it('AL-90 what is out of sight is in no line, nor what it explains', () => {
    const aside = (['shelved', 'suppressed', 'out-of-service'] as const).map((state) =>
      alarm(state, { state }),
    );
    const children = aside.map((a) => alarm(`under-${a.id}`, { parent: a.id }));
    expect(floodGroups([...aside, ...children])).toEqual({ emergencies: [], groups: [], single: [] });
  });

  it('AL-90 an alarm whose cause is not among them stands with its rule and district', () => {
    const { groups } = floodGroups(many(3, 'a', { parent: 'elsewhere' }));
    expect(groups.map((g) => g.id)).toEqual(['area:jam@east']);
  });

  it('AL-90 every alarm in sight stands in just one place', () => {
    const states = ['unacknowledged', 'acknowledged', 'returned'] as const;
    const roots = Array.from({ length: 40 }, (_, k) =>
      alarm(`r${k}`, {
        priority: ((k % 3) + 1) as AlarmRecord['priority'],
        rule: `rule${k % 4}`,
        state: states[k % 3]!,
        district: `d${k % 3}`,
      }),
    );
    const children = Array.from({ length: 100 }, (_, k) =>
      alarm(`c${k}`, { parent: `r${(k * 7) % 40}`, priority: k % 5 === 0 ? 2 : 3 }),
    );
    const { emergencies, groups, single } = floodGroups([...children, ...roots]);
    const placed = [...emergencies, ...single, ...groups.flatMap((g) => g.alarms)];
    expect(placed.sort()).toEqual([...roots, ...children].map((a) => a.id).sort());
    for (const g of groups) {
      expect(g.counts[1]).toBe(0);
      expect(g.counts[2] + g.counts[3]).toBe(g.alarms.length);
    }
  });

  it('AL-90 the most important and largest lines come first, causes before districts', () => {
    const ids = floodGroups([
      ...many(3, 'a', { district: 'a' }),
      ...many(5, 'b', { district: 'b' }),
      ...many(3, 'c', { district: 'c', priority: 2 }),
      alarm('cause'),
      alarm('child', { parent: 'cause' }),
    ]).groups.map((g) => g.id);
    expect(ids).toEqual(['cause:cause', 'area:jam@c', 'area:jam@b', 'area:jam@a']);
  });
});

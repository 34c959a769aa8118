/** The table of actions: complete, without clashes, in both languages. */
import { describe, expect, it } from 'vitest';
import {
  actionOfCommand,
  actionOfKey,
  actions,
  commandSpecs,
  done,
  layerKeys,
  panelKeys,
  type Deeds,
  type Outcome,
} from '../../../client/app/actions.ts';
import { panelIds } from '../../../client/desk/desk-panels.ts';
import { catalogues, fill } from '../../../client/i18n/i18n.ts';
import { mapLayerIds } from '../../../client/map/types.ts';

describe('the table of actions', () => {
  it('UI-1 gives every action a key or a command', () => {
    const unreachable = actions.filter((a) => a.keys.length === 0 && !a.command).map((a) => a.id);
    expect(unreachable).toEqual([]);
  });

  it('UI-1 words every action in both languages', () => {
    const labels = Object.values(catalogues).flatMap((table) =>
      actions.map((a) => fill(table[a.label], { name: a.labelOf ? table[a.labelOf] : '' }).trim()),
    );
    expect(labels.filter((label) => label === '' || label.includes('{{'))).toEqual([]);
    expect(labels).toHaveLength(2 * actions.length);
  });

  it('UI-2 lets no two actions share a key, an id or a command word', () => {
    const keys = actions.flatMap((a) => a.keys);
    const ids = actions.map((a) => a.id);
    const words = commandSpecs.flatMap((spec) => [spec.name, ...(spec.aliases ?? [])]);
    for (const list of [keys, ids, words]) expect(new Set(list).size).toBe(list.length);
  });

  it('UI-2 has a key for every layer and every panel', () => {
    for (const id of mapLayerIds) expect(actionOfKey(layerKeys[id])?.id).toBe(`layer.${id}`);
    for (const id of panelIds) expect(actionOfKey(panelKeys[id])?.id).toBe(`panel.${id}`);
  });

  it('hands the arguments of a command to the deed', async () => {
    const calls: unknown[] = [];
    const deeds = new Proxy({} as Deeds, {
      get:
        (_target, name) =>
        (...args: unknown[]): Outcome => {
          calls.push([name, ...args]);
          return done();
        },
    });
    await actionOfCommand('layer')!.run(deeds, ['vehicles', 'off']);
    await actionOfCommand('zoom')!.run(deeds, [14]);
    await actionOfCommand('follow')!.run(deeds, [undefined]);
    await actionOfKey('1')!.run(deeds, []);
    expect(calls).toEqual([
      ['layer', 'vehicles', 'off'],
      ['zoomTo', 14],
      ['follow', undefined],
      ['layer', 'vehicles', undefined],
    ]);
  });
});

describe('the two languages', () => {
  it('UI-3 have the same keys and the same blanks, and no empty sentence but units', () => {
    const zh = catalogues['zh-CN'] as Record<string, string>;
    const en = catalogues['en-US'] as Record<string, string>;
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
    const blanks = (s: string): string[] => [...s.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]!).sort();
    const keys = Object.keys(zh);
    expect(keys.map((key) => [key, blanks(en[key]!)])).toEqual(keys.map((key) => [key, blanks(zh[key]!)]));
    const empty = keys.filter((key) => en[key]!.trim() === '' || zh[key]!.trim() === '');
    expect(empty.filter((key) => !key.startsWith('unit.'))).toEqual([]);
  });
});

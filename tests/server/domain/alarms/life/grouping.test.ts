import { describe, expect, it } from 'vitest';
import { AlarmIndex } from '../../../../../server/domain/alarms/life/alarm-index.ts';
import { UndoLog } from '../../../../../server/domain/undo.ts';
import { AlarmDesk, aRule, rules } from '../../../../support/alarm-life.ts';
import { smallPackAt } from '../../../../support/small-pack.ts';

const typesOf = (events: readonly { readonly type: string }[]): string[] => events.map((e) => e.type);
const parents = (d: AlarmDesk, ...ids: string[]) => ids.map((id) => d.parentOf(id));

describe('what explains an alarm', () => {
  it('AL-60 is the root of the nearest alarm whose rule explains it; the consequence does not ring', () => {
    const d = new AlarmDesk();
    d.raise('dark', 's1', { m: 0 });
    d.raise('dark', 's2', { m: 500 });
    d.heard();
    const [near, far] = ['jam:l1', 'jam:l2'] as const;
    expect(typesOf(d.says('raised', 'jam', 'l1', { m: 290 }))).toEqual(['alarm.raised']);
    d.raise('jam', 'l2', { m: 900 });
    expect(parents(d, near, far)).toEqual(['dark:s2', null]);
    expect(d.heard()).toEqual([far]);
    expect([d.record('dark:s1')?.children, d.record('dark:s2')?.children]).toEqual([0, 1]);
  });

  it('AL-60 without a distance explains anywhere, also what has no place; within one nothing without a place', () => {
    const d = new AlarmDesk();
    d.raise('feed', 'f1', { m: null });
    d.raise('dark', 's1', { m: null });
    const [silent, jam] = [d.raise('silent', 'a1', { m: 90_000 }), d.raise('jam', 'l1', { m: null })];
    expect(parents(d, silent, 'dark:s1', jam)).toEqual(['feed:f1', 'feed:f1', null]);
  });

  it('AL-60 a cause that is near is meant before one that is anywhere, of equals the older', () => {
    const storm = aRule('storm', { explains: [{ rule: 'jam' }] });
    const d = new AlarmDesk([...rules, storm]);
    d.raise('storm', 'x', { m: 0 });
    d.raise('storm', 'y', { m: 0 });
    const dark = d.raise('dark', 's1', { m: 400 });
    const [near, far] = [d.raise('jam', 'l1', { m: 150 }), d.raise('jam', 'l2', { m: 9_000 })];
    expect(parents(d, near, far)).toEqual([dark, 'storm:x']);
  });

  it('AL-60 a cause is meant before a neighbour, however near that is', () => {
    const d = new AlarmDesk();
    const neighbour = d.raise('jam', 'l1', { m: 0 });
    const dark = d.raise('dark', 's1', { m: 400 });
    const jam = d.raise('jam', 'l2', { m: 150 });
    expect(parents(d, neighbour, jam)).toEqual([null, dark]);
  });

  it('AL-60 what is suppressed by design explains nothing and is explained by nothing', () => {
    const d = new AlarmDesk();
    const dark = d.raise('dark', 's1', { suppressed: true });
    const jam = d.raise('jam', 'l1');
    d.raise('feed', 'f1', { m: null });
    expect(parents(d, dark, jam)).toEqual([null, null]);
    d.heard();
    d.says('unsuppressed', 'dark', 's1');
    expect(parents(d, dark, jam)).toEqual(['feed:f1', 'feed:f1']);
    expect(d.heard()).toEqual([]);
    d.says('suppressed', 'feed', 'f1');
    expect(parents(d, dark, jam)).toEqual([null, dark]);
    d.says('suppressed', 'dark', 's1');
    expect(parents(d, dark, jam)).toEqual([null, null]);
  });

  it('AL-61 never stands below another that is explained itself', () => {
    const d = new AlarmDesk();
    d.raise('feed', 'f1', { m: null });
    const dark = d.raise('dark', 's1');
    const jam = d.raise('jam', 'l1', { m: 100 });
    expect(parents(d, dark, jam)).toEqual(['feed:f1', 'feed:f1']);
    expect(d.record('feed:f1')?.children).toBe(2);
  });

  it('AL-61 an emergency is under nothing but an emergency', () => {
    const cause = aRule('gas', { priority: 2, explains: [{ rule: 'fire' }, { rule: 'jam' }] });
    const d = new AlarmDesk([...rules, cause]);
    const early = d.raise('fire', 'i1');
    const gas = d.raise('gas', 'g1');
    const late = d.raise('fire', 'i2', { m: 9_000 });
    const jam = d.raise('jam', 'l1', { m: 9_000 });
    const near = d.raise('fire', 'i3', { m: 100 });
    expect(parents(d, early, late, jam, near)).toEqual([null, null, gas, early]);
  });

  it('AL-61 no emergency stays, or comes, behind one that people have put aside', () => {
    const d = new AlarmDesk();
    const [root, child] = [d.raise('fire', 'i1'), d.raise('fire', 'i2', { m: 100 })];
    d.must('wang', 'alarm.acknowledge', { alarms: [root] });
    const late = d.raise('fire', 'i3', { m: 200 });
    expect(parents(d, child, late)).toEqual([root, root]);
    d.heard();
    d.must('wang', 'alarm.shelve', { alarms: [root], minutes: 15, reason: '演练' });
    // The oldest of them is the root of the others, acknowledged as it was.
    expect(parents(d, child, late)).toEqual([null, child]);
    expect(d.heard()).toEqual([]);
    d.must('sun', 'alarm.service', { alarms: [child], inService: false, reason: '演练' });
    expect(parents(d, late)).toEqual([null]);
    expect(d.heard()).toEqual([late]);
    expect(parents(d, d.raise('fire', 'i4', { m: 50 }))).toEqual([late]);
  });

  it('AL-61 other alarms stay behind what is put aside', () => {
    const d = new AlarmDesk();
    const [root, child] = [d.raise('dark', 's1'), d.raise('jam', 'l1')];
    d.must('wang', 'alarm.shelve', { alarms: [root], minutes: 15, reason: '施工' });
    const late = d.raise('jam', 'l2', { m: 50 });
    expect(parents(d, child, late)).toEqual([root, root]);
  });

  it('AL-61 alarms that became emergencies stay under nothing less, and those that are none let go of emergencies', () => {
    const lower = { subject: 'incident', priority: 2, groupM: 500 } as const;
    const d = new AlarmDesk([
      ...rules,
      aRule('gas', { priority: 2, explains: [{ rule: 'smoke' }] }),
      aRule('smoke', lower),
    ]);
    const gas = d.raise('gas', 'g1');
    const [a, b] = [d.raise('smoke', 'i1'), d.raise('smoke', 'i2', { m: 100 })];
    expect(parents(d, a, b)).toEqual([gas, gas]);
    d.heard();
    const higher = aRule('smoke', { ...lower, priority: 1 });
    const { events } = d.must('sun', 'rule.save', { rule: higher, enabled: true }, 0);
    expect(typesOf(events)).toEqual(['rule.saved', 'alarm.raised', 'alarm.raised']);
    expect(parents(d, a, b)).toEqual([null, a]);
    expect(d.heard()).toEqual([a]);
    d.must('sun', 'rule.save', { rule: aRule('smoke', lower), enabled: true }, 1);
    expect(parents(d, a, b)).toEqual([gas, gas]);
  });

  it('AL-61 an emergency that no longer is one lets go of emergencies of another rule', () => {
    const d = new AlarmDesk([...rules, aRule('blast', { priority: 1, explains: [{ rule: 'fire' }] })]);
    const [blast, fire] = [d.raise('blast', 'b1'), d.raise('fire', 'i1')];
    expect(parents(d, fire)).toEqual([blast]);
    const rule = aRule('blast', { priority: 2, explains: [{ rule: 'fire' }] });
    d.must('sun', 'rule.save', { rule, enabled: true }, 0);
    expect(parents(d, fire)).toEqual([null]);
    expect(d.stateOf(fire)).toBe('unacknowledged');
  });

  it('AL-61 what becomes explained brings along what it explains', () => {
    const middle = { explains: [{ rule: 'silent' }] };
    const top = aRule('top', { priority: 2, explains: [{ rule: 'middle' }] });
    const d = new AlarmDesk([...rules, top, aRule('middle', { ...middle, priority: 1 })]);
    const [t, m] = [d.raise('top', 't'), d.raise('middle', 'm')];
    const low = d.raise('silent', 'a1');
    expect(parents(d, m, low)).toEqual([null, m]);
    d.must('sun', 'rule.save', { rule: aRule('middle', middle), enabled: true }, 0);
    expect(parents(d, m, low)).toEqual([t, t]);
  });

  it('AL-61 two that explain each other make no circle', () => {
    const d = new AlarmDesk([
      aRule('a', { explains: [{ rule: 'b' }] }),
      aRule('b', { explains: [{ rule: 'a' }] }),
    ]);
    const [a, b] = [d.raise('a', 'x'), d.raise('b', 'x')];
    expect(parents(d, a, b)).toEqual([null, a]);
    d.must('sun', 'rule.save', { rule: aRule('a', { name: { zh: '新名', en: '' } }), enabled: true }, 0);
    expect(parents(d, a, b)).toEqual([null, a]);
  });

  it('AL-62 a cause that comes later takes over what rings already, acknowledged or not, and what hangs on it', () => {
    const d = new AlarmDesk();
    const [head, child] = [d.raise('jam', 'l1', { m: 250 }), d.raise('jam', 'l2', { m: 400 })];
    const other = d.raise('jam', 'l3', { m: -250 });
    const far = d.raise('jam', 'l4', { m: 1_000 });
    d.must('wang', 'alarm.acknowledge', { alarms: [other] });
    d.heard();
    const events = d.says('raised', 'dark', 's1');
    expect(typesOf(events)).toEqual(['alarm.raised', ...Array<string>(3).fill('alarm.grouped')]);
    expect(parents(d, head, child, other, far)).toEqual(['dark:s1', 'dark:s1', 'dark:s1', null]);
    expect(d.heard()).toEqual(['dark:s1']);
    expect(d.record('dark:s1')?.children).toBe(3);
  });

  it('AL-62 a cause that is explained itself takes over for its root', () => {
    const d = new AlarmDesk();
    const jam = d.raise('jam', 'l1', { m: 100 });
    d.raise('feed', 'f1', { m: null });
    expect(parents(d, jam)).toEqual([null]);
    d.raise('dark', 's1');
    expect(parents(d, jam, 'dark:s1')).toEqual(['feed:f1', 'feed:f1']);
  });

  it('AL-62 it takes nothing from another cause, and nothing that is over', () => {
    const d = new AlarmDesk();
    d.raise('dark', 's1', { m: 0 });
    const theirs = d.raise('jam', 'l1', { m: 200 });
    const over = d.raise('jam', 'l2', { m: 650 });
    d.says('returned', 'jam', 'l2');
    d.raise('dark', 's2', { m: 400 });
    expect(parents(d, theirs, over)).toEqual(['dark:s1', null]);
  });

  it('AL-63 alarms of one rule are under the nearest of its roots, within its distance', () => {
    const d = new AlarmDesk();
    const [a, b] = [d.raise('jam', 'a', { m: 0 }), d.raise('jam', 'b', { m: 300 })];
    const between = d.raise('jam', 'c', { m: 160 });
    const beyond = d.raise('jam', 'd', { m: 480 });
    const alone = d.raise('jam', 'e', { m: -250 });
    // 220 m from the root b, though only 40 m from what hangs on it.
    const edge = d.raise('jam', 'f', { m: 520 });
    expect(parents(d, a, b, between, beyond, alone, edge)).toEqual([null, null, b, b, null, null]);
    expect(parents(d, d.raise('silent', 's1'), d.raise('silent', 's2'))).toEqual([null, null]);
  });

  it('AL-64 when the cause is over, the oldest of highest priority is the root of those it covers', () => {
    const d = new AlarmDesk();
    const root = d.raise('feed', 'f1', { m: null });
    const silent = d.raise('silent', 'a1', { m: 5_000 });
    const jam = d.raise('jam', 'l1', { m: 100 });
    const dark = d.raise('dark', 's1', { m: 0 });
    const dark2 = d.raise('dark', 's2', { m: 3_000 });
    expect(parents(d, silent, jam, dark, dark2)).toEqual([root, root, root, root]);
    d.heard();
    d.says('returned', 'feed', 'f1');
    expect(parents(d, silent, jam, dark, dark2)).toEqual([null, dark, null, null]);
    // The jam rang before its cause was known; it is under that now, and does not ring again.
    expect(d.heard()).toEqual([dark, dark2, silent]);
    expect(d.stateOf(root)).toBe('returned');
  });

  it('AL-64 what is freed rings if it never did, unless it was acknowledged with its cause', () => {
    const d = new AlarmDesk();
    const root = d.raise('dark', 's1');
    const [seen] = [d.raise('jam', 'l1', { m: 280 })];
    d.must('wang', 'alarm.acknowledge', { alarms: [root] });
    const late = d.raise('jam', 'l2', { m: -280 });
    d.heard();
    d.says('returned', 'dark', 's1');
    expect(parents(d, seen, late)).toEqual([null, null]);
    expect([d.stateOf(root), d.stateOf(seen), d.stateOf(late)]).toEqual([
      'normal',
      'acknowledged',
      'unacknowledged',
    ]);
    expect(d.heard()).toEqual([late]);
  });

  it('AL-64 a cause that is freed with its consequences takes over what was grouped before it', () => {
    const d = new AlarmDesk([
      aRule('top', { explains: [{ rule: 'cause' }, { rule: 'effect' }] }),
      aRule('cause', { explains: [{ rule: 'effect', withinM: 100 }] }),
      aRule('effect', { priority: 2, groupM: 200 }),
    ]);
    d.raise('top', 't', { m: null });
    const [a, b] = [d.raise('effect', 'a', { m: 0 }), d.raise('effect', 'b', { m: 150 })];
    const cause = d.raise('cause', 'c', { m: -50 });
    d.says('returned', 'top', 't');
    expect(parents(d, cause, a, b)).toEqual([null, cause, cause]);
  });

  it('AL-64 freed of one cause it is explained by another that still holds', () => {
    const d = new AlarmDesk();
    const [near, next] = [d.raise('dark', 's1', { m: 0 }), d.raise('dark', 's2', { m: 300 })];
    const jam = d.raise('jam', 'l1', { m: 100 });
    expect(parents(d, jam)).toEqual([near]);
    d.heard();
    d.says('returned', 'dark', 's1');
    expect(parents(d, jam)).toEqual([next]);
    expect(d.heard()).toEqual([]);
  });

  it('AL-64 a consequence that is over before its cause leaves, if it called nobody', () => {
    const d = new AlarmDesk();
    const rang = d.raise('jam', 'l1', { m: 100 });
    const root = d.raise('dark', 's1');
    const never = d.raise('jam', 'l2', { m: -100 });
    d.says('returned', 'jam', 'l1');
    d.says('returned', 'jam', 'l2');
    expect([d.stateOf(rang), d.parentOf(rang), d.stateOf(never)]).toEqual(['returned', root, 'normal']);
    expect(d.record(root)?.children).toBe(0);
    // What is over is explained by nothing that goes on.
    d.raise('dark', 's2', { m: 200 });
    d.says('returned', 'dark', 's1');
    expect([d.stateOf(rang), d.parentOf(rang)]).toEqual(['returned', null]);
  });

  it('AL-65 what another explains counts as hidden and nowhere else', () => {
    const d = new AlarmDesk();
    d.raise('dark', 's1');
    for (let k = 0; k < 30; k++) d.raise('jam', `l${k}`, { m: k });
    d.raise('fire', 'i1', { m: 9_000 });
    expect(d.watch()).toMatchObject({
      unacknowledged: { 1: 1, 2: 1, 3: 0 },
      active: { 1: 1, 2: 1, 3: 0 },
      hidden: 30,
      last10Min: 2,
    });
  });

  it('AL-65 the figures of the watch are of roots in sight', () => {
    const d = new AlarmDesk();
    const at = (k: number) => ({ m: k * 5_000 });
    const [, acknowledged, over, shelved, service] = ['a', 'b', 'c', 'd', 'e'].map((l, k) =>
      d.raise('jam', l, at(k)),
    ) as [string, string, string, string, string];
    d.raise('jam', 'f', { ...at(5), suppressed: true });
    d.must('wang', 'alarm.acknowledge', { alarms: [acknowledged] });
    d.says('returned', 'jam', 'c');
    d.must('wang', 'alarm.shelve', { alarms: [shelved], minutes: 15, reason: '施工' });
    d.must('sun', 'alarm.service', { alarms: [service], inService: false, reason: '检修' });
    expect(d.stateOf(over)).toBe('returned');
    expect(d.watch()).toMatchObject({
      unacknowledged: { 1: 0, 2: 0, 3: 2 },
      active: { 1: 0, 2: 0, 3: 2 },
      shelved: 1,
      suppressed: 1,
      outOfService: 1,
      hidden: 0,
    });
  });
});

describe('what has to be shown anew', () => {
  it('AL-65 is named: each alarm and rule that changed, and the roots of what moved', () => {
    const d = new AlarmDesk();
    const touched = (): string[] => {
      const { alarms } = d.state.touched;
      const ids = [...alarms].sort();
      alarms.clear();
      return ids;
    };
    d.raise('dark', 's1');
    d.raise('dark', 's2', { m: 600 });
    touched();
    d.raise('jam', 'l1', { m: 100 });
    expect(touched()).toEqual(['dark:s1', 'jam:l1']);
    d.says('returned', 'dark', 's1');
    expect(touched()).toEqual(['dark:s1', 'jam:l1']);
    d.raise('dark', 's3', { m: 300 });
    expect(touched()).toEqual(['dark:s3', 'jam:l1']);
    d.says('returned', 'jam', 'l1');
    expect(touched()).toEqual(['dark:s3', 'jam:l1']);
    expect([...d.state.touched.rules]).toEqual(rules.map((r) => r.id));
    d.state.touched.rules.clear();
    d.must('sun', 'rule.switch', { rule: 'jam', enabled: false });
    expect([...d.state.touched.rules]).toEqual(['jam']);
  });
});

describe('alarms by place', () => {
  it.each([1, 40, 900, 20_000])('AL-60 within %d m finds what a look at all of them finds', (withinM) => {
    const d = new AlarmDesk([aRule('jam')]);
    const index = new AlarmIndex(new UndoLog());
    const spots = Array.from(
      { length: 400 },
      (_, k) => [(k * 7_919) % 30_000, (k * 104_729) % 20_000] as const,
    );
    const template = d.alarm(d.raise('jam', 'l'))!;
    for (const [k, [east, north]] of spots.entries()) {
      const subject = { ...template.subject, id: `l${k}`, position: smallPackAt(east, north) };
      index.put({ ...template, id: `jam:l${k}`, subject });
    }
    const [east, north] = spots[17]!;
    const flat = spots.flatMap(([e, n], k) =>
      Math.hypot(e - east, n - north) <= withinM ? [`jam:l${k}`] : [],
    );
    const found = index.near('jam', smallPackAt(east, north), withinM).map((n) => n.id);
    // On the plane of the small city distances are off by less than the gap to the next spot.
    expect(found.sort()).toEqual(flat.sort());
    expect(found.length).toBeGreaterThan(0);
    expect(index.near('jam', undefined, withinM)).toEqual([]);
  });
});

/** What is answered about cases, by who asks. */
import { describe, expect, it } from 'vitest';
import type { CommandPayloads } from '../../../server/contract/commands.ts';
import { distanceM, type LonLat } from '../../../server/contract/geo.ts';
import type { Audience } from '../../../server/contract/roles.ts';
import type { CaseCommandType } from '../../../server/domain/cases/decide.ts';
import { people, type PersonName } from '../../support/case-world.ts';
import { feedOf, makeWorld, type World } from '../../support/live-world.ts';
import { smallPackAt } from '../../support/small-pack.ts';

let commands = 0;
async function must<T extends CaseCommandType>(
  world: World,
  who: PersonName,
  type: T,
  payload: CommandPayloads[T],
): Promise<string> {
  const answer = await world.engine.cases.command(
    { id: `command-${++commands}`, type, payload },
    people[who],
  );
  if (!answer.ok) throw new Error(`${type}: ${answer.refusal.code}`);
  return answer.result?.incident ?? '';
}
const viewer: Audience = { role: 'viewer' };
const scene: LonLat = [118.603_456, 30.203_456];

async function worldWithUnits(): Promise<World> {
  const world = await makeWorld({ feeds: [feedOf('units', 'units')] });
  for (const [k, id] of ['u-f1', 'u-a1', 'u-a2'].entries()) {
    const [lon, lat] = smallPackAt(100 + k * 300, 200);
    await world.observe('units', { type: 'unit', id, at: world.nowMs, status: 'available', lon, lat });
  }
  return world;
}
const medical = { channel: '120', category: 'medical.cardiac', position: scene } as const;

describe('ways to a case', () => {
  it('SE-2 do not lead a viewer to the door of somebody ill; SE-63 the crew they do', async () => {
    const world = await worldWithUnits();
    const id = await must(world, 'li', 'incident.create', medical);
    await must(world, 'wang', 'incident.dispatch', { incident: id, units: ['u-a1'] });
    const end = (audience: Audience): LonLat | undefined =>
      world.engine.queries.routes(id, audience)?.[0]?.path.at(-1);
    const one = (audience: Audience): LonLat | undefined =>
      world.engine.queries.routeOf(id, 'u-a2', audience)?.path.at(-1);
    for (const of of [end, one]) {
      expect(of(people.wang)).toEqual(scene);
      expect(of(people.ambulance)).toEqual(scene);
      expect(of(viewer)).toEqual([118.603, 30.203]);
      expect(of(people.police)).toBeUndefined();
    }
  });

  it('SE-2 nor do distances: a viewer is told those to what a viewer sees', async () => {
    const world = await worldWithUnits();
    const id = await must(world, 'li', 'incident.create', medical);
    const metres = (audience: Audience): (number | undefined)[] =>
      world.engine.queries.recommendation(id, undefined, audience)!.candidates.map((c) => c.metres);
    const told = (position: LonLat): number[] =>
      world.engine.queries
        .recommendation(id, undefined, viewer)!
        .notify.map((n) => Math.round(distanceM(position, world.city.facility(n.facility)!.position)));
    expect(metres(viewer)).not.toEqual(metres(people.wang));
    const { notify } = world.engine.queries.recommendation(id, undefined, viewer)!;
    expect(notify.map((n) => n.distanceM)).toEqual(told([118.603, 30.203]));
  });

  it('are of those under way; who is there has none', async () => {
    const world = await worldWithUnits();
    const id = await must(world, 'li', 'incident.create', medical);
    await must(world, 'wang', 'incident.dispatch', { incident: id, units: ['u-a1', 'u-a2'] });
    await must(world, 'wang', 'assignment.status', { unit: 'u-a2', status: 'on-scene' });
    const routes = world.engine.queries.routes(id, people.wang)!;
    expect(routes.map((r) => r.unit)).toEqual(['u-a1']);
    expect(routes[0]).toMatchObject({ seconds: expect.any(Number), metres: expect.any(Number) });
    await must(world, 'wang', 'assignment.status', {
      unit: 'u-a2',
      status: 'transporting',
      facility: 'f-hospital',
    });
    const toHospital = world.engine.queries.routes(id, people.wang)!.find((r) => r.unit === 'u-a2');
    expect(toHospital?.path.at(-1)).toEqual(world.city.facility('f-hospital')!.position);
    expect(world.engine.queries.routeOf(id, 'nobody', people.wang)).toBeNull();
  });
});

describe('what a plan would send', () => {
  it('DI-20 is told of open cases only, to who may know of them', async () => {
    const world = await worldWithUnits();
    const id = await must(world, 'li', 'incident.create', medical);
    const ask = (audience: Audience, level?: number) =>
      world.engine.queries.recommendation(id, level, audience);
    expect(ask(people.wang)).toMatchObject({ incident: id, plan: { level: 1 }, lead: 'dep-ambulance' });
    expect(ask(people.wang, 2)?.plan.level).toBe(2);
    expect(ask(people.police)).toBeNull();
    expect(world.engine.queries.recommendation('inc-9999', 1, people.wang)).toBeNull();
    await must(world, 'wang', 'incident.close', { incident: id, override: '误报' });
    expect(ask(people.wang)).toBeNull();
  });

  it('DI-20 sends nothing: asked as often as wanted it changes nothing', async () => {
    const world = await worldWithUnits();
    const id = await must(world, 'li', 'incident.create', medical);
    const { length } = world.journal.entries;
    const first = world.engine.queries.recommendation(id, 1, people.wang);
    expect(world.engine.queries.recommendation(id, 1, people.wang)).toEqual(first);
    expect(world.journal.entries).toHaveLength(length);
    expect(world.engine.cases.state.unitOf.size).toBe(0);
  });
});

describe('the timeline', () => {
  it('IN-43 comes with closed cases within 100 m, the newest first, not with the others', async () => {
    const world = await worldWithUnits();
    const at = (eastM: number) => smallPackAt(300 + eastM, 400);
    const closed = async (eastM: number): Promise<string> => {
      world.nowMs += 60_000;
      const position = at(eastM);
      const id = await must(world, 'li', 'incident.create', {
        channel: '119',
        category: 'fire.smoke',
        position,
      });
      await must(world, 'wang', 'incident.claim', { incident: id });
      await must(world, 'wang', 'incident.close', { incident: id, override: '误报' });
      return id;
    };
    const [near, edge] = [await closed(0), await closed(95)];
    await closed(110);
    await must(world, 'li', 'incident.create', { channel: '119', category: 'fire.smoke', position: at(5) });
    const id = await must(world, 'li', 'incident.create', {
      channel: '119',
      category: 'fire.smoke',
      position: at(0),
    });
    await must(world, 'sun', 'incident.evaluate', { incident: near, satisfaction: 5 });
    const { earlier, entries } = world.engine.queries.timeline(id, people.wang)!;
    expect(entries.map((e) => e.type)).toEqual(['incident.reported']);
    expect(earlier.map((e) => [e.incident, e.distanceM])).toEqual([
      [edge, 95],
      [near, 0],
    ]);
    expect(earlier[1]?.score).toBeLessThan(100);
    // Two hours later, when it has left the screens, it is still what happened here before.
    world.engine.tick((world.nowMs += 7_200_000));
    expect(world.engine.queries.timeline(id, people.wang)!.earlier).toHaveLength(2);
    // One that is opened again is not over.
    expect(world.engine.records.get('incident', near)).toBeUndefined();
  });

  it('SE-60 tells a department only of earlier cases that concerned it', async () => {
    const world = await worldWithUnits();
    for (const [category, channel] of [
      ['crime.theft', '110'],
      ['fire.smoke', '119'],
    ] as const) {
      const id = await must(world, 'li', 'incident.create', { channel, category, position: scene });
      await must(world, 'wang', 'incident.claim', { incident: id });
      await must(world, 'wang', 'incident.close', { incident: id, override: '处理完毕' });
    }
    const id = await must(world, 'li', 'incident.create', {
      channel: '119',
      category: 'fire.structure',
      position: scene,
    });
    const earlier = (audience: Audience) =>
      world.engine.queries.timeline(id, audience)?.earlier.map((e) => e.category);
    expect(earlier(people.wang)?.toSorted()).toEqual(['crime.theft', 'fire.smoke']);
    expect(earlier(people.fire)).toEqual(['fire.smoke']);
    expect(earlier(people.urban)).toEqual([]);
  });

  it('SE-1 SE-52 what people write is for those who work on it, without numbers and flats for who has no need', async () => {
    const world = await worldWithUnits();
    const id = await must(world, 'li', 'incident.create', {
      channel: '119',
      category: 'fire.structure',
      position: scene,
    });
    const secret = '住户13800138000，3单元502室';
    await must(world, 'wang', 'incident.note', { incident: id, text: secret, attachments: ['a'.repeat(64)] });
    await must(world, 'wang', 'incident.task', { incident: id, department: 'fire', title: secret });
    const seen = (audience: Audience) => JSON.stringify(world.engine.queries.timeline(id, audience));
    expect(seen(people.wang)).toContain(secret);
    expect(seen(people.fire)).toContain('住户***');
    expect(seen(people.fire)).toContain('aaaa');
    expect(seen({ role: 'audit-admin' })).toContain('住户***');
    for (const audience of [viewer, { role: 'security-admin' }, { role: 'system-admin' }] as const)
      expect(seen(audience)).not.toContain('"text"');
    for (const audience of [viewer, people.fire, { role: 'audit-admin' }] as const)
      expect(seen(audience)).not.toMatch(/13800138000|502/);
    for (const audience of [viewer, { role: 'audit-admin' }] as const)
      expect(seen(audience)).not.toContain('aaaa');
  });
});

describe('evaluation', () => {
  it('EV-7 counts what was finished here, until it is opened again', async () => {
    const world = await worldWithUnits();
    const id = await must(world, 'li', 'incident.create', { ...medical, position: smallPackAt(300, 400) });
    await must(world, 'wang', 'incident.dispatch', { incident: id, units: ['u-a1'] });
    const rows = () => world.engine.queries.evaluation(7).departments.map((d) => [d.id, d.cases]);
    expect(rows()).toEqual([]);
    await must(world, 'wang', 'incident.close', { incident: id, override: '演练' });
    expect(rows()).toContainEqual(['dep-ambulance', 1]);
    await must(world, 'wang', 'incident.reopen', { incident: id, reason: '误结' });
    expect(rows()).toEqual([]);
  });
});

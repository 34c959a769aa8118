import { describe, expect, it } from 'vitest';
import type { IncidentObservation, UnitObservation } from '../../../server/contract/observations.ts';
import { sisterFeeds } from '../../../server/live/unit-incidents.ts';
import { callOf, feedOf, makeWorld, START_MS, type World } from '../../support/live-world.ts';

const feeds = [
  feedOf('sim-units', 'units'),
  feedOf('other-calls', 'incidents'),
  feedOf('sim-incidents', 'incidents'),
  feedOf('cars', 'positions'),
];
let at = START_MS;
const unit = (world: World, more: Partial<UnitObservation> = {}): UnitObservation => ({
  type: 'unit',
  id: world.city.pack!.units[0]!.id,
  at: ++at,
  ...more,
});
const call = (id: string, more: Partial<IncidentObservation> = {}) => callOf(id, ++at, more);
const taskOf = (world: World): string | undefined =>
  world.engine.records.get('unit', world.city.pack!.units[0]!.id)?.incident;

describe('the incident of a unit', () => {
  it('IN-24 is named by its record, whichever number the source has for it', async () => {
    const world = await makeWorld({ feeds });
    await world.observe('sim-incidents', call('x-0001'), call('x-0002'));
    await world.observe('sim-units', unit(world, { status: 'dispatched', incident: 'x-0002' }));
    expect(taskOf(world)).toBe('inc-1001');
  });

  it('IN-24 is named as soon as the incident comes, also after the unit', async () => {
    const world = await makeWorld({ feeds });
    await world.observe('sim-units', unit(world, { status: 'dispatched', incident: 'x-1' }));
    expect(taskOf(world)).toBeUndefined();
    await world.observe('sim-incidents', call('x-1'));
    expect(taskOf(world)).toBe('inc-1000');
  });

  it('IN-24 is not named before it is durable', async () => {
    const world = await makeWorld({ feeds });
    let open = (): void => undefined;
    world.journal.gate = new Promise((resolve) => (open = resolve));
    const answered = world.observe('sim-incidents', call('x-1'));
    await new Promise((resolve) => setTimeout(resolve, 5));
    await world.observe('sim-units', unit(world, { status: 'dispatched', incident: 'x-1' }));
    expect(taskOf(world)).toBeUndefined();
    open();
    await answered;
    expect(taskOf(world)).toBe('inc-1000');
  });

  it('IN-24 is no longer named when it closes, and again when it is reopened', async () => {
    const world = await makeWorld({ feeds });
    await world.observe('sim-incidents', call('x-1'));
    await world.observe('sim-units', unit(world, { status: 'on-scene', incident: 'x-1' }));
    await world.observe('sim-incidents', call('x-1', { status: 'closed' }));
    expect(taskOf(world)).toBeUndefined();
    await world.observe('sim-units', unit(world, { status: 'on-scene', incident: 'x-1' }));
    expect(taskOf(world)).toBeUndefined();
    await world.observe('sim-incidents', call('x-1'));
    expect(taskOf(world)).toBe('inc-1000');
  });

  it('IN-24 is gone when the unit is free, and stays while reports do not speak of it', async () => {
    const world = await makeWorld({ feeds });
    await world.observe('sim-incidents', call('x-1'));
    await world.observe('sim-units', unit(world, { status: 'dispatched', incident: 'x-1' }));
    await world.observe('sim-units', unit(world, { status: 'en-route' }));
    expect(taskOf(world)).toBe('inc-1000');
    await world.observe('sim-units', unit(world, { status: 'available' }));
    expect(taskOf(world)).toBeUndefined();
  });

  it('IN-24 is the sister feed’s where two feeds use the same number', async () => {
    const world = await makeWorld({ feeds });
    await world.observe('other-calls', call('7'));
    await world.observe('sim-incidents', call('7'));
    await world.observe('sim-units', unit(world, { status: 'dispatched', incident: '7' }));
    expect(taskOf(world)).toBe('inc-1001');
    await world.observe('sim-incidents', call('7', { status: 'closed' }));
    expect(taskOf(world)).toBe('inc-1000');
  });

  it.each([
    ['sim-units', ['sim-incidents', 'calls', 'other-calls']],
    ['other-units', ['other-calls', 'calls', 'sim-incidents']],
    ['calls', ['calls', 'other-calls', 'sim-incidents']],
  ])('IN-24 the feeds likeliest to know an incident of %s', (feed, order) => {
    expect(sisterFeeds(feed, ['calls', 'other-calls', 'sim-incidents'])).toEqual(order);
  });
});

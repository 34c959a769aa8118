import { describe, expect, it } from 'vitest';
import { forkChanges, whatIf, whatIfRequest } from '../../../simulators/control/fork.ts';
import { runFork } from '../../../simulators/control/fork-run.ts';
import { restore, snapshot } from '../../../simulators/control/snapshot.ts';
import { TrafficModel } from '../../../simulators/models/traffic/traffic-model.ts';
import { smallPack } from '../../support/small-pack.ts';
import { fingerprint } from '../../support/traffic-checks.ts';

const pack = smallPack();
function running(): TrafficModel {
  const model = new TrafficModel(pack, { seed: 5, startHour: 8, targetVehicles: 300 });
  model.warmUp(240);
  model.closeLink(pack.links[3]!.id);
  model.blockLanes(pack.links[8]!.id, 40, 1, 200);
  const [from, to] = [pack.links[0]!.id, pack.links.at(-5)!.id];
  model.dispatch({ key: 'a', kind: 'ambulance', fromLink: from, toLink: to, offsetM: 5, priority: true });
  model.kernel.signals.setPlan(0, {
    offsetS: 3,
    steps: [
      { phase: 0, greenS: 40 },
      { phase: 1, greenS: 30 },
    ],
  });
  for (let i = 0; i < 11; i++) model.step();
  return model;
}

describe('a fork of the traffic', () => {
  it('TR-159 goes on as the live traffic does, to the bit, and leaves it alone', () => {
    const live = running();
    const before = fingerprint(live);
    const fork = new TrafficModel(pack, live.options);
    restore(fork, snapshot(live));
    expect(fingerprint(fork)).toBe(before);
    for (let i = 0; i < 600; i++) fork.step();
    expect(fingerprint(live)).toBe(before);
    for (let i = 0; i < 600; i++) live.step();
    expect(fingerprint(fork)).toBe(fingerprint(live));
    expect(fork.trips.entered).toBe(live.trips.entered);
    expect(fork.kernel.signals.planOf(0)).toEqual(live.kernel.signals.planOf(0));
  });

  it('TR-159 with a closed road nobody drives in there, and less demand means fewer vehicles', async () => {
    const live = running();
    const order = { pack, options: live.options, seconds: 600 };
    const busy = Array.from(live.kernel.linkIn)
      .map((n, k) => [n, k] as const)
      .toSorted((a, b) => b[0] - a[0])[0]![1];
    const same = await runFork({ ...order, state: snapshot(live), changes: forkChanges.parse({}) });
    const closed = await runFork({
      ...order,
      state: snapshot(live),
      changes: forkChanges.parse({ closeLinks: [pack.links[busy]!.id], demandFactor: 0.3 }),
    });
    expect(same.links).toHaveLength(pack.links.length);
    expect(same.links[busy]!.flowVph).toBeGreaterThan(60);
    expect(closed.links[busy]!.flowVph).toBeLessThan(same.links[busy]!.flowVph / 2);
    expect(closed.vehiclesAtEnd).toBeLessThan(same.vehiclesAtEnd * 0.7);
    expect(same.delayH).toBeGreaterThan(0);
  });

  it('TR-159 answers from threads with both forks, and refuses what is not there', async () => {
    const live = running();
    const request = whatIfRequest.parse({ minutes: 2, changes: { demandFactor: 1 } });
    const answer = await whatIf(live, request, () => performance.now());
    expect(answer.unchanged).toEqual(answer.changed);
    expect(answer.unchanged.seconds).toBe(120);
    const wrong = whatIfRequest.parse({ changes: { closeLinks: ['no-such-road'] } });
    await expect(whatIf(live, wrong, () => 0)).rejects.toThrow('no-such-road');
    const plans = { [pack.signals[0]!.id]: { offsetS: 0, steps: [{ phase: 9, greenS: 30 }] } };
    const plan = whatIfRequest.parse({ minutes: 1, changes: { plans } });
    await expect(whatIf(live, plan, () => 0)).rejects.toThrow(pack.signals[0]!.id);
  });
});

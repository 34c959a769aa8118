/**
 * A signal of the city pack as a controller would describe it, for signals whose controller says nothing of the kind: lanes by
 * their roads, connections by the pack's movements. What a pack does not say (conflicts, walking times) is left empty.
 */
import type { City } from '../../city/city.ts';
import type { Signal } from '../../contract/city-pack.ts';
import { bearingDeg } from '../../contract/geo.ts';
import { packPlan } from '../../contract/pack-plan.ts';
import type { PortConnection, PortJunction } from '../../contract/signal-port.ts';

/** The longest red that the product allows where nobody says. */
const MAX_RED_S = 120;
const THROUGH_DEG = 40;
const BACK_DEG = 150;

export function packJunction(city: City, signal: Signal): PortJunction {
  const lanes: { id: string; link: string; lengthM: number; speedMps: number }[] = [];
  const exits: typeof lanes = [];
  const connections: (PortConnection & { readonly movement: string })[] = [];
  const firstLane = new Map<string, number>();
  const exitOf = new Map<string, number>();
  const piece = (index: number, id: string): (typeof lanes)[number] => ({
    id,
    link: city.linkAt(index).id,
    lengthM: Math.max(1, city.linkLengthM(index)),
    speedMps: Math.max(1, city.freeFlowKph(index) / 3.6),
  });
  for (const { movements } of signal.phases) {
    for (const { from, to } of movements) {
      const [a, b] = [city.linkIndex(from), city.linkIndex(to)];
      const movement = `${from}\n${to}`;
      if (a < 0 || b < 0 || connections.some((c) => c.movement === movement)) continue;
      const count = city.linkAt(a).lanes;
      if (!firstLane.has(from)) {
        firstLane.set(from, lanes.length);
        for (let n = 0; n < count; n++) lanes.push(piece(a, `${from}:${n}`));
      }
      if (!exitOf.has(to)) {
        exitOf.set(to, exits.length);
        exits.push(piece(b, to));
      }
      const turn = turnOf(city, a, b);
      // Lanes count from the kerb out; where people drive on the left the other turn is near it.
      const nearTurn = city.pack?.manifest.drivesOn === 'left' ? 'left' : 'right';
      const used = turn === 'through' ? all(count) : [turn === nearTurn ? 0 : count - 1];
      for (const n of used) {
        const lane = firstLane.get(from)! + n;
        connections.push({ lane, exit: exitOf.get(to)!, turn, conflicts: [], movement });
      }
    }
  }
  const of = (movement: string): number[] =>
    connections.flatMap((c, i) => (c.movement === movement ? [i] : []));
  return {
    id: signal.id,
    lanes,
    exits,
    connections: connections.map(({ lane, exit, turn, conflicts }) => ({ lane, exit, turn, conflicts })),
    phases: signal.phases.map((p) => ({
      minGreenS: p.minGreenS,
      maxGreenS: p.maxGreenS,
      yellowS: p.yellowS,
      allRedS: p.allRedS,
      pedestrianS: 0,
      green: p.movements.filter((m) => m.yields !== true).flatMap((m) => of(`${m.from}\n${m.to}`)),
      yields: p.movements.filter((m) => m.yields === true).flatMap((m) => of(`${m.from}\n${m.to}`)),
    })),
    plan: packPlan(signal),
    maxRedS: MAX_RED_S,
  };
}

const all = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

function turnOf(city: City, a: number, b: number): PortConnection['turn'] {
  const [from, to] = [city.linkAt(a).path, city.linkAt(b).path];
  const bend = ((bearingDeg(to[0]!, to[1]!) - bearingDeg(from.at(-2)!, from.at(-1)!) + 540) % 360) - 180;
  if (Math.abs(bend) <= THROUGH_DEG) return 'through';
  if (Math.abs(bend) >= BACK_DEG) return 'u-turn';
  return bend < 0 ? 'left' : 'right';
}

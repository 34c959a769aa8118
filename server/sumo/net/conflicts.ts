/** Which connections of a junction cross or merge: the foes of its right-of-way table, by connection. */
import type { NetConnection, NetJunction, SumoNet } from './model.ts';

export function conflictsOf(net: SumoNet): ReadonlyMap<NetConnection, ReadonlySet<NetConnection>> {
  const conflicts = new Map<NetConnection, Set<NetConnection>>();
  const add = (a: NetConnection, b: NetConnection): void => {
    const known = conflicts.get(a);
    if (known) known.add(b);
    else conflicts.set(a, new Set([b]));
  };
  for (const junction of net.junctions.values()) {
    const links = linksOf(junction);
    for (const [i, { foes }] of junction.requests.entries()) {
      const a = links[i];
      if (!a) continue;
      for (const [j, foe] of foes.entries()) {
        const b = links[j];
        // The table is the same both ways but for careless files; vehicles of one lane follow each other.
        if (!foe || !b || a.from === b.from) continue;
        add(a, b);
        add(b, a);
      }
    }
  }
  return conflicts;
}

/** By number in the table: lane after lane, in the order in which their connections stand in the file. */
function linksOf(junction: NetJunction): readonly NetConnection[] {
  return junction.incoming
    .filter((lane) => lane.edge.function !== 'internal')
    .flatMap((lane) => lane.out)
    .filter(({ to }) => to.edge.function === 'normal' || to.edge.function === 'crossing');
}

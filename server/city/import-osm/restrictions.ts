/** Banned turns from OpenStreetMap's restriction relations. */
import type { OsmRelation } from './osm.ts';
import type { ImportReport } from './report.ts';
import type { RoadLink } from './road-link.ts';

/** Turn restriction relations with a node between: `no_*` bans one turn, `only_*` all the others. */
export function applyRestrictions(
  links: RoadLink[],
  relations: readonly OsmRelation[],
  report: ImportReport,
): void {
  const from = new Map<number, RoadLink[]>();
  const into = new Map<number, number[]>();
  for (const [i, l] of links.entries()) {
    from.set(l.from, [...(from.get(l.from) ?? []), l]);
    into.set(l.to, [...(into.get(l.to) ?? []), i]);
  }
  for (const relation of relations) {
    if (relation.tags?.['type'] !== 'restriction') continue;
    const kind = relation.tags['restriction'] ?? relation.tags['restriction:motorcar'] ?? '';
    const only = kind.startsWith('only_');
    if (!only && !kind.startsWith('no_')) {
      report.drop('turn restrictions: conditional or for other vehicles');
      continue;
    }
    const roles = (role: string) => relation.members.filter((m) => m.role === role);
    const via = roles('via');
    if (via.length !== 1 || via[0]!.type !== 'node') {
      report.drop('turn restrictions: over a way, not a node');
      continue;
    }
    const node = via[0]!.ref;
    const froms = new Set(roles('from').map((m) => m.ref));
    const tos = new Set(roles('to').map((m) => m.ref));
    let applied = false;
    for (const i of into.get(node) ?? []) {
      const arriving = links[i]!;
      if (!froms.has(arriving.lastWay)) continue;
      const leaving = from.get(node) ?? [];
      const isTarget = (l: RoadLink): boolean => tos.has(l.firstWay);
      const uTurn = (l: RoadLink): boolean => l.to === arriving.from && l.firstWay === arriving.lastWay;
      // “only straight on” between the same pair would otherwise ban the U-turn and the straight way alike.
      const banned = leaving.filter((l) =>
        only ? !isTarget(l) : isTarget(l) && (kind === 'no_u_turn' || !uTurn(l)),
      );
      if (banned.length === 0 || (only && !leaving.some(isTarget))) continue;
      // A ban that leaves no way on is a fault of the map.
      const all = new Set([...(arriving.link.bannedTurns ?? []), ...banned.map((l) => l.link.id)]);
      if (leaving.every((l) => all.has(l.link.id))) continue;
      links[i] = { ...arriving, link: { ...arriving.link, bannedTurns: [...all] } };
      applied = true;
    }
    if (applied) report.count('turn restrictions');
    else report.drop('turn restrictions: their roads are not in the network');
  }
}

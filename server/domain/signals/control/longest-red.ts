/**
 * The longest red that people set for a signal, kept above whatever a method wishes. The controller keeps its own, which may
 * be longer.
 */
import type { Junction, JunctionState } from '../model.ts';
import { changeS, opens } from '../plan.ts';

/** Who waits within so many metres of the line. */
const WAITS_M = 40;
const STANDS_MPS = 2;

/**
 * The phase that has to come now, because somebody has waited nearly `maxRedS` for it; null: none. Asked in green, once the
 * minimum is over. A lane that is not known counts as waited on.
 */
export function overdue(junction: Junction, state: JunctionState, maxRedS: number): number | null {
  const { phase: shown, redS } = state;
  let worst = maxRedS;
  let found: number | null = null;
  for (let p = 0; p < junction.phases.length; p++) {
    if (p === shown) continue;
    const atGreenS = redS[p]! + changeS(junction, shown, p);
    if (atGreenS < worst || !waits(junction, state, p)) continue;
    worst = atGreenS;
    found = p;
  }
  return found;
}

/** Somebody waits for this phase who is not let go by the one that is shown. */
function waits(junction: Junction, { phase: shown, lanes }: JunctionState, phase: number): boolean {
  const { green, yields } = junction.phases[phase]!;
  return [...green, ...yields].some((c) => {
    if (shown >= 0 && opens(junction, shown, c)) return false;
    const vehicles = lanes[junction.connections[c]!.lane];
    if (vehicles === null || vehicles === undefined) return true;
    return vehicles.length > 0 && vehicles[0]! <= WAITS_M && vehicles[1]! < STANDS_MPS;
  });
}

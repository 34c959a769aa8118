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
 * The phase that has to come now, because somebody has waited nearly `maxRedS` for a green; null: none. Asked in green, once
 * the minimum is over. A lane that is not known counts as waited on.
 */
export function overdue(junction: Junction, state: JunctionState, maxRedS: number): number | null {
  const { phase: shown, redS } = state;
  const { phases, connections } = junction;
  let worst = maxRedS;
  let found: number | null = null;
  for (let c = 0; c < connections.length; c++) {
    if ((shown >= 0 && opens(junction, shown, c)) || !waits(state, connections[c]!.lane)) continue;
    // Several phases may let it go: it has been red since the last of them.
    const mine = [...phases.keys()].filter((p) => opens(junction, p, c));
    const sinceS = Math.min(...mine.map((p) => redS[p]!));
    const withRight = mine.find((p) => phases[p]!.green.includes(c)) ?? mine[0];
    if (withRight === undefined) continue;
    const atGreenS = sinceS + changeS(junction, shown, withRight);
    if (atGreenS < worst) continue;
    worst = atGreenS;
    found = withRight;
  }
  return found;
}

function waits({ lanes }: JunctionState, lane: number): boolean {
  const vehicles = lanes[lane];
  if (vehicles === null || vehicles === undefined) return true;
  return vehicles.length > 0 && vehicles[0]! <= WAITS_M && vehicles[1]! < STANDS_MPS;
}

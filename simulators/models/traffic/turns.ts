/** Which lanes of an approach serve which turn, and which lane of the exit each leads into. Lane 0 is the kerb lane. */
export interface TurnIn {
  /** Radians, positive to the left. */
  readonly angle: number;
  readonly toLanes: number;
  readonly uTurn: boolean;
}

export type Turn = 'right' | 'straight' | 'left' | 'u';

const STRAIGHT_RAD = 0.62;

export function turnOf(t: TurnIn): Turn {
  if (t.uTurn) return 'u';
  if (Math.abs(t.angle) <= STRAIGHT_RAD) return 'straight';
  return t.angle > 0 ? 'left' : 'right';
}

/** Per turn: pairs of (from lane, to lane). Every turn gets at least one lane, every lane at least one turn. */
export function assignLanes(lanes: number, turns: readonly TurnIn[]): [number, number][][] {
  const out: [number, number][][] = turns.map(() => []);
  if (turns.length === 0) return out;
  // From right to left, as a driver sees them.
  const order = turns.map((_, i) => i).sort((a, b) => turns[a]!.angle - turns[b]!.angle || a - b);
  const straights = order.filter((i) => turnOf(turns[i]!) === 'straight');
  const main =
    straights.toSorted((a, b) => Math.abs(turns[a]!.angle) - Math.abs(turns[b]!.angle) || a - b)[0] ?? -1;
  const rights = order.filter((i) => !turns[i]!.uTurn && (main < 0 ? turns[i]!.angle <= 0 : before(i, main)));
  const lefts = order.filter((i) => i !== main && !rights.includes(i));
  function before(i: number, j: number): boolean {
    return order.indexOf(i) < order.indexOf(j);
  }
  const sharpRight = rights.some((i) => turnOf(turns[i]!) === 'right');
  const sharpLeft = lefts.some((i) => turnOf(turns[i]!) !== 'straight');

  let mainLow = 0;
  let mainHigh = lanes - 1;
  let leftLanes = 1;
  let rightLanes = 1;
  if (main >= 0) {
    if (lanes >= 3 && sharpLeft) {
      leftLanes = lanes >= 5 ? 2 : 1;
      mainHigh = lanes - 1 - leftLanes;
    }
    if (lanes >= 5 && sharpRight) mainLow = 1;
    // A road that narrows: spare lanes belong to the turns where there are any.
    const spare = mainHigh - mainLow + 1 - turns[main]!.toLanes;
    if (spare > 0 && lefts.length > 0) mainHigh -= Math.min(spare, 1);
    if (mainHigh - mainLow + 1 > turns[main]!.toLanes && rights.length > 0 && mainLow === 0 && lanes > 2)
      mainLow = 1;
    if (lefts.length > 0) leftLanes = Math.max(1, lanes - 1 - mainHigh);
    if (rights.length > 0) rightLanes = Math.max(1, mainLow);
    const n = mainHigh - mainLow + 1;
    const to = turns[main]!.toLanes;
    for (let k = 0; k < n; k++) {
      // The same lane number where both ends are equal; squeezed where the exit is narrower.
      const target =
        n <= to ? Math.min(to - 1, mainLow > 0 && to >= lanes ? k + mainLow : k) : Math.floor((k * to) / n);
      out[main]!.push([mainLow + k, target]);
    }
    // Extra lanes of a wider exit are fed by the leftmost through lane.
    if (n < to && lefts.length === 0 && n === lanes) out[main]!.push([mainHigh, Math.min(to - 1, n)]);
  } else if (rights.length > 0 && lefts.length > 0 && lanes > 1) {
    rightLanes = Math.floor(lanes / 2);
    leftLanes = lanes - rightLanes;
  } else {
    rightLanes = lanes;
    leftLanes = lanes;
  }
  for (const i of rights) {
    const to = turns[i]!.toLanes;
    const n = Math.min(rightLanes, to);
    for (let k = 0; k < n; k++) out[i]!.push([k, k]);
    if (main < 0) for (let k = n; k < rightLanes; k++) out[i]!.push([k, to - 1]);
  }
  for (const i of lefts) {
    const to = turns[i]!.toLanes;
    const n = turns[i]!.uTurn ? 1 : Math.min(leftLanes, to);
    for (let k = 0; k < n; k++) out[i]!.push([lanes - 1 - k, to - 1 - k]);
    if (main < 0 && !turns[i]!.uTurn) for (let k = n; k < leftLanes; k++) out[i]!.push([lanes - 1 - k, 0]);
  }
  // No lane may be a dead end.
  for (let lane = 0; lane < lanes; lane++) {
    if (out.some((pairs) => pairs.some((p) => p[0] === lane))) continue;
    const best = lane < lanes / 2 ? (rights[0] ?? main) : (lefts.find((i) => !turns[i]!.uTurn) ?? main);
    const i = best >= 0 ? best : order[0]!;
    out[i]!.push([lane, Math.min(turns[i]!.toLanes - 1, lane)]);
  }
  return out;
}

/**
 * The search of the rolling horizon: which phase to show now, so that the vehicles of this junction lose least time over
 * the horizon. Forward dynamic programming over time with a bounded number of states at each second; states that have
 * served the same vehicles are one.
 */
import { GREEN, RED, type Layout } from '../layout.ts';
import type { JunctionState } from '../model.ts';
import { MOST_ITEMS, createArrivals, type Arrivals } from './arrivals.ts';
import type { Observer } from './observer.ts';
import { parameters } from './parameters.ts';

const MOST_OUTFLOW = 160;

/** What a junction plans to send away. */
export interface Outflow {
  count: number;
  /** The plan's end on the clock, s. */
  untilS: number;
  readonly atS: Float64Array;
  readonly exit: Int16Array;
  readonly weight: Float64Array;
}
export const createOutflow = (): Outflow => ({
  count: 0,
  untilS: -1e9,
  atS: new Float64Array(MOST_OUTFLOW),
  exit: new Int16Array(MOST_OUTFLOW),
  weight: new Float64Array(MOST_OUTFLOW),
});

export interface Planner {
  readonly arrivals: Arrivals;
  /** The phase to show now; `arrivals` are filled. Writes what it plans to send away to `outflow`. */
  plan(state: JunctionState, nowS: number, outflow: Outflow): number;
  /** Until when, on the clock, the last plan keeps the phase shown. */
  readonly staysUntilS: () => number;
}

export function createPlanner(layout: Layout, observer: Observer, horizonS: number): Planner {
  const { lanes: L, phases: P, connections: C, right, lanesIn, junction, choices } = layout;
  const arrivals = createArrivals(L, horizonS);
  const { count, etaS, to, weight, releaseS, sumW, sumWEta, atLineBy } = arrivals;
  const buckets = horizonS + 1;
  const stayS = (t: number): number => (t < parameters.farFromS ? 1 : parameters.farStepS);
  const B = parameters.states;
  const places = buckets * B;
  const size = new Int16Array(buckets);
  const nPhase = new Int8Array(places);
  const nFirst = new Int8Array(places);
  const nParent = new Int32Array(places);
  const nStartS = new Float64Array(places);
  const nCost = new Float64Array(places);
  const nValue = new Float64Array(places);
  const nKey = new Int32Array(places);
  const nServed = new Int16Array(places * L);
  const nReady = new Float64Array(places * L);
  // The state worked on.
  const served = new Int16Array(L);
  const ready = new Float64Array(L);
  /** [0]: time lost by those who left. A closed-over number would be boxed at each change. */
  const sum = new Float64Array(2);
  let log: Outflow | null = null;
  let logFromS = 0;
  const likely = new Int16Array(L);
  /** By item: its connection, the likely one where it is not known, and when it can leave at the earliest. */
  const goes = new Int16Array(L * MOST_ITEMS);
  const earliest = new Float64Array(L * MOST_ITEMS);
  const headway = observer.headwayS;
  const goesOn = new Uint8Array(P * P * L);
  for (let p = 0; p < P; p++)
    for (let q = 0; q < P; q++)
      for (let c = 0; c < C; c++)
        if (right[p * C + c] !== RED && right[q * C + c] !== RED)
          goesOn[(p * P + q) * L + layout.laneOf[c]!] = 1;
  const clear = layout.changeS;
  const groupOf = new Int8Array(L);
  const groupNeed = new Float64Array(P);
  const demandIn = new Uint8Array(P);
  const { startupS, stopS, stopFadeS, balk, gapS, tail, sliceS } = parameters;

  const gapFor = (phase: number, connection: number, atS: number): boolean => {
    const foes = layout.givesWayTo[phase * C + connection]!;
    // Who has let gaps pass finds fewer than the model thinks.
    const gap = gapS + balk * observer.balksS[layout.laneOf[connection]!]!;
    for (let i = 0; i < foes.length; i++) {
      const lane = foes[i]!;
      const k = served[lane]!;
      if (k >= count[lane]!) continue;
      const item = lane * MOST_ITEMS + k;
      if (weight[item]! < 0.5) continue;
      const c = goes[item]!;
      if (right[phase * C + c] !== GREEN) continue;
      if (ready[lane]! < atS + gap && earliest[item]! < atS + gap) return false;
    }
    return true;
  };

  const leave = (lane: number, item: number, atS: number, startS: number, connection: number): void => {
    const w = weight[item]!;
    const lateS = atS - etaS[item]!;
    sum[0] = sum[0]! + w * lateS;
    if (lateS > 1 && stopS > 0) {
      const x = atS - startS - startupS;
      if (x < 8) sum[0] = sum[0] + w * stopS * Math.exp(-Math.max(0, x) / stopFadeS);
    }
    ready[lane] = atS + headway[lane]! * w;
    served[lane] = served[lane]! + 1;
    if (log && log.count < MOST_OUTFLOW) {
      log.atS[log.count] = logFromS + atS;
      log.exit[log.count] = layout.exitOf[connection]!;
      log.weight[log.count++] = w;
    }
  };

  /** Lets vehicles go in `phase` from `fromS` to `untilS`; where `next` is not the phase itself its yellow has begun. */
  const slice = (
    phase: number,
    next: number,
    fromS: number,
    untilS: number,
    lastS: number,
    startS: number,
  ): void => {
    const mine = lanesIn[phase]!;
    for (let i = 0; i < mine.length; i++) {
      const lane = mine[i]!;
      const n = count[lane]!;
      const base = lane * MOST_ITEMS;
      while (served[lane]! < n) {
        const item = base + served[lane]!;
        let atS = ready[lane]!;
        if (earliest[item]! > atS) atS = earliest[item]!;
        if (atS >= untilS) break;
        const c = goes[item]!;
        const r = right[phase * C + c]!;
        if (r === RED) break;
        if (fromS > atS) atS = fromS;
        if (atS >= (next === phase || right[next * C + c] !== RED ? untilS : lastS)) break;
        if (r !== GREEN && !gapFor(phase, c, atS)) break;
        leave(lane, item, atS, startS, c);
      }
    }
  };
  const advance = (phase: number, fromS: number, untilS: number, startS: number): void => {
    if (!layout.hasYields[phase]) {
      slice(phase, phase, fromS, untilS, untilS, startS);
      return;
    }
    for (let t = fromS; t < untilS; t += sliceS)
      slice(phase, phase, t, Math.min(untilS, t + sliceS), untilS, startS);
  };
  const change = (phase: number, next: number, fromS: number, toS: number, startS: number): void => {
    slice(phase, next, fromS, toS, fromS, startS);
    const table = (phase * P + next) * L;
    for (let lane = 0; lane < L; lane++) {
      if (goesOn[table + lane] === 0) ready[lane] = Math.max(ready[lane]!, toS + startupS);
    }
  };

  /** Time lost so far, by those who left and those who stand, and what those left over must still expect. */
  const value = (phase: number, t: number): number => {
    let lost = sum[0]!;
    let own = 0;
    let ownNeed = 0;
    let others = 0;
    let total = 0;
    groupNeed.fill(0);
    const rights = phase * C;
    for (let lane = 0; lane < L; lane++) {
      const s = served[lane]!;
      const a = atLineBy[lane * (horizonS + 1) + t]!;
      if (a <= s) continue;
      const sums = lane * (MOST_ITEMS + 1);
      const w = sumW[sums + a]! - sumW[sums + s]!;
      lost += w * t - (sumWEta[sums + a]! - sumWEta[sums + s]!);
      const need = w * headway[lane]!;
      const item = lane * MOST_ITEMS + s;
      const c = goes[item]!;
      if (right[rights + c] === GREEN) {
        own += (w * need) / 2;
        if (need > ownNeed) ownNeed = need;
      } else {
        others += w;
        const g = groupOf[lane]!;
        if (need > groupNeed[g]!) groupNeed[g] = need;
      }
    }
    if (others > 0) {
      for (let p = 0; p < P; p++)
        if (groupNeed[p]! > 0) total += groupNeed[p]! + layout.clearanceS[p]! + startupS;
      lost += tail * others * (layout.clearanceS[phase]! + startupS + Math.min(ownNeed, 20) + total / 2);
    }
    return lost + tail * own;
  };

  const insert = (bucket: number, phase: number, startS: number, first: number, parent: number): void => {
    const t = bucket;
    const v = value(phase, t);
    let key = phase;
    for (let lane = 0; lane < L; lane++) key = (Math.imul(key, 31) + served[lane]!) | 0;
    const base = bucket * B;
    const n = size[bucket]!;
    let place = -1;
    let worst = -1;
    let worstValue = v;
    for (let i = base; i < base + n; i++) {
      if (nKey[i] === key && nPhase[i] === phase) {
        if (nValue[i]! <= v) return;
        place = i;
        break;
      }
      if (nValue[i]! > worstValue) {
        worstValue = nValue[i]!;
        worst = i;
      }
    }
    if (place < 0) {
      if (n < B) {
        place = base + n;
        size[bucket] = n + 1;
      } else if (worst >= 0) place = worst;
      else return;
    }
    nPhase[place] = phase;
    nFirst[place] = first;
    nParent[place] = parent;
    nStartS[place] = startS;
    nCost[place] = sum[0]!;
    nValue[place] = v;
    nKey[place] = key;
    for (let lane = 0, at = place * L; lane < L; lane++, at++) {
      nServed[at] = served[lane]!;
      nReady[at] = ready[lane]!;
    }
  };
  const load = (place: number): void => {
    sum[0] = nCost[place]!;
    for (let lane = 0, at = place * L; lane < L; lane++, at++) {
      served[lane] = nServed[at]!;
      ready[lane] = nReady[at]!;
    }
  };
  /** Does anything wait or come for the phase before it would end, that it could serve? */
  const useful = (phase: number, t: number): boolean => {
    const mine = lanesIn[phase]!;
    let vehicles = 0;
    const at = Math.min(horizonS, Math.ceil(t));
    for (let i = 0; i < mine.length; i++) {
      const lane = mine[i]!;
      const s = served[lane]!;
      const a = atLineBy[lane * (horizonS + 1) + at]!;
      if (s >= a) continue;
      const item = lane * MOST_ITEMS + s;
      const c = goes[item]!;
      if (right[phase * C + c] === RED || releaseS[item]! >= t) continue;
      const sums = lane * (MOST_ITEMS + 1);
      vehicles += sumW[sums + a]! - sumW[sums + s]!;
      if (vehicles > 0.9) return true;
    }
    return false;
  };

  const begin = (): void => {
    sum[0] = 0;
    served.fill(0);
    for (let lane = 0; lane < L; lane++) {
      let best = -1;
      for (const c of layout.ofLane[lane]!)
        if (best < 0 || observer.share[c]! > observer.share[best]!) best = c;
      likely[lane] = best;
      ready[lane] = 0;
      for (let k = lane * MOST_ITEMS, end = k + count[lane]!; k < end; k++) {
        goes[k] = to[k]! < 0 ? best : to[k]!;
        earliest[k] = Math.max(etaS[k]!, releaseS[k]!);
      }
    }
    // For the estimate behind the horizon each lane belongs to the phase that serves most of it.
    for (let lane = 0; lane < L; lane++) {
      let best = 0;
      let bestShare = -1;
      for (let p = 0; p < P; p++) {
        let share = 0;
        for (const c of layout.ofLane[lane]!)
          share +=
            right[p * C + c] === GREEN
              ? observer.share[c]!
              : right[p * C + c] === RED
                ? 0
                : 0.4 * observer.share[c]!;
        if (share > bestShare + 1e-9) {
          bestShare = share;
          best = p;
        }
      }
      groupOf[lane] = best;
    }
  };

  const expand = (bucket: number, place: number, root: boolean, elapsedS: number): void => {
    const t = bucket;
    const phase = nPhase[place]!;
    const startS = nStartS[place]!;
    const first = nFirst[place]!;
    load(place);
    demandIn.fill(0);
    let others = false;
    for (let i = 0; i < choices.length; i++) {
      const q = choices[i]!;
      if (q === phase) continue;
      if (useful(q, t + clear[phase * P + q]! + layout.leastGreenS[q]!)) {
        demandIn[q] = 1;
        others = true;
      }
    }
    const shownS = root ? elapsedS : t - startS;
    if (!others || shownS + 1 <= junction.phases[phase]!.maxGreenS) {
      const until = Math.min(horizonS, t + (others ? stayS(t) : 1));
      advance(phase, t, until, startS);
      insert(until, phase, startS, first, place);
    }
    if (!others) return;
    for (let q = 0; q < P; q++) {
      if (demandIn[q] === 0) continue;
      load(place);
      const beginS = t + clear[phase * P + q]!;
      const target = Math.min(buckets - 1, Math.ceil(beginS + Math.max(1, layout.leastGreenS[q]!)));
      change(phase, q, t, beginS, startS);
      if (target > beginS) advance(q, beginS, target, beginS);
      insert(target, q, beginS, root ? q : first, place);
    }
  };

  const record = (best: number, nowS: number, outflow: Outflow): void => {
    const path: number[] = [];
    for (let place = best; place >= 0; place = nParent[place]!) path.push(place);
    path.reverse();
    begin();
    outflow.count = 0;
    outflow.untilS = nowS + horizonS;
    staysUntil[0] = nowS + horizonS;
    log = outflow;
    logFromS = nowS;
    for (let i = 1; i < path.length; i++) {
      const a = path[i - 1]!;
      const b = path[i]!;
      const fromS = Math.floor(a / B);
      const untilS = Math.floor(b / B);
      if (nPhase[a] === nPhase[b] && nStartS[a] === nStartS[b])
        advance(nPhase[a]!, fromS, untilS, nStartS[a]!);
      else {
        if (staysUntil[0] > nowS + fromS) staysUntil[0] = nowS + fromS;
        change(nPhase[a]!, nPhase[b]!, fromS, nStartS[b]!, nStartS[a]!);
        if (untilS > nStartS[b]!) advance(nPhase[b]!, nStartS[b]!, untilS, nStartS[b]!);
      }
    }
    log = null;
  };

  const staysUntil = new Float64Array(1);
  return {
    arrivals,
    staysUntilS: () => staysUntil[0]!,
    plan(state, nowS, outflow) {
      begin();
      size.fill(0);
      insert(0, state.phase, -state.sinceS, state.phase, -1);
      expand(0, 0, true, state.sinceS);
      for (let bucket = 1; bucket < buckets - 1; bucket++) {
        const from = bucket * B;
        for (let i = 0; i < size[bucket]!; i++) expand(bucket, from + i, false, 0);
      }
      let best = -1;
      let stay = -1;
      const last = (buckets - 1) * B;
      for (let i = last; i < last + size[buckets - 1]!; i++) {
        if (best < 0 || nValue[i]! < nValue[best]!) best = i;
        if (nFirst[i] === state.phase && (stay < 0 || nValue[i]! < nValue[stay]!)) stay = i;
      }
      if (stay >= 0 && nValue[stay]! <= nValue[best]! + parameters.hysteresisS) best = stay;
      const first = nFirst[best]!;
      record(best, nowS, outflow);
      return first;
    },
  };
}

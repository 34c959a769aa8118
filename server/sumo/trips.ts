/** What a run cost its travellers: SUMO's trip records summed, with those who never arrived or never got in. */
import { readXml } from './net/xml.ts';

export interface TripSummary {
  readonly trips: number;
  /** Of them, how many were on the road at the end, and how many waited to be let in. */
  readonly unfinished: number;
  readonly undeparted: number;
  readonly meanTimeLossS: number;
  readonly meanDepartDelayS: number;
  /** Time loss and departure delay together, over all trips. */
  readonly meanDelayS: number;
}

export function summarizeTrips(file: string): TripSummary {
  let trips = 0;
  let unfinished = 0;
  let undeparted = 0;
  let timeLossS = 0;
  let departDelayS = 0;
  readXml(file, ['tripinfos'], {
    open(name, a) {
      if (name !== 'tripinfo') return;
      trips++;
      if (Number(a['depart']) < 0) undeparted++;
      else if (Number(a['arrival']) < 0) unfinished++;
      timeLossS += Math.max(0, Number(a['timeLoss']) || 0);
      departDelayS += Math.max(0, Number(a['departDelay']) || 0);
    },
  });
  const mean = (sum: number): number => (trips === 0 ? 0 : sum / trips);
  return {
    trips,
    unfinished,
    undeparted,
    meanTimeLossS: mean(timeLossS),
    meanDepartDelayS: mean(departDelayS),
    meanDelayS: mean(timeLossS + departDelayS),
  };
}

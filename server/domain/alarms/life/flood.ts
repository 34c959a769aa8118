/**
 * Flood: more alarms ring than people can answer (ISA-18.2 §16). It begins above one rate and ends below another, so that it
 * does not flicker between them.
 */
import { FLOOD_BEGINS_OVER, FLOOD_ENDS_UNDER, type WatchRecord } from '../../../contract/alarms.ts';
import type { AlarmEvent } from './events.ts';

/** Alarms that rang in 10 minutes, for each operator on duty; nobody on duty counts as one. */
export const perOperator = (rung: number, operators: number): number => rung / Math.max(1, operators);

export function decideFlood(
  flood: WatchRecord['flood'],
  rung: number,
  operators: number,
  atMs: number,
): AlarmEvent[] {
  const rate = perOperator(rung, operators);
  if (flood === null && rate > FLOOD_BEGINS_OVER)
    return [{ type: 'alarm.flood-began', payload: { atMs, rung, operators } }];
  if (flood !== null && rate < FLOOD_ENDS_UNDER)
    return [{ type: 'alarm.flood-ended', payload: { atMs, rung, operators } }];
  return [];
}

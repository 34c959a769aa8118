/**
 * One road, several reasons to close it: floods, races and cordons each close and reopen as if alone; a link opens only
 * when the last of them has let go. Barriers are set up one by one, at `settle`: each changes everybody's routes.
 */
import type { Roads } from '../models/roads.ts';

export interface SharedRoads extends Roads {
  /** Sets up or takes away at most `limit` barriers. */
  settle(limit: number): void;
}

export function sharedRoads(roads: Roads): SharedRoads {
  const reasons = new Map<string, number>();
  const barred = new Set<string>();
  const unsettled = new Set<string>();
  return {
    get vehicleCount() {
      return roads.vehicleCount;
    },
    closeLink(linkId) {
      reasons.set(linkId, (reasons.get(linkId) ?? 0) + 1);
      unsettled.add(linkId);
    },
    reopenLink(linkId) {
      const left = (reasons.get(linkId) ?? 0) - 1;
      if (left > 0) reasons.set(linkId, left);
      else reasons.delete(linkId);
      unsettled.add(linkId);
    },
    settle(limit) {
      let done = 0;
      for (const linkId of unsettled) {
        if (done >= limit) return;
        unsettled.delete(linkId);
        const wanted = reasons.has(linkId);
        if (wanted === barred.has(linkId)) continue;
        done++;
        if (wanted) {
          barred.add(linkId);
          roads.closeLink(linkId);
        } else {
          barred.delete(linkId);
          roads.reopenLink(linkId);
        }
      }
    },
    blockLanes: (linkId, offsetM, lanes, seconds) => roads.blockLanes(linkId, offsetM, lanes, seconds),
    unblock: (handle) => roads.unblock(handle),
    setSpeedFactor: (factor) => roads.setSpeedFactor(factor),
    setLinkSpeedFactor: (linkId, factor) => roads.setLinkSpeedFactor(linkId, factor),
    setDemandFactor: (factor) => roads.setDemandFactor(factor),
    dispatch: (vehicle) => roads.dispatch(vehicle),
    dismiss: (key) => roads.dismiss(key),
    setSignalDark: (signalId, dark) => roads.setSignalDark(signalId, dark),
    takeArrivals: () => roads.takeArrivals(),
    vehicleOf: (key) => roads.vehicleOf(key),
    linkFlow: (index) => roads.linkFlow(index),
    linkMeanSpeedKph: (index) => roads.linkMeanSpeedKph(index),
  };
}

/**
 * One road, several reasons to close it: floods, races and cordons each close and reopen as if alone; a link opens only
 * when the last of them has let go. The same for a signal that is dark.
 */
import type { Roads } from '../models/roads.ts';

export function sharedRoads(roads: Roads): Roads {
  const reasons = new Map<string, number>();
  const outages = new Map<string, number>();
  return {
    get vehicleCount() {
      return roads.vehicleCount;
    },
    closeLink(linkId) {
      const before = reasons.get(linkId) ?? 0;
      reasons.set(linkId, before + 1);
      if (before === 0) roads.closeLink(linkId);
    },
    reopenLink(linkId) {
      const before = reasons.get(linkId);
      if (before === undefined) return;
      if (before > 1) {
        reasons.set(linkId, before - 1);
        return;
      }
      reasons.delete(linkId);
      roads.reopenLink(linkId);
    },
    blockLanes: (linkId, offsetM, lanes, seconds) => roads.blockLanes(linkId, offsetM, lanes, seconds),
    unblock: (handle) => roads.unblock(handle),
    setSpeedFactor: (factor) => roads.setSpeedFactor(factor),
    setLinkSpeedFactor: (linkId, factor) => roads.setLinkSpeedFactor(linkId, factor),
    setDemandFactor: (factor) => roads.setDemandFactor(factor),
    setDemandHour: (hour) => roads.setDemandHour(hour),
    dispatch: (vehicle) => roads.dispatch(vehicle),
    dismiss: (key) => roads.dismiss(key),
    setSignalDark(signalId, dark) {
      const before = outages.get(signalId) ?? 0;
      const after = Math.max(0, before + (dark ? 1 : -1));
      outages.set(signalId, after);
      if (before > 0 !== after > 0) roads.setSignalDark(signalId, dark);
    },
    takeArrivals: () => roads.takeArrivals(),
    vehicleOf: (key) => roads.vehicleOf(key),
    linkFlow: (index) => roads.linkFlow(index),
    linkMeanSpeedKph: (index) => roads.linkMeanSpeedKph(index),
  };
}

/** What must hold in the traffic kernel after every step. */
import type { TrafficModel } from '../../simulators/models/traffic/traffic-model.ts';

/** Describes the first two vehicles of a lane that overlap, or the first that is off its lane; null when all is well. */
export function findOverlap(model: TrafficModel): string | null {
  const { lanes } = model.kernel;
  const net = model.network;
  for (let l = 0; l < net.laneCount; l++) {
    let rear = Infinity;
    for (let i = lanes.head[l]!, e = i + lanes.count[l]!; i < e; i++) {
      const x = lanes.pos(i);
      if (!(x >= 0) || !(lanes.vel(i) >= 0)) return `lane ${l}: position ${x}, speed ${lanes.vel(i)}`;
      if (x > rear + 1e-3) return `lane ${l} t=${model.timeS}: front ${x} beyond the rear ${rear} ahead`;
      rear = x - lanes.length(i);
    }
  }
  return null;
}

/** A number that differs when any vehicle's place or speed does. */
export function fingerprint(model: TrafficModel): string {
  let h = 0x811c9dc5;
  let n = 0;
  const mix = (v: number): void => {
    h = Math.imul(h ^ (Math.round(v) | 0), 0x01000193) >>> 0;
  };
  model.forEachVehicle((id, _kind, link, lon, lat, heading, speed) => {
    n++;
    mix(id);
    mix(link);
    mix(lon * 1e6);
    mix(lat * 1e6);
    mix(heading * 10);
    mix(speed * 100);
  });
  return `${n}:${h.toString(16)}`;
}

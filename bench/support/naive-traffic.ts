/**
 * The straightforward kernel that bench/sim.ts compares with: one object a vehicle, an array of them a lane, the same
 * IDM step. It only follows: no junctions, lights, routes or lane changes, so it has less to do than ours.
 */
import { defaultDrivers, type DriverParameters } from '../../simulators/models/traffic/idm.ts';
import { moverKinds } from '../../server/contract/observations.ts';
import type { Kernel } from '../../simulators/models/traffic/kernel.ts';

interface Car {
  position: number;
  speed: number;
  acceleration: number;
  readonly length: number;
  readonly desiredFactor: number;
  readonly driver: DriverParameters;
}
interface Lane {
  readonly cars: Car[];
  readonly length: number;
  readonly limit: number;
}

export class NaiveTraffic {
  readonly lanes: Lane[] = [];
  vehicles = 0;

  /** The same vehicles on the same lanes as in a kernel. */
  constructor(kernel: Kernel) {
    const { net, lanes } = kernel;
    for (let l = 0; l < net.laneCount; l++) {
      const cars: Car[] = [];
      for (let i = lanes.head[l]!, e = i + lanes.count[l]!; i < e; i++)
        cars.push({
          position: lanes.pos(i),
          speed: lanes.vel(i),
          acceleration: 0,
          length: lanes.length(i),
          desiredFactor: lanes.factor(i),
          driver: defaultDrivers[moverKinds[lanes.driver(i)] ?? 'car'],
        });
      this.vehicles += cars.length;
      this.lanes.push({ cars, length: net.laneLengthM[l]!, limit: kernel.laneSpeed[l]! });
    }
  }

  step(dt: number): void {
    for (const lane of this.lanes) {
      lane.cars.forEach((car, n) => {
        const leader = n > 0 ? lane.cars[n - 1]! : undefined;
        const gap = (leader ? leader.position - leader.length : lane.length) - car.position;
        const { timeGapS, standstillM, accelMps2, brakeMps2 } = car.driver;
        const closing = car.speed - (leader ? leader.speed : 0);
        const wanted =
          standstillM +
          Math.max(0, car.speed * timeGapS + (car.speed * closing) / (2 * Math.sqrt(accelMps2 * brakeMps2)));
        car.acceleration = Math.max(
          -8,
          accelMps2 *
            (1 -
              Math.pow(car.speed / (lane.limit * car.desiredFactor), 4) -
              Math.pow(wanted / Math.max(0.1, gap), 2)),
        );
      });
      for (const car of lane.cars) {
        const next = Math.max(0, car.speed + car.acceleration * dt);
        car.position = Math.min(lane.length, car.position + ((car.speed + next) / 2) * dt);
        car.speed = next;
      }
      // Round and round: who reaches the end begins again behind the others.
      const first = lane.cars[0];
      if (first !== undefined && first.position >= lane.length - 3) {
        const last = lane.cars[lane.cars.length - 1]!;
        if (lane.cars.length === 1 || last.position - last.length > 2) {
          lane.cars.shift();
          first.position = Math.min(0, last.position - last.length - 2);
          lane.cars.push(first);
        }
      }
    }
  }
}

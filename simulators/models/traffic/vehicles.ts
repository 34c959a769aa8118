/** What is known of a vehicle besides where it drives: rows of flat arrays, reused; trip ids never are. */
import { moverKinds, type MoverKind } from '../../../server/contract/observations.ts';

export const kindIndex = Object.fromEntries(moverKinds.map((k, i) => [k, i])) as Record<MoverKind, number>;

export class Vehicles {
  /** The number others know it by. */
  tripId = new Int32Array(1024);
  kind = new Uint8Array(1024);
  /** Row of the routing table it follows; -1: a bus. */
  row = new Int32Array(1024);
  /** Bus route, -1 none. */
  route = new Int32Array(1024);
  /** Position in its route's list of links, and its next stop there. */
  leg = new Int32Array(1024);
  stop = new Int32Array(1024);
  /** Driver row it goes back to after standing (dwell, breakdown). */
  driver = new Uint8Array(1024);
  occupied = new Uint8Array(1024);
  /** Metres to the right at which a lane change began, and the tick of it. */
  shiftM = new Float32Array(1024);
  shiftTick = new Int32Array(1024);
  /** Where on its last link it parks, 0…1. */
  exitShare = new Float32Array(1024);
  /** Tick at which it drives on, where it stands (bus stop, breakdown). */
  standUntil = new Int32Array(1024);
  private free: number[] = [];
  private used = 0;
  private nextTrip = 1;
  present = 0;

  newTripId(): number {
    return this.nextTrip++;
  }

  add(kind: number): number {
    const v = this.free.pop() ?? this.used++;
    if (v >= this.kind.length) this.grow();
    this.tripId[v] = this.nextTrip++;
    this.kind[v] = kind;
    this.row[v] = -1;
    this.route[v] = -1;
    this.leg[v] = 0;
    this.stop[v] = 0;
    this.driver[v] = kind;
    this.occupied[v] = 0;
    this.shiftM[v] = 0;
    this.shiftTick[v] = -1_000;
    this.exitShare[v] = 0.6;
    this.standUntil[v] = 0;
    this.present++;
    return v;
  }

  release(v: number): void {
    this.free.push(v);
    this.present--;
  }

  private grow(): void {
    const n = this.kind.length * 2;
    const wider = <T extends Uint8Array | Int32Array | Float32Array>(a: T, b: T): T => {
      b.set(a);
      return b;
    };
    this.tripId = wider(this.tripId, new Int32Array(n));
    this.kind = wider(this.kind, new Uint8Array(n));
    this.row = wider(this.row, new Int32Array(n));
    this.route = wider(this.route, new Int32Array(n));
    this.leg = wider(this.leg, new Int32Array(n));
    this.stop = wider(this.stop, new Int32Array(n));
    this.driver = wider(this.driver, new Uint8Array(n));
    this.occupied = wider(this.occupied, new Uint8Array(n));
    this.shiftM = wider(this.shiftM, new Float32Array(n));
    this.shiftTick = wider(this.shiftTick, new Int32Array(n));
    this.exitShare = wider(this.exitShare, new Float32Array(n));
    this.standUntil = wider(this.standUntil, new Int32Array(n));
  }
}

/**
 * Saturation flow of a lane from what discharges: mean headway from the fourth vehicle of a queue to the last one that stood
 * when green began (field measurement of the HCM, 7th ed., ch. 31, section 6). Invariant: a headway counts only between two
 * vehicles that both stood in the queue, with nothing in their way.
 */

/** Base saturation flow of a lane until it was seen, vehicles an hour of green. */
export const DEFAULT_SATURATION_VPH = 1_800;
/** Start-up: the first four do not count. */
const START_UP_VEHICLES = 4;
/** Who follows later was held up by something ahead. */
const LONGEST_HEADWAY_S = 5;
const KNOWN_FROM = 10;
/** Of more than so many headways the older half counts half. */
const REMEMBERED = 200;

export class SaturationLearner {
  private sumS = 0;
  private count = 0;
  /** Vehicles that stood when this green began; 0: nothing is measured now. */
  private queued = 0;
  private crossed = 0;
  private lastS = 0;

  get seen(): boolean {
    return this.count >= KNOWN_FROM;
  }

  get vph(): number {
    return this.seen ? (3_600 * this.count) / this.sumS : DEFAULT_SATURATION_VPH;
  }

  greenBegan(queued: number): void {
    this.queued = queued > START_UP_VEHICLES ? queued : 0;
    this.crossed = 0;
  }

  vehicleCrossed(atS: number): void {
    if (this.queued === 0) return;
    this.crossed++;
    const headwayS = atS - this.lastS;
    this.lastS = atS;
    if (this.crossed > 1 && headwayS > LONGEST_HEADWAY_S) {
      this.stop();
      return;
    }
    if (this.crossed > START_UP_VEHICLES) {
      this.sumS += headwayS;
      this.count++;
      if (this.count > REMEMBERED) {
        this.sumS /= 2;
        this.count /= 2;
      }
    }
    if (this.crossed >= this.queued) this.stop();
  }

  /** Green ended, or somebody changed lanes: what follows is no queue that discharges. */
  stop(): void {
    this.queued = 0;
  }
}

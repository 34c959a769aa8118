/** The junctions that controllers have described, with what was last heard of each. */
import type { PortJunction, PortPlan, PortState } from '../../contract/signal-port.ts';
import { LaneWatch, type LaneFault } from '../../domain/signals/control/lane-health.ts';
import type { Grounded, SignalHealth } from '../../domain/signals/control/ground.ts';
import { Standing } from '../../domain/signals/standing.ts';

/** Wishes that are not followed for so long are not followed at all. */
const UNHEEDED_S = 15;
/** And are tried again after so long. */
const TRY_AGAIN_S = 60;
const NO_FAULTS: ReadonlyMap<number, LaneFault> = new Map();

export class LiveJunction {
  readonly feed: string;
  readonly junction: PortJunction;
  /** As it is believed; null: nothing was heard yet. */
  state: PortState | null = null;
  /** On the controllers' clock. */
  atS = -Infinity;
  heardAtMs: number;
  grounded: Grounded = { ground: 'local' };
  /** The wish that was answered last; null: none. */
  wish: number | null = null;
  /** The plan that it was told to run; undefined: it was told nothing. */
  sentPlan: PortPlan | null | undefined = undefined;
  sentAtMs = -Infinity;
  readonly standing: Standing;
  private readonly watch: LaneWatch;
  private faults = NO_FAULTS;
  private frozen = false;
  private unheededSinceS = Infinity;
  private unheedingUntilS = -Infinity;

  constructor(feed: string, junction: PortJunction, nowMs: number) {
    this.feed = feed;
    this.junction = junction;
    this.standing = new Standing(junction);
    this.watch = new LaneWatch(junction);
    this.heardAtMs = nowMs;
  }

  see(state: PortState, atS: number, nowMs: number): void {
    const { state: believed, faults, frozen } = this.watch.see(state, atS);
    this.state = believed;
    this.standing.see(believed, atS);
    this.faults = faults;
    this.frozen = frozen;
    this.atS = atS;
    this.heardAtMs = nowMs;
    if (this.wish === null || state.obeys === 'wishes') this.unheededSinceS = Infinity;
    else this.unheededSinceS = Math.min(this.unheededSinceS, atS);
    if (atS - this.unheededSinceS > UNHEEDED_S) this.unheedingUntilS = atS + TRY_AGAIN_S;
  }

  /** Its controller's clock was set back: what was measured by it begins anew. */
  clockSetBack(): void {
    this.unheededSinceS = Infinity;
    this.unheedingUntilS = -Infinity;
  }

  health(nowMs: number): SignalHealth {
    return {
      ageMs: nowMs - this.heardAtMs,
      lanes: this.junction.lanes.length,
      faults: this.faults,
      frozen: this.frozen,
      unheeding: this.atS < this.unheedingUntilS,
    };
  }
}

/** By id; a junction that is described again, by whomever, begins anew. */
export class Junctions {
  readonly byId = new Map<string, LiveJunction>();
  /** Grows with every description. */
  version = 0;

  describe(feed: string, junction: PortJunction, nowMs: number): void {
    this.byId.set(junction.id, new LiveJunction(feed, junction, nowMs));
    this.version++;
  }

  get(id: string): LiveJunction | undefined {
    return this.byId.get(id);
  }

  *of(feed: string): Generator<LiveJunction> {
    for (const j of this.byId.values()) if (j.feed === feed) yield j;
  }
}
